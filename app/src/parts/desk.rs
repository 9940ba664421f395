//! A draft as it is being written.

use intent::{CloudName, DraftId, DraftPage, Form, Preview, Theirs};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use mesh::Time;

use super::kept::{Found, Shelf, Typed, compare};
use crate::{
    AppError,
    api::drafts::{SaveDraft, SubmitDraft},
};

/// How far what is typed has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Keeping {
    /// All of it is saved.
    Saved,
    /// It waits for a pause, or for an answer.
    Saving,
    /// It was not taken.
    Refused(AppError),
    /// Somebody else saved meanwhile; whoever types decides.
    Overtaken(Box<Theirs>),
}

/// A draft as it is being written.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// Its name, as typed.
    pub(crate) name: RwSignal<String>,
    /// Its fields, as typed.
    pub(crate) form: RwSignal<Form>,
    /// The version that was saved last.
    pub(crate) version: RwSignal<i64>,
    /// When, and by whom.
    pub(crate) saved: RwSignal<(Time, String)>,
    /// What it would do, as far as it is saved.
    pub(crate) preview: RwSignal<Preview>,
    /// How far what is typed has come.
    pub(crate) keeping: RwSignal<Keeping>,
    /// Whether something was put back that had been typed before.
    pub(crate) put_back: RwSignal<bool>,
    /// Submits, once all is saved.
    pub(crate) submit: ServerAction<SubmitDraft>,
    /// Saves.
    pub(super) save: ServerAction<SaveDraft>,
    /// What is saved, and what the preview is about.
    pub(super) clean: RwSignal<Typed>,
    /// What was sent and not answered yet.
    pub(super) sent: StoredValue<Typed>,
    /// What was sent and whose answer was lost; it may be saved all the same.
    pub(super) lost: StoredValue<Option<Typed>>,
    /// Whether it is to be submitted once it is saved.
    pub(super) submits: StoredValue<bool>,
    /// The pause, or the wait before the next try.
    pub(super) timer: StoredValue<Option<TimeoutHandle>>,
    /// Which draft, and where it is kept in the browser.
    draft: StoredValue<(CloudName, DraftId, Shelf)>,
    /// Who is writing.
    pub(super) me: StoredValue<String>,
}

impl Desk {
    /// Opens a draft for whoever is here.
    pub(crate) fn open(page: &DraftPage, me: &str) -> Self {
        let typed = Typed {
            name: page.name.clone(),
            form: page.form.clone(),
        };
        let shelf = Shelf::of(me, &page.cloud, page.id);
        let save = ServerAction::<SaveDraft>::new();
        // Without script the page itself says why what was sent was not taken.
        let refused = save.value().with_untracked(|value| match value {
            Some(Err(error)) => Some(error.clone()),
            _ => None,
        });
        Self {
            name: RwSignal::new(typed.name.clone()),
            form: RwSignal::new(typed.form.clone()),
            version: RwSignal::new(page.version),
            saved: RwSignal::new((page.saved, page.saved_by.to_string())),
            preview: RwSignal::new(page.preview.clone()),
            keeping: RwSignal::new(refused.map_or(Keeping::Saved, Keeping::Refused)),
            put_back: RwSignal::new(false),
            submit: ServerAction::new(),
            save,
            clean: RwSignal::new(typed.clone()),
            sent: StoredValue::new(typed),
            lost: StoredValue::new(None),
            submits: StoredValue::new(false),
            timer: StoredValue::new(None),
            draft: StoredValue::new((page.cloud.clone(), page.id, shelf)),
            me: StoredValue::new(me.to_owned()),
        }
    }

    /// Puts back what was typed and not saved: in an earlier visit, or before the page was awake.
    pub(super) fn pick_up(self, before: Option<Typed>, theirs: &Theirs) {
        let clean = self.clean.get_untracked();
        let version = self.version.get_untracked();
        let kept = self.shelf(Shelf::get);
        let found = kept.map(|kept| compare(kept, version, &clean));
        let mut typed = match &found {
            Some(Found::Newer(typed)) => typed.clone(),
            Some(Found::Overtaken(kept)) => kept.typed.clone(),
            Some(Found::Saved) | None => clean.clone(),
        };
        if let Some(before) = before {
            lay_over(&mut typed, &clean, &before);
        }
        match found {
            Some(Found::Newer(_)) => self.put_back.set(true),
            Some(Found::Overtaken(kept)) => {
                // It stays what was typed over an older version, until whoever typed it decides.
                self.version.set(kept.version);
                self.keeping
                    .set(Keeping::Overtaken(Box::new(theirs.clone())));
            }
            Some(Found::Saved) => self.shelf(Shelf::clear),
            None => {}
        }
        if typed != clean {
            self.show(typed);
        }
    }

    /// Shows this as typed.
    fn show(self, typed: Typed) {
        self.name.set(typed.name);
        self.form.set(typed.form);
    }

    /// Whether a field is as it was saved. Tracks both.
    pub(crate) fn is_clean(self, path: &str) -> bool {
        self.clean.with(|clean| {
            if path == "name" {
                return self.name.with(|name| *name == clean.name);
            }
            let (saved, rows) = (clean.form.get(path), clean.form.rows(path));
            self.form
                .with(|form| form.get(path) == saved && form.rows(path) == rows)
        })
    }

    /// Whether somebody else saved meanwhile.
    pub(super) fn is_overtaken(self) -> bool {
        self.keeping
            .with_untracked(|keeping| matches!(keeping, Keeping::Overtaken(_)))
    }

    /// What is typed now.
    pub(super) fn now(self) -> Typed {
        Typed {
            name: self.name.get_untracked(),
            form: self.form.get_untracked(),
        }
    }

    /// Which draft it is.
    pub(crate) fn which(self) -> (CloudName, DraftId) {
        self.draft
            .with_value(|(cloud, draft, _)| (cloud.clone(), *draft))
    }

    /// Does something with where it is kept in the browser.
    pub(super) fn shelf<T>(self, act: impl FnOnce(&Shelf) -> T) -> T {
        self.draft.with_value(|(_, _, shelf)| act(shelf))
    }
}

/// Lays over a text what was typed in a page that showed `shown`: only what differs from it.
fn lay_over(text: &mut Typed, shown: &Typed, typed: &Typed) {
    if typed.name != shown.name {
        text.name.clone_from(&typed.name);
    }
    for (path, value) in &typed.form.0 {
        if shown.form.get(path) != value {
            text.form.set(path.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, fields: &[(&str, &str)]) -> Typed {
        let fields = fields
            .iter()
            .map(|(path, text)| ((*path).into(), (*text).into()));
        Typed {
            name: name.into(),
            form: Form(fields.collect()),
        }
    }

    #[test]
    fn what_was_typed_before_the_page_was_awake_lies_over_what_was_kept() {
        let shown = typed("a", &[("mode", "STRICT"), ("service", "default/reviews")]);
        let before = typed("a", &[("mode", "DISABLE"), ("service", "default/reviews")]);
        let mut text = typed(
            "kept",
            &[("mode", "STRICT"), ("service", "default/ratings")],
        );
        lay_over(&mut text, &shown, &before);
        assert_eq!(
            text,
            typed(
                "kept",
                &[("mode", "DISABLE"), ("service", "default/ratings")]
            )
        );
    }
}
