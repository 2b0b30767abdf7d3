//! Ids that people have for each business: told, and written to, in the edition that has them.

use rulebook::edition::EditionId;
use serde_json::Value;

use crate::support::World;

const ANNA: u64 = 4_915_112_340_000;

fn read(body: &str) -> Value {
    serde_json::from_str(body).expect("answers are JSON")
}

#[tokio::test]
async fn people_have_ids_of_their_own_in_the_newest_edition() {
    let newest = World::with(|config| config.defaults.edition = EditionId::PER_PORTFOLIO_2026.number()).await;
    newest.inbound(ANNA).await;
    let told = read(&newest.text(ANNA).await.body);
    let user = told["contacts"][0]["user_id"]
        .as_str()
        .expect("there is one")
        .to_owned();
    let to_user =
        format!(r#"{{"messaging_product":"whatsapp","recipient":"{user}","text":{{"body":"hi"}}}}"#);
    let sent = newest.call("POST /$PHONE/messages", &to_user).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert_eq!(read(&sent.body)["contacts"][0]["input"], user.as_str());

    let older = World::new().await;
    older.inbound(ANNA).await;
    let told = read(&older.text(ANNA).await.body);
    assert_eq!(told["contacts"][0].get("user_id"), None, "{told}");
    let sent = older.call("POST /$PHONE/messages", &to_user).await;
    assert_eq!(sent.status, 400, "nobody is known by an id: {}", sent.body);
    let blocked = format!(r#"{{"messaging_product":"whatsapp","block_users":[{{"user_id":"{user}"}}]}}"#);
    let refused = older.call("POST /$PHONE/block_users", &blocked).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
}
