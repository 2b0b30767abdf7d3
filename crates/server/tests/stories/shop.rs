//! A business with its numbers and templates: what it can do, in one word.

use std::ops::Range;

use serde_json::{Value, json};

use super::number::{self, Number};
use super::world::{DAY, HOUR, Happened, MINUTE, World, text};

/// The editions by name.
pub(crate) const RULES_2023: &str = "2023-per-number";
pub(crate) const RULES_2024: &str = "2024-per-number";
pub(crate) const RULES_2026: &str = "2026-per-portfolio";

/// These stories are not about what one person may get: nobody has had enough marketing, or is in an experiment.
const PLAIN: &str = "marketing.experiment = 0.0\nmarketing.per_user.counts = \"never\"";

/// A limit of ten people, then twenty: the same rules in a small world.
pub(crate) const SMALL: &str = "limits.tiers = [10, 20, \"unlimited\"]";

/// Nothing is ever paced: for stories that are not about pacing.
const UNPACED: &str = "pacing.template.first = \"never\"\npacing.portfolio.first = \"never\"\n";

/// A portfolio with one account.
pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) portfolio: String,
    waba: String,
    /// Its first number, CONNECTED.
    pub(crate) number: Number,
}

/// A template in one language.
pub(crate) struct Template {
    world: World,
    pub(crate) portfolio: String,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl World {
    /// A portfolio of its own: the rules of 2023 but for `overrides` and without pacing, one CONNECTED number, the
    /// approved template `news`.
    pub(crate) fn shop(&self, overrides: &str) -> Shop {
        self.paced_shop_under(RULES_2023, &format!("{UNPACED}{overrides}"))
    }

    /// The same under the rules of another edition.
    pub(crate) fn shop_under(&self, edition: &str, overrides: &str) -> Shop {
        self.paced_shop_under(edition, &format!("{UNPACED}{overrides}"))
    }

    /// The rules of 2023 with pacing.
    pub(crate) fn paced_shop(&self, overrides: &str) -> Shop {
        self.paced_shop_under(RULES_2023, overrides)
    }

    fn paced_shop_under(&self, edition: &str, overrides: &str) -> Shop {
        let made = self.control(
            "/portfolios",
            &json!({"name": "Lucky Shrub", "edition": edition, "overrides": format!("{PLAIN}\n{overrides}")}),
        );
        let portfolio = text(&made, "portfolio_id");
        let made = self.control(
            &format!("/portfolios/{portfolio}/wabas"),
            &json!({"name": "Lucky Shrub"}),
        );
        let waba = text(&made, "waba_id");
        let number = number::connected(self, &portfolio, &waba);
        let shop = Shop {
            world: self.clone(),
            portfolio,
            waba,
            number,
        };
        shop.template("news");
        shop
    }
}

impl Shop {
    /// What happened to the whole portfolio, of one kind.
    pub(crate) fn events(&self, kind: &str) -> Vec<Happened> {
        self.world.events(&self.portfolio, kind, "the portfolio")
    }

    /// What a node of this business shows as its limit: `portfolio`, `waba` or a number's id.
    pub(crate) fn limit_shown(&self, of: &str) -> Value {
        let id = match of {
            "portfolio" => &self.portfolio,
            "waba" => &self.waba,
            number => number,
        };
        let field = "whatsapp_business_manager_messaging_limit";
        self.world.node(id, field)[field].clone()
    }

    /// One more CONNECTED number.
    pub(crate) fn second_number(&self) -> Number {
        number::connected(&self.world, &self.portfolio, &self.waba)
    }

    /// A template of this name with one placeholder, approved.
    pub(crate) fn template(&self, name: &str) -> Template {
        let body = format!("Hello {{{{1}}}}, the letter called {name} is for you and comes today.");
        let template = self.submit(name, &body);
        template.approve();
        template
    }

    /// Submits a template of this name.
    pub(crate) fn submit(&self, name: &str, body: &str) -> Template {
        self.submit_components(name, &components(body))
    }

    /// Submits a template of these parts.
    pub(crate) fn submit_components(&self, name: &str, components: &Value) -> Template {
        let made = self.try_submit(name, components);
        Template {
            world: self.world.clone(),
            portfolio: self.portfolio.clone(),
            id: text(&made, "id"),
            name: name.to_owned(),
        }
    }

    /// Somebody looks after it from now on, and not before.
    pub(crate) fn administered(&self) {
        self.world.advance(1);
        let ann = json!({"administrators": [{"name": "Ann", "email": "ann@shop.example"}]});
        self.world
            .control(&format!("/portfolios/{}/administrators", self.portfolio), &ann);
    }

    /// A moderator records a violation; which one.
    pub(crate) fn violates(&self, step: Option<&str>) -> u64 {
        let body = json!({"violation_type": "ALCOHOL", "step": step});
        let made = self
            .world
            .control(&format!("/wabas/{}/violations", self.waba), &body);
        made["violation"].as_u64().expect("a number")
    }

    /// A moderator takes a violation back.
    pub(crate) fn reversed(&self, violation: u64) {
        let path = format!("/portfolios/{}/violations/{violation}/reverse", self.portfolio);
        self.world.control(&path, &json!({}));
    }

    /// A moderator grants an appeal.
    pub(crate) fn granted(&self, appeal: u64) {
        let path = format!("/portfolios/{}/appeals/{appeal}/decide", self.portfolio);
        self.world.control(&path, &json!({"decision": "grant"}));
    }

    /// What the administrators were told, with `what` in the subject.
    pub(crate) fn notices(&self, what: &str) -> Vec<(u64, String)> {
        let told = self.world.notices(&self.portfolio).into_iter();
        told.filter(|(_, subject)| subject.contains(what)).collect()
    }

    /// What becomes of submitting a template of this name and these parts.
    pub(crate) fn try_submit(&self, name: &str, components: &Value) -> Value {
        let draft =
            json!({"name": name, "language": "en_US", "category": "MARKETING", "components": components});
        self.world
            .graph(&format!("{}/message_templates", self.waba), &draft)
    }

    /// Deletes all languages of a template.
    pub(crate) fn delete(&self, name: &str) {
        let call = format!("{}/message_templates?method=delete&name={name}", self.waba);
        let answer = self.world.graph(&call, &json!({}));
        assert_eq!(answer["success"], true, "{answer}");
    }

    /// Sends a promotion of its own to people, all of whom report it within a minute.
    pub(crate) fn annoy(&self, people: Range<u64>) {
        let name = format!("promotion_{}_{}", self.world.now() / MINUTE, people.start);
        self.template(&name);
        let messages = self.number.broadcast(&name, people);
        self.world.advance(MINUTE);
        for message in &messages {
            self.number.resented(message, "report");
        }
    }

    /// Goes on annoying on a later day of a flag that began at `since`: ten people who were not written to before.
    pub(crate) fn annoy_on(&self, since: u64, day: u64) {
        let at = since + day * DAY + HOUR;
        if self.world.now() < at {
            self.world.advance_to(at);
        }
        self.annoy(at / HOUR % 10_000 * 10..at / HOUR % 10_000 * 10 + 10);
    }
}

impl Template {
    /// The reviewers let it pass now.
    pub(crate) fn approve(&self) {
        self.review(&json!({"decision": "approve"}));
    }

    /// The reviewers do not let it pass.
    pub(crate) fn reject(&self) {
        self.review(&json!({"decision": "reject", "reason": "PROMOTIONAL"}));
    }

    fn review(&self, decision: &Value) {
        self.world
            .control(&format!("/templates/{}/review", self.id), decision);
    }

    /// Replaces the text; the template is in review again.
    pub(crate) fn edit(&self, body: &str) -> Value {
        self.world
            .graph(&self.id, &json!({"components": components(body)}))
    }

    /// The business appeals, with a sample of its use.
    pub(crate) fn appeal(&self) {
        let body =
            json!({"text": "It is about an order.", "sample": "Hello Anna, your order is on its way."});
        let filed = self
            .world
            .control(&format!("/templates/{}/appeal", self.id), &body);
        assert_eq!(
            [text(&filed, "state"), text(&filed, "template_id")],
            ["open", self.id.as_str()]
        );
    }

    /// Ends a pause by pacing; why not, if not.
    pub(crate) fn unpause(&self) -> Result<(), String> {
        let answer = self.world.graph(&format!("{}/unpause", self.id), &Value::Null);
        match answer["success"].as_bool() {
            Some(true) => Ok(()),
            _ => Err(text(&answer, "reason")),
        }
    }

    pub(crate) fn status(&self) -> String {
        text(&self.world.node(&self.id, "status"), "status")
    }

    pub(crate) fn rating(&self) -> String {
        let node = self.world.node(&self.id, "quality_score");
        text(&node["quality_score"], "score")
    }

    pub(crate) fn rejected_reason(&self) -> String {
        text(&self.world.node(&self.id, "rejected_reason"), "rejected_reason")
    }

    /// What the administrators were told about this template.
    pub(crate) fn notices(&self) -> Vec<String> {
        let told = self
            .world
            .notices(&self.portfolio)
            .into_iter()
            .map(|(_, subject)| subject);
        told.filter(|subject| subject.contains(&self.name)).collect()
    }

    /// What happened to this template, of one kind.
    pub(crate) fn events(&self, kind: &str) -> Vec<Happened> {
        self.world.events(&self.portfolio, kind, &self.name)
    }

    /// The last of [`Template::events`].
    #[track_caller]
    pub(crate) fn event(&self, kind: &str) -> Happened {
        self.events(kind)
            .pop()
            .unwrap_or_else(|| panic!("no {kind} of {}", self.name))
    }
}

fn components(body: &str) -> Value {
    json!([{"type": "BODY", "text": body, "example": {"body_text": [["Anna"]]}}])
}
