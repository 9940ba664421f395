//! Makes a draft final.

use intent::{
    Act, Actor, CloudName, Draft, DraftId, Form, RevisionNumber, Unnumbered, Unversioned, Verb,
};
use mesh::{Finding, Level};

use crate::{
    Engine, Result,
    compile::Compiled,
    drafts::{can_be_kept, written},
    error::rejected,
    found::whole,
    preview::blocking,
};

/// So often it is worked out again what a draft becomes, where others submit at the same time.
const TRIES: usize = 3;

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
        can_be_kept(name, &form)?;
        let draft = self.store.draft(cloud, id).await?;
        let draft = if differs(&draft, name, &form)? {
            let act = Act::by(actor, Verb::EditedDraft);
            let saved = self.store.save_draft(cloud, id, version, name, &form, act);
            saved.await?
        } else {
            draft
        };
        for _ in 0..TRIES {
            let compiled = self.compiled(&scene, &draft).await?;
            let blocking: Vec<Finding> = blocking(&compiled.preview).cloned().collect();
            if !blocking.is_empty() {
                return Err(rejected(blocking));
            }
            let seen = compiled.seen.clone();
            let unnumbered = unnumbered(compiled).map_err(rejected)?;
            let (act, version) = (Act::by(actor, Verb::Submitted), draft.version);
            let seal = |_: &_| Ok(unnumbered);
            let submitted = self.store.submit(cloud, id, version, &seen, act, seal);
            match submitted.await {
                Err(store::Error::Stale) => {}
                submitted => return Ok(submitted?.number),
            }
        }
        Err(store::Error::Stale.into())
    }
}

fn differs(draft: &Draft, name: &str, form: &Form) -> Result<bool> {
    let saved = written(draft)?;
    let renamed = saved.intent.is_none() && saved.name.trim() != name.trim();
    Ok(renamed || saved.form != *form)
}

/// What is sealed.
fn unnumbered(compiled: Compiled) -> std::result::Result<Unnumbered, Vec<Finding>> {
    let bundles = compiled.bundles();
    let says = compiled.says();
    let (Some(name), Some(_)) = (compiled.name, &compiled.content) else {
        return Err(vec![whole(
            Level::Error,
            "unreadable",
            "What was typed cannot be read.",
            "",
        )]);
    };
    let base = compiled
        .base
        .map_err(|unseen| vec![whole(Level::Error, "not_read", unseen.to_string(), "")])?;
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
