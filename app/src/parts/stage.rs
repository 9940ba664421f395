//! How far a revision has come.

use intent::Stage;
use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// Shows a stage: its sign, its word and its tone.
#[component]
pub(crate) fn StageStatus(stage: Stage) -> impl IntoView {
    let (class, sign) = match stage {
        Stage::InReview => ("status", Sign::Reviews),
        Stage::Approved => ("status synced", Sign::Well),
        Stage::ChangesRequested => ("status warning", Sign::Warning),
        Stage::Recalled | Stage::Superseded(_) => ("status none", Sign::Close),
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
    }
}

/// Says whether something is still to come: votes, or what a reviewer asked for.
pub(crate) fn is_open(stage: &Stage) -> bool {
    match stage {
        Stage::InReview | Stage::ChangesRequested => true,
        Stage::Approved | Stage::Recalled | Stage::Superseded(_) => false,
    }
}
