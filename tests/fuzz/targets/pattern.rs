//! String values and texts: every way of the engine to search for many values at once gives what the plain reference
//! gives for each value alone.

use arbitrary::{Arbitrary, Unstructured};
use serde_json::json;
use sigmatic::{Collection, Rule};

use super::sets::{build, hits, quoted, settings};
use crate::reference::{Reference, Table};

pub(super) fn run(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let items: Vec<&Item> = input
        .items
        .iter()
        .filter(|item| !item.values.is_empty())
        .take(MOST_ITEMS)
        .collect();
    let documents: Vec<String> = items.iter().map(|item| item.document()).collect();
    let loaded = Collection::from_yaml(&documents.join("---\n"));
    let errors: Vec<_> = loaded.errors().collect();
    assert!(errors.is_empty(), "{errors:?}");
    let rules = build(&loaded, &settings(input.settings));
    let reference =
        |rule: &Rule| Reference::compile(rule, &Table::new()).expect("a rule that compiled");
    let references: Vec<Reference> = rules.rules().map(|rule| reference(rule)).collect();
    assert_eq!(references.len(), items.len(), "{:?}", rules.problems());
    let mut scratch = rules.scratch();
    let mut before = String::new();
    for text in input.texts.iter().take(MOST_TEXTS) {
        let text = text.text(&items, &before);
        let event = json!({ "F": text, "G": [before, text] });
        let matching = references
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.matches(&event));
        let expected: Vec<usize> = matching.map(|(index, _)| index).collect();
        assert_eq!(
            hits(&rules, &event, &mut scratch),
            expected,
            "{event}\n{}",
            documents.join("---\n")
        );
        before = text;
    }
}

const MOST_ITEMS: usize = 24;
const MOST_VALUES: usize = 48;
const MOST_TEXTS: usize = 12;
const MOST_BYTES: usize = 1 << 12;
/// Of a value. The reference takes the product of both.
const MOST_VALUE_BYTES: usize = 1 << 8;

#[derive(Debug, Arbitrary)]
struct Input {
    settings: u8,
    items: Vec<Item>,
    texts: Vec<Text>,
}

/// A rule of one item.
#[derive(Debug, Arbitrary)]
struct Item {
    field: Field,
    end: End,
    cased: bool,
    windash: bool,
    all: bool,
    neq: bool,
    values: Vec<Value>,
}

#[derive(Debug, Arbitrary)]
enum Field {
    F,
    G,
    Keyword,
}

#[derive(Debug, Arbitrary)]
enum End {
    None,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Arbitrary)]
struct Value(Vec<Piece>);

/// A piece of a value or of a text.
#[derive(Debug, Arbitrary)]
enum Piece {
    Letter(u8),
    Word(u8),
    Char(char),
    Any,
    One,
    /// In a value, a backslash before it.
    Escaped(u8),
    /// So many of one letter.
    Run(u8, u8),
}

#[derive(Debug, Arbitrary)]
struct Text(Vec<Part>);

#[derive(Debug, Arbitrary)]
enum Part {
    /// What a value stands for, in other letters of the same case orbits.
    Of {
        item: u8,
        value: u8,
        turn: u8,
    },
    Piece(Piece),
    /// The text before this one, with other letters at a place.
    Edited {
        at: u16,
        removed: u8,
        put: Piece,
    },
}

impl Item {
    fn document(&self) -> String {
        let mut key = match self.field {
            Field::F => "F".to_owned(),
            Field::G => "G".to_owned(),
            Field::Keyword => String::new(),
        };
        let end = match self.end {
            End::None => "",
            End::Contains => "|contains",
            End::StartsWith => "|startswith",
            End::EndsWith => "|endswith",
        };
        key += end;
        let flags = [
            (self.cased, "|cased"),
            (self.windash, "|windash"),
            (self.all, "|all"),
            (self.neq, "|neq"),
        ];
        key.extend(
            flags
                .into_iter()
                .filter_map(|(is_set, name)| is_set.then_some(name)),
        );
        let values: Vec<String> = self
            .values
            .iter()
            .take(MOST_VALUES)
            .map(|value| quoted(&value.source()))
            .collect();
        format!(
            "title: r\nlogsource: {{ category: c }}\ndetection: {{ s: {{ {}: [{}] }}, condition: s }}\n",
            quoted(&key),
            values.join(", ")
        )
    }
}

impl Value {
    fn source(&self) -> String {
        let mut source = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Any => source.push('*'),
                Piece::One => source.push('?'),
                Piece::Escaped(letter) => source.extend(['\\', chosen(*letter)]),
                piece => piece.push_to(&mut source, 0),
            }
            if source.len() > MOST_VALUE_BYTES {
                break;
            }
        }
        source
    }
}

impl Piece {
    fn push_to(&self, text: &mut String, turn: u8) {
        match *self {
            Self::Letter(letter) | Self::Escaped(letter) => text.push(turned(chosen(letter), turn)),
            Self::Word(word) => {
                let word = WORDS[usize::from(word) % WORDS.len()];
                text.extend(word.chars().map(|c| turned(c, turn)));
            }
            Self::Char(c) => text.push(turned(c, turn)),
            Self::Run(count, letter) => {
                let c = turned(chosen(letter), turn);
                text.extend(std::iter::repeat_n(c, usize::from(count)));
            }
            Self::One => text.push(chosen(turn)),
            Self::Any => text.push_str(WORDS[usize::from(turn) % WORDS.len()]),
        }
    }
}

impl Text {
    fn text(&self, items: &[&Item], before: &str) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Piece(piece) => piece.push_to(&mut text, 0),
                Part::Edited { at, removed, put } => {
                    let at = usize::from(*at) % (before.chars().count() + 1);
                    text.extend(before.chars().take(at));
                    put.push_to(&mut text, 0);
                    text.extend(before.chars().skip(at + usize::from(*removed)));
                }
                Part::Of { item, value, turn } => {
                    let item = usize::from(*item)
                        .checked_rem(items.len())
                        .map(|item| &items[item].values);
                    let value =
                        item.and_then(|values| values.get(usize::from(*value) % values.len()));
                    let pieces = value.map_or(&[][..], |value| &value.0);
                    pieces
                        .iter()
                        .for_each(|piece| piece.push_to(&mut text, *turn));
                }
            }
            if text.len() > MOST_BYTES {
                break;
            }
        }
        text
    }
}

fn chosen(letter: u8) -> char {
    let letters = ORBITS.iter().flat_map(|orbit| orbit.chars());
    let count = letters.clone().count();
    letters
        .clone()
        .nth(usize::from(letter) % count)
        .unwrap_or('a')
}

/// Another character that folds to the same, by the number of turns.
fn turned(c: char, turn: u8) -> char {
    let orbit = ORBITS.iter().find(|orbit| orbit.contains(c));
    let Some(orbit) = orbit.filter(|_| turn > 0) else {
        return c;
    };
    orbit
        .chars()
        .nth(usize::from(turn) % orbit.chars().count())
        .unwrap_or(c)
}

/// Characters that fold together; those that fold with no other stand alone.
const ORBITS: &[&str] = &[
    "aA",
    "bB",
    "cC",
    "eE",
    "kK\u{212a}",
    "sSſ",
    "σΣς",
    "ßẞ",
    "äÄ",
    "iI",
    "åÅ\u{212b}",
    "µμΜ",
    "θΘϑϴ",
    "ǆǅǄ",
    "İ",
    "ı",
    "*",
    "?",
    "\\",
    "-",
    "/",
    "–",
    "—",
    "―",
    " ",
    "_",
    ".",
    "1",
    "\n",
    "\0",
    "\u{301}",
    "😀",
];

const WORDS: &[&str] = &[
    "",
    "powershell",
    "accepteula",
    r"\system32\",
    ".exe",
    "aaaa",
    "abababab",
    "ſtraſſe",
    " -enc",
    "http://",
    "xy",
    "Ж",
    "reg add",
    "\u{212a}elvin",
    "the quick brown fox jumps over the lazy dog",
    "ǆungla",
];
