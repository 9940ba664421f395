//! What is to be done with one object.

use mesh::{Action, Change, Manifest, Plan, Resource, ResourceKey};
use serde::{Deserialize, Serialize};

use super::Saw;

/// What is to be done on one site, one step after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePlan {
    /// The site.
    pub site: String,
    /// The steps.
    pub steps: Vec<Step>,
}

impl SitePlan {
    /// The steps that a plan asks for. What stays as it is and what is somebody else's is no step.
    pub fn of(site: &str, plan: &Plan) -> Self {
        Self {
            site: site.into(),
            steps: plan.changes.iter().filter_map(step).collect(),
        }
    }
}

fn step(change: &Change) -> Option<Step> {
    match change.action {
        Action::Keep | Action::Foreign => None,
        Action::Create | Action::Update | Action::Remove => Some(Step {
            key: change.key.clone(),
            before: change.live.as_ref().map(Before::from),
            after: change.wanted.clone(),
        }),
    }
}

/// What is to be done with one object, and how to undo it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which object.
    pub key: ResourceKey,
    /// How it was when this was planned; none if it was not there.
    pub before: Option<Before>,
    /// How it has to be; none if it has to go.
    pub after: Option<Manifest>,
}

/// An object as it was read, whole, so that it can be put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Its labels and its spec.
    pub manifest: Manifest,
    /// What tells it from an earlier object of the same name.
    pub uid: String,
    /// The API server's mark of its last change.
    pub resource_version: String,
}

impl From<&Resource> for Before {
    fn from(live: &Resource) -> Self {
        let spec: serde_json::Value =
            serde_json::from_str(live.canonical()).expect("a spec is JSON");
        Self {
            manifest: Manifest::new(live.key.clone(), live.labels.clone(), &spec),
            uid: live.uid.clone(),
            resource_version: live.resource_version.clone(),
        }
    }
}

/// Which way a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From how the object was to how it is wanted.
    Forward,
    /// From how it is wanted to how it was.
    Back,
}

impl Direction {
    /// The word for it, where it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Back => "back",
        }
    }
}

/// Names what is asked of a cluster: one step, taken one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The site.
    pub site: String,
    /// The number of the step there, counting from 0.
    pub step: usize,
    /// Which way.
    pub direction: Direction,
}

/// What an object has to be for a request to change it; without a uid, it must not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// What tells it from another object of the same name.
    pub uid: Option<String>,
    /// The mark of its last change; without, any change since is let pass.
    pub resource_version: Option<String>,
}

impl Step {
    /// How the object has to be at the end of a way; none if it must not be there.
    pub fn wanted(&self, direction: Direction) -> Option<&Manifest> {
        match direction {
            Direction::Forward => self.after.as_ref(),
            Direction::Back => self.before.as_ref().map(|before| &before.manifest),
        }
    }

    /// What a request is locked to. Forward, just the version that was seen when this was planned. Back, the object
    /// of which it is known that this made or changed it.
    pub(super) fn lock(&self, direction: Direction, made: Option<&str>) -> Lock {
        match (direction, &self.before, &self.after) {
            (Direction::Forward, None, _) | (Direction::Back, _, None) => Lock::default(),
            (Direction::Forward, Some(before), _) => Lock {
                uid: Some(before.uid.clone()),
                resource_version: Some(before.resource_version.clone()),
            },
            (Direction::Back, Some(before), Some(_)) => Lock {
                uid: Some(before.uid.clone()),
                resource_version: None,
            },
            (Direction::Back, None, Some(_)) => Lock {
                uid: made.map(String::from),
                resource_version: None,
            },
        }
    }

    /// Says what was seen, where an object was looked at after a request.
    pub fn saw(&self, direction: Direction, live: Option<&Resource>) -> Saw {
        let (from, to) = match direction {
            Direction::Forward => (Direction::Back, Direction::Forward),
            Direction::Back => (Direction::Forward, Direction::Back),
        };
        let (from, to) = (self.wanted(from), self.wanted(to));
        let uid = live.map(|live| live.uid.clone());
        if is_like(live, to) && !self.is_another(direction, live) {
            Saw::Wanted { uid }
        } else if is_like(live, from) && !self.is_another(direction, live) {
            Saw::Untouched { uid }
        } else {
            Saw::Differs
        }
    }

    /// Whether what is there is not the object that was there when this was planned, although that should be.
    fn is_another(&self, direction: Direction, live: Option<&Resource>) -> bool {
        let (Some(before), Some(live)) = (&self.before, live) else {
            return false;
        };
        let is_made_anew = direction == Direction::Back && self.after.is_none();
        !is_made_anew && live.uid != before.uid
    }
}

fn is_like(live: Option<&Resource>, wanted: Option<&Manifest>) -> bool {
    match (live, wanted) {
        (None, None) => true,
        (Some(live), Some(wanted)) => {
            let mut labels = wanted.labels.iter();
            live.canonical() == wanted.canonical()
                && labels.all(|(key, value)| live.labels.get(key) == Some(value))
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}
