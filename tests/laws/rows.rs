//! Laws of events in a row: what a scratch remembers of earlier events changes nothing (S-564).
//!
//! Long texts that differ little from the last one at their place are where remembering goes deepest, and where
//! generated events, which are short, do not get.

use serde_json::{Value, json};
use sigmatic::{Collection, PatternSearch, RuleSet, Settings};

use crate::generate::{self, Choices};
use crate::shared::is_full_run;

/// For every way of searching: the same answers with one scratch for all events as with a fresh one for each.
#[test]
fn earlier_texts_do_not_matter() {
    let (mut asked, mut matched) = (0, 0);
    for seed in 0..if is_full_run() { 2_000 } else { 90 } {
        let numbers = generate::numbers(seed, 20_000);
        let choices = &mut Choices::new(&numbers);
        let texts = row(choices);
        let rules = rules(&texts, choices);
        let events: Vec<Value> = texts.iter().map(|text| event(text, choices)).collect();
        for search in PatternSearch::ALL {
            let set = built(&rules, search, choices.chance(20));
            let mut kept = set.scratch();
            for (place, event) in events.iter().enumerate() {
                let titles = |scratch: &mut _| -> Vec<&str> {
                    { set.matches(event, scratch) }
                        .map(|hit| hit.rule().title())
                        .collect()
                };
                let (found, expected) = (titles(&mut kept), titles(&mut set.scratch()));
                assert_eq!(
                    found, expected,
                    "seed {seed}, {search:?}, event {place} of {events:#?}\n{rules}"
                );
                asked += set.len();
                matched += found.len();
            }
        }
    }
    assert!(
        (5..=95).contains(&(matched * 100 / asked)),
        "{matched} of {asked}"
    );
}

fn built(rules: &str, search: PatternSearch, every_gate: bool) -> RuleSet {
    let mut settings = Settings::default();
    settings.search = search;
    if every_gate {
        settings.gate_rules = 1;
    }
    let collection = Collection::from_yaml(rules);
    let mut errors = collection
        .problems()
        .iter()
        .filter(|problem| problem.is_error());
    assert!(errors.next().is_none(), "{rules}");
    let builder = RuleSet::builder().collection(&collection);
    builder.settings(settings).build().expect("a set")
}

/// Texts of a few hundred bytes, each of which differs from the last in a place or two.
fn row(choices: &mut Choices<'_>) -> Vec<Vec<char>> {
    let length = 90 + choices.below(300);
    let mut text: Vec<char> = (0..length).map(|_| letter(choices)).collect();
    // With one byte a character, places in the text are multiples of what it is compared by.
    if choices.chance(50) {
        text.iter_mut()
            .filter(|c| !c.is_ascii())
            .for_each(|c| *c = 'd');
    }
    let mut texts = vec![text.clone()];
    for _ in 0..12 {
        for _ in 0..=choices.below(2) {
            edit(&mut text, choices);
        }
        texts.push(text.clone());
    }
    texts
}

/// Few letters, so that pieces come again, and some whose case is longer or shorter in bytes.
fn letter(choices: &mut Choices<'_>) -> char {
    choices.pick(&[
        'a', 'b', 'c', 'A', 'B', ' ', '\\', 'a', 'b', 'c', 'é', 'ſ', '\u{212a}', 'ẞ', 'İ', '😀',
    ])
}

fn edit(text: &mut Vec<char>, choices: &mut Choices<'_>) {
    let start = aligned(choices.below(text.len()), choices);
    let end = (start + choices.below(20)).min(text.len());
    let new: Vec<char> = (0..choices.below(20)).map(|_| letter(choices)).collect();
    match choices.below(8) {
        0 => text.extend(new),
        1 => text.truncate(text.len() - (end - start).min(text.len() / 2)),
        2 => drop(text.splice(0..0, new)),
        3 => drop(text.drain(start..end)),
        // Other case alone: the same to whoever ignores it.
        4 => text[start..end]
            .iter_mut()
            .for_each(|c| *c = other_case(*c)),
        5 => {}
        _ => drop(text.splice(start..end, new)),
    }
    if text.is_empty() {
        text.push('a');
    }
}

/// Texts are compared in blocks of 32 bytes: where one begins, what is searched again does.
fn aligned(place: usize, choices: &mut Choices<'_>) -> usize {
    if choices.chance(50) {
        place - place % 32
    } else {
        place
    }
}

fn other_case(c: char) -> char {
    match c {
        'a' => 'A',
        'b' => 'B',
        'A' => 'a',
        'B' => 'b',
        'ſ' => 's',
        'é' => 'É',
        'ẞ' => 'ß',
        other => other,
    }
}

/// Rules for pieces of the texts, in every shape that patterns have.
fn rules(texts: &[Vec<char>], choices: &mut Choices<'_>) -> String {
    // What is searched again depends on the longest piece, so that all are as long now and then.
    let lengths: &[usize] = match choices.below(3) {
        0 => &[1, 2, 3, 4, 6, 9, 16, 30],
        1 => &[4],
        _ => &[8, 7],
    };
    let rule = |number: usize| {
        let text = &texts[choices.below(texts.len())];
        let length = choices.pick(lengths);
        let end = aligned(choices.below(text.len()), choices) + 1;
        let start = end.saturating_sub(length);
        let piece: String = { text[start..].iter().take(length) }.collect();
        let piece = piece.replace('\\', "\\\\");
        let middle = piece.chars().count() / 2;
        let wild: String = { piece.chars().enumerate() }
            .map(|(place, c)| if place == middle { '?' } else { c })
            .collect();
        let (modifiers, value) = match choices.below(12) {
            0 => ("", format!("*{piece}*{}", &piece)),
            1 => ("|contains", wild.replace("\\?", "?")),
            2 => ("|startswith", piece),
            3 => ("|endswith", piece),
            4 => ("|contains|cased", piece),
            5 => ("|endswith|cased", piece),
            6 => ("", text.iter().collect::<String>().replace('\\', "\\\\")),
            _ => ("|contains", piece),
        };
        let field = choices.pick(&["F", "F", "F", "G", ""]);
        format!(
            "title: rule {number}\nlogsource: {{ category: test }}\ndetection: {{ s: {{ '{field}{modifiers}': '{value}' }}, condition: s }}\n"
        )
    };
    let rules: Vec<String> = (0..40).map(rule).collect();
    rules.join("---\n")
}

fn event(text: &[char], choices: &mut Choices<'_>) -> Value {
    let text: String = text.iter().collect();
    match choices.below(10) {
        0 => json!({ "F": [text, "short"], "G": "abc" }),
        1 => json!({ "G": text, "F": "abc" }),
        2 => json!({ "F": "short" }),
        _ => json!({ "F": text, "G": "b" }),
    }
}
