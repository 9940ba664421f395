//! From a kubeconfig to a client.

use std::{path::Path, thread, time::Duration};

use kube::{
    Client, Config,
    config::{ExecInteractiveMode, KubeConfigOptions, Kubeconfig, KubeconfigError},
};
use tokio::{
    runtime::Handle,
    sync::{oneshot, watch},
    time::{sleep, timeout},
};
use tower::BoxError;

use crate::{Error, error::reason, watch::ASKS_AGAIN};

/// How long credentials may take to come.
const COMES_WITHIN: Duration = Duration::from_secs(10);

/// Makes a client for a named context of a kubeconfig file, which is read as kubectl reads it. Needs a
/// tokio runtime.
///
/// Commands and paths that the file names are obeyed: it must come from whoever runs the process. The
/// credentials are fetched in the background, again and again until they come; requests fail without.
pub async fn connect(file: &Path, context: &str) -> Result<Client, Error> {
    let wrong = |error: KubeconfigError| Error::Kubeconfig {
        file: file.to_path_buf(),
        context: context.into(),
        says: says(&error),
    };
    let options = KubeConfigOptions {
        context: Some(context.into()),
        ..KubeConfigOptions::default()
    };
    let kubeconfig = Kubeconfig::read_from(file).map_err(wrong)?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(wrong)?;
    Ok(made_later(bounded(config)))
}

/// Sets deadlines, and leaves trying again to the step that knows whether it is safe.
fn bounded(mut config: Config) -> Config {
    config.connect_timeout = Some(Duration::from_secs(5));
    config.write_timeout = Some(Duration::from_secs(10));
    // Watches share the client and may be quiet for long.
    config.read_timeout = None;
    config.default_retry = false;
    if let Some(command) = &mut config.auth_info.exec {
        // Nobody is there to be asked, and what it prints must not stand in our log.
        command.interactive_mode = Some(ExecInteractiveMode::Never);
    }
    config
}

/// What has become of a client.
#[derive(Clone)]
enum Made {
    NotYet,
    Ready(Client),
    Failed(Unmade),
}

/// Why there is no client, without a word of the file or of a command that it names.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
struct Unmade(String);

/// A client whose requests wait for the real one to be made, or to fail to be.
fn made_later(config: Config) -> Client {
    let namespace = config.default_namespace.clone();
    let (tell, told) = watch::channel(Made::NotYet);
    tokio::spawn(async move {
        let unused = tell.clone();
        tokio::select! {
            () = unused.closed() => {}
            () = make(config, tell) => {}
        }
    });
    let send = tower::service_fn(move |request| {
        let mut told = told.clone();
        async move {
            let made = told.wait_for(|made| !matches!(made, Made::NotYet)).await;
            let made = made.map(|made| made.clone());
            match made.unwrap_or_else(|_| Made::Failed(Unmade("no client was made".into()))) {
                Made::Ready(client) => Ok::<_, BoxError>(client.send(request).await?),
                Made::Failed(why) => Err(why.into()),
                Made::NotYet => unreachable!("it was waited for"),
            }
        }
    });
    Client::new(send, namespace)
}

/// Makes a client, however often it takes.
async fn make(config: Config, tell: watch::Sender<Made>) {
    loop {
        let mut attempt = attempt(config.clone());
        let made = match timeout(COMES_WITHIN, &mut attempt).await {
            Ok(made) => made,
            Err(_) => {
                let seconds = COMES_WITHIN.as_secs();
                let late = format!("our credentials did not come within {seconds} s");
                tell.send_replace(Made::Failed(Unmade(late)));
                // A second command beside one that hangs would hang as well.
                attempt.await
            }
        };
        let ends = "our credentials could not be read".to_owned();
        match made.unwrap_or(Err(ends)) {
            Ok(client) => {
                tell.send_replace(Made::Ready(client));
                return;
            }
            Err(why) => tell.send_replace(Made::Failed(Unmade(why))),
        };
        sleep(ASKS_AGAIN).await;
    }
}

/// Tries once, on a thread of its own: a command that hangs must hold up neither the workers nor the end
/// of the process.
fn attempt(config: Config) -> oneshot::Receiver<Result<Client, String>> {
    let (tell, told) = oneshot::channel();
    let runtime = Handle::current();
    let run = move || {
        let _entered = runtime.enter();
        let made = Client::try_from(config).map_err(|error| reason(&error));
        // Nobody listens if the client is not wanted any more.
        let _ = tell.send(made);
    };
    if let Err(error) = thread::Builder::new().name("credentials".into()).spawn(run) {
        tracing::error!(%error, "no thread to fetch credentials");
    }
    told
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
