//! What happens to the objects of a kind from now on, as a stream of lines.

use std::{collections::VecDeque, io, time::Duration};

use bytes::Bytes;
use futures::Stream;
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    cause::Cause,
    failure::Failure,
    faults::Line,
    list::{Query, Scope, number},
    sandbox::Sandbox,
    state::{Event, State},
};

/// How often a quiet watch is told how far it has come.
const BOOKMARKS: Duration = Duration::from_secs(60);

/// How long a watch lasts if the client names no time.
const LASTS: Duration = Duration::from_secs(30 * 60);

/// Marks the bookmark between what is there and what happens, where a client asked for it.
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// One client's watch.
struct Watch {
    sandbox: Sandbox,
    scope: Scope,
    changes: watch::Receiver<()>,
    /// Everything up to this version was told.
    told: u64,
    /// How often watches had been cut when this one began.
    cuts: u64,
    ends: Instant,
    bookmarks: Option<Instant>,
    lines: VecDeque<Value>,
    is_over: bool,
}

/// What a look at the state says.
enum Look {
    /// There may be lines to send.
    Told,
    /// Nothing is sent until something changes.
    Silent,
    /// The connection is gone.
    Cut,
}

/// Begins to watch; the answer streams until its time is up.
pub(crate) fn watch(
    sandbox: &Sandbox,
    scope: Scope,
    query: &Query,
) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>, Failure> {
    let is_set = |name: &str| query.get(name).is_some_and(|v| v == "true" || v == "1");
    if is_set("sendInitialEvents") && !query.contains_key("resourceVersionMatch") {
        let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
        let cause = Cause::forbidden("resourceVersionMatch", why);
        return Err(Failure::invalid_options("ListOptions", cause));
    }
    // A real server takes this for its own fault.
    let from = number(query, "resourceVersion").map_err(|_| {
        let said = query.get("resourceVersion").map_or("", String::as_str);
        let why = format!("strconv.ParseUint: parsing {said:?}: invalid syntax");
        Failure::unexplained(format!("resourceVersion: Invalid value: {said:?}: {why}"))
    })?;
    let lasts = match number(query, "timeoutSeconds")? {
        0 => LASTS,
        seconds => Duration::from_secs(seconds.min(LASTS.as_secs())),
    };
    let now = Instant::now();
    let mut watch = Watch {
        // Subscribed before the first look, so that no change falls in between.
        changes: sandbox.changes(),
        sandbox: sandbox.clone(),
        told: from,
        cuts: 0,
        ends: now + lasts,
        bookmarks: is_set("allowWatchBookmarks").then(|| now + BOOKMARKS),
        lines: VecDeque::new(),
        is_over: false,
        scope,
    };
    let state = sandbox.state();
    watch.cuts = state.cuts;
    let sends_initial_events = is_set("sendInitialEvents");
    if from == 0 || sends_initial_events {
        watch.tell_all(&state);
    }
    if sends_initial_events {
        let mut bookmark = watch.bookmark();
        bookmark["object"]["metadata"]["annotations"] = json!({ INITIAL_EVENTS_END: "true" });
        watch.lines.push_back(bookmark);
    }
    drop(state);
    Ok(futures::stream::unfold(watch, |mut watch| async move {
        let next = watch.next().await?;
        Some((next, watch))
    }))
}

impl Watch {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        loop {
            match self.look() {
                Look::Cut => {
                    if self.is_over {
                        return None;
                    }
                    self.is_over = true;
                    self.lines.clear();
                    return Some(Err(io::ErrorKind::ConnectionReset.into()));
                }
                Look::Silent => {
                    self.changes.changed().await.ok()?;
                    continue;
                }
                Look::Told => {}
            }
            if let Some(line) = self.lines.pop_front() {
                return Some(Ok(Bytes::from(format!("{line}\n"))));
            }
            if self.is_over {
                return None;
            }
            let wakes = self.bookmarks.map_or(self.ends, |at| at.min(self.ends));
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                () = sleep_until(wakes) => self.tell_time(),
            }
        }
    }

    /// Queues what happened since the last look.
    fn look(&mut self) -> Look {
        let sandbox = self.sandbox.clone();
        let state = sandbox.state();
        if state.line == Line::Down || state.cuts != self.cuts {
            return Look::Cut;
        }
        if state.line == Line::Silent {
            return Look::Silent;
        }
        if self.is_over {
            return Look::Told;
        }
        match state.since(self.told) {
            Some(events) => {
                let scope = &self.scope;
                let lines = events.filter_map(|event| line(scope, event));
                self.lines.extend(lines);
                // A version from the future stays one: nothing older is told.
                self.told = self.told.max(state.version);
                self.is_over = state.absent.contains(self.scope.kind.kind);
            }
            None => {
                let failure = Failure::expired(self.told, state.forgotten);
                let error = json!({ "type": "ERROR", "object": failure.status() });
                self.lines.push_back(error);
                self.is_over = true;
            }
        }
        Look::Told
    }

    /// Queues everything that is there, as if it had just been added.
    fn tell_all(&mut self, state: &State) {
        for (key, object) in state.of_kind(self.scope.kind.kind) {
            if self.scope.holds(key, object) {
                let line = json!({ "type": "ADDED", "object": **object });
                self.lines.push_back(line);
            }
        }
        self.told = state.version;
    }

    /// Queues a bookmark if one is due, also as the last word, and ends when the time is up.
    fn tell_time(&mut self) {
        let now = Instant::now();
        self.is_over = now >= self.ends;
        if self.bookmarks.is_some() {
            let bookmark = self.bookmark();
            self.lines.push_back(bookmark);
            self.bookmarks = Some(now + BOOKMARKS);
        }
    }

    fn bookmark(&self) -> Value {
        json!({
            "type": "BOOKMARK",
            "object": {
                "kind": self.scope.kind.kind,
                "apiVersion": self.scope.kind.api_version(),
                "metadata": { "resourceVersion": self.told.to_string() },
            },
        })
    }
}

/// How an event looks to this client: what leaves its scope is deleted, what enters it is added.
fn line(scope: &Scope, event: &Event) -> Option<Value> {
    let in_scope = |object: &_| scope.holds(&event.key, object);
    let before = event.before.as_deref().filter(|o| in_scope(o));
    let after = event.after.as_deref().filter(|o| in_scope(o));
    let (what, object) = match (before, after) {
        (None, None) => return None,
        (None, Some(after)) => ("ADDED", after.clone()),
        (Some(_), Some(after)) => ("MODIFIED", after.clone()),
        (Some(before), None) => {
            let mut gone = before.clone();
            gone["metadata"]["resourceVersion"] = json!(event.version.to_string());
            ("DELETED", gone)
        }
    };
    Some(json!({ "type": what, "object": object }))
}
