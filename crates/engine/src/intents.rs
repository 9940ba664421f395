//! The intents of a cloud, and one of them with all its revisions.

use std::collections::BTreeMap;

use intent::{
    Actor, CloudName, Draft, DraftId, DraftRow, IntentId, IntentPage, IntentRow, IntentsPage,
    PersonName, Revision, Sealed, kind_named,
};

use crate::{Engine, Error, Result, bench::Bench};

impl Engine {
    /// The intents of a cloud and its open drafts.
    pub async fn intents(&self, actor: &Actor, cloud: &CloudName) -> Result<IntentsPage> {
        let scene = self.scene(self.cloud_for(actor, cloud)?);
        let bench = self.bench(actor, cloud, &scene).await?;
        let revisions = self.store.revisions(cloud).await?;
        let drafts = self.store.drafts(cloud).await?;
        let mut intents: BTreeMap<_, IntentRow> = BTreeMap::new();
        for revision in &revisions {
            for sealed in &revision.intents {
                let name = sealed.name.clone();
                intents.entry(name).or_insert_with(|| {
                    let open = open_draft(&drafts, sealed.intent);
                    row(&bench, sealed, revision, &revisions, open)
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
            readonly: self.cannot_write(actor, cloud),
        })
    }

    /// One intent with all its revisions.
    pub async fn intent(&self, actor: &Actor, cloud: &CloudName, name: &str) -> Result<IntentPage> {
        let scene = self.scene(self.cloud_for(actor, cloud)?);
        let (intent, name) = self.store.intent(cloud, name).await?;
        let bench = self.bench(actor, cloud, &scene).await?;
        let revisions = self.store.revisions_of(cloud, &name).await?;
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
                &revisions,
                open.map(|draft| draft.id),
            ),
            revisions: revisions
                .iter()
                .map(|revision| bench.row_of(revision, intent))
                .collect(),
            readonly: self.cannot_write(actor, cloud),
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
    revisions: &[Revision],
    draft: Option<DraftId>,
) -> IntentRow {
    let own = revisions.iter().flat_map(|revision| &revision.intents);
    let mut contents = own
        .filter(|one| one.intent == sealed.intent)
        .filter_map(|one| one.content.as_ref());
    IntentRow {
        name: sealed.name.clone(),
        kind: contents
            .next()
            .map(|content| content.info().title)
            .unwrap_or_default()
            .into(),
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
