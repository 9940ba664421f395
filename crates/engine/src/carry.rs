//! Carries a rollout out in the background, to its end.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use cluster::{Cloud, Cluster};
use intent::{
    Time,
    rollout::{Ask, Next, Note, Noted, Request, Saw, Told, next},
};
use store::{Lease, Store};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
    time::sleep,
};

use crate::{Engine, hands, under_way::Turn};

impl Engine {
    /// Carries a rollout out from where its journal stands. Where that fails, it stays under way: it is taken up
    /// again when the process starts, or when somebody stops it.
    pub(crate) fn carry(&self, cloud: &Cloud, lease: Lease, journal: Vec<Noted>, turn: Turn) {
        let about = lease.rollout().order.about();
        let carrier = Carrier {
            store: self.store.clone(),
            cloud: cloud.clone(),
            lease,
        };
        let woken = turn.woken.clone();
        tokio::spawn(async move {
            let cloud = carrier.cloud.name.clone();
            let carried = tokio::spawn(async move { carrier.carry(journal, &woken).await });
            let carried = carried.await.unwrap_or_else(|died| Err(died.into()));
            drop(turn);
            if let Err(why) = carried {
                tracing::error!(%cloud, %about, %why, "a rollout is no longer carried out here");
            }
        });
    }
}

/// What it takes to carry a rollout out.
struct Carrier {
    store: Store,
    cloud: Cloud,
    lease: Lease,
}

/// Why a rollout is no longer carried out here.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("{0}")]
    Store(#[from] store::Error),
    #[error("{0}")]
    Died(#[from] JoinError),
    #[error("somebody else carries it out")]
    Taken,
}

/// Whether what was to be written down still followed from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Down,
    TooLate,
}

/// What was done on one site.
struct Done {
    site: String,
    /// The last row of the journal when that was decided.
    decided: i64,
    written: store::Result<Written>,
}

impl Carrier {
    /// Every request and every look is a task of its own, so that none holds up another or this loop.
    async fn carry(self, mut journal: Vec<Noted>, woken: &Notify) -> Result<(), Lost> {
        let carrier = Arc::new(self);
        let mut doing: JoinSet<Done> = JoinSet::new();
        let mut busy: BTreeSet<String> = BTreeSet::new();
        loop {
            carrier.read_on(&mut journal).await?;
            let (decided, now) = (last(&journal), carrier.store.clock.now());
            let mut wait: Option<Time> = None;
            let mut wrote = false;
            let all = next(carrier.lease.rollout(), &journal, now);
            if all.is_empty() {
                return Ok(());
            }
            for next in all {
                match next {
                    Next::Write(note) => {
                        let written = carrier.write(note).await?;
                        carrier.is_ours(written, decided, &mut journal).await?;
                        wrote = true;
                    }
                    Next::Wait { site, until } if !busy.contains(&site) => {
                        wait = Some(wait.map_or(until, |soonest| soonest.min(until)));
                    }
                    Next::Ask(ask) if busy.insert(ask.request.site.clone()) => {
                        let carrier = carrier.clone();
                        doing.spawn(async move {
                            Done {
                                site: ask.request.site.clone(),
                                decided,
                                written: carrier.ask(ask).await,
                            }
                        });
                    }
                    Next::Look(request) if busy.insert(request.site.clone()) => {
                        let carrier = carrier.clone();
                        doing.spawn(async move {
                            Done {
                                site: request.site.clone(),
                                decided,
                                written: carrier.look(request).await,
                            }
                        });
                    }
                    Next::Wait { .. } | Next::Ask(_) | Next::Look(_) => {}
                }
            }
            if wrote {
                continue;
            }
            tokio::select! {
                Some(done) = doing.join_next() => {
                    let done = done?;
                    busy.remove(&done.site);
                    carrier.is_ours(done.written?, done.decided, &mut journal).await?;
                }
                () = woken.notified() => {}
                () = sleep(until(wait, now)), if wait.is_some() => {}
            }
        }
    }

    /// Sends a request once it is on disk that it is sent, and writes down what is answered.
    async fn ask(&self, ask: Ask) -> store::Result<Written> {
        let request = ask.request.clone();
        if self.write(Note::Asked(request.clone())).await? == Written::TooLate {
            return Ok(Written::TooLate);
        }
        let told = match self.cluster(&request.site) {
            Some(cluster) => hands::send(cluster, &ask).await,
            None => Told::Unreachable(self.gone(&request.site)),
        };
        self.write(Note::Answered(request, told)).await
    }

    /// Looks at the object of a request, and writes down what is seen.
    async fn look(&self, request: Request) -> store::Result<Written> {
        let step = self.lease.rollout().step(&request);
        let step = step.ok_or(store::Error::NotFound)?;
        let saw = match self.cluster(&request.site) {
            Some(cluster) => hands::look(cluster, step, request.direction).await,
            None => Saw::Unknown(self.gone(&request.site)),
        };
        self.write(Note::Looked(request, saw)).await
    }

    async fn write(&self, note: Note) -> store::Result<Written> {
        match self.store.note(&self.lease, note).await {
            Ok(_) => Ok(Written::Down),
            Err(store::Error::Moved(_)) => Ok(Written::TooLate),
            Err(other) => Err(other),
        }
    }

    /// Goes on where something came too late because somebody wrote in the journal; where nobody did, somebody else
    /// has the rollout now.
    async fn is_ours(
        &self,
        written: Written,
        decided: i64,
        journal: &mut Vec<Noted>,
    ) -> Result<(), Lost> {
        if written == Written::Down {
            return Ok(());
        }
        self.read_on(journal).await?;
        if last(journal) > decided {
            return Ok(());
        }
        Err(Lost::Taken)
    }

    /// Reads what was written since, by whomever.
    async fn read_on(&self, journal: &mut Vec<Noted>) -> store::Result<()> {
        let order = &self.lease.rollout().order;
        let new = self
            .store
            .notes_after(&order.cloud, order.number, last(journal));
        journal.append(&mut new.await?);
        Ok(())
    }

    fn cluster(&self, site: &str) -> Option<&Cluster> {
        self.cloud.site(site).ok().map(|site| &site.cluster)
    }

    fn gone(&self, site: &str) -> String {
        format!("{site} is no site of {} any more", self.cloud.name)
    }
}

fn last(journal: &[Noted]) -> i64 {
    journal.last().map_or(0, |noted| noted.seq)
}

/// How long it is until a moment.
fn until(wait: Option<Time>, now: Time) -> Duration {
    let left = wait.map_or(0, |until| until.since(now));
    Duration::from_millis(u64::try_from(left).unwrap_or_default())
}
