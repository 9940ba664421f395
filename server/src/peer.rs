//! The two ways to listen: plain and over TLS. Both say who is at the other end.

use std::{fs::File, io, io::BufReader, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::{TlsAcceptor, rustls, server::TlsStream};

use crate::Failed;

/// The address of the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Hands out connections once their handshake is done. A slow or hostile handshake holds up nobody else.
pub(crate) struct TlsListener {
    address: SocketAddr,
    done: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// So many handshakes go on at once.
const SHAKING: usize = 256;
/// So many connections may wait to be handed out.
const WAITING: usize = 64;

impl TlsListener {
    /// Reads certificate and key and begins to accept.
    pub(crate) fn new(listener: TcpListener, cert: &Path, key: &Path) -> Result<Self, Failed> {
        let address = listener
            .local_addr()
            .map_err(|e| Failed(format!("the listening address could not be read: {e}")))?;
        let acceptor = TlsAcceptor::from(Arc::new(config(cert, key)?));
        let (handed, done) = mpsc::channel(WAITING);
        tokio::spawn(accept(listener, acceptor, handed));
        Ok(Self { address, done })
    }
}

async fn accept(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    handed: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let shaking = Arc::new(Semaphore::new(SHAKING));
    while !handed.is_closed() {
        let Ok(place) = shaking.clone().acquire_owned().await else {
            return;
        };
        let (stream, address) = Listener::accept(&mut listener).await;
        let (acceptor, handed) = (acceptor.clone(), handed.clone());
        tokio::spawn(async move {
            let _place = place;
            // Strangers fail handshakes all day; there is nothing to do about it.
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                let _ = handed.send((stream, address)).await;
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.done.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

fn config(cert: &Path, key: &Path) -> Result<rustls::ServerConfig, Failed> {
    let failed =
        |path: &Path, error: &dyn std::fmt::Display| Failed(format!("{}: {error}", path.display()));
    let chain = rustls_pemfile::certs(&mut open(cert)?)
        .collect::<io::Result<Vec<_>>>()
        .map_err(|e| failed(cert, &e))?;
    let private = rustls_pemfile::private_key(&mut open(key)?)
        .map_err(|e| failed(key, &e))?
        .ok_or_else(|| failed(key, &"there is no private key in this file"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(chain, private)
        })
        .map_err(|e| failed(cert, &e))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn open(path: &Path) -> Result<BufReader<File>, Failed> {
    let file = File::open(path).map_err(|e| Failed(format!("{}: {e}", path.display())))?;
    Ok(BufReader::new(file))
}
