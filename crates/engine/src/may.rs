//! Who may do what in a cloud, as it is said to those who may not.

use cluster::Cloud;
use intent::{Actor, CloudName, Role};

use crate::{Engine, Error, Result};

const READ_ONLY: &str = "Assent runs read-only; nothing is written here.";

impl Engine {
    /// A cloud, for somebody who writes there.
    pub(crate) fn cloud_for_writing(&self, actor: &Actor, name: &CloudName) -> Result<&Cloud> {
        let cloud = self.cloud_for(actor, name)?;
        match self.cannot_write(actor, name) {
            Some(why) => Err(Error::Denied(why)),
            None => Ok(cloud),
        }
    }

    /// A cloud, for somebody who votes there.
    pub(crate) fn cloud_for_voting(&self, actor: &Actor, name: &CloudName) -> Result<&Cloud> {
        let cloud = self.cloud_for(actor, name)?;
        match self.cannot_review(actor, name) {
            Some(why) => Err(Error::Denied(why)),
            None => Ok(cloud),
        }
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

    fn cannot(&self, actor: &Actor, name: &CloudName, role: Role, why: String) -> Option<String> {
        if self.read_only {
            Some(READ_ONLY.into())
        } else if actor.is(role, name) {
            None
        } else {
            Some(why)
        }
    }
}
