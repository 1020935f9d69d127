//! Where in an event's text a value of a rule was found.

use std::ops::Range;

use serde::Serialize;

use crate::compile::plan::{Expr, Predicate, Test, ValueTest};

/// A text of an event that a value of a rule matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// The whole text.
    pub text: String,
    /// The bytes of the part that matches: what stands between the wildcards at the ends of a value, the leftmost match
    /// of a regular expression, and the whole text for numbers, networks and the like.
    pub span: Range<usize>,
}

impl Found {
    /// The part that matches.
    #[must_use]
    pub fn part(&self) -> &str {
        self.text.get(self.span.clone()).unwrap_or_default()
    }

    /// Where in `text` the value stands of which `expr` was made and which matches.
    pub(super) fn new(text: String, expr: &Expr) -> Self {
        let tests = match expr {
            Expr::Predicate(Predicate {
                test: Test::AnyOf(tests),
                ..
            }) => &tests[..],
            _ => &[],
        };
        let found = tests.iter().find_map(|test| match test {
            ValueTest::Text(pattern) => pattern.find(&text),
            ValueTest::Regex(regex) => regex.find(&text),
            _ => None,
        });
        Self {
            span: found.unwrap_or(0..text.len()),
            text,
        }
    }
}
