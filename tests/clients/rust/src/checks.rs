//! What the client must be able to do, through its public methods alone.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use whatsapp_business_rs::app::SubscriptionField;
use whatsapp_business_rs::message::{Draft, Location, MessageStatus};
use whatsapp_business_rs::server::{EventContext, IncomingMessage, MessageUpdate, Server};
use whatsapp_business_rs::waba::PhoneNumberMetadataField;
use whatsapp_business_rs::{Client, Fields, WebhookHandler};

use crate::{Env, PATIENCE};

const ANN: &str = "15550001111";
const VERIFY_TOKEN: &str = "a-verify-token";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// What arrived by webhook.
#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Arrived>>);

#[derive(Default)]
struct Arrived {
    messages: Vec<(String, Option<String>)>,
    statuses: Vec<(String, MessageStatus, Option<String>)>,
}

impl WebhookHandler for Inbox {
    async fn handle_message(&self, _: EventContext, incoming: IncomingMessage) {
        let message = &incoming.message;
        let id = message.id.clone();
        self.with(|arrived| {
            arrived
                .messages
                .push((id, message.content.text_body().map(str::to_owned)))
        });
    }

    async fn handle_message_update(&self, _: EventContext, update: MessageUpdate) {
        let id = update.message.message_id().to_owned();
        let callback = update.callback().map(str::to_owned);
        self.with(|arrived| arrived.statuses.push((id, update.status, callback)));
    }
}

impl Inbox {
    fn with<T>(&self, change: impl FnOnce(&mut Arrived) -> T) -> T {
        change(&mut self.0.lock().expect("no check holds it while it fails"))
    }

    async fn wait<T>(&self, what: &str, find: impl Fn(&Arrived) -> Option<T>) -> Result<T, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.with(|arrived| find(arrived)) {
                return Ok(found);
            }
            if Instant::now() > deadline {
                return Err(format!("{what} did not arrive"));
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

struct World {
    env: Env,
    client: Client,
    inbox: Inbox,
    webhooks: String,
}

impl World {
    async fn start(env: Env) -> Result<World, Box<dyn std::error::Error>> {
        let client = Client::new(env["TOKEN"].as_str()).await?;
        let inbox = Inbox::default();
        // Its server binds by itself, to an address that must be known before: a port that was free a moment ago.
        let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let server = Server::builder()
            .endpoint(free)
            .route("/hooks")
            .verify_token(VERIFY_TOKEN)
            .verify_payload(env["APP_SECRET"].as_str())
            .build();
        let handler = inbox.clone();
        tokio::spawn(async move { server.serve(handler).await });
        let webhooks = format!("http://{free}/hooks");
        Ok(World {
            env,
            client,
            inbox,
            webhooks,
        })
    }

    fn phone(&self) -> &str {
        &self.env["PHONE_NUMBER_ID"]
    }

    async fn control(&self, path: &str, body: Value) -> Outcome {
        let url = format!("{}/{path}", self.env["CONTROL_URL"]);
        let answer = reqwest::Client::new().post(url).json(&body).send().await?;
        answer.error_for_status()?;
        Ok(())
    }
}

/// Whether every check passed; a line for each, and the sum at the end.
#[tokio::main]
pub(crate) async fn run(env: Env) -> bool {
    let world = World::start(env).await.expect("the world of the checks");
    let checks = [
        ("an app's callback is verified and set", callback(&world).await),
        (
            "an inbound message arrives signed, and is read",
            inbound(&world).await,
        ),
        (
            "a reply goes, with its callback data, and is read",
            reply(&world).await,
        ),
        ("messages of several types go", types(&world).await),
        ("a batch of three goes in one call", batch(&world).await),
        ("media is uploaded, shown and deleted", media(&world).await),
        ("numbers and apps of the account are listed", lists(&world).await),
        ("a token is looked into", token(&world).await),
        ("a wrong token is refused with 190", wrong_token(&world).await),
    ];
    let failed = checks.iter().filter(|(_, outcome)| outcome.is_err()).count();
    for (name, outcome) in &checks {
        match outcome {
            Ok(()) => println!("ok    whatsapp-business-rs: {name}"),
            Err(error) => println!("FAIL  whatsapp-business-rs: {name}\n{error}"),
        }
    }
    println!("{} passed, {failed} failed", checks.len() - failed);
    failed == 0
}

async fn callback(world: &World) -> Outcome {
    let app = world.client.app(world.env["APP_ID"].as_str());
    let secret = (world.env["APP_ID"].as_str(), world.env["APP_SECRET"].as_str());
    app.configure_webhook((VERIFY_TOKEN, world.webhooks.as_str()))
        .events(Fields::new().with(SubscriptionField::Messages))
        .with_auth(whatsapp_business_rs::client::Auth::secret(secret))
        .await?;
    Ok(())
}

async fn inbound(world: &World) -> Outcome {
    let path = format!("numbers/{}/inbound", world.phone());
    world
        .control(&path, json!({"from": ANN, "text": "hi", "name": "Ann"}))
        .await?;
    let found = world
        .inbox
        .wait("the inbound message", |arrived| arrived.messages.first().cloned());
    let (id, text) = found.await?;
    if text.as_deref() != Some("hi") {
        return Err(format!("it says {text:?}").into());
    }
    world.client.message(world.phone()).set_read(id.as_str()).await?;
    Ok(())
}

async fn reply(world: &World) -> Outcome {
    let draft = Draft::text("grüß dich").with_biz_opaque_callback_data("thread-1");
    let sent = world.client.message(world.phone()).send(ANN, draft).await?;
    let id = sent.message_id().to_owned();
    world
        .control(&format!("messages/{id}/feedback"), json!({"signal": "read"}))
        .await?;
    for wanted in [MessageStatus::Sent, MessageStatus::Delivered, MessageStatus::Read] {
        let what = format!("{wanted:?}");
        let told = world.inbox.wait(&what, |arrived| {
            let mut statuses = arrived.statuses.iter();
            statuses
                .find(|(of, status, _)| *of == id && *status == wanted)
                .cloned()
        });
        let (_, _, callback) = told.await?;
        if callback.as_deref() != Some("thread-1") {
            return Err(format!("{wanted:?} came with {callback:?}").into());
        }
    }
    Ok(())
}

async fn types(world: &World) -> Outcome {
    let sender = world.client.message(world.phone());
    sender
        .send(ANN, Location::new(37.4421, -122.1615).name("Philz"))
        .await?;
    let buttons = Draft::text("Continue?")
        .add_reply_button("yes", "Yes")
        .add_reply_button("no", "No")
        .footer("Choose one.");
    sender.send(ANN, buttons).await?;
    let list = Draft::new()
        .body("Please choose.")
        .header("Menu")
        .list("Options")
        .add_list_option("1", "One", "The first.");
    sender.send(ANN, list).await?;
    Ok(())
}

async fn batch(world: &World) -> Outcome {
    let sender = world.client.message(world.phone());
    let batch = world.client.batch();
    let answers = batch
        .include(sender.send(ANN, "one"))
        .include(sender.send(ANN, "two"))
        .include(sender.send(ANN, "three"))
        .execute()
        .await?;
    drop(answers);
    Ok(())
}

async fn media(world: &World) -> Outcome {
    let sender = world.client.message(world.phone());
    let id = sender
        .upload_media(PNG.to_vec(), "image/png".parse()?, "dot.png")
        .await?;
    let info = sender.get_media_info(&id).await?;
    if !info.url().starts_with("https://") {
        return Err(format!("its address is {}", info.url()).into());
    }
    sender.delete_media(&id).await?;
    match sender.get_media_info(&id).await {
        Ok(_) => Err("it is still there".into()),
        Err(_) => Ok(()),
    }
}

async fn lists(world: &World) -> Outcome {
    let waba = world.client.waba(world.env["WABA_ID"].as_str());
    let fields = Fields::new().with(PhoneNumberMetadataField::VerifiedName);
    let numbers: Vec<_> = waba
        .list_phone_numbers()
        .metadata(fields)
        .into_stream()
        .try_collect()
        .await?;
    let told: Vec<_> = numbers
        .iter()
        .map(|number| (number.id.as_str(), number.metadata.verified_name.as_deref()))
        .collect();
    if told != [(world.phone(), Some("Lucky Shrub"))] {
        return Err(format!("{told:?}").into());
    }
    let apps: Vec<_> = waba.list_subcribed_apps().into_stream().try_collect().await?;
    if apps.len() != 1 {
        return Err(format!("{apps:?}").into());
    }
    Ok(())
}

async fn token(world: &World) -> Outcome {
    let app = world.client.app(world.env["APP_ID"].as_str());
    let told = app.debug_token(world.env["TOKEN"].as_str()).await?;
    if told.app_id != world.env["APP_ID"] || !told.is_valid {
        return Err(format!("{told:?}").into());
    }
    Ok(())
}

async fn wrong_token(world: &World) -> Outcome {
    let stranger = Client::new("not-a-token").await?;
    match stranger.message(world.phone()).send(ANN, "hi").await {
        Ok(_) => Err("it was sent".into()),
        Err(error) if error.to_string().contains("code: 190") => Ok(()),
        Err(error) => Err(error.into()),
    }
}
