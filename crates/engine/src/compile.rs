//! What becomes of what was typed: objects, changes, and what is wrong.

use std::sync::Arc;

use intent::{
    Base, Bundle, CloudName, DraftIntent, Entry, Facts, Intent, IntentId, IntentName, Owner, Place,
    Preview, Revision, Unseen,
};
use mesh::{Action, Finding, Level, Plan};
use store::Seen;

use crate::{
    places,
    preview::{Wanted, in_words, preview},
    scene::Scene,
};

/// What is known of the other intents of a cloud.
pub(crate) struct Others {
    /// All intents, also that which is being written.
    pub(crate) names: Vec<(IntentId, IntentName)>,
    /// The revisions that hold.
    pub(crate) holding: Vec<Revision>,
}

impl Others {
    /// The revisions that hold something for other intents than this one.
    fn holding_beside(&self, intent: Option<IntentId>) -> impl Iterator<Item = &Revision> {
        let holding = self.holding.iter();
        holding.filter(move |revision| {
            let mut sealed = revision.intents.iter();
            !sealed.any(|sealed| Some(sealed.intent) == intent)
        })
    }
}

/// What becomes of an intent that is being written.
pub(crate) struct Compiled {
    /// Its name, if it can have it.
    pub(crate) name: Option<IntentName>,
    /// What was read of it.
    pub(crate) content: Option<Intent>,
    /// What would change on each site that can be told.
    pub(crate) sites: Vec<OnSite>,
    /// All that pages show of it.
    pub(crate) preview: Preview,
    /// What its objects look like.
    pub(crate) base: Result<Base, Unseen>,
    /// What it was worked out by.
    pub(crate) seen: Seen,
}

/// What would change on one site.
pub(crate) struct OnSite {
    /// The site.
    pub(crate) site: String,
    /// The changes.
    pub(crate) plan: Plan,
    /// The facts that were looked up for it.
    pub(crate) facts: Facts,
}

/// Compiles an intent that is being written, for every site of a cloud.
pub(crate) fn compile(
    scene: &Scene<'_>,
    facts: &[Arc<Facts>],
    others: &Others,
    installation: &str,
    cloud: &CloudName,
    written: &DraftIntent,
) -> Compiled {
    let (name, mut findings) = match name(written, &others.names, cloud) {
        Ok(name) => (Some(name), Vec::new()),
        Err(findings) => (None, findings),
    };
    let content = match Intent::read(&written.kind, &written.form) {
        Ok(content) => Some(content),
        Err(found) => {
            findings.extend(found);
            None
        }
    };
    let owner = Owner {
        installation: installation.into(),
        cloud: cloud.clone(),
        intent: name.clone().unwrap_or_else(unnamed),
    };
    let sites = scene.sites.iter().zip(facts);
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    let mut compiled = Vec::new();
    for ((site, view), facts) in sites {
        let mut here = Wanted::of(&site.name, view);
        if let Some(content) = &content {
            let place = Place::at(facts, &owner);
            here.findings = content.check(&place);
            match content.compile(&place) {
                Ok(manifests) => {
                    let ours = owner.ours(&scene.cloud.namespaces);
                    let plan = mesh::plan(&manifests, &ours, &view.snapshot);
                    here.says = Some(content.says(&place));
                    here.plan = Some(plan.clone());
                    here.others = places::of(&site.name, others.holding_beside(written.intent));
                    compiled.push(OnSite {
                        site: site.name.clone(),
                        plan,
                        facts: place.used(),
                    });
                }
                Err(found) => here.findings.extend(found),
            }
        }
        wanted.push(here);
    }
    Compiled {
        name,
        content,
        base: Base::of(&bundles(&compiled), |site| scene.snapshot(site)),
        sites: compiled,
        preview: preview(&scene.cloud.namespaces, &wanted, findings),
        seen: seen(scene, &others.holding, written.intent),
    }
}

/// What is seen of a cloud when a draft of an intent is made final: what holds there, and what the objects look like
/// of the revision before.
pub(crate) fn seen(scene: &Scene<'_>, holding: &[Revision], intent: Option<IntentId>) -> Seen {
    let of_it = holding.iter().filter(|revision| {
        let mut sealed = revision.intents.iter();
        sealed.any(|sealed| Some(sealed.intent) == intent)
    });
    Seen {
        bases: of_it
            .filter_map(|revision| Some((revision.number, scene.base(revision).ok()?)))
            .collect(),
        holding: holding.iter().map(|revision| revision.number).collect(),
        sites: scene.names(),
    }
}

impl Compiled {
    /// It in words, as one text.
    pub(crate) fn says(&self) -> String {
        in_words(&self.preview.says)
    }

    /// What is sealed of it.
    pub(crate) fn bundles(&self) -> Vec<Bundle> {
        bundles(&self.sites)
    }
}

fn bundles(sites: &[OnSite]) -> Vec<Bundle> {
    let bundle = |on: &OnSite| Bundle {
        site: on.site.clone(),
        entries: entries(&on.plan),
    };
    sites.iter().map(bundle).collect()
}

/// What a plan seals: all that is wanted, and what has to go for it.
fn entries(plan: &Plan) -> Vec<Entry> {
    let changes = plan.changes.iter();
    changes
        .filter_map(|change| match (change.action, &change.wanted) {
            (Action::Remove, _) => Some(Entry::Remove(change.key.clone())),
            (_, Some(wanted)) => Some(Entry::Apply(wanted.clone())),
            (_, None) => None,
        })
        .collect()
}

/// The name of an intent, if it can have it. That of one which exists stays.
fn name(
    written: &DraftIntent,
    names: &[(IntentId, IntentName)],
    cloud: &CloudName,
) -> Result<IntentName, Vec<Finding>> {
    let objection = |code, says, todo| {
        let finding = Finding::field(Level::Error, code, "name", says, todo);
        Err(vec![finding])
    };
    let name = match IntentName::read(&written.name) {
        Ok(name) => name,
        Err(says) => return objection("name", says, ""),
    };
    let taken = names.iter().find(|(_, known)| *known == name);
    match taken {
        Some((id, _)) if Some(*id) != written.intent => {
            let says = format!("{name} is another intent of {cloud}.");
            objection("name_taken", says, "Choose another name, or edit that one.")
        }
        Some(_) | None => Ok(name),
    }
}

/// What objects are called of an intent that has no name yet.
fn unnamed() -> IntentName {
    IntentName::read("unnamed").expect("this is a DNS label")
}
