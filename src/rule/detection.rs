//! The detection section: search identifiers, items, values, as written (chapter 3).

use std::sync::Arc;

use crate::condition::{Expression, Selector};
use crate::error::Location;
use crate::rule::{Modifier, Source};

/// The `detection` section of a rule or a filter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Detections {
    /// The search identifiers with what they stand for, in source order.
    pub identifiers: Vec<SearchIdentifier>,
    /// The conditions; the rule matches if any of them holds (S-309). Never empty.
    pub conditions: Vec<Condition>,
    /// `timeframe`, reserved and without effect (S-312).
    pub timeframe: Option<String>,
}

/// One condition with its place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Condition {
    /// The text as written.
    pub text: String,
    /// What it says.
    pub expression: Expression,
    /// Where its text starts.
    pub location: Location,
}

/// A search identifier: a name, and the detection it stands for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchIdentifier {
    /// The name, e.g. `selection`.
    pub name: String,
    /// What it stands for.
    pub detection: Detection,
    /// Where the name stands.
    pub location: Location,
    /// Where it was written, if not in the rule's own document but in that of a filter, in a processing pipeline or in
    /// a map of log sources.
    pub source: Option<Arc<Source>>,
}

/// What a search identifier stands for (S-091).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Detection {
    /// A map: all items must match. Never empty.
    All(Vec<DetectionItem>),
    /// A list with maps or lists in it: at least one must match. Never empty. A scalar among them is a
    /// [`Keywords`](Self::Keywords) of one value.
    Any(Vec<Self>),
    /// Parts all of which must match. No text says this: a processing pipeline makes it when a part of a map becomes
    /// alternatives (S-500). Never empty.
    Every(Vec<Self>),
    /// A list of scalars or a single scalar: keywords, an item without a field and without modifiers.
    Keywords(DetectionItem),
}

/// One line of a detection: a field, modifiers, and the values to compare with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DetectionItem {
    /// The field's name byte for byte; `None` for keywords.
    pub field: Option<String>,
    /// The modifiers in source order, synonyms kept apart only by [`Modifier`]'s own names.
    pub modifiers: Vec<Modifier>,
    /// The values in source order. An empty list in the source is one [`Value::Null`] here, without the modifiers that
    /// act on values (S-095).
    pub values: Vec<Value>,
    /// Where the key (or the first keyword) stands.
    pub location: Location,
    /// Where each value stands, parallel to `values`.
    pub value_locations: Vec<Location>,
}

/// A value as written, typed by YAML 1.1 (S-010, S-120).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `null`, `~`, or nothing.
    Null,
    /// A plain `true`, `yes`, `off`, ….
    Boolean(bool),
    /// An integer; a float with an integral value below 2^127 is one (S-120).
    Integer(i128),
    /// A finite float that is no integer.
    Float(f64),
    /// Text, before the backslash rules of S-161.
    String(String),
}

impl Detections {
    /// The indexes of the search identifiers that a selector means, in source order (S-304).
    ///
    /// # Cost
    /// Linear in the lengths of all names.
    pub fn select<'s>(&'s self, selector: &'s Selector) -> impl Iterator<Item = usize> + 's {
        let names = self
            .identifiers
            .iter()
            .map(|identifier| identifier.name.as_str());
        names
            .enumerate()
            .filter(|(_, name)| selector.selects(name))
            .map(|(index, _)| index)
    }
}

impl Value {
    /// A number of the document: an integral one is an integer, infinities and NaN are nothing.
    pub(crate) fn from_float(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let is_integer = value.trunc() == value && value.abs() < INTEGER_BOUND;
        // Exact: an integral value below the bound has no digits to lose.
        Some(if is_integer {
            Self::Integer(value as i128)
        } else {
            Self::Float(value)
        })
    }
}

/// 2^127, beyond which `i128` ends.
const INTEGER_BOUND: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
