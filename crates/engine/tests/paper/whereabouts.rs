//! Stories of sites that are not seen as they are now.

use cluster::{Cloud, Connection, Fleet, Site};
use mesh::Level;
use sandbox::{Line as Way, shop};

use crate::story::{Story, follow, ratings_access, rejected, shop_cloud};

#[tokio::test]
async fn a_site_that_is_lost_is_a_warning_with_its_age() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    story.us.faults().line(Way::Down);
    story.us.faults().cut_watches();
    story
        .sees("us-east", |view| {
            matches!(view.connection, Connection::Lost { .. })
        })
        .await;
    let preview = story.draft_page("ada", id).await.preview;
    assert_eq!(preview.plans[0].sites, ["eu-west", "us-east"]);
    let mut findings = preview.findings.iter();
    let finding = findings.find(|one| one.code == "site_lost").unwrap();
    assert_eq!(
        (finding.level, finding.sites.as_slice()),
        (Level::Warning, &["us-east".to_owned()][..])
    );
    assert_eq!(
        finding.says,
        "us-east cannot be reached; what is shown of it is as of 1970-01-01T00:00:01Z."
    );
    story.submits("ada", id).await.unwrap();
}

#[tokio::test]
async fn a_site_that_was_never_read_keeps_a_draft_from_being_submitted() {
    let mut story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    let dark = shop("us-east");
    dark.faults().line(Way::Down);
    let sites = [("eu-west", follow(&story.eu)), ("us-east", follow(&dark))];
    let mut views = sites[0].1.views();
    views
        .wait_for(|view| view.connection == Connection::Live)
        .await
        .unwrap();
    let cloud = Cloud {
        name: "shop".into(),
        namespaces: vec!["default".into(), "guestbook".into()],
        sites: sites
            .map(|(name, cluster)| Site {
                name: name.into(),
                cluster,
            })
            .into(),
    };
    story.engine = story.engine.watching(Fleet::new([cloud]));
    let preview = story.draft_page("ada", id).await.preview;
    assert_eq!(preview.plans[0].sites, ["eu-west"]);
    assert_eq!(preview.says[0].sites, ["eu-west"]);
    let says = "us-east has not been read yet, so what would change there is not known. Wait until it is; it is \
                tried all the time.";
    let refused = rejected(story.submits("ada", id).await);
    assert_eq!(refused, [(String::new(), says.to_owned())]);
}

#[tokio::test]
async fn a_kind_that_a_site_does_not_know_is_no_place_for_an_intent_of_it() {
    let story = Story::begins().await;
    let id = story.draft("ada", &ratings_access()).await;
    story.us.remove_kind("AuthorizationPolicy").unwrap();
    story.sees("us-east", |view| !view.absent.is_empty()).await;
    let refused = rejected(story.submits("ada", id).await);
    let says = "us-east does not know the kind AuthorizationPolicy. Install Istio there, or a version of it that has \
                this kind.";
    assert_eq!(refused, [(String::new(), says.to_owned())]);
    let preview = story
        .engine
        .draft(&story.actor("ada").await, &shop_cloud(), id)
        .await
        .unwrap()
        .preview;
    assert_eq!(preview.plans[0].sites, ["eu-west"]);
}
