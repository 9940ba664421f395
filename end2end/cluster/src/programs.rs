//! Builds the programs from their Go modules, each version once.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::Failed;

/// The sources of the programs.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/programs");

/// Where they are kept once they are built.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/cluster");

/// The programs a ground is made of, and what belongs to them.
#[derive(Clone, Debug)]
pub struct Programs {
    pub(crate) etcd: PathBuf,
    pub(crate) api_server: PathBuf,
    pub(crate) istiod: PathBuf,
    /// The definitions of Istio's kinds, in YAML.
    pub(crate) definitions: PathBuf,
    /// The version of Istio, as its images are tagged.
    pub(crate) istio: String,
}

/// One program to build.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Etcd,
    ApiServer,
    Istiod,
}

impl Programs {
    /// Builds what is not built yet; takes minutes the first time, and Go.
    pub fn build() -> Result<Self, Failed> {
        let built = Path::new(BUILT);
        fs::create_dir_all(built).map_err(|e| failed(built, &e))?;
        // Two processes at once would build everything twice.
        let lock = built.join("lock");
        let lock = File::create(&lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|e| failed(&lock, &e))?;
        let (etcd, _) = Program::Etcd.built()?;
        let (api_server, _) = Program::ApiServer.built()?;
        let (istiod, version) = Program::Istiod.built()?;
        drop(lock);
        Ok(Self {
            etcd: etcd.join("etcd"),
            api_server: api_server.join("kube-apiserver"),
            definitions: istiod.join(DEFINITIONS),
            istio: tag(&istiod, &version)?,
            istiod: istiod.join("istiod"),
        })
    }
}

/// The files that are kept beside istiod, by the names they have in its module.
const DEFINITIONS: &str = "crd-all.gen.yaml";
const VERSION: &str = "VERSION";

impl Program {
    fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::Istiod => "istiod",
        }
    }

    /// The module that brings it.
    fn module(self) -> &'static str {
        match self {
            Self::Etcd => "go.etcd.io/etcd/server/v3",
            Self::ApiServer => "k8s.io/kubernetes",
            Self::Istiod => "istio.io/istio",
        }
    }

    /// What the linker is told: no symbols, and what the program is to call its version.
    fn link_flags(self, version: &str) -> String {
        match self {
            Self::Etcd | Self::Istiod => "-s -w".into(),
            Self::ApiServer => {
                let says = "-X k8s.io/component-base/version";
                let mut numbers = version.trim_start_matches('v').split('.');
                let mut number = || numbers.next().unwrap_or_default().to_owned();
                let (major, minor) = (number(), number());
                format!(
                    "-s -w {says}.gitVersion={version} {says}.gitMajor={major} {says}.gitMinor={minor}"
                )
            }
        }
    }

    /// The folder that holds it, and the version of its module.
    fn built(self) -> Result<(PathBuf, String), Failed> {
        let name = self.name();
        let sources = Path::new(SOURCES).join(name);
        let mut digest = DefaultHasher::new();
        let mut required = String::new();
        for file in ["main.go", "go.sum", "go.mod"] {
            let file = sources.join(file);
            required = fs::read_to_string(&file).map_err(|e| failed(&file, &e))?;
            required.hash(&mut digest);
        }
        let version = required_version(&required, self.module()).ok_or_else(|| {
            Failed(format!(
                "{}/go.mod does not require {}",
                sources.display(),
                self.module()
            ))
        })?;
        let flags = self.link_flags(version);
        flags.hash(&mut digest);
        let built = format!("{name}-{version}-{:016x}", digest.finish());
        let built = Path::new(BUILT).join(built);
        if !built.exists() {
            eprintln!("Building {name} {version}, which takes minutes and is done once.");
            let began = Instant::now();
            self.build(&sources, &flags, &built)?;
            eprintln!("Built {name} in {} s.", began.elapsed().as_secs());
        }
        Ok((built, version.to_owned()))
    }

    /// Builds it beside where it is to be, so that what is there is whole.
    fn build(self, sources: &Path, flags: &str, built: &Path) -> Result<(), Failed> {
        let mut half = built.to_owned().into_os_string();
        half.push(".half");
        let half = PathBuf::from(half);
        // Fails where none was left behind.
        let _ = fs::remove_dir_all(&half);
        fs::create_dir(&half).map_err(|e| failed(&half, &e))?;
        let program = half.join(self.name());
        let flags = format!("-ldflags={flags}");
        let to = format!("-o={}", program.display());
        go(sources, &["build", "-buildvcs=false", &flags, &to, "."])?;
        if self == Self::Istiod {
            let module = go(sources, &["list", "-m", "-f={{.Dir}}", self.module()])?;
            let module = Path::new(module.trim());
            let charts = module.join("manifests/charts/base/files");
            for (from, file) in [(charts.as_path(), DEFINITIONS), (module, VERSION)] {
                let from = from.join(file);
                fs::copy(&from, half.join(file)).map_err(|e| failed(&from, &e))?;
            }
        }
        fs::rename(&half, built).map_err(|e| failed(built, &e))
    }
}

/// Runs Go in a folder and returns what it prints.
fn go(folder: &Path, args: &[&str]) -> Result<String, Failed> {
    let output = Command::new("go")
        .args(args)
        .current_dir(folder)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failed(
                "Go is missing, which builds the control plane: install Go 1.26 or later".into(),
            ),
            _ => Failed(format!("go could not be started: {error}")),
        })?;
    if !output.status.success() {
        let args = args.join(" ");
        return Err(Failed(format!(
            "`go {args}` in {} failed",
            folder.display()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The version in which a go.mod requires a module.
fn required_version<'a>(go_mod: &'a str, module: &str) -> Option<&'a str> {
    go_mod.lines().find_map(|line| {
        let mut words = line
            .trim()
            .trim_start_matches("require ")
            .split_whitespace();
        (words.next()? == module).then(|| words.next())?
    })
}

/// How Istio would tag its images of this version: `1.31-alpha.eed52ebb66ad`.
fn tag(istiod: &Path, version: &str) -> Result<String, Failed> {
    let file = istiod.join(VERSION);
    let says = fs::read_to_string(&file).map_err(|e| failed(&file, &e))?;
    let commit = version.rsplit('-').next().unwrap_or_default();
    Ok(format!("{}-alpha.{commit}", says.trim()))
}

fn failed(path: &Path, error: &io::Error) -> Failed {
    Failed(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_one_that_is_required() {
        let go_mod = "module a\n\nrequire b.io/c v1.0.0\n\nrequire (\n\tb.io/d v2.0.0\n\tb.io/d/e v3.0.0 // indirect\n)\n";
        assert_eq!(required_version(go_mod, "b.io/c"), Some("v1.0.0"));
        assert_eq!(required_version(go_mod, "b.io/d"), Some("v2.0.0"));
        assert_eq!(required_version(go_mod, "b.io"), None);
    }

    #[test]
    fn the_api_server_says_the_version_it_is() {
        let flags = Program::ApiServer.link_flags("v1.36.3");
        assert!(flags.contains(".gitVersion=v1.36.3 "), "{flags}");
        assert!(flags.contains(".gitMajor=1 "), "{flags}");
        assert!(flags.ends_with(".gitMinor=36"), "{flags}");
    }
}
