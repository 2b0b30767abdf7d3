//! TLS with a certificate authority of this sandbox's own, for clients whose host cannot be changed.
//!
//! Promises: the authority is made once and stays as long as its directory does, so that clients are told to trust it once;
//! the served certificate is issued anew at each start, for this machine and for the hosts of the real platform. The same
//! socket takes plain HTTP: the first byte of a connection says which it is.
//! Must not know: what is served.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use engine::Clock;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Names that the served certificate is for: this machine, and the hosts that clients of the platform have built in.
const NAMES: [&str; 5] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "graph.facebook.com",
    "lookaside.fbsbx.com",
];
/// The certificate that clients are to trust, and the key that only this sandbox needs.
const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca-key.pem";
/// The first byte of every TLS connection: a handshake record.
const HANDSHAKE: u8 = 0x16;
/// How long a client may take to say what it wants, and to shake hands.
const PATIENCE: Duration = Duration::from_secs(10);
/// Handshakes under way at once: each costs a millisecond of computing.
const HANDSHAKES_MAX: usize = 64;

/// Why TLS cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the authority cannot be read or written.
    #[error("the file {path} cannot be used")]
    File {
        /// Which one.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A certificate cannot be made, or the stored key is none.
    #[error("the certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be served.
    #[error("the certificate cannot be served")]
    Serve(#[from] rustls::Error),
}

/// What a server needs in order to speak TLS.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    authority: PathBuf,
}

impl Tls {
    /// Reads the authority in a directory, or makes it, and issues a certificate.
    pub fn of_dir(dir: &Path) -> Result<Tls, TlsError> {
        super::install_tls();
        let (key_file, authority) = (dir.join(KEY), dir.join(CERTIFICATE));
        let issuer = Issuer::new(authority_params()?, authority_key(dir, &key_file, &authority)?);
        let (params, key) = (served_params()?, KeyPair::generate()?);
        let certificate = params.signed_by(&key, &issuer)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let mut config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority,
        })
    }

    /// The file with the certificate that clients are to trust.
    pub fn authority(&self) -> &Path {
        &self.authority
    }
}

/// The key of the authority, with its certificate beside it. The key comes first: a certificate without its key would be
/// trusted for nothing.
fn authority_key(dir: &Path, key_file: &Path, authority: &Path) -> Result<KeyPair, TlsError> {
    let key = if key_file.exists() {
        let text = std::fs::read_to_string(key_file).map_err(|error| of_file(key_file, error))?;
        KeyPair::from_pem(&text)?
    } else {
        let key = KeyPair::generate()?;
        std::fs::create_dir_all(dir).map_err(|error| of_file(dir, error))?;
        write_private(key_file, &key.serialize_pem()).map_err(|error| of_file(key_file, error))?;
        key
    };
    if !authority.exists() {
        let certificate = authority_params()?.self_signed(&key)?;
        std::fs::write(authority, certificate.pem()).map_err(|error| of_file(authority, error))?;
    }
    Ok(key)
}

/// Readable by its owner only.
fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(file)?, text.as_bytes())
}

/// The same at each start: only the key is read back.
fn authority_params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = named("Goodstanding sandbox authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2046, 1, 1);
    Ok(params)
}

fn served_params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    params.distinguished_name = named("Goodstanding sandbox");
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Some clients take no certificate that lives longer than 398 days.
    let (before, after) = (day(-2), day(365));
    params.not_before = date_time_ymd(before.0, before.1, before.2);
    params.not_after = date_time_ymd(after.0, after.1, after.2);
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// Year, month and day, some days from today by the system's clock: certificates live in real time.
fn day(from_today: i64) -> (i32, u8, u8) {
    let now = i64::try_from(Clock::system().now().seconds()).unwrap_or(i64::MAX);
    let then = jiff::Timestamp::from_second(now + from_today * 86_400).unwrap_or_default();
    let date = then.to_zoned(jiff::tz::TimeZone::UTC).date();
    (
        date.year().into(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )
}

fn of_file(path: &Path, source: io::Error) -> TlsError {
    TlsError::File {
        path: path.display().to_string(),
        source,
    }
}

/// A connection of either kind.
pub(super) enum Door {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Gives out connections once it is known of which kind they are, and hands were shaken.
pub(super) struct Doors {
    opened: mpsc::Receiver<(Door, SocketAddr)>,
    address: SocketAddr,
}

impl Doors {
    pub(super) fn new(listener: TcpListener, tls: Tls) -> io::Result<Doors> {
        let address = listener.local_addr()?;
        // Whoever waits here waits for the server's loop, which takes connections at once.
        let (open, opened) = mpsc::channel(HANDSHAKES_MAX);
        tokio::spawn(attend(listener, tls, open));
        Ok(Doors { opened, address })
    }
}

/// Takes connections until nobody wants them any more.
async fn attend(mut listener: TcpListener, tls: Tls, open: mpsc::Sender<(Door, SocketAddr)>) {
    let turns = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        let (stream, address) = tokio::select! {
            () = open.closed() => return,
            taken = Listener::accept(&mut listener) => taken,
        };
        // The semaphore is never closed.
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else {
            return;
        };
        let (open, acceptor) = (open.clone(), tls.acceptor.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(PATIENCE, door(stream, &acceptor)).await {
                Ok(Ok(door)) => {
                    // Nobody listens any more when the server stops.
                    let _ = open.send((door, address)).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
                Err(_) => tracing::debug!("a client did not say what it wants"),
            }
            drop(turn);
        });
    }
}

async fn door(stream: TcpStream, acceptor: &TlsAcceptor) -> io::Result<Door> {
    stream.set_nodelay(true)?;
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first[0] != HANDSHAKE {
        return Ok(Door::Plain(stream));
    }
    Ok(Door::Tls(Box::new(acceptor.accept(stream).await?)))
}

impl Listener for Doors {
    type Io = Door;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Door, SocketAddr) {
        match self.opened.recv().await {
            Some(opened) => opened,
            // The task that attends ends only after this has.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Door {
    pub(super) fn is_tls(&self) -> bool {
        matches!(self, Door::Tls(_))
    }
}

impl AsyncRead for Door {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Door::Plain(stream) => Pin::new(stream).poll_read(cx, into),
            Door::Tls(stream) => Pin::new(stream).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Door {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Door::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Door::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Door::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Door::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Door::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Door::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
