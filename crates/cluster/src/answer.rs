//! What became of a request that changes an object.

use http::StatusCode;
use kube::core::{Status, response::StatusCause};
use mesh::{Resource, ResourceKey};
use serde_json::Value;

use crate::{
    Seen,
    call::{Answered, Lost},
    object::shown,
    says::says,
};

/// What became of a request that changes an object, by what can be done now.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Go on, and read it back: it is stored as this shows it.
    Done {
        /// What tells it from an earlier object of the same name.
        uid: String,
        /// The API server's mark of this change.
        resource_version: String,
        /// How it is stored.
        resource: Box<Resource>,
    },
    /// Go on, and read it back: it is gone, or will be once those who hold it by a finalizer let go.
    Removed {
        /// What told it from another object of the same name.
        uid: String,
    },
    /// Give up: the cluster refuses it, and would again.
    Refused {
        /// The answer's code in HTTP.
        code: u16,
        /// What the cluster says, without the values that it echoes.
        says: String,
        /// The field that it is about, if it is about one.
        field: Option<String>,
    },
    /// Give up, or agree with the owner: a field has another value, and is somebody else's.
    Conflict {
        /// Whose it is: the name of a field manager.
        owner: String,
        /// The first such field, as the cluster writes it: `.spec.mtls.mode`.
        field: String,
    },
    /// Plan again: the object is not what was seen. Nothing was done.
    Moved,
    /// Look before anything else: it may have been carried out.
    Unknown(String),
    /// Wait, then try again: nothing was done.
    Unreachable(String),
}

impl Answer {
    /// Sorts what an apply was answered.
    pub(crate) fn to_apply(key: &ResourceKey, seen: &Seen, answer: Result<Answered, Lost>) -> Self {
        let Answered { code, body } = match answer {
            Ok(answered) => answered,
            Err(lost) => return lost.into(),
        };
        let was_there = match code {
            StatusCode::OK => true,
            StatusCode::CREATED => false,
            _ => {
                return match Self::to_neither(code, &body) {
                    // Where nothing was to be, whose it is does not count.
                    Self::Conflict { .. } if seen.uid.is_none() => Self::Moved,
                    answer => answer,
                };
            }
        };
        match (was_there, seen.uid.is_some()) {
            (true, false) => Self::Unknown("what was to be made was there already".into()),
            (false, true) => Self::Unknown("what was to be changed was made anew".into()),
            (true, true) | (false, false) => Self::stored(key, seen, &body),
        }
    }

    /// Sorts what a JSON patch was answered that holds for the version that was seen.
    pub(crate) fn to_patch(key: &ResourceKey, seen: &Seen, answer: Result<Answered, Lost>) -> Self {
        let Answered { code, body } = match answer {
            Ok(answered) => answered,
            Err(lost) => return lost.into(),
        };
        match code {
            StatusCode::OK => Self::stored(key, seen, &body),
            StatusCode::NOT_FOUND => Self::Moved,
            // No word about what is wrong: a test failed, or there is nothing to remove.
            StatusCode::UNPROCESSABLE_ENTITY if causes(&status(&body)).is_empty() => Self::Moved,
            _ => Self::to_neither(code, &body),
        }
    }

    /// Sorts what a removal was answered.
    pub(crate) fn to_removal(uid: &str, answer: Result<Answered, Lost>) -> Self {
        let Answered { code, body } = match answer {
            Ok(answered) => answered,
            Err(lost) => return lost.into(),
        };
        match code {
            StatusCode::OK | StatusCode::ACCEPTED => Self::Removed { uid: uid.into() },
            StatusCode::NOT_FOUND => Self::Moved,
            _ => Self::to_neither(code, &body),
        }
    }

    fn stored(key: &ResourceKey, seen: &Seen, body: &Value) -> Self {
        match shown(key, body) {
            Some(resource) if seen.uid.as_ref().is_none_or(|uid| *uid == resource.uid) => {
                Self::Done {
                    uid: resource.uid.clone(),
                    resource_version: resource.resource_version.clone(),
                    resource: Box::new(resource),
                }
            }
            Some(_) => Self::Unknown("the answer is about another object of this name".into()),
            None => Self::Unknown("the answer is not understood".into()),
        }
    }

    /// Sorts an answer that is no success.
    fn to_neither(code: StatusCode, body: &Value) -> Self {
        let status = status(body);
        match code {
            StatusCode::TOO_MANY_REQUESTS => {
                Self::Unreachable("the API server has too much to do".into())
            }
            StatusCode::CONFLICT => Self::to_conflict(&status),
            _ if is_about_uid(&status) => Self::Moved,
            // It came, but not whole, or not in time.
            StatusCode::REQUEST_TIMEOUT => Self::unknown(code, &status),
            _ if code.is_client_error() || is_refused(&status) => Self::refused(code, &status),
            _ => Self::unknown(code, &status),
        }
    }

    fn to_conflict(status: &Status) -> Self {
        let is_owned = |cause: &&StatusCause| cause.reason == "FieldManagerConflict";
        let Some(cause) = causes(status).iter().find(is_owned) else {
            return Self::Moved;
        };
        let owner = cause.message.split('"').nth(1).map(says);
        Self::Conflict {
            owner: owner.unwrap_or_else(|| "somebody else".into()),
            field: says(&cause.field),
        }
    }

    fn refused(code: StatusCode, status: &Status) -> Self {
        let fields = causes(status).iter().map(|cause| cause.field.as_str());
        let field = fields
            .chain(untyped_field(&status.message))
            .find(|field| !["", "<nil>"].contains(field));
        Self::Refused {
            code: code.as_u16(),
            field: field.map(says),
            says: match code {
                StatusCode::UNAUTHORIZED => "the cluster does not accept our credentials".into(),
                _ if status.message.is_empty() => in_short(code, status),
                _ => says(&status.message),
            },
        }
    }

    fn unknown(code: StatusCode, status: &Status) -> Self {
        Self::Unknown(in_short(code, status))
    }
}

impl From<Lost> for Answer {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Unsent(says) => Self::Unreachable(says),
            Lost::Unknown(says) => Self::Unknown(says),
        }
    }
}

/// What an API server says. What is no `Status` comes from something on the way to it, and says nothing.
fn status(body: &Value) -> Status {
    let is_status = body["kind"] == "Status";
    let status = is_status.then(|| serde_json::from_value(body.clone()));
    status.and_then(Result::ok).unwrap_or_default()
}

fn causes(status: &Status) -> &[StatusCause] {
    let details = status.details.as_ref();
    details.map_or(&[], |details| details.causes.as_slice())
}

/// Whether another object has the name now: its uid does not let itself be changed.
fn is_about_uid(status: &Status) -> bool {
    let mut causes = causes(status).iter();
    causes.any(|cause| cause.field == "metadata.uid")
}

/// An object that does not fit its schema.
const UNTYPED: &str = "failed to create typed patch object";

/// Whether nothing was stored although it looks like the server's fault: these come before storing.
fn is_refused(status: &Status) -> bool {
    status.message.contains(UNTYPED) || status.message.contains("failed calling webhook")
}

/// The field of which an API server says that the schema does not have it.
fn untyped_field(message: &str) -> Option<&str> {
    let (_, after) = message.split_once(UNTYPED)?;
    let (_, after) = after.split_once("): ")?;
    let (field, _) = after.split_once(':')?;
    field.starts_with('.').then_some(field)
}

fn in_short(code: StatusCode, status: &Status) -> String {
    let reason = says(&status.reason);
    format!("the API server answers {} {reason}", code.as_u16())
        .trim_end()
        .into()
}

#[cfg(test)]
mod tests;
