//! Clouds and sites as they were configured.

use intent::{CloudConfigured, SiteConfigured};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::clouds::configured,
    parts::{
        icon::{Icon, Sign},
        loaded::loaded,
        settings_tabs::SettingsTabs,
        status::LineStatus,
        words::count,
    },
    visit::visit,
};

/// Shows each cloud with its sites: connection, versions, rights found and missing.
#[component]
pub(crate) fn Sites() -> impl IntoView {
    let clouds = Resource::new_blocking(|| (), |()| configured());
    view! {
        <Title text="Clouds and sites · Assent"/>
        {loaded(clouds, |clouds| view! { <Configured clouds/> }.into_any())}
    }
}

#[component]
fn Configured(clouds: Vec<CloudConfigured>) -> impl IntoView {
    let sites: usize = clouds.iter().map(|cloud| cloud.sites.len()).sum();
    let lacking = clouds
        .iter()
        .flat_map(|cloud| &cloud.sites)
        .filter(|site| lacks(site))
        .count();
    let second = match (clouds.is_empty(), lacking) {
        (true, _) => String::new(),
        (false, 0) => " Every right to read was found.".into(),
        (false, lacking) => format!(" {} without all rights to read.", count(lacking, "site")),
    };
    let source = if visit().demo {
        "The demo brings them; they exist in memory only."
    } else {
        "They are named in the file given with --clouds; a change there counts from the next start."
    };
    view! {
        <header class="head">
            <h1>
                <strong>{format!("{} on {}.", count(clouds.len(), "cloud"), count(sites, "site"))}</strong>
                {second}
            </h1>
            <p class="context"><span>{source}</span></p>
        </header>
        <SettingsTabs/>
        {clouds.into_iter().map(|cloud| view! { <Cloud cloud/> }).collect_view()}
    }
}

fn lacks(site: &SiteConfigured) -> bool {
    !site.missing.is_empty() || site.unasked.is_some()
}

#[component]
fn Cloud(cloud: CloudConfigured) -> impl IntoView {
    let id = format!("cloud-{}", cloud.name);
    let labelled = id.clone();
    let namespaces: Vec<&str> = cloud.namespaces.iter().map(|n| n.as_str()).collect();
    view! {
        <section class="section" aria-labelledby=labelled>
            <header>
                <h2 id=id>{cloud.name.to_string()}</h2>
                <span class="quiet">{namespaces.join(", ")}</span>
            </header>
            <table class="table stacks sites">
                <thead>
                    <tr>
                        <th scope="col">"Site"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Istio"</th>
                        <th scope="col">"Kubernetes"</th>
                        <th scope="col">"Root namespace"</th>
                        <th scope="col">"Rights"</th>
                    </tr>
                </thead>
                <tbody>
                    {cloud.sites.into_iter().map(|site| view! { <Row site/> }).collect_view()}
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(site: SiteConfigured) -> impl IntoView {
    let unknown = || "unknown".to_owned();
    view! {
        <tr>
            <th scope="row">{site.seen.name.clone()}</th>
            <td data-label="Status"><LineStatus line=site.seen.line.clone()/></td>
            <td data-label="Istio">{site.seen.istio.clone().unwrap_or_else(unknown)}</td>
            <td data-label="Kubernetes">{site.seen.kubernetes.clone().unwrap_or_else(unknown)}</td>
            <td data-label="Root">{site.root.clone()}</td>
            <td class="whole"><Rights site/></td>
        </tr>
    }
}

#[component]
fn Rights(site: SiteConfigured) -> impl IntoView {
    let absent = (!site.absent.is_empty())
        .then(|| format!("Not installed there: {}.", site.absent.join(", ")))
        .map(|says| view! { <p class="help">{says}</p> });
    if let Some(why) = site.unasked {
        return view! {
            <span class="status unknown"><Icon sign=Sign::Unknown/>"Not known"</span>
            <p class="help">{why}</p>
            {absent}
        }
        .into_any();
    }
    if site.missing.is_empty() {
        return view! {
            <span class="status synced"><Icon sign=Sign::Well/>{format!("All {} found", site.found)}</span>
            {absent}
        }
        .into_any();
    }
    let (class, sign, says) = if site.incomplete {
        let says = format!("Could not all be told, {} found", site.found);
        ("status unknown", Sign::Unknown, says)
    } else {
        let says = format!("{} missing, {} found", site.missing.len(), site.found);
        ("status missing", Sign::Warning, says)
    };
    view! {
        <details class="rights" open>
            <summary>
                <Icon sign=Sign::Right/>
                <span class=class><Icon sign/>{says}</span>
            </summary>
            <ul>
                {site.missing.into_iter().map(|right| view! { <li><code>{right}</code></li> }).collect_view()}
            </ul>
        </details>
        {absent}
    }
    .into_any()
}
