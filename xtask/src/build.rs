//! Builds the site and the binary.

use std::fs;

use crate::step::{Done, Failed, Steps, has, read, run};

const WASM: &str = "wasm32-unknown-unknown";

/// Builds the site, unoptimised, into `target/site`.
pub(crate) fn site(steps: &mut Steps) -> Done {
    steps.take("wasm target", wasm_target)?;
    steps.take("browser's half", || wasm("wasm-dev"))?;
    steps.take("site", || {
        let input = format!("target/{WASM}/wasm-dev/app.wasm");
        run(
            "cargo",
            &[
                "run",
                "-p",
                "xtask",
                "--features",
                "bundle",
                "--bin",
                "bundle",
                "--",
                &input,
            ],
        )
    })
}

/// Builds the binary for development and tests.
pub(crate) fn server(steps: &mut Steps) -> Done {
    steps.take("server", || run("cargo", &["build", "-p", "server"]))
}

/// Builds the one binary that holds everything.
pub(crate) fn dist(steps: &mut Steps) -> Done {
    steps.take("wasm target", wasm_target)?;
    steps.take("browser's half, released", || wasm("wasm-release"))?;
    let input = format!("target/{WASM}/wasm-release/app.wasm");
    steps.take("site, hashed and compressed", || {
        run(
            "cargo",
            &[
                "run",
                "--release",
                "-p",
                "xtask",
                "--features",
                "bundle",
                "--bin",
                "bundle",
                "--",
                &input,
                "--release",
            ],
        )
    })?;
    steps.take("binary", || {
        run("cargo", &["build", "-p", "server", "--release"])
    })?;
    let size = fs::metadata("target/release/assent").map_or(0, |file| file.len());
    println!("target/release/assent: {:.1} MB", size as f64 / 1e6);
    Ok(())
}

fn wasm(profile: &str) -> Done {
    run(
        "cargo",
        &[
            "build",
            "-p",
            "app",
            "--lib",
            "--target",
            WASM,
            "--profile",
            profile,
            "--no-default-features",
            "--features",
            "hydrate",
        ],
    )
}

/// Makes sure that Rust can build for the browser.
pub(crate) fn wasm_target() -> Done {
    let sysroot = read("rustc", &["--print", "sysroot"])?;
    let there = fs::exists(format!("{}/lib/rustlib/{WASM}", sysroot.trim())).unwrap_or(false);
    if there {
        return Ok(());
    }
    if !has("rustup", "--version") {
        return Err(Failed(format!(
            "Rust cannot build for {WASM}; install that target with rustup or your distribution's package"
        )));
    }
    run("rustup", &["target", "add", WASM])
}
