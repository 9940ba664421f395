//! Runs the product while somebody works on it.

use std::{
    fs,
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, SystemTime},
};

use crate::{
    build,
    cluster::Ground,
    step::{Done, Failed, Steps, cannot_start},
};

/// What the product is built from.
const SOURCES: [&str; 6] = [
    "app",
    "server",
    "crates",
    "style",
    "migrations",
    "Cargo.toml",
];
/// How often to look for changes.
const LOOK: Duration = Duration::from_millis(500);

/// Builds everything and starts the demo, or what the flags say; with `--watch`, again after each change; with
/// `--cluster`, on a real control plane.
pub(crate) fn run(flags: &[String]) -> Done {
    let (ours, flags): (Vec<&str>, Vec<&str>) = flags
        .iter()
        .map(String::as_str)
        .partition(|flag| ["--watch", "--cluster"].contains(flag));
    let watch = ours.contains(&"--watch");
    let mut steps = Steps::default();
    build(&mut steps)?;
    let ground = match ours.contains(&"--cluster") {
        true => Some(Ground::start(&mut steps)?),
        false => None,
    };
    steps.print();
    let mut child = start(&flags, ground.as_ref())?;
    if !watch {
        let status = child.wait().map_err(|e| cannot_start("assent", &e))?;
        return if status.success() {
            Ok(())
        } else {
            Err(Failed("assent ended with an error".into()))
        };
    }
    let mut seen = latest();
    loop {
        thread::sleep(LOOK);
        let now = latest();
        if now == seen {
            continue;
        }
        seen = now;
        match build(&mut Steps::default()) {
            Err(Failed(says)) => {
                eprintln!("{says}; the last version that was built is still running")
            }
            Ok(()) => {
                // Fails only if it has ended already.
                let _ = child.kill();
                let _ = child.wait();
                child = start(&flags, ground.as_ref())?;
            }
        }
    }
}

fn build(steps: &mut Steps) -> Done {
    build::site(steps)?;
    build::server(steps)
}

/// Starts the server, on a control plane if there is one; without flags of its own as a demo.
fn start(flags: &[&str], ground: Option<&Ground>) -> Result<Child, Failed> {
    let mut serve = Command::new("target/debug/assent");
    serve.arg("serve").args(flags);
    match ground {
        Some(ground) => {
            serve.envs(ground.settings());
        }
        None if flags.is_empty() => {
            serve.arg("--demo");
        }
        None => {}
    }
    serve
        .spawn()
        .map_err(|e| cannot_start("target/debug/assent", &e))
}

/// When anything that the product is built from was last changed.
fn latest() -> Option<SystemTime> {
    SOURCES
        .iter()
        .filter_map(|source| latest_in(Path::new(source)))
        .max()
}

fn latest_in(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::metadata(path).and_then(|file| file.modified()).ok();
    };
    entries
        .flatten()
        .filter_map(|entry| latest_in(&entry.path()))
        .max()
}
