//! The way to a page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Names the steps to the page that is open; each but the last leads there.
#[component]
pub(crate) fn Crumbs() -> impl IntoView {
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

/// A step: its name, and its address if it is not the last.
type Step = (String, Option<String>);

/// The way to a page: names, each but the last with its address.
fn crumbs(path: &str) -> Vec<Step> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => vec![last("Clouds")],
        ["c", cloud] => vec![clouds(), last(cloud)],
        ["c", cloud, rest @ ..] => {
            let mut way = vec![clouds(), ((*cloud).into(), Some(format!("/c/{cloud}")))];
            way.extend(within(cloud, rest).unwrap_or_else(|| vec![last("Not found")]));
            way
        }
        ["settings"] => vec![last("Settings"), last("My account")],
        ["settings", "clouds"] => vec![settings(), last("Clouds and sites")],
        ["settings", "people"] => vec![settings(), last("People")],
        ["settings", "history"] => vec![settings(), last("History")],
        ["sign-in"] => vec![clouds(), last("Sign in")],
        ["welcome", _] => vec![clouds(), last("Welcome")],
        _ => vec![clouds(), last("Not found")],
    }
}

/// The way to a page within a cloud.
fn within(cloud: &str, rest: &[&str]) -> Option<Vec<Step>> {
    let list = |name: &str, place: &str| (name.to_owned(), Some(format!("/c/{cloud}/{place}")));
    Some(match rest {
        ["services"] => vec![last("Services")],
        ["services", namespace, service] => vec![
            list("Services", "services"),
            last(&format!("{namespace}/{service}")),
        ],
        ["intents"] => vec![last("Intents")],
        ["intents", intent] => vec![list("Intents", "intents"), last(intent)],
        ["new"] => vec![list("Intents", "intents"), last("New intent")],
        ["drafts", draft] => vec![list("Intents", "intents"), last(&format!("Draft {draft}"))],
        ["reviews"] => vec![last("Reviews")],
        ["revisions", number] => vec![
            list("Reviews", "reviews"),
            last(&format!("Revision {number}")),
        ],
        ["rollouts"] => vec![last("Rollouts")],
        ["rollouts", number] => vec![
            list("Rollouts", "rollouts"),
            last(&format!("Rollout {number}")),
        ],
        ["history"] => vec![last("History")],
        _ => return None,
    })
}

fn clouds() -> Step {
    ("Clouds".into(), Some("/".into()))
}

fn settings() -> Step {
    ("Settings".into(), Some("/settings".into()))
}

fn last(name: &str) -> Step {
    (name.into(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> String {
        let names: Vec<String> = crumbs(path).into_iter().map(|step| step.0).collect();
        names.join(" / ")
    }

    #[test]
    fn the_way_to_a_page_names_each_step() {
        for (path, way) in [
            ("/", "Clouds"),
            ("/c/shop", "Clouds / shop"),
            (
                "/c/shop/services/default/reviews",
                "Clouds / shop / Services / default/reviews",
            ),
            ("/c/shop/intents", "Clouds / shop / Intents"),
            ("/c/shop/intents/a", "Clouds / shop / Intents / a"),
            ("/c/shop/new", "Clouds / shop / Intents / New intent"),
            ("/c/shop/drafts/7", "Clouds / shop / Intents / Draft 7"),
            ("/c/shop/reviews", "Clouds / shop / Reviews"),
            (
                "/c/shop/revisions/2",
                "Clouds / shop / Reviews / Revision 2",
            ),
            ("/c/shop/rollouts", "Clouds / shop / Rollouts"),
            ("/c/shop/rollouts/3", "Clouds / shop / Rollouts / Rollout 3"),
            ("/c/shop/history", "Clouds / shop / History"),
            ("/c/shop/nowhere", "Clouds / shop / Not found"),
            ("/settings/history", "Settings / History"),
            ("/nowhere", "Clouds / Not found"),
        ] {
            assert_eq!(names(path), way, "{path}");
        }
    }

    #[test]
    fn each_step_but_the_last_leads_there() {
        let hrefs: Vec<Option<String>> = crumbs("/c/shop/revisions/2")
            .into_iter()
            .map(|step| step.1)
            .collect();
        let leads = ["/", "/c/shop", "/c/shop/reviews"].map(|href| Some(href.to_owned()));
        assert_eq!(hrefs[..3], leads);
        assert_eq!(hrefs[3], None);
    }
}
