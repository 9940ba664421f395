//! A shop on two sites, a bank beside it, and the people who work on them.

use std::collections::BTreeMap;

use cluster::{Cloud, Cluster, Connection, Fleet, Site, View};
use engine::{Engine, Error, Shown};
use intent::{
    Act, Actor, Ballot, CloudName, DraftId, DraftPage, Form, Grant, Origin, PersonName,
    RevisionNumber, RevisionPage, Role, SiteTerms, Terms, Time, Verb,
};
use sandbox::{Sandbox, shop};
use store::{NewPerson, Store};

/// An installation that watches the clouds shop and bank on two clusters.
pub(crate) struct Story {
    pub(crate) engine: Engine,
    pub(crate) store: Store,
    pub(crate) eu: Sandbox,
    pub(crate) us: Sandbox,
}

/// Who there is: ada and ben write, rex and ria vote, both does either, vic looks on, adm keeps people, eve is of the
/// bank only.
const PEOPLE: &[(&str, &[(&str, Role)])] = &[
    ("ada", &[("shop", Role::Author)]),
    ("ben", &[("shop", Role::Author)]),
    ("both", &[("shop", Role::Author), ("shop", Role::Reviewer)]),
    ("rex", &[("shop", Role::Reviewer)]),
    ("ria", &[("shop", Role::Reviewer)]),
    ("vic", &[("shop", Role::Viewer)]),
    ("eve", &[("bank", Role::Author), ("bank", Role::Reviewer)]),
    ("adm", &[]),
];

impl Story {
    /// Both clusters are read, one approval is enough, and nothing was written yet.
    pub(crate) async fn begins() -> Self {
        let (eu, us) = (shop("eu-west"), shop("us-east"));
        let clusters = [("eu-west", follow(&eu)), ("us-east", follow(&us))];
        for (_, cluster) in &clusters {
            let mut views = cluster.views();
            views
                .wait_for(|view| view.connection == Connection::Live)
                .await
                .unwrap();
        }
        let cloud = |name: &str, namespaces: &[&str]| Cloud {
            name: name.into(),
            namespaces: namespaces.iter().map(|name| (*name).into()).collect(),
            sites: clusters
                .iter()
                .map(|(name, cluster)| Site {
                    name: (*name).into(),
                    cluster: cluster.clone(),
                })
                .collect(),
        };
        let fleet = Fleet::new([
            cloud("shop", &["default", "guestbook"]),
            cloud("bank", &["legacy"]),
        ]);
        let store = with_people().await;
        let engine = Engine::new(store.clone()).watching(fleet);
        engine
            .agree(&agreed(1, &["default", "guestbook"]))
            .await
            .unwrap();
        Self {
            engine,
            store,
            eu,
            us,
        }
    }

    pub(crate) async fn actor(&self, name: &str) -> Actor {
        let person = self.store.account(name).await.unwrap().person;
        self.engine.actor(person, Origin::default()).await.unwrap()
    }

    /// Begins a draft and saves it once.
    pub(crate) async fn draft(&self, by: &str, written: &Written) -> DraftId {
        let by = self.actor(by).await;
        let id = self
            .engine
            .begin_draft(&by, &shop_cloud(), written.kind)
            .await
            .unwrap();
        self.engine
            .save_draft(&by, &shop_cloud(), id, 0, written.name, written.form())
            .await
            .unwrap();
        id
    }

    pub(crate) async fn draft_page(&self, by: &str, id: DraftId) -> DraftPage {
        let by = self.actor(by).await;
        self.engine.draft(&by, &shop_cloud(), id).await.unwrap()
    }

    /// Saves a draft over what is there.
    pub(crate) async fn saves(&self, by: &str, id: DraftId, written: &Written) {
        let version = self.draft_page(by, id).await.version;
        let by = self.actor(by).await;
        self.engine
            .save_draft(
                &by,
                &shop_cloud(),
                id,
                version,
                written.name,
                written.form(),
            )
            .await
            .unwrap();
    }

    /// Submits a draft as it is saved.
    pub(crate) async fn submits(&self, by: &str, id: DraftId) -> Result<RevisionNumber, Error> {
        let page = self.draft_page(by, id).await;
        let by = self.actor(by).await;
        self.engine
            .submit_draft(&by, &shop_cloud(), id, page.version, &page.name, page.form)
            .await
    }

    /// Writes and submits in one go.
    pub(crate) async fn submitted(&self, by: &str, written: &Written) -> RevisionNumber {
        let id = self.draft(by, written).await;
        self.submits(by, id).await.unwrap()
    }

    pub(crate) async fn revision(&self, by: &str, number: RevisionNumber) -> RevisionPage {
        let by = self.actor(by).await;
        self.engine
            .revision(&by, &shop_cloud(), number)
            .await
            .unwrap()
    }

    /// Votes on what a page shows now.
    pub(crate) async fn votes(
        &self,
        by: &str,
        number: RevisionNumber,
        ballot: Ballot,
        comment: &str,
    ) -> Result<(), Error> {
        let shown = shown(&self.revision(by, number).await);
        self.votes_on(by, number, &shown, ballot, comment).await
    }

    /// Votes on what was shown before.
    pub(crate) async fn votes_on(
        &self,
        by: &str,
        number: RevisionNumber,
        shown: &Shown,
        ballot: Ballot,
        comment: &str,
    ) -> Result<(), Error> {
        let by = self.actor(by).await;
        let cloud = shop_cloud();
        self.engine
            .vote(&by, &cloud, number, shown, ballot, comment, Time(1))
            .await
    }

    pub(crate) async fn approves(&self, by: &str, number: RevisionNumber) -> Result<(), Error> {
        self.votes(by, number, Ballot::Approve, "").await
    }

    /// Waits until a site is seen to be so.
    pub(crate) async fn sees(&self, site: &str, so: impl FnMut(&std::sync::Arc<View>) -> bool) {
        let mut views = self.engine.views(&shop_cloud(), site).unwrap();
        views.wait_for(so).await.unwrap();
    }
}

/// What somebody writes.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) fields: Vec<(&'static str, &'static str)>,
}

impl Written {
    pub(crate) fn form(&self) -> Form {
        let mut form = Form::default();
        for (path, text) in &self.fields {
            form.set(*path, *text);
        }
        form
    }

    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

/// Only reviews may call ratings, with GET.
pub(crate) fn ratings_access() -> Written {
    Written {
        kind: "client_access",
        name: "ratings-access",
        fields: vec![
            ("service", "default/ratings"),
            ("access", "listed"),
            ("rules.0.accounts", "default/bookinfo-reviews"),
            ("rules.0.methods", "GET"),
        ],
    }
}

/// A whole namespace accepts mutual TLS only.
pub(crate) fn strict(name: &'static str, namespace: &'static str) -> Written {
    Written {
        kind: "mutual_tls",
        name,
        fields: vec![
            ("scope", "namespace"),
            ("namespace", namespace),
            ("mode", "STRICT"),
        ],
    }
}

/// What both clouds are configured as, where the shop asks for so many approvals and has these namespaces.
pub(crate) fn agreed(approvals: u32, namespaces: &[&str]) -> BTreeMap<CloudName, Terms> {
    let terms = |approvals, namespaces: &[&str]| Terms {
        approvals,
        namespaces: namespaces.iter().map(|name| (*name).into()).collect(),
        sites: ["eu-west", "us-east"]
            .map(|name| SiteTerms {
                name: name.into(),
                context: name.into(),
                root_namespace: "istio-system".into(),
            })
            .into(),
    };
    let bank = CloudName::read("bank").unwrap();
    BTreeMap::from([
        (shop_cloud(), terms(approvals, namespaces)),
        (bank, terms(1, &["legacy"])),
    ])
}

pub(crate) fn shop_cloud() -> CloudName {
    CloudName::read("shop").unwrap()
}

/// What a vote on this page binds.
pub(crate) fn shown(page: &RevisionPage) -> Shown {
    Shown {
        digest: page.digest.clone(),
        base: page.base.clone(),
        rule: page.rule,
    }
}

/// What was rejected, as field and sentence.
pub(crate) fn rejected<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, String)> {
    match result {
        Err(Error::Rejected(objections)) => {
            let objections = objections.into_iter();
            objections.map(|one| (one.field, one.says)).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Why something was denied.
pub(crate) fn denied<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Denied(says)) => says,
        other => panic!("{other:?}"),
    }
}

/// What moved.
pub(crate) fn moved<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Moved(says)) => says,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn follow(sandbox: &Sandbox) -> Cluster {
    Cluster::follow(sandbox.client(), "istio-system", || Time(1_000))
}

async fn with_people() -> Store {
    let store = Store::scratch().await.unwrap();
    let people: Vec<NewPerson> = PEOPLE
        .iter()
        .map(|(name, roles)| NewPerson {
            name: PersonName::known(*name),
            password: None,
            grants: grants(roles),
        })
        .collect();
    let by = PersonName::known("test");
    let act = Act::unsigned(by, Verb::PreparedDemo, &Origin::default());
    store.add_missing(&people, &act).await.unwrap();
    store
}

fn grants(roles: &[(&str, Role)]) -> Vec<Grant> {
    if roles.is_empty() {
        return vec![Grant::Installation];
    }
    let roles = roles.iter();
    roles
        .map(|(cloud, role)| Grant::In(CloudName::read(cloud).unwrap(), *role))
        .collect()
}
