//! One node of a document.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::error::Location;
use crate::syntax::scalar;

/// A YAML node: what it is, where it starts, how it was written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) location: Location,
    pub(crate) style: Style,
    /// The source of a boolean or number that YAML 1.2 reads differently (S-012).
    source: Option<Box<str>>,
    layout: Layout,
}

/// How a scalar was written; decides what a plain `yes` means (S-009, S-010). Collections are `Plain`, a string
/// with the tag `!!str` is `Quoted`: its author said what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Quoted,
    Block,
}

/// How the text of a scalar lies in the source, so that a place inside it can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Layout {
    /// Folded, escaped, or behind a tag or an anchor.
    #[default]
    Unknown,
    /// Verbatim in one line, this many characters after the place of the node.
    Line(u8),
    /// Line by line, each in the column of the node; the place is that of the first line that is not empty.
    Literal,
}

/// The typed content, by the table of S-010.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// An integer of any base; its exact value. Wider ones are a syntax error (limit).
    Int(i128),
    /// A float, infinities and NaN included.
    Float(f64),
    /// A plain date or date with time, as written. Only metadata can take it (S-049).
    Timestamp(String),
    /// The plain scalar `=`, for which YAML 1.1 has no constructor, and numbers without digits such as `0x_`.
    Unconstructible(String),
    String(String),
    List(Vec<Node>),
    /// In source order, merged keys last. Keys are unique (S-004); a key may be any node.
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(crate) fn new(value: Value, location: Location, style: Style) -> Self {
        Self {
            value,
            location,
            style,
            source: None,
            layout: Layout::Unknown,
        }
    }

    pub(super) fn laid_out(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Keeps the text of a scalar whose typed value does not tell it.
    pub(super) fn written(mut self, source: Option<Box<str>>) -> Self {
        self.source = source;
        self
    }

    /// As a key of a map. PyYAML takes `=` for a string there, and only there.
    pub(super) fn into_key(mut self) -> Self {
        if let Value::Unconstructible(text) = &mut self.value {
            if text == "=" {
                self.value = Value::String(std::mem::take(text));
            }
        }
        self
    }

    /// Where the node stands; `None` if it was not read from a text.
    pub(crate) fn place(&self) -> Option<Location> {
        (self.location.line > 0).then_some(self.location)
    }

    /// Where a byte of the text of a scalar stands; where the scalar starts if that is not known.
    pub(crate) fn place_inside(&self, offset: usize) -> Option<Location> {
        let start = self.place()?;
        let before = self.as_str().and_then(|text| text.get(..offset));
        Some(match (before, self.layout) {
            (Some(before), Layout::Line(skip)) => Location {
                column: moved(start.column, usize::from(skip) + before.chars().count()),
                ..start
            },
            (Some(before), Layout::Literal) => {
                let before = before.trim_start_matches('\n');
                let last_line = before.rsplit('\n').next().unwrap_or_default();
                Location {
                    line: moved(start.line, before.matches('\n').count()),
                    column: moved(start.column, last_line.chars().count()),
                }
            }
            _ => start,
        })
    }

    /// The value of the string key `key`, if this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The string key `key` with its value, if this is a map that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<(&Self, &Self)> {
        self.as_map()?
            .iter()
            .find(|(name, _)| name.as_str() == Some(key))
            .map(|(name, value)| (name, value))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list, or the node itself if it is none.
    pub(crate) fn one_or_more(&self) -> &[Self] {
        self.as_list().unwrap_or_else(|| std::slice::from_ref(self))
    }

    pub(crate) fn as_map(&self) -> Option<&[(Self, Self)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// What the node is, with its article, as error messages say it.
    pub(crate) fn kind_name(&self) -> &'static str {
        self.value.kind_name()
    }

    /// A scalar as error messages show it, as near to its source as is known; of lists and maps only the brackets.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        if let Some(source) = &self.source {
            return Cow::Borrowed(source);
        }
        match &self.value {
            Value::Bool(value) => Cow::Owned(value.to_string()),
            Value::Int(value) => Cow::Owned(value.to_string()),
            Value::Float(value) => Cow::Owned(format!("{value:?}")),
            Value::Timestamp(text) | Value::Unconstructible(text) | Value::String(text) => {
                Cow::Borrowed(text)
            }
            Value::Null => Cow::Borrowed("null"),
            Value::List(_) => Cow::Borrowed("[…]"),
            Value::Map(_) => Cow::Borrowed("{…}"),
        }
    }

    /// The source of a plain scalar that YAML 1.1 and the core schema of YAML 1.2 type differently, or that is an
    /// integer in another base than ten: its author probably meant text (S-012).
    pub(crate) fn ambiguous_source(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) if self.style == Style::Plain => {
                scalar::is_core_number(text).then_some(text.as_str())
            }
            Value::Timestamp(text) | Value::Unconstructible(text) => Some(text),
            _ => self.source.as_deref(),
        }
    }

    /// A total order in which exactly the keys are equal that name the same entry of a map. Recursion ends with the
    /// nesting of the node, which the reader has bounded.
    pub(super) fn key_order(&self, other: &Self) -> Ordering {
        self.value.key_order(&other.value)
    }
}

impl Value {
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Timestamp(_) => "a date",
            Self::Unconstructible(_) => "a value without a type",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    fn key_order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::String(a), Self::String(b))
            | (Self::Timestamp(a), Self::Timestamp(b))
            | (Self::Unconstructible(a), Self::Unconstructible(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => a.total_cmp(b),
            (Self::List(a), Self::List(b)) => lexical(a, b, Node::key_order),
            (Self::Map(a), Self::Map(b)) => lexical(a, b, entry_order),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Int(_) => 2,
            Self::Float(_) => 3,
            Self::Timestamp(_) => 4,
            Self::Unconstructible(_) => 5,
            Self::String(_) => 6,
            Self::List(_) => 7,
            Self::Map(_) => 8,
        }
    }
}

fn moved(start: u32, by: usize) -> u32 {
    start.saturating_add(u32::try_from(by).unwrap_or(u32::MAX))
}

fn entry_order(a: &(Node, Node), b: &(Node, Node)) -> Ordering {
    a.0.key_order(&b.0).then_with(|| a.1.key_order(&b.1))
}

fn lexical<T>(a: &[T], b: &[T], order: impl Fn(&T, &T) -> Ordering) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| order(a, b))
        .find(|found| found.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}
