//! What can go wrong between a client and its API server.

mod aim;
mod writing;

use std::time::Duration;

pub use aim::Aim;
pub(crate) use aim::Target;
pub(crate) use writing::{Hits, Traps};
pub use writing::{Refusal, Twist, WriteFault};

use crate::{
    sandbox::{Sandbox, known},
    state::Refused,
};

/// What the way to the API server is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Requests are answered at once.
    #[default]
    Up,
    /// Every answer takes this much longer.
    Slow(Duration),
    /// Nothing arrives any more, in either direction, until the line changes.
    Silent,
    /// Connections are refused, and open ones reset.
    Down,
}

/// The hands that break a sandbox.
///
/// Faults belong to the moment: they are neither saved nor loaded.
#[derive(Clone, Debug)]
pub struct Faults(pub(crate) Sandbox);

impl Faults {
    /// Sets what the way to the API server is like from now on.
    pub fn line(&self, line: Line) {
        self.0.change(|state| state.line = line);
    }

    /// Answers 403 to every request about a kind, whatever the rules say.
    pub fn forbid(&self, kind: &str) -> Result<(), Refused> {
        let kind = known(kind)?;
        self.0.change(|state| state.forbidden.insert(kind));
        Ok(())
    }

    /// Ends [`Faults::forbid`].
    pub fn permit(&self, kind: &str) -> Result<(), Refused> {
        let kind = known(kind)?;
        self.0.change(|state| state.forbidden.remove(kind));
        Ok(())
    }

    /// Lets something go wrong with the writes that an aim means.
    ///
    /// Where several faults hit one write, all of them happen; of several refusals, the first.
    pub fn writes(&self, aim: Aim, fault: WriteFault) {
        self.0.change(|state| state.traps.set(aim, fault));
    }

    /// Ends every fault set by [`Faults::writes`].
    pub fn heal_writes(&self) {
        self.0.change(|state| state.traps.clear());
    }

    /// Resets the connection of every open watch; new ones are served.
    pub fn cut_watches(&self) {
        self.0.change(|state| state.cuts += 1);
    }

    /// Answers 410 to every resource version given out so far, in open watches too.
    pub fn expire_history(&self) {
        self.0.change(|state| state.forget());
    }
}
