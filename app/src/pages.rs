//! One route per file.

pub(crate) mod account;
pub(crate) mod clouds;
pub(crate) mod denied;
pub(crate) mod draft;
pub(crate) mod history;
pub(crate) mod intent;
pub(crate) mod intents;
pub(crate) mod new_intent;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod reviews;
pub(crate) mod revision;
pub(crate) mod rollout;
pub(crate) mod rollouts;
pub(crate) mod service;
pub(crate) mod services;
pub(crate) mod sign_in;
pub(crate) mod sites;
pub(crate) mod welcome;
