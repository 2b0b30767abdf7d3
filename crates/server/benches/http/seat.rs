//! What the child process serves: the platform seat over a data directory, or the bare handler.

use std::future::IntoFuture;
use std::io::Read;

use axum::Router;
use axum::body::Bytes;
use axum::serve::ListenerExt;
use platform::directory::{self, AppIx, Callback, Subject};
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::Command;
use platform::portfolio::command::TemplateOptions;
use platform::portfolio::event::Decision;
use rulebook::status::StageChange;
use rulebook::template::draft::{Category, Component, ParameterFormat, TemplateDraft, Text};
use server::{ClockConfig, Seat, SeatConfig, Storage};
use tokio::net::{TcpListener, TcpStream};

const NUMBERS: u64 = 1_000;
const PORTFOLIOS: u64 = 16;

/// Serves until the input ends. `mode` is `bare`, or how the seat is: `still`, `travel` (messages are sent and
/// delivered by themselves), or `content` (each message has text that is kept).
pub(crate) fn serve(mode: &str, webhooks: Option<&str>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("there is a free port");
        if mode == "bare" {
            bare(listener).await;
            return;
        }
        let dir = tempfile::tempdir().expect("there is room for temporary files");
        let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
        config.storage = Storage::Dir(dir.path().to_owned());
        config.clock = ClockConfig::System;
        config.defaults.overrides = "limits.start = 3".into();
        config.defaults.transit = mode == "travel";
        config.defaults.auto_review = false;
        let seat = Seat::open(config).expect("a new directory opens");
        let requests = fill(&seat, mode == "content", webhooks).await;
        let running = server::serve(seat, listener).expect("the server starts");
        println!("{}", running.address());
        requests.iter().for_each(|request| println!("{request}"));
        println!();
        until_input_ends().await;
        running.stop().await;
    });
}

async fn until_input_ends() {
    let read = || std::io::stdin().read_to_end(&mut Vec::new());
    let _ = tokio::task::spawn_blocking(read).await;
}

/// Answers as many bytes as a sent message gets.
async fn bare(listener: TcpListener) {
    println!("{}", listener.local_addr().expect("a listener has an address"));
    println!("{}\n", request("300000010000000", "token", false));
    let answer = async |_: Bytes| Bytes::from_static(&[b' '; 240]);
    let listener = listener.tap_io(|stream: &mut TcpStream| drop(stream.set_nodelay(true)));
    let server = axum::serve(listener, Router::new().fallback(answer));
    let server = tokio::spawn(server.into_future());
    until_input_ends().await;
    server.abort();
}

/// Makes app, portfolios, numbers and templates; one request for each number.
async fn fill(seat: &Seat, content: bool, webhooks: Option<&str>) -> Vec<String> {
    let app = AppIx(0);
    told(seat, directory::Command::CreateApp { name: "Bench".into() }).await;
    let directory::Answer::Token(token) = told(seat, directory::Command::IssueToken { app }).await else {
        panic!("a token is issued to an app");
    };
    if let Some(url) = webhooks {
        let callback = Callback {
            url: url.to_owned(),
            verify_token: String::new(),
        };
        let callback = Some((callback, vec!["messages".to_owned()]));
        told(seat, directory::Command::SetCallback { app, callback }).await;
    }
    let waba = WabaIx(0);
    let mut requests = Vec::new();
    for portfolio in 0..PORTFOLIOS {
        let cell = seat
            .create_portfolio("Bench", None)
            .await
            .expect("a portfolio is made");
        seat.add_waba(cell, "Bench").await.expect("an account is made");
        let subject = Subject::Waba {
            cell: cell.0,
            waba: waba.0,
        };
        told(
            seat,
            directory::Command::Subscribe {
                subject,
                app,
                over: None,
            },
        )
        .await;
        for index in (portfolio..NUMBERS).step_by(PORTFOLIOS as usize) {
            let number: NumberIx = seat
                .add_number(cell, waba, 491_700_000_000 + index, "Bench")
                .await
                .expect("a number is made");
            seat.certify(cell, number).await.expect("a number is certified");
            seat.stage(cell, number, StageChange::Register)
                .await
                .expect("a number is registered");
            let phone = server::ids::phone_id(cell, number).to_string();
            requests.push(request(&phone, &token, content));
        }
        let draft = Box::new(draft(content));
        seat.portfolio(
            cell,
            Command::CreateTemplate {
                waba,
                draft,
                options: TemplateOptions::default(),
            },
        )
        .await
        .expect("a template is made");
        let review = Command::Review {
            template: TemplateIx(0),
            decision: Decision::Approve,
        };
        seat.portfolio(cell, review)
            .await
            .expect("a template is reviewed");
    }
    requests
}

async fn told(seat: &Seat, command: directory::Command) -> directory::Answer {
    seat.directory(command).await.expect("the directory answers")
}

/// A request on one line, as small as usual clients make it.
fn request(phone: &str, token: &str, content: bool) -> String {
    let components = match content {
        true => r#","components":[{"type":"body","parameters":[{"type":"text","text":"Anna"}]}]"#,
        false => "",
    };
    let body = format!(
        r#"{{"messaging_product":"whatsapp","to":"RECIPIENT__","type":"template","template":{{"name":"bench","language":{{"code":"en_US"}}{components}}}}}"#
    );
    let length = body.len();
    format!(
        "POST /v25.0/{phone}/messages HTTP/1.1\\r\\nhost: localhost\\r\\nauthorization: Bearer {token}\\r\\n\
         content-type: application/json\\r\\ncontent-length: {length}\\r\\n\\r\\n{body}"
    )
}

fn draft(parameter: bool) -> TemplateDraft {
    let text = match parameter {
        true => "Hello {{1}}, our new opening hours are nine to six, every day.",
        false => "Our new opening hours: nine to six, every day.",
    };
    let samples = if parameter {
        vec!["Anna".to_owned()]
    } else {
        Vec::new()
    };
    TemplateDraft {
        name: "bench".into(),
        language: "en_US".into(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        components: vec![Component::Body(Text {
            text: text.into(),
            samples,
            ..Text::default()
        })],
    }
}
