//! What can be done now.

use intent::{CannotVote, Draft, Finding};

/// Why the store did not do as it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("there is no such thing")]
    NotFound,
    /// Something else is in the way.
    #[error("{0}")]
    Conflict(&'static str),
    /// The rule on changes to people's rights is in the way.
    #[error("{0}")]
    Refused(#[from] intent::Refusal),
    /// Somebody saved the draft meanwhile; this is how it is now.
    #[error("{} saved this draft meanwhile", .0.saved_by.as_str())]
    Overtaken(Box<Draft>),
    /// What is to be sealed has something wrong with it.
    #[error("{} finding(s) keep this from being submitted", .0.len())]
    Rejected(Vec<Finding>),
    /// Whoever votes may not.
    #[error("{0}")]
    CannotVote(#[from] CannotVote),
    /// What whoever asks was shown is no longer so.
    #[error("{0}")]
    Moved(String),
    /// Others submitted or rolled out meanwhile; whoever asks works it out again.
    #[error("something else was submitted in this cloud meanwhile; submit again")]
    Stale,
    /// The database is not fit to serve from; says what to do.
    #[error("{0}")]
    Unfit(String),
    /// The database did not answer. Nothing was changed.
    #[error("the database did not answer: {0}")]
    Unavailable(#[from] sqlx::Error),
}

/// What the store answers.
pub type Result<T> = std::result::Result<T, Error>;
