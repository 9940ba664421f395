//! One step after another, each with its name and its time.

use std::{
    fmt::Write as _,
    io,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Why a step failed, and what to do.
pub(crate) struct Failed(pub(crate) String);

/// What a step answers.
pub(crate) type Done = Result<(), Failed>;

/// The steps that were taken, with their times.
#[derive(Default)]
pub(crate) struct Steps {
    taken: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// Takes a step: says its name, runs it, keeps its time.
    pub(crate) fn take(&mut self, name: &'static str, step: impl FnOnce() -> Done) -> Done {
        eprintln!("\n── {name}");
        let began = Instant::now();
        let done = step();
        self.taken.push((name, began.elapsed()));
        done.map_err(|Failed(says)| Failed(format!("{name}: {says}")))
    }

    /// Prints the minutes of each step.
    pub(crate) fn print(&self) {
        if self.taken.is_empty() {
            return;
        }
        let mut table = String::from("\nminutes  step\n");
        let total: Duration = self.taken.iter().map(|(_, took)| *took).sum();
        for (name, took) in self.taken.iter().chain([&("all", total)]) {
            // Writing to a string does not fail.
            let _ = writeln!(table, "{:7.2}  {name}", took.as_secs_f64() / 60.0);
        }
        eprint!("{table}");
    }
}

/// Runs a program to its end, with its output shown.
pub(crate) fn run(program: &str, args: &[&str]) -> Done {
    run_in(".", program, args, &[])
}

/// Runs a program in a folder, with more environment.
pub(crate) fn run_in(folder: &str, program: &str, args: &[&str], more: &[(&str, &str)]) -> Done {
    let status = Command::new(program)
        .args(args)
        .current_dir(folder)
        .envs(more.iter().copied())
        .status()
        .map_err(|e| cannot_start(program, &e))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed(format!(
            "`{program} {}` ended with {status}",
            args.join(" ")
        )))
    }
}

/// Says whether a program is there.
pub(crate) fn has(program: &str, arg: &str) -> bool {
    Command::new(program)
        .arg(arg)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Reads what a program prints.
pub(crate) fn read(program: &str, args: &[&str]) -> Result<String, Failed> {
    let output = Command::new(program)
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| cannot_start(program, &e))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says that a program cannot be started, and what brings it.
pub(crate) fn cannot_start(program: &str, error: &io::Error) -> Failed {
    if error.kind() == io::ErrorKind::NotFound {
        Failed(format!(
            "`{program}` is not installed; install it and try again"
        ))
    } else {
        Failed(format!("`{program}` could not be started: {error}"))
    }
}
