//! A cluster in memory, and the hands of somebody with kubectl.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    faults::Faults,
    journal::Journalled,
    kinds::Kind,
    review::Rule,
    service::Service,
    state::{Key, Refused, State, identify},
};

/// A Kubernetes API server in memory; clones are the same one.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// Told after every change, so that watches look again.
    changed: watch::Sender<()>,
}

/// Why saved bytes are not a sandbox.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// They are not what [`Sandbox::save`] writes.
    #[error("not a saved sandbox: {0}")]
    Malformed(#[from] serde_json::Error),
    /// They hold something this version does not serve.
    #[error("not a saved sandbox of this version: {0}")]
    Foreign(#[from] Refused),
}

/// What is written down of a sandbox. Events are not: who watched before has to list again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    site: String,
    version: u64,
    absent: Vec<String>,
    rules: Vec<Rule>,
    objects: Vec<Value>,
}

impl Sandbox {
    /// Makes an empty one. The site's name goes into the uids, so that no two sites share one.
    #[must_use]
    pub fn new(site: &str) -> Self {
        Self::holding(State::new(site))
    }

    /// The API as a tower service, for `kube::Client::new` or a layer of one's own.
    #[must_use]
    pub fn service(&self) -> Service {
        Service(self.clone())
    }

    /// A client of this API; has to be called within a tokio runtime.
    #[must_use]
    pub fn client(&self) -> kube::Client {
        kube::Client::new(self.service(), "default")
    }

    /// Creates an object or replaces all of it, and returns it as stored.
    ///
    /// The server's part of the metadata (uid, times, versions, managed fields) is the server's: what
    /// the object says there is ignored. Nothing is checked, so that there can be what no server
    /// would take today. What it changes belongs to the field manager `kubectl-edit`.
    pub fn put(&self, object: Value) -> Result<Value, Refused> {
        let stored = self.change(|state| state.put(object))?;
        Ok(Value::clone(&stored))
    }

    /// Puts back an object that was read here before, as the same object even if it was deleted meanwhile.
    pub fn put_back(&self, object: Value) -> Result<Value, Refused> {
        let stored = self.change(|state| state.put_back(object))?;
        Ok(Value::clone(&stored))
    }

    /// Deletes an object and returns it; an object of the cluster itself has the namespace `""`.
    pub fn delete(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let key = key(kind, namespace, name)?;
        let last = self.change(|state| state.delete(&key))?;
        Some(Value::clone(&last))
    }

    /// Reads an object; an object of the cluster itself has the namespace `""`.
    #[must_use]
    pub fn object(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let key = key(kind, namespace, name)?;
        self.state().objects.get(&key).map(|o| Value::clone(o))
    }

    /// Reads all objects of a kind, by namespace, then name.
    #[must_use]
    pub fn objects(&self, kind: &str) -> Vec<Value> {
        let Some(kind) = Kind::named(kind) else {
            return Vec::new();
        };
        let state = self.state();
        let of_kind = state.of_kind(kind.kind);
        of_kind.map(|(_, object)| Value::clone(object)).collect()
    }

    /// The last requests of clients that could have changed something, oldest first.
    ///
    /// Questions about rights are none, nor are requests of an unknown path or format.
    #[must_use]
    pub fn journal(&self) -> Vec<Journalled> {
        self.state().journal.told()
    }

    /// Uninstalls a kind: its objects are deleted, its watches end, its path answers 404.
    pub fn remove_kind(&self, kind: &str) -> Result<(), Refused> {
        let kind = known(kind)?;
        self.change(|state| {
            let keys: Vec<Key> = state.of_kind(kind).map(|(key, _)| key.clone()).collect();
            for key in keys {
                state.delete(&key);
            }
            state.absent.insert(kind);
        });
        Ok(())
    }

    /// Installs a removed kind again, without objects.
    pub fn install_kind(&self, kind: &str) -> Result<(), Refused> {
        let kind = known(kind)?;
        self.change(|state| state.absent.remove(kind));
        Ok(())
    }

    /// Sets what clients may do; without a call, everything.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        self.change(|state| state.rules = rules);
    }

    /// Sets where creation times come from; without a call, they are all one fixed instant.
    pub fn set_clock(&self, now: impl Fn() -> Timestamp + Send + Sync + 'static) {
        self.change(|state| state.clock = Arc::new(now));
    }

    /// Lets time run: what is made from now on is made at the time it is.
    pub fn let_time_run(&self) {
        self.set_clock(Timestamp::now);
    }

    /// The hands that break it.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults(self.clone())
    }

    /// Writes down objects, rules and the version counter, the same bytes for the same state.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let state = self.state();
        let saved = Saved {
            site: state.site.clone(),
            version: state.version,
            absent: state.absent.iter().map(|&kind| kind.to_owned()).collect(),
            rules: state.rules.clone(),
            objects: state.objects.values().map(|o| Value::clone(o)).collect(),
        };
        serde_json::to_vec_pretty(&saved).expect("all keys are texts")
    }

    /// Reads what [`Sandbox::save`] wrote; clock, faults and journal are not part of it.
    pub fn load(bytes: &[u8]) -> Result<Self, Unreadable> {
        let saved: Saved = serde_json::from_slice(bytes)?;
        let mut state = State::new(&saved.site);
        state.version = saved.version;
        state.forgotten = saved.version;
        state.rules = saved.rules;
        for kind in &saved.absent {
            state.absent.insert(known(kind)?);
        }
        for object in saved.objects {
            let (key, object) = identify(object)?;
            state.objects.insert(key, Arc::new(object));
        }
        Ok(Self::holding(state))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // No change stops half way, so the state is good even if a thread died while holding it.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, then wakes whoever watches.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.0.changed.send_replace(());
        result
    }

    /// Tells of every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    fn holding(state: State) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            changed: watch::Sender::new(()),
        }))
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Sandbox")
            .field("site", &state.site)
            .field("version", &state.version)
            .finish_non_exhaustive()
    }
}

/// The name of a kind there can be objects of.
pub(crate) fn known(kind: &str) -> Result<&'static str, Refused> {
    match Kind::named(kind) {
        Some(kind) => Ok(kind.kind),
        None => Err(Refused::UnknownKind(kind.to_owned())),
    }
}

fn key(kind: &str, namespace: &str, name: &str) -> Option<Key> {
    Some(Key {
        kind: Kind::named(kind)?.kind,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}
