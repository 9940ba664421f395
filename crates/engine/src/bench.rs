//! What the revisions of a cloud are judged by, all of one moment.

use std::collections::{BTreeMap, BTreeSet};

use intent::{
    Actor, Approved, Base, CannotVote, CloudName, DoesNotCount, IntentId, Left, PersonId,
    PersonName, Revision, RevisionNumber, RevisionRow, Rule, Stage, Today, Unseen, Vote, approvals,
    counted, may_vote,
    rollout::{Errand, Owned, Past},
    stage,
};
use store::{Docket, Panel};

use crate::{
    Engine,
    begin::{SITES, under_way},
    removals::Confirm,
    roll_back,
    scene::Scene,
};

/// Who judges the revisions of a cloud, what was said so far, and who is looking.
pub(crate) struct Bench<'a> {
    actor: &'a Actor,
    scene: &'a Scene<'a>,
    sites: Vec<String>,
    panel: Panel,
    votes: BTreeMap<RevisionNumber, Vec<Vote>>,
    /// The rollouts of the cloud, the latest first.
    pub(crate) rollouts: Vec<Past>,
    /// Why whoever is looking rolls nothing out here; none if they do.
    watcher: Option<String>,
    /// Why whoever is looking votes on nothing here; none if they do.
    bystander: Option<String>,
}

/// One revision as it is judged now.
pub(crate) struct Judged<'a> {
    revision: &'a Revision,
    /// What its objects look like, if that can be told.
    pub(crate) base: std::result::Result<Base, Unseen>,
    /// What counts now.
    today: Today,
    /// What its votes are counted by: what counts now, or what did when it was rolled out.
    counts: Today,
    rollouts: &'a [Past],
    watcher: Option<&'a str>,
    left: Option<Left>,
    votes: &'a [Vote],
    actor: &'a Actor,
    bystander: Option<&'a str>,
}

impl Engine {
    /// What all revisions of a cloud are judged by, as whoever is looking sees it.
    pub(crate) fn bench<'a>(
        &self,
        actor: &'a Actor,
        cloud: &CloudName,
        scene: &'a Scene<'a>,
        docket: Docket,
    ) -> Bench<'a> {
        Bench {
            actor,
            scene,
            sites: scene.names(),
            // Where no rule was agreed yet, nothing was submitted either.
            panel: docket.panel.unwrap_or_else(|| Panel {
                voters: Vec::new(),
                rule: Rule {
                    version: 0,
                    approvals: 1,
                },
                left: BTreeMap::new(),
                savers: BTreeMap::new(),
                now: self.now(),
            }),
            votes: docket.votes,
            rollouts: docket.rollouts,
            watcher: self.cannot_operate(actor, cloud),
            bystander: self.cannot_review(actor, cloud),
        }
    }
}

impl Bench<'_> {
    /// Judges a revision.
    pub(crate) fn judge<'a>(&'a self, revision: &'a Revision) -> Judged<'a> {
        let base = revision.base.again(|site| self.scene.snapshot(site));
        let number = revision.number;
        // Where it cannot be told what objects look like, no vote about them counts.
        let seen = base.clone().unwrap_or_default();
        let today = self.panel.today(number, &self.sites, &seen);
        let votes: &[Vote] = self.votes.get(&number).map_or(&[], Vec::as_slice);
        Judged {
            revision,
            base,
            counts: counts(revision, votes, &self.rollouts, &today),
            today,
            rollouts: &self.rollouts,
            watcher: self.watcher.as_deref(),
            left: self.panel.left.get(&number).copied(),
            votes,
            actor: self.actor,
            bystander: self.bystander.as_deref(),
        }
    }

    /// A revision as lists show it, with the version of its first intent.
    pub(crate) fn row(&self, revision: &Revision) -> RevisionRow {
        self.judge(revision).row(None)
    }

    /// A revision as the list of one intent shows it.
    pub(crate) fn row_of(&self, revision: &Revision, intent: IntentId) -> RevisionRow {
        self.judge(revision).row(Some(intent))
    }
}

impl<'a> Judged<'a> {
    /// How far it has come.
    pub(crate) fn stage(&self) -> Stage {
        self.reviewed().after(self.revision, self.rollouts)
    }

    /// How far it has come in review.
    fn reviewed(&self) -> Stage {
        stage(self.revision, self.votes, &self.counts, self.left)
    }

    /// Whether it is being rolled out, or was and has not been taken back.
    pub(crate) fn has_begun(&self) -> bool {
        began(self.revision, self.rollouts).is_some()
    }

    /// The rule in force.
    pub(crate) fn rule(&self) -> Rule {
        self.today.rule
    }

    /// Each vote, and why it does not count.
    pub(crate) fn votes(&self) -> impl Iterator<Item = (&'a Vote, Option<DoesNotCount>)> {
        let counted = counted(self.revision, self.votes, &self.counts);
        let votes = self.votes.iter().zip(counted);
        votes.map(|(vote, counts)| (vote, counts.err()))
    }

    /// Who may still approve it.
    pub(crate) fn may_approve(&self) -> Vec<PersonName> {
        if !self.is_open() {
            return Vec::new();
        }
        let voted = self.have_voted();
        let voters = self.today.voters.iter();
        voters
            .filter(|voter| !voted.contains(&voter.person))
            .filter(|voter| may_vote(self.revision, voter.person, &self.today).is_ok())
            .map(|voter| voter.name.clone())
            .collect()
    }

    /// Why whoever is looking cannot vote on it; none if they can.
    pub(crate) fn cannot_vote(&self) -> Option<String> {
        if let Some(left) = self.left {
            return Some(left.to_string());
        }
        if self.has_begun() {
            return Some("This revision was rolled out; there is nothing left to vote on.".into());
        }
        if let Some(why) = self.bystander {
            return Some(why.into());
        }
        if let Err(why) = self.may_vote() {
            return Some(why.to_string());
        }
        if self.revision.sites() != self.today.sites {
            return Some(SITES.into());
        }
        let unseen = self.base.as_ref().err()?;
        Some(format!("{unseen} Vote when it is."))
    }

    /// Whether whoever is looking can roll it out, as far as can be told without asking any site; else why not.
    pub(crate) fn can_roll_out(&self) -> std::result::Result<(), String> {
        self.is_free()?;
        if let Some(left) = self.left {
            return Err(left.to_string());
        }
        if self.has_begun() {
            return Err("This revision was rolled out.".into());
        }
        let approved = Approved::count(self.revision.clone(), self.votes, &self.today);
        approved
            .map(|_| ())
            .map_err(|short| format!("This is not approved now: {short}."))
    }

    /// Whether whoever is looking can roll back to it, likewise.
    pub(crate) fn can_roll_back(&self) -> std::result::Result<(), String> {
        self.is_free()?;
        roll_back::cannot(self.revision, self.rollouts, &self.today).map_or(Ok(()), Err)
    }

    /// What it is carried out for, if it is now.
    pub(crate) fn errand(&self) -> Errand {
        let was_in_force =
            |past: &Past| past.order.revision == self.revision.number && past.is_in_force();
        if self.rollouts.iter().any(was_in_force) {
            Errand::RollBack
        } else {
            Errand::RollOut
        }
    }

    /// What has to be typed before it is carried out.
    pub(crate) fn needs_confirm(&self, ledger: &[Owned]) -> Option<String> {
        Some(Confirm::of(self.revision, self.errand(), ledger)?.text)
    }

    /// Refuses whoever may not carry out anything now.
    fn is_free(&self) -> std::result::Result<(), String> {
        if let Some(why) = self.watcher {
            return Err(why.into());
        }
        if let Some(other) = under_way(self.rollouts) {
            return Err(other);
        }
        if self.revision.sites() != self.today.sites {
            return Err(SITES.into());
        }
        match &self.base {
            Ok(_) => Ok(()),
            Err(unseen) => Err(unseen.to_string()),
        }
    }

    /// Whether it is still there to be voted on or recalled.
    pub(crate) fn is_open(&self) -> bool {
        self.left.is_none() && !self.has_begun()
    }

    /// Whether it waits for a vote of whoever is looking.
    pub(crate) fn waits(&self) -> bool {
        self.reviewed() == Stage::InReview
            && self.is_open()
            && self.bystander.is_none()
            && self.may_vote().is_ok()
            && !self.have_voted().contains(&self.actor.person)
    }

    /// It as a list shows it.
    pub(crate) fn row(&self, intent: Option<IntentId>) -> RevisionRow {
        let sealed = &self.revision.intents;
        let own = sealed.iter().find(|one| Some(one.intent) == intent);
        let says: Vec<&str> = sealed.iter().map(|one| one.says.as_str()).collect();
        RevisionRow {
            number: self.revision.number,
            names: sealed.iter().map(|one| one.name.clone()).collect(),
            version: own.or(sealed.first()).map_or(0, |one| one.version),
            says: says.join(" "),
            author: self.revision.author_name.clone(),
            at: self.revision.at,
            stage: self.stage(),
            approvals: approvals(self.revision, self.votes, &self.counts),
            needed: self.counts.rule.approvals,
            waits_for_me: self.waits(),
        }
    }

    fn may_vote(&self) -> std::result::Result<(), CannotVote> {
        may_vote(self.revision, self.actor.person, &self.today)
    }

    /// Those whose vote counts.
    fn have_voted(&self) -> BTreeSet<PersonId> {
        let counting = self.votes().filter(|(_, void)| void.is_none());
        counting.map(|(vote, _)| vote.person).collect()
    }
}

/// The first rollout of a revision that was not taken back.
fn began<'a>(revision: &Revision, rollouts: &'a [Past]) -> Option<&'a Past> {
    rollouts.iter().rfind(|past| {
        let is_kept = past.ended.is_none() || past.is_in_force();
        past.order.revision == revision.number && is_kept
    })
}

/// What votes are counted by: what counts now; of what was rolled out, what did then, since it moves the mesh itself.
fn counts(revision: &Revision, votes: &[Vote], rollouts: &[Past], today: &Today) -> Today {
    let (Some(began), Some(vote)) = (began(revision, rollouts), votes.last()) else {
        return today.clone();
    };
    Today {
        rule: began.order.rule,
        sites: revision.sites().into_iter().map(Into::into).collect(),
        base: vote.base.clone(),
        now: began.order.at,
        ..today.clone()
    }
}
