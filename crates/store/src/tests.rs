//! Facts about intents: from the draft to the approved revision.

mod carrying;
mod claiming;
mod drafting;
mod golden;
mod in_force;
mod keeping;
mod ledger;
mod past;
mod rollouts;
mod rules;
mod sealing;
mod voting;
mod writers;

use intent::{
    Act, Ballot, Base, Bundle, CloudName, Draft, Finding, Form, Grant, Intent, IntentName, Origin,
    PersonId, PersonName, Revision, RevisionNumber, Role, SiteTerms, Terms, Unnumbered,
    Unversioned, Verb, Was,
};
use serde_json::json;

use crate::{Ground, NewDraft, NewPerson, NewVote, Seen, Store, revisions};

/// An author.
const ADA: PersonId = PersonId(1);
/// An author and reviewer.
const BEN: PersonId = PersonId(2);
/// Reviewers.
const REV: PersonId = PersonId(3);
const ROY: PersonId = PersonId(4);

const FIRST: RevisionNumber = RevisionNumber(1);

fn shop() -> CloudName {
    CloudName::read("shop").unwrap()
}

fn sites() -> Vec<String> {
    ["eu-west", "us-east"].map(String::from).into()
}

/// A store with the people above, whose cloud asks for so many approvals.
async fn asking(approvals: u32) -> Store {
    let store = Store::scratch().await.unwrap();
    let people = [
        ("ada", vec![Role::Author]),
        ("ben", vec![Role::Author, Role::Reviewer]),
        ("rev", vec![Role::Reviewer]),
        ("roy", vec![Role::Reviewer]),
    ];
    let people = people.map(|(name, roles)| NewPerson {
        name: PersonName::known(name),
        password: None,
        grants: roles.into_iter().map(|r| Grant::In(shop(), r)).collect(),
    });
    let name = PersonName::known("test");
    let act = Act::unsigned(name, Verb::PreparedDemo, &Origin::default());
    store.add_missing(&people, &act).await.unwrap();
    store.agree(&shop(), &terms(approvals)).await.unwrap();
    store
}

/// What the cloud is configured as, where it asks for so many approvals.
fn terms(approvals: u32) -> Terms {
    let site = |name: String| SiteTerms {
        context: name.clone(),
        name,
        root_namespace: "istio-system".into(),
    };
    Terms {
        approvals,
        namespaces: vec!["default".into()],
        sites: sites().into_iter().map(site).collect(),
    }
}

/// A cloud as it is seen now: nothing moved in it.
async fn seen(store: &Store) -> Seen {
    let mut connection = store.read.acquire().await.unwrap();
    let holding = revisions::numbers_holding(&mut connection, &shop()).await;
    let holding = holding.unwrap();
    Seen {
        bases: holding.iter().map(|number| (*number, base())).collect(),
        holding,
        sites: sites(),
    }
}

/// What somebody does; the store says what that is.
fn by(person: PersonId) -> Act {
    let name = ["ada", "ben", "rev", "roy"][usize::try_from(person.0 - 1).unwrap()];
    Act {
        person: Some(person),
        ..Act::unsigned(PersonName::known(name), Verb::SignedIn, &Origin::default())
    }
}

fn new(name: &str) -> NewDraft {
    NewDraft {
        cloud: shop(),
        kind: "mutual_tls".into(),
        intent: None,
        name: name.into(),
        form: Form::default(),
        base: None,
    }
}

fn typed(mode: &str) -> Form {
    Form([("mode".into(), mode.into())].into())
}

fn content() -> Intent {
    let json = json!({"kind": "mutual_tls", "scope": "service", "service": "default/reviews", "mode": "STRICT"});
    serde_json::from_value(json).unwrap()
}

/// What is wanted of one object on both sites.
fn bundles(mode: &str) -> Vec<Bundle> {
    let entry = json!({"Apply": {
        "key": {"kind": "PeerAuthentication", "namespace": "default", "name": "reviews"},
        "labels": {"assent/cloud": "shop"},
        "spec": json!({"mtls": {"mode": mode}}).to_string(),
    }});
    let bundle = |site: String| Bundle {
        site,
        entries: vec![serde_json::from_value(entry.clone()).unwrap()],
    };
    sites().into_iter().map(bundle).collect()
}

/// The objects of that were not there.
fn base() -> Base {
    let was = |bundle: &Bundle| Was {
        key: bundle.entries[0].key().clone(),
        spec: None,
    };
    let seen = |bundle: Bundle| (bundle.site.clone(), vec![was(&bundle)]);
    Base {
        sites: bundles("STRICT").into_iter().map(seen).collect(),
    }
}

fn sealing(ground: &Ground) -> Result<Unnumbered, Vec<Finding>> {
    let unversioned = |name: &str| Unversioned {
        name: IntentName::read(name).unwrap(),
        content: Some(content()),
        says: "reviews accepts mutual TLS only.".into(),
    };
    let names = ground.draft.intents.iter().map(|intent| &intent.name);
    Ok(Unnumbered {
        intents: names.map(|name| unversioned(name)).collect(),
        bundles: bundles("STRICT"),
        facts: Vec::new(),
        base: base(),
        compiler: "1".into(),
    })
}

/// A draft that somebody began and saved.
async fn written(store: &Store, new: &NewDraft, person: PersonId) -> Draft {
    let draft = store.begin_draft(new, by(person)).await.unwrap();
    save(store, &draft, person).await
}

async fn save(store: &Store, draft: &Draft, person: PersonId) -> Draft {
    let name = &draft.intents[0].name;
    let (id, version) = (draft.id, draft.version);
    store
        .save_draft(&shop(), id, version, name, &typed("STRICT"), by(person))
        .await
        .unwrap()
}

async fn submit(store: &Store, draft: &Draft, person: PersonId) -> Revision {
    let (id, version, seen) = (draft.id, draft.version, seen(store).await);
    store
        .submit(&shop(), id, version, &seen, by(person), sealing)
        .await
        .unwrap()
}

/// A revision that somebody wrote and submitted.
async fn submitted(store: &Store, name: &str, person: PersonId) -> Revision {
    let draft = written(store, &new(name), person).await;
    submit(store, &draft, person).await
}

/// A draft of the next revision of an intent, begun by Ada and not saved.
async fn next(store: &Store, before: &Revision) -> Draft {
    let next = NewDraft {
        intent: Some(before.intents[0].intent),
        base: Some(before.number),
        ..new(before.intents[0].name.as_str())
    };
    store.begin_draft(&next, by(ADA)).await.unwrap()
}

fn ballot(revision: &Revision, ballot: Ballot) -> NewVote {
    NewVote {
        cloud: shop(),
        revision: revision.number,
        digest: revision.digest.clone(),
        rule: 1,
        ballot,
        comment: String::new(),
        proved: revision.at,
    }
}

async fn approve(store: &Store, revision: &Revision, person: PersonId) -> crate::Result<()> {
    let vote = ballot(revision, Ballot::Approve);
    store.vote(&vote, &sites(), &base(), by(person)).await?;
    Ok(())
}

/// The words of what was done since the people came, oldest first.
async fn verbs(store: &Store) -> Vec<String> {
    let mut acts = store.acts(99).await.unwrap();
    acts.retain(|act| act.name != "test" && act.name != "assent");
    acts.into_iter().rev().map(|act| act.verb).collect()
}

async fn count(store: &Store, table: &'static str) -> i64 {
    let sql = format!("select count(*) from {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&store.read)
        .await
        .unwrap()
}

async fn run(store: &Store, sql: &'static str) {
    sqlx::query(sql).execute(&store.write).await.unwrap();
}
