//! The objects, and what happened to them lately.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    faults::{Line, Traps},
    fields::content,
    journal::Journal,
    kinds::{KINDS, Kind},
    managed::Managers,
    review::Rule,
    stamp::{Birth, set, stamp, uid},
};

/// Who owns what was put here by hand.
const HAND: &str = "kubectl-edit";

/// How many events are kept; who is further behind has to list again.
pub(crate) const HISTORY: usize = 4096;

/// Why an object or a kind was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such kind is served, or not in this group and version.
    #[error("no kind {0:?} is served")]
    UnknownKind(String),
    /// The kind is known, but was removed and not installed again.
    #[error("the kind {0} is not installed")]
    NotInstalled(&'static str),
    /// The object has no `metadata.name`.
    #[error("an object needs a name")]
    Nameless,
}

/// Where an object lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: &'static str,
    /// Empty for objects of the cluster itself.
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Key {
    /// The kind of the object.
    pub(crate) fn kind(&self) -> &'static Kind {
        Kind::named(self.kind).expect("a key is made of a kind that is kept")
    }
}

/// One change of one object.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) version: u64,
    pub(crate) key: Key,
    pub(crate) before: Option<Arc<Value>>,
    pub(crate) after: Option<Arc<Value>>,
}

/// Objects by where they lie, as they are or were.
pub(crate) type Objects = BTreeMap<Key, Arc<Value>>;

pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything one sandbox knows.
pub(crate) struct State {
    pub(crate) site: String,
    /// The resource version of the last change.
    pub(crate) version: u64,
    /// Every event after this version is in `history`.
    pub(crate) forgotten: u64,
    pub(crate) objects: Objects,
    pub(crate) history: VecDeque<Event>,
    /// Kinds whose definition is not installed.
    pub(crate) absent: BTreeSet<&'static str>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) clock: Clock,
    pub(crate) line: Line,
    /// Kinds refused whatever the rules say.
    pub(crate) forbidden: BTreeSet<&'static str>,
    /// How often all watches were cut.
    pub(crate) cuts: u64,
    /// What goes wrong with writes to come.
    pub(crate) traps: Traps,
    pub(crate) journal: Journal,
}

impl State {
    pub(crate) fn new(site: &str) -> Self {
        Self {
            site: site.to_owned(),
            // A list of nothing must not say "0": to a watch, that means "from whenever you like".
            version: 1,
            forgotten: 1,
            objects: Objects::new(),
            history: VecDeque::new(),
            absent: BTreeSet::new(),
            rules: vec![Rule::everything()],
            clock: Arc::new(|| Timestamp::constant(1_772_438_400, 0)),
            line: Line::Up,
            forbidden: BTreeSet::new(),
            cuts: 0,
            traps: Traps::default(),
            journal: Journal::default(),
        }
    }

    /// The kinds a client can ask for.
    pub(crate) fn served(&self) -> impl Iterator<Item = &'static Kind> {
        KINDS.iter().filter(|kind| !self.absent.contains(kind.kind))
    }

    /// Creates or replaces an object; one that says nothing new gets no new version.
    pub(crate) fn put(&mut self, object: Value) -> Result<Arc<Value>, Refused> {
        let (key, object) = identify(object)?;
        if self.absent.contains(key.kind) {
            return Err(Refused::NotInstalled(key.kind));
        }
        let live = self.objects.get(&key);
        let mut managers = live.map(|live| Managers::of(live)).unwrap_or_default();
        let before = live.map_or_else(|| json!({}), |live| content(live));
        managers.update(&before, &content(&object), HAND, &self.now());
        let live = live.map(Arc::as_ref);
        let object = stamp(key.kind(), object, live, &self.birth(), &managers);
        if let Some(live) = self.objects.get(&key).filter(|live| ***live == object) {
            return Ok(live.clone());
        }
        Ok(self.record(key, Some(object)))
    }

    /// Puts back an object, as the one it was.
    pub(crate) fn put_back(&mut self, object: Value) -> Result<Arc<Value>, Refused> {
        let (key, was) = identify(object.clone())?;
        if !self.objects.contains_key(&key) {
            self.record(key, Some(was));
        }
        self.put(object)
    }

    /// The time by the clock, as objects state it.
    pub(crate) fn now(&self) -> String {
        (self.clock)().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// What the next new object gets.
    pub(crate) fn birth(&self) -> Birth {
        Birth {
            uid: uid(&self.site, self.version + 1),
            time: self.now(),
        }
    }

    /// Deletes an object and returns it as it last was.
    pub(crate) fn delete(&mut self, key: &Key) -> Option<Arc<Value>> {
        let before = self.objects.get(key)?.clone();
        self.record(key.clone(), None);
        Some(before)
    }

    /// The objects of one kind.
    pub(crate) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        let first = Key {
            kind,
            namespace: String::new(),
            name: String::new(),
        };
        self.objects
            .range(first..)
            .take_while(move |(key, _)| key.kind == kind)
    }

    /// The objects of one kind as they were at an earlier version, unless that is forgotten.
    pub(crate) fn as_of(&self, kind: &'static str, version: u64) -> Option<Objects> {
        let of_kind = self.of_kind(kind);
        let mut objects: Objects = of_kind.map(|(k, v)| (k.clone(), v.clone())).collect();
        for event in self.since(version)?.rev().filter(|e| e.key.kind == kind) {
            match &event.before {
                Some(before) => objects.insert(event.key.clone(), before.clone()),
                None => objects.remove(&event.key),
            };
        }
        Some(objects)
    }

    /// What happened after a version, oldest first, unless part of it is forgotten.
    pub(crate) fn since(&self, version: u64) -> Option<impl DoubleEndedIterator<Item = &Event>> {
        let start = self.history.partition_point(|e| e.version <= version);
        (version >= self.forgotten).then(|| self.history.range(start..))
    }

    /// Forgets all events, so that no version given out so far can be watched from.
    pub(crate) fn forget(&mut self) {
        self.history.clear();
        self.version += 1;
        self.forgotten = self.version;
    }

    /// Stores what an object becomes, under the next version, and returns it; for a deletion,
    /// returns what the last event says of it.
    pub(crate) fn record(&mut self, key: Key, after: Option<Value>) -> Arc<Value> {
        self.version += 1;
        let version = json!(self.version.to_string());
        let after = after.map(|mut object| {
            set(&mut object["metadata"], "resourceVersion", version);
            Arc::new(object)
        });
        let before = match &after {
            Some(object) => self.objects.insert(key.clone(), object.clone()),
            None => self.objects.remove(&key),
        };
        let last = after.clone().or_else(|| before.clone());
        self.history.push_back(Event {
            version: self.version,
            key,
            before,
            after,
        });
        if self.history.len() > HISTORY
            && let Some(event) = self.history.pop_front()
        {
            self.forgotten = event.version;
        }
        last.expect("an event is about something that is or was there")
    }
}

/// Finds out where an object belongs, and states its namespace as the server would.
pub(crate) fn identify(mut object: Value) -> Result<(Key, Value), Refused> {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let kind = object["kind"].as_str().unwrap_or_default();
    let kind = Kind::named(kind)
        .filter(|kind| kind.api_version() == api_version)
        .ok_or_else(|| Refused::UnknownKind(format!("{api_version} {kind}")))?;
    let metadata = &mut object["metadata"];
    let name = match metadata["name"].as_str() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => return Err(Refused::Nameless),
    };
    let namespace = match metadata["namespace"].as_str() {
        _ if !kind.namespaced => String::new(),
        Some(namespace) if !namespace.is_empty() => namespace.to_owned(),
        _ => "default".to_owned(),
    };
    let stated = match namespace.as_str() {
        "" => Value::Null,
        namespace => json!(namespace),
    };
    set(metadata, "namespace", stated);
    let key = Key {
        kind: kind.kind,
        namespace,
        name,
    };
    Ok((key, object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str, label: &str) -> Value {
        json!({
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": { "name": name, "labels": { "is": label } },
        })
    }

    fn names_and_labels(objects: &Objects) -> Vec<[&str; 2]> {
        let values = objects.values();
        let metadata = values.map(|object| &object["metadata"]);
        metadata
            .map(|m| [&m["name"], &m["labels"]["is"]].map(|v| v.as_str().unwrap()))
            .collect()
    }

    #[test]
    fn the_past_can_be_listed_as_it_was() {
        let mut state = State::new("s");
        state.put(account("changed", "old")).unwrap();
        state.put(account("deleted", "old")).unwrap();
        let then = state.version;
        state.put(account("changed", "new")).unwrap();
        state.put(account("created", "new")).unwrap();
        let key = identify(account("deleted", "")).unwrap().0;
        state.delete(&key);

        let past = state.as_of("ServiceAccount", then).unwrap();
        assert_eq!(
            names_and_labels(&past),
            [["changed", "old"], ["deleted", "old"]]
        );
        let present = state.as_of("ServiceAccount", state.version).unwrap();
        assert_eq!(
            names_and_labels(&present),
            [["changed", "new"], ["created", "new"]]
        );
    }

    #[test]
    fn history_is_bounded() {
        let mut state = State::new("s");
        for i in 0..=HISTORY {
            state.put(account("a", &i.to_string())).unwrap();
        }
        assert_eq!(state.history.len(), HISTORY);
        assert!(state.since(1).is_none());
        assert_eq!(state.since(2).map(Iterator::count), Some(HISTORY));
    }

    #[test]
    fn saying_the_same_again_changes_nothing() {
        let mut state = State::new("s");
        let first = state.put(account("a", "old")).unwrap();
        assert_eq!(state.put(account("a", "old")), Ok(first));
        assert_eq!(state.version, 2);
    }

    #[test]
    fn a_generation_counts_changes_of_the_spec_only() {
        let mut state = State::new("s");
        let mut put = |port: u16, label: &str| {
            let pod = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": { "name": "a", "labels": { "is": label } },
                "spec": { "containers": [{ "name": "a", "ports": [{ "containerPort": port }] }] },
            });
            state.put(pod).unwrap()["metadata"].clone()
        };
        let (first, labelled, moved) = (put(80, "x"), put(80, "y"), put(81, "y"));
        let told = [&first, &labelled, &moved]
            .map(|m| (m["generation"].as_u64(), m["resourceVersion"].as_str()));
        assert_eq!(
            told,
            [
                (Some(1), Some("2")),
                (Some(1), Some("3")),
                (Some(2), Some("4"))
            ]
        );
        assert_eq!(first["uid"], moved["uid"]);
        assert_eq!(first["creationTimestamp"], "2026-03-02T08:00:00Z");
    }

    #[test]
    fn what_is_no_object_of_ours_is_refused() {
        let mut state = State::new("s");
        let refused = |o: Value, state: &mut State| state.put(o).unwrap_err();
        let node = json!({ "apiVersion": "v1", "kind": "Node", "metadata": { "name": "n" } });
        let wrong = json!({ "apiVersion": "v2", "kind": "Pod", "metadata": { "name": "n" } });
        let nameless = json!({ "apiVersion": "v1", "kind": "Pod" });
        assert_eq!(
            refused(node, &mut state),
            Refused::UnknownKind("v1 Node".into())
        );
        assert_eq!(
            refused(wrong, &mut state),
            Refused::UnknownKind("v2 Pod".into())
        );
        assert_eq!(refused(nameless, &mut state), Refused::Nameless);
    }
}
