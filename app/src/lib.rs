//! The pages and the wire.
//!
//! ```text
//!   shell ▶ App ─┬─ pages/   one route per file
//!                ├─ parts/   what several pages share
//!                └─ api/     server functions: who asks, one verb
//! ```

mod api;
mod error;
mod keys;
#[cfg(feature = "ssr")]
mod next;
mod pages;
mod parts;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod shell;
mod visit;

pub use error::AppError;
#[cfg(feature = "ssr")]
pub use session::{SESSION_PERSON, SESSION_SEEN};
#[cfg(feature = "ssr")]
pub use shell::{Assets, shell};
pub use visit::{Me, Theme, Visit};

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use pages::{
    account::Account, not_found::NotFound, overview::Overview, sign_in::SignIn, welcome::Welcome,
};
use parts::frame::Frame;

/// The whole product, by address.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    visit::provide_visit();
    parts::time::provide_now();
    // Whoever waits for the page, a test for one, sees when it is awake.
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-awake", "true");
        }
    });
    view! {
        <Router>
            <Frame>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Overview/>
                    <Route path=path!("/sign-in") view=SignIn/>
                    <Route path=path!("/welcome/:token") view=Welcome/>
                    <Route path=path!("/settings") view=Account/>
                </Routes>
            </Frame>
        </Router>
    }
}

/// Wakes the page that the server sent.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
