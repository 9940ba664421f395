//! A kind that makes nothing: it shows what a kind is made of.

use mesh::{Finding, Manifest, ResourceKind};
use serde::{Deserialize, Serialize};

use crate::{Choice, Field, Input, Kind, Place};

/// Something to remember about a namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteOnly {
    /// The namespace.
    pub namespace: String,
    /// What is to be remembered.
    pub note: String,
}

impl Kind for NoteOnly {
    const NAME: &'static str = "note_only";
    const TITLE: &'static str = "Note";
    const PURPOSE: &'static str = "Keeps something in mind.";
    const FIELDS: &'static [Field] = &[
        Field::new("namespace", "Namespace", "Where", Input::Namespace).required(),
        Field::new("note", "Note", "What", Input::OneOf(NOTES)).required(),
    ];
    const MAKES: &'static [ResourceKind] =
        &[];

    fn example() -> Self {
        Self {
            namespace: "default".into(),
            note: "mind".into(),
        }
    }

    fn says(&self, _: &Place<'_>) -> String {
        format!("Somebody minds {}.", self.namespace)
    }

    fn check(&self, _: &Place<'_>) -> Vec<Finding> {
        Vec::new()
    }

    fn compile(&self, at: &Place<'_>) -> Result<Vec<Manifest>, Vec<Finding>> {
        at.namespace("namespace", &self.namespace)?;
        Ok(Vec::new())
    }
}

const NOTES: &[Choice] = &[Choice::new("mind", "Mind it")];
