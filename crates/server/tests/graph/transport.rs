//! What every call shares: paths, tokens, bodies, headers.

use axum::body::Body;
use axum::http::Request;

use crate::support::World;

#[tokio::test]
async fn every_path_and_body() {
    let world = World::new().await;
    let huge = "x".repeat((1 << 20) + 1);
    let table = world
        .table_of_nothing(&[
            (
                "with a version and a trailing slash",
                "GET /v25.0/$PHONE/?fields=id",
                "",
            ),
            ("without either", "GET /$PHONE?fields=id", ""),
            ("an unknown edge", "GET /$PHONE/nonsense", ""),
            ("an edge that is not served", "GET /$PHONE/calls", ""),
            ("no object at all", "GET /", ""),
            ("no number in the path", "GET /hello", ""),
            ("an id that is no id of ours", "GET /123", ""),
            ("an id of a cell that is not there", "GET /300000020000000", ""),
            ("an id of a number that is not there", "GET /300000010000009", ""),
            ("a method that the API does not have", "PUT /$PHONE", ""),
            (
                "a message to a WABA",
                "POST /$WABA/messages",
                r#"{"messaging_product":"whatsapp"}"#,
            ),
            ("templates of a number", "GET /$PHONE/message_templates", ""),
            ("an unknown field", "GET /$PHONE?fields=id,colour", ""),
            ("fields that break off", "GET /$PHONE?fields=id%7B", ""),
            ("broken JSON", "POST /$PHONE/messages", r#"{"messaging_product":"#),
            ("JSON that is no object", "POST /$PHONE/messages", "[1]"),
            ("an oversized body", "POST /$PHONE/messages", &huge),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn every_token() {
    let world = World::new().await;
    let (phone, token) = (&world.account.phone_number_id, &world.account.token);
    let own = format!("{}|{}", world.account.app_id, world.account.app_secret);
    let get = |uri: String, header: Option<String>| {
        let request = Request::get(uri);
        let request = match header {
            Some(header) => request.header("authorization", header),
            None => request,
        };
        request.body(Body::empty()).expect("the request is well formed")
    };
    let mut table = String::new();
    for (what, query, header) in [
        ("none", String::new(), None),
        ("in the header", String::new(), Some(format!("Bearer {token}"))),
        (
            "in the header, by its other name",
            String::new(),
            Some(format!("OAuth {token}")),
        ),
        ("in the query", format!("&access_token={token}"), None),
        (
            "the app's own",
            format!("&access_token={}", own.replace('|', "%7C")),
            None,
        ),
        (
            "the app's own with another secret",
            "&access_token=500000000000000%7Cx".to_owned(),
            None,
        ),
        ("a wrong one", String::new(), Some("Bearer wrong".to_owned())),
        ("another scheme", String::new(), Some(format!("Basic {token}"))),
    ] {
        let told = world.raw(get(format!("/{phone}?fields=id{query}"), header)).await;
        let challenge = told
            .headers
            .get("www-authenticate")
            .map(|value| value.to_str().expect("ASCII"));
        table.push_str(&format!("{what}: {} {}\n", told.status, told.body));
        table.push_str(&challenge.map_or_else(String::new, |text| format!("    {text}\n")));
    }
    let body = format!("access_token={token}&fields=id&method=get");
    let form = Request::post(format!("/{phone}?method=get"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("the request is well formed");
    let told = world.raw(form).await;
    table.push_str(&format!("in a form: {} {}\n", told.status, told.body));
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_no_token() {
    let world = World::new().await;
    assert_eq!(world.call("GET /$PHONE", "").await.status, 200);
    let revoke = platform::directory::Command::RevokeToken {
        token: world.account.token.clone(),
    };
    world.seat.directory(revoke).await.expect("the directory answers");
    assert_eq!(world.call("GET /$PHONE", "").await.status, 401);
}

#[tokio::test]
async fn headers_of_an_answer() {
    let world = World::new().await;
    for (path, version) in [
        ("GET /$PHONE", "v25.0"),
        ("GET /v19.0/$PHONE", "v19.0"),
        ("GET /nothing", "v25.0"),
    ] {
        let told = world.call(path, "").await;
        assert_eq!(
            told.headers["content-type"], "application/json; charset=UTF-8",
            "{path}"
        );
        assert_eq!(told.headers["facebook-api-version"], version, "{path}");
        assert!(
            told.headers["cache-control"]
                .to_str()
                .is_ok_and(|value| value.contains("no-store"))
        );
    }
}
