//! Calls of `/v1/admissions` to a gateway in a process of its own.

use std::time::Duration;

use decider::mix;

use super::child::Served;
use super::load::flat_out;
use super::seat::{FIRST, NUMBERS, PEOPLE, number};

/// Both cores: server and load share them.
const ALL: &[usize] = &[0, 1];
/// The digits of a number's id in a call, and how many of them differ between numbers.
const DIGITS: usize = 15;
const OWN_DIGITS: usize = 4;

/// A gateway, and the platform behind it.
pub(crate) struct Ours {
    gateway: Served,
    _behind: Served,
    pub(crate) token: String,
}

/// What a load came to.
pub(crate) struct Decided {
    pub(crate) rate: f64,
    pub(crate) p50: Duration,
    /// Processor time of the gateway, in microseconds a decision.
    pub(crate) cpu_us: f64,
}

impl Ours {
    pub(crate) fn start(kept: &str, edition: &str) -> Ours {
        let behind = Served::again(ALL, &["upstream"]);
        let gateway = Served::again(ALL, &["gateway", &behind.address.to_string(), kept, edition]);
        let token = gateway.said.first().cloned().expect("it says its token");
        Ours {
            gateway,
            _behind: behind,
            token,
        }
    }

    pub(crate) fn decide(&self, connections: usize, span: Duration, batches: &mut Batches) -> Decided {
        let before = self.gateway.cpu();
        let load = flat_out(self.gateway.address, connections, span, |request| {
            batches.next(request)
        });
        let cpu = self.gateway.cpu() - before;
        assert_eq!(load.refused, 0, "a call was refused");
        let each = batches.each as f64;
        Decided {
            rate: load.rate() * each,
            p50: load.p50,
            cpu_us: cpu.as_secs_f64() * 1e6 / (load.answers as f64 * each),
        }
    }
}

/// Calls made beforehand, so that making them costs the server's machine nothing: some numbers to some people. Each time a
/// call goes, it is from other numbers.
pub(crate) struct Batches {
    calls: Vec<(Vec<u8>, Vec<usize>)>,
    each: usize,
    draw: u64,
}

impl Batches {
    pub(crate) fn new(token: &str, each: usize) -> Batches {
        // Everybody comes once before anybody comes again, in no order: an odd step goes round all of them.
        let mut people = 0;
        let mut next = || {
            people += 618_033;
            FIRST + people % PEOPLE
        };
        let calls = (0..PEOPLE as usize / each.max(100)).map(|_| {
            let items: Vec<String> = (0..each).map(|_| item(next())).collect();
            call(token, &format!(r#"{{"data":[{}]}}"#, items.join(",")))
        });
        Batches {
            calls: calls.collect(),
            each,
            draw: 0,
        }
    }

    fn next(&mut self, request: &mut Vec<u8>) {
        self.draw += 1;
        let count = self.calls.len() as u64;
        let (call, places) = &mut self.calls[(self.draw % count) as usize];
        for (nth, place) in places.iter().enumerate() {
            let mut id = number(mix(self.draw << 16 | nth as u64) % NUMBERS);
            for digit in call[*place..*place + DIGITS].iter_mut().rev().take(OWN_DIGITS) {
                *digit = b'0' + (id % 10) as u8;
                id /= 10;
            }
        }
        request.clear();
        request.extend_from_slice(call);
    }
}

fn item(to: u64) -> String {
    let from = number(0);
    format!(r#"{{"number":"{from}","to":"{to}","template":{{"name":"bench","language":"en_US"}}}}"#)
}

/// A call, and where in it numbers stand.
fn call(token: &str, body: &str) -> (Vec<u8>, Vec<usize>) {
    let length = body.len();
    let call = format!(
        "POST /v1/admissions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let key = r#""number":""#;
    let places = call.match_indices(key).map(|(at, _)| at + key.len()).collect();
    (call.into_bytes(), places)
}
