//! The subscriber: takes webhooks, counts the statuses in them, answers `200`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A receiver on a thread a connection; it ends with the process.
pub(crate) struct Receiver {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    posts: AtomicUsize,
    statuses: AtomicUsize,
}

impl Receiver {
    pub(crate) fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let counts = Arc::new(Counts::default());
        let for_all = Arc::clone(&counts);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counts = Arc::clone(&for_all);
                std::thread::spawn(move || while_open(&stream, &counts));
            }
        });
        Receiver { address, counts }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    pub(crate) fn posts(&self) -> usize {
        self.counts.posts.load(Ordering::Relaxed)
    }

    pub(crate) fn statuses(&self) -> usize {
        self.counts.statuses.load(Ordering::Relaxed)
    }
}

/// Until the connection breaks or is closed.
fn while_open(stream: &TcpStream, counts: &Counts) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let name = b"\"recipient_id\"";
        let statuses = body.windows(name.len()).filter(|at| at == name).count();
        counts.statuses.fetch_add(statuses, Ordering::Relaxed);
        counts.posts.fetch_add(1, Ordering::Relaxed);
        let mut stream = stream;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .ok()?;
    }
}
