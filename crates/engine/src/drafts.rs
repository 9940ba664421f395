//! Drafts: begun, read, saved, discarded and restored.

use intent::{
    Act, Actor, CloudName, Draft, DraftId, DraftIntent, DraftPage, Form, Saved, Verb, kind_named,
};
use store::NewDraft;

use crate::{
    Engine, Error, Result,
    choices::choices,
    compile::{Compiled, Others, compile},
    scene::Scene,
};

impl Engine {
    /// Begins a draft of a kind. If whoever asks began one already in which nothing was typed yet, that is
    /// the answer.
    pub async fn begin_draft(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        kind: &str,
    ) -> Result<DraftId> {
        self.cloud_for_writing(actor, cloud)?;
        let kind = kind_named(kind).ok_or(Error::NotFound)?;
        let drafts = self.store.drafts(cloud).await?;
        let untouched = |draft: &Draft| {
            let mut intents = draft.intents.iter();
            let same = |one: &DraftIntent| one.intent.is_none() && one.kind == kind.name;
            draft.by == actor.person && draft.version == 0 && intents.all(same)
        };
        if let Some((draft, _)) = drafts.iter().find(|(draft, _)| untouched(draft)) {
            return Ok(draft.id);
        }
        let new = NewDraft {
            cloud: cloud.clone(),
            kind: kind.name.into(),
            intent: None,
            name: String::new(),
            form: Form::default(),
            base: None,
        };
        let act = Act::by(actor, Verb::BeganDraft);
        Ok(self.store.begin_draft(&new, act).await?.id)
    }

    /// The open draft of an intent; begun from what its latest revision says, if there is none.
    pub async fn edit_intent(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        name: &str,
    ) -> Result<DraftId> {
        self.cloud_for_writing(actor, cloud)?;
        let (intent, name) = self.store.intent(cloud, name).await?;
        let revisions = self.store.revisions_of(cloud, &name).await?;
        let latest = revisions.first().ok_or(Error::NotFound)?;
        let sealed = revisions.iter().flat_map(|revision| &revision.intents);
        let mut contents = sealed
            .filter(|sealed| sealed.intent == intent)
            .filter_map(|sealed| sealed.content.as_ref());
        let content = contents.next().ok_or(Error::NotFound)?;
        let new = NewDraft {
            cloud: cloud.clone(),
            kind: content.info().name.into(),
            intent: Some(intent),
            name: name.to_string(),
            form: content.form(),
            base: Some(latest.number),
        };
        let act = Act::by(actor, Verb::BeganDraft);
        Ok(self.store.begin_draft(&new, act).await?.id)
    }

    /// A draft, with what can be chosen and what it would do.
    pub async fn draft(&self, actor: &Actor, cloud: &CloudName, id: DraftId) -> Result<DraftPage> {
        let scene = self.scene(self.cloud_for(actor, cloud)?);
        let draft = self.store.draft(cloud, id).await?;
        let written = written(&draft)?.clone();
        let compiled = self.compiled(&scene, &draft).await?;
        let facts = self.facts(&scene);
        let submitted = draft
            .revision
            .map(|revision| format!("This was submitted as revision {revision}."));
        Ok(DraftPage {
            cloud: draft.cloud,
            id: draft.id,
            kind: written.kind,
            name: written.name,
            named: written.intent.is_some(),
            form: written.form,
            version: draft.version,
            saved: draft.saved,
            saved_by: draft.saved_by,
            base: draft.base,
            discarded: draft.discarded,
            choices: choices(facts.iter().map(AsRef::as_ref)),
            preview: compiled.preview,
            readonly: submitted.or_else(|| self.cannot_write(actor, cloud)),
        })
    }

    /// Saves what was typed over the version that whoever asks has seen.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        id: DraftId,
        version: i64,
        name: &str,
        form: Form,
    ) -> Result<Saved> {
        let scene = self.scene(self.cloud_for_writing(actor, cloud)?);
        let act = Act::by(actor, Verb::EditedDraft);
        let saved = self.store.save_draft(cloud, id, version, name, &form, act);
        let draft = saved.await?;
        Ok(Saved {
            version: draft.version,
            at: draft.saved,
            preview: self.compiled(&scene, &draft).await?.preview,
        })
    }

    /// Discards a draft. What was typed is kept.
    pub async fn discard_draft(&self, actor: &Actor, cloud: &CloudName, id: DraftId) -> Result<()> {
        self.cloud_for_writing(actor, cloud)?;
        let act = Act::by(actor, Verb::DiscardedDraft);
        Ok(self.store.discard_draft(cloud, id, act).await?)
    }

    /// Restores a draft that was discarded.
    pub async fn restore_draft(&self, actor: &Actor, cloud: &CloudName, id: DraftId) -> Result<()> {
        self.cloud_for_writing(actor, cloud)?;
        let act = Act::by(actor, Verb::RestoredDraft);
        Ok(self.store.restore_draft(cloud, id, act).await?)
    }

    /// What becomes of a draft.
    pub(crate) async fn compiled(&self, scene: &Scene<'_>, draft: &Draft) -> Result<Compiled> {
        let others = Others {
            names: self.store.intents(&draft.cloud).await?,
            holding: self.store.holding(&draft.cloud).await?,
        };
        let installation = self.store.installation().await?;
        let facts = self.facts(scene);
        let written = written(draft)?;
        let cloud = &draft.cloud;
        Ok(compile(
            scene,
            &facts,
            &others,
            &installation,
            cloud,
            written,
        ))
    }
}

/// What is written in a draft. The pages write one intent.
pub(crate) fn written(draft: &Draft) -> Result<&DraftIntent> {
    draft.intents.first().ok_or(Error::NotFound)
}
