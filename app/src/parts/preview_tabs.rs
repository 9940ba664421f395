//! What a draft would do, beside its form.

use intent::{Field, Preview};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::{
    finding::tally,
    preview::{Changes, Findings, Turned, Words, Workloads, Yaml, changed},
};

/// One of the views of what would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Changes,
    Workloads,
    Yaml,
    Findings,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Changes, Self::Workloads, Self::Yaml, Self::Findings];

    /// The word in the address; the first has none.
    fn word(self) -> &'static str {
        match self {
            Self::Changes => "",
            Self::Workloads => "workloads",
            Self::Yaml => "yaml",
            Self::Findings => "findings",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Changes => "Changes",
            Self::Workloads => "Workloads",
            Self::Yaml => "YAML",
            Self::Findings => "Findings",
        }
    }
}

/// The tab that an address names. Workloads have one only where one of them would change.
fn named(word: Option<&str>, turns: usize) -> Tab {
    let word = word.unwrap_or_default();
    let tab = Tab::ALL.into_iter().find(|tab| tab.word() == word);
    match tab {
        Some(Tab::Workloads) if turns == 0 => Tab::Changes,
        tab => tab.unwrap_or(Tab::Changes),
    }
}

/// A number in a tab and its tone; none where there is nothing to count.
fn number(tab: Tab, preview: &Preview) -> Option<(usize, &'static str)> {
    let (errors, warnings) = tally(&preview.findings);
    let (number, tone) = match tab {
        Tab::Changes => (changed(&preview.plans), ""),
        Tab::Workloads => (preview.turns.len(), ""),
        Tab::Yaml => (0, ""),
        Tab::Findings if errors > 0 => (preview.findings.len(), "error"),
        Tab::Findings if warnings > 0 => (preview.findings.len(), "warning"),
        Tab::Findings => (preview.findings.len(), ""),
    };
    (number > 0).then_some((number, tone))
}

/// What a draft would do: in words, and below that as changes, workloads, YAML or findings.
#[component]
pub(crate) fn PreviewTabs(
    preview: RwSignal<Preview>,
    /// The draft's name, after which its file is called.
    name: RwSignal<String>,
    fields: &'static [Field],
) -> impl IntoView {
    // Each part is shown anew only when it says something else.
    let says = Memo::new(move |_| preview.with(|preview| preview.says.clone()));
    let plans = Memo::new(move |_| preview.with(|preview| preview.plans.clone()));
    let turns = Memo::new(move |_| preview.with(|preview| preview.turns.clone()));
    let findings = Memo::new(move |_| preview.with(|preview| preview.findings.clone()));
    let query = use_query_map();
    let tab = Memo::new(move |_| {
        let turns = turns.with(Vec::len);
        query.with(|query| named(query.get_str("tab"), turns))
    });
    let turned = Turned::new();
    let panel = move || match tab.get() {
        Tab::Changes => (move || view! { <Changes plans=plans.get() turned/> }).into_any(),
        Tab::Workloads => (move || view! { <Workloads turns=turns.get()/> }).into_any(),
        Tab::Yaml => {
            (move || view! { <Yaml plans=plans.get() name=name.get_untracked()/> }).into_any()
        }
        Tab::Findings => (move || view! { <Findings findings=findings.get() fields/> }).into_any(),
    };
    view! {
        <aside class="preview" aria-label="What this draft would do">
            <section class="in-words" aria-labelledby="words">
                <h2 class="kicker" id="words">"In words"</h2>
                {move || view! { <Words says=says.get()/> }}
            </section>
            <div class="panels">
                <nav class="tabs" aria-label="Preview">
                    {Tab::ALL.into_iter().map(|one| link(one, tab, preview)).collect_view()}
                </nav>
                <section aria-label=move || tab.get().name()>{panel}</section>
            </div>
        </aside>
    }
}

fn link(one: Tab, tab: Memo<Tab>, preview: RwSignal<Preview>) -> AnyView {
    let path = use_location().pathname;
    let number = Memo::new(move |_| preview.with(|preview| number(one, preview)));
    let href = move || match one.word() {
        "" => path.get(),
        word => format!("{}?tab={word}", path.get()),
    };
    let counted = move || {
        number
            .get()
            .map(|(n, tone)| view! { <span class=tone>{n.to_string()}</span> })
    };
    view! {
        <a
            href=href data-noscroll="" hidden=move || one == Tab::Workloads && number.get().is_none()
            aria-current=move || (tab.get() == one).then_some("true")
        >
            {one.name()}
            {counted}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_tab_and_else_the_changes_are_open() {
        assert_eq!(named(Some("yaml"), 0), Tab::Yaml);
        assert_eq!(named(Some("workloads"), 2), Tab::Workloads);
        assert_eq!(named(Some("workloads"), 0), Tab::Changes);
        assert_eq!(named(Some("nonsense"), 0), Tab::Changes);
        assert_eq!(named(None, 0), Tab::Changes);
    }
}
