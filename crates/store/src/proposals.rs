//! Changes that wait for the consent of a second administrator.

use intent::{Act, Change, Deed, PersonId, PersonName, Proposal, ProposalId, Standing, Time, Verb};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Error, Result, Store, audit,
    invitations::{self, NewLink},
    standings::{self, grants, words},
};

impl Store {
    /// The changes that wait, oldest first.
    pub async fn proposals(&self) -> Result<Vec<Proposal>> {
        let rows = sqlx::query(
            "select proposals.*, people.name as by_name
             from proposals
             join people on people.id = proposals.proposed_by
             where decided is null
             order by proposals.id",
        )
        .fetch_all(&self.read)
        .await?;
        Ok(rows.iter().map(read).collect())
    }

    /// Accepts a proposal and carries it out, both or neither; answers what was changed. An invitation
    /// gets the link.
    pub async fn accept(&self, id: ProposalId, link: &NewLink, act: Act) -> Result<Change> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let proposal = waiting(&mut tx, id).await?;
        let change = proposal.change;
        standings::consent(&mut tx, Deed::Accept(proposal.by), by, &change).await?;
        if change.person.is_none() {
            invitations::is_free(&mut tx, &change.name, now).await?;
        }
        standings::carry_out(&mut tx, &change, proposal.by, link, now).await?;
        decide(&mut tx, id, now).await?;
        let act = Act {
            verb: change.verb(),
            about: format!("{}, proposed by {}", change.says(), proposal.by_name),
            ..act
        };
        audit::append(&mut tx, &act, now).await?;
        tx.commit().await?;
        Ok(change)
    }

    /// Declines a proposal, or takes one's own back.
    pub async fn decline(&self, id: ProposalId, act: Act) -> Result<()> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let proposal = waiting(&mut tx, id).await?;
        standings::consent(&mut tx, Deed::Decline(proposal.by), by, &proposal.change).await?;
        decide(&mut tx, id, now).await?;
        let act = Act {
            verb: Verb::DeclinedRoles,
            about: format!(
                "{}, proposed by {}",
                proposal.change.says(),
                proposal.by_name
            ),
            ..act
        };
        audit::append(&mut tx, &act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Writes a proposal down.
pub(crate) async fn add(
    tx: &mut SqliteConnection,
    change: &Change,
    by: PersonId,
    now: Time,
) -> Result<()> {
    sqlx::query(
        "insert into proposals
            (person, name, enabled_before, roles_before, enabled_after, roles_after, proposed_by, proposed)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(change.person.map(|person| person.0))
    .bind(change.name.as_str())
    .bind(i64::from(change.before.enabled))
    .bind(words(&change.before.grants))
    .bind(i64::from(change.after.enabled))
    .bind(words(&change.after.grants))
    .bind(by.0)
    .bind(now.0)
    .execute(tx)
    .await?;
    Ok(())
}

async fn waiting(tx: &mut SqliteConnection, id: ProposalId) -> Result<Proposal> {
    let row = sqlx::query(
        "select proposals.*, people.name as by_name
         from proposals
         join people on people.id = proposals.proposed_by
         where proposals.id = ? and decided is null",
    )
    .bind(id.0)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(read).ok_or(Error::NotFound)
}

async fn decide(tx: &mut SqliteConnection, id: ProposalId, now: Time) -> Result<()> {
    sqlx::query("update proposals set decided = ? where id = ?")
        .bind(now.0)
        .bind(id.0)
        .execute(tx)
        .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Proposal {
    let standing = |enabled: &str, roles: &str| Standing {
        enabled: row.get::<i64, _>(enabled) != 0,
        grants: grants(row.get(roles)),
    };
    Proposal {
        id: ProposalId(row.get("id")),
        change: Change {
            person: row.get::<Option<i64>, _>("person").map(PersonId),
            name: PersonName::known(row.get::<String, _>("name")),
            before: standing("enabled_before", "roles_before"),
            after: standing("enabled_after", "roles_after"),
        },
        by: PersonId(row.get("proposed_by")),
        by_name: PersonName::known(row.get::<String, _>("by_name")),
        at: Time(row.get("proposed")),
    }
}
