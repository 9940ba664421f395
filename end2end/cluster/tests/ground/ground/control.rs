//! A site by hand: what a story does itself is done at once, and what the product does is written down.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use cluster::connect;
use end2end_cluster::Ground;
use http::{Method, Request, header, request::Parts};
use kube::{Client, client::Body};
use mesh::resources::ALL;
use sandbox::{Journalled, Verb};
use serde_json::{Value, json};
use tokio::runtime::{self, Runtime};
use tower::service_fn;

use super::{NAMESPACE, policy::Refuses};
use crate::common::{Question, ask, ground, post, read};

/// How long a policy may take to be in force.
const IN_FORCE_WITHIN: Duration = Duration::from_secs(30);

/// How often to look whether it is, which nobody tells.
const LOOKS_AGAIN: Duration = Duration::from_millis(20);

/// The kind that stories are about.
const KIND: &str = "PeerAuthentication";

thread_local! {
    /// The ground, for as long as a story is told: one that makes a world after the other stays on it.
    static HELD: RefCell<Option<Arc<Ground>>> = const { RefCell::new(None) };
}

/// A site, and everything that the product asked it to change.
pub(super) struct Control {
    site: &'static str,
    ground: Arc<Ground>,
    client: Client,
    journal: Arc<Mutex<Vec<Journalled>>>,
}

impl Control {
    pub(super) fn of(site: &'static str) -> Self {
        let (ground, client) = at_once(async || {
            let ground = ground().await;
            let client = ground.client(site).await.unwrap();
            (ground, client)
        });
        HELD.set(Some(ground.clone()));
        Self {
            site,
            ground,
            client,
            journal: Arc::default(),
        }
    }

    /// Clears away whatever an earlier story left.
    pub(super) fn clear(&self) {
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}});
        let (code, says) = self.ask(Method::POST, "/api/v1/namespaces", Some(namespace));
        assert!(matches!(code, 201 | 409), "{code} {says}");
        let gone = Refuses::PATHS.map(|path| {
            let path = format!("{path}/{}", Refuses::NAME);
            self.ask(Method::DELETE, &path, None).0 == 200
        });
        if gone.contains(&true) {
            self.until_rehearsed(201);
        }
        let (code, says) = self.ask(Method::DELETE, &path(KIND), None);
        assert_eq!(code, 200, "{says}");
    }

    /// Has the site refuse, from now on.
    pub(super) fn refuse(&self, policy: &Refuses) {
        for (path, object) in policy.objects() {
            let (code, says) = self.ask(Method::POST, path, Some(object));
            assert_eq!(code, 201, "{says}");
        }
        self.until_rehearsed(403);
    }

    pub(super) fn objects(&self, kind: &str) -> Vec<Value> {
        let (code, mut list) = self.ask(Method::GET, &path(kind), None);
        assert_eq!(code, 200, "{list}");
        list["items"].as_array_mut().map(std::mem::take).unwrap()
    }

    pub(super) fn put(&self, mut object: Value) -> Result<Value, String> {
        let metadata = object["metadata"].as_object_mut().unwrap();
        // What is the server's, the server says.
        metadata.retain(|field, _| {
            ["name", "namespace", "labels", "annotations"].contains(&field.as_str())
        });
        let name = metadata["name"].as_str().unwrap().to_owned();
        let all = path(object["kind"].as_str().unwrap());
        let (code, live) = self.ask(Method::GET, &format!("{all}/{name}"), None);
        let (code, stored) = match code {
            404 => self.ask(
                Method::POST,
                &format!("{all}?fieldManager=kubectl-edit"),
                Some(object),
            ),
            _ => {
                object["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"].clone();
                let path = format!("{all}/{name}?fieldManager=kubectl-edit");
                self.ask(Method::PUT, &path, Some(object))
            }
        };
        match code {
            200 | 201 => Ok(stored),
            _ => Err(format!("{code} {stored}")),
        }
    }

    pub(super) fn delete(&self, kind: &str, name: &str) {
        let (code, says) = self.ask(Method::DELETE, &format!("{}/{name}", path(kind)), None);
        assert_eq!(code, 200, "{says}");
    }

    pub(super) fn journal(&self) -> Vec<Journalled> {
        lock(&self.journal).clone()
    }

    pub(super) fn forget(&self) {
        lock(&self.journal).clear();
    }

    /// A client as the product makes it, whose writes are written down.
    pub(super) async fn recorded(&self) -> Client {
        let client = connect(self.ground.kubeconfig(), self.site).await.unwrap();
        let journal = self.journal.clone();
        let service = service_fn(move |request: Request<Body>| {
            let (client, journal) = (client.clone(), journal.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect_bytes().await?;
                let noted = Noted::read(&parts).map(|noted| noted.note(&journal, &parts, &body));
                let body = Body::from(body.to_vec());
                let response = client.send(Request::from_parts(parts, body)).await?;
                let mut journal = lock(&journal);
                if let Some(noted) = noted.and_then(|at| journal.get_mut(at)) {
                    noted.status = Some(response.status().as_u16());
                }
                drop(journal);
                Ok::<_, kube::Error>(response)
            }
        });
        Client::new(service, "default")
    }

    /// Waits until a rehearsal that every policy refuses is answered like this.
    fn until_rehearsed(&self, wanted: u16) {
        let object = json!({
            "apiVersion": "security.istio.io/v1",
            "kind": KIND,
            "metadata": {"name": Refuses::PROBE},
        });
        let path = format!("{}?dryRun=All", path(KIND));
        let began = Instant::now();
        loop {
            let (code, says) = self.ask(Method::POST, &path, Some(object.clone()));
            if code == wanted {
                return;
            }
            assert!(began.elapsed() < IN_FORCE_WITHIN, "{code} {says}");
            thread::sleep(LOOKS_AGAIN);
        }
    }

    fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        at_once(async || {
            let question = match &body {
                Some(body) => post(path, body),
                None => read(path),
            };
            let question = Question { method, ..question };
            let (code, mut answers) = ask(&self.client, &question).await;
            (code, answers.pop().unwrap_or_default())
        })
    }
}

/// Where all objects of a kind are that are in the namespace of the stories.
fn path(kind: &str) -> String {
    let kind = ALL.iter().find(|it| it.as_str() == kind).unwrap();
    let (group, version, plural) = (kind.group(), kind.version(), kind.plural());
    format!("/apis/{group}/{version}/namespaces/{NAMESPACE}/{plural}")
}

/// A request that changes something.
struct Noted(Verb);

impl Noted {
    fn read(parts: &Parts) -> Option<Self> {
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        // A question about rights is posted as well, and changes nothing.
        let is_about_objects = parts.uri.path().contains("/namespaces/");
        let verb = match parts.method {
            Method::POST => Verb::Create,
            Method::PUT => Verb::Update,
            Method::DELETE => Verb::Delete,
            Method::PATCH if kind.starts_with("application/apply-patch") => Verb::Apply,
            Method::PATCH => Verb::MergePatch,
            _ => return None,
        };
        is_about_objects.then_some(Self(verb))
    }

    /// Writes it down, and says where that stands.
    fn note(self, journal: &Mutex<Vec<Journalled>>, parts: &Parts, body: &[u8]) -> usize {
        let query = parts.uri.query().unwrap_or_default();
        let options: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_rehearsed = self.0 == Verb::Delete && options["dryRun"][0].is_string();
        let mut journal = lock(journal);
        journal.push(Journalled {
            at: jiff::Timestamp::now(),
            verb: self.0,
            path: parts.uri.path().into(),
            query: query.into(),
            body: body.to_vec().into(),
            dry_run: is_rehearsed || query.contains("dryRun=All"),
            status: None,
        });
        journal.len() - 1
    }
}

/// Does something to its end while everything here stands still, as where a sandbox is changed.
fn at_once<T: Send>(work: impl AsyncFnOnce() -> T + Send) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let mut runtime = runtime::Builder::new_multi_thread();
        runtime.worker_threads(1).enable_all().build().unwrap()
    });
    // On a thread of its own, since stories run in a runtime themselves.
    let done = thread::scope(|scope| scope.spawn(|| runtime.block_on(work())).join());
    done.expect("the control plane did not answer")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
