//! How far a revision has come.

use intent::Stage;
use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// Shows a stage: its sign, its word and its tone.
#[component]
pub(crate) fn StageStatus(stage: Stage) -> impl IntoView {
    let (class, sign) = match stage {
        Stage::InReview => ("status", Sign::Reviews),
        Stage::Approved | Stage::Applied { .. } => ("status synced", Sign::Well),
        Stage::RollingOut { .. } => ("status working", Sign::Working),
        Stage::ChangesRequested => ("status warning", Sign::Warning),
        Stage::TakenBack { .. } => ("status warning", Sign::Undo),
        Stage::Recalled | Stage::Superseded(_) | Stage::Withdrawn => ("status none", Sign::Close),
    };
    view! { <span class=class><Icon sign/>{words(&stage)}</span> }
}

/// A stage in words: "in review".
pub(crate) fn words(stage: &Stage) -> String {
    match stage {
        Stage::InReview => "in review".into(),
        Stage::Approved => "approved".into(),
        Stage::ChangesRequested => "changes requested".into(),
        Stage::Recalled => "taken out of review".into(),
        Stage::Superseded(by) => format!("superseded by {by}"),
        Stage::RollingOut { .. } => "rolling out".into(),
        Stage::Applied { .. } => "applied".into(),
        Stage::Withdrawn => "withdrawn".into(),
        Stage::TakenBack { .. } => "taken back".into(),
    }
}

/// Says whether something is still to come: votes, what a reviewer asked for, or its rollout.
pub(crate) fn is_open(stage: &Stage) -> bool {
    match stage {
        Stage::InReview | Stage::Approved | Stage::ChangesRequested | Stage::RollingOut { .. } => {
            true
        }
        Stage::Recalled
        | Stage::Superseded(_)
        | Stage::Applied { .. }
        | Stage::Withdrawn
        | Stage::TakenBack { .. } => false,
    }
}
