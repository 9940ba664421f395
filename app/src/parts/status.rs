//! States, each with its shape, its word and its tone.

use intent::{Level, Line, Status};
use leptos::prelude::*;
use mesh::mtls::Mode;

use super::{
    icon::{Icon, Sign},
    time::Moment,
};

/// Whether a site is seen as it is now.
#[component]
pub(crate) fn LineStatus(line: Line) -> impl IntoView {
    match line {
        Line::Live => view! { <span class="status synced"><Icon sign=Sign::Well/>"Live"</span> }.into_any(),
        Line::Connecting => {
            view! { <span class="status working"><Icon sign=Sign::Working/>"Reading"</span> }.into_any()
        }
        Line::Lost { since, .. } => view! {
            <span class="status unknown"><Icon sign=Sign::Unknown/>"Unknown since "<Moment at=since/></span>
        }
        .into_any(),
    }
}

/// How an intent stands.
#[component]
pub(crate) fn StatusMark(status: Status) -> impl IntoView {
    let (class, sign) = match status {
        Status::Synced => ("status synced", Sign::Well),
        Status::Drifted => ("status drifted", Sign::Drifted),
        Status::Missing => ("status missing", Sign::Missing),
        Status::Failed => ("status failed", Sign::Failed),
        Status::Unknown => ("status unknown", Sign::Unknown),
    };
    view! { <span class=class><Icon sign/>{status.word()}</span> }
}

/// What is accepted: a closed, half or open lock.
#[component]
pub(crate) fn Lock(mode: Option<Mode>) -> impl IntoView {
    let (class, sign, word) = match mode {
        Some(Mode::Strict) => ("lock", Sign::Lock, "mTLS only"),
        Some(Mode::Permissive) => ("lock half", Sign::LockHalf, "mTLS and plaintext"),
        Some(Mode::Disabled) => ("lock open", Sign::LockOpen, "plaintext only"),
        None => ("lock", Sign::Unknown, "not known"),
    };
    view! { <span class=class><Icon sign/>{word}</span> }
}

/// Pods that take calls, of all.
#[component]
pub(crate) fn Ready(ready: usize, total: usize) -> impl IntoView {
    let text = format!("{ready} of {total}");
    let (class, sign) = match (ready, total) {
        (_, 0) => ("status unknown", Some(Sign::Unknown)),
        (0, _) => ("status failed", Some(Sign::Failed)),
        (ready, total) if ready < total => ("status warning", Some(Sign::Warning)),
        _ => ("status", None),
    };
    view! { <span class=class>{sign.map(|sign| view! { <Icon sign/> })}{text}</span> }
}

/// The sign and the tone of a level.
pub(crate) fn of_level(level: Level) -> (&'static str, Sign, &'static str) {
    match level {
        Level::Error => ("error", Sign::Failed, "Errors"),
        Level::Warning => ("warning", Sign::Warning, "Warnings"),
        Level::Note => ("note", Sign::Info, "Notes"),
    }
}
