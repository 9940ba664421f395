//! The socket of a page: opened, listened to, opened again.

use std::time::Duration;

use intent::{Closing, CloudName, Frame, Live, Time};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{Ear, Hearing, retry::pause};
use crate::{AppError, api::reviews::in_flight};

/// A page that heard nothing for so long asks anew; something is said every 20 seconds.
const SILENCE: i64 = 45_000;
/// How often a page looks whether it still hears and is looked at.
const CHECK: Duration = Duration::from_secs(5);
/// A page that nobody looks at lets go after so many checks.
const UNSEEN: u32 = 6;
/// After so many failures in a row a page asks whether it may listen at all.
const DOUBT: u32 = 3;
/// What changes at once is read once.
const TOGETHER: i64 = 1_000;

/// An open socket. Dropped, it is closed and says nothing more.
struct Open {
    socket: WebSocket,
    _said: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Fails only for a code that nobody may use; none is given.
        let _ = self.socket.close();
    }
}

/// What a page keeps of its socket.
#[derive(Clone, Copy)]
struct Line {
    ear: Ear,
    open: StoredValue<Option<Open>, LocalStorage>,
    /// Tries in a row that came to nothing.
    failures: StoredValue<u32>,
    /// When pages were told last that something changed, and whether they will be soon.
    told: StoredValue<(i64, bool)>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// Listens to the cloud that is shown, for as long as somebody looks.
pub(super) fn listen(ear: Ear) {
    let line = Line {
        ear,
        open: StoredValue::new_local(None),
        failures: StoredValue::new(0),
        told: StoredValue::new((0, false)),
        timer: StoredValue::new(None),
    };
    let unseen = RwSignal::new(false);
    Effect::new(move |_| {
        ear.again.track();
        line.close();
        match ear.cloud.get().filter(|_| !unseen.get()) {
            Some(cloud) => line.open(&cloud),
            None => ear.hearing.set(Hearing::Off),
        }
    });
    // What was heard of another cloud is not this one's.
    Effect::new(move |before: Option<Option<CloudName>>| {
        let here = ear.cloud.get();
        if before.is_some_and(|before| before != here) {
            ear.now.set(None);
        }
        here
    });
    Effect::new(move |_| {
        let word = match ear.hearing.get() {
            Hearing::Off => "off",
            Hearing::Opening => "opening",
            Hearing::Live => "live",
            Hearing::Lost => "lost",
            Hearing::Over(_) => "over",
        };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-live", word);
        }
    });
    let hidden = StoredValue::new(0_u32);
    let check = move || {
        let times = if document().hidden() {
            hidden.get_value() + 1
        } else {
            0
        };
        hidden.set_value(times);
        if unseen.get_untracked() != (times >= UNSEEN) {
            unseen.set(times >= UNSEEN);
        }
        let heard = ear.heard.get_untracked();
        let is_silent = heard.is_some_and(|heard| now().since(heard) > SILENCE);
        if is_silent && ear.hearing.get_untracked() == Hearing::Live {
            ear.hearing.set(Hearing::Lost);
            ear.again();
        }
    };
    Effect::new(move |_| {
        if let Ok(ticking) = set_interval_with_handle(check, CHECK) {
            on_cleanup(move || ticking.clear());
        }
        let woken = window_event_listener_untyped("online", move |_| line.at_once());
        let shown = window_event_listener_untyped("pageshow", move |_| line.at_once());
        let seen = window_event_listener_untyped("focus", move |_| {
            hidden.set_value(0);
            if unseen.get_untracked() {
                unseen.set(false);
            } else {
                line.at_once();
            }
        });
        on_cleanup(move || {
            woken.remove();
            shown.remove();
            seen.remove();
        });
    });
    on_cleanup(move || line.close());
}

impl Line {
    fn open(self, cloud: &CloudName) {
        let ear = self.ear;
        if ear.hearing.get_untracked() != Hearing::Lost {
            ear.hearing.set(Hearing::Opening);
        }
        let location = window().location();
        let (Ok(protocol), Ok(host)) = (location.protocol(), location.host()) else {
            return;
        };
        let scheme = if protocol == "https:" { "wss" } else { "ws" };
        let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}/live/{cloud}")) else {
            return self.lost(1006);
        };
        let said = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                self.hear(&text);
            }
        });
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            self.lost(event.code());
        });
        socket.set_onmessage(Some(said.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        self.open.set_value(Some(Open {
            socket,
            _said: said,
            _closed: closed,
        }));
    }

    fn close(self) {
        let _ = self.open.try_set_value(None);
        if let Some(Some(timer)) = self.timer.try_update_value(Option::take) {
            timer.clear();
        }
    }

    fn hear(self, text: &str) {
        let Ok(frame) = serde_json::from_str::<Frame>(text) else {
            return self.later(0);
        };
        let ear = self.ear;
        match frame {
            Frame::Live(live) => self.know(|known| {
                *known = Some(live);
                true
            }),
            Frame::Delta(delta) => self.know(|known| {
                known
                    .as_mut()
                    .is_some_and(|known| known.take(delta).is_ok())
            }),
            Frame::Beat(_) => {}
        }
        self.failures.set_value(0);
        ear.heard.set(Some(now()));
        if ear.hearing.get_untracked() != Hearing::Live {
            ear.hearing.set(Hearing::Live);
        }
    }

    /// Takes in what was heard, and tells pages what of theirs is old. What does not follow from what is known is
    /// asked for anew.
    fn know(self, take: impl FnOnce(&mut Option<Live>) -> bool) {
        let ear = self.ear;
        let mut known = ear.now.get_untracked();
        let before = known.clone();
        if !take(&mut known) {
            return self.later(0);
        }
        let written = |live: &Live| (live.acts, live.notes);
        let base = before.as_ref().map(written).or(ear.base.get_untracked());
        let now = known.as_ref().map(written);
        let moved = |part: fn(&(i64, i64)) -> i64| {
            base.is_some() && base.as_ref().map(part) != now.as_ref().map(part)
        };
        let (papers, notes) = (moved(|written| written.0), moved(|written| written.1));
        let sites = before.as_ref().is_some_and(|before| {
            known.as_ref().is_some_and(|known| {
                (&known.sites, &known.intents) != (&before.sites, &before.intents)
            })
        });
        ear.now.set(known);
        if papers {
            ear.papers.update(|times| *times += 1);
        }
        if notes {
            ear.notes.update(|times| *times += 1);
        }
        if papers || notes || sites {
            self.turn();
        }
    }

    /// Tells pages that what they show is old: soon, if they were told just now.
    fn turn(self) {
        let (last, is_due) = self.told.get_value();
        if is_due {
            return;
        }
        let since = now().0 - last;
        let tell = move || {
            let _ = self.told.try_set_value((now().0, false));
            let _ = self.ear.turns.try_update(|times| *times += 1);
        };
        if since >= TOGETHER {
            return tell();
        }
        self.told.set_value((last, true));
        let wait = u64::try_from(TOGETHER - since).unwrap_or_default();
        set_timeout(tell, Duration::from_millis(wait));
    }

    fn lost(self, code: u16) {
        let ear = self.ear;
        if let Some(closing) = Closing::by(code).filter(|closing| closing.is_over()) {
            ear.hearing.set(Hearing::Over(closing));
            return;
        }
        ear.hearing.set(Hearing::Lost);
        let failures = self.failures.get_value() + 1;
        self.failures.set_value(failures);
        if failures == DOUBT {
            self.ask();
        }
        self.later(pause(failures - 1, js_sys::Math::random()));
    }

    /// Tries again, after so many milliseconds. Never at once: whoever calls may be what would be dropped.
    fn later(self, milliseconds: u64) {
        let again = move || self.ear.again();
        if let Ok(timer) = set_timeout_with_handle(again, Duration::from_millis(milliseconds)) {
            self.timer.set_value(Some(timer));
        }
    }

    /// Tries again now, where it waits to do so.
    fn at_once(self) {
        if self.ear.hearing.get_untracked() == Hearing::Lost {
            self.ear.again();
        }
    }

    /// Asks whether this page may listen at all: a socket that is refused does not say why.
    fn ask(self) {
        let Some(cloud) = self.ear.cloud.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let closing = match in_flight(cloud).await {
                Err(AppError::SignedOut) => Closing::SignedOut,
                Err(AppError::NotFound | AppError::Denied(_)) => Closing::NotAllowed,
                Ok(_) | Err(_) => return,
            };
            self.close();
            let _ = self.ear.hearing.try_set(Hearing::Over(closing));
        });
    }
}

fn now() -> Time {
    Time(js_sys::Date::now() as i64)
}
