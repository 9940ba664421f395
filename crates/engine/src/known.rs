//! The facts of each site, worked out once for each view of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cluster::{Cloud, Site, View};
use intent::Facts;

/// The facts of sites, with the views from which they were worked out.
#[derive(Default)]
pub(crate) struct Known(Mutex<Sites>);

/// By cloud and site, since clouds see different facts of one site.
type Sites = HashMap<(String, String), (Arc<View>, Arc<Facts>)>;

impl Known {
    /// The facts of a site as a cloud sees it in a view.
    pub(crate) fn facts(&self, cloud: &Cloud, site: &Site, view: &Arc<View>) -> Arc<Facts> {
        let place = (cloud.name.clone(), site.name.clone());
        if let Some((seen, facts)) = self.locked().get(&place)
            && Arc::ptr_eq(seen, view)
        {
            return facts.clone();
        }
        let facts = Facts::of(&site.name, &view.snapshot, &cloud.namespaces);
        let facts = Arc::new(facts);
        self.locked().insert(place, (view.clone(), facts.clone()));
        facts
    }

    fn locked(&self) -> MutexGuard<'_, Sites> {
        // Each entry is whole, whatever happened to whoever held the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
