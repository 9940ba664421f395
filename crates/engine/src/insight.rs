//! How well a site is seen, where that is not well enough.

use std::collections::BTreeSet;

use cluster::{Connection, View};
use mesh::{Finding, Level, Plan, ResourceKind, resources::READ};

use crate::found::whole;

/// What was not read of a site, though it depends on it what would change.
pub(crate) fn unread(site: &str, view: &View, plan: Option<&Plan>) -> Option<Finding> {
    let kinds = needed(plan);
    if let Some(kind) = kinds.iter().find(|kind| view.absent.contains(kind)) {
        let says = format!("{site} does not know the kind {kind}.");
        let todo = "Install Istio there, or a version of it that has this kind.";
        return Some(whole(Level::Error, "kind_absent", says, todo));
    }
    let unknown = kinds.iter().find(|kind| !view.snapshot.knows(**kind))?;
    let refused = view
        .missing
        .iter()
        .find(|right| right.resource.split('.').next() == Some(unknown.plural()));
    Some(match refused {
        Some(right) => {
            let says = format!(
                "Assent may not {right} on {site}, so what would change there is not known."
            );
            let todo = "Give it that right; the page of the clouds lists all that are missing.";
            whole(Level::Error, "not_allowed", says, todo)
        }
        None => {
            let says =
                format!("{site} has not been read yet, so what would change there is not known.");
            let todo = "Wait until it is; it is tried all the time.";
            whole(Level::Error, "not_read", says, todo)
        }
    })
}

/// The kinds without which it cannot be told what a plan does.
fn needed(plan: Option<&Plan>) -> BTreeSet<ResourceKind> {
    let planned = plan.into_iter().flat_map(|plan| &plan.changes);
    let planned = planned.map(|change| change.key.kind);
    let read = READ.iter().copied();
    read.chain([ResourceKind::PeerAuthentication])
        .chain(planned)
        .collect()
}

/// Whether what was read of a site may be old.
pub(crate) fn lost(site: &str, view: &View) -> Option<Finding> {
    let Connection::Lost { since, .. } = &view.connection else {
        return None;
    };
    let says = format!("{site} cannot be reached; what is shown of it is as of {since}.");
    let todo = "Look again when it is back.";
    Some(whole(Level::Warning, "site_lost", says, todo))
}
