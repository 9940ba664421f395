//! A draft being written: the form on one side, what it would do on the other.

use std::collections::BTreeSet;

use intent::{DraftId, DraftPage, KindInfo, Preview, kind_named};
use leptos::{form::ActionForm, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use mesh::Finding;

use crate::{
    AppError,
    api::drafts::{RestoreDraft, SaveDraft, draft},
    parts::{
        before::typed_before,
        conflict::Conflict,
        desk::{Desk, Keeping},
        finding::{tally, to_mend},
        foot::Foot,
        icon::{Icon, Sign},
        intent_form::{IntentForm, Marks, Sheet, required, said},
        loaded::{cloud_named, loaded},
        plain::Plain,
        preview_tabs::PreviewTabs,
        submit::{Submit, error_of},
        trouble::Trouble,
        words::{count, listed},
    },
    visit::visit,
};

/// The id of the form.
const FORM: &str = "draft";

/// Reads the draft anew when it goes up.
#[derive(Clone, Copy)]
struct Again(RwSignal<u32>);

/// Shows a draft.
#[component]
pub(crate) fn Draft() -> impl IntoView {
    let params = use_params_map();
    let again = RwSignal::new(0);
    provide_context(Again(again));
    let page = Resource::new_blocking(
        move || {
            let which = params.with(|params| (params.get("cloud"), params.get("draft")));
            (which, again.get())
        },
        |((cloud, id), _)| async move { draft(cloud_named(cloud)?, draft_numbered(id)?).await },
    );
    loaded(page, |page| match kind_named(&page.kind) {
        Some(kind) => view! { <Written page kind/> }.into_any(),
        None => view! { <Unknown kind=page.kind/> }.into_any(),
    })
}

/// Reads the number that an address names. What is no number is not there.
fn draft_numbered(text: Option<String>) -> Result<DraftId, AppError> {
    let number = text.and_then(|text| text.parse().ok());
    #[cfg(feature = "ssr")]
    if number.is_none() {
        crate::session::set_status(&AppError::NotFound);
    }
    number.map(DraftId).ok_or(AppError::NotFound)
}

#[component]
fn Unknown(kind: String) -> impl IntoView {
    view! {
        <Title text="Draft · Assent"/>
        <header class="head">
            <h1><strong>"This draft cannot be shown."</strong>" This version of Assent does not know the kind "{kind}"."</h1>
        </header>
    }
}

#[component]
fn Written(page: DraftPage, kind: &'static KindInfo) -> impl IntoView {
    let me = visit().me.map(|me| me.name).unwrap_or_default();
    let desk = Desk::open(&page, &me);
    let sheet = Sheet {
        fields: kind.fields,
        desk,
        choices: StoredValue::new(page.choices.clone()),
        findings: Memo::new(move |_| desk.preview.with(|preview| preview.findings.clone())),
        left: RwSignal::new(BTreeSet::new()),
        // Who goes on with something may be told at once what is wrong with it.
        strict: RwSignal::new(page.version > 0 || page.base.is_some()),
        awake: RwSignal::new(false),
    };
    Effect::new(move |_| sheet.awake.set(true));
    let writes = page.readonly.is_none() && !page.discarded;
    if writes {
        desk.begin(&page, typed_before(FORM));
    }
    let Again(again) = expect_context();
    let foot = writes.then(|| view! { <Foot sheet/> });
    view! {
        <Head page=page.clone() desk kind/>
        <div class="notices">
            <Notices page=page.clone() desk again/>
            <Conflict desk fields=kind.fields again/>
        </div>
        <div class="writing">
            <form
                id=FORM method="post" action=SaveDraft::PATH autocomplete="off"
                on:submit=move |event| {
                    event.prevent_default();
                    desk.save_now();
                }
            >
                // What Enter presses, before any button of a row.
                <button type="submit" hidden>"Save"</button>
                <input type="hidden" name="cloud" value=page.cloud.to_string()/>
                <input type="hidden" name="draft" value=page.id.to_string()/>
                <input type="hidden" name="version" value=page.version.to_string()/>
                <fieldset class="whole-form" disabled=!writes>
                    <legend class="spoken">{kind.title}</legend>
                    <Name sheet named=page.named/>
                    <IntentForm sheet/>
                </fieldset>
            </form>
            <PreviewTabs preview=desk.preview name=desk.name fields=kind.fields/>
        </div>
        {foot}
    }
}

/// The sentence at the top, and what the draft is about.
#[component]
fn Head(page: DraftPage, desk: Desk, kind: &'static KindInfo) -> impl IntoView {
    let (cloud, discarded) = (page.cloud.clone(), page.discarded);
    let title = move || {
        let name = desk.name.with(|name| name_of(name));
        format!("{name} · Assent")
    };
    let begun = page.base.is_some();
    let sentence = Memo::new(move |_| match (discarded, desk.version.get()) {
        (true, _) => "was discarded.".into(),
        (false, 0) if !begun => "is still empty.".into(),
        (false, _) => desk.keeping.with(|keeping| match keeping {
            Keeping::Saved | Keeping::Saving => {
                desk.preview.with(|preview| sentence(&preview.findings))
            }
            Keeping::Refused(_) => "is not saved as it stands here.".into(),
            Keeping::Overtaken(_) => "was saved elsewhere meanwhile.".into(),
        }),
    });
    let from = match page.base {
        Some(number) => {
            let href = format!("/c/{cloud}/revisions/{number}");
            view! { <span>"From "<a class="link" href=href>{format!("revision {number}")}</a></span> }.into_any()
        }
        None => view! { <span>"New intent"</span> }.into_any(),
    };
    let sites = Memo::new(move |_| desk.preview.with(sites));
    view! {
        <Title text=title/>
        <header class="head">
            <h1><strong>{move || desk.name.with(|name| view! { <Plain text=name_of(name)/> })}</strong>" "{move || sentence.get()}</h1>
            <p class="context">
                <span>{kind.title}</span>
                {from}
                {move || {
                    let sites = sites.get();
                    (!sites.is_empty()).then(|| view! { <span>"For "{listed(&sites)}</span> })
                }}
            </p>
        </header>
    }
}

/// What a draft is called in a sentence.
fn name_of(name: &str) -> String {
    match name.trim() {
        "" => "An unnamed draft".into(),
        name => name.into(),
    }
}

/// Whether a draft can be submitted, and what was found.
fn sentence(findings: &[Finding]) -> String {
    let (_, warnings) = tally(findings);
    let warnings = (warnings > 0).then(|| count(warnings, "warning"));
    match (to_mend(findings), warnings) {
        (Some(things), Some(warnings)) => format!("has {things} and {warnings}."),
        (Some(things), None) => format!("has {things}."),
        (None, Some(warnings)) => format!("can be submitted. It has {warnings}."),
        (None, None) => "can be submitted.".into(),
    }
}

/// The sites of which something is said or planned.
fn sites(preview: &Preview) -> Vec<String> {
    let said = preview.says.iter().flat_map(|said| &said.sites);
    let planned = preview.plans.iter().flat_map(|plan| &plan.sites);
    let sites: BTreeSet<&String> = said.chain(planned).collect();
    sites.into_iter().cloned().collect()
}

/// What whoever opens the draft has to know before they type.
#[component]
fn Notices(page: DraftPage, desk: Desk, again: RwSignal<u32>) -> impl IntoView {
    let restore = ServerAction::<RestoreDraft>::new();
    let value = restore.value();
    Effect::new(move |_| {
        if let Some(Ok(_)) = value.get() {
            again.update(|again| *again += 1);
        }
    });
    let readonly = page.readonly.clone().map(|reason| line(Sign::Info, reason));
    let discarded = page.discarded.then(|| {
        let form = page.readonly.is_none().then(|| {
            view! {
                <ActionForm action=restore>
                    <input type="hidden" name="cloud" value=page.cloud.to_string()/>
                    <input type="hidden" name="draft" value=page.id.to_string()/>
                    <Submit label="Restore" look="small" waiting=restore.pending()/>
                </ActionForm>
            }
        });
        view! {
            <div class="notice-line info">
                <Icon sign=Sign::Info/>
                <span>"This draft was discarded."</span>
                {form}
            </div>
            <Trouble error=error_of(restore)/>
        }
    });
    let put_back = move || {
        let says = "What you typed before and was not saved yet is back.";
        desk.put_back.get().then(|| line(Sign::Info, says.into()))
    };
    view! {
        {readonly}
        {discarded}
        <div role="status">{put_back}</div>
    }
}

fn line(sign: Sign, says: String) -> AnyView {
    view! { <p class="notice-line info"><Icon sign/><span>{says}</span></p> }.into_any()
}

/// The name of the intent; that of one which exists stays.
#[component]
fn Name(sheet: Sheet, named: bool) -> impl IntoView {
    let desk = sheet.desk;
    const HELP: &str =
        "Lower-case letters, digits and dashes. The objects it makes are called after it.";
    let before = desk.name.get_untracked();
    if named {
        return view! {
            <div class="field">
                <span class="label">"Name"</span>
                <p>{before.clone()}</p>
                <input type="hidden" name="name" value=before/>
            </div>
        }
        .into_any();
    }
    let marks = Marks::of_name(sheet);
    let (edge, invalid, described) = (marks.clone(), marks.clone(), marks);
    view! {
        <div class="field" on:focusout=move |_| sheet.leave("name")>
            <label for="at-name">"Name"{required()}</label>
            <div class=move || format!("input {}", edge.tone())>
                <input
                    id="at-name" name="name" value=before maxlength="200"
                    autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=move || invalid.invalid() aria-describedby=move || described.described()
                    prop:value=move || desk.name.get()
                    on:input=move |event| desk.name.set(event_target_value(&event))
                />
            </div>
            <p class="help" id="at-name-help">{HELP}</p>
            {said("name", sheet.found("name".into()))}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use mesh::Level;

    use super::*;

    #[test]
    fn the_page_says_whether_the_draft_can_be_submitted() {
        let of = |level| Finding::field(level, "x", "mode", "", "");
        let (error, warning, note) = (of(Level::Error), of(Level::Warning), of(Level::Note));
        assert_eq!(sentence(&[]), "can be submitted.");
        assert_eq!(sentence(std::slice::from_ref(&note)), "can be submitted.");
        assert_eq!(
            sentence(&[warning.clone(), note]),
            "can be submitted. It has 1 warning."
        );
        assert_eq!(
            sentence(&[error.clone(), error, warning]),
            "has 2 things to mend and 1 warning."
        );
    }
}
