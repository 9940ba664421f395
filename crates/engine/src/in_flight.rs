//! What waits for somebody in a cloud.

use intent::{Actor, CloudName, InFlight, RolloutRow, Stage};
use store::Which;

use crate::{Engine, Result, intents::draft_row};

impl Engine {
    /// What waits for whoever asks: the drafts that they began, and what is in review or being rolled out.
    pub async fn in_flight(&self, actor: &Actor, cloud: &CloudName) -> Result<InFlight> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        // Before anything is read, so that whoever compares reads once too often rather than too seldom.
        let before = self.live_now(cloud);
        let scene = self.scene(&known);
        let (docket, holding) = self.store.listed(cloud, Which::Holding).await?;
        let bench = self.bench(actor, cloud, &scene, docket);
        let drafts = self.store.drafts(cloud).await?;
        let mine = drafts.iter().filter(|(draft, _)| draft.by == actor.person);
        let running = bench.rollouts.iter().filter(|past| past.ended.is_none());
        let mut flight = InFlight {
            rollouts: running.map(RolloutRow::from).collect(),
            drafts: mine
                .map(|(draft, by)| draft_row(actor, draft, by))
                .collect(),
            acts: before.acts,
            notes: before.notes,
            ..InFlight::default()
        };
        for revision in &holding {
            let judged = bench.judge(revision);
            flight.reviews += u32::from(judged.stage() == Stage::InReview);
            flight.waiting += u32::from(judged.waits());
        }
        Ok(flight)
    }
}
