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
    // Lower-casing runs over vectors, and texts of logs are ASCII but for a character here and there.
    if text.is_ascii() {
        push_lower_case(text, out);
        return;
    }
    for block in text.split_inclusive(|c: char| !c.is_ascii()) {
        let other = block.chars().next_back().filter(|c| !c.is_ascii());
        let ascii = block.len() - other.map_or(0, char::len_utf8);
        push_lower_case(block.get(..ascii).unwrap_or(block), out);
        out.extend(other.map(fold_char));
    }
}

/// Bytes that are looked at before the first branch.
const BLOCK: usize = 128;

fn push_lower_case(ascii: &str, out: &mut String) {
    let start = out.len();
    out.push_str(ascii);
    if let Some(pushed) = out.get_mut(start..) {
        pushed.make_ascii_lowercase();
    }
}

/// Whether folding would change nothing. May say no for a text outside of ASCII that is folded already.
pub(crate) fn is_folded(text: &str) -> bool {
    // No early end inside of a block, so that the loop runs over vectors.
    text.as_bytes().chunks(BLOCK).all(|block| {
        block.iter().fold(0, |other, byte| {
            other | (byte & 0x80) | u8::from(byte.is_ascii_uppercase())
        }) == 0
    })
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
}
