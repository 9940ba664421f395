//! What stands below a draft: whether it is saved, and what can be done with it.

use leptos::{ev, form::ActionForm, prelude::*, server_fn::ServerFn};
use leptos_router::{hooks::use_location, location::Url};
use mesh::Finding;

use super::{
    desk::{Desk, Keeping},
    finding::{focus, to_mend},
    icon::{Icon, Sign},
    intent_form::Sheet,
    submit::{Submit, error_of, go_on_when_done},
    time::Moment,
    trouble::Trouble,
};
use crate::{
    AppError,
    api::drafts::{DiscardDraft, SubmitDraft},
    visit::visit,
};

/// The bar at the foot of a draft that can be written.
#[component]
pub(crate) fn Foot(sheet: Sheet) -> impl IntoView {
    let desk = sheet.desk;
    let discard = ServerAction::<DiscardDraft>::new();
    go_on_when_done(discard);
    go_on_when_done(desk.submit);
    let (cloud, draft) = desk.which();
    let reason = Memo::new(move |_| {
        let overtaken = desk
            .keeping
            .with(|keeping| matches!(keeping, Keeping::Overtaken(_)));
        match overtaken {
            true => Some("First choose above what is to stay.".to_owned()),
            false => sheet.findings.with(|findings| to_mend(findings)),
        }
    });
    // What is about no field has no field to go to.
    let is_elsewhere = Memo::new(move |_| sheet.findings.with(|findings| is_elsewhere(findings)));
    let submit = move |event: ev::MouseEvent| {
        event.prevent_default();
        sheet.strict.set(true);
        if reason.with_untracked(Option::is_none) {
            desk.submit();
        } else {
            sheet
                .findings
                .with_untracked(|findings| focus_first(findings));
        }
    };
    let submitted = error_of(desk.submit);
    view! {
        <Trouble error=error_of(discard)/>
        <div role="alert">{move || submitted.get().and_then(not_submitted)}</div>
        <div class="footbar" role="group" aria-label="Draft">
            <div class="keeping">{move || keeping(sheet)}</div>
            <div class="actions">
                <p class="reason" id="why-not">
                    {move || reason.get()}
                    {move || is_elsewhere.get().then(|| view! { " "<a class="do" href="?tab=findings">"Show what is wrong"</a> })}
                </p>
                <ActionForm action=discard>
                    <input type="hidden" name="cloud" value=cloud.to_string()/>
                    <input type="hidden" name="draft" value=draft.to_string()/>
                    <Submit label="Discard draft" look="plain" waiting=discard.pending()/>
                </ActionForm>
                <noscript><button type="submit" class="button" form="draft">"Save"</button></noscript>
                <button
                    type="submit" class="button primary" form="draft" formaction=SubmitDraft::PATH
                    aria-disabled=move || reason.get().map(|_| "true")
                    aria-describedby=move || reason.get().map(|_| "why-not")
                    aria-busy=move || desk.submit.pending().get().then_some("true")
                    on:click=submit
                >
                    {move || desk.submit.pending().get().then(|| view! { <Icon sign=Sign::Working/> })}
                    "Submit for review"
                </button>
            </div>
        </div>
    }
}

/// Says how far what is typed has come.
fn keeping(sheet: Sheet) -> AnyView {
    let desk = sheet.desk;
    match desk.keeping.get() {
        Keeping::Saved => saved(desk),
        Keeping::Saving => view! { <p>"Saving …"</p> }.into_any(),
        Keeping::Overtaken(_) => view! {
            <p class="lost">"Not saved: "<a rel="external" href="#conflict">"it was saved elsewhere meanwhile"</a>"."</p>
        }
        .into_any(),
        Keeping::Refused(AppError::SignedOut) => signed_out(),
        Keeping::Refused(error) => view! {
            <p class="lost" role="alert">
                "Not saved: "{error.to_string()}" "
                <button type="button" class="do" hidden=move || !sheet.awake.get() on:click=move |_| desk.try_again()>"Try again"</button>
            </p>
        }
        .into_any(),
    }
}

fn saved(desk: Desk) -> AnyView {
    if desk.version.get() == 0 {
        return view! { <p>"Nothing is typed yet. What you type is saved by itself."</p> }
            .into_any();
    }
    let (at, by) = desk.saved.get();
    let by_me = visit().me.is_some_and(|me| me.name == by);
    let by = if by_me { "you".into() } else { by };
    view! { <p>"Saved "<Moment at/>" by "{by}"."</p> }.into_any()
}

fn signed_out() -> AnyView {
    let here = use_location().pathname.get_untracked();
    let href = format!("/sign-in?next={}", Url::escape(&here));
    view! {
        <p class="lost" role="alert">
            "You are signed out. What you type is kept in this browser. "
            <a class="do" rel="external" href=href>"Sign in and go on"</a>
        </p>
    }
    .into_any()
}

/// Why a draft was not submitted. A conflict stands above the form.
fn not_submitted(error: AppError) -> Option<impl IntoView> {
    if matches!(error, AppError::Conflict(_)) {
        return None;
    }
    Some(view! {
        <div class="notice-line bad">
            <Icon sign=Sign::Failed/>
            <span>"Not submitted: "{error.to_string()}</span>
        </div>
    })
}

/// Whether what has to be mended is about objects only, not about any field.
fn is_elsewhere(findings: &[Finding]) -> bool {
    let mut blocking = findings
        .iter()
        .filter(|finding| finding.blocks())
        .peekable();
    blocking.peek().is_some() && blocking.all(|finding| finding.path().is_none())
}

/// Moves the focus to the first field that has to be mended.
fn focus_first(findings: &[Finding]) {
    let blocking = findings.iter().filter(|finding| finding.blocks());
    let mut paths = blocking.filter_map(Finding::path).map(String::from);
    paths.any(|path| focus(&path));
}
