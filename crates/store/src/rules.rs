//! What clouds ask of their revisions.

use intent::{Act, CloudName, Origin, PersonName, Rule, Time, Verb};
use sqlx::{Row, SqliteConnection};

use crate::{Error, Result, Store, audit};

impl Store {
    /// Has a cloud ask for so many approvals from now on. Another number than before is a new version of the rule, and
    /// approvals under the old one no longer count.
    pub async fn agree(&self, cloud: &CloudName, approvals: u32) -> Result<Rule> {
        if approvals == 0 {
            return Err(Error::Conflict("A cloud asks for at least one approval."));
        }
        let now = self.clock.now();
        let mut tx = self.begin().await?;
        let before = latest(&mut tx, cloud).await?;
        if let Some(rule) = before
            && rule.approvals == approvals
        {
            return Ok(rule);
        }
        let rule = Rule {
            version: before.map_or(1, |rule| rule.version + 1),
            approvals,
        };
        add(&mut tx, cloud, rule, now).await?;
        let many = if approvals == 1 { "" } else { "s" };
        let by = PersonName::known("assent");
        let act = Act {
            about: format!("{approvals} approval{many}, version {}", rule.version),
            cloud: Some(cloud.clone()),
            ..Act::unsigned(by, Verb::ChangedRule, &Origin::default())
        };
        audit::append(&mut tx, &act, now).await?;
        tx.commit().await?;
        Ok(rule)
    }

    /// The rule that is in force in a cloud; not found if nothing was agreed there.
    pub async fn rule(&self, cloud: &CloudName) -> Result<Rule> {
        let mut connection = self.read.acquire().await?;
        latest(&mut connection, cloud).await?.ok_or(Error::NotFound)
    }
}

/// The rule that is in force, if any was agreed.
pub(crate) async fn latest(tx: &mut SqliteConnection, cloud: &CloudName) -> Result<Option<Rule>> {
    let row = sqlx::query(
        "select version, approvals
         from rules
         where cloud = ?
         order by version desc
         limit 1",
    )
    .bind(cloud.as_str())
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Rule {
        version: row.get("version"),
        approvals: row.get("approvals"),
    }))
}

async fn add(tx: &mut SqliteConnection, cloud: &CloudName, rule: Rule, now: Time) -> Result<()> {
    sqlx::query("insert into rules (cloud, version, approvals, since) values (?, ?, ?, ?)")
        .bind(cloud.as_str())
        .bind(rule.version)
        .bind(rule.approvals)
        .bind(now.0)
        .execute(tx)
        .await?;
    Ok(())
}
