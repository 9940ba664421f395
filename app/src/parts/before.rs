//! What was typed into a page that the server sent, before it was awake.

use leptos::{prelude::*, wasm_bindgen::JsCast};

use super::kept::Typed;

/// What stands in one field that takes long texts, if the page is just waking up and something does.
pub(crate) fn text_before(id: &str) -> Option<String> {
    if cfg!(not(feature = "hydrate")) {
        return None;
    }
    let root = document().document_element()?;
    if root.has_attribute("data-awake") {
        return None;
    }
    let field = document().get_element_by_id(id)?;
    let field = field.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?;
    Some(field.value()).filter(|text| !text.is_empty())
}

/// Reads a form as it stands in the browser, if the page is just waking up. Once it is awake, what is
/// typed is known.
pub(crate) fn typed_before(form: &str) -> Option<Typed> {
    if cfg!(not(feature = "hydrate")) {
        return None;
    }
    let root = document().document_element()?;
    if root.has_attribute("data-awake") {
        return None;
    }
    let inputs = document()
        .query_selector_all(&format!("#{form} input[name]"))
        .ok()?;
    let inputs = (0..inputs.length()).filter_map(|at| {
        inputs
            .item(at)?
            .dyn_into::<web_sys::HtmlInputElement>()
            .ok()
    });
    let mut typed = Typed::default();
    for input in inputs {
        let (name, checked) = (input.name(), input.checked());
        let text = match input.type_().as_str() {
            "radio" if !checked => continue,
            "checkbox" if !checked => String::new(),
            _ => input.value(),
        };
        let path = name
            .strip_prefix("form[")
            .and_then(|rest| rest.strip_suffix(']'));
        match path {
            Some(path) => typed.form.set(path, text),
            None if name == "name" => typed.name = text,
            None => {}
        }
    }
    Some(typed)
}
