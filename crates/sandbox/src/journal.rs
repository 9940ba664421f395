//! What was asked to be changed, and how it was answered.

use std::collections::VecDeque;

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;

/// How many requests are remembered.
const REMEMBERED: usize = 4096;

/// The content type of a server-side apply.
pub(crate) const APPLY: &str = "application/apply-patch+yaml";
/// The content type of a JSON patch.
pub(crate) const JSON_PATCH: &str = "application/json-patch+json";
/// The content type of a merge patch.
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// What a request does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Creates one that is not there: POST.
    Create,
    /// Says what fields it shall have: PATCH by server-side apply.
    Apply,
    /// Changes it step by step: PATCH by a JSON patch.
    JsonPatch,
    /// Lays something over it: PATCH by a merge patch.
    MergePatch,
    /// Replaces it: PUT.
    Update,
    /// Removes it: DELETE.
    Delete,
}

/// One request that could have changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journalled {
    /// When it came, by the clock of the sandbox.
    pub at: Timestamp,
    /// What it was to do.
    pub verb: Verb,
    /// The path, without the query.
    pub path: String,
    /// The query as it was sent.
    pub query: String,
    /// The body, byte for byte.
    pub body: Bytes,
    /// Whether nothing was to be stored.
    pub dry_run: bool,
    /// The HTTP status of the answer, also of one that was lost on the way; none if the request was
    /// lost before anybody looked at it.
    pub status: Option<u16>,
}

/// The last requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal(VecDeque<Journalled>);

impl Journal {
    pub(crate) fn note(&mut self, request: Journalled) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(request);
    }

    pub(crate) fn told(&self) -> Vec<Journalled> {
        self.0.iter().cloned().collect()
    }
}

impl Verb {
    /// Reads what a request to one object wants; none of a PATCH in a format that is not read.
    pub(crate) fn on_object(method: &Method, content_type: &str) -> Option<Self> {
        let media = content_type.split(';').next().unwrap_or_default().trim();
        match (method, media) {
            (&Method::PUT, _) => Some(Self::Update),
            (&Method::DELETE, _) => Some(Self::Delete),
            (&Method::PATCH, APPLY) => Some(Self::Apply),
            (&Method::PATCH, JSON_PATCH) => Some(Self::JsonPatch),
            (&Method::PATCH, MERGE_PATCH) => Some(Self::MergePatch),
            _ => None,
        }
    }

    /// The verb as rules state it.
    pub(crate) fn right(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Apply | Self::JsonPatch | Self::MergePatch => "patch",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The kind of options its query is read as.
    pub(crate) fn options(self) -> &'static str {
        match self {
            Self::Create => "CreateOptions",
            Self::Apply | Self::JsonPatch | Self::MergePatch => "PatchOptions",
            Self::Update => "UpdateOptions",
            Self::Delete => "DeleteOptions",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_requests_are_remembered() {
        let request = |number: usize| Journalled {
            at: Timestamp::UNIX_EPOCH,
            verb: Verb::Create,
            path: number.to_string(),
            query: String::new(),
            body: Bytes::new(),
            dry_run: false,
            status: None,
        };
        let mut journal = Journal::default();
        for number in 0..=REMEMBERED {
            journal.note(request(number));
        }
        let told = journal.told();
        assert_eq!(told.len(), REMEMBERED);
        assert_eq!(
            (told.first(), told.last()),
            (Some(&request(1)), Some(&request(REMEMBERED)))
        );
    }
}
