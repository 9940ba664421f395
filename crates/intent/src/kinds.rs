//! **The list** of kinds.

use mesh::{At, Finding, Level, Manifest, ResourceKind};
use serde::{Deserialize, Serialize};

use crate::{Field, Form, Kind, Place};

mod words;

/// What is known of a kind without an intent of it: what pages need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KindInfo {
    /// Its name, where it is stored.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is for, as a sentence.
    pub purpose: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// The kinds of objects that it may make.
    pub makes: &'static [ResourceKind],
}

macro_rules! kinds {
    ($($(#[$attribute:meta])* $module:ident::$kind:ident,)*) => {
        $($(#[$attribute])* mod $module; $(#[$attribute])* use $module::$kind;)*

        /// What somebody wants, of any kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each kind describes itself")]
        pub enum Intent { $($(#[$attribute])* $kind($kind),)* }

        /// Every kind, in the order in which they are offered.
        pub const KINDS: &[KindInfo] = &[$($(#[$attribute])* KindInfo::of::<$kind>(),)*];

        impl Intent {
            /// An example of every kind, in the order of [`KINDS`].
            pub fn examples() -> Vec<Self> {
                vec![$($(#[$attribute])* Self::$kind($kind::example()),)*]
            }

            /// What is known of its kind.
            pub fn info(&self) -> &'static KindInfo {
                match self {
                    $($(#[$attribute])* Self::$kind(_) => const { &KindInfo::of::<$kind>() },)*
                }
            }

            /// Says in a sentence or two what will hold on a site.
            pub fn says(&self, at: &Place<'_>) -> String {
                match self { $($(#[$attribute])* Self::$kind(kind) => kind.says(at),)* }
            }

            /// Looks for what is wrong or worth knowing on a site, beyond what keeps it from compiling.
            pub fn check(&self, at: &Place<'_>) -> Vec<Finding> {
                match self { $($(#[$attribute])* Self::$kind(kind) => kind.check(at),)* }
            }

            /// Makes the objects for a site, or says which fields keep it from that.
            pub fn compile(&self, at: &Place<'_>) -> Result<Vec<Manifest>, Vec<Finding>> {
                match self { $($(#[$attribute])* Self::$kind(kind) => kind.compile(at),)* }
            }
        }
    };
}

kinds! {
    mutual_tls::MutualTls,
    client_access::ClientAccess,
    #[cfg(test)] note_only::NoteOnly,
}

/// The kind of this name.
pub fn kind_named(name: &str) -> Option<&'static KindInfo> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kinds of objects that any intent may make, in the order of applying.
pub fn made() -> std::collections::BTreeSet<ResourceKind> {
    let all = KINDS.iter().flat_map(|kind| kind.makes);
    all.copied().collect()
}

impl Intent {
    /// Reads an intent from what was typed, or finds what is wrong beside the fields.
    pub fn read(kind: &str, form: &Form) -> Result<Self, Vec<Finding>> {
        let Some(info) = kind_named(kind) else {
            let says = format!("This version of Assent knows no kind of intent called “{kind}”.");
            return Err(vec![whole("kind_unknown", says, "Begin another draft.")]);
        };
        let mut value = form.read(info.fields)?;
        value["kind"] = info.name.into();
        serde_json::from_value(value).map_err(|error| {
            let says = format!("This does not read as {}: {error}.", info.title);
            vec![whole("unreadable", says, "Fill in what is missing.")]
        })
    }

    /// The form that reads as this intent.
    pub fn form(&self) -> Form {
        let value = serde_json::to_value(self).expect("a kind has text for keys");
        Form::of(&value, self.info().fields)
    }
}

impl KindInfo {
    const fn of<K: Kind>() -> Self {
        Self {
            name: K::NAME,
            title: K::TITLE,
            purpose: K::PURPOSE,
            fields: K::FIELDS,
            makes: K::MAKES,
        }
    }
}

fn whole(code: &'static str, says: String, todo: &str) -> Finding {
    Finding {
        at: At::Whole,
        ..Finding::field(Level::Error, code, "", says, todo)
    }
}

/// The grid again, with the kind that only tests know.
#[cfg(test)]
#[path = "../tests/grid.rs"]
mod grid;
