//! One service, whole.

use intent::{PortSeen, ServiceAt, ServicePage, WorkloadSeen};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    api::clouds::service,
    parts::{
        icon::{Icon, Sign},
        loaded::{cloud_named, loaded},
        status::{Lock, Ready},
        time::Moment,
        words::count,
    },
};

/// Describes a service on each site that has it.
#[component]
pub(crate) fn Service() -> impl IntoView {
    let params = use_params_map();
    let page = Resource::new_blocking(
        move || params.with(|p| (p.get("cloud"), p.get("namespace"), p.get("service"))),
        |(cloud, namespace, name)| async move {
            service(
                cloud_named(cloud)?,
                namespace.unwrap_or_default(),
                name.unwrap_or_default(),
            )
            .await
        },
    );
    loaded(page, |page| view! { <Described page/> }.into_any())
}

#[component]
fn Described(page: ServicePage) -> impl IntoView {
    let pods = page.sites.iter().flat_map(|at| {
        at.workloads.iter().map(|workload| {
            (
                workload.ready * at.sites.len(),
                workload.total * at.sites.len(),
            )
        })
    });
    let (ready, total) = pods.fold((0, 0), |sum, pods| (sum.0 + pods.0, sum.1 + pods.1));
    let sites: usize = page.sites.iter().map(|at| at.sites.len()).sum();
    let differs = page.sites.len() > 1;
    view! {
        <Title text=format!("{} · Assent", page.name)/>
        <header class="head">
            <h1>
                <strong>{format!("{} has {ready} of {} ready", page.name, count(total, "pod"))}</strong>
                {format!(" on {}{}.", count(sites, "site"), if differs { ", and it differs between them" } else { "" })}
            </h1>
            <p class="context">
                <span class="host"><code>{page.host}</code></span>
                <span>{format!("Namespace {}", page.namespace)}</span>
                <span>"As of "<Moment at=page.as_of/></span>
            </p>
        </header>
        {(!page.absent.is_empty()).then(|| view! {
            <p class="notice-line notice">
                <Icon sign=Sign::Warning/>
                <span>{format!("{} does not have this service, or it was not read yet.", page.absent.join(", "))}</span>
            </p>
        })}
        {page.sites.into_iter().map(|at| view! { <OnSites at/> }).collect_view()}
    }
}

#[component]
fn OnSites(at: ServiceAt) -> impl IntoView {
    let id = format!("on-{}", at.sites.join("-"));
    let labelled = id.clone();
    let selector = if at.selector.is_empty() {
        view! { <span class="quiet">"none, so it has no pods of its own"</span> }.into_any()
    } else {
        at.selector
            .into_iter()
            .map(|label| view! { <span class="chip">{label}</span> })
            .collect_view()
            .into_any()
    };
    view! {
        <section class="section" aria-labelledby=labelled>
            <header><h2 id=id>{format!("On {}", at.sites.join(", "))}</h2></header>
            <div class="says">{at.words.into_iter().map(|words| view! { <p>{words}</p> }).collect_view()}</div>
            <dl class="facts after">
                <dt>"Type"</dt>
                <dd>{at.service_type}</dd>
                <dt>"Selects"</dt>
                <dd class="chips">{selector}</dd>
            </dl>
            <h3>"Ports"</h3>
            <Ports ports=at.ports/>
            <h3>"Workloads"</h3>
            <Workloads workloads=at.workloads/>
        </section>
    }
}

#[component]
fn Ports(ports: Vec<PortSeen>) -> impl IntoView {
    view! {
        <table class="table stacks">
            <thead>
                <tr>
                    <th scope="col">"Port"</th>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Protocol"</th>
                    <th scope="col">"To"</th>
                    <th scope="col">"Accepts"</th>
                    <th scope="col">"Why"</th>
                </tr>
            </thead>
            <tbody>
                {ports.into_iter().map(|port| view! {
                    <tr>
                        <th scope="row">{port.port}</th>
                        <td data-label="Name">{if port.name.is_empty() { "unnamed".into() } else { port.name }}</td>
                        <td data-label="Protocol">{port.protocol}</td>
                        <td data-label="To">{port.target}</td>
                        <td class="whole"><Lock mode=port.accepts/></td>
                        <td class="whole quiet">{port.by}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Workloads(workloads: Vec<WorkloadSeen>) -> impl IntoView {
    if workloads.is_empty() {
        return view! { <p class="quiet">"No pod is behind it, so calls to it fail."</p> }
            .into_any();
    }
    view! {
        <table class="table stacks">
            <thead>
                <tr>
                    <th scope="col">"Workload"</th>
                    <th scope="col">"Version"</th>
                    <th scope="col">"Identity"</th>
                    <th scope="col">"Sidecar"</th>
                    <th scope="col">"Pods ready"</th>
                </tr>
            </thead>
            <tbody>
                {workloads.into_iter().map(|workload| view! { <Row workload/> }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(workload: WorkloadSeen) -> impl IntoView {
    let shared = workload
        .shares_identity
        .then_some("shared by all that name no account");
    let version = (!workload.version.is_empty())
        .then(|| view! { <span class="chip">{workload.version}</span> });
    view! {
        <tr>
            <th scope="row">
                {workload.name}
                " "
                <small class="quiet">{workload.kind}</small>
            </th>
            <td data-label="Version">{version}</td>
            <td class="whole">
                <span class="identity"><Icon sign=Sign::Person/><code>{workload.identity}</code></span>
                " "
                <small class="quiet">{shared}</small>
            </td>
            <td data-label="Sidecar">{workload.proxy}</td>
            <td data-label="Ready"><Ready ready=workload.ready total=workload.total/></td>
        </tr>
    }
}
