//! The logical clouds: from the file that names them, or those of the demo.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use cluster::{Cloud, Cluster, Fleet, Site, connect};
use intent::{CloudName, SiteTerms, Terms, Time};
use mesh::{Namespace, ResourceKind};
use serde::Deserialize;

use crate::{Failed, demo::Clusters};

/// What the file named by `--clouds` holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    cloud: Vec<NamedCloud>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCloud {
    name: CloudName,
    namespaces: Vec<String>,
    #[serde(default = "one")]
    approvals: u32,
    site: Vec<NamedSite>,
}

/// How many people approve where the file does not say.
fn one() -> u32 {
    1
}

/// What each cloud is configured as.
pub(crate) type Agreed = BTreeMap<CloudName, Terms>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct NamedSite {
    name: String,
    context: String,
    #[serde(default = "istio_system")]
    root_namespace: String,
}

fn istio_system() -> String {
    "istio-system".into()
}

/// Reads which clouds there are and begins to follow their clusters. A cluster that two clouds name is
/// followed once.
pub(crate) async fn named(
    clouds: &Path,
    kubeconfig: &Path,
    writes: &[ResourceKind],
    now: fn() -> Time,
) -> Result<(Fleet, Agreed), Failed> {
    let failed = |says: String| Failed(format!("--clouds {}: {says}", clouds.display()));
    let text = std::fs::read_to_string(clouds).map_err(|e| failed(e.to_string()))?;
    let named = read(&text).map_err(failed)?;
    let mut clusters: BTreeMap<(String, String), Cluster> = BTreeMap::new();
    let mut fleet = Vec::new();
    let mut agreed = Agreed::new();
    for cloud in named.cloud {
        agreed.insert(cloud.name.clone(), cloud.terms());
        let mut sites = Vec::new();
        for site in cloud.site {
            let key = (site.context.clone(), site.root_namespace.clone());
            let cluster = match clusters.get(&key) {
                Some(cluster) => cluster.clone(),
                None => {
                    let client = connect(kubeconfig, &site.context)
                        .await
                        .map_err(|e| failed(e.to_string()))?;
                    let cluster = Cluster::follow(client, site.root_namespace.as_str(), now);
                    let cluster = cluster.writing(writes);
                    clusters.insert(key, cluster.clone());
                    cluster
                }
            };
            sites.push(Site {
                name: site.name,
                cluster,
            });
        }
        fleet.push(Cloud {
            name: cloud.name.to_string(),
            namespaces: namespaces(&cloud.namespaces),
            sites,
        });
    }
    Ok((Fleet::new(fleet), agreed))
}

impl NamedCloud {
    /// All that the file says of it: whatever of it changes, reviewers vote again.
    fn terms(&self) -> Terms {
        let sites = self.site.iter().map(|site| SiteTerms {
            name: site.name.clone(),
            context: site.context.clone(),
            root_namespace: site.root_namespace.clone(),
        });
        Terms {
            approvals: self.approvals,
            namespaces: self.namespaces.clone(),
            sites: sites.collect(),
        }
    }
}

/// The cloud of the demo: two clusters that exist in memory only.
pub(crate) fn demo(
    clusters: &Clusters,
    writes: &[ResourceKind],
    now: fn() -> Time,
) -> (Fleet, Agreed) {
    let site = |name: &str| NamedSite {
        name: name.into(),
        context: format!("demo-{name}"),
        root_namespace: istio_system(),
    };
    let shop = NamedCloud {
        name: CloudName::read("shop").expect("this is a DNS label"),
        namespaces: vec!["default".into(), "guestbook".into()],
        approvals: one(),
        site: clusters.iter().map(|(name, _)| site(name)).collect(),
    };
    let sites = clusters.iter().map(|(name, sandbox)| Site {
        name: name.into(),
        cluster: Cluster::follow(sandbox.client(), istio_system().as_str(), now).writing(writes),
    });
    let fleet = Fleet::new([Cloud {
        name: shop.name.to_string(),
        namespaces: namespaces(&shop.namespaces),
        sites: sites.collect(),
    }]);
    let terms = shop.terms();
    (fleet, Agreed::from([(shop.name, terms)]))
}

fn namespaces(names: &[String]) -> Vec<Namespace> {
    names
        .iter()
        .map(|name| Namespace::from(name.as_str()))
        .collect()
}

/// Reads the file and refuses what would make two clouds answer for one thing.
fn read(text: &str) -> Result<Named, String> {
    let named: Named = toml::from_str(text).map_err(|e| e.to_string())?;
    let (mut clouds, mut held) = (BTreeSet::new(), BTreeSet::new());
    for cloud in &named.cloud {
        if !clouds.insert(&cloud.name) {
            return Err(format!("the cloud {} is named twice", cloud.name));
        }
        if cloud.namespaces.is_empty() || cloud.site.is_empty() {
            return Err(format!(
                "the cloud {} needs a namespace and a site",
                cloud.name
            ));
        }
        if !(1..=20).contains(&cloud.approvals) {
            return Err(format!(
                "the cloud {} asks for {} approvals; it takes at least 1, and 20 at most",
                cloud.name, cloud.approvals
            ));
        }
        let mut sites = BTreeSet::new();
        for site in &cloud.site {
            if !sites.insert(&site.name) {
                return Err(format!(
                    "the cloud {} has two sites named {}",
                    cloud.name, site.name
                ));
            }
            for namespace in &cloud.namespaces {
                if !held.insert((&site.context, namespace)) {
                    return Err(format!(
                        "the namespace {namespace} of context {} is named twice, the second time by {}; \
                         a namespace belongs to one cloud",
                        site.context, cloud.name
                    ));
                }
            }
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_in_the_repository_is_read() {
        let named = read(include_str!("../../clouds.example.toml")).unwrap();
        let clouds: Vec<&str> = named
            .cloud
            .iter()
            .map(|cloud| cloud.name.as_str())
            .collect();
        assert_eq!(clouds, ["shop", "billing"]);
        assert_eq!(named.cloud[1].site[0].root_namespace, "istio-system");
        let approvals: Vec<u32> = named.cloud.iter().map(|cloud| cloud.approvals).collect();
        assert_eq!(approvals, [2, 1]);
    }

    #[test]
    fn all_that_the_file_says_of_a_cloud_is_agreed() {
        let named = read(include_str!("../../clouds.example.toml")).unwrap();
        let terms = named.cloud[0].terms();
        let again = read(include_str!("../../clouds.example.toml")).unwrap();
        assert_eq!(again.cloud[0].terms().digest(), terms.digest());
        let mut moved = again;
        moved.cloud[0].site[0].context = "elsewhere".into();
        assert_ne!(moved.cloud[0].terms().digest(), terms.digest());
    }

    #[test]
    fn two_clouds_never_hold_one_namespace() {
        let cloud = |name: &str| {
            format!(
                "[[cloud]]\nname = \"{name}\"\nnamespaces = [\"default\"]\n\
                 [[cloud.site]]\nname = \"a\"\ncontext = \"kind\"\n"
            )
        };
        assert!(read(&cloud("one")).is_ok());
        let says = read(&format!("{}{}", cloud("one"), cloud("two"))).unwrap_err();
        assert!(says.contains("belongs to one cloud"), "{says}");
        let says = read(&format!("{}{}", cloud("one"), cloud("one"))).unwrap_err();
        assert!(says.contains("named twice"), "{says}");
    }

    #[test]
    fn a_cloud_without_approval_is_refused() {
        let file = "[[cloud]]\nname = \"a\"\nnamespaces = [\"b\"]\napprovals = 0\n\
                    [[cloud.site]]\nname = \"a\"\ncontext = \"kind\"\n";
        let says = read(file).unwrap_err();
        assert!(says.contains("at least 1"), "{says}");
    }

    #[test]
    fn a_wrong_file_is_refused_with_the_place() {
        for text in [
            "",
            "[[cloud]]\nname = \"Shop\"",
            "[[clouds]]",
            "[[cloud]]\nname=\"a\"\nnamespaces=[]\nsite=[]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let says = read("[[cloud]]\nname = \"shop\"\nnamespace = []").unwrap_err();
        assert!(says.contains("namespace"), "{says}");
    }
}
