//! Taking a text along: to the clipboard, or as a file.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use leptos_router::location::Url;

use super::{
    copy::Copying,
    icon::{Icon, Sign},
};

/// The buttons that copy a text and download it.
#[component]
pub(crate) fn Take(
    text: String,
    /// What the file is called.
    file: String,
) -> impl IntoView {
    let copying = Copying::new();
    let text = StoredValue::new(text);
    let copy = move |_| text.with_value(|text| copying.copy(text));
    let download = move |_| text.with_value(|text| save_as(text, &file));
    let label = move || if copying.is_done() { "Copied" } else { "Copy" };
    view! {
        <div class="actions" hidden=move || !copying.is_possible()>
            <button type="button" class="button small" on:click=copy><Icon sign=Sign::Copy/>{label}</button>
            <button type="button" class="button small" on:click=download><Icon sign=Sign::Download/>"Download"</button>
        </div>
    }
}

/// Lets the browser save a text as a file.
fn save_as(text: &str, file: &str) {
    let link = document().create_element("a").ok();
    let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let href = format!("data:application/yaml;charset=utf-8,{}", Url::escape(text));
    let named = link.set_attribute("href", &href);
    // Neither fails: both names are allowed.
    if named.and(link.set_attribute("download", file)).is_ok() {
        link.click();
    }
}
