//! Rollouts of one object, for the facts about them.

use intent::{
    RolloutNumber,
    rollout::{
        Direction, Errand, Next, Note, Noted, Outcome, Request, Saw, SitePlan, Step, Told,
        next as what_next,
    },
};

use super::*;
use crate::{Error, Lease, NewRollout};

/// The number of the first rollout.
pub(super) const ONE: RolloutNumber = RolloutNumber(1);

/// What is wanted of the one object of intent `reviews` on both sites.
pub(super) fn wanting(mode: &str) -> Vec<Bundle> {
    let key = json!({"kind": "PeerAuthentication", "namespace": "default", "name": "reviews"});
    let entry = json!({"Apply": {
        "key": key,
        "labels": {"assent/intent": "reviews"},
        "spec": json!({"mtls": {"mode": mode}}).to_string(),
    }});
    removing_or(&entry)
}

/// The object has to go.
pub(super) fn removing() -> Vec<Bundle> {
    let key = json!({"kind": "PeerAuthentication", "namespace": "default", "name": "reviews"});
    removing_or(&json!({"Remove": key}))
}

fn removing_or(entry: &serde_json::Value) -> Vec<Bundle> {
    let bundle = |site: String| Bundle {
        site,
        entries: vec![serde_json::from_value(entry.clone()).unwrap()],
    };
    sites().into_iter().map(bundle).collect()
}

/// What the object looks like on both sites.
pub(super) fn looking(mode: Option<&str>) -> Base {
    let spec = mode.map(|mode| json!({"mtls": {"mode": mode}}).to_string());
    let was = |bundle: &Bundle| Was {
        key: bundle.entries[0].key().clone(),
        spec: spec.as_ref().map(intent::Digest::of),
    };
    let seen = |bundle: Bundle| (bundle.site.clone(), vec![was(&bundle)]);
    Base {
        sites: removing().into_iter().map(seen).collect(),
    }
}

/// A revision of intent `reviews` by Ada, in review: the first, or the next after one.
pub(super) async fn in_review(
    store: &Store,
    after: Option<&Revision>,
    bundles: Vec<Bundle>,
) -> Revision {
    let draft = match after {
        Some(before) => next(store, before).await,
        None => written(store, &new("reviews"), ADA).await,
    };
    let seal = |ground: &Ground| {
        let sealed = sealing(ground)?;
        Ok(Unnumbered { bundles, ..sealed })
    };
    store
        .submit(
            &shop(),
            draft.id,
            draft.version,
            &seen(store).await,
            by(ADA),
            seal,
        )
        .await
        .unwrap()
}

/// The same, approved by a reviewer to whom the object looked like this.
pub(super) async fn approved(
    store: &Store,
    after: Option<&Revision>,
    bundles: Vec<Bundle>,
    base: &Base,
) -> Revision {
    let revision = in_review(store, after, bundles).await;
    let vote = ballot(&revision, Ballot::Approve);
    store.vote(&vote, &sites(), base, by(REV)).await.unwrap();
    revision
}

/// What carries a revision out, where the object looks like this.
pub(super) async fn to_do(store: &Store, revision: &Revision, mode: Option<&str>) -> NewRollout {
    let ledger = store.ledger(&shop()).await.unwrap();
    let plan = |bundle: &Bundle| {
        let entry = &bundle.entries[0];
        let owned = ledger.iter().find(|owned| owned.site == bundle.site);
        let before = mode.map(|mode| {
            json!({
                "manifest": {
                    "key": entry.key(),
                    "labels": {"assent/intent": "reviews"},
                    "spec": json!({"mtls": {"mode": mode}}).to_string(),
                },
                "uid": owned.map_or("theirs", |owned| owned.uid.as_str()),
                "resource_version": "7",
            })
        });
        SitePlan {
            site: bundle.site.clone(),
            steps: vec![Step {
                key: entry.key().clone(),
                before: serde_json::from_value(json!(before)).unwrap(),
                after: match entry {
                    intent::Entry::Apply(manifest) => Some(manifest.clone()),
                    intent::Entry::Remove(_) => None,
                },
            }],
        }
    };
    NewRollout {
        cloud: shop(),
        revision: revision.number,
        digest: revision.digest.clone(),
        rule: 1,
        errand: Errand::RollOut,
        plans: revision.bundles.iter().map(plan).collect(),
    }
}

/// The first revision, approved, and what carries it out.
pub(super) async fn first(store: &Store) -> (Revision, NewRollout) {
    let revision = approved(store, None, wanting("STRICT"), &looking(None)).await;
    let new = to_do(store, &revision, None).await;
    (revision, new)
}

pub(super) async fn claim(store: &Store, new: &NewRollout, base: &Base) -> crate::Result<Lease> {
    store.claim(new.clone(), &sites(), base, by(ROY)).await
}

pub(super) async fn moved<T: std::fmt::Debug>(
    answer: impl Future<Output = crate::Result<T>>,
    why: &str,
) {
    match answer.await {
        Err(Error::Moved(says)) if says.contains(why) => {}
        other => panic!("{why}: {other:?}"),
    }
}

pub(super) fn request(site: &str, direction: Direction) -> Request {
    Request {
        site: site.into(),
        step: 0,
        direction,
    }
}

pub(super) fn forward(site: &str) -> Request {
    request(site, Direction::Forward)
}

pub(super) fn back(site: &str) -> Request {
    request(site, Direction::Back)
}

pub(super) fn done(uid: &str) -> Told {
    Told::Done {
        uid: uid.into(),
        resource_version: "8".into(),
    }
}

/// Carries a rollout out to its end on clusters that do whatever they are asked.
pub(super) async fn finish(store: &Store, lease: &Lease, mut journal: Vec<Noted>) -> Outcome {
    loop {
        let now = store.clock.now().plus(60_000);
        let mut nexts = what_next(lease.rollout(), &journal, now).into_iter();
        let notes = match nexts.next().unwrap() {
            Next::Ask(ask) => {
                let uid = ask.lock.uid.unwrap_or(format!("new-{}", journal.len()));
                let told = match ask.wanted {
                    Some(_) => done(&uid),
                    None => Told::Removed,
                };
                let asked = Note::Asked(ask.request.clone());
                vec![asked, Note::Answered(ask.request, told)]
            }
            Next::Look(request) => {
                let step = lease.rollout().step(&request).unwrap();
                let uid = journal.iter().rev().find_map(|noted| match &noted.note {
                    Note::Answered(_, Told::Done { uid, .. }) => Some(uid.clone()),
                    _ => None,
                });
                let uid = uid.filter(|_| step.wanted(request.direction).is_some());
                vec![Note::Looked(request, Saw::Wanted { uid })]
            }
            Next::Write(note) => vec![note],
            Next::Wait { .. } => panic!("a minute is enough"),
        };
        for note in notes {
            journal.push(store.note(lease, note.clone()).await.unwrap());
            if let Note::Ended(outcome) = note {
                return outcome;
            }
        }
    }
}

pub(super) async fn carried_out(store: &Store, new: &NewRollout, base: &Base) {
    let lease = claim(store, new, base).await.unwrap();
    assert_eq!(finish(store, &lease, vec![]).await, Outcome::Applied);
}

/// A first rollout, claimed.
pub(super) async fn begun() -> (Store, Lease) {
    let store = asking(1).await;
    let (_, new) = first(&store).await;
    let lease = claim(&store, &new, &looking(None)).await.unwrap();
    (store, lease)
}

/// Writes notes of which each has to be taken.
pub(super) async fn write(store: &Store, lease: &Lease, notes: &[Note]) {
    for note in notes {
        store.note(lease, note.clone()).await.unwrap();
    }
}
