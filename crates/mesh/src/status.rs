//! A plan seen as a status.

use serde::{Deserialize, Serialize};

use crate::{Action, Plan};

/// How far what is there is from what is wanted; the worse, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sync {
    /// It is as it is wanted.
    Synced,
    /// Something is there that is not as it is wanted.
    Drifted,
    /// Something that is wanted is not there.
    Missing,
}

/// Says how far a site is from what is wanted there: the status is what is left to do.
pub fn status(plan: &Plan) -> Sync {
    let each = plan.changes.iter().map(|change| match change.action {
        Action::Keep => Sync::Synced,
        Action::Update | Action::Remove | Action::Foreign => Sync::Drifted,
        Action::Create => Sync::Missing,
    });
    each.max().unwrap_or(Sync::Synced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Change, ResourceKey, ResourceKind};

    fn with(actions: &[Action]) -> Sync {
        let changes = actions.iter().map(|action| Change {
            key: ResourceKey::new(ResourceKind::PeerAuthentication, "default", "reviews"),
            action: *action,
            live: None,
            wanted: None,
        });
        status(&Plan {
            changes: changes.collect(),
        })
    }

    #[test]
    fn nothing_left_to_do_is_synced() {
        assert_eq!(with(&[]), Sync::Synced);
        assert_eq!(with(&[Action::Keep]), Sync::Synced);
    }

    #[test]
    fn what_would_be_changed_or_removed_has_drifted() {
        for action in [Action::Update, Action::Remove, Action::Foreign] {
            assert_eq!(with(&[Action::Keep, action]), Sync::Drifted);
        }
    }

    #[test]
    fn what_would_be_made_is_missing_whatever_else_is_to_be_done() {
        assert_eq!(with(&[Action::Update, Action::Create]), Sync::Missing);
    }
}
