//! The document around every page.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::{App, Visit};

/// The addresses of the site's files, with the hash of what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The stylesheet.
    pub css: String,
    /// The loader of the browser's half.
    pub js: String,
    /// The browser's half.
    pub wasm: String,
}

/// Renders the document.
pub fn shell() -> impl IntoView {
    let assets = expect_context::<Assets>();
    let theme = use_context::<Visit>().and_then(|visit| visit.theme);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.map(|theme| theme.word())>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="stylesheet" href=assets.css.clone()/>
                <Wake assets/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Loads the browser's half. The address of the wasm is passed on, since its name holds a hash.
#[component]
fn Wake(assets: Assets) -> impl IntoView {
    let nonce = leptos::nonce::use_nonce();
    let script = format!(
        "import wake, {{ hydrate }} from {:?};\n\
         wake({{ module_or_path: {:?} }}).then(hydrate);",
        assets.js, assets.wasm
    );
    view! {
        <link rel="modulepreload" href=assets.js.clone() crossorigin="" nonce=nonce.clone()/>
        <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin=""/>
        <script type="module" nonce=nonce>{script}</script>
    }
}
