//! Whether a value that passes one test passes another.

use crate::compile::plan::{Comparison, ValueTest};
use crate::pattern::{Number, NumberBuffer, Part, Regex, TextPattern, parse_address};
use crate::proof::text;

/// Whether every value that passes `narrow` passes `wide`. False also where that is not known.
pub(crate) fn implies(narrow: &ValueTest, wide: &ValueTest) -> bool {
    use ValueTest::{Boolean, Compare, Network, Null, Number, Regex, Text, Time, Token};
    if narrow == wide {
        return true;
    }
    if *narrow == Null || *wide == Null {
        return false;
    }
    if takes_every_text(wide) {
        // Whatever passes a test other than null has a text.
        return true;
    }
    match (narrow, wide) {
        (Text(narrow), Text(wide)) => text::includes(wide, narrow),
        (Text(narrow), Number(number)) => {
            with_number_text(*number, |text| only_text(narrow) == Some(text))
        }
        (Text(narrow), Boolean(value)) => {
            !narrow.is_cased() && only_text(narrow) == Some(word(*value))
        }
        (Text(narrow), Regex(regex)) => {
            one_spelling(narrow).is_some_and(|text| matches(regex, text))
        }
        (Text(narrow), Network(network)) => only_text(narrow)
            .and_then(parse_address)
            .is_some_and(|address| network.contains(address)),
        (Text(narrow), Compare(comparison, number)) => {
            only_number(narrow).is_some_and(|value| comparison.holds(value.compare(*number)))
        }
        (Number(value) | Token(value), Text(wide)) => {
            // A token stands somewhere in the text, so only what asks for a part of it will do.
            let pattern = |text: &str| {
                let literal = Part::Literal(text.to_owned());
                match narrow {
                    Token(_) => TextPattern::new(vec![Part::Any, literal, Part::Any], true),
                    _ => TextPattern::new(vec![literal], true),
                }
            };
            with_number_text(*value, |text| text::includes(wide, &pattern(text)))
        }
        (Number(value), Compare(comparison, number)) => comparison.holds(value.compare(*number)),
        (Number(value), Regex(regex)) => with_number_text(*value, |text| matches(regex, text)),
        (Number(value), Number(other) | Token(other)) | (Token(value), Token(other)) => {
            value.equals(*other)
        }
        (Boolean(value), Text(wide)) => {
            let literal = Part::Literal(word(*value).to_owned());
            text::includes(wide, &TextPattern::new(vec![literal], false))
        }
        (Network(narrow), Network(wide)) => wide.includes(narrow),
        (Compare(a, n), Compare(b, m)) => bounds(*a, *n, *b, *m),
        (Time(part, a, n), Time(other, b, m)) => part == other && bounds(*a, *n, *b, *m),
        (Regex(narrow), Text(wide)) => holds_literal(narrow, wide),
        _ => false,
    }
}

/// Whether every text passes.
pub(super) fn takes_every_text(test: &ValueTest) -> bool {
    matches!(test, ValueTest::Text(pattern) if matches!(pattern.parts(), [Part::Any]))
}

/// Whether what compares so with `n` compares so with `m`.
fn bounds(a: Comparison, n: Number, b: Comparison, m: Number) -> bool {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    let order = n.compare(m);
    match (a, b) {
        (Equal, _) => b.holds(order),
        (Less, Less | LessOrEqual) | (LessOrEqual, LessOrEqual) => LessOrEqual.holds(order),
        (LessOrEqual, Less) => Less.holds(order),
        (Greater, Greater | GreaterOrEqual) | (GreaterOrEqual, GreaterOrEqual) => {
            GreaterOrEqual.holds(order)
        }
        (GreaterOrEqual, Greater) => Greater.holds(order),
        _ => false,
    }
}

pub(super) fn word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

pub(super) fn with_number_text<R>(number: Number, read: impl FnOnce(&str) -> R) -> R {
    let mut buffer = NumberBuffer::new();
    read(number.text(&mut buffer))
}

/// The one text that matches, apart from case.
pub(super) fn only_text(pattern: &TextPattern) -> Option<&str> {
    match pattern.parts() {
        [] => Some(""),
        [Part::Literal(literal)] => Some(literal),
        _ => None,
    }
}

/// The one text that matches, if case makes no difference to it.
fn one_spelling(pattern: &TextPattern) -> Option<&str> {
    only_text(pattern).filter(|text| pattern.is_cased() || !text.chars().any(text::may_have_case))
}

/// The number that the one text is; texts with an exponent are left alone, for their letter has case.
pub(super) fn only_number(pattern: &TextPattern) -> Option<Number> {
    crate::pattern::parse_decimal(one_spelling(pattern)?)
}

fn matches(regex: &Regex, text: &str) -> bool {
    regex.is_match_pooled(text)
}

/// Whether each of the literals of which a match must have one has the literal that `wide` looks for.
fn holds_literal(regex: &Regex, wide: &TextPattern) -> bool {
    let [Part::Any, Part::Literal(wanted), Part::Any] = wide.parts() else {
        return false;
    };
    if wide.is_cased() {
        return false;
    }
    let literals = regex.folded_literals();
    literals.is_some_and(|literals| {
        !literals.is_empty() && literals.iter().all(|literal| literal.contains(wanted))
    })
}
