//! What stands around every page.

use intent::{CloudName, Role};
use leptos::{html::Main, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{
    find::FindAnything,
    flight::{flight, provide_flight},
    icon::{Icon, Sign},
    theme::ThemeSwitch,
    way::Crumbs,
};
use crate::{Me, keys::Keys, pages::denied::Denied, visit::visit};

/// Puts a page into its place: on a card, what leads in; beside the rail, everything else. The way from
/// one to the other loads a new document.
#[component]
pub(crate) fn Frame(children: ChildrenFn) -> impl IntoView {
    let path = use_location().pathname;
    let leads_in =
        path.with_untracked(|path| path.starts_with("/sign-in") || path.starts_with("/welcome/"));
    let me = visit().me.filter(|_| !leads_in);
    let here = here(me.as_ref().map(|me| me.clouds.clone()).unwrap_or_default());
    provide_flight(here);
    match me {
        Some(me) => view! { <Beside me here><Admitted children/></Beside> }.into_any(),
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
fn Beside(me: Me, here: Memo<Option<CloudName>>, children: Children) -> impl IntoView {
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
            <Rail me here/>
            <header class="topbar">
                <nav aria-label="Where you are">
                    <Crumbs/>
                </nav>
                <FindAnything/>
                <NewIntent here/>
            </header>
            <main id="main" tabindex="-1" node_ref=main>{children()}</main>
        </div>
        <Keys/>
        <Waiting/>
    }
}

/// Leads authors to a new intent, from every page of a cloud.
#[component]
fn NewIntent(here: Memo<Option<CloudName>>) -> impl IntoView {
    let path = use_location().pathname;
    move || {
        let cloud = here
            .get()
            .filter(|cloud| visit().may(Role::Author, cloud))?;
        let path = path.get();
        let (list, new) = (format!("/c/{cloud}/intents"), format!("/c/{cloud}/new"));
        if path == new || !path.starts_with("/c/") {
            return None;
        }
        let class = if path == list {
            "button primary"
        } else {
            "button"
        };
        Some(view! {
            <a class=class href=new><Icon sign=Sign::Plus/><span class="label">"New intent"</span></a>
        })
    }
}

/// Says in the title of every page how many revisions wait for whoever is here.
#[component]
fn Waiting() -> impl IntoView {
    let now = flight().now;
    let waiting = ArcRwSignal::new(0);
    let count = waiting.clone();
    Effect::new(move |_| {
        if let Some(Ok(Some(flight))) = now.get() {
            waiting.set(flight.waiting);
        }
    });
    let formatter = move |title: String| titled(&title, count.get());
    view! { <Title formatter/> }
}

fn titled(title: &str, waiting: u32) -> String {
    match waiting {
        0 => title.into(),
        waiting => format!("({waiting}) {title}"),
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

/// The cloud that the open page is about; elsewhere the first.
fn here(clouds: Vec<CloudName>) -> Memo<Option<CloudName>> {
    let path = use_location().pathname;
    Memo::new(move |_| cloud_here(&path.get(), &clouds))
}

#[component]
fn Rail(me: Me, here: Memo<Option<CloudName>>) -> impl IntoView {
    let initial = me.name.chars().next().map(|c| c.to_uppercase().to_string());
    let title = format!("Signed in as {}, {}", me.name, me.roles);
    let path = use_location().pathname;
    let history = move || here.get().map(|cloud| format!("/c/{cloud}/history"));
    view! {
        <nav class="rail" aria-label="Main">
            <a class="mark" href="/" title="Assent"><Icon sign=Sign::Mark/><span class="label">"Assent"</span></a>
            <Switcher clouds=me.clouds.clone() here/>
            <ul>
                {move || places(here.get()).into_iter().map(|place| view! { <Go place/> }).collect_view()}
                <li class="more">
                    <details class="menu">
                        <summary aria-current=move || path.get().starts_with("/settings").then_some("page")><Icon sign=Sign::More/><span class="label">"More"</span></summary>
                        <ul class="options">
                            {me.clouds.into_iter().map(|cloud| view! {
                                <li><a href=format!("/c/{cloud}")><Icon sign=Sign::Cloud/>{cloud.to_string()}</a></li>
                            }).collect_view()}
                            {move || history().map(|href| view! {
                                <li><a href=href><Icon sign=Sign::History/>"History"</a></li>
                            })}
                            <li><a href="/settings"><Icon sign=Sign::Settings/>{format!("Settings of {}", me.name)}</a></li>
                            <li><ThemeSwitch><Icon sign=Sign::Theme/>"Theme"</ThemeSwitch></li>
                        </ul>
                    </details>
                </li>
            </ul>
            <ul class="foot">
                <Go place=Place::new("/settings".into(), "Settings", Sign::Settings)/>
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

/// A page of the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    href: String,
    label: &'static str,
    sign: Sign,
}

impl Place {
    fn new(href: String, label: &'static str, sign: Sign) -> Self {
        Self { href, label, sign }
    }
}

/// The pages of the rail: those of a cloud, or the list of clouds.
fn places(cloud: Option<CloudName>) -> Vec<Place> {
    let Some(cloud) = cloud else {
        return vec![Place::new("/".into(), "Clouds", Sign::Cloud)];
    };
    vec![
        Place::new(format!("/c/{cloud}"), "Overview", Sign::Overview),
        Place::new(format!("/c/{cloud}/services"), "Services", Sign::Services),
        Place::new(format!("/c/{cloud}/intents"), "Intents", Sign::Intents),
        Place::new(format!("/c/{cloud}/reviews"), "Reviews", Sign::Reviews),
        Place::new(format!("/c/{cloud}/history"), "History", Sign::History),
    ]
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

#[component]
fn Go(place: Place) -> impl IntoView {
    let path = use_location().pathname;
    let Place { href, label, sign } = place;
    let to = href.clone();
    let here = move || is_here(&path.get(), &to).then_some("page");
    let count = (sign == Sign::Reviews).then(|| view! { <Count/> });
    // A phone has no room for it in the bar; there it is under More.
    let class = (sign == Sign::History).then_some("secondary");
    view! {
        <li class=class>
            <a href=href title=label aria-current=here>
                <Icon sign/>
                <span class="label">{label}</span>
                {count}
            </a>
        </li>
    }
}

/// How many revisions wait for whoever is here.
#[component]
fn Count() -> impl IntoView {
    let flight = flight();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let waiting = flight.waiting().await;
                (waiting > 0).then(|| view! {
                    <span class="count">
                        <span class="spoken">", "</span>
                        {waiting}
                        <span class="spoken">" waiting for you"</span>
                    </span>
                })
            })}
        </Transition>
    }
}

/// Says whether a page of the rail stands for the one that is open: itself, or what lies below it. A
/// cloud's overview stands for itself only; intents stand for drafts, and reviews for revisions.
fn is_here(path: &str, place: &str) -> bool {
    let below = |place: &str| {
        path.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if path == place {
        return true;
    }
    match place.rsplit_once('/') {
        Some(("", "settings")) | Some((_, "services")) => below(place),
        Some((cloud, "intents")) => {
            below(place) || below(&format!("{cloud}/drafts")) || below(&format!("{cloud}/new"))
        }
        Some((cloud, "reviews")) => below(&format!("{cloud}/revisions")),
        Some(_) | None => false,
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
    fn reviews_stand_for_revisions_and_intents_for_drafts() {
        for (path, place) in [
            ("/c/shop/revisions/2", "/c/shop/reviews"),
            ("/c/shop/reviews", "/c/shop/reviews"),
            ("/c/shop/intents/reviews-mtls", "/c/shop/intents"),
            ("/c/shop/drafts/1", "/c/shop/intents"),
            ("/c/shop/new", "/c/shop/intents"),
        ] {
            assert!(is_here(path, place), "{path}");
        }
        assert!(!is_here("/c/bank/drafts/1", "/c/shop/intents"));
        assert!(!is_here("/c/shop/revisions/2", "/c/shop"));
        assert!(!is_here("/settings/history", "/c/shop/history"));
    }

    #[test]
    fn the_title_counts_what_waits() {
        assert_eq!(titled("shop · Assent", 0), "shop · Assent");
        assert_eq!(titled("shop · Assent", 2), "(2) shop · Assent");
    }
}
