//! What a rule looks for and what it excludes: field, kind, value.
//!
//! From the items of the model, each value compiled on its own, so that a row has both what the author wrote and what is
//! searched for. Whether an item is looked for or excluded depends on how the conditions use its search identifier.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::card::value;
use crate::compile::plan::{Expr, Predicate, Test, ValueTest};
use crate::compile::{Options, Plan, detection};
use crate::rule::{Detection, DetectionItem, Location, Modifier, Rule, SearchIdentifier, Value};

/// A row: values of one field and kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IndicatorRow {
    /// The field; `None` for keywords.
    pub field: Option<String>,
    /// `eq`, `match` (contains), `starts_with`, `ends_with`, `wildcard`, `regex_match`, `cidr`, `gt` and the like,
    /// `exists`, `is_null`, `fieldref`.
    pub kind: Cow<'static, str>,
    /// How the values were encoded or opened before they are searched for: `base64offset`, `wide`, `windash` and the
    /// like, and `cased`.
    pub encodings: Vec<&'static str>,
    /// The search identifier.
    pub identifier: String,
    /// Whether all values must be found, not any.
    pub all: bool,
    /// The values.
    pub values: Vec<Indicator>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Indicator {
    /// As the author wrote it.
    pub value: String,
    /// What is searched for, where that differs: escapes read, encodings applied. Small letters where case is ignored.
    pub decoded: Vec<String>,
    /// How many other rules of the corpus look for the same.
    pub other_rules: usize,
    /// Where the value stands.
    pub place: Place,
}

/// A place in the rule's file, or in another one from which a part of the rule was added; one-based.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The other file: that of a filter, a processing pipeline or a map of log sources. `None` for the rule's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line; 0 for what was not read from a text.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl Place {
    pub(super) fn new(rule: &Rule, identifier: &SearchIdentifier, location: Location) -> Self {
        let own = rule.metadata.source.file.as_deref();
        let source = identifier.source.as_deref();
        let file = source.and_then(|source| source.file.as_deref());
        Self {
            file: file.filter(|file| Some(*file) != own).map(str::to_owned),
            line: location.line,
            column: location.column,
        }
    }
}

/// `line 3:5`; `filters.yml line 3:5` for a place in another file; `no line` for what was not read from a text.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file} ")?;
        }
        match self.line {
            0 => f.write_str("no line"),
            line => write!(f, "line {line}:{}", self.column),
        }
    }
}

/// What counts as the same indicator: field, kind and decoded value; for `exists: false` the opposite.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) predicate: Predicate,
    pub(super) negated: bool,
}

impl Key {
    fn new(mut predicate: Predicate, negated: bool) -> Self {
        if let Test::AnyOf(tests) = &mut predicate.test {
            *tests = tests.iter().map(value::canonical).collect();
            tests.sort();
        }
        Self { predicate, negated }
    }
}

/// An item with how the rule uses it.
#[derive(Debug)]
pub(super) struct Used<'r> {
    pub(super) rule: &'r Rule,
    pub(super) identifier: &'r SearchIdentifier,
    pub(super) item: &'r DetectionItem,
    /// Whether the rule looks for it, excludes it, or (through two mentions) both.
    pub(super) positive: bool,
    pub(super) negative: bool,
    /// A key per value; `None` where a value is in error, which a compiled rule does not have.
    pub(super) keys: Vec<Option<Key>>,
}

impl Used<'_> {
    /// Where a value of the item stands.
    pub(super) fn place_of(&self, value: usize) -> Place {
        let location = self.item.value_locations.get(value);
        let location = location.copied().unwrap_or(self.item.location);
        Place::new(self.rule, self.identifier, location)
    }
}

/// How conditions use a search identifier.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Polarity {
    pub(super) positive: bool,
    pub(super) negative: bool,
}

/// Every item of the rule.
pub(super) fn items<'r>(rule: &'r Rule, plan: &Plan, options: &Options<'_>) -> Vec<Used<'r>> {
    let polarities = polarities(plan);
    let mut used = Vec::new();
    for (index, identifier) in rule.detections.identifiers.iter().enumerate() {
        let polarity = polarities.get(index).copied().unwrap_or_default();
        let mut items = Vec::new();
        collect(&identifier.detection, &mut items);
        for item in items {
            let negated = item.modifiers.contains(&Modifier::Neq);
            let (positive, negative) = if negated {
                (polarity.negative, polarity.positive)
            } else {
                (polarity.positive, polarity.negative)
            };
            used.push(Used {
                rule,
                identifier,
                item,
                positive,
                negative,
                keys: keys(item, options),
            });
        }
    }
    used
}

fn collect<'r>(detection: &'r Detection, items: &mut Vec<&'r DetectionItem>) {
    match detection {
        Detection::All(inner) => items.extend(inner),
        Detection::Keywords(item) => items.push(item),
        Detection::Any(inner) | Detection::Every(inner) => {
            inner.iter().for_each(|inner| collect(inner, items))
        }
    }
}

fn keys(item: &DetectionItem, options: &Options<'_>) -> Vec<Option<Key>> {
    let key = |expr| match expr {
        Expr::Predicate(predicate) => Some(Key::new(predicate, false)),
        Expr::Not(inner) => match *inner {
            Expr::Predicate(predicate) => Some(Key::new(predicate, true)),
            _ => None,
        },
        _ => None,
    };
    let values = detection::compile_values(item, options);
    values.into_iter().map(key).collect()
}

/// By search identifier, how the conditions use it.
pub(super) fn polarities(plan: &Plan) -> Vec<Polarity> {
    let mut polarities = vec![Polarity::default(); plan.identifiers.len()];
    for condition in &plan.conditions {
        mark(condition, true, plan, &mut polarities);
    }
    polarities
}

fn mark(expr: &Expr, positive: bool, plan: &Plan, polarities: &mut [Polarity]) {
    let mut set = |index: usize| {
        if let Some(polarity) = polarities.get_mut(index) {
            polarity.positive |= positive;
            polarity.negative |= !positive;
        }
    };
    match expr {
        Expr::Identifier(index) => set(*index),
        Expr::Selected(_, index) => {
            let selected = plan.selections.get(*index).into_iter().flatten();
            selected.for_each(|index| set(*index));
        }
        Expr::Not(inner) => mark(inner, !positive, plan, polarities),
        Expr::And(parts) | Expr::Or(parts) => parts
            .iter()
            .for_each(|part| mark(part, positive, plan, polarities)),
        Expr::Constant(_) | Expr::Predicate(_) => {}
    }
}

/// Rows of the items that `select` takes, with counts from `others`.
pub(super) fn rows(
    used: &[Used<'_>],
    select: impl Fn(&Used<'_>) -> bool,
    others: impl Fn(&Key) -> usize,
) -> Vec<IndicatorRow> {
    let mut rows: Vec<IndicatorRow> = Vec::new();
    for used in used.iter().filter(|used| select(used)) {
        // A list may hold values of several kinds: a row each.
        let start = rows.len();
        for (index, key) in used.keys.iter().enumerate() {
            let Some(key) = key else { continue };
            let kind = value::kind(&key.predicate);
            let indicator = indicator(used, index, key, others(key));
            let own = rows.get_mut(start..).unwrap_or_default();
            match own.iter_mut().find(|row| row.kind == kind) {
                Some(row) => row.values.push(indicator),
                None => rows.push(row(used, kind, indicator)),
            }
        }
    }
    rows
}

fn row(used: &Used<'_>, kind: Cow<'static, str>, first: Indicator) -> IndicatorRow {
    IndicatorRow {
        field: used.item.field.clone(),
        kind,
        encodings: encodings(used.item),
        identifier: used.identifier.name.clone(),
        all: used.item.modifiers.contains(&Modifier::All),
        values: vec![first],
    }
}

fn encodings(item: &DetectionItem) -> Vec<&'static str> {
    use Modifier::{Base64, Base64Offset, Cased, Expand, Utf16, Utf16Be, Utf16Le, WinDash};
    let told = [
        Base64,
        Base64Offset,
        Cased,
        Expand,
        Utf16,
        Utf16Be,
        Utf16Le,
        WinDash,
    ];
    item.modifiers
        .iter()
        .filter(|modifier| told.contains(modifier))
        .map(|modifier| modifier.name())
        .collect()
}

fn indicator(used: &Used<'_>, index: usize, key: &Key, other_rules: usize) -> Indicator {
    let written = used.item.values.get(index).map(written).unwrap_or_default();
    let mut decoded = match &key.predicate.test {
        Test::AnyOf(tests) => tests.iter().map(value::decoded).collect(),
        Test::Exists | Test::Reference { .. } => Vec::new(),
    };
    if matches!(decoded.as_slice(), [only] if *only == written.to_lowercase() || *only == written) {
        decoded.clear();
    }
    Indicator {
        value: written,
        decoded,
        other_rules,
        place: used.place_of(index),
    }
}

pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) => text.clone(),
    }
}

/// The tests of a key, if it is one of values.
pub(super) fn tests(key: &Key) -> &[ValueTest] {
    match &key.predicate.test {
        Test::AnyOf(tests) if !key.negated => tests,
        _ => &[],
    }
}
