//! What is wrong, where, and what to do about it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::ResourceKey;

/// How bad something is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something may not be as it should.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something that was found, as a value: shown beside the field it is about, listed, compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What kind of thing it is: a stable word in snake case.
    pub code: Cow<'static, str>,
    /// What it is about.
    pub at: At,
    /// What is so, as a sentence that names the thing.
    pub says: String,
    /// What to do about it, as a sentence; empty where the first says it.
    pub todo: String,
    /// The sites on which it is so; empty where it does not depend on a site.
    pub sites: Vec<String>,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum At {
    /// A field of a form, by its path: `mode`, `rules.0.methods`.
    Field(String),
    /// An object, and the path within it.
    Object {
        /// Which object.
        key: ResourceKey,
        /// Where in it, as `spec.mtls.mode`; may be empty.
        path: String,
    },
    /// The whole of it.
    Whole,
}

impl Finding {
    /// Finds something about a field of a form.
    pub fn field(
        level: Level,
        code: &'static str,
        field: impl Into<String>,
        says: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Self {
            level,
            code: Cow::Borrowed(code),
            at: At::Field(field.into()),
            says: says.into(),
            todo: todo.into(),
            sites: Vec::new(),
        }
    }

    /// Whether it keeps what it is about from going on.
    pub fn blocks(&self) -> bool {
        self.level == Level::Error
    }

    /// The field it is about, if it is about one.
    pub fn path(&self) -> Option<&str> {
        match &self.at {
            At::Field(path) => Some(path),
            At::Object { .. } | At::Whole => None,
        }
    }
}
