//! What stands above a revision.

use intent::{RevisionPage, RevisionRow, Stage};
use leptos::prelude::*;

use super::{
    digest::DigestShort,
    person::Person,
    plain::Plain,
    time::Moment,
    words::{count, listed},
};
use crate::api::{reviews::page as address, rollouts};

/// Says in a sentence what it says and how far it has come; below, whose it is, when and where.
#[component]
pub(crate) fn RevisionHead(page: RevisionPage) -> impl IntoView {
    let row = page.row;
    let cloud = page.cloud;
    let kinds = page.kinds.into_iter().map(|kind| format!(", {kind}"));
    let latest = page.rollouts.first().map(|row| row.number);
    let later = match row.stage {
        Stage::Superseded(by) => Some((
            address(&cloud, by),
            format!("Revision {by}"),
            " goes on from it.",
        )),
        Stage::RollingOut { .. }
        | Stage::Applied { .. }
        | Stage::Withdrawn
        | Stage::TakenBack { .. } => latest.map(|number| {
            let href = rollouts::page(&cloud, number);
            (href, format!("Rollout {number}"), " shows how.")
        }),
        Stage::InReview | Stage::Approved | Stage::ChangesRequested | Stage::Recalled => None,
    };
    let later = later.map(|(href, name, says)| view! { <a href=href>{name}</a>{says} });
    let last = row.names.len().saturating_sub(1);
    let intents = row.names.iter().enumerate().map(|(at, name)| {
        let href = format!("/c/{cloud}/intents/{name}");
        view! { <a href=href>{name.to_string()}</a>{(at < last).then_some(", ")} }
    });
    view! {
        <header class="head">
            <h1>
                <strong><Plain text=row.says.clone()/></strong>
                " "
                {sentence(&row, page.may_approve.len())}
                " "
                {later}
            </h1>
            <p class="context">
                <span>{intents.collect_view()}{kinds.collect_view()}</span>
                <span>
                    {format!("Revision {} by ", row.number)}
                    <Person name=row.author.to_string()/>
                    ", "
                    <Moment at=row.at/>
                </span>
                <span>{format!("For {}", listed(&page.sites))}</span>
                <span>"Compared "<Moment at=page.as_of/></span>
                <DigestShort digest=page.digest/>
            </p>
        </header>
    }
}

/// How far it has come, and how it can go on.
fn sentence(row: &RevisionRow, may: usize) -> String {
    let needed = count(row.needed as usize, "approval");
    let approvals = format!("{} of {needed}", row.approvals);
    let people = match may {
        0 => "nobody else may approve".to_owned(),
        1 => "1 person may still approve".to_owned(),
        may => format!("{may} people may still approve"),
    };
    match &row.stage {
        Stage::InReview => format!("{approvals}; {people}."),
        Stage::Approved => format!("Approved, with {approvals}."),
        Stage::ChangesRequested => format!("A reviewer requests changes; {approvals}."),
        Stage::Recalled => "Taken out of review.".into(),
        Stage::Superseded(_) => "No longer in review.".into(),
        Stage::RollingOut { .. } => "Being rolled out.".into(),
        Stage::Applied { .. } => "In force on every site.".into(),
        Stage::Withdrawn => "Withdrawn; nothing of it is left on any site.".into(),
        Stage::TakenBack { why, .. } => format!("Taken back. {why}"),
    }
}

#[cfg(test)]
mod tests {
    use intent::{IntentName, PersonName, RevisionNumber};
    use mesh::Time;

    use super::*;

    fn row(stage: Stage, approvals: u32) -> RevisionRow {
        RevisionRow {
            number: RevisionNumber(2),
            names: vec![IntentName::read("reviews-mtls").unwrap()],
            version: 1,
            says: String::new(),
            author: PersonName::known("ada"),
            at: Time(0),
            stage,
            approvals,
            needed: 2,
            waits_for_me: false,
        }
    }

    #[test]
    fn the_sentence_says_what_is_missing_and_who_can_give_it() {
        assert_eq!(
            sentence(&row(Stage::InReview, 1), 3),
            "1 of 2 approvals; 3 people may still approve."
        );
        assert_eq!(
            sentence(&row(Stage::InReview, 0), 0),
            "0 of 2 approvals; nobody else may approve."
        );
        assert_eq!(
            sentence(&row(Stage::Approved, 2), 1),
            "Approved, with 2 of 2 approvals."
        );
        assert_eq!(
            sentence(&row(Stage::ChangesRequested, 1), 1),
            "A reviewer requests changes; 1 of 2 approvals."
        );
    }
}
