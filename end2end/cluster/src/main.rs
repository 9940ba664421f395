//! Holds a ground for others: says where it is, and stops it when nobody listens any more.

use std::{env, io, io::Write, process::ExitCode, thread};

use end2end_cluster::{Failed, Ground, Programs};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

const HELP: &str = "\
ground [SITE…]  starts a control plane with these sites (eu-west and us-east if none is named), says where it is as
                settings of Assent, one NAME=VALUE a line, and stops it at the end of its input
ground build    only builds what it is made of";

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["build"] => Programs::build().map(|_| ()),
        ["help" | "--help" | "-h", ..] => {
            println!("{HELP}");
            Ok(())
        }
        [] => hold(&["eu-west", "us-east"]).await,
        sites => hold(sites).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(says)) => {
            eprintln!("ground: {says}");
            ExitCode::FAILURE
        }
    }
}

/// Starts a ground and holds it until there is no more input, or a signal says to stop.
async fn hold(sites: &[&str]) -> Result<(), Failed> {
    let mut stop = Stop::listen()?;
    let ground = tokio::select! {
        ground = Ground::start(sites) => ground?,
        () = stop.comes() => return Ok(()),
    };
    let data = ground.folder().join("data");
    let says = format!(
        "ASSENT_KUBECONFIG={}\nASSENT_CLOUDS={}\nASSENT_DATA={}\n",
        ground.kubeconfig().display(),
        ground.clouds().display(),
        data.display(),
    );
    let mut out = io::stdout().lock();
    let said = out.write_all(says.as_bytes()).and_then(|()| out.flush());
    said.map_err(|e| Failed(format!("nobody reads where it is: {e}")))?;
    drop(out);
    stop.comes().await;
    Ok(())
}

/// What says to stop.
struct Stop {
    input: oneshot::Receiver<()>,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    fn listen() -> Result<Self, Failed> {
        let failed = |e| Failed(format!("signals cannot be heard: {e}"));
        let (tell, input) = oneshot::channel();
        // A thread of its own, for which nobody waits.
        thread::spawn(move || {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            let _ = tell.send(());
        });
        Ok(Self {
            input,
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }

    async fn comes(&mut self) {
        tokio::select! {
            _ = &mut self.input => {}
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
