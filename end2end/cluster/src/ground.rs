//! The ground to stand on: one etcd, and a site for every name.

use std::{
    net::Ipv4Addr,
    path::{Path, PathBuf},
    thread,
};

use futures::future::try_join_all;
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use tempfile::TempDir;
use tokio::{net::TcpStream, task::spawn_blocking};

use crate::{
    Failed, Programs,
    certificate::Certificate,
    files::{self, TOKEN},
    running::{Running, found, free_ports},
    site::{ApiServer, Site},
};

/// A control plane that runs for as long as this is held: one etcd, and for every site an API server with Istio and
/// the shop in it.
pub struct Ground {
    sites: Vec<Site>,
    etcd: Running,
    kubeconfig: PathBuf,
    clouds: PathBuf,
    // The last field: what runs writes into it.
    folder: TempDir,
}

/// What every API server of a ground is started with.
pub(crate) struct Common {
    pub(crate) programs: Programs,
    pub(crate) certificate: Certificate,
    pub(crate) tokens: PathBuf,
    pub(crate) etcd: u16,
    pub(crate) folder: PathBuf,
}

impl Ground {
    /// Builds what is not built yet, and starts a site for every name. Where that fails, the logs stay.
    pub async fn start(names: &[&str]) -> Result<Self, Failed> {
        let programs = spawn_blocking(Programs::build).await;
        let programs = programs.map_err(|e| Failed(format!("the build broke: {e}")))??;
        let mut folder = tempfile::Builder::new()
            .prefix("assent-ground-")
            .tempdir()
            .map_err(|e| Failed(format!("no temporary folder: {e}")))?;
        match start(folder.path(), programs, names).await {
            Ok((sites, etcd)) => Ok(Self {
                sites,
                etcd,
                kubeconfig: files::kubeconfig(folder.path()),
                clouds: files::clouds(folder.path()),
                folder,
            }),
            Err(Failed(says)) => {
                folder.disable_cleanup(true);
                let folder = folder.path().display();
                Err(Failed(format!("{says}\nAll logs are in {folder}.")))
            }
        }
    }

    /// The kubeconfig, with a context per site.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The file of logical clouds: the shop, on every site.
    #[must_use]
    pub fn clouds(&self) -> &Path {
        &self.clouds
    }

    /// The folder that goes when the ground goes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client of a site, with all rights and without retries.
    pub async fn client(&self, site: &str) -> Result<Client, Failed> {
        client(&self.kubeconfig, site).await
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        let of_sites = self.sites.iter().flat_map(Site::running);
        for running in of_sites.chain([&self.etcd]) {
            eprintln!("{}", running.last_lines());
        }
        self.folder.disable_cleanup(true);
        eprintln!("All logs are in {}.", self.folder.path().display());
    }
}

async fn start(
    folder: &Path,
    programs: Programs,
    names: &[&str],
) -> Result<(Vec<Site>, Running), Failed> {
    let [etcd_port] = free_ports()?;
    let mut etcd = start_etcd(&programs.etcd, etcd_port, folder)?;
    let ready = async {
        let address = (Ipv4Addr::LOCALHOST, etcd_port);
        found(async || TcpStream::connect(address).await.is_ok()).await;
        Ok(())
    };
    etcd.until(ready).await?;
    let tokens = folder.join("tokens.csv");
    files::write(
        &tokens,
        &format!("{TOKEN},ground,ground,\"system:masters\"\n"),
    )?;
    let common = Common {
        programs,
        certificate: Certificate::write(folder)?,
        tokens,
        etcd: etcd_port,
        folder: folder.to_owned(),
    };
    let started = names.iter().map(|name| ApiServer::start(&common, name));
    let started: Vec<ApiServer> = started.collect::<Result<_, _>>()?;
    let servers: Vec<(&str, u16)> = started.iter().map(ApiServer::address).collect();
    files::write_kubeconfigs(folder, &common.certificate.certificate, &servers)?;
    files::write_clouds(folder, names)?;
    let ready = started
        .into_iter()
        .map(|server| Site::start(&common, server));
    Ok((try_join_all(ready).await?, etcd))
}

/// Starts an etcd that forgets at a power cut, which is quicker.
fn start_etcd(program: &Path, port: u16, folder: &Path) -> Result<Running, Failed> {
    let [peers] = free_ports()?;
    let at = |port: u16| format!("http://127.0.0.1:{port}");
    let args = [
        format!("--data-dir={}", folder.join("etcd").display()),
        format!("--listen-client-urls={}", at(port)),
        format!("--advertise-client-urls={}", at(port)),
        format!("--listen-peer-urls={}", at(peers)),
        format!("--initial-advertise-peer-urls={}", at(peers)),
        format!("--initial-cluster=default={}", at(peers)),
        "--unsafe-no-fsync".to_owned(),
    ];
    Running::start("etcd".into(), program, args, &[], folder)
}

/// A client for a context of a kubeconfig.
pub(crate) async fn client(kubeconfig: &Path, context: &str) -> Result<Client, Failed> {
    let failed = |error: &dyn std::fmt::Display| {
        Failed(format!("{} with {context}: {error}", kubeconfig.display()))
    };
    let options = KubeConfigOptions {
        context: Some(context.to_owned()),
        ..KubeConfigOptions::default()
    };
    let file = Kubeconfig::read_from(kubeconfig).map_err(|e| failed(&e))?;
    let config = Config::from_custom_kubeconfig(file, &options).await;
    let mut config = config.map_err(|e| failed(&e))?;
    config.default_retry = false;
    Client::try_from(config).map_err(|e| failed(&e))
}
