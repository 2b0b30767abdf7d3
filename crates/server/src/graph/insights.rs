//! What a business sees of its templates: `template_analytics` of an account (G14), and the comparison of two (G15).
//!
//! Must not know: how figures are kept, how long reads and clicks are told.

use cloud_api::analytics::{self as wire, Clicked, Comparison, Cost, TemplatePoint, TemplateQuestion};
use cloud_api::json::to_bytes;
use cloud_api::{GraphError, NodeId};
use decider::Timestamp;
use platform::ids::{TemplateIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::analytics::insights::{Day, buttons};
use platform::portfolio::template::Template;
use rulebook::analytics::{Granularity, block_reason, of_comparison, of_templates, tells_reads};
use rulebook::pricing::{PriceCategory, PriceType, micros};
use rulebook::refusal::Refusal;
use rulebook::template::draft::{ButtonKind, Category};
use rulebook::template::lifecycle::TemplateStatus;

use super::analytics::{instant, range_error};
use super::refusals::error_of;
use super::request::Incoming;
use super::{Answer, Graph};
use crate::ids::template_id;

/// `GET /<waba>/template_analytics`.
pub(super) async fn of_account(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, waba) = incoming.waba(id)?;
    let question = TemplateQuestion::of(&incoming.params()?)?;
    let mut templates = Vec::with_capacity(question.template_ids.len());
    for one in &question.template_ids {
        match incoming.template(*one) {
            Ok((of, ix)) if of == cell => templates.push(ix),
            _ => return Err(no_template(*one)),
        }
    }
    let now = graph.seat.now();
    let asked = question.clone();
    let read = move |portfolio: &Portfolio| Some(points(portfolio, waba, &templates, &asked, now));
    let points = graph.read(incoming, id, cell, read).await??;
    Ok(to_bytes(&wire::of_templates(&question, &points)))
}

fn no_template(id: NodeId) -> GraphError {
    GraphError::invalid_parameter("template_ids", &format!("{id} is no template of this account"))
}

fn points(
    portfolio: &Portfolio,
    waba: WabaIx,
    templates: &[TemplateIx],
    question: &TemplateQuestion,
    now: Timestamp,
) -> Result<Vec<TemplatePoint>, GraphError> {
    let rule = &portfolio.edition().analytics;
    if !portfolio.may_have_insights(waba) {
        let detail = "a number of the account is in a country whose businesses have no template insights";
        return Err(error_of(Refusal::InsightsUnavailable, detail));
    }
    let Some(since) = portfolio.analytics.since(waba) else {
        return Err(error_of(
            Refusal::InsightsNotEnabled,
            "the account has not enabled them",
        ));
    };
    if templates.len() > rule.template_ids as usize {
        let why = format!("must name at most {} templates", rule.template_ids);
        return Err(GraphError::invalid_parameter("template_ids", &why));
    }
    let (start, end) = of_templates(rule, instant(question.start), instant(question.end), now)
        .map_err(|error| range_error(&error))?;
    // Figures are kept from the day on which they were enabled.
    let start = start.max(Granularity::Day.period(since).0);
    let mut points = Vec::new();
    for ix in templates {
        let of = portfolio
            .template(*ix)
            .filter(|of| of.waba == waba && of.status != TemplateStatus::Deleted);
        let template = of.ok_or_else(|| no_template(template_id(portfolio.cell, *ix).into()))?;
        let days = portfolio.insight_days(*ix, start, end);
        let wanted = days
            .into_iter()
            .filter(|day| day.by_marketing_interface == question.by_marketing_interface);
        points.extend(wanted.map(|day| point(portfolio, (*ix, template), day, question, now)));
    }
    Ok(points)
}

fn point(
    portfolio: &Portfolio,
    (ix, template): (TemplateIx, &Template),
    day: &Day,
    question: &TemplateQuestion,
    now: Timestamp,
) -> TemplatePoint {
    let end = Granularity::Day.period(day.start()).1;
    let told = tells_reads(&portfolio.edition().analytics, end, now);
    let count = |metric: &str, count: u32| question.wants(metric).then_some(u64::from(count));
    TemplatePoint {
        template_id: template_id(portfolio.cell, ix).to_string(),
        start: day.start().seconds(),
        end: end.seconds(),
        sent: count("SENT", day.sent),
        delivered: count("DELIVERED", day.delivered),
        read: count("READ", if told { day.read } else { 0 }),
        clicked: if question.wants("CLICKED") {
            clicks(template, day, told)
        } else {
            Vec::new()
        },
        cost: if question.wants("COST") {
            costs(portfolio, template, day, told)
        } else {
            Vec::new()
        },
    }
}

/// Taps on links and quick replies of marketing and utility templates.
fn clicks(template: &Template, day: &Day, told: bool) -> Vec<Clicked> {
    if template.draft.category == Category::Authentication {
        return Vec::new();
    }
    let mut clicks = Vec::new();
    for (place, button) in (0_u8..).zip(buttons(&template.draft)) {
        let (all, people) = day.taps(place);
        let mut push = |kind, count: u32| {
            clicks.push(Clicked {
                kind,
                button_content: button.text.clone(),
                count: if told { count.into() } else { 0 },
            });
        };
        match button.kind {
            ButtonKind::QuickReply => push("quick_reply_button", all),
            ButtonKind::Url => {
                push("url_button", all);
                push("unique_url_button", people);
            }
            _ => {}
        }
    }
    clicks
}

fn costs(portfolio: &Portfolio, template: &Template, day: &Day, told: bool) -> Vec<Cost> {
    let category = match template.draft.category {
        Category::Marketing if day.by_marketing_interface => PriceCategory::MarketingLite,
        Category::Marketing => PriceCategory::Marketing,
        Category::Utility => PriceCategory::Utility,
        Category::Authentication => PriceCategory::Authentication,
    };
    let one = micros(&portfolio.edition().pricing, category, PriceType::Regular);
    let spent = u64::from(day.billed) * one;
    let each = |count: u64| (count > 0).then(|| wire::amount(spent) / count as f64);
    let links = (0_u8..)
        .zip(buttons(&template.draft))
        .filter(|(_, button)| button.kind == ButtonKind::Url);
    let taps: Vec<u64> = links.map(|(place, _)| day.taps(place).0.into()).collect();
    let mut costs = vec![
        Cost {
            kind: "amount_spent",
            value: Some(wire::amount(spent)),
        },
        Cost {
            kind: "cost_per_delivered",
            value: each(day.delivered.into()),
        },
    ];
    if !taps.is_empty() {
        let taps = taps.iter().sum::<u64>();
        costs.push(Cost {
            kind: "cost_per_url_button_click",
            value: each(if told { taps } else { 0 }),
        });
    }
    costs
}

/// `GET /<template>/compare`.
pub(super) async fn compare(graph: &Graph, incoming: &Incoming, id: NodeId) -> Answer {
    let (cell, one) = incoming.template(id)?;
    let asked = Comparison::of(&incoming.params()?)?;
    let other = match incoming.template(asked.with) {
        Ok((of, ix)) if of == cell && ix != one => ix,
        _ => return Err(no_twin()),
    };
    let (start, end) = (instant(asked.start), instant(asked.end));
    let now = graph.seat.now();
    let read = move |portfolio: &Portfolio| {
        portfolio.template(one)?;
        let rule = &portfolio.edition().analytics;
        if let Err(error) = of_comparison(rule, start, end, now) {
            return Some(Err(range_error(&error)));
        }
        let waba = |ix: TemplateIx| portfolio.template(ix).map(|of| of.waba);
        if waba(one) != waba(other) {
            return Some(Err(no_twin()));
        }
        let of = [one, other].map(|ix| portfolio.blocks(ix, start, end));
        let most = u64::from(rule.compared_sends);
        if of.iter().any(|blocks| blocks.sent < most) {
            let [first, second] = of.map(|blocks| blocks.sent);
            let detail = format!("each template must have been sent {most} times: {first} and {second} were");
            return Some(Err(GraphError::from_parts(100, None, format!("(#100) {detail}"))));
        }
        Some(Ok(of))
    };
    let [first, second] = graph.read(incoming, id, cell, read).await??;
    let with = asked.with;
    let order = if second.is_better_than(&first) {
        [with, id]
    } else {
        [id, with]
    };
    let reasons = [(id, first), (with, second)];
    let reasons: Vec<_> = reasons
        .iter()
        .filter_map(|(id, of)| Some((*id, block_reason(of.top_reason()?))))
        .collect();
    Ok(to_bytes(&wire::compared(
        order,
        [(id, first.sent), (with, second.sent)],
        &reasons,
    )))
}

fn no_twin() -> GraphError {
    GraphError::invalid_parameter("template_ids", "must name another template of the same account")
}
