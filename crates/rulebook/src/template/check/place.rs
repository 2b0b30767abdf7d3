//! Where in a template something was found.

use core::fmt;
use core::ops::Range;

/// A part of a template.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// All of it.
    Template,
    /// Its name.
    Name,
    /// The header.
    Header,
    /// The body.
    Body,
    /// The footer.
    Footer,
    /// The set of buttons.
    Buttons,
    /// The label of the button at this index, counted over all sets.
    Button(usize),
    /// Where the button at this index leads.
    ButtonTarget(usize),
}

/// A part, and the bytes of its text if these can be named.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The part.
    pub part: Part,
    /// Bytes of the part's text, as it was submitted.
    pub bytes: Option<Range<usize>>,
}

impl Place {
    /// All of a part.
    pub const fn whole(part: Part) -> Place {
        Place { part, bytes: None }
    }
}

/// In lower case, with the index of a button: `body`, `button 2`, `link of button 2`.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Template => f.write_str("template"),
            Part::Name => f.write_str("name"),
            Part::Header => f.write_str("header"),
            Part::Body => f.write_str("body"),
            Part::Footer => f.write_str("footer"),
            Part::Buttons => f.write_str("buttons"),
            Part::Button(index) => write!(f, "button {index}"),
            Part::ButtonTarget(index) => write!(f, "target of button {index}"),
        }
    }
}
