//! Submits a revision that removes what an intent made.

use intent::{
    Act, Actor, Base, Bundle, CloudName, Draft, Entry, IntentId, IntentName, RevisionNumber,
    Unnumbered, Unversioned, Verb, rollout::Owned,
};
use mesh::Level;
use store::Ground;

use crate::{Engine, Error, Result, compile::seen, found::whole, scene::Scene};

impl Engine {
    /// Submits a revision by which all goes that an intent made on the sites of its cloud, and nothing else. It is
    /// reviewed and rolled out like any other.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        name: &str,
    ) -> Result<RevisionNumber> {
        let scene = self.scene(self.cloud_for_writing(actor, cloud)?);
        let (intent, name) = self.store.intent(cloud, name).await?;
        let bundles = self.removing(&scene, cloud, intent).await?;
        let says = says(&name, &bundles);
        let draft = self.empty_draft(actor, cloud, intent, &name).await?;
        let holding = self.store.holding(cloud).await?;
        let seen = seen(&scene, &holding, Some(intent));
        let seal = |_: &Ground| {
            let base = Base::of(&bundles, |site| scene.snapshot(site));
            let base = base
                .map_err(|unseen| vec![whole(Level::Error, "not_read", unseen.to_string(), "")])?;
            Ok(Unnumbered {
                intents: vec![Unversioned {
                    name,
                    content: None,
                    says,
                }],
                bundles,
                facts: Vec::new(),
                base,
                compiler: env!("CARGO_PKG_VERSION").into(),
            })
        };
        let act = Act::by(actor, Verb::Submitted);
        let (id, version) = (draft.id, draft.version);
        let submitted = self.store.submit(cloud, id, version, &seen, act, seal);
        match submitted.await {
            Ok(revision) => Ok(revision.number),
            Err(error) => {
                let act = Act::by(actor, Verb::DiscardedDraft);
                self.store.discard_draft(cloud, draft.id, act).await?;
                Err(error.into())
            }
        }
    }

    /// What withdrawing an intent would do, as a sentence; else why whoever asks cannot.
    pub(crate) async fn can_withdraw(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        scene: &Scene<'_>,
        intent: IntentId,
    ) -> Result<std::result::Result<String, String>> {
        if let Some(why) = self.cannot_write(actor, cloud) {
            return Ok(Err(why));
        }
        if self.store.open_draft(cloud, intent).await?.is_some() {
            return Ok(Err(OPEN.into()));
        }
        Ok(match self.removing(scene, cloud, intent).await {
            Ok(bundles) => Ok(format!(
                "This submits a revision that removes {}. It is reviewed like any other.",
                many(&bundles)
            )),
            Err(Error::Denied(why)) => Err(why),
            Err(other) => return Err(other),
        })
    }

    /// What has to go of an intent on each site of a cloud.
    async fn removing(
        &self,
        scene: &Scene<'_>,
        cloud: &CloudName,
        intent: IntentId,
    ) -> Result<Vec<Bundle>> {
        let mut ledger = self.store.ledger(cloud).await?;
        ledger.retain(|owned| owned.intent == intent);
        let bundles = bundles(&scene.names(), &ledger);
        if bundles.iter().all(|bundle| bundle.entries.is_empty()) {
            return Err(Error::Denied(NOTHING.into()));
        }
        Ok(bundles)
    }

    /// A draft of an intent in which nobody writes.
    async fn empty_draft(
        &self,
        actor: &Actor,
        cloud: &CloudName,
        intent: IntentId,
        name: &IntentName,
    ) -> Result<Draft> {
        if self.store.open_draft(cloud, intent).await?.is_some() {
            return Err(Error::Denied(OPEN.into()));
        }
        let draft = self.go_on_from(actor, cloud, intent, name).await?;
        if draft.version != 0 || draft.by != actor.person {
            return Err(Error::Denied(OPEN.into()));
        }
        Ok(draft)
    }
}

const NOTHING: &str =
    "Nothing of this intent is applied. Recall what is in review, or discard the draft, instead.";
const OPEN: &str = "There is an open draft of this intent. Discard it first.";

/// What has to go on each site, what refers to something before what it refers to.
fn bundles(sites: &[String], ledger: &[Owned]) -> Vec<Bundle> {
    let of_site = |site: &String| {
        let own = ledger.iter().filter(|owned| owned.site == *site);
        let mut keys: Vec<_> = own.map(|owned| owned.key.clone()).collect();
        keys.sort_by(|one, other| other.cmp(one));
        Bundle {
            site: site.clone(),
            entries: keys.into_iter().map(Entry::Remove).collect(),
        }
    };
    sites.iter().map(of_site).collect()
}

fn says(name: &IntentName, bundles: &[Bundle]) -> String {
    format!("Withdraws {name}: removes {}.", many(bundles))
}

/// How much that is: "2 objects on 2 sites".
fn many(bundles: &[Bundle]) -> String {
    let keys = bundles.iter().flat_map(|bundle| &bundle.entries);
    let keys: std::collections::BTreeSet<_> = keys.map(Entry::key).collect();
    let sites = bundles.iter().filter(|bundle| !bundle.entries.is_empty());
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    };
    format!(
        "{} on {}",
        count(keys.len(), "object"),
        count(sites.count(), "site")
    )
}
