//! Takes up again what was under way.

use intent::{CloudName, RolloutNumber};

use crate::{Engine, Result};

impl Engine {
    /// Goes on with every rollout that was under way when the process ended. What this process carries out already
    /// stays as it is.
    pub async fn resume(&self) -> Result<()> {
        if self.read_only {
            return Ok(());
        }
        for (cloud, number) in self.store.running().await? {
            self.take_up(&cloud, number).await?;
        }
        Ok(())
    }

    /// Goes on with a rollout, unless that is done already or it has ended.
    pub(crate) async fn take_up(&self, cloud: &CloudName, number: RolloutNumber) -> Result<()> {
        let Ok(known) = self.fleet.cloud(cloud.as_str()) else {
            tracing::warn!(%cloud, %number, "a rollout waits: its cloud is not configured any more");
            return Ok(());
        };
        let Some(turn) = self.under_way.take(cloud, number) else {
            return Ok(());
        };
        match self.store.resume(cloud, number).await {
            Ok((lease, journal)) => {
                self.carry(known, lease, journal, turn);
                Ok(())
            }
            Err(store::Error::NotFound) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }
}
