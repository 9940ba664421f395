//! What stands around every page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    icon::{Icon, Sign},
    theme::ThemeSwitch,
};
use crate::{Me, keys::Keys, visit::visit};

/// Puts a page into its place: beside the rail for people, on a card for strangers.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    match visit().me {
        Some(me) => view! {
            <a class="skip" href="#main">"Skip to content"</a>
            <div class="shell">
                <Rail me/>
                <header class="topbar">
                    <nav aria-label="Where you are">
                        <Crumbs/>
                    </nav>
                </header>
                <main id="main" tabindex="-1">{children()}</main>
            </div>
            <Keys/>
        }
        .into_any(),
        None => view! {
            <div class="signin">
                <main class="card" id="main" tabindex="-1">
                    <p class="mark"><Icon sign=Sign::Mark/>"Assent"</p>
                    {children()}
                    <p class="foot">
                        <span>{format!("Assent {}", visit().version)}</span>
                        <ThemeSwitch><Icon sign=Sign::Theme/>"Theme"</ThemeSwitch>
                    </p>
                </main>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Rail(me: Me) -> impl IntoView {
    let initial = me.name.chars().next().map(|c| c.to_uppercase().to_string());
    let title = format!("Signed in as {}, {}", me.name, me.roles);
    view! {
        <nav class="rail" aria-label="Main">
            <a class="mark" href="/" title="Assent"><Icon sign=Sign::Mark/><span class="label">"Assent"</span></a>
            <ul>
                <Place href="/" label="Overview" sign=Sign::Overview/>
                <li class="more">
                    <details class="menu">
                        <summary><Icon sign=Sign::More/><span class="label">"More"</span></summary>
                        <ul class="options">
                            <li><a href="/settings"><Icon sign=Sign::Settings/>"Settings"</a></li>
                            <li><ThemeSwitch><Icon sign=Sign::Theme/>"Theme"</ThemeSwitch></li>
                        </ul>
                    </details>
                </li>
            </ul>
            <ul class="foot">
                <Place href="/settings" label="Settings" sign=Sign::Settings/>
                <li><ThemeSwitch><Icon sign=Sign::Theme/><span class="label">"Theme"</span></ThemeSwitch></li>
                <li>
                    <a href="/settings" title=title>
                        <span class="initial" aria-hidden="true">{initial}</span>
                        <span class="label">{me.name}</span>
                    </a>
                </li>
            </ul>
        </nav>
    }
}

/// A page of the rail.
#[component]
fn Place(href: &'static str, label: &'static str, sign: Sign) -> impl IntoView {
    view! { <li><Go href label sign/></li> }
}

#[component]
fn Go(href: &'static str, label: &'static str, sign: Sign) -> impl IntoView {
    let path = use_location().pathname;
    let here = move || (path.get() == href).then_some("page");
    view! {
        <a href=href title=label aria-current=here>
            <Icon sign/>
            <span class="label">{label}</span>
        </a>
    }
}

#[component]
fn Crumbs() -> impl IntoView {
    let path = use_location().pathname;
    let names = move || crumbs(&path.get());
    view! {
        <ol class="crumbs">
            {move || {
                names().into_iter().map(|(name, href)| match href {
                    Some(href) => view! { <li><a href=href>{name}</a></li> }.into_any(),
                    None => view! { <li aria-current="page">{name}</li> }.into_any(),
                }).collect_view()
            }}
        </ol>
    }
}

/// The way to a page: names, each but the last with its address.
fn crumbs(path: &str) -> Vec<(&'static str, Option<&'static str>)> {
    match path {
        "/" => vec![("Overview", None)],
        "/settings" => vec![("Settings", None), ("My account", None)],
        "/sign-in" => vec![("Overview", Some("/")), ("Sign in", None)],
        path if path.starts_with("/welcome/") => vec![("Overview", Some("/")), ("Welcome", None)],
        _ => vec![("Overview", Some("/")), ("Not found", None)],
    }
}
