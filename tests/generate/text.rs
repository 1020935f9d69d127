//! Texts: pieces of string values, and what an event may have in their place.

use super::choices::Choices;

/// Characters that fold together; every one is as likely as the plain letters, since here the differences lie.
const CASE_GROUPS: &[&str] = &[
    "aA",
    "bB",
    "kK\u{212a}",
    "sSſ",
    "σΣς",
    "ßẞ",
    "äÄ",
    "iI",
    "åÅ\u{212b}",
    "µμΜ",
    "дД",
    "ǆǅǄ",
    "θΘϑϴ",
    "İ",
    "ı",
];

const SINGLES: &[char] = &[
    ' ', '.', '\\', '-', '/', '_', '%', '*', '?', '"', '1', '0', '\n', '–', '—', '―', '😀', '٣',
    '\u{301}', '\0',
];

/// A character: mostly a letter.
pub(crate) fn character(choices: &mut Choices<'_>) -> char {
    if choices.chance(35) {
        return choices.pick(SINGLES);
    }
    let group: Vec<char> = choices.pick(CASE_GROUPS).chars().collect();
    choices.pick(&group)
}

pub(crate) fn text(choices: &mut Choices<'_>, most: usize) -> String {
    let length = choices.below(most + 1);
    (0..length).map(|_| character(choices)).collect()
}

/// The same text to whoever ignores case.
pub(crate) fn in_other_case(text: &str, choices: &mut Choices<'_>) -> String {
    text.chars()
        .map(
            |c| match CASE_GROUPS.iter().find(|group| group.contains(c)) {
                Some(group) if choices.chance(30) => {
                    choices.pick(&group.chars().collect::<Vec<_>>())
                }
                _ => c,
            },
        )
        .collect()
}

/// One character more, less, or another.
pub(crate) fn edited(text: &str, choices: &mut Choices<'_>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let place = choices.below(characters.len() + 1);
    match choices.below(3) {
        0 => characters.insert(place, character(choices)),
        1 if place < characters.len() => {
            characters.remove(place);
        }
        _ if place < characters.len() => characters[place] = character(choices),
        _ => {}
    }
    characters.into_iter().collect()
}

/// A string value and a text that it was made to match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// As it stands in the rule, before YAML quotes it.
    pub(crate) source: String,
    pub(crate) sample: String,
}

/// A string value of a few pieces: characters, escaped or not, wildcards, dashes before words.
pub(crate) fn written(choices: &mut Choices<'_>, wildcards: bool) -> Written {
    let mut written = Written::default();
    for _ in 0..=choices.below(5) {
        match choices.below(20) {
            0..=13 => literal(character(choices), choices, &mut written),
            14 | 15 if wildcards => {
                written.source.push('*');
                written.sample.push_str(&text(choices, 3));
            }
            16 if wildcards => {
                written.source.push('?');
                written.sample.push(character(choices));
            }
            _ => {
                let dashes = ['-', '/', '–', '—', '―'];
                written.source.push(choices.pick(&dashes));
                written.sample.push(choices.pick(&dashes));
                literal('a', choices, &mut written);
            }
        }
    }
    // A backslash at the end or before a star would say something else; doubled it does not.
    written
}

/// A character that stands for itself, spelled in one of the ways there are.
fn literal(c: char, choices: &mut Choices<'_>, written: &mut Written) {
    match c {
        '*' | '?' | '\\' => written.source.extend(['\\', c]),
        // A backslash before anything else is one, too.
        _ if choices.chance(4) && c != '%' => {
            written.source.extend(['\\', c]);
            written.sample.push('\\');
        }
        _ => written.source.push(c),
    }
    written.sample.push(c);
}
