//! Sends through the gateway against nginx as a plain reverse proxy: the same trivial platform behind both, the same load,
//! in one run. The gateway's attempt is durable before it goes on; nginx does nothing but pass on.
//!
//! The server that is measured has core 0 for itself, platform and load share core 1. Flat out there are 64 connections, then
//! 256; for latencies, 16 that send at half of the rate that the gateway reached, to the platform itself as well.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::child::{Served, free_address, median, stay_on};
use super::load::{Load, flat_out, paced};
use super::seat::{FIRST, NUMBERS, PEOPLE, number};
use decider::mix;

const MEASURED: &[usize] = &[0];
const OTHERS: &[usize] = &[1];
const EDITION: &str = "2023-per-number";
/// As many sends are under way: what they wait for, they wait for together.
const CONNECTIONS: [usize; 2] = [64, 256];
const PACED_CONNECTIONS: usize = 16;

/// A server that is measured, and the token that it wants.
struct Target {
    name: &'static str,
    served: Served,
    token: String,
}

pub(crate) fn measure(span: Duration, runs: u64) {
    stay_on(OTHERS);
    let dir = tempfile::tempdir().expect("there is room for temporary files");
    let behind = Served::again(OTHERS, &["upstream"]);
    let at = behind.address.to_string();
    let nginx = Target::new("nginx", nginx(dir.path(), behind.address));
    let disk = Target::new(
        "gateway, attempt durable",
        Served::again(MEASURED, &["gateway", &at, "disk", EDITION]),
    );
    let memory = Target::new(
        "gateway, in memory",
        Served::again(MEASURED, &["gateway", &at, "memory", EDITION]),
    );
    let rows = [&nginx, &disk, &memory];
    let [few, _] = CONNECTIONS.map(|connections| flat_out_all(rows, connections, span, runs));
    let rate = few / 2.0;
    println!("\nat half of the gateway's rate, {rate:.0}/s   p50 us   p99 us   (median of {runs} runs)");
    let direct = Target::new("platform itself", behind);
    for target in [&direct, &nginx, &disk, &memory] {
        target.paced(rate, span, runs);
    }
}

/// Measures each in turn, again and again; the middle rate of the second.
fn flat_out_all(rows: [&Target; 3], connections: usize, span: Duration, runs: u64) -> f64 {
    let mut rates = rows.map(|_| Vec::new());
    println!("{connections} connections");
    println!(
        "run  what                        requests/s   p50 us   p99 us   server CPU us a request   not 200"
    );
    for run in 1..=runs {
        for (target, rates) in rows.iter().zip(&mut rates) {
            rates.push(target.flat_out(run, connections, span));
        }
    }
    let all = rates.map(median);
    let [nginx, disk, _] = all;
    println!("of nginx (median of {runs} runs; spread of the runs)");
    for (target, (rate, spread)) in rows.iter().zip(all) {
        println!(
            "  {:<26} {:.2}x  ({:.0} %)",
            target.name,
            rate / nginx.0,
            spread * 100.0
        );
    }
    disk.0
}

impl Target {
    fn new(name: &'static str, served: Served) -> Target {
        let token = served
            .said
            .first()
            .cloned()
            .unwrap_or_else(|| "EAAbench".to_owned());
        Target { name, served, token }
    }

    fn flat_out(&self, run: u64, connections: usize, span: Duration) -> f64 {
        let warm = Duration::from_secs(1);
        flat_out(
            self.served.address,
            connections,
            warm,
            sends(&self.token, run << 32 | 1),
        );
        let before = self.served.cpu();
        let load = flat_out(
            self.served.address,
            connections,
            span,
            sends(&self.token, run << 32),
        );
        let cpu = self.served.cpu() - before;
        println!(
            "{run:>3}  {:<26} {:>11.0} {:>8.0} {:>8.0} {:>25.1} {:>9}",
            self.name,
            load.rate(),
            micros(load.p50),
            micros(load.p99),
            micros(cpu) / load.answers as f64,
            load.refused,
        );
        load.rate()
    }

    fn paced(&self, rate: f64, span: Duration, runs: u64) {
        let (mut p50, mut p99) = (Vec::new(), Vec::new());
        for run in 0..runs {
            let make = |nth: usize| sends(&self.token, run << 40 | (nth as u64 + 1) << 20);
            let load: Load = paced(self.served.address, PACED_CONNECTIONS, span, rate, make);
            assert_eq!(load.refused, 0, "{}", self.name);
            p50.push(micros(load.p50));
            p99.push(micros(load.p99));
        }
        println!(
            "  {:<38} {:>8.0} {:>8.0}",
            self.name,
            median(p50).0,
            median(p99).0
        );
    }
}

/// Writes one send after another: some number to some person.
fn sends(token: &str, seed: u64) -> impl FnMut(&mut Vec<u8>) + Send + use<> {
    let mut draw = mix(seed);
    let token = token.to_owned();
    move |request| {
        draw = mix(draw.wrapping_add(1));
        let (from, to) = (number(draw % NUMBERS), FIRST + (draw >> 32) % PEOPLE);
        let body = format!(
            r#"{{"messaging_product":"whatsapp","to":"{to}","type":"template","template":{{"name":"bench","language":{{"code":"en_US"}}}}}}"#
        );
        request.clear();
        let length = body.len();
        let written = write!(
            request,
            "POST /v25.0/{from}/messages HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        written.expect("memory can be written");
    }
}

/// nginx with one worker, connections to the platform kept, nothing logged.
fn nginx(dir: &Path, behind: SocketAddr) -> Served {
    let address = free_address();
    let place = dir.display();
    let config = format!(
        "daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; keepalive_requests 100000000; tcp_nodelay on;\n\
         client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/f;\n\
         uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;\n\
         upstream behind {{ server {behind}; keepalive 128; keepalive_requests 100000000; }}\n\
         server {{ listen {address}; location / {{ proxy_pass http://behind; proxy_http_version 1.1;\n\
         proxy_set_header Connection \"\"; }} }} }}\n"
    );
    let file = dir.join("nginx.conf");
    std::fs::write(&file, config).expect("there is room");
    let mut command = Command::new("nginx");
    command.arg("-p").arg(dir).arg("-c").arg(&file);
    Served::other(MEASURED, &mut command, address)
}

fn micros(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}
