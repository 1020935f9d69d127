//! What a text must contain to match a pattern.

use crate::pattern::text::{Part, TextPattern};

/// Literals of which every matching text contains at least one: the best choice of neighbouring literals and
/// choices of a character. Empty if the pattern requires nothing.
///
/// A long literal is enough by itself. The short ones of `windash` values (` -f`, with five dashes) are found too
/// often, so they are written out with each dash.
pub(super) fn required_literals(pattern: &TextPattern) -> Vec<String> {
    let parts = pattern.parts();
    let starts = 0..parts.len();
    let candidates = starts.flat_map(|start| growing(parts.get(start..).unwrap_or_default()));
    // The first of equals, as long as `max_by_key` takes the last.
    candidates.fold(Vec::new(), |best, next| {
        if rank(&next) > rank(&best) {
            next
        } else {
            best
        }
    })
}

/// Longer is rarer, up to a point; then fewer are better.
fn rank(literals: &[String]) -> (usize, usize, usize) {
    let shortest = literals.iter().map(String::len).min().unwrap_or(0);
    (
        shortest.min(LONG_ENOUGH),
        usize::MAX - literals.len(),
        shortest,
    )
}

/// The literals of the first part, of the first two, and so on up to a wildcard, or to too many literals.
fn growing(parts: &[Part]) -> Vec<Vec<String>> {
    let mut stages: Vec<Vec<String>> = Vec::new();
    for part in parts {
        let grown = match stages.last() {
            None => extended(&[String::new()], part),
            Some(literals) => extended(literals, part),
        };
        match grown {
            Some(literals) => stages.push(literals),
            None => break,
        }
    }
    stages
}

fn extended(literals: &[String], part: &Part) -> Option<Vec<String>> {
    match part {
        Part::Literal(literal) => Some(
            literals
                .iter()
                .map(|front| format!("{front}{literal}"))
                .collect(),
        ),
        Part::OneOf(choice) if literals.len() * choice.len() <= MOST_LITERALS => {
            let all = literals
                .iter()
                .flat_map(|front| choice.iter().map(move |c| format!("{front}{c}")));
            Some(all.collect())
        }
        Part::OneOf(_) | Part::Any | Part::One => None,
    }
}

/// In bytes. A literal of this length is not made rarer by its neighbours.
const LONG_ENOUGH: usize = 6;

/// Two neighbouring dashes of five characters.
const MOST_LITERALS: usize = 25;
