//! Links that were just made, until they are shown.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use intent::{FreshLink, PersonId};

/// Holds the last link that somebody made until their next look at the page, and nowhere but in memory:
/// what is kept is a hash.
#[derive(Default)]
pub(crate) struct FreshLinks(Mutex<HashMap<PersonId, FreshLink>>);

impl FreshLinks {
    /// Holds a link for whoever made it.
    pub(crate) fn put(&self, by: PersonId, link: FreshLink) {
        self.links().insert(by, link);
    }

    /// Hands out the link of whoever made it, once.
    pub(crate) fn take(&self, by: PersonId) -> Option<FreshLink> {
        self.links().remove(&by)
    }

    fn links(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, FreshLink>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
