//! Folds what the watches of a cluster tell into its latest view.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use mesh::{
    Event, Namespace, ResourceKind, Snapshot, Time,
    resources::{ALL, READ},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Duration, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Right, Verb,
    guard::Guard,
    watch::{ASKS_AGAIN, Told, watch},
};

/// What a cluster looks like, and how well we see it. Written by one task only.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// What it looks like.
    pub snapshot: Snapshot,
    /// Whether that is what it looks like now.
    pub connection: Connection,
    /// When something last changed in it.
    pub last_event: Option<Time>,
    /// The version of Kubernetes, once it was told.
    pub kubernetes: Option<String>,
    /// What we are refused. Objects of these kinds may exist unseen.
    pub missing: BTreeSet<Right>,
    /// The kinds that the cluster does not know.
    pub absent: BTreeSet<ResourceKind>,
}

/// Whether a view is of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not everything was listed yet.
    Connecting,
    /// Changes arrive as they happen.
    Live,
    /// Some changes may not arrive.
    Lost {
        /// Since when.
        since: Time,
        /// Why.
        reason: String,
    },
}

/// How many tellings are folded before a view is published, and how many may wait.
const BATCH: usize = 1024;

/// When to ask again for the version of Kubernetes: clusters are upgraded.
const VERSION_HOLDS: Duration = Duration::from_secs(600);

/// Begins to follow a cluster, until the token is cancelled.
pub(crate) fn follow(
    guard: &Guard,
    root: &Namespace,
    now: fn() -> Time,
    ended: CancellationToken,
) -> watch::Receiver<Arc<View>> {
    let fold = Fold::new(root.clone());
    let (publish, views) = watch::channel(Arc::new(fold.view.clone()));
    let run = run(guard.clone(), root.clone(), fold, now, publish);
    tokio::spawn(async move { ended.run_until_cancelled(run).await });
    views
}

async fn run(
    guard: Guard,
    root: Namespace,
    mut fold: Fold,
    now: fn() -> Time,
    publish: watch::Sender<Arc<View>>,
) {
    let (told, mut tellings) = mpsc::channel(BATCH);
    let (version, mut versions) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    let mut kinds = HashMap::new();
    for kind in READ.iter().chain(ALL) {
        let task = tasks.spawn(watch(guard.clone(), *kind, root.clone(), told.clone()));
        kinds.insert(task.id(), *kind);
    }
    tasks.spawn(ask_version(guard.clone(), version));

    let mut batch = Vec::new();
    loop {
        tokio::select! {
            _ = tellings.recv_many(&mut batch, BATCH) => {
                for telling in batch.drain(..) {
                    fold.tell(telling, now());
                }
            }
            Some(version) = versions.recv() => fold.version(version),
            Some(Err(panic)) = tasks.join_next() => {
                let Some(kind) = kinds.remove(&panic.id()) else { continue };
                tracing::error!(%kind, "a watch broke, it begins anew");
                fold.tell(Told::Lost(kind, "an answer could not be handled".into()), now());
                let again = watch(guard.clone(), kind, root.clone(), told.clone());
                let task = tasks.spawn(async move {
                    sleep(ASKS_AGAIN).await;
                    again.await;
                });
                kinds.insert(task.id(), kind);
            }
        }
        publish.send_if_modified(|latest| match fold.take() {
            Some(view) => {
                *latest = Arc::new(view);
                true
            }
            None => false,
        });
    }
}

/// Asks for the version of Kubernetes, now and then.
async fn ask_version(guard: Guard, version: mpsc::Sender<String>) {
    loop {
        let again = match guard.client().apiserver_version().await {
            Ok(info) => {
                if version.send(info.git_version).await.is_err() {
                    return;
                }
                VERSION_HOLDS
            }
            Err(_) => ASKS_AGAIN,
        };
        sleep(again).await;
    }
}

/// What was folded so far, and whether it is worth telling.
struct Fold {
    view: View,
    kinds: BTreeMap<ResourceKind, Seen>,
    /// Something changed since the last view.
    changed: bool,
}

/// How well one kind is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    NotYet,
    Live,
    Lost { since: Time, reason: String },
    Absent,
    Forbidden(Verb),
}

impl Fold {
    fn new(root: Namespace) -> Self {
        let kinds = READ.iter().chain(ALL);
        Self {
            view: View {
                snapshot: Snapshot::new(root),
                connection: Connection::Connecting,
                last_event: None,
                kubernetes: None,
                missing: BTreeSet::new(),
                absent: BTreeSet::new(),
            },
            kinds: kinds.map(|kind| (*kind, Seen::NotYet)).collect(),
            changed: false,
        }
    }

    fn tell(&mut self, told: Told, now: Time) {
        match told {
            Told::Event(event) => self.observe(event, now),
            Told::Back(kind) => self.see(kind, Seen::Live),
            Told::Lost(kind, reason) => {
                let since = match &self.kinds[&kind] {
                    Seen::Lost { since, .. } => *since,
                    _ => now,
                };
                tracing::warn!(%kind, reason, "a watch is lost");
                self.see(kind, Seen::Lost { since, reason });
            }
            Told::Absent(kind) => {
                // What is not known has no objects.
                for event in [Event::Started(kind), Event::Synced(kind)] {
                    self.fold(event, false, now);
                }
                self.see(kind, Seen::Absent);
            }
            Told::Forbidden(kind, verb) => {
                // What was seen of it may no longer be true.
                self.fold(Event::Forgotten(kind), false, now);
                self.see(kind, Seen::Forbidden(verb));
            }
        }
    }

    fn version(&mut self, version: String) {
        let version = Some(version);
        if self.view.kubernetes != version {
            self.view.kubernetes = version;
            self.changed = true;
        }
    }

    /// The view, if it is worth telling.
    fn take(&mut self) -> Option<View> {
        std::mem::take(&mut self.changed).then(|| self.view.clone())
    }

    fn observe(&mut self, event: Event, now: Time) {
        let (kind, heard) = match &event {
            // A list that begins proves nothing yet.
            Event::Started(kind) | Event::Listed(kind, _) | Event::Forgotten(kind) => {
                (*kind, false)
            }
            Event::Synced(kind) | Event::Applied(kind, _) => (*kind, true),
            Event::Deleted(key) => (key.kind, true),
        };
        self.fold(event, heard, now);
        if heard && self.kinds[&kind] != Seen::Live {
            self.see(kind, Seen::Live);
        }
    }

    /// Takes an event into the snapshot; what cannot be read is a change if it is seen at once.
    fn fold(&mut self, event: Event, seen_at_once: bool, now: Time) {
        let observed = self.view.snapshot.observe(event);
        let changed = observed.unwrap_or_else(|unreadable| {
            tracing::warn!(%unreadable, "an object is passed over");
            seen_at_once
        });
        if changed {
            self.view.last_event = Some(now);
            self.changed = true;
        }
    }

    fn see(&mut self, kind: ResourceKind, seen: Seen) {
        self.kinds.insert(kind, seen);
        let (connection, missing, absent) = (self.connection(), self.missing(), self.absent());
        let view = &mut self.view;
        if (&view.connection, &view.missing, &view.absent) != (&connection, &missing, &absent) {
            (view.connection, view.missing, view.absent) = (connection, missing, absent);
            self.changed = true;
        }
    }

    /// Lost for as long as any kind is, connecting until all were listed.
    fn connection(&self) -> Connection {
        let lost = self.kinds.values().filter_map(|seen| match seen {
            Seen::Lost { since, reason } => Some((*since, reason)),
            _ => None,
        });
        match lost.min() {
            Some((since, reason)) => Connection::Lost {
                since,
                reason: reason.clone(),
            },
            None if self.kinds.values().any(|seen| *seen == Seen::NotYet) => Connection::Connecting,
            None => Connection::Live,
        }
    }

    fn missing(&self) -> BTreeSet<Right> {
        let root = self.view.snapshot.root();
        let refused = self.kinds.iter().filter_map(|(kind, seen)| match seen {
            Seen::Forbidden(verb) => {
                let there = kind.only().map(|_| root.clone());
                Some(Right::new(*verb, *kind, there))
            }
            _ => None,
        });
        refused.collect()
    }

    fn absent(&self) -> BTreeSet<ResourceKind> {
        let kinds = self.kinds.iter();
        let absent = kinds.filter(|(_, seen)| **seen == Seen::Absent);
        absent.map(|(kind, _)| *kind).collect()
    }
}

#[cfg(test)]
mod tests;
