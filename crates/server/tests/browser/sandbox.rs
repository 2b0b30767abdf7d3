//! A sandbox on a port of its own, with the story told in it.

use decider::Timestamp;
use serde_json::{Value, json};
use server::{ClockConfig, DefaultAccount, Running, Seat, SeatConfig, serve};
use tokio::net::TcpListener;

use crate::story::{self, ANN, Told};

/// 2026-03-02T09:00:00Z, a Monday.
const START: Timestamp = Timestamp::from_millis(1_772_442_000_000);

pub(crate) struct Sandbox {
    pub(crate) base: String,
    pub(crate) told: Told,
    account: DefaultAccount,
    http: reqwest::Client,
    _server: Running,
}

/// Who calls while the story is told.
struct Caller<'a> {
    base: &'a str,
    token: &'a str,
    http: &'a reqwest::Client,
}

impl story::Sandbox for Caller<'_> {
    async fn call(&self, call: &str, body: Value) -> Value {
        let path = call.strip_prefix("POST ").expect("stories only post");
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .bearer_auth(self.token);
        let answer = request.json(&body).send().await.expect("an answer");
        let (status, answer) = (answer.status(), answer.json().await.expect("answers are JSON"));
        assert!(status.is_success(), "{call} {body}: {answer}");
        answer
    }
}

impl Sandbox {
    pub(crate) async fn start() -> Result<Self, String> {
        let mut config = SeatConfig::new("2023-per-number").map_err(|error| error.to_string())?;
        config.clock = ClockConfig::Virtual {
            start: START,
            speed: 0.0,
        };
        config.seed = 7;
        let seat = Seat::open(config).map_err(|error| error.to_string())?;
        let account = seat.first_start().await.map_err(|error| error.to_string())?;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|error| error.to_string())?;
        let server = serve(seat, listener).map_err(|error| error.to_string())?;
        let base = format!("http://{}", server.address());
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        let caller = Caller {
            base: &base,
            token: &account.token,
            http: &http,
        };
        // Nobody listens there: the deliveries stay in the log as pending.
        let nowhere = json!({"url": "http://127.0.0.1:9/webhook", "verify": false});
        let callback = format!("POST /sandbox/v1/apps/{}/callback", account.app_id);
        story::Sandbox::call(&caller, &callback, nowhere).await;
        let told = story::tell(&caller, &account.phone_number_id, &account.waba_id).await;
        Ok(Sandbox {
            base,
            told,
            account,
            http,
            _server: server,
        })
    }

    /// A control call.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let caller = Caller {
            base: &self.base,
            token: &self.account.token,
            http: &self.http,
        };
        story::Sandbox::call(&caller, &format!("POST /sandbox/v1{path}"), body).await
    }

    /// Every page, by name.
    pub(crate) async fn pages(&self) -> Result<Vec<(&'static str, String)>, String> {
        let Told {
            flagged,
            good,
            second_portfolio,
            paused,
            rejected,
            used_up,
            in_review,
        } = &self.told;
        Ok(vec![
            ("numbers", "/manager".to_owned()),
            (
                "one_portfolio",
                format!("/manager/numbers?portfolio={second_portfolio}"),
            ),
            ("good_number", format!("/manager/numbers/{good}")),
            ("flagged_number", format!("/manager/numbers/{flagged}")),
            ("used_up_number", format!("/manager/numbers/{used_up}")),
            ("templates", "/manager/templates".to_owned()),
            ("paused_template", format!("/manager/templates/{paused}")),
            ("rejected_template", format!("/manager/templates/{rejected}")),
            ("notifications", "/manager/notifications".to_owned()),
            ("appeals", "/manager/appeals".to_owned()),
            ("people", "/manager/people".to_owned()),
            ("person", self.person().await?),
            ("events", "/manager/events".to_owned()),
            ("webhooks", "/manager/webhooks?state=pending".to_owned()),
            ("volumes", "/manager/volumes".to_owned()),
            ("template_in_review", format!("/manager/templates/{in_review}")),
            ("mails", "/manager/mails".to_owned()),
            ("faults", "/manager/faults".to_owned()),
            ("clock", "/manager/clock".to_owned()),
            ("failure", "/manager/nothing".to_owned()),
        ])
    }

    /// The page of the person who wrote, found as people find it.
    async fn person(&self) -> Result<String, String> {
        let address = format!("{}/manager/people?phone={ANN}", self.base);
        let page = self
            .http
            .get(address)
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let page = page.text().await.map_err(|error| error.to_string())?;
        let found = page
            .split_once("href=\"/manager/people/")
            .and_then(|(_, rest)| rest.split_once('"'));
        let (id, _) = found.ok_or("the person is not found")?;
        Ok(format!("/manager/people/{id}"))
    }
}
