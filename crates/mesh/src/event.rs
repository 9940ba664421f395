//! What a watch tells.

use serde_json::Value;

use crate::{ResourceKey, ResourceKind};

/// One thing that a watch of one kind tells, in the order in which it tells it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A list of all objects of a kind begins. It is seen when it is complete, not before.
    Started(ResourceKind),
    /// The list holds this object.
    Listed(ResourceKind, Value),
    /// The list is complete: what it did not hold is gone.
    Synced(ResourceKind),
    /// An object was created or changed.
    Applied(ResourceKind, Value),
    /// An object was deleted.
    Deleted(ResourceKey),
    /// The kind may not be read any more: nothing is known of it.
    Forgotten(ResourceKind),
}
