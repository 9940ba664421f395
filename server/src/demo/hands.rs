//! The hands of somebody who breaks the demo, so that drift and faults can be seen by anyone.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Extension, Form, Json,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use sandbox::{Line, Sandbox};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where the demo is broken.
pub(crate) const PATH: &str = "/demo";

/// What a slow site adds to each answer.
const SLOW: Duration = Duration::from_secs(3);

/// The label of what Assent applied.
const LABEL: &str = "assent/intent";

/// The kinds that Assent applies.
const KINDS: [&str; 3] = [
    "PeerAuthentication",
    "AuthorizationPolicy",
    "DestinationRule",
];

/// Whoever breaks the demo. Cheap to clone.
#[derive(Clone)]
pub struct Hands(Arc<Inner>);

struct Inner {
    sites: Vec<Site>,
}

struct Site {
    name: String,
    sandbox: Sandbox,
    /// How the line was set.
    line: Mutex<Way>,
    /// The objects that these hands changed, as they were before, by kind, namespace and name.
    before: Mutex<BTreeMap<Key, Value>>,
}

type Key = (String, String, String);

/// What the way to a site is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Up,
    Slow,
    Down,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// Changes an object that Assent applied, as somebody with kubectl would.
    Drift,
    /// The API server refuses connections.
    Down,
    /// It takes them again.
    Up,
    /// It answers late.
    Slow,
    /// It answers at once again.
    Quick,
    /// Everything that was broken here is whole again.
    Reset,
}

/// What a button sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    act: Deed,
    site: Option<String>,
}

/// How the demo is broken.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Told {
    /// What was done, as a sentence; empty where nothing was asked.
    says: String,
    sites: Vec<SiteTold>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct SiteTold {
    name: String,
    line: Way,
}

/// Says how the demo is broken.
pub(crate) async fn state(Extension(hands): Extension<Hands>) -> Response {
    Json(hands.told(String::new())).into_response()
}

/// Breaks the demo, or mends it. A page with script is told what was done; one without goes back to where it was.
pub(crate) async fn act(
    Extension(hands): Extension<Hands>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Response {
    let Some(says) = hands.act(asked.act, asked.site.as_deref()) else {
        return (StatusCode::NOT_FOUND, "There is no such site.").into_response();
    };
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        return Redirect::to(&back(&headers)).into_response();
    }
    Json(hands.told(says)).into_response()
}

/// The page that asked, as a path of ours.
fn back(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER);
    let referer = referer.and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let path = referer.and_then(|uri| Some(uri.path_and_query()?.to_string()));
    // Nothing that a browser could take for another host.
    let is_plain = |path: &String| path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
    path.filter(is_plain).unwrap_or_else(|| "/".into())
}

impl Hands {
    /// Whoever breaks these sites.
    pub fn over(sites: impl IntoIterator<Item = (&'static str, Sandbox)>) -> Self {
        let sites = sites.into_iter().map(|(name, sandbox)| Site {
            name: name.into(),
            sandbox,
            line: Mutex::new(Way::Up),
            before: Mutex::default(),
        });
        Self(Arc::new(Inner {
            sites: sites.collect(),
        }))
    }

    fn told(&self, says: String) -> Told {
        let sites = self.0.sites.iter().map(|site| SiteTold {
            name: site.name.clone(),
            line: *lock(&site.line),
        });
        Told {
            says,
            sites: sites.collect(),
        }
    }

    /// Does something on a site, on the last if none is named; says what was done. None if there is no such site.
    fn act(&self, deed: Deed, site: Option<&str>) -> Option<String> {
        if deed == Deed::Reset {
            let put_back: usize = self.0.sites.iter().map(Site::reset).sum();
            return Some(match put_back {
                0 => "Every site answers at once.".into(),
                1 => "Every site answers at once; 1 object is as it was before it was changed by hand.".into(),
                many => format!(
                    "Every site answers at once; {many} objects are as they were before they were changed by hand."
                ),
            });
        }
        let mut sites = self.0.sites.iter();
        let site = match site {
            Some(name) => sites.find(|site| site.name == name)?,
            None => sites.next_back()?,
        };
        let name = &site.name;
        Some(match deed {
            Deed::Drift => site.drift(),
            Deed::Down => {
                site.set(Way::Down);
                format!("{name} refuses connections now.")
            }
            Deed::Slow => {
                site.set(Way::Slow);
                format!(
                    "{name} takes {} s longer for each answer now.",
                    SLOW.as_secs()
                )
            }
            Deed::Up | Deed::Quick | Deed::Reset => {
                site.set(Way::Up);
                format!("{name} answers at once again.")
            }
        })
    }
}

impl Site {
    fn set(&self, way: Way) {
        *lock(&self.line) = way;
        let line = match way {
            Way::Up => Line::Up,
            Way::Slow => Line::Slow(SLOW),
            Way::Down => Line::Down,
        };
        self.sandbox.faults().line(line);
        if way == Way::Down {
            self.sandbox.faults().cut_watches();
        }
    }

    /// Changes the next object that was not changed yet; once all were, removes one.
    fn drift(&self) -> String {
        let mut before = lock(&self.before);
        let ours = KINDS.iter().flat_map(|kind| self.sandbox.objects(kind));
        let ours: Vec<Value> = ours
            .filter(|object| object["metadata"]["labels"][LABEL].is_string())
            .collect();
        let Some(last) = ours.last() else {
            return format!(
                "Nothing of Assent's is on {} yet: roll an intent out first.",
                self.name
            );
        };
        let fresh = ours
            .iter()
            .find(|object| !before.contains_key(&key(object)));
        let object = fresh.unwrap_or(last);
        let (kind, namespace, name) = key(object);
        before.entry(key(object)).or_insert_with(|| object.clone());
        let Some(what) = fresh.and_then(|object| self.edit(object.clone())) else {
            self.sandbox.delete(&kind, &namespace, &name);
            return format!("On {}, {kind} {namespace}/{name} is gone now.", self.name);
        };
        format!("On {}, {kind} {namespace}/{name} {what} now.", self.name)
    }

    /// Changes one thing that makes a difference; says which.
    fn edit(&self, mut object: Value) -> Option<String> {
        let spec = object.get_mut("spec")?;
        let what = match spec["mtls"]["mode"].as_str() {
            Some(mode) => {
                let other = if mode == "STRICT" {
                    "PERMISSIVE"
                } else {
                    "STRICT"
                };
                spec["mtls"]["mode"] = json!(other);
                format!("says mtls.mode: {other}")
            }
            None if spec.get("rules").is_some() => {
                spec["rules"] = json!([{}]);
                "lets everybody in".into()
            }
            None => {
                spec["trafficPolicy"]["connectionPool"] = json!({"tcp": {"maxConnections": 1}});
                "allows one connection only".into()
            }
        };
        self.sandbox.put(object).ok()?;
        Some(what)
    }

    /// Mends the line and puts back what these hands changed; says how much that was.
    fn reset(&self) -> usize {
        self.set(Way::Up);
        self.sandbox.faults().heal_writes();
        let before = std::mem::take(&mut *lock(&self.before));
        let put_back = before.into_iter().filter(|((kind, namespace, name), was)| {
            let now = self.sandbox.object(kind, namespace, name);
            let is_so = now.is_some_and(|now| now["spec"] == was["spec"]);
            !is_so && self.sandbox.put_back(was.clone()).is_ok()
        });
        put_back.count()
    }
}

fn key(object: &Value) -> Key {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    (
        text(&object["kind"]),
        text(&metadata["namespace"]),
        text(&metadata["name"]),
    )
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Each value is whole, whatever happened to whoever held the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(name: &str, mode: &str) -> Value {
        json!({
            "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
            "metadata": {"name": name, "namespace": "default", "labels": {LABEL: "mtls"}},
            "spec": {"mtls": {"mode": mode}},
        })
    }

    fn sites() -> (Hands, Sandbox) {
        let us = Sandbox::new("us-east");
        let eu = Sandbox::new("eu-west");
        (Hands::over([("eu-west", eu), ("us-east", us.clone())]), us)
    }

    fn mode(sandbox: &Sandbox, name: &str) -> Option<Value> {
        let object = sandbox.object("PeerAuthentication", "default", name)?;
        Some(object["spec"]["mtls"]["mode"].clone())
    }

    #[test]
    fn only_what_assent_applied_is_changed_one_after_the_other_until_one_goes() {
        let (hands, us) = sites();
        let drift = || hands.act(Deed::Drift, Some("us-east")).unwrap();
        assert!(drift().contains("roll an intent out first"));
        us.put(applied("one", "STRICT")).unwrap();
        us.put(applied("two", "PERMISSIVE")).unwrap();
        let uid = || {
            let object = us.object("PeerAuthentication", "default", "two");
            object.map(|object| object["metadata"]["uid"].clone())
        };
        let was = uid();
        assert_eq!(
            drift(),
            "On us-east, PeerAuthentication default/one says mtls.mode: PERMISSIVE now."
        );
        drift();
        assert_eq!(mode(&us, "two"), Some(json!("STRICT")));
        assert_eq!(
            drift(),
            "On us-east, PeerAuthentication default/two is gone now."
        );
        assert_eq!(mode(&us, "two"), None);
        let says = hands.act(Deed::Reset, None).unwrap();
        assert!(says.contains("2 objects are as they were"), "{says}");
        assert_eq!(mode(&us, "one"), Some(json!("STRICT")));
        assert_eq!(mode(&us, "two"), Some(json!("PERMISSIVE")));
        // The same object as before, so that it is still Assent's.
        assert_eq!(uid(), was);
    }

    #[test]
    fn a_site_that_nobody_knows_is_not_broken() {
        let (hands, _) = sites();
        assert_eq!(hands.act(Deed::Down, Some("mars")), None);
        assert_eq!(hands.told(String::new()).sites[0].line, Way::Up);
    }

    #[test]
    fn the_way_back_leads_to_a_page_of_ours() {
        let back_from = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, referer.parse().unwrap());
            back(&headers)
        };
        assert_eq!(back_from("http://127.0.0.1:3000/c/shop?x=1"), "/c/shop?x=1");
        assert_eq!(back_from("http://evil.example//evil.example/x"), "/");
        assert_eq!(back_from("nonsense"), "/");
    }
}
