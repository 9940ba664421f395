mod beginning;
mod going;
mod property;
mod showing;
mod stages;
mod stepping;
mod turning;
mod world;

use mesh::{Labels, Manifest, Resource, ResourceKey, ResourceKind};
use serde_json::json;

use super::*;
use crate::{CloudName, Digest, IntentName, PersonName};

pub(super) const EU: &str = "eu-west";
pub(super) const US: &str = "us-east";

pub(super) fn key(name: &str) -> ResourceKey {
    ResourceKey::new(ResourceKind::PeerAuthentication, "default", name)
}

pub(super) fn labels() -> Labels {
    Labels::from([("assent/intent".into(), "reviews".into())])
}

pub(super) fn manifest(name: &str, mode: &str) -> Manifest {
    Manifest::new(key(name), labels(), &json!({"mtls": {"mode": mode}}))
}

/// A live object with this spec.
pub(super) fn live(manifest: &Manifest, uid: &str, version: &str) -> Resource {
    let mut object: serde_json::Value = serde_json::from_str(&manifest.body()).unwrap();
    object["metadata"]["uid"] = json!(uid);
    object["metadata"]["resourceVersion"] = json!(version);
    object["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    Resource::read(manifest.key.kind, &object).unwrap()
}

pub(super) fn before(name: &str) -> Before {
    Before::from(&live(
        &manifest(name, "PERMISSIVE"),
        &format!("old-{name}"),
        "7",
    ))
}

/// An object that is to be made.
pub(super) fn made(name: &str) -> Step {
    Step {
        key: key(name),
        before: None,
        after: Some(manifest(name, "STRICT")),
    }
}

/// An object that is to be changed.
pub(super) fn changed(name: &str) -> Step {
    Step {
        before: Some(before(name)),
        ..made(name)
    }
}

/// An object that is to be removed.
pub(super) fn gone(name: &str) -> Step {
    Step {
        after: None,
        ..changed(name)
    }
}

pub(super) fn order() -> Order {
    Order {
        cloud: CloudName::read("shop").unwrap(),
        number: RolloutNumber(3),
        revision: RevisionNumber(2),
        digest: Digest::of("revision 2"),
        intents: vec![(IntentId(7), IntentName::read("reviews").unwrap())],
        errand: Errand::RollOut,
        rule: Rule {
            version: 1,
            approvals: 2,
        },
        by: PersonId(4),
        by_name: PersonName::known("olga"),
        at: Time(0),
    }
}

/// A rollout of these steps; what they change or remove was made by revision 1.
pub(super) fn rollout(plans: &[(&str, Vec<Step>)]) -> Rollout {
    let owned = |site: &str, step: &Step| {
        let before = step.before.as_ref()?;
        Some(Owned {
            site: site.into(),
            key: step.key.clone(),
            uid: before.uid.clone(),
            intent: IntentId(7),
            revision: RevisionNumber(1),
            spec: Digest::of(before.manifest.canonical()),
        })
    };
    Rollout {
        order: order(),
        plans: plans
            .iter()
            .map(|(site, steps)| SitePlan {
                site: (*site).into(),
                steps: steps.clone(),
            })
            .collect(),
        owned: plans
            .iter()
            .flat_map(|(site, steps)| steps.iter().filter_map(|step| owned(site, step)))
            .collect(),
    }
}

pub(super) fn request(site: &str, step: usize, direction: Direction) -> Request {
    Request {
        site: site.into(),
        step,
        direction,
    }
}

pub(super) fn forward(site: &str, step: usize) -> Request {
    request(site, step, Direction::Forward)
}

pub(super) fn backward(site: &str, step: usize) -> Request {
    request(site, step, Direction::Back)
}

pub(super) fn done(uid: &str) -> Told {
    Told::Done {
        uid: uid.into(),
        resource_version: "8".into(),
    }
}

pub(super) fn refused(code: u16) -> Told {
    Told::Refused {
        code,
        says: "quota exceeded".into(),
        field: None,
    }
}

pub(super) fn wanted(uid: Option<&str>) -> Saw {
    Saw::Wanted {
        uid: uid.map(String::from),
    }
}

pub(super) fn untouched() -> Saw {
    Saw::Untouched { uid: None }
}

/// A journal being written, a second for each row.
#[derive(Clone, Default)]
pub(super) struct Journal {
    pub(super) rows: Vec<Noted>,
    pub(super) now: Time,
}

impl Journal {
    pub(super) fn note(&mut self, note: Note) {
        self.now = self.now.plus(1_000);
        self.rows.push(Noted {
            seq: self.rows.len() as i64 + 1,
            at: self.now,
            note,
        });
    }

    /// Asked, and answered like this.
    pub(super) fn told(&mut self, request: Request, told: Told) {
        self.note(Note::Asked(request.clone()));
        self.note(Note::Answered(request, told));
    }

    pub(super) fn saw(&mut self, request: Request, saw: Saw) {
        self.note(Note::Looked(request, saw));
    }

    /// Asked, done, and verified.
    pub(super) fn reached(&mut self, request: Request, uid: &str) {
        self.told(request.clone(), done(uid));
        self.saw(request, wanted(Some(uid)));
    }

    /// Asked, removed, and verified.
    pub(super) fn removed(&mut self, request: Request) {
        self.told(request.clone(), Told::Removed);
        self.saw(request, wanted(None));
    }

    /// What comes next, long after the last row.
    pub(super) fn next(&self, rollout: &Rollout) -> Vec<Next> {
        next(rollout, &self.rows, self.now.plus(10_000))
    }

    /// Writes down what has to be written next.
    pub(super) fn write(&mut self, rollout: &Rollout) -> Note {
        match self.next(rollout).as_slice() {
            [Next::Write(note)] => {
                self.note(note.clone());
                note.clone()
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What is asked next, without the bytes.
pub(super) fn asks(next: Vec<Next>) -> Vec<Request> {
    next.into_iter()
        .map(|next| match next {
            Next::Ask(ask) => ask.request,
            other => panic!("{other:?}"),
        })
        .collect()
}
