//! The decision as a script in Redis: a sorted set of people by the time at which they were written to.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::child::{Served, free_address};
use super::seat::PEOPLE;

const ALL: &[usize] = &[0, 1];
/// Whoever was written to within a day counts; whoever counts already may be written to again.
const SCRIPT: &str = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) \
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 86400000) \
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end \
    redis.call('ZADD', KEYS[1], now, ARGV[1]) return 1";
/// Decisions of the run by which the next is measured out.
const FIRST_RUN: u64 = 20_000;

pub(crate) struct Redis {
    address: SocketAddr,
    script: String,
    _served: Served,
    _dir: TempDir,
}

impl Redis {
    pub(crate) fn start() -> Redis {
        let dir = tempfile::tempdir().expect("there is room for temporary files");
        let address = free_address();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &address.port().to_string()]);
        command.arg("--dir").arg(dir.path());
        command.args(["--appendonly", "yes", "--appendfsync", "always", "--save", ""]);
        let served = Served::other(ALL, &mut command, address);
        let script = said(Command::new("redis-cli").args([
            "-p",
            &address.port().to_string(),
            "script",
            "load",
            SCRIPT,
        ]));
        Redis {
            address,
            script: script.trim().to_owned(),
            _served: served,
            _dir: dir,
        }
    }

    /// Decisions a second, `each` at a time on each of `connections`.
    pub(crate) fn decide(&self, each: usize, connections: usize, span: Duration) -> f64 {
        let first = self.run(each, connections, FIRST_RUN);
        self.run(each, connections, (first * span.as_secs_f64()) as u64)
    }

    fn run(&self, each: usize, connections: usize, decisions: u64) -> f64 {
        let (port, most) = (self.address.port().to_string(), (2 * PEOPLE).to_string());
        let mut command = Command::new("redis-benchmark");
        command.args([
            "-p",
            &port,
            "-c",
            &connections.to_string(),
            "-P",
            &each.to_string(),
        ]);
        command.args(["-n", &decisions.to_string(), "-r", &PEOPLE.to_string(), "--csv"]);
        command.args(["EVALSHA", &self.script, "1", "window", "__rand_int__", &most]);
        let text = said(&mut command);
        // The last line is `"EVALSHA ...","<requests a second>",...`.
        let line = text.lines().last().unwrap_or_default();
        let rate = line
            .split("\",\"")
            .nth(1)
            .and_then(|rate| rate.trim_matches('"').parse().ok());
        rate.unwrap_or_else(|| panic!("redis-benchmark says {text}"))
    }
}

fn said(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    assert!(output.status.success(), "{:?}: {output:?}", command.get_program());
    String::from_utf8_lossy(&output.stdout).into_owned()
}
