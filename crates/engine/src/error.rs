//! What whoever asked can do now.

use intent::Objection;

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

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            store::Error::Conflict(says) => Self::Denied(says.into()),
            store::Error::Refused(why) => Self::Denied(why.to_string()),
            other @ (store::Error::Unfit(_) | store::Error::Unavailable(_)) => {
                Self::Unavailable(other.to_string())
            }
        }
    }
}

/// What the engine answers.
pub type Result<T> = std::result::Result<T, Error>;
