//! A program that runs for as long as somebody holds it.

use std::{
    fs::{self, File},
    future::Future,
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::Failed;

/// How long a program may take to become ready, on a machine that has other things to do.
const READY_WITHIN: Duration = Duration::from_secs(180);

/// How often to look whether something has happened that nobody tells.
const LOOKS_AGAIN: Duration = Duration::from_millis(50);

/// How much of a log is shown where something failed.
const LAST_LINES: usize = 20;

/// A running program; it ends when this is dropped, however that comes.
pub(crate) struct Running {
    /// Its name and place: `istiod on eu-west`.
    name: String,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts a program in a folder, with nothing of our environment, and keeps what it says there.
    pub(crate) fn start(
        name: String,
        program: &Path,
        args: impl IntoIterator<Item = String>,
        env: &[(&str, &str)],
        folder: &Path,
    ) -> Result<Self, Failed> {
        let failed = |error| Failed(format!("{name} could not be started: {error}"));
        let file = program.file_name().unwrap_or_default();
        let log = folder.join(file).with_extension("log");
        let out = File::create(&log).map_err(failed)?;
        let child = Command::new(program)
            .args(args)
            .env_clear()
            .envs(env.iter().copied())
            .current_dir(folder)
            // It ends when this pipe is closed, also where nobody could end it.
            .stdin(Stdio::piped())
            .stdout(out.try_clone().map_err(failed)?)
            .stderr(out)
            // What a terminal sends to us is not for it.
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        Ok(Self { name, child, log })
    }

    /// Waits until something has come of it, for as long as it runs and the time is not up.
    pub(crate) async fn until<T>(
        &mut self,
        happens: impl Future<Output = Result<T, Failed>>,
    ) -> Result<T, Failed> {
        let waited = timeout(READY_WITHIN, async {
            tokio::select! {
                done = happens => done.map_err(|Failed(says)| says),
                status = ended(&mut self.child) => Err(format!("it ended with {status}")),
            }
        });
        let seconds = READY_WITHIN.as_secs();
        let late = || Err(format!("it is not ready after {seconds} s"));
        let done = waited.await.unwrap_or_else(|_| late());
        done.map_err(|says| Failed(format!("{}: {says}\n{}", self.name, self.last_lines())))
    }

    /// The end of its log, with its name.
    pub(crate) fn last_lines(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.len().saturating_sub(LAST_LINES);
        format!("── {}, at last\n{}", self.name, lines[last..].join("\n"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn ended(child: &mut Child) -> ExitStatus {
    let mut again = interval(LOOKS_AGAIN);
    loop {
        again.tick().await;
        if let Ok(Some(status)) = child.try_wait() {
            return status;
        }
    }
}

/// Waits until a look finds what it looks for.
pub(crate) async fn found(mut look: impl AsyncFnMut() -> bool) {
    let mut again = interval(LOOKS_AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        again.tick().await;
        if look().await {
            return;
        }
    }
}

/// Ports of this machine that are free, all different.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N], Failed> {
    let failed = |error| Failed(format!("no port is free: {error}"));
    // All are held until each has another.
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        *port = listener.local_addr().map_err(failed)?.port();
        held.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tempfile::TempDir;

    use super::*;

    /// Starts a shell with this script.
    fn start(script: &str) -> (Running, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let args = ["-c".to_owned(), script.to_owned()];
        let shell = Path::new("/bin/sh");
        let running = Running::start("a shell".into(), shell, args, &[], folder.path());
        (running.unwrap(), folder)
    }

    #[tokio::test]
    async fn a_program_that_ends_too_early_is_told_with_what_it_said_last() {
        let (mut running, _folder) = start("echo begun; echo broken >&2; exit 3");
        let failed = running
            .until(pending::<Result<(), Failed>>())
            .await
            .unwrap_err();
        let says = "a shell: it ended with exit status: 3\n── a shell, at last\nbegun\nbroken";
        assert_eq!(failed.to_string(), says);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_program_ends_when_nobody_holds_it() {
        let (running, _folder) = start("exec sleep 1000");
        let process = PathBuf::from(format!("/proc/{}", running.child.id()));
        assert!(process.exists());
        drop(running);
        assert!(!process.exists());
    }

    #[test]
    fn free_ports_are_different() {
        let [one, other] = free_ports().unwrap();
        assert_ne!(one, other);
    }
}
