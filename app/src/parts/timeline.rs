//! What was done, one below the other.

use intent::{ActSeen, Digest};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    digest::DigestShort,
    icon::{Icon, Sign},
    person::Person,
    plain::Plain,
    time::Moment,
};

/// Lists acts: who did what, on which digest, when, and where it came from.
#[component]
pub(crate) fn Timeline(
    acts: Vec<ActSeen>,
    /// The digest that the page is about, which is not said again.
    #[prop(optional)]
    about: Option<Digest>,
) -> impl IntoView {
    let here = use_location().pathname.get_untracked();
    view! {
        <ol class="timeline">
            {acts.into_iter().map(|act| {
                let digest = act.digest.filter(|digest| about.as_ref() != Some(digest));
                let href = act.href.filter(|href| *href != here);
                view! { <Done act=ActSeen { digest, href, ..act }/> }
            }).collect_view()}
        </ol>
    }
}

#[component]
fn Done(act: ActSeen) -> impl IntoView {
    let by = match act.by {
        Some(name) => view! { <Person name/> }.into_any(),
        None => "Assent".into_any(),
    };
    let sign = sign(&act.did);
    let did = view! { <Plain text=act.did/> };
    let did = match act.href {
        Some(href) => view! { <a href=href>{did}</a> }.into_any(),
        None => did.into_any(),
    };
    view! {
        <li>
            <Icon sign/>
            <span>{by}" "{did}{act.digest.map(|digest| view! { " "<DigestShort digest/> })}</span>
            <details class="menu origin">
                <summary title=origin(&act.address, &act.request)><Moment at=act.at/></summary>
                <dl class="options facts">
                    <dt>"When"</dt>
                    <dd>{act.at.to_string()}</dd>
                    <dt>"From"</dt>
                    <dd><Plain text=said(&act.address)/></dd>
                    <dt>"Request"</dt>
                    <dd><code>{said(&act.request)}</code></dd>
                    <dt>"Entry"</dt>
                    <dd>{act.seq}</dd>
                </dl>
            </details>
        </li>
    }
}

/// Where an act came from, in a line.
fn origin(address: &str, request: &str) -> String {
    match (address, request) {
        ("", "") => "By the process itself".into(),
        (address, "") => format!("From {address}"),
        ("", request) => format!("Request {request}"),
        (address, request) => format!("From {address}, request {request}"),
    }
}

fn said(text: &str) -> String {
    if text.is_empty() {
        "not known".into()
    } else {
        text.into()
    }
}

/// The sign of an act, by the verb with which its phrase begins.
fn sign(did: &str) -> Sign {
    match did.split(' ').next() {
        Some("approved") => Sign::Check,
        Some("requested" | "recalled") => Sign::Reviews,
        Some("began") if did.starts_with("began rollout") => Sign::Rollouts,
        Some("finished") => Sign::Well,
        Some("stopped") => Sign::Close,
        Some("took") => Sign::Undo,
        Some("submitted" | "began" | "went" | "discarded" | "restored") => Sign::Intents,
        Some(
            "signed" | "showed" | "became" | "came" | "invited" | "proposed" | "enabled"
            | "disabled",
        ) => Sign::Person,
        Some(_) | None => Sign::History,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_says_where_it_came_from_as_far_as_it_is_known() {
        assert_eq!(origin("127.0.0.1", "r1"), "From 127.0.0.1, request r1");
        assert_eq!(origin("127.0.0.1", ""), "From 127.0.0.1");
        assert_eq!(origin("", "r1"), "Request r1");
        assert_eq!(origin("", ""), "By the process itself");
    }
}
