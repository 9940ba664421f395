//! One site: an API server, Istio in it, and the shop.

use std::{fs, path::PathBuf};

use http::Request;
use kube::Client;

use crate::{
    Failed, files,
    ground::{Common, client},
    istio,
    running::{Running, found, free_ports},
    shop::Shop,
};

/// One site, ready.
pub(crate) struct Site {
    istiod: Running,
    api_server: ApiServer,
}

/// An API server that was started and may not be ready yet.
pub(crate) struct ApiServer {
    name: String,
    port: u16,
    running: Running,
    folder: PathBuf,
    shop: Shop,
}

impl Site {
    /// Brings Istio and the shop to an API server.
    pub(crate) async fn start(common: &Common, mut api_server: ApiServer) -> Result<Self, Failed> {
        let ApiServer {
            name,
            running,
            folder,
            shop,
            ..
        } = &mut api_server;
        let client = client(&files::kubeconfig(&common.folder), name).await?;
        let [webhook] = free_ports()?;
        let prepared = Box::pin(async {
            ready(&client).await;
            istio::define(&client, &common.programs.definitions).await?;
            // istiod reads the settings of the mesh from the shop, and judges what the shop tells Istio.
            shop.open(&client).await?;
            istio::announce(&client, webhook).await
        });
        running.until(prepared).await?;
        let kubeconfig = files::kubeconfig_of(&common.folder, name);
        let mut istiod = istio::start(&common.programs, name, webhook, &kubeconfig, folder)?;
        let configured = async {
            istio::judges(&client).await?;
            shop.configure(&client).await
        };
        istiod.until(configured).await?;
        Ok(Self { istiod, api_server })
    }

    /// What runs of it.
    pub(crate) fn running(&self) -> [&Running; 2] {
        [&self.api_server.running, &self.istiod]
    }
}

impl ApiServer {
    /// Starts one; several share one etcd.
    pub(crate) fn start(common: &Common, name: &str) -> Result<Self, Failed> {
        let folder = common.folder.join(name);
        fs::create_dir(&folder).map_err(|e| Failed(format!("{}: {e}", folder.display())))?;
        let [port] = free_ports()?;
        let shop = Shop::of(name, &common.programs.istio);
        let certificate = &common.certificate;
        let (key, public) = (certificate.key.display(), certificate.public.display());
        let args = [
            format!("--etcd-servers=http://127.0.0.1:{}", common.etcd),
            format!("--etcd-prefix=/{name}"),
            "--bind-address=127.0.0.1".into(),
            format!("--secure-port={port}"),
            format!("--cert-dir={}", folder.display()),
            format!("--tls-cert-file={}", certificate.certificate.display()),
            format!("--tls-private-key-file={key}"),
            format!("--service-cluster-ip-range={}", shop.addresses()),
            "--allow-privileged=true".into(),
            // No controller makes the accounts that it asks for.
            "--disable-admission-plugins=ServiceAccount".into(),
            "--service-account-issuer=https://kubernetes.default.svc".into(),
            format!("--service-account-key-file={public}"),
            format!("--service-account-signing-key-file={key}"),
            format!("--token-auth-file={}", common.tokens.display()),
            "--authorization-mode=RBAC".into(),
        ];
        let says = format!("kube-apiserver on {name}");
        let program = &common.programs.api_server;
        Ok(Self {
            running: Running::start(says, program, args, &[], &folder)?,
            name: name.to_owned(),
            port,
            folder,
            shop,
        })
    }

    /// Its name and port.
    pub(crate) fn address(&self) -> (&str, u16) {
        (&self.name, self.port)
    }
}

/// Waits until an API server says that it is ready.
async fn ready(client: &Client) {
    let is_ready = async || {
        let question = Request::get("/readyz").body(Vec::new());
        let question = question.expect("the address is a constant");
        client
            .request_text(question)
            .await
            .is_ok_and(|says| says == "ok")
    };
    found(is_ready).await;
}
