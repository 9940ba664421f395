//! Checks and tests.

use std::{env, fs};

use crate::{
    build, cluster,
    step::{Done, Failed, Steps, has, run, run_in},
};

const BROWSER: &str = "end2end/browser";

/// Everything: format, lints, unit, store, server, browser and cluster tests.
pub(crate) fn test(steps: &mut Steps) -> Done {
    steps.take("packages", packages)?;
    check(steps)?;
    build::site(steps)?;
    build::server(steps)?;
    steps.take("browser tests", || browser("npm", &["test"], &[]))?;
    cluster::test(steps)
}

/// Runs a program over browser tests, with what they need to start the server and more environment.
pub(crate) fn browser(program: &str, args: &[&str], more: &[(&str, &str)]) -> Done {
    let assent = fs::canonicalize("target/debug/assent")
        .map_err(|e| Failed(format!("target/debug/assent: {e}")))?;
    let assent = assent.to_string_lossy();
    let env: Vec<(&str, &str)> = more.iter().copied().chain([("ASSENT", &*assent)]).collect();
    run_in(BROWSER, program, args, &env)
}

/// Format, lints and unit tests.
pub(crate) fn check(steps: &mut Steps) -> Done {
    steps.take("format", || run("cargo", &["fmt", "--all", "--check"]))?;
    steps.take("wasm target", build::wasm_target)?;
    steps.take("lints", || {
        run(
            "cargo",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        )
    })?;
    steps.take("lints for the browser", || {
        run(
            "cargo",
            &[
                "clippy",
                "-p",
                "app",
                "--lib",
                "--target",
                "wasm32-unknown-unknown",
                "--no-default-features",
                "--features",
                "hydrate",
                "--",
                "-D",
                "warnings",
            ],
        )
    })?;
    steps.take("tests", || {
        run(
            "cargo",
            &["test", "--workspace", "--exclude", cluster::CRATE],
        )
    })
}

/// Also each crate alone, and what cargo-deny has to say.
pub(crate) fn check_long(steps: &mut Steps) -> Done {
    check(steps)?;
    steps.take("each crate alone", || {
        let crates = fs::read_dir("crates").map_err(|e| Failed(format!("crates: {e}")))?;
        let mut names: Vec<String> = crates
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names.extend(["server".into(), cluster::CRATE.into(), "xtask".into()]);
        names
            .iter()
            .try_for_each(|name| run("cargo", &["check", "-p", name]))?;
        run("cargo", &["check", "-p", "app", "--features", "ssr"])
    })?;
    steps.take("dependencies", || {
        if !has("cargo-deny", "--version") {
            return Err(Failed(
                "cargo-deny is missing; `cargo install cargo-deny --locked` brings it".into(),
            ));
        }
        run("cargo", &["deny", "check", "bans", "licenses", "sources"])
    })
}

/// Brings what the browser tests need, where that can be had by itself.
fn packages() -> Done {
    if !has("npm", "--version") {
        return Err(Failed("npm is missing; install Node.js 20 or later".into()));
    }
    let chromium = env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    if !has(&chromium, "--version") {
        install_chromium(&chromium)?;
    }
    run_in(BROWSER, "npm", &["ci", "--no-audit", "--no-fund"], &[])
}

fn install_chromium(chromium: &str) -> Done {
    let is_root = crate::step::read("id", &["-u"]).is_ok_and(|id| id.trim() == "0");
    if !is_root || !has("apt-get", "--version") {
        return Err(Failed(format!(
            "{chromium} is missing; install Chromium, or name it in the variable CHROMIUM"
        )));
    }
    run("apt-get", &["update", "-qq"])?;
    run_in(
        ".",
        "apt-get",
        &[
            "install",
            "-y",
            "-qq",
            "chromium",
            "fonts-inter",
            "fonts-jetbrains-mono",
            "openssl",
        ],
        &[("DEBIAN_FRONTEND", "noninteractive")],
    )
}
