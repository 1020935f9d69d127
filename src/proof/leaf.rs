//! One text against one test, to choose among texts. Whatever is chosen is confirmed by the engine afterwards.

use crate::compile::plan::ValueTest;
use crate::pattern::{
    CivilTime, Number, Text, contains_number_token, fold_into, parse_address, parse_decimal,
};
use crate::proof::test::{with_number_text, word};

/// Whether an event's text passes a test.
pub(crate) fn passes(test: &ValueTest, text: &str) -> bool {
    match test {
        ValueTest::Text(pattern) => pattern.is_match(Text {
            raw: text,
            folded: &folded(text),
        }),
        ValueTest::Number(number) => with_number_text(*number, |own| own == text),
        ValueTest::Boolean(value) => text.eq_ignore_ascii_case(word(*value)),
        ValueTest::Null => false,
        ValueTest::Regex(regex) => regex.is_match_pooled(text),
        ValueTest::Network(network) => {
            parse_address(text).is_some_and(|address| network.contains(address))
        }
        ValueTest::Compare(comparison, number) => {
            parse_decimal(text).is_some_and(|value| comparison.holds(value.compare(*number)))
        }
        ValueTest::Time(part, comparison, number) => CivilTime::parse(text)
            .and_then(|time| time.part(*part))
            .is_some_and(|value| comparison.holds(Number::Integer(value.into()).compare(*number))),
        ValueTest::Token(number) => {
            with_number_text(*number, |own| contains_number_token(text, own))
        }
    }
}

pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}
