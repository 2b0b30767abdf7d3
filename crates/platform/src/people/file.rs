//! A people file as it is written: TOML, every key known, every error with its path.

use rulebook::rating::{BlockReason, ReportReason};
use rulebook::template::draft::Category;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::PeopleError;
use super::values::{Awake, Digits, Offset, Share, Span};
use crate::pattern::Pattern;

/// The whole file.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) group: Vec<GroupFile>,
}

/// One group. What is left out is as in [`GroupFile::default`].
#[derive(Deserialize, Debug)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GroupFile {
    pub(super) name: String,
    pub(super) size: u32,
    pub(super) country: String,
    pub(super) first_number: Option<Digits>,
    pub(super) utc_offset: Option<Offset>,
    pub(super) language: String,
    pub(super) awake: Awake,
    pub(super) times: Times,
    pub(super) has_app: Share,
    pub(super) phone_on: Share,
    pub(super) back_after: BackAfter,
    pub(super) receipts: Share,
    pub(super) reads: Share,
    pub(super) reads_after: Span,
    pub(super) muted_reads: Share,
    pub(super) archived_reads: Share,
    pub(super) reacts_after: Span,
    pub(super) replies: Share,
    pub(super) chats: Share,
    pub(super) replies_after: Span,
    pub(super) says: Vec<String>,
    pub(super) follows_links: Share,
    pub(super) asked: Share,
    pub(super) tolerance: u32,
    pub(super) stops_by: StopsBy,
    pub(super) stop_words: Vec<String>,
    pub(super) usual: Resentment,
    pub(super) unasked: Resentment,
    pub(super) greeting: Resentment,
    pub(super) too_many: Resentment,
    pub(super) foreign: Resentment,
    pub(super) template: Vec<Like>,
}

/// Somebody ordinary who gets what they signed up for and minds nothing.
impl Default for GroupFile {
    fn default() -> Self {
        let share = |percent: u32| Share(percent * 10_000);
        GroupFile {
            name: String::new(),
            size: 0,
            country: String::new(),
            first_number: None,
            utc_offset: None,
            language: String::new(),
            awake: Awake {
                from: 7 * 60,
                until: 23 * 60,
            },
            times: Times::Drawn,
            has_app: Share::ALL,
            phone_on: share(98),
            back_after: BackAfter(Some(Span(decider::Millis::hours(4)))),
            receipts: share(85),
            reads: share(75),
            reads_after: Span(decider::Millis::minutes(20)),
            muted_reads: share(30),
            archived_reads: share(10),
            reacts_after: Span(decider::Millis::minutes(1)),
            replies: share(2),
            chats: share(20),
            replies_after: Span(decider::Millis::minutes(2)),
            says: Vec::new(),
            follows_links: share(10),
            asked: Share::ALL,
            tolerance: 4,
            stops_by: StopsBy::Button,
            stop_words: Vec::new(),
            usual: Resentment::default(),
            unasked: Resentment::default(),
            greeting: Resentment::default(),
            too_many: Resentment::default(),
            foreign: Resentment::default(),
            template: Vec::new(),
        }
    }
}

/// Whether spans are drawn around the value, or always the value itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Times {
    /// Half are shorter.
    Drawn,
    /// To the millisecond.
    Fixed,
}

/// How somebody stops promotions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StopsBy {
    /// With the platform's own button.
    Button,
    /// By writing a word.
    Word,
}

/// How long a phone stays off; `None`: for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BackAfter(pub(super) Option<Span>);

impl<'de> Deserialize<'de> for BackAfter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "never" {
            return Ok(BackAfter(None));
        }
        let span = Span::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(
            &text,
        ));
        span.map(|span| BackAfter(Some(span))).map_err(|_| {
            D::Error::custom("it must be never, or a span such as 4h (ms, s, m, h, d), a year at most")
        })
    }
}

/// What share of people does something against a message. A person does one of these at most.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Resentment {
    pub(super) stop: Share,
    pub(super) mute: Share,
    pub(super) archive: Share,
    pub(super) block: Share,
    #[serde(deserialize_with = "block_reason")]
    pub(super) block_reason: Option<BlockReason>,
    pub(super) report: Share,
    #[serde(deserialize_with = "report_reason")]
    pub(super) report_reason: Option<ReportReason>,
}

/// How a group likes some templates.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Like {
    pub(super) name: Option<Pattern>,
    #[serde(deserialize_with = "category")]
    pub(super) category: Option<Category>,
    pub(super) reads: Option<Share>,
    pub(super) replies: Option<Share>,
    pub(super) follows_links: Option<Share>,
    pub(super) greeting: bool,
    pub(super) usual: Option<Resentment>,
}

fn word<'de, D: Deserializer<'de>, T: Copy>(
    from: D,
    words: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(from)?;
    let found = words.clone().find(|(word, _)| word.eq_ignore_ascii_case(&text));
    found.map(|(_, value)| Some(value)).ok_or_else(|| {
        let known: Vec<&str> = words.map(|(word, _)| word).collect();
        D::Error::custom(format!("{text:?} is not one of {}", known.join(", ")))
    })
}

fn block_reason<'de, D: Deserializer<'de>>(from: D) -> Result<Option<BlockReason>, D::Error> {
    word(
        from,
        BlockReason::ALL
            .into_iter()
            .map(|reason| (reason.label(), reason)),
    )
}

fn report_reason<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ReportReason>, D::Error> {
    word(
        from,
        ReportReason::ALL
            .into_iter()
            .map(|reason| (reason.label(), reason)),
    )
}

fn category<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Category>, D::Error> {
    let words = [
        ("marketing", Category::Marketing),
        ("utility", Category::Utility),
        ("authentication", Category::Authentication),
    ];
    word(from, words.into_iter())
}

/// Reads the file.
pub(super) fn read(text: &str) -> Result<File, PeopleError> {
    let syntax = |error: toml::de::Error| PeopleError::new("", error.to_string().trim_end().to_owned());
    let reader = toml::Deserializer::parse(text).map_err(syntax)?;
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        PeopleError::new(path, error.into_inner().message().to_owned())
    })
}
