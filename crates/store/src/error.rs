//! What can be done now.

/// Why the store did not do as it was asked.
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
    /// The database is not fit to serve from; says what to do.
    #[error("{0}")]
    Unfit(String),
    /// The database did not answer. Nothing was changed.
    #[error("the database did not answer: {0}")]
    Unavailable(#[from] sqlx::Error),
}

/// What the store answers.
pub type Result<T> = std::result::Result<T, Error>;
