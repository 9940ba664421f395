//! Which intents are asked for: what is typed and chosen above their list, kept in the address.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    location::Url,
};

use super::icon::{Icon, Sign};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// A part of what is shown of it.
    pub(crate) text: String,
    /// The title of a kind; empty for all.
    pub(crate) kind: String,
    /// Which of them; none for all.
    pub(crate) only: Option<Only>,
}

/// Some of the intents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    /// Those that are not as they were applied, somewhere.
    Out,
    /// Those whose latest revision is in review.
    Review,
    /// Those that are being written.
    Drafts,
    /// My own.
    Mine,
}

impl Only {
    const ALL: [Self; 4] = [Self::Out, Self::Review, Self::Drafts, Self::Mine];

    fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Review => "review",
            Self::Drafts => "drafts",
            Self::Mine => "mine",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Out => "Not in sync",
            Self::Review => "In review",
            Self::Drafts => "With a draft",
            Self::Mine => "Mine",
        }
    }
}

impl Asked {
    /// Reads it from the address, each time that changes.
    pub(crate) fn from_address() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| {
                let only = query.get("only").unwrap_or_default();
                Self {
                    text: query.get("text").unwrap_or_default(),
                    kind: query.get("kind").unwrap_or_default(),
                    only: Only::ALL.into_iter().find(|known| known.word() == only),
                }
            })
        })
    }

    /// Whether a kind is asked for.
    pub(crate) fn kind_is(&self, title: &str) -> bool {
        self.kind.is_empty() || self.kind == title
    }

    /// Whether what is typed is in one of these.
    pub(crate) fn is_in(&self, texts: &[&str]) -> bool {
        let text = self.text.trim().to_lowercase();
        texts.iter().any(|part| part.to_lowercase().contains(&text))
    }

    /// What stands in the address for it.
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let only = self.only.map(Only::word).unwrap_or_default();
        let mut pairs = vec![
            ("text", self.text.as_str()),
            ("kind", &self.kind),
            ("only", only),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The address of a list with what is asked for.
    fn address(&self, page: &str) -> String {
        let escaped = |(key, value): (&str, &str)| format!("{key}={}", Url::escape(value));
        let pairs: Vec<String> = self.pairs().into_iter().map(escaped).collect();
        if pairs.is_empty() {
            page.into()
        } else {
            format!("{page}?{}", pairs.join("&"))
        }
    }

    /// The same with another kind; without one, where it is asked for already.
    fn turn_kind(&self, title: &str) -> Self {
        let kind = if self.kind == title { "" } else { title };
        Self {
            kind: kind.into(),
            ..self.clone()
        }
    }

    /// The same for some of them only; for all, where that is asked for already.
    fn turn_only(&self, only: Only) -> Self {
        Self {
            only: (self.only != Some(only)).then_some(only),
            ..self.clone()
        }
    }
}

/// What is asked for, to be typed and chosen.
#[component]
pub(crate) fn Filters(
    /// The address of the list.
    page: String,
    asked: Memo<Asked>,
    /// The titles of the kinds in the list.
    kinds: Vec<String>,
    /// How many are shown.
    shown: Signal<usize>,
    /// Of how many.
    all: usize,
) -> impl IntoView {
    let navigate = use_navigate();
    let at = StoredValue::new(page.clone());
    let to = move |asked: Asked| at.with_value(|page| asked.address(page));
    let typed = move |event| {
        let asked = Asked {
            text: event_target_value(&event),
            ..asked.get_untracked()
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&to(asked), options);
    };
    let kinds = kinds.into_iter().map(|title| {
        let (here, there) = (title.clone(), title.clone());
        let on = Memo::new(move |_| asked.with(|asked| asked.kind == here));
        let href = Signal::derive(move || to(asked.with(|asked| asked.turn_kind(&there))));
        chip(title, on, href)
    });
    let only = Only::ALL.into_iter().map(|only| {
        let on = Memo::new(move |_| asked.with(|asked| asked.only == Some(only)));
        let href = Signal::derive(move || to(asked.with(|asked| asked.turn_only(only))));
        chip(only.label().into(), on, href)
    });
    let kept = move || {
        asked.with(|asked| {
            let kept = asked
                .pairs()
                .into_iter()
                .filter(|(name, _)| *name != "text");
            kept.map(|(name, value)| {
                let value = value.to_owned();
                view! { <input type="hidden" name=name value=value/> }
            })
            .collect_view()
        })
    };
    view! {
        <form class="filters" role="search" method="get" action=page>
            <div class="input">
                <Icon sign=Sign::Search/>
                <input
                    type="search" name="text" aria-label="Name, kind or words" placeholder="Name, kind or words"
                    autocomplete="off" prop:value=move || asked.get().text value=asked.get_untracked().text
                    on:input=typed
                />
                {kept}
            </div>
            <div class="chips">{kinds.collect_view()}{only.collect_view()}</div>
            <p class="quiet" role="status">{move || format!("{} of {all}", shown.get())}</p>
        </form>
    }
}

fn chip(label: String, on: Memo<bool>, href: Signal<String>) -> impl IntoView {
    view! {
        <a
            href=href class=move || if on.get() { "chip on" } else { "chip outline" }
            aria-current=move || on.get().then_some("true")
        >
            {label}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_taken_and_taken_back() {
        let nothing = Asked::default();
        let mine = nothing.turn_only(Only::Mine);
        assert_eq!(mine.pairs(), [("only", "mine")]);
        assert_eq!(mine.turn_only(Only::Review).pairs(), [("only", "review")]);
        assert_eq!(mine.turn_only(Only::Mine), nothing);
        assert_eq!(nothing.pairs(), []);
        let both = mine.turn_kind("Mutual TLS");
        assert_eq!(both.pairs(), [("kind", "Mutual TLS"), ("only", "mine")]);
        assert_eq!(both.turn_kind("Mutual TLS"), mine);
    }

    #[test]
    fn whatever_is_typed_matches_any_of_the_texts() {
        let asked = Asked {
            text: " ViEw ".into(),
            ..Asked::default()
        };
        assert!(asked.is_in(&["x", "reviews"]));
        assert!(!asked.is_in(&["x"]));
        assert!(Asked::default().is_in(&["x"]));
    }
}
