//! Has a rollout taken back before its end.

use intent::{Act, Actor, CloudName, RolloutNumber, Verb};

use crate::{Engine, Result};

impl Engine {
    /// Stops a rollout: nothing more is done for it, and what was done is taken back.
    pub async fn stop_rollout(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RolloutNumber,
    ) -> Result<()> {
        self.cloud_for_operating(actor, cloud)?;
        let act = Act::by(actor, Verb::StoppedRollout);
        self.store.stop(cloud, number, act).await?;
        self.under_way.wake(cloud, number);
        // Whoever carried it out may have failed.
        self.take_up(cloud, number).await
    }
}
