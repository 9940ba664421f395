//! What a page judges revisions by.

use std::collections::BTreeMap;

use intent::{CloudName, IntentName, Revision, RevisionNumber, Vote, rollout::Past};
use sqlx::SqliteConnection;

use crate::{Error, Panel, Result, Store, panel, revisions, rollouts, votes};

/// Which revisions of a cloud a page lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All, the newest first.
    All,
    /// The latest of each intent, the newest first.
    Latest,
    /// Those that hold, the oldest first.
    Holding,
}

/// What the revisions of a cloud are judged by, all of one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Docket {
    /// Who votes; none where nothing was agreed, and nothing submitted, yet.
    pub panel: Option<Panel>,
    /// The votes on each revision, the first first.
    pub votes: BTreeMap<RevisionNumber, Vec<Vote>>,
    /// The rollouts of the cloud, the latest first.
    pub rollouts: Vec<Past>,
}

impl Store {
    /// What the revisions of a cloud are judged by, and some of them, without what becomes of their objects.
    pub async fn listed(&self, cloud: &CloudName, which: Which) -> Result<(Docket, Vec<Revision>)> {
        let mut tx = self.read.begin().await?;
        let docket = self.docket(&mut tx, cloud, None).await?;
        Ok((docket, revisions::heads(&mut tx, cloud, which).await?))
    }

    /// What a revision is judged by, and it whole.
    pub async fn judged(
        &self,
        cloud: &CloudName,
        number: RevisionNumber,
    ) -> Result<(Docket, Revision)> {
        let mut tx = self.read.begin().await?;
        let docket = self.docket(&mut tx, cloud, Some(number)).await?;
        Ok((docket, revisions::load(&mut tx, cloud, number).await?))
    }

    /// What the revisions of an intent are judged by, and these whole, the newest first.
    pub async fn judged_of(
        &self,
        cloud: &CloudName,
        name: &IntentName,
    ) -> Result<(Docket, Vec<Revision>)> {
        let mut tx = self.read.begin().await?;
        let docket = self.docket(&mut tx, cloud, None).await?;
        Ok((docket, revisions::of_intent(&mut tx, cloud, name).await?))
    }

    /// What one revision is judged by, or all.
    async fn docket(
        &self,
        tx: &mut SqliteConnection,
        cloud: &CloudName,
        only: Option<RevisionNumber>,
    ) -> Result<Docket> {
        let panel = match panel::read(tx, cloud, only, self.clock.now()).await {
            Err(Error::NotFound) => None,
            panel => Some(panel?),
        };
        let found = match only {
            Some(number) => votes::on(tx, cloud, number).await?,
            None => votes::all(tx, cloud).await?,
        };
        let mut votes: BTreeMap<_, Vec<Vote>> = BTreeMap::new();
        for vote in found {
            votes.entry(vote.revision).or_default().push(vote);
        }
        Ok(Docket {
            panel,
            votes,
            rollouts: rollouts::pasts(tx, cloud, None).await?,
        })
    }
}
