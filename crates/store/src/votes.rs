//! Votes on revisions.

use intent::{
    Act, Ballot, Base, CloudName, Digest, PersonId, PersonName, Revision, RevisionNumber, Rule,
    Time, Today, Vote, may_vote,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Error, Panel, Result, Store, panel, revisions, votes::told::as_told};

mod told;

/// A vote that is to be cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVote {
    /// The cloud.
    pub cloud: CloudName,
    /// Which revision.
    pub revision: RevisionNumber,
    /// The digest that was shown.
    pub digest: Digest,
    /// The version of the rule that was shown.
    pub rule: i64,
    /// What is said.
    pub ballot: Ballot,
    /// Why; may be empty.
    pub comment: String,
    /// When whoever votes last showed who they are.
    pub proved: Time,
}

impl Store {
    /// Casts a vote, if whoever votes may and what was shown is still so; answers all votes on that revision. The
    /// sites are those of the cloud, the base is what the objects of the revision look like.
    pub async fn vote(
        &self,
        new: &NewVote,
        sites: &[String],
        base: &Base,
        act: Act,
    ) -> Result<Vec<Vote>> {
        let person = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let revision = revisions::load(&mut tx, &new.cloud, new.revision).await?;
        let panel = panel::read(&mut tx, &new.cloud, Some(new.revision), now).await?;
        let today = panel.today(new.revision, sites, base);
        is_as_shown(new, &revision, &panel, &today)?;
        may_vote(&revision, person, &today)?;

        let bound = cast(&mut tx, new, person, &act.name, &today).await?;
        let act = Act {
            bound: Some(bound),
            ..act
        };
        let verb = told::verb(new.ballot);
        revisions::record(&mut tx, &revision, verb, act, now).await?;
        let votes = on(&mut tx, &new.cloud, new.revision).await?;
        tx.commit().await?;
        Ok(votes)
    }

    /// The votes on a revision, the first first.
    pub async fn votes(&self, cloud: &CloudName, number: RevisionNumber) -> Result<Vec<Vote>> {
        let mut connection = self.read.acquire().await?;
        on(&mut connection, cloud, number).await
    }

    /// The votes on all revisions of a cloud, the first first.
    pub async fn all_votes(&self, cloud: &CloudName) -> Result<Vec<Vote>> {
        let mut tx = self.read.begin().await?;
        all(&mut tx, cloud).await
    }
}

/// Refuses a vote on something else than what is there.
fn is_as_shown(new: &NewVote, revision: &Revision, panel: &Panel, today: &Today) -> Result<()> {
    if let Some(left) = panel.left.get(&revision.number) {
        return Err(Error::Moved(left.to_string()));
    }
    let moved = |says: &str| Err(Error::Moved(says.into()));
    if new.digest != revision.digest {
        return moved("This revision is not the one that was shown. Look at it again.");
    }
    if new.rule != panel.rule.version {
        return moved("The review rule was changed since this was shown. Look at it again.");
    }
    if revision.sites() != today.sites {
        return moved("The sites of this cloud changed since this was submitted. Submit it again.");
    }
    Ok(())
}

async fn cast(
    tx: &mut SqliteConnection,
    new: &NewVote,
    person: PersonId,
    name: &PersonName,
    today: &Today,
) -> Result<Digest> {
    let base = serde_json::to_string(&today.base)
        .map_err(|error| Error::Unfit(format!("the vote cannot be kept: {error}")))?;
    let row = sqlx::query(
        "insert into votes
            (cloud, revision, person, name, ballot, comment, digest, rule, approvals, base, proved, at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         returning *",
    )
    .bind(new.cloud.as_str())
    .bind(new.revision.0)
    .bind(person.0)
    .bind(name.as_str())
    .bind(new.ballot.word())
    .bind(&new.comment)
    .bind(new.digest.as_str())
    .bind(today.rule.version)
    .bind(today.rule.approvals)
    .bind(base)
    .bind(new.proved.0)
    .bind(today.now.0)
    .fetch_one(tx)
    .await?;
    Ok(told::hash(&row))
}

/// The votes on a revision, the first first.
pub(crate) async fn on(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    number: RevisionNumber,
) -> Result<Vec<Vote>> {
    let rows = sqlx::query("select * from votes where cloud = ? and revision = ? order by seq")
        .bind(cloud.as_str())
        .bind(number.0)
        .fetch_all(&mut *tx)
        .await?;
    as_told(&rows, &told::on(tx, cloud, number).await?)?;
    rows.iter().map(read).collect()
}

/// The votes on all revisions of a cloud, the first first.
pub(crate) async fn all(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Vec<Vote>> {
    let rows = sqlx::query("select * from votes where cloud = ? order by seq")
        .bind(cloud.as_str())
        .fetch_all(&mut *tx)
        .await?;
    as_told(&rows, &told::all(tx, cloud).await?)?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Vote> {
    let seq = row.get("seq");
    let unfit = |what: &str| Error::Unfit(format!("vote {seq} cannot be read: its {what}"));
    Ok(Vote {
        seq,
        revision: RevisionNumber(row.get("revision")),
        person: PersonId(row.get("person")),
        name: PersonName::known(row.get::<String, _>("name")),
        ballot: Ballot::named(row.get("ballot")).ok_or_else(|| unfit("ballot"))?,
        comment: row.get("comment"),
        digest: Digest::try_from(row.get::<String, _>("digest")).map_err(|_| unfit("digest"))?,
        rule: Rule {
            version: row.get("rule"),
            approvals: row.get("approvals"),
        },
        base: serde_json::from_str(row.get("base")).map_err(|_| unfit("base"))?,
        proved: Time(row.get("proved")),
        at: Time(row.get("at")),
    })
}
