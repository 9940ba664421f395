//! Assent, from the command line.

use std::process::ExitCode;

use clap::Parser;
use server::{Command, Settings, serve};

fn main() -> ExitCode {
    let Command::Serve(asked) = server::Config::parse().command;
    let done = Settings::read(asked).and_then(|settings| {
        tokio::runtime::Runtime::new()
            .map_err(|e| server::Failed(format!("the runtime could not start: {e}")))?
            .block_on(serve(settings))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("assent: {failed}");
            ExitCode::FAILURE
        }
    }
}
