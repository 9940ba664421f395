//! What stands around every page.

use intent::{CloudName, Role};
use leptos::{html::Main, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{
    demo_bar::DemoBar,
    find::FindAnything,
    flight::{flight, provide_flight},
    icon::{Icon, Sign},
    live_dot::LiveDot,
    rail::Rail,
    theme::ThemeSwitch,
    way::Crumbs,
};
use crate::{Me, keys::Keys, live::provide_ear, pages::denied::Denied, visit::visit};

/// Puts a page into its place: on a card, what leads in; beside the rail, everything else. The way from
/// one to the other loads a new document.
#[component]
pub(crate) fn Frame(children: ChildrenFn) -> impl IntoView {
    let path = use_location().pathname;
    let leads_in =
        path.with_untracked(|path| path.starts_with("/sign-in") || path.starts_with("/welcome/"));
    let me = visit().me.filter(|_| !leads_in);
    let here = here(me.as_ref().map(|me| me.clouds.clone()).unwrap_or_default());
    provide_ear(here);
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
        <DemoBar here/>
        <div class="shell">
            <Rail me here/>
            <header class="topbar">
                <nav aria-label="Where you are">
                    <Crumbs/>
                </nav>
                <FindAnything/>
                <LiveDot/>
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_title_counts_what_waits() {
        assert_eq!(titled("shop · Assent", 0), "shop · Assent");
        assert_eq!(titled("shop · Assent", 2), "(2) shop · Assent");
    }
}
