//! What was done, for the record.

use mesh::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Origin, PersonId, PersonName};

/// What was done. The word for each is stored, so a word is never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// The first administrator came in by the one-time link.
    BecameAdministrator,
    /// The accounts of the demo were made.
    PreparedDemo,
    /// Signed in.
    SignedIn,
    /// Was refused at the sign-in.
    FailedToSignIn,
    /// Signed out here.
    SignedOut,
    /// Ended all sessions of their own.
    SignedOutEverywhere,
    /// Ended one session of their own.
    EndedSession,
    /// Chose a new password.
    ChangedPassword,
    /// Signed in again to show that it is still them.
    Proved,
    /// Invited somebody.
    Invited,
    /// Came by an invitation.
    AcceptedInvitation,
    /// Took an invitation back.
    RevokedInvitation,
    /// Proposed to change what somebody may do.
    ProposedRoles,
    /// Changed what somebody may do.
    ChangedRoles,
    /// Declined what was proposed, or took it back.
    DeclinedRoles,
    /// Disabled somebody.
    DisabledPerson,
    /// Enabled somebody again.
    EnabledPerson,
}

impl Verb {
    /// The word for it, where it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::BecameAdministrator => "became_administrator",
            Self::PreparedDemo => "prepared_demo",
            Self::SignedIn => "signed_in",
            Self::FailedToSignIn => "failed_to_sign_in",
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::EndedSession => "ended_session",
            Self::ChangedPassword => "changed_password",
            Self::Proved => "proved",
            Self::Invited => "invited",
            Self::AcceptedInvitation => "accepted_invitation",
            Self::RevokedInvitation => "revoked_invitation",
            Self::ProposedRoles => "proposed_roles",
            Self::ChangedRoles => "changed_roles",
            Self::DeclinedRoles => "declined_roles",
            Self::DisabledPerson => "disabled_person",
            Self::EnabledPerson => "enabled_person",
        }
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
}

/// What binds a record to all before it: a SHA-256.
pub type Link = [u8; 32];

impl Record {
    /// Dates and numbers an act.
    pub fn of(act: &Act, seq: i64, at: Time) -> Self {
        Self {
            seq,
            at,
            person: act.person,
            name: act.name.as_str().into(),
            verb: act.verb.word().into(),
            about: act.about.clone(),
            address: act.origin.address.clone(),
            request: act.origin.request.clone(),
        }
    }

    /// Computes the link of this record: the hash of the one before it and of every field, each with its
    /// length, so that no two records read alike.
    pub fn link(&self, before: &Link) -> Link {
        let person = self.person.map_or(String::new(), |p| p.0.to_string());
        let mut hash = Sha256::new();
        hash.update(before);
        for part in [
            &self.seq.to_string(),
            &self.at.0.to_string(),
            &person,
            &self.name,
            &self.verb,
            &self.about,
            &self.address,
            &self.request,
        ] {
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
        ];
        for other in changed {
            assert_ne!(other.link(&[0; 32]), link, "{other:?}");
        }
        assert_ne!(record.link(&[1; 32]), link);
    }
}
