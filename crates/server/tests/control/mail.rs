//! Mails to administrators: what arrives at a real mail server, over every kind of connection, and what becomes of those
//! that it does not take at once.

use std::net::TcpListener;

use serde_json::{Value, json};
use server::notify::{MailConfig, Password};

use crate::smtp::{Answer, Connection, Mail, MailServer, PASSWORD, USER};
use crate::world::{HOUR, QUICK, World};

/// Mails through a server, as its certificate says who it is.
fn through(server: &MailServer, password: Option<&str>) -> MailConfig {
    let from = "Goodstanding <alerts@shop.example>";
    let config = MailConfig::new(&server.url(), password.map(Password::new), from).expect("it can be used");
    MailConfig {
        authority: Some(server.certificate.clone()),
        ..config
    }
}

/// The default portfolio has two administrators.
async fn administrators(world: &World) {
    // The clock stands still: they come after the first start only once it has been told.
    world.settle().await;
    let all = json!([{"name": "Ann Lee", "email": "ann@shop.example"}, {"name": "Zoë", "email": "zoe@shop.example"}]);
    world
        .control(
            "/portfolios/$PORTFOLIO/administrators",
            json!({"administrators": all}),
        )
        .await;
}

async fn red(world: &World) {
    world
        .control("/numbers/$PHONE/moderate", json!({"reason": "no_way_to_person"}))
        .await;
}

/// A mail as it came, but for what no two runs have in common.
fn shown(mail: &Mail) -> String {
    let date = mail.field("Date");
    let data = mail.data.replace("\r\n", "\n").replace(&date, "[date]");
    format!("from {} to {:?}\n\n{data}", mail.from, mail.to)
}

#[tokio::test]
async fn notices_arrive_over_every_kind_of_connection() {
    for connection in [Connection::Plain, Connection::StartTls, Connection::Tls] {
        let server = MailServer::start(connection);
        let secure = connection != Connection::Plain;
        let world = World::mailing(through(&server, secure.then_some(PASSWORD)), QUICK).await;
        administrators(&world).await;
        red(&world).await;
        world.settle().await;
        // Two notices, the rating and the flag, to two people each.
        let mails = server.wait_for(4).await;
        let told: Vec<_> = mails
            .iter()
            .map(|mail| (mail.to.clone(), mail.field("Subject")))
            .collect();
        assert_eq!(told[0].0, ["ann@shop.example"]);
        assert_eq!(told[1].0, ["zoe@shop.example"]);
        assert_eq!((told.len(), told[2].1.as_str()), (4, "+15550783881 is FLAGGED"));
        for mail in &mails {
            assert_eq!(
                (mail.encrypted, mail.user.as_deref()),
                (secure, secure.then_some(USER)),
                "{connection:?}"
            );
        }
        if connection == Connection::Plain {
            insta::assert_snapshot!(mails.iter().map(shown).collect::<Vec<_>>().join("\n-----\n"));
        }
        world.stop().await;
    }
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_sent_again_under_the_same_id() {
    let server = MailServer::start(Connection::Plain);
    server.answer(&[Answer::Later, Answer::HangUp]);
    let world = World::mailing(through(&server, None), QUICK).await;
    world.settle().await;
    let ann = json!({"administrators": [{"name": "Ann", "email": "ann@shop.example"}]});
    world.control("/portfolios/$PORTFOLIO/administrators", ann).await;
    world.control("/numbers/$PHONE/deregister", Value::Null).await;
    let mails = server.wait_for(1).await;
    let log = settled(&world, 1).await;
    assert_eq!(
        (log[0]["state"].as_str(), log[0]["attempts"].as_u64()),
        (Some("delivered"), Some(3)),
        "{log:?}"
    );
    let id = log[0]["mail_id"].as_str().expect("an id");
    assert_eq!(
        mails[0].field("Message-ID"),
        format!("<{}@shop.example>", id.replace('@', ".at."))
    );
    assert_eq!(server.mails().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_is_given_up_and_a_wrong_password_is_not() {
    let server = MailServer::start(Connection::Tls);
    server.answer(&[Answer::NoMailbox]);
    let world = World::mailing(through(&server, Some(PASSWORD)), QUICK).await;
    administrators(&world).await;
    world.control("/numbers/$PHONE/deregister", Value::Null).await;
    assert_eq!(server.wait_for(1).await[0].to, ["zoe@shop.example"]);
    let log = settled(&world, 2).await;
    let states: Vec<_> = log
        .iter()
        .map(|mail| (mail["email"].as_str(), mail["state"].as_str()))
        .collect();
    assert_eq!(
        states,
        [
            (Some("zoe@shop.example"), Some("delivered")),
            (Some("ann@shop.example"), Some("abandoned"))
        ]
    );
    assert!(
        log[1]["last_outcome"]
            .as_str()
            .is_some_and(|told| told.contains("550")),
        "{log:?}"
    );
    world.stop().await;
    let world = World::mailing(through(&server, Some("wrong")), QUICK).await;
    administrators(&world).await;
    world.control("/numbers/$PHONE/deregister", Value::Null).await;
    let log = tried(&world, 2).await;
    assert!(log.iter().all(|mail| mail["state"] == "pending"), "{log:?}");
    assert!(
        log[0]["last_outcome"]
            .as_str()
            .is_some_and(|told| told.contains("535")),
        "{log:?}"
    );
    assert!(!format!("{log:?}").contains("wrong"), "the password is not shown");
    world.stop().await;
}

#[tokio::test]
async fn mails_wait_for_their_server_and_survive_a_restart() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    let from = "alerts@shop.example";
    let config = MailConfig::new(&format!("smtp://localhost:{port}"), None, from).expect("it can be used");
    let dir = tempfile::tempdir().expect("a directory");
    let world = World::mailing_in_dir(dir.path(), Some(config.clone())).await;
    administrators(&world).await;
    world.control("/numbers/$PHONE/deregister", Value::Null).await;
    world.settle().await;
    assert!(mails(&world).await.iter().all(|mail| mail["state"] == "pending"));
    world.stop().await;
    // Nobody hears of what happens while there is no mail server.
    let world = World::mailing_in_dir(dir.path(), None).await;
    world.control("/numbers/$PHONE/register", Value::Null).await;
    world.settle().await;
    assert_eq!(mails(&world).await.len(), 2);
    world.stop().await;
    let server = MailServer::on(
        TcpListener::bind(("127.0.0.1", port)).expect("the port is free"),
        Connection::Plain,
    );
    let world = World::mailing_in_dir(dir.path(), Some(config)).await;
    assert_eq!(server.wait_for(2).await.len(), 2);
    let log = settled(&world, 2).await;
    assert!(log.iter().all(|mail| mail["state"] == "delivered"), "{log:?}");
    world.advance(HOUR).await;
    world.settle().await;
    assert_eq!(server.mails().len(), 2);
    world.stop().await;
}

/// The log of mails, newest first.
async fn mails(world: &World) -> Vec<Value> {
    let page = world.ok("GET /sandbox/v1/mails", Value::Null).await;
    page["data"].as_array().expect("a list").clone()
}

/// The log once none of `count` mails is pending.
async fn settled(world: &World, count: usize) -> Vec<Value> {
    log_when(world, count, |mail| mail["state"] != "pending").await
}

/// The log once each of `count` mails was tried.
async fn tried(world: &World, count: usize) -> Vec<Value> {
    log_when(world, count, |mail| !mail["last_outcome"].is_null()).await
}

async fn log_when(world: &World, count: usize, holds: impl Fn(&Value) -> bool) -> Vec<Value> {
    let told = async {
        loop {
            let log = mails(world).await;
            if log.len() == count && log.iter().all(&holds) {
                return log;
            }
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(30), told).await;
    match waited {
        Ok(log) => log,
        Err(_) => panic!("{count} mails do not get there: {:?}", mails(world).await),
    }
}
