//! The load: one thread goes round the connections, takes the answer of each and sends its next request.
//!
//! It costs two system calls a request. A latency ends when its answer is taken, so it is never too short.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use decider::mix;

use crate::served::Served;

const PEOPLE: u64 = 1_000_000;
const FIRST: u64 = 15_550_000_000;
const PLACE: &str = "RECIPIENT__";

/// What a load came to.
pub(crate) struct Load {
    pub(crate) answers: usize,
    /// Of them, those that were not `200`.
    pub(crate) refused: usize,
    pub(crate) span: Duration,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

struct Connection {
    stream: TcpStream,
    sent: Instant,
}

/// A request, and where in it the person is named.
struct Request {
    bytes: Vec<u8>,
    place: usize,
}

/// Loads the server for `span`: each connection has one request under way.
pub(crate) fn load(served: &Served, connections: usize, span: Duration) -> Load {
    let mut requests: Vec<_> = served.requests.iter().map(|text| Request::new(text)).collect();
    let mut draw = span.as_nanos() as u64;
    let count = requests.len() as u64;
    let mut next = || {
        draw = mix(draw);
        (draw % count, FIRST + (draw >> 32) % PEOPLE)
    };
    let mut ring: Vec<_> = (0..connections).map(|_| Connection::open(served)).collect();
    let mut buffer = vec![0; 16 << 10];
    let (mut times, mut refused) = (Vec::new(), 0);
    let begun = Instant::now();
    for connection in &mut ring {
        let (request, person) = next();
        connection.send(requests[request as usize].to(person));
    }
    while begun.elapsed() < span {
        for connection in &mut ring {
            refused += usize::from(!connection.take(&mut buffer));
            times.push(connection.sent.elapsed());
            let (request, person) = next();
            connection.send(requests[request as usize].to(person));
        }
    }
    let span = begun.elapsed();
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100];
    Load {
        answers: times.len(),
        refused,
        span,
        p50: at(50),
        p99: at(99),
    }
}

impl Request {
    fn new(text: &str) -> Request {
        let place = text.find(PLACE).expect("a request names a person");
        Request {
            bytes: text.as_bytes().to_vec(),
            place,
        }
    }

    fn to(&mut self, person: u64) -> &[u8] {
        let place = &mut self.bytes[self.place..self.place + PLACE.len()];
        write!(&mut &mut *place, "{person:011}").expect("eleven digits have room");
        &self.bytes
    }
}

impl Connection {
    fn open(served: &Served) -> Connection {
        let stream = TcpStream::connect(served.address).expect("the server takes connections");
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
        loop {
            let read = self.stream.read(&mut buffer[have..]).expect("the server answers");
            assert!(read > 0, "the server keeps the connection");
            have += read;
            if is_whole(&buffer[..have]) {
                return buffer.starts_with(b"HTTP/1.1 200");
            }
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|end| end == b"\r\n\r\n") else {
        return false;
    };
    let name = b"content-length: ";
    let length = answer[..head]
        .windows(name.len())
        .position(|at| at == name)
        .map(|at| {
            let digits = answer[at + name.len()..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit());
            digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
        });
    length.is_some_and(|length| answer.len() >= head + 4 + length)
}
