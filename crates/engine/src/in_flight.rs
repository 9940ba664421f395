//! What waits for somebody in a cloud.

use intent::{Actor, CloudName, InFlight, Stage};

use crate::{Engine, Result, intents::draft_row};

impl Engine {
    /// What waits for whoever asks: the drafts that they began, and what is in review.
    pub async fn in_flight(&self, actor: &Actor, cloud: &CloudName) -> Result<InFlight> {
        let scene = self.scene(self.cloud_for(actor, cloud)?);
        let bench = self.bench(actor, cloud, &scene).await?;
        let drafts = self.store.drafts(cloud).await?;
        let mine = drafts.iter().filter(|(draft, _)| draft.by == actor.person);
        let mut flight = InFlight {
            drafts: mine
                .map(|(draft, by)| draft_row(actor, draft, by))
                .collect(),
            ..InFlight::default()
        };
        for revision in self.store.holding(cloud).await? {
            let judged = bench.judge(&revision);
            flight.reviews += u32::from(judged.stage() == Stage::InReview);
            flight.waiting += u32::from(judged.waits());
        }
        Ok(flight)
    }
}
