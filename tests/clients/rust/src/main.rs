//! Drives the sandbox with whatsapp-business-rs as it comes from its registry.
//!
//!     goodstanding-client-rust GOODSTANDING        (the path of the release binary)
//!
//! Its host is fixed: `https://graph.facebook.com`. So the sandbox speaks TLS with an authority of its own, a proxy of
//! ours leads that host to it, and the checks run in a child process that is told of both in the usual way
//! (`HTTPS_PROXY`, `SSL_CERT_FILE`).

mod checks;
mod proxy;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take that should happen at once; generous, because two cores may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the sandbox writes into its env file.
type Env = BTreeMap<String, String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let passed = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--checks", file] => checks::run(read_env(Path::new(file)).expect("the env file")),
        [binary] => drive(binary),
        _ => {
            eprintln!("usage: goodstanding-client-rust GOODSTANDING");
            return ExitCode::from(2);
        }
    };
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Starts the sandbox and the proxy, and runs the checks beside them.
fn drive(binary: &str) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, authority) = (folder.path().join("sandbox.env"), folder.path().join("tls"));
    let mut sandbox = Running(
        Command::new(binary)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--ephemeral", "--seed", "7"])
            .arg("--tls")
            .arg(&authority)
            .arg("--env-file")
            .arg(&file)
            .stdout(Stdio::null())
            .spawn()
            .expect("the sandbox"),
    );
    let env = sandbox.env(&file);
    let address = env["BASE_URL"].rsplit("//").next().unwrap_or_default().to_owned();
    let proxy = proxy::start(address).expect("a proxy");
    let status = Command::new(std::env::current_exe().expect("this program"))
        .arg("--checks")
        .arg(&file)
        .env("HTTPS_PROXY", format!("http://{proxy}"))
        .env("SSL_CERT_FILE", authority.join("ca.pem"))
        .status();
    status.is_ok_and(|status| status.success())
}

/// A child process that does not outlive its owner.
struct Running(Child);

impl Running {
    fn env(&mut self, file: &Path) -> Env {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(env) = read_env(file) {
                return env;
            }
            if let Ok(Some(status)) = self.0.try_wait() {
                panic!("the sandbox ended by itself: {status}");
            }
            assert!(Instant::now() < deadline, "the sandbox did not start in time");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn read_env(file: &Path) -> Option<Env> {
    let text = std::fs::read_to_string(file).ok()?;
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let env: Env = pairs
        .map(|(name, value)| (name.to_owned(), value.trim_matches(['\'', '"']).to_owned()))
        .collect();
    env.contains_key("CONTROL_URL").then_some(env)
}
