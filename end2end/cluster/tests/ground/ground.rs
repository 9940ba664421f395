//! The ground on which stories are told here: two sites of a real control plane, in a namespace of their own.

mod control;
mod policy;

use std::{
    rc::Rc,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use cluster::Cluster;
use mesh::Time;
use sandbox::Journalled;
use serde_json::Value;

use crate::world::{SITES, World};
use control::Control;
use policy::Refuses;

/// Where everything happens.
pub(crate) const NAMESPACE: &str = "stories";

/// A process is ended at some steps only: each takes a world that is made anew.
pub(crate) const STRIDE: usize = 9;

/// Only one story is told at a time.
static TURN: Mutex<()> = Mutex::new(());

/// A site, by hand.
pub(crate) struct Site {
    control: Control,
    /// Held as long as the story is told.
    _turn: Rc<MutexGuard<'static, ()>>,
}

/// Nothing is kept of a world here.
pub(crate) enum Saved {}

/// Two sites with nothing on them.
pub(crate) fn sites() -> [Site; 2] {
    // Held while it waits for its turn, so that the ground is there from one story to the next.
    let controls = SITES.map(Control::of);
    // A story that failed leaves nothing that the next does not clear away.
    let turn = Rc::new(TURN.lock().unwrap_or_else(PoisonError::into_inner));
    controls.map(|control| {
        control.clear();
        Site {
            control,
            _turn: turn.clone(),
        }
    })
}

/// A world that is made anew each time, as if nothing had been asked yet.
pub(crate) fn again(_: &OnceLock<Saved>, make: impl FnOnce() -> World) -> World {
    let world = make();
    for site in SITES {
        world.site(site).control.forget();
    }
    world
}

/// Follows a site, as a process does.
pub(crate) async fn follow(site: &Site) -> Cluster {
    let client = site.control.recorded().await;
    Cluster::follow(client, "istio-system", || Time(1))
}

/// From now on the site refuses a policy, but tells nobody beforehand.
pub(crate) fn refuses(site: &Site, name: &str) {
    site.control.refuse(&Refuses::in_earnest(name));
}

/// From now on the site refuses rehearsals of a policy.
pub(crate) fn refuses_rehearsals(site: &Site, name: &str) {
    site.control.refuse(&Refuses::rehearsals(name));
}

impl Site {
    /// Reads all objects of a kind.
    pub(crate) fn objects(&self, kind: &str) -> Vec<Value> {
        self.control.objects(kind)
    }

    /// Reads an object.
    pub(crate) fn object(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let mut objects = self.objects(kind).into_iter();
        objects.find(|object| {
            let metadata = &object["metadata"];
            metadata["namespace"] == namespace && metadata["name"] == name
        })
    }

    /// Creates an object or replaces all of it, as somebody with kubectl does.
    pub(crate) fn put(&self, object: Value) -> Result<Value, String> {
        self.control.put(object)
    }

    /// Deletes an object and returns it as it last was.
    pub(crate) fn delete(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let last = self.object(kind, namespace, name)?;
        self.control.delete(kind, name);
        Some(last)
    }

    /// What the product asked to be changed, oldest first.
    pub(crate) fn journal(&self) -> Vec<Journalled> {
        self.control.journal()
    }
}
