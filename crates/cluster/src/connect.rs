//! From a kubeconfig to a client.

use std::{path::Path, time::Duration};

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig, KubeconfigError},
};

use crate::Error;

/// Makes a client for a named context of a kubeconfig file, which is read as kubectl reads it.
///
/// Commands and paths that the file names are obeyed: it must come from whoever runs the process.
pub async fn connect(file: &Path, context: &str) -> Result<Client, Error> {
    let wrong = |says: String| Error::Kubeconfig {
        file: file.to_path_buf(),
        context: context.into(),
        says,
    };
    let options = KubeConfigOptions {
        context: Some(context.into()),
        ..KubeConfigOptions::default()
    };
    let kubeconfig = Kubeconfig::read_from(file).map_err(|error| wrong(says(&error)))?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| wrong(says(&error)))?;
    Client::try_from(bounded(config)).map_err(|error| wrong(error.to_string()))
}

/// Sets deadlines, and leaves trying again to the step that knows whether it is safe.
fn bounded(mut config: Config) -> Config {
    config.connect_timeout = Some(Duration::from_secs(5));
    config.write_timeout = Some(Duration::from_secs(10));
    // Watches share the client and may be quiet for long.
    config.read_timeout = None;
    config.default_retry = false;
    config
}

/// Says what is wrong without a word of the file, which holds credentials.
fn says(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(error) => match error.location() {
            Some(at) => format!("it is not understood at line {}", at.line()),
            None => "it is not understood".into(),
        },
        KubeconfigError::LoadContext(_) => "it has no such context".into(),
        KubeconfigError::LoadClusterOfContext(name) => format!("it has no cluster {name}"),
        KubeconfigError::ReadConfig(error, _) => error.to_string(),
        other => other.to_string(),
    }
}
