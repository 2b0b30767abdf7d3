//! What a business sees of its own figures.

use decider::Millis;
use platform::portfolio::Command;
use platform::portfolio::command::Feedback;
use rulebook::rating::{BlockReason, Signal};

use crate::support::{CELL, NUMBER, World};

const ANNA: u64 = 4_915_112_340_000;

/// Templates are sent to so many people from `first`, and all of them arrive.
async fn broadcast(world: &World, first: u64, people: u64) {
    for person in 0..people {
        assert_eq!(world.hello(first + person).await.status, 200);
    }
    world.advance(Millis::SECOND).await;
}

/// 2023-11-14 and the two days after it.
const DAYS: &str = "start(1699920000).end(1700179200)";

#[tokio::test]
async fn figures_of_numbers() {
    let world = World::new().await;
    broadcast(&world, ANNA, 3).await;
    broadcast(&world, 919_876_540_000, 1).await;
    world.inbound(ANNA).await;
    world.text(ANNA).await;
    world.advance(Millis::days(1)).await;
    broadcast(&world, ANNA, 1).await;
    let ask = |fields: &str| format!("GET /$WABA?fields={}", fields.replace("DAYS", DAYS));
    let rows = [
        ("by day", "analytics.DAYS.granularity(DAY)"),
        (
            "by half-hour, of one country",
            "analytics.DAYS.granularity(HALF_HOUR).country_codes([%22IN%22])",
        ),
        (
            "without templates, and from people",
            "analytics.DAYS.granularity(MONTH).product_types([2,100])",
        ),
        (
            "of another number",
            "analytics.DAYS.granularity(DAY).phone_numbers([%2215550000000%22])",
        ),
        (
            "prices",
            "pricing_analytics.DAYS.granularity(DAILY).dimensions(PRICING_CATEGORY,PRICING_TYPE,COUNTRY,TIER)",
        ),
        (
            "volume alone",
            "pricing_analytics.DAYS.granularity(MONTHLY).metric_types([VOLUME]).pricing_categories([MARKETING,UTILITY])",
        ),
        (
            "conversations",
            "conversation_analytics.DAYS.granularity(MONTHLY).dimensions([%22CONVERSATION_CATEGORY%22,%22CONVERSATION_DIRECTION%22,%22PHONE%22])",
        ),
        ("several at once", "id,name,analytics.DAYS.granularity(MONTH)"),
    ];
    let calls: Vec<(&str, String)> = rows.iter().map(|(what, fields)| (*what, ask(fields))).collect();
    let calls: Vec<(&str, &str, &str)> = calls
        .iter()
        .map(|(what, call)| (*what, call.as_str(), ""))
        .collect();
    insta::assert_snapshot!(world.table_of_nothing(&calls).await);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_named() {
    let world = World::new().await;
    let table = world
        .table_of_nothing(&[
            ("no start", "GET /$WABA?fields=analytics.end(2).granularity(DAY)", ""),
            ("no granularity", "GET /$WABA?fields=analytics.start(1).end(2)", ""),
            ("an unknown one", "GET /$WABA?fields=analytics.start(1).end(2).granularity(WEEK)", ""),
            ("too long ago", "GET /$WABA?fields=analytics.start(1).end(2).granularity(DAY)", ""),
            ("no time", "GET /$WABA?fields=analytics.start(1700000000).end(1700000000).granularity(DAY)", ""),
            ("half-hours of long ago", "GET /$WABA?fields=analytics.start(1690000000).end(1700000000).granularity(HALF_HOUR)", ""),
            ("an unknown dimension", "GET /$WABA?fields=pricing_analytics.start(1699920000).end(1700179200).granularity(DAILY).dimensions(COLOUR)", ""),
            ("templates before it was enabled", "GET /$WABA/template_analytics?start=1699920000&end=1700179200&granularity=daily&template_ids=[400000010000000]", ""),
            ("by the hour", "GET /$WABA/template_analytics?start=1699920000&end=1700179200&granularity=hourly&template_ids=[1]", ""),
            ("no templates", "GET /$WABA/template_analytics?start=1699920000&end=1700179200&granularity=daily", ""),
            ("no template of ours", "GET /$WABA/template_analytics?start=1699920000&end=1700179200&granularity=daily&template_ids=[1]", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

/// A template with a quick reply and a link, approved; its id.
async fn offer(world: &World, name: &str) -> String {
    let body = format!(
        r#"{{"name":"{name}","language":"en_US","category":"MARKETING","components":[
            {{"type":"BODY","text":"Look at our {name} today."}},
            {{"type":"BUTTONS","buttons":[{{"type":"QUICK_REPLY","text":"Stop"}},
                {{"type":"URL","text":"Look","url":"https://example.com/"}}]}}]}}"#
    );
    let told = world.call("POST /$WABA/message_templates", &body).await;
    let value: serde_json::Value = serde_json::from_str(&told.body).expect("answers are JSON");
    let id = value["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", told.body))
        .to_owned();
    world.advance(Millis::minutes(2)).await;
    id
}

async fn send(world: &World, name: &str, to: u64) {
    let body = format!(
        r#"{{"messaging_product":"whatsapp","to":"{to}","type":"template","template":{{"name":"{name}","language":{{"code":"en_US"}}}}}}"#
    );
    let told = world.call("POST /$PHONE/messages", &body).await;
    assert_eq!(told.status, 200, "{}", told.body);
}

/// What a person does to the message with this number.
async fn does(world: &World, seq: u32, feedback: Feedback) {
    let message = platform::ids::MessageId { number: NUMBER, seq };
    let answer = world
        .seat
        .portfolio(CELL, Command::Feedback { message, feedback })
        .await;
    assert!(
        matches!(answer, Ok(platform::portfolio::Answer::Done)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn figures_of_templates() {
    let world = World::with(|config| {
        config
            .defaults
            .overrides
            .push_str("pacing.template.first = \"never\"\nanalytics.compared_sends = 3\n")
    })
    .await;
    world.call("POST /$WABA?is_enabled_for_insights=true", "").await;
    let (first, second) = (offer(&world, "offer").await, offer(&world, "bargain").await);
    for person in 0..4 {
        send(&world, "offer", ANNA + person).await;
        send(&world, "bargain", ANNA + 100 + person).await;
    }
    world.advance(Millis::SECOND).await;
    does(&world, 0, Feedback::Read).await;
    does(&world, 0, Feedback::Tapped { button: 1 }).await;
    does(&world, 0, Feedback::Tapped { button: 1 }).await;
    does(&world, 2, Feedback::Tapped { button: 0 }).await;
    does(&world, 1, Feedback::Signal(Signal::Block(BlockReason::Spam))).await;
    let ask = format!(
        "GET /$WABA/template_analytics?start=1699920000&end=1700179200&granularity=daily&template_ids=[{first},{second}]"
    );
    let some = format!("{ask}&metric_types=sent,read");
    let lite = format!("{ask}&product_type=MARKETING_MESSAGES_API_FOR_WHATSAPP");
    let by_date = ask
        .replace("1699920000", "2023-11-14")
        .replace("1700179200", "2023-11-15");
    let compare = format!("GET /{first}/compare?template_ids=[{second}]&start=1699395200&end=1700000000");
    let in_millis =
        format!("GET /{second}/compare?template_ids={first}&start=1699395200000&end=1700000000000");
    let table = world
        .table_of_nothing(&[
            ("both", &ask, ""),
            ("some of it", &some, ""),
            ("by date", &by_date, ""),
            ("by the interface for marketing", &lite, ""),
            ("compared", &compare, ""),
            ("from the other, in milliseconds", &in_millis, ""),
            ("over five days", &compare.replace("1699395200", "1699568000"), ""),
            ("with itself", &compare.replace(&second, &first), ""),
        ])
        .await;
    insta::assert_snapshot!(table);
    // A week later reads and taps are zero, what was sent and arrived stays.
    world.advance(Millis::days(8)).await;
    insta::assert_snapshot!(
        "a_week_later",
        world.table_of_nothing(&[("later", &ask, "")]).await
    );
}

#[tokio::test]
async fn templates_that_were_sent_too_seldom_are_not_compared() {
    let world = World::new().await;
    let (first, second) = (offer(&world, "offer").await, offer(&world, "bargain").await);
    let compare = format!("GET /{first}/compare?template_ids=[{second}]&start=1699395200&end=1700000000");
    let told = world.call(&compare, "").await;
    assert_eq!(told.status, 400);
    assert!(
        told.body
            .contains("each template must have been sent 1000 times: 0 and 0 were"),
        "{}",
        told.body
    );
}
