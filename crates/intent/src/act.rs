//! What was done, for the record.

use mesh::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Actor, CloudName, Digest, Origin, PersonId, PersonName};

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident $word:literal $phrase:literal,)*) => {
        /// What was done. The word for each is stored, so a word is never changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Verb { $($(#[$doc])* $verb,)* }

        impl Verb {
            /// Every verb.
            pub const ALL: &[Self] = &[$(Self::$verb,)*];

            /// The word for it, where it is stored.
            pub fn word(self) -> &'static str {
                match self { $(Self::$verb => $word,)* }
            }

            /// What a page says between the name of who did it and what it was done to.
            pub fn phrase(&self) -> &'static str {
                match self { $(Self::$verb => $phrase,)* }
            }
        }
    };
}

verbs! {
    /// The first administrator came in by the one-time link.
    BecameAdministrator "became_administrator" "became an administrator",
    /// The accounts of the demo were made.
    PreparedDemo "prepared_demo" "prepared the demo",
    /// Signed in.
    SignedIn "signed_in" "signed in",
    /// Was refused at the sign-in.
    FailedToSignIn "failed_to_sign_in" "failed to sign in",
    /// Signed out here.
    SignedOut "signed_out" "signed out",
    /// Ended all sessions of their own.
    SignedOutEverywhere "signed_out_everywhere" "signed out everywhere",
    /// Ended one session of their own.
    EndedSession "ended_session" "ended a session of their own",
    /// Chose a new password.
    ChangedPassword "changed_password" "chose a new password",
    /// Signed in again to show that it is still them.
    Proved "proved" "showed again who they are",
    /// Invited somebody.
    Invited "invited" "invited",
    /// Came by an invitation.
    AcceptedInvitation "accepted_invitation" "came in,",
    /// Took an invitation back.
    RevokedInvitation "revoked_invitation" "revoked the invitation of",
    /// Proposed to change what somebody may do.
    ProposedRoles "proposed_roles" "proposed to change",
    /// Changed what somebody may do.
    ChangedRoles "changed_roles" "changed",
    /// Declined what was proposed, or took it back.
    DeclinedRoles "declined_roles" "declined to change",
    /// Disabled somebody.
    DisabledPerson "disabled_person" "disabled",
    /// Enabled somebody again.
    EnabledPerson "enabled_person" "enabled",
    /// Began a draft.
    BeganDraft "began_draft" "began",
    /// Saved a draft that somebody else had saved last.
    EditedDraft "edited_draft" "went on with",
    /// Discarded a draft.
    DiscardedDraft "discarded_draft" "discarded",
    /// Restored a draft that was discarded.
    RestoredDraft "restored_draft" "restored",
    /// Made a draft final.
    Submitted "submitted" "submitted",
    /// Approved a revision.
    Approved "approved" "approved",
    /// Asked for changes of a revision.
    RequestedChanges "requested_changes" "requested changes to",
    /// Took a revision out of review.
    Recalled "recalled" "recalled",
    /// Began to carry out a revision.
    BeganRollout "began_rollout" "began",
    /// Had a rollout taken back before its end.
    StoppedRollout "stopped_rollout" "stopped",
    /// Brought a rollout to its end.
    FinishedRollout "finished_rollout" "finished",
    /// Put everything back that a rollout had done.
    TookBack "took_back" "took back",
    /// Changed what a cloud asks of its revisions.
    ChangedRule "changed_rule" "changed the review rule to",
}

impl Verb {
    /// Finds a verb by its word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verb| verb.word() == word)
    }
}

/// An act: who did what, to what, from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Who did it; nobody, where the process or a stranger did.
    pub person: Option<PersonId>,
    /// Their name at that time, or what a stranger called themselves.
    pub name: PersonName,
    /// What was done.
    pub verb: Verb,
    /// What it was done to, in a few words; empty where the verb says all.
    pub about: String,
    /// Where it came from.
    pub origin: Origin,
    /// The cloud it was done in; none where it was done to the installation.
    pub cloud: Option<CloudName>,
    /// The digest of the revision it was done to.
    pub digest: Option<Digest>,
    /// The hash of what it wrote down, where that is bound by the record.
    pub bound: Option<Digest>,
}

impl Act {
    /// An act of somebody who signed in.
    pub fn by(actor: &Actor, verb: Verb) -> Self {
        Self {
            person: Some(actor.person),
            ..Self::unsigned(actor.name.clone(), verb, &actor.origin)
        }
    }

    /// An act of the process, or of somebody who has not signed in.
    pub fn unsigned(name: PersonName, verb: Verb, origin: &Origin) -> Self {
        Self {
            person: None,
            name,
            verb,
            about: String::new(),
            origin: origin.clone(),
            cloud: None,
            digest: None,
            bound: None,
        }
    }
}

/// An act as it is kept: numbered, dated, and chained to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number; they go up by one.
    pub seq: i64,
    /// When it was done.
    pub at: Time,
    /// Who did it.
    pub person: Option<PersonId>,
    /// Their name at that time.
    pub name: String,
    /// The word for what was done.
    pub verb: String,
    /// What it was done to.
    pub about: String,
    /// The address it came from.
    pub address: String,
    /// The request it came with.
    pub request: String,
    /// The cloud it was done in.
    pub cloud: Option<String>,
    /// The digest of the revision it was done to.
    pub digest: Option<String>,
    /// The hash of what it wrote down.
    pub bound: Option<String>,
}

/// What binds a record to all before it: a SHA-256.
pub type Link = [u8; 32];

impl Record {
    /// So many characters of what an act was done to are kept.
    pub const LONGEST: usize = 200;

    /// Dates and numbers an act.
    pub fn of(act: &Act, seq: i64, at: Time) -> Self {
        Self {
            seq,
            at,
            person: act.person,
            name: act.name.as_str().into(),
            verb: act.verb.word().into(),
            about: act.about.chars().take(Self::LONGEST).collect(),
            address: act.origin.address.clone(),
            request: act.origin.request.clone(),
            cloud: act.cloud.as_ref().map(CloudName::to_string),
            digest: act.digest.clone().map(String::from),
            bound: act.bound.clone().map(String::from),
        }
    }

    /// What was done and to what, as a phrase after the name: "approved revision 2".
    pub fn did(&self) -> String {
        let phrase = match Verb::named(&self.verb) {
            Some(verb) => verb.phrase().into(),
            None => self.verb.replace('_', " "),
        };
        if self.about.is_empty() {
            phrase
        } else {
            format!("{phrase} {}", self.about)
        }
    }

    /// Computes the link of this record: the hash of the one before it and of every field, each with its
    /// length, so that no two records read alike. A record of neither cloud nor revision has the link it had
    /// before there were any, and one that binds nothing the link it had before any did.
    pub fn link(&self, before: &Link) -> Link {
        let person = self.person.map_or(String::new(), |p| p.0.to_string());
        let (seq, at) = (self.seq.to_string(), self.at.0.to_string());
        let mut parts = vec![
            &seq,
            &at,
            &person,
            &self.name,
            &self.verb,
            &self.about,
            &self.address,
            &self.request,
        ];
        let nothing = String::new();
        if self.cloud.is_some() || self.digest.is_some() || self.bound.is_some() {
            parts.push(self.cloud.as_ref().unwrap_or(&nothing));
            parts.push(self.digest.as_ref().unwrap_or(&nothing));
        }
        parts.extend(&self.bound);
        let mut hash = Sha256::new();
        hash.update(before);
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_changes_with_every_field_and_with_what_came_before() {
        let record = Record {
            seq: 1,
            at: Time(2),
            person: Some(PersonId(3)),
            name: "ada".into(),
            verb: "signed_in".into(),
            about: String::new(),
            address: "127.0.0.1".into(),
            request: "r".into(),
            cloud: Some("shop".into()),
            digest: Some("d".into()),
            bound: Some("b".into()),
        };
        let link = record.link(&[0; 32]);
        let changed = [
            Record {
                seq: 2,
                ..record.clone()
            },
            Record {
                at: Time(3),
                ..record.clone()
            },
            Record {
                person: None,
                ..record.clone()
            },
            Record {
                name: "adas".into(),
                verb: "igned_in".into(),
                ..record.clone()
            },
            Record {
                about: "x".into(),
                ..record.clone()
            },
            Record {
                address: "::1".into(),
                ..record.clone()
            },
            Record {
                request: "s".into(),
                ..record.clone()
            },
            Record {
                cloud: None,
                ..record.clone()
            },
            Record {
                digest: None,
                ..record.clone()
            },
            Record {
                bound: None,
                ..record.clone()
            },
            Record {
                bound: Some("c".into()),
                ..record.clone()
            },
            Record {
                cloud: Some("d".into()),
                digest: Some("shop".into()),
                ..record.clone()
            },
        ];
        for other in changed {
            assert_ne!(other.link(&[0; 32]), link, "{other:?}");
        }
        assert_ne!(record.link(&[1; 32]), link);
    }

    #[test]
    fn a_record_of_neither_cloud_nor_revision_has_the_link_it_always_had() {
        let act = Act::unsigned(PersonName::known("ada"), Verb::SignedIn, &Origin::default());
        let link = Record::of(&act, 1, Time(2)).link(&[0; 32]);
        let hex: String = link.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "232a16073100d769baf982d37253e86d39cf9d4a8d35a84bd46bed6657b0767b"
        );
    }

    #[test]
    fn what_an_act_was_done_to_is_kept_in_a_few_words() {
        let act = Act {
            about: "ü".repeat(5_000),
            ..Act::unsigned(
                PersonName::known("ada"),
                Verb::BeganDraft,
                &Origin::default(),
            )
        };
        let kept = Record::of(&act, 1, Time(2)).about;
        assert_eq!(kept, "ü".repeat(Record::LONGEST));
    }

    #[test]
    fn every_verb_is_found_by_its_word_which_is_also_its_word_in_json() {
        for verb in Verb::ALL {
            assert_eq!(Verb::named(verb.word()), Some(*verb));
            let json = serde_json::to_value(verb).unwrap();
            assert_eq!(json, verb.word());
        }
        assert_eq!(Verb::named("flew"), None);
    }

    #[test]
    fn what_was_done_reads_as_a_phrase_even_if_a_later_version_did_it() {
        let act = Act {
            about: "revision 2".into(),
            ..Act::unsigned(PersonName::known("ada"), Verb::Approved, &Origin::default())
        };
        let record = Record::of(&act, 1, Time(2));
        assert_eq!(record.did(), "approved revision 2");
        let later = Record {
            verb: "rolled_out".into(),
            ..record.clone()
        };
        assert_eq!(later.did(), "rolled out revision 2");
        let short = Record {
            about: String::new(),
            ..record
        };
        assert_eq!(short.did(), "approved");
    }
}
