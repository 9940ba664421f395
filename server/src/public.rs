//! Under which names the process is known.

use std::net::SocketAddr;

use axum::http::{Uri, uri::Authority};

use crate::Failed;

/// How people reach the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// The origin of our own pages, as a browser writes it.
    origins: Vec<String>,
    /// Host and port, as a browser writes them.
    hosts: Vec<String>,
    /// Whether all of it is https, so that cookies say so too.
    pub secure: bool,
    /// Whether a proxy stands in front that adds to X-Forwarded-For.
    pub behind_proxy: bool,
}

impl Public {
    /// Works out under which hosts and origins Assent is known. On loopback these are the three names of
    /// this machine; elsewhere it is the one address that was named, and that is https.
    pub fn new(listen: SocketAddr, tls: bool, url: Option<&str>) -> Result<Self, Failed> {
        if let Some(url) = url {
            let named = Self::named(url)?;
            if !listen.ip().is_loopback() && !named.secure {
                return Err(Failed(format!(
                    "--listen {listen} can be reached from other machines, so --public-url has to be https and \
                     not an address of this machine."
                )));
            }
            return Ok(named);
        }
        if !listen.ip().is_loopback() {
            return Err(Failed(format!(
                "--listen {listen} can be reached from other machines, so --public-url is needed: the https \
                 address under which people reach Assent."
            )));
        }
        let port = listen.port();
        let scheme = if tls { "https" } else { "http" };
        let hosts = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}"));
        Ok(Self {
            origins: hosts
                .iter()
                .map(|host| format!("{scheme}://{host}"))
                .collect(),
            hosts: hosts.into(),
            secure: false,
            behind_proxy: false,
        })
    }

    fn named(url: &str) -> Result<Self, Failed> {
        let wrong = |says: &str| Failed(format!("--public-url {url} {says}."));
        let uri: Uri = url.parse().map_err(|_| wrong("is no address"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("is no address of the form https://host"));
        };
        if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(wrong("may hold scheme, host and port only"));
        }
        let loopback = is_loopback(authority);
        match scheme {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(wrong("has to be https, except on loopback")),
        }
        let host = authority.as_str().to_ascii_lowercase();
        Ok(Self {
            origins: vec![format!("{scheme}://{host}")],
            secure: scheme == "https" && !loopback,
            hosts: vec![host],
            behind_proxy: false,
        })
    }

    /// Says whether a request names us as its host.
    pub fn is_host(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host))
    }

    /// Says whether a page of ours sent a request.
    pub fn is_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == origin)
    }

    /// Says whether it is known under an address of this machine only.
    pub fn is_local(&self) -> bool {
        self.hosts
            .iter()
            .all(|host| host.parse().is_ok_and(|authority| is_loopback(&authority)))
    }

    /// The address to print.
    pub fn origin(&self) -> &str {
        &self.origins[0]
    }

    /// The host to show.
    pub fn host(&self) -> &str {
        &self.hosts[0]
    }

    /// The name of the session's cookie. The prefix makes a browser refuse it over anything but https.
    pub fn cookie(&self) -> &'static str {
        if self.secure {
            "__Host-assent"
        } else {
            "assent"
        }
    }
}

/// Says whether a host is one of the three names of this machine.
pub(crate) fn is_loopback(authority: &Authority) -> bool {
    matches!(authority.host(), "127.0.0.1" | "localhost" | "[::1]")
}
