//! The services of a cloud.

use intent::ServiceSeen;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use mesh::mtls::Mode;

use crate::{
    api::clouds::services,
    parts::{
        icon::{Icon, Sign},
        loaded::{cloud_named, loaded},
        status::{Lock, Ready},
        words::count,
    },
};

/// Lists the services, by name and namespace; what is asked for is in the address.
#[component]
pub(crate) fn Services() -> impl IntoView {
    let params = use_params_map();
    let services = Resource::new_blocking(
        move || params.with(|params| params.get("cloud")),
        |name| async move { services(cloud_named(name)?).await },
    );
    loaded(services, |services| view! { <Listed services/> }.into_any())
}

#[component]
fn Listed(services: Vec<ServiceSeen>) -> impl IntoView {
    let cloud = use_params_map()
        .with_untracked(|params| params.get("cloud"))
        .unwrap_or_default();
    let query = use_query_map();
    let text = Memo::new(move |_| query.with(|query| query.get("q")).unwrap_or_default());
    let namespace = Memo::new(move |_| {
        query
            .with(|query| query.get("namespace"))
            .unwrap_or_default()
    });
    let unready = services
        .iter()
        .filter(|service| service.pods().0 == 0)
        .count();
    let strict = services
        .iter()
        .filter(|service| service.accepts() == Some(Mode::Strict))
        .count();
    let mut namespaces: Vec<String> = services
        .iter()
        .map(|service| service.namespace.clone())
        .collect();
    namespaces.dedup();
    let all = services.len();
    let of = cloud.clone();
    let shown = Memo::new(move |_| {
        let shown = |service: &&ServiceSeen| is_asked(service, &text.get(), &namespace.get());
        services.iter().filter(shown).cloned().collect::<Vec<_>>()
    });
    view! {
        <Title text=format!("Services of {cloud} · Assent")/>
        <header class="head">
            <h1>
                <strong>{format!("{} in {cloud}, {strict} of them mTLS only.", count(all, "service"))}</strong>
                {(unready > 0).then(|| format!(" {unready} without a ready pod."))}
            </h1>
        </header>
        <Filters cloud=cloud.clone() text namespace namespaces shown=Signal::derive(move || shown.with(Vec::len)) all/>
        <table class="table stacks rows-open">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Namespace"</th>
                    <th scope="col">"Ports"</th>
                    <th scope="col">"Accepts"</th>
                    <th scope="col">"Pods ready"</th>
                    <th scope="col">"Sites"</th>
                </tr>
            </thead>
            <tbody>
                <For
                    each=move || shown.get()
                    key=|service| (service.namespace.clone(), service.name.clone())
                    children=move |service| view! { <Row service cloud=of.clone()/> }
                />
            </tbody>
        </table>
        {move || shown.with(Vec::is_empty).then(|| view! {
            <p class="quiet">"No service here has that in its name, namespace or ports."</p>
        })}
    }
}

#[component]
fn Filters(
    cloud: String,
    text: Memo<String>,
    namespace: Memo<String>,
    namespaces: Vec<String>,
    shown: Signal<usize>,
    all: usize,
) -> impl IntoView {
    let navigate = use_navigate();
    let page = format!("/c/{cloud}/services");
    let typed = {
        let page = page.clone();
        move |event| {
            let to = address(
                &page,
                &event_target_value(&event),
                &namespace.get_untracked(),
            );
            navigate(
                &to,
                NavigateOptions {
                    replace: true,
                    scroll: false,
                    ..Default::default()
                },
            );
        }
    };
    view! {
        <form class="filters" role="search" method="get" action=page.clone()>
            <div class="input">
                <Icon sign=Sign::Search/>
                <input
                    type="search" name="q" aria-label="Name, namespace or port" placeholder="Name, namespace or port"
                    autocomplete="off" prop:value=move || text.get() value=text.get_untracked() on:input=typed
                />
                {move || namespace.with(|chosen| !chosen.is_empty()).then(|| view! {
                    <input type="hidden" name="namespace" value=namespace.get()/>
                })}
            </div>
            <div class="chips">
                {namespaces.into_iter().map(|name| {
                    let (here, page) = (name.clone(), page.clone());
                    let on = Memo::new(move |_| namespace.get() == here);
                    let value = name.clone();
                    let href = move || {
                        let value = if on.get() { "" } else { value.as_str() };
                        address(&page, &text.get(), value)
                    };
                    view! {
                        <a
                            href=href class=move || if on.get() { "chip on" } else { "chip outline" }
                            aria-current=move || on.get().then_some("true")
                        >
                            {name}
                        </a>
                    }
                }).collect_view()}
            </div>
            <p class="quiet" role="status">{move || format!("{} of {all}", shown.get())}</p>
        </form>
    }
}

/// The address of the list with what is asked for.
fn address(page: &str, text: &str, namespace: &str) -> String {
    let pairs: Vec<String> = [("q", text), ("namespace", namespace)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", leptos_router::location::Url::escape(value)))
        .collect();
    if pairs.is_empty() {
        page.into()
    } else {
        format!("{page}?{}", pairs.join("&"))
    }
}

fn is_asked(service: &ServiceSeen, text: &str, namespace: &str) -> bool {
    let text = text.trim().to_lowercase();
    let has = |part: &str| part.to_lowercase().contains(&text);
    let named =
        has(&service.name) || has(&service.namespace) || service.ports.iter().any(|port| has(port));
    named && (namespace.is_empty() || service.namespace == namespace)
}

#[component]
fn Row(service: ServiceSeen, cloud: String) -> impl IntoView {
    let (ready, total) = service.pods();
    let sites: Vec<&str> = service.sites.iter().map(|at| at.site.as_str()).collect();
    let href = format!("/c/{cloud}/services/{}/{}", service.namespace, service.name);
    view! {
        <tr>
            <th scope="row"><a href=href>{service.name.clone()}</a></th>
            <td data-label="Namespace" class="quiet">{service.namespace.clone()}</td>
            <td class="whole">{service.ports.join(", ")}</td>
            <td class="whole"><Lock mode=service.accepts()/></td>
            <td data-label="Ready"><Ready ready total/></td>
            <td data-label="Sites" class="quiet">{sites.join(", ")}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_asked_for_by_name_namespace_or_port() {
        let reviews = ServiceSeen {
            namespace: "default".into(),
            name: "reviews".into(),
            ports: vec!["9080 HTTP".into()],
            sites: vec![],
        };
        for text in ["", "REV", " view ", "9080", "http", "defa"] {
            assert!(is_asked(&reviews, text, ""), "{text}");
        }
        assert!(!is_asked(&reviews, "ratings", ""));
        assert!(!is_asked(&reviews, "", "guestbook"));
        assert!(is_asked(&reviews, "", "default"));
    }
}
