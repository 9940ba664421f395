use intent::{DraftId, DraftIntent};
use tokio::task::JoinSet;

use super::*;
use crate::Error;

#[tokio::test]
async fn a_draft_is_read_as_it_was_saved() {
    let store = asking(1).await;
    let begun = store.begin_draft(&new("reviews"), by(ADA)).await.unwrap();
    let expected = Draft {
        id: DraftId(1),
        cloud: shop(),
        intents: vec![DraftIntent {
            intent: None,
            name: "reviews".into(),
            kind: "mutual_tls".into(),
            form: Form::default(),
        }],
        base: None,
        version: 0,
        began: begun.began,
        by: ADA,
        saved: begun.began,
        saved_by: PersonName::known("ada"),
        discarded: false,
        revision: None,
    };
    assert_eq!(begun, expected);
    let saved = store
        .save_draft(&shop(), begun.id, 0, "other", &typed("STRICT"), by(BEN))
        .await
        .unwrap();
    let expected = Draft {
        intents: vec![DraftIntent {
            name: "other".into(),
            form: typed("STRICT"),
            ..expected.intents[0].clone()
        }],
        version: 1,
        saved: saved.saved,
        saved_by: PersonName::known("ben"),
        ..expected
    };
    assert_eq!(saved, expected);
    assert_eq!(store.draft(&shop(), begun.id).await.unwrap(), expected);
    let listed = store.drafts(&shop()).await.unwrap();
    assert_eq!(listed, [(expected, PersonName::known("ada"))]);
}

#[tokio::test]
async fn of_many_who_save_over_the_same_version_one_succeeds_and_the_others_see_what_they_saved() {
    let store = asking(1).await;
    let draft = store.begin_draft(&new("reviews"), by(ADA)).await.unwrap();
    let mut saving = JoinSet::new();
    for number in 0..64 {
        let (store, id) = (store.clone(), draft.id);
        saving.spawn(async move {
            let form = typed(&number.to_string());
            store
                .save_draft(&shop(), id, 0, "reviews", &form, by(BEN))
                .await
        });
    }
    let (mut saved, mut overtaken) = (Vec::new(), Vec::new());
    for answer in saving.join_all().await {
        match answer {
            Ok(draft) => saved.push(draft),
            Err(Error::Overtaken(theirs)) => overtaken.push(*theirs),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((saved.len(), overtaken.len()), (1, 63));
    assert_eq!(saved[0].version, 1);
    assert!(overtaken.iter().all(|theirs| *theirs == saved[0]));
}

#[tokio::test]
async fn the_record_tells_when_somebody_else_goes_on_with_a_draft() {
    let store = asking(1).await;
    let mut draft = store.begin_draft(&new("reviews"), by(ADA)).await.unwrap();
    for person in [ADA, ADA, BEN, BEN, ADA] {
        draft = save(&store, &draft, person).await;
    }
    let expected = ["began_draft", "edited_draft", "edited_draft"];
    assert_eq!(verbs(&store).await, expected);
    let act = store.acts(1).await.unwrap().remove(0);
    assert_eq!(act.did(), "went on with draft 1, reviews");
    assert_eq!(act.cloud.as_deref(), Some("shop"));
}

#[tokio::test]
async fn a_discarded_draft_keeps_everything_and_can_be_restored() {
    let store = asking(1).await;
    let draft = written(&store, &new("reviews"), ADA).await;
    for _twice in 0..2 {
        store
            .discard_draft(&shop(), draft.id, by(BEN))
            .await
            .unwrap();
    }
    assert_eq!(store.drafts(&shop()).await.unwrap(), []);
    let kept = store.draft(&shop(), draft.id).await.unwrap();
    let expected = Draft {
        discarded: true,
        ..draft.clone()
    };
    assert_eq!(kept, expected);
    let saved = store
        .save_draft(&shop(), draft.id, 1, "x", &Form::default(), by(ADA))
        .await;
    assert!(matches!(saved, Err(Error::Conflict(_))));
    let sealed = store
        .submit(&shop(), draft.id, 1, &Seen::default(), by(ADA), sealing)
        .await;
    assert!(matches!(sealed, Err(Error::Conflict(_))));

    for _twice in 0..2 {
        store
            .restore_draft(&shop(), draft.id, by(ADA))
            .await
            .unwrap();
    }
    assert_eq!(store.draft(&shop(), draft.id).await.unwrap(), draft);
    assert_eq!(
        verbs(&store).await,
        ["began_draft", "discarded_draft", "restored_draft"]
    );
}

#[tokio::test]
async fn an_intent_has_one_open_draft() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let intent = first.intents[0].intent;
    assert_eq!(store.open_draft(&shop(), intent).await.unwrap(), None);
    let one = next(&store, &first).await;
    assert_eq!(next(&store, &first).await, one);
    let open = store.open_draft(&shop(), intent).await.unwrap();
    assert_eq!(open.as_ref(), Some(&one));

    store.discard_draft(&shop(), one.id, by(ADA)).await.unwrap();
    let other = next(&store, &first).await;
    assert_ne!(other.id, one.id);
    let restored = store.restore_draft(&shop(), one.id, by(ADA)).await;
    assert!(matches!(restored, Err(Error::Conflict(says)) if says.contains("Another draft")));
    let forced = sqlx::query("update draft_intents set open = 1")
        .execute(&store.write)
        .await;
    assert!(forced.is_err());
}

#[tokio::test]
async fn an_intent_that_exists_keeps_its_name_whatever_is_typed() {
    let store = asking(1).await;
    let first = submitted(&store, "reviews", ADA).await;
    let draft = next(&store, &first).await;
    let saved = store
        .save_draft(&shop(), draft.id, 0, "ratings", &typed("STRICT"), by(ADA))
        .await
        .unwrap();
    assert_eq!(saved.intents[0].name, "reviews");
    let second = submit(&store, &saved, ADA).await;
    assert_eq!(second.intents[0].name.as_str(), "reviews");
}

#[tokio::test]
async fn nothing_of_a_cloud_is_found_from_another() {
    let store = asking(1).await;
    let revision = submitted(&store, "reviews", ADA).await;
    let draft = written(&store, &new("ratings"), ADA).await;
    let bank = CloudName::read("bank").unwrap();
    store.agree(&bank, &terms(1)).await.unwrap();
    let foreign = NewDraft {
        cloud: bank.clone(),
        intent: Some(revision.intents[0].intent),
        ..new("reviews")
    };
    let vote = NewVote {
        cloud: bank.clone(),
        ..ballot(&revision, Ballot::Approve)
    };
    let (id, name) = (draft.id, IntentName::read("reviews").unwrap());
    let answers = [
        store.begin_draft(&foreign, by(ADA)).await.err(),
        store.draft(&bank, id).await.err(),
        store
            .save_draft(&bank, id, 1, "x", &Form::default(), by(ADA))
            .await
            .err(),
        store.discard_draft(&bank, id, by(ADA)).await.err(),
        store.restore_draft(&bank, id, by(ADA)).await.err(),
        store
            .submit(&bank, id, 1, &Seen::default(), by(ADA), sealing)
            .await
            .err(),
        store.revision(&bank, FIRST).await.err(),
        store.recall(&bank, FIRST, by(ADA)).await.err(),
        store.vote(&vote, &sites(), &base(), by(REV)).await.err(),
        store.intent(&bank, "reviews").await.err(),
    ];
    for answer in answers {
        assert!(matches!(answer, Some(Error::NotFound)), "{answer:?}");
    }
    assert_eq!(store.drafts(&bank).await.unwrap(), []);
    assert_eq!(store.intents(&bank).await.unwrap(), []);
    assert_eq!(store.revisions(&bank).await.unwrap(), []);
    assert_eq!(store.revisions_of(&bank, &name).await.unwrap(), []);
    assert_eq!(store.all_votes(&bank).await.unwrap(), []);
    let panel = store.panel(&bank).await.unwrap();
    assert!(panel.voters.is_empty() && panel.savers.is_empty() && panel.left.is_empty());
}
