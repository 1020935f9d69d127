//! Whether no value passes two tests.

use crate::compile::plan::{Comparison, ValueTest};
use crate::pattern::{Number, Part, TextPattern};
use crate::proof::leaf::{folded, passes};
use crate::proof::test::{only_number, only_text, with_number_text, word};

/// Whether no single value passes both. False also where that is not known.
pub(super) fn are_disjoint(left: &ValueTest, right: &ValueTest) -> bool {
    one_way(left, right) || one_way(right, left)
}

fn one_way(left: &ValueTest, right: &ValueTest) -> bool {
    use ValueTest::{Boolean, Compare, Network, Null, Number, Text};
    match (left, right) {
        (Null, Null) => false,
        (Null, _) => true,
        (Text(left), Text(right)) => texts(left, right),
        (Number(left), Number(right)) => !left.equals(*right),
        (Number(number), Text(pattern)) => {
            with_number_text(*number, |text| !is_match(pattern, text))
        }
        (Number(number), Compare(comparison, bound)) => !comparison.holds(number.compare(*bound)),
        (Number(_), Boolean(_)) => true,
        (Boolean(left), Boolean(right)) => left != right,
        (Boolean(value), Text(pattern)) => !is_match(pattern, word(*value)),
        (Text(pattern), Compare(comparison, bound)) => {
            only_number(pattern).is_some_and(|value| !comparison.holds(value.compare(*bound)))
        }
        (Text(pattern), Network(_)) => only_text(pattern).is_some_and(|text| !passes(right, text)),
        (Network(left), Network(right)) => left.is_disjoint(right),
        (Compare(a, n), Compare(b, m)) => apart(*a, *n, *b, *m),
        _ => false,
    }
}

fn is_match(pattern: &TextPattern, text: &str) -> bool {
    passes(&ValueTest::Text(folded_pattern(pattern)), text)
}

fn folded_pattern(pattern: &TextPattern) -> TextPattern {
    TextPattern::new(pattern.parts().to_vec(), false)
}

/// By what the texts must be, begin with or end with. Compared without regard to case, which can only find more texts
/// that both take.
fn texts(left: &TextPattern, right: &TextPattern) -> bool {
    let (left, right) = (folded_pattern(left), folded_pattern(right));
    if let Some(text) = only_text(&left) {
        return !passes(&ValueTest::Text(right), &folded(text));
    }
    let (a, b) = (begin(&left), begin(&right));
    let begins = a.starts_with(b) || b.starts_with(a);
    let (a, b) = (end(&left), end(&right));
    let ends = a.ends_with(b) || b.ends_with(a);
    !(begins && ends)
}

fn begin(pattern: &TextPattern) -> &str {
    match pattern.parts().first() {
        Some(Part::Literal(literal)) => literal,
        _ => "",
    }
}

fn end(pattern: &TextPattern) -> &str {
    match pattern.parts().last() {
        Some(Part::Literal(literal)) => literal,
        _ => "",
    }
}

/// Whether one bound lies above all that the other lets through.
fn apart(a: Comparison, n: Number, b: Comparison, m: Number) -> bool {
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    match (a, b) {
        (Less, Greater | GreaterOrEqual) | (LessOrEqual, Greater) => {
            LessOrEqual.holds(n.compare(m))
        }
        (LessOrEqual, GreaterOrEqual) => Less.holds(n.compare(m)),
        _ => false,
    }
}
