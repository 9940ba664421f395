//! The protocol that Istio takes a port for.

use serde::{Deserialize, Serialize};

use crate::Transport;

/// What is spoken on a port, as far as Istio knows beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// Opaque bytes.
    Tcp,
    /// Datagrams, which a mesh does not touch.
    Udp,
    /// gRPC.
    Grpc,
    /// gRPC for browsers.
    GrpcWeb,
    /// HTTP/1.1.
    Http,
    /// HTTP to a proxy.
    HttpProxy,
    /// HTTP/2.
    Http2,
    /// HTTP inside of the application's own TLS.
    Https,
    /// The application's own TLS.
    Tls,
    /// MongoDB.
    Mongo,
    /// Redis.
    Redis,
    /// MySQL.
    Mysql,
    /// Found out from the first bytes at run time.
    Sniffed,
}

/// Ports whose server speaks first, so that looking at first bytes would wait in vain.
const SERVER_FIRST: [u16; 4] = [25, 53, 3306, 27017];

impl Protocol {
    /// Takes the rules in Istio's order: transport, `appProtocol`, the name up to its first dash.
    pub fn of(port: u16, name: &str, app_protocol: Option<&str>, transport: Transport) -> Self {
        if transport == Transport::Udp {
            return Self::Udp;
        }
        let word = app_protocol.unwrap_or(name).to_ascii_lowercase();
        let kubernetes = match app_protocol {
            Some("kubernetes.io/h2c") => Some(Self::Http2),
            Some("kubernetes.io/ws") => Some(Self::Http),
            Some("kubernetes.io/wss") => Some(Self::Https),
            _ => None,
        };
        let named = kubernetes.or_else(|| {
            if word.starts_with("grpc-web") {
                return Some(Self::GrpcWeb);
            }
            Self::named(word.split('-').next().unwrap_or_default())
        });
        match named {
            Some(protocol) => protocol,
            None if SERVER_FIRST.contains(&port) => Self::Tcp,
            None => Self::Sniffed,
        }
    }

    /// The name as people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Grpc => "gRPC",
            Self::GrpcWeb => "gRPC-Web",
            Self::Http => "HTTP",
            Self::HttpProxy => "HTTP proxy",
            Self::Http2 => "HTTP/2",
            Self::Https => "HTTPS",
            Self::Tls => "TLS",
            Self::Mongo => "MongoDB",
            Self::Redis => "Redis",
            Self::Mysql => "MySQL",
            Self::Sniffed => "found out at run time",
        }
    }

    /// Whether Istio reads HTTP on the port: always, never, or (none) as the first bytes tell.
    pub fn reads_http(self) -> Option<bool> {
        match self {
            Self::Grpc | Self::GrpcWeb | Self::Http | Self::HttpProxy | Self::Http2 => Some(true),
            Self::Tcp | Self::Udp | Self::Mongo | Self::Redis | Self::Mysql => Some(false),
            // What is inside of the application's own TLS cannot be read.
            Self::Https | Self::Tls => Some(false),
            Self::Sniffed => None,
        }
    }

    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "tcp" => Self::Tcp,
            "udp" => Self::Udp,
            "grpc" => Self::Grpc,
            "http" => Self::Http,
            "http_proxy" => Self::HttpProxy,
            "http2" => Self::Http2,
            "https" => Self::Https,
            "tls" => Self::Tls,
            "mongo" => Self::Mongo,
            "redis" => Self::Redis,
            "mysql" => Self::Mysql,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_of_a_port_follows_istios_order() {
        use Protocol::*;
        let table = [
            (80, "http", None, Http),
            (80, "http-web", None, Http),
            (80, "HTTP2-web", None, Http2),
            (80, "httpx", None, Sniffed),
            (80, "", None, Sniffed),
            (80, "grpc-web", None, GrpcWeb),
            (80, "grpc-web-ui", None, GrpcWeb),
            (80, "grpc-api", None, Grpc),
            (80, "tcp-redis", None, Tcp),
            (80, "redis", None, Redis),
            (80, "tcp", Some("http"), Http),
            (80, "http", Some("kubernetes.io/h2c"), Http2),
            (80, "tcp", Some("kubernetes.io/ws"), Http),
            (80, "tcp", Some("kubernetes.io/wss"), Https),
            (80, "http", Some("example.com/own"), Sniffed),
            (3306, "", None, Tcp),
            (3306, "mysql", None, Mysql),
            (27017, "db", None, Tcp),
        ];
        for (port, name, app_protocol, protocol) in table {
            let found = Protocol::of(port, name, app_protocol, Transport::Tcp);
            assert_eq!(found, protocol, "{port} {name:?} {app_protocol:?}");
        }
        let found = Protocol::of(53, "tcp", Some("http"), Transport::Udp);
        assert_eq!(found, Udp);
    }

    #[test]
    fn istio_reads_http_where_it_is_named_and_never_inside_of_the_applications_tls() {
        use Protocol::*;
        let reads = |protocols: &[Protocol], expected| {
            protocols
                .iter()
                .all(|protocol| protocol.reads_http() == expected)
        };
        assert!(reads(&[Http, HttpProxy, Http2, Grpc, GrpcWeb], Some(true)));
        let others = [Tcp, Udp, Https, Tls, Mongo, Redis, Mysql];
        assert!(reads(&others, Some(false)));
        assert!(reads(&[Sniffed], None));
    }
}
