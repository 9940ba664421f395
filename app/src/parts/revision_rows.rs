//! Revisions, as rows of a table.

use intent::{CloudName, RevisionRow, Stage};
use leptos::prelude::*;

use super::{person::Person, plain::Plain, stage::StageStatus, time::Moment, words::listed};
use crate::api::reviews::page;

/// What a list of revisions is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A whole cloud, so each row names its intents.
    Cloud,
    /// One intent, so each row names its version.
    Intent,
}

/// Lists revisions.
#[component]
pub(crate) fn RevisionRows(cloud: CloudName, rows: Vec<RevisionRow>, of: Of) -> impl IntoView {
    view! {
        <table class="table stacks rows-open revisions">
            <thead>
                <tr>
                    <th scope="col">"Revision"</th>
                    <th scope="col">"What it says"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"Submitted"</th>
                    <th scope="col">"Approvals"</th>
                    <th scope="col">"Stage"</th>
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| view! { <Row href=page(&cloud, row.number) row of/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(row: RevisionRow, href: String, of: Of) -> impl IntoView {
    let (name, about) = named(&row, of);
    let why = match &row.stage {
        Stage::TakenBack { why, .. } => Some(why.clone()),
        _ => None,
    };
    view! {
        <tr>
            <th scope="row"><a href=href>{name}</a>" "<small>{about}</small></th>
            <td class="whole"><Plain text=row.says/></td>
            <td data-label="By"><Person name=row.author.to_string()/></td>
            <td data-label="Submitted" class="quiet"><Moment at=row.at/></td>
            <td data-label="Approvals">{format!("{} of {}", row.approvals, row.needed)}</td>
            <td class="whole">
                <StageStatus stage=row.stage/>
                {why.map(|why| view! { <small>" "<Plain text=why/></small> })}
            </td>
        </tr>
    }
}

/// What a revision is called in a list, and what tells it from others.
fn named(row: &RevisionRow, of: Of) -> (String, String) {
    match of {
        Of::Cloud => (names(row), format!("revision {}", row.number)),
        Of::Intent => (
            format!("Revision {}", row.number),
            format!("version {}", row.version),
        ),
    }
}

/// The names of its intents: "a", "a and b", "a, b and c".
pub(crate) fn names(row: &RevisionRow) -> String {
    let names: Vec<String> = row.names.iter().map(ToString::to_string).collect();
    listed(&names)
}
