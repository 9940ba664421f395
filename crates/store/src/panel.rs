//! Who votes on the revisions of a cloud, and under which rule.

use std::collections::BTreeMap;

use intent::{
    Base, CloudName, Left, PersonId, PersonName, Revision, RevisionNumber, Rule, Time, Today, Voter,
};
use sqlx::{Row, SqliteConnection};

use crate::{Error, Result, Store, rules};

/// What the votes on the revisions of a cloud are counted by, all of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Whoever may come in and is a reviewer of the cloud, by name.
    pub voters: Vec<Voter>,
    /// The rule in force.
    pub rule: Rule,
    /// The revisions that left review, and how.
    pub left: BTreeMap<RevisionNumber, Left>,
    /// Whoever wrote on each revision, with the number of the last vote before they did.
    pub savers: BTreeMap<RevisionNumber, BTreeMap<PersonId, i64>>,
    /// The moment.
    pub now: Time,
}

impl Panel {
    /// What counts for one revision, with the sites of the cloud and what its objects look like.
    pub fn today(&self, number: RevisionNumber, sites: &[String], base: &Base) -> Today {
        Today {
            voters: self.voters.clone(),
            savers: self.savers.get(&number).cloned().unwrap_or_default(),
            rule: self.rule,
            sites: sites.to_vec(),
            base: base.clone(),
            now: self.now,
        }
    }
}

impl Store {
    /// Who votes on the revisions of a cloud; not found if no rule was agreed there.
    pub async fn panel(&self, cloud: &CloudName) -> Result<Panel> {
        let mut tx = self.read.begin().await?;
        read(&mut tx, cloud, None, self.clock.now()).await
    }

    /// What counts for one revision now.
    pub async fn today(&self, revision: &Revision, sites: &[String], base: &Base) -> Result<Today> {
        let mut tx = self.read.begin().await?;
        let number = revision.number;
        let panel = read(&mut tx, &revision.cloud, Some(number), self.clock.now()).await?;
        Ok(panel.today(number, sites, base))
    }
}

/// Reads the panel, for one revision or for all.
pub(crate) async fn read(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    only: Option<RevisionNumber>,
    now: Time,
) -> Result<Panel> {
    Ok(Panel {
        voters: voters(tx, cloud).await?,
        rule: rules::latest(tx, cloud).await?.ok_or(Error::NotFound)?,
        left: left(tx, cloud, only).await?,
        savers: savers(tx, cloud, only).await?,
        now,
    })
}

/// Which revisions left review, and how.
pub(crate) async fn left(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    only: Option<RevisionNumber>,
) -> Result<BTreeMap<RevisionNumber, Left>> {
    let rows = sqlx::query(
        "select number,
            exists (
                select 1
                from recalls
                where recalls.cloud = ?1 and recalls.revision = number) as recalled,
            (select min(later.revision)
             from revision_intents as mine
             join revision_intents as later on later.intent = mine.intent and later.revision > mine.revision
             where mine.cloud = ?1 and mine.revision = number) as superseded
         from revisions
         where cloud = ?1 and (?2 is null or number = ?2)",
    )
    .bind(cloud.as_str())
    .bind(only.map(|number| number.0))
    .fetch_all(tx)
    .await?;
    let left = rows.iter().filter_map(|row| {
        let by = row.get::<Option<i64>, _>("superseded").map(RevisionNumber);
        let left = if row.get("recalled") {
            Left::Recalled
        } else {
            Left::Superseded(by?)
        };
        Some((RevisionNumber(row.get("number")), left))
    });
    Ok(left.collect())
}

async fn voters(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<Voter>> {
    let rows = sqlx::query(
        "select people.id, people.name, grants.since
         from grants
         join people on people.id = grants.person
         where grants.cloud = ? and grants.role = 'reviewer' and people.disabled = 0
         order by people.key",
    )
    .bind(cloud.as_str())
    .fetch_all(tx)
    .await?;
    let voters = rows.iter().map(|row| Voter {
        person: PersonId(row.get("id")),
        name: PersonName::known(row.get::<String, _>("name")),
        since: Time(row.get("since")),
    });
    Ok(voters.collect())
}

/// Whoever wrote on each revision: on any draft of one of its intents that was not cleared.
///
/// Cleared are the drafts up to the last revision before this one that was in force, or whose approval still held when
/// the next one was submitted, and what was written before that was submitted.
async fn savers(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    only: Option<RevisionNumber>,
) -> Result<BTreeMap<RevisionNumber, BTreeMap<PersonId, i64>>> {
    let rows = sqlx::query(
        "with cleared as (
            select revision
            from held_approvals
            where cloud = ?1
            union
            select rollouts.revision
            from rollouts
            join rollout_journal as ended
                on ended.cloud = rollouts.cloud and ended.rollout = rollouts.number and ended.word = 'ended'
            where rollouts.cloud = ?1 and ended.outcome <> 'taken_back'),
         judged as (
            select revisions.number, revision_intents.intent,
                (select max(earlier.revision)
                 from revision_intents as earlier
                 where earlier.cloud = ?1 and earlier.intent = revision_intents.intent
                    and earlier.revision <= drafts.base and earlier.revision in (select revision from cleared)) as last
            from revisions
            join drafts on drafts.id = revisions.draft
            join revision_intents
                on revision_intents.cloud = revisions.cloud and revision_intents.revision = revisions.number
            where revisions.cloud = ?1 and (?2 is null or revisions.number = ?2))
         select judged.number, draft_saves.person, min(draft_saves.votes_before) as before
         from judged
         join draft_intents on draft_intents.intent = judged.intent
         join drafts on drafts.id = draft_intents.draft
         join draft_saves on draft_saves.draft = drafts.id
         where case
            when judged.last is null then true
            when drafts.revision is not null then drafts.revision > judged.last
            else draft_saves.last >= (select at from revisions where cloud = ?1 and number = judged.last)
         end
         group by judged.number, draft_saves.person",
    )
    .bind(cloud.as_str())
    .bind(only.map(|number| number.0))
    .fetch_all(tx)
    .await?;
    let mut savers: BTreeMap<RevisionNumber, BTreeMap<PersonId, i64>> = BTreeMap::new();
    for row in &rows {
        let wrote = savers.entry(RevisionNumber(row.get("number"))).or_default();
        wrote.insert(PersonId(row.get("person")), row.get("before"));
    }
    Ok(savers)
}
