//! What is wrong with something that was typed.

use serde::{Deserialize, Serialize};

/// Says which field of a form cannot be taken as it is, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The name of the field, as the form sends it.
    pub field: String,
    /// One sentence that someone can act on.
    pub says: String,
}

impl Objection {
    /// Objects to a field.
    pub fn new(field: &str, says: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            says: says.into(),
        }
    }
}
