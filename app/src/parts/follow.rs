//! Following a rollout while it is under way.

use std::time::Duration;

use intent::{RolloutPage, Time};
use leptos::{prelude::*, task::spawn_local};

use super::time::clock;
use crate::{
    AppError,
    api::rollouts::rollout,
    live::{Hearing, ear},
};

/// A page that hears nothing is read again after so long.
const EVERY: Duration = Duration::from_millis(500);

/// A rollout, as it was last read.
#[derive(Clone, Copy)]
pub(crate) struct Following {
    /// The page.
    pub(crate) seen: RwSignal<RolloutPage>,
    /// Why it could not be read the last time.
    pub(crate) lost: RwSignal<Option<AppError>>,
    /// What the clock of the browser says, to the second, once the page is awake.
    pub(crate) now: RwSignal<Option<Time>>,
    asking: StoredValue<Asking>,
}

/// Whether it is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Nothing,
    Now,
    /// And once more after that, since something changed meanwhile.
    Again,
}

/// Reads a rollout whenever something is written about it; again and again, where the page hears nothing of that.
pub(crate) fn follow(page: RolloutPage) -> Following {
    let following = Following {
        seen: RwSignal::new(page),
        lost: RwSignal::new(None),
        now: RwSignal::new(None),
        asking: StoredValue::new(Asking::Nothing),
    };
    let running = Memo::new(move |_| following.seen.with(|page| page.running));
    let ear = ear();
    Effect::new(move |before: Option<(u32, u32)>| {
        let written = (ear.papers.get(), ear.notes.get());
        let is_old = match before {
            Some(before) => before != written,
            // What was written while the page was on its way was told to nobody here.
            None => running.get_untracked(),
        };
        if is_old {
            following.look();
        }
        written
    });
    Effect::new(move |_| {
        following.tick();
        if running.get()
            && let Ok(ticking) = set_interval_with_handle(
                move || {
                    following.tick();
                    let hears = ear.hearing.get_untracked() == Hearing::Live;
                    if !hears && following.is_worth_asking() && !document().hidden() {
                        following.look();
                    }
                },
                EVERY,
            )
        {
            on_cleanup(move || ticking.clear());
        }
    });
    following
}

impl Following {
    /// Reads it now; once more after that, if it is being read.
    pub(crate) fn look(self) {
        match self.asking.try_get_value() {
            Some(Asking::Nothing) => self.asking.set_value(Asking::Now),
            Some(Asking::Now | Asking::Again) => return self.asking.set_value(Asking::Again),
            None => return,
        }
        let (cloud, number) = self
            .seen
            .with_untracked(|page| (page.cloud.clone(), page.row.number));
        spawn_local(async move {
            let read = rollout(cloud, number).await;
            // Whoever looked may have left meanwhile.
            let more = self.asking.try_get_value() == Some(Asking::Again);
            let _ = self.asking.try_set_value(Asking::Nothing);
            match read {
                Ok(page) => {
                    let is_new = self.seen.try_with_untracked(|seen| *seen != page);
                    if is_new == Some(true) {
                        let _ = self.seen.try_set(page);
                    }
                    self.say(None);
                }
                Err(error) => self.say(Some(error)),
            }
            if more {
                self.look();
            }
        });
    }

    /// Whether the next answer may be another than the last.
    fn is_worth_asking(self) -> bool {
        self.lost.with_untracked(|lost| {
            matches!(
                lost,
                None | Some(AppError::Unreachable | AppError::Unavailable { .. })
            )
        })
    }

    fn say(self, error: Option<AppError>) {
        let is_new = self.lost.try_with_untracked(|lost| *lost != error);
        if is_new == Some(true) {
            let _ = self.lost.try_set(error);
        }
    }

    fn tick(self) {
        let now = clock().map(|now| Time(now.0 / 1_000 * 1_000));
        let is_new = self.now.try_with_untracked(|shown| *shown != now);
        if is_new == Some(true) {
            let _ = self.now.try_set(now);
        }
    }
}
