//! A form being written.

use serde::{Deserialize, Serialize};

use crate::{CloudName, DraftId, Form, IntentId, PersonId, PersonName, RevisionNumber, Time};

/// Intents being written. They may be nonsense, and are never lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Which one it is.
    pub id: DraftId,
    /// The cloud it is for.
    pub cloud: CloudName,
    /// What is being written. The pages write one; the rest holds several.
    pub intents: Vec<DraftIntent>,
    /// The revision it goes on from.
    pub base: Option<RevisionNumber>,
    /// Goes up by one with each save; 0 until something was typed.
    pub version: i64,
    /// When it was begun; a right gained later does not count for its revision.
    pub began: Time,
    /// Who began it.
    pub by: PersonId,
    /// When it was last saved.
    pub saved: Time,
    /// Who saved it last.
    pub saved_by: PersonName,
    /// Whether it was discarded; that can be undone.
    pub discarded: bool,
    /// The revision that was made of it; it is never changed after that.
    pub revision: Option<RevisionNumber>,
}

impl Draft {
    /// Whether it can be saved, submitted and discarded.
    pub fn is_open(&self) -> bool {
        !self.discarded && self.revision.is_none()
    }

    /// What the record calls it: "draft 7, reviews-mtls".
    pub fn about(&self) -> String {
        let names = self.intents.iter().map(|intent| intent.name.trim());
        let named = names.filter(|name| !name.is_empty()).map(String::from);
        let mut words = vec![format!("draft {}", self.id)];
        words.extend(named);
        words.join(", ")
    }
}

/// One intent of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftIntent {
    /// The intent it changes; none where it makes a new one.
    pub intent: Option<IntentId>,
    /// Its name, as typed; that of an intent which exists stays as it is.
    pub name: String,
    /// Its kind, by name.
    pub kind: String,
    /// What was typed.
    pub form: Form,
}
