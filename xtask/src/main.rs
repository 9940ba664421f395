//! Builds, runs and tests the product: `cargo xtask run | test | check | dist | site`.

mod build;
mod cluster;
mod step;
mod tests;
mod watch;

use std::{env, process::ExitCode};

use step::{Failed, Steps};

const HELP: &str = "\
cargo xtask COMMAND

  run [--watch] [FLAGS]  builds everything and starts the demo; FLAGS go to `assent serve`
      [--cluster]        on a real control plane instead, whose data go when it stops; needs Go
  test                   format, lints, unit, store, server, browser and cluster tests
  check [--long]         format, lints, unit tests; --long: each crate alone, cargo-deny
  dist                   one self-contained release binary: target/release/assent
  site                   only the site, unoptimised: target/site";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let mut steps = Steps::default();
    let done = match (command, rest) {
        ("run", flags) => watch::run(flags),
        ("test", []) => tests::test(&mut steps),
        ("check", []) => tests::check(&mut steps),
        ("check", [long]) if long == "--long" => tests::check_long(&mut steps),
        ("dist", []) => build::dist(&mut steps),
        ("site", []) => build::site(&mut steps),
        _ => {
            println!("{HELP}");
            return if command == "help" {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            };
        }
    };
    steps.print();
    if command == "test" {
        cluster::say_if_not_run();
    }
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(says)) => {
            eprintln!("\nxtask: {says}");
            ExitCode::FAILURE
        }
    }
}
