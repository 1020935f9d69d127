//! A string value read by the backslash rules (S-161, S-250, S-253), character by character, and written back.
//!
//! `compile` makes patterns of it, `pipeline` rewrites it.

use std::fmt::Write;

/// What stands at one place of a string value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// This character and no other.
    Character(char),
    /// `*`
    Any,
    /// `?`
    One,
    /// `%name%` under `expand`.
    Placeholder(&'t str),
}

/// Reads a value from left to right; with `placeholders`, `%name%` is one and `\%` is a percent sign.
pub(crate) fn tokens(source: &str, placeholders: bool) -> impl Iterator<Item = Token<'_>> {
    let mut rest = source;
    std::iter::from_fn(move || {
        let (token, taken) = next(rest, placeholders)?;
        rest = rest.get(taken..).unwrap_or_default();
        Some(token)
    })
}

/// The first token of `rest`, and how many bytes it takes.
fn next(rest: &str, placeholders: bool) -> Option<(Token<'_>, usize)> {
    let mut characters = rest.chars();
    let first = characters.next()?;
    Some(match (first, characters.next()) {
        ('*', _) => (Token::Any, 1),
        ('?', _) => (Token::One, 1),
        ('\\', Some(escaped @ ('*' | '?' | '\\'))) => (Token::Character(escaped), 2),
        ('\\', Some('%')) if placeholders => (Token::Character('%'), 2),
        ('%', _) if placeholders => match placeholder_name(rest) {
            Some(name) => (Token::Placeholder(name), name.len() + 2),
            None => (Token::Character('%'), 1),
        },
        (other, _) => (Token::Character(other), other.len_utf8()),
    })
}

/// The name of the placeholder at the start of `rest`, which begins with `%`.
pub(crate) fn placeholder_name(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('%')?;
    let end = inner.find(['%', '\\'])?;
    (end > 0 && inner.get(end..)?.starts_with('%'))
        .then(|| inner.get(..end))
        .flatten()
}

/// Writes tokens as a value that reads back to them. A backslash is doubled only where it would escape what follows.
pub(crate) fn write<'t>(tokens: impl IntoIterator<Item = Token<'t>>, placeholders: bool) -> String {
    let mut text = String::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Any => text.push('*'),
            Token::One => text.push('?'),
            Token::Placeholder(name) => {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{name}%");
            }
            Token::Character('\\') => text.push_str(match tokens.peek() {
                Some(Token::Any | Token::One | Token::Placeholder(_)) => r"\\",
                Some(Token::Character('*' | '?' | '\\')) => r"\\",
                Some(Token::Character('%')) if placeholders => r"\\",
                _ => r"\",
            }),
            Token::Character(escaped @ ('*' | '?')) => text.extend(['\\', escaped]),
            Token::Character('%') if placeholders => text.push_str(r"\%"),
            Token::Character(other) => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{tokens, write};

    /// Every text of up to five of the characters that matter.
    #[test]
    fn what_is_written_reads_back() {
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer = texts
                .iter()
                .flat_map(|text| ['\\', '*', '?', '%', 'a'].map(|c| format!("{text}{c}")));
            texts = longer.collect();
            for text in &texts {
                for placeholders in [false, true] {
                    let read: Vec<_> = tokens(text, placeholders).collect();
                    let written = write(read.iter().copied(), placeholders);
                    let again: Vec<_> = tokens(&written, placeholders).collect();
                    assert_eq!(again, read, "{text} was written as {written}");
                }
            }
        }
    }
}
