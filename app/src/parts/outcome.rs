//! How a rollout goes, or how it ended.

use intent::{
    RolloutRow,
    rollout::{Errand, Outcome},
};
use leptos::prelude::*;

use super::{
    icon::{Icon, Sign},
    words::count,
};

/// Shows it: its sign, its word and its tone.
#[component]
pub(crate) fn OutcomeStatus(row: RolloutRow) -> impl IntoView {
    let (class, sign, words) = words(&row);
    view! { <span class=format!("status {class}")><Icon sign/>{words}</span> }
}

fn words(row: &RolloutRow) -> (&'static str, Sign, String) {
    match (&row.outcome, &row.turned) {
        (None, None) => ("working", Sign::Working, "rolling out".into()),
        (None, Some(_)) => ("working", Sign::Working, "taking back".into()),
        (Some(Outcome::Applied), _) => ("synced", Sign::Well, "applied".into()),
        (Some(Outcome::NothingToDo), _) => ("synced", Sign::Well, "nothing to change".into()),
        (Some(Outcome::TakenBack { left, .. }), _) if left.is_empty() => {
            ("warning", Sign::Undo, "taken back".into())
        }
        (Some(Outcome::TakenBack { left, .. }), _) => {
            let words = format!("taken back, {} left", count(left.len(), "object"));
            ("failed", Sign::Failed, words)
        }
    }
}

/// What a rollout is for: "revision 2", "back to revision 1".
pub(crate) fn errand(row: &RolloutRow) -> String {
    match row.errand {
        Errand::RollOut => format!("revision {}", row.revision),
        Errand::RollBack => format!("back to revision {}", row.revision),
        Errand::Restore => format!("restoring revision {}", row.revision),
    }
}

/// Rows for tests.
#[cfg(test)]
pub(crate) mod examples {
    use intent::{IntentName, PersonName, RevisionNumber, RolloutNumber, Time};

    use super::*;

    /// A rollout that is under way since the beginning of time.
    pub(crate) fn running() -> RolloutRow {
        RolloutRow {
            number: RolloutNumber(3),
            revision: RevisionNumber(2),
            names: vec![IntentName::read("reviews-mtls").unwrap()],
            errand: Errand::RollOut,
            by: PersonName::known("olga"),
            at: Time(0),
            turned: None,
            ended: None,
            outcome: None,
        }
    }

    /// One that was stopped and ended so, with what could not be put back.
    pub(crate) fn taken_back(left: Vec<intent::rollout::Remnant>) -> RolloutRow {
        let why = "olga stopped it.".to_owned();
        RolloutRow {
            turned: Some(why.clone()),
            ended: Some(Time(9_000)),
            outcome: Some(Outcome::TakenBack { why, left }),
            ..running()
        }
    }
}

#[cfg(test)]
mod tests {
    use intent::rollout::Remnant;
    use mesh::{ResourceKey, ResourceKind};

    use super::*;

    #[test]
    fn what_could_not_be_put_back_is_counted() {
        let left = Remnant {
            site: "us-east".into(),
            key: ResourceKey::new(ResourceKind::PeerAuthentication, "default", "reviews"),
            says: "is otherwise".into(),
        };
        let said = |row| words(&row).2;
        assert_eq!(said(examples::running()), "rolling out");
        assert_eq!(said(examples::taken_back(vec![])), "taken back");
        assert_eq!(
            said(examples::taken_back(vec![left])),
            "taken back, 1 object left"
        );
    }

    #[test]
    fn a_rollback_says_that_it_goes_back() {
        let back = RolloutRow {
            errand: Errand::RollBack,
            ..examples::running()
        };
        assert_eq!(errand(&examples::running()), "revision 2");
        assert_eq!(errand(&back), "back to revision 2");
    }
}
