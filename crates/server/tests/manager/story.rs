//! A sandbox with something on every page of the Manager: two portfolios, numbers in good and bad standing, templates in
//! every state, people who wrote, blocked and reported.

use serde_json::{Value, json};

const DAY: u64 = 86_400_000;
const SECOND: u64 = 1_000;

/// Answers a call (`POST /path`) that has to work.
pub(crate) trait Sandbox {
    async fn call(&self, call: &str, body: Value) -> Value;
}

/// What the story has made, by their ids.
pub(crate) struct Told {
    /// In good standing.
    pub(crate) good: String,
    /// Low quality, FLAGGED.
    pub(crate) flagged: String,
    /// Of the second portfolio, its limit used up.
    pub(crate) used_up: String,
    pub(crate) second_portfolio: String,
    /// Paused for low quality.
    pub(crate) paused: String,
    /// Rejected by the rules, with a reason.
    pub(crate) rejected: String,
    /// Waits for its review.
    pub(crate) in_review: String,
}

/// Wrote to the good number, and got an answer.
pub(crate) const ANN: &str = "16505550001";

/// The simulated people of the second portfolio.
const PEOPLE: &str = r#"
[[group]]
name = "regulars"
size = 1_000
country = "DE"

[[group]]
name = "wary"
size = 250
country = "GB"
"#;

/// Tells it; `phone` and `waba` are those of the default account.
pub(crate) async fn tell(sandbox: &impl Sandbox, phone: &str, waba: &str) -> Told {
    let story = Story { sandbox };
    let flagged = story.number(waba, "15550783882", "Lucky Shrub Offers").await;
    story.pending_number(waba, "15550783883", "Lucky Shrub New").await;
    let paused = story
        .template(waba, "spring_sale", "Hello, our spring sale begins today.")
        .await;
    let rejected = story
        .submit(
            waba,
            "order_update",
            "Your order {{1}}{{2}} is on its way to you.",
            &["17", "A"],
        )
        .await;
    story.advance(2 * 60 * SECOND).await;
    story
        .submit(waba, "summer_sale", "Hello, our summer sale begins today.", &[])
        .await;
    good_days(&story, phone).await;
    story.conversation(phone).await;
    bad_offer(&story, &flagged).await;
    let (second_portfolio, second_waba, used_up) = small_portfolio(&story).await;
    let people = json!({"file": PEOPLE, "seed": "7"});
    story
        .control(&format!("/portfolios/{second_portfolio}/people"), people)
        .await;
    story.policy(&second_waba, &flagged).await;
    let in_review = story
        .submit(
            waba,
            "autumn_offers",
            "Hello, our autumn offers begin today.",
            &[],
        )
        .await;
    Told {
        good: phone.to_owned(),
        flagged,
        used_up,
        second_portfolio,
        paused,
        rejected,
        in_review,
    }
}

async fn good_days(story: &Story<'_, impl Sandbox>, phone: &str) {
    for day in 0..4 {
        let messages = story
            .broadcast(phone, "hello_world", 16_505_560_000 + day * 100, 40 + day * 10)
            .await;
        story.advance(2 * SECOND).await;
        story
            .react(messages.iter().step_by(2), json!({"signal": "read"}))
            .await;
        story
            .react(messages.iter().take(day as usize / 2), json!({"signal": "block"}))
            .await;
        story.advance(DAY).await;
    }
}

/// Every third person reports the offer, some block it.
async fn bad_offer(story: &Story<'_, impl Sandbox>, phone: &str) {
    let messages = story.broadcast(phone, "spring_sale", 16_505_570_000, 120).await;
    story.advance(2 * SECOND).await;
    let spam = json!({"signal": "report", "reason": "SPAM"});
    story.react(messages.iter().step_by(3), spam).await;
    let block = json!({"signal": "block", "reason": "NO_SIGN_UP"});
    story.react(messages.iter().skip(1).step_by(6), block).await;
    story
        .react(messages.iter().skip(2).step_by(12), json!({"signal": "opt_out"}))
        .await;
    story.advance(3_600 * SECOND).await;
}

/// A portfolio with a limit of 25 people, all of them used.
async fn small_portfolio(story: &Story<'_, impl Sandbox>) -> (String, String, String) {
    let values = "limits.tiers = [25, 100, \"unlimited\"]";
    let body = json!({"name": "Green Market", "overrides": values});
    let portfolio = id(&story.control("/portfolios", body).await, "portfolio_id");
    let path = format!("/portfolios/{portfolio}/wabas");
    let waba = id(
        &story.control(&path, json!({"name": "Green Market"})).await,
        "waba_id",
    );
    let phone = story.number(&waba, "15550784001", "Green Market").await;
    story
        .template(&waba, "welcome", "Your first order is ready to be collected.")
        .await;
    story.broadcast(&phone, "welcome", 16_505_580_000, 25).await;
    story.advance(2 * SECOND).await;
    (portfolio, waba, phone)
}

struct Story<'a, S> {
    sandbox: &'a S,
}

impl<S: Sandbox> Story<'_, S> {
    async fn control(&self, path: &str, body: Value) -> Value {
        self.sandbox.call(&format!("POST /sandbox/v1{path}"), body).await
    }

    async fn advance(&self, by_ms: u64) {
        self.control("/clock/advance", json!({"by_ms": by_ms})).await;
    }

    async fn pending_number(&self, waba: &str, digits: &str, name: &str) -> String {
        let body = json!({"phone_number": digits, "verified_name": name});
        id(
            &self.control(&format!("/wabas/{waba}/numbers"), body).await,
            "phone_number_id",
        )
    }

    async fn number(&self, waba: &str, digits: &str, name: &str) -> String {
        let phone = self.pending_number(waba, digits, name).await;
        for change in ["certificate", "register"] {
            self.control(&format!("/numbers/{phone}/{change}"), json!({}))
                .await;
        }
        phone
    }

    async fn submit(&self, waba: &str, name: &str, text: &str, samples: &[&str]) -> String {
        let mut body = json!({"type": "BODY", "text": text});
        if !samples.is_empty() {
            body["example"] = json!({"body_text": [samples]});
        }
        let template =
            json!({"name": name, "language": "en_US", "category": "MARKETING", "components": [body]});
        let call = format!("POST /v25.0/{waba}/message_templates");
        id(&self.sandbox.call(&call, template).await, "id")
    }

    /// Submitted and approved.
    async fn template(&self, waba: &str, name: &str, text: &str) -> String {
        let template = self.submit(waba, name, text, &[]).await;
        let path = format!("/templates/{template}/review");
        self.control(&path, json!({"decision": "approve"})).await;
        template
    }

    async fn broadcast(&self, phone: &str, template: &str, first: u64, people: u64) -> Vec<String> {
        let mut messages = Vec::new();
        for to in first..first + people {
            let body = json!({"messaging_product": "whatsapp", "to": to.to_string(), "type": "template",
                "template": {"name": template, "language": {"code": "en_US"}}});
            messages.push(self.send(phone, body).await);
        }
        messages
    }

    async fn send(&self, phone: &str, body: Value) -> String {
        let answer = self
            .sandbox
            .call(&format!("POST /v25.0/{phone}/messages"), body)
            .await;
        id(&answer["messages"][0], "id")
    }

    async fn react<'m>(&self, messages: impl Iterator<Item = &'m String>, what: Value) {
        let of = |message: &String| {
            let mut item = what.clone();
            item["message"] = json!(message);
            item
        };
        let items: Vec<Value> = messages.map(of).collect();
        if !items.is_empty() {
            let taken = self.control("/feedback", json!(items)).await;
            assert_eq!(taken["taken"], items.len(), "{taken}");
        }
    }

    /// Two violations of an account, one of them a restriction; an appeal of a number.
    async fn policy(&self, waba: &str, flagged: &str) {
        let path = format!("/wabas/{waba}/violations");
        self.control(&path, json!({"violation_type": "ALCOHOL", "step": "warning"}))
            .await;
        self.control(&path, json!({"violation_type": "ALCOHOL", "step": "3d"}))
            .await;
        let text = json!({"text": "The offer went to people who had asked for it."});
        self.control(&format!("/numbers/{flagged}/appeal"), text).await;
    }

    async fn conversation(&self, phone: &str) {
        let inbound = json!({"from": ANN, "text": "Where is my order?", "name": "Ann <b>Smith</b>"});
        self.control(&format!("/numbers/{phone}/inbound"), inbound).await;
        let reply = json!({"messaging_product": "whatsapp", "to": ANN, "type": "text",
            "text": {"body": "It arrives tomorrow."}});
        let reply = self.send(phone, reply).await;
        self.advance(2 * SECOND).await;
        self.react([reply].iter(), json!({"signal": "read"})).await;
    }
}

fn id(answer: &Value, key: &str) -> String {
    let id = answer[key].as_str();
    id.unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}
