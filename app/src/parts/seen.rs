//! How much of a page somebody has seen.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{ev, prelude::*};

use super::icon::{Icon, Sign};

/// A part of a page that has to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its id on the page.
    pub(crate) id: &'static str,
    /// Its heading.
    pub(crate) name: &'static str,
    /// What leads to it: "Show the YAML".
    pub(crate) show: &'static str,
}

/// Which parts were seen: of each, everything from its top to its end was on the screen. A page that is not
/// awake cannot tell.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// Until where each part was seen, as a share of its height.
    until: StoredValue<BTreeMap<&'static str, f64>>,
    seen: RwSignal<BTreeSet<&'static str>>,
    awake: RwSignal<bool>,
    parts: RwSignal<Vec<Part>>,
}

impl Reading {
    /// Begins to look, as soon as the page is awake.
    pub(crate) fn new() -> Self {
        let reading = Self {
            until: StoredValue::new(BTreeMap::new()),
            seen: RwSignal::new(BTreeSet::new()),
            awake: RwSignal::new(false),
            parts: RwSignal::new(Vec::new()),
        };
        Effect::new(move |_| {
            let look = move || reading.look();
            let scrolling = window_event_listener(ev::scroll, move |_| look());
            let resizing = window_event_listener(ev::resize, move |_| look());
            // What is folded or unfolded moves what is below it.
            let clicking = window_event_listener(ev::click, move |_| request_animation_frame(look));
            on_cleanup(move || {
                scrolling.remove();
                resizing.remove();
                clicking.remove();
            });
            reading.awake.set(true);
        });
        // Once new parts are on the page.
        Effect::new(move |_| {
            reading.parts.track();
            request_animation_frame(move || reading.look());
        });
        reading
    }

    /// Says which parts there are.
    pub(crate) fn follow(self, parts: Vec<Part>) {
        self.parts.set(parts);
    }

    /// Forgets what was seen: something else is shown.
    pub(crate) fn forget(self) {
        self.until.update_value(BTreeMap::clear);
        self.seen.update(BTreeSet::clear);
    }

    /// Whether the page can tell.
    pub(crate) fn is_awake(self) -> bool {
        self.awake.get()
    }

    /// Whether a part was seen.
    pub(crate) fn has_seen(self, part: Part) -> bool {
        self.seen.with(|seen| seen.contains(part.id))
    }

    /// The first part that was not seen yet, if the page can tell.
    pub(crate) fn missing(self) -> Option<Part> {
        let missing = self.parts.with(|parts| {
            let mut unseen = parts.iter().filter(|part| !self.has_seen(**part));
            unseen.next().copied()
        });
        missing.filter(|_| self.is_awake())
    }

    /// How many parts were seen, of how many.
    pub(crate) fn progress(self) -> (usize, usize) {
        self.parts.with(|parts| {
            let seen = parts.iter().filter(|part| self.has_seen(**part)).count();
            (seen, parts.len())
        })
    }

    /// Looks what is on the screen now.
    fn look(self) {
        // A page that is gone has nothing to look at.
        let Some(parts) = self.parts.try_get_untracked() else {
            return;
        };
        let screen = screen();
        for part in parts {
            let Some((top, height)) = place(part.id) else {
                continue;
            };
            if hides_a_change(part.id) {
                continue;
            }
            let before = self.until.with_value(|until| until.get(part.id).copied());
            let until = seen_until(before.unwrap_or_default(), top, height, screen);
            self.until.update_value(|all| {
                all.insert(part.id, until);
            });
            let is_new = self.seen.with_untracked(|seen| !seen.contains(part.id));
            if is_new && is_whole(until, height) {
                self.seen.update(|seen| {
                    seen.insert(part.id);
                });
            }
        }
    }
}

/// A part of the page, with its heading and whether it was seen.
#[component]
pub(crate) fn ToSee(
    part: Part,
    /// Where it is kept; without it, nothing has to be seen.
    reading: Option<Reading>,
    children: Children,
) -> impl IntoView {
    let name = format!("{}-name", part.id);
    let labelled = name.clone();
    let mark = move |reading: Reading| {
        if !reading.is_awake() {
            return ().into_any();
        }
        if reading.has_seen(part) {
            view! { <span class="seen"><Icon sign=Sign::Check/>"Seen"</span> }.into_any()
        } else {
            view! { <span class="quiet">"Not seen yet"</span> }.into_any()
        }
    };
    view! {
        <section class="section" id=part.id aria-labelledby=labelled>
            <header>
                <h2 id=name>{part.name}</h2>
                {reading.map(|reading| move || mark(reading))}
            </header>
            {children()}
        </section>
    }
}

/// What of the screen is not covered: from where to where, in pixels.
fn screen() -> (f64, f64) {
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    let height = height.unwrap_or_default();
    // What lies at the bottom hides what is below it.
    let covered = [".footbar", ".rail"].into_iter().filter_map(|bar| {
        let bar = document().query_selector(bar).ok().flatten()?;
        Some(bar.get_bounding_client_rect().top()).filter(|top| *top > height / 2.0)
    });
    (0.0, covered.fold(height, f64::min))
}

/// Where a part begins on the screen, and its height.
fn place(id: &str) -> Option<(f64, f64)> {
    let place = document().get_element_by_id(id)?.get_bounding_client_rect();
    Some((place.top(), place.height()))
}

/// Whether a part holds a change that is folded: its lines were not shown.
fn hides_a_change(id: &str) -> bool {
    let folded = format!("#{id} details.change.differs:not([open])");
    // What cannot be looked for cannot be told from what is hidden.
    !matches!(document().query_selector(&folded), Ok(None))
}

/// Until where a part was seen, as a share of its height. What was skipped was not seen.
fn seen_until(before: f64, top: f64, height: f64, screen: (f64, f64)) -> f64 {
    if height <= 0.0 {
        return before;
    }
    let share = |at: f64| ((at - top) / height).clamp(0.0, 1.0);
    let (from, to) = (share(screen.0), share(screen.1));
    if from <= before {
        before.max(to)
    } else {
        before
    }
}

/// Whether that is all of it, but for less than two pixels.
fn is_whole(until: f64, height: f64) -> bool {
    height > 0.0 && (1.0 - until) * height < 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: (f64, f64) = (0.0, 800.0);

    #[test]
    fn a_part_that_fits_is_seen_once_its_end_is() {
        let half = seen_until(0.0, 700.0, 200.0, SCREEN);
        assert_eq!(half, 0.5);
        assert!(!is_whole(half, 200.0));
        let whole = seen_until(half, 600.0, 200.0, SCREEN);
        assert!(is_whole(whole, 200.0));
    }

    #[test]
    fn a_part_higher_than_the_screen_is_seen_by_going_through_it() {
        let height = 2000.0;
        let tops = [0.0, -600.0, -1200.0];
        let until = tops
            .into_iter()
            .fold(0.0, |until, top| seen_until(until, top, height, SCREEN));
        assert!(is_whole(until, height));
    }

    #[test]
    fn what_was_skipped_was_not_seen() {
        let height = 3000.0;
        let first = seen_until(0.0, 0.0, height, SCREEN);
        let end = seen_until(first, -2200.0, height, SCREEN);
        assert_eq!(end, first);
        assert!(!is_whole(end, height));
    }

    #[test]
    fn what_is_below_the_screen_or_not_there_was_not_seen() {
        assert_eq!(seen_until(0.0, 900.0, 100.0, SCREEN), 0.0);
        assert_eq!(seen_until(0.0, 100.0, 0.0, SCREEN), 0.0);
        assert!(!is_whole(1.0, 0.0));
    }

    #[test]
    fn what_was_seen_stays_seen() {
        assert_eq!(seen_until(1.0, -5000.0, 100.0, SCREEN), 1.0);
    }
}
