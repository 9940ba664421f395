//! Watches one kind, for as long as somebody listens.

use std::{pin::pin, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt};
use kube::{
    Api, ResourceExt,
    core::{ApiResource, DynamicObject, GroupVersionKind},
    runtime::{WatchStreamExt, watcher},
};
use mesh::{Event, Namespace, ResourceKey, ResourceKind};
use serde_json::Value;
use tokio::{
    sync::{Notify, mpsc},
    time::sleep,
};

use crate::{Verb, error::reason, guard::Guard};

/// When to ask again for a kind that is not there or may not be read.
pub(crate) const ASKS_AGAIN: Duration = Duration::from_secs(30);

/// How long one watch lasts, in seconds. A dead connection is noticed 5 s later.
const LASTS: u32 = 50;

/// How many objects of a list come in one answer.
const PAGE: u32 = 500;

/// What the watch of a kind tells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// Something about its objects.
    Event(Event),
    /// It listens again, after it was lost.
    Back(ResourceKind),
    /// It hears nothing, and why.
    Lost(ResourceKind, String),
    /// The API server does not know the kind.
    Absent(ResourceKind),
    /// We may not do this with the kind.
    Forbidden(ResourceKind, Verb),
}

/// Watches a kind until the other end of the channel is gone.
pub(crate) async fn watch(
    guard: Guard,
    kind: ResourceKind,
    root: Namespace,
    told: mpsc::Sender<Told>,
) {
    while watch_once(&guard, kind, &root, &told).await.is_ok() {
        sleep(ASKS_AGAIN).await;
    }
}

/// Watches a kind until it is absent or forbidden. An error: nobody listens any more.
async fn watch_once(
    guard: &Guard,
    kind: ResourceKind,
    root: &Namespace,
    told: &mpsc::Sender<Told>,
) -> Result<(), mpsc::error::SendError<Told>> {
    let answered = Arc::new(Notify::new());
    let client = guard.watching(answered.clone());
    let (api, config) = match kind.only() {
        Some(name) => (
            Api::namespaced_with(client, root.as_str(), &resource(kind)),
            config().fields(&format!("metadata.name={name}")),
        ),
        None => (Api::all_with(client, &resource(kind)), config()),
    };
    let events = watcher(api, config).modify(only_names_of_managers);
    let mut events = pin!(events.default_backoff());
    let mut is_lost = false;
    loop {
        let event = tokio::select! {
            biased;
            // A watch that begins anew tells nothing before something happens.
            () = answered.notified(), if is_lost => {
                is_lost = false;
                told.send(Told::Back(kind)).await?;
                continue;
            }
            event = events.next() => event,
        };
        match event {
            Some(Ok(event)) => {
                is_lost = false;
                told.send(Told::Event(translate(kind, event))).await?;
            }
            Some(Err(error)) => match Trouble::of(&error) {
                Trouble::Expired => {}
                Trouble::Absent => return told.send(Told::Absent(kind)).await,
                Trouble::Forbidden(verb) => {
                    return told.send(Told::Forbidden(kind, verb)).await;
                }
                Trouble::Lost(reason) => {
                    // It was let in before it was lost; that is no news any more.
                    answered.notified().now_or_never();
                    is_lost = true;
                    told.send(Told::Lost(kind, reason)).await?;
                }
            },
            None => return Ok(()),
        }
    }
}

/// How a kind is asked for.
pub(crate) fn resource(kind: ResourceKind) -> ApiResource {
    let gvk = GroupVersionKind::gvk(kind.group(), kind.version(), kind.as_str());
    ApiResource::from_gvk_with_plural(&gvk, kind.plural())
}

fn config() -> watcher::Config {
    watcher::Config::default().timeout(LASTS).page_size(PAGE)
}

/// Which manager owns which field is most of many objects, and we want to know only who.
fn only_names_of_managers(object: &mut DynamicObject) {
    for entry in object.managed_fields_mut() {
        entry.fields_v1 = None;
    }
}

fn translate(kind: ResourceKind, event: watcher::Event<DynamicObject>) -> Event {
    match event {
        watcher::Event::Init => Event::Started(kind),
        watcher::Event::InitApply(object) => Event::Listed(kind, value(object)),
        watcher::Event::InitDone => Event::Synced(kind),
        watcher::Event::Apply(object) => Event::Applied(kind, value(object)),
        watcher::Event::Delete(object) => {
            let name = object.name_any();
            let namespace = object.namespace().unwrap_or_else(|| name.clone());
            Event::Deleted(ResourceKey::new(kind, namespace, name))
        }
    }
}

fn value(object: DynamicObject) -> Value {
    serde_json::to_value(object).expect("an object that was read from JSON can be written as JSON")
}

/// What an error of a watch means.
enum Trouble {
    /// Too much has happened since: the list comes again by itself.
    Expired,
    Absent,
    Forbidden(Verb),
    Lost(String),
}

impl Trouble {
    fn of(error: &watcher::Error) -> Self {
        use watcher::Error;
        let (verb, status) = match error {
            Error::InitialListFailed(kube::Error::Api(status)) => (Verb::List, status),
            Error::WatchStartFailed(kube::Error::Api(status))
            | Error::WatchFailed(kube::Error::Api(status))
            | Error::WatchError(status) => (Verb::Watch, status),
            Error::InitialListFailed(other)
            | Error::WatchStartFailed(other)
            | Error::WatchFailed(other) => return Self::Lost(reason(other)),
            Error::NoResourceVersion => {
                return Self::Lost("an answer does not say how new it is".into());
            }
        };
        match status.code {
            410 => Self::Expired,
            404 => Self::Absent,
            403 => Self::Forbidden(verb),
            _ => Self::Lost(reason(&kube::Error::Api(status.clone()))),
        }
    }
}
