//! Media: uploaded, described, downloaded, sent, deleted, expired.

use axum::body::Body;
use axum::http::Request;
use decider::Millis;
use serde_json::Value;

use crate::support::World;

/// A multipart body of fields and one file.
fn body(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    if let Some((mime, bytes)) = file {
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n";
        body.extend(format!("{head}Content-Type: {mime}\r\n\r\n").as_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    body
}

async fn upload(world: &World, query: &str, body: Vec<u8>) -> (u16, String) {
    let path = format!("/v25.0/{}/media{query}", world.account.phone_number_id);
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", world.account.token))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .expect("the request is well formed");
    let told = world.raw(request).await;
    (told.status, told.body)
}

/// An uploaded PNG of a few bytes; its id.
pub(crate) async fn png(world: &World) -> String {
    let fields = [("messaging_product", "whatsapp")];
    let (status, body) = upload(world, "", body(&fields, Some(("image/png", b"\x89PNG..")))).await;
    assert_eq!(status, 200, "{body}");
    let value: Value = serde_json::from_str(&body).expect("JSON");
    value["id"].as_str().expect("an id").to_owned()
}

async fn node(world: &World, id: &str) -> Value {
    let told = world.call(&format!("GET /{id}"), "").await;
    assert_eq!(told.status, 200, "{}", told.body);
    serde_json::from_str(&told.body).expect("JSON")
}

/// A download with or without the token.
async fn download(world: &World, url: &str, token: Option<&str>) -> (u16, Option<String>, Vec<u8>) {
    let path = url
        .strip_prefix("http://sandbox.test")
        .expect("an address of this seat");
    let request = Request::get(path);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    let request = request.body(Body::empty()).expect("the request is well formed");
    let told = world.bytes(request).await;
    let mime = told
        .1
        .get("content-type")
        .map(|mime| mime.to_str().expect("ASCII").to_owned());
    (told.0, mime, told.2)
}

#[tokio::test]
async fn a_file_comes_and_goes() {
    let world = World::new().await;
    let id = png(&world).await;
    let described = node(&world, &id).await;
    insta::assert_json_snapshot!(described);
    let url = described["url"].as_str().expect("an address");
    let token = world.account.token.as_str();
    let (status, mime, bytes) = download(&world, url, Some(token)).await;
    assert_eq!(
        (status, mime.as_deref(), bytes.as_slice()),
        (200, Some("image/png"), &b"\x89PNG.."[..])
    );
    for (what, url, token, expected) in [
        ("no token", url.to_owned(), None, 401),
        ("another token", url.to_owned(), Some("wrong"), 401),
        ("another signature", format!("{url}0"), Some(token), 404),
        ("another file", url.replace("mid=7", "mid=70"), Some(token), 404),
    ] {
        assert_eq!(download(&world, &url, token).await.0, expected, "{what}");
    }
    world.advance(Millis::minutes(5) + Millis::SECOND).await;
    assert_eq!(
        download(&world, url, Some(token)).await.0,
        404,
        "the address has expired"
    );
    let again = node(&world, &id).await;
    let url = again["url"].as_str().expect("an address");
    assert_eq!(
        download(&world, url, Some(token)).await.0,
        200,
        "a new address is good"
    );
    let phone = &world.account.phone_number_id;
    let get = format!("GET /{id}");
    let table = world
        .table(&[
            (
                "of its number",
                &format!("{get}?phone_number_id={phone}&fields=id"),
                "",
            ),
            (
                "of another number",
                &format!("{get}?phone_number_id=300000010000007"),
                "",
            ),
            ("deleted", &format!("DELETE /{id}"), ""),
            ("deleted again", &format!("DELETE /{id}"), ""),
            ("not there", &get, ""),
            ("never there", "GET /700000010000099", ""),
            ("a number cannot be deleted", "DELETE /$PHONE", ""),
        ])
        .await;
    assert_eq!(download(&world, url, Some(token)).await.0, 404, "deleted");
    insta::assert_snapshot!(table.replace(&signature(&table), "SIGNED"));
}

/// What differs from run to run is nothing; but a signature is no reading matter.
fn signature(table: &str) -> String {
    let from = table.find("hash=").map_or(0, |at| at + 5);
    table[from..]
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

#[tokio::test]
async fn every_defect() {
    let world = World::with(|config| config.defaults.overrides = "media.image = 10".to_owned()).await;
    let product = [("messaging_product", "whatsapp")];
    let typed = [("messaging_product", "whatsapp"), ("type", "image/png")];
    let rows = [
        ("no file", "", body(&product, None)),
        ("no product", "", body(&[], Some(("image/png", b"x")))),
        (
            "the product in the query",
            "?messaging_product=whatsapp",
            body(&[], Some(("image/png", b"x"))),
        ),
        (
            "a type that nobody knows",
            "",
            body(&product, Some(("application/octet-stream", b"x"))),
        ),
        (
            "a type in its own field",
            "",
            body(&typed, Some(("application/octet-stream", b"x"))),
        ),
        (
            "a type that is not taken",
            "",
            body(&product, Some(("application/zip", b"x"))),
        ),
        (
            "too large",
            "",
            body(&product, Some(("image/png", b"12345678901"))),
        ),
        ("empty", "", body(&product, Some(("image/png", b"")))),
        ("a broken body", "", b"--b\r\n".to_vec()),
    ];
    let mut table = String::new();
    for (what, query, body) in rows {
        let (status, body) = upload(&world, query, body).await;
        table.push_str(&format!("{what}\n    {status} {body}\n"));
    }
    let json = world
        .call(
            "POST /$PHONE/media",
            r#"{"messaging_product":"whatsapp","file":"x"}"#,
        )
        .await;
    table.push_str(&format!("as JSON\n    {} {}\n", json.status, json.body));
    let other = world.call("GET /$PHONE/media", "").await;
    table.push_str(&format!(
        "by another method\n    {} {}\n",
        other.status, other.body
    ));
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn messages_go_with_files() {
    let world = World::new().await;
    world.inbound(15_550_001_111).await;
    let id = png(&world).await;
    let message = |kind: &str, id: &str| {
        format!(
            r#"{{"messaging_product":"whatsapp","to":"15550001111","type":"{kind}","{kind}":{{"id":"{id}"}}}}"#
        )
    };
    let call = "POST /$PHONE/messages";
    let mut table = world
        .table(&[
            ("an image", call, &message("image", &id)),
            ("as a document", call, &message("document", &id)),
            ("as a video: fails later", call, &message("video", &id)),
            (
                "a file that is not there",
                call,
                &message("image", "700000010000009"),
            ),
            ("of another portfolio", call, &message("image", "700000020000000")),
            ("no id of a file", call, &message("image", "7")),
        ])
        .await;
    world.advance(Millis::days(30)).await;
    world.inbound(15_550_001_111).await;
    table += &world
        .table(&[("when it has expired", call, &message("image", &id))])
        .await;
    insta::assert_snapshot!(table);
}
