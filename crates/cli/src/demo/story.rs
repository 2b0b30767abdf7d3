//! The story itself: two numbers and their templates through a month.

use std::fmt::Display;

use reqwest::Method;
use serde_json::json;

use super::client::{Client, Sent};
use super::teller::Teller;
use crate::error::CliError;

pub(super) type Result<T> = std::result::Result<T, CliError>;

const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// How long the second number insists: as long as its flag's timer runs.
const DAYS_OF_OFFERS: u64 = 7;

/// A new template for each day, because each is paused when people have had enough of it.
fn offer(day: u64) -> String {
    format!("offer_of_day_{day}")
}

/// The two shops of the story: one learns, one does not.
struct Cast {
    waba: String,
    learns: Number,
    insists: Number,
}

pub(super) struct Number {
    pub(super) id: String,
    /// As events name it.
    pub(super) display: String,
    /// The first person that this number writes to.
    pub(super) people: u64,
}

/// Who tells, and to whom the story happens.
struct Story<'a> {
    client: &'a Client,
    teller: &'a mut Teller,
}

impl Story<'_> {
    /// An outcome at this instant.
    async fn outcome<T: PartialEq + Display>(
        &mut self,
        what: &str,
        seen: T,
        wanted: T,
        why: &str,
    ) -> Result<()> {
        self.teller
            .outcome(self.client.now().await?, what, &seen, &wanted, why);
        Ok(())
    }

    /// A field of a node, as the Graph API gives it now.
    async fn see(&mut self, what: &str, (node, field): (&str, &str), wanted: &str, why: &str) -> Result<()> {
        let seen = self.client.field(node, field).await?;
        self.outcome(what, seen, wanted.to_owned(), why).await
    }
}

/// Tells the whole story.
pub(crate) async fn tell(client: &Client, teller: &mut Teller) -> Result<()> {
    let mut story = Story { client, teller };
    let story = &mut story;
    let cast = registration(story).await?;
    template_review(story, &cast).await?;
    limit_used_up(story, &cast.learns).await?;
    next_tier(story, &cast).await?;
    unwanted_promotion(story, &cast).await?;
    two_endings(story, &cast).await
}

async fn registration(story: &mut Story<'_>) -> Result<Cast> {
    let client = story.client;
    story.teller.chapter("A number is registered");
    let portfolio = client
        .control("/portfolios", json!({"name": "Lucky Shrub"}))
        .await?;
    let portfolio = text(&portfolio, "portfolio_id")?;
    let waba = client
        .control(
            &format!("/portfolios/{portfolio}/wabas"),
            json!({"name": "Lucky Shrub"}),
        )
        .await?;
    let waba = text(&waba, "waba_id")?;
    let learns = number(client, &waba, "15550100001", 15_551_000_000).await?;
    let status = (learns.id.as_str(), "status");
    story
        .see(
            "number +15550100001",
            status,
            "PENDING",
            "no approved name and no certificate yet",
        )
        .await?;
    client
        .control(&format!("/numbers/{}/certificate", learns.id), json!({}))
        .await?;
    story
        .see(
            "number +15550100001",
            status,
            "DISCONNECTED",
            "name and certificate are there: OFFLINE",
        )
        .await?;
    register(client, &learns).await?;
    story
        .see(
            "number +15550100001",
            status,
            "CONNECTED",
            "registered through the Graph API",
        )
        .await?;
    let insists = number(client, &waba, "15550100002", 15_552_000_000).await?;
    client
        .control(&format!("/numbers/{}/certificate", insists.id), json!({}))
        .await?;
    register(client, &insists).await?;
    story
        .see("number +15550100002", (&insists.id, "status"), "CONNECTED", "")
        .await?;
    Ok(Cast {
        waba,
        learns,
        insists,
    })
}

pub(super) async fn number(client: &Client, waba: &str, digits: &str, people: u64) -> Result<Number> {
    let body = json!({"phone_number": digits, "verified_name": "Lucky Shrub"});
    let made = client.control(&format!("/wabas/{waba}/numbers"), body).await?;
    Ok(Number {
        id: text(&made, "phone_number_id")?,
        display: digits.to_owned(),
        people,
    })
}

pub(super) async fn register(client: &Client, number: &Number) -> Result<()> {
    let body = json!({"messaging_product": "whatsapp", "pin": "123456"});
    let answer = client
        .graph(Method::POST, &format!("{}/register", number.id), Some(body))
        .await?;
    match answer["success"].as_bool() {
        Some(true) => Ok(()),
        _ => Err(CliError::Sandbox(format!("register: {answer}"))),
    }
}

async fn template_review(story: &mut Story<'_>, cast: &Cast) -> Result<()> {
    let client = story.client;
    story.teller.chapter("A template is rejected, mended, approved");
    let id = create(
        client,
        &cast.waba,
        "order_update",
        "UTILITY",
        "Hello {{1}}{{1}}, your order is on its way.",
    )
    .await?;
    client.advance(2 * MINUTE).await?;
    let why = client.why("TemplateReviewed", "order_update").await?;
    story
        .see("template order_update", (&id, "status"), "REJECTED", &why)
        .await?;
    let components = body("Hello {{1}}, your order is on its way.");
    client
        .graph(Method::POST, &id, Some(json!({"components": components})))
        .await?;
    story
        .see(
            "template order_update",
            (&id, "status"),
            "PENDING",
            "edited: in review again",
        )
        .await?;
    client.advance(2 * MINUTE).await?;
    let why = client.why("TemplateReviewed", "order_update").await?;
    story
        .see("template order_update", (&id, "status"), "APPROVED", &why)
        .await?;
    let offers = (1..=DAYS_OF_OFFERS).map(offer);
    for name in ["promotion_one".to_owned(), "promotion_two".to_owned()]
        .into_iter()
        .chain(offers)
    {
        let name = name.as_str();
        let text = format!("Hello {{{{1}}}}, the offer called {name} is for you and ends today.");
        create(client, &cast.waba, name, "MARKETING", &text).await?;
    }
    client.advance(2 * MINUTE).await
}

async fn create(client: &Client, waba: &str, name: &str, category: &str, text: &str) -> Result<String> {
    let draft = json!({"name": name, "language": "en_US", "category": category, "components": body(text)});
    let made = client
        .graph(Method::POST, &format!("{waba}/message_templates"), Some(draft))
        .await?;
    match made["id"].as_str() {
        Some(id) => Ok(id.to_owned()),
        None => Err(CliError::Sandbox(format!("template {name}: {made}"))),
    }
}

pub(super) fn body(text: &str) -> serde_json::Value {
    json!([{"type": "BODY", "text": text, "example": {"body_text": [["Anna"]]}}])
}

/// Sends to `count` people from `first`: the accepted messages, and the codes of the refused.
async fn broadcast(
    client: &Client,
    number: &Number,
    first: u64,
    count: u64,
    name: &str,
) -> Result<(Vec<String>, Vec<u64>)> {
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for to in first..first + count {
        match client.send_template(&number.id, number.people + to, name).await? {
            Sent::Accepted(id) => accepted.push(id),
            Sent::Refused(code) => refused.push(code),
        }
    }
    Ok((accepted, refused))
}

async fn limit_used_up(story: &mut Story<'_>, number: &Number) -> Result<()> {
    let client = story.client;
    story
        .teller
        .chapter("A broadcast to 1,200 people meets the limit of 1,000");
    let writer = number.people + 500_000;
    client
        .control(
            &format!("/numbers/{}/inbound", number.id),
            json!({"from": writer.to_string(), "text": "Where is my order?", "name": "Anna"}),
        )
        .await?;
    let (accepted, refused) = broadcast(client, number, 0, 1_200, "order_update").await?;
    story
        .outcome(
            "accepted",
            accepted.len(),
            1_000,
            "unique people outside the service window in 24 h",
        )
        .await?;
    story
        .outcome(
            "refused with 131048",
            refused.iter().filter(|code| **code == 131_048).count(),
            200,
            "",
        )
        .await?;
    let why = client.why("LimitReached", &number.display).await?;
    story
        .see("number +15550100001", (&number.id, "status"), "RESTRICTED", &why)
        .await?;
    let reply = client
        .send_text(&number.id, writer, "It arrives tomorrow.")
        .await?;
    let replied = matches!(reply, Sent::Accepted(_));
    story
        .outcome(
            "a reply to a person who wrote goes",
            replied,
            true,
            "the service window is open: replies never count",
        )
        .await?;
    client.advance(DAY).await?;
    let why = client.why("LimitFreed", &number.display).await?;
    story
        .see("number +15550100001", (&number.id, "status"), "CONNECTED", &why)
        .await
}

async fn next_tier(story: &mut Story<'_>, cast: &Cast) -> Result<()> {
    let client = story.client;
    story.teller.chapter("Good days raise the limit");
    for number in [&cast.learns, &cast.insists] {
        broadcast(client, number, 2_000, 1_000, "order_update").await?;
    }
    client.advance(DAY + MINUTE).await?;
    broadcast(client, &cast.insists, 3_000, 1_000, "order_update").await?;
    let why = client.why("TierChanged", &cast.learns.display).await?;
    let limit = (cast.learns.id.as_str(), "messaging_limit_tier");
    story
        .see("limit of +15550100001", limit, "TIER_10K", &why)
        .await?;
    client.advance(DAY + MINUTE).await?;
    let why = client.why("TierChanged", &cast.insists.display).await?;
    let limit = (cast.insists.id.as_str(), "messaging_limit_tier");
    story
        .see("limit of +15550100002", limit, "TIER_10K", &why)
        .await?;
    story
        .see(
            "quality of +15550100001",
            (&cast.learns.id, "quality_rating"),
            "GREEN",
            "delivered, and nobody complained",
        )
        .await
}

/// A promotion that its people block as spam, one after another, until the rating is `until`. To as many as go before
/// pacing holds the rest: the account has had a bad template.
async fn promote(client: &Client, number: &Number, first: u64, name: &str, until: &str) -> Result<()> {
    let (messages, _) = broadcast(client, number, first, 500, name).await?;
    client.advance(5 * MINUTE).await?;
    annoy(client, number, &messages, until).await
}

async fn annoy(client: &Client, number: &Number, messages: &[String], until: &str) -> Result<()> {
    for (count, message) in messages.iter().enumerate() {
        let signal = if count % 3 == 0 { "report" } else { "block" };
        let feedback = json!({"signal": signal, "reason": "SPAM"});
        client
            .control(&format!("/messages/{message}/feedback"), feedback)
            .await?;
        if client.field(&number.id, "quality_rating").await? == until {
            break;
        }
    }
    Ok(())
}

async fn unwanted_promotion(story: &mut Story<'_>, cast: &Cast) -> Result<()> {
    let client = story.client;
    story.teller.chapter("An unwanted promotion");
    let number = &cast.learns;
    let (messages, _) = broadcast(client, number, 10_000, 1_500, "promotion_one").await?;
    client.advance(5 * MINUTE).await?;
    annoy(client, number, &messages, "YELLOW").await?;
    let why = client.why("NumberRated", &number.display).await?;
    story
        .see(
            "quality of +15550100001",
            (&number.id, "quality_rating"),
            "YELLOW",
            &why,
        )
        .await?;
    annoy(client, number, &messages[100..], "RED").await?;
    let why = client.why("NumberRated", &number.display).await?;
    story
        .see(
            "quality of +15550100001",
            (&number.id, "quality_rating"),
            "RED",
            &why,
        )
        .await?;
    let why = client.why("Flagged", &number.display).await?;
    story
        .see("number +15550100001", (&number.id, "status"), "FLAGGED", &why)
        .await?;
    let why = client.why("TemplatePaused", "promotion_one").await?;
    let sent = client
        .send_template(&number.id, number.people + 90_000, "promotion_one")
        .await?;
    let code = if let Sent::Refused(code) = sent { code } else { 0 };
    story
        .outcome("sending template promotion_one", code, 132_015, &why)
        .await?;
    promote(client, &cast.insists, 10_000, "promotion_two", "RED").await?;
    let why = client.why("Flagged", &cast.insists.display).await?;
    story
        .see(
            "number +15550100002",
            (&cast.insists.id, "status"),
            "FLAGGED",
            &why,
        )
        .await?;
    client.advance(3 * HOUR).await?;
    let sent = client
        .send_template(&number.id, number.people + 500_000, "promotion_one")
        .await?;
    let accepted = matches!(sent, Sent::Accepted(_));
    let why = client.why("TemplateUnpaused", "promotion_one").await?;
    story
        .outcome("promotion_one can be sent again", accepted, true, &why)
        .await?;
    Ok(())
}

/// One number stops its broadcasts and recovers; the other goes on annoying people and drops a tier.
async fn two_endings(story: &mut Story<'_>, cast: &Cast) -> Result<()> {
    let client = story.client;
    story.teller.chapter("One number stops, the other goes on");
    let insists = &cast.insists;
    for day in 1..=DAYS_OF_OFFERS {
        let (messages, _) = broadcast(client, insists, 20_000 + day * 1_000, 300, &offer(day)).await?;
        client.advance(5 * MINUTE).await?;
        for message in messages.iter().step_by(8) {
            let feedback = json!({"signal": "block", "reason": "DIDNT_SIGN_UP"});
            client
                .control(&format!("/messages/{message}/feedback"), feedback)
                .await?;
        }
        client.advance(DAY - 5 * MINUTE).await?;
    }
    let why = client.why("FlagEnded", &cast.learns.display).await?;
    story
        .see(
            "number +15550100001",
            (&cast.learns.id, "status"),
            "CONNECTED",
            &why,
        )
        .await?;
    let limit = (cast.learns.id.as_str(), "messaging_limit_tier");
    story
        .see(
            "limit of +15550100001",
            limit,
            "TIER_10K",
            "recovered in time: no penalty",
        )
        .await?;
    let why = client.why("FlagEnded", &insists.display).await?;
    story
        .see("number +15550100002", (&insists.id, "status"), "CONNECTED", &why)
        .await?;
    let why = client.why("TierChanged", &insists.display).await?;
    story
        .see(
            "limit of +15550100002",
            (&insists.id, "messaging_limit_tier"),
            "TIER_1K",
            &why,
        )
        .await
}

pub(super) fn text(answer: &serde_json::Value, key: &str) -> Result<String> {
    match answer[key].as_str() {
        Some(value) => Ok(value.to_owned()),
        None => Err(CliError::Sandbox(format!("no {key} in {answer}"))),
    }
}
