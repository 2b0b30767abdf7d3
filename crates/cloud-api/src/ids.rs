//! Ids that the platform seat gives out, computed from what they name: no table, no randomness.
//!
//! Promises: every id reads back to exactly what it was made from, and any other text is refused. Ids of objects are
//! 15 digits, below 2^53, because JavaScript reads webhook integers exactly only up to there.
//! Must not know: whether the named thing exists.

mod wamid;

use core::fmt;

pub use wamid::{Direction, Wamid};

use crate::route::NodeId;

/// Cells and indexes of an id have 7 digits each.
const PART: u64 = 10_000_000;

/// The largest cell that an id can name.
pub const CELL_MAX: u64 = PART - 1;
/// The largest index within a cell that an id can name.
pub const INDEX_MAX: u32 = (PART - 1) as u32;

/// What an object is: the first digit of its id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A business portfolio.
    Portfolio = 1,
    /// A WhatsApp Business Account.
    Waba = 2,
    /// A phone number.
    Phone = 3,
    /// One language of a template.
    Template = 4,
    /// An app.
    App = 5,
    /// A system user.
    User = 6,
    /// An uploaded medium.
    Media = 7,
    /// A flow.
    Flow = 8,
}

impl Kind {
    fn of_digit(digit: u64) -> Option<Self> {
        use Kind::{App, Flow, Media, Phone, Portfolio, Template, User, Waba};
        [Portfolio, Waba, Phone, Template, App, User, Media, Flow]
            .into_iter()
            .find(|kind| *kind as u64 == digit)
    }
}

/// The id of an object: kind, cell and index within the cell, one digit and twice seven digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GraphId {
    kind: Kind,
    cell: u64,
    index: u32,
}

impl GraphId {
    /// The id of the `index`-th object of a kind in a cell; `None` beyond [`CELL_MAX`] and [`INDEX_MAX`].
    pub fn new(kind: Kind, cell: u64, index: u32) -> Option<Self> {
        (cell <= CELL_MAX && index <= INDEX_MAX).then_some(GraphId { kind, cell, index })
    }

    /// What it names.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// The cell that it lives in.
    pub fn cell(self) -> u64 {
        self.cell
    }

    /// Which one of its kind in the cell.
    pub fn index(self) -> u32 {
        self.index
    }

    /// As an integer below 2^53.
    pub fn number(self) -> u64 {
        (self.kind as u64 * PART + self.cell) * PART + u64::from(self.index)
    }

    /// From an integer; `None` if this crate never gives it out.
    pub fn of_number(number: u64) -> Option<Self> {
        let index = u32::try_from(number % PART).ok()?;
        Self::new(Kind::of_digit(number / PART / PART)?, number / PART % PART, index)
    }

    /// From digits; `None` if this crate never gives them out.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_number(NodeId::parse(text)?.0)
    }
}

impl From<GraphId> for NodeId {
    fn from(id: GraphId) -> Self {
        NodeId(id.number())
    }
}

impl fmt::Display for GraphId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

impl serde::Serialize for GraphId {
    /// As text, which is how the API gives ids.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A business-scoped user id: one person as one portfolio sees them, `US.` and 18 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UserId {
    cell: u64,
    contact: u32,
}

impl UserId {
    /// The person who is the `contact`-th of a portfolio; `None` beyond [`CELL_MAX`].
    pub fn new(cell: u64, contact: u32) -> Option<Self> {
        (cell <= CELL_MAX).then_some(UserId { cell, contact })
    }

    /// The portfolio's cell.
    pub fn cell(self) -> u64 {
        self.cell
    }

    /// Which one of the portfolio's people.
    pub fn contact(self) -> u32 {
        self.contact
    }

    /// From text; `None` if this crate never gives it out.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("US.").filter(|digits| digits.len() == 18)?;
        let number = NodeId::parse(digits)?.0.checked_sub(USER_BASE)?;
        Self::new(number / USER_PART, u32::try_from(number % USER_PART).ok()?)
    }
}

/// Ten digits for the contact behind seven for the cell, and a leading 1 so that the length is always the same.
const USER_PART: u64 = 10_000_000_000;
const USER_BASE: u64 = PART * USER_PART;

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "US.{}",
            USER_BASE + self.cell * USER_PART + u64::from(self.contact)
        )
    }
}

impl serde::Serialize for UserId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
