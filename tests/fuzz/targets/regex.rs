//! A regular expression and texts: it is accepted, and found, as the dialect of the reference says.
//!
//! Input: a byte of flags, then the pattern and texts, with NUL between them.

use serde_json::json;
use sigmatic::error::ErrorKind;
use sigmatic::{Collection, Settings};

use super::sets::{build, hits, lines, quoted};
use super::text;
use crate::reference::{Reference, Table};

pub(super) fn run(data: &[u8]) {
    let Some((flags, rest)) = data.split_first() else {
        return;
    };
    let rest = text(rest);
    let mut parts = rest.split('\0');
    let pattern = parts.next().unwrap_or_default();
    let document = format!(
        "title: r\nlogsource: {{ category: c }}\ndetection: {{ s: {{ {}: {} }}, condition: s }}\n",
        quoted(&key(*flags)),
        quoted(pattern)
    );
    let loaded = Collection::from_yaml(&document);
    let rule = loaded.rules().next();
    let rule = rule.unwrap_or_else(|| panic!("{:?}", loaded.problems()));
    let set = build(&loaded, &Settings::default());
    if set
        .problems()
        .iter()
        .any(|it| it.error().kind() == ErrorKind::Limit)
    {
        return;
    }
    let reference = match Reference::compile(rule, &Table::new()) {
        // A limit of the reference's own, and half a surrogate pair, which it cannot say.
        Err(error) if error.contains("size limit") || names_surrogate(&error) => return,
        reference => reference,
    };
    // Which scripts there are stands in a table of the engine's; `regex` knows more, and other names for them.
    let lines = lines(set.problems());
    if lines.iter().any(|line| line.contains("Unicode class")) {
        return;
    }
    let accepted = !set.is_empty();
    let rejected = reference.as_ref().err();
    assert_eq!(
        accepted,
        reference.is_ok(),
        "{pattern}: {:?}, the reference says {rejected:?}",
        set.problems()
    );
    let Ok(reference) = reference else {
        return;
    };
    let mut scratch = set.scratch();
    for text in parts.take(MOST_TEXTS).chain([pattern, ""]) {
        let event = json!({ "F": text });
        let found = !hits(&set, &event, &mut scratch).is_empty();
        assert_eq!(found, reference.matches(&event), "{pattern} in {text:?}");
    }
}

/// `F|re`, and what the bits say.
fn key(flags: u8) -> String {
    let modifiers = ["i", "m", "s", "startswith", "endswith", "contains"];
    let chosen = modifiers
        .iter()
        .enumerate()
        .filter(|(bit, _)| flags >> bit & 1 == 1);
    chosen.fold("F|re".to_owned(), |key, (_, name)| format!("{key}|{name}"))
}

fn names_surrogate(error: &str) -> bool {
    let digits = error
        .split_once("no character '\\x")
        .map(|(_, rest)| rest.trim_end_matches('\''));
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    error.ends_with("no property 'Cs'")
        || number.is_some_and(|number| (0xd800..0xe000).contains(&number))
}

const MOST_TEXTS: usize = 16;
