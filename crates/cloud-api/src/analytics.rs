//! Questions about a business's own figures, and their answers: `analytics`, `conversation_analytics` and
//! `pricing_analytics` of an account, `template_analytics`, and the comparison of two templates (cloud-api-wire.md §1.5,
//! §2.6).
//!
//! Promises: parameters come in every spelling that clients use; what is wrong is named.
//! Must not know: how far back anybody may look, what is counted.

use serde::Serialize;
use serde_json::{Value, json};

use crate::fields::Field;
use crate::{GraphError, NodeId, Params};

/// A later instant in seconds is far away: what is larger came in milliseconds, as in the platform's own example.
const SECONDS_MAX: u64 = 100_000_000_000;

/// Into which periods figures are cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Granularity {
    /// `HALF_HOUR`.
    HalfHour,
    /// `DAY` or `DAILY`.
    Day,
    /// `MONTH` or `MONTHLY`.
    Month,
}

/// By what figures can be told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dimension {
    /// By number.
    Phone,
    /// By country.
    Country,
    /// By category of the price.
    Category,
    /// By type of the price.
    Type,
    /// By who began a conversation.
    Direction,
    /// By volume tier.
    Tier,
}

/// A question about an account's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Seconds since the Unix epoch.
    pub start: u64,
    /// Seconds since the Unix epoch.
    pub end: u64,
    /// Into which periods.
    pub granularity: Granularity,
    /// Digits of numbers; empty: all.
    pub phone_numbers: Vec<u64>,
    /// Two letters of countries; empty: all.
    pub country_codes: Vec<String>,
    /// `analytics` only: 0, 2, 100; empty: all to people.
    pub product_types: Vec<u64>,
    /// Upper case; empty: all.
    pub metric_types: Vec<String>,
    /// Upper case; empty: all.
    pub categories: Vec<String>,
    /// Upper case; empty: all.
    pub types: Vec<String>,
    /// Upper case; empty: all.
    pub directions: Vec<String>,
    /// What is told apart.
    pub dimensions: Vec<Dimension>,
}

impl Question {
    /// Reads the calls of a field such as `analytics.start(1).end(2).granularity(DAY)`.
    pub fn of(field: &Field) -> Result<Self, GraphError> {
        let instant = |name: &str| {
            let text = field.argument(name).unwrap_or_default();
            text.trim().parse().map_err(|_| match text {
                "" => GraphError::missing_parameter(name),
                _ => GraphError::invalid_parameter(name, "must be a Unix timestamp"),
            })
        };
        let words = |name: &str| -> Vec<String> {
            let listed = list(field.argument(name));
            listed.iter().map(|word| word.to_ascii_uppercase()).collect()
        };
        let either = |one: &str, other: &str| {
            let first = words(one);
            if first.is_empty() { words(other) } else { first }
        };
        Ok(Question {
            start: seconds(instant("start")?),
            end: seconds(instant("end")?),
            granularity: granularity(field)?,
            phone_numbers: digits(field)?,
            country_codes: words("country_codes"),
            product_types: numbers(field, "product_types")?,
            metric_types: words("metric_types"),
            categories: either("pricing_categories", "conversation_categories"),
            types: either("pricing_types", "conversation_types"),
            directions: words("conversation_directions"),
            dimensions: dimensions(&words("dimensions"))?,
        })
    }

    /// Whether a metric is wanted.
    pub fn wants(&self, metric: &str) -> bool {
        self.metric_types.is_empty() || self.metric_types.iter().any(|one| one == metric)
    }

    /// Whether something is told apart.
    pub fn is_apart(&self, dimension: Dimension) -> bool {
        self.dimensions.contains(&dimension)
    }
}

fn granularity(field: &Field) -> Result<Granularity, GraphError> {
    let name = "granularity";
    let text = field
        .argument(name)
        .ok_or_else(|| GraphError::missing_parameter(name))?;
    match text
        .trim()
        .trim_matches(['"', '\''])
        .to_ascii_uppercase()
        .as_str()
    {
        "HALF_HOUR" => Ok(Granularity::HalfHour),
        "DAY" | "DAILY" => Ok(Granularity::Day),
        "MONTH" | "MONTHLY" => Ok(Granularity::Month),
        _ => Err(GraphError::invalid_parameter(
            name,
            "must be one of HALF_HOUR, DAY (DAILY), MONTH (MONTHLY)",
        )),
    }
}

fn digits(field: &Field) -> Result<Vec<u64>, GraphError> {
    let name = "phone_numbers";
    let one = |text: String| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits
            .parse()
            .map_err(|_| GraphError::invalid_parameter(name, "must be a list of phone numbers"))
    };
    list(field.argument(name)).into_iter().map(one).collect()
}

fn numbers(field: &Field, name: &str) -> Result<Vec<u64>, GraphError> {
    let one = |text: String| {
        text.parse()
            .map_err(|_| GraphError::invalid_parameter(name, "must be a list of integers"))
    };
    list(field.argument(name)).into_iter().map(one).collect()
}

fn dimensions(words: &[String]) -> Result<Vec<Dimension>, GraphError> {
    let one = |word: &String| match word.as_str() {
        "PHONE" => Ok(Dimension::Phone),
        "COUNTRY" => Ok(Dimension::Country),
        "PRICING_CATEGORY" | "CONVERSATION_CATEGORY" => Ok(Dimension::Category),
        "PRICING_TYPE" | "CONVERSATION_TYPE" => Ok(Dimension::Type),
        "CONVERSATION_DIRECTION" => Ok(Dimension::Direction),
        "TIER" => Ok(Dimension::Tier),
        _ => Err(GraphError::invalid_parameter(
            "dimensions",
            "may hold PHONE, COUNTRY, the category, type and direction, and TIER",
        )),
    };
    words.iter().map(one).collect()
}

/// `[A,B]`, `["A","B"]`, `['A']`, `A,B`, or nothing.
fn list(argument: Option<&str>) -> Vec<String> {
    let inside = argument.unwrap_or_default().trim();
    let inside = inside.strip_prefix('[').unwrap_or(inside);
    let inside = inside.strip_suffix(']').unwrap_or(inside);
    let items = inside
        .split(',')
        .map(|item| item.trim().trim_matches(['"', '\'']));
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn seconds(instant: u64) -> u64 {
    if instant > SECONDS_MAX {
        instant / 1_000
    } else {
        instant
    }
}

/// One period of `analytics`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MessagePoint {
    /// First second.
    pub start: u64,
    /// First second after it.
    pub end: u64,
    /// How many left.
    pub sent: u64,
    /// How many arrived.
    pub delivered: u64,
}

/// The value of `analytics`; `granularity` in this field's own words.
pub fn messaging(question: &Question, numbers: &[u64], points: &[MessagePoint]) -> Value {
    let granularity = match question.granularity {
        Granularity::HalfHour => "HALF_HOUR",
        Granularity::Day => "DAY",
        Granularity::Month => "MONTH",
    };
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    json!({
        "phone_numbers": numbers,
        "country_codes": question.country_codes,
        "granularity": granularity,
        "data_points": points,
    })
}

/// One figure of `pricing_analytics` or `conversation_analytics`; what is not told apart is left out.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct PricePoint {
    /// First second.
    pub start: u64,
    /// First second after it.
    pub end: u64,
    /// Messages that arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<u64>,
    /// Conversations that were opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<u64>,
    /// Digits of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The volume tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<&'static str>,
    /// Such as `REGULAR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing_type: Option<&'static str>,
    /// Such as `MARKETING`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing_category: Option<&'static str>,
    /// Such as `REGULAR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_type: Option<&'static str>,
    /// `BUSINESS_INITIATED` or `USER_INITIATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_direction: Option<&'static str>,
    /// Such as `MARKETING`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_category: Option<&'static str>,
    /// In the account's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// The value of either field.
pub fn priced(points: &[PricePoint]) -> Value {
    json!({"data": [{"data_points": points}]})
}

/// An amount of millionths as the wire has it.
pub fn amount(micros: u64) -> f64 {
    micros as f64 / 1e6
}

/// `GET /<waba>/template_analytics`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateQuestion {
    /// Seconds since the Unix epoch.
    pub start: u64,
    /// Seconds since the Unix epoch.
    pub end: u64,
    /// Of which templates.
    pub template_ids: Vec<NodeId>,
    /// Of messages sent by the interface for marketing; else of all others.
    pub by_marketing_interface: bool,
    metric_types: Vec<String>,
}

impl TemplateQuestion {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let granularity = params.required("granularity")?;
        if !granularity.eq_ignore_ascii_case("DAILY") {
            return Err(GraphError::invalid_parameter("granularity", "must be DAILY"));
        }
        let product = params.text("product_type")?.unwrap_or_default();
        let by_marketing_interface = match product.to_ascii_uppercase().as_str() {
            "" | "CLOUD_API" => false,
            "MARKETING_MESSAGES_API_FOR_WHATSAPP" | "MARKETING_MESSAGES_LITE_API" => true,
            _ => {
                return Err(GraphError::invalid_parameter(
                    "product_type",
                    "must be one of CLOUD_API, MARKETING_MESSAGES_API_FOR_WHATSAPP",
                ));
            }
        };
        let metrics = params.list("metric_types")?;
        let template_ids = params.ids("template_ids")?;
        if template_ids.is_empty() {
            return Err(GraphError::missing_parameter("template_ids"));
        }
        Ok(TemplateQuestion {
            start: day_or_instant(params, "start")?,
            end: day_or_instant(params, "end")?,
            template_ids,
            by_marketing_interface,
            metric_types: metrics.iter().map(|word| word.to_ascii_uppercase()).collect(),
        })
    }

    /// Whether a metric is wanted.
    pub fn wants(&self, metric: &str) -> bool {
        self.metric_types.is_empty() || self.metric_types.iter().any(|one| one == metric)
    }
}

/// A Unix timestamp, or a day as `YYYY-MM-DD`.
fn day_or_instant(params: &Params, name: &str) -> Result<u64, GraphError> {
    let text = params.required(name)?;
    if let Ok(instant) = text.parse() {
        return Ok(seconds(instant));
    }
    crate::time::day(&text)
        .ok_or_else(|| GraphError::invalid_parameter(name, "must be a Unix timestamp or a date (YYYY-MM-DD)"))
}

/// One day of one template.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TemplatePoint {
    /// Its id, as text.
    pub template_id: String,
    /// First second.
    pub start: u64,
    /// First second after it.
    pub end: u64,
    /// How many left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// How many of these arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<u64>,
    /// How many were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// Taps by button; left out where there are no buttons that count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clicked: Vec<Clicked>,
    /// What they cost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cost: Vec<Cost>,
}

/// Taps on a button.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Clicked {
    /// `quick_reply_button`, `url_button` or `unique_url_button`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its label.
    pub button_content: String,
    /// How many.
    pub count: u64,
}

/// What messages of a template cost.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Cost {
    /// `amount_spent`, `cost_per_delivered` or `cost_per_url_button_click`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// In the account's currency; left out where it would be divided by nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// The answer to [`TemplateQuestion`].
pub fn of_templates(question: &TemplateQuestion, points: &[TemplatePoint]) -> Value {
    let product = if question.by_marketing_interface {
        "marketing_messages_api_for_whatsapp"
    } else {
        "cloud_api"
    };
    json!({
        "data": [{"granularity": "DAILY", "product_type": product, "data_points": points}],
        "paging": {"cursors": {"before": "MAZDZD", "after": "MAZDZD"}},
    })
}

/// `GET /<template>/compare`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The other template.
    pub with: NodeId,
    /// Seconds since the Unix epoch.
    pub start: u64,
    /// Seconds since the Unix epoch.
    pub end: u64,
}

impl Comparison {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let ids = params.ids("template_ids")?;
        let [with] = ids[..] else {
            return Err(GraphError::invalid_parameter(
                "template_ids",
                "must name one other template",
            ));
        };
        let instant = |name: &str| {
            let given = params.integer(name)?;
            given
                .map(seconds)
                .ok_or_else(|| GraphError::missing_parameter(name))
        };
        Ok(Comparison {
            with,
            start: instant("start")?,
            end: instant("end")?,
        })
    }
}

/// The answer to [`Comparison`]: ids by block rate, the lowest first; sends of each; the reason of most blocks of each
/// that has any.
pub fn compared(
    by_block_rate: [NodeId; 2],
    sends: [(NodeId, u64); 2],
    reasons: &[(NodeId, &'static str)],
) -> Value {
    let sends = sends.map(|(id, count)| json!({"key": id.to_string(), "value": count}));
    let reasons: Vec<Value> = reasons
        .iter()
        .map(|(id, reason)| json!({"key": id.to_string(), "value": reason}))
        .collect();
    json!({"data": [
        {"metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": by_block_rate.map(|id| id.to_string())},
        {"metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": sends},
        {"metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES", "string_values": reasons},
    ]})
}
