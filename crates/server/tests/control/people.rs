//! Simulated people and magic recipients, seen from outside: errors, webhooks, who there is.

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::{DAY, World, id};

const FILE: &str = "[[group]]\nname = \"talkers\"\nsize = 50\ncountry = \"DE\"\nawake = \"00:00-24:00\"\nreads = 1\n\
    reads_after = \"5m\"\nreplies = 1\nchats = 0\nreceipts = 1\nphone_on = 1\nsays = [\"Ja, gern.\"]\n";

/// The codes that tell most about the shape of an error.
#[tokio::test]
async fn a_magic_number_answers_the_error_that_it_names() {
    let world = World::new().await;
    let mut table = String::new();
    for code in [
        4, 10, 190, 368, 80_007, 130_429, 131_026, 131_031, 131_047, 131_056, 132_015, 999_999,
    ] {
        let body = json!({"messaging_product": "whatsapp", "to": format!("1999{code:07}"), "type": "text",
            "text": {"body": "Hello"}});
        let (status, answer) = world.call("POST /v25.0/$PHONE/messages", &body.to_string()).await;
        let answer: Value = serde_json::from_str(&answer).expect("answers are JSON");
        let error = &answer["error"];
        assert_eq!(error["code"], code, "{answer}");
        table += &format!("{code}: {status} {} {}\n", error["type"], error["message"]);
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn magic_recipients_are_told_by_webhook() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let mut told = String::new();
    for to in [
        "19970100000",
        "19973100000",
        "19980131049",
        "19971300000",
        "19972000000",
    ] {
        let before = receiver.posts().len();
        world.hello(to).await;
        world.advance(DAY).await;
        world.settle().await;
        told += &format!("{to}: {}\n", receiver.gists()[before..].join(", "));
    }
    let failed = receiver.posts().into_iter().find(|post| post.gist() == "failed");
    let failed = failed.expect("1998 fails").value();
    assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_049);
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn people_of_a_file_read_and_answer() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let path = "/portfolios/$PORTFOLIO/people";
    let state = world.control(path, json!({"file": FILE, "seed": "7"})).await;
    let first = id(&state["groups"][0], "first_number");
    assert_eq!(first, "495500000000");
    world.hello(&first).await;
    world.advance(DAY).await;
    world.settle().await;
    assert_eq!(receiver.gists(), ["sent", "delivered", "read", "Ja, gern."]);
    let said = receiver.posts()[3].value();
    assert_eq!(said["messages"][0]["from"], first);
    let message = id(&said["messages"][0], "id");
    let kept = world
        .ok(&format!("GET /sandbox/v1/messages/{message}"), Value::Null)
        .await;
    assert_eq!(
        (&kept["text"], &kept["wa_id"]),
        (&json!("Ja, gern."), &json!(first))
    );
    let table = world
        .table(&[
            ("GET /sandbox/v1/portfolios/$PORTFOLIO/people", ""),
            ("DELETE /sandbox/v1/portfolios/$PORTFOLIO/people", ""),
            ("GET /sandbox/v1/portfolios/$PORTFOLIO/people", ""),
            (
                "POST /sandbox/v1/portfolios/$PORTFOLIO/people",
                r#"{"file":"[[group]]\nsize = -1"}"#,
            ),
            (
                "POST /sandbox/v1/portfolios/$PORTFOLIO/people",
                r#"{"file":"","seed":"x"}"#,
            ),
            ("GET /sandbox/v1/portfolios/100000090000000/people", ""),
            ("GET /sandbox/v1/events?limit=30&portfolio=$PORTFOLIO", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_sandbox_with_people_gives_them_to_every_portfolio() {
    let world = World::with(
        |config| config.people = Some(FILE.to_owned()),
        crate::world::QUICK,
    )
    .await;
    let made = world.control("/portfolios", json!({"name": "Other"})).await;
    let other = id(&made, "portfolio_id");
    let mut seeds = Vec::new();
    for portfolio in ["$PORTFOLIO", &other] {
        let path = format!("GET /sandbox/v1/portfolios/{portfolio}/people");
        let people = world.ok(&path, Value::Null).await;
        assert_eq!(people["groups"][0]["size"], 50);
        seeds.push(id(&people, "seed"));
    }
    assert_ne!(seeds[0], seeds[1], "the same people, but not the same fate");
    let mut config = server::SeatConfig::new("2023-per-number").expect("the edition exists");
    config.people = Some("[[group]]\nname = 7".to_owned());
    let error = server::Seat::open(config)
        .err()
        .expect("the file is wrong")
        .to_string();
    assert!(error.contains("`group[0].name`"), "{error}");
}
