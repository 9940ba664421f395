//! What is written down of a rollout.

use std::fmt;

use mesh::ResourceKey;
use serde::{Deserialize, Serialize};

use super::{Direction, Request};
use crate::{PersonId, PersonName, Time};

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Its number; they go up.
    pub seq: i64,
    /// When it was written.
    pub at: Time,
    /// What it says.
    pub note: Note,
}

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A request is about to be sent.
    Asked(Request),
    /// It was answered, or there is no answer.
    Answered(Request, Told),
    /// Its object was looked at.
    Looked(Request, Saw),
    /// From now on, everything is put back.
    Turned(Turn),
    /// Nothing follows.
    Ended(Outcome),
}

impl Note {
    /// The word for it, where it is stored.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Asked(_) => "asked",
            Self::Answered(..) => "answered",
            Self::Looked(..) => "looked",
            Self::Turned(_) => "turned",
            Self::Ended(_) => "ended",
        }
    }

    /// The request that it is about; none if it is about the whole.
    pub fn request(&self) -> Option<&Request> {
        match self {
            Self::Asked(request) | Self::Answered(request, _) | Self::Looked(request, _) => {
                Some(request)
            }
            Self::Turned(_) | Self::Ended(_) => None,
        }
    }
}

/// What a cluster answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// It is stored.
    Done {
        /// What tells it from another object of the same name.
        uid: String,
        /// The API server's mark of this change.
        resource_version: String,
    },
    /// It is gone, or will be.
    Removed,
    /// It was refused, and would be again.
    Refused {
        /// The answer's code in HTTP.
        code: u16,
        /// What the cluster says.
        says: String,
        /// The field that it is about.
        field: Option<String>,
    },
    /// A field is somebody else's.
    Conflict {
        /// Whose it is.
        owner: String,
        /// The field.
        field: String,
    },
    /// The object is not what was seen; nothing was done.
    Moved,
    /// It may have been carried out; says why that is not known.
    Unknown(String),
    /// Nothing was done; says why.
    Unreachable(String),
}

impl Told {
    /// Whether it tells nothing of the request: the site does not answer, or not now.
    pub(super) fn is_silence(&self, direction: Direction) -> bool {
        match self {
            Self::Unknown(_) | Self::Unreachable(_) => true,
            // Something behind the API server fails, which passes; what was done stays until then.
            Self::Refused { code, .. } => direction == Direction::Back && *code >= 500,
            Self::Done { .. } | Self::Removed | Self::Conflict { .. } | Self::Moved => false,
        }
    }
}

/// It as it goes on after the name of the object: "was refused: quota exceeded".
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done { .. } => f.write_str("was applied"),
            Self::Removed => f.write_str("was removed"),
            Self::Refused { says, .. } => write!(f, "was refused: {says}"),
            Self::Conflict { owner, field } => {
                write!(f, "was not changed: {field} belongs to {owner}")
            }
            Self::Moved => f.write_str("was not changed: somebody else changed it meanwhile"),
            Self::Unknown(says) => write!(f, "was asked for, and nobody knows the outcome: {says}"),
            Self::Unreachable(says) => write!(f, "could not be asked for: {says}"),
        }
    }
}

/// What was seen of an object, compared with both ends of the way that a request takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saw {
    /// It is as it has to be then.
    Wanted {
        /// What tells it from another object of the same name; none if it is not there.
        uid: Option<String>,
    },
    /// It is as it was before.
    Untouched {
        /// What tells it from another object of the same name; none if it is not there.
        uid: Option<String>,
    },
    /// It is neither.
    Differs,
    /// It could not be looked at; says why.
    Unknown(String),
}

/// Why everything is put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// An object could not be made as it is wanted.
    Failed {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
        /// What became of it, as it goes on after its name.
        says: String,
    },
    /// A site did not answer for too long.
    Silent {
        /// The site.
        site: String,
        /// Since when.
        since: Time,
    },
    /// Somebody stopped it.
    Stopped {
        /// Who.
        by: PersonId,
        /// Their name.
        name: PersonName,
    },
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { site, key, says } => write!(f, "On {site}, {key} {says}."),
            Self::Silent { site, .. } => write!(f, "{site} did not answer for a minute."),
            Self::Stopped { name, .. } => write!(f, "{name} stopped it."),
        }
    }
}

/// How a rollout ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every object is as it is wanted, on every site.
    Applied,
    /// Every object was so already.
    NothingToDo,
    /// Everything was put back.
    TakenBack {
        /// Why, as a sentence.
        why: String,
        /// What could not be put back.
        left: Vec<Remnant>,
    },
}

impl Outcome {
    /// The word for it, where it is stored.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NothingToDo => "nothing_to_do",
            Self::TakenBack { .. } => "taken_back",
        }
    }

    /// Whether the revision is in force since.
    pub fn is_in_force(&self) -> bool {
        match self {
            Self::Applied | Self::NothingToDo => true,
            Self::TakenBack { .. } => false,
        }
    }
}

/// An object that is neither as it was nor surely as it is wanted, and that nobody touches any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remnant {
    /// The site.
    pub site: String,
    /// The object.
    pub key: ResourceKey,
    /// What became of it, as it goes on after its name.
    pub says: String,
}
