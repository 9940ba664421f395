//! What the revisions of a cloud are judged by, all of one moment.

use std::collections::{BTreeMap, BTreeSet};

use intent::{
    Actor, Base, CannotVote, CloudName, DoesNotCount, IntentId, Left, PersonId, PersonName,
    Revision, RevisionNumber, RevisionRow, Rule, Stage, Today, Unseen, Vote, approvals, counted,
    may_vote, stage,
};
use store::Panel;

use crate::{Engine, Result, scene::Scene};

/// Who judges the revisions of a cloud, what was said so far, and who is looking.
pub(crate) struct Bench<'a> {
    actor: &'a Actor,
    scene: &'a Scene<'a>,
    sites: Vec<String>,
    panel: Panel,
    votes: BTreeMap<RevisionNumber, Vec<Vote>>,
    /// Why whoever is looking votes on nothing here; none if they do.
    bystander: Option<String>,
}

/// One revision as it is judged now.
pub(crate) struct Judged<'a> {
    revision: &'a Revision,
    /// What its objects look like, if that can be told.
    pub(crate) base: std::result::Result<Base, Unseen>,
    today: Today,
    left: Option<Left>,
    votes: &'a [Vote],
    actor: &'a Actor,
    bystander: Option<&'a str>,
}

impl Engine {
    /// Gathers what all revisions of a cloud are judged by.
    pub(crate) async fn bench<'a>(
        &self,
        actor: &'a Actor,
        cloud: &CloudName,
        scene: &'a Scene<'a>,
    ) -> Result<Bench<'a>> {
        let mut votes: BTreeMap<_, Vec<Vote>> = BTreeMap::new();
        for vote in self.store.all_votes(cloud).await? {
            votes.entry(vote.revision).or_default().push(vote);
        }
        Ok(Bench {
            actor,
            scene,
            sites: scene.names(),
            panel: self.panel(cloud).await?,
            votes,
            bystander: self.cannot_review(actor, cloud),
        })
    }

    /// Who votes in a cloud. Where no rule was agreed yet, nothing was submitted either.
    async fn panel(&self, cloud: &CloudName) -> Result<Panel> {
        match self.store.panel(cloud).await {
            Err(store::Error::NotFound) => Ok(Panel {
                voters: Vec::new(),
                rule: Rule {
                    version: 0,
                    approvals: 1,
                },
                left: BTreeMap::new(),
                savers: BTreeMap::new(),
                now: self.now(),
            }),
            panel => Ok(panel?),
        }
    }
}

impl Bench<'_> {
    /// Judges a revision.
    pub(crate) fn judge<'a>(&'a self, revision: &'a Revision) -> Judged<'a> {
        let base = self.scene.base(revision);
        let number = revision.number;
        // Where it cannot be told what objects look like, no vote about them counts.
        let seen = base.clone().unwrap_or_default();
        Judged {
            revision,
            base,
            today: self.panel.today(number, &self.sites, &seen),
            left: self.panel.left.get(&number).copied(),
            votes: self.votes.get(&number).map_or(&[], Vec::as_slice),
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
        stage(self.revision, self.votes, &self.today, self.left)
    }

    /// The rule in force.
    pub(crate) fn rule(&self) -> Rule {
        self.today.rule
    }

    /// Each vote, and why it does not count.
    pub(crate) fn votes(&self) -> impl Iterator<Item = (&'a Vote, Option<DoesNotCount>)> {
        let counted = counted(self.revision, self.votes, &self.today);
        let votes = self.votes.iter().zip(counted);
        votes.map(|(vote, counts)| (vote, counts.err()))
    }

    /// Who may still approve it.
    pub(crate) fn may_approve(&self) -> Vec<PersonName> {
        if self.left.is_some() {
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
        if let Some(why) = self.bystander {
            return Some(why.into());
        }
        if let Err(why) = self.may_vote() {
            return Some(why.to_string());
        }
        if self.revision.sites() != self.today.sites {
            return Some(
                "The sites of this cloud changed since this was submitted. Submit it again.".into(),
            );
        }
        let unseen = self.base.as_ref().err()?;
        Some(format!("{unseen} Vote when it is."))
    }

    /// Whether it is still there to be voted on or recalled.
    pub(crate) fn is_open(&self) -> bool {
        self.left.is_none()
    }

    /// Whether it waits for a vote of whoever is looking.
    pub(crate) fn waits(&self) -> bool {
        self.stage() == Stage::InReview
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
            approvals: approvals(self.revision, self.votes, &self.today),
            needed: self.today.rule.approvals,
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
