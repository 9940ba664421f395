//! Server functions: who is asking, one verb, the answer.

pub(crate) mod account;
pub(crate) mod clouds;
pub(crate) mod drafts;
pub(crate) mod entry;
pub(crate) mod history;
pub(crate) mod people;
pub(crate) mod reviews;
pub(crate) mod rollouts;
