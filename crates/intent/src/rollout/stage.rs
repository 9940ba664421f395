//! How far rollouts brought a revision.

use super::{Order, Outcome, Past};
use crate::{Revision, Stage};

impl Stage {
    /// The stage of a revision, once it is known what rollouts did: those of its cloud, the latest first.
    #[must_use]
    pub fn after(self, revision: &Revision, rollouts: &[Past]) -> Self {
        let mut own = rollouts.iter();
        let own = own.find(|past| past.order.revision == revision.number);
        let Some(Past { order, ended, .. }) = own else {
            return self;
        };
        let rollout = order.number;
        let Some((_, outcome)) = ended else {
            return Self::RollingOut { rollout };
        };
        match (in_force(revision, rollouts), outcome, self) {
            (Some(order), _, _) if order.revision == revision.number => {
                is_in_force(revision, order)
            }
            (_, _, left @ (Self::Recalled | Self::Superseded(_))) => left,
            (_, Outcome::TakenBack { why, .. }, _) => Self::TakenBack {
                rollout,
                why: why.clone(),
            },
            (Some(other), Outcome::Applied | Outcome::NothingToDo, _) => Self::TakenBack {
                rollout: other.number,
                why: format!("Revision {} was rolled back to.", other.revision),
            },
            (None, Outcome::Applied | Outcome::NothingToDo, stage) => stage,
        }
    }
}

fn is_in_force(revision: &Revision, order: &Order) -> Stage {
    if revision
        .intents
        .iter()
        .all(|sealed| sealed.content.is_none())
    {
        return Stage::Withdrawn;
    }
    Stage::Applied {
        rollout: order.number,
    }
}

/// What was ordered last, and is in force, of the intents of a revision.
fn in_force<'a>(revision: &Revision, rollouts: &'a [Past]) -> Option<&'a Order> {
    let is_of_it = |past: &&Past| {
        let mut intents = past.order.intents.iter();
        intents.any(|(id, _)| revision.intents.iter().any(|sealed| sealed.intent == *id))
    };
    let mut in_force = rollouts.iter().filter(|past| past.is_in_force());
    in_force.find(is_of_it).map(|past| &past.order)
}
