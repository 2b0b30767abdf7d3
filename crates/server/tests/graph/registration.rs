//! Registering a number: PIN, code, and how often.

use decider::Millis;
use platform::ids::WabaIx;

use crate::support::{CELL, World};

const PHONE: &str = "/300000010000001";

fn pin(text: &str) -> String {
    format!(r#"{{"messaging_product":"whatsapp","pin":"{text}"}}"#)
}

/// A world whose default account has a second number that nothing was done for.
async fn with_second() -> World {
    let world = World::new().await;
    let second = world
        .seat
        .add_number(CELL, WabaIx(0), 4_915_112_345_678, "Zweite")
        .await;
    second.expect("the number is free");
    world
}

/// The code that the owner of the second number was sent.
async fn code(world: &World) -> String {
    let number = platform::ids::NumberIx(1);
    let now = world.seat.now();
    let read = move |portfolio: &platform::portfolio::Portfolio| {
        portfolio.surface.access(number)?.code(now).map(|code| code.code)
    };
    let code = world.seat.query(CELL, read).await.expect("it answers").flatten();
    code.expect("a code was sent").to_string()
}

#[tokio::test]
async fn from_code_to_pin() {
    let world = with_second().await;
    let (request, verify) = (
        format!("POST {PHONE}/request_code"),
        format!("POST {PHONE}/verify_code"),
    );
    let register = format!("POST {PHONE}/register");
    let state = format!("GET {PHONE}?fields=status,code_verification_status,name_status,is_pin_enabled");
    let by_query = format!("{request}?code_method=SMS&language=en_US");
    let mut table = world
        .table(&[
            ("before anything", &state, ""),
            ("registered too early", &register, &pin("123456")),
            ("a PIN too early", &format!("POST {PHONE}"), r#"{"pin":"123456"}"#),
            ("a code that was never sent", &verify, r#"{"code":"123456"}"#),
            ("no method", &request, "{}"),
            ("no language", &request, r#"{"code_method":"SMS"}"#),
            (
                "another method",
                &request,
                r#"{"code_method":"FAX","language":"en"}"#,
            ),
            ("a code by SMS", &by_query, ""),
            ("a code that is no code", &verify, r#"{"code":"12"}"#),
            ("a wrong code", &verify, r#"{"code":"000-000"}"#),
            (
                "a code of a number that is not there",
                "POST /300000010000009/request_code?code_method=SMS&language=en",
                "",
            ),
        ])
        .await;
    let right = code(&world).await;
    table += &world
        .table(&[("the right code", &verify, &format!(r#"{{"code":"{right}"}}"#))])
        .await
        .replace(&right, "CODE");
    table += &world
        .table(&[
            ("verified", &state, ""),
            ("again", &by_query, ""),
            ("no PIN", &register, r#"{"messaging_product":"whatsapp"}"#),
            ("a PIN of the wrong length", &register, &pin("12345")),
            ("no product", &register, r#"{"pin":"123456"}"#),
            ("registered: the PIN is set", &register, &pin("123456")),
            ("again", &register, &pin("123456")),
            ("connected", &state, ""),
            ("with another PIN", &register, &pin("654321")),
            ("deregistered", &format!("POST {PHONE}/deregister"), ""),
            ("deregistered again", &format!("POST {PHONE}/deregister"), ""),
            ("with another PIN, later", &register, &pin("654321")),
            ("a new PIN", &format!("POST {PHONE}/"), r#"{"pin":"654321"}"#),
            (
                "a new PIN that is none",
                &format!("POST {PHONE}"),
                r#"{"pin":"secret"}"#,
            ),
            ("registered with the new PIN", &register, &pin("654321")),
            (
                "a number that is not there",
                "POST /300000010000009/register",
                &pin("123456"),
            ),
            ("by another method", &format!("GET {PHONE}/register"), ""),
            (
                "a code by another method",
                &format!("GET {PHONE}/request_code"),
                "",
            ),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn not_without_end() {
    let world = World::new().await;
    let register = "POST /$PHONE/register";
    let set = world.call(register, &pin("123456")).await;
    assert_eq!(set.status, 200, "{}", set.body);
    for _ in 0..5 {
        assert_eq!(world.call(register, &pin("000000")).await.status, 400);
    }
    let mut table = world
        .table(&[("after five wrong PINs", register, &pin("123456"))])
        .await;
    world.advance(Millis::hours(24)).await;
    for _ in 0..4 {
        assert_eq!(world.call(register, &pin("123456")).await.status, 200);
    }
    table += &world
        .table(&[("after ten calls", register, &pin("123456"))])
        .await;
    world.advance(Millis::hours(48)).await;
    table += &world
        .table(&[("when the first are 72 hours old", register, &pin("123456"))])
        .await;
    insta::assert_snapshot!(table);
}
