//! Servers as child processes: this program again, or another one, on cores of its own.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_setaffinity};
use tempfile::TempDir;

/// Of `/proc/<pid>/stat`: what Linux has on every machine that people use.
const TICKS_A_SECOND: f64 = 100.0;
/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server in a process of its own; dropping it ends it.
pub(crate) struct Served {
    child: Child,
    /// This program's own children end when this is closed: also when it is killed.
    _input: Option<ChildStdin>,
    /// What it may write to, gone with it.
    _dir: Option<TempDir>,
    pub(crate) address: SocketAddr,
    /// What it said after its address, line by line.
    pub(crate) said: Vec<String>,
}

impl Served {
    /// Starts this program again with `serve` and, after the others, a directory as arguments; it says where it listens,
    /// then whatever else, then an empty line.
    pub(crate) fn again(cores: &[usize], args: &[&str]) -> Served {
        let program = std::env::current_exe().expect("this program has a path");
        let mut command = Command::new(program);
        let dir = tempfile::tempdir().expect("there is room for temporary files");
        command
            .arg("serve")
            .args(args)
            .arg(dir.path())
            .stdin(Stdio::piped());
        let mut child = start(cores, command.stdout(Stdio::piped()));
        let input = child.stdin.take();
        let output = child.stdout.take().expect("the output is piped");
        let mut lines = BufReader::new(output)
            .lines()
            .map(|line| line.expect("the server speaks"));
        let address = lines.next().and_then(|line| line.parse().ok());
        Served {
            child,
            _input: input,
            _dir: Some(dir),
            address: address.expect("the server listens"),
            said: lines.take_while(|line| !line.is_empty()).collect(),
        }
    }

    /// Starts another program, which listens at `address` when it is ready.
    pub(crate) fn other(cores: &[usize], command: &mut Command, address: SocketAddr) -> Served {
        let mut child = start(cores, command.stdout(Stdio::null()).stderr(Stdio::null()));
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "{:?} ended: {ended:?}", command.get_program());
            assert!(
                begun.elapsed() < PATIENCE,
                "{:?} does not listen",
                command.get_program()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Served {
            child,
            _input: None,
            _dir: None,
            address,
            said: Vec::new(),
        }
    }

    /// Processor time used so far, by all threads, in user and system.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("the server lives");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        let ticks = ticks.filter_map(|ticks| ticks.parse::<f64>().ok());
        Duration::from_secs_f64(ticks.sum::<f64>() / TICKS_A_SECOND)
    }
}

/// A child inherits the cores of the thread that starts it.
fn start(cores: &[usize], command: &mut Command) -> Child {
    let program = command.get_program().to_owned();
    std::thread::scope(|scope| {
        let started = scope.spawn(|| {
            stay_on(cores);
            command.spawn()
        });
        let started = started.join().expect("starting does not panic");
        started.unwrap_or_else(|error| panic!("{program:?}: {error}"))
    })
}

impl Drop for Served {
    fn drop(&mut self) {
        // Nothing of it is kept, and a last snapshot would only take time.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This thread, and all that it starts, run on these cores; where there are no such, nothing changes.
pub(crate) fn stay_on(cores: &[usize]) {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    let _ = sched_setaffinity(None, &set);
}

/// A port that was free a moment ago, for programs that cannot say which they took.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address")
}

/// What one run came to, beside the others of its row: the middle one, and how far apart they were.
pub(crate) fn median(mut runs: Vec<f64>) -> (f64, f64) {
    runs.sort_by(f64::total_cmp);
    let middle = runs[runs.len() / 2];
    let spread = (runs[runs.len() - 1] - runs[0]) / middle;
    (middle, spread)
}
