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

/// Builds everything and starts the demo, or what the flags say; with `--watch`, again after each change.
pub(crate) fn run(flags: &[String]) -> Done {
    let watch = flags.iter().any(|flag| flag == "--watch");
    let flags: Vec<&str> = flags
        .iter()
        .map(String::as_str)
        .filter(|flag| *flag != "--watch")
        .collect();
    let mut steps = Steps::default();
    build(&mut steps)?;
    steps.print();
    let mut child = start(&flags)?;
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
                child = start(&flags)?;
            }
        }
    }
}

fn build(steps: &mut Steps) -> Done {
    build::site(steps)?;
    build::server(steps)
}

/// Starts the server; without flags of its own as a demo.
fn start(flags: &[&str]) -> Result<Child, Failed> {
    let mut serve = Command::new("target/debug/assent");
    serve.arg("serve").args(flags);
    if flags.is_empty() {
        serve.arg("--demo");
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
