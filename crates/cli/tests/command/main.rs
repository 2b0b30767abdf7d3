//! The command as it is run: what needs nothing but the command itself.

use std::process::{Command, Output};

/// Runs it with nothing of the environment that could mean something to it.
fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodstanding"));
    for name in [
        "GOODSTANDING_URL",
        "GOODSTANDING_TOKEN",
        "GOODSTANDING_TOKEN_FILE",
    ] {
        command.env_remove(name);
    }
    command.args(arguments).output().expect("it runs")
}

/// Commands that ask a gateway say what is wrong, each in a process of its own, where nothing was set up before.
#[test]
fn without_a_gateway_every_command_that_asks_one_says_so() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("people.csv");
    std::fs::write(
        &file,
        "phone,topic,given_at,sent_at\n15550001111,a,2026-01-01,2026-01-01\n",
    )
    .expect("a file");
    let file = file.to_str().expect("a path in UTF-8");
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let url = format!("http://{}", free.expect("a free port"));
    let rows: [&[&str]; 6] = [
        &["why", "1"],
        &["consents", "import", file],
        &["consents", "export"],
        &["suppressions", "import", file],
        &["suppressions", "export"],
        &["sends", "import", file],
    ];
    for row in rows {
        let asked = run(&[row, &["--gateway", &url, "--token", "gst_x"]].concat());
        let told = String::from_utf8_lossy(&asked.stderr);
        assert_eq!(asked.status.code(), Some(4), "{row:?}: {told}");
        assert!(
            told.contains(&format!("no gateway answers at {url}")),
            "{row:?}: {told}"
        );
        let without = run(&[row, &["--gateway", &url]].concat());
        let told = String::from_utf8_lossy(&without.stderr);
        assert_eq!(without.status.code(), Some(2), "{row:?}: {told}");
    }
}
