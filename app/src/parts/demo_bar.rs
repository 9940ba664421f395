//! The demo's bar: breaks it, so that drift and faults can be seen. Not a part of the product.

use intent::CloudName;
use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;

use crate::visit::visit;

/// What the demo answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Told {
    says: String,
    sites: Vec<Site>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Site {
    name: String,
    line: String,
}

impl Told {
    fn line(&self, name: &str) -> Option<&str> {
        let site = self.sites.iter().find(|site| site.name == name)?;
        Some(&site.line)
    }
}

/// Offers to change something by hand and to break a site; only in a demo. Without script, each is a form.
#[component]
pub(crate) fn DemoBar(here: Memo<Option<CloudName>>) -> impl IntoView {
    visit()
        .demo
        .then_some(move || here.get().map(|_| view! { <Bar/> }))
}

#[component]
fn Bar() -> impl IntoView {
    let told = RwSignal::new(Told::default());
    let site = RwSignal::new(String::new());
    Effect::new(move |_| spawn_local(ask(None, told)));
    let chosen = move || {
        let named = site.get();
        let last = || told.with(|told| told.sites.last().map(|site| site.name.clone()));
        if named.is_empty() {
            last().unwrap_or_default()
        } else {
            named
        }
    };
    let act = move |act: &str| {
        let body = format!("act={act}&site={}", chosen());
        spawn_local(ask(Some(body), told));
    };
    let is = move |line: &'static str| told.with(|told| told.line(&chosen()) == Some(line));
    let button = move |deed: Signal<&'static str>, label: Signal<&'static str>| {
        view! {
            <button
                type="submit" name="act" class="button small" value=move || deed.get()
                on:click=move |event| {
                    event.prevent_default();
                    act(deed.get_untracked());
                }
            >
                {move || label.get()}
            </button>
        }
    };
    let turn = move |line: &'static str, on: &'static str, off: &'static str| {
        Signal::derive(move || if is(line) { off } else { on })
    };
    view! {
        <aside class="demo-bar" aria-label="Demo">
            <form method="post" action="/demo">
                <strong>"Demo"</strong>
                <label>
                    <span class="spoken">"Site"</span>
                    <select class="input" name="site" on:change=move |event| site.set(event_target_value(&event))>
                        {move || told.with(|told| {
                            let chosen = chosen();
                            told.sites.iter().map(|site| {
                                let is_chosen = site.name == chosen;
                                view! { <option value=site.name.clone() selected=is_chosen>{site.name.clone()}</option> }
                            }).collect_view()
                        })}
                    </select>
                </label>
                {button("drift".into(), "Change something by hand".into())}
                {button(turn("down", "down", "up"), turn("down", "Site down", "Site up"))}
                {button(turn("slow", "slow", "quick"), turn("slow", "Site slow", "Site quick"))}
                {button("reset".into(), "Reset".into())}
                <output role="status">{move || told.with(|told| told.says.clone())}</output>
            </form>
        </aside>
    }
}

/// Has the demo do something, or say how it is.
#[cfg(feature = "hydrate")]
async fn ask(body: Option<String>, told: RwSignal<Told>) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Headers, RequestInit, Response};

    let answer = async {
        let headers = Headers::new()?;
        headers.set("accept", "application/json")?;
        let how = RequestInit::new();
        if let Some(body) = body {
            headers.set("content-type", "application/x-www-form-urlencoded")?;
            how.set_method("POST");
            how.set_body(&body.into());
        }
        how.set_headers(&headers);
        let answer = JsFuture::from(window().fetch_with_str_and_init("/demo", &how)).await?;
        let answer: Response = answer.unchecked_into();
        JsFuture::from(answer.text()?).await
    };
    let text: Result<_, wasm_bindgen::JsValue> = answer.await;
    let read = text.ok().and_then(|text| text.as_string());
    let read = read.and_then(|text| serde_json::from_str::<Told>(&text).ok());
    let _ = told.try_update(|told| match read {
        Some(answer) => *told = answer,
        None => told.says = "The demo does not answer; is Assent still running?".into(),
    });
}

/// Has the demo do something, or say how it is: in browsers only.
#[cfg(not(feature = "hydrate"))]
async fn ask(_: Option<String>, _: RwSignal<Told>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_demo_answers_is_read() {
        let told: Told = serde_json::from_str(
            r#"{"says": "us-east is down.", "sites": [{"name": "us-east", "line": "down"}]}"#,
        )
        .unwrap();
        assert_eq!(told.line("us-east"), Some("down"));
        assert_eq!(told.line("mars"), None);
    }
}
