//! What a revision would do now, by the bytes that were sealed.

use std::sync::Arc;

use intent::{Entry, Facts, IntentId, Owner, Place, Preview, Revision, Sealed, rollout::Owned};
use mesh::{Action, Change, Finding, Level, Manifest, Namespace, Plan, Snapshot, carries};

use crate::{
    found::whole,
    places,
    preview::{Wanted, preview},
    removals,
    scene::Scene,
};

/// Works out what a revision would do now. Nothing of what is shown is compiled anew. `holding` are the revisions of
/// the cloud that hold; what is ours in `since` and not in the revision goes, too.
pub(crate) fn now(
    scene: &Scene<'_>,
    facts: &[Arc<Facts>],
    holding: &[Revision],
    installation: &str,
    revision: &Revision,
    since: &[Owned],
) -> Preview {
    let says: Vec<&str> = revision
        .intents
        .iter()
        .map(|one| one.says.as_str())
        .collect();
    let says = says.join(" ");
    let own: Vec<IntentId> = revision.intents.iter().map(|one| one.intent).collect();
    let beside = || {
        holding.iter().filter(|other| {
            let mut sealed = other.intents.iter();
            !sealed.any(|sealed| own.contains(&sealed.intent))
        })
    };
    let sites = scene.sites.iter().zip(facts);
    let sites = sites.filter(|((site, _), _)| revision.sites().contains(&site.name.as_str()));
    let wanted: Vec<Wanted<'_>> = sites
        .map(|((site, view), facts)| {
            let owners = revision
                .intents
                .iter()
                .map(|sealed| (owner(sealed, installation, revision), sealed));
            let owners: Vec<_> = owners.collect();
            Wanted {
                says: Some(says.clone()),
                plan: Some(plan(
                    revision,
                    since,
                    (&site.name, &scene.cloud.namespaces),
                    &owners,
                    &view.snapshot,
                )),
                others: places::of(&site.name, beside()),
                findings: owners
                    .iter()
                    .flat_map(|(owner, sealed)| found(revision, sealed, facts, owner))
                    .collect(),
                ..Wanted::of(&site.name, view)
            }
        })
        .collect();
    preview(&scene.cloud.namespaces, &wanted, Vec::new())
}

fn owner(sealed: &Sealed, installation: &str, revision: &Revision) -> Owner {
    Owner {
        installation: installation.into(),
        cloud: revision.cloud.clone(),
        intent: sealed.name.clone(),
    }
}

/// What has to change on a site for what was sealed; nothing is removed that was not sealed as to be, or made since.
fn plan(
    revision: &Revision,
    since: &[Owned],
    (site, namespaces): (&str, &[Namespace]),
    owners: &[(Owner, &Sealed)],
    live: &Snapshot,
) -> Plan {
    let entries = revision.entries(site);
    let since = removals::since(revision, since, site);
    let sealed = |change: &Change| {
        let is_it = |entry: &Entry| match entry {
            Entry::Remove(key) => *key == change.key,
            Entry::Apply(_) => false,
        };
        change.action != Action::Remove
            || entries.iter().any(is_it)
            || since.iter().any(|owned| owned.key == change.key)
    };
    let changes = owners.iter().flat_map(|(owner, _)| {
        let own = applied(entries, owner);
        mesh::plan(&own, &owner.ours(namespaces), live).changes
    });
    let (mut gone, mut kept): (Vec<Change>, Vec<Change>) = changes
        .filter(sealed)
        .partition(|change| change.action == Action::Remove);
    kept.sort_by(|one, other| one.key.cmp(&other.key));
    gone.sort_by(|one, other| other.key.cmp(&one.key));
    kept.append(&mut gone);
    Plan { changes: kept }
}

/// The objects of one owner among those that are applied.
fn applied(entries: &[Entry], owner: &Owner) -> Vec<Manifest> {
    let labels = owner.labels();
    let applied = entries.iter().filter_map(|entry| match entry {
        Entry::Apply(manifest) => Some(manifest),
        Entry::Remove(_) => None,
    });
    let own = applied.filter(|manifest| carries(&manifest.labels, &labels));
    own.cloned().collect()
}

/// What is found of an intent on a site today, and whether it would come out otherwise.
fn found(revision: &Revision, sealed: &Sealed, facts: &Facts, owner: &Owner) -> Vec<Finding> {
    let Some(content) = &sealed.content else {
        return Vec::new();
    };
    let place = Place::at(facts, owner);
    let mut found = content.check(&place);
    match content.compile(&place) {
        Ok(mut today) => {
            let mut then = applied(revision.entries(&facts.site), owner);
            today.sort_by(|one, other| one.key.cmp(&other.key));
            then.sort_by(|one, other| one.key.cmp(&other.key));
            found.extend((today != then).then(|| otherwise(sealed)));
        }
        Err(findings) => found.extend(findings),
    }
    found
}

fn otherwise(sealed: &Sealed) -> Finding {
    let says = format!(
        "Submitted now, {} would come out otherwise: what it was made from is no longer so.",
        sealed.name
    );
    let todo = "What is reviewed are the objects as they were submitted. Edit and submit it again to renew them.";
    whole(Level::Warning, "would_differ", says, todo)
}
