//! Server functions: who is asking, one verb, the answer.

pub(crate) mod account;
pub(crate) mod entry;
