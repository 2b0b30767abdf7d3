//! Interactive messages: buttons, lists, links, flows, products, and what asks a person for something.
//!
//! Promises: as in [`super::free`]. Bounds: the platform's page of each interactive type.

use super::FreeKind;
use super::free::medium;
use super::value::{At, distinct};
use crate::GraphError;

/// Characters of a body; lists take more.
const BODY_MAX: usize = 1_024;
const LIST_BODY_MAX: usize = 4_096;
/// Characters of a header of text, and of a footer.
const HEADER_MAX: usize = 60;
const FOOTER_MAX: usize = 60;
/// Characters of the id and the label of a reply button.
const BUTTON_ID_MAX: usize = 256;
const BUTTON_TITLE_MAX: usize = 20;
const BUTTONS_MAX: usize = 3;
/// Sections of a list, rows of all of them together, and their texts.
const SECTIONS_MAX: usize = 10;
const ROWS_MAX: usize = 10;
const SECTION_TITLE_MAX: usize = 24;
const ROW_ID_MAX: usize = 200;
const ROW_TITLE_MAX: usize = 24;
const ROW_DESCRIPTION_MAX: usize = 72;
/// Products of all sections together.
const PRODUCTS_MAX: usize = 30;
/// Characters of the label of a flow's button.
const FLOW_CTA_MAX: usize = 30;
/// Cards of a carousel.
const CARDS_MIN: usize = 2;
const CARDS_MAX: usize = 10;
/// Characters of ids, tokens and names that no page bounds: keeps a body small.
const WORD_MAX: usize = 1_000;

/// The types, as error texts list them.
const TYPES: [&str; 14] = [
    "button",
    "list",
    "cta_url",
    "flow",
    "product",
    "product_list",
    "catalog_message",
    "location_request_message",
    "address_message",
    "call_permission_request",
    "voice_call",
    "carousel",
    "request_contact_info",
    "order_details",
];

/// Which headers a type takes.
#[derive(Clone, Copy)]
enum Headers {
    None,
    Text,
    TextOrMedia,
    TextRequired,
}

/// Uploaded media that a message names.
type Media = Vec<(FreeKind, String)>;

/// Checks an interactive message.
pub(super) fn check(at: &At<'_>, media: &mut Media) -> Result<(), GraphError> {
    let kind = at.need("type")?.one_of(&TYPES)?;
    // (header, characters of the body, the body must be there)
    let (headers, body_max, body_required) = match kind {
        "button" | "cta_url" | "flow" | "order_details" => (Headers::TextOrMedia, BODY_MAX, true),
        "list" => (Headers::Text, LIST_BODY_MAX, true),
        "product" => (Headers::None, BODY_MAX, false),
        "product_list" => (Headers::TextRequired, BODY_MAX, true),
        "call_permission_request" => (Headers::None, BODY_MAX, false),
        _ => (Headers::None, BODY_MAX, true),
    };
    header(at, headers, media)?;
    if body_required || at.get("body")?.is_some() {
        at.need("body")?.need_text("text", body_max)?;
    }
    if let Some(footer) = at.get("footer")? {
        footer.need_text("text", FOOTER_MAX)?;
    }
    let action = at.need("action")?;
    match kind {
        "button" => buttons(&action),
        "list" => list(&action),
        "cta_url" => cta_url(&action),
        "flow" => flow(&action),
        "product" => product(&action),
        "product_list" => products(&action),
        "carousel" => carousel(&action, media),
        "order_details" => order_details(&action),
        "catalog_message" => {
            let parameters = named(&action, "catalog_message")?;
            let Some(parameters) = parameters else {
                return Ok(());
            };
            parameters
                .may_text("thumbnail_product_retailer_id", WORD_MAX)
                .map(drop)
        }
        "location_request_message" => named(&action, "send_location").map(drop),
        "address_message" => {
            let parameters = named(&action, "address_message")?;
            let parameters = parameters.ok_or_else(|| action.lacks("needs parameters with a country"))?;
            parameters.need_text("country", 2).map(drop)
        }
        "voice_call" => match named(&action, "voice_call")? {
            Some(parameters) => parameters.may_text("display_text", BUTTON_TITLE_MAX).map(drop),
            None => Ok(()),
        },
        // `call_permission_request` and `request_contact_info` are named like their types.
        own => named(&action, own).map(drop),
    }
}

fn header(at: &At<'_>, allowed: Headers, media: &mut Media) -> Result<(), GraphError> {
    let Some(header) = at.get("header")? else {
        return match allowed {
            Headers::TextRequired => Err(at.lacks("needs a header of text")),
            _ => Ok(()),
        };
    };
    let words: &[&str] = match allowed {
        Headers::None => return Err(header.bad("is not allowed for this type of interactive message")),
        Headers::Text | Headers::TextRequired => &["text"],
        Headers::TextOrMedia => &["text", "image", "video", "document"],
    };
    match header.need("type")?.one_of(words)? {
        "text" => header.need_text("text", HEADER_MAX).map(drop),
        word => {
            let kind = FreeKind::parse(word).unwrap_or(FreeKind::Document);
            medium(kind, &header.need(word)?, media)
        }
    }
}

fn buttons(action: &At<'_>) -> Result<(), GraphError> {
    let (mut ids, mut titles) = (Vec::new(), Vec::new());
    for button in action.need("buttons")?.list(1, BUTTONS_MAX)? {
        button.need("type")?.one_of(&["reply"])?;
        let reply = button.need("reply")?;
        let (id, title) = (reply.need("id")?, reply.need("title")?);
        distinct(&mut ids, id.text(BUTTON_ID_MAX)?, &id)?;
        distinct(&mut titles, title.text(BUTTON_TITLE_MAX)?, &title)?;
    }
    Ok(())
}

fn list(action: &At<'_>) -> Result<(), GraphError> {
    action.need_text("button", BUTTON_TITLE_MAX)?;
    let sections = action.need("sections")?;
    let (mut ids, mut rows) = (Vec::new(), 0);
    for section in each_section(&sections)? {
        for row in section.need("rows")?.list(1, ROWS_MAX)? {
            rows += 1;
            let id = row.need("id")?;
            distinct(&mut ids, id.text(ROW_ID_MAX)?, &id)?;
            row.need_text("title", ROW_TITLE_MAX)?;
            row.may_text("description", ROW_DESCRIPTION_MAX)?;
        }
    }
    if rows > ROWS_MAX {
        return Err(sections.bad(&format!(
            "must have at most {ROWS_MAX} rows together - got {rows}"
        )));
    }
    Ok(())
}

/// Sections have titles as soon as there is more than one.
fn each_section<'a>(sections: &At<'a>) -> Result<Vec<At<'a>>, GraphError> {
    let all = sections.list(1, SECTIONS_MAX)?;
    for section in &all {
        if all.len() > 1 {
            section.need_text("title", SECTION_TITLE_MAX)?;
        } else {
            section.may_text("title", SECTION_TITLE_MAX)?;
        }
    }
    Ok(all)
}

fn cta_url(action: &At<'_>) -> Result<(), GraphError> {
    let parameters = named(action, "cta_url")?.ok_or_else(|| action.lacks("needs parameters"))?;
    parameters.need_text("display_text", BUTTON_TITLE_MAX)?;
    parameters.need("url")?.link().map(drop)
}

fn flow(action: &At<'_>) -> Result<(), GraphError> {
    let parameters = named(action, "flow")?.ok_or_else(|| action.lacks("needs parameters"))?;
    parameters.need("flow_message_version")?.id()?;
    if parameters.get("flow_id")?.is_none() && parameters.get("flow_name")?.is_none() {
        return Err(parameters.lacks("needs a flow_id or a flow_name"));
    }
    parameters.need_text("flow_cta", FLOW_CTA_MAX)?;
    if let Some(mode) = parameters.get("mode")? {
        mode.one_of(&["draft", "published"])?;
    }
    let navigates = match parameters.get("flow_action")? {
        Some(action) => action.one_of(&["navigate", "data_exchange"])? == "navigate",
        None => false,
    };
    match parameters.get("flow_action_payload")? {
        Some(payload) => payload.need_text("screen", WORD_MAX).map(drop),
        None if navigates => Err(parameters.lacks("needs a flow_action_payload to navigate")),
        None => Ok(()),
    }
}

fn product(action: &At<'_>) -> Result<(), GraphError> {
    action.need_text("catalog_id", WORD_MAX)?;
    action.need_text("product_retailer_id", WORD_MAX).map(drop)
}

fn products(action: &At<'_>) -> Result<(), GraphError> {
    action.need_text("catalog_id", WORD_MAX)?;
    let sections = action.need("sections")?;
    let mut products = 0;
    for section in each_section(&sections)? {
        for item in section.need("product_items")?.list(1, PRODUCTS_MAX)? {
            item.need_text("product_retailer_id", WORD_MAX)?;
            products += 1;
        }
    }
    if products > PRODUCTS_MAX {
        let why = format!("must have at most {PRODUCTS_MAX} products together - got {products}");
        return Err(sections.bad(&why));
    }
    Ok(())
}

/// Cards of one kind: each with a picture or a film, and a button that leads somewhere.
fn carousel(action: &At<'_>, media: &mut Media) -> Result<(), GraphError> {
    for (index, card) in action
        .need("cards")?
        .list(CARDS_MIN, CARDS_MAX)?
        .iter()
        .enumerate()
    {
        let nth = card.need("card_index")?;
        if nth.number(0.0, CARDS_MAX as f64)? != index as f64 {
            return Err(nth.bad(&format!("must be {index}: cards are counted from 0")));
        }
        match card.need("type")?.one_of(&["cta_url", "button", "product"])? {
            "product" => product(&card.need("action")?)?,
            kind => {
                let header = card.need("header")?;
                let word = header.need("type")?.one_of(&["image", "video"])?;
                let of = FreeKind::parse(word).unwrap_or(FreeKind::Image);
                medium(of, &header.need(word)?, media)?;
                let action = card.need("action")?;
                if kind == "cta_url" {
                    cta_url(&action)?;
                } else {
                    buttons(&action)?;
                }
            }
        }
        if let Some(body) = card.get("body")? {
            body.need_text("text", BODY_MAX)?;
        }
    }
    Ok(())
}

/// What is to be paid: the sums are not added up.
fn order_details(action: &At<'_>) -> Result<(), GraphError> {
    let parameters = named(action, "review_and_pay")?.ok_or_else(|| action.lacks("needs parameters"))?;
    parameters.need_text("reference_id", 60)?;
    parameters
        .need("type")?
        .one_of(&["digital-goods", "physical-goods"])?;
    parameters.need_text("currency", 3)?;
    amount(&parameters.need("total_amount")?)?;
    let order = parameters.need("order")?;
    order.need("status")?.one_of(&["pending"])?;
    amount(&order.need("subtotal")?)?;
    for item in order.need("items")?.list(1, 999)? {
        item.need_text("name", 60)?;
        amount(&item.need("amount")?)?;
        item.need("quantity")?.number(1.0, 1e9)?;
    }
    Ok(())
}

fn amount(at: &At<'_>) -> Result<(), GraphError> {
    at.need("value")?.number(0.0, 1e15)?;
    at.need("offset")?.number(1.0, 1e6).map(drop)
}

/// The parameters of an action that has a name.
fn named<'a>(action: &At<'a>, name: &str) -> Result<Option<At<'a>>, GraphError> {
    action.need("name")?.one_of(&[name])?;
    action.get("parameters")
}
