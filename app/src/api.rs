//! Server functions: who is asking, one verb, the answer.

pub(crate) mod account;
pub(crate) mod clouds;
pub(crate) mod entry;
pub(crate) mod people;
