//! What stands around every page.

use intent::CloudName;
use leptos::{html::Main, prelude::*};
use leptos_router::hooks::use_location;

use super::{
    find::FindAnything,
    icon::{Icon, Sign},
    theme::ThemeSwitch,
};
use crate::{Me, keys::Keys, pages::denied::Denied, visit::visit};

/// Puts a page into its place: on a card, what leads in; beside the rail, everything else. The way from
/// one to the other loads a new document.
#[component]
pub(crate) fn Frame(children: ChildrenFn) -> impl IntoView {
    let path = use_location().pathname;
    let leads_in =
        path.with_untracked(|path| path.starts_with("/sign-in") || path.starts_with("/welcome/"));
    match visit().me.filter(|_| !leads_in) {
        Some(me) => view! { <Beside me><Admitted children/></Beside> }.into_any(),
        None => view! { <Card>{children()}</Card> }.into_any(),
    }
}

/// Shows the pages, or who may see the one that was asked for.
#[component]
fn Admitted(children: ChildrenFn) -> impl IntoView {
    let Some(takes) = visit().refused else {
        return children().into_any();
    };
    let path = use_location().pathname;
    let asked = path.get_untracked();
    // No page is there to go on from, so the next one is loaded anew.
    Effect::new(move |_| {
        let next = path.get();
        if next != asked {
            // A browser that refuses to move stays where it is; the link can be followed again.
            let _ = window().location().assign(&next);
        }
    });
    view! { <Denied takes/> }.into_any()
}

#[component]
fn Beside(me: Me, children: Children) -> impl IntoView {
    let main = NodeRef::<Main>::new();
    let path = use_location().pathname;
    // A new page begins at its beginning, also for whoever does not see it.
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path)
            && let Some(main) = main.get_untracked()
        {
            // Fails only for what cannot have the focus; this can.
            let _ = main.focus();
        }
        path
    });
    view! {
        <a class="skip" rel="external" href="#main">"Skip to content"</a>
        <div class="shell">
            <Rail me/>
            <header class="topbar">
                <nav aria-label="Where you are">
                    <Crumbs/>
                </nav>
                <FindAnything/>
            </header>
            <main id="main" tabindex="-1" node_ref=main>{children()}</main>
        </div>
        <Keys/>
    }
}

#[component]
fn Card(children: Children) -> impl IntoView {
    view! {
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
}

#[component]
fn Rail(me: Me) -> impl IntoView {
    let initial = me.name.chars().next().map(|c| c.to_uppercase().to_string());
    let title = format!("Signed in as {}, {}", me.name, me.roles);
    let clouds = StoredValue::new(me.clouds.clone());
    let path = use_location().pathname;
    let here = Memo::new(move |_| clouds.with_value(|clouds| cloud_here(&path.get(), clouds)));
    view! {
        <nav class="rail" aria-label="Main">
            <a class="mark" href="/" title="Assent"><Icon sign=Sign::Mark/><span class="label">"Assent"</span></a>
            <Switcher clouds=me.clouds.clone() here/>
            <ul>
                {move || places(here.get()).into_iter().map(|(href, label, sign)| view! {
                    <li><Go href label sign/></li>
                }).collect_view()}
                <li class="more">
                    <details class="menu">
                        <summary aria-current=move || path.get().starts_with("/settings").then_some("page")><Icon sign=Sign::More/><span class="label">"More"</span></summary>
                        <ul class="options">
                            {me.clouds.into_iter().map(|cloud| view! {
                                <li><a href=format!("/c/{cloud}")><Icon sign=Sign::Cloud/>{cloud.to_string()}</a></li>
                            }).collect_view()}
                            <li><a href="/settings"><Icon sign=Sign::Settings/>{format!("Settings of {}", me.name)}</a></li>
                            <li><ThemeSwitch><Icon sign=Sign::Theme/>"Theme"</ThemeSwitch></li>
                        </ul>
                    </details>
                </li>
            </ul>
            <ul class="foot">
                <li><Go href="/settings".into() label="Settings" sign=Sign::Settings/></li>
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

/// Leads from one cloud to another.
#[component]
fn Switcher(clouds: Vec<CloudName>, here: Memo<Option<CloudName>>) -> impl IntoView {
    (!clouds.is_empty()).then(|| view! {
        <details class="switcher menu">
            <summary title="Logical cloud">
                <Icon sign=Sign::Cloud/>
                <span class="label"><strong>{move || here.get().map(|cloud| cloud.to_string())}</strong></span>
                <Icon sign=Sign::Switch/>
            </summary>
            <ul class="options">
                <li class="group">"Clouds"</li>
                {clouds.into_iter().map(|cloud| {
                    let name = cloud.to_string();
                    let current = move || (here.get().as_ref() == Some(&cloud)).then_some("true");
                    view! {
                        <li><a href=format!("/c/{name}") aria-current=current><Icon sign=Sign::Cloud/>{name.clone()}</a></li>
                    }
                }).collect_view()}
            </ul>
        </details>
    })
}

/// The pages of the rail: those of a cloud, or the list of clouds.
fn places(cloud: Option<CloudName>) -> Vec<(String, &'static str, Sign)> {
    match cloud {
        Some(cloud) => vec![
            (format!("/c/{cloud}"), "Overview", Sign::Overview),
            (format!("/c/{cloud}/services"), "Services", Sign::Services),
        ],
        None => vec![("/".into(), "Clouds", Sign::Cloud)],
    }
}

/// The cloud that a page is about; elsewhere the first.
fn cloud_here(path: &str, clouds: &[CloudName]) -> Option<CloudName> {
    let named = path
        .strip_prefix("/c/")
        .and_then(|rest| rest.split('/').next());
    clouds
        .iter()
        .find(|cloud| Some(cloud.as_str()) == named)
        .or(clouds.first())
        .cloned()
}

/// A page of the rail.
#[component]
fn Go(href: String, label: &'static str, sign: Sign) -> impl IntoView {
    let path = use_location().pathname;
    let to = href.clone();
    let here = move || is_here(&path.get(), &to).then_some("page");
    view! {
        <a href=href title=label aria-current=here>
            <Icon sign/>
            <span class="label">{label}</span>
        </a>
    }
}

/// Says whether a page of the rail stands for the one that is open: itself, or what lies below it. A
/// cloud's overview stands for itself only.
fn is_here(path: &str, place: &str) -> bool {
    let below = path
        .strip_prefix(place)
        .is_some_and(|rest| rest.starts_with('/'));
    path == place || (below && (place == "/settings" || place.ends_with("/services")))
}

#[component]
fn Crumbs() -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <ol class="crumbs">
            {move || crumbs(&path.get()).into_iter().map(|(name, href)| match href {
                Some(href) => view! { <li><a href=href>{name}</a></li> }.into_any(),
                None => view! { <li aria-current="page">{name}</li> }.into_any(),
            }).collect_view()}
        </ol>
    }
}

/// The way to a page: names, each but the last with its address.
fn crumbs(path: &str) -> Vec<(String, Option<String>)> {
    let clouds = || ("Clouds".to_owned(), Some("/".to_owned()));
    let last = |name: &str| (name.to_owned(), None);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => vec![last("Clouds")],
        ["c", cloud] => vec![clouds(), last(cloud)],
        ["c", cloud, "services"] => {
            vec![
                clouds(),
                ((*cloud).into(), Some(format!("/c/{cloud}"))),
                last("Services"),
            ]
        }
        ["c", cloud, "services", namespace, service] => vec![
            clouds(),
            ((*cloud).into(), Some(format!("/c/{cloud}"))),
            ("Services".into(), Some(format!("/c/{cloud}/services"))),
            last(&format!("{namespace}/{service}")),
        ],
        ["settings"] => vec![last("Settings"), last("My account")],
        ["settings", "clouds"] => vec![
            ("Settings".into(), Some("/settings".into())),
            last("Clouds and sites"),
        ],
        ["settings", "people"] => vec![
            ("Settings".into(), Some("/settings".into())),
            last("People"),
        ],
        ["sign-in"] => vec![clouds(), last("Sign in")],
        ["welcome", _] => vec![clouds(), last("Welcome")],
        _ => vec![clouds(), last("Not found")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_stands_for_what_lies_below_it() {
        assert!(is_here("/c/shop", "/c/shop"));
        assert!(!is_here("/c/shop/services", "/c/shop"));
        assert!(is_here(
            "/c/shop/services/default/reviews",
            "/c/shop/services"
        ));
        assert!(!is_here("/settingsx", "/settings"));
    }

    #[test]
    fn the_cloud_of_the_address_counts_and_else_the_first() {
        let clouds = ["bank", "shop"].map(|name| CloudName::read(name).unwrap());
        assert_eq!(
            cloud_here("/c/shop/services", &clouds),
            Some(clouds[1].clone())
        );
        assert_eq!(cloud_here("/settings", &clouds), Some(clouds[0].clone()));
        assert_eq!(cloud_here("/c/other", &[]), None);
    }

    #[test]
    fn the_way_to_a_service_names_each_step() {
        let names: Vec<String> = crumbs("/c/shop/services/default/reviews")
            .into_iter()
            .map(|c| c.0)
            .collect();
        assert_eq!(names, ["Clouds", "shop", "Services", "default/reviews"]);
    }
}
