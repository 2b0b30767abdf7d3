//! The load, over HTTP/1.1 connections that are kept.
//!
//! Flat out, one thread goes round the connections, takes the answer of each and sends its next request: two system calls
//! a request. At a pace, a thread a connection sends at its times; a latency runs from the write to the whole answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Larger than any answer.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// What a load came to.
pub(crate) struct Load {
    pub(crate) answers: usize,
    /// Of them, those that were not `200`.
    pub(crate) refused: usize,
    pub(crate) span: Duration,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Load {
    fn of(mut times: Vec<Duration>, refused: usize, span: Duration) -> Load {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        Load {
            answers: times.len(),
            refused,
            span,
            p50: at(50),
            p99: at(99),
        }
    }

    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.span.as_secs_f64()
    }
}

struct Connection {
    stream: TcpStream,
    sent: Instant,
}

/// Loads a server for `span`: each connection has one request under way. `next` writes the next request.
pub(crate) fn flat_out(
    address: SocketAddr,
    connections: usize,
    span: Duration,
    mut next: impl FnMut(&mut Vec<u8>),
) -> Load {
    let mut ring: Vec<_> = (0..connections).map(|_| Connection::open(address)).collect();
    let (mut request, mut answer) = (Vec::new(), vec![0; ANSWER_BYTES_MAX]);
    let (mut times, mut refused) = (Vec::new(), 0);
    let begun = Instant::now();
    for connection in &mut ring {
        next(&mut request);
        connection.send(&request);
    }
    while begun.elapsed() < span {
        for connection in &mut ring {
            refused += usize::from(!connection.take(&mut answer));
            times.push(connection.sent.elapsed());
            next(&mut request);
            connection.send(&request);
        }
    }
    let span = begun.elapsed();
    Load::of(times, refused, span)
}

/// Sends `rate` requests a second in all, evenly.
pub(crate) fn paced<N: FnMut(&mut Vec<u8>) + Send>(
    address: SocketAddr,
    connections: usize,
    span: Duration,
    rate: f64,
    make: impl Fn(usize) -> N,
) -> Load {
    let every = Duration::from_secs_f64(connections as f64 / rate);
    let begun = Instant::now();
    let each = |nth: usize, mut next: N| {
        let mut connection = Connection::open(address);
        let (mut request, mut answer) = (Vec::new(), vec![0; 16 << 10]);
        let mut due = begun + every.mul_f64(nth as f64 / connections as f64);
        let (mut times, mut refused) = (Vec::new(), 0);
        while due < begun + span {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            next(&mut request);
            connection.send(&request);
            refused += usize::from(!connection.take(&mut answer));
            times.push(connection.sent.elapsed());
            due += every;
        }
        (times, refused)
    };
    let (times, refused) = std::thread::scope(|scope| {
        let each = &each;
        let threads = (0..connections).map(|nth| {
            let next = make(nth);
            scope.spawn(move || each(nth, next))
        });
        let threads: Vec<_> = threads.collect();
        let mut all = (Vec::new(), 0);
        for thread in threads {
            let (times, refused) = thread.join().expect("a connection lasts");
            all.0.extend(times);
            all.1 += refused;
        }
        all
    });
    Load::of(times, refused, begun.elapsed())
}

impl Connection {
    fn open(address: SocketAddr) -> Connection {
        let stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_nodelay(true).expect("a connection has options");
        Connection {
            stream,
            sent: Instant::now(),
        }
    }

    fn send(&mut self, request: &[u8]) {
        self.sent = Instant::now();
        self.stream.write_all(request).expect("the server reads");
    }

    /// Reads one answer; whether it was `200`.
    fn take(&mut self, buffer: &mut [u8]) -> bool {
        let mut have = 0;
        let mut whole = None;
        loop {
            let read = self.stream.read(&mut buffer[have..]).expect("the server answers");
            assert!(read > 0, "the server keeps the connection");
            have += read;
            whole = whole.or_else(|| length_of(&buffer[..have]));
            if whole.is_some_and(|whole| have >= whole) {
                return buffer.starts_with(b"HTTP/1.1 200");
            }
        }
    }
}

/// How long an answer is with its head, once that is there.
fn length_of(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&answer[..head]).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    Some(head + 4 + length.unwrap_or(0))
}
