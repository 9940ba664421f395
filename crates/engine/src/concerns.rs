//! What someone should look at, from what was seen.

use std::collections::BTreeMap;

use cluster::{Cloud, Connection, View};
use intent::{CloudName, Concern, Level};
use mesh::{Name, Service, Sidecar, Workload};

use crate::views::Views;

/// Lists what is not as it should be in a cloud, worst first. What holds on several sites is told once.
pub(crate) fn of(name: &CloudName, cloud: &Cloud, views: &Views<'_>) -> Vec<Concern> {
    let mut sites: BTreeMap<Found, Vec<&str>> = BTreeMap::new();
    for (site, view) in views {
        for found in in_view(cloud, view) {
            sites.entry(found).or_default().push(&site.name);
        }
    }
    sites
        .into_iter()
        .map(|(found, sites)| found.concern(name, &sites))
        .collect()
}

/// What is found on one site; equal to the same on another. In the order in which it is told.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    level: Level,
    page: Page,
    /// What is not as it should be, with `{}` where the sites are named.
    title: String,
    says: String,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Page {
    Sites,
    Overview,
    Services,
    Service(String),
}

impl Found {
    fn new(level: Level, title: String, says: impl Into<String>, page: Page) -> Self {
        Self {
            level,
            title,
            says: says.into(),
            page,
        }
    }

    fn concern(self, cloud: &CloudName, sites: &[&str]) -> Concern {
        Concern {
            level: self.level,
            title: self.title.replace("{}", &sites.join(" and ")),
            says: self.says,
            href: match self.page {
                Page::Sites => "/settings/clouds".into(),
                Page::Overview => format!("/c/{cloud}"),
                Page::Services => format!("/c/{cloud}/services"),
                Page::Service(name) => format!("/c/{cloud}/services/{name}"),
            },
        }
    }
}

fn in_view(cloud: &Cloud, view: &View) -> Vec<Found> {
    let mut found: Vec<Found> = [line(view), rights(view)].into_iter().flatten().collect();
    found.extend(unreadable(cloud, view));
    // Until everything was read, what is not there may only not have come yet.
    if view.snapshot.synced() || !view.missing.is_empty() {
        let services = view.snapshot.services();
        let ours = services.filter(|service| cloud.namespaces.contains(&service.namespace));
        found.extend(ours.filter_map(|service| of_service(view, service)));
        for workload in view.snapshot.workloads() {
            if cloud.namespaces.contains(&workload.namespace) {
                found.extend(proxy(view, &workload));
                found.extend(account(view, &workload));
            }
        }
    }
    found
}

fn line(view: &View) -> Option<Found> {
    let Connection::Lost { reason, .. } = &view.connection else {
        return None;
    };
    let says = format!("What is shown of it may be old. It is tried again all the time: {reason}.");
    let title = "{} cannot be reached".into();
    Some(Found::new(Level::Error, title, says, Page::Sites))
}

fn rights(view: &View) -> Option<Found> {
    let missing: Vec<String> = view.missing.iter().map(ToString::to_string).collect();
    let first = missing.first()?;
    let more = match missing.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let says = format!("It may not {first}{more}. What follows from those objects is not known.");
    let title = "Assent may not read everything on {}".into();
    Some(Found::new(Level::Error, title, says, Page::Sites))
}

/// What cannot be read of the cloud itself, and what of the mesh; of the latter not what is in it, which
/// may be about other clouds.
fn unreadable(cloud: &Cloud, view: &View) -> Vec<Found> {
    let found = |object: &mesh::Unreadable, why: String| {
        let title = format!("{} on {{}} cannot be read", object.object);
        let says = format!("{why}. It is left out of what follows.");
        Found::new(Level::Warning, title, says, Page::Overview)
    };
    let snapshot = &view.snapshot;
    let own = cloud.namespaces.iter();
    let own = own.flat_map(|namespace| snapshot.unreadable_in(namespace));
    let mut all: Vec<Found> = own
        .map(|object| found(object, format!("{}: {}", object.field, object.says)))
        .collect();
    if !cloud.namespaces.contains(snapshot.root()) {
        let roots = snapshot.unreadable_in(snapshot.root());
        let why = || "It is in the namespace that the whole mesh shares".into();
        all.extend(roots.map(|object| found(object, why())));
    }
    all
}

fn of_service(view: &View, service: &Service) -> Option<Found> {
    let workloads = view.snapshot.behind(service);
    let name = format!("{}/{}", service.namespace, service.name);
    if service.selector.is_empty() {
        None
    } else if workloads.is_empty() {
        let title = format!("{name} on {{}} has no pods");
        let says = "Its selector matches no pod, so calls to it fail.";
        Some(Found::new(Level::Warning, title, says, Page::Service(name)))
    } else if workloads.iter().all(|workload| workload.ready == 0) {
        let title = format!("{name} on {{}} has no ready pod");
        let says = "Calls to it fail until one is ready.";
        Some(Found::new(Level::Error, title, says, Page::Service(name)))
    } else {
        None
    }
}

fn proxy(view: &View, workload: &Workload) -> Option<Found> {
    let (title, says) = match workload.sidecar {
        Sidecar::All => return None,
        Sidecar::Some => (
            format!("{workload} on {{}} has pods without sidecar"),
            "Those pods accept and send plaintext, and no policy holds for them.",
        ),
        Sidecar::None => (
            format!("{workload} on {{}} has no sidecar"),
            "It accepts and sends plaintext, and no policy holds for it.",
        ),
    };
    Some(Found::new(
        Level::Warning,
        title,
        says,
        page_of(view, workload),
    ))
}

fn account(view: &View, workload: &Workload) -> Option<Found> {
    if workload.service_account != Name::from("default") || workload.sidecar == Sidecar::None {
        return None;
    }
    let title = format!("{workload} on {{}} runs as the account default");
    let says =
        "Policies cannot tell it from others that do; give it a serviceAccountName of its own.";
    Some(Found::new(
        Level::Note,
        title,
        says,
        page_of(view, workload),
    ))
}

/// The page of the first service before a workload; the list, if there is none.
fn page_of(view: &View, workload: &Workload) -> Page {
    let before = |service: &&Service| {
        service.namespace == workload.namespace && service.selects(&workload.labels)
    };
    match view.snapshot.services().find(before) {
        Some(service) => Page::Service(format!("{}/{}", service.namespace, service.name)),
        None => Page::Services,
    }
}
