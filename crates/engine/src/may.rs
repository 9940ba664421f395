//! Who may do what in a cloud, as it is said to those who may not.

use cluster::Cloud;
use intent::{Actor, CloudName, Role};

use crate::{Engine, Error, Result};

const READ_ONLY: &str = "Assent runs read-only; nothing is written here.";

impl Engine {
    /// A cloud, for somebody who writes there.
    pub(crate) fn cloud_for_writing(&self, actor: &Actor, name: &CloudName) -> Result<&Cloud> {
        self.allowed(actor, name, self.cannot_write(actor, name))
    }

    /// A cloud, for somebody who votes there.
    pub(crate) fn cloud_for_voting(&self, actor: &Actor, name: &CloudName) -> Result<&Cloud> {
        self.allowed(actor, name, self.cannot_review(actor, name))
    }

    /// A cloud, for somebody who changes its sites.
    pub(crate) fn cloud_for_operating(&self, actor: &Actor, name: &CloudName) -> Result<&Cloud> {
        self.allowed(actor, name, self.cannot_operate(actor, name))
    }

    /// Why somebody cannot write in a cloud; none if they can.
    pub(crate) fn cannot_write(&self, actor: &Actor, name: &CloudName) -> Option<String> {
        let why = format!("Authors of {name} write its intents; you are not one of them.");
        self.cannot(actor, name, Role::Author, why)
    }

    /// Why somebody cannot vote in a cloud, whatever the revision; none if they can.
    pub(crate) fn cannot_review(&self, actor: &Actor, name: &CloudName) -> Option<String> {
        let why = format!("Reviewers of {name} vote; you are not one of them.");
        self.cannot(actor, name, Role::Reviewer, why)
    }

    /// Why somebody cannot change the sites of a cloud; none if they can.
    pub(crate) fn cannot_operate(&self, actor: &Actor, name: &CloudName) -> Option<String> {
        let why = format!("Operators of {name} roll out and back; you are not one of them.");
        self.cannot(actor, name, Role::Operator, why)
    }

    fn allowed(&self, actor: &Actor, name: &CloudName, cannot: Option<String>) -> Result<&Cloud> {
        match cannot {
            Some(why) if actor.is(Role::Viewer, name) => Err(Error::Denied(why)),
            Some(_) | None => self.cloud_for(actor, name),
        }
    }

    fn cannot(&self, actor: &Actor, name: &CloudName, role: Role, why: String) -> Option<String> {
        if self.read_only {
            Some(READ_ONLY.into())
        } else if self.fleet.cloud(name.as_str()).is_err() {
            let why = "is not in the file of clouds; what was written there can be read, and nothing is added";
            Some(format!("{name} {why}."))
        } else if actor.is(role, name) {
            None
        } else {
            Some(why)
        }
    }
}
