//! What an event that passes a question must have: texts, or a field.

use crate::compile::plan::{Predicate, Test, ValueTest};
use crate::engine::program::Node;
use crate::pattern::{NumberBuffer, Part, TextPattern};
use crate::util::ids::FieldId;

/// The alternatives by which an event that passes a question can be told.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) list: Vec<Key>,
    /// Whether each key is as good as the test it stands for, so that its occurrence answers the question.
    pub(super) exact: bool,
}

/// One alternative of a witness.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// A leaf of the field, or (without a field) any leaf, has a text like this. Never cased.
    Text(Option<FieldId>, TextPattern),
    /// The field is present.
    Present(FieldId),
}

impl Key {
    /// `None` for a pattern over all fields.
    pub(super) fn field(&self) -> Option<FieldId> {
        match self {
            Self::Text(field, _) => *field,
            Self::Present(field) => Some(*field),
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(..))
    }

    /// Whether it is a whole text of a field.
    pub(super) fn is_whole_text(&self) -> bool {
        matches!(self, Self::Text(Some(_), pattern) if pattern.is_whole_text())
    }
}

pub(super) fn question_keys(node: &Node, predicate: &Predicate) -> Option<Keys> {
    let Node::Question(question) = node else {
        return None;
    };
    let tests = match (&predicate.test, question.field) {
        (Test::AnyOf(tests), _) => tests,
        (Test::Exists | Test::Reference { .. }, Some(field)) => {
            return Some(Keys {
                list: vec![Key::Present(field)],
                exact: false,
            });
        }
        _ => return None,
    };
    let mut keys = Keys {
        list: Vec::with_capacity(tests.len()),
        exact: true,
    };
    for test in tests {
        let (list, exact) = test_keys(test, question.field)?;
        keys.list.extend(list);
        keys.exact &= exact;
    }
    keys.list.sort();
    keys.list.dedup();
    Some(keys)
}

/// The keys of a test, and whether they are as good as the test itself.
fn test_keys(test: &ValueTest, field: Option<FieldId>) -> Option<(Vec<Key>, bool)> {
    let text = |pattern, exact| (vec![Key::Text(field, pattern)], exact);
    let present = || field.map(|field| (vec![Key::Present(field)], false));
    match test {
        ValueTest::Null => None,
        ValueTest::Text(pattern) if pattern.required_literal().is_none() => present(),
        ValueTest::Text(pattern) => {
            let folded = TextPattern::new(pattern.parts().to_vec(), false);
            Some(text(folded, !pattern.is_cased()))
        }
        // A numeric leaf equals the number just when its canonical text does, and folding changes no digit.
        ValueTest::Number(number) => {
            let mut buffer = NumberBuffer::new();
            let exact = vec![Part::Literal(number.text(&mut buffer).to_owned())];
            Some(text(TextPattern::new(exact, false), true))
        }
        ValueTest::Token(number) => {
            let mut buffer = NumberBuffer::new();
            Some(text(containing(number.text(&mut buffer)), false))
        }
        ValueTest::Boolean(value) => {
            let exact = vec![Part::Literal(value.to_string())];
            Some(text(TextPattern::new(exact, false), true))
        }
        ValueTest::Regex(regex) => match regex.folded_literals() {
            Some(literals) => {
                let keys = literals
                    .iter()
                    .map(|literal| Key::Text(field, containing(literal)));
                Some((keys.collect(), false))
            }
            None => present(),
        },
        ValueTest::Network(_) | ValueTest::Compare(..) | ValueTest::Time(..) => present(),
    }
}

fn containing(literal: &str) -> TextPattern {
    TextPattern::new(
        vec![Part::Any, Part::Literal(literal.to_owned()), Part::Any],
        false,
    )
}
