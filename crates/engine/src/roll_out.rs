//! Carries an approved revision out.

use intent::{Actor, CloudName, RevisionNumber, RolloutNumber, rollout::Errand};

use crate::{Engine, Result, Shown};

impl Engine {
    /// Begins to roll a revision out, if it is approved now, all that was shown is still so, and nothing is in the
    /// way on any site. It goes on by itself, to its end or back. `confirm` is what was typed where the page asked
    /// for it, since much is removed.
    pub async fn roll_out(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        number: RevisionNumber,
        shown: &Shown,
        confirm: Option<&str>,
    ) -> Result<RolloutNumber> {
        let begun = self.begin(actor, cloud, number, Errand::RollOut, shown, confirm);
        begun.await
    }
}
