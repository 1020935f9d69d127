//! Texts that a pattern is likely to match.
//!
//! A walk over the tree takes for each part the plainest text there is. Positions (`^`, `\b`) are passed over, so a text
//! may fail them: whoever asks tries it.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Repetition};

/// Appends a text for the tree; `turn` chooses among alternatives. False if there is none, or it grows too long.
///
/// Recursion: as deep as the tree, which `translate` bounds.
pub(super) fn append(hir: &Hir, turn: usize, out: &mut String) -> bool {
    if out.len() > LONGEST {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => {
                out.push_str(text);
                true
            }
            Err(_) => false,
        },
        HirKind::Class(Class::Unicode(class)) => match plainest(class, turn) {
            Some(c) => {
                out.push(c);
                true
            }
            None => false,
        },
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => repeat(repetition, turn, out),
        HirKind::Capture(capture) => append(&capture.sub, turn, out),
        HirKind::Concat(parts) => parts.iter().all(|part| append(part, turn, out)),
        HirKind::Alternation(branches) => branches
            .get(turn % branches.len().max(1))
            .is_some_and(|branch| append(branch, turn, out)),
    }
}

/// As often as it must be, or once more in odd turns, so that texts differ.
fn repeat(repetition: &Repetition, turn: usize, out: &mut String) -> bool {
    let most = repetition.max.unwrap_or(u32::MAX);
    let count = (repetition.min + u32::from(turn % 2 == 1)).min(most);
    (0..count).all(|_| append(&repetition.sub, turn, out))
}

/// A letter or digit if the class has one, else a visible character, else its first.
fn plainest(class: &ClassUnicode, turn: usize) -> Option<char> {
    const LIKED: [&str; 3] = ["abcxyz019", " -_./:\\=\"'", "~!#$%&()*+,;<>?@[]^`{|}"];
    let holds = |c: char| {
        class
            .iter()
            .any(|range| range.start() <= c && c <= range.end())
    };
    let liked: Vec<char> = LIKED
        .iter()
        .flat_map(|group| group.chars())
        .filter(|c| holds(*c))
        .collect();
    let first = || class.iter().next().map(|range| range.start());
    liked.get(turn % liked.len().max(1)).copied().or_else(first)
}

/// In bytes.
const LONGEST: usize = 4096;
