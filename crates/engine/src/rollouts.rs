//! The rollouts of a cloud, and one of them whole.

use std::collections::BTreeMap;

use intent::{
    Actor, Ballot, CloudName, PersonName, RolloutNumber, RolloutPage, RolloutRow, Vote,
    rollout::{Note, Noted, Order, Past, Rollout, answers, matrix, phases, sentence},
};
use store::About;

use crate::{Engine, Result, history::act_seen};

/// So many answers and acts are shown with a rollout.
const MOST: u32 = 200;

impl Engine {
    /// All rollouts, the latest first.
    pub async fn rollouts(&self, actor: &Actor, cloud: &CloudName) -> Result<Vec<RolloutRow>> {
        self.cloud_for_reading(actor, cloud).await?;
        let pasts = self.store.rollouts(cloud).await?;
        Ok(pasts.iter().map(RolloutRow::from).collect())
    }

    /// A rollout, with what becomes of each object.
    pub async fn rollout(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RolloutNumber,
    ) -> Result<RolloutPage> {
        self.cloud_for_reading(actor, cloud).await?;
        let (rollout, journal) = self.store.rollout(cloud, number).await?;
        let order = &rollout.order;
        let revision = self.store.revision(cloud, order.revision).await?;
        let votes = self.store.votes(cloud, order.revision).await?;
        let about = About {
            cloud: Some(cloud.clone()),
            digest: Some(order.digest.clone()),
        };
        let mut acts = self.store.acts_about(&about, None, MOST).await?;
        acts.retain(|act| act.about == order.about());
        let past = past(&rollout, &journal);
        let says = revision.intents.iter().map(|one| one.says.as_str());
        let running = past.ended.is_none();
        Ok(RolloutPage {
            row: RolloutRow::from(&past),
            cloud: cloud.clone(),
            digest: order.digest.clone(),
            says: says.collect::<Vec<_>>().join(" "),
            approved_by: approved_by(order, &votes),
            sentence: sentence(&rollout, &journal),
            sites: rollout.plans.iter().map(|plan| plan.site.clone()).collect(),
            objects: matrix(&rollout, &journal),
            phases: phases(&rollout, &journal),
            answers: answers(&rollout, &journal, MOST as usize),
            running,
            can_stop: running
                && past.turned.is_none()
                && self.cannot_operate(actor, cloud).is_none(),
            acts: acts.iter().map(|act| act_seen(actor, act)).collect(),
        })
    }
}

/// A rollout in short.
fn past(rollout: &Rollout, journal: &[Noted]) -> Past {
    let turned = journal.iter().find_map(|noted| match &noted.note {
        Note::Turned(turn) => Some(turn.clone()),
        _ => None,
    });
    let ended = journal.iter().find_map(|noted| match &noted.note {
        Note::Ended(outcome) => Some((noted.at, outcome.clone())),
        _ => None,
    });
    Past {
        order: rollout.order.clone(),
        turned,
        ended,
    }
}

/// Who had approved a revision when it was rolled out, the first first.
fn approved_by(order: &Order, votes: &[Vote]) -> Vec<PersonName> {
    let mut last: BTreeMap<_, &Vote> = BTreeMap::new();
    for vote in votes.iter().filter(|vote| vote.at <= order.at) {
        last.insert(vote.person, vote);
    }
    let mut approving: Vec<&Vote> = last
        .into_values()
        .filter(|vote| vote.ballot == Ballot::Approve)
        .collect();
    approving.sort_by_key(|vote| vote.seq);
    approving.iter().map(|vote| vote.name.clone()).collect()
}
