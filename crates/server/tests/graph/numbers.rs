//! Phone numbers over the wire.

use platform::ids::WabaIx;
use rulebook::status::StageChange;

use crate::support::{CELL, NUMBER, World};

/// Every field that a number has a value for.
const ALL: &str = "id,display_phone_number,verified_name,quality_rating,quality_score,status,messaging_limit_tier,\
whatsapp_business_manager_messaging_limit,throughput,platform_type,code_verification_status,name_status,new_name_status,\
account_mode,is_pin_enabled,is_official_business_account,certificate,webhook_configuration,health_status";

#[tokio::test]
async fn read_and_listed() {
    let world = World::new().await;
    let second = world
        .seat
        .add_number(CELL, WabaIx(0), 4_915_112_345_678, "Zweite")
        .await;
    second.expect("the number is free");
    let all = format!("GET /$PHONE?fields={ALL}");
    let pending = format!("GET /300000010000001?fields={ALL}");
    let table = world
        .table_of_nothing(&[
            ("default fields", "GET /$PHONE", ""),
            ("all fields", &all, ""),
            ("all fields of one that is pending", &pending, ""),
            (
                "nested fields",
                "GET /$PHONE?fields=throughput%7Blevel%7D,health_status%7Bcan_send_message%7D",
                "",
            ),
            ("the list", "GET /$WABA/phone_numbers?fields=id,status", ""),
            ("a page", "GET /$WABA/phone_numbers?fields=id&limit=1", ""),
            (
                "the list of an account that is not there",
                "GET /200000010000007/phone_numbers",
                "",
            ),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_removed_number_is_gone() {
    let world = World::new().await;
    let removed = world.seat.stage(CELL, NUMBER, StageChange::Delete).await;
    removed.expect("any number can be removed");
    let table = world
        .table_of_nothing(&[
            ("read", "GET /$PHONE", ""),
            ("changed", "POST /$PHONE", r#"{"pin":"123456"}"#),
            (
                "registered",
                "POST /$PHONE/register",
                r#"{"messaging_product":"whatsapp","pin":"123456"}"#,
            ),
            ("its profile", "GET /$PHONE/whatsapp_business_profile", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_phone_number_has_one_owner() {
    let world = World::new().await;
    let other = world
        .seat
        .create_portfolio("Other", None)
        .await
        .expect("there is room");
    let waba = world
        .seat
        .add_waba(other, "Other")
        .await
        .expect("the portfolio is open");
    let add = async |e164| world.seat.add_number(other, waba, e164, "Other").await;
    let holder = |result: Result<_, server::SeatError>| match result {
        Err(server::SeatError::Taken { holder }) => Some(holder),
        _ => None,
    };
    assert_eq!(holder(add(15_550_783_881).await), Some(CELL));
    assert!(add(15_550_783_882).await.is_ok());
    assert!(
        matches!(add(15_550_783_882).await, Err(server::SeatError::Refused { .. })),
        "twice in one portfolio"
    );
    assert_eq!(
        world.seat.view().numbers.get(&15_550_783_882),
        Some(&other.0),
        "a refusal frees nothing"
    );
    world
        .seat
        .stage(CELL, NUMBER, StageChange::Delete)
        .await
        .expect("any number can be removed");
    assert!(add(15_550_783_881).await.is_ok(), "free again");
    let refused = world
        .seat
        .add_number(other, WabaIx(9), 15_550_783_883, "No WABA")
        .await;
    assert!(matches!(refused, Err(server::SeatError::Unknown("WABA"))));
    assert_eq!(world.seat.view().numbers.get(&15_550_783_883), None, "given back");
}
