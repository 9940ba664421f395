//! What was done.

use intent::{ActSeen, Actor, CloudName, Digest, HistoryPage, Record, Role, Verb};
use store::About;

use crate::{Engine, Error, Result};

/// So many acts are shown at a time.
const PAGE: usize = 100;

impl Engine {
    /// What was done in a cloud, before a number; for its members. In the whole installation, for
    /// administrators.
    pub async fn history(
        &self,
        actor: &Actor,
        cloud: Option<&CloudName>,
        before: Option<i64>,
    ) -> Result<HistoryPage> {
        match cloud {
            Some(cloud) if !actor.is(Role::Viewer, cloud) => return Err(Error::NotFound),
            None if !actor.administers() => {
                return Err(Error::Denied(
                    "Administrators see what was done in the whole installation; you are not one of them.".into(),
                ));
            }
            Some(_) | None => {}
        }
        let about = About {
            cloud: cloud.cloned(),
            digest: None,
        };
        // One more than is shown tells whether there are more.
        let found = self.store.acts_about(&about, before, PAGE as u32 + 1);
        let found = found.await?;
        let shown = &found[..found.len().min(PAGE)];
        let more = (found.len() > PAGE).then(|| shown.last().map(|act| act.seq));
        Ok(HistoryPage {
            acts: shown.iter().map(|act| act_seen(actor, act)).collect(),
            more: more.flatten(),
        })
    }
}

/// An act as pages show it to somebody.
pub(crate) fn act_seen(actor: &Actor, record: &Record) -> ActSeen {
    let digest = record.digest.clone();
    // A stranger may call themselves so, but comes from somewhere.
    let by_itself = record.name == PROCESS && record.address.is_empty();
    ActSeen {
        seq: record.seq,
        at: record.at,
        by: (!by_itself).then(|| record.name.clone()),
        did: record.did(),
        digest: digest.and_then(|digest| Digest::try_from(digest).ok()),
        address: record.address.clone(),
        request: record.request.clone(),
        href: href(actor, record),
    }
}

/// What the process calls itself.
const PROCESS: &str = "assent";

/// The page of what an act was done to, if there is one that whoever looks may open.
fn href(actor: &Actor, record: &Record) -> Option<String> {
    let Some(cloud) = &record.cloud else {
        let people = about_people(Verb::named(&record.verb)?) && actor.administers();
        return people.then(|| "/settings/people".into());
    };
    let cloud = CloudName::read(cloud).ok()?;
    if !actor.is(Role::Viewer, &cloud) {
        return None;
    }
    let number = |what: &str| {
        let rest = record.about.strip_prefix(what)?.strip_prefix(' ')?;
        let number = rest.split(',').next()?;
        number.parse::<i64>().ok()
    };
    if let Some(number) = number("revision") {
        Some(format!("/c/{cloud}/revisions/{number}"))
    } else if let Some(number) = number("rollout") {
        Some(format!("/c/{cloud}/rollouts/{number}"))
    } else {
        Some(format!("/c/{cloud}/drafts/{}", number("draft")?))
    }
}

/// Whether an act changes what people may do.
fn about_people(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Invited
            | Verb::AcceptedInvitation
            | Verb::RevokedInvitation
            | Verb::ProposedRoles
            | Verb::ChangedRoles
            | Verb::DeclinedRoles
            | Verb::DisabledPerson
            | Verb::EnabledPerson
    )
}

#[cfg(test)]
mod tests {
    use intent::{Grant, Origin, PersonId, PersonName, Time};

    use super::*;

    fn member() -> Actor {
        Actor {
            person: PersonId(1),
            name: PersonName::known("ada"),
            grants: vec![Grant::In(CloudName::read("shop").unwrap(), Role::Viewer)],
            origin: Origin::default(),
        }
    }

    fn record(verb: Verb, about: &str, cloud: Option<&str>) -> Record {
        Record {
            seq: 7,
            at: Time(1),
            person: None,
            name: "assent".into(),
            verb: verb.word().into(),
            about: about.into(),
            address: String::new(),
            request: String::new(),
            cloud: cloud.map(Into::into),
            digest: None,
            bound: None,
        }
    }

    #[test]
    fn an_act_leads_to_the_page_of_what_it_was_done_to() {
        let led = |verb, about, cloud| href(&member(), &record(verb, about, cloud));
        assert_eq!(
            led(Verb::Approved, "revision 2", Some("shop")).as_deref(),
            Some("/c/shop/revisions/2")
        );
        assert_eq!(
            led(Verb::EditedDraft, "draft 7, reviews-mtls", Some("shop")).as_deref(),
            Some("/c/shop/drafts/7")
        );
        assert_eq!(
            led(Verb::BeganRollout, "rollout 3, revision 2", Some("shop")).as_deref(),
            Some("/c/shop/rollouts/3")
        );
        assert_eq!(
            led(Verb::ChangedRule, "2 approvals, version 2", Some("shop")),
            None
        );
        assert_eq!(led(Verb::SignedIn, "", None), None);
    }

    #[test]
    fn an_act_leads_nowhere_for_whoever_may_not_go_there() {
        let led = |verb, about, cloud| href(&member(), &record(verb, about, cloud));
        assert_eq!(led(Verb::Approved, "revision 2", Some("bank")), None);
        assert_eq!(led(Verb::Invited, "ben", None), None);
    }

    #[test]
    fn what_the_process_did_was_done_by_nobody() {
        let seen = act_seen(
            &member(),
            &record(Verb::ChangedRule, "1 approval, version 1", Some("shop")),
        );
        assert_eq!(seen.by, None);
        assert_eq!(seen.did, "changed the review rule to 1 approval, version 1");
    }
}
