//! Unicode simple case folding (S-140).

use std::cell::RefCell;
use std::collections::HashMap;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// The least code point of all that fold together with this one: equal for two characters iff simple folding makes
/// them equal. The orbits are those of `regex-syntax`, which come from CaseFolding.txt, status C and S.
pub(super) fn fold(c: char) -> char {
    thread_local! {
        static KNOWN: RefCell<HashMap<char, char>> = RefCell::new(HashMap::new());
    }
    if c.is_ascii() {
        // Holds also for the two letters with relatives outside ASCII, Kelvin and long s: their capitals come first.
        return c.to_ascii_uppercase();
    }
    KNOWN.with_borrow_mut(|known| *known.entry(c).or_insert_with(|| orbit(c)[0]))
}

fn orbit(c: char) -> Vec<char> {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    class.case_fold_simple();
    class
        .iter()
        .flat_map(|range| range.start()..=range.end())
        .collect()
}

pub(super) fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

#[test]
fn ascii_short_cut_is_the_orbit() {
    for c in '\0'..='\x7f' {
        assert_eq!(fold(c), orbit(c)[0], "{c:?}");
    }
}

#[test]
fn table_of_the_semantics() {
    for (a, b, equal) in [
        ("ä", "Ä", true),
        ("админ", "АДМИН", true),
        ("ΔΣ", "δσ", true),
        ("σς", "ΣΣ", true),
        ("k", "\u{212a}", true),
        ("s", "\u{17f}", true),
        ("ß", "ẞ", true),
        ("ß", "SS", false),
        ("i", "İ", false),
        ("i", "ı", false),
        ("é", "e\u{301}", false),
    ] {
        assert_eq!(folded(a) == folded(b), equal, "{a} {b}");
    }
}
