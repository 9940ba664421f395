//! One cluster that is being followed.

use std::{fmt, sync::Arc};

use kube::Client;
use mesh::{Namespace, ResourceKind, Time};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Error, Rights, View, asked::Asked, follow, guard::Guard};

/// One cluster with one set of watches. Cheap to clone; the last clone dropped ends the watches.
#[derive(Clone)]
pub struct Cluster {
    guard: Guard,
    /// For what is asked of single objects, so that it waits for no list.
    hands: Guard,
    root: Namespace,
    views: watch::Receiver<Arc<View>>,
    asked: Arc<Asked>,
    writes: Arc<[ResourceKind]>,
    _followed: Arc<DropGuard>,
}

impl Cluster {
    /// Begins to follow a cluster whose mesh has this root namespace. Needs a tokio runtime.
    pub fn follow(client: Client, root: impl Into<Namespace>, now: fn() -> Time) -> Self {
        let (guard, hands) = (Guard::new(client.clone()), Guard::new(client));
        let root = root.into();
        let ended = CancellationToken::new();
        Self {
            views: follow::follow(&guard, &root, now, ended.clone()),
            guard,
            hands,
            root,
            asked: Arc::default(),
            writes: Arc::default(),
            _followed: Arc::new(ended.drop_guard()),
        }
    }

    /// The same cluster, in which objects of these kinds are written: the rights to that are asked for as well.
    pub fn writing(self, kinds: &[ResourceKind]) -> Self {
        Self {
            asked: Arc::default(),
            writes: kinds.into(),
            ..self
        }
    }

    /// The latest view.
    pub fn view(&self) -> Arc<View> {
        self.views.borrow().clone()
    }

    /// The latest view, and every one from now on of which one is not too late.
    pub fn views(&self) -> watch::Receiver<Arc<View>> {
        self.views.clone()
    }

    /// The namespace whose policies reach the whole mesh.
    pub fn root(&self) -> &Namespace {
        &self.root
    }

    /// Asks which rights to read, and to write what is written, we have in some namespaces, and which are
    /// missing. An answer holds for a minute.
    pub async fn rights(&self, namespaces: &[Namespace]) -> Result<Rights, Error> {
        let client = self.guard.client();
        let asked = self
            .asked
            .rights(&client, &self.root, namespaces, &self.writes);
        asked.await
    }

    /// The way to single objects.
    pub(crate) fn hands(&self) -> &Guard {
        &self.hands
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client holds credentials.
        f.debug_struct("Cluster")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
