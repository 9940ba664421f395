//! One route per file.

pub(crate) mod account;
pub(crate) mod clouds;
pub(crate) mod denied;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod service;
pub(crate) mod services;
pub(crate) mod sign_in;
pub(crate) mod sites;
pub(crate) mod welcome;
