//! An obviously right matcher, and patterns and texts to try it on. For tests only.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::pattern::fold::fold_char;
use crate::pattern::text::{Part, Text, TextPattern};

/// Which prefixes of the pattern match which prefixes of the text, character by character.
#[expect(clippy::unreachable, reason = "literals are taken apart by `steps`")]
pub(crate) fn is_match_naively(pattern: &TextPattern, text: Text<'_>) -> bool {
    let cased = pattern.is_cased();
    let fold = |c: char| if cased { c } else { fold_char(c) };
    let text: Vec<char> = text.raw.chars().map(fold).collect();
    // `reached[n]`: the parts so far match the first `n` characters.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for step in pattern.parts().iter().flat_map(steps) {
        let before = reached.clone();
        for n in 0..=text.len() {
            reached[n] = match &step {
                Part::Any => before[..=n].contains(&true),
                Part::One => n > 0 && before[n - 1],
                Part::OneOf(choice) => {
                    n > 0 && before[n - 1] && choice.iter().any(|&c| fold(c) == text[n - 1])
                }
                Part::Literal(_) => unreachable!("taken apart by `steps`"),
            };
        }
    }
    reached[text.len()]
}

/// Literals as choices of one character.
fn steps(part: &Part) -> Vec<Part> {
    match part {
        Part::Literal(literal) => literal.chars().map(|c| Part::OneOf([c].into())).collect(),
        part => vec![part.clone()],
    }
}

/// Characters that meet each other often: case pairs of one and of several bytes, what separates, what is odd.
fn any_character() -> impl Strategy<Value = char> {
    prop::sample::select(vec![
        'a', 'A', 'b', 'B', 'c', 'k', 'K', '\u{212a}', 's', 'S', 'ſ', 'ß', 'ẞ', 'σ', 'ς', 'Σ', 'é',
        'É', 'i', 'İ', 'ı', 'ⱥ', 'Ⱥ', '\\', '-', '/', '–', '*', '?', '.', ' ', '\0', '\n', '😀',
    ])
}

/// Texts of three sizes: many of a few of the same characters (repetition), and some of any.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        vec(prop::sample::select(vec!['a', 'b', 'A']), 0..24),
        vec(any_character(), 0..12),
        vec(any_character(), 20..80),
        vec(any::<char>(), 0..8),
    ];
    characters.prop_map(String::from_iter)
}

fn any_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        4 => vec(prop::sample::select(vec!['a', 'b', 'A']), 0..5).prop_map(|c| Part::Literal(String::from_iter(c))),
        4 => vec(any_character(), 0..4).prop_map(|c| Part::Literal(String::from_iter(c))),
        4 => Just(Part::Any),
        2 => Just(Part::One),
        1 => vec(any_character(), 1..4).prop_map(|c| Part::OneOf(c.into())),
    ]
}

/// Patterns of every shape, cased and not.
pub(crate) fn any_pattern() -> impl Strategy<Value = TextPattern> {
    (vec(any_part(), 0..6), any::<bool>()).prop_map(|(parts, cased)| TextPattern::new(parts, cased))
}
