//! One revision, for whoever reviews it.

use intent::{RevisionNumber, RevisionPage, RevisionRow, Stage};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    AppError,
    api::reviews::{RecallRevision, Vote, page as address, revision},
    parts::{
        digest::DigestShort,
        flight::flight,
        icon::{Icon, Sign},
        loaded::{cloud_named, loaded},
        person::Person,
        plain::Plain,
        preview::{Changes, Findings, Words, Workloads, Yaml},
        revision_rows::names,
        seen::{Part, Reading, ToSee},
        standing::Standing,
        submit::{Submit, error_of},
        time::Moment,
        timeline::Timeline,
        trouble::Trouble,
        vote::VoteForm,
        words::{count, listed},
    },
};

const SAYS: Part = part("says", "What it says", "Show what it says");
const WORKLOADS: Part = part(
    "workloads",
    "What workloads will accept",
    "Show the workloads",
);
const FINDINGS: Part = part("findings", "New findings", "Show the findings");
const CHANGES: Part = part("changes", "Change per site", "Show the change");
const YAML: Part = part("yaml", "YAML", "Show the YAML");

const fn part(id: &'static str, name: &'static str, show: &'static str) -> Part {
    Part { id, name, show }
}

/// What can be done on the page, and what has to outlive its content.
#[derive(Clone, Copy)]
struct Deeds {
    vote: ServerAction<Vote>,
    recall: ServerAction<RecallRevision>,
    reading: Reading,
    comment: RwSignal<String>,
    came: RwSignal<Option<&'static str>>,
    again: Callback<()>,
}

/// Shows a revision: what it says, what it would do, how it stands, and what can be said to it.
#[component]
pub(crate) fn Revision() -> impl IntoView {
    let params = use_params_map();
    let asked =
        Memo::new(move |_| params.with(|params| (params.get("cloud"), params.get("number"))));
    let page = Resource::new_blocking(
        move || asked.get(),
        |(cloud, number)| async move { revision(cloud_named(cloud)?, numbered(number)?).await },
    );
    let (vote, recall) = (
        ServerAction::<Vote>::new(),
        ServerAction::<RecallRevision>::new(),
    );
    let deeds = Deeds {
        vote,
        recall,
        reading: Reading::new(),
        comment: RwSignal::new(String::new()),
        came: RwSignal::new(None),
        again: Callback::new(move |()| {
            vote.clear();
            page.refetch();
        }),
    };
    let flight = flight();
    Effect::new(move |_| {
        if vote.value().with(|value| matches!(value, Some(Ok(_)))) {
            deeds.came.set(Some("Your vote is written down."));
            deeds.comment.set(String::new());
            page.refetch();
            flight.look_again();
        }
    });
    Effect::new(move |_| {
        if recall.value().with(|value| matches!(value, Some(Ok(_)))) {
            deeds.came.set(Some(
                "It is out of review. It can be edited and submitted again.",
            ));
            page.refetch();
            flight.look_again();
        }
    });
    // What was said to one revision is not about the next.
    Effect::new(move |before: Option<_>| {
        let now = asked.get();
        if before.is_some_and(|before| before != now) {
            vote.clear();
            recall.clear();
            deeds.came.set(None);
            deeds.comment.set(String::new());
        }
        now
    });
    let shown = StoredValue::new(None);
    loaded(page, move |page| {
        // Something else than before has to be seen anew.
        let what = Some((page.digest.clone(), page.base.clone()));
        if shown.with_value(|shown| *shown != what) {
            shown.set_value(what);
            deeds.reading.forget();
        }
        view! { <Shown page deeds/> }.into_any()
    })
}

/// Reads the number that an address names. What is no number is not there.
fn numbered(text: Option<String>) -> Result<RevisionNumber, AppError> {
    let number = text.and_then(|text| text.parse().ok()).map(RevisionNumber);
    #[cfg(feature = "ssr")]
    if number.is_none() {
        crate::session::set_status(&AppError::NotFound);
    }
    number.ok_or(AppError::NotFound)
}

#[component]
fn Shown(page: RevisionPage, deeds: Deeds) -> impl IntoView {
    let names = names(&page.row);
    let number = page.row.number;
    let reading = page.cannot_vote.is_none().then_some(deeds.reading);
    view! {
        <Title text=format!("{names}, revision {number} · Assent")/>
        <Head page=page.clone()/>
        <div role="status">
            {move || deeds.came.get().map(|says| view! {
                <p class="notice-line info"><Icon sign=Sign::Info/><span>{says}</span></p>
            })}
        </div>
        <Moved moved=page.moved.clone()/>
        <div class="beside revision">
            <div class="review"><Parts page=page.clone() reading deeds/></div>
            <aside aria-label="Standing and timeline">
                <section aria-labelledby="standing">
                    <h2 class="kicker" id="standing">"Standing"</h2>
                    <Standing page=page.clone()/>
                    <Recall page=page.clone() recall=deeds.recall/>
                </section>
                <section class="section" aria-labelledby="timeline">
                    <h2 class="kicker" id="timeline">"Timeline"</h2>
                    <Timeline acts=page.acts.clone() about=page.digest.clone()/>
                </section>
            </aside>
        </div>
        <Verdict page deeds/>
    }
}

#[component]
fn Head(page: RevisionPage) -> impl IntoView {
    let row = page.row;
    let cloud = page.cloud;
    let kinds = page.kinds.into_iter().map(|kind| format!(", {kind}"));
    let later = match row.stage {
        Stage::Superseded(by) => Some(
            view! { <a href=address(&cloud, by)>{format!("Revision {by}")}</a>" goes on from it." },
        ),
        Stage::InReview | Stage::Approved | Stage::ChangesRequested | Stage::Recalled => None,
    };
    let last = row.names.len().saturating_sub(1);
    let intents = row.names.iter().enumerate().map(|(at, name)| {
        let href = format!("/c/{cloud}/intents/{name}");
        view! { <a href=href>{name.to_string()}</a>{(at < last).then_some(", ")} }
    });
    view! {
        <header class="head">
            <h1>
                <strong><Plain text=row.says.clone()/></strong>
                " "
                {sentence(&row, page.may_approve.len())}
                {later}
            </h1>
            <p class="context">
                <span>{intents.collect_view()}{kinds.collect_view()}</span>
                <span>
                    {format!("Revision {} by ", row.number)}
                    <Person name=row.author.to_string()/>
                    ", "
                    <Moment at=row.at/>
                </span>
                <span>{format!("For {}", listed(&page.sites))}</span>
                <span>"Compared "<Moment at=page.as_of/></span>
                <DigestShort digest=page.digest/>
            </p>
        </header>
    }
}

/// How far it has come, and how it can go on.
fn sentence(row: &RevisionRow, may: usize) -> String {
    let needed = count(row.needed as usize, "approval");
    let approvals = format!("{} of {needed}", row.approvals);
    let people = match may {
        0 => "nobody else may approve".to_owned(),
        1 => "1 person may still approve".to_owned(),
        may => format!("{may} people may still approve"),
    };
    match row.stage {
        Stage::InReview => format!("{approvals}; {people}."),
        Stage::Approved => format!("Approved, with {approvals}."),
        Stage::ChangesRequested => format!("A reviewer requests changes; {approvals}."),
        Stage::Recalled => "Taken out of review.".into(),
        Stage::Superseded(_) => "No longer in review. ".into(),
    }
}

/// What moved in the mesh since it was submitted.
#[component]
fn Moved(moved: Vec<String>) -> impl IntoView {
    (!moved.is_empty()).then(|| view! {
        <div class="notice-line notice">
            <Icon sign=Sign::Warning/>
            <span>
                <strong>"The mesh moved since this was submitted."</strong>
                " "
                <Plain text=moved.join(" ")/>
                " What is shown here is compared with how it is now, and only votes on that count."
            </span>
        </div>
    })
}

/// What has to be seen, in the order in which a reviewer asks.
#[component]
fn Parts(page: RevisionPage, reading: Option<Reading>, deeds: Deeds) -> impl IntoView {
    let preview = page.preview;
    let turns = preview.turns;
    let all = [
        Some(SAYS),
        (!turns.is_empty()).then_some(WORKLOADS),
        Some(FINDINGS),
        Some(CHANGES),
        Some(YAML),
    ];
    deeds.reading.follow(all.into_iter().flatten().collect());
    let file = format!(
        "{}-revision-{}",
        names(&page.row).replace(", ", "-").replace(' ', "-"),
        page.row.number
    );
    let (plans, yaml) = (preview.plans.clone(), preview.plans);
    let workloads = (!turns.is_empty()).then(|| {
        view! {
            <ToSee part=WORKLOADS reading><Workloads turns/></ToSee>
        }
    });
    let findings = if preview.findings.is_empty() {
        view! { <p class="quiet">"None: nothing is found that was not so before."</p> }.into_any()
    } else {
        view! { <Findings findings=preview.findings/> }.into_any()
    };
    view! {
        <ToSee part=SAYS reading><Words says=preview.says/></ToSee>
        {workloads}
        <ToSee part=FINDINGS reading>{findings}</ToSee>
        <ToSee part=CHANGES reading><Changes plans/></ToSee>
        <ToSee part=YAML reading><Yaml plans=yaml name=file/></ToSee>
    }
}

/// Takes it out of review, for its author.
#[component]
fn Recall(page: RevisionPage, recall: ServerAction<RecallRevision>) -> impl IntoView {
    page.can_recall.then(|| {
        view! {
            <ActionForm action=recall attr:class="actions after">
                <input type="hidden" name="cloud" value=page.cloud.to_string()/>
                <input type="hidden" name="number" value=page.row.number.0/>
                <Submit label="Take out of review" look="small" waiting=recall.pending()/>
                <p class="reason">"Its votes then count for nothing; a new revision can follow."</p>
            </ActionForm>
            <Trouble error=error_of(recall)/>
        }
    })
}

/// Where a vote is given, or why not.
#[component]
fn Verdict(page: RevisionPage, deeds: Deeds) -> impl IntoView {
    match page.cannot_vote.clone() {
        None => view! {
            <VoteForm page vote=deeds.vote reading=deeds.reading comment=deeds.comment again=deeds.again/>
        }
        .into_any(),
        Some(why) => view! {
            <section class="section" aria-labelledby="vote-name">
                <header><h2 id="vote-name">"Your vote"</h2></header>
                <p class="reason">{why}</p>
            </section>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use intent::{IntentName, PersonName};
    use mesh::Time;

    use super::*;

    fn row(stage: Stage, approvals: u32) -> RevisionRow {
        RevisionRow {
            number: RevisionNumber(2),
            names: vec![IntentName::read("reviews-mtls").unwrap()],
            version: 1,
            says: String::new(),
            author: PersonName::known("ada"),
            at: Time(0),
            stage,
            approvals,
            needed: 2,
            waits_for_me: false,
        }
    }

    #[test]
    fn the_sentence_says_what_is_missing_and_who_can_give_it() {
        assert_eq!(
            sentence(&row(Stage::InReview, 1), 3),
            "1 of 2 approvals; 3 people may still approve."
        );
        assert_eq!(
            sentence(&row(Stage::InReview, 0), 0),
            "0 of 2 approvals; nobody else may approve."
        );
        assert_eq!(
            sentence(&row(Stage::Approved, 2), 1),
            "Approved, with 2 of 2 approvals."
        );
        assert_eq!(
            sentence(&row(Stage::ChangesRequested, 1), 1),
            "A reviewer requests changes; 1 of 2 approvals."
        );
    }

    #[test]
    fn what_is_no_number_is_not_there() {
        assert_eq!(numbered(Some("2".into())), Ok(RevisionNumber(2)));
        assert_eq!(numbered(Some("x".into())), Err(AppError::NotFound));
        assert_eq!(numbered(None), Err(AppError::NotFound));
    }
}
