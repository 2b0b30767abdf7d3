//! People's records in files: consents, suppressions and logs of what was sent, as CSV or as JSON lines.
//!
//! Reading gives rows and a report: a row that cannot be used is told by line and column, with what to do, and stops nothing
//! else. Columns have names; their order does not matter, and unknown ones are told. Promises: what was written is read
//! back as it was; whatever the input, nothing panics, and memory is bounded by one row and [`BAD_ROWS_MAX`].
//! Must not know: files, sockets, what becomes of a row.

mod consents;
mod fields;
mod sends;
mod suppressions;
mod table;
mod values;
mod write;

pub use consents::ConsentRow;
pub use fields::{BadValue, Fields};
pub use sends::SendRow;
pub use suppressions::SuppressionRow;
pub use table::{BAD_ROWS_MAX, BadRow, Format, ReadError, Report, read};
pub use values::Who;
pub use write::Writer;

/// A kind of row.
pub trait Record: Sized {
    /// Its columns, in the order in which they are written: the name first, then other names that are understood.
    const COLUMNS: &'static [&'static [&'static str]];

    /// Reads a row.
    fn from_fields(fields: &Fields) -> Result<Self, BadValue>;

    /// The values of a row, one a column; empty where there is none.
    fn to_values(&self) -> Vec<String>;
}

#[cfg(test)]
mod tests;
