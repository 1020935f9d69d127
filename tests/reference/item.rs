//! Detection items: what one asks of an event (chapters 3 to 9).

use serde_json::Value;
use sigmatic::rule::{DetectionItem, Modifier};

use super::Table;
use super::chain::{self, Comparison, Ends, Typed};
use super::event;
use super::fold::folded;
use super::network::Network;
use super::number::Number;
use super::regex::Regex;
use super::string::{Part, Pattern};
use super::time;

#[derive(Debug)]
pub(super) struct Item {
    /// `None` for keywords.
    field: Option<String>,
    /// One group for each value; within a group one variant must hold (S-185).
    groups: Vec<Vec<Test>>,
    /// `all`: every group must hold, not just one.
    all: bool,
    /// `neq` (S-211).
    negated: bool,
}

#[derive(Debug)]
enum Test {
    Null,
    Exists(bool),
    Reference {
        field: String,
        ends: Ends,
    },
    /// True if it is true for at least one leaf (S-114).
    Leaf(LeafTest),
}

#[derive(Debug)]
enum LeafTest {
    Text(Pattern),
    Boolean(bool),
    Number(Number),
    Regex(Regex),
    Network(Network),
    Comparison(Comparison, Number),
    TimePart(time::Part, Number),
    TimeComparison(time::Part, Comparison, Number),
    /// A number keyword (S-173).
    Token(Number),
}

impl Item {
    pub(super) fn compile(item: &DetectionItem, table: &Table) -> Result<Self, String> {
        let has = |modifier| item.modifiers.contains(&modifier);
        let is_keyword = item.field.is_none();
        let mut groups = Vec::new();
        for value in &item.values {
            let variants = chain::apply(value, &item.modifiers, table)?;
            let tests = variants
                .into_iter()
                .map(|variant| Test::new(variant, has(Modifier::Cased), is_keyword))
                .collect::<Result<Vec<_>, _>>()?;
            groups.push(tests);
        }
        if groups.is_empty() {
            return Err("an item without values".to_owned());
        }
        Ok(Self {
            field: item.field.clone(),
            groups,
            all: has(Modifier::All),
            negated: has(Modifier::Neq),
        })
    }

    pub(super) fn holds(&self, event: &Value) -> bool {
        let found = match &self.field {
            Some(field) => event::lookup(event, field),
            // S-170: a keyword looks at every scalar as if they all were values of one field.
            None => event::scalars(event),
        };
        let leaves = event::leaves(&found);
        let holds = |test: &Test| test.holds(&found, &leaves, event);
        let mut groups = self.groups.iter().map(|tests| tests.iter().any(holds));
        let linked = if self.all {
            groups.all(|holds| holds)
        } else {
            groups.any(|holds| holds)
        };
        linked != self.negated
    }
}

impl Test {
    fn new(value: Typed, cased: bool, is_keyword: bool) -> Result<Self, String> {
        if is_keyword {
            return LeafTest::keyword(value, cased).map(Self::Leaf);
        }
        Ok(match value {
            Typed::Null => Self::Null,
            Typed::Exists(wanted) => Self::Exists(wanted),
            Typed::Reference { field, ends } => Self::Reference { field, ends },
            other => Self::Leaf(LeafTest::new(other, cased)?),
        })
    }

    fn holds(&self, found: &[&Value], leaves: &[&Value], event: &Value) -> bool {
        match self {
            // S-130.
            Self::Null => leaves.is_empty() || leaves.iter().any(|leaf| leaf.is_null()),
            // S-210, S-113.
            Self::Exists(wanted) => found.is_empty() != *wanted,
            // S-248.
            Self::Reference { field, ends } => {
                let others = event::leaves(&event::lookup(event, field));
                leaves
                    .iter()
                    .any(|leaf| others.iter().any(|other| ends.compare(leaf, other)))
            }
            Self::Leaf(test) => leaves.iter().any(|leaf| test.holds(leaf)),
        }
    }
}

impl Ends {
    /// Whether the texts of two leaves are equal, or one is a part of the other, ignoring case (S-248).
    fn compare(self, leaf: &Value, other: &Value) -> bool {
        let (Some(text), Some(part)) = (event::text(leaf), event::text(other)) else {
            return false;
        };
        let (text, part) = (folded(&text), folded(&part));
        match (self.open_start, self.open_end) {
            (false, false) => text == part,
            (false, true) => text.starts_with(&part),
            (true, false) => text.ends_with(&part),
            (true, true) => text.contains(&part),
        }
    }
}

impl LeafTest {
    fn new(value: Typed, cased: bool) -> Result<Self, String> {
        Ok(match value {
            Typed::Text(parts) => Self::Text(Pattern::new(&parts, cased)?),
            Typed::Boolean(value) => Self::Boolean(value),
            Typed::Number(number) => Self::Number(number),
            Typed::Regex {
                pattern,
                flags,
                ends,
            } => Self::Regex(Regex::new(&pattern, flags, ends)?),
            Typed::Network(text) => Self::Network(Network::parse(&text)?),
            Typed::TimePart(part, number) => Self::TimePart(part, number),
            Typed::Comparison {
                part: None,
                comparison,
                number,
            } => Self::Comparison(comparison, number),
            Typed::Comparison {
                part: Some(part),
                comparison,
                number,
            } => Self::TimeComparison(part, comparison, number),
            Typed::Null | Typed::Exists(_) | Typed::Reference { .. } => {
                return Err("a test that is not about one leaf".to_owned());
            }
        })
    }

    /// S-171 to S-175.
    fn keyword(value: Typed, cased: bool) -> Result<Self, String> {
        match value {
            Typed::Text(parts) => {
                let anywhere = [&[Part::Any], parts.as_slice(), &[Part::Any]].concat();
                Ok(Self::Text(Pattern::new(&anywhere, cased)?))
            }
            Typed::Number(number) => Ok(Self::Token(number)),
            Typed::Regex { .. } => Self::new(value, cased),
            other => Err(format!("{other:?} without a field (S-174, S-175)")),
        }
    }

    fn holds(&self, leaf: &Value) -> bool {
        match self {
            Self::Text(pattern) => event::text(leaf).is_some_and(|text| pattern.matches(&text)),
            Self::Regex(regex) => event::text(leaf).is_some_and(|text| regex.is_match(&text)),
            // S-125.
            Self::Boolean(value) => {
                event::text(leaf).is_some_and(|text| folded(&text) == folded(&value.to_string()))
            }
            // S-124.
            Self::Number(number) => match leaf {
                Value::Number(leaf) => Number::of_event(leaf) == *number,
                Value::String(text) => *text == number.text(),
                _ => false,
            },
            // S-230.
            Self::Comparison(comparison, number) => {
                let value = match leaf {
                    Value::Number(leaf) => Some(Number::of_event(leaf)),
                    Value::String(text) => Number::parse(text),
                    _ => None,
                };
                value.is_some_and(|value| comparison.holds(value.cmp(number)))
            }
            // S-240.
            Self::TimePart(part, number) => {
                time_part(leaf, *part).is_some_and(|value| value == *number)
            }
            Self::TimeComparison(part, comparison, number) => {
                time_part(leaf, *part).is_some_and(|value| comparison.holds(value.cmp(number)))
            }
            // S-245.
            Self::Network(network) => leaf.as_str().is_some_and(|text| network.holds(text)),
            // S-173.
            Self::Token(number) => match leaf {
                Value::Number(leaf) => Number::of_event(leaf) == *number,
                Value::String(text) => has_token(text, &number.text()),
                _ => false,
            },
        }
    }
}

fn time_part(leaf: &Value, part: time::Part) -> Option<Number> {
    time::part(leaf, part).map(|value| Number::of_integer(value.into()))
}

/// S-173: the token somewhere in the text, not as a part of a longer word or number.
fn has_token(text: &str, token: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.char_indices()
        .map(|(start, _)| start)
        .filter(|&start| text[start..].starts_with(token))
        .any(|start| {
            let before = text[..start].chars().next_back();
            let mut after = text[start + token.len()..].chars();
            let (next, second) = (after.next(), after.next());
            let begins_inside = before.is_some_and(|c| is_word(c) || c == '.');
            let has_fraction = next == Some('.') && second.is_some_and(|c| c.is_ascii_digit());
            let ends_inside = next.is_some_and(is_word) || has_fraction;
            !begins_inside && !ends_inside
        })
}

#[test]
fn tokens() {
    for text in ["0", "a 0 b", "a1=\"0\"", "0.", "-0", "ä0", "(0)", "10 0"] {
        assert!(has_token(text, "0"), "{text}");
    }
    for text in ["100", "1.0", "x0", "0x", "0.5", ".0", "0_", ""] {
        assert!(!has_token(text, "0"), "{text}");
    }
}
