//! Drafts: begun, read, saved, discarded and restored.

use intent::{
    Act, Actor, CloudName, Draft, DraftId, DraftIntent, DraftPage, Form, IntentId, IntentName,
    Objection, Saved, Verb, kind_named,
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
        Ok(self.go_on_from(actor, cloud, intent, &name).await?.id)
    }

    /// Begins a draft of an intent with what its latest revision says, or gives back the one that is open.
    pub(crate) async fn go_on_from(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        intent: IntentId,
        name: &IntentName,
    ) -> Result<Draft> {
        let revisions = self.store.revisions_of(cloud, name).await?;
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
        Ok(self.store.begin_draft(&new, act).await?)
    }

    /// A draft, with what can be chosen and what it would do.
    pub async fn draft(&self, actor: &Actor, cloud: &CloudName, id: DraftId) -> Result<DraftPage> {
        let known = self.cloud_for_reading(actor, cloud).await?;
        let scene = self.scene(&known);
        let draft = self.store.draft(cloud, id).await?;
        let written = written(&draft)?.clone();
        let compiled = self.compiled(&scene, &draft).await?;
        let offered = self.work_out(&scene, |_, facts| choices(facts.iter().map(AsRef::as_ref)));
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
            choices: offered.await?,
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
        can_be_kept(name, &form)?;
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
        let (written, cloud) = (written(draft)?.clone(), draft.cloud.clone());
        self.work_out(scene, move |scene, facts| {
            compile(scene, facts, &others, &installation, &cloud, &written)
        })
        .await
    }
}

/// So many characters a name has at most while it is being written; one that is submitted is shorter.
const LONGEST_NAME: usize = 64;
/// So many characters the path of a field has at most.
const LONGEST_PATH: usize = 100;
/// So many fields are typed into at most.
const MOST_FIELDS: usize = 5_000;
/// So many bytes are typed at most, paths included.
const MOST_BYTES: usize = 256 * 1024;

/// Refuses what is too much to be kept as a draft. Whether it makes sense is another question.
pub(crate) fn can_be_kept(name: &str, form: &Form) -> Result<()> {
    let mut objections = Vec::new();
    if name.chars().count() > LONGEST_NAME {
        let says = "A name has at most 64 characters; shorten it.";
        objections.push(Objection::new("name", says));
    }
    let fields = &form.0;
    if fields
        .keys()
        .any(|path| path.chars().count() > LONGEST_PATH)
    {
        let says = "A field of this form is not one of ours; reload the page.";
        objections.push(Objection::new("", says));
    }
    let bytes: usize = fields
        .iter()
        .map(|(path, text)| path.len() + text.len())
        .sum();
    if fields.len() > MOST_FIELDS || bytes > MOST_BYTES {
        let says = "This is more than one intent holds; make several of it.";
        objections.push(Objection::new("", says));
    }
    if objections.is_empty() {
        Ok(())
    } else {
        Err(Error::Rejected(objections))
    }
}

/// What is written in a draft. The pages write one intent.
pub(crate) fn written(draft: &Draft) -> Result<&DraftIntent> {
    draft.intents.first().ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, form: &Form) -> Vec<String> {
        match can_be_kept(name, form) {
            Ok(()) => Vec::new(),
            Err(Error::Rejected(found)) => found.into_iter().map(|one| one.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_name_being_written_is_not_endless() {
        let form = Form::default();
        assert_eq!(refused(&"ü".repeat(LONGEST_NAME), &form), [""; 0]);
        assert_eq!(refused(&"ü".repeat(LONGEST_NAME + 1), &form), ["name"]);
    }

    #[test]
    fn a_form_being_written_is_not_endless() {
        let typed = |path: String, text: String| Form([(path, text)].into());
        let many =
            |count: usize| Form((0..count).map(|n| (n.to_string(), String::new())).collect());
        for form in [
            typed("a".repeat(LONGEST_PATH), String::new()),
            typed("a".into(), "x".repeat(MOST_BYTES - 1)),
            many(MOST_FIELDS),
        ] {
            assert_eq!(refused("a", &form), [""; 0]);
        }
        for form in [
            typed("a".repeat(LONGEST_PATH + 1), String::new()),
            typed("a".into(), "x".repeat(MOST_BYTES)),
            many(MOST_FIELDS + 1),
        ] {
            assert_eq!(refused("a", &form), [""]);
        }
    }
}
