//! Profile, QR codes, settings, insights.

use axum::body::Body;
use axum::http::Request;

use crate::support::World;

#[tokio::test]
async fn a_profile_is_kept() {
    let world = World::new().await;
    let path = "POST /$PHONE/whatsapp_business_profile";
    let change = r#"{"messaging_product":"whatsapp","about":"Tea & more","address":"1 Main St","vertical":"RETAIL","websites":["https://example.com"],"email":"tea@example.com"}"#;
    let get = "GET /$PHONE/whatsapp_business_profile";
    let table = world
        .table(&[
            ("before it was set", get, ""),
            ("set", path, change),
            ("read", get, ""),
            (
                "some of it",
                "GET /$PHONE/whatsapp_business_profile?fields=about,vertical",
                "",
            ),
            (
                "inside its number",
                "GET /$PHONE?fields=id,whatsapp_business_profile%7Babout,vertical%7D,status",
                "",
            ),
            (
                "a part changes",
                path,
                r#"{"messaging_product":"whatsapp","description":"Since 1900","address":""}"#,
            ),
            ("read again", get, ""),
            ("no product", path, r#"{"about":"x"}"#),
            (
                "an empty line",
                path,
                r#"{"messaging_product":"whatsapp","about":""}"#,
            ),
            (
                "an unknown industry",
                path,
                r#"{"messaging_product":"whatsapp","vertical":"SPACE"}"#,
            ),
            (
                "a picture that nobody uploaded",
                path,
                r#"{"messaging_product":"whatsapp","profile_picture_handle":"4::x"}"#,
            ),
            (
                "an unknown field",
                "GET /$PHONE/whatsapp_business_profile?fields=colour",
                "",
            ),
            (
                "of a number that is not there",
                "GET /300000010000009/whatsapp_business_profile",
                "",
            ),
            ("of an account", "GET /$WABA/whatsapp_business_profile", ""),
            ("deleted", "DELETE /$PHONE/whatsapp_business_profile", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn qr_codes() {
    let world = World::new().await;
    let path = "/$PHONE/message_qrdls";
    let made = world
        .call(
            &format!("POST {path}"),
            r#"{"prefilled_message":"Hello / you","generate_qr_image":"SVG"}"#,
        )
        .await;
    let code: serde_json::Value = serde_json::from_str(&made.body).expect("JSON");
    let code = code["code"].as_str().expect("a code").to_owned();
    let one = format!("{path}/{code}");
    let table = world
        .table(&[
            (
                "another, with its text in the query",
                &format!("POST {path}?prefilled_message=Bye&generate_qr_image=PNG"),
                "",
            ),
            ("all", &format!("GET {path}"), ""),
            ("one", &format!("GET {one}"), ""),
            (
                "with pictures",
                &format!("GET {path}?fields=code,qr_image_url.format(PNG)&code={code}"),
                "",
            ),
            (
                "another text",
                &format!("POST {path}"),
                &format!(r#"{{"prefilled_message":"Hi","code":"{code}"}}"#),
            ),
            (
                "the same by its path",
                &format!("POST {one}"),
                r#"{"prefilled_message":"Hi again"}"#,
            ),
            ("deleted", &format!("DELETE {one}"), ""),
            ("deleted again", &format!("DELETE {one}"), ""),
            ("not there", &format!("GET {one}"), ""),
            (
                "changed when it is not there",
                &format!("POST {one}"),
                r#"{"prefilled_message":"Hi"}"#,
            ),
            ("no text", &format!("POST {path}"), "{}"),
            (
                "an unknown picture",
                &format!("POST {path}"),
                r#"{"prefilled_message":"Hi","generate_qr_image":"GIF"}"#,
            ),
            ("no code at all", &format!("DELETE {path}"), ""),
            (
                "of a number that is not there",
                "GET /300000010000009/message_qrdls",
                "",
            ),
        ])
        .await;
    insta::assert_snapshot!(format!("{}\n\n{table}", made.body));
    let made = world
        .call(
            &format!("POST {path}"),
            r#"{"prefilled_message":"Hi","generate_qr_image":"PNG"}"#,
        )
        .await;
    let made: serde_json::Value = serde_json::from_str(&made.body).expect("JSON");
    let url = made["qr_image_url"]
        .as_str()
        .expect("a picture")
        .replace("http://sandbox.test", "");
    for (url, status, mime) in [
        (url.clone(), 200, "image/png"),
        (url.replace(".png", ".svg"), 200, "image/svg+xml"),
        (
            url.replace(".png", ".gif"),
            400,
            "application/json; charset=UTF-8",
        ),
        (
            format!(
                "/whatsapp_business/qr/{}/{code}.png",
                world.account.phone_number_id
            ),
            400,
            "application/json; charset=UTF-8",
        ),
    ] {
        // Nobody needs a token to see a picture.
        let request = Request::get(&url)
            .body(Body::empty())
            .expect("the request is well formed");
        let (got, headers, bytes) = world.bytes(request).await;
        assert_eq!(
            (got, headers["content-type"].to_str().expect("ASCII")),
            (status, mime),
            "{url}"
        );
        assert!(
            status != 200 || bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"<svg"),
            "{url}"
        );
    }
}

#[tokio::test]
async fn settings_and_insights() {
    let world = World::new().await;
    let table = world
        .table(&[
            ("settings before they were set", "GET /$PHONE/settings", ""),
            (
                "settings",
                "POST /$PHONE/settings",
                r#"{"calling":{"status":"ENABLED"}}"#,
            ),
            ("settings then", "GET /$PHONE/settings", ""),
            ("no settings", "POST /$PHONE/settings", "{}"),
            (
                "components",
                "POST /$PHONE/conversational_automation",
                r#"{"enable_welcome_message":true,"prompts":["Hi"]}"#,
            ),
            ("components then", "GET /$PHONE/conversational_automation", ""),
            (
                "components inside the number",
                "GET /$PHONE?fields=conversational_automation",
                "",
            ),
            (
                "commerce",
                "POST /$PHONE/whatsapp_commerce_settings?is_cart_visible=true",
                "",
            ),
            ("commerce then", "GET /$PHONE/whatsapp_commerce_settings", ""),
            (
                "a key that is none",
                "POST /$PHONE/whatsapp_business_encryption",
                r#"{"business_public_key":"x"}"#,
            ),
            ("no key yet", "GET /$PHONE/whatsapp_business_encryption", ""),
            (
                "of a number that is not there",
                "GET /300000010000009/settings",
                "",
            ),
            ("by another method", "DELETE /$PHONE/settings", ""),
            ("insights", "GET /$WABA?fields=is_enabled_for_insights", ""),
            ("enabled", "POST /$WABA?is_enabled_for_insights=true", ""),
            ("insights then", "GET /$WABA?fields=is_enabled_for_insights", ""),
            ("never disabled", "POST /$WABA?is_enabled_for_insights=false", ""),
            ("nothing is asked for", "POST /$WABA", "{}"),
            (
                "of an account that is not there",
                "POST /200000010000009?is_enabled_for_insights=true",
                "",
            ),
        ])
        .await;
    insta::assert_snapshot!(table);
}
