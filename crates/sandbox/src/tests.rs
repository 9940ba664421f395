//! The sandbox as a client sees it: every test here goes through a real `kube::Client`.

mod breaking;
mod listing;
mod rights;
mod saving;
mod shop;
mod watching;

use kube::{
    Api, Error,
    api::{ApiResource, DynamicObject, GroupVersionKind},
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
