//! `health_status` names everything that stands in the way, entity by entity.

use std::fmt::Write as _;

use rulebook::edition::EditionId;
use serde_json::{Value, json};

use crate::world::{ANN, BOB, DAY, QUICK, SECOND, World, id};

async fn world(edition: &str, overrides: &str) -> World {
    let edition = EditionId::named(edition).expect("the edition exists").number();
    let change = |config: &mut server::SeatConfig| {
        config.defaults.edition = edition;
        config.defaults.overrides = overrides.to_owned();
    };
    World::with(change, QUICK).await
}

/// What is in the way of a node: the whole, and what is not available of it.
async fn health(world: &World, of: &str) -> String {
    let call = format!("GET /v25.0/{of}?fields=health_status");
    let node = world.ok(&call, Value::Null).await;
    let health = &node["health_status"];
    let mut told = format!("{}\n", health["can_send_message"].as_str().expect("a word"));
    for entity in health["entities"].as_array().expect("a list") {
        let errors = entity["errors"].as_array().into_iter().flatten();
        for error in errors {
            let (code, what, how) = (
                &error["error_code"],
                &error["error_description"],
                &error["possible_solution"],
            );
            let _ = writeln!(told, "  {} BLOCKED {code}: {what} {how}", entity["entity_type"]);
        }
        for info in entity["additional_info"].as_array().into_iter().flatten() {
            let _ = writeln!(told, "  {} LIMITED {info}", entity["entity_type"]);
        }
    }
    told
}

#[tokio::test]
async fn everything_in_the_way_of_a_number() {
    let overrides = "limits.tiers = [2, 10]\nlow_quality.filtered = 0.25";
    let world = world("2023-per-number", overrides).await;
    let mut told = format!("# nothing\n{}", health(&world, "$PHONE").await);
    for person in [ANN, BOB] {
        world.hello(person).await;
    }
    let _ = writeln!(told, "# a used-up limit\n{}", health(&world, "$PHONE").await);
    world.advance(DAY).await;
    let steps = [
        ("moderate", json!({"reason": "prohibited_content"})),
        ("rate_limit", Value::Null),
        ("rate_limit_lifted", Value::Null),
        ("deregister", Value::Null),
        ("ban", Value::Null),
    ];
    for (step, body) in steps {
        world.control(&format!("/numbers/$PHONE/{step}"), body).await;
        let _ = writeln!(told, "# {step}\n{}", health(&world, "$PHONE").await);
    }
    let new = json!({"phone_number": "15550783999", "verified_name": "Second"});
    let made = world.control("/wabas/$WABA/numbers", new).await;
    let second = id(&made, "phone_number_id");
    let _ = writeln!(told, "# a new number\n{}", health(&world, &second).await);
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_number_that_is_raised_is_blocked_for_a_minute() {
    let overrides = "limits.start = 4\nrating.known_after = 2\nthroughput.raise.after = \"1h\"";
    let world = world("2024-per-number", overrides).await;
    for person in [ANN, BOB] {
        world.hello(person).await;
    }
    world.advance(3_600 * SECOND + SECOND).await;
    let mut told = health(&world, "$PHONE").await;
    world.advance(60 * SECOND).await;
    told.push_str(&health(&world, "$PHONE").await);
    let node = world.ok("GET /v25.0/$PHONE?fields=throughput", Value::Null).await;
    insta::assert_snapshot!(format!("{told}{node}"));
}

#[tokio::test]
async fn everything_in_the_way_of_an_account() {
    let world = world("2023-per-number", "misuse.ladder = true").await;
    let mut told = String::new();
    for step in ["warning", "1d", "5d", "lock", "disable"] {
        let violation = json!({"violation_type": "ALCOHOL", "step": step});
        world.control("/wabas/$WABA/violations", violation).await;
        let _ = writeln!(told, "# {step}\n{}", health(&world, "$WABA").await);
        let reverse = format!(
            "/portfolios/$PORTFOLIO/violations/{}/reverse",
            told.matches('#').count() - 1
        );
        world.control(&reverse, Value::Null).await;
    }
    for finding in 1..=3 {
        world.control("/wabas/$WABA/misuse", Value::Null).await;
        let _ = writeln!(told, "# misuse, {finding}\n{}", health(&world, "$WABA").await);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn everything_in_the_way_of_a_template_and_a_portfolio() {
    let overrides = "pacing.template.first = 1\npacing.portfolio.first = 2\nlimits.tiers = [4, 10]";
    let world = world("2026-per-portfolio", overrides).await;
    let body = json!({"name": "news", "language": "en_US", "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Our news are out."}]});
    let made = world.ok("POST /v25.0/$WABA/message_templates", body).await;
    let template = id(&made, "id");
    let mut told = format!("# in review\n{}", health(&world, &template).await);
    let review = format!("/templates/{template}/review");
    world.control(&review, json!({"decision": "approve"})).await;
    let verified = json!({"path": "identity_verification"});
    world
        .control("/portfolios/$PORTFOLIO/verification", verified)
        .await;
    for person in [ANN, BOB] {
        world
            .template("$PHONE", &format!("49151{}", &person[5..]), "news")
            .await;
    }
    let _ = writeln!(
        told,
        "# the second waits for the first\n{}",
        health(&world, &template).await
    );
    for person in [ANN, BOB] {
        world.hello(person).await;
    }
    let _ = writeln!(
        told,
        "# the fourth waits for the others\n{}",
        health(&world, "$WABA").await
    );
    let verified = json!({"path": "partner_verification"});
    world
        .control("/portfolios/$PORTFOLIO/verification", verified)
        .await;
    world.advance(DAY).await;
    let _ = writeln!(
        told,
        "# verified, a day later\n{}",
        health(&world, &template).await
    );
    insta::assert_snapshot!(told);
}
