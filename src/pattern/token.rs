//! A number as a separate token in a text (S-173).

use memchr::memmem;

/// Whether `text` contains the number text `token` on its own: not preceded by a letter, digit, `_` or `.`, not
/// followed by a letter, digit or `_`, nor by `.` and a digit (ASCII).
#[expect(clippy::indexing_slicing, reason = "occurrences lie in the text")]
pub(crate) fn contains_number_token(text: &str, token: &str) -> bool {
    let text = text.as_bytes();
    // Occurrences that overlap an earlier one need no look: they are preceded by a digit, `.` or letter of it, as
    // only the first character of a number text can be something else (`-`).
    memmem::find_iter(text, token)
        .any(|start| may_precede(&text[..start]) && may_follow(&text[start + token.len()..]))
}

fn may_precede(before: &[u8]) -> bool {
    !before
        .last()
        .is_some_and(|&byte| is_word(byte) || byte == b'.')
}

fn may_follow(after: &[u8]) -> bool {
    match after {
        [b'.', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !is_word(*next),
        [] => true,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_alone() {
        for text in [
            "0", "a 0 b", "a1=\"0\"", "-0", "0.", "ä0ä", "10 0", "0.x", "00 0",
        ] {
            assert!(contains_number_token(text, "0"), "{text}");
        }
        for text in ["100", "1.0", "x0", "0x", "0_", "_0", "0.5", ".0", "", "00"] {
            assert!(!contains_number_token(text, "0"), "{text}");
        }
        assert!(contains_number_token("=-5;", "-5"));
        assert!(!contains_number_token("3-5", "-5"));
        assert!(!contains_number_token("1.1.1", "1.1"));
    }
}
