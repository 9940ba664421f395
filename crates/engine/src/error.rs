//! What whoever asked can do now.

use intent::{Draft, Finding, Hindrance, Objection, Theirs};

/// Why a verb was not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or not for whoever asked.
    #[error("there is no such thing")]
    NotFound,
    /// Whoever asked may not.
    #[error("{0}")]
    Denied(String),
    /// What was typed cannot be taken; says where and why.
    #[error("{} field(s) cannot be taken as they are", .0.len())]
    Rejected(Vec<Objection>),
    /// Somebody else saved meanwhile; says who and what.
    #[error("{} saved this meanwhile", .0.by)]
    Conflict(Box<Theirs>),
    /// What whoever asked was shown is no longer so; says what moved.
    #[error("{0}")]
    Moved(String),
    /// Sites were asked what would become of a rollout, and this keeps it from beginning.
    #[error("{} thing(s) keep this from beginning", .0.len())]
    Rehearsed(Vec<Hindrance>),
    /// Asked too often; may ask again after so many seconds.
    #[error("asked too often; again in {seconds} s")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// Something underneath did not answer.
    #[error("{0}")]
    Unavailable(String),
}

impl Error {
    /// Objects to one field.
    pub(crate) fn field(field: &str, says: &str) -> Self {
        Self::Rejected(vec![Objection::new(field, says)])
    }
}

const STALE: &str = "Something else was submitted in this cloud meanwhile. Submit again.";

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            store::Error::Conflict(says) => Self::Denied(says.into()),
            store::Error::Refused(why) => Self::Denied(why.to_string()),
            store::Error::CannotVote(why) => Self::Denied(why.to_string()),
            store::Error::Moved(says) => Self::Moved(says),
            store::Error::Overtaken(draft) => Self::Conflict(Box::new(theirs(*draft))),
            store::Error::Rejected(findings) => rejected(findings),
            store::Error::Stale => Self::Moved(STALE.into()),
            other @ (store::Error::Unfit(_) | store::Error::Unavailable(_)) => {
                Self::Unavailable(other.to_string())
            }
        }
    }
}

/// Objects to what findings are about, each as a sentence and what to do.
pub(crate) fn rejected(findings: Vec<Finding>) -> Error {
    let objections = findings.iter().map(|finding| {
        let says = format!("{} {}", finding.says, finding.todo);
        Objection::new(finding.path().unwrap_or_default(), says.trim_end())
    });
    Error::Rejected(objections.collect())
}

/// What somebody else saved.
fn theirs(draft: Draft) -> Theirs {
    let (name, form) = match draft.intents.into_iter().next() {
        Some(intent) => (intent.name, intent.form),
        None => Default::default(),
    };
    Theirs {
        by: draft.saved_by,
        at: draft.saved,
        version: draft.version,
        name,
        form,
    }
}

/// What the engine answers.
pub type Result<T> = std::result::Result<T, Error>;
