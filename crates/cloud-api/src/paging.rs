//! Pages of lists: `limit`, `after`, `before`, opaque cursors, and absolute `next` and `previous` addresses.
//!
//! A cursor is the key of an item, not a position: a list that grows or shrinks between two pages repeats and
//! misses nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;

use crate::fields::Field;
use crate::params::pairs;
use crate::{GraphError, Params};

/// Items of a page when `limit` is not given (cloud-api-wire.md §0.2).
pub const LIMIT_DEFAULT: usize = 25;

/// Every cursor begins with these, so that it looks like the platform's (`QVFI...`).
const CURSOR_MAGIC: [u8; 3] = *b"AQH";

/// Which page an app asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Items of a page, at least 1.
    pub limit: usize,
    /// Only items with a larger key.
    pub after: Option<u64>,
    /// Only items with a smaller key, and of them the last.
    pub before: Option<u64>,
}

impl PageRequest {
    /// Reads `limit`, `after` and `before`; a `limit` above `limit_max` is taken as `limit_max`.
    pub fn of(params: &Params, limit_max: usize) -> Result<Self, GraphError> {
        let limit = params
            .integer("limit")?
            .map_or(LIMIT_DEFAULT as u64, |limit| limit);
        if limit == 0 {
            return Err(GraphError::invalid_parameter("limit", "must be at least 1"));
        }
        let cursor = |name: &str| match params.text(name)? {
            None => Ok(None),
            Some(text) => read_cursor(&text)
                .map(Some)
                .ok_or_else(|| GraphError::invalid_parameter(name, "must be a cursor of this list")),
        };
        let limit = usize::try_from(limit).map_or(limit_max, |limit| limit.min(limit_max));
        Ok(PageRequest {
            limit,
            after: cursor("after")?,
            before: cursor("before")?,
        })
    }

    /// The first page of a list that stands inside a node: `phone_numbers.limit(2)`.
    pub fn inside(field: &Field, limit_max: usize) -> Result<Self, GraphError> {
        let query = field.argument("limit").map(|limit| format!("limit={limit}"));
        Self::of(&Params::of_query(&query.unwrap_or_default()), limit_max)
    }

    /// Cuts the page out of `items`, which are sorted by `key`, ascending.
    pub fn cut<'a, T>(&self, items: &'a [T], key: impl Fn(&T) -> u64) -> Page<'a, T> {
        let first = self
            .after
            .map_or(0, |after| items.partition_point(|item| key(item) <= after));
        let end = self.before.map_or(items.len(), |before| {
            items.partition_point(|item| key(item) < before)
        });
        let end = end.max(first);
        let (start, end) = match self.before {
            Some(_) => (end.saturating_sub(self.limit).max(first), end),
            None => (first, end.min(first.saturating_add(self.limit))),
        };
        let page = &items[start..end];
        Page {
            items: page,
            limit: self.limit,
            bounds: page
                .first()
                .zip(page.last())
                .map(|(first, last)| (key(first), key(last))),
            more_before: start > 0,
            more_after: end < items.len(),
        }
    }
}

/// One page of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a, T> {
    /// Its items.
    pub items: &'a [T],
    limit: usize,
    bounds: Option<(u64, u64)>,
    more_before: bool,
    more_after: bool,
}

impl<T> Page<'_, T> {
    /// The answer with `data` as its items. `address` is the absolute address of the list without a query; `query`
    /// is what the request had: all but token and place goes into `next` and `previous`.
    pub fn answer(&self, data: Vec<Value>, address: &str, query: &str) -> List {
        let Some((first, last)) = self.bounds else {
            return List {
                data,
                paging: None,
                summary: None,
            };
        };
        let (before, after) = (write_cursor(first), write_cursor(last));
        let link = |name: &str, cursor: &str| format!("{address}?{}", self.query(query, name, cursor));
        List {
            data,
            paging: Some(Paging {
                next: self.more_after.then(|| link("after", &after)),
                previous: self.more_before.then(|| link("before", &before)),
                cursors: Cursors { before, after },
            }),
            summary: None,
        }
    }

    fn query(&self, query: &str, name: &str, cursor: &str) -> String {
        let dropped = [
            "access_token",
            "appsecret_proof",
            "limit",
            "after",
            "before",
            "method",
        ];
        let mut kept: Vec<(String, String)> = pairs(query);
        kept.retain(|(name, _)| !dropped.contains(&name.as_str()));
        kept.push(("limit".to_owned(), self.limit.to_string()));
        kept.push((name.to_owned(), cursor.to_owned()));
        // Pairs of text can always be written.
        serde_urlencoded::to_string(kept).unwrap_or_default()
    }
}

/// The answer to a list call.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// The items.
    pub data: Vec<Value>,
    /// Absent for an empty list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// With `summary=` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Value>,
}

/// Where a page lies in its list.
#[derive(Clone, Debug, Serialize)]
pub struct Paging {
    /// Its ends.
    pub cursors: Cursors,
    /// The address of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The address of the page before, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// The ends of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Cursors {
    /// Of the first item.
    pub before: String,
    /// Of the last item.
    pub after: String,
}

fn write_cursor(key: u64) -> String {
    let mut bytes = CURSOR_MAGIC.to_vec();
    bytes.extend(key.to_be_bytes());
    bytes.push(cursor_check(key));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read_cursor(text: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (key, check) = bytes.strip_prefix(&CURSOR_MAGIC)?.split_last_chunk::<1>()?;
    let key = u64::from_be_bytes(key.try_into().ok()?);
    (*check == [cursor_check(key)]).then_some(key)
}

fn cursor_check(key: u64) -> u8 {
    key.to_be_bytes()
        .iter()
        .fold(0x5a, |sum: u8, byte| sum.rotate_left(3) ^ byte)
}
