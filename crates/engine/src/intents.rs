//! The intents of a cloud, and one of them with all its revisions.

use std::collections::BTreeMap;

use intent::{
    Actor, CloudName, Draft, DraftId, DraftRow, IntentId, IntentPage, IntentRow, IntentsPage,
    PersonName, Revision, Sealed, kind_named,
};
use store::Which;

use crate::{Engine, Error, Result, bench::Bench};

impl Engine {
    /// The intents of a cloud and its open drafts.
    pub async fn intents(&self, actor: &Actor, cloud: &CloudName) -> Result<IntentsPage> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        let scene = self.scene(&known);
        let (docket, latest) = self.store.listed(cloud, Which::Latest).await?;
        let bench = self.bench(actor, cloud, &scene, docket);
        let kinds = self.store.intent_kinds(cloud).await?;
        let drafts = self.store.drafts(cloud).await?;
        let mut intents: BTreeMap<_, IntentRow> = BTreeMap::new();
        for revision in &latest {
            for sealed in &revision.intents {
                let name = sealed.name.clone();
                intents.entry(name).or_insert_with(|| {
                    let open = open_draft(&drafts, sealed.intent);
                    let kind = kinds.get(&sealed.intent).map_or("", String::as_str);
                    row(&bench, sealed, revision, kind, open)
                });
            }
        }
        Ok(IntentsPage {
            cloud: cloud.clone(),
            sites: scene.names(),
            intents: intents.into_values().collect(),
            drafts: drafts
                .iter()
                .map(|(draft, by)| draft_row(actor, draft, by))
                .collect(),
            live: self.live_now(cloud),
            readonly: self.cannot_write(actor, cloud),
        })
    }

    /// One intent with all its revisions.
    pub async fn intent(&self, actor: &Actor, cloud: &CloudName, name: &str) -> Result<IntentPage> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        let scene = self.scene(&known);
        let (intent, name) = self.store.intent(cloud, name).await?;
        let (docket, revisions) = self.store.judged_of(cloud, &name).await?;
        let bench = self.bench(actor, cloud, &scene, docket);
        let kinds = self.store.intent_kinds(cloud).await?;
        let latest = revisions.first().ok_or(Error::NotFound)?;
        let mut sealed = latest.intents.iter();
        let sealed = sealed
            .find(|sealed| sealed.intent == intent)
            .ok_or(Error::NotFound)?;
        let open = self.store.open_draft(cloud, intent).await?;
        Ok(IntentPage {
            cloud: cloud.clone(),
            row: row(
                &bench,
                sealed,
                latest,
                kinds.get(&intent).map_or("", String::as_str),
                open.map(|draft| draft.id),
            ),
            revisions: revisions
                .iter()
                .map(|revision| bench.row_of(revision, intent))
                .collect(),
            live: self.live_now(cloud),
            readonly: self.cannot_write(actor, cloud),
            can_withdraw: self.can_withdraw(actor, cloud, &scene, intent).await?,
            can_roll_back: revisions
                .iter()
                .filter(|revision| bench.judge(revision).can_roll_back().is_ok())
                .map(|revision| revision.number)
                .collect(),
        })
    }
}

/// A draft as lists show it.
pub(crate) fn draft_row(actor: &Actor, draft: &Draft, by: &PersonName) -> DraftRow {
    let first = draft.intents.first();
    let kind = first
        .map(|written| written.kind.as_str())
        .unwrap_or_default();
    DraftRow {
        id: draft.id,
        name: first
            .map(|written| written.name.clone())
            .unwrap_or_default(),
        kind: kind_named(kind).map_or(kind, |kind| kind.title).into(),
        by: by.clone(),
        mine: draft.by == actor.person,
        saved_by: draft.saved_by.clone(),
        saved: draft.saved,
    }
}

/// An intent as lists show it, with what its latest revision sealed.
fn row(
    bench: &Bench<'_>,
    sealed: &Sealed,
    latest: &Revision,
    kind: &str,
    draft: Option<DraftId>,
) -> IntentRow {
    IntentRow {
        name: sealed.name.clone(),
        kind: kind_named(kind).map_or(kind, |kind| kind.title).into(),
        says: sealed.says.clone(),
        version: sealed.version,
        revision: latest.number,
        stage: bench.judge(latest).stage(),
        draft,
        by: latest.author_name.clone(),
        at: latest.at,
    }
}

fn open_draft(drafts: &[(Draft, PersonName)], intent: IntentId) -> Option<DraftId> {
    let mut drafts = drafts.iter().map(|(draft, _)| draft);
    let of_it = |draft: &&Draft| {
        let mut intents = draft.intents.iter();
        intents.any(|written| written.intent == Some(intent))
    };
    drafts.find(of_it).map(|draft| draft.id)
}
