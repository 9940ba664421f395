//! The clusters of the demo: in memory, and kept in the data folder, so that a restart finds what was rolled out.

mod hands;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sandbox::Sandbox;
use tokio_util::sync::CancellationToken;

use crate::Failed;

pub use hands::Hands;
pub(crate) use hands::{PATH, act, state};

/// How often what changed is written down.
const OFTEN: Duration = Duration::from_secs(1);

/// The clusters of the demo, by name.
pub(crate) struct Clusters(Vec<Kept>);

struct Kept {
    name: &'static str,
    file: PathBuf,
    sandbox: Sandbox,
    /// What the file holds.
    written: Vec<u8>,
}

impl Clusters {
    /// Takes up the clusters where they were left, or begins with the shop.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failed> {
        let open = |name: &'static str| {
            let file = folder.join(format!("{name}.json"));
            let failed = |says: String| {
                Failed(format!(
                    "{}: {says}. Remove it to begin anew.",
                    file.display()
                ))
            };
            let (sandbox, written) = match std::fs::read(&file) {
                Ok(bytes) => {
                    let sandbox = Sandbox::load(&bytes).map_err(|e| failed(e.to_string()))?;
                    (sandbox, bytes)
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => (sandbox::shop(name), Vec::new()),
                Err(e) => return Err(failed(e.to_string())),
            };
            sandbox.let_time_run();
            Ok(Kept {
                name,
                file,
                sandbox,
                written,
            })
        };
        let clusters = ["eu-west", "us-east"].map(open);
        Ok(Self(clusters.into_iter().collect::<Result<_, _>>()?))
    }

    /// The clusters with their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Sandbox)> {
        self.0.iter().map(|kept| (kept.name, &kept.sandbox))
    }

    /// The hands that break them.
    pub(crate) fn hands(&self) -> Hands {
        let sites = self.0.iter();
        Hands::over(sites.map(|kept| (kept.name, kept.sandbox.clone())))
    }

    /// Writes down what changes, until told to stop, and then once more.
    pub(crate) async fn keep(mut self, stop: CancellationToken) {
        let mut every = tokio::time::interval(OFTEN);
        loop {
            let stopped = tokio::select! {
                () = stop.cancelled() => true,
                _ = every.tick() => false,
            };
            for kept in &mut self.0 {
                if let Err(error) = kept.write().await {
                    tracing::error!(%error, file = %kept.file.display(), "the demo could not be kept");
                }
            }
            if stopped {
                return;
            }
        }
    }
}

impl Kept {
    /// Puts a new file in the place of the old one, so that there is a whole one at any time.
    async fn write(&mut self) -> io::Result<()> {
        let bytes = self.sandbox.save();
        if bytes == self.written {
            return Ok(());
        }
        let beside = self.file.with_extension("json.new");
        tokio::fs::write(&beside, &bytes).await?;
        tokio::fs::rename(&beside, &self.file).await?;
        self.written = bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_demo_goes_on_where_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let clusters = Clusters::open(folder.path()).unwrap();
        let (_, sandbox) = clusters.iter().next().unwrap();
        let left = sandbox.clone();
        left.put(serde_json::json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "new" },
        }))
        .unwrap();
        let stop = CancellationToken::new();
        stop.cancel();
        clusters.keep(stop).await;
        let again = Clusters::open(folder.path()).unwrap();
        let (_, sandbox) = again.iter().next().unwrap();
        assert_eq!(sandbox.save(), left.save());
    }

    #[test]
    fn a_file_that_is_no_cluster_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("us-east.json"), "{").unwrap();
        let says = Clusters::open(folder.path())
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(
            says.contains("us-east.json") && says.contains("Remove it"),
            "{says}"
        );
    }
}
