//! The default account: what a new seat has, so that a client can send its first message at once.
//!
//! Promises: made once; a start that was cut short is finished by the next one; what the tester changed later stays.

use decider::CellId;
use platform::directory::{self, AppIx, Subject};
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::command::TemplateKey;
use platform::portfolio::command::TemplateOptions;
use platform::portfolio::event::Decision;
use platform::portfolio::{Answer, Command};
use rulebook::status::{Stage, StageChange};
use rulebook::template::draft::{Category, Component, Header, ParameterFormat, TemplateDraft, Text};
use rulebook::template::lifecycle::TemplateStatus;

use super::Seat;
use super::make::{done, unexpected};
use crate::SeatError;
use crate::ids::{app_id, phone_id, portfolio_id, waba_id};

/// The first of everything.
const APP: AppIx = AppIx(0);
const CELL: CellId = CellId(1);
const WABA: WabaIx = WabaIx(0);
const NUMBER: NumberIx = NumberIx(0);
/// A number of the range that is kept for fiction.
const E164: u64 = 15_550_783_881;

/// What a client needs in order to use the default account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultAccount {
    /// Sends to people.
    pub phone_number_id: String,
    /// The number as people read it.
    pub display_phone_number: String,
    /// Owns number and templates.
    pub waba_id: String,
    /// Owns the WABA.
    pub portfolio_id: String,
    /// Calls the API and gets the webhooks.
    pub app_id: String,
    /// Authorizes the app.
    pub token: String,
    /// Signs its webhooks.
    pub app_secret: String,
}

impl Seat {
    /// Makes the default account if this seat has none, and tells how to use it.
    pub async fn first_start(&self) -> Result<DefaultAccount, SeatError> {
        // Being subscribed is the last step, and the entry stays when a subscription ends.
        let subject = Subject::Waba {
            cell: CELL.0,
            waba: WABA.0,
        };
        if !self.view().subscriptions.contains_key(&subject) {
            self.make_app().await?;
            self.make_portfolio().await?;
            self.make_number().await?;
            self.make_template(hello_world()).await?;
            self.directory(directory::Command::Subscribe {
                subject,
                app: APP,
                over: None,
            })
            .await?;
        }
        self.set_default_people(CELL).await?;
        self.default_account().await
    }

    async fn default_account(&self) -> Result<DefaultAccount, SeatError> {
        if !self.view().tokens.values().any(|app| *app == APP) {
            self.directory(directory::Command::IssueToken { app: APP })
                .await?;
        }
        let view = self.view();
        let token = view
            .tokens
            .iter()
            .find(|(_, app)| **app == APP)
            .map(|(token, _)| token.clone());
        let app = view.apps.first().ok_or(SeatError::Incomplete("it has no app"))?;
        Ok(DefaultAccount {
            phone_number_id: phone_id(CELL, NUMBER).to_string(),
            display_phone_number: crate::display_phone_number(E164),
            waba_id: waba_id(CELL, WABA).to_string(),
            portfolio_id: portfolio_id(CELL).to_string(),
            app_id: app_id(APP).to_string(),
            token: token.ok_or(SeatError::Incomplete("it has no token"))?,
            app_secret: app.secret.clone(),
        })
    }

    async fn make_app(&self) -> Result<(), SeatError> {
        if self.view().apps.is_empty() {
            self.directory(directory::Command::CreateApp {
                name: "Default app".to_owned(),
            })
            .await?;
        }
        Ok(())
    }

    async fn make_portfolio(&self) -> Result<(), SeatError> {
        let name = "Default portfolio";
        if self.view().portfolios.is_empty() {
            self.create_portfolio(name, None).await?;
        } else if self.query(CELL, |_| ()).await?.is_none() {
            self.open_portfolio(CELL, name, self.defaults().clone()).await?;
        }
        if self.query(CELL, |portfolio| portfolio.wabas.is_empty()).await? == Some(true) {
            self.add_waba(CELL, "Default account").await?;
        }
        Ok(())
    }

    async fn make_number(&self) -> Result<(), SeatError> {
        let stage = || self.query(CELL, |portfolio| portfolio.number(NUMBER).map(|n| n.facts.stage));
        if stage().await?.flatten().is_none() {
            self.add_number(CELL, WABA, E164, "Lucky Shrub").await?;
        }
        self.certify(CELL, NUMBER).await?;
        if stage().await?.flatten() == Some(Stage::Offline) {
            self.stage(CELL, NUMBER, StageChange::Register).await?;
        }
        Ok(())
    }

    async fn make_template(&self, draft: TemplateDraft) -> Result<(), SeatError> {
        let key = TemplateKey::of(&draft.name, &draft.language);
        let find = move |portfolio: &platform::portfolio::Portfolio| {
            let ix = portfolio.template_named(WABA, key)?;
            Some((ix, portfolio.template(ix)?.status))
        };
        let template = match self.query(CELL, find).await?.flatten() {
            Some((_, status)) if status != TemplateStatus::InReview => return Ok(()),
            Some((template, _)) => template,
            None => self.submit_template(draft).await?,
        };
        done(
            self.portfolio(
                CELL,
                Command::Review {
                    template,
                    decision: Decision::Approve,
                },
            )
            .await?,
        )
    }

    async fn submit_template(&self, draft: TemplateDraft) -> Result<TemplateIx, SeatError> {
        match self
            .portfolio(
                CELL,
                Command::CreateTemplate {
                    waba: WABA,
                    draft: Box::new(draft),
                    options: TemplateOptions::default(),
                },
            )
            .await?
        {
            Answer::Template(template) => Ok(template),
            other => Err(unexpected(other)),
        }
    }
}

/// The template that every new account of the platform has.
fn hello_world() -> TemplateDraft {
    let text = |text: &str| Text {
        text: text.to_owned(),
        ..Text::default()
    };
    let body = "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message \
                notification from the Cloud API, hosted by Meta. Thank you for taking the time to test with us.";
    TemplateDraft {
        name: "hello_world".to_owned(),
        language: "en_US".to_owned(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        components: vec![
            Component::Header(Header::Text(text("Hello World"))),
            Component::Body(text(body)),
            Component::Footer(text("WhatsApp Business Platform sample message")),
        ],
    }
}
