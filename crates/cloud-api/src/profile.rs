//! The business profile of a number (cloud-api-wire.md §1.8).

use serde_json::{Map, Value, json};

use crate::fields::{Fields, NodeType, select};
use crate::{GraphError, Params};

/// Fields of a profile: all come when nothing is asked for.
const PROFILE_NODE: NodeType = NodeType {
    name: "WhatsAppBusinessProfile",
    defaults: &[
        "messaging_product",
        "about",
        "address",
        "description",
        "email",
        "profile_picture_url",
        "websites",
        "vertical",
    ],
    on_request: &["id"],
};

/// Industries.
const VERTICALS: [&str; 22] = [
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
    "MATRIMONY_SERVICE",
];
/// An industry that was not chosen.
const UNDEFINED: &str = "UNDEFINED";

/// Characters (the platform's page on business profiles).
const ABOUT_MAX: usize = 139;
const ADDRESS_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 512;
const EMAIL_MAX: usize = 128;
const WEBSITE_MAX: usize = 256;
const WEBSITES_MAX: usize = 2;

/// `POST /<phone>/whatsapp_business_profile`: what is to change; `None` leaves a field as it is, an empty text clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// A line about the business; never empty.
    pub about: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Its industry.
    pub vertical: Option<String>,
    /// Its pages.
    pub websites: Option<Vec<String>>,
    /// The handle of an upload.
    pub picture: Option<String>,
}

impl ProfileChange {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        crate::phone::require_product(params)?;
        let about = text(params, "about", ABOUT_MAX)?;
        if about.as_ref().is_some_and(String::is_empty) {
            return Err(GraphError::invalid_parameter("about", "must not be empty"));
        }
        let email = text(params, "email", EMAIL_MAX)?;
        if email
            .as_ref()
            .is_some_and(|email| !email.is_empty() && !looks_like_mail(email))
        {
            return Err(GraphError::invalid_parameter(
                "email",
                "must be an e-mail address",
            ));
        }
        Ok(ProfileChange {
            about,
            address: text(params, "address", ADDRESS_MAX)?,
            description: text(params, "description", DESCRIPTION_MAX)?,
            email,
            vertical: vertical(params)?,
            websites: websites(params)?,
            picture: text(params, "profile_picture_handle", 4_096)?,
        })
    }
}

fn text(params: &Params, name: &str, most: usize) -> Result<Option<String>, GraphError> {
    let given = params.given(name)?;
    match &given {
        Some(text) if text.chars().count() > most => {
            let why = format!("must be at most {most} characters long");
            Err(GraphError::invalid_parameter(name, &why))
        }
        _ => Ok(given),
    }
}

fn vertical(params: &Params) -> Result<Option<String>, GraphError> {
    let Some(given) = params.text("vertical")? else {
        return Ok(None);
    };
    let word = given.to_ascii_uppercase();
    if VERTICALS.contains(&word.as_str()) {
        return Ok(Some(word));
    }
    let why = format!("must be one of {{{}}} - got {given:?}", VERTICALS.join(", "));
    Err(GraphError::invalid_parameter("vertical", &why))
}

fn websites(params: &Params) -> Result<Option<Vec<String>>, GraphError> {
    if params.given_at_all("websites") {
        let list = params.list("websites")?;
        let misfit = |why: &str| Err(GraphError::invalid_parameter("websites", why));
        if list.len() > WEBSITES_MAX {
            return misfit("must have at most 2 entries");
        }
        let known = |site: &String| site.starts_with("https://") || site.starts_with("http://");
        if list.iter().any(|site| !known(site)) {
            return misfit("must be addresses that begin with http:// or https://");
        }
        if list.iter().any(|site| site.chars().count() > WEBSITE_MAX) {
            return misfit("must have at most 256 characters each");
        }
        return Ok(Some(list));
    }
    Ok(None)
}

fn looks_like_mail(text: &str) -> bool {
    let (name, host) = text.split_once('@').unwrap_or_default();
    let plain = |part: &str| !part.is_empty() && !part.contains(|ch: char| ch.is_whitespace() || ch == '@');
    plain(name) && plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

/// A profile as it is shown. Empty texts are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProfileNode<'a> {
    /// See [`ProfileChange`].
    pub about: Option<&'a str>,
    /// See [`ProfileChange`].
    pub address: Option<&'a str>,
    /// See [`ProfileChange`].
    pub description: Option<&'a str>,
    /// See [`ProfileChange`].
    pub email: Option<&'a str>,
    /// See [`ProfileChange`]; always shown, since clients need it.
    pub vertical: Option<&'a str>,
    /// See [`ProfileChange`].
    pub websites: &'a [String],
    /// Where its picture is.
    pub picture_url: Option<&'a str>,
}

impl ProfileNode<'_> {
    /// The answer: a list of one.
    pub fn answer(&self, fields: Option<&Fields>) -> Result<Value, GraphError> {
        let mut node = Map::new();
        node.insert("messaging_product".to_owned(), "whatsapp".into());
        let texts = [
            ("about", self.about),
            ("address", self.address),
            ("description", self.description),
            ("email", self.email),
            ("profile_picture_url", self.picture_url),
            ("vertical", self.vertical.or(Some(UNDEFINED))),
        ];
        for (name, text) in texts {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                node.insert(name.to_owned(), text.into());
            }
        }
        if !self.websites.is_empty() {
            node.insert("websites".to_owned(), self.websites.into());
        }
        let mut shown = select(&Value::Object(node.clone()), fields, &PROFILE_NODE)?;
        // It comes whatever is asked for.
        shown["messaging_product"] = "whatsapp".into();
        Ok(json!({ "data": [shown] }))
    }
}
