//! The ledger: which objects are ours, and as what.

use mesh::{Manifest, ResourceKey};
use serde::{Deserialize, Serialize};

use super::{Direction, Note, Request, Rollout, Saw, Step, Told};
use crate::{Digest, IntentId, RevisionNumber, place::INTENT};

/// An object that was applied here, as it was applied last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// The site.
    pub site: String,
    /// What it is called.
    pub key: ResourceKey,
    /// What tells it from another object of the same name.
    pub uid: String,
    /// The intent that it belongs to.
    pub intent: IntentId,
    /// The revision that made it so.
    pub revision: RevisionNumber,
    /// The hash of its spec.
    pub spec: Digest,
}

/// What becomes of a row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerChange {
    /// It is like this now.
    Put(Owned),
    /// It is gone.
    Remove {
        /// The site.
        site: String,
        /// The object.
        key: ResourceKey,
    },
}

impl Rollout {
    /// What a note changes in the ledger: what is known of an object by it.
    pub fn ledger_change(&self, note: &Note) -> Option<LedgerChange> {
        let (request, is_there, uid) = match note {
            Note::Answered(request, Told::Done { uid, .. }) => (request, true, Some(uid.clone())),
            Note::Answered(request, Told::Removed) => (request, true, None),
            Note::Looked(request, Saw::Wanted { uid }) => (request, true, uid.clone()),
            Note::Looked(request, Saw::Untouched { uid }) => (request, false, uid.clone()),
            Note::Answered(..)
            | Note::Looked(..)
            | Note::Asked(_)
            | Note::Turned(_)
            | Note::Ended(_) => return None,
        };
        let step = self.step(request)?;
        let owned = match (request.direction, is_there) {
            (Direction::Forward, true) | (Direction::Back, false) => self.made(request, step),
            (Direction::Forward, false) | (Direction::Back, true) => self.found(request, step),
        };
        match (owned, uid) {
            (Some(owned), Some(uid)) => Some(LedgerChange::Put(Owned { uid, ..owned })),
            (Some(_), None) => None,
            (None, _) => Some(LedgerChange::Remove {
                site: request.site.clone(),
                key: step.key.clone(),
            }),
        }
    }

    /// The intent that an object belongs to, by its label.
    pub(super) fn intent_of(&self, manifest: &Manifest) -> Option<IntentId> {
        let label = manifest.labels.get(INTENT)?;
        let mut intents = self.order.intents.iter();
        let (intent, _) = intents.find(|(_, name)| name.as_str() == label)?;
        Some(*intent)
    }

    /// The object as it is wanted.
    fn made(&self, request: &Request, step: &Step) -> Option<Owned> {
        let after = step.after.as_ref()?;
        Some(Owned {
            site: request.site.clone(),
            key: step.key.clone(),
            uid: String::new(),
            intent: self.intent_of(after)?,
            revision: self.order.revision,
            spec: Digest::of(after.canonical()),
        })
    }

    /// The object as it was.
    fn found(&self, request: &Request, step: &Step) -> Option<Owned> {
        step.before.as_ref()?;
        let mut owned = self.owned.iter();
        owned
            .find(|owned| owned.site == request.site && owned.key == step.key)
            .cloned()
    }
}
