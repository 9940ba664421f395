//! Two sites and a data folder that outlive the processes which work on them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::OnceLock,
    time::Duration,
};

use cluster::{Cloud, Connection, Fleet, Site};
use engine::{Engine, Error, Shown};
use intent::{
    Act, Actor, Ballot, Base, Bundle, CloudName, Entry, Form, Grant, Intent, Origin, Owner,
    PersonName, RevisionNumber, RevisionPage, Role, RolloutNumber, RolloutPage, SiteTerms, Stage,
    Terms, Time, Unnumbered, Unversioned, Verb,
    rollout::{Noted, Outcome},
};
use mesh::{Manifest, ResourceKey, ResourceKind};
use sandbox::Journalled;
use serde_json::{Value, json};
use store::{Clock, Ground, NewDraft, NewPerson, Seen, Store};
use tempfile::TempDir;
use tokio::{runtime, task::yield_now, time::timeout};

use crate::ground::{self, NAMESPACE, Saved};

/// What is there, whoever works on it.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) eu: ground::Site,
    pub(crate) us: ground::Site,
}

/// What the cloud is configured as, where it asks for so many approvals.
pub(crate) fn terms(approvals: u32) -> Terms {
    let site = |name: &str| SiteTerms {
        name: name.into(),
        context: name.into(),
        root_namespace: "istio-system".into(),
    };
    Terms {
        approvals,
        namespaces: vec![NAMESPACE.into()],
        sites: SITES.map(site).into(),
    }
}

/// One process. It ends in the middle of whatever it does.
pub(crate) struct Process {
    pub(crate) engine: Engine,
    pub(crate) store: Store,
}

/// Who there is: ada writes, rex and ria vote, olga and otto operate, vic looks on.
const PEOPLE: &[(&str, Role)] = &[
    ("ada", Role::Author),
    ("rex", Role::Reviewer),
    ("ria", Role::Reviewer),
    ("olga", Role::Operator),
    ("otto", Role::Operator),
    ("vic", Role::Viewer),
];

pub(crate) const SITES: [&str; 2] = ["eu-west", "us-east"];

/// The first revision, and the second.
pub(crate) const FIRST: RevisionNumber = RevisionNumber(1);
pub(crate) const SECOND: RevisionNumber = RevisionNumber(2);

impl World {
    /// A first revision is approved that makes `one` and `two` on both sites; nothing was rolled out.
    pub(crate) fn approved() -> Self {
        static WORLD: OnceLock<Saved> = OnceLock::new();
        ground::again(&WORLD, || {
            let world = Self::new();
            world.process(async |process| {
                let number = process.submits("ada", &first()).await;
                process.approves("rex", number).await;
            });
            world
        })
    }

    /// The first revision is in force; a second is approved that changes `one`, makes `three` and removes `two`.
    pub(crate) fn applied() -> Self {
        static WORLD: OnceLock<Saved> = OnceLock::new();
        ground::again(&WORLD, || {
            let world = Self::approved();
            world.process(async |process| {
                process.applies("olga", FIRST).await;
                process.settles(&world).await;
                let number = process.submits("ada", &second()).await;
                process.approves("rex", number).await;
            });
            world
        })
    }

    /// Nothing is but people, and a namespace on each site.
    pub(crate) fn new() -> Self {
        let [eu, us] = ground::sites();
        let folder = tempfile::tempdir().unwrap();
        let world = Self { folder, eu, us };
        world.process(async |process| {
            let people = PEOPLE.iter().map(|(name, role)| NewPerson {
                name: PersonName::known(*name),
                password: None,
                grants: vec![Grant::In(shop(), *role)],
            });
            let by = PersonName::known("test");
            let act = Act::unsigned(by, Verb::PreparedDemo, &Origin::default());
            let people: Vec<NewPerson> = people.collect();
            process.store.add_missing(&people, &act).await.unwrap();
        });
        world
    }

    /// Runs a process until this is through; it ends at that very moment.
    pub(crate) fn process<T>(&self, run: impl AsyncFnOnce(&Process) -> T) -> T {
        self.later(Time(0), run)
    }

    /// Runs a process at a later time.
    pub(crate) fn later<T>(&self, at: Time, run: impl AsyncFnOnce(&Process) -> T) -> T {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let process = Process::starts(self, at).await;
            run(&process).await
        })
    }

    /// The requests to a site that were meant, without dry runs.
    pub(crate) fn sent(&self, site: &str) -> Vec<Journalled> {
        let mut sent = self.site(site).journal();
        sent.retain(|request| !request.dry_run);
        sent
    }

    pub(crate) fn all_sent(&self) -> usize {
        SITES.iter().map(|site| self.sent(site).len()).sum()
    }

    pub(crate) fn site(&self, site: &str) -> &ground::Site {
        if site == SITES[0] { &self.eu } else { &self.us }
    }

    /// The specs of the policies of each site by name.
    pub(crate) fn specs(&self) -> Vec<BTreeMap<String, Value>> {
        let specs = |site: &&str| {
            let objects = self.site(site).objects(PEER.as_str());
            let objects = objects.into_iter();
            let named = objects.map(|object| {
                let name = object["metadata"]["name"].as_str().unwrap();
                (name.to_owned(), object["spec"].clone())
            });
            named.collect()
        };
        SITES.iter().map(specs).collect()
    }
}

impl Process {
    async fn starts(world: &World, at: Time) -> Self {
        let mut store = open(world.folder.path()).await;
        if at > Time(0) {
            store.clock = Clock::after(at);
        }
        let mut sites = Vec::new();
        for name in SITES {
            sites.push(Site {
                name: name.into(),
                cluster: ground::follow(world.site(name)).await,
            });
        }
        let cloud = Cloud {
            name: "shop".into(),
            namespaces: vec![NAMESPACE.into()],
            sites,
        };
        let engine = Engine::new(store.clone()).watching(Fleet::new([cloud]));
        let agreed = BTreeMap::from([(shop(), terms(1))]);
        engine.agree(&agreed).await.unwrap();
        Self { engine, store }
    }

    /// Waits until each site is seen as it is.
    pub(crate) async fn settles(&self, world: &World) {
        for site in SITES {
            let mut views = self.engine.views(&shop(), site).unwrap();
            let is_seen = |view: &std::sync::Arc<cluster::View>| {
                let policies = view.snapshot.resources(PEER);
                let policies = policies.filter(|it| it.key.namespace.as_str() == NAMESPACE);
                let seen: BTreeSet<String> = policies.map(|r| r.resource_version.clone()).collect();
                let objects = world.site(site).objects(PEER.as_str());
                let there = objects.iter().map(|object| {
                    let version = &object["metadata"]["resourceVersion"];
                    version.as_str().unwrap().to_owned()
                });
                let there: BTreeSet<String> = there.collect();
                view.connection == Connection::Live && seen == there
            };
            views.wait_for(is_seen).await.unwrap();
        }
    }

    async fn sees(&self) {
        for site in SITES {
            let mut views = self.engine.views(&shop(), site).unwrap();
            let live = |view: &std::sync::Arc<cluster::View>| view.snapshot.knows(PEER);
            views.wait_for(live).await.unwrap();
        }
    }

    pub(crate) async fn actor(&self, name: &str) -> Actor {
        let person = self.store.account(name).await.unwrap().person;
        self.engine.actor(person, Origin::default()).await.unwrap()
    }

    /// Submits a revision of the intent `mtls` with these entries on both sites.
    pub(crate) async fn submits(&self, by: &str, entries: &[Entry]) -> RevisionNumber {
        self.sees().await;
        let installation = self.store.installation().await.unwrap();
        let owner = Owner {
            installation,
            cloud: shop(),
            intent: intent::IntentName::read("mtls").unwrap(),
        };
        let bundles = SITES.map(|site| Bundle {
            site: site.into(),
            entries: entries.iter().map(|entry| owned(entry, &owner)).collect(),
        });
        let views = SITES.map(|site| {
            let views = self.engine.views(&shop(), site).unwrap();
            let view = views.borrow().clone();
            (site, view)
        });
        let base = Base::of(&bundles, |site| {
            let mut views = views.iter();
            Some(&views.find(|(name, _)| *name == site)?.1.snapshot)
        });
        let base = base.unwrap();
        let intent = self.store.intent(&shop(), "mtls").await.ok();
        let before = self.store.revision_numbers(&shop()).await.unwrap();
        let holding = self.store.holding(&shop()).await.unwrap();
        let seen = Seen {
            holding: holding.iter().map(|revision| revision.number).collect(),
            sites: SITES.map(String::from).into(),
            ..Seen::default()
        };
        let new = NewDraft {
            cloud: shop(),
            kind: "mutual_tls".into(),
            intent: intent.map(|(id, _)| id),
            name: "mtls".into(),
            form: form(),
            base: before.first().copied(),
        };
        let act = Act::by(&self.actor(by).await, Verb::BeganDraft);
        let draft = self.store.begin_draft(&new, act.clone()).await.unwrap();
        let seal = |_: &Ground| {
            Ok(Unnumbered {
                intents: vec![Unversioned {
                    name: owner.intent,
                    content: Some(Intent::read("mutual_tls", &form()).unwrap()),
                    says: "default accepts mutual TLS only.".into(),
                }],
                bundles: bundles.into(),
                facts: Vec::new(),
                base,
                compiler: "1".into(),
            })
        };
        let cloud = shop();
        let submitted = self
            .store
            .submit(&cloud, draft.id, draft.version, &seen, act, seal);
        submitted.await.unwrap().number
    }

    pub(crate) async fn page(&self, by: &str, number: RevisionNumber) -> RevisionPage {
        self.sees().await;
        let by = self.actor(by).await;
        self.engine.revision(&by, &shop(), number).await.unwrap()
    }

    pub(crate) async fn stage(&self, number: RevisionNumber) -> Stage {
        self.page("vic", number).await.row.stage
    }

    pub(crate) async fn approves(&self, by: &str, number: RevisionNumber) {
        let shown = shown(&self.page(by, number).await);
        let by = self.actor(by).await;
        self.engine
            .vote(&by, &shop(), number, &shown, Ballot::Approve, "", Time(1))
            .await
            .unwrap();
    }

    /// Rolls out what a page shows now, and types what it asks for.
    pub(crate) async fn rolls_out(
        &self,
        by: &str,
        number: RevisionNumber,
    ) -> Result<RolloutNumber, Error> {
        let page = self.page(by, number).await;
        self.begins(by, &page, page.needs_confirm.as_deref()).await
    }

    /// Rolls out what a page showed.
    pub(crate) async fn begins(
        &self,
        by: &str,
        page: &RevisionPage,
        typed: Option<&str>,
    ) -> Result<RolloutNumber, Error> {
        let (by, cloud, number) = (self.actor(by).await, shop(), page.row.number);
        self.engine
            .roll_out(&by, &cloud, number, &shown(page), typed)
            .await
    }

    /// Rolls back to what a page shows now.
    pub(crate) async fn rolls_back(
        &self,
        by: &str,
        number: RevisionNumber,
    ) -> Result<RolloutNumber, Error> {
        let page = self.page(by, number).await;
        let by = self.actor(by).await;
        let confirm = page.needs_confirm.as_deref();
        self.engine
            .roll_back(&by, &shop(), number, &shown(&page), confirm)
            .await
    }

    /// Rolls out, to the end.
    pub(crate) async fn applies(&self, by: &str, number: RevisionNumber) {
        self.rolls_out(by, number).await.unwrap();
        assert_eq!(self.ends().await, Outcome::Applied);
    }

    /// How the last rollout ends; what is under way is waited for.
    pub(crate) async fn ends(&self) -> Outcome {
        let ended = async {
            while !self.store.running().await.unwrap().is_empty() {
                yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), ended).await.unwrap();
        let latest = self.store.rollouts(&shop()).await.unwrap().remove(0);
        latest.ended.unwrap().1
    }

    /// Waits until the journal of a rollout is so.
    pub(crate) async fn notes(&self, number: RolloutNumber, is_so: impl Fn(&[Noted]) -> bool) {
        let so = async {
            while !is_so(&self.store.notes_after(&shop(), number, 0).await.unwrap()) {
                yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), so).await.unwrap();
    }

    pub(crate) async fn rollout(&self, number: RolloutNumber) -> RolloutPage {
        let by = self.actor("vic").await;
        self.engine.rollout(&by, &shop(), number).await.unwrap()
    }
}

/// Opens a store, which a process that just ended may still hold for a moment.
pub(crate) async fn open(folder: &Path) -> Store {
    for _ in 0..10_000 {
        match Store::open(folder).await {
            Ok(store) => return store,
            Err(store::Error::Unfit(says)) if says.contains("another Assent") => yield_now().await,
            Err(other) => panic!("{other}"),
        }
    }
    panic!("the process before never ended")
}

pub(crate) const PEER: ResourceKind = ResourceKind::PeerAuthentication;

/// A policy of one app, with this mode; its labels come when it is sealed.
pub(crate) fn peer(app: &str, mode: &str) -> Entry {
    let key = ResourceKey::new(PEER, NAMESPACE, app);
    Entry::Apply(Manifest::new(key, mesh::Labels::new(), &spec(app, mode)))
}

pub(crate) fn spec(app: &str, mode: &str) -> Value {
    json!({"mtls": {"mode": mode}, "selector": {"matchLabels": {"app": app}}})
}

pub(crate) fn gone(app: &str) -> Entry {
    Entry::Remove(ResourceKey::new(PEER, NAMESPACE, app))
}

pub(crate) fn first() -> [Entry; 2] {
    [peer("one", "STRICT"), peer("two", "STRICT")]
}

pub(crate) fn second() -> [Entry; 3] {
    [
        peer("one", "PERMISSIVE"),
        peer("three", "STRICT"),
        gone("two"),
    ]
}

/// What [`first`] and [`second`] make.
pub(crate) const BEFORE: [(&str, &str); 2] = [("one", "STRICT"), ("two", "STRICT")];
pub(crate) const AFTER: [(&str, &str); 2] = [("one", "PERMISSIVE"), ("three", "STRICT")];

/// A policy as pages name it.
pub(crate) fn at(app: &str) -> String {
    format!("{NAMESPACE}/{app}")
}

/// What is on both sites, if all of these are and nothing else.
pub(crate) fn all(policies: &[(&str, &str)]) -> Vec<BTreeMap<String, Value>> {
    let specs = policies.iter();
    let specs: BTreeMap<String, Value> = specs
        .map(|(app, mode)| ((*app).to_owned(), spec(app, mode)))
        .collect();
    vec![specs.clone(), specs]
}

/// A policy that somebody writes with kubectl.
pub(crate) fn by_hand(app: &str, mode: &str) -> Value {
    json!({
        "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
        "metadata": {"name": app, "namespace": NAMESPACE}, "spec": spec(app, mode),
    })
}

fn owned(entry: &Entry, owner: &Owner) -> Entry {
    match entry {
        Entry::Apply(manifest) => {
            let spec: Value = serde_json::from_str(manifest.canonical()).unwrap();
            Entry::Apply(Manifest::new(manifest.key.clone(), owner.labels(), &spec))
        }
        Entry::Remove(key) => Entry::Remove(key.clone()),
    }
}

fn form() -> Form {
    let mut form = Form::default();
    let fields = [
        ("scope", "namespace"),
        ("namespace", NAMESPACE),
        ("mode", "STRICT"),
    ];
    for (path, text) in fields {
        form.set(path, text);
    }
    form
}

pub(crate) fn shop() -> CloudName {
    CloudName::read("shop").unwrap()
}

/// What this page binds.
pub(crate) fn shown(page: &RevisionPage) -> Shown {
    Shown {
        digest: page.digest.clone(),
        base: page.base.clone(),
        rule: page.rule,
    }
}
