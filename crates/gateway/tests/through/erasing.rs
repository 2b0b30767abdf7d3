//! Whoever is erased is gone: from memory at once, from the disk in a time that is promised.

use std::path::{Path, PathBuf};

use decider::Millis;
use serde_json::{Value, json};

use crate::world::World;

const ANNA: &str = "4915112345678";
const BERT: &str = "4915187654321";
const WORDING: &str = "Yes, Goodstanding may write to me about shoes";
const PROOF: &str = "https://shop.example/forms/8f31c2";

/// Files that hold these bytes.
fn holding(dir: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![dir.to_owned()];
    while let Some(at) = left.pop() {
        for entry in std::fs::read_dir(at).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                left.push(path);
            } else if let Ok(content) = std::fs::read(&path)
                && content.windows(bytes.len()).any(|window| window == bytes)
            {
                found.push(path);
            }
        }
    }
    found
}

/// A phone number as it may stand in a file: its digits, and as a number in each of the ways in which numbers are stored.
fn spellings(number: &str) -> Vec<Vec<u8>> {
    let value: u64 = number.parse().expect("digits");
    let mut varint = Vec::new();
    let mut rest = value;
    while rest >= 0x80 {
        varint.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    varint.push(rest as u8);
    vec![
        number.as_bytes().to_vec(),
        varint,
        value.to_le_bytes()[..6].to_vec(),
        value.to_be_bytes()[2..].to_vec(),
    ]
}

/// Files with any trace of a person.
fn traces(dir: &Path, number: &str) -> Vec<PathBuf> {
    spellings(number)
        .iter()
        .flat_map(|bytes| holding(dir, bytes))
        .collect()
}

async fn upkeep_for(world: &World, days: u64) {
    for _ in 0..days * 2 {
        world.advance(Millis::hours(12)).await;
        world.gateway.gateway().upkeep().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_in_no_file_any_more() {
    let dir = tempfile::tempdir().expect("a directory");
    let world = World::on_disk(dir.path()).await;
    let consent = |person: &str, proof: &str| json!({"person": person, "topic": "shoes", "wording": WORDING, "proof": proof});
    let data = json!({"data": [consent(ANNA, PROOF), consent(BERT, "on paper")]});
    let told = world.call("POST /v1/consents", &data).await;
    assert_eq!(
        (told.status, told.json["taken"].as_u64()),
        (200, Some(2)),
        "{told:?}"
    );
    let suppress = json!({"data": [{"person": ANNA, "reason": "complaint"}]});
    assert_eq!(world.call("POST /v1/suppressions", &suppress).await.status, 200);
    let sent = world
        .http
        .post(world.url("/v25.0/$PHONE/messages"))
        .header("idempotency-key", "anna 1")
        .json(
            &json!({"messaging_product": "whatsapp", "to": ANNA, "type": "text", "text": {"body": "Hello"}}),
        )
        .bearer_auth(&world.token);
    assert_eq!(crate::world::told(sent).await.status, 200);
    world.gateway.gateway().upkeep().await;

    // All of it is there: what is looked for can be found.
    assert!(!holding(dir.path(), WORDING.as_bytes()).is_empty());
    assert!(!holding(dir.path(), PROOF.as_bytes()).is_empty());
    for place in ["segments", "snapshots", "tables.db"] {
        let in_place = |path: &PathBuf| path.starts_with(dir.path().join(place));
        assert!(traces(dir.path(), ANNA).iter().any(in_place), "not in {place}");
    }

    let told = world
        .call(&format!("DELETE /v1/people/{ANNA}"), &Value::Null)
        .await;
    assert_eq!(told.status, 200, "{told:?}");
    // At once: the words, the proof, the kept answer. What was relayed stays in its log.
    assert_eq!(holding(dir.path(), PROOF.as_bytes()), Vec::<PathBuf>::new());
    let told = world.call(&format!("GET /v1/people/{ANNA}"), &Value::Null).await;
    assert_eq!(told.status, 404);
    let consents = world.call("GET /v1/consents", &Value::Null).await;
    let people: Vec<&str> = consents.json["data"]
        .as_array()
        .map(|list| list.iter().filter_map(|one| one["person"].as_str()).collect())
        .unwrap_or_default();
    assert_eq!(people, [BERT]);

    // The promised time later: nothing at all. The relay's log has a clock of its own, which is real.
    upkeep_for(&world, 32).await;
    let tables = world.gateway.gateway().seat().engine().tables();
    let emptied = tokio::task::spawn_blocking(move || {
        tables.purge_settled(u64::MAX >> 1)?;
        tables.truncate_wal()
    });
    emptied.await.expect("it ends").expect("the tables are sound");
    assert_eq!(traces(dir.path(), ANNA), Vec::<PathBuf>::new());
    // Others are still there, in the snapshot.
    assert!(!traces(dir.path(), BERT).is_empty());
    assert!(!holding(dir.path(), WORDING.as_bytes()).is_empty());
    let before = world.digests().await;
    world.stop().await;
    assert_eq!(traces(dir.path(), ANNA), Vec::<PathBuf>::new());
    assert!(ledger::verify(dir.path()).expect("a directory").sound());
    let path = dir.path().to_owned();
    let again = tokio::task::spawn_blocking(move || {
        let clock = engine::Clock::virtual_at(crate::world::START, 0.0);
        let seat = gateway::Seat::open(Some(&path), clock).expect("it opens");
        seat.engine().digests().expect("digests")
    });
    assert_eq!(again.await.expect("it ends"), before, "it is read as it was");
}
