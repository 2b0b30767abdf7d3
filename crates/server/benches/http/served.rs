//! The child process with the server, and what it costs.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

/// Of `/proc/<pid>/stat`: what Linux has on every machine that people use.
const TICKS_A_SECOND: f64 = 100.0;

/// A server in a process of its own; dropping it ends it.
pub(crate) struct Served {
    child: Child,
    /// The child ends when this is closed.
    input: Option<ChildStdin>,
    pub(crate) address: SocketAddr,
    /// What requests say, one for each number, with `RECIPIENT__` where the digits of the person go.
    pub(crate) requests: Vec<String>,
}

impl Served {
    /// Starts this program again with `serve`; it says where it listens, then what to ask, then an empty line.
    pub(crate) fn start(args: &[&str]) -> Served {
        let program = std::env::current_exe().expect("this program has a path");
        let child = Command::new(program)
            .arg("serve")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.expect("this program starts");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("the output is piped");
        let mut lines = BufReader::new(output)
            .lines()
            .map(|line| line.expect("the server speaks"));
        let address = lines
            .next()
            .and_then(|line| line.parse().ok())
            .expect("the server listens");
        let requests = lines
            .take_while(|line| !line.is_empty())
            .map(|line| line.replace("\\r\\n", "\r\n"));
        let requests = requests.collect();
        Served {
            child,
            input,
            address,
            requests,
        }
    }

    /// Processor time used so far, by all threads, in user and system.
    pub(crate) fn cpu(&self) -> Duration {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the server lives");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse::<f64>().ok());
        Duration::from_secs_f64(ticks.sum::<f64>() / TICKS_A_SECOND)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
