//! What a draft or a revision would do now.

use std::collections::{BTreeMap, BTreeSet};

use cluster::View;
use intent::{ChangeSeen, PlanSeen, Preview, Said, Turn};
use mesh::{Action, Finding, Level, Namespace, Plan, ResourceKey, ResourceKind};

use crate::{
    found::{self, whole},
    insight::{lost, unread},
    places::{self, Other},
    turns::turns,
};

/// So many objects are reviewed at once.
const MOST_OBJECTS: usize = 200;

/// So many findings are shown; nobody reads more.
const MOST_FINDINGS: usize = 100;

/// What is wanted on one site.
pub(crate) struct Wanted<'a> {
    /// The site.
    pub(crate) site: &'a str,
    /// How it looks.
    pub(crate) view: &'a View,
    /// What is wanted, in words; none if that cannot be told.
    pub(crate) says: Option<String>,
    /// What has to change for that; none if it cannot be told.
    pub(crate) plan: Option<Plan>,
    /// The places that others hold there.
    pub(crate) others: Vec<Other>,
    /// What was found while it was worked out.
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Wanted<'a> {
    /// A site of which nothing is wanted yet.
    pub(crate) fn of(site: &'a str, view: &'a View) -> Self {
        Self {
            site,
            view,
            says: None,
            plan: None,
            others: Vec::new(),
            findings: Vec::new(),
        }
    }
}

/// Works out what would change in the namespaces of a cloud. `findings` are those that depend on no site.
pub(crate) fn preview(
    namespaces: &[Namespace],
    sites: &[Wanted<'_>],
    findings: Vec<Finding>,
) -> Preview {
    let mut preview = Preview::default();
    let mut all = findings;
    let plans = sites.iter().filter_map(|wanted| wanted.plan.as_ref());
    all.extend(too_many(plans));
    for wanted in sites {
        let site = wanted.site;
        if let Some(finding) = unread(site, wanted.view, wanted.plan.as_ref()) {
            all.push(at(site, finding));
            continue;
        }
        let own = wanted
            .findings
            .iter()
            .cloned()
            .chain(lost(site, wanted.view));
        all.extend(own.map(|finding| at(site, finding)));
        if let Some(text) = &wanted.says {
            say(&mut preview.says, site, text);
        }
        if let Some(plan) = &wanted.plan {
            let live = &wanted.view.snapshot;
            let in_the_way =
                foreign(plan, namespaces).chain(places::held(plan, live, &wanted.others));
            all.extend(in_the_way.map(|finding| at(site, finding)));
            show(&mut preview.plans, site, plan);
            if decides(plan) {
                for turn in turns(live, &live.after(plan), namespaces) {
                    add(&mut preview.turns, site, turn);
                }
            }
        }
    }
    preview.turns.sort();
    preview.findings = joined(all);
    preview
}

/// What of it keeps a draft from being submitted.
pub(crate) fn blocking(preview: &Preview) -> impl Iterator<Item = &Finding> {
    preview.findings.iter().filter(|finding| finding.blocks())
}

/// What is said of several sites, as one text.
pub(crate) fn in_words(says: &[Said]) -> String {
    match says {
        [one] => one.text.clone(),
        several => {
            let each = several
                .iter()
                .map(|said| format!("On {}: {}", said.sites.join(" and "), said.text));
            each.collect::<Vec<_>>().join(" ")
        }
    }
}

fn foreign(plan: &Plan, namespaces: &[Namespace]) -> impl Iterator<Item = Finding> {
    let foreign = plan.changes.iter();
    let foreign = foreign.filter(|change| change.action == Action::Foreign);
    foreign.map(|change| {
        let key = &change.key;
        let (says, todo) = if namespaces.contains(&key.namespace) {
            (
                format!("{key} is there already and was not made by Assent."),
                "Choose another name for the intent, or remove that object.",
            )
        } else {
            (
                format!("{key} would be outside of the namespaces of this cloud."),
                "Choose something inside of them, or add the namespace to the cloud.",
            )
        };
        Finding {
            at: found::object(&change.key),
            ..found::whole(Level::Error, "foreign", says, todo)
        }
    })
}

fn too_many<'a>(plans: impl Iterator<Item = &'a Plan>) -> Option<Finding> {
    let keys: BTreeSet<&ResourceKey> = plans
        .flat_map(|plan| plan.changes.iter().map(|change| &change.key))
        .collect();
    let says = format!(
        "This makes {} objects; at most {MOST_OBJECTS} can be reviewed at once.",
        keys.len()
    );
    let todo = "Make several intents of it.";
    (keys.len() > MOST_OBJECTS).then(|| found::whole(Level::Error, "too_many", says, todo))
}

/// Whether a plan touches what workloads accept.
fn decides(plan: &Plan) -> bool {
    let mut changes = plan.changes.iter();
    changes.any(|change| {
        change.key.kind == ResourceKind::PeerAuthentication && change.action != Action::Keep
    })
}

fn at(site: &str, finding: Finding) -> Finding {
    Finding {
        sites: vec![site.into()],
        ..finding
    }
}

/// Tells what is found alike on several sites once, worst first, and no more than can be read.
fn joined(found: Vec<Finding>) -> Vec<Finding> {
    let mut known: BTreeMap<Finding, usize> = BTreeMap::new();
    let mut all: Vec<Finding> = Vec::new();
    for mut finding in found {
        let sites = std::mem::take(&mut finding.sites);
        let at = *known.entry(finding).or_insert_with_key(|finding| {
            all.push(finding.clone());
            all.len() - 1
        });
        for site in sites {
            if !all[at].sites.contains(&site) {
                all[at].sites.push(site);
            }
        }
    }
    all.sort_by_key(|finding| finding.level);
    let more = all.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        all.truncate(MOST_FINDINGS);
        let says = format!("{more} more were found, none of them worse than these.");
        all.push(whole(Level::Note, "more_found", says, "Mend these first."));
    }
    all
}

fn say(says: &mut Vec<Said>, site: &str, text: &str) {
    match says.iter_mut().find(|said| said.text == text) {
        Some(said) => said.sites.push(site.into()),
        None => says.push(Said {
            sites: vec![site.into()],
            text: text.into(),
        }),
    }
}

fn show(plans: &mut Vec<PlanSeen>, site: &str, plan: &Plan) {
    let changes = plan.changes.iter().map(|change| ChangeSeen {
        kind: change.key.kind.to_string(),
        name: format!("{}/{}", change.key.namespace, change.key.name),
        action: change.action,
        lines: change.lines(),
    });
    let wanted = plan.changes.iter();
    let wanted = wanted.filter_map(|change| change.wanted.as_ref());
    let yaml: Vec<String> = wanted.map(mesh::Manifest::yaml).collect();
    let here = PlanSeen {
        sites: Vec::new(),
        changes: changes.collect(),
        yaml: yaml.join("---\n"),
    };
    let alike = |known: &&mut PlanSeen| known.changes == here.changes && known.yaml == here.yaml;
    match plans.iter_mut().find(alike) {
        Some(known) => known.sites.push(site.into()),
        None => plans.push(PlanSeen {
            sites: vec![site.into()],
            ..here
        }),
    }
}

fn add(all: &mut Vec<Turn>, site: &str, turn: Turn) {
    let alike = |known: &&mut Turn| {
        (
            &known.workload,
            known.port,
            known.now,
            known.after,
            known.partly,
        ) == (&turn.workload, turn.port, turn.now, turn.after, turn.partly)
    };
    match all.iter_mut().find(alike) {
        Some(known) => known.sites.push(site.into()),
        None => all.push(Turn {
            sites: vec![site.into()],
            ..turn
        }),
    }
}

#[cfg(test)]
mod tests {
    use mesh::Change;

    use super::*;

    fn finding(level: Level, says: &str, site: Option<&str>) -> Finding {
        Finding {
            sites: site.into_iter().map(Into::into).collect(),
            ..found::whole(level, "code", says, "")
        }
    }

    #[test]
    fn what_is_found_on_several_sites_is_told_once_and_the_worst_first() {
        let found = vec![
            finding(Level::Note, "a", Some("eu")),
            finding(Level::Error, "b", Some("us")),
            finding(Level::Note, "a", Some("us")),
            finding(Level::Note, "a", Some("us")),
            finding(Level::Error, "b", None),
        ];
        let mut both = finding(Level::Note, "a", Some("eu"));
        both.sites.push("us".into());
        let expected = [finding(Level::Error, "b", Some("us")), both];
        assert_eq!(joined(found), expected);
    }

    #[test]
    fn no_more_is_told_than_can_be_read_and_what_is_worst_is_told() {
        let found = |count: usize| {
            let notes =
                (0..count).map(|number| finding(Level::Note, &number.to_string(), Some("eu")));
            let mut found: Vec<Finding> = notes.collect();
            found.push(finding(Level::Error, "bad", Some("us")));
            joined(found)
        };
        assert_eq!(found(MOST_FINDINGS - 1).len(), MOST_FINDINGS);
        let many = found(50_000);
        assert_eq!(
            (many.len(), many[0].says.as_str()),
            (MOST_FINDINGS + 1, "bad")
        );
        let says = "49901 more were found, none of them worse than these.";
        assert_eq!(many[MOST_FINDINGS].says, says);
    }

    #[test]
    fn what_is_reviewed_at_once_is_not_too_much() {
        let change = |number| Change {
            key: ResourceKey::new(ResourceKind::Sidecar, "default", format!("s{number}")),
            action: Action::Create,
            live: None,
            wanted: None,
        };
        let plan = |count| Plan {
            changes: (0..count).map(change).collect(),
        };
        // The same object on two sites counts once.
        let (most, more) = (plan(MOST_OBJECTS), plan(MOST_OBJECTS + 1));
        assert_eq!(too_many([&most, &most].into_iter()), None);
        let found = too_many([&most, &more].into_iter()).unwrap();
        assert_eq!((found.code.as_ref(), found.blocks()), ("too_many", true));
    }

    #[test]
    fn what_differs_between_sites_is_said_of_each() {
        let said = |sites: &[&str], text: &str| Said {
            sites: sites.iter().map(|site| (*site).into()).collect(),
            text: text.into(),
        };
        assert_eq!(in_words(&[said(&["eu", "us"], "A.")]), "A.");
        let differ = [said(&["eu", "ap"], "A."), said(&["us"], "B.")];
        assert_eq!(in_words(&differ), "On eu and ap: A. On us: B.");
    }
}
