//! Which rollouts this process carries out, so that none is carried out twice.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use intent::{CloudName, RolloutNumber};
use tokio::sync::Notify;

/// The rollouts that are carried out here, each with what wakes it.
#[derive(Default)]
pub(crate) struct UnderWay(Mutex<HashMap<Key, Arc<Notify>>>);

type Key = (CloudName, RolloutNumber);

/// The right to carry one rollout out here. It ends with whoever holds it, even in a panic.
pub(crate) struct Turn {
    all: Arc<UnderWay>,
    key: Key,
    /// Tells that somebody else wrote in its journal.
    pub(crate) woken: Arc<Notify>,
}

impl UnderWay {
    /// Takes a rollout on; nothing, if that is carried out here already.
    pub(crate) fn take(self: &Arc<Self>, cloud: &CloudName, number: RolloutNumber) -> Option<Turn> {
        let key = (cloud.clone(), number);
        let woken = Arc::<Notify>::default();
        let mut all = self.locked();
        if all.contains_key(&key) {
            return None;
        }
        all.insert(key.clone(), woken.clone());
        Some(Turn {
            all: self.clone(),
            key,
            woken,
        })
    }

    /// Has a rollout look at its journal again.
    pub(crate) fn wake(&self, cloud: &CloudName, number: RolloutNumber) {
        if let Some(woken) = self.locked().get(&(cloud.clone(), number)) {
            woken.notify_one();
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Key, Arc<Notify>>> {
        // Each entry is whole, whatever happened to whoever held the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.all.locked().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollout_is_carried_out_by_one_until_they_are_gone() {
        let all = Arc::new(UnderWay::default());
        let cloud = CloudName::read("shop").unwrap();
        let first = all.take(&cloud, RolloutNumber(1)).unwrap();
        assert!(all.take(&cloud, RolloutNumber(1)).is_none());
        assert!(all.take(&cloud, RolloutNumber(2)).is_some());
        drop(first);
        assert!(all.take(&cloud, RolloutNumber(1)).is_some());
    }
}
