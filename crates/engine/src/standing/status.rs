//! What is left to do on a site, seen as a status.

use cluster::{Connection, View};
use intent::{INTENT, SiteStatus, Status, Time, UNKNOWN_AFTER};
use mesh::{Action, Manifest, Plan, Resource};

use super::Applied;

impl Applied {
    /// How it stands on a site by what is left to do there, as it did before or otherwise; none where nothing of it is,
    /// or has to be.
    pub(super) fn at(
        &self,
        site: &str,
        view: &View,
        plan: &Plan,
        before: Option<SiteStatus>,
        (began, now): (Time, Time),
    ) -> Option<SiteStatus> {
        let left = self.left(site, plan, view);
        let beside = left.map_or(0, |(_, beside)| beside);
        let of = plan.changes.len() + beside;
        let is_known_here = self.wanted.contains_key(site) || self.left.contains_key(site);
        if of == 0 || !is_known_here {
            // Withdrawn with nothing left, or never carried out.
            return None;
        }
        let differ = of - plan.count(Action::Keep);
        let since = |status, first| match before {
            Some(before) if before.status == status => before.since,
            Some(_) => now,
            None => first,
        };
        let wanted = self.wanted.get(site).map_or(&[][..], Vec::as_slice);
        let unseen = match &view.connection {
            Connection::Connecting => Some(began),
            Connection::Lost { since: lost, .. } if now.since(*lost) >= UNKNOWN_AFTER => {
                Some(since(Status::Unknown, *lost).min(*lost))
            }
            Connection::Lost { .. } | Connection::Live => {
                is_hidden(view, wanted).then(|| since(Status::Unknown, began))
            }
        };
        let (status, since, differ) = match (unseen, left) {
            (Some(since), _) => (Status::Unknown, since, 0),
            (None, Some((ended, _))) => (Status::Failed, ended, differ),
            (None, None) => {
                let status = mesh::status(plan).into();
                (
                    status,
                    since(status, view.last_event.unwrap_or(now)),
                    differ,
                )
            }
        };
        Some(SiteStatus {
            status,
            since,
            differ,
            of,
        })
    }

    /// When its last rollout failed, if something of what that left is there still, and how much of that is no object
    /// of the plan.
    fn left(&self, site: &str, plan: &Plan, view: &View) -> Option<(Time, usize)> {
        let left = self.left.get(site)?;
        let (mut differs, mut beside) = (false, 0);
        for key in &left.keys {
            match plan.changes.iter().find(|change| change.key == *key) {
                Some(change) => differs |= change.action != Action::Keep,
                None => beside += usize::from(self.may_be_of_it(view.snapshot.resource(key))),
            }
        }
        (differs || beside > 0).then_some((left.ended, beside))
    }

    /// Whether an object is there and is not of another intent.
    fn may_be_of_it(&self, there: Option<&Resource>) -> bool {
        there.is_some_and(|there| {
            let intent = there.labels.get(INTENT);
            intent.is_none_or(|intent| intent == self.name.as_str())
        })
    }
}

/// Whether what is wanted is of a kind that cannot be read: what is there is not known then.
fn is_hidden(view: &View, wanted: &[Manifest]) -> bool {
    wanted.iter().any(|manifest| {
        let kind = manifest.key.kind;
        !view.snapshot.knows(kind) || view.absent.contains(&kind)
    })
}
