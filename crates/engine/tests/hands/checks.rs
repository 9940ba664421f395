//! What has to hold whenever nothing is under way.

use std::collections::BTreeSet;

use engine::Error;
use intent::{Digest, Entry, Hindrance, rollout::Outcome};
use mesh::ResourceKey;
use sandbox::Verb;
use serde_json::Value;
use store::Store;

use crate::{
    ground::NAMESPACE,
    world::{PEER, Process, SITES, World, shop},
};

/// The ledger holds the objects that carry our label, and the other way round.
pub(crate) async fn ledger_is_what_is_there(world: &World, store: &Store) {
    let ledger = store.ledger(&shop()).await.unwrap();
    let ledger: BTreeSet<_> = ledger
        .iter()
        .map(|owned| {
            let name = owned.key.name.to_string();
            (
                owned.site.clone(),
                name,
                owned.uid.clone(),
                owned.spec.clone(),
            )
        })
        .collect();
    let mut there = BTreeSet::new();
    for site in SITES {
        for object in world.site(site).objects(PEER.as_str()) {
            let metadata = &object["metadata"];
            if metadata["labels"]["assent/intent"] != "mtls" {
                continue;
            }
            let text = |field: &str| metadata[field].as_str().unwrap().to_owned();
            let mut spec = object["spec"].clone();
            spec.sort_all_objects();
            let spec = Digest::of(spec.to_string());
            there.insert((site.to_owned(), text("name"), text("uid"), spec));
        }
    }
    assert_eq!(ledger, there);
}

/// The SHA-256 of what an apply asked for, without what it was locked to.
pub(crate) fn asked_for(body: &[u8]) -> Digest {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    let metadata = body["metadata"].as_object_mut().unwrap();
    metadata.remove("uid");
    metadata.remove("resourceVersion");
    body.sort_all_objects();
    Digest::of(body.to_string())
}

/// Every byte that was sent to be stored was approved, or is what was there before; every removal names an object by
/// its uid.
pub(crate) async fn only_approved_bytes_were_sent(world: &World, process: &Process) {
    let revisions = process.store.revisions(&shop()).await.unwrap();
    for site in SITES {
        let entries = revisions.iter().flat_map(|revision| revision.entries(site));
        let bodies = entries.filter(|entry| matches!(entry, Entry::Apply(_)));
        let approved: BTreeSet<Digest> = bodies.map(|entry| Digest::of(entry.body())).collect();
        for request in world.sent(site) {
            match request.verb {
                Verb::Apply => {
                    let sent = asked_for(&request.body);
                    assert!(approved.contains(&sent), "{site} {request:?}");
                }
                Verb::Delete => {
                    let options: Value = serde_json::from_slice(&request.body).unwrap();
                    assert!(options["preconditions"]["uid"].is_string(), "{request:?}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Ended, with all as wanted or all as before, and nothing left over.
pub(crate) fn is_whole(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Applied => true,
        Outcome::TakenBack { left, .. } => left.is_empty(),
        Outcome::NothingToDo => false,
    }
}

/// Why something was put back.
pub(crate) fn taken_back(outcome: Outcome) -> String {
    match outcome {
        Outcome::TakenBack { why, left } if left.is_empty() => why,
        other => panic!("{other:?}"),
    }
}

/// What is in the way on a site, of a policy or of all.
pub(crate) fn hindrance(site: &str, app: Option<&str>, says: &str) -> Hindrance {
    Hindrance {
        site: site.into(),
        key: app.map(|app| ResourceKey::new(PEER, NAMESPACE, app)),
        says: says.into(),
    }
}

/// What keeps a rollout from beginning.
pub(crate) fn rehearsed<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<Hindrance> {
    match result {
        Err(Error::Rehearsed(hindrances)) => hindrances,
        other => panic!("{other:?}"),
    }
}

/// Nothing was begun, and nothing was meant.
pub(crate) async fn nothing_began(world: &World, process: &Process) {
    assert_eq!(process.store.rollouts(&shop()).await.unwrap(), []);
    assert_eq!(world.all_sent(), 0);
}
