//! The one error that crosses the wire.

use intent::{Hindrance, Objection, Theirs};
use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

/// Why a request was not carried out, for whoever reads it. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum AppError {
    /// Nobody is signed in, or no longer.
    #[error("You are signed out. Sign in again to go on.")]
    SignedOut,
    /// Whoever asked has to show that it is still them, and may then ask again.
    #[error("This takes a sign-in of the last 5 minutes. What you typed is still here.")]
    ProveYourself,
    /// Whoever asked may not.
    #[error("{0}")]
    Denied(String),
    /// There is no such thing, or not for whoever asked.
    #[error("There is no such thing here, or it is not for you to see.")]
    NotFound,
    /// Fields that cannot be taken as they are.
    #[error("{}", sentence(.0))]
    Rejected(Vec<Objection>),
    /// Somebody else saved the draft meanwhile; what they saved comes along.
    #[error(
        "{} saved this draft meanwhile, so what you typed was not saved. Go back in the browser to find it.", .0.by
    )]
    Conflict(Box<Theirs>),
    /// What was shown is no longer so.
    #[error("{0}")]
    Moved(String),
    /// Sites were asked what would become of a rollout, and this keeps it from beginning.
    #[error("Nothing was started. {}", sentences(.0))]
    Rehearsed(Vec<Hindrance>),
    /// Asked too often.
    #[error("Too many attempts. Try again in {seconds} s.")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// The request could not be read.
    #[error("The request could not be read: {0}")]
    Malformed(String),
    /// Something underneath did not answer; the number is in the logs too.
    #[error(
        "Assent could not do this now (request {request}). Try again; if it stays, the logs say why."
    )]
    Unavailable {
        /// The number of the request.
        request: String,
    },
    /// The server was not reached.
    #[error("The server did not answer. What you typed is still here; try again.")]
    Unreachable,
}

fn sentence(objections: &[Objection]) -> String {
    let says: Vec<&str> = objections.iter().map(|o| o.says.as_str()).collect();
    says.join(" ")
}

fn sentences(hindrances: &[Hindrance]) -> String {
    let says: Vec<String> = hindrances.iter().map(ToString::to_string).collect();
    says.join(" ")
}

impl AppError {
    /// What is said about one field.
    pub fn about(&self, field: &str) -> Option<String> {
        match self {
            Self::Rejected(objections) => objections
                .iter()
                .find(|objection| objection.field == field)
                .map(|objection| objection.says.clone()),
            _ => None,
        }
    }

    /// What is said about the whole, where no field is named.
    pub fn as_a_whole(&self) -> Option<String> {
        match self {
            Self::Rejected(_) => None,
            other => Some(other.to_string()),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Args(says)
            | ServerFnErrorErr::MissingArg(says)
            | ServerFnErrorErr::Deserialization(says) => Self::Malformed(says),
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            _ => Self::Unavailable {
                request: String::new(),
            },
        };
        #[cfg(feature = "ssr")]
        crate::session::set_status(&error);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objection_stands_beside_its_field_and_nowhere_else() {
        let error = AppError::Rejected(vec![Objection::new("name", "A name is needed.")]);
        assert_eq!(error.about("name"), Some("A name is needed.".into()));
        assert_eq!(error.about("password"), None);
        assert_eq!(error.as_a_whole(), None);
        assert!(AppError::SignedOut.as_a_whole().is_some());
    }
}
