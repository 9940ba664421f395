//! What a draft or a revision would do: in words, as changes, for workloads, as YAML, with findings.

use std::collections::BTreeSet;

use intent::{ChangeSeen, Field, PlanSeen, Said, Turn};
use leptos::prelude::*;
use mesh::{Action, Finding};

use super::{
    diff::{Diff, Numbered},
    finding::listed_with,
    icon::{Icon, Sign},
    plain::Plain,
    status::Lock,
    take::Take,
    words::{count, listed},
};

/// It in words; where sites differ, each says its own.
#[component]
pub(crate) fn Words(says: Vec<Said>) -> impl IntoView {
    if says.is_empty() {
        return view! { <p class="quiet">"Once the form is complete, this says what will hold."</p> }
            .into_any();
    }
    let differ = says.len() > 1;
    let said = says.into_iter().map(|said| {
        let on = differ.then(|| view! { <b>{format!("On {}: ", listed(&said.sites))}</b> });
        view! { <p>{on}<Plain text=said.text/></p> }
    });
    view! { <div class="words">{said.collect_view()}</div> }.into_any()
}

/// The objects that were folded or unfolded by hand, so that they stay so when the changes are read anew.
#[derive(Clone, Copy)]
pub(crate) struct Turned(StoredValue<BTreeSet<String>>);

impl Turned {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(BTreeSet::new()))
    }
}

/// What would change, for each group of equal sites: counted, then object by object with its lines.
#[component]
pub(crate) fn Changes(
    plans: Vec<PlanSeen>,
    /// Where it is remembered what was folded by hand; without it, nothing is.
    #[prop(optional)]
    turned: Option<Turned>,
) -> impl IntoView {
    if plans.is_empty() {
        return view! { <p class="quiet">"What would change is not known yet."</p> }.into_any();
    }
    let plans = plans.into_iter().map(|plan| {
        let (before, after) = summary(&plan);
        let changes = plan.changes.into_iter();
        view! {
            <p class="summary">{before}<b>{listed(&plan.sites)}</b>{after}</p>
            {changes.map(|change| view! { <Object change turned/> }).collect_view()}
        }
    });
    view! { <div class="changes">{plans.collect_view()}</div> }.into_any()
}

#[component]
fn Object(change: ChangeSeen, turned: Option<Turned>) -> impl IntoView {
    let (verb, tone) = verb(change.action);
    let of = format!("{} {}", change.kind, change.name);
    let id = of.clone();
    let by_hand = turned.is_some_and(|turned| turned.0.with_value(|all| all.contains(&id)));
    let open = (change.action != Action::Keep) != by_hand;
    // The browser folds it after this.
    let fold = move |_| {
        if let Some(turned) = turned {
            turned.0.update_value(|all| {
                if !all.remove(&id) {
                    all.insert(id.clone());
                }
            });
        }
    };
    let differs = change.action != Action::Keep;
    let foreign = (change.action == Action::Foreign).then(|| {
        view! { <p class="reason">"Somebody else's object has this name. Assent leaves it as it is."</p> }
    });
    view! {
        <details class="change" class:differs=differs open=open>
            <summary on:click=fold>
                <Icon sign=Sign::Right/>
                <span class=format!("verb {tone}")>{verb}</span>
                <span class="resource"><span class="kind">{change.kind}</span>" "{change.name}</span>
                {size(&change.lines, change.action).map(|size| view! { <span class="quiet">{size}</span> })}
            </summary>
            {foreign}
            <Diff lines=change.lines of/>
        </details>
    }
}

/// What becomes of an object, as a word with its tone.
fn verb(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Create => ("created", "good"),
        Action::Update => ("changed", "notice"),
        Action::Remove => ("removed", "bad"),
        Action::Keep => ("kept", "none"),
        Action::Foreign => ("not touched", "bad"),
    }
}

/// How much of an object changes, where it is not all of it.
fn size(lines: &[mesh::DiffLine], action: Action) -> Option<String> {
    if action != Action::Update {
        return None;
    }
    let gone = lines.iter().filter(|line| line.after.is_none()).count();
    let new = lines.iter().filter(|line| line.before.is_none()).count();
    Some(count(gone.max(new), "line"))
}

/// How many objects of some sites change, and how: what stands before the sites, and what after.
fn summary(plan: &PlanSeen) -> (&'static str, String) {
    let of = |action| plan.changes.iter().filter(|c| c.action == action).count();
    let (new, changed, gone) = (of(Action::Create), of(Action::Update), of(Action::Remove));
    let number = |number: usize| match number {
        0 => "none".to_owned(),
        number => number.to_string(),
    };
    let mut parts = Vec::new();
    if new + changed + gone == 0 {
        parts.push("nothing changes".to_owned());
    } else {
        parts.push(format!("{} created", number(new)));
        parts.push(format!("{} changed", number(changed)));
        parts.push(format!("{} removed", number(gone)));
    }
    match of(Action::Keep) {
        0 => {}
        kept => parts.push(format!("{kept} kept")),
    }
    match of(Action::Foreign) {
        0 => {}
        foreign => parts.push(format!("{foreign} of somebody else not touched")),
    }
    let before = match plan.sites.len() {
        0 | 1 => "On ",
        _ => "The same on ",
    };
    (before, format!(": {}.", parts.join(", ")))
}

/// How many objects would change, over all groups of sites.
pub(crate) fn changed(plans: &[PlanSeen]) -> usize {
    let objects = plans.iter().flat_map(|plan| &plan.changes);
    let changing: BTreeSet<_> = objects
        .filter(|change| !matches!(change.action, Action::Keep | Action::Foreign))
        .map(|change| (&change.kind, &change.name))
        .collect();
    changing.len()
}

/// The workloads that would accept something else than now.
#[component]
pub(crate) fn Workloads(turns: Vec<Turn>) -> impl IntoView {
    if turns.is_empty() {
        return view! { <p class="quiet">"Every workload accepts what it accepts now."</p> }
            .into_any();
    }
    let rows = turns.into_iter().map(|turn| {
        let port = turn
            .port
            .map(|port| view! { " "<small>{format!("port {port}")}</small> });
        view! {
            <tr>
                <th scope="row">
                    {turn.workload}{port}
                    {turn.partly.then(|| view! { " "<small>"pods with a sidecar; the others stay in plaintext"</small> })}
                </th>
                <td data-label="Now"><Lock mode=turn.now/></td>
                <td data-label="After"><Lock mode=turn.after/></td>
                <td class="whole quiet">{listed(&turn.sites)}</td>
            </tr>
        }
    });
    view! {
        <table class="table stacks">
            <thead>
                <tr>
                    <th scope="col">"Workload"</th>
                    <th scope="col">"Accepts now"</th>
                    <th scope="col">"After"</th>
                    <th scope="col">"Sites"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// All objects as YAML, as they would be applied; with script, to copy and to download.
#[component]
pub(crate) fn Yaml(
    plans: Vec<PlanSeen>,
    /// What the file is called, without its ending.
    name: String,
) -> impl IntoView {
    if plans.is_empty() {
        return view! { <p class="quiet">"There is no YAML yet; first the form has to be complete."</p> }
            .into_any();
    }
    let differ = plans.len() > 1;
    let name = match name.trim() {
        "" => "intent",
        name => name,
    };
    let plans = plans.into_iter().map(|plan| {
        let sites = listed(&plan.sites);
        let on = differ.then(|| view! { <p class="summary">{format!("On {sites}:")}</p> });
        let file = match differ {
            true => format!("{name}.{}.yaml", plan.sites.join("+")),
            false => format!("{name}.yaml"),
        };
        view! {
            {on}
            <Take text=plan.yaml.clone() file/>
            <Numbered text=plan.yaml of=format!("YAML for {sites}")/>
        }
    });
    view! { <div class="yaml">{plans.collect_view()}</div> }.into_any()
}

/// What is wrong or worth knowing, worst first; what is about one of these fields leads to it.
#[component]
pub(crate) fn Findings(
    findings: Vec<Finding>,
    #[prop(optional)] fields: &'static [Field],
) -> impl IntoView {
    if findings.is_empty() {
        return view! { <p class="quiet">"Nothing was found."</p> }.into_any();
    }
    let findings = findings.iter().map(|finding| listed_with(finding, fields));
    view! { <div class="findings">{findings.collect_view()}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(sites: &[&str], actions: &[Action]) -> PlanSeen {
        let change = |action: &Action| ChangeSeen {
            kind: "PeerAuthentication".into(),
            name: format!("default/{action:?}"),
            action: *action,
            lines: vec![],
        };
        PlanSeen {
            sites: sites.iter().map(ToString::to_string).collect(),
            changes: actions.iter().map(change).collect(),
            yaml: String::new(),
        }
    }

    #[test]
    fn sites_that_change_alike_are_counted_once() {
        use Action::{Create, Foreign, Keep, Update};
        let read = [
            plan(&["eu-west", "us-east"], &[Create, Update, Update]),
            plan(&["eu-west"], &[Keep]),
            plan(&["eu-west"], &[Create, Foreign]),
        ]
        .map(|plan| summary(&plan));
        let said = |before, after: &str| (before, after.to_owned());
        assert_eq!(
            read,
            [
                said("The same on ", ": 1 created, 2 changed, none removed."),
                said("On ", ": nothing changes, 1 kept."),
                said(
                    "On ",
                    ": 1 created, none changed, none removed, 1 of somebody else not touched."
                ),
            ]
        );
    }

    #[test]
    fn an_object_that_changes_on_two_sites_is_one() {
        use Action::{Create, Keep, Update};
        let plans = [
            plan(&["a"], &[Create, Keep]),
            plan(&["b"], &[Create, Update]),
        ];
        assert_eq!(changed(&plans), 2);
    }
}
