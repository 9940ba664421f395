//! Following a rollout while it is under way.

use std::time::Duration;

use intent::{RolloutPage, Time};
use leptos::{prelude::*, task::spawn_local};

use super::time::clock;
use crate::{AppError, api::rollouts::rollout};

/// A page that is followed is read again after so long.
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
    asking: StoredValue<bool>,
}

/// Reads a rollout again and again, while it is under way and somebody looks.
pub(crate) fn follow(page: RolloutPage) -> Following {
    let following = Following {
        seen: RwSignal::new(page),
        lost: RwSignal::new(None),
        now: RwSignal::new(None),
        asking: StoredValue::new(false),
    };
    let running = Memo::new(move |_| following.seen.with(|page| page.running));
    Effect::new(move |_| {
        following.tick();
        if running.get()
            && let Ok(ticking) = set_interval_with_handle(
                move || {
                    following.tick();
                    if following.is_worth_asking() && !document().hidden() {
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
    /// Reads it now, if it is not being read.
    pub(crate) fn look(self) {
        if self.asking.try_get_value() != Some(false) {
            return;
        }
        self.asking.set_value(true);
        let (cloud, number) = self
            .seen
            .with_untracked(|page| (page.cloud.clone(), page.row.number));
        spawn_local(async move {
            let read = rollout(cloud, number).await;
            // Whoever looked may have left meanwhile.
            let _ = self.asking.try_set_value(false);
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
