//! One revision, for whoever reviews it.

use intent::{RevisionNumber, RevisionPage};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    api::{
        reviews::{RecallRevision, Vote, revision},
        rollouts::{self, RollBack, RollOut},
    },
    parts::{
        carry_out::{CarryOut, Orders, order},
        flight::flight,
        icon::{Icon, Sign},
        loaded::{cloud_named, loaded, numbered},
        outcome::OutcomeStatus,
        plain::Plain,
        preview::{Changes, Findings, Words, Workloads, Yaml},
        revision_head::RevisionHead,
        revision_rows::names,
        seen::{Part, Reading, ToSee},
        standing::Standing,
        submit::{Submit, error_of, go_on_when_done},
        time::Moment,
        timeline::Timeline,
        trouble::Trouble,
        vote::{VoteForm, Weight},
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
    orders: Orders,
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
        |(cloud, number)| async move {
            revision(cloud_named(cloud)?, RevisionNumber(numbered(number)?)).await
        },
    );
    let (vote, recall) = (
        ServerAction::<Vote>::new(),
        ServerAction::<RecallRevision>::new(),
    );
    let orders = Orders {
        out: ServerAction::<RollOut>::new(),
        back: ServerAction::<RollBack>::new(),
    };
    go_on_when_done(orders.out);
    go_on_when_done(orders.back);
    let deeds = Deeds {
        vote,
        recall,
        orders,
        reading: Reading::new(),
        comment: RwSignal::new(String::new()),
        came: RwSignal::new(None),
        again: Callback::new(move |()| {
            vote.clear();
            orders.clear();
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
            orders.clear();
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

#[component]
fn Shown(page: RevisionPage, deeds: Deeds) -> impl IntoView {
    let names = names(&page.row);
    let number = page.row.number;
    let reading = page.cannot_vote.is_none().then_some(deeds.reading);
    view! {
        <Title text=format!("{names}, revision {number} · Assent")/>
        <RevisionHead page=page.clone()/>
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
                <Rollouts page=page.clone()/>
                <section class="section" aria-labelledby="timeline">
                    <h2 class="kicker" id="timeline">"Timeline"</h2>
                    <Timeline acts=page.acts.clone() about=page.digest.clone()/>
                </section>
            </aside>
        </div>
        <Verdict page=page.clone() deeds/>
        <CarryOut page orders=deeds.orders again=deeds.again/>
    }
}

/// Leads to the rollouts of it.
#[component]
fn Rollouts(page: RevisionPage) -> impl IntoView {
    let RevisionPage {
        cloud, rollouts, ..
    } = page;
    (!rollouts.is_empty()).then(|| view! {
        <section class="section" aria-labelledby="rollouts">
            <h2 class="kicker" id="rollouts">"Rollouts"</h2>
            <ul class="site-list">
                {rollouts.into_iter().map(|row| view! {
                    <li>
                        <a class="name" href=rollouts::page(&cloud, row.number)>{format!("Rollout {}", row.number)}</a>
                        <OutcomeStatus row=row.clone()/>
                        <small>"By "{row.by.to_string()}", "<Moment at=row.at/></small>
                    </li>
                }).collect_view()}
            </ul>
        </section>
    })
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
    // What only removes has none.
    let has_yaml = preview.plans.iter().any(|plan| !plan.yaml.is_empty());
    let all = [
        Some(SAYS),
        (!turns.is_empty()).then_some(WORKLOADS),
        Some(FINDINGS),
        Some(CHANGES),
        has_yaml.then_some(YAML),
    ];
    deeds.reading.follow(all.into_iter().flatten().collect());
    let file = format!(
        "{}-revision-{}",
        names(&page.row).replace(", ", "-").replace(' ', "-"),
        page.row.number
    );
    let plans = preview.plans.clone();
    let yaml = has_yaml.then(|| {
        view! {
            <ToSee part=YAML reading><Yaml plans=preview.plans name=file/></ToSee>
        }
    });
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
        {yaml}
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
    let weight = match order(&page) {
        Some(_) => Weight::Aside,
        None => Weight::Main,
    };
    match page.cannot_vote.clone() {
        None => view! {
            <VoteForm page vote=deeds.vote reading=deeds.reading comment=deeds.comment again=deeds.again weight/>
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
