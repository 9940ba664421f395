//! What a kind of intent is.

use mesh::{Finding, Manifest, ResourceKind};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Field, Place};

/// A kind of intent: a struct of plain values, how it is filled in, and what becomes of it.
pub trait Kind: Serialize + DeserializeOwned {
    /// Its name, where it is stored: `mutual_tls`.
    const NAME: &'static str;
    /// Its name for people: "Mutual TLS".
    const TITLE: &'static str;
    /// What it is for, as a sentence.
    const PURPOSE: &'static str;
    /// Its fields, in order; exactly those of the struct.
    const FIELDS: &'static [Field];

    /// The kinds of objects that it may make: Assent needs the rights to write them.
    const MAKES: &'static [ResourceKind];

    /// One that is fine on the site of [`Facts::example`].
    fn example() -> Self;

    /// Says in a sentence or two what will hold on a site.
    fn says(&self, at: &Place<'_>) -> String;

    /// Looks for what is wrong or worth knowing on a site, beyond what keeps it from compiling.
    fn check(&self, at: &Place<'_>) -> Vec<Finding>;

    /// Makes the objects for a site, or says which fields keep it from that. Deterministic.
    fn compile(&self, at: &Place<'_>) -> Result<Vec<Manifest>, Vec<Finding>>;
}
