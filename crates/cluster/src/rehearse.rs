//! Rehearses a plan: the cluster says what would become of it, and does nothing.

use kube::api::DeleteParams;
use mesh::{Action, Change, Plan, ResourceKey};

use crate::{
    Answer, Cluster, Seen,
    apply::{apply, ours, remove},
};

/// Whether fields of others are in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// They are.
    Never,
    /// They are not: objects of ours are to be restored.
    Restore,
}

impl Cluster {
    /// Asks for every change of a plan, in order, what would become of it. Nothing is asked where nothing is to be
    /// done; once the cluster does not answer, it is not asked again, and the rest has the same answer. What would
    /// be made has the version 0.
    pub async fn rehearse(&self, plan: &Plan, force: Force) -> Vec<(ResourceKey, Answer)> {
        let mut rehearsed = Vec::new();
        let mut silent: Option<Answer> = None;
        for change in plan.changes.iter().filter(|change| is_to_be_done(change)) {
            let answer = match &silent {
                Some(answer) => answer.clone(),
                None => self.rehearse_change(change, force).await,
            };
            if matches!(answer, Answer::Unreachable(_)) {
                silent = Some(answer.clone());
            }
            rehearsed.push((change.key.clone(), answer));
        }
        rehearsed
    }

    async fn rehearse_change(&self, change: &Change, force: Force) -> Answer {
        let seen = Seen::from(change.live.as_ref());
        let how = match force {
            Force::Restore if seen.uid.is_some() => ours().force(),
            Force::Restore | Force::Never => ours(),
        };
        let answer = match &change.wanted {
            Some(wanted) => apply(self.hands(), &how.dry_run(), wanted, &seen).await,
            None => {
                let how = DeleteParams::default().dry_run();
                remove(self.hands(), &how, &change.key, &seen).await
            }
        };
        match answer {
            // Nothing was to be done, so nothing can have been.
            Answer::Unknown(says) => Answer::Unreachable(says),
            answer => answer,
        }
    }
}

fn is_to_be_done(change: &Change) -> bool {
    match change.action {
        Action::Create | Action::Update | Action::Remove => true,
        Action::Keep | Action::Foreign => false,
    }
}
