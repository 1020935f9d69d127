//! A test of a value in words: its kind, and what it looks for.

use std::borrow::Cow;

use crate::compile::Plan;
use crate::compile::plan::{Comparison, Expr, Link, Predicate, Relation, Test, ValueTest};
use crate::pattern::{NumberBuffer, Part, TextPattern, TimePart};

/// What a predicate asks, in a word: `eq`, `match`, `starts_with`, `ends_with`, `wildcard`, `regex_match`, `cidr`, `gt`
/// and the like, `exists`, `is_null`, `fieldref`; parts of times are `hour_gte` and so on.
pub(super) fn kind(predicate: &Predicate) -> Cow<'static, str> {
    match &predicate.test {
        Test::Exists => "exists".into(),
        Test::Reference { relation, .. } => match relation {
            Relation::Equal => "fieldref",
            Relation::Contains => "fieldref_match",
            Relation::StartsWith => "fieldref_starts_with",
            Relation::EndsWith => "fieldref_ends_with",
        }
        .into(),
        Test::AnyOf(tests) => tests.first().map_or(Cow::Borrowed("eq"), test_kind),
    }
}

pub(super) fn test_kind(test: &ValueTest) -> Cow<'static, str> {
    match test {
        ValueTest::Text(pattern) => text_kind(pattern).into(),
        ValueTest::Number(_) | ValueTest::Boolean(_) => "eq".into(),
        ValueTest::Token(_) => "match".into(),
        ValueTest::Null => "is_null".into(),
        ValueTest::Regex(_) => "regex_match".into(),
        ValueTest::Network(_) => "cidr".into(),
        ValueTest::Compare(comparison, _) => comparison_name(*comparison).into(),
        ValueTest::Time(part, comparison, _) => {
            format!("{}_{}", part_name(*part), comparison_name(*comparison)).into()
        }
    }
}

fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "eq",
        Comparison::Less => "lt",
        Comparison::LessOrEqual => "lte",
        Comparison::Greater => "gt",
        Comparison::GreaterOrEqual => "gte",
    }
}

fn part_name(part: TimePart) -> &'static str {
    match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day",
        TimePart::Week => "week",
        TimePart::Month => "month",
        TimePart::Year => "year",
    }
}

/// By the wildcards at the ends; dashes of `windash` count as literals.
fn text_kind(pattern: &TextPattern) -> &'static str {
    let (start, inner, end) = ends(pattern.parts());
    let has_wildcards = inner
        .iter()
        .any(|part| matches!(part, Part::Any | Part::One));
    match (start, end) {
        _ if has_wildcards || (inner.is_empty() && start) => "wildcard",
        (false, false) => "eq",
        (true, true) => "match",
        (false, true) => "starts_with",
        (true, false) => "ends_with",
    }
}

/// Whether there is a `*` at the start, what stands between, and whether there is one at the end.
fn ends(parts: &[Part]) -> (bool, &[Part], bool) {
    let (start, parts) = match parts {
        [Part::Any, rest @ ..] => (true, rest),
        parts => (false, parts),
    };
    match parts {
        [rest @ .., Part::Any] => (start, rest, true),
        parts => (start, parts, false),
    }
}

/// What a test looks for, without what its kind says: escapes and encodings are gone. Texts that ignore case are in small
/// letters.
pub(super) fn decoded(test: &ValueTest) -> String {
    match test {
        ValueTest::Text(pattern) => match ends(pattern.parts()) {
            (_, [], _) if text_kind(pattern) == "eq" => String::new(),
            (_, [Part::Literal(literal)], _) => literal.clone(),
            _ => inner_text(pattern),
        },
        ValueTest::Number(number)
        | ValueTest::Token(number)
        | ValueTest::Compare(_, number)
        | ValueTest::Time(_, _, number) => number.text(&mut NumberBuffer::new()).to_owned(),
        ValueTest::Boolean(value) => value.to_string(),
        ValueTest::Null => "null".to_owned(),
        ValueTest::Regex(regex) => regex.source().to_owned(),
        ValueTest::Network(network) => network.to_string(),
    }
}

/// The pattern as Sigma writes it, without the wildcards that its kind stands for.
fn inner_text(pattern: &TextPattern) -> String {
    let (_, inner, _) = ends(pattern.parts());
    if text_kind(pattern) == "wildcard" {
        pattern.to_string()
    } else {
        TextPattern::new(inner.to_vec(), pattern.is_cased()).to_string()
    }
}

/// The same test in one form: `4688` and `'4688'` are the same (S-123, S-124), and so are `true` and `'true'` (S-125).
pub(super) fn canonical(test: &ValueTest) -> ValueTest {
    match test {
        ValueTest::Number(_) | ValueTest::Boolean(_) => {
            let literal = Part::Literal(decoded(test));
            ValueTest::Text(TextPattern::new(vec![literal], false))
        }
        other => other.clone(),
    }
}

/// The one text that passes, where there is only one.
pub(super) fn only_text(test: &ValueTest) -> Option<String> {
    match test {
        ValueTest::Text(pattern) => match pattern.parts() {
            [Part::Literal(literal)] => Some(literal.clone()),
            _ => None,
        },
        ValueTest::Number(_) => Some(decoded(test)),
        _ => None,
    }
}

/// An expression in words, for a reader; long lists are cut.
pub(super) fn words(plan: &Plan, expr: &Expr) -> String {
    let identifier = |index: usize| {
        let expr = plan.identifiers.get(index);
        expr.map_or_else(String::new, |expr| words(plan, expr))
    };
    match expr {
        Expr::Predicate(predicate) => predicate_words(predicate),
        Expr::Not(inner) => format!("not ({})", words(plan, inner)),
        Expr::And(parts) => listed(parts.iter().map(|part| words(plan, part)), " and "),
        Expr::Or(parts) => listed(parts.iter().map(|part| words(plan, part)), " or "),
        Expr::Constant(value) => value.to_string(),
        Expr::Identifier(index) => identifier(*index),
        Expr::Selected(link, index) => {
            let selected = plan.selections.get(*index).into_iter().flatten();
            let link = if *link == Link::All { " and " } else { " or " };
            listed(selected.map(|index| identifier(*index)), link)
        }
    }
}

pub(super) fn predicate_words(predicate: &Predicate) -> String {
    let field = field_name(predicate);
    match &predicate.test {
        Test::Exists => format!("{field} exists"),
        Test::Reference { other, .. } => format!("{field} {} {other}", kind(predicate)),
        Test::AnyOf(tests) => {
            let mut groups: Vec<(Cow<'static, str>, Vec<String>)> = Vec::new();
            for test in tests {
                let kind = test_kind(test);
                let value = format!("'{}'", cut(&decoded(test)));
                match groups.iter_mut().find(|(other, _)| *other == kind) {
                    Some((_, values)) => values.push(value),
                    None => groups.push((kind, vec![value])),
                }
            }
            let groups = groups.into_iter().map(|(kind, values)| match &*kind {
                "is_null" => format!("{field} is_null"),
                _ => format!("{field} {kind} {}", listed(values.into_iter(), ", ")),
            });
            listed(groups, " or ")
        }
    }
}

pub(super) fn field_name(predicate: &Predicate) -> &str {
    predicate.field.as_deref().unwrap_or("any value")
}

/// Joins the first few and counts the others.
pub(super) fn listed(parts: impl Iterator<Item = String>, link: &str) -> String {
    const LISTED: usize = 3;
    let parts: Vec<String> = parts.collect();
    let mut text = parts
        .iter()
        .take(LISTED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(link);
    if let more @ 1.. = parts.len().saturating_sub(LISTED) {
        text += &format!("{link}{more} more");
    }
    text
}

fn cut(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
