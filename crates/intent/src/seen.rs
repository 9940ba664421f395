//! What pages show of logical clouds: plain values, computed from what was seen, never stored.

use mesh::{
    Level, Namespace,
    mtls::{Mode, Posture},
};
use serde::{Deserialize, Serialize};

use crate::{CloudName, Live, Time};

/// A logical cloud at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudSeen {
    /// Its name.
    pub name: CloudName,
    /// When it looked like this.
    pub as_of: Time,
    /// Its namespaces, the same on each site.
    pub namespaces: Vec<Namespace>,
    /// Its sites.
    pub sites: Vec<SiteSeen>,
    /// How many services it has, those of several sites counted once.
    pub services: usize,
    /// What someone should look at, worst first.
    pub concerns: Vec<Concern>,
    /// How its intents stand on each site.
    pub live: Live,
}

impl CloudSeen {
    /// How many of its sites are seen as they are now.
    pub fn live(&self) -> usize {
        self.sites
            .iter()
            .filter(|site| site.line == Line::Live)
            .count()
    }

    /// What the workloads of all sites accept.
    pub fn posture(&self) -> Posture {
        self.sites
            .iter()
            .fold(Posture::default(), |sum, site| Posture {
                strict: sum.strict + site.posture.strict,
                permissive: sum.permissive + site.posture.permissive,
                disabled: sum.disabled + site.posture.disabled,
                no_sidecar: sum.no_sidecar + site.posture.no_sidecar,
                unknown: sum.unknown + site.posture.unknown,
            })
    }
}

/// A site of a cloud at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteSeen {
    /// Its name.
    pub name: String,
    /// Whether it is seen as it is now.
    pub line: Line,
    /// The version of Istio, from istiod's image.
    pub istio: Option<String>,
    /// The version of Kubernetes.
    pub kubernetes: Option<String>,
    /// When something last changed in it.
    pub changed: Option<Time>,
    /// How many workloads the cloud's namespaces hold there.
    pub workloads: usize,
    /// What they accept.
    pub posture: Posture,
}

/// Whether a site is seen as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Line {
    /// Not everything was read yet.
    Connecting,
    /// Changes arrive as they happen.
    Live,
    /// What is shown may be old.
    Lost {
        /// Since when.
        since: Time,
        /// Why, as the client says it.
        reason: String,
    },
}

/// Something that someone should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Concern {
    /// How bad it is.
    pub level: Level,
    /// What it is, in a few words.
    pub title: String,
    /// What that means and what to do.
    pub says: String,
    /// The page that shows more.
    pub href: String,
}

/// A service as a row of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceSeen {
    /// Where it is.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its ports, as "9080 HTTP".
    pub ports: Vec<String>,
    /// What is behind it on each site that has it.
    pub sites: Vec<Behind>,
}

impl ServiceSeen {
    /// Pods that take calls, and all, over the sites.
    pub fn pods(&self) -> (usize, usize) {
        self.sites.iter().fold((0, 0), |(ready, total), at| {
            (ready + at.ready, total + at.total)
        })
    }

    /// What it accepts on all sites that have pods of it; none if it cannot be told.
    pub fn accepts(&self) -> Option<Mode> {
        let sites = self.sites.iter().filter(|at| at.total > 0);
        Mode::of_all(sites.map(|at| at.accepts))
    }
}

/// What is behind a service on one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Behind {
    /// The site.
    pub site: String,
    /// Pods that take calls.
    pub ready: usize,
    /// All pods.
    pub total: usize,
    /// What all of its pods accept, taken together; none if it cannot be told.
    pub accepts: Option<Mode>,
}

/// A service as a page of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServicePage {
    /// Where it is.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The name by which the mesh knows it.
    pub host: String,
    /// When it looked like this.
    pub as_of: Time,
    /// How it looks on each site that has it; sites where it looks alike stand together.
    pub sites: Vec<ServiceAt>,
    /// The sites of the cloud that do not have it.
    pub absent: Vec<String>,
}

/// How a service looks on some sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceAt {
    /// The sites on which it looks so.
    pub sites: Vec<String>,
    /// It in words.
    pub words: Vec<String>,
    /// Its type, as Kubernetes names it.
    pub service_type: String,
    /// Its labels for choosing pods, as "app=reviews".
    pub selector: Vec<String>,
    /// Its ports.
    pub ports: Vec<PortSeen>,
    /// The workloads behind it.
    pub workloads: Vec<WorkloadSeen>,
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PortSeen {
    /// Its number.
    pub port: u16,
    /// Its name; may be empty.
    pub name: String,
    /// What Istio takes it for.
    pub protocol: String,
    /// The port of the pods, as number or name.
    pub target: String,
    /// What all pods accept there, taken together; none if it cannot be told.
    pub accepts: Option<Mode>,
    /// What decides that, in words.
    pub by: String,
}

/// A workload behind a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkloadSeen {
    /// Its name.
    pub name: String,
    /// What made its pods, as Kubernetes names it.
    pub kind: String,
    /// The version that its pods are labelled with.
    pub version: String,
    /// Pods that take calls.
    pub ready: usize,
    /// All pods.
    pub total: usize,
    /// Who it is in the mesh, as a SPIFFE id.
    pub identity: String,
    /// Whether it runs as the account that every pod gets which asks for none.
    pub shares_identity: bool,
    /// Its proxies, in words: their version, or that some or all pods have none.
    pub proxy: String,
    /// It in words.
    pub words: Vec<String>,
}

/// A cloud as it was configured, for whoever keeps it running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudConfigured {
    /// Its name.
    pub name: CloudName,
    /// Its namespaces.
    pub namespaces: Vec<Namespace>,
    /// Its sites.
    pub sites: Vec<SiteConfigured>,
}

/// A site as it was configured, and what was found there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteConfigured {
    /// How it looks.
    pub seen: SiteSeen,
    /// The namespace whose policies reach the whole mesh.
    pub root: String,
    /// How many rights to read there are.
    pub found: usize,
    /// The rights to read that are missing, as "list pods in default".
    pub missing: Vec<String>,
    /// Whether the cluster could not tell all rights: what is missing may be there.
    pub incomplete: bool,
    /// Why the rights could not be asked for.
    pub unasked: Option<String>,
    /// The kinds that the cluster does not know.
    pub absent: Vec<String>,
}

/// Something that was looked for and found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What kind of thing it is: "Services", "Pages".
    pub group: String,
    /// Its name.
    pub title: String,
    /// What tells it from others of that name.
    pub about: String,
    /// Its page.
    pub href: String,
}
