//! To the clipboard.

use leptos::prelude::*;

/// Copies a text, once the page is awake.
#[derive(Clone, Copy)]
pub(crate) struct Copying {
    awake: RwSignal<bool>,
    done: RwSignal<bool>,
}

impl Copying {
    /// Waits for the page to wake.
    pub(crate) fn new() -> Self {
        let (awake, done) = (RwSignal::new(false), RwSignal::new(false));
        Effect::new(move |_| awake.set(true));
        Self { awake, done }
    }

    /// Whether there is a script to copy with.
    pub(crate) fn is_possible(self) -> bool {
        self.awake.get()
    }

    /// Whether it was copied.
    pub(crate) fn is_done(self) -> bool {
        self.done.get()
    }

    /// Copies. Where a browser refuses, the button goes on offering it.
    pub(crate) fn copy(self, text: &str) {
        let promise = window().navigator().clipboard().write_text(text);
        leptos::task::spawn_local(async move {
            let copied = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
            self.done.set(copied);
        });
    }
}
