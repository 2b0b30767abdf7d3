//! What the story needs of the sandbox and of a gateway, through HTTP only: the Graph API as any client sees it, and the
//! control API.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::error::CliError;

/// A client with its token.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// What became of a send.
#[derive(Debug)]
pub(crate) enum Sent {
    /// Accepted: the message's id.
    Accepted(String),
    /// Refused: the platform's code.
    Refused(u64),
}

/// What happened, as the sandbox explains it.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    /// The kind of event.
    pub(crate) kind: String,
    /// In words.
    pub(crate) text: String,
}

type Result<T> = std::result::Result<T, CliError>;

impl Client {
    pub(crate) fn new(address: SocketAddr, token: &str) -> Self {
        Client {
            http: reqwest::Client::new(),
            base: format!("http://{address}"),
            token: token.to_owned(),
        }
    }

    /// A Graph call; the body whatever the status.
    pub(crate) async fn graph(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        self.call(method, &format!("/v25.0/{path}"), body).await
    }

    /// A control call; an error answer ends the story.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Result<Value> {
        let answer = self
            .call(reqwest::Method::POST, &format!("/sandbox/v1{path}"), Some(body))
            .await?;
        match answer.get("error") {
            Some(error) => Err(CliError::Sandbox(format!("{path}: {error}"))),
            None => Ok(answer),
        }
    }

    /// Scheme, host and port.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The value of a series of `/metrics`; 0 if it does not appear.
    pub(crate) async fn metric(&self, series: &str) -> Result<u64> {
        let answer = self.http.get(format!("{}/metrics", self.base)).send();
        let text = answer.await.map_err(unusable)?.text().await.map_err(unusable)?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        let value = line.map_or(Ok(0), |value| value.trim().parse());
        value.map_err(|_| CliError::Sandbox(format!("{series} is no number")))
    }

    /// Any call; the body whatever the status.
    pub(crate) async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(unusable)?;
        answer.json().await.map_err(unusable)
    }

    /// The sandbox's time, in milliseconds since the Unix epoch.
    pub(crate) async fn now(&self) -> Result<i64> {
        let clock = self.call(reqwest::Method::GET, "/sandbox/v1/clock", None).await?;
        clock["now_ms"]
            .as_i64()
            .ok_or_else(|| CliError::Sandbox(format!("no time in {clock}")))
    }

    /// Moves the clock on.
    pub(crate) async fn advance(&self, by_ms: u64) -> Result<()> {
        self.control("/clock/advance", json!({"by_ms": by_ms}))
            .await
            .map(|_| ())
    }

    /// Sends a template.
    pub(crate) async fn send_template(&self, phone: &str, to: u64, template: &str) -> Result<Sent> {
        let body = json!({"messaging_product": "whatsapp", "to": to.to_string(), "type": "template", "template": {
            "name": template, "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Anna"}]}]}});
        self.send(phone, body).await
    }

    /// Sends free text.
    pub(crate) async fn send_text(&self, phone: &str, to: u64, text: &str) -> Result<Sent> {
        let body = json!({"messaging_product": "whatsapp", "to": to.to_string(), "type": "text",
            "text": {"body": text}});
        self.send(phone, body).await
    }

    async fn send(&self, phone: &str, body: Value) -> Result<Sent> {
        let answer = self
            .graph(reqwest::Method::POST, &format!("{phone}/messages"), Some(body))
            .await?;
        if let Some(code) = answer["error"]["code"].as_u64() {
            return Ok(Sent::Refused(code));
        }
        match answer["messages"][0]["id"].as_str() {
            Some(id) => Ok(Sent::Accepted(id.to_owned())),
            None => Err(CliError::Sandbox(format!("no message id in {answer}"))),
        }
    }

    /// A field of a node, as text.
    pub(crate) async fn field(&self, node: &str, field: &str) -> Result<String> {
        let answer = self
            .graph(reqwest::Method::GET, &format!("{node}?fields={field}"), None)
            .await?;
        match answer[field].as_str() {
            Some(value) => Ok(value.to_owned()),
            None => Err(CliError::Sandbox(format!("no {field} in {answer}"))),
        }
    }

    /// The newest event of a kind whose text has `about` in it.
    pub(crate) async fn why(&self, kind: &str, about: &str) -> Result<String> {
        let mut newest = String::new();
        let mut after = String::new();
        loop {
            let path = format!("/sandbox/v1/events?news=true&limit=1000&after={after}");
            let page = self.call(reqwest::Method::GET, &path, None).await?;
            let Some(events) = page["data"].as_array().filter(|events| !events.is_empty()) else {
                return Ok(newest);
            };
            let mut told = events
                .iter()
                .filter_map(happened)
                .filter(|e| e.kind == kind && e.text.contains(about));
            if let Some(last) = told.next_back() {
                newest = without_subject(&last.text).to_owned();
            }
            match page["after"].as_str() {
                Some(next) => after = next.to_owned(),
                None => return Ok(newest),
            }
        }
    }
}

/// The line of the story names the subject already.
fn without_subject(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, what)| what)
}

fn happened(event: &Value) -> Option<Happened> {
    Some(Happened {
        kind: event["kind"].as_str()?.to_owned(),
        text: event["text"].as_str()?.to_owned(),
    })
}

fn unusable(error: reqwest::Error) -> CliError {
    CliError::Sandbox(error.to_string())
}
