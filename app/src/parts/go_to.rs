//! Moving to a place of the page.

use leptos::prelude::*;

/// Scrolls to an element and gives it the focus.
pub(crate) fn go_to(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.scroll_into_view();
        // Fails only for what cannot have the focus; these can.
        let _ = element.focus();
    }
}
