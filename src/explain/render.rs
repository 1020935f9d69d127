//! An explanation as indented text.

use std::fmt;

use crate::explain::{DetectionVerdict, Explanation, IdentifierVerdict, ItemVerdict};
use crate::rule::Value;

/// At most this many values of an item are listed; the rest is counted.
const LISTED_VALUES: usize = 8;

/// Texts of events are cut to this many characters.
const LISTED_CHARACTERS: usize = 120;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", mark(self.matched), self.title)?;
        for condition in &self.conditions {
            writeln!(
                f,
                "  {} condition: {}",
                mark(condition.matched),
                condition.text
            )?;
        }
        for identifier in &self.identifiers {
            write_identifier(f, identifier)?;
        }
        Ok(())
    }
}

fn mark(matched: bool) -> &'static str {
    if matched { "✓" } else { "✗" }
}

fn write_identifier(f: &mut fmt::Formatter<'_>, identifier: &IdentifierVerdict) -> fmt::Result {
    writeln!(f, "  {} {}", mark(identifier.matched), identifier.name)?;
    write_detection(f, &identifier.detection, 4)
}

fn write_detection(
    f: &mut fmt::Formatter<'_>,
    detection: &DetectionVerdict,
    indent: usize,
) -> fmt::Result {
    match detection {
        DetectionVerdict::All(items) => items
            .iter()
            .try_for_each(|item| write_item(f, item, indent)),
        DetectionVerdict::Any(inner) => write_parts(f, "any of", inner, indent),
        DetectionVerdict::Every(inner) => write_parts(f, "all of", inner, indent),
    }
}

fn write_parts(
    f: &mut fmt::Formatter<'_>,
    link: &str,
    parts: &[DetectionVerdict],
    indent: usize,
) -> fmt::Result {
    writeln!(f, "{:indent$}{link}", "")?;
    parts
        .iter()
        .try_for_each(|part| write_detection(f, part, indent + 2))
}

fn write_item(f: &mut fmt::Formatter<'_>, item: &ItemVerdict, indent: usize) -> fmt::Result {
    let name = if item.name.is_empty() {
        "keywords"
    } else {
        &item.name
    };
    writeln!(f, "{:indent$}{} {name}", "", mark(item.matched))?;
    let indent = indent + 4;
    if !item.name.is_empty() && !item.name.starts_with('|') {
        write_seen(f, item, indent)?;
    }
    for value in item.values.iter().take(LISTED_VALUES) {
        writeln!(
            f,
            "{:indent$}{} {}",
            "",
            mark(value.matched),
            ShownValue(&value.value)
        )?;
    }
    match item.values.len().saturating_sub(LISTED_VALUES) {
        0 => Ok(()),
        more => {
            let matched = item
                .values
                .iter()
                .skip(LISTED_VALUES)
                .filter(|value| value.matched)
                .count();
            writeln!(
                f,
                "{:indent$}  and {more} more, {matched} of them matching",
                ""
            )
        }
    }
}

fn write_seen(f: &mut fmt::Formatter<'_>, item: &ItemVerdict, indent: usize) -> fmt::Result {
    let Some(seen) = &item.seen else {
        return writeln!(f, "{:indent$}the event does not have this field", "");
    };
    if seen.is_empty() {
        return writeln!(f, "{:indent$}the event has no value here", "");
    }
    for text in seen.iter().take(LISTED_VALUES) {
        match text {
            Some(text) => writeln!(f, "{:indent$}event: {}", "", Cut(text))?,
            None => writeln!(f, "{:indent$}event: no text (null or a map)", "")?,
        }
    }
    Ok(())
}

/// A rule's value as in YAML, so that one can tell `5` from `'5'`.
struct ShownValue<'a>(&'a Value);

impl fmt::Display for ShownValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Float(value) => write!(f, "{value}"),
            Value::String(text) => write!(f, "'{}'", Cut(text)),
        }
    }
}

/// A text cut to a readable length, control characters escaped.
struct Cut<'a>(&'a str);

impl fmt::Display for Cut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, c) in self.0.chars().enumerate() {
            if index == LISTED_CHARACTERS {
                return f.write_str("…");
            }
            if c.is_control() {
                write!(f, "{}", c.escape_default())?
            } else {
                write!(f, "{c}")?
            }
        }
        Ok(())
    }
}
