//! A cloud at a glance.

use intent::{CloudSeen, Concern, Level, Line, Live, SiteSeen, Status};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use mesh::mtls::Posture;

use crate::{
    api::clouds::cloud,
    live::ear,
    parts::{
        icon::{Icon, Sign},
        loaded::{cloud_named, loaded},
        stands::changed,
        status::{LineStatus, StatusMark, of_level},
        time::Moment,
        words::{count, listed},
        work::Work,
    },
};

/// Shows a cloud: its sites, what its workloads accept, what to look at first.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let params = use_params_map();
    let turns = ear().turns;
    let seen = Resource::new_blocking(
        move || (params.with(|params| params.get("cloud")), turns.get()),
        |(name, _)| async move { cloud(cloud_named(name)?).await },
    );
    loaded(seen, |cloud| view! { <Seen cloud/> }.into_any())
}

#[component]
fn Seen(cloud: CloudSeen) -> impl IntoView {
    let live = ear().over(&cloud.name, cloud.live.clone());
    let said = cloud.clone();
    let said = Memo::new(move |_| live.with(|live| state(&said, live)));
    let href = format!("/c/{}/intents?only=out", cloud.name);
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
                <strong>{move || said.get().0}</strong>
                {move || said.get().1.map(|out| view! { " "<a href=href.clone()>{out}</a> })}
                {sentence(&posture)}
            </h1>
            <p class="context">
                <span>"As of "<Moment at=cloud.as_of/></span>
                <span><a href=page.clone()>{count(cloud.services, "service")}</a>", "{count(workloads, "workload")}</span>
                <span>{count(cloud.namespaces.len(), "namespace")}": "{namespaces}</span>
            </p>
        </header>
        <div class="strips">
            <Sites sites=cloud.sites.clone() live/>
            <MutualTls posture page=page.clone()/>
            <Work cloud=cloud.name.to_string()/>
            <Trouble concerns=cloud.concerns.clone()/>
        </div>
        <Worklist concerns=cloud.concerns cloud=cloud.name.to_string() live/>
    }
}

/// The first half of the page's sentence, and what is out of sync. Where nothing is rolled out, the sites are just seen.
fn state(cloud: &CloudSeen, live: &Live) -> (String, Option<String>) {
    let (name, of) = (&cloud.name, count(cloud.sites.len(), "site"));
    let stands = |site: &&SiteSeen| live.worst_at(&site.name).is_some();
    if !cloud.sites.iter().any(|site| stands(&site)) {
        return (format!("{name} is seen on {} of {of}.", cloud.live()), None);
    }
    let out = cloud.sites.iter().filter_map(|site| {
        let worst = live.worst_at(&site.name).filter(|worst| worst.is_trouble());
        match (&site.line, worst) {
            (_, Some(Status::Drifted)) => Some(format!("{} has drifted", site.name)),
            (_, Some(Status::Missing)) => Some(format!("{} misses something", site.name)),
            (_, Some(Status::Failed)) => Some(format!("{} failed", site.name)),
            (_, Some(Status::Unknown)) | (Line::Lost { .. }, _) => {
                Some(format!("{} is not known", site.name))
            }
            _ => None,
        }
    });
    let out: Vec<String> = out.collect();
    let whole = cloud.sites.len() - out.len();
    let first = format!("{name} is in sync on {whole} of {of}.");
    (
        first,
        (!out.is_empty()).then(|| format!("{}.", listed(&out))),
    )
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
fn Sites(sites: Vec<SiteSeen>, live: Memo<Live>) -> impl IntoView {
    let named = sites.clone();
    let figure = Memo::new(move |_| live.with(|live| in_sync(&named, live)));
    view! {
        <section aria-labelledby="sites">
            <h2 class="kicker" id="sites">"Sites"</h2>
            <p class="figure"><a href="/settings/clouds"><strong>{move || figure.get().0}</strong>{move || figure.get().1}</a></p>
            <ul class="site-list">
                {sites.into_iter().map(|site| view! {
                    <li>
                        <a class="name" href="/settings/clouds">{site.name.clone()}</a>
                        " "
                        <SiteStands name=site.name.clone() line=site.line.clone() live/>
                        <SiteDiffers name=site.name.clone() live/>
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

/// How many sites are in sync, of how many; where nothing is rolled out, how many are seen.
fn in_sync(sites: &[SiteSeen], live: &Live) -> (usize, String) {
    let of = sites.len();
    let seen = || sites.iter().filter(|site| site.line == Line::Live);
    if sites.iter().all(|site| live.worst_at(&site.name).is_none()) {
        return (seen().count(), format!(" of {of} live"));
    }
    let is_out = |site: &SiteSeen| {
        let worst = live.worst_at(&site.name);
        worst.is_some_and(Status::is_trouble)
    };
    let whole = seen().filter(|site| !is_out(site)).count();
    (whole, format!(" of {of} in sync"))
}

/// How a site stands: whether it is seen, and where that is so, what of ours is as it was applied.
#[component]
fn SiteStands(name: String, line: Line, live: Memo<Live>) -> impl IntoView {
    let stands = Memo::new(move |_| live.with(|live| live.worst_at(&name)));
    let shown = move || match (line.clone(), stands.get()) {
        (Line::Live, Some(status)) => view! { <StatusMark status/> }.into_any(),
        (line, _) => view! { <LineStatus line/> }.into_any(),
    };
    view! { <span class:changed=changed(stands)>{shown}</span> }
}

/// What of ours differs on a site, if anything of ours is there.
#[component]
fn SiteDiffers(name: String, live: Memo<Live>) -> impl IntoView {
    let differs = Memo::new(move |_| live.with(|live| live.differ_at(&name)));
    move || match differs.get() {
        (_, 0) => None,
        (0, of) => Some(view! { <small>{format!("{} as applied", count(of, "object"))}</small> }),
        (differ, of) => Some(view! {
            <small>{format!("{differ} of {} not as applied", count(of, "object"))}</small>
        }),
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
fn Worklist(concerns: Vec<Concern>, cloud: String, live: Memo<Live>) -> impl IntoView {
    let out = Memo::new(move |_| live.with(out_of_sync));
    let is_well = concerns.is_empty();
    let out = move || {
        out.get()
            .into_iter()
            .map(|(name, sites, since)| {
                let href = format!("/c/{cloud}/intents/{name}#differs");
                view! {
                    <li>
                        <Icon sign=Sign::Drifted tone="drifted"/>
                        <div>
                            <a class="name" href=href.clone()>{format!("{name} is not as it was applied")}</a>
                            <p>{format!("{}, since ", listed(&sites))}<Moment at=since/></p>
                        </div>
                        <a class="button small" href=href>"Show difference"</a>
                    </li>
                }
            })
            .collect_view()
    };
    let nothing_out = Memo::new(move |_| live.with(|live| live.trouble().0 == 0));
    let list = if is_well {
        view! {
            <ul class="worklist">{out}</ul>
            {move || nothing_out.get().then(|| view! {
                <p class="quiet">"Nothing. Every site is live, and every workload has a sidecar and an account of its own."</p>
            })}
        }
        .into_any()
    } else {
        view! {
            <ul class="worklist">
                {out}
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

/// The intents that are not as they were applied: their names, on which sites, since when.
fn out_of_sync(live: &Live) -> Vec<(String, Vec<String>, mesh::Time)> {
    let out = live.intents.iter().filter_map(|(name, intent)| {
        let sites = intent.sites.iter();
        let out: Vec<_> = sites.filter(|(_, at)| at.status.is_trouble()).collect();
        let since = out.iter().map(|(_, at)| at.since).min()?;
        let sites = out
            .iter()
            .map(|(site, at)| format!("{} on {site}", at.status.word()));
        Some((name.to_string(), sites.collect(), since))
    });
    out.collect()
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
