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
            Self::More => {
                "M3 8a.75.75 0 1 0 1.5 0a.75.75 0 1 0-1.5 0M7.25 8a.75.75 0 1 0 1.5 0a.75.75 0 1 0-1.5 0\
                 M11.5 8a.75.75 0 1 0 1.5 0a.75.75 0 1 0-1.5 0"
            }
        }
    }
}

/// Draws a sign.
#[component]
pub(crate) fn Icon(sign: Sign) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=sign.strokes()></path>
        </svg>
    }
}
