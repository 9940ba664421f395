//! What went wrong, and what can be done about it.

use std::{error::Error as AnyError, io, path::PathBuf};

use kube::client::AuthError;

use crate::{Right, guard::Limit};

/// What went wrong, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Correct the file or the name of the context, and start again.
    #[error("the context {context} of {} cannot be used: {says}", file.display())]
    Kubeconfig {
        /// The file.
        file: PathBuf,
        /// The context.
        context: String,
        /// What is wrong, without a word of the file.
        says: String,
    },
    /// Ask for a cloud that exists.
    #[error("no cloud is called {0}")]
    UnknownCloud(String),
    /// Ask for a site that the cloud has.
    #[error("no site is called {0}")]
    UnknownSite(String),
    /// Renew the credentials.
    #[error("the cluster does not accept our credentials")]
    Credentials,
    /// Grant the right.
    #[error("the cluster does not let us {0}")]
    Missing(Right),
    /// Wait, then try again.
    #[error("the cluster does not answer as it should: {0}")]
    Unreachable(String),
}

/// How much is kept of words that come from elsewhere, in characters.
const WORDS: usize = 200;

/// Says why a call failed, without what an API server may have echoed.
pub(crate) fn reason(error: &(dyn AnyError + 'static)) -> String {
    if let Some(limit) = limit(error) {
        return limit.to_string();
    }
    let mut last = error;
    for cause in causes(error) {
        // Names the command that fetches credentials and what it printed.
        if cause.is::<AuthError>() {
            return "our credentials could not be renewed".into();
        }
        match cause.downcast_ref::<kube::Error>() {
            Some(kube::Error::Api(status)) if status.code == 401 => {
                return "our credentials are not accepted".into();
            }
            Some(kube::Error::Api(status)) => {
                return format!(
                    "the API server answers {} {}",
                    status.code,
                    plain(&status.reason)
                );
            }
            Some(kube::Error::SerdeError(_)) => return "an answer is not understood".into(),
            _ => {}
        }
        match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => return "the connection is refused".into(),
            Some(io::ErrorKind::ConnectionReset) => return "the connection was reset".into(),
            _ => last = cause,
        }
    }
    plain(&last.to_string())
}

/// The bound that was overstepped, if that is why a call failed.
pub(crate) fn limit(error: &(dyn AnyError + 'static)) -> Option<Limit> {
    causes(error).find_map(|cause| cause.downcast_ref().copied())
}

/// An error and what caused it, down to the first cause.
fn causes<'a>(
    error: &'a (dyn AnyError + 'static),
) -> impl Iterator<Item = &'a (dyn AnyError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn AnyError + 'static) = *error;
        error.source()
    })
}

fn plain(text: &str) -> String {
    let printable = text.chars().filter(|c| !c.is_control());
    printable.take(WORDS).collect()
}

impl Error {
    /// Sorts what a single call answered.
    pub(crate) fn of(error: &kube::Error, wanted: Right) -> Self {
        match error {
            kube::Error::Api(status) if status.code == 401 => Self::Credentials,
            kube::Error::Api(status) if status.is_forbidden() => Self::Missing(wanted),
            _ => Self::Unreachable(reason(error)),
        }
    }
}
