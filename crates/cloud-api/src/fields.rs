//! `fields=`: which fields of a node an app wants, with calls and nested selections, as data.
//!
//! `id,profile{about,vertical},phone_numbers.limit(2){id},analytics.start(1).phone_numbers([])` are all read.
//! Promises: never panics; nesting is bounded; what is wrong is told with its place.

use serde_json::{Map, Value};

use crate::{GraphError, Params};

/// Selections inside selections go no deeper than this.
const DEPTH_MAX: usize = 16;

/// A comma list of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

/// One field of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// `.limit(2)` and the like: name and argument, in order.
    pub calls: Vec<(String, String)>,
    /// `{...}`: what is wanted of its value.
    pub inner: Option<Fields>,
}

/// What a node has: its type's name in error texts, all its fields, and those that come without being asked for.
#[derive(Clone, Copy, Debug)]
pub struct NodeType {
    /// Such as `WhatsAppBusinessPhoneNumber`.
    pub name: &'static str,
    /// What comes when `fields` is not given.
    pub defaults: &'static [&'static str],
    /// What comes only when asked for.
    pub on_request: &'static [&'static str],
}

impl NodeType {
    /// True if a node of this type has `field`; every node has `id`.
    pub fn has(&self, field: &str) -> bool {
        field == "id" || self.defaults.contains(&field) || self.on_request.contains(&field)
    }
}

impl Fields {
    /// Reads a list.
    pub fn parse(text: &str) -> Result<Self, GraphError> {
        let mut parser = Parser { text, at: 0 };
        let fields = parser.list(0)?;
        if parser.at < text.len() {
            Err(parser.expected("end of string"))
        } else {
            Ok(fields)
        }
    }

    /// The `fields` parameter; `None` if it is not given.
    pub fn of(params: &Params) -> Result<Option<Self>, GraphError> {
        params.text("fields")?.map(|text| Self::parse(&text)).transpose()
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.0.iter()
    }

    /// One field by name.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }
}

impl Field {
    /// The argument of a call such as `limit`.
    pub fn argument(&self, call: &str) -> Option<&str> {
        self.calls
            .iter()
            .find(|(name, _)| name == call)
            .map(|(_, argument)| argument.as_str())
    }
}

/// What is wanted of a node: `fields`, or the defaults of its type; `id` always. A field that the type has but this
/// node has no value for is left out; one that the type does not have is an error that names it.
pub fn select(node: &Value, fields: Option<&Fields>, node_type: &NodeType) -> Result<Value, GraphError> {
    let mut selected = Map::new();
    let mut take = |name: &str, inner: Option<&Fields>| {
        if let Some(value) = node.get(name).filter(|value| !value.is_null()) {
            selected.insert(name.to_owned(), narrow(value, inner));
        }
    };
    take("id", None);
    let Some(fields) = fields else {
        node_type.defaults.iter().for_each(|name| take(name, None));
        return Ok(Value::Object(selected));
    };
    for field in fields.iter() {
        if !node_type.has(&field.name) {
            return Err(GraphError::unknown_field(&field.name, node_type.name));
        }
        take(&field.name, field.inner.as_ref());
    }
    Ok(Value::Object(selected))
}

/// A nested selection, over an object, each of a list, or each of an edge's `data`.
fn narrow(value: &Value, fields: Option<&Fields>) -> Value {
    let Some(fields) = fields else {
        return value.clone();
    };
    match value {
        Value::Array(items) => items.iter().map(|item| narrow(item, Some(fields))).collect(),
        Value::Object(map) if map.get("data").is_some_and(Value::is_array) => {
            let data = |(name, inner): (&String, &Value)| {
                let kept = if name == "data" {
                    narrow(inner, Some(fields))
                } else {
                    inner.clone()
                };
                (name.clone(), kept)
            };
            Value::Object(map.iter().map(data).collect())
        }
        Value::Object(map) => {
            let id = map
                .get_key_value("id")
                .map(|(name, id)| (name.clone(), id.clone()));
            let asked = fields.iter().filter_map(|field| {
                map.get(&field.name)
                    .map(|inner| (field.name.clone(), narrow(inner, field.inner.as_ref())))
            });
            Value::Object(id.into_iter().chain(asked).collect())
        }
        other => other.clone(),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn list(&mut self, depth: usize) -> Result<Fields, GraphError> {
        if depth > DEPTH_MAX {
            return Err(self.expected("fewer nested selections"));
        }
        let mut fields = Vec::new();
        loop {
            fields.push(self.field(depth)?);
            if !self.eat(b',') {
                return Ok(Fields(fields));
            }
        }
    }

    fn field(&mut self, depth: usize) -> Result<Field, GraphError> {
        let name = self.name()?;
        let mut calls = Vec::new();
        while self.eat(b'.') {
            let call = self.name()?;
            calls.push((call, self.argument()?));
        }
        let mut inner = None;
        if self.eat(b'{') {
            inner = Some(self.list(depth + 1)?);
            if !self.eat(b'}') {
                return Err(self.expected("\"}\""));
            }
        }
        Ok(Field { name, calls, inner })
    }

    fn name(&mut self) -> Result<String, GraphError> {
        self.skip_space();
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        if length == 0 {
            return Err(self.expected("a field name"));
        }
        let name = self.text[self.at..self.at + length].to_owned();
        self.at += length;
        Ok(name)
    }

    /// `(...)`, with brackets of all kinds balanced and quoted text passed over.
    fn argument(&mut self) -> Result<String, GraphError> {
        if !self.eat(b'(') {
            return Err(self.expected("\"(\""));
        }
        let start = self.at;
        let mut closers = vec![b')'];
        let mut quoted = false;
        for (offset, byte) in self.text.bytes().enumerate().skip(start) {
            match byte {
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'(' => closers.push(b')'),
                b'[' => closers.push(b']'),
                b'{' => closers.push(b'}'),
                b')' | b']' | b'}' if closers.pop() != Some(byte) => break,
                _ => {}
            }
            if closers.is_empty() {
                self.at = offset + 1;
                return Ok(self.text[start..offset].to_owned());
            }
        }
        Err(self.expected("closing brackets"))
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn expected(&self, what: &str) -> GraphError {
        let message = format!(
            "Syntax error \"Expected {what}.\" at character {}: {}",
            self.at,
            self.text.chars().take(200).collect::<String>()
        );
        GraphError::from_parts(2500, None, message)
    }
}
