//! Stories of administrators who keep people.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use engine::{Engine, Error};
use intent::{
    Act, Actor, CloudName, Grant, Origin, People, PersonName, ProposalId, Refusal, Role, Step,
    Verb, Welcome,
};
use store::{NewPerson, Store};

const PASSWORD: &str = "correct horse";

/// An installation with people in it.
struct Story {
    engine: Engine,
    store: Store,
}

impl Story {
    /// Ben, an author in the cloud shop, and these administrators.
    async fn with(administrators: &[&str]) -> Self {
        let store = Store::scratch().await.unwrap();
        let new = |name: &str, grant| NewPerson {
            name: PersonName::known(name),
            password: None,
            grants: vec![grant],
        };
        let mut people = vec![new("ben", shop(Role::Author))];
        people.extend(
            administrators
                .iter()
                .map(|name| new(name, Grant::Installation)),
        );
        let by = PersonName::known("test");
        let act = Act::unsigned(by, Verb::PreparedDemo, &Origin::default());
        store.add_missing(&people, &act).await.unwrap();
        Self {
            engine: Engine::new(store.clone()),
            store,
        }
    }

    async fn actor(&self, name: &str) -> Actor {
        let person = self.store.account(name).await.unwrap().person;
        self.engine.actor(person, Origin::default()).await.unwrap()
    }

    /// What an administrator sees.
    async fn seen(&self, by: &Actor) -> People {
        self.engine.people(by).await.unwrap()
    }

    /// What somebody has, as words.
    async fn roles(&self, name: &str) -> Vec<String> {
        let people = self.store.people().await.unwrap();
        let person = people
            .into_iter()
            .find(|p| p.name.as_str() == name)
            .unwrap();
        person
            .standing
            .grants
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// Gives somebody one role in the place of all they have.
    async fn give(&self, by: &Actor, name: &str, role: &str) -> Result<Step, Error> {
        let seen = self.roles(name).await;
        let person = self.store.account(name).await.unwrap().person;
        self.engine
            .change_roles(by, person, &seen, &[role.into()])
            .await
    }

    async fn only_proposal(&self, by: &Actor) -> ProposalId {
        let proposals = self.seen(by).await.proposals;
        assert_eq!(proposals.len(), 1);
        proposals[0].id
    }

    async fn verbs(&self) -> Vec<String> {
        let acts = self.store.acts(99).await.unwrap();
        acts.into_iter().rev().skip(1).map(|act| act.verb).collect()
    }
}

fn shop(role: Role) -> Grant {
    Grant::In(CloudName::read("shop").unwrap(), role)
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>, why: Refusal) {
    match result {
        Err(Error::Denied(says)) => assert_eq!(says, why.to_string()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn alone_an_administrator_changes_roles_at_once() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    assert_eq!(
        story.give(&ada, "ben", "reviewer@shop").await.unwrap(),
        Step::Effect
    );
    assert_eq!(story.roles("ben").await, ["reviewer@shop"]);
    assert_eq!(story.verbs().await, ["changed_roles"]);
}

#[tokio::test]
async fn of_two_administrators_one_proposes_and_the_other_accepts() {
    let story = Story::with(&["ada", "cy"]).await;
    let (ada, cy) = (story.actor("ada").await, story.actor("cy").await);
    assert_eq!(
        story.give(&ada, "ben", "reviewer@shop").await.unwrap(),
        Step::Proposal
    );
    assert_eq!(story.roles("ben").await, ["author@shop"]);
    let proposal = story.only_proposal(&cy).await;
    refused(
        story.engine.accept_proposal(&ada, proposal).await,
        Refusal::OwnProposal,
    );
    story.engine.accept_proposal(&cy, proposal).await.unwrap();
    assert_eq!(story.roles("ben").await, ["reviewer@shop"]);
    assert_eq!(story.verbs().await, ["proposed_roles", "changed_roles"]);
    let again = story.engine.accept_proposal(&cy, proposal).await;
    assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
}

#[tokio::test]
async fn a_proposal_that_is_declined_changes_nothing() {
    let story = Story::with(&["ada", "cy"]).await;
    let (ada, cy) = (story.actor("ada").await, story.actor("cy").await);
    story.give(&ada, "ben", "reviewer@shop").await.unwrap();
    let proposal = story.only_proposal(&cy).await;
    story.engine.decline_proposal(&cy, proposal).await.unwrap();
    assert_eq!(story.roles("ben").await, ["author@shop"]);
    assert_eq!(story.seen(&cy).await.proposals, []);
    assert_eq!(story.verbs().await, ["proposed_roles", "declined_roles"]);
}

#[tokio::test]
async fn nobody_gives_rights_to_themselves_or_keeps_them_against_the_others() {
    let story = Story::with(&["ada", "cy", "dora"]).await;
    let [ada, cy, dora] = [
        story.actor("ada").await,
        story.actor("cy").await,
        story.actor("dora").await,
    ];
    story.give(&ada, "cy", "viewer@shop").await.unwrap();
    let proposal = story.only_proposal(&cy).await;
    refused(
        story.engine.accept_proposal(&cy, proposal).await,
        Refusal::OwnRights,
    );
    refused(
        story.engine.decline_proposal(&cy, proposal).await,
        Refusal::OwnRights,
    );
    refused(
        story.engine.accept_proposal(&ada, proposal).await,
        Refusal::OwnProposal,
    );
    story.engine.accept_proposal(&dora, proposal).await.unwrap();
    assert_eq!(story.roles("cy").await, ["viewer@shop"]);
    // Ada and Dora are left, so neither can be removed by the other alone.
    refused(
        story.give(&ada, "dora", "viewer@shop").await,
        Refusal::NobodyToAccept,
    );
}

#[tokio::test]
async fn somebody_always_administers() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    refused(
        story.give(&ada, "ada", "viewer@shop").await,
        Refusal::LastAdministrator,
    );
    refused(
        story.engine.disable_person(&ada, ada.person).await,
        Refusal::LastAdministrator,
    );
}

#[tokio::test]
async fn a_proposal_is_void_once_the_roles_have_changed() {
    let story = Story::with(&["ada", "cy", "dora"]).await;
    let (ada, cy) = (story.actor("ada").await, story.actor("cy").await);
    story.give(&ada, "ben", "reviewer@shop").await.unwrap();
    story.give(&ada, "ben", "operator@shop").await.unwrap();
    let proposals = story.seen(&cy).await.proposals;
    story
        .engine
        .accept_proposal(&cy, proposals[1].id)
        .await
        .unwrap();
    let stale = story.engine.accept_proposal(&cy, proposals[0].id).await;
    refused(stale, Refusal::Moved);
    assert_eq!(story.roles("ben").await, ["operator@shop"]);
}

#[tokio::test]
async fn a_proposal_of_somebody_who_no_longer_administers_is_void() {
    let story = Story::with(&["ada", "cy", "dora"]).await;
    let [ada, cy, dora] = [
        story.actor("ada").await,
        story.actor("cy").await,
        story.actor("dora").await,
    ];
    story.give(&ada, "ben", "reviewer@shop").await.unwrap();
    story.give(&cy, "ada", "viewer@shop").await.unwrap();
    let proposals = story.seen(&cy).await.proposals;
    story
        .engine
        .accept_proposal(&dora, proposals[1].id)
        .await
        .unwrap();
    refused(
        story.engine.accept_proposal(&cy, proposals[0].id).await,
        Refusal::Moved,
    );
}

#[tokio::test]
async fn a_form_that_shows_older_roles_changes_nothing() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    let ben = story.store.account("ben").await.unwrap().person;
    let stale = story
        .engine
        .change_roles(&ada, ben, &[], &["operator@shop".into()])
        .await;
    refused(stale, Refusal::Moved);
    assert_eq!(story.roles("ben").await, ["author@shop"]);
}

#[tokio::test]
async fn a_role_that_nobody_knows_is_refused() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    for role in ["root@shop", "author@nowhere", "administrator@shop", ""] {
        let refused = story.give(&ada, "ben", role).await;
        assert!(
            matches!(refused, Err(Error::Rejected(_))),
            "{role}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn whoever_is_invited_comes_in_once_with_their_roles() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    story
        .engine
        .invite(&ada, "Eve", &["viewer@shop".into()])
        .await
        .unwrap();
    let link = story.seen(&ada).await.link.unwrap();
    assert_eq!(story.seen(&ada).await.link, None, "shown once");
    let welcome = story.engine.welcome(&link.token).await.unwrap();
    assert!(matches!(welcome, Some(Welcome::Invited(i)) if i.name.as_str() == "Eve"));
    let come = || {
        story
            .engine
            .accept_invitation(&link.token, PASSWORD.into(), PASSWORD, &ada.origin)
    };
    come().await.unwrap();
    assert_eq!(story.roles("Eve").await, ["viewer@shop"]);
    story
        .engine
        .sign_in("eve", PASSWORD.into(), &ada.origin)
        .await
        .unwrap();
    let again = come().await;
    assert!(matches!(again, Err(Error::Denied(_))), "{again:?}");
    assert_eq!(story.engine.welcome(&link.token).await.unwrap(), None);
    assert_eq!(
        story.verbs().await,
        ["invited", "accepted_invitation", "signed_in"]
    );
}

#[tokio::test]
async fn an_invitation_that_was_revoked_lets_nobody_in() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    story.engine.invite(&ada, "eve", &[]).await.unwrap();
    let seen = story.seen(&ada).await;
    story
        .engine
        .revoke_invitation(&ada, seen.invitations[0].id)
        .await
        .unwrap();
    let token = seen.link.unwrap().token;
    let late = story
        .engine
        .accept_invitation(&token, PASSWORD.into(), PASSWORD, &ada.origin)
        .await;
    assert!(matches!(late, Err(Error::Denied(_))), "{late:?}");
    assert_eq!(story.seen(&ada).await.invitations, []);
}

#[tokio::test]
async fn a_name_that_is_taken_or_invited_is_not_invited_again() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    story.engine.invite(&ada, "eve", &[]).await.unwrap();
    for name in ["BEN", "Eve", "a b"] {
        let refused = story.engine.invite(&ada, name, &[]).await;
        assert!(
            matches!(&refused, Err(Error::Rejected(o)) if o[0].field == "name"),
            "{name}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn of_two_administrators_the_one_who_accepts_an_invitation_gets_its_link() {
    let story = Story::with(&["ada", "cy"]).await;
    let (ada, cy) = (story.actor("ada").await, story.actor("cy").await);
    let plain = story.engine.invite(&ada, "fay", &[]).await.unwrap();
    assert_eq!(plain, Step::Effect, "without a role nobody's rights change");
    assert!(story.seen(&ada).await.link.is_some());
    let roles = ["viewer@shop".to_owned()];
    assert_eq!(
        story.engine.invite(&ada, "eve", &roles).await.unwrap(),
        Step::Proposal
    );
    assert_eq!(story.seen(&ada).await.link, None);
    let proposal = story.only_proposal(&cy).await;
    story.engine.accept_proposal(&cy, proposal).await.unwrap();
    assert_eq!(story.seen(&cy).await.link.unwrap().name.as_str(), "eve");
}

#[tokio::test]
async fn somebody_who_is_disabled_is_nobody_until_they_are_enabled() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    let ben = story.actor("ben").await;
    story.engine.disable_person(&ada, ben.person).await.unwrap();
    let gone = story.engine.actor(ben.person, Origin::default()).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    story.engine.enable_person(&ada, ben.person).await.unwrap();
    assert_eq!(story.actor("ben").await.grants, [shop(Role::Author)]);
    assert_eq!(story.verbs().await, ["disabled_person", "enabled_person"]);
}

#[tokio::test]
async fn only_the_password_proves_who_it_is_and_guesses_are_counted() {
    let story = Story::with(&["ada"]).await;
    let ada = story.actor("ada").await;
    story.engine.invite(&ada, "eve", &[]).await.unwrap();
    let token = story.seen(&ada).await.link.unwrap().token;
    story
        .engine
        .accept_invitation(&token, PASSWORD.into(), PASSWORD, &ada.origin)
        .await
        .unwrap();
    let eve = story.actor("eve").await;
    story.engine.prove(&eve, PASSWORD.into()).await.unwrap();
    for _ in 0..4 {
        let wrong = story.engine.prove(&eve, "wrong horse".into()).await;
        assert!(matches!(wrong, Err(Error::Rejected(_))), "{wrong:?}");
    }
    let slowed = story.engine.prove(&eve, PASSWORD.into()).await;
    assert!(matches!(slowed, Err(Error::TooMany { .. })), "{slowed:?}");
    // Without a password there is nothing to show, except in a demo.
    let nothing = story.engine.prove(&ada, String::new()).await;
    assert!(matches!(nothing, Err(Error::Denied(_))), "{nothing:?}");
    let demo = Engine::new(Store::scratch().await.unwrap());
    let demo = demo.into_demo().await.unwrap();
    let viewer = demo.enter_demo(Role::Viewer, &ada.origin).await.unwrap();
    let viewer = demo.actor(viewer, Origin::default()).await.unwrap();
    demo.prove(&viewer, String::new()).await.unwrap();
}
