//! Every setting: as a flag, as an environment variable, and in a TOML file.
//!
//! A flag wins over the environment, the environment over the file, the file over the default.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};
use serde::Deserialize;

use crate::{Failed, Public};

/// Intents, reviewed and applied to every cluster that runs Istio.
#[derive(Debug, Parser)]
#[command(name = "assent", version, about)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What Assent does from the command line.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves the dashboard.
    Serve(Asked),
}

/// The settings of `serve`, as they were asked for.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Asked {
    /// Reads settings from this TOML file; its keys are the names of these flags without the dashes in front.
    #[arg(long, env = "ASSENT_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Offers one ready account per role, by one click and without password; only on a loopback address.
    #[arg(long, env = "ASSENT_DEMO", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub demo: Option<bool>,
    /// Listens on this address [default: 127.0.0.1:3000].
    #[arg(long, env = "ASSENT_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Keeps the database in this folder [default: data].
    #[arg(long, env = "ASSENT_DATA", value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// The address under which people reach Assent; needed beyond loopback, and then https [default: that of --listen].
    #[arg(long, env = "ASSENT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A proxy stands in front that adds the client's address to X-Forwarded-For; its last entry is believed.
    #[arg(long, env = "ASSENT_BEHIND_PROXY", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub behind_proxy: Option<bool>,
    /// Speaks TLS with this certificate chain (PEM).
    #[arg(long, env = "ASSENT_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key that belongs to the certificate (PEM).
    #[arg(long, env = "ASSENT_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// The logical clouds: a TOML file, see clouds.example.toml; goes with --kubeconfig.
    #[arg(long, env = "ASSENT_CLOUDS", value_name = "FILE")]
    pub clouds: Option<PathBuf>,
    /// How to reach the clusters of --clouds: a kubeconfig, read as kubectl reads it.
    #[arg(long, env = "ASSENT_KUBECONFIG", value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Shows everything and writes nothing: no drafts, no votes. Signing in and one's own settings stay.
    #[arg(long, env = "ASSENT_READ_ONLY", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub read_only: Option<bool>,
    /// Which log lines are written, as a filter of the form `level` or `crate=level,…` [default: info].
    #[arg(long, env = "ASSENT_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How log lines are written: `text` or `json` [default: text].
    #[arg(long, env = "ASSENT_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<String>,
}

/// The settings of `serve`, whole and checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether ready accounts are offered.
    pub demo: bool,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the database is.
    pub data: PathBuf,
    /// How people reach Assent.
    pub public: Public,
    /// Certificate chain and private key, as files.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The file of logical clouds, and the kubeconfig that reaches them.
    pub clouds: Option<(PathBuf, PathBuf)>,
    /// Whether nothing is written.
    pub read_only: bool,
    /// Which log lines are written.
    pub log: String,
    /// Whether log lines are written as JSON.
    pub json: bool,
}

impl Settings {
    /// Completes what was asked for by the file and the defaults, and checks that it fits together.
    pub fn read(asked: Asked) -> Result<Self, Failed> {
        let file = match &asked.config {
            Some(path) => from_file(path)?,
            None => Asked::default(),
        };
        let listen = asked
            .listen
            .or(file.listen)
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)));
        let tls = match (
            asked.tls_cert.or(file.tls_cert),
            asked.tls_key.or(file.tls_key),
        ) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err(wrong("--tls-cert", "needs --tls-key beside it")),
            (None, Some(_)) => return Err(wrong("--tls-key", "needs --tls-cert beside it")),
        };
        let demo = asked.demo.or(file.demo).unwrap_or(false);
        let clouds = match (
            asked.clouds.or(file.clouds),
            asked.kubeconfig.or(file.kubeconfig),
        ) {
            (Some(_), _) if demo => {
                return Err(wrong(
                    "--clouds",
                    "does not go with --demo, which brings a cloud of its own",
                ));
            }
            (Some(clouds), Some(kubeconfig)) => Some((clouds, kubeconfig)),
            (None, None) => None,
            (Some(_), None) => return Err(wrong("--clouds", "needs --kubeconfig beside it")),
            (None, Some(_)) => return Err(wrong("--kubeconfig", "needs --clouds beside it")),
        };
        if demo && !listen.ip().is_loopback() {
            let says = format!(
                "lets everyone in without a password, so it listens on loopback only, not on {listen}. \
                 Leave one of them out"
            );
            return Err(wrong("--demo", &says));
        }
        let public_url = asked.public_url.or(file.public_url);
        let behind_proxy = asked.behind_proxy.or(file.behind_proxy).unwrap_or(false);
        let mut public = Public::new(listen, tls.is_some(), public_url.as_deref())?;
        public.behind_proxy = behind_proxy;
        if demo && (behind_proxy || !public.is_local()) {
            let says = "lets everyone in without a password, so nobody else may reach it: not by --public-url, \
                        and not through a proxy";
            return Err(wrong("--demo", says));
        }
        let json = match asked.log_format.or(file.log_format).as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => {
                return Err(wrong(
                    "--log-format",
                    &format!("is text or json, not “{other}”"),
                ));
            }
        };
        Ok(Self {
            demo,
            listen,
            data: asked
                .data
                .or(file.data)
                .unwrap_or_else(|| if demo { "data-demo" } else { "data" }.into()),
            public,
            tls,
            clouds,
            read_only: asked.read_only.or(file.read_only).unwrap_or(false),
            log: asked.log.or(file.log).unwrap_or_else(|| "info".into()),
            json,
        })
    }
}

fn from_file(path: &Path) -> Result<Asked, Failed> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failed(format!("--config {}: {e}", path.display())))?;
    toml::from_str(&text).map_err(|e| Failed(format!("--config {}: {e}", path.display())))
}

fn wrong(setting: &str, says: &str) -> Failed {
    Failed(format!("{setting} {says}."))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(asked: Asked) -> Result<Settings, String> {
        Settings::read(asked).map_err(|failed| failed.to_string())
    }

    #[test]
    fn without_settings_it_listens_on_loopback_and_is_no_demo() {
        let settings = read(Asked::default()).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
        assert!(!settings.demo);
        assert!(!settings.public.secure);
    }

    #[test]
    fn a_demo_keeps_its_data_apart() {
        for (demo, data) in [(false, "data"), (true, "data-demo")] {
            let settings = read(Asked {
                demo: Some(demo),
                ..Asked::default()
            });
            assert_eq!(settings.unwrap().data, PathBuf::from(data));
        }
    }

    #[test]
    fn a_demo_is_never_open_to_other_machines() {
        let refused = read(Asked {
            demo: Some(true),
            listen: Some("0.0.0.0:3000".parse().unwrap()),
            public_url: Some("https://assent.example".into()),
            ..Asked::default()
        });
        assert!(refused.unwrap_err().starts_with("--demo lets everyone in"));
    }

    #[test]
    fn beyond_loopback_an_https_address_is_needed() {
        let listen = Some("0.0.0.0:3000".parse().unwrap());
        for public_url in [None, Some("http://assent.example".to_owned())] {
            assert!(
                read(Asked {
                    listen,
                    public_url,
                    ..Asked::default()
                })
                .is_err()
            );
        }
        let public_url = Some("https://assent.example".to_owned());
        let settings = read(Asked {
            listen,
            public_url,
            ..Asked::default()
        })
        .unwrap();
        assert!(settings.public.secure);
    }

    #[test]
    fn a_demo_stands_behind_no_public_address() {
        for (public_url, behind_proxy) in [
            (Some("https://assent.example".to_owned()), None),
            (None, Some(true)),
        ] {
            let demo = Some(true);
            let refused = read(Asked {
                demo,
                public_url,
                behind_proxy,
                ..Asked::default()
            });
            assert!(refused.unwrap_err().starts_with("--demo lets everyone in"));
        }
        let public_url = Some("http://localhost:3000".to_owned());
        assert!(
            read(Asked {
                demo: Some(true),
                public_url,
                ..Asked::default()
            })
            .is_ok()
        );
    }

    #[test]
    fn cleartext_leaves_this_machine_under_no_name() {
        let listen = Some("0.0.0.0:3000".parse().unwrap());
        for url in [
            "http://localhost:3000",
            "https://localhost:3000",
            "http://127.0.0.1:3000",
        ] {
            let public_url = Some(url.to_owned());
            assert!(
                read(Asked {
                    listen,
                    public_url,
                    ..Asked::default()
                })
                .is_err(),
                "{url}"
            );
        }
    }

    #[test]
    fn a_certificate_needs_its_key() {
        let refused = read(Asked {
            tls_cert: Some("a".into()),
            ..Asked::default()
        });
        assert_eq!(
            refused.unwrap_err(),
            "--tls-cert needs --tls-key beside it."
        );
    }

    #[test]
    fn a_flag_wins_over_the_file_and_a_wrong_key_is_named() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "listen = \"127.0.0.1:4000\"\ndata = \"there\"").unwrap();
        let settings = read(Asked {
            config: Some(file.path().into()),
            data: Some("here".into()),
            ..Asked::default()
        })
        .unwrap();
        assert_eq!(settings.listen.port(), 4000);
        assert_eq!(settings.data, PathBuf::from("here"));

        writeln!(file, "lisen = 1").unwrap();
        let refused = read(Asked {
            config: Some(file.path().into()),
            ..Asked::default()
        });
        assert!(refused.unwrap_err().contains("lisen"));
    }
}
