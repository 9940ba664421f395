//! Stories of people who review what others wrote.

use cluster::Fleet;
use engine::Error;
use intent::{Ballot, Preview, RevisionNumber, Role, Stage, Step};
use mesh::{Action, Level};
use serde_json::json;

use crate::story::{
    Story, agreed, denied, moved, ratings_access, rejected, shop_cloud, shown, strict,
};

const WROTE: &str = "You wrote on this; someone else has to approve it.";

/// Puts the object of a revision on a site by hand, as somebody else's.
async fn meddle(story: &Story, number: RevisionNumber) -> String {
    let page = story.revision("vic", number).await;
    let name = page.preview.plans[0].changes[0].name.clone();
    let (namespace, name) = name.split_once('/').unwrap();
    story
        .eu
        .put(json!({
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": { "namespace": namespace, "name": name },
            "spec": {},
        }))
        .unwrap();
    let key = mesh::ResourceKey::new(mesh::ResourceKind::AuthorizationPolicy, namespace, name);
    story
        .sees("eu-west", |view| view.snapshot.resource(&key).is_some())
        .await;
    key.to_string()
}

#[tokio::test]
async fn an_author_cannot_approve_their_own_revision() {
    let story = Story::begins().await;
    let number = story.submitted("both", &ratings_access()).await;
    let page = story.revision("both", number).await;
    assert_eq!(page.cannot_vote.as_deref(), Some(WROTE));
    assert!(!page.row.waits_for_me);
    assert_eq!(denied(story.approves("both", number).await), WROTE);
}

#[tokio::test]
async fn whoever_saved_the_draft_cannot_approve_the_revision() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    story.saves("both", id, &ratings_access()).await;
    let number = story.submits("ada", id).await.unwrap();
    assert_eq!(denied(story.approves("both", number).await), WROTE);
    let names = story.revision("ada", number).await.may_approve;
    let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["rex", "ria"]);
}

#[tokio::test]
async fn a_reviewer_approves_what_somebody_else_wrote() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let before = story.revision("rex", number).await;
    assert_eq!(
        (before.row.stage, before.row.approvals, before.row.needed),
        (Stage::InReview, 0, 1)
    );
    assert!(before.row.waits_for_me && before.cannot_vote.is_none());
    story.approves("rex", number).await.unwrap();
    let after = story.revision("rex", number).await;
    assert_eq!((after.row.stage, after.row.approvals), (Stage::Approved, 1));
    assert!(!after.row.waits_for_me);
    let votes: Vec<_> = after
        .votes
        .iter()
        .map(|vote| (vote.by.as_str(), vote.ballot, vote.void.clone()))
        .collect();
    assert_eq!(votes, [("rex", Ballot::Approve, None)]);
    let names: Vec<_> = after.may_approve.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["both", "ria"]);
    let acts: Vec<_> = after
        .acts
        .iter()
        .map(|act| (act.by.as_deref(), act.did.as_str(), act.digest.as_ref()))
        .collect();
    let digest = Some(&after.digest);
    assert_eq!(
        acts,
        [
            (Some("rex"), "approved revision 1", digest),
            (Some("ada"), "submitted revision 1", digest),
        ]
    );
}

#[tokio::test]
async fn who_is_no_reviewer_does_not_vote() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let why = "Reviewers of shop vote; you are not one of them.";
    for name in ["vic", "ben"] {
        let page = story.revision(name, number).await;
        assert_eq!(page.cannot_vote.as_deref(), Some(why));
        assert_eq!(denied(story.approves(name, number).await), why);
    }
}

#[tokio::test]
async fn a_reviewer_shows_the_plan_of_what_was_sealed() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let drafted = story.draft_page("ada", id).await.preview;
    let number = story.submits("ada", id).await.unwrap();
    assert_eq!(story.revision("rex", number).await.preview, drafted);
}

#[tokio::test]
async fn a_place_that_another_intent_holds_is_refused_by_the_name_of_the_holder() {
    let story = Story::begins().await;
    let first = story.submitted("ada", &strict("guests", "guestbook")).await;
    let id = story.draft("ben", &strict("more", "guestbook")).await;
    let says = "The intent guests, by revision 1, already decides what all of guestbook accepts. Edit guests, or \
                choose a narrower scope.";
    let refused = rejected(story.submits("ben", id).await);
    assert_eq!(refused, [(String::new(), says.to_owned())]);
    let ada = story.actor("ada").await;
    let shop = shop_cloud();
    story
        .engine
        .recall_revision(&ada, &shop, first)
        .await
        .unwrap();
    story.submits("ben", id).await.unwrap();
}

#[tokio::test]
async fn of_two_who_submit_for_one_place_at_once_one_gets_it() {
    let story = Story::begins().await;
    let one = story.draft("ada", &strict("one", "guestbook")).await;
    let other = story.draft("ben", &strict("other", "guestbook")).await;
    let (one, other) = tokio::join!(story.submits("ada", one), story.submits("ben", other));
    let (won, lost) = if one.is_ok() {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!(won.unwrap(), RevisionNumber(1));
    let refused = rejected(lost);
    assert!(
        refused[0].1.contains("by revision 1, already decides"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn votes_on_a_mesh_that_moved_do_not_count() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    let before = shown(&story.revision("ria", number).await);
    let object = meddle(&story, number).await;
    let page = story.revision("ria", number).await;
    let says = format!("On eu-west {object} was created since.");
    assert_eq!(page.moved, std::slice::from_ref(&says));
    assert_eq!((page.row.stage, page.row.approvals), (Stage::InReview, 0));
    assert_eq!(page.votes[0].void.as_deref(), Some("the mesh moved since"));
    let stale = story
        .votes_on("ria", number, &before, Ballot::Approve, "")
        .await;
    assert_eq!(moved(stale), format!("{says} Look at it again."));
    story.approves("rex", number).await.unwrap();
    let page = story.revision("ria", number).await;
    assert_eq!(page.row.approvals, 1, "they looked again and voted again");
    let void: Vec<_> = page.votes.iter().map(|vote| vote.void.as_deref()).collect();
    assert_eq!(void, [Some("they voted again"), None]);
}

#[tokio::test]
async fn a_vote_on_another_digest_or_rule_is_refused() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let other = story.submitted("ada", &strict("guests", "guestbook")).await;
    let mut before = shown(&story.revision("rex", number).await);
    let digest = before.digest.clone();
    before.digest = story.revision("rex", other).await.digest;
    let refused = story
        .votes_on("rex", number, &before, Ballot::Approve, "")
        .await;
    assert_eq!(
        moved(refused),
        "This revision is not the one that was shown. Look at it again."
    );
    before.digest = digest;
    let two = agreed(2, &["default", "guestbook"]);
    story.engine.agree(&two).await.unwrap();
    let refused = story
        .votes_on("rex", number, &before, Ballot::Approve, "")
        .await;
    assert_eq!(
        moved(refused),
        "The review rule was changed since this was shown. Look at it again."
    );
}

#[tokio::test]
async fn a_changed_rule_voids_the_votes_before_it() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    let two = agreed(2, &["default", "guestbook"]);
    story.engine.agree(&two).await.unwrap();
    let page = story.revision("ria", number).await;
    let void = page.votes[0].void.as_deref();
    assert_eq!(void, Some("the review rule was changed since"));
    story.approves("rex", number).await.unwrap();
    let row = story.revision("ria", number).await.row;
    assert_eq!((row.stage, row.waits_for_me), (Stage::InReview, true));
    let row = story.revision("rex", number).await.row;
    assert!(!row.waits_for_me, "it waits for somebody else");
    story.approves("ria", number).await.unwrap();
    let row = story.revision("ria", number).await.row;
    assert_eq!((row.stage, row.approvals), (Stage::Approved, 2));
}

#[tokio::test]
async fn whatever_changes_of_what_a_cloud_is_configured_as_voids_the_votes_before_it() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    let before = shown(&story.revision("ria", number).await);
    let fewer = agreed(1, &["default"]);
    story.engine.agree(&fewer).await.unwrap();
    let page = story.revision("ria", number).await;
    assert_eq!((page.row.stage, page.row.approvals), (Stage::InReview, 0));
    let stale = story.votes_on("ria", number, &before, Ballot::Approve, "");
    assert_eq!(
        moved(stale.await),
        "The review rule was changed since this was shown. Look at it again."
    );
}

#[tokio::test]
async fn whoever_wrote_what_was_never_approved_to_the_end_has_no_vote_on_what_follows() {
    let story = Story::begins().await;
    let first = story.submitted("both", &ratings_access()).await;
    story.approves("rex", first).await.unwrap();
    let again = story.votes("rex", first, Ballot::RequestChanges, "Not yet.");
    again.await.unwrap();
    let edited = edited(&story, "ada").await;
    assert_eq!(denied(story.approves("both", edited).await), WROTE);

    let story = Story::begins().await;
    let first = story.submitted("both", &ratings_access()).await;
    story.approves("rex", first).await.unwrap();
    let edited = self::edited(&story, "ada").await;
    story.approves("both", edited).await.unwrap();
}

/// The next revision of ratings-access, which somebody wrote.
async fn edited(story: &Story, by: &str) -> RevisionNumber {
    let (actor, shop) = (story.actor(by).await, shop_cloud());
    let id = story
        .engine
        .edit_intent(&actor, &shop, "ratings-access")
        .await;
    let id = id.unwrap();
    let mut more = ratings_access();
    more.fields.push(("rules.0.paths", "/ratings/*"));
    story.saves(by, id, &more).await;
    story.submits(by, id).await.unwrap()
}

#[tokio::test]
async fn what_was_written_in_a_cloud_that_is_no_longer_configured_stays_readable() {
    let mut story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    story.engine = story.engine.watching(Fleet::default());
    let (ada, shop) = (story.actor("ada").await, shop_cloud());
    let engine = &story.engine;
    let why = "shop is not in the file of clouds; what was written there can be read, and nothing is added.";
    let listed = engine.intents(&ada, &shop).await.unwrap();
    assert_eq!(listed.intents[0].name.as_str(), "ratings-access");
    assert_eq!(listed.readonly.as_deref(), Some(why));
    let intent = engine.intent(&ada, &shop, "ratings-access").await.unwrap();
    assert_eq!(intent.revisions.len(), 1);
    assert_eq!(engine.reviews(&ada, &shop).await.unwrap().len(), 1);
    engine.in_flight(&ada, &shop).await.unwrap();
    engine.history(&ada, Some(&shop), None).await.unwrap();
    let page = story.revision("rex", number).await;
    assert_eq!(page.votes[0].by.as_str(), "rex");
    assert_eq!(page.preview, Preview::default());
    assert_eq!(page.cannot_vote.as_deref(), Some(why));
    let begun = engine.begin_draft(&ada, &shop, "mutual_tls").await;
    assert_eq!(denied(begun), why);
    assert_eq!(
        denied(engine.recall_revision(&ada, &shop, number).await),
        why
    );
    let eve = story.actor("eve").await;
    let strange = engine.intents(&eve, &shop).await;
    assert!(matches!(strange, Err(Error::NotFound)), "{strange:?}");
}

#[tokio::test]
async fn whoever_requests_changes_says_which_and_stops_the_revision() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    let silent = story
        .votes("ria", number, Ballot::RequestChanges, " ")
        .await;
    let says = "Say what has to change.";
    assert_eq!(rejected(silent), [("comment".to_owned(), says.to_owned())]);
    story
        .votes("ria", number, Ballot::RequestChanges, "Allow HEAD too.")
        .await
        .unwrap();
    let page = story.revision("both", number).await;
    assert_eq!(page.row.stage, Stage::ChangesRequested);
    assert_eq!(page.votes[1].comment, "Allow HEAD too.");
    assert!(!page.row.waits_for_me, "it waits for its author");
}

#[tokio::test]
async fn a_new_revision_starts_without_approvals_and_takes_the_place_of_the_first() {
    let story = Story::begins().await;
    let first = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", first).await.unwrap();
    let (ada, shop) = (story.actor("ada").await, shop_cloud());
    let id = story
        .engine
        .edit_intent(&ada, &shop, "ratings-access")
        .await;
    let id = id.unwrap();
    let mut more = ratings_access();
    more.fields.push(("rules.0.paths", "/ratings/*"));
    story.saves("ada", id, &more).await;
    let second = story.submits("ada", id).await.unwrap();
    let old = story.revision("ria", first).await;
    assert_eq!(old.row.stage, Stage::Superseded(second));
    let why = "Revision 2 took the place of this one.";
    assert_eq!(old.cannot_vote.as_deref(), Some(why));
    assert!(old.may_approve.is_empty() && !old.can_recall);
    assert_eq!(moved(story.approves("ria", first).await), why);
    let new = story.revision("ria", second).await;
    assert_eq!(
        (new.row.stage, new.row.approvals, new.row.version),
        (Stage::InReview, 0, 2)
    );
    assert_ne!(new.digest, old.digest);
}

#[tokio::test]
async fn a_revision_can_be_taken_out_of_review() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let (ben, shop) = (story.actor("ben").await, shop_cloud());
    assert!(story.revision("ben", number).await.can_recall);
    let recall = async || story.engine.recall_revision(&ben, &shop, number).await;
    recall().await.unwrap();
    let page = story.revision("rex", number).await;
    assert_eq!(page.row.stage, Stage::Recalled);
    let why = "This revision was recalled.";
    assert_eq!(page.cannot_vote.as_deref(), Some(why));
    assert_eq!(moved(story.approves("rex", number).await), why);
    assert_eq!(moved(recall().await), why);
    let ids = story
        .engine
        .edit_intent(&ben, &shop, "ratings-access")
        .await;
    story.draft_page("ben", ids.unwrap()).await;
}

#[tokio::test]
async fn a_right_that_was_gained_late_counts_from_the_next_draft() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let begun = story.engine.now();
    // A right that is given in the same millisecond was not given after.
    while story.engine.now() <= begun {
        tokio::task::yield_now().await;
    }
    let (adm, vic) = (story.actor("adm").await, story.actor("vic").await);
    let (seen, roles) = (["viewer@shop".into()], ["reviewer@shop".into()]);
    let step = story
        .engine
        .change_roles(&adm, vic.person, &seen, &roles)
        .await
        .unwrap();
    assert_eq!(step, Step::Effect);
    assert!(story.actor("vic").await.is(Role::Reviewer, &shop_cloud()));
    let number = story.submits("ada", id).await.unwrap();
    let why = "You became a reviewer after this was begun; you vote from the next draft on.";
    assert_eq!(denied(story.approves("vic", number).await), why);
    let next = story.submitted("ada", &strict("guests", "guestbook")).await;
    story.approves("vic", next).await.unwrap();
}

#[tokio::test]
async fn a_right_that_was_lost_no_longer_counts() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    let (adm, rex) = (story.actor("adm").await, story.actor("rex").await);
    let (seen, roles) = (["reviewer@shop".into()], ["viewer@shop".into()]);
    story
        .engine
        .change_roles(&adm, rex.person, &seen, &roles)
        .await
        .unwrap();
    let page = story.revision("ria", number).await;
    assert_eq!((page.row.stage, page.row.approvals), (Stage::InReview, 0));
    let void = page.votes[0].void.as_deref();
    assert_eq!(void, Some("Reviewers of this cloud vote."));
}

#[tokio::test]
async fn what_a_revision_was_made_from_may_change_but_not_the_revision() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let before = story.revision("rex", number).await;
    let mut service = story.eu.object("Service", "default", "ratings").unwrap();
    service["spec"]["selector"] = json!({ "app": "ratings", "version": "v1" });
    story.eu.put(service).unwrap();
    let (namespace, name) = ("default".into(), "ratings".into());
    story
        .sees("eu-west", |view| {
            let service = view.snapshot.service(&namespace, &name);
            service.is_some_and(|service| service.selector.len() == 2)
        })
        .await;
    let after = story.revision("rex", number).await;
    assert_eq!(after.preview.plans, before.preview.plans);
    assert_eq!((after.digest, after.base), (before.digest, before.base));
    let found: Vec<_> = after
        .preview
        .findings
        .iter()
        .map(|one| (one.level, one.code.as_ref(), one.sites.len()))
        .collect();
    let others = (Level::Warning, "others_allow", 2);
    assert_eq!(found, [others, (Level::Warning, "would_differ", 1)]);
}

#[tokio::test]
async fn only_what_was_sealed_as_to_be_removed_is_removed() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let page = story.revision("rex", number).await;
    let installation = story.store.installation().await.unwrap();
    let labels = json!({
        "assent/installation": installation, "assent/cloud": "shop", "assent/intent": "ratings-access",
    });
    story
        .eu
        .put(json!({
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": { "namespace": "default", "name": "left-over", "labels": labels },
            "spec": {},
        }))
        .unwrap();
    let key = mesh::ResourceKey::new(
        mesh::ResourceKind::AuthorizationPolicy,
        "default",
        "left-over",
    );
    story
        .sees("eu-west", |view| view.snapshot.resource(&key).is_some())
        .await;
    let later = story.revision("rex", number).await;
    assert_eq!(later.preview.plans, page.preview.plans);
    let (ada, shop) = (story.actor("ada").await, shop_cloud());
    let id = story
        .engine
        .edit_intent(&ada, &shop, "ratings-access")
        .await;
    let id = id.unwrap();
    let next = story.submits("ada", id).await.unwrap();
    let next = story.revision("rex", next).await;
    let actions: Vec<Vec<Action>> = next
        .preview
        .plans
        .iter()
        .map(|plan| plan.changes.iter().map(|change| change.action).collect())
        .collect();
    let create = Action::Create;
    assert_eq!(actions, [vec![create, Action::Remove], vec![create]]);
}

#[tokio::test]
async fn what_waits_for_somebody_comes_first_and_is_counted() {
    let story = Story::begins().await;
    let first = story.submitted("ada", &ratings_access()).await;
    let second = story.submitted("ada", &strict("guests", "guestbook")).await;
    let mut other = ratings_access().named("details-access");
    other.fields[0] = ("service", "default/details");
    let third = story.submitted("both", &other).await;
    story.approves("rex", first).await.unwrap();
    let rows = async |name| {
        let actor = story.actor(name).await;
        let rows = story.engine.reviews(&actor, &shop_cloud()).await.unwrap();
        let rows = rows.into_iter();
        rows.map(|row| (row.number, row.waits_for_me))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rows("both").await,
        [(second, true), (third, false), (first, false)]
    );
    assert_eq!(
        rows("rex").await,
        [(third, true), (second, true), (first, false)]
    );
    let flight = async |name| {
        let actor = story.actor(name).await;
        let flight = story.engine.in_flight(&actor, &shop_cloud()).await.unwrap();
        (flight.drafts.len(), flight.reviews, flight.waiting)
    };
    story.draft("ben", &strict("later", "guestbook")).await;
    assert_eq!(flight("ben").await, (1, 2, 0));
    assert_eq!(flight("both").await, (0, 2, 1));
    assert_eq!(flight("rex").await, (0, 2, 2));
}

#[tokio::test]
async fn members_see_what_was_done_in_their_cloud_and_administrators_everything() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    story.approves("rex", number).await.unwrap();
    let (vic, adm, shop) = (
        story.actor("vic").await,
        story.actor("adm").await,
        shop_cloud(),
    );
    let engine = &story.engine;
    let page = engine.history(&vic, Some(&shop), None).await.unwrap();
    let acts: Vec<_> = page
        .acts
        .iter()
        .map(|act| (act.by.as_deref(), act.did.as_str(), act.href.as_deref()))
        .collect();
    let revision = Some("/c/shop/revisions/1");
    assert_eq!(
        acts,
        [
            (Some("rex"), "approved revision 1", revision),
            (Some("ada"), "submitted revision 1", revision),
            (Some("ada"), "began draft 1", Some("/c/shop/drafts/1")),
            (
                None,
                "changed the review rule to 1 approval, version 1",
                None
            ),
        ]
    );
    let earlier = engine
        .history(&vic, Some(&shop), Some(page.acts[2].seq))
        .await
        .unwrap();
    assert_eq!((&earlier.acts[..], earlier.more), (&page.acts[3..], None));
    let all = engine.history(&adm, None, None).await.unwrap();
    assert!(all.acts.len() > page.acts.len());
    assert!(all.acts.iter().all(|act| act.href.is_none()));
    let why =
        "Administrators see what was done in the whole installation; you are not one of them.";
    assert_eq!(denied(engine.history(&vic, None, None).await), why);
    let refused = engine.history(&adm, Some(&shop), None).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
}
