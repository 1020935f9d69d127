//! A change in words.

use std::fmt::Write as _;

use crate::rule::{DetectionItem, Modifier, Value};

/// What is to be said.
pub(super) struct Wanted<'a> {
    pub(super) item: &'a DetectionItem,
    /// The one value that counts, of an item with `all`.
    pub(super) value: Option<usize>,
    /// Which values match now.
    pub(super) matching: &'a [bool],
    /// Whether it is to match, or to match no more.
    pub(super) holds: bool,
    /// Whether the event has the field.
    pub(super) seen: bool,
}

/// Of several values so many are named.
const NAMED: usize = 3;

/// "`CommandLine` also contained ` -u `".
pub(super) fn change(wanted: &Wanted<'_>) -> String {
    let item = wanted.item;
    let has = |modifier| item.modifiers.contains(&modifier);
    let field = item.field.as_deref().map(|field| format!("`{field}`"));
    let values = wanted.values();
    if has(Modifier::Exists) || values.iter().all(|value| **value == Value::Null) {
        let subject = field.as_deref().unwrap_or("the value");
        let exists = matches!(values.as_slice(), [Value::Boolean(true)]) == wanted.holds;
        let verb = match (has(Modifier::Exists), wanted.holds) {
            (true, _) if exists => "were there",
            (true, _) => "were not there",
            (false, true) => "were null or not there",
            (false, false) => "had a value",
        };
        return format!("{subject} {verb}");
    }
    let subject = match (field, part_of_time(item)) {
        (Some(field), Some(part)) => format!("the {part} of {field}"),
        (Some(field), None) => field,
        (None, _) if wanted.holds => "some value".to_owned(),
        (None, _) => "no value".to_owned(),
    };
    // Of keywords it is said of no value that it does.
    let negated = !wanted.holds && item.field.is_some();
    let others = wanted.value.is_some() && wanted.matching.contains(&true);
    let also = if wanted.holds && others { "also " } else { "" };
    let (is, is_not) = verbs(item, &values);
    let verb = if negated { is_not } else { is };
    let mut text = format!(
        "{subject} {also}{verb} {}",
        list(item, &values, wanted.holds)
    );
    text.push_str(&manner(item));
    if let (Some(field), false) = (&item.field, wanted.seen) {
        let _ = write!(text, " (the event has no `{field}`)");
    }
    text
}

impl Wanted<'_> {
    /// The values that count: all of them if one is wanted, else those that match.
    fn values(&self) -> Vec<&Value> {
        let values = self.item.values.iter().zip(self.matching).enumerate();
        let counts = |(place, (value, matches)): (usize, (_, &bool))| {
            let is_meant = match self.value {
                Some(one) => one == place,
                None => self.holds || *matches,
            };
            is_meant.then_some(value)
        };
        values.filter_map(counts).collect()
    }
}

fn part_of_time(item: &DetectionItem) -> Option<&'static str> {
    item.modifiers.iter().find_map(|modifier| {
        Some(match modifier {
            Modifier::Minute => "minute",
            Modifier::Hour => "hour",
            Modifier::Day => "day",
            Modifier::Week => "week",
            Modifier::Month => "month",
            Modifier::Year => "year",
            _ => return None,
        })
    })
}

/// What a value that matches does, and what it does not do.
fn verbs(item: &DetectionItem, values: &[&Value]) -> (&'static str, &'static str) {
    let verbs = item.modifiers.iter().find_map(|modifier| {
        Some(match modifier {
            Modifier::Contains => ("contained", "did not contain"),
            Modifier::StartsWith => ("started with", "did not start with"),
            Modifier::EndsWith => ("ended with", "did not end with"),
            Modifier::Re => (
                "matched the regular expression",
                "did not match the regular expression",
            ),
            Modifier::Cidr => ("were in the network", "were not in the network"),
            Modifier::Lt => ("were less than", "were not less than"),
            Modifier::Lte => ("were at most", "were more than"),
            Modifier::Gt => ("were more than", "were not more than"),
            Modifier::Gte => ("were at least", "were less than"),
            _ => return None,
        })
    });
    verbs.unwrap_or_else(|| {
        let has_wildcard =
            |value: &&Value| matches!(value, Value::String(text) if text.contains(['*', '?']));
        match item.field {
            None => ("contained", "did not contain"),
            Some(_) if values.iter().any(has_wildcard) => ("matched", "did not match"),
            Some(_) => ("were", "were not"),
        }
    })
}

/// "`a`", "`a`, `b` or `c`", "one of `a`, `b`, `c` and 5 more".
fn list(item: &DetectionItem, values: &[&Value], holds: bool) -> String {
    let mut named: Vec<String> = values
        .iter()
        .take(NAMED)
        .map(|value| named(item, value))
        .collect();
    let more = values.len().saturating_sub(NAMED);
    if more > 0 {
        let one = if holds { "one of " } else { "any of " };
        return format!("{one}{} and {more} more", named.join(", "));
    }
    let last = named.pop().unwrap_or_default();
    match named.as_slice() {
        [] => last,
        _ => format!("{} or {last}", named.join(", ")),
    }
}

fn named(item: &DetectionItem, value: &Value) -> String {
    let text = match value {
        Value::Null => return "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) if text.is_empty() => return "the empty text".to_owned(),
        Value::String(text) => text
            .escape_debug()
            .to_string()
            .replace("\\\\", "\\")
            .replace("\\'", "'")
            .replace("\\\"", "\""),
    };
    if item.modifiers.contains(&Modifier::FieldRef) {
        return format!("what the field `{text}` has");
    }
    format!("`{text}`")
}

/// What the modifiers say of how a value is looked for.
fn manner(item: &DetectionItem) -> String {
    let mut manner = String::new();
    for modifier in &item.modifiers {
        manner.push_str(match modifier {
            Modifier::Base64 | Modifier::Base64Offset => ", encoded in Base64",
            Modifier::Utf16 | Modifier::Utf16Be | Modifier::Utf16Le => ", in UTF-16",
            Modifier::WinDash => ", with any kind of dash",
            Modifier::Cased => ", in just these letters",
            _ => "",
        });
    }
    manner
}
