//! Where a reviewer says something to a revision.

use intent::{Ballot, RevisionPage};
use leptos::{form::ActionForm, prelude::*};

use super::{
    before::text_before,
    go_to::go_to,
    icon::{Icon, Sign},
    kept::Remark,
    prove::ProveYourself,
    seen::{Part, Reading},
    standing::ballot_of,
    submit::error_of,
    trouble::Trouble,
};
use crate::{
    AppError,
    api::reviews::{Vote, page as address},
    visit::visit,
};

/// What a verdict is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// What is to be done; it stands in the bar at the foot.
    Main,
    /// Something beside it.
    Aside,
}

/// The comment, and at the foot of the page what can be said. Approving is reachable once everything was
/// seen; without script it stands after everything.
#[component]
pub(crate) fn VoteForm(
    page: RevisionPage,
    vote: ServerAction<Vote>,
    reading: Reading,
    /// What was typed; it outlives what is read anew.
    comment: RwSignal<String>,
    /// Reads the page anew.
    again: Callback<()>,
    weight: Weight,
) -> impl IntoView {
    let error = error_of(vote);
    let me = visit().me.map(|me| me.name).unwrap_or_default();
    let remark = StoredValue::new(Remark::of(&me, &page.cloud, &page.digest));
    if comment.with_untracked(String::is_empty)
        && let Some(text) = text_before("comment").or_else(|| remark.with_value(Remark::get))
    {
        comment.set(text);
    }
    Effect::new(move |_| {
        if vote.value().with(|value| matches!(value, Some(Ok(_)))) {
            remark.with_value(|remark| remark.put(""));
        }
    });
    let typed = move |event| {
        let text = event_target_value(&event);
        remark.with_value(|remark| remark.put(&text));
        comment.set(text);
    };
    let objection = Memo::new(move |_| error.get().and_then(|error| error.about("comment")));
    let moved = Memo::new(move |_| match error.get() {
        Some(AppError::Moved(says)) => Some(says),
        _ => None,
    });
    let other = Signal::derive(move || {
        error
            .get()
            .filter(|error| !matches!(error, AppError::Moved(_)))
    });
    // Whoever sent it goes on where something is to be done.
    Effect::new(move |_| {
        let id = match error.get() {
            None => return,
            Some(AppError::Rejected(_)) => "comment",
            Some(_) => "vote-name",
        };
        request_animation_frame(move || go_to(id));
    });
    let here = address(&page.cloud, page.row.number);
    let look = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        again.run(());
    };
    let by_password = page.by_password;
    let number = page.row.number;
    let said = visit().me.and_then(|me| ballot_of(&me.name, &page.votes));
    view! {
        <section class="section verdict-form" aria-labelledby="vote-name">
            <header><h2 id="vote-name" tabindex="-1">"Your vote"</h2></header>
            <ActionForm action=vote attr:id="vote" attr:class="form">
                <input type="hidden" name="cloud" value=page.cloud.to_string()/>
                <input type="hidden" name="number" value=number.0/>
                <input type="hidden" name="digest" value=page.digest.as_str().to_owned()/>
                <input type="hidden" name="base" value=page.base.as_str().to_owned()/>
                <input type="hidden" name="rule" value=page.rule/>
                <div class="field">
                    <label for="comment">"Comment"</label>
                    <div class="input" class:error=move || objection.get().is_some()>
                        <textarea
                            id="comment" name="comment" rows="3" maxlength="2000"
                            aria-describedby=move || if objection.get().is_some() { "comment-help comment-said" } else { "comment-help" }
                            aria-invalid=move || objection.get().map(|_| "true")
                            prop:value=move || comment.get()
                            on:input=typed
                        ></textarea>
                    </div>
                    <p class="help" id="comment-help">"Whoever requests changes says here which; whoever approves may say why."</p>
                    <div id="comment-said" aria-live="polite">
                        {move || objection.get().map(|says| view! {
                            <div class="finding error"><Icon sign=Sign::Failed/><p>{says}</p></div>
                        })}
                    </div>
                </div>
            </ActionForm>
            <Trouble error=other/>
            <ProveYourself action=vote by_password/>
            <div role="alert">
                {move || moved.get().map(|says| view! {
                    <div class="notice-line notice">
                        <Icon sign=Sign::Warning/>
                        <span>{says}" Nothing was written down."</span>
                        <a class="button small" href=here.clone() on:click=look>"Look again"</a>
                    </div>
                })}
            </div>
        </section>
        <Foot number=number.0 said reading vote weight/>
    }
}

/// How far somebody has read, and the two buttons.
#[component]
fn Foot(
    number: i64,
    /// What they said already.
    said: Option<Ballot>,
    reading: Reading,
    vote: ServerAction<Vote>,
    weight: Weight,
) -> impl IntoView {
    let (bar, button) = match weight {
        Weight::Main => ("footbar", "button primary"),
        Weight::Aside => ("verdict-bar", "button"),
    };
    let missing = Memo::new(move |_| reading.missing());
    let waiting = vote.pending();
    let busy = move || waiting.get().then_some("true");
    let hold = move |event: leptos::ev::MouseEvent| {
        if waiting.get_untracked() {
            event.prevent_default();
        }
    };
    let approve = move |event: leptos::ev::MouseEvent| {
        if waiting.get_untracked() || missing.get_untracked().is_some() {
            event.prevent_default();
        }
    };
    let reason = move || reason(missing.get(), said);
    view! {
        <div class=bar role="group" aria-label="Your verdict">
            <Progress reading/>
            <div class="actions">
                <p class="reason" id="why">{reason}</p>
                <button
                    type="submit" form="vote" name="ballot" value="request_changes" class="button"
                    aria-busy=busy on:click=hold
                >
                    "Request changes"
                </button>
                {(said != Some(Ballot::Approve)).then(|| view! {
                    <button
                        type="submit" form="vote" name="ballot" value="approve" class=button
                        aria-disabled=move || missing.get().map(|_| "true") aria-describedby="why"
                        aria-busy=busy on:click=approve
                    >
                        {format!("Approve revision {number}")}
                    </button>
                })}
            </div>
        </div>
    }
}

/// Why approving waits, or what another vote does.
fn reason(missing: Option<Part>, said: Option<Ballot>) -> AnyView {
    match (said, missing) {
        (Some(Ballot::Approve), _) => {
            "You approved this. Requesting changes takes that back.".into_any()
        }
        (_, Some(part)) => view! {
            "Approve is reachable once the whole change was shown. "
            <a class="do" rel="external" href=format!("#{}", part.id)>{part.show}</a>
        }
        .into_any(),
        (Some(Ballot::RequestChanges), None) => {
            "You requested changes. Approving takes that back.".into_any()
        }
        (None, None) => ().into_any(),
    }
}

/// How many parts were seen, as a bar and in words.
#[component]
fn Progress(reading: Reading) -> impl IntoView {
    move || {
        reading.is_awake().then(|| {
            let (seen, all) = reading.progress();
            let words = format!("{seen} of {all} parts seen");
            let width = seen as f64 / all.max(1) as f64 * 100.0;
            view! {
                <p class="progress" role="status">
                    <svg class="bar" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
                        <rect class="rest" width="100" height="8"></rect>
                        <rect class="good" width=format!("{width:.2}") height="8"></rect>
                    </svg>
                    <span>{words}</span>
                </p>
            }
        })
    }
}
