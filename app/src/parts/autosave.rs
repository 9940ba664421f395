//! Saves what is typed after each pause, one answer at a time.
//!
//! ```text
//!   typed ──▶ kept in the browser ──pause──▶ save_draft ──▶ saved, preview
//!                                     ▲          │
//!                                     └──────────┘ what was typed meanwhile
//! ```

use std::time::Duration;

use intent::{DraftPage, Saved, Theirs};
use leptos::prelude::*;

use super::{
    desk::{Desk, Keeping},
    kept::{Kept, Shelf, Typed},
};
use crate::{
    AppError,
    api::drafts::{SaveDraft, SubmitDraft, save_draft},
};

/// How long somebody has to pause before what they typed is saved.
const PAUSE: Duration = Duration::from_millis(500);
/// After how long it is tried again where the server did not answer.
const AGAIN: Duration = Duration::from_secs(10);

impl Desk {
    /// Begins to save what is typed. `before` is what was typed before the page was awake, and the page
    /// is what it showed then.
    pub(crate) fn begin(self, page: &DraftPage, before: Option<Typed>) {
        let overtaken = Theirs {
            by: page.saved_by.clone(),
            at: page.saved,
            version: page.version,
            name: page.name.clone(),
            form: page.form.clone(),
        };
        // What stands there at first answered an earlier page.
        let (save, submit) = (self.save.value(), self.submit.value());
        Effect::new(move |seen: Option<()>| {
            if let (Some(answer), Some(())) = (save.get(), seen) {
                self.answered(answer);
            }
        });
        Effect::new(move |seen: Option<()>| {
            if let (Some(answer), Some(())) = (submit.get(), seen) {
                self.submitted(answer);
            }
        });
        Effect::new(move |seen: Option<()>| {
            let typed = Typed {
                name: self.name.get(),
                form: self.form.get(),
            };
            match seen {
                None => self.pick_up(before.clone(), &overtaken),
                Some(()) => self.typed(&typed),
            }
        });
        on_cleanup(move || self.leave());
    }

    /// Keeps what was typed and waits for a pause.
    fn typed(self, typed: &Typed) {
        if self.clean.with_untracked(|clean| clean == typed) && !self.save.pending().get_untracked()
        {
            self.shelf(Shelf::clear);
            if !self.is_overtaken() {
                self.keeping.set(Keeping::Saved);
            }
            return;
        }
        self.keep(typed);
        match self.keeping.get_untracked() {
            Keeping::Overtaken(_) => return,
            // Whoever is signed out sees that, and not for a moment that it is being saved.
            Keeping::Refused(AppError::SignedOut) => {}
            Keeping::Saved | Keeping::Saving | Keeping::Refused(_) => {
                self.keeping.set(Keeping::Saving);
            }
        }
        self.wait(PAUSE);
    }

    fn keep(self, typed: &Typed) {
        let kept = Kept {
            version: self.version.get_untracked(),
            typed: typed.clone(),
        };
        self.shelf(|shelf| shelf.put(&kept));
    }

    /// Saves what is typed after a while; what was to be saved earlier waits with it.
    fn wait(self, time: Duration) {
        let timer = set_timeout_with_handle(move || self.save_now(), time).ok();
        let earlier = self
            .timer
            .try_update_value(|earlier| std::mem::replace(earlier, timer));
        if let Some(earlier) = earlier.flatten() {
            earlier.clear();
        }
    }

    /// Tries again to save what was refused.
    pub(crate) fn try_again(self) {
        self.keeping.set(Keeping::Saving);
        self.save_now();
    }

    /// Saves what is typed, unless an answer is awaited; it is saved after that.
    pub(crate) fn save_now(self) {
        let busy = self.save.pending().get_untracked() || self.submit.pending().get_untracked();
        if busy || self.is_overtaken() {
            return;
        }
        let typed = self.now();
        if self.clean.with_untracked(|clean| *clean == typed) {
            self.keeping.set(Keeping::Saved);
            return;
        }
        self.sent.set_value(typed.clone());
        let (cloud, draft) = self.which();
        self.save.dispatch(SaveDraft {
            cloud,
            draft,
            version: self.version.get_untracked(),
            name: typed.name,
            form: typed.form,
            edit: None,
        });
    }

    fn answered(self, answer: Result<Saved, AppError>) {
        match answer {
            Ok(saved) => self.took(saved),
            Err(AppError::Conflict(theirs)) if self.is_own(&theirs) => {
                self.version.set(theirs.version);
                self.save_now();
            }
            Err(AppError::Conflict(theirs)) => {
                self.submits.set_value(false);
                self.keeping.set(Keeping::Overtaken(theirs));
            }
            Err(error) => {
                self.submits.set_value(false);
                if may_pass(&error) {
                    self.lost.set_value(Some(self.sent.get_value()));
                    self.wait(AGAIN);
                }
                self.keeping.set(Keeping::Refused(error));
            }
        }
    }

    /// Whether what was saved meanwhile is one's own: it is what is typed, or it was sent from here and the
    /// answer was lost.
    fn is_own(self, theirs: &Theirs) -> bool {
        let by_me = self.me.with_value(|me| *me == theirs.by.as_str());
        let saved = Typed {
            name: theirs.name.clone(),
            form: theirs.form.clone(),
        };
        by_me && (saved == self.now() || self.lost.with_value(|lost| *lost == Some(saved)))
    }

    fn took(self, saved: Saved) {
        self.lost.set_value(None);
        self.clean.set(self.sent.get_value());
        self.version.set(saved.version);
        self.saved.set((saved.at, self.me.get_value()));
        self.preview.set(saved.preview);
        let now = self.now();
        if self.clean.with_untracked(|clean| *clean != now) {
            self.keep(&now);
            self.keeping.set(Keeping::Saving);
            self.wait(PAUSE);
            return;
        }
        self.shelf(Shelf::clear);
        self.keeping.set(Keeping::Saved);
        if self.submits.try_update_value(std::mem::take) == Some(true) {
            self.submit();
        }
    }

    /// Submits what is typed: saves it before, if it is not saved, and then only if nothing keeps it from
    /// being submitted.
    pub(crate) fn submit(self) {
        if self.is_overtaken() {
            return;
        }
        let busy = self.save.pending().get_untracked();
        if busy || self.clean.with_untracked(|clean| *clean != self.now()) {
            self.submits.set_value(true);
            self.save_now();
            return;
        }
        let blocked = self
            .preview
            .with_untracked(|preview| preview.findings.iter().any(mesh::Finding::blocks));
        if blocked || self.submit.pending().get_untracked() {
            return;
        }
        let Typed { name, form } = self.now();
        let (cloud, draft) = self.which();
        self.submit.dispatch(SubmitDraft {
            cloud,
            draft,
            version: self.version.get_untracked(),
            name,
            form,
        });
    }

    fn submitted(self, answer: Result<String, AppError>) {
        match answer {
            Ok(_) => {
                self.clean.set(self.now());
                self.shelf(Shelf::clear);
            }
            Err(AppError::Conflict(theirs)) => self.keeping.set(Keeping::Overtaken(theirs)),
            // What was typed meanwhile was not saved.
            Err(_) => self.save_now(),
        }
    }

    /// Gives up what was typed over what somebody else saved.
    pub(crate) fn give_up(self) {
        self.clean.set(self.now());
        self.shelf(Shelf::clear);
    }

    /// Saves what was typed over what somebody else saved.
    pub(crate) fn insist(self) {
        let Keeping::Overtaken(theirs) = self.keeping.get_untracked() else {
            return;
        };
        self.version.set(theirs.version);
        self.clean.set(Typed {
            name: theirs.name,
            form: theirs.form,
        });
        let now = self.now();
        self.keeping.set(Keeping::Saving);
        if self.clean.with_untracked(|clean| *clean == now) {
            self.shelf(Shelf::clear);
            self.keeping.set(Keeping::Saved);
            return;
        }
        self.keep(&now);
        self.save_now();
    }

    /// Saves what is not saved yet when the page is left for another. Where that fails, it is still kept in
    /// the browser, and put back when the draft is opened again.
    fn leave(self) {
        let earlier = self.timer.try_update_value(Option::take).flatten();
        if let Some(earlier) = earlier {
            earlier.clear();
        }
        let typed = self.now();
        let waits = self.keeping.get_untracked() == Keeping::Saving
            && self.clean.with_untracked(|clean| *clean != typed);
        if !waits || self.save.pending().get_untracked() {
            return;
        }
        let ((cloud, draft), version) = (self.which(), self.version.get_untracked());
        let shelf = self.shelf(Shelf::clone);
        leptos::task::spawn_local(async move {
            let saved = save_draft(cloud, draft, version, typed.name, typed.form, None).await;
            if saved.is_ok() {
                shelf.clear();
            }
        });
    }
}

/// Whether it may pass by itself, so that it is worth trying again.
fn may_pass(error: &AppError) -> bool {
    match error {
        AppError::Unreachable | AppError::Unavailable { .. } | AppError::TooMany { .. } => true,
        AppError::SignedOut
        | AppError::ProveYourself
        | AppError::Denied(_)
        | AppError::NotFound
        | AppError::Rejected(_)
        | AppError::Conflict(_)
        | AppError::Moved(_)
        | AppError::Rehearsed(_)
        | AppError::Malformed(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert!(may_pass(&AppError::Unreachable));
        assert!(!may_pass(&AppError::SignedOut));
        assert!(!may_pass(&AppError::Denied(String::new())));
    }
}
