//! The sandbox as a client sees it: every test here goes through a real `kube::Client`.

mod admitting;
mod applying;
mod breaking;
mod breaking_writes;
mod changing;
mod contesting;
mod deleting;
mod listing;
mod locking;
mod rights;
mod saving;
mod shop;
mod watching;

use kube::{
    Api, Error,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, ValidationDirective},
    core::Status,
};
use serde_json::{Value, json};

use crate::{Sandbox, kinds::Kind};

fn account(name: &str) -> Value {
    labelled(name, "none")
}

fn labelled(name: &str, team: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": { "name": name, "namespace": "shop", "labels": { "team": team } },
    })
}

/// A sandbox with one namespace, the shop.
fn cluster() -> Sandbox {
    let sandbox = Sandbox::new("s");
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop" },
    });
    sandbox.put(namespace).unwrap();
    sandbox
}

/// A PeerAuthentication named `a`, as a client sends it.
fn policy(spec: Value) -> Value {
    json!({
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": { "name": "a", "namespace": "shop" },
        "spec": spec,
    })
}

fn strict() -> Value {
    policy(json!({ "mtls": { "mode": "STRICT" } }))
}

fn policies(sandbox: &Sandbox) -> Api<DynamicObject> {
    in_shop(sandbox, "PeerAuthentication")
}

fn ours() -> PatchParams {
    PatchParams::apply("assent").validation(ValidationDirective::Strict)
}

async fn apply(sandbox: &Sandbox, wanted: &Value) -> Result<Value, Error> {
    apply_as(sandbox, &ours(), wanted).await
}

async fn apply_as(sandbox: &Sandbox, params: &PatchParams, wanted: &Value) -> Result<Value, Error> {
    let kind = wanted["kind"].as_str().unwrap();
    let name = wanted["metadata"]["name"].as_str().unwrap();
    let api = in_shop(sandbox, kind);
    let applied = api.patch(name, params, &Patch::Apply(wanted)).await?;
    Ok(serde_json::to_value(applied).unwrap())
}

fn object(value: Value) -> DynamicObject {
    serde_json::from_value(value).unwrap()
}

fn stored(sandbox: &Sandbox) -> Option<Value> {
    sandbox.object("PeerAuthentication", "shop", "a")
}

/// Who owns what, such as `assent Apply {"f:spec":…}`.
fn owners(object: &Value) -> Vec<String> {
    let entries = object["metadata"]["managedFields"].as_array();
    let entries = entries.into_iter().flatten().map(|entry| {
        let text = |field: &str| entry[field].as_str().unwrap().to_owned();
        format!(
            "{} {} {}",
            text("manager"),
            text("operation"),
            entry["fieldsV1"]
        )
    });
    entries.collect()
}

/// What the last write was answered with.
fn last_status(sandbox: &Sandbox) -> Option<u16> {
    sandbox.journal().last().unwrap().status
}

fn everywhere(sandbox: &Sandbox, kind: &str) -> Api<DynamicObject> {
    Api::all_with(sandbox.client(), &resource(kind))
}

fn in_shop(sandbox: &Sandbox, kind: &str) -> Api<DynamicObject> {
    Api::namespaced_with(sandbox.client(), "shop", &resource(kind))
}

fn resource(kind: &str) -> ApiResource {
    let kind = Kind::named(kind).unwrap();
    let gvk = GroupVersionKind::gvk(kind.group, kind.version, kind.kind);
    ApiResource::from_gvk_with_plural(&gvk, kind.plural)
}

fn names(objects: &[DynamicObject]) -> Vec<&str> {
    let names = objects.iter().map(|object| &object.metadata.name);
    names.map(|name| name.as_deref().unwrap()).collect()
}

fn status<T: std::fmt::Debug>(answer: Result<T, Error>) -> Status {
    match answer {
        Err(Error::Api(status)) => *status,
        other => panic!("not a status: {other:?}"),
    }
}
