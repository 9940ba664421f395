//! Makes a draft final.

use intent::{
    Act, Actor, Base, CloudName, Draft, DraftId, Form, RevisionNumber, Unnumbered, Unversioned,
    Verb,
};
use mesh::{Finding, Level};
use store::Ground;

use crate::{
    Engine, Result, compile::Compiled, drafts::written, error::rejected, found::whole,
    preview::blocking, scene::Scene,
};

impl Engine {
    /// Seals what was typed as a revision, if nothing blocks it. What differs from what is saved is saved
    /// before.
    pub async fn submit_draft(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        id: DraftId,
        version: i64,
        name: &str,
        form: Form,
    ) -> Result<RevisionNumber> {
        let scene = self.scene(self.cloud_for_writing(actor, cloud)?);
        let draft = self.store.draft(cloud, id).await?;
        let draft = if differs(&draft, name, &form)? {
            let act = Act::by(actor, Verb::EditedDraft);
            let saved = self.store.save_draft(cloud, id, version, name, &form, act);
            saved.await?
        } else {
            draft
        };
        let compiled = self.compiled(&scene, &draft).await?;
        let blocking: Vec<Finding> = blocking(&compiled.preview).cloned().collect();
        if !blocking.is_empty() {
            return Err(rejected(blocking));
        }
        let act = Act::by(actor, Verb::Submitted);
        let seal = |ground: &Ground| unnumbered(&scene, compiled, ground);
        let submitted = self.store.submit(cloud, id, draft.version, act, seal);
        Ok(submitted.await?.number)
    }
}

fn differs(draft: &Draft, name: &str, form: &Form) -> Result<bool> {
    let saved = written(draft)?;
    let renamed = saved.intent.is_none() && saved.name.trim() != name.trim();
    Ok(renamed || saved.form != *form)
}

/// What is sealed. Places are looked at again: now nobody else can take one any more.
fn unnumbered(
    scene: &Scene<'_>,
    compiled: Compiled,
    ground: &Ground,
) -> std::result::Result<Unnumbered, Vec<Finding>> {
    let held = compiled.held(scene, &ground.others);
    if !held.is_empty() {
        return Err(held);
    }
    let bundles = compiled.bundles();
    let base = Base::of(&bundles, |site| scene.snapshot(site))
        .map_err(|unseen| vec![whole(Level::Error, "not_read", unseen.to_string(), "")])?;
    let says = compiled.says();
    let (Some(name), Some(_)) = (compiled.name, &compiled.content) else {
        return Err(vec![whole(
            Level::Error,
            "unreadable",
            "What was typed cannot be read.",
            "",
        )]);
    };
    Ok(Unnumbered {
        intents: vec![Unversioned {
            name,
            content: compiled.content,
            says,
        }],
        bundles,
        facts: compiled.sites.into_iter().map(|on| on.facts).collect(),
        base,
        compiler: env!("CARGO_PKG_VERSION").into(),
    })
}
