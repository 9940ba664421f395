//! The revisions of a cloud, and one of them whole.

use intent::{
    Act, Actor, CloudName, Revision, RevisionNumber, RevisionPage, RevisionRow, RolloutRow, Stage,
    Verb, VoteSeen, rollout::Errand,
};
use store::{About, Which};

use crate::{Engine, Result, bench::Judged, history::act_seen, scene::Scene, sealed};

/// So many acts are shown with a revision.
const MOST_ACTS: u32 = 200;

impl Engine {
    /// All revisions: those in review first, of these those that wait for whoever asks; newest first.
    pub async fn reviews(&self, actor: &Actor, cloud: &CloudName) -> Result<Vec<RevisionRow>> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        let scene = self.scene(&known);
        let (docket, revisions) = self.store.listed(cloud, Which::All).await?;
        let bench = self.bench(actor, cloud, &scene, docket);
        let mut rows: Vec<RevisionRow> = revisions
            .iter()
            .map(|revision| bench.row(revision))
            .collect();
        rows.sort_by_key(|row| (!row.waits_for_me, row.stage != Stage::InReview));
        Ok(rows)
    }

    /// A revision, with what it would do now and what was said to it.
    pub async fn revision(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RevisionNumber,
    ) -> Result<RevisionPage> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        let scene = self.scene(&known);
        let (docket, revision) = self.store.judged(cloud, number).await?;
        let bench = self.bench(actor, cloud, &scene, docket);
        let judged = bench.judge(&revision);
        let holding = self.store.holding(cloud).await?;
        let installation = self.store.installation().await?;
        let about = About {
            cloud: Some(cloud.clone()),
            digest: Some(revision.digest.clone()),
        };
        let acts = self.store.acts_about(&about, None, MOST_ACTS).await?;
        let account = self.store.account(actor.name.as_str()).await?;
        let ledger = self.store.ledger(cloud).await?;
        let since = match judged.errand() {
            Errand::RollOut | Errand::Restore => Vec::new(),
            Errand::RollBack => ledger.clone(),
        };
        let sealed = revision.clone();
        let preview = self.work_out(&scene, move |scene, facts| {
            sealed::now(scene, facts, &holding, &installation, &sealed, &since)
        });
        Ok(RevisionPage {
            row: judged.row(None),
            cloud: cloud.clone(),
            kinds: kinds(&revision),
            sites: revision.sites().into_iter().map(Into::into).collect(),
            digest: revision.digest.clone(),
            rule: judged.rule().version,
            base: judged.base.clone().unwrap_or_default().digest(),
            as_of: self.now(),
            preview: preview.await?,
            moved: moved(&scene, &revision, &judged),
            votes: votes(&judged),
            may_approve: judged.may_approve(),
            cannot_vote: judged.cannot_vote(),
            can_recall: judged.is_open() && self.cannot_write(actor, cloud).is_none(),
            can_roll_out: judged.can_roll_out(),
            can_roll_back: judged.can_roll_back(),
            needs_confirm: judged.needs_confirm(&ledger),
            rollouts: bench
                .rollouts
                .iter()
                .filter(|past| past.order.revision == number)
                .map(RolloutRow::from)
                .collect(),
            by_password: account.password.is_some(),
            acts: acts.iter().map(|act| act_seen(actor, act)).collect(),
        })
    }

    /// Takes a revision out of review.
    pub async fn recall_revision(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RevisionNumber,
    ) -> Result<()> {
        self.cloud_for_writing(actor, cloud)?;
        let act = Act::by(actor, Verb::Recalled);
        Ok(self.store.recall(cloud, number, act).await?)
    }
}

/// The titles of the kinds of what was sealed.
fn kinds(revision: &Revision) -> Vec<String> {
    let contents = revision.intents.iter();
    let contents = contents.filter_map(|sealed| sealed.content.as_ref());
    let mut titles: Vec<String> = contents
        .map(|content| content.info().title.into())
        .collect();
    titles.sort();
    titles.dedup();
    titles
}

/// What moved since a revision was submitted.
fn moved(scene: &Scene<'_>, revision: &Revision, judged: &Judged<'_>) -> Vec<String> {
    // What was rolled out has moved the mesh itself.
    if judged.has_begun() {
        return Vec::new();
    }
    let mut moved = match &judged.base {
        Ok(now) => revision.base.moved(now),
        Err(unseen) => vec![unseen.to_string()],
    };
    let new = scene.names().into_iter();
    let new = new.filter(|site| !revision.sites().contains(&site.as_str()));
    moved.extend(new.map(|site| format!("The site {site} is new since.")));
    moved
}

fn votes(judged: &Judged<'_>) -> Vec<VoteSeen> {
    let votes = judged.votes();
    votes
        .map(|(vote, void)| VoteSeen {
            by: vote.name.clone(),
            ballot: vote.ballot,
            comment: vote.comment.clone(),
            at: vote.at,
            void: void.map(|why| why.to_string()),
        })
        .collect()
}
