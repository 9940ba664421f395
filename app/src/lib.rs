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
mod live;
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
pub use session::{SESSION_PERSON, SESSION_PROVED, SESSION_SEEN};
#[cfg(feature = "ssr")]
pub use shell::{Assets, shell};
pub use visit::{Me, Theme, Visit};

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use pages::{
    account::Account,
    clouds::Clouds,
    draft::Draft,
    history::{History, WholeHistory},
    intent::Intent,
    intents::Intents,
    new_intent::NewIntent,
    not_found::NotFound,
    overview::Overview,
    people::People,
    reviews::Reviews,
    revision::Revision,
    rollout::Rollout,
    rollouts::Rollouts,
    service::Service,
    services::Services,
    sign_in::SignIn,
    sites::Sites,
    welcome::Welcome,
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
    // Every page is sent whole: its status is true, and it can be read without script.
    view! {
        <Router>
            <Frame>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Clouds ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async/>
                    <Route path=path!("/welcome/:token") view=Welcome ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud") view=Overview ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/services") view=Services ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/services/:namespace/:service") view=Service ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/intents") view=Intents ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/intents/:intent") view=Intent ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/new") view=NewIntent ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/drafts/:draft") view=Draft ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/reviews") view=Reviews ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/revisions/:number") view=Revision ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/rollouts") view=Rollouts ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/rollouts/:rollout") view=Rollout ssr=SsrMode::Async/>
                    <Route path=path!("/c/:cloud/history") view=History ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=Account ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view=People ssr=SsrMode::Async/>
                    <Route path=path!("/settings/clouds") view=Sites ssr=SsrMode::Async/>
                    <Route path=path!("/settings/history") view=WholeHistory ssr=SsrMode::Async/>
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
