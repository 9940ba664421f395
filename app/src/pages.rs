//! One route per file.

pub(crate) mod account;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod sign_in;
pub(crate) mod welcome;
