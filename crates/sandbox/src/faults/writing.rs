//! What can go wrong with requests that change something.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;

use super::aim::{Aim, Target};
use crate::failure::Failure;

/// What goes wrong with a write.
#[derive(Clone, Debug)]
pub enum WriteFault {
    /// It is answered with a failure, and nothing is stored.
    Refuse(Refusal),
    /// It arrives this much later; a client that does not wait so long has sent nothing.
    SlowRequest(Duration),
    /// It is carried out at once and answered this much later.
    SlowAnswer(Duration),
    /// The connection is reset before anything is stored.
    LoseRequest,
    /// The connection is reset after the change was stored.
    LoseAnswer,
    /// It is answered as if it had been carried out, and nothing is stored.
    Pretend,
    /// Something else is stored, and told, as a mutating webhook would have it.
    Store(Twist),
    /// Something else is told than what was stored.
    Tell(Twist),
}

/// Makes something else of an object; it must not use the sandbox.
#[derive(Clone)]
pub struct Twist(Arc<dyn Fn(&mut Value) + Send + Sync>);

/// An answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status, from 400 on; it decides the reason.
    pub code: u16,
    /// What it says.
    pub message: String,
    /// What the header `Retry-After` says, sensible or not.
    pub retry_after: Option<&'static str>,
}

/// The faults that wait for a write.
#[derive(Debug, Default)]
pub(crate) struct Traps(Vec<(Aim, WriteFault)>);

/// The faults that hit one write.
#[derive(Debug)]
pub(crate) struct Hits(Vec<WriteFault>);

impl Twist {
    /// Wraps what is done to an object.
    pub fn new(twist: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self(Arc::new(twist))
    }
}

impl fmt::Debug for Twist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Twist")
    }
}

impl Refusal {
    /// Answers a status in the words of a real API server.
    #[must_use]
    pub fn of(code: u16) -> Self {
        let message = match code {
            400 => "the request is not valid",
            401 => "Unauthorized",
            403 => "the request is forbidden: exceeded quota",
            404 => "the server could not find the requested resource",
            409 => {
                "the object has been modified; please apply your changes to the latest version \
                    and try again"
            }
            422 => "the server rejected our request due to an error in our request",
            429 => "too many requests, please try again later",
            500 => "an error on the server prevented the request from succeeding",
            503 => "the server is currently unable to handle the request",
            504 => {
                "the server was unable to return a response in the time allotted, but may still \
                    be processing the request"
            }
            _ => "the server does not say why",
        };
        Self {
            code,
            message: message.to_owned(),
            retry_after: None,
        }
    }

    fn failure(&self) -> Failure {
        let reason = match self.code {
            400 => "BadRequest",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "NotFound",
            409 => "Conflict",
            422 => "Invalid",
            429 => "TooManyRequests",
            500 => "InternalError",
            503 => "ServiceUnavailable",
            504 => "Timeout",
            _ => "",
        };
        Failure::injected(self.code, reason, &self.message, self.retry_after)
    }
}

impl Traps {
    pub(crate) fn set(&mut self, aim: Aim, fault: WriteFault) {
        self.0.push((aim, fault));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Finds what hits a write, in the order it was set.
    pub(crate) fn strike(&mut self, target: &Target) -> Hits {
        let meant = self.0.iter_mut().filter(|(aim, _)| aim.means(target));
        let hits = meant.filter_map(|(aim, fault)| aim.strikes().then(|| fault.clone()));
        Hits(hits.collect())
    }
}

impl Hits {
    /// How much later the request arrives.
    pub(crate) fn request_takes(&self) -> Duration {
        let delays = self.0.iter().map(|fault| match fault {
            WriteFault::SlowRequest(delay) => *delay,
            _ => Duration::ZERO,
        });
        delays.sum()
    }

    /// How much later the answer arrives.
    pub(crate) fn answer_takes(&self) -> Duration {
        let delays = self.0.iter().map(|fault| match fault {
            WriteFault::SlowAnswer(delay) => *delay,
            _ => Duration::ZERO,
        });
        delays.sum()
    }

    pub(crate) fn loses_request(&self) -> bool {
        self.0.iter().any(|f| matches!(f, WriteFault::LoseRequest))
    }

    pub(crate) fn loses_answer(&self) -> bool {
        self.0.iter().any(|f| matches!(f, WriteFault::LoseAnswer))
    }

    pub(crate) fn pretends(&self) -> bool {
        self.0.iter().any(|f| matches!(f, WriteFault::Pretend))
    }

    pub(crate) fn failure(&self) -> Option<Failure> {
        self.0.iter().find_map(|fault| match fault {
            WriteFault::Refuse(refusal) => Some(refusal.failure()),
            _ => None,
        })
    }

    /// Makes of an object what is stored.
    pub(crate) fn store(&self, object: &mut Value) {
        for fault in &self.0 {
            if let WriteFault::Store(Twist(twist)) = fault {
                twist(object);
            }
        }
    }

    /// Makes of an answer what is told.
    pub(crate) fn tell(&self, answer: &mut Value) {
        for fault in &self.0 {
            if let WriteFault::Tell(Twist(twist)) = fault {
                twist(answer);
            }
        }
    }
}
