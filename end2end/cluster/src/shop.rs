//! The demo's shop, brought to a real cluster.

use kube::{
    Api, Client, Discovery, ResourceExt,
    api::{ListParams, Patch, PatchParams, PostParams},
    core::{ApiResource, DynamicObject, TypeMeta},
    discovery::verbs,
};
use sandbox::Sandbox;
use serde_json::{Value, json};

use crate::Failed;

/// Whose the fields of the shop are, as in the sandbox.
const MANAGER: &str = "kubectl-edit";

/// The shop of one site.
pub(crate) struct Shop {
    sandbox: Sandbox,
    /// The version of Istio that runs, as its images are tagged.
    istio: String,
}

impl Shop {
    pub(crate) fn of(site: &str, istio: &str) -> Self {
        Self {
            sandbox: sandbox::shop(site),
            istio: istio.to_owned(),
        }
    }

    /// The addresses that its services have.
    pub(crate) fn addresses(&self) -> String {
        let services = self.sandbox.objects("Service");
        let address = services
            .iter()
            .find_map(|service| service["spec"]["clusterIP"].as_str())
            .and_then(|address| address.rsplit_once('.'));
        let (network, _) = address.expect("the shop has services with addresses");
        format!("{network}.0/24")
    }

    /// Makes what is there without Istio: namespaces, accounts, services, pods.
    pub(crate) async fn open(&self, client: &Client) -> Result<(), Failed> {
        let mut objects = self.objects(Part::Kubernetes).await?;
        // Everything else is in one of them.
        objects.sort_by_key(|(resource, _)| resource.kind != "Namespace");
        put(client, objects).await
    }

    /// Makes what it tells Istio.
    pub(crate) async fn configure(&self, client: &Client) -> Result<(), Failed> {
        put(client, self.objects(Part::Istio).await?).await
    }

    /// Its objects, as somebody would write them who runs the version of Istio that runs.
    async fn objects(&self, part: Part) -> Result<Vec<(ApiResource, DynamicObject)>, Failed> {
        let failed = |error| Failed(format!("the shop: {error}"));
        let client = self.sandbox.client();
        let discovery = Discovery::new(client.clone())
            .run_aggregated()
            .await
            .map_err(failed)?;
        let groups = discovery.groups().filter(|group| part.holds(group.name()));
        let kinds = groups.flat_map(|group| group.resources_by_stability());
        let mut objects = Vec::new();
        for (resource, can) in kinds {
            if !can.supports_operation(verbs::LIST) {
                continue;
            }
            let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
            for mut object in api.list(&ListParams::default()).await.map_err(failed)? {
                object.types = Some(TypeMeta {
                    api_version: resource.api_version.clone(),
                    kind: resource.kind.clone(),
                });
                object.metadata.uid = None;
                object.metadata.resource_version = None;
                object.metadata.creation_timestamp = None;
                object.metadata.generation = None;
                object.metadata.managed_fields = None;
                tag(&mut object.data, &self.istio);
                objects.push((resource.clone(), object));
            }
        }
        Ok(objects)
    }
}

/// The halves of the shop.
#[derive(Clone, Copy)]
enum Part {
    Kubernetes,
    Istio,
}

impl Part {
    fn holds(self, group: &str) -> bool {
        let is_istio = group.ends_with(".istio.io");
        match self {
            Self::Kubernetes => !is_istio,
            Self::Istio => is_istio,
        }
    }
}

/// Makes objects as somebody with kubectl does, and sets what a kubelet or a cloud would report of them.
async fn put(client: &Client, objects: Vec<(ApiResource, DynamicObject)>) -> Result<(), Failed> {
    for (resource, mut object) in objects {
        let api: Api<DynamicObject> = match object.namespace() {
            Some(namespace) => Api::namespaced_with(client.clone(), &namespace, &resource),
            None => Api::all_with(client.clone(), &resource),
        };
        let name = object.name_any();
        let failed = |error| Failed(format!("{} {name} of the shop: {error}", resource.kind));
        let data = object.data.as_object_mut();
        let status = data.and_then(|data| data.remove("status"));
        let made = PostParams {
            field_manager: Some(MANAGER.into()),
            ..PostParams::default()
        };
        match api.create(&made, &object).await {
            // The API server itself has made the namespace `default`.
            Err(kube::Error::Api(status)) if status.is_already_exists() => {
                let merged = PatchParams {
                    field_manager: Some(MANAGER.into()),
                    ..PatchParams::default()
                };
                api.patch(&name, &merged, &Patch::Merge(&object)).await
            }
            made => made,
        }
        .map_err(failed)?;
        if let Some(status) = status.filter(|_| ["Pod", "Service"].contains(&&*resource.kind)) {
            let status = Patch::Merge(json!({ "status": status }));
            let by = PatchParams::default();
            let reported = api.patch_status(&name, &by, &status).await;
            reported.map_err(failed)?;
        }
    }
    Ok(())
}

/// Tags Istio's own images, wherever they are named.
fn tag(value: &mut Value, version: &str) {
    match value {
        Value::String(text) => {
            let image = text.rsplit_once(':').map(|(image, _)| image);
            let image = image.filter(|image| ISTIO.contains(image));
            if let Some(tagged) = image.map(|image| format!("{image}:{version}")) {
                *text = tagged;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| tag(item, version)),
        Value::Object(fields) => fields.values_mut().for_each(|field| tag(field, version)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Istio's own images.
const ISTIO: [&str; 2] = ["docker.io/istio/pilot", "docker.io/istio/proxyv2"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_istio_get_the_version_that_runs_and_others_keep_theirs() {
        let mut pod = json!({ "containers": [
            { "image": "docker.io/istio/pilot:1.27.1" },
            { "image": "docker.io/istio/examples:1.27.1" },
        ] });
        tag(&mut pod, "1.31");
        let tagged = json!({ "containers": [
            { "image": "docker.io/istio/pilot:1.31" },
            { "image": "docker.io/istio/examples:1.27.1" },
        ] });
        assert_eq!(pod, tagged);
    }

    #[test]
    fn the_services_of_a_site_fit_into_its_addresses() {
        assert_eq!(Shop::of("eu-west", "1.31").addresses(), "10.21.0.0/24");
    }
}
