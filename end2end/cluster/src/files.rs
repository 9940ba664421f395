//! The files by which others find their way.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::Failed;

/// What lets one in. It opens nothing but a control plane on loopback under which no machine runs.
pub(crate) const TOKEN: &str = "ground";

/// Where the kubeconfig of all sites is.
pub(crate) fn kubeconfig(folder: &Path) -> PathBuf {
    folder.join("kubeconfig")
}

/// Where the kubeconfig is whose context is this site.
pub(crate) fn kubeconfig_of(folder: &Path, site: &str) -> PathBuf {
    folder.join(format!("kubeconfig-{site}"))
}

/// Where the file of logical clouds is.
pub(crate) fn clouds(folder: &Path) -> PathBuf {
    folder.join("clouds.toml")
}

/// Writes a kubeconfig for all, without a context of its own, and one for each.
pub(crate) fn write_kubeconfigs(
    folder: &Path,
    certificate: &Path,
    servers: &[(&str, u16)],
) -> Result<(), Failed> {
    let entry = |(name, port): &(&str, u16)| {
        let cluster = format!(
            "- name: {name}\n  cluster:\n    server: https://127.0.0.1:{port}\n    certificate-authority: {}\n",
            certificate.display()
        );
        let context =
            format!("- name: {name}\n  context:\n    cluster: {name}\n    user: ground\n");
        (cluster, context)
    };
    let (clusters, contexts): (String, String) = servers.iter().map(entry).unzip();
    let all = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n{clusters}contexts:\n{contexts}\
         users:\n- name: ground\n  user:\n    token: {TOKEN}\n"
    );
    write(&kubeconfig(folder), &all)?;
    servers.iter().try_for_each(|(name, _)| {
        let its = format!("{all}current-context: {name}\n");
        write(&kubeconfig_of(folder, name), &its)
    })
}

/// Writes the file of logical clouds: the shop as the demo has it, on these sites.
pub(crate) fn write_clouds(folder: &Path, sites: &[&str]) -> Result<(), Failed> {
    let mut text =
        String::from("[[cloud]]\nname = \"shop\"\nnamespaces = [\"default\", \"guestbook\"]\n");
    for site in sites {
        let site = format!("\n[[cloud.site]]\nname = \"{site}\"\ncontext = \"{site}\"\n");
        text.push_str(&site);
    }
    write(&clouds(folder), &text)
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failed> {
    fs::write(path, text).map_err(|e| Failed(format!("{}: {e}", path.display())))
}
