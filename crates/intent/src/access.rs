//! The one table of who may come through which door.

use crate::{Actor, CloudName, Role};

/// What a door asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: open to strangers.
    Nothing,
    /// Somebody who signed in.
    Person,
    /// A role in the cloud that the request is about.
    Role(Role),
    /// An administrator of the installation.
    Administrator,
}

/// A way into the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// A page, by the pattern of its path.
    Page(&'static str),
    /// A server function, by the last part of its path below `/api/`.
    Function(&'static str),
    /// Anything else that answers: sockets, files, probes.
    Plain(&'static str),
}

use Door::{Function, Page, Plain};
use Needs::{Administrator, Nothing, Person};

/// Every door there is. What is not in this list stays shut; a test holds it against the router.
pub const DOORS: &[(Door, Needs)] = &[
    (Page("/"), Person),
    (Page("/sign-in"), Nothing),
    (Page("/welcome/{token}"), Nothing),
    (Page("/c/{cloud}"), Needs::Role(Role::Viewer)),
    (Page("/c/{cloud}/services"), Needs::Role(Role::Viewer)),
    (
        Page("/c/{cloud}/services/{namespace}/{service}"),
        Needs::Role(Role::Viewer),
    ),
    (Page("/c/{cloud}/intents"), Needs::Role(Role::Viewer)),
    (
        Page("/c/{cloud}/intents/{intent}"),
        Needs::Role(Role::Viewer),
    ),
    (Page("/c/{cloud}/new"), Needs::Role(Role::Author)),
    (Page("/c/{cloud}/drafts/{draft}"), Needs::Role(Role::Viewer)),
    (Page("/c/{cloud}/reviews"), Needs::Role(Role::Viewer)),
    (
        Page("/c/{cloud}/revisions/{number}"),
        Needs::Role(Role::Viewer),
    ),
    (Page("/c/{cloud}/rollouts"), Needs::Role(Role::Viewer)),
    (
        Page("/c/{cloud}/rollouts/{rollout}"),
        Needs::Role(Role::Viewer),
    ),
    (Page("/c/{cloud}/history"), Needs::Role(Role::Viewer)),
    (Page("/settings"), Person),
    (Page("/settings/people"), Administrator),
    (Page("/settings/clouds"), Person),
    (Page("/settings/history"), Administrator),
    (Function("clouds"), Person),
    (Function("cloud"), Needs::Role(Role::Viewer)),
    (Function("services"), Needs::Role(Role::Viewer)),
    (Function("service"), Needs::Role(Role::Viewer)),
    (Function("intents"), Needs::Role(Role::Viewer)),
    (Function("intent"), Needs::Role(Role::Viewer)),
    (Function("draft"), Needs::Role(Role::Viewer)),
    (Function("begin_draft"), Needs::Role(Role::Author)),
    (Function("edit_intent"), Needs::Role(Role::Author)),
    (Function("save_draft"), Needs::Role(Role::Author)),
    (Function("discard_draft"), Needs::Role(Role::Author)),
    (Function("restore_draft"), Needs::Role(Role::Author)),
    (Function("submit_draft"), Needs::Role(Role::Author)),
    (Function("reviews"), Needs::Role(Role::Viewer)),
    (Function("revision"), Needs::Role(Role::Viewer)),
    (Function("recall_revision"), Needs::Role(Role::Author)),
    (Function("vote"), Needs::Role(Role::Reviewer)),
    (Function("rollouts"), Needs::Role(Role::Viewer)),
    (Function("rollout"), Needs::Role(Role::Viewer)),
    (Function("drift"), Needs::Role(Role::Viewer)),
    (Function("roll_out"), Needs::Role(Role::Operator)),
    (Function("roll_back"), Needs::Role(Role::Operator)),
    (Function("stop_rollout"), Needs::Role(Role::Operator)),
    (Function("restore_intent"), Needs::Role(Role::Operator)),
    (Function("withdraw_intent"), Needs::Role(Role::Author)),
    (Function("in_flight"), Needs::Role(Role::Viewer)),
    // A cloud's history is its members', the installation's the administrators'.
    (Function("history"), Person),
    (Function("configured"), Person),
    (Function("find"), Person),
    (Function("sign_in"), Nothing),
    (Function("enter_demo"), Nothing),
    (Function("accept_link"), Nothing),
    (Function("accept_invitation"), Nothing),
    (Function("link"), Nothing),
    (Function("choose_theme"), Nothing),
    (Function("sign_out"), Nothing),
    (Function("sign_out_everywhere"), Person),
    (Function("change_password"), Person),
    (Function("my_account"), Person),
    (Function("end_session"), Person),
    (Function("prove"), Person),
    (Function("everybody"), Administrator),
    (Function("invite"), Administrator),
    (Function("revoke_invitation"), Administrator),
    (Function("change_roles"), Administrator),
    (Function("disable_person"), Administrator),
    (Function("enable_person"), Administrator),
    (Function("decide_proposal"), Administrator),
    // The topic of a socket is the cloud that its path names.
    (Plain("/live/{cloud}"), Needs::Role(Role::Viewer)),
    // There only in a demo.
    (Plain("/demo"), Person),
    (Plain("/healthz"), Nothing),
    (Plain("/readyz"), Nothing),
    (Plain("/metrics"), Nothing),
    (Plain("/pkg/{*file}"), Nothing),
    (Plain("/favicon.svg"), Nothing),
    (Plain("/reports"), Nothing),
];

/// What comes of somebody at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// They may come in.
    Granted,
    /// They have to sign in first.
    SignIn,
    /// They lack what is needed; this is what.
    Denied(Needs),
}

/// Decides whether somebody may come through a door. A door that is not in the list is shut.
///
/// `cloud` is the cloud that the path names, if it names one.
pub fn door(door: Door, actor: Option<&Actor>, cloud: Option<&CloudName>) -> Access {
    let Some((_, needs)) = DOORS.iter().find(|(known, _)| *known == door) else {
        return Access::Denied(Administrator);
    };
    match (*needs, actor) {
        (Nothing, _) => Access::Granted,
        (_, None) => Access::SignIn,
        (needs, Some(actor)) if actor.has(needs, cloud) => Access::Granted,
        (needs, Some(_)) => Access::Denied(needs),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Grant, Origin, PersonId, PersonName};

    #[test]
    fn every_door_is_listed_once() {
        let doors: BTreeSet<Door> = DOORS.iter().map(|(door, _)| *door).collect();
        assert_eq!(doors.len(), DOORS.len());
    }

    #[test]
    fn a_door_that_is_not_listed_stays_shut() {
        let everything = Actor {
            person: PersonId(1),
            name: PersonName::known("ada"),
            grants: vec![Grant::Installation],
            origin: Origin::default(),
        };
        let unlisted = Page("/back");
        assert_ne!(door(unlisted, Some(&everything), None), Access::Granted);
        assert_ne!(door(unlisted, None, None), Access::Granted);
    }

    #[test]
    fn a_stranger_is_asked_to_sign_in() {
        assert_eq!(door(Page("/"), None, None), Access::SignIn);
        assert_eq!(door(Page("/sign-in"), None, None), Access::Granted);
    }
}
