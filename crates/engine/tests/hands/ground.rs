//! The ground on which stories are told here: two sites in memory.

use std::{fs, io::ErrorKind, sync::OnceLock};

use cluster::Cluster;
use intent::Time;
use sandbox::{Aim, Refusal, Sandbox, WriteFault};
use serde_json::json;

use crate::world::{SITES, World};

/// A site, by hand.
pub(crate) type Site = Sandbox;

/// Where everything happens.
pub(crate) const NAMESPACE: &str = "default";

/// A process is ended at every step: a world costs nothing here.
pub(crate) const STRIDE: usize = 1;

/// A world as files.
pub(crate) struct Saved {
    files: Vec<(String, Vec<u8>)>,
    sites: [Vec<u8>; 2],
}

/// Two sites with nothing on them.
pub(crate) fn sites() -> [Site; 2] {
    SITES.map(|name| {
        let sandbox = Sandbox::new(name);
        for name in [NAMESPACE, "istio-system"] {
            let namespace =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
            sandbox.put(namespace).unwrap();
        }
        sandbox
    })
}

/// A world that is made once, and is then there again as often as it is wanted.
pub(crate) fn again(kept: &OnceLock<Saved>, make: impl FnOnce() -> World) -> World {
    load(kept.get_or_init(|| save(&make())))
}

/// Follows a site, as a process does.
pub(crate) async fn follow(site: &Site) -> Cluster {
    Cluster::follow(site.client(), "istio-system", || Time(1))
}

/// From now on the site refuses a policy, but tells nobody beforehand.
pub(crate) fn refuses(site: &Site, name: &str) {
    let aim = Aim::every().in_earnest().named(name);
    let refusal = WriteFault::Refuse(Refusal::of(403));
    site.faults().writes(aim, refusal);
}

/// From now on the site refuses rehearsals of a policy.
pub(crate) fn refuses_rehearsals(site: &Site, name: &str) {
    let aim = Aim::every().dry_runs().named(name);
    let refusal = WriteFault::Refuse(Refusal::of(403));
    site.faults().writes(aim, refusal);
}

fn save(world: &World) -> Saved {
    let files = fs::read_dir(world.folder.path()).unwrap();
    // What lies beside a database goes when the last who had it open is gone.
    let files = files.filter_map(|file| {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        match fs::read(file.path()) {
            Ok(bytes) => Some((name, bytes)),
            Err(gone) if gone.kind() == ErrorKind::NotFound => None,
            Err(other) => panic!("{other}"),
        }
    });
    Saved {
        files: files.collect(),
        sites: [world.eu.save(), world.us.save()],
    }
}

fn load(saved: &Saved) -> World {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &saved.files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let [eu, us] = &saved.sites;
    World {
        folder,
        eu: Sandbox::load(eu).unwrap(),
        us: Sandbox::load(us).unwrap(),
    }
}
