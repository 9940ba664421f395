//! What counts changes: the rule, and who has which role.

use intent::{Approved, Change, Rule, Standing, Time};

use super::*;
use crate::Error;

#[tokio::test]
async fn a_changed_rule_is_a_new_version_and_voids_approvals() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    approve(&store, &revision, REV).await.unwrap();
    let rules = [
        (
            1,
            Rule {
                version: 1,
                approvals: 1,
            },
        ),
        (
            2,
            Rule {
                version: 2,
                approvals: 2,
            },
        ),
        (
            2,
            Rule {
                version: 2,
                approvals: 2,
            },
        ),
        (
            1,
            Rule {
                version: 3,
                approvals: 1,
            },
        ),
    ];
    for (asked, expected) in rules {
        assert_eq!(store.agree(&shop(), &terms(asked)).await.unwrap(), expected);
        assert_eq!(store.rule(&shop()).await.unwrap(), expected);
    }
    assert!(matches!(
        store.agree(&shop(), &terms(0)).await,
        Err(Error::Conflict(_))
    ));
    let act = store.acts(1).await.unwrap().remove(0);
    assert_eq!(
        act.did(),
        "changed the review rule to 1 approval, version 3"
    );
    let today = store.today(&revision, &sites(), &base()).await.unwrap();
    let votes = store.votes(&shop(), FIRST).await.unwrap();
    assert!(Approved::count(revision, &votes, &today).is_err());
    let nowhere = CloudName::read("bank").unwrap();
    assert!(matches!(store.rule(&nowhere).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn whatever_changes_of_what_a_cloud_is_configured_as_is_a_new_version() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    approve(&store, &revision, REV).await.unwrap();
    let mut elsewhere = terms(1);
    elsewhere.sites[1].context = "another-cluster".into();
    let rule = |version| Rule {
        version,
        approvals: 1,
    };
    assert_eq!(store.agree(&shop(), &terms(1)).await.unwrap(), rule(1));
    for _twice in 0..2 {
        assert_eq!(store.agree(&shop(), &elsewhere).await.unwrap(), rule(2));
    }
    let act = store.acts(1).await.unwrap().remove(0);
    assert_eq!(act.bound.as_deref(), Some(elsewhere.digest().as_str()));
    let today = store.today(&revision, &sites(), &base()).await.unwrap();
    let votes = store.votes(&shop(), FIRST).await.unwrap();
    assert!(Approved::count(revision, &votes, &today).is_err());
}

#[tokio::test]
async fn a_role_that_was_removed_and_given_again_counts_from_then_on() {
    let store = asking(1).await;
    run(&store, "update grants set since = 5").await;
    run(
        &store,
        "insert into grants values (1, 'administrator', '', 5)",
    )
    .await;
    let link = crate::NewLink {
        key: [7; 32],
        expires: Time(0),
    };
    let role = |role| Grant::In(shop(), role);
    let steps: [Vec<Grant>; 3] = [
        vec![role(Role::Reviewer), role(Role::Author)],
        vec![role(Role::Author)],
        vec![role(Role::Reviewer), role(Role::Author)],
    ];
    let since = async || {
        let panel = store.panel(&shop()).await.unwrap();
        let voter = panel.voters.into_iter().find(|voter| voter.person == REV);
        voter.map(|voter| voter.since)
    };
    let mut told = Vec::new();
    for grants in steps {
        let people = store.people().await.unwrap();
        let rev = people.into_iter().find(|person| person.id == REV).unwrap();
        let change = Change {
            person: Some(REV),
            name: rev.name,
            before: rev.standing,
            after: Standing {
                enabled: true,
                grants: grants.into_iter().collect(),
            },
        };
        store.change(&change, &link, by(ADA)).await.unwrap();
        told.push(since().await);
    }
    assert_eq!(told[..2], [Some(Time(5)), None]);
    assert!(told[2] > Some(Time(5)));
}
