//! What a poll found, and how much of it no webhook had told.
//!
//! Promises: only what was known otherwise, and is told by webhooks, counts as missed: the first poll finds everything new.

use std::collections::BTreeMap;

use cloud_api::NodeId;
use decider::CellId;
use rulebook::edition::Limit;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use sender::ids::{PhoneNumberId, TemplateKey, WabaId};
use sender::mirror::Source;
use sender::portfolio::Portfolio;
use sender::portfolio::command::{News, NumberNews, TemplateNews};

use super::{Report, store};
use crate::alarms::Name;
use crate::gateway::Gateway;
use crate::poll::{Number, Template};
use crate::words;

/// Makes durable what a poll of an account found.
pub(crate) async fn polled(
    gateway: &Gateway,
    cell: CellId,
    waba: u64,
    numbers: &[Number],
    templates: &[Template],
) {
    let mut told = BTreeMap::new();
    let mut report = Report {
        gateway,
        cell,
        waba,
        source: Source::Poll,
        at: gateway.now(),
        out: told.entry(cell).or_default(),
    };
    let mut found = Found::default();
    for number in numbers {
        number_facts(&mut report, number, &mut found);
    }
    for template in templates {
        template_facts(&mut report, template, &mut found);
    }
    let missed = gateway
        .seat()
        .query(cell, move |portfolio| found.missed(portfolio, WabaId(waba)))
        .await;
    if let Err(error) = store(gateway, told).await {
        tracing::error!(%error, waba, "what a poll found could not be stored; it is asked again");
        return;
    }
    let missed = missed.ok().flatten().unwrap_or_default();
    gateway.metrics().missed(missed);
    let subject = waba.to_string();
    if missed > 0 {
        let what = format!("a poll of account {subject} found {missed} facts that no webhook had told");
        gateway
            .alarms()
            .raise(Name::WebhooksMissed, &subject, what, gateway.now());
    } else {
        gateway.alarms().clear(Name::WebhooksMissed, &subject);
    }
}

/// What webhooks tell as well.
#[derive(Default)]
struct Found {
    statuses: Vec<(PhoneNumberId, Status)>,
    limits: Vec<(PhoneNumberId, Limit)>,
    templates: Vec<(TemplateKey, Option<TemplateStatus>, Option<Category>)>,
}

impl Found {
    /// How much of it differs from what is known.
    fn missed(&self, portfolio: &Portfolio, waba: WabaId) -> u64 {
        let mut missed = 0;
        for (id, status) in &self.statuses {
            let known = portfolio
                .number_of(*id)
                .and_then(|ix| portfolio.number(ix)?.status.value());
            missed += u64::from(known.is_some_and(|known| known != *status));
        }
        for (id, limit) in &self.limits {
            let scope = portfolio
                .number_of(*id)
                .and_then(|ix| portfolio.scope(portfolio.scope_of(ix)));
            let known = scope.and_then(|scope| scope.limit.value());
            missed += u64::from(known.is_some_and(|known| Limit::from(known) != *limit));
        }
        let of = portfolio.waba_of(waba);
        for (key, status, category) in &self.templates {
            let known = of.and_then(|waba| portfolio.template(portfolio.template_of(waba, *key)?));
            let Some(known) = known else { continue };
            let differs =
                |known: Option<TemplateStatus>| known.is_some() && status.is_some() && known != *status;
            missed += u64::from(differs(known.status.value().map(|standing| standing.status)));
            let differs =
                |known: Option<Category>| known.is_some() && category.is_some() && known != *category;
            missed += u64::from(differs(known.category.value()));
        }
        missed
    }
}

fn number_facts(report: &mut Report<'_>, told: &Number, found: &mut Found) {
    let Some(NodeId(id)) = NodeId::parse(&told.id) else {
        return;
    };
    let number = PhoneNumberId(id);
    let status = told.status.as_deref().and_then(words::status);
    let rating = told.quality_rating.as_deref().and_then(words::rating);
    let level = told
        .throughput
        .as_ref()
        .and_then(|throughput| words::level(throughput.level.as_deref()?));
    let facts = [
        status.map(NumberNews::Status),
        rating.map(NumberNews::Rating),
        level.map(NumberNews::Level),
    ];
    for fact in facts.into_iter().flatten() {
        report.tell(News::Number { number, fact });
    }
    let limit = told
        .whatsapp_business_manager_messaging_limit
        .as_deref()
        .and_then(words::limit_of_word);
    if let Some(limit) = limit {
        report.tell(News::Limit { number, limit });
    }
    found.statuses.extend(status.map(|status| (number, status)));
    found.limits.extend(limit.map(|limit| (number, limit)));
}

fn template_facts(report: &mut Report<'_>, told: &Template, found: &mut Found) {
    let key = report.gateway.names().note(&told.name, &told.language);
    let waba = WabaId(report.waba);
    let status = told.status.as_deref().and_then(words::template_status);
    let category = told.category.as_deref().and_then(words::category);
    let quality = told
        .quality_score
        .as_ref()
        .and_then(|score| words::rating(score.score.as_deref()?));
    let facts = [
        status.map(|status| TemplateNews::Status(status, None)),
        category.map(TemplateNews::Category),
        quality.map(TemplateNews::Quality),
    ];
    for fact in facts.into_iter().flatten() {
        report.tell(News::Template { waba, key, fact });
    }
    found.templates.push((key, status, category));
}
