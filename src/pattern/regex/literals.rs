//! Which literals a matching text must hold.
//!
//! A walk over the tree finds, for each part, either all the texts it matches (if they are few and short) or
//! the best set of texts of which one must occur. In a sequence, neighbours of the first kind are joined, and
//! the best set wins; of alternatives, each must give a set, and the union counts. Positions match the empty
//! text.

use std::cmp::Reverse;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Repetition};

/// A set of folded texts of which every matching text, folded, holds at least one.
pub(super) fn required(hir: &Hir, fold: &dyn Fn(char) -> char) -> Option<Vec<String>> {
    let Literals { exact, required } = Walk { fold }.literals(hir);
    better(exact.and_then(useful), required)
}

struct Walk<'f> {
    fold: &'f dyn Fn(char) -> char,
}

/// What is known of a part of the pattern. Texts are folded.
#[derive(Clone, Debug, Default)]
struct Literals {
    /// All texts that it matches, or more.
    exact: Option<Vec<String>>,
    /// Texts of which one occurs in every text it matches.
    required: Option<Vec<String>>,
}

impl Walk<'_> {
    /// Recursion: as deep as the tree, which `translate` bounds.
    fn literals(&self, hir: &Hir) -> Literals {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Literals::exactly(vec![String::new()]),
            HirKind::Literal(literal) => self.literal(&literal.0),
            HirKind::Class(Class::Unicode(class)) => self.class(class),
            // Only the class that matches nothing is written in bytes; no need to be clever about it.
            HirKind::Class(Class::Bytes(_)) => Literals::default(),
            HirKind::Repetition(repetition) => self.repetition(repetition),
            HirKind::Capture(capture) => self.literals(&capture.sub),
            HirKind::Concat(parts) => self.sequence(parts),
            HirKind::Alternation(branches) => self.alternation(branches),
        }
    }

    fn literal(&self, bytes: &[u8]) -> Literals {
        match std::str::from_utf8(bytes) {
            Ok(text) => Literals::exactly(vec![text.chars().map(self.fold).collect()]),
            Err(_) => Literals::default(),
        }
    }

    /// A small class is a choice of characters; often they fold to one.
    fn class(&self, class: &ClassUnicode) -> Literals {
        const MOST: usize = 32;
        let members: usize = class.iter().map(|range| range.len()).sum();
        if members > MOST {
            return Literals::default();
        }
        let characters = class.iter().flat_map(|range| range.start()..=range.end());
        Literals::exactly(distinct(
            characters.map(|c| (self.fold)(c).to_string()).collect(),
        ))
    }

    fn repetition(&self, repetition: &Repetition) -> Literals {
        let Repetition { min, max, sub, .. } = repetition;
        match (min, max) {
            (0, Some(1)) => {
                let mut optional = self.literals(sub);
                optional.required = None;
                if let Some(exact) = &mut optional.exact {
                    exact.push(String::new());
                }
                optional
            }
            (0, _) => Literals::default(),
            _ => in_a_row(&self.literals(sub), *min, *max),
        }
    }

    fn sequence(&self, parts: &[Hir]) -> Literals {
        let mut sequence = Sequence::default();
        for part in parts {
            sequence.push(self.literals(part));
        }
        sequence.finish()
    }

    fn alternation(&self, branches: &[Hir]) -> Literals {
        let mut exact = Some(Vec::new());
        let mut required = Some(Vec::new());
        for branch in branches {
            let found = self.literals(branch);
            exact = union(exact, found.exact.clone());
            required = union(
                required,
                better(found.exact.and_then(useful), found.required),
            );
        }
        Literals { exact, required }
    }
}

impl Literals {
    fn exactly(texts: Vec<String>) -> Self {
        Self {
            exact: Some(texts),
            required: None,
        }
    }
}

/// A part `min` times, and then maybe more.
fn in_a_row(part: &Literals, min: u32, max: Option<u32>) -> Literals {
    let copies = min.min(MOST_COPIES);
    let mut sequence = Sequence::default();
    for _ in 0..copies {
        sequence.push(part.clone());
    }
    let mut row = sequence.finish();
    if max != Some(copies) {
        row.required = better(row.exact.take().and_then(useful), row.required);
    }
    row
}

/// A sequence while its parts come in.
#[derive(Debug)]
struct Sequence {
    /// The texts that the last parts match, one after the other.
    run: Vec<String>,
    /// The text that those of these parts match that come after the last choice.
    tail: String,
    /// Whether these are all parts.
    whole: bool,
    required: Option<Vec<String>>,
}

impl Default for Sequence {
    fn default() -> Self {
        Self {
            run: vec![String::new()],
            tail: String::new(),
            whole: true,
            required: None,
        }
    }
}

impl Sequence {
    fn push(&mut self, part: Literals) {
        self.consider(part.required);
        let Some(texts) = part.exact else {
            self.end_run();
            return;
        };
        // Joined, texts get longer but also more: `C:\Windows` alone is better than after each kind of white
        // space.
        match texts.as_slice() {
            [only] => self.tail.push_str(only),
            _ => {
                self.end_tail();
                self.consider(useful(self.run.clone()));
                self.consider(useful(texts.clone()));
            }
        }
        match product(&self.run, &texts) {
            Some(run) => self.run = run,
            None => {
                self.end_run();
                self.run = texts;
            }
        }
    }

    fn consider(&mut self, texts: Option<Vec<String>>) {
        self.required = better(self.required.take(), texts);
    }

    fn end_tail(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        self.consider(useful(vec![tail]));
    }

    fn end_run(&mut self) {
        let run = std::mem::replace(&mut self.run, vec![String::new()]);
        self.end_tail();
        self.consider(useful(run));
        self.whole = false;
    }

    fn finish(mut self) -> Literals {
        let exact = self.whole.then(|| self.run.clone());
        self.end_run();
        Literals {
            exact,
            required: self.required,
        }
    }
}

/// Each of the first followed by each of the second, if that is not too much.
fn product(first: &[String], second: &[String]) -> Option<Vec<String>> {
    let longest = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or(0);
    if first.len() * second.len() > MOST_TEXTS || longest(first) + longest(second) > MOST_BYTES {
        return None;
    }
    let joined = first
        .iter()
        .flat_map(|a| second.iter().map(move |b| format!("{a}{b}")));
    Some(distinct(joined.collect()))
}

fn union(first: Option<Vec<String>>, second: Option<Vec<String>>) -> Option<Vec<String>> {
    let mut all = first?;
    all.extend(second?);
    let all = distinct(all);
    (all.len() <= MOST_TEXTS).then_some(all)
}

fn distinct(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The set without texts that hold another of it; `None` if one is too short to be worth looking for.
fn useful(mut texts: Vec<String>) -> Option<Vec<String>> {
    texts.sort_by_key(String::len);
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !kept.iter().any(|shorter| text.contains(shorter.as_str())) {
            kept.push(text);
        }
    }
    let most = match shortest(&kept) {
        0 | 1 => 0,
        2 => MOST_SHORT_TEXTS,
        _ => MOST_TEXTS,
    };
    (!kept.is_empty() && kept.len() <= most).then_some(kept)
}

/// The set that fewer texts will hold, as far as one can tell.
fn better(first: Option<Vec<String>>, second: Option<Vec<String>>) -> Option<Vec<String>> {
    match (first, second) {
        (Some(first), Some(second)) => Some(match worth(&second) > worth(&first) {
            true => second,
            false => first,
        }),
        (first, second) => first.or(second),
    }
}

/// Each character makes a text rarer, up to a point, and each doubling of the number of texts makes a hit
/// more common.
fn worth(texts: &[String]) -> (i64, Reverse<usize>, usize) {
    const LONG: usize = 6;
    const BITS_OF_A_CHARACTER: i64 = 4;
    let shortest = shortest(texts);
    let rarity = BITS_OF_A_CHARACTER * shortest.min(LONG) as i64;
    let doublings = i64::from(texts.len().max(1).ilog2());
    (rarity - doublings, Reverse(texts.len()), shortest)
}

fn shortest(texts: &[String]) -> usize {
    texts
        .iter()
        .map(|text| text.chars().count())
        .min()
        .unwrap_or(0)
}

/// More would fill an automaton for little.
const MOST_TEXTS: usize = 64;
/// Texts of two characters occur in many values; single characters, in nearly all.
const MOST_SHORT_TEXTS: usize = 4;
/// Bytes of one text.
const MOST_BYTES: usize = 256;
/// Copies of a repeated part that are joined.
const MOST_COPIES: u32 = 16;
