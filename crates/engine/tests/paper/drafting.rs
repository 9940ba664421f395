//! Stories of people who write intents.

use engine::Error;
use intent::{
    CloudName, DraftId, Form, Found, Intent, IntentName, PlanSeen, Preview, RevisionNumber, Said,
    Stage, Turn,
};
use mesh::{Action, Level, mtls::Mode};
use serde_json::json;

use crate::story::{Story, Written, denied, ratings_access, rejected, shop_cloud, strict};

/// The findings of a preview, as level, code and sites.
fn found(preview: &Preview) -> Vec<(Level, &str, Vec<&str>)> {
    let findings = preview.findings.iter();
    findings
        .map(|one| {
            let sites = one.sites.iter().map(String::as_str).collect();
            (one.level, one.code.as_ref(), sites)
        })
        .collect()
}

fn actions(plan: &PlanSeen) -> Vec<(Action, &str)> {
    let changes = plan.changes.iter();
    changes
        .map(|change| (change.action, change.kind.as_str()))
        .collect()
}

#[tokio::test]
async fn what_is_the_same_on_both_sites_is_said_and_planned_once() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let page = story.draft_page("ada", id).await;
    let both = ["eu-west".to_owned(), "us-east".to_owned()];
    let text = "bookinfo-reviews of default may GET everything on ratings. Everyone else with a sidecar gets 403, \
         except callers that ratings-viewer lets in; plaintext is refused.";
    let said = Said {
        sites: both.to_vec(),
        text: text.into(),
    };
    assert_eq!(page.preview.says, [said]);
    assert_eq!(page.preview.plans.len(), 1);
    let plan = &page.preview.plans[0];
    assert_eq!(plan.sites, both);
    assert_eq!(actions(plan), [(Action::Create, "AuthorizationPolicy")]);
    assert!(
        plan.yaml.contains("assent/intent: ratings-access\n"),
        "{}",
        plan.yaml
    );
    assert_eq!(page.preview.turns, []);
    assert_eq!(
        found(&page.preview),
        [(Level::Warning, "others_allow", vec!["eu-west", "us-east"])]
    );
    assert_eq!((page.version, page.readonly), (1, None));
}

#[tokio::test]
async fn mutual_tls_says_which_workloads_turn() {
    let story = Story::begins().await;
    let id = story.draft("ada", &strict("guests", "guestbook")).await;
    let preview = story.draft_page("ada", id).await.preview;
    let turn = |workload: &str| Turn {
        workload: workload.into(),
        port: None,
        now: Some(Mode::Permissive),
        after: Some(Mode::Strict),
        // One of its pods has no sidecar and goes on taking plaintext.
        partly: workload == "guestbook/guestbook-v1",
        sites: vec!["eu-west".into(), "us-east".into()],
    };
    // No pod of redis-slave has one: nothing of it turns.
    let turns = [
        "guestbook/analyzer",
        "guestbook/guestbook-v1",
        "guestbook/guestbook-v2",
        "guestbook/redis-master",
    ];
    assert_eq!(preview.turns, turns.map(turn));
    assert_eq!(
        found(&preview),
        [(Level::Warning, "no_sidecar", vec!["eu-west", "us-east"])]
    );
}

#[tokio::test]
async fn a_port_that_stays_as_it_is_is_told_beside_what_turns() {
    let story = Story::begins().await;
    let mut analyzer = strict("analyzer-mtls", "guestbook");
    analyzer.fields = vec![
        ("scope", "workload"),
        ("workload", "guestbook/analyzer"),
        ("mode", "STRICT"),
        ("ports.0.port", "5000"),
        ("ports.0.mode", "PERMISSIVE"),
    ];
    let id = story.draft("ada", &analyzer).await;
    let preview = story.draft_page("ada", id).await.preview;
    let turns: Vec<_> = preview
        .turns
        .iter()
        .map(|turn| (turn.port, turn.now, turn.after))
        .collect();
    let (open, shut) = (Some(Mode::Permissive), Some(Mode::Strict));
    assert_eq!(turns, [(None, open, shut), (Some(5000), open, open)]);
}

#[tokio::test]
async fn a_place_that_a_foreign_object_holds_is_not_taken() {
    let story = Story::begins().await;
    let id = story.draft("ada", &strict("all-mtls", "default")).await;
    let preview = story.draft_page("ada", id).await.preview;
    let finding = &preview.findings[0];
    assert_eq!(
        (finding.says.as_str(), finding.todo.as_str()),
        (
            "PeerAuthentication default/default already decides what all of default accepts; it was not made by \
             Assent.",
            "Change it there, or choose a narrower scope.",
        )
    );
    let refused = rejected(story.submits("ada", id).await);
    let says = format!("{} {}", finding.says, finding.todo);
    assert_eq!(refused, [(String::new(), says)]);
}

#[tokio::test]
async fn a_place_is_held_only_where_the_foreign_object_is() {
    let story = Story::begins().await;
    let mut reviews = strict("reviews-mtls", "default");
    reviews.fields = vec![
        ("scope", "service"),
        ("service", "default/reviews"),
        ("mode", "STRICT"),
    ];
    let id = story.draft("ada", &reviews).await;
    let preview = story.draft_page("ada", id).await.preview;
    assert_eq!(
        found(&preview),
        [(Level::Error, "place_held", vec!["eu-west"])]
    );
}

#[tokio::test]
async fn an_object_of_our_name_that_is_not_ours_is_left_alone() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let page = story.draft_page("ada", id).await;
    let name = page.preview.plans[0].changes[0].name.clone();
    let (namespace, name) = name.split_once('/').unwrap();
    story
        .us
        .put(json!({
            "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
            "metadata": { "namespace": namespace, "name": name },
            "spec": {},
        }))
        .unwrap();
    let key = mesh::ResourceKey::new(mesh::ResourceKind::AuthorizationPolicy, namespace, name);
    story
        .sees("us-east", |view| view.snapshot.resource(&key).is_some())
        .await;
    let preview = story.draft_page("ada", id).await.preview;
    assert_eq!(
        found(&preview),
        [
            (Level::Error, "foreign", vec!["us-east"]),
            (Level::Warning, "others_allow", vec!["eu-west", "us-east"]),
        ]
    );
    let actions: Vec<_> = preview.plans.iter().map(actions).collect();
    let policy = "AuthorizationPolicy";
    assert_eq!(
        actions,
        [[(Action::Create, policy)], [(Action::Foreign, policy)]]
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_found_beside_its_fields_and_changes_nothing() {
    let story = Story::begins().await;
    let nothing = Written {
        kind: "client_access",
        name: "",
        fields: vec![],
    };
    let id = story.draft("ada", &nothing).await;
    let preview = story.draft_page("ada", id).await.preview;
    let fields: Vec<_> = preview.findings.iter().map(|one| one.path()).collect();
    assert_eq!(fields, [Some("name"), Some("service"), Some("access")]);
    assert_eq!((preview.says, preview.plans), (vec![], vec![]));
    let refused = rejected(story.submits("ada", id).await);
    let fields: Vec<_> = refused.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "service", "access"]);
}

#[tokio::test]
async fn a_name_belongs_to_one_intent() {
    let story = Story::begins().await;
    story.submitted("ada", &ratings_access()).await;
    let other = strict("ratings-access", "guestbook");
    let id = story.draft("ben", &other).await;
    let refused = rejected(story.submits("ben", id).await);
    let says = "ratings-access is another intent of shop. Choose another name, or edit that one.";
    assert_eq!(refused, [("name".to_owned(), says.to_owned())]);
}

#[tokio::test]
async fn of_two_who_save_at_once_neither_loses_what_they_typed() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let theirs = ratings_access().named("from-ben");
    story.saves("ben", id, &theirs).await;
    let ada = story.actor("ada").await;
    let mine = ratings_access().named("from-ada");
    let save = async |version| {
        let form = mine.form();
        story
            .engine
            .save_draft(&ada, &shop_cloud(), id, version, mine.name, form)
            .await
    };
    let Err(Error::Conflict(found)) = save(1).await else {
        panic!("the second save went over the first")
    };
    assert_eq!(
        (found.by.as_str(), found.version, found.name.as_str()),
        ("ben", 2, "from-ben")
    );
    assert_eq!(found.form, theirs.form());
    assert_eq!(story.draft_page("ada", id).await.name, "from-ben");
    assert_eq!(save(found.version).await.unwrap().version, 3);
    assert_eq!(story.draft_page("ben", id).await.name, "from-ada");
}

#[tokio::test]
async fn a_draft_that_was_discarded_can_be_had_back() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let (ada, shop) = (story.actor("ada").await, shop_cloud());
    story.engine.discard_draft(&ada, &shop, id).await.unwrap();
    let listed = story.engine.intents(&ada, &shop).await.unwrap().drafts;
    assert_eq!(listed, []);
    let page = story.draft_page("ada", id).await;
    assert!(page.discarded);
    let form = page.form.clone();
    let saved = story
        .engine
        .save_draft(&ada, &shop, id, page.version, "x", form)
        .await;
    assert_eq!(denied(saved), "This draft was discarded; restore it first.");
    story.engine.restore_draft(&ada, &shop, id).await.unwrap();
    let back = story.draft_page("ada", id).await;
    assert_eq!((back.discarded, back.form), (false, page.form));
}

#[tokio::test]
async fn a_draft_in_which_nothing_was_typed_is_begun_once() {
    let story = Story::begins().await;
    let (ada, ben, shop) = (
        story.actor("ada").await,
        story.actor("ben").await,
        shop_cloud(),
    );
    let begin = async |by, kind| story.engine.begin_draft(by, &shop, kind).await;
    let first = begin(&ada, "mutual_tls").await.unwrap();
    assert_eq!(begin(&ada, "mutual_tls").await.unwrap(), first);
    assert_ne!(begin(&ada, "client_access").await.unwrap(), first);
    assert_ne!(begin(&ben, "mutual_tls").await.unwrap(), first);
    let form = Form::default();
    let saved = story.engine.save_draft(&ada, &shop, first, 0, "a", form);
    saved.await.unwrap();
    assert_ne!(begin(&ada, "mutual_tls").await.unwrap(), first);
    let unknown = begin(&ada, "teleport").await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
}

#[tokio::test]
async fn what_differs_from_what_is_saved_is_saved_before_it_is_submitted() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let (ada, shop) = (story.actor("ada").await, shop_cloud());
    let mut form = ratings_access().form();
    form.set("rules.0.methods", "GET, HEAD");
    let submit = async |version, form: &Form| {
        let form = form.clone();
        story
            .engine
            .submit_draft(&ada, &shop, id, version, "ratings-access", form)
            .await
    };
    let stale = submit(0, &form).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    let number = submit(1, &form).await.unwrap();
    assert_eq!(number, RevisionNumber(1));
    let page = story.revision("ada", number).await;
    assert!(page.row.says.contains("GET or HEAD"), "{}", page.row.says);
    let again = submit(2, &form).await;
    assert_eq!(
        denied(again),
        "This draft was submitted; begin another one."
    );
    let draft = story.draft_page("ada", id).await;
    let why = "This was submitted as revision 1.";
    assert_eq!(draft.readonly.as_deref(), Some(why));
}

#[tokio::test]
async fn an_intent_is_edited_in_one_draft_that_begins_with_what_it_says() {
    let story = Story::begins().await;
    let number = story.submitted("ada", &ratings_access()).await;
    let (ada, ben, shop) = (
        story.actor("ada").await,
        story.actor("ben").await,
        shop_cloud(),
    );
    let edit = async |by| story.engine.edit_intent(by, &shop, "ratings-access").await;
    let id = edit(&ben).await.unwrap();
    assert_eq!(edit(&ada).await.unwrap(), id);
    let page = story.draft_page("ben", id).await;
    assert_eq!((page.base, page.named), (Some(number), true));
    let read = |form: &Form| Intent::read("client_access", form).unwrap();
    assert_eq!(read(&page.form), read(&ratings_access().form()));
    story
        .saves("ben", id, &ratings_access().named("renamed"))
        .await;
    assert_eq!(story.draft_page("ben", id).await.name, "ratings-access");
    let unknown = story.engine.edit_intent(&ada, &shop, "nothing").await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
}

#[tokio::test]
async fn what_is_too_much_to_be_kept_is_refused_beside_its_field() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let (ada, shop) = (story.actor("ada").await, shop_cloud());
    let long = "a".repeat(65);
    let form = ratings_access().form();
    let says = "A name has at most 64 characters; shorten it.";
    let expected = [("name".to_owned(), says.to_owned())];
    let engine = &story.engine;
    let saved = engine.save_draft(&ada, &shop, id, 1, &long, form.clone());
    assert_eq!(rejected(saved.await), expected);
    let submitted = engine.submit_draft(&ada, &shop, id, 1, &long, form);
    assert_eq!(rejected(submitted.await), expected);
    assert_eq!(story.draft_page("ada", id).await.version, 1);
}

#[tokio::test]
async fn of_many_who_submit_at_once_each_gets_a_number() {
    let story = Story::begins().await;
    let one = story.draft("ada", &ratings_access()).await;
    let other = story.draft("ben", &strict("guests", "guestbook")).await;
    let (one, other) = tokio::join!(story.submits("ada", one), story.submits("ben", other));
    let mut numbers = [one.unwrap(), other.unwrap()];
    numbers.sort();
    assert_eq!(numbers, [RevisionNumber(1), RevisionNumber(2)]);
}

#[tokio::test]
async fn who_may_only_look_sees_why() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let (vic, shop) = (story.actor("vic").await, shop_cloud());
    let why = "Authors of shop write its intents; you are not one of them.";
    assert_eq!(
        story.draft_page("vic", id).await.readonly.as_deref(),
        Some(why)
    );
    let engine = &story.engine;
    let listed = engine.intents(&vic, &shop).await.unwrap();
    assert_eq!(listed.readonly.as_deref(), Some(why));
    let form = ratings_access().form();
    let refused = [
        denied(engine.begin_draft(&vic, &shop, "mutual_tls").await),
        denied(engine.edit_intent(&vic, &shop, "a").await),
        denied(
            engine
                .save_draft(&vic, &shop, id, 1, "a", form.clone())
                .await,
        ),
        denied(engine.submit_draft(&vic, &shop, id, 1, "a", form).await),
        denied(engine.discard_draft(&vic, &shop, id).await),
        denied(engine.restore_draft(&vic, &shop, id).await),
        denied(engine.recall_revision(&vic, &shop, RevisionNumber(1)).await),
    ];
    assert_eq!(refused, [why; 7]);
}

#[tokio::test]
async fn drafts_and_revisions_of_another_cloud_are_not_found() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let number = story.submitted("ben", &strict("guests", "guestbook")).await;
    let eve = story.actor("eve").await;
    let engine = &story.engine;
    let form = ratings_access().form();
    // By the cloud they may not see, by their own, and by one that never was.
    for cloud in ["shop", "bank", "moon"] {
        let cloud = CloudName::read(cloud).unwrap();
        let name = IntentName::read("guests").unwrap();
        let refused = [
            engine.draft(&eve, &cloud, id).await.err(),
            engine
                .save_draft(&eve, &cloud, id, 1, "a", form.clone())
                .await
                .err(),
            engine
                .submit_draft(&eve, &cloud, id, 1, "a", form.clone())
                .await
                .err(),
            engine.discard_draft(&eve, &cloud, id).await.err(),
            engine.restore_draft(&eve, &cloud, id).await.err(),
            engine.intent(&eve, &cloud, name.as_str()).await.err(),
            engine.edit_intent(&eve, &cloud, name.as_str()).await.err(),
            engine.revision(&eve, &cloud, number).await.err(),
            engine.recall_revision(&eve, &cloud, number).await.err(),
            engine.draft(&eve, &cloud, DraftId(99)).await.err(),
        ];
        for error in refused {
            assert!(matches!(error, Some(Error::NotFound)), "{cloud}: {error:?}");
        }
    }
    let shop = shop_cloud();
    for error in [
        engine.intents(&eve, &shop).await.err(),
        engine.reviews(&eve, &shop).await.err(),
        engine.in_flight(&eve, &shop).await.err(),
        engine.history(&eve, Some(&shop), None).await.err(),
    ] {
        assert!(matches!(error, Some(Error::NotFound)), "{error:?}");
    }
}

#[tokio::test]
async fn one_cloud_knows_nothing_of_the_names_and_places_of_another() {
    let story = Story::begins().await;
    story.submitted("ada", &ratings_access()).await;
    let (eve, bank) = (story.actor("eve").await, CloudName::read("bank").unwrap());
    let own = strict("ratings-access", "legacy");
    let engine = &story.engine;
    let id = engine.begin_draft(&eve, &bank, own.kind).await.unwrap();
    let saved = engine
        .save_draft(&eve, &bank, id, 0, own.name, own.form())
        .await
        .unwrap();
    assert_eq!(
        found(&saved.preview),
        [(Level::Warning, "no_sidecar", vec!["eu-west", "us-east"])]
    );
    let number = engine
        .submit_draft(&eve, &bank, id, 1, own.name, own.form())
        .await
        .unwrap();
    assert_eq!(number, RevisionNumber(1), "each cloud counts for itself");
}

#[tokio::test]
async fn read_only_shows_everything_and_writes_nothing() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let number = story.submitted("ben", &strict("guests", "guestbook")).await;
    let engine = story.engine.clone().read_only();
    let (both, shop) = (story.actor("both").await, shop_cloud());
    let page = engine.revision(&both, &shop, number).await.unwrap();
    let why = "Assent runs read-only; nothing is written here.";
    assert_eq!(page.cannot_vote.as_deref(), Some(why));
    assert!(!page.can_recall);
    let draft = engine.draft(&both, &shop, id).await.unwrap();
    assert_eq!(draft.readonly.as_deref(), Some(why));
    let form = ratings_access().form();
    let shown = crate::story::shown(&page);
    let approve = intent::Ballot::Approve;
    let refused = [
        denied(engine.begin_draft(&both, &shop, "mutual_tls").await),
        denied(engine.edit_intent(&both, &shop, "guests").await),
        denied(
            engine
                .save_draft(&both, &shop, id, 1, "a", form.clone())
                .await,
        ),
        denied(engine.submit_draft(&both, &shop, id, 1, "a", form).await),
        denied(engine.discard_draft(&both, &shop, id).await),
        denied(engine.restore_draft(&both, &shop, id).await),
        denied(engine.recall_revision(&both, &shop, number).await),
        denied(
            engine
                .vote(&both, &shop, number, &shown, approve, "", intent::Time(1))
                .await,
        ),
    ];
    assert_eq!(refused, [why; 8]);
}

#[tokio::test]
async fn intents_are_listed_with_their_latest_revision_and_open_draft() {
    let story = Story::begins().await;
    story.submitted("ada", &ratings_access()).await;
    let (ben, shop) = (story.actor("ben").await, shop_cloud());
    let draft = story
        .engine
        .edit_intent(&ben, &shop, "ratings-access")
        .await
        .unwrap();
    let page = story.engine.intents(&ben, &shop).await.unwrap();
    let rows: Vec<_> = page
        .intents
        .iter()
        .map(|row| (row.name.as_str(), row.kind.as_str(), row.version, row.draft))
        .collect();
    assert_eq!(rows, [("ratings-access", "Client access", 1, Some(draft))]);
    let drafts: Vec<_> = page
        .drafts
        .iter()
        .map(|row| (row.id, row.kind.as_str(), row.by.as_str(), row.mine))
        .collect();
    assert_eq!(drafts, [(draft, "Client access", "ben", true)]);
    story.saves("ben", draft, &ratings_access()).await;
    let second = story.submits("ben", draft).await.unwrap();
    let page = story
        .engine
        .intent(&ben, &shop, "ratings-access")
        .await
        .unwrap();
    assert_eq!((page.row.version, page.row.draft), (2, None));
    let revisions: Vec<_> = page
        .revisions
        .iter()
        .map(|row| (row.number.0, row.version, row.stage.clone()))
        .collect();
    assert_eq!(
        revisions,
        [(2, 2, Stage::InReview), (1, 1, Stage::Superseded(second))]
    );
}

#[tokio::test]
async fn intents_and_revisions_are_found_by_members_of_their_cloud() {
    let story = Story::begins().await;
    story.submitted("ada", &ratings_access()).await;
    let (vic, eve) = (story.actor("vic").await, story.actor("eve").await);
    let one = |group: &str, title: &str, href: &str| Found {
        group: group.into(),
        title: title.into(),
        about: "in shop".into(),
        href: href.into(),
    };
    let intent = one(
        "Intents",
        "ratings-access",
        "/c/shop/intents/ratings-access",
    );
    let revision = one("Revisions", "Revision 1", "/c/shop/revisions/1");
    let find = async |who, text| story.engine.find(who, text).await.unwrap();
    assert_eq!(find(&vic, "ratings-a").await, [intent]);
    for text in ["revision 1", "1", "rev"] {
        let found = find(&vic, text).await;
        assert!(found.contains(&revision), "{text}: {found:?}");
    }
    assert_eq!(find(&eve, "ratings-a").await, []);
    assert_eq!(find(&eve, "revision 1").await, []);
}
