//! What people have, and how it changes.

use std::collections::BTreeSet;

use intent::{Act, Change, Deed, Grant, Person, PersonId, PersonName, Standing, Step, Time};
use sqlx::{Row, SqliteConnection};

use crate::{
    Error, Result, Store, audit,
    invitations::{self, NewLink},
    people, proposals, sessions,
};

impl Store {
    /// Everybody with an account, by name.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows = sqlx::query(
            "select id, name, disabled, created,
                coalesce((select group_concat(role || '@' || cloud, ' ') from grants where person = people.id), '')
                    as roles,
                (select max(at) from audit where person = people.id) as acted,
                (select max(seen) from sessions where person = people.id) as seen
             from people
             order by key",
        )
        .fetch_all(&self.read)
        .await?;
        Ok(rows
            .iter()
            .map(|row| Person {
                id: PersonId(row.get("id")),
                name: PersonName::known(row.get::<String, _>("name")),
                standing: Standing {
                    enabled: row.get::<i64, _>("disabled") == 0,
                    grants: grants(row.get("roles")),
                },
                since: Time(row.get("created")),
                seen: row
                    .get::<Option<i64>, _>("acted")
                    .max(row.get("seen"))
                    .map(Time),
            })
            .collect())
    }

    /// Changes what somebody has, or writes the change down as a proposal, as the rule has it. An
    /// invitation gets the link.
    pub async fn change(&self, change: &Change, link: &NewLink, act: Act) -> Result<Step> {
        let by = act.person.ok_or(Error::NotFound)?;
        let mut tx = self.begin().await?;
        let now = self.clock.now();
        let step = consent(&mut tx, Deed::Make, by, change).await?;
        if change.person.is_none() {
            invitations::is_free(&mut tx, &change.name, now).await?;
        }
        let verb = match step {
            Step::Proposal => {
                proposals::add(&mut tx, change, by, now).await?;
                intent::Verb::ProposedRoles
            }
            Step::Effect => {
                carry_out(&mut tx, change, by, link, now).await?;
                change.verb()
            }
        };
        let about = change.says();
        audit::append(&mut tx, &Act { verb, about, ..act }, now).await?;
        tx.commit().await?;
        Ok(step)
    }
}

/// Asks the rule, with what holds in this transaction.
pub(crate) async fn consent(
    tx: &mut SqliteConnection,
    deed: Deed,
    by: PersonId,
    change: &Change,
) -> Result<Step> {
    let administrators: Vec<i64> = sqlx::query_scalar(
        "select people.id
         from people
         join grants on grants.person = people.id
         where grants.role = 'administrator' and people.disabled = 0",
    )
    .fetch_all(&mut *tx)
    .await?;
    let administrators = administrators.into_iter().map(PersonId).collect();
    let now = match change.person {
        None => Standing::default(),
        Some(person) => standing(tx, person).await?,
    };
    Ok(intent::consent(deed, by, change, &administrators, &now)?)
}

/// Makes a change that the rule allows.
pub(crate) async fn carry_out(
    tx: &mut SqliteConnection,
    change: &Change,
    by: PersonId,
    link: &NewLink,
    now: Time,
) -> Result<()> {
    let Some(person) = change.person else {
        return invitations::add(tx, change, by, link, now).await;
    };
    sqlx::query("update people set disabled = ? where id = ?")
        .bind(i64::from(!change.after.enabled))
        .bind(person.0)
        .execute(&mut *tx)
        .await?;
    if !change.after.enabled {
        sessions::end_all(tx, person, None).await?;
    }
    if change.after.enabled && !change.before.enabled {
        // Whoever comes back was nobody in between: what they have counts from now.
        sqlx::query("update grants set since = ? where person = ?")
            .bind(now.0)
            .bind(person.0)
            .execute(&mut *tx)
            .await?;
    }
    // What stays keeps its date: a right gained counts from then on.
    for lost in change.before.grants.difference(&change.after.grants) {
        let (role, cloud) = people::columns(lost);
        sqlx::query("delete from grants where person = ? and role = ? and cloud = ?")
            .bind(person.0)
            .bind(role)
            .bind(cloud)
            .execute(&mut *tx)
            .await?;
    }
    for gained in change.after.grants.difference(&change.before.grants) {
        people::give(tx, person, gained, now).await?;
    }
    Ok(())
}

async fn standing(tx: &mut SqliteConnection, person: PersonId) -> Result<Standing> {
    let row = sqlx::query(
        "select disabled,
            coalesce((select group_concat(role || '@' || cloud, ' ') from grants where person = people.id), '')
                as roles
         from people
         where id = ?",
    )
    .bind(person.0)
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Standing {
        enabled: row.get::<i64, _>("disabled") == 0,
        grants: grants(row.get("roles")),
    })
}

/// Reads words; one that this version does not know gives nothing.
pub(crate) fn grants(words: &str) -> BTreeSet<Grant> {
    words
        .split_whitespace()
        .filter_map(|word| Grant::named(word.trim_end_matches('@')))
        .collect()
}

/// Writes words.
pub(crate) fn words(grants: &BTreeSet<Grant>) -> String {
    let words: Vec<String> = grants.iter().map(Grant::to_string).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use intent::{CloudName, Origin, Refusal, Role, Verb};

    use super::*;
    use crate::NewPerson;

    pub(crate) fn role(role: Role) -> Grant {
        match role {
            Role::Administrator => Grant::Installation,
            role => Grant::In(CloudName::read("shop").unwrap(), role),
        }
    }

    fn act(person: i64) -> Act {
        Act {
            person: Some(PersonId(person)),
            ..Act::unsigned(
                PersonName::known("ada"),
                Verb::ChangedRoles,
                &Origin::default(),
            )
        }
    }

    fn link() -> NewLink {
        NewLink {
            key: [7; 32],
            expires: Time(i64::MAX),
        }
    }

    /// Ada, who administers, and Ben, an author.
    async fn two() -> Store {
        let store = Store::scratch().await.unwrap();
        let new = |name: &str, given: Role| NewPerson {
            name: PersonName::known(name),
            password: None,
            grants: vec![role(given)],
        };
        let people = [new("ada", Role::Administrator), new("ben", Role::Author)];
        let made = Act {
            person: None,
            ..act(1)
        };
        store.add_missing(&people, &made).await.unwrap();
        store
    }

    async fn change(store: &Store, person: i64, after: Standing) -> Change {
        let people = store.people().await.unwrap();
        let found = people.into_iter().find(|p| p.id.0 == person).unwrap();
        Change {
            person: Some(found.id),
            name: found.name,
            before: found.standing,
            after,
        }
    }

    #[tokio::test]
    async fn a_role_that_stays_keeps_its_date() {
        let store = two().await;
        sqlx::query("update grants set since = 5")
            .execute(&store.write)
            .await
            .unwrap();
        let after = Standing {
            enabled: true,
            grants: [role(Role::Author), role(Role::Operator)].into(),
        };
        let change = change(&store, 2, after.clone()).await;
        let step = store.change(&change, &link(), act(1)).await.unwrap();
        assert_eq!(step, Step::Effect);
        assert_eq!(store.people().await.unwrap()[1].standing, after);
        let old: Vec<String> =
            sqlx::query_scalar("select role from grants where person = 2 and since = 5")
                .fetch_all(&store.read)
                .await
                .unwrap();
        assert_eq!(old, ["author"]);
        let record = store.acts(1).await.unwrap().remove(0);
        assert_eq!(
            (record.verb.as_str(), record.about.as_str()),
            (
                "changed_roles",
                "ben: author in shop → author and operator in shop"
            )
        );
    }

    #[tokio::test]
    async fn what_somebody_has_counts_anew_once_they_are_enabled_again() {
        let store = two().await;
        sqlx::query("update grants set since = 5")
            .execute(&store.write)
            .await
            .unwrap();
        let grants = change(&store, 2, Standing::default()).await.before.grants;
        for enabled in [false, true] {
            let after = Standing {
                enabled,
                grants: grants.clone(),
            };
            let change = change(&store, 2, after).await;
            store.change(&change, &link(), act(1)).await.unwrap();
            let since: i64 = sqlx::query_scalar("select since from grants where person = 2")
                .fetch_one(&store.read)
                .await
                .unwrap();
            assert_eq!(since > 5, enabled);
        }
    }

    #[tokio::test]
    async fn a_change_that_is_refused_leaves_everything_and_no_record() {
        let store = two().await;
        let before = store.people().await.unwrap();
        let mut stale = change(&store, 2, Standing::default()).await;
        stale.before.grants.clear();
        for (change, expected) in [
            (stale, Refusal::Moved),
            (
                change(&store, 1, Standing::default()).await,
                Refusal::LastAdministrator,
            ),
        ] {
            let refused = store.change(&change, &link(), act(1)).await;
            assert!(
                matches!(&refused, Err(Error::Refused(why)) if *why == expected),
                "{refused:?}"
            );
        }
        assert_eq!(store.people().await.unwrap(), before);
        assert_eq!(store.acts(9).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_sign_in_from_before_somebody_was_disabled_is_void() {
        let store = two().await;
        let as_of = store.as_of().await.unwrap();
        let after = Standing {
            enabled: false,
            ..change(&store, 2, Standing::default()).await.before
        };
        let change = change(&store, 2, after).await;
        store.change(&change, &link(), act(1)).await.unwrap();
        let epoch: i64 = sqlx::query_scalar("select epoch from people where id = 2")
            .fetch_one(&store.read)
            .await
            .unwrap();
        assert!(epoch > as_of);
        assert_eq!(epoch, store.as_of().await.unwrap());
    }

    #[tokio::test]
    async fn somebody_who_never_came_was_never_seen() {
        let store = two().await;
        store.record(&act(1)).await.unwrap();
        let seen: Vec<bool> = store
            .people()
            .await
            .unwrap()
            .iter()
            .map(|person| person.seen.is_some())
            .collect();
        assert_eq!(seen, [true, false]);
    }
}
