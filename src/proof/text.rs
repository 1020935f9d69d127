//! Whether every text that one pattern matches is matched by another.

use crate::pattern::{Part, TextPattern};

/// Whether `wide` matches every text that `narrow` matches. False also where that is not known.
///
/// `narrow` is read as a text whose wildcards are characters of their own, which only a wildcard of `wide` that is as
/// wide takes. That misses cases in which several characters of a choice together make up for a wildcard, or in which a
/// literal stands for a `?` beside a `*` (`?*` takes all that `*a*` takes); hardly a rule has any.
///
/// # Cost
/// The product of the lengths at worst; one search for the literal if `wide` looks for one.
pub(crate) fn includes(wide: &TextPattern, narrow: &TextPattern) -> bool {
    match (wide.is_cased(), narrow.is_cased()) {
        (false, true) => {
            let folded = TextPattern::new(narrow.parts().to_vec(), false);
            covers(wide.parts(), folded.parts())
        }
        // The narrow pattern takes letters of either case; the wide one does not, if it looks at letters at all.
        (true, false) => {
            !wide.parts().iter().any(looks_at_case) && covers(wide.parts(), narrow.parts())
        }
        _ => covers(wide.parts(), narrow.parts()),
    }
}

/// Whether some other character may fold to the same.
pub(super) fn may_have_case(c: char) -> bool {
    c.is_alphabetic()
}

fn looks_at_case(part: &Part) -> bool {
    match part {
        Part::Literal(literal) => literal.chars().any(may_have_case),
        Part::OneOf(choice) => choice.iter().copied().any(may_have_case),
        Part::Any | Part::One => false,
    }
}

fn covers(wide: &[Part], narrow: &[Part]) -> bool {
    let literal = |part: Option<&Part>, fits: &dyn Fn(&str) -> bool| matches!(part, Some(Part::Literal(literal)) if fits(literal));
    match wide {
        [Part::Any] => true,
        // The usual kinds, without taking the patterns apart.
        [Part::Any, Part::Literal(wanted), Part::Any] if has_no_choice(narrow) => narrow
            .iter()
            .any(|part| literal(Some(part), &|text| text.contains(wanted))),
        [Part::Any, Part::Literal(wanted)] if has_no_choice(narrow) => {
            literal(narrow.last(), &|text| text.ends_with(wanted))
        }
        [Part::Literal(wanted), Part::Any] if has_no_choice(narrow) => {
            literal(narrow.first(), &|text| text.starts_with(wanted))
        }
        [Part::Literal(_)] if has_no_choice(narrow) => wide == narrow,
        _ => covers_tokens(&tokens(wide), &tokens(narrow)),
    }
}

fn has_no_choice(parts: &[Part]) -> bool {
    !parts.iter().any(|part| matches!(part, Part::OneOf(_)))
}

/// A part of one character, or `*`.
#[derive(Clone, Copy, Debug)]
enum Token<'p> {
    Char(char),
    OneOf(&'p [char]),
    One,
    Any,
}

fn tokens(parts: &[Part]) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for part in parts {
        match part {
            Part::Literal(literal) => tokens.extend(literal.chars().map(Token::Char)),
            Part::OneOf(choice) => tokens.push(Token::OneOf(choice)),
            Part::One => tokens.push(Token::One),
            Part::Any => tokens.push(Token::Any),
        }
    }
    tokens
}

/// The usual matching of wildcards, in which only the last `*` is ever taken back.
fn covers_tokens(wide: &[Token<'_>], narrow: &[Token<'_>]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(token) = narrow.get(place) {
        match wide.get(at) {
            Some(Token::Any) => {
                star = Some((at, place));
                at += 1;
            }
            Some(part) if part.takes(*token) => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    at = star_at + 1;
                    place = taken + 1;
                }
                None => return false,
            },
        }
    }
    wide.iter().skip(at).all(|part| matches!(part, Token::Any))
}

impl Token<'_> {
    /// Whether this part of one character takes whatever `other` stands for.
    fn takes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => false,
            (Self::One, _) => true,
            (_, Self::One) => false,
            (Self::Char(c), Self::Char(other)) => c == other,
            (Self::Char(c), Self::OneOf(choice)) => choice.iter().all(|other| *other == c),
            (Self::OneOf(choice), Self::Char(other)) => choice.contains(&other),
            (Self::OneOf(choice), Self::OneOf(other)) => {
                other.iter().all(|other| choice.contains(other))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::Text;
    use crate::pattern::fold_into;

    /// `*`, `?`, `-` for a choice of `-` and `a`; the rest is literal.
    fn pattern(text: &str, cased: bool) -> TextPattern {
        let parts = text.chars().map(|c| match c {
            '*' => Part::Any,
            '?' => Part::One,
            '-' => Part::OneOf(['-', 'a'].into()),
            c => Part::Literal(c.to_string()),
        });
        TextPattern::new(parts.collect(), cased)
    }

    #[test]
    fn examples() {
        for (wide, narrow) in [
            ("*b*", "abc"),
            ("*b*", "*abc"),
            ("a*", "ab*"),
            ("*c", "*bc"),
            ("*a*c*", "xabcx*"),
            ("?b", "ab"),
            ("*", "?"),
            ("-b", "ab"),
            ("A", "a"),
        ] {
            assert!(
                includes(&pattern(wide, false), &pattern(narrow, false)),
                "{wide} {narrow}"
            );
        }
        for (wide, narrow) in [
            ("abc", "*b*"),
            ("a*", "*ab"),
            ("?", "*"),
            ("a", "-"),
            ("*?*", "*"),
            ("*ab*", "*a*b*"),
        ] {
            assert!(
                !includes(&pattern(wide, false), &pattern(narrow, false)),
                "{wide} {narrow}"
            );
        }
        assert!(!includes(&pattern("a", true), &pattern("a", false)));
        assert!(includes(&pattern("a", false), &pattern("A", true)));
        assert!(includes(&pattern("*1*", true), &pattern("x1", false)));
    }

    proptest! {
        /// Whatever is said to be included is, for every text there is to try.
        #[test]
        fn is_sound(wide in "[ab*?Ak-]{0,6}", narrow in "[ab*?Ak-]{0,6}", wide_cased: bool, narrow_cased: bool,
                    texts in proptest::collection::vec("[abABkK\u{212a}-]{0,7}", 64)) {
            let (wide, narrow) = (pattern(&wide, wide_cased), pattern(&narrow, narrow_cased));
            if includes(&wide, &narrow) {
                for text in texts {
                    let mut folded = String::new();
                    fold_into(&text, &mut folded);
                    let text = Text { raw: &text, folded: &folded };
                    prop_assert!(!narrow.is_match(text) || wide.is_match(text), "{wide} {narrow} {text:?}");
                }
            }
        }
    }
}
