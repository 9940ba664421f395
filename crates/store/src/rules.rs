//! What clouds ask of their revisions.

use intent::{Act, CloudName, Origin, PersonName, Rule, Terms, Time, Verb};
use sqlx::{Row, SqliteConnection};

use crate::{Error, Result, Store, audit};

impl Store {
    /// Has these terms hold in a cloud from now on. Others than before are a new version of the rule, and approvals
    /// under the old one no longer count.
    pub async fn agree(&self, cloud: &CloudName, terms: &Terms) -> Result<Rule> {
        let approvals = terms.approvals;
        if approvals == 0 {
            return Err(Error::Conflict("A cloud asks for at least one approval."));
        }
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let before = latest(&mut tx, cloud).await?;
        if let Some(rule) = before
            && is_agreed(&mut tx, cloud, rule, terms).await?
        {
            return Ok(rule);
        }
        let rule = Rule {
            version: before.map_or(1, |rule| rule.version + 1),
            approvals,
        };
        add(&mut tx, cloud, rule, terms, now).await?;
        let many = if approvals == 1 { "" } else { "s" };
        let by = PersonName::known("assent");
        let act = Act {
            about: format!("{approvals} approval{many}, version {}", rule.version),
            cloud: Some(cloud.clone()),
            bound: Some(terms.digest()),
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

    /// Whether anything was ever agreed in a cloud: what was written there is kept, even if it is not configured any
    /// more.
    pub async fn knows(&self, cloud: &CloudName) -> Result<bool> {
        let known = sqlx::query_scalar("select exists (select 1 from rules where cloud = ?)")
            .bind(cloud.as_str())
            .fetch_one(&self.read)
            .await?;
        Ok(known)
    }
}

/// Whether a rule was agreed by the same terms.
async fn is_agreed(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    rule: Rule,
    terms: &Terms,
) -> Result<bool> {
    let hash: String = sqlx::query_scalar("select hash from rules where cloud = ? and version = ?")
        .bind(cloud.as_str())
        .bind(rule.version)
        .fetch_one(tx)
        .await?;
    Ok(hash == terms.digest().as_str())
}

/// The namespaces of a cloud, by the terms that are in force; not found if none were agreed.
pub(crate) async fn namespaces(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
) -> Result<Vec<String>> {
    let entry: Option<String> = sqlx::query_scalar(
        "select entry
         from rules
         where cloud = ?
         order by version desc
         limit 1",
    )
    .bind(cloud.as_str())
    .fetch_optional(tx)
    .await?;
    let terms: Terms = serde_json::from_str(&entry.ok_or(Error::NotFound)?)
        .map_err(|error| Error::Unfit(format!("the terms of {cloud} cannot be read: {error}")))?;
    Ok(terms.namespaces)
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

async fn add(
    tx: &mut SqliteConnection,
    cloud: &CloudName,
    rule: Rule,
    terms: &Terms,
    now: Time,
) -> Result<()> {
    sqlx::query(
        "insert into rules (cloud, version, approvals, since, entry, hash)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(cloud.as_str())
    .bind(rule.version)
    .bind(rule.approvals)
    .bind(now.0)
    .bind(terms.text())
    .bind(terms.digest().as_str())
    .execute(tx)
    .await?;
    Ok(())
}
