//! `POST /<phone>/messages` over loopback HTTP/1.1 with keep-alive: 64 connections, a data directory, 1,000 numbers.
//!
//! The server is a child process on one core (this program with `serve`, which is `server::serve` as the command line
//! starts it), the load generator is this process on the other. The baseline of the same run is a bare axum handler
//! that reads the body and answers a constant of the same length, under the same load.
//!
//! `cargo bench -p server --bench http [-- SECONDS]`

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

#[path = "http/client.rs"]
mod client;
#[path = "http/receiver.rs"]
mod receiver;
#[path = "http/seat.rs"]
mod seat;
#[path = "http/served.rs"]
mod served;

use std::time::Duration;

use rustix::thread::{CpuSet, sched_setaffinity};

use client::{Load, load};
use receiver::Receiver;
use served::Served;

const CONNECTIONS: usize = 64;
const SERVER_CORE: usize = 0;
const CLIENT_CORE: usize = 1;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", mode, ref more @ ..] => {
            stay_on(SERVER_CORE);
            seat::serve(mode, more.first().copied());
        }
        _ => measure(args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(5)),
    }
}

fn measure(seconds: u64) {
    stay_on(CLIENT_CORE);
    println!(
        "what                    of bare   requests/s   p50 us   p99 us   server CPU us a request   not 200"
    );
    let span = Duration::from_secs(seconds);
    let bare = run("bare handler", &["bare"], span, None);
    run("transit off", &["still"], span, Some(bare));
    run("messages travel", &["travel"], span, Some(bare));
    run("text kept (1 parameter)", &["content"], span, Some(bare));
    let receiver = Receiver::start();
    run("one subscriber", &["travel", &receiver.url()], span, Some(bare));
    println!(
        "webhooks that came meanwhile: {} in {} posts",
        receiver.statuses(),
        receiver.posts()
    );
    run("bare handler again", &["bare"], span, Some(bare));
}

/// Starts a server, loads it, prints its row; returns the requests a second.
fn run(name: &str, serve: &[&str], span: Duration, bare: Option<f64>) -> f64 {
    let served = Served::start(serve);
    load(&served, CONNECTIONS, Duration::from_secs(1));
    let cpu = served.cpu();
    let Load {
        answers,
        refused,
        span,
        p50,
        p99,
    } = load(&served, CONNECTIONS, span);
    let cpu = served.cpu() - cpu;
    let rate = answers as f64 / span.as_secs_f64();
    println!(
        "{name:<24} {:>5.2}x {rate:>12.0} {:>8.0} {:>8.0} {:>25.1} {refused:>9}",
        rate / bare.unwrap_or(rate),
        micros(p50),
        micros(p99),
        micros(cpu) / answers as f64,
    );
    rate
}

/// This thread, and all that it starts, run on one core; where there is only one, nothing changes.
fn stay_on(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core);
    let _ = sched_setaffinity(None, &cores);
}

fn micros(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}
