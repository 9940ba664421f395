//! A cloud at a glance.

use intent::{CloudSeen, Concern, Level, SiteSeen};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use mesh::mtls::Posture;

use crate::{
    api::clouds::cloud,
    parts::{
        icon::Icon,
        loaded::{cloud_named, loaded},
        status::{LineStatus, of_level},
        time::Moment,
        words::count,
        work::Work,
    },
};

/// Shows a cloud: its sites, what its workloads accept, what to look at first.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let params = use_params_map();
    let seen = Resource::new_blocking(
        move || params.with(|params| params.get("cloud")),
        |name| async move { cloud(cloud_named(name)?).await },
    );
    loaded(seen, |cloud| view! { <Seen cloud/> }.into_any())
}

#[component]
fn Seen(cloud: CloudSeen) -> impl IntoView {
    let (live, of) = (cloud.live(), cloud.sites.len());
    let posture = cloud.posture();
    let page = format!("/c/{}/services", cloud.name);
    let workloads: usize = cloud.sites.iter().map(|site| site.workloads).sum();
    let last = cloud.namespaces.len().saturating_sub(1);
    let namespaces = cloud.namespaces.iter().enumerate().map(|(at, namespace)| {
        let href = format!("{page}?namespace={namespace}");
        view! { <a href=href>{namespace.to_string()}</a>{(at < last).then_some(", ")} }
    });
    let namespaces = namespaces.collect_view();
    view! {
        <Title text=format!("{} · Assent", cloud.name)/>
        <header class="head">
            <h1>
                <strong>{format!("{} is seen on {live} of {}.", cloud.name, count(of, "site"))}</strong>
                {sentence(&posture)}
            </h1>
            <p class="context">
                <span>"As of "<Moment at=cloud.as_of/></span>
                <span><a href=page.clone()>{count(cloud.services, "service")}</a>", "{count(workloads, "workload")}</span>
                <span>{count(cloud.namespaces.len(), "namespace")}": "{namespaces}</span>
            </p>
        </header>
        <div class="strips">
            <Sites sites=cloud.sites.clone()/>
            <MutualTls posture page=page.clone()/>
            <Work cloud=cloud.name.to_string()/>
            <Trouble concerns=cloud.concerns.clone()/>
        </div>
        <Worklist concerns=cloud.concerns/>
    }
}

/// The second half of the page's sentence.
fn sentence(posture: &Posture) -> String {
    let plain = posture.permissive + posture.disabled;
    let parts: Vec<String> = [
        (plain, "accept", "accepts", "plaintext"),
        (posture.no_sidecar, "have", "has", "pods without sidecar"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, many, one, what)| {
        format!(
            "{} {} {what}",
            count(number, "workload"),
            if number == 1 { one } else { many }
        )
    })
    .collect();
    match parts.as_slice() {
        [] if posture.strict > 0 => " Every workload accepts mutual TLS only.".into(),
        [] => String::new(),
        parts => format!(" {}.", parts.join(", ")),
    }
}

#[component]
fn Sites(sites: Vec<SiteSeen>) -> impl IntoView {
    let live = sites
        .iter()
        .filter(|site| site.line == intent::Line::Live)
        .count();
    let of = sites.len();
    view! {
        <section aria-labelledby="sites">
            <h2 class="kicker" id="sites">"Sites"</h2>
            <p class="figure"><a href="/settings/clouds"><strong>{live}</strong>{format!(" of {of} live")}</a></p>
            <ul class="site-list">
                {sites.into_iter().map(|site| view! {
                    <li>
                        <a class="name" href="/settings/clouds">{site.name.clone()}</a>
                        " "
                        <LineStatus line=site.line.clone()/>
                        <small>
                            {versions(&site)}
                            {site.changed.map(|at| view! { ", changed "<Moment at/> })}
                        </small>
                    </li>
                }).collect_view()}
            </ul>
        </section>
    }
}

fn versions(site: &SiteSeen) -> String {
    let istio = site.istio.clone().unwrap_or_else(|| "unknown".into());
    match &site.kubernetes {
        Some(kubernetes) => format!("Istio {istio}, Kubernetes {kubernetes}"),
        None => format!("Istio {istio}"),
    }
}

#[component]
fn MutualTls(posture: Posture, page: String) -> impl IntoView {
    let parts = [
        ("good", "mTLS only", posture.strict),
        ("notice", "also plaintext", posture.permissive),
        ("bad", "plaintext only", posture.disabled),
        ("none", "no sidecar", posture.no_sidecar),
        ("unknown", "not known", posture.unknown),
    ];
    let total: usize = parts.iter().map(|(.., number)| number).sum();
    let shown: Vec<_> = parts
        .into_iter()
        .filter(|(.., number)| *number > 0)
        .collect();
    let label = shown
        .iter()
        .map(|(_, word, number)| format!("{number} {word}"))
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <section aria-labelledby="mtls">
            <h2 class="kicker" id="mtls">"Mutual TLS"</h2>
            <p class="figure">
                <a href=page><strong>{posture.strict}</strong>{format!(" of {} accept it only", count(total, "workload"))}</a>
            </p>
            <svg
                class="bar" role="img" aria-label=format!("Workloads: {label}")
                viewBox="0 0 100 8" preserveAspectRatio="none"
            >
                {bars(&shown, total).into_iter().map(|(tone, x, width)| view! {
                    <rect class=tone x=x width=width height="8"></rect>
                }).collect_view()}
            </svg>
            <ul class="key">
                {shown.into_iter().map(|(tone, word, number)| view! {
                    <li>
                        <svg viewBox="0 0 8 8" aria-hidden="true"><rect class=tone width="8" height="8"></rect></svg>
                        {word}
                        " "
                        <b>{number}</b>
                    </li>
                }).collect_view()}
            </ul>
        </section>
    }
}

/// The stretches of a bar of 100, with a gap between them: tone, start and width.
fn bars(
    parts: &[(&'static str, &'static str, usize)],
    total: usize,
) -> Vec<(&'static str, String, String)> {
    const GAP: f64 = 1.2;
    let gaps = GAP * parts.len().saturating_sub(1) as f64;
    let mut x = 0.0;
    parts
        .iter()
        .map(|(tone, _, number)| {
            let width = *number as f64 / total.max(1) as f64 * (100.0 - gaps);
            let bar = (*tone, format!("{x:.2}"), format!("{width:.2}"));
            x += width + GAP;
            bar
        })
        .collect()
}

#[component]
fn Trouble(concerns: Vec<Concern>) -> impl IntoView {
    let of = |level| {
        concerns
            .iter()
            .filter(|concern| concern.level == level)
            .count()
    };
    let tallies =
        [Level::Error, Level::Warning, Level::Note].map(|level| (of_level(level), of(level)));
    view! {
        <section aria-labelledby="trouble">
            <h2 class="kicker" id="trouble">"Trouble"</h2>
            <p class="figure">
                <a href="#first"><strong>{concerns.len()}</strong>{plural(concerns.len(), " thing to look at", " things to look at")}</a>
            </p>
            <dl class="tallies">
                {tallies.into_iter().map(|((tone, sign, word), number)| view! {
                    <dt><a href="#first" class=format!("level {tone}")><Icon sign/>{word}</a></dt>
                    <dd>{number}</dd>
                }).collect_view()}
            </dl>
        </section>
    }
}

#[component]
fn Worklist(concerns: Vec<Concern>) -> impl IntoView {
    let list = if concerns.is_empty() {
        view! { <p class="quiet">"Nothing. Every site is live, and every workload has a sidecar and an account of its own."</p> }
            .into_any()
    } else {
        view! {
            <ul class="worklist">
                {concerns.into_iter().map(|concern| view! { <Look concern/> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="first">
            <header><h2 id="first">"What to look at first"</h2></header>
            {list}
        </section>
    }
}

#[component]
fn Look(concern: Concern) -> impl IntoView {
    let (tone, sign, _) = of_level(concern.level);
    view! {
        <li>
            <Icon sign tone/>
            <div>
                <a class="name" href=concern.href.clone()>{concern.title}</a>
                <p>{concern.says}</p>
            </div>
            <a class="button small" href=concern.href>"Show"</a>
        </li>
    }
}

fn plural(number: usize, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_counts_what_is_not_strict() {
        let posture = Posture {
            strict: 3,
            permissive: 1,
            no_sidecar: 2,
            ..Posture::default()
        };
        assert_eq!(
            sentence(&posture),
            " 1 workload accepts plaintext, 2 workloads have pods without sidecar."
        );
        let strict = Posture {
            strict: 3,
            ..Posture::default()
        };
        assert_eq!(
            sentence(&strict),
            " Every workload accepts mutual TLS only."
        );
        assert_eq!(sentence(&Posture::default()), "");
    }

    #[test]
    fn a_bar_is_filled_from_end_to_end() {
        let parts = [("good", "", 3), ("none", "", 1)];
        let bars = bars(&parts, 4);
        assert_eq!(bars[0], ("good", "0.00".into(), "74.10".into()));
        assert_eq!(bars[1], ("none", "75.30".into(), "24.70".into()));
    }
}
