//! Says something to a revision.

use intent::{Act, Actor, Ballot, Base, CloudName, Digest, Revision, RevisionNumber, Time, Verb};
use store::NewVote;

use crate::{Engine, Error, Result};

/// So many characters a comment has at most.
const LONGEST: usize = 2_000;

/// What whoever votes was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The digest of the revision.
    pub digest: Digest,
    /// The hash of what its objects looked like.
    pub base: Digest,
    /// The version of the rule that was in force.
    pub rule: i64,
}

impl Engine {
    /// Votes on a revision, if all that was shown is still so. `proved` is when whoever votes last showed who
    /// they are.
    #[expect(clippy::too_many_arguments, reason = "a vote binds all of this")]
    pub async fn vote(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RevisionNumber,
        shown: &Shown,
        ballot: Ballot,
        comment: &str,
        proved: Time,
    ) -> Result<()> {
        let scene = self.scene(self.cloud_for_voting(actor, cloud)?);
        let revision = self.store.revision(cloud, number).await?;
        let comment = comment_on(ballot, comment)?;
        let base = scene
            .base(&revision)
            .map_err(|unseen| Error::Denied(format!("{unseen} Vote when it is.")))?;
        let new = NewVote {
            cloud: cloud.clone(),
            revision: number,
            digest: shown.digest.clone(),
            rule: shown.rule,
            ballot,
            comment,
            proved,
        };
        if shown.base != base.digest() {
            return Err(Error::Moved(moved(&revision, &base)));
        }
        // The store says whether it was an approval or not.
        let act = Act::by(actor, Verb::Approved);
        self.store.vote(&new, &scene.names(), &base, act).await?;
        Ok(())
    }
}

/// Takes a comment as it was typed; without one, nobody would know what to change.
fn comment_on(ballot: Ballot, text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() && ballot == Ballot::RequestChanges {
        return Err(Error::field("comment", "Say what has to change."));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::field(
            "comment",
            "A comment has at most 2 000 characters; shorten it.",
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Error::field(
            "comment",
            "Leave out tabs and other characters that cannot be seen.",
        ));
    }
    Ok(text.into())
}

/// Says what moved since a revision was submitted, to somebody who was shown something else than what is.
pub(crate) fn moved(revision: &Revision, now: &Base) -> String {
    let moved = revision.base.moved(now);
    if moved.is_empty() {
        return "The mesh moved while this was shown, and is now as it was when it was submitted. Look at it again."
            .into();
    }
    format!("{} Look at it again.", moved.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(ballot: Ballot, text: &str) -> String {
        match comment_on(ballot, text) {
            Err(Error::Rejected(objections)) => objections[0].says.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whoever_requests_changes_says_which() {
        assert_eq!(comment_on(Ballot::Approve, " ").unwrap(), "");
        let says = refused(Ballot::RequestChanges, " \r\n ");
        assert_eq!(says, "Say what has to change.");
    }

    #[test]
    fn a_comment_has_lines_and_no_other_controls() {
        let lines = comment_on(Ballot::Approve, "one\r\ntwo\n").unwrap();
        assert_eq!(lines, "one\ntwo");
        for text in ["a\tb", "a\rb", "a\u{0}b", "a\u{1b}[2J"] {
            assert!(
                refused(Ballot::Approve, text).starts_with("Leave out"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_comment_is_measured_in_characters() {
        let most = "ü".repeat(LONGEST);
        assert_eq!(comment_on(Ballot::Approve, &most).unwrap(), most);
        assert!(refused(Ballot::Approve, &format!("{most}ü")).starts_with("A comment has"));
    }
}
