//! A sandbox in one file, and another one that goes on from it.

use axum::body::Bytes;
use serde_json::{Value, json};
use server::{Image, Running, Seat, SeatConfig, Storage};

use crate::receiver::Receiver;
use crate::world::{ANN, BOB, DAY, HOUR, SECOND, World};

const PEOPLE: &str = "[[group]]\nname = \"shoppers\"\nsize = 100\ncountry = \"DE\"\nreplies = 0.5\n";

/// A sandbox in the middle of things: texts, people with plans, a held clock between two deadlines.
async fn busy() -> World {
    let world = World::new().await;
    world
        .control("/portfolios/$PORTFOLIO/people", json!({"file": PEOPLE}))
        .await;
    world.inbound(ANN, "Is it still there?").await;
    for nth in 0..20 {
        world.hello(&(495_500_000_000_u64 + nth).to_string()).await;
    }
    world.advance(SECOND).await;
    world
}

/// The file of a sandbox.
async fn image(world: &World) -> Vec<u8> {
    let seat = world.seat.clone();
    let write = move || {
        let mut bytes = Vec::new();
        seat.write_image(&mut bytes).map(|()| bytes)
    };
    let written = tokio::task::spawn_blocking(write).await;
    written.expect("it ends").expect("it is written")
}

/// Another sandbox, of the file.
async fn taken_up(bytes: &[u8], change: impl FnOnce(&mut SeatConfig)) -> World {
    World::taken_up(Image::read(&mut &*bytes).expect("it is whole"), change).await
}

/// What happens next, and the whole history then.
async fn go_on(world: &World) -> String {
    world.advance(DAY).await;
    world.hello(BOB).await;
    world.advance(HOUR).await;
    world.call("GET /sandbox/v1/export", "").await.1
}

#[tokio::test]
async fn a_restored_sandbox_goes_on_as_the_one_that_was_left() {
    let world = busy().await;
    let bytes = image(&world).await;
    let dir = tempfile::tempdir().expect("a directory");
    let in_dir = |config: &mut SeatConfig| config.storage = Storage::Dir(dir.path().join("data"));
    let restored = [
        taken_up(&bytes, |_| {}).await,
        taken_up(&bytes, in_dir).await,
        // Its own seed counts, not that of whoever takes it up.
        taken_up(&bytes, |config| config.seed = 99).await,
    ];
    let account = world.account.clone();
    let expected = go_on(&world).await;
    assert!(expected.contains("\"Received\"") && expected.lines().count() > 100);
    for world in restored {
        assert_eq!(world.account, account);
        assert_eq!(go_on(&world).await, expected);
        world.stop().await;
    }
    let again = World::in_dir(&dir.path().join("data")).await;
    assert_eq!(
        again.call("GET /sandbox/v1/export", "").await.1,
        expected,
        "what was taken up is kept"
    );
}

#[tokio::test]
async fn texts_come_along_and_webhooks_are_not_put_out_again() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    let message = world.inbound(ANN, "Is it still there?").await;
    world.settle().await;
    let bytes = image(&world).await;
    let before = receiver.posts().len();
    let restored = taken_up(&bytes, |_| {}).await;
    let kept = restored
        .ok(&format!("GET /sandbox/v1/messages/{message}"), Value::Null)
        .await;
    assert_eq!(kept["text"], "Is it still there?");
    restored.inbound(BOB, "A new one").await;
    restored.settle().await;
    assert_eq!(receiver.gists()[before..], ["A new one"]);
}

#[tokio::test]
async fn what_cannot_be_taken_up_is_refused() {
    let bytes = image(&busy().await).await;
    assert!(Image::read(&mut &bytes[..bytes.len() - 1]).is_err(), "cut off");
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("notes"), "mine").expect("written");
    let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
    config.storage = Storage::Dir(dir.path().to_owned());
    let image = Image::read(&mut bytes.as_slice()).expect("it is whole");
    let error = Seat::open_image(config, image).err().expect("something is there");
    assert_eq!(
        error.to_string(),
        "the archive cannot be taken up: the directory is not empty"
    );
    assert!(dir.path().join("notes").exists());
}

/// A seat behind a socket, and the address of its control API.
async fn served(storage: Storage) -> (Running, String) {
    let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
    config.storage = storage;
    let seat = Seat::open(config).expect("it opens");
    seat.first_start().await.expect("the default account is made");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let running = server::serve(seat, listener.expect("loopback has ports")).expect("it listens");
    let base = format!("http://{}/sandbox/v1", running.address());
    (running, base)
}

fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy();
    client.build().expect("a client")
}

async fn get(url: &str) -> Bytes {
    let answer = client().get(url).send().await.expect("it answers");
    assert_eq!(answer.status(), 200, "{url}");
    answer.bytes().await.expect("a body")
}

async fn post(url: &str, body: Bytes) -> (u16, String) {
    let answer = client().post(url).body(body).send().await;
    let answer = answer.expect("it answers");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// Through the socket: the file out, the file in, and the sandbox is as it was.
#[tokio::test]
async fn a_running_sandbox_takes_up_a_file() {
    let (running, base) = served(Storage::Ephemeral).await;
    let (export, restore) = (format!("{base}/export"), format!("{base}/restore"));
    let before = get(&export).await;
    let file = get(&format!("{base}/snapshot")).await;
    let made = post(&format!("{base}/portfolios"), r#"{"name":"Later"}"#.into()).await;
    assert_eq!(made.0, 200, "{}", made.1);
    let later = get(&export).await;
    assert_ne!(later, before);
    let broken = post(&restore, file.slice(..file.len() - 1)).await;
    assert_eq!(broken.0, 400, "{}", broken.1);
    assert_eq!(get(&export).await, later, "an error changes nothing");
    let restored = post(&restore, file).await;
    assert_eq!(restored.0, 200, "{}", restored.1);
    assert_eq!(get(&export).await, before);
    running.stop().await;
}

#[tokio::test]
async fn a_sandbox_that_keeps_its_data_takes_up_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let (running, base) = served(Storage::Dir(dir.path().to_owned())).await;
    let file = get(&format!("{base}/snapshot")).await;
    let (status, told) = post(&format!("{base}/restore"), file).await;
    assert_eq!(status, 409, "{told}");
    insta::assert_snapshot!(told);
    running.stop().await;
}
