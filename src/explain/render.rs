//! An explanation as indented text.

use std::fmt;
use std::ops::Range;

use crate::explain::{
    ConditionPart, DetectionVerdict, Explanation, Found, IdentifierVerdict, ItemVerdict,
    ValueVerdict,
};
use crate::rule::Value;

/// At most this many values of an item are listed; the rest is counted.
const LISTED_VALUES: usize = 8;

/// Texts of events are cut to this many characters.
const LISTED_CHARACTERS: usize = 120;

/// So many characters stand before a part that matches, if the text is cut in front of it.
const BEFORE_MATCH: usize = 20;

/// At most this many parts of a condition are listed.
const LISTED_PARTS: usize = 12;

/// An explanation that prints with the colours of a terminal: green what matches, red what does not, and the matching
/// part of a text underlined. See [`Explanation::coloured`].
#[derive(Clone, Copy, Debug)]
pub struct Coloured<'a>(&'a Explanation);

impl Explanation {
    /// The same text with ANSI colours, for a terminal.
    ///
    /// # Example
    /// ```
    /// # use sigmatic::RuleSet;
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rules = RuleSet::from_yaml("{ title: T, logsource: { product: x }, detection: { a: { F: v }, condition: a } }")?;
    /// let why = rules.explain(0, &[("F", "v")]).expect("there is one rule");
    /// assert!(why.to_string().starts_with("✓ T"));
    /// assert!(why.coloured().to_string().starts_with("\x1b[32m✓\x1b[0m \x1b[1mT\x1b[0m"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn coloured(&self) -> Coloured<'_> {
        Coloured(self)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Page { f, on: false }.write(self)
    }
}

impl fmt::Display for Coloured<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Page { f, on: true }.write(self.0)
    }
}

struct Page<'f, 'o> {
    f: &'f mut fmt::Formatter<'o>,
    /// Whether there are colours.
    on: bool,
}

impl Page<'_, '_> {
    fn write(&mut self, explanation: &Explanation) -> fmt::Result {
        let title = self.paint("1", &explanation.title);
        let file = explanation.file.as_deref().map(|file| format!("  {file}"));
        let file = self.paint("2", &file.unwrap_or_default());
        self.line(0, explanation.matched, &format!("{title}{file}"))?;
        for condition in &explanation.conditions {
            self.line(
                2,
                condition.matched,
                &format!("condition: {}", condition.text),
            )?;
            self.parts(&condition.root, 4)?;
        }
        for identifier in &explanation.identifiers {
            self.identifier(identifier)?;
        }
        match &explanation.why_not {
            Some(why_not) => writeln!(self.f, "  {}", self.paint("33", &why_not.to_string())),
            None => Ok(()),
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn line(&mut self, indent: usize, matched: bool, text: &str) -> fmt::Result {
        let mark = if matched {
            self.paint("32", "✓")
        } else {
            self.paint("31", "✗")
        };
        writeln!(self.f, "{:indent$}{mark} {text}", "")
    }

    fn parts(&mut self, part: &ConditionPart, indent: usize) -> fmt::Result {
        for part in part.parts.iter().take(LISTED_PARTS) {
            self.line(indent, part.matched, &part.text)?;
            self.parts(part, indent + 2)?;
        }
        match part.parts.len().saturating_sub(LISTED_PARTS) {
            0 => Ok(()),
            more => writeln!(self.f, "{:indent$}and {more} more", ""),
        }
    }

    fn identifier(&mut self, identifier: &IdentifierVerdict) -> fmt::Result {
        self.line(2, identifier.matched, &identifier.name)?;
        self.detection(&identifier.detection, 4)
    }

    fn detection(&mut self, detection: &DetectionVerdict, indent: usize) -> fmt::Result {
        match detection {
            DetectionVerdict::All(items) => {
                items.iter().try_for_each(|item| self.item(item, indent))
            }
            DetectionVerdict::Any(inner) => self.alternatives("any of", inner, indent),
            DetectionVerdict::Every(inner) => self.alternatives("all of", inner, indent),
        }
    }

    fn alternatives(
        &mut self,
        link: &str,
        parts: &[DetectionVerdict],
        indent: usize,
    ) -> fmt::Result {
        writeln!(self.f, "{:indent$}{link}", "")?;
        parts
            .iter()
            .try_for_each(|part| self.detection(part, indent + 2))
    }

    fn item(&mut self, item: &ItemVerdict, indent: usize) -> fmt::Result {
        let name = if item.name.is_empty() {
            "keywords"
        } else {
            &item.name
        };
        let place = self.paint("2", &format!("  {}:{}", item.line, item.column));
        self.line(indent, item.matched, &format!("{name}{place}"))?;
        let indent = indent + 4;
        if !item.name.is_empty() && !item.name.starts_with('|') {
            self.seen(item, indent)?;
        }
        // Of a long list what matches is shown first of all.
        let is_long = item.values.len() > LISTED_VALUES;
        let matching = item.values.iter().filter(|value| is_long && value.matched);
        let others = item
            .values
            .iter()
            .filter(|value| !is_long || !value.matched);
        for value in matching.chain(others).take(LISTED_VALUES) {
            self.value(item, value, indent)?;
        }
        let count = item.values.iter().filter(|value| value.matched).count();
        match item.values.len().saturating_sub(LISTED_VALUES) {
            0 => Ok(()),
            more => writeln!(
                self.f,
                "{:indent$}  and {more} more, {} of them matching",
                "",
                count.saturating_sub(LISTED_VALUES)
            ),
        }
    }

    fn value(&mut self, item: &ItemVerdict, value: &ValueVerdict, indent: usize) -> fmt::Result {
        let mut text = ShownValue(&value.value).to_string();
        if let Some(found) = &value.found {
            text.push_str(&self.found(item, found));
        }
        self.line(indent, value.matched, &text)
    }

    /// Where a value was found, and what was found if that is not what the rule says.
    fn found(&self, item: &ItemVerdict, found: &Found) -> String {
        let Range { start, end } = found.span;
        let whole = start == 0 && end == found.text.len();
        let is_keyword = item.seen.is_none();
        let place = match (is_keyword, whole) {
            (true, _) => format!("  in {}", self.shown(&found.text, &found.span)),
            (false, true) => return String::new(),
            (false, false) => format!("  {} at bytes {start}..{end}", Cut(found.part())),
        };
        self.paint("2", &place)
    }

    fn seen(&mut self, item: &ItemVerdict, indent: usize) -> fmt::Result {
        let Some(seen) = &item.seen else {
            return writeln!(self.f, "{:indent$}the event does not have this field", "");
        };
        if seen.is_empty() {
            return writeln!(self.f, "{:indent$}the event has no value here", "");
        }
        for text in seen.iter().take(LISTED_VALUES) {
            match text {
                Some(text) => {
                    let found = item.values.iter().filter_map(|value| value.found.as_ref());
                    let span = found
                        .filter(|found| found.text == *text)
                        .map(|found| found.span.clone())
                        .next();
                    let shown = self.shown(text, &span.unwrap_or(0..0));
                    writeln!(self.f, "{:indent$}event: {shown}", "")?;
                }
                None => writeln!(self.f, "{:indent$}event: no text (null or a map)", "")?,
            }
        }
        match seen.len().saturating_sub(LISTED_VALUES) {
            0 => Ok(()),
            more => writeln!(self.f, "{:indent$}and {more} more values", ""),
        }
    }

    /// A text around the part that matches, which is underlined if there are colours.
    fn shown(&self, text: &str, span: &Range<usize>) -> String {
        let before = text.get(..span.start).unwrap_or_default();
        let skipped = match before.chars().count() {
            count if count + BEFORE_MATCH > LISTED_CHARACTERS => count.saturating_sub(BEFORE_MATCH),
            _ => 0,
        };
        let start = text
            .char_indices()
            .nth(skipped)
            .map_or(0, |(start, _)| start);
        let dots = if skipped > 0 { "…" } else { "" };
        if !self.on || span.is_empty() {
            return format!("{dots}{}", Cut(text.get(start..).unwrap_or_default()));
        }
        let part = |range: Range<usize>| Cut(text.get(range).unwrap_or_default()).to_string();
        let found = self.paint("4;32", &part(span.clone()));
        let after = text.get(span.end..).unwrap_or_default();
        format!("{dots}{}{found}{}", part(start..span.start), Cut(after))
    }
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
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}
