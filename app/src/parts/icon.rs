//! Small signs, drawn on a grid of 16.

use leptos::prelude::*;

/// A sign. It never stands alone: a word says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Mark,
    Overview,
    Settings,
    Theme,
    Right,
    Info,
    Failed,
    Working,
    Person,
    More,
    Services,
    Cloud,
    Switch,
    Search,
    Warning,
    Well,
    Unknown,
    Lock,
    LockHalf,
    LockOpen,
    Close,
    Copy,
    Download,
    Plus,
    Intents,
    Reviews,
    Rollouts,
    History,
    Check,
    Undo,
    Waiting,
    Nothing,
    Drifted,
    Missing,
}

impl Sign {
    /// The strokes, as path data. A circle is two arcs.
    fn strokes(self) -> &'static str {
        match self {
            Self::Mark => "M2.5 13.75 8 2.25l5.5 11.5M5.25 9.5l2.25 2.25 3.75-4.5",
            Self::Overview => "M2.25 10.75a5.75 5.75 0 0 1 11.5 0M8 10.75l2.75-3.5M2.25 13.25h11.5",
            Self::Settings => {
                "M2.25 5h6.25M11.5 5h2.25M2.25 11H4.5M7.5 11h6.25M8.5 5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0\
                 M4.5 11a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0"
            }
            Self::Theme => "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M8 2.5v11M10 3v10M12 4.5v7",
            Self::Right => "M6 3.75 10.25 8 6 12.25",
            Self::Info => "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M8 7.25V11M8 5v.1",
            Self::Failed => "M5.5 2.25h5l3.25 3.25v5l-3.25 3.25h-5L2.25 10.5v-5zM6 6l4 4M10 6l-4 4",
            Self::Working => "M8 2.5A5.5 5.5 0 0 1 13.5 8",
            Self::Person => {
                "M5.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M3 13.75c.5-3 2.25-4.25 5-4.25s4.5 1.25 5 4.25"
            }
            Self::Services => {
                "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5h-4.5z"
            }
            Self::Cloud => {
                "M4.75 12.5a3 3 0 0 1-.35-5.98a3.75 3.75 0 0 1 7.2.73a2.65 2.65 0 0 1-.35 5.25z"
            }
            Self::Switch => "M5 6l3-3 3 3M5 10l3 3 3-3",
            Self::Search => {
                "M2.75 7a4.25 4.25 0 1 0 8.5 0a4.25 4.25 0 1 0-8.5 0M10.25 10.25 13.5 13.5"
            }
            Self::Warning => "M8 2.25 14.25 13.25H1.75zM8 6.25v3.25M8 11.4v.1",
            Self::Well => "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M5.5 8.25 7.25 10 10.5 6.25",
            Self::Unknown => {
                "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M6.5 6.5c0-.8.65-1.35 1.5-1.35s1.5.5 1.5 1.35\
                 c0 1-1.5 1-1.5 2.1M8 10.75v.1"
            }
            Self::Lock => "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
            Self::LockHalf => {
                "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2M5.25 9h2.5M5.25 11.25h2.5"
            }
            Self::LockOpen => "M3.5 7h9v6.5h-9zM5.5 7V4.5a2.5 2.5 0 0 1 4.9-.7",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Download => "M8 2.5v8M4.75 7.5 8 10.75l3.25-3.25M2.5 13.5h11",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Intents => "M3.5 2.5h6l3 3v8h-9zM6 7.5h4M6 10.5h4",
            Self::Reviews => "M2.5 3.5h11v8H7l-3 2.5v-2.5H2.5zM5.75 7.5l1.6 1.6 3-3.2",
            Self::Rollouts => {
                "M2.5 8h4M6.5 8c2 0 1.5-4 4-4h3M6.5 8c2 0 1.5 4 4 4h3M11.75 2.25 13.5 4l-1.75 1.75M11.75 10.25 13.5 12l-1.75 1.75"
            }
            Self::Undo => "M3 6.5h6.75a3.25 3.25 0 0 1 0 6.5H6M5.75 3.5 2.75 6.5l3 3",
            Self::Waiting => "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M8 5v3l2 1.25",
            Self::Drifted => "M8 2.25 13.75 8 8 13.75 2.25 8zM6 7h4M6 9.25h4",
            Self::Missing => "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M5 8h6",
            Self::Nothing => "M4.5 8h7",
            Self::History => "M2.75 8A5.25 5.25 0 1 0 4.4 4.2M2.75 2.5v2.75H5.5M8 5.25V8l2 1.5",
            Self::Check => "M3 8.5l3.25 3.25L13 4.75",
            Self::Copy => {
                "M5.5 7a1.5 1.5 0 0 1 1.5-1.5h5a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5h-5a1.5 1.5 0 0 1-1.5-1.5zM3.5 10.5h-1v-8h8v1"
            }
            Self::More => {
                "M3 8a.75.75 0 1 0 1.5 0a.75.75 0 1 0-1.5 0M7.25 8a.75.75 0 1 0 1.5 0a.75.75 0 1 0-1.5 0\
                 M11.5 8a.75.75 0 1 0 1.5 0a.75.75 0 1 0-1.5 0"
            }
        }
    }
}

/// Draws a sign.
#[component]
pub(crate) fn Icon(
    sign: Sign,
    /// The word whose tone it takes, where it stands alone beside one.
    #[prop(default = "")]
    tone: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {tone}") viewBox="0 0 16 16" aria-hidden="true">
            <path d=sign.strokes()></path>
        </svg>
    }
}
