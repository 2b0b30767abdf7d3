//! Which apps hear of what, and the handshake before anything is sent.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::routing::get;
use cloud_api::webhook::challenge::Challenge;

use crate::support::World;

/// An endpoint at `/good` that answers challenges with the token `right`, and worse ones.
async fn endpoint() -> SocketAddr {
    let good = async |RawQuery(query): RawQuery| match Challenge::parse(&query.unwrap_or_default()) {
        Some(asked) if asked.verify_token == "right" => (StatusCode::OK, asked.challenge),
        _ => (StatusCode::FORBIDDEN, String::new()),
    };
    let routes = Router::new()
        .route("/good", get(good))
        .route("/silly", get(async || "always this"))
        .route("/endless", get(async || "9".repeat(1 << 20)))
        .route(
            "/moved",
            get(async || axum::response::Redirect::temporary("/good")),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has ports");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(axum::serve(listener, routes).into_future());
    address
}

#[tokio::test]
async fn set_shown_and_removed() {
    let world = World::new().await;
    let address = endpoint().await;
    let waba = "POST /$WABA/subscribed_apps";
    let over = |path: &str, token: &str| {
        format!(r#"{{"override_callback_uri":"http://{address}/{path}","verify_token":"{token}"}}"#)
    };
    let phone = |inner: &str| format!(r#"{{"webhook_configuration":{inner}}}"#);
    let app = |rest: &str| {
        format!(
            "POST /$APP/subscriptions?callback_url=http%3A%2F%2F{address}%2Fgood&verify_token=right&{rest}"
        )
    };
    let own =
        app("object=whatsapp_business_account&fields=messages,account_update&access_token=$APP%7C$SECRET");
    let table = world
        .table(&[
            ("at first", "GET /$WABA/subscribed_apps", ""),
            ("an override", waba, &over("good", "right")),
            ("is shown", "GET /$WABA/subscribed_apps", ""),
            ("the wrong token", waba, &over("good", "wrong")),
            ("not the challenge", waba, &over("silly", "right")),
            ("a very long answer", waba, &over("endless", "right")),
            ("a redirect", waba, &over("moved", "right")),
            ("no token", waba, r#"{"override_callback_uri":"http://x"}"#),
            (
                "no address",
                waba,
                r#"{"override_callback_uri":"nowhere","verify_token":"right"}"#,
            ),
            ("too long an address", waba, &over(&"x".repeat(201), "right")),
            ("is still the first", "GET /$WABA/subscribed_apps", ""),
            ("of a number", "POST /$PHONE/", &phone(&over("good", "right"))),
            (
                "of a number, refused",
                "POST /$PHONE",
                &phone(&over("good", "wrong")),
            ),
            ("of an app", &own, ""),
            ("of an app, another object", &app("object=page"), ""),
            ("all three", "GET /$PHONE?fields=webhook_configuration", ""),
            ("the app's", "GET /$APP/subscriptions", ""),
            (
                "one field less",
                "DELETE /$APP/subscriptions?object=whatsapp_business_account&fields=messages",
                "",
            ),
            ("the app's then", "GET /$APP/subscriptions", ""),
            (
                "all of it",
                "DELETE /$APP/subscriptions?object=whatsapp_business_account",
                "",
            ),
            (
                "of the number, removed",
                "POST /$PHONE",
                &phone(r#"{"override_callback_uri":""}"#),
            ),
            ("of the account, removed", waba, ""),
            (
                "none of the three",
                "GET /$PHONE?fields=webhook_configuration",
                "",
            ),
            ("no longer subscribed", "DELETE /$WABA/subscribed_apps", ""),
            ("nobody is", "GET /$WABA/subscribed_apps", ""),
            ("nothing is asked for", "POST /$PHONE", "{}"),
            (
                "an account that is not there",
                "POST /200000010000009/subscribed_apps",
                "",
            ),
            (
                "an app that is not there",
                "GET /500000000000009/subscriptions",
                "",
            ),
        ])
        .await;
    insta::assert_snapshot!(
        table
            .replace(&address.to_string(), "ENDPOINT")
            .replace(&address.port().to_string(), "PORT")
    );
}
