//! Keeps the state of every cloud current: what open pages follow.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use cluster::{Cloud, Connection, View};
use futures::future::{pending, select_all};
use intent::{CloudName, Frame, Live, Revision, RevisionNumber, Time, UNKNOWN_AFTER};
use tokio::{sync::watch, task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{Engine, Error, Result, standing::Ground};

/// States follow each other no faster than this; the first one after a while comes at once.
const APART: Duration = Duration::from_millis(50);
/// When what could not be read is read again.
const AGAIN: Duration = Duration::from_secs(1);

/// The latest state of a cloud.
#[derive(Clone, Debug)]
pub struct Latest {
    /// The state.
    pub live: Arc<Live>,
    /// What leads to it from the one before, as it is sent; empty for the first.
    pub frame: Arc<str>,
}

impl Default for Latest {
    fn default() -> Self {
        Self {
            live: Arc::default(),
            frame: "".into(),
        }
    }
}

/// The states of all clouds.
pub(crate) type States = BTreeMap<CloudName, watch::Sender<Arc<Latest>>>;

impl Engine {
    /// Keeps the state of every cloud current, until the token is cancelled. Once is enough; needs a tokio runtime.
    pub fn observe(&self, until: &CancellationToken) {
        for cloud in self.fleet.clouds() {
            let Ok(name) = CloudName::read(&cloud.name) else {
                continue;
            };
            let observer = Observer {
                engine: self.clone(),
                cloud: cloud.clone(),
                name,
                began: self.now(),
                revisions: BTreeMap::new(),
                ground: Arc::default(),
                is_old: true,
                is_told: false,
            };
            let until = until.clone();
            tokio::spawn(async move { until.run_until_cancelled(observer.observe()).await });
        }
    }

    /// The states of a cloud as they come, of one of which is not too late.
    pub fn live(&self, cloud: &CloudName) -> Result<watch::Receiver<Arc<Latest>>> {
        let states = self.live.get(cloud).ok_or(Error::NotFound)?;
        Ok(states.subscribe())
    }

    /// The latest state of a cloud; an empty one where there is none.
    pub(crate) fn live_now(&self, cloud: &CloudName) -> Live {
        let latest = self
            .live
            .get(cloud)
            .map(|states| states.borrow().live.clone());
        latest.map(Arc::unwrap_or_clone).unwrap_or_default()
    }
}

/// Whoever keeps the state of one cloud current.
struct Observer {
    engine: Engine,
    cloud: Cloud,
    name: CloudName,
    /// When this began: nothing is known from before.
    began: Time,
    /// The revisions in force, which never change.
    revisions: BTreeMap<RevisionNumber, Arc<Revision>>,
    ground: Arc<Ground>,
    /// Whether something was written since the ground was read.
    is_old: bool,
    /// Whether it was told that the ground cannot be read.
    is_told: bool,
}

impl Observer {
    async fn observe(mut self) {
        let mut papers = self.engine.store.papers_changed();
        let sites = self.cloud.sites.iter();
        let mut views: Vec<_> = sites.map(|site| site.cluster.views()).collect();
        loop {
            let began = Instant::now();
            // Whatever changes from here on is seen the next time.
            self.is_old |= papers.has_changed().unwrap_or(false);
            papers.mark_unchanged();
            for view in &mut views {
                view.mark_unchanged();
            }
            if self.is_old {
                self.read().await;
            }
            let next = self.publish().await;
            sleep(APART.saturating_sub(began.elapsed())).await;
            let again = if self.is_old { Some(AGAIN) } else { next };
            tokio::select! {
                Ok(()) = papers.changed() => self.is_old = true,
                () = any(&mut views) => {}
                () = sleep(again.unwrap_or_default()), if again.is_some() => {}
            }
        }
    }

    /// Reads what is in force. Where that cannot be read, the last that was read stays.
    async fn read(&mut self) {
        match self.ground().await {
            Ok(ground) => {
                self.ground = Arc::new(ground);
                (self.is_old, self.is_told) = (false, false);
            }
            Err(error) if !self.is_told => {
                tracing::error!(
                    cloud = %self.name, %error,
                    "what is in force could not be read, and is read again every second"
                );
                self.is_told = true;
            }
            Err(_) => {}
        }
    }

    async fn ground(&mut self) -> Result<Ground> {
        let store = &self.engine.store;
        let in_force = store.in_force(&self.name).await?;
        let numbers = in_force.intents.values();
        let numbers: Vec<_> = numbers.filter_map(|(_, number)| *number).collect();
        self.revisions.retain(|number, _| numbers.contains(number));
        for number in numbers {
            if !self.revisions.contains_key(&number) {
                let revision = store.revision(&self.name, number).await?;
                self.revisions.insert(number, Arc::new(revision));
            }
        }
        let installation = store.installation().await?;
        Ok(Ground::of(&installation, in_force, &self.revisions))
    }

    /// Works the state out and publishes it if anything but the time changed. Answers after how long the time alone
    /// changes something.
    async fn publish(&self) -> Option<Duration> {
        let states = self.engine.live.get(&self.name)?;
        let sites = self.cloud.sites.iter();
        let views: Vec<(String, Arc<View>)> = sites
            .map(|site| (site.name.clone(), site.cluster.view()))
            .collect();
        let now = self.engine.now();
        let next = forgets(&views, now);
        let (ground, began) = (self.ground.clone(), self.began);
        let namespaces = self.cloud.namespaces.clone();
        let before = states.borrow().live.clone();
        let was = before.clone();
        let worked = spawn_blocking(move || ground.live(&namespaces, &views, &was, (began, now)));
        let live = match worked.await {
            Ok(live) => live,
            Err(died) => {
                tracing::error!(cloud = %self.name, %died, "its state could not be worked out");
                return next;
            }
        };
        if let Some(delta) = before.delta_to(&live) {
            let seq = delta.seq;
            let frame = serde_json::to_string(&Frame::Delta(delta));
            states.send_replace(Arc::new(Latest {
                live: Arc::new(Live { seq, ..live }),
                frame: frame.unwrap_or_default().into(),
            }));
        }
        next
    }
}

/// Waits until one of the views is another.
async fn any(views: &mut [watch::Receiver<Arc<View>>]) {
    if views.is_empty() {
        return pending().await;
    }
    let changed = views.iter_mut().map(|view| {
        Box::pin(async {
            if view.changed().await.is_err() {
                // Nobody watches this cluster any more, so nothing of it changes.
                pending::<()>().await;
            }
        })
    });
    select_all(changed).await;
}

/// After how long a site that is lost now will not be known any more; none if none is.
fn forgets(views: &[(String, Arc<View>)], now: Time) -> Option<Duration> {
    let lost = views.iter().filter_map(|(_, view)| match view.connection {
        Connection::Lost { since, .. } => Some(UNKNOWN_AFTER - now.since(since)),
        Connection::Connecting | Connection::Live => None,
    });
    let soonest = lost.filter(|left| *left > 0).min()?;
    Some(Duration::from_millis(soonest.unsigned_abs()))
}
