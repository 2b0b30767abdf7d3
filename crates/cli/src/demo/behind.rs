//! The second half of the story: the same number with the gateway in front of the platform.
//!
//! Promises: what the app does goes through the gateway's socket, what people do through the sandbox's; both share a clock.
//! Must not know: how the gateway decides.

use std::path::Path;

use engine::Clock;
use gateway::config::{Config, Sources};
use gateway::{Gateway, Running};
use reqwest::Method;
use serde_json::{Value, json};
use server::DefaultAccount;

use super::client::Client;
use super::story::{DAY, HOUR, MINUTE, Number, Result, body, number, register, text};
use super::teller::Teller;
use crate::error::CliError;

/// What the platform must know to register the gateway's address.
const VERIFY_TOKEN: &str = "a verify token";
const NAME: &str = "+15550100003";

/// A gateway in front of the sandbox, and who talks to which.
struct Behind<'a> {
    /// The platform, as people and testers reach it.
    platform: &'a Client,
    /// The gateway, as the app reaches it.
    app: Client,
    teller: &'a mut Teller,
    number: Number,
}

/// What the app was told of a send.
struct Told {
    /// `accepted`, or the gateway's name for its refusal, or the platform's code.
    word: String,
    /// The id of an accepted message.
    message: Option<String>,
    /// What a refusal says.
    details: String,
}

impl Told {
    fn of(answer: &Value) -> Self {
        let details = answer["error"]["error_data"]["details"]
            .as_str()
            .unwrap_or_default();
        // `Goodstanding <number> <name>: ...`
        let own = details.strip_prefix("Goodstanding ").and_then(|rest| {
            let (_, name) = rest.split_once(' ')?;
            name.split_once(':').map(|(name, _)| name.to_owned())
        });
        let message = answer["messages"][0]["id"].as_str().map(str::to_owned);
        let word = match &message {
            Some(_) => "accepted".to_owned(),
            None => own.unwrap_or_else(|| format!("the platform's {}", answer["error"]["code"])),
        };
        Told {
            word,
            message,
            details: details.to_owned(),
        }
    }

    /// The decision that a refusal names.
    fn decision(&self) -> Option<&str> {
        let (_, id) = self.details.rsplit_once("Decision ")?;
        Some(id.trim_end_matches('.'))
    }
}

impl Behind<'_> {
    async fn outcome<T: PartialEq + std::fmt::Display>(
        &mut self,
        what: &str,
        seen: T,
        wanted: T,
        why: &str,
    ) -> Result<()> {
        let now = self.platform.now().await?;
        self.teller.outcome(now, what, &seen, &wanted, why);
        Ok(())
    }

    async fn send(&self, message: Value) -> Result<Told> {
        let path = format!("{}/messages", self.number.id);
        let answer = self.app.graph(Method::POST, &path, Some(message)).await?;
        Ok(Told::of(&answer))
    }

    async fn template(&self, to: u64, name: &str) -> Result<Told> {
        self.send(
            json!({"messaging_product": "whatsapp", "to": to.to_string(), "type": "template", "template": {
            "name": name, "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Anna"}]}]}}),
        )
        .await
    }

    async fn reply(&self, to: u64, text: &str) -> Result<Told> {
        self.send(
            json!({"messaging_product": "whatsapp", "to": to.to_string(), "type": "text",
            "text": {"body": text}}),
        )
        .await
    }

    /// To `count` people from the `first`: what each was told.
    async fn broadcast(&self, first: u64, count: u64, name: &str) -> Result<Vec<Told>> {
        let mut told = Vec::new();
        for to in first..first + count {
            told.push(self.template(self.number.people + to, name).await?);
        }
        Ok(told)
    }

    /// Somebody writes; afterwards the gateway knows.
    async fn writes(&self, from: u64, text: &str) -> Result<()> {
        let path = format!("/numbers/{}/inbound", self.number.id);
        let said = json!({"from": from.to_string(), "text": text, "name": "Anna"});
        self.platform.control(&path, said).await?;
        self.advance(MINUTE).await
    }

    /// Moves the clock of both; every webhook on the way has arrived afterwards.
    async fn advance(&self, by_ms: u64) -> Result<()> {
        let body = json!({"by_ms": by_ms, "wait": "webhooks"});
        self.platform.control("/clock/advance", body).await.map(|_| ())
    }

    /// A day and an hour pass. What is known of the platform is renewed, as it is every quarter of an hour of real time.
    async fn next_day(&self) -> Result<()> {
        self.advance(DAY + HOUR).await?;
        self.native(Method::POST, "/poll", None).await.map(|_| ())
    }

    /// A call of the native API; a refusal ends the story.
    async fn native(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let answer = self.app.call(method, &format!("/v1{path}"), body).await?;
        match answer.get("title") {
            Some(_) => Err(CliError::Sandbox(format!("{path}: {answer}"))),
            None => Ok(answer),
        }
    }

    /// Stops marketing, or resumes it.
    async fn stop_marketing(&self, stopped: bool) -> Result<()> {
        let lanes = if stopped { json!(["marketing"]) } else { json!([]) };
        let stop = json!({"number": self.number.id, "lanes": lanes});
        self.native(Method::POST, "/stops", Some(stop)).await.map(|_| ())
    }
}

fn count(told: &[Told], word: &str) -> usize {
    told.iter().filter(|told| told.word == word).count()
}

/// Tells it.
pub(crate) async fn tell(
    platform: &Client,
    account: &DefaultAccount,
    clock: Clock,
    teller: &mut Teller,
) -> Result<()> {
    teller.chapter("The same broadcast behind the gateway");
    let (waba, number) = newcomer(platform).await?;
    let running = start(platform, account, &waba, clock).await?;
    let told = async {
        let token = running.gateway().first_token().await;
        let token = token.map_err(|error| CliError::Gateway(error.into()))?;
        let app = Client::new(running.address(), &token.unwrap_or_default());
        let behind = &mut Behind {
            platform,
            app,
            teller,
            number,
        };
        connect(behind, &waba).await?;
        within_the_limit(behind).await?;
        stop_word(behind).await?;
        stopped_by_hand(behind).await?;
        quality_falls(behind).await?;
        let refused = behind
            .app
            .metric("goodstanding_settled_total{outcome=\"refused\"}")
            .await?;
        let why = "every refusal of this half was the gateway's, before the platform heard of it";
        behind
            .outcome("sends that the platform refused", refused, 0, why)
            .await
    };
    let told = told.await;
    running.stop().await;
    told
}

/// A portfolio and a number of their own, so that nothing of the first half weighs on them.
async fn newcomer(platform: &Client) -> Result<(String, Number)> {
    let portfolio = platform
        .control("/portfolios", json!({"name": "Lucky Shrub North"}))
        .await?;
    let path = format!("/portfolios/{}/wabas", text(&portfolio, "portfolio_id")?);
    let waba = platform
        .control(&path, json!({"name": "Lucky Shrub North"}))
        .await?;
    let waba = text(&waba, "waba_id")?;
    let number = number(platform, &waba, NAME.trim_start_matches('+'), 15_553_000_000).await?;
    platform
        .control(&format!("/numbers/{}/certificate", number.id), json!({}))
        .await?;
    register(platform, &number).await?;
    Ok((waba, number))
}

/// A gateway in this process, in front of the sandbox.
async fn start(platform: &Client, account: &DefaultAccount, waba: &str, clock: Clock) -> Result<Running> {
    let file = format!(
        r#"
        listen = "127.0.0.1:0"
        [[apps]]
        name = "main"
        secrets = [{{ env = "APP_SECRET" }}]
        verify_token = {{ env = "VERIFY_TOKEN" }}
        [[portfolios]]
        name = "north"
        app = "main"
        edition = "2023-per-number"
        token = {{ env = "TOKEN" }}
        accounts = [{{ id = "{waba}" }}]
        "#
    );
    let secrets = |name: &str| match name {
        "APP_SECRET" => Some(account.app_secret.clone()),
        "VERIFY_TOKEN" => Some(VERIFY_TOKEN.to_owned()),
        "TOKEN" => Some(account.token.clone()),
        _ => None,
    };
    let mut config = Config::read(&Sources {
        file: Some(&file),
        base: Path::new("."),
        environment: &secrets,
        flags: &[("upstream.url", platform.base().to_owned())],
    })?;
    config.data = None;
    let listen = config.listen;
    let refused = |source| CliError::Listen {
        address: listen.to_string(),
        source,
    };
    let gateway = Gateway::start(config, clock).await.map_err(CliError::Gateway)?;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(refused)?;
    gateway::serve(gateway, listener).map_err(refused)
}

/// The platform's webhooks go to the gateway, which asks about the rest; its templates are made through the gateway.
async fn connect(behind: &mut Behind<'_>, waba: &str) -> Result<()> {
    let hooks = json!({"override_callback_uri": format!("{}/webhooks/main", behind.app.base()),
        "verify_token": VERIFY_TOKEN});
    let path = format!("{waba}/subscribed_apps");
    let answer = behind.platform.graph(Method::POST, &path, Some(hooks)).await?;
    behind
        .outcome(
            "the platform's webhooks go to the gateway",
            answer["success"] == true,
            true,
            "",
        )
        .await?;
    for (name, category, words) in [
        (
            "spring_offer",
            "MARKETING",
            "Hello {{1}}, our spring offers are here. Reply STOP to get no more of them.",
        ),
        (
            "summer_offer",
            "MARKETING",
            "Hello {{1}}, our summer offers are here. Reply STOP to get no more of them.",
        ),
        (
            "order_note",
            "UTILITY",
            "Hello {{1}}, your order is packed and leaves tomorrow.",
        ),
    ] {
        let draft =
            json!({"name": name, "language": "en_US", "category": category, "components": body(words)});
        let made = behind
            .app
            .graph(Method::POST, &format!("{waba}/message_templates"), Some(draft))
            .await?;
        text(&made, "id")?;
    }
    // The first day, in which the gateway uses a part of the limit only.
    behind.next_day().await?;
    let status = behind.app.field(&behind.number.id, "status").await?;
    let why = "asked through the gateway, a day later";
    behind
        .outcome(&format!("number {NAME}"), status, "CONNECTED".to_owned(), why)
        .await
}

async fn within_the_limit(behind: &mut Behind<'_>) -> Result<()> {
    let told = behind.broadcast(0, 1_200, "spring_offer").await?;
    let why = "900 of 1,000 people in 24 h: marketing leaves a tenth to utility and authentication";
    behind
        .outcome("accepted", count(&told, "accepted"), 900, why)
        .await?;
    let refused = told.iter().find(|told| told.message.is_none());
    let why = refused.map_or("", |told| sentence(&told.details)).to_owned();
    behind
        .outcome(
            "refused by the gateway: room_reserved",
            count(&told, "room_reserved"),
            300,
            &why,
        )
        .await?;
    let told = behind.broadcast(2_000, 150, "order_note").await?;
    let why = "what was kept for utility";
    behind
        .outcome("order updates accepted", count(&told, "accepted"), 100, why)
        .await?;
    let refused = count(&told, "limit_used_up");
    behind
        .outcome(
            "refused by the gateway: limit_used_up",
            refused,
            50,
            "not one too many reaches the platform",
        )
        .await
}

/// The first sentence of what a refusal says, without its number and name.
fn sentence(details: &str) -> &str {
    let (_, rest) = details.split_once(": ").unwrap_or(("", details));
    rest.split(". ").next().unwrap_or(rest)
}

async fn stop_word(behind: &mut Behind<'_>) -> Result<()> {
    behind.teller.chapter("A person writes STOP");
    let person = behind.number.people + 5;
    behind.next_day().await?;
    behind.writes(person, "Stop").await?;
    let told = behind.template(person, "spring_offer").await?;
    let why = sentence(&told.details).to_owned();
    behind
        .outcome("an offer to them", told.word, "opted_out".to_owned(), &why)
        .await?;
    let told = behind.reply(person, "We will not write to you again.").await?;
    behind
        .outcome(
            "the reply to them",
            told.word,
            "accepted".to_owned(),
            "what a person asked for is answered",
        )
        .await
}

async fn stopped_by_hand(behind: &mut Behind<'_>) -> Result<()> {
    behind.teller.chapter("Marketing is stopped, replies go on");
    let (asks, reads) = (behind.number.people + 6, behind.number.people + 3_000);
    behind.writes(asks, "Where is my order?").await?;
    behind.stop_marketing(true).await?;
    let told = behind.template(reads, "spring_offer").await?;
    let why = sentence(&told.details).to_owned();
    behind
        .outcome("an offer", told.word, "stopped".to_owned(), &why)
        .await?;
    let told = behind.reply(asks, "It comes tomorrow.").await?;
    behind
        .outcome(
            "a reply",
            told.word,
            "accepted".to_owned(),
            "the service window is open",
        )
        .await?;
    let told = behind.template(reads, "order_note").await?;
    behind
        .outcome(
            "an order update",
            told.word,
            "accepted".to_owned(),
            "only marketing was stopped",
        )
        .await?;
    behind.stop_marketing(false).await?;
    let told = behind.template(reads + 1, "spring_offer").await?;
    behind
        .outcome("an offer, once resumed", told.word, "accepted".to_owned(), "")
        .await
}

async fn quality_falls(behind: &mut Behind<'_>) -> Result<()> {
    behind
        .teller
        .chapter("The quality falls, and the gateway stops the broadcast");
    let told = behind.broadcast(4_000, 500, "spring_offer").await?;
    behind.advance(5 * MINUTE).await?;
    for message in told.iter().filter_map(|told| told.message.as_deref()) {
        let feedback = json!({"signal": "block", "reason": "SPAM"});
        behind
            .platform
            .control(&format!("/messages/{message}/feedback"), feedback)
            .await?;
        if behind.platform.field(&behind.number.id, "quality_rating").await? == "RED" {
            break;
        }
    }
    behind.advance(MINUTE).await?;
    let why = behind.platform.why("NumberRated", &behind.number.display).await?;
    let rating = behind.app.field(&behind.number.id, "quality_rating").await?;
    behind
        .outcome(&format!("quality of {NAME}"), rating, "RED".to_owned(), &why)
        .await?;
    let stops = behind.native(Method::GET, "/stops", None).await?;
    let stop = &stops["data"][0];
    let seen = format!("{} {}", stop["of"].as_str().unwrap_or("none"), stop["lanes"]);
    behind
        .outcome(
            "stopped by the gateway",
            seen,
            "number [\"marketing\"]".to_owned(),
            "by the webhook that told of it",
        )
        .await?;
    let told = behind
        .template(behind.number.people + 4_900, "summer_offer")
        .await?;
    let why = match told.decision() {
        Some(id) => because(
            &behind
                .native(Method::GET, &format!("/decisions/{id}"), None)
                .await?,
        ),
        None => String::new(),
    };
    behind
        .outcome(
            "an offer from another template",
            told.word,
            "incident_open".to_owned(),
            &why,
        )
        .await?;
    let asks = behind.number.people + 7;
    behind.writes(asks, "Do you still have tulips?").await?;
    let told = behind.reply(asks, "We do.").await?;
    behind
        .outcome("a reply", told.word, "accepted".to_owned(), "replies never wait")
        .await
}

/// What a decision was made by.
fn because(decision: &Value) -> String {
    let lines = decision["because"].as_array();
    let lines: Vec<&str> = lines.into_iter().flatten().filter_map(Value::as_str).collect();
    lines.join("; ")
}
