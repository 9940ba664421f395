//! What is wanted of a cloud.

use intent::{
    CloudName, DraftRow, IntentLive, IntentName, IntentRow, IntentsPage, Live, Stage, Status,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::{drafts::RestoreDraft, reviews::intents},
    live::{at, ear},
    parts::{
        asked::{Asked, Filters, Only},
        draft_rows::Drafts,
        icon::{Icon, Sign},
        kind_cards::KindCards,
        loaded::{cloud_named, loaded},
        person::Person,
        plain::Plain,
        stage,
        stands::{StandsAt, changed},
        status::StatusMark,
        submit::{Submit, error_of, go_on_when_done},
        time::Moment,
        trouble::Trouble,
        words::count,
    },
    visit::visit,
};

/// Lists intents and drafts; what is asked for is in the address.
#[component]
pub(crate) fn Intents() -> impl IntoView {
    let params = use_params_map();
    let papers = ear().papers;
    let page = Resource::new_blocking(
        move || (params.with(|params| params.get("cloud")), papers.get()),
        |(name, _)| async move { intents(cloud_named(name)?).await },
    );
    loaded(page, |page| view! { <Listed page/> }.into_any())
}

#[component]
fn Listed(page: IntentsPage) -> impl IntoView {
    let live = ear().over(&page.cloud, page.live.clone());
    let cloud = page.cloud.to_string();
    let said = page.clone();
    let said = Memo::new(move |_| live.with(|live| sentence(&said, live)));
    let body = if page.intents.is_empty() {
        view! {
            <Drafts cloud=cloud.clone() drafts=Signal::stored(page.drafts)/>
            <Begin cloud=page.cloud readonly=page.readonly/>
        }
        .into_any()
    } else {
        view! { <Tables page live/> }.into_any()
    };
    view! {
        <Title text=format!("Intents for {cloud} · Assent")/>
        <header class="head">
            <h1><strong>{move || said.get().0}</strong>" "{move || said.get().1}</h1>
        </header>
        <Discarded cloud/>
        {body}
    }
}

/// The state of things: how many intents there are, and what waits.
fn sentence(page: &IntentsPage, live: &Live) -> (String, String) {
    let cloud = &page.cloud;
    if page.intents.is_empty() {
        let sites = match page.sites.len() {
            0 => "Everything is as it was found.".to_owned(),
            1 => "Everything on its site is as it was found.".to_owned(),
            sites => format!("Everything on its {sites} sites is as it was found."),
        };
        return (format!("{cloud} has no intents yet."), sites);
    }
    let intents = count(page.intents.len(), "intent");
    let first = match live.trouble() {
        (0, _) => format!("{intents} for {cloud}."),
        (1, _) => format!("{intents} for {cloud}; 1 is not in sync."),
        (out, _) => format!("{intents} for {cloud}; {out} are not in sync."),
    };
    let mut waiting: Vec<_> = page
        .intents
        .iter()
        .filter(|row| row.stage == Stage::InReview)
        .map(|row| row.revision)
        .collect();
    waiting.sort_unstable();
    waiting.dedup();
    let second = match waiting.len() {
        0 => "Nothing waits for review.".into(),
        1 => "1 revision waits for review.".into(),
        waiting => format!("{waiting} revisions wait for review."),
    };
    (first, second)
}

/// Says that a draft was discarded, and takes that back.
#[component]
fn Discarded(cloud: String) -> impl IntoView {
    let query = use_query_map();
    let discarded =
        Memo::new(move |_| query.with(|query| query.get("discarded")?.parse::<i64>().ok()));
    let restore = ServerAction::<RestoreDraft>::new();
    go_on_when_done(restore);
    let line = move |draft: i64| {
        let cloud = cloud.clone();
        view! {
            <div class="notice-line info said" role="status">
                <Icon sign=Sign::Info/>
                <span>"The draft was discarded."</span>
                <ActionForm action=restore>
                    <input type="hidden" name="cloud" value=cloud/>
                    <input type="hidden" name="draft" value=draft/>
                    <Submit label="Undo" look="small" waiting=restore.pending()/>
                </ActionForm>
            </div>
        }
    };
    view! {
        {move || discarded.get().map(line.clone())}
        <Trouble error=error_of(restore)/>
    }
}

/// What to begin with, where nothing is there yet.
#[component]
fn Begin(
    cloud: CloudName,
    /// Why whoever is here cannot begin anything.
    readonly: Option<String>,
) -> impl IntoView {
    let (head, cards) = match readonly {
        None => (
            "Begin with one of these",
            view! { <KindCards cloud/> }.into_any(),
        ),
        Some(why) => (
            "What would stand here",
            view! { <p class="reason">{why}</p> }.into_any(),
        ),
    };
    view! {
        <section class="empty section" aria-labelledby="begin">
            <h2 id="begin">{head}</h2>
            <p>
                "An intent says what should hold. Assent writes the Istio resources and shows what would change on \
                 every site; a colleague approves before anything does."
            </p>
            {cards}
        </section>
    }
}

#[component]
fn Tables(page: IntentsPage, live: Memo<Live>) -> impl IntoView {
    let asked = Asked::from_address();
    let cloud = page.cloud.to_string();
    let me = visit().me.map(|me| me.name).unwrap_or_default();
    let mut kinds: Vec<String> = page.intents.iter().map(|row| row.kind.clone()).collect();
    kinds.sort();
    kinds.dedup();
    let all = page.intents.len();
    let rows = page.intents;
    let shown = Memo::new(move |_| {
        let asked = asked.get();
        let is_asked = |row: &&IntentRow| {
            let out = || live.with(|live| is_out(live, &row.name));
            intent_is_asked(row, &asked, &me) && (asked.only != Some(Only::Out) || out())
        };
        rows.iter().filter(is_asked).cloned().collect::<Vec<_>>()
    });
    let drafts = Signal::derive(move || {
        let asked = asked.get();
        let is_asked = |row: &&DraftRow| draft_is_asked(row, &asked);
        page.drafts
            .iter()
            .filter(is_asked)
            .cloned()
            .collect::<Vec<_>>()
    });
    let of = cloud.clone();
    let sites = page.sites.clone();
    view! {
        <Filters
            page=format!("/c/{cloud}/intents") asked kinds
            shown=Signal::derive(move || shown.with(Vec::len)) all
        />
        <table class="table stacks rows-open intents">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"What it says"</th>
                    {heads(&page.sites).into_iter().map(|site| view! { <th scope="col">{site}</th> }).collect_view()}
                    <th scope="col">"Revision"</th>
                    <th scope="col">"By"</th>
                    <th scope="col" class="number">"Changed"</th>
                </tr>
            </thead>
            <tbody>
                <For
                    each=move || shown.get()
                    key=|row| format!("{row:?}")
                    children=move |row| view! { <Row row cloud=of.clone() sites=sites.clone() live/> }
                />
            </tbody>
        </table>
        {move || shown.with(Vec::is_empty).then(|| view! {
            <p class="quiet after">"No intent here is like that."</p>
        })}
        <Drafts cloud drafts/>
    }
}

fn intent_is_asked(row: &IntentRow, asked: &Asked, me: &str) -> bool {
    let only = match asked.only {
        // How it stands is told by what is live.
        None | Some(Only::Out) => true,
        Some(Only::Review) => row.stage == Stage::InReview,
        Some(Only::Drafts) => row.draft.is_some(),
        Some(Only::Mine) => row.by.as_str() == me,
    };
    only && asked.kind_is(&row.kind) && asked.is_in(&[row.name.as_str(), &row.kind, &row.says])
}

fn draft_is_asked(row: &DraftRow, asked: &Asked) -> bool {
    let only = match asked.only {
        None | Some(Only::Drafts) => true,
        Some(Only::Review | Only::Out) => false,
        Some(Only::Mine) => row.mine,
    };
    only && asked.kind_is(&row.kind) && asked.is_in(&[&row.name, &row.kind])
}

/// Whether an intent is not as it was applied somewhere.
fn is_out(live: &Live, name: &IntentName) -> bool {
    let worst = live.intents.get(name).and_then(IntentLive::worst);
    worst.is_some_and(Status::is_trouble)
}

/// So many sites have a column of their own.
const COLUMNS: usize = 4;

/// The heads of the columns for sites.
fn heads(sites: &[String]) -> Vec<String> {
    if sites.len() <= COLUMNS {
        sites.to_vec()
    } else {
        vec!["Sites".into()]
    }
}

/// The cells of an intent for sites: one each, or one for all.
#[component]
fn Cells(name: IntentName, sites: Vec<String>, live: Memo<Live>) -> impl IntoView {
    if sites.len() <= COLUMNS {
        let cells = sites.into_iter().map(|site| {
            let standing = at(live, name.clone(), site.clone());
            view! { <td data-label=site><StandsAt standing/></td> }
        });
        return cells.collect_view().into_any();
    }
    let of = sites.len();
    let stands = crate::live::intent(live, name);
    let show = move || match stands.get().and_then(|one| Some((one.worst()?, one))) {
        None => view! { <span class="quiet">"not rolled out"</span> }.into_any(),
        Some((status, one)) => {
            let out = one
                .sites
                .values()
                .filter(|at| at.status.is_trouble())
                .count();
            let words = (out > 0).then(|| view! { <small>{format!(" on {out} of {of}")}</small> });
            view! { <StatusMark status/>{words} }.into_any()
        }
    };
    view! { <td data-label="Sites"><span class:changed=changed(stands)>{show}</span></td> }
        .into_any()
}

#[component]
fn Row(row: IntentRow, cloud: String, sites: Vec<String>, live: Memo<Live>) -> impl IntoView {
    let href = format!("/c/{cloud}/intents/{}", row.name);
    let revision = format!("/c/{cloud}/revisions/{}", row.revision);
    let then = row.draft.map(|_| ", then a draft");
    view! {
        <tr>
            <th scope="row"><a href=href>{row.name.to_string()}</a></th>
            <td data-label="Kind" class="quiet">{row.kind}</td>
            <td class="whole"><Plain text=row.says/></td>
            <Cells name=row.name.clone() sites live/>
            <td data-label="Revision">
                <a href=revision>{row.revision.0}</a>
                <small>", "{stage::words(&row.stage)}{then}</small>
            </td>
            <td data-label="By"><Person name=row.by.to_string()/></td>
            <td data-label="Changed" class="number quiet"><Moment at=row.at/></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use intent::{DraftId, PersonName, RevisionNumber};
    use mesh::Time;

    use super::*;

    fn row(name: &str, stage: Stage) -> IntentRow {
        IntentRow {
            name: IntentName::read(name).unwrap(),
            kind: "Mutual TLS".into(),
            says: "reviews accepts mutual TLS only.".into(),
            version: 1,
            revision: RevisionNumber(1),
            stage,
            draft: None,
            by: PersonName::known("ada"),
            at: Time(0),
        }
    }

    fn page(intents: Vec<IntentRow>) -> IntentsPage {
        IntentsPage {
            cloud: CloudName::read("shop").unwrap(),
            sites: vec!["eu-west".into(), "us-east".into()],
            intents,
            drafts: vec![],
            live: Live::default(),
            readonly: None,
        }
    }

    fn says(page: &IntentsPage) -> String {
        let (first, second) = sentence(page, &Live::default());
        format!("{first} {second}")
    }

    #[test]
    fn the_sentence_counts_intents_and_revisions_in_review() {
        let of_two = IntentRow {
            revision: RevisionNumber(2),
            ..row("b", Stage::InReview)
        };
        assert_eq!(
            says(&page(vec![])),
            "shop has no intents yet. Everything on its 2 sites is as it was found."
        );
        assert_eq!(
            says(&page(vec![row("a", Stage::Approved)])),
            "1 intent for shop. Nothing waits for review."
        );
        assert_eq!(
            says(&page(vec![
                row("a", Stage::InReview),
                row("c", Stage::InReview)
            ])),
            "2 intents for shop. 1 revision waits for review."
        );
        assert_eq!(
            says(&page(vec![row("a", Stage::InReview), of_two])),
            "2 intents for shop. 2 revisions wait for review."
        );
    }

    #[test]
    fn an_intent_is_asked_for_by_what_it_says_its_kind_and_whose_it_is() {
        let in_review = row("reviews-mtls", Stage::InReview);
        let asked = |text: &str, kind: &str, only| Asked {
            text: text.into(),
            kind: kind.into(),
            only,
        };
        for found in [
            asked("", "", None),
            asked(" REVIEWS ", "", None),
            asked("mutual tls only", "Mutual TLS", Some(Only::Review)),
            asked("", "", Some(Only::Mine)),
        ] {
            assert!(intent_is_asked(&in_review, &found, "ada"), "{found:?}");
        }
        for other in [
            asked("ratings", "", None),
            asked("", "Client access", None),
            asked("", "", Some(Only::Drafts)),
        ] {
            assert!(!intent_is_asked(&in_review, &other, "ada"), "{other:?}");
        }
        assert!(!intent_is_asked(
            &in_review,
            &asked("", "", Some(Only::Mine)),
            "ben"
        ));
    }

    #[test]
    fn a_draft_is_never_in_review() {
        let draft = DraftRow {
            id: DraftId(1),
            name: "x".into(),
            kind: "Mutual TLS".into(),
            by: PersonName::known("ada"),
            mine: false,
            saved_by: PersonName::known("ben"),
            saved: Time(0),
        };
        let asked = |only| Asked {
            only,
            ..Asked::default()
        };
        assert!(draft_is_asked(&draft, &asked(None)));
        assert!(draft_is_asked(&draft, &asked(Some(Only::Drafts))));
        assert!(!draft_is_asked(&draft, &asked(Some(Only::Mine))));
        assert!(!draft_is_asked(&draft, &asked(Some(Only::Review))));
    }
}
