//! What people send, of every type: taken by the control API, told by webhook; and what is said of each defect.

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::{ANN, QUICK, World};

#[tokio::test]
async fn every_type_is_told() {
    let world = World::with(|_| (), QUICK).await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    world.inbound(ANN, "Hello").await;
    let sent = world.reply(ANN, "Yes?").await;
    let item = json!({"product_retailer_id": "p", "quantity": 2, "item_price": 5, "currency": "USD"});
    let rows = [
        json!({"image": {"data": "iVBORw==", "mime_type": "image/png", "caption": "A"}}),
        json!({"document": {"data": "iVBORw==", "mime_type": "application/pdf", "filename": "a.pdf"}}),
        json!({"audio": {"data": "iVBORw==", "mime_type": "audio/ogg; codecs=opus", "voice": true}}),
        json!({"sticker": {"data": "iVBORw==", "mime_type": "image/webp"}}),
        json!({"location": {"latitude": 37.48, "longitude": -122.15, "name": "Park"}}),
        json!({"contacts": [{"name": {"formatted_name": "Bob Lee", "first_name": "Bob"}}]}),
        json!({"reaction": {"message_id": sent, "emoji": "👍"}}),
        json!({"button": {"text": "Stop"}, "reply_to": sent}),
        json!({"interactive": {"button_reply": {"id": "y", "title": "Yes"}}, "reply_to": sent}),
        json!({"interactive": {"list_reply": {"id": "r", "title": "Row", "description": "Second"}}}),
        json!({"interactive": {"nfm_reply": {"response_json": "{\"a\":1}", "name": "flow", "body": "Sent"}}}),
        json!({"order": {"catalog_id": "c", "text": "Please", "product_items": [item]}}),
        json!({"system": {"body": "Ann changed their number", "wa_id": "16505550009"}}),
        json!({"unsupported": {"type": "poll"}}),
        json!({"edit": {"original_message_id": sent, "message": {"type": "text", "text": {"body": "x"}}}}),
        json!({"text": "Hi", "forwarded": true, "name": "Ann"}),
        json!({"text": "Is it there?", "referred_product": {"catalog_id": "c", "product_retailer_id": "p"}, "reply_to": sent}),
        json!({"text": "Hi", "referral": {"source_type": "ad", "source_id": "1", "ctwa_clid": "x"}}),
    ];
    let mut told = String::new();
    for mut row in rows {
        row["from"] = ANN.into();
        world.control("/numbers/$PHONE/inbound", row).await;
    }
    world.settle().await;
    for posted in receiver.posts() {
        if posted.value()["messages"].is_array() {
            let body = std::str::from_utf8(&posted.bytes).expect("bodies are ASCII");
            told.push_str(body);
            told.push('\n');
        }
    }
    insta::assert_snapshot!(told);
}

/// A file of a person is described and downloaded like any other, for seven days.
#[tokio::test]
async fn a_file_of_a_person_is_kept() {
    let world = World::with(|_| (), QUICK).await;
    let receiver = Receiver::start().await;
    world.listen(&receiver).await;
    let image = json!({"from": ANN, "image": {"data": "iVBORw==", "mime_type": "image/png"}});
    world.control("/numbers/$PHONE/inbound", image).await;
    world.settle().await;
    let posts = receiver.posts();
    let posted = posts
        .iter()
        .map(|posted| posted.value())
        .find(|value| value["messages"].is_array());
    let image = posted.expect("it was told")["messages"][0]["image"].clone();
    let id = image["id"].as_str().expect("an id").to_owned();
    let node = world.ok(&format!("GET /v25.0/{id}"), Value::Null).await;
    assert_eq!(
        (&node["mime_type"], &node["file_size"]),
        (&json!("image/png"), &json!(4))
    );
    world.advance(7 * crate::world::DAY).await;
    let (status, _) = world.call(&format!("GET /v25.0/{id}"), "").await;
    assert_eq!(status, 400, "seven days are over");
}

/// One line a row: what is asked for, and what is said of it.
#[tokio::test]
async fn every_defect() {
    let world = World::with(|_| (), QUICK).await;
    let rows = [
        json!({}),
        json!({"text": ""}),
        json!({"text": "x", "location": {}}),
        json!({"location": {}, "order": {}}),
        json!({"hologram": {}}),
        json!({"image": {"data": "?", "mime_type": "image/png"}}),
        json!({"image": {"data": "iVBORw==", "mime_type": "image/x"}}),
        json!({"image": {"data": "", "mime_type": "image/png"}}),
        json!({"image": {"mime_type": "image/png"}}),
        json!({"location": {"latitude": 91, "longitude": 0}}),
        json!({"contacts": []}),
        json!({"reaction": {"emoji": "👍"}}),
        json!({"reaction": {"message_id": "wamid.x", "emoji": "👍"}}),
        json!({"button": {}}),
        json!({"interactive": {}}),
        json!({"interactive": {"button_reply": {"id": "y"}}}),
        json!({"order": {"catalog_id": "c", "product_items": []}}),
        json!({"order": {"catalog_id": "c", "product_items": [{"product_retailer_id": "p", "currency": "USD"}]}}),
        json!({"system": {}}),
        json!({"edit": {"original_message_id": "wamid.x"}}),
        json!({"text": "x", "reply_to": "wamid.x"}),
    ];
    let mut table = String::new();
    for mut row in rows {
        let shown = row.to_string();
        row["from"] = ANN.into();
        let call = "POST /sandbox/v1/numbers/$PHONE/inbound";
        let (status, answer) = world.call(call, &row.to_string()).await;
        let answer: Value = serde_json::from_str(&answer).expect("answers are JSON");
        table.push_str(&format!("{shown}\n    {status} {}\n", answer["error"]["message"]));
    }
    insta::assert_snapshot!(table);
}
