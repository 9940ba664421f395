use mesh::{Labels, ResourceKind, Snapshot};
use serde_json::json;

use super::*;
use crate::{Seal, Unnumbered, Unversioned};

pub(crate) fn key(name: &str) -> ResourceKey {
    ResourceKey::new(ResourceKind::PeerAuthentication, "default", name)
}

fn apply(name: &str, mode: &str) -> Entry {
    let spec = json!({"mtls": {"mode": mode}});
    Entry::Apply(Manifest::new(key(name), Labels::new(), &spec))
}

fn bundle(site: &str, entries: Vec<Entry>) -> Bundle {
    Bundle {
        site: site.into(),
        entries,
    }
}

fn unnumbered(bundles: Vec<Bundle>) -> Unnumbered {
    Unnumbered {
        intents: vec![Unversioned {
            name: IntentName::read("reviews-mtls").unwrap(),
            content: Some(Intent::examples().remove(0)),
            says: "reviews accepts mutual TLS only.".into(),
        }],
        base: Base::of(&bundles, |_| None).unwrap_or_default(),
        bundles,
        facts: Vec::new(),
        compiler: "1".into(),
    }
}

fn seal() -> Seal {
    Seal {
        cloud: CloudName::read("shop").unwrap(),
        number: RevisionNumber(2),
        intents: vec![(IntentId(7), 3)],
        author: PersonId(1),
        author_name: PersonName::known("ada"),
        began: Time(100),
        at: Time(200),
    }
}

/// Revision 2 of shop by Ada: one object on eu-west and us-east.
pub(crate) fn sample() -> Revision {
    let sites = ["eu-west", "us-east"];
    unnumbered(
        sites
            .map(|site| bundle(site, vec![apply("reviews", "STRICT")]))
            .into(),
    )
    .seal(seal())
}

#[test]
fn a_revision_is_sealed_with_its_numbers_and_its_sites_in_order() {
    let sites = ["us-east", "eu-west"];
    let bundles = sites.map(|site| bundle(site, vec![apply("reviews", "STRICT")]));
    let revision = unnumbered(bundles.into()).seal(seal());
    assert_eq!(revision, sample());
    assert_eq!(revision.sites(), ["eu-west", "us-east"]);
    assert_eq!(revision.entries("us-east"), [apply("reviews", "STRICT")]);
    assert_eq!(revision.entries("ap-south"), []);
    let sealed = &revision.intents[0];
    assert_eq!((sealed.intent, sealed.version), (IntentId(7), 3));
    assert!(revision.seals());
}

#[test]
fn whatever_an_approval_binds_is_in_the_digest() {
    type Change = (&'static str, fn(&mut Revision));
    let changes: [Change; 14] = [
        ("cloud", |r| r.cloud = CloudName::read("bank").unwrap()),
        ("number", |r| r.number = RevisionNumber(3)),
        ("intent", |r| r.intents[0].intent = IntentId(8)),
        ("name", |r| {
            r.intents[0].name = IntentName::read("other").unwrap();
        }),
        ("version", |r| r.intents[0].version = 4),
        ("content", |r| {
            r.intents[0].content = Intent::examples().pop();
        }),
        ("withdrawn", |r| r.intents[0].content = None),
        ("no intent", |r| r.intents.clear()),
        ("site", |r| r.bundles[1].site = "us-west".into()),
        ("no site", |r| drop(r.bundles.pop())),
        ("spec", |r| {
            r.bundles[0].entries[0] = apply("reviews", "DISABLE")
        }),
        ("key", |r| {
            r.bundles[0].entries[0] = apply("ratings", "STRICT")
        }),
        ("removal", |r| {
            r.bundles[0].entries[0] = Entry::Remove(key("reviews"))
        }),
        ("order", |r| {
            let entries = &mut r.bundles[0].entries;
            entries.insert(0, apply("ratings", "STRICT"));
        }),
    ];
    let mut digests = vec![sample().digest];
    for (what, change) in changes {
        let mut changed = sample();
        change(&mut changed);
        assert!(!changed.seals(), "{what}");
        digests.push(seal::digest(
            &changed.cloud,
            changed.number,
            &changed.intents,
            &changed.bundles,
        ));
    }
    let mut order = sample();
    order.bundles[0].entries.push(apply("ratings", "STRICT"));
    digests.push(seal::digest(
        &order.cloud,
        order.number,
        &order.intents,
        &order.bundles,
    ));
    let all = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), all);
}

#[test]
fn two_withdrawals_of_different_objects_never_share_a_digest() {
    let withdrawal = |name: &str| {
        let bundles = vec![bundle("eu-west", vec![Entry::Remove(key(name))])];
        let mut unnumbered = unnumbered(bundles);
        unnumbered.intents[0].content = None;
        unnumbered.seal(seal())
    };
    assert_ne!(withdrawal("reviews").digest, withdrawal("ratings").digest);
    assert_eq!(
        withdrawal("reviews").bundles[0].entries[0].body(),
        "remove PeerAuthentication default/reviews"
    );
}

#[test]
fn an_object_moved_to_another_site_is_another_digest() {
    let one = apply("reviews", "STRICT");
    let other = apply("ratings", "STRICT");
    let sealed = |eu: Vec<Entry>, us: Vec<Entry>| {
        unnumbered(vec![bundle("eu-west", eu), bundle("us-east", us)])
            .seal(seal())
            .digest
    };
    assert_ne!(
        sealed(vec![one.clone(), other.clone()], vec![]),
        sealed(vec![one], vec![other])
    );
}

#[test]
fn a_site_that_is_called_like_a_removal_is_not_taken_for_one() {
    let gone = |name| vec![Entry::Remove(key(name))];
    let site = |name| format!("remove {}", key(name));
    let one = vec![
        bundle("a", gone("ratings")),
        bundle(&site("reviews"), vec![]),
    ];
    let other = vec![
        bundle("a", vec![]),
        bundle(&site("ratings"), gone("reviews")),
    ];
    let digest = |bundles| unnumbered(bundles).seal(seal()).digest;
    assert_ne!(digest(one), digest(other));
}

#[test]
fn a_bundle_is_found_by_the_hash_of_its_bytes() {
    let bundle = &sample().bundles[0];
    assert_eq!(bundle.hash(), Digest::of(bundle.bytes()));
    assert_eq!(
        serde_json::from_str::<Bundle>(&bundle.bytes()).unwrap(),
        *bundle
    );
    assert_ne!(bundle.hash(), sample().bundles[1].hash());
}

#[test]
fn a_revision_survives_the_wire() {
    let wire = serde_json::to_string(&sample()).unwrap();
    assert_eq!(serde_json::from_str::<Revision>(&wire).unwrap(), sample());
}

#[test]
fn a_digest_has_64_digits_and_nothing_else() {
    assert_eq!(
        Digest::of("abc").as_str(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(Digest::of("abc").short(), "ba7816bf");
    for text in ["", "ba7816bf", &"G".repeat(64), &"A".repeat(64)] {
        assert!(Digest::try_from(String::from(text)).is_err(), "{text}");
    }
}

#[test]
fn an_unread_site_has_no_base() {
    let unread = Snapshot::new("istio-system");
    let bundles = &sample().bundles;
    let missing = Base::of(bundles, |site| (site == "us-east").then_some(&unread));
    assert_eq!(
        missing.unwrap_err().to_string(),
        "The site eu-west was not read yet."
    );
    assert!(Base::of(bundles, |_| Some(&unread)).is_err());
}
