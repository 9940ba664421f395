//! What was typed and is not saved yet, kept in the browser.

use intent::{CloudName, Digest, DraftId, Form};
use leptos::{prelude::*, serde_json};
use serde::{Deserialize, Serialize};

/// What was typed into a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed {
    /// Its name.
    pub(crate) name: String,
    /// Its fields.
    pub(crate) form: Form,
}

/// What was typed over a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The version that was there.
    pub(crate) version: i64,
    /// What was typed.
    pub(crate) typed: Typed,
}

/// Where it is kept: one place for each person and draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shelf(String);

impl Shelf {
    /// The place for a draft, as this person writes it.
    pub(crate) fn of(person: &str, cloud: &CloudName, draft: DraftId) -> Self {
        Self(format!("assent:{person}:draft:{cloud}:{draft}"))
    }

    /// Keeps something. A browser without room, or that refuses, keeps nothing; it is saved all the same.
    pub(crate) fn put(&self, kept: &Kept) {
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(kept)) {
            let _ = storage.set_item(&self.0, &text);
        }
    }

    /// What is kept; nothing, if it cannot be read.
    pub(crate) fn get(&self) -> Option<Kept> {
        let text = storage()?.get_item(&self.0).ok().flatten()?;
        serde_json::from_str(&text).ok()
    }

    /// Forgets what is kept.
    pub(crate) fn clear(&self) {
        if let Some(storage) = storage() {
            // Fails only where nothing is kept.
            let _ = storage.remove_item(&self.0);
        }
    }
}

/// Where what is said to a revision is kept until it is sent: one place for each person and digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark(String);

impl Remark {
    /// The place for a revision, as this person reads it.
    pub(crate) fn of(person: &str, cloud: &CloudName, digest: &Digest) -> Self {
        Self(format!("assent:{person}:vote:{cloud}:{}", digest.as_str()))
    }

    /// Keeps a text; an empty one is forgotten. A browser that refuses keeps nothing.
    pub(crate) fn put(&self, text: &str) {
        if let Some(storage) = storage() {
            let _ = match text {
                "" => storage.remove_item(&self.0),
                text => storage.set_item(&self.0, text),
            };
        }
    }

    /// What is kept; on the server, nothing is.
    pub(crate) fn get(&self) -> Option<String> {
        if cfg!(not(feature = "hydrate")) {
            return None;
        }
        storage()?.get_item(&self.0).ok().flatten()
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What becomes of something kept, when its draft is opened again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is what was saved.
    Saved,
    /// It goes on from what was saved, and is put back.
    Newer(Typed),
    /// Something else was saved since.
    Overtaken(Kept),
}

/// Compares something kept with what was saved.
pub(crate) fn compare(kept: Kept, version: i64, saved: &Typed) -> Found {
    if kept.typed == *saved {
        Found::Saved
    } else if kept.version < version {
        Found::Overtaken(kept)
    } else {
        Found::Newer(kept.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_put_back_unless_something_else_was_saved_since() {
        let typed = |name: &str| Typed {
            name: name.into(),
            form: Form::default(),
        };
        let kept = |version| Kept {
            version,
            typed: typed("mine"),
        };
        let saved = typed("saved");
        assert_eq!(compare(kept(2), 2, &saved), Found::Newer(typed("mine")));
        assert_eq!(compare(kept(1), 2, &saved), Found::Overtaken(kept(1)));
        assert_eq!(compare(kept(1), 2, &typed("mine")), Found::Saved);
    }

    #[test]
    fn each_person_and_draft_has_a_place_of_its_own() {
        let shop = CloudName::read("shop").unwrap();
        let shelf = Shelf::of("ada", &shop, DraftId(7));
        assert_eq!(shelf, Shelf("assent:ada:draft:shop:7".into()));
    }
}
