//! Unicode simple case folding (S-140, S-141).

/// The representative of all characters that differ from `c` only in case: CaseFolding.txt, status C and S.
///
/// Context-free, one character for one character. `K` (Kelvin) is `k` and `ſ` is `s`, so the representative of
/// everything that equals an ASCII letter is the ASCII small letter; `İ` and `ı` stand for themselves.
pub(crate) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    unicode_case_mapping::case_folded(c)
        .and_then(|folded| char::from_u32(folded.get()))
        .unwrap_or(c)
}

/// Appends the folded `text` to `out`. The number of characters stays; the number of bytes may not.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    let mut rest = text;
    // Texts of logs are ASCII but for a character here and there, and all of ASCII runs over vectors.
    while let Some(at) = first_beyond_ascii(rest.as_bytes()) {
        let (ascii, others) = rest.split_at(at);
        push_lower_case(ascii, out);
        let mut others = others.chars();
        out.extend(others.next().map(fold_char));
        rest = others.as_str();
    }
    push_lower_case(rest, out);
}

/// Bytes that are looked at before the first branch.
const BLOCK: usize = 32;

fn first_beyond_ascii(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(block) = bytes.get(start..).and_then(<[u8]>::first_chunk::<64>) {
        if !block.is_ascii() {
            break;
        }
        start += block.len();
    }
    let rest = bytes.get(start..).unwrap_or_default();
    // The last block overlaps those before, which saves the loop for single bytes.
    if bytes.last_chunk::<64>().is_some_and(|last| last.is_ascii()) && rest.len() < 64 {
        return None;
    }
    let position = rest.iter().position(|byte| !byte.is_ascii());
    position.map(|at| start + at)
}

fn push_lower_case(ascii: &str, out: &mut String) {
    let start = out.len();
    out.push_str(ascii);
    // The last block overlaps the one before, which changes nothing and saves the loop for single bytes.
    let whole = ascii.len() / BLOCK * BLOCK;
    let last = ascii.len().checked_sub(BLOCK);
    for part in [start..start + whole, start + last.unwrap_or(0)..out.len()] {
        if let Some(pushed) = out.get_mut(part) {
            pushed.make_ascii_lowercase();
        }
    }
}

/// Whether folding would change nothing. May say no for a text outside of ASCII that is folded already.
pub(crate) fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first_chunk::<16>(), bytes.last_chunk::<BLOCK>()) {
        (_, Some(last)) => {
            let mut blocks = bytes.chunks_exact(BLOCK);
            blocks.all(|block| block.first_chunk::<BLOCK>().is_some_and(are_folded))
                && are_folded(last)
        }
        (Some(first), None) => {
            are_folded(first) && bytes.last_chunk::<16>().is_some_and(are_folded)
        }
        (None, None) => bytes.iter().all(|byte| is_unchanged(*byte)),
    }
}

/// No early end, so that the loop runs over vectors.
#[inline]
fn are_folded<const LENGTH: usize>(block: &[u8; LENGTH]) -> bool {
    let changed = |byte: &u8| u8::from(!is_unchanged(*byte));
    block.iter().fold(0, |other, byte| other | changed(byte)) == 0
}

#[inline]
fn is_unchanged(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_uppercase()
}

/// The folded `text`.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::new();
    fold_into(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

    use super::*;

    /// regex-syntax has its own copy of the table: two characters are equal here if and only if they are there.
    #[test]
    fn agrees_with_simple_fold_classes() {
        for c in '\u{2_0000}'..=char::MAX {
            assert_eq!(fold_char(c), c, "no letter with case there");
        }
        for c in '\0'..'\u{2_0000}' {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            class
                .try_case_fold_simple()
                .expect("the tables are compiled in");
            let orbit: Vec<char> = class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .collect();
            assert!(
                orbit.contains(&fold_char(c)),
                "{c:?} folds to {:?}, outside {orbit:?}",
                fold_char(c)
            );
            for other in orbit {
                assert_eq!(fold_char(other), fold_char(c), "{other:?} and {c:?}");
            }
            assert_eq!(fold_char(fold_char(c)), fold_char(c), "{c:?}");
        }
    }

    #[test]
    fn ascii_represents_its_class() {
        for c in ('\0'..=char::MAX).filter(|&c| fold_char(c).is_ascii()) {
            assert_eq!(fold_char(c), fold_char(c).to_ascii_lowercase());
        }
        assert_eq!(fold("KſKS"), "ksks");
        assert_eq!(fold("İıI"), "İıi");
    }

    #[test]
    fn appends_and_keeps_the_number_of_characters() {
        let mut out = String::from("x");
        fold_into("ΔΣς ẞ\0É😀", &mut out);
        assert_eq!(out, "xδσσ ß\0é😀");
        assert_eq!(fold("ȺȾ").chars().count(), 2);
    }

    #[test]
    fn every_byte_counts_at_every_length() {
        for length in 0..100 {
            for changed in 0..length {
                for other in ["A", "Z", "É", "[", "@", "{"] {
                    let text = format!("{}{other}{}", "a".repeat(changed), "z".repeat(length));
                    assert_eq!(fold(&text), text.chars().map(fold_char).collect::<String>());
                    assert_eq!(is_folded(&text), fold(&text) == text, "{text}");
                }
            }
        }
    }
}
