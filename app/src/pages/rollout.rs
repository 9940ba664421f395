//! One rollout, as it goes.

use intent::{CloudName, RolloutNumber, RolloutPage, rollout::Outcome};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    AppError,
    api::{
        reviews,
        rollouts::{StopRollout, rollout},
    },
    parts::{
        answers::Answers,
        digest::DigestShort,
        follow::{Following, follow},
        go_to::go_to,
        icon::{Icon, Sign},
        loaded::{cloud_named, loaded, numbered},
        matrix::Matrix,
        outcome::errand,
        person::Person,
        phases::Phases,
        plain::Plain,
        submit::{Submit, error_of},
        time::Moment,
        timeline::Timeline,
        trouble::Trouble,
        words::count,
    },
    visit::visit,
};

/// Shows a rollout: how it goes on each site, what was answered, and what is next. While it is under way, the page
/// follows it.
#[component]
pub(crate) fn Rollout() -> impl IntoView {
    let params = use_params_map();
    let page = Resource::new_blocking(
        move || params.with(|params| (params.get("cloud"), params.get("rollout"))),
        |(cloud, number)| async move {
            rollout(cloud_named(cloud)?, RolloutNumber(numbered(number)?)).await
        },
    );
    loaded(page, |page| view! { <Shown page/> }.into_any())
}

#[component]
fn Shown(page: RolloutPage) -> impl IntoView {
    let number = page.row.number;
    let context = view! { <Context page=page.clone()/> };
    let (cloud, digest) = (page.cloud.clone(), page.digest.clone());
    let following = follow(page);
    let Following { seen, now, .. } = following;
    let row = Memo::new(move |_| seen.with(|page| page.row.clone()));
    let said = Memo::new(move |_| seen.with(headline));
    let phases = Memo::new(move |_| seen.with(|page| page.phases.clone()));
    let objects = Memo::new(move |_| seen.with(|page| (page.sites.clone(), page.objects.clone())));
    let answers = Memo::new(move |_| seen.with(|page| page.answers.clone()));
    let acts = Memo::new(move |_| seen.with(|page| page.acts.clone()));
    view! {
        <Title text=format!("Rollout {number} of {cloud} · Assent")/>
        <header class="head">
            <h1 aria-live="polite">
                {move || {
                    let (first, second) = said.get();
                    view! { <strong><Plain text=first/></strong>" "<Plain text=second/> }
                }}
            </h1>
            {context}
        </header>
        <Lost following/>
        {move || {
            // A clock is watched only while something goes on.
            let now = row.with(|row| row.ended.is_none()).then(|| now.get()).flatten();
            view! { <Phases phases=phases.get() row=row.get() now/> }
        }}
        {move || {
            let (sites, objects) = objects.get();
            (!objects.is_empty()).then(|| view! { <Matrix sites objects/> })
        }}
        <Then following/>
        <section class="section" aria-labelledby="answers">
            <header>
                <h2 id="answers">"Answers"</h2>
                <span class="quiet">"Newest first, as the API servers gave them"</span>
            </header>
            {move || view! { <Answers answers=answers.get()/> }}
        </section>
        <section class="section" aria-labelledby="timeline">
            <header><h2 id="timeline">"Timeline"</h2></header>
            {move || view! { <Timeline acts=acts.get() about=digest.clone()/> }}
        </section>
    }
}

/// How it goes: what matters first, and the rest.
fn headline(page: &RolloutPage) -> (String, String) {
    let sentence = page.sentence.as_str();
    let turned = page.row.turned.as_deref();
    if let Some(why) = turned
        && let Some(rest) = sentence.strip_prefix(why)
    {
        return (shortened(why), rest.trim().into());
    }
    match sentence.split_once(['.', ';']) {
        Some((first, rest)) if !rest.is_empty() => {
            let (first, rest) = sentence.split_at(first.len() + 1);
            (first.into(), rest.trim().into())
        }
        _ => (sentence.into(), String::new()),
    }
}

/// So much of a reason stands above a page; its cell says all of it.
const LONGEST: usize = 120;

fn shortened(why: &str) -> String {
    match why.split_once(": ") {
        Some((first, _)) if why.len() > LONGEST => format!("{first}."),
        _ => why.into(),
    }
}

/// Whose it is, and of what.
#[component]
fn Context(page: RolloutPage) -> impl IntoView {
    let cloud = page.cloud;
    let row = page.row;
    let revision = reviews::page(&cloud, row.revision);
    let approved = page.approved_by.into_iter().map(|name| {
        view! { " "<Person name=name.to_string()/> }
    });
    let approved = approved.collect_view();
    view! {
        <p class="quiet"><Plain text=page.says/></p>
        <p class="context">
            <span>{intents(&cloud, &row.names)}", "<a href=revision>{errand(&row)}</a></span>
            <DigestShort digest=page.digest/>
            <span>"Begun by "<Person name=row.by.to_string()/>", "<Moment at=row.at/></span>
            <span>"Approved by"{approved}</span>
        </p>
    }
}

/// Links to some intents.
fn intents(cloud: &CloudName, names: &[intent::IntentName]) -> impl IntoView + use<> {
    let last = names.len().saturating_sub(1);
    let links = names.iter().enumerate().map(|(at, name)| {
        let href = format!("/c/{cloud}/intents/{name}");
        view! { <a class="name" href=href>{name.to_string()}</a>{(at < last).then_some(", ")} }
    });
    links.collect_view()
}

/// Says that what is shown is not what is so now.
#[component]
fn Lost(following: Following) -> impl IntoView {
    let lost = following.lost;
    let running = following.seen.with_untracked(|page| page.running);
    let silent = move || lost.with(|lost| *lost == Some(AppError::Unreachable));
    let error = Signal::derive(move || lost.get().filter(|error| *error != AppError::Unreachable));
    view! {
        <div class="lost-sight">
            <div role="status">
                {move || silent().then(|| view! {
                    <p class="notice-line notice">
                        <Icon sign=Sign::Warning/>
                        <span>
                            <strong>"The server does not answer."</strong>
                            " This is how it was before; the page goes on once it does. So does the rollout."
                        </span>
                    </p>
                })}
            </div>
            <Trouble error/>
            {running.then(|| view! {
                <noscript>
                    <p class="notice-line info">
                        <span>"Without script this page stands still. "<a class="do" href="">"Look again"</a></span>
                    </p>
                </noscript>
            })}
        </div>
    }
}

/// What happens next, or what to do now.
#[component]
fn Then(following: Following) -> impl IntoView {
    let seen = following.seen;
    let stop = ServerAction::<StopRollout>::new();
    Effect::new(move |_| {
        if stop.value().with(|value| matches!(value, Some(Ok(_)))) {
            following.look();
            go_to("next");
        }
    });
    let steps = Memo::new(move |_| seen.with(next));
    let name = move || {
        if seen.with(|page| page.running) {
            "What happens next"
        } else {
            "What to do next"
        }
    };
    let deed = Memo::new(move |_| seen.with(deed));
    view! {
        <section class="section" aria-labelledby="next">
            <header><h2 id="next" tabindex="-1">{name}</h2></header>
            <ol class="next">
                {move || steps.get().into_iter().map(|(first, second)| view! {
                    <li><b><Plain text=first/></b><Plain text=second/></li>
                }).collect_view()}
            </ol>
            {move || {
                let deed = deed.get();
                seen.with_untracked(|page| button(deed, page, stop))
            }}
            <Trouble error=error_of(stop)/>
        </section>
    }
}

/// The button for it, or why there is none.
fn button(deed: Deed, page: &RolloutPage, stop: ServerAction<StopRollout>) -> AnyView {
    let (cloud, number) = (page.cloud.to_string(), page.row.number);
    match deed {
        Deed::Stop => view! {
            <ActionForm action=stop attr:class="actions">
                <input type="hidden" name="cloud" value=cloud/>
                <input type="hidden" name="rollout" value=number.0/>
                <Submit label="Stop and take back" waiting=stop.pending()/>
                <p class="reason">"What was done so far is put back on every site."</p>
            </ActionForm>
        }
        .into_any(),
        Deed::Wait(why) => view! { <p class="reason">{why}</p> }.into_any(),
        Deed::Look => {
            let revision = reviews::page(&page.cloud, page.row.revision);
            view! {
                <p class="actions"><a class="button" href=revision>"Look again and roll out"</a></p>
            }
            .into_any()
        }
        Deed::Nothing => ().into_any(),
    }
}

/// What whoever is looking can do about a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Deed {
    /// Have it taken back.
    Stop,
    /// Nothing now; says why.
    Wait(String),
    /// Look at its revision once more.
    Look,
    /// Nothing is to be done.
    Nothing,
}

fn deed(page: &RolloutPage) -> Deed {
    match (&page.row.outcome, &page.row.turned) {
        (None, None) if page.can_stop => Deed::Stop,
        (None, None) => Deed::Wait(who_stops(page)),
        (None, Some(_)) => Deed::Wait(format!(
            "One rollout at a time: {} is busy with this one.",
            page.cloud
        )),
        (Some(Outcome::TakenBack { .. }), _) => Deed::Look,
        (Some(Outcome::Applied | Outcome::NothingToDo), _) => Deed::Nothing,
    }
}

fn who_stops(page: &RolloutPage) -> String {
    if visit().read_only {
        "Assent runs read-only; nobody stops a rollout here.".into()
    } else {
        format!(
            "Operators of {} can stop it; you are not one of them.",
            page.cloud
        )
    }
}

/// A step that follows: what it is, and how.
type Step = (String, String);

/// What happens by itself, and what somebody has to choose.
fn next(page: &RolloutPage) -> Vec<Step> {
    let revision = page.row.revision;
    let choose = || {
        step(
            "Then you choose.",
            format!(
                "Once the cause is gone, roll revision {revision} out again; its approvals count as long as the \
                 objects are as they were. Or change the intent, which makes a new revision."
            ),
        )
    };
    match (&page.row.outcome, &page.row.turned) {
        (None, None) => vec![
            step(
                "Each site goes on by itself.",
                "Each object is applied and read back before the next, also if this server restarts.",
            ),
            step(
                "If a site refuses, all sites are taken back.",
                format!(
                    "So they are if one does not answer for a minute. Nothing of revision {revision} stays then."
                ),
            ),
        ],
        (None, Some(_)) => vec![
            step("Every site returns to how it was.", to_put_back(page)),
            choose(),
        ],
        (Some(Outcome::Applied), _) => vec![
            step(
                "Nothing is left to do.",
                "Every object was read back, and is as it is wanted.",
            ),
            back(),
        ],
        (Some(Outcome::NothingToDo), _) => vec![
            step(
                "Nothing was to be done.",
                format!("Every object was as revision {revision} wants it, so none was changed."),
            ),
            back(),
        ],
        (Some(Outcome::TakenBack { left, .. }), _) if left.is_empty() => vec![
            step(
                "Every site is as it was.",
                "What was done was put back, and read back.",
            ),
            choose(),
        ],
        (Some(Outcome::TakenBack { left, .. }), _) => {
            let left = left.iter().map(|left| {
                step(
                    &format!("See to {} on {}.", left.key, left.site),
                    format!(
                        "It {}. Assent does not touch it any more.",
                        left.says.trim_end_matches('.')
                    ),
                )
            });
            left.chain([choose()]).collect()
        }
    }
}

fn back() -> Step {
    step(
        "To go back",
        "The page of the intent leads to earlier revisions, and withdraws it.",
    )
}

fn step(first: &str, second: impl Into<String>) -> Step {
    (first.into(), second.into())
}

/// How much is still to be put back.
fn to_put_back(page: &RolloutPage) -> String {
    use intent::CellState::{Applied, Asking, TakingBack, ToTakeBack, Unknown};
    let cells = page.objects.iter().flat_map(|object| &object.cells);
    let open = cells.flatten().filter(|cell| {
        matches!(
            cell.state,
            Applied | Asking | TakingBack | ToTakeBack | Unknown
        )
    });
    let open = match open.count() {
        0 => "The last objects are being read.".to_owned(),
        1 => "1 object is left.".to_owned(),
        open => format!("{} are left.", count(open, "object")),
    };
    format!("{open} A take-back ends by itself, also if this server restarts.")
}

#[cfg(test)]
mod tests {
    use intent::{Digest, RolloutRow};

    use super::*;
    use crate::parts::outcome::examples::{running, taken_back};

    fn page(row: RolloutRow, sentence: &str) -> RolloutPage {
        RolloutPage {
            running: row.ended.is_none(),
            row,
            cloud: CloudName::read("shop").unwrap(),
            digest: Digest::of(b""),
            says: String::new(),
            approved_by: vec![],
            sentence: sentence.into(),
            sites: vec![],
            objects: vec![],
            phases: vec![],
            answers: vec![],
            can_stop: true,
            acts: vec![],
        }
    }

    fn split(row: RolloutRow, sentence: &str) -> (String, String) {
        headline(&page(row, sentence))
    }

    #[test]
    fn what_matters_comes_first() {
        assert_eq!(
            split(
                running(),
                "Revision 2 is being rolled out; 1 of 2 sites done."
            ),
            (
                "Revision 2 is being rolled out;".into(),
                "1 of 2 sites done.".into()
            )
        );
        assert_eq!(
            split(running(), "Revision 2 is in force on every site."),
            (
                "Revision 2 is in force on every site.".into(),
                String::new()
            )
        );
        assert_eq!(
            split(
                taken_back(vec![]),
                "olga stopped it. Everything is as it was before."
            ),
            (
                "olga stopped it.".into(),
                "Everything is as it was before.".into()
            )
        );
    }

    #[test]
    fn a_long_reason_is_left_to_its_cell() {
        let why = format!("On us-east, Gateway a/b was refused: {}.", "no ".repeat(60));
        assert_eq!(shortened(&why), "On us-east, Gateway a/b was refused.");
        assert_eq!(shortened("It was refused: no."), "It was refused: no.");
    }

    #[test]
    fn what_can_be_done_follows_from_how_it_goes() {
        let turned = RolloutRow {
            outcome: None,
            ended: None,
            ..taken_back(vec![])
        };
        let applied = RolloutRow {
            outcome: Some(Outcome::Applied),
            ..running()
        };
        assert_eq!(deed(&page(running(), "")), Deed::Stop);
        assert_eq!(
            deed(&page(turned, "")),
            Deed::Wait("One rollout at a time: shop is busy with this one.".into())
        );
        assert_eq!(deed(&page(taken_back(vec![]), "")), Deed::Look);
        assert_eq!(deed(&page(applied, "")), Deed::Nothing);
    }

    #[test]
    fn whoever_looks_is_told_what_follows() {
        let first = |row| next(&page(row, "")).remove(0).0;
        assert_eq!(first(running()), "Each site goes on by itself.");
        assert_eq!(first(taken_back(vec![])), "Every site is as it was.");
    }
}
