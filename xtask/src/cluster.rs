//! The real control plane: to test on, and to run the product on.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{
    step::{Done, Failed, Steps, cannot_start, has, run},
    tests,
};

/// The crate that builds and starts it.
pub(crate) const CRATE: &str = "end2end-cluster";

/// The program that holds it.
const GROUND: &str = "target/debug/ground";

/// The browser's tests that are for any ground.
const RIVER: &str = "specs/river.spec.js";

/// How many settings it says once it is ready: where the kubeconfig, the clouds and the data are.
const SAYS: usize = 3;

/// A control plane that runs for as long as this is held.
pub(crate) struct Ground {
    child: Child,
    settings: Vec<(String, String)>,
}

/// Builds the control plane and runs the tests that need it: what holds on it, then the browser's over it. Without Go
/// it does not, which in CI is a failure and elsewhere is for [`say_if_not_run`] to say.
pub(crate) fn test(steps: &mut Steps) -> Done {
    match why_not() {
        Some(why) if env::var_os("CI").is_some() => return Err(Failed(why.into())),
        Some(_) => return Ok(()),
        None => {}
    }
    steps.take("control plane", || {
        // With the features of the tests, so that nothing is compiled twice.
        run("cargo", &["test", "-p", CRATE, "--no-run"])?;
        run(GROUND, &["build"])
    })?;
    steps.take("cluster tests", || run("cargo", &["test", "-p", CRATE]))?;
    steps.take("browser on clusters", || {
        let ground = Ground::hold()?;
        let folder = ground.folder()?;
        tests::browser("node", &["--test", RIVER], &[("ASSENT_GROUND", &folder)])
    })
}

/// Says, where it cannot be overlooked, that the tests on the control plane were not run.
pub(crate) fn say_if_not_run() {
    if let Some(why) = why_not() {
        eprintln!("\nNOT RUN: the cluster tests. {why}");
    }
}

fn why_not() -> Option<&'static str> {
    (!has("go", "version"))
        .then_some("Go is missing, which builds the control plane; install Go 1.26 or later")
}

impl Ground {
    /// Builds and starts it.
    pub(crate) fn start(steps: &mut Steps) -> Result<Self, Failed> {
        steps.take("control plane", || {
            run("cargo", &["build", "-p", CRATE, "--bin", "ground"])?;
            run(GROUND, &["build"])
        })?;
        let ground = Self::hold()?;
        for (name, value) in ground.settings() {
            println!("{name}={value}");
        }
        Ok(ground)
    }

    /// Starts what is built.
    fn hold() -> Result<Self, Failed> {
        let mut child = Command::new(GROUND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| cannot_start(GROUND, &e))?;
        let says = child.stdout.take().map(BufReader::new);
        let lines = says
            .into_iter()
            .flat_map(BufRead::lines)
            .map_while(Result::ok);
        let settings: Vec<(String, String)> = lines
            .filter_map(|line| {
                let (name, value) = line.split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            })
            .take(SAYS)
            .collect();
        // It is held from here on, so that it is stopped in any case.
        let ground = Self { child, settings };
        if ground.settings.len() < SAYS {
            return Err(Failed("the control plane did not start".into()));
        }
        Ok(ground)
    }

    /// What the product is to be told of it, as environment.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&String, &String)> {
        self.settings.iter().map(|(name, value)| (name, value))
    }

    /// The folder that holds all it says.
    fn folder(&self) -> Result<String, Failed> {
        let mut settings = self.settings();
        let kubeconfig = settings.find(|(name, _)| *name == "ASSENT_KUBECONFIG");
        let folder = kubeconfig.and_then(|(_, file)| Path::new(file).parent());
        let folder =
            folder.ok_or_else(|| Failed("the control plane says of no kubeconfig".into()))?;
        Ok(folder.to_string_lossy().into_owned())
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // It stops at the end of its input, which waiting closes.
        let _ = self.child.wait();
    }
}
