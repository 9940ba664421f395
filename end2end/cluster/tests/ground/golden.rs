//! What the product would apply, judged by Istio itself.

use std::{fs, path::Path};

use kube::{
    Api,
    api::{Patch, PatchParams},
    core::{DynamicObject, GroupVersionKind},
    discovery::pinned_kind,
};

use crate::common::{SITES, ground};

/// Where every kind of intent keeps what it makes of its example.
const GOLDEN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../crates/intent/tests/golden"
);

/// All manifests, by the file that holds them.
fn manifests() -> Vec<(String, DynamicObject)> {
    let files = fs::read_dir(Path::new(GOLDEN))
        .unwrap()
        .map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    let manifests = files.flat_map(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        // The example of a kind may make nothing.
        let documents = match text.trim().is_empty() {
            true => Vec::new(),
            false => serde_saphyr::from_multiple(&text).unwrap(),
        };
        documents
            .into_iter()
            .map(move |manifest| (name.clone(), manifest))
    });
    manifests.collect()
}

#[tokio::test]
async fn istio_accepts_what_every_kind_of_intent_makes() {
    let ground = ground().await;
    let manifests = manifests();
    assert!(manifests.len() > 1, "there are examples");
    for site in SITES {
        let client = ground.client(site).await.unwrap();
        for (file, manifest) in &manifests {
            let types = manifest.types.as_ref().unwrap();
            let kind = GroupVersionKind::try_from(types).unwrap();
            let (resource, _) = pinned_kind(&client, &kind).await.unwrap();
            let namespace = manifest.metadata.namespace.as_deref().unwrap();
            let name = manifest.metadata.name.as_deref().unwrap();
            let api: Api<DynamicObject> =
                Api::namespaced_with(client.clone(), namespace, &resource);
            let how = PatchParams::apply("assent").validation_strict().dry_run();
            let accepted = api.patch(name, &how, &Patch::Apply(manifest)).await;
            let accepted = accepted.unwrap_or_else(|error| panic!("{file}, {name}: {error}"));
            assert_eq!(
                accepted.data["spec"], manifest.data["spec"],
                "{file}, {name}"
            );
            assert_eq!(api.get_opt(name).await.unwrap(), None, "it was a rehearsal");
        }
    }
}
