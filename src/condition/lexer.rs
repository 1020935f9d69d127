//! Condition text to tokens.

use crate::condition::Fault;
use crate::error::ConditionDetail;

/// A token with the byte at which it starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) offset: usize,
}

/// Splits a condition into parentheses and words. Keywords are words too: only their place tells them apart from
/// names (S-300).
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_separator);
        let offset = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let length = match first {
            '(' | ')' => 1,
            first if is_word(first) => rest.find(|next| !is_word(next)).unwrap_or(rest.len()),
            first => return Err(unexpected(first, offset)),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(Token {
            text: token,
            offset,
        });
        rest = after;
    }
}

/// Spaces, tabs and the ends of lines in block scalars.
fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Characters of names, and the star of patterns.
fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '*')
}

fn unexpected(found: char, offset: usize) -> Fault {
    let detail = match found {
        '|' => ConditionDetail::Pipe,
        found => ConditionDetail::Character { found },
    };
    Fault { detail, offset }
}
