//! Chromium through ChromeDriver: the few WebDriver calls that these tests need, over plain HTTP.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long the driver may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// After how long what is not there yet is looked for again.
const AGAIN: Duration = Duration::from_millis(250);

/// As root in a container, without a screen, and without a word to anybody outside.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A running ChromeDriver; ends with the value.
pub(crate) struct Driver {
    base: String,
    http: reqwest::Client,
    profile: tempfile::TempDir,
    _process: Child,
}

impl Driver {
    pub(crate) async fn start(program: &str) -> Result<Self, String> {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{program} cannot be started: {error}"))?;
        let told = process.stdout.take().ok_or("the driver tells nothing")?;
        let mut lines = BufReader::new(told).lines();
        let port = loop {
            let line = lines.next_line().await.map_err(|error| error.to_string())?;
            let line = line.ok_or("the driver ended without saying where it listens")?;
            let port = line
                .strip_suffix('.')
                .and_then(|line| line.rsplit_once("successfully on port "));
            if let Some((_, port)) = port {
                break port.to_owned();
            }
        };
        // Nobody reads what else it says: the pipe is kept open, so that it can go on saying it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
        Ok(Driver {
            base: format!("http://127.0.0.1:{port}"),
            http: http.map_err(|error| error.to_string())?,
            profile: tempfile::tempdir().map_err(|error| error.to_string())?,
            _process: process,
        })
    }

    pub(crate) async fn browser(&self) -> Result<Browser, String> {
        let mut args: Vec<String> = FLAGS.map(str::to_owned).into();
        args.push(format!("--user-data-dir={}", self.profile.path().display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {"browserName": "chrome",
            "timeouts": {"script": 30_000, "pageLoad": 30_000}, "goog:chromeOptions": {"args": args}}}});
        let address = format!("{}/session", self.base);
        let session = call(&self.http, &address, &wanted).await?;
        let id = session["sessionId"].as_str().ok_or("no session")?;
        Ok(Browser {
            http: self.http.clone(),
            session: format!("{address}/{id}"),
        })
    }
}

/// One window.
pub(crate) struct Browser {
    http: reqwest::Client,
    session: String,
}

impl Browser {
    /// Opens an address in a window of this width.
    pub(crate) async fn open(&self, address: &str, width: u32) -> Result<(), String> {
        let metrics = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        self.repeat("url", json!({"url": address})).await.map(drop)
    }

    /// What a script returns; its last argument, if it waits, is what it calls at the end.
    pub(crate) async fn run(&self, kind: &str, script: &str, args: Value) -> Result<Value, String> {
        let body = json!({"script": script, "args": args});
        self.post(&format!("execute/{kind}"), body).await
    }

    /// Presses the tabulator key.
    pub(crate) async fn tab(&self) -> Result<(), String> {
        let key = |kind: &str| json!({"type": kind, "value": "\u{e004}"});
        let keys =
            json!({"actions": [{"type": "key", "id": "keys", "actions": [key("keyDown"), key("keyUp")]}]});
        self.post("actions", keys).await.map(drop)
    }

    /// Clicks what a selector finds first.
    pub(crate) async fn click(&self, selector: &str) -> Result<(), String> {
        let found = self
            .post("element", json!({"using": "css selector", "value": selector}))
            .await?;
        let element = found
            .as_object()
            .and_then(|found| found.values().next())
            .and_then(Value::as_str);
        let element = element.ok_or_else(|| format!("nothing is {selector}"))?;
        self.post(&format!("element/{element}/click"), json!({}))
            .await
            .map(drop)
    }

    /// The page as it stands.
    pub(crate) async fn source(&self) -> Result<String, String> {
        let address = format!("{}/source", self.session);
        let answer = self
            .http
            .get(address)
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        Ok(answer["value"].as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page, as it stands, holds a text; without scripts, nothing can tell when.
    pub(crate) async fn until(&self, text: &str) -> Result<(), String> {
        for _ in 0..120 {
            if self.source().await?.contains(text) {
                return Ok(());
            }
            tokio::time::sleep(AGAIN).await;
        }
        Err(format!("the page does not come to say {text:?}"))
    }

    /// Whether the page runs scripts.
    pub(crate) async fn scripts(&self, run: bool) -> Result<(), String> {
        let off = json!({"value": !run});
        self.devtools("Emulation.setScriptExecutionDisabled", off)
            .await
            .map(drop)
    }

    /// Whether people want dark pages.
    pub(crate) async fn dark(&self, dark: bool) -> Result<(), String> {
        let value = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", media).await.map(drop)
    }

    /// A picture of the whole page.
    pub(crate) async fn picture(&self, file: &Path) -> Result<(), String> {
        let wanted = json!({"format": "png", "captureBeyondViewport": true});
        let taken = self.devtools("Page.captureScreenshot", wanted).await?;
        let bytes = STANDARD
            .decode(taken["data"].as_str().unwrap_or_default())
            .map_err(|error| error.to_string())?;
        std::fs::write(file, bytes).map_err(|error| error.to_string())
    }

    pub(crate) async fn close(self) -> Result<(), String> {
        let closed = self.http.delete(&self.session).send().await;
        closed.map(drop).map_err(|error| error.to_string())
    }

    async fn devtools(&self, command: &str, params: Value) -> Result<Value, String> {
        self.repeat("goog/cdp/execute", json!({"cmd": command, "params": params}))
            .await
            .map_err(|problem| format!("{command}: {problem}"))
    }

    /// Does what can be done twice. On a busy machine the driver may still look at the page that was left, and then says
    /// that what it was asked for was cut off.
    async fn repeat(&self, what: &str, body: Value) -> Result<Value, String> {
        for _ in 0..20 {
            match self.post(what, body.clone()).await {
                Err(problem) if problem.contains("Not attached to an active page") => {
                    tokio::time::sleep(AGAIN).await;
                }
                done => return done,
            }
        }
        self.post(what, body).await
    }

    async fn post(&self, what: &str, body: Value) -> Result<Value, String> {
        let done = call(&self.http, &format!("{}/{what}", self.session), &body).await;
        done.map_err(|problem| format!("{what}: {problem}"))
    }
}

async fn call(http: &reqwest::Client, address: &str, body: &Value) -> Result<Value, String> {
    let answer = http
        .post(address)
        .json(body)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
    match &answer["value"]["error"] {
        Value::String(error) => Err(format!("{error}: {}", answer["value"]["message"])),
        _ => Ok(answer["value"].clone()),
    }
}
