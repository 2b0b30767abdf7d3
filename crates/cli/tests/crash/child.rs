//! The sandbox as a child process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{PATIENCE, now};

pub(crate) struct Child {
    process: std::process::Child,
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) phone: String,
}

impl Child {
    /// Starts it over `data` and waits until it listens.
    pub(crate) async fn start(binary: &str, dir: &Path, data: &Path) -> Result<Child, String> {
        let file = dir.join("env");
        // There is none the first time.
        let _ = std::fs::remove_file(&file);
        let process = Command::new(binary)
            .args([
                "sandbox",
                "--listen",
                "127.0.0.1:0",
                "--seed",
                "7",
                "--speed",
                "0",
            ])
            .args(["--set", "limits.start=3"])
            .arg("--data")
            .arg(data)
            .arg("--env-file")
            .arg(&file)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{binary}: {error}"))?;
        let mut child = Child {
            process,
            base: String::new(),
            token: String::new(),
            phone: String::new(),
        };
        let deadline = now() + PATIENCE;
        loop {
            if let Ok(text) = std::fs::read_to_string(&file) {
                child.read(&text);
                return Ok(child);
            }
            if let Ok(Some(status)) = child.process.try_wait() {
                return Err(format!("the sandbox ended by itself: {status}"));
            }
            if now() > deadline {
                return Err("the sandbox did not start in time".into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn read(&mut self, text: &str) {
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "BASE_URL" => value.clone_into(&mut self.base),
                "TOKEN" => value.clone_into(&mut self.token),
                "PHONE_NUMBER_ID" => value.clone_into(&mut self.phone),
                _ => {}
            }
        }
    }

    /// SIGKILL, and waits until nothing of it is left.
    pub(crate) fn kill(&mut self) -> Result<(), String> {
        self.process
            .kill()
            .and_then(|()| self.process.wait())
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}

/// However the test ends, no sandbox is left behind.
impl Drop for Child {
    fn drop(&mut self) {
        // It is gone already when all went well.
        let _ = self.kill();
    }
}
