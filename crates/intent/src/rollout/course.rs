//! One step taken one way, from the first request to what came of it.

use super::{Direction, Saw, Told};
use crate::Time;

/// How long an object may take to go that was removed, in milliseconds: somebody may hold it by a finalizer.
const GOES_WITHIN: i64 = 60_000;

/// How far a step has come, taken one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) state: State,
    /// Whether it is known that the object was changed.
    pub(super) done: bool,
    /// Whether the outcome of some request was not known.
    pub(super) doubt: bool,
    /// Whether somebody has to see to the object: what was asked may have been done, and it is otherwise now.
    pub(super) stray: bool,
    /// What tells the object that was made or changed from others of its name.
    pub(super) uid: Option<String>,
    /// When that was last written about.
    pub(super) at: Option<Time>,
}

/// Where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing was asked yet.
    #[default]
    NotBegun,
    /// A request was sent, or was about to be.
    Asked,
    /// A request came to nothing.
    Again,
    /// Nobody knows what came of a request.
    Doubtful,
    /// A request was carried out, as the cluster says.
    Answered,
    /// The object is going.
    Going {
        /// Since when.
        since: Time,
    },
    /// The object is not what was seen, perhaps by an earlier request of ours.
    Moved,
    /// The object is as it has to be. Final.
    Reached,
    /// The object is not made as it has to be; says what became of it. Final.
    Failed(String),
}

/// What a course needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Ask,
    Look,
    Nothing,
}

impl Course {
    pub(super) fn need(&self) -> Need {
        match self.state {
            State::NotBegun | State::Again => Need::Ask,
            State::Asked
            | State::Doubtful
            | State::Answered
            | State::Going { .. }
            | State::Moved => Need::Look,
            State::Reached | State::Failed(_) => Need::Nothing,
        }
    }

    /// Whether a request may have been carried out of which that is not known yet.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Asked | State::Doubtful | State::Moved)
    }

    pub(super) fn ask(&mut self, at: Time) {
        if self.need() == Need::Nothing {
            return;
        }
        self.at = Some(at);
        self.doubt |= self.is_open();
        self.state = State::Asked;
    }

    pub(super) fn answer(&mut self, direction: Direction, told: &Told, at: Time) {
        if self.need() == Need::Nothing {
            return;
        }
        self.at = Some(at);
        self.state = match told {
            Told::Done { uid, .. } => {
                self.done = true;
                self.uid = Some(uid.clone());
                State::Answered
            }
            Told::Removed => {
                self.done = true;
                State::Going { since: at }
            }
            Told::Unknown(_) => {
                self.doubt = true;
                State::Doubtful
            }
            told if told.is_silence(direction) => State::Again,
            Told::Moved if self.doubt || direction == Direction::Back => State::Moved,
            told => State::Failed(told.to_string()),
        };
    }

    pub(super) fn look(&mut self, saw: &Saw, at: Time) {
        if self.need() == Need::Nothing {
            return;
        }
        self.at = Some(at);
        let was = std::mem::take(&mut self.state);
        self.doubt |= was == State::Asked;
        self.stray = *saw == Saw::Differs && self.doubt && !self.done;
        self.state = match (saw, was) {
            (Saw::Wanted { uid }, _) => {
                self.done = true;
                self.uid.clone_from(uid);
                State::Reached
            }
            (Saw::Unknown(_), State::Asked) => State::Doubtful,
            (Saw::Unknown(_), was) => was,
            (Saw::Untouched { .. } | Saw::Differs, State::Moved) => {
                self.done &= *saw == Saw::Differs;
                State::Failed(Told::Moved.to_string())
            }
            (Saw::Differs, _) => State::Failed(
                "is neither as it was nor as it should be: somebody else changed it meanwhile"
                    .into(),
            ),
            (Saw::Untouched { .. }, State::Going { since }) => {
                if at.since(since) < GOES_WITHIN {
                    State::Going { since }
                } else {
                    State::Failed("was removed and is still there; something holds it".into())
                }
            }
            (Saw::Untouched { .. }, State::Answered) => {
                self.done = false;
                State::Failed("was not changed, although the cluster said so".into())
            }
            (Saw::Untouched { .. }, _) => {
                self.done = false;
                State::Again
            }
        };
    }
}
