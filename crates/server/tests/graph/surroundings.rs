//! Accounts with their edges, batches, tokens, uploads, the library, the interface for marketing.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test]
async fn accounts_and_what_is_in_them() {
    let world = World::new().await;
    world
        .seat
        .add_waba(crate::support::CELL, "Second")
        .await
        .expect("there is room");
    let table = world
        .table_of_nothing(&[
            ("lists inside", "GET /$WABA?fields=id,phone_numbers.limit(1)%7Bid,status%7D,message_templates%7Bname%7D,subscribed_apps", ""),
            ("a limit that is none", "GET /$WABA?fields=phone_numbers.limit(0)", ""),
            ("owned", "GET /$PORTFOLIO/owned_whatsapp_business_accounts?fields=id,name", ""),
            ("a page", "GET /v25.0/$PORTFOLIO/owned_whatsapp_business_accounts?fields=id&limit=1", ""),
            ("of clients", "GET /$PORTFOLIO/client_whatsapp_business_accounts", ""),
            ("of a portfolio that is not there", "GET /100000090000000/owned_whatsapp_business_accounts", ""),
            ("of a number", "GET /$PHONE/owned_whatsapp_business_accounts", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn several_calls_in_one() {
    let world = World::new().await;
    let hello = "messaging_product=whatsapp&to=15550001111&type=template&template=%7B%22name%22%3A%22hello_world%22%2C%22language%22%3A%7B%22code%22%3A%22en_US%22%7D%7D";
    let phone = &world.account.phone_number_id;
    let batch = json!([
        {"method": "GET", "relative_url": format!("v25.0/{phone}?fields=status")},
        {"method": "POST", "relative_url": format!("{phone}/messages"), "body": hello},
        {"method": "GET", "relative_url": "nonsense"},
        {"method": "GET", "relative_url": format!("{phone}?fields=id"), "omit_response_on_success": true},
        {"method": "POST", "relative_url": "/", "body": "batch=[]"},
        {"method": "PUT", "relative_url": phone},
    ]);
    let body = json!({"batch": batch, "include_headers": false}).to_string();
    let table = world
        .table(&[
            ("six calls", "POST /", &body),
            (
                "with headers",
                "POST /v24.0/",
                &json!({"batch": [batch[0]]}).to_string(),
            ),
            ("no batch", "POST /", "{}"),
            (
                "too many",
                "POST /",
                &json!({"batch": vec![batch[0].clone(); 51]}).to_string(),
            ),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn tokens() {
    let world = World::new().await;
    let token = world.account.token.clone();
    let own = "client_id=$APP&client_secret=$SECRET";
    let mut table = world
        .table(&[
            ("a token", &format!("GET /debug_token?input_token={token}"), ""),
            ("the app's own", "GET /debug_token?input_token=$APP%7C$SECRET", ""),
            ("none of ours", "GET /debug_token?input_token=x", ""),
            ("no token", "GET /debug_token", ""),
        ])
        .await;
    // These are made without a token.
    for (what, query) in [
        (
            "the app's own token",
            format!("{own}&grant_type=client_credentials"),
        ),
        (
            "one for another",
            format!("{own}&grant_type=fb_exchange_token&fb_exchange_token={token}"),
        ),
        (
            "one of nobody for another",
            format!("{own}&grant_type=fb_exchange_token&fb_exchange_token=x"),
        ),
        ("a code", format!("{own}&code=x")),
        (
            "another secret",
            "client_id=$APP&client_secret=x&grant_type=client_credentials".to_owned(),
        ),
        ("no secret", "client_id=$APP".to_owned()),
        ("nothing asked for", own.to_owned()),
    ] {
        let query = query
            .replace("$APP", &world.account.app_id)
            .replace("$SECRET", &world.account.app_secret);
        let request = Request::get(format!("/v25.0/oauth/access_token?{query}")).body(Body::empty());
        let told = world.raw(request.expect("the request is well formed")).await;
        table.push_str(&format!("# {what}\n-> {} {}\n", told.status, told.body));
    }
    insta::assert_snapshot!(table.replace(&token, "TOKEN"));
}

/// One piece of an upload.
async fn piece(world: &World, session: &str, offset: &str, bytes: &'static [u8]) -> (u16, Value) {
    let request = Request::post(format!("/v25.0/{session}"))
        .header("authorization", format!("OAuth {}", world.account.token))
        .header("file_offset", offset)
        .body(Body::from(bytes))
        .expect("the request is well formed");
    let told = world.raw(request).await;
    (told.status, serde_json::from_str(&told.body).expect("JSON"))
}

#[tokio::test]
async fn a_file_in_pieces_becomes_a_picture() {
    let world = World::new().await;
    let begun = world
        .call(
            "POST /$APP/uploads?file_name=a.png&file_length=8&file_type=image/png",
            "",
        )
        .await;
    let begun: Value = serde_json::from_str(&begun.body).expect("JSON");
    let session = begun["id"].as_str().expect("a session").to_owned();
    assert!(session.starts_with("upload:"), "{session}");
    assert_eq!(piece(&world, &session, "0", b"\x89PNG").await.1["file_offset"], 4);
    let told = world.call(&format!("GET /{session}"), "").await;
    assert_eq!(
        told.body,
        format!(
            r#"{{"file_offset":4,"id":"{}"}}"#,
            session.split('?').next().expect("a name")
        )
    );
    let (status, refused) = piece(&world, &session, "0", b"again").await;
    assert_eq!(
        (status, refused["error"]["code"].as_u64()),
        (400, Some(100)),
        "{refused}"
    );
    assert_eq!(piece(&world, &session, "x", b"again").await.0, 400);
    let (_, done) = piece(&world, &session, "4", b"....").await;
    let handle = done["h"].as_str().expect("a handle").to_owned();
    assert!(handle.starts_with("4::"), "{handle}");
    let change = format!(r#"{{"messaging_product":"whatsapp","profile_picture_handle":"{handle}"}}"#);
    assert_eq!(
        world
            .call("POST /$PHONE/whatsapp_business_profile", &change)
            .await
            .status,
        200
    );
    let profile = world
        .call(
            "GET /$PHONE/whatsapp_business_profile?fields=profile_picture_url",
            "",
        )
        .await;
    let profile: Value = serde_json::from_str(&profile.body).expect("JSON");
    let url = profile["data"][0]["profile_picture_url"]
        .as_str()
        .expect("a picture");
    let path = url.replace("http://sandbox.test", "");
    let request = Request::get(&path)
        .body(Body::empty())
        .expect("the request is well formed");
    let (status, headers, bytes) = world.bytes(request).await;
    let mime = headers["content-type"].to_str().expect("ASCII");
    assert_eq!((status, mime), (200, "image/png"));
    assert_eq!(bytes, b"\x89PNG....");
    let table = world
        .table(&[
            ("no length", "POST /$APP/uploads?file_type=image/png", ""),
            ("no type", "POST /$APP/uploads?file_length=5", ""),
            (
                "a type that is not taken",
                "POST /$APP/uploads?file_length=5&file_type=image/gif",
                "",
            ),
            (
                "too large",
                "POST /$APP/uploads?file_length=104857601&file_type=image/png",
                "",
            ),
            (
                "of an app that is not there",
                "POST /500000000000009/uploads?file_length=5&file_type=image/png",
                "",
            ),
            (
                "a session that is not signed",
                "GET /upload:MTphdHRhY2htZW50OjA",
                "",
            ),
            ("a session that is nonsense", "GET /upload:x?sig=y", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn the_library() {
    let world = World::new().await;
    let table = world
        .table_of_nothing(&[
            ("a page", "GET /message_template_library?limit=1", ""),
            (
                "by topic and text",
                "GET /message_template_library?topic=PAYMENTS&search=due",
                "",
            ),
            (
                "by name",
                "GET /v25.0/message_template_library?name=order_taken_1",
                "",
            ),
            ("none", "GET /message_template_library?usecase=NONSENSE", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn the_interface_for_marketing() {
    let world = World::new().await;
    let create = r#"{"name":"sale","language":"en_US","category":"MARKETING","components":[{"type":"BODY","text":"Our sale begins today."}]}"#;
    assert_eq!(
        world.call("POST /$WABA/message_templates", create).await.status,
        200
    );
    world.advance(decider::Millis::days(1)).await;
    let template = |name: &str| {
        format!(
            r#"{{"messaging_product":"whatsapp","to":"15550001111","type":"template","template":{{"name":"{name}","language":{{"code":"en_US"}}}}}}"#
        )
    };
    let call = "POST /$PHONE/marketing_messages";
    let table = world
        .table(&[
            ("a marketing template", call, &template("sale")),
            ("a utility template", call, &template("hello_world")),
            ("no such template", call, &template("nope")),
            (
                "a text",
                call,
                r#"{"messaging_product":"whatsapp","to":"15550001111","text":{"body":"x"}}"#,
            ),
            ("by another method", "GET /$PHONE/marketing_messages", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}
