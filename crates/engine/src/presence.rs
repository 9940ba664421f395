//! Whoever follows a cloud: whether they still may.

use intent::{Closing, CloudName, Origin, Role, Time};
use tokio::sync::watch;

use crate::{Engine, Error, Result};

impl Engine {
    /// Whether whoever has this session may follow a cloud, and until when at most; else why not. What they may do is
    /// read anew each time.
    pub async fn may_follow(
        &self,
        session: &[u8],
        cloud: &CloudName,
    ) -> Result<std::result::Result<Time, Closing>> {
        let Some((person, ends)) = self.store.session_open(session).await? else {
            return Ok(Err(Closing::SignedOut));
        };
        match self.actor(person, Origin::default()).await {
            Ok(actor) if actor.is(Role::Viewer, cloud) => Ok(Ok(ends)),
            Ok(_) => Ok(Err(Closing::NotAllowed)),
            Err(Error::NotFound) => Ok(Err(Closing::SignedOut)),
            Err(other) => Err(other),
        }
    }

    /// Counts as activity of a session, if that is still open: somebody looks at a page that follows.
    pub async fn is_looking(&self, session: &[u8]) -> Result<()> {
        self.store.touch_session(session).await?;
        Ok(())
    }

    /// Tells whenever somebody's session was ended or what they may do was changed.
    pub fn people_changed(&self) -> watch::Receiver<u64> {
        self.store.people_changed()
    }
}
