//! What Istio brings to a cluster: its definitions, its webhook, and istiod.

use std::{fs, path::Path};

use k8s_openapi::{
    api::admissionregistration::v1::ValidatingWebhookConfiguration,
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client, ResourceExt,
    api::{Patch, PatchParams, PostParams},
    runtime::wait::{await_condition, conditions::is_crd_established},
};
use serde_json::json;

use crate::{
    Failed, Programs,
    running::{Running, free_ports},
};

/// Where istiod is.
const NAMESPACE: &str = "istio-system";

/// What judges objects before they are stored.
const WEBHOOK: &str = "istio-validator-istio-system";

/// Defines Istio's kinds, and waits until they are served.
pub(crate) async fn define(client: &Client, definitions: &Path) -> Result<(), Failed> {
    let failed = |error: &dyn std::fmt::Display| Failed(format!("Istio's definitions: {error}"));
    let text = fs::read_to_string(definitions).map_err(|e| failed(&e))?;
    let definitions: Vec<CustomResourceDefinition> =
        serde_saphyr::from_multiple(&text).map_err(|e| failed(&e))?;
    let api = Api::all(client.clone());
    let by = PatchParams::apply("istio").force();
    for definition in &definitions {
        let name = definition.name_any();
        let applied = api.patch(&name, &by, &Patch::Apply(definition)).await;
        applied.map_err(|e| failed(&e))?;
    }
    for definition in &definitions {
        let name = definition.name_any();
        let established = await_condition(api.clone(), &name, is_crd_established());
        established.await.map_err(|e| failed(&e))?;
    }
    Ok(())
}

/// Tells the API server of the webhook; until istiod fills it in, it is passed over.
pub(crate) async fn announce(client: &Client, port: u16) -> Result<(), Failed> {
    let webhook = serde_json::from_value(json!({
        "metadata": {
            "name": WEBHOOK,
            "labels": { "app": "istiod", "istio": "istiod", "istio.io/rev": "default" },
        },
        "webhooks": [{
            "name": "rev.validation.istio.io",
            "clientConfig": { "url": format!("https://localhost:{port}/validate") },
            "rules": [{
                "operations": ["CREATE", "UPDATE"],
                "apiGroups": [
                    "security.istio.io",
                    "networking.istio.io",
                    "telemetry.istio.io",
                    "extensions.istio.io",
                ],
                "apiVersions": ["*"],
                "resources": ["*"],
            }],
            "failurePolicy": "Ignore",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
        }],
    }));
    let webhook: ValidatingWebhookConfiguration = webhook.expect("it is one");
    let api = Api::all(client.clone());
    match api.create(&PostParams::default(), &webhook).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failed(format!("Istio's webhook: {error}"))),
    }
}

/// Starts istiod, which reads the settings of the mesh from the cluster.
pub(crate) fn start(
    programs: &Programs,
    site: &str,
    webhook: u16,
    kubeconfig: &Path,
    folder: &Path,
) -> Result<Running, Failed> {
    let [http, grpc, secure, monitoring] = free_ports()?;
    let args = [
        "discovery".into(),
        format!("--kubeconfig={}", kubeconfig.display()),
        format!("--namespace={NAMESPACE}"),
        // There is no such file, so the cluster is asked.
        format!("--meshConfig={}", folder.join("mesh").display()),
        format!("--httpAddr=127.0.0.1:{http}"),
        format!("--httpsAddr=127.0.0.1:{webhook}"),
        format!("--grpcAddr=127.0.0.1:{grpc}"),
        format!("--secureGRPCAddr=127.0.0.1:{secure}"),
        format!("--monitoringAddr=127.0.0.1:{monitoring}"),
        // On any port: several run beside each other.
        "--ctrlz_port=0".into(),
    ];
    let env = [
        ("POD_NAMESPACE", NAMESPACE),
        ("POD_NAME", "istiod"),
        ("CLUSTER_ID", "Kubernetes"),
        ("REVISION", "default"),
        ("ENABLE_LEADER_ELECTION", "false"),
        ("INJECT_ENABLED", "false"),
        ("INJECTION_WEBHOOK_CONFIG_NAME", ""),
        ("VALIDATION_WEBHOOK_CONFIG_NAME", "istio-validator"),
        ("PILOT_ENABLE_GATEWAY_API", "false"),
        ("ENABLE_CA_SERVER", "true"),
        ("PILOT_CERT_PROVIDER", "istiod"),
        ("ISTIOD_CUSTOM_HOST", "localhost"),
        ("JWT_POLICY", "third-party-jwt"),
    ];
    let name = format!("istiod on {site}");
    Running::start(name, &programs.istiod, args, &env, folder)
}

/// Waits until istiod has made itself the judge: from then on nothing passes without it.
pub(crate) async fn judges(client: &Client) -> Result<(), Failed> {
    let is_judge = |webhook: Option<&ValidatingWebhookConfiguration>| {
        let webhooks = webhook.and_then(|webhook| webhook.webhooks.as_ref());
        webhooks.is_some_and(|webhooks| {
            let mut policies = webhooks
                .iter()
                .map(|webhook| webhook.failure_policy.as_deref());
            policies.all(|policy| policy == Some("Fail"))
        })
    };
    match await_condition(Api::all(client.clone()), WEBHOOK, is_judge).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failed(format!("Istio's webhook: {error}"))),
    }
}
