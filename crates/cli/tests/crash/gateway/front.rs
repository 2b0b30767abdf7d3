//! The gateway as a child process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cloud_api::webhook::signature::{HEADER, sign};
use serde_json::json;

use super::platform::{APP_SECRET, FIRST, PHONE, Platform, WABA};
use crate::{PATIENCE, now};

pub(crate) struct Front {
    process: Child,
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) http: reqwest::Client,
}

/// Writes its configuration; what it waits for in production is not to be waited for here.
pub(crate) fn configure(dir: &Path, platform: &Platform) -> Result<PathBuf, String> {
    let write = |name: &str, text: &str| {
        let file = dir.join(name);
        std::fs::write(&file, text)
            .map(|()| file)
            .map_err(|error| error.to_string())
    };
    write("app-secret", APP_SECRET)?;
    write("platform-token", "EAAcrash")?;
    let text = format!(
        r#"
        listen = "127.0.0.1:0"
        data = "gateway"
        [upstream]
        url = "http://{}"
        [policy]
        first_day_permille = 1000
        reserve_permille = 0
        silence_ms = 0
        [[apps]]
        name = "main"
        secrets = [{{ file = "app-secret" }}]
        [[portfolios]]
        name = "shop"
        app = "main"
        edition = "2023-per-number"
        token = {{ file = "platform-token" }}
        accounts = [{{ id = "{WABA}" }}]
        "#,
        platform.address
    );
    write("gateway.toml", &text)
}

impl Front {
    /// Starts it over its data, waits until it listens and knows its numbers. The token is told at the first start only.
    pub(crate) async fn start(
        binary: &str,
        config: &Path,
        dir: &Path,
        platform: &Platform,
        token: Option<String>,
    ) -> Result<Front, String> {
        let file = dir.join("gateway-env");
        // There is none the first time.
        let _ = std::fs::remove_file(&file);
        let mut command = Command::new(binary);
        command.arg("gateway").arg("--config").arg(config);
        command
            .arg("--data")
            .arg(dir.join("gateway"))
            .arg("--env-file")
            .arg(&file);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|error| format!("{binary}: {error}"))?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        let mut front = Front {
            process,
            base: String::new(),
            token: token.clone().unwrap_or_default(),
            http,
        };
        front.listening(&file).await?;
        if token.is_none() {
            front.poll().await?;
            platform.check()?;
        }
        Ok(front)
    }

    async fn listening(&mut self, file: &Path) -> Result<(), String> {
        let deadline = now() + PATIENCE;
        loop {
            if let Ok(text) = std::fs::read_to_string(file) {
                for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
                    match name {
                        "GATEWAY_URL" => value.clone_into(&mut self.base),
                        "GATEWAY_TOKEN" => value.clone_into(&mut self.token),
                        _ => {}
                    }
                }
                return Ok(());
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(format!("the gateway ended by itself: {status}"));
            }
            if now() > deadline {
                return Err("the gateway did not start in time".into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn poll(&self) -> Result<(), String> {
        let request = self
            .http
            .post(format!("{}/v1/poll", self.base))
            .bearer_auth(&self.token);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let text = answer.text().await.map_err(|error| error.to_string())?;
        if text == r#"{"well":true}"# {
            Ok(())
        } else {
            Err(format!("the poll says {text}"))
        }
    }

    /// The platform tells that a message was sent.
    pub(crate) async fn status(&self, platform: &Platform, nth: u64, message: &str) -> Result<(), String> {
        let at = engine::Clock::system().now().seconds().to_string();
        let status = json!({"id": message, "status": "sent", "timestamp": at, "recipient_id": (FIRST + nth).to_string(),
            "biz_opaque_callback_data": platform.callback(nth)});
        let value = json!({"messaging_product": "whatsapp", "statuses": [status],
            "metadata": {"display_phone_number": "491700000001", "phone_number_id": PHONE.to_string()}});
        let body = json!({"object": "whatsapp_business_account",
            "entry": [{"id": WABA.to_string(), "changes": [{"field": "messages", "value": value}]}]});
        let body = body.to_string();
        let signature = sign(APP_SECRET.as_bytes(), body.as_bytes()).sha256;
        let request = self.http.post(format!("{}/webhooks/main", self.base));
        let answer = request.header(HEADER, signature).body(body).send().await;
        match answer.map(|answer| answer.status().as_u16()) {
            Ok(200) => Ok(()),
            other => Err(format!("a status was answered {other:?}")),
        }
    }

    /// SIGKILL, and waits until nothing of it is left.
    pub(crate) fn kill(&mut self) -> Result<(), String> {
        let killed = self.process.kill().and_then(|()| self.process.wait());
        killed.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// However the test ends, no gateway is left behind.
impl Drop for Front {
    fn drop(&mut self) {
        // It is gone already when all went well.
        let _ = self.kill();
    }
}
