//! Carries out once more a revision that was in force.

use intent::{
    Actor, Approved, CannotRepeat, CloudName, Revision, RevisionNumber, RolloutNumber, Today,
    rollout::{Errand, Past},
};

use crate::{Engine, Result, Shown};

impl Engine {
    /// Begins to roll back to a revision that was in force here, by the approval it had. What its intents have made
    /// since is removed.
    pub async fn roll_back(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RevisionNumber,
        shown: &Shown,
        confirm: Option<&str>,
    ) -> Result<RolloutNumber> {
        let begun = self.begin(actor, cloud, number, Errand::RollBack, shown, confirm);
        begun.await
    }
}

/// Why a revision cannot be rolled back to, as a sentence; none if it can. The rollouts are those of its cloud, the
/// latest first.
pub(crate) fn cannot(revision: &Revision, pasts: &[Past], today: &Today) -> Option<String> {
    if is_in_force(revision, pasts) {
        return Some("This revision is in force.".into());
    }
    let mut why = CannotRepeat::NeverApplied;
    for past in pasts
        .iter()
        .filter(|past| past.order.revision == revision.number)
    {
        let Some((_, outcome)) = &past.ended else {
            continue;
        };
        match Approved::again(revision.clone(), &past.order, outcome, today) {
            Ok(_) => return None,
            Err(CannotRepeat::NeverApplied) => {}
            Err(other) => why = other,
        }
    }
    Some(format!("This cannot be rolled back to: {why}."))
}

/// Whether a revision is what is in force of each of its intents.
fn is_in_force(revision: &Revision, pasts: &[Past]) -> bool {
    revision.intents.iter().all(|sealed| {
        let of_it = |past: &&Past| {
            let mut intents = past.order.intents.iter();
            past.is_in_force() && intents.any(|(intent, _)| *intent == sealed.intent)
        };
        let latest = pasts.iter().find(of_it);
        latest.is_some_and(|past| past.order.revision == revision.number)
    })
}
