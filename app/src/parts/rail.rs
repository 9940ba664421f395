//! The pages, at the side; on a phone, at the bottom.

use intent::CloudName;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    flight::flight,
    icon::{Icon, Sign},
    theme::ThemeSwitch,
};
use crate::Me;

/// Leads to the pages of a cloud, from one cloud to another, and to what is mine.
#[component]
pub(crate) fn Rail(me: Me, here: Memo<Option<CloudName>>) -> impl IntoView {
    let initial = me.name.chars().next().map(|c| c.to_uppercase().to_string());
    let title = format!("Signed in as {}, {}", me.name, me.roles);
    let path = use_location().pathname;
    let more = move || here.get().map(rest).into_iter().flatten();
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
                            {move || more().map(|Place { href, label, sign }| view! {
                                <li><a href=href><Icon sign/>{label}</a></li>
                            }).collect_view()}
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
    let mut places = vec![
        Place::new(format!("/c/{cloud}"), "Overview", Sign::Overview),
        Place::new(format!("/c/{cloud}/services"), "Services", Sign::Services),
        Place::new(format!("/c/{cloud}/intents"), "Intents", Sign::Intents),
        Place::new(format!("/c/{cloud}/reviews"), "Reviews", Sign::Reviews),
    ];
    places.extend(rest(cloud));
    places
}

/// Those for which a phone has no room in the bar; there they are under More.
fn rest(cloud: CloudName) -> [Place; 2] {
    [
        Place::new(format!("/c/{cloud}/rollouts"), "Rollouts", Sign::Rollouts),
        Place::new(format!("/c/{cloud}/history"), "History", Sign::History),
    ]
}

#[component]
fn Go(place: Place) -> impl IntoView {
    let path = use_location().pathname;
    let Place { href, label, sign } = place;
    let to = href.clone();
    let here = move || is_here(&path.get(), &to).then_some("page");
    let count = (sign == Sign::Reviews).then(|| view! { <Count/> });
    let class = matches!(sign, Sign::Rollouts | Sign::History).then_some("secondary");
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
        Some(("", "settings")) | Some((_, "services" | "rollouts")) => below(place),
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
    fn reviews_stand_for_revisions_and_intents_for_drafts() {
        for (path, place) in [
            ("/c/shop/revisions/2", "/c/shop/reviews"),
            ("/c/shop/reviews", "/c/shop/reviews"),
            ("/c/shop/rollouts/3", "/c/shop/rollouts"),
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
}
