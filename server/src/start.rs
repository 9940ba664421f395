//! Starts, serves until told to stop, and stops.

use std::{
    io::IsTerminal,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use cluster::Fleet;
use engine::Engine;
use intent::Time;
use store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::{
    Health, Peer, Settings, assets,
    clouds::{self, Agreed},
    demo, health,
    peer::TlsListener,
    router,
};

/// Why the process could not start or go on, in words for whoever started it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

/// How often what is over is removed.
const SWEEP: Duration = Duration::from_secs(60);
/// How long requests that are running may take to end.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until a signal says to stop.
pub async fn serve(settings: Settings) -> Result<(), Failed> {
    log(&settings)?;
    let files = assets::assets()?;
    let store = Store::open(&settings.data)
        .await
        .map_err(|e| Failed(e.to_string()))?;
    let clusters = match settings.demo {
        true => Some(demo::Clusters::open(&settings.data)?),
        false => None,
    };
    let (fleet, agreed) = fleet(&settings, clusters.as_ref()).await?;
    let engine = Engine::new(store.clone()).watching(fleet);
    let engine = if settings.demo {
        engine
            .into_demo()
            .await
            .map_err(|e| Failed(e.to_string()))?
    } else {
        store
            .is_no_demo()
            .await
            .map_err(|e| Failed(e.to_string()))?;
        engine
    };
    let engine = if settings.read_only {
        engine.read_only()
    } else {
        let failed = |e: engine::Error| Failed(e.to_string());
        engine.agree(&agreed).await.map_err(failed)?;
        // What was begun before the process ended goes on now.
        engine.resume().await.map_err(failed)?;
        engine
    };
    let health = Health::new(engine.clone()).counting(health::recorder()?);
    let listener = TcpListener::bind(settings.listen).await.map_err(|e| {
        Failed(format!(
            "--listen {}: {e}. Is something else using it?",
            settings.listen
        ))
    })?;
    let app = router(
        engine.clone(),
        store,
        settings.public.clone(),
        files,
        health.clone(),
        clusters.as_ref().map(demo::Clusters::hands),
    )
    .into_make_service_with_connect_info::<Peer>();

    let stop = CancellationToken::new();
    engine.observe(&stop);
    tokio::spawn(signals(stop.clone(), health.clone()));
    let kept = clusters.map(|clusters| tokio::spawn(clusters.keep(stop.clone())));
    tokio::spawn(sweep(engine.clone(), health, stop.clone()));
    greet(&settings, &engine).await?;

    let stopped = {
        let stop = stop.clone();
        async move { stop.cancelled().await }
    };
    let serving = async {
        match &settings.tls {
            None => {
                axum::serve(listener, app)
                    .with_graceful_shutdown(stopped)
                    .await
            }
            Some((cert, key)) => {
                let listener =
                    TlsListener::new(listener, cert, key).map_err(std::io::Error::other)?;
                axum::serve(listener, app)
                    .with_graceful_shutdown(stopped)
                    .await
            }
        }
    };
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    let served = tokio::select! {
        done = serving => done.map_err(|e| Failed(e.to_string())),
        () = overdue => Ok(()),
    };
    stop.cancel();
    if let Some(kept) = kept {
        kept.await.map_err(|e| Failed(e.to_string()))?;
    }
    served
}

/// The clouds to watch, and what they are configured as: those of the file, those of the demo, or none yet.
async fn fleet(
    settings: &Settings,
    demo: Option<&demo::Clusters>,
) -> Result<(Fleet, Agreed), Failed> {
    // What is never written needs no right to be.
    let writes = match settings.read_only {
        true => Vec::new(),
        false => intent::made().into_iter().collect(),
    };
    match (&settings.clouds, demo) {
        (Some((clouds, kubeconfig)), _) => {
            clouds::named(clouds, kubeconfig, &writes, system_time).await
        }
        (None, Some(clusters)) => Ok(clouds::demo(clusters, &writes, system_time)),
        (None, None) => Ok((Fleet::default(), Agreed::new())),
    }
}

/// What the clock of this machine says.
fn system_time() -> Time {
    let past = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(past.as_millis()).unwrap_or(i64::MAX))
}

/// Says where Assent is and, while nobody administers it, how to come in.
async fn greet(settings: &Settings, engine: &Engine) -> Result<(), Failed> {
    let origin = settings.public.origin();
    println!("Assent is at {origin}");
    if let Some(token) = engine
        .offer_link()
        .await
        .map_err(|e| Failed(e.to_string()))?
    {
        println!("Become administrator (works once, for 15 minutes): {origin}/welcome/{token}");
    }
    Ok(())
}

fn log(settings: &Settings) -> Result<(), Failed> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|e| Failed(format!("--log: {e}")))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if settings.json {
        lines.json().init();
    } else {
        lines.init();
    }
    Ok(())
}

async fn sweep(engine: Engine, health: Health, stop: CancellationToken) {
    let mut every = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {
                health.upkeep();
                if let Err(error) = engine.sweep().await {
                    tracing::error!(%error, "what is over could not be removed");
                }
            }
        }
    }
}

/// Waits for Ctrl C or the word of whoever runs the process; a second one ends it at once.
async fn signals(stop: CancellationToken, health: Health) {
    asked_to_stop().await;
    health.stop();
    tracing::info!("stopping");
    stop.cancel();
    asked_to_stop().await;
    std::process::exit(130);
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
