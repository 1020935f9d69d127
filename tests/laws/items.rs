//! Laws of detection items: values, lists and modifiers (chapters 3 to 9 of the semantics).

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::generate::{self, Choices, GeneratedRule, Item, Scalar};
use crate::laws::Relation::{Implies, Same};
use crate::laws::{Claim, Relation, Side, events, holds};

const NAMES: [&str; 3] = ["sel_a", "sel_b", "sel_c"];

/// S-094: a list is OR over its values; with `all` it is AND; `neq` negates the whole (S-185, S-211).
#[test]
fn a_list_is_its_values_linked() {
    holds("list", 500, |choices| {
        let item = generate::item(choices);
        let whole = GeneratedRule::new(vec![("sel_a", vec![vec![item.clone()]])], "sel_a");
        let (is_all, is_negated) = (item.has("all"), item.has("neq"));
        let values = item.values.iter().zip(NAMES);
        let parts = values.map(|(value, name)| {
            let mut single = item.without("all").without("neq");
            single.values = vec![value.clone()];
            (name, vec![vec![single]])
        });
        let quantifier = if is_all { "all of sel_*" } else { "1 of sel_*" };
        let condition = match is_negated {
            true => format!("not {quantifier}"),
            false => quantifier.to_owned(),
        };
        let split = GeneratedRule::new(parts.collect(), &condition);
        claim(&whole, Same, &split, choices)
    });
}

/// S-183, S-185.
#[test]
fn all_of_one_is_that_one() {
    changed_item("all of one", Same, |mut item, _| {
        item.values.truncate(1);
        let plain = item.without("all");
        (plain.with("all"), plain)
    });
}

#[test]
fn order_and_repetition_of_values_do_not_matter() {
    changed_item("values", Same, |item, choices| {
        let mut other = item.clone();
        other.values.reverse();
        if choices.chance(50) {
            other.values.push(item.values[0].clone());
        }
        (item, other)
    });
}

/// S-211.
#[test]
fn neq_is_not() {
    holds("neq", 300, |choices| {
        let item = generate::item(choices).without("neq");
        let negated = GeneratedRule::new(vec![("sel_a", vec![vec![item.with("neq")]])], "sel_a");
        let plain = GeneratedRule::new(vec![("sel_a", vec![vec![item]])], "not sel_a");
        claim(&negated, Same, &plain, choices)
    });
}

/// S-091.
#[test]
fn maps_are_and_lists_of_maps_are_or() {
    for (name, condition) in [("and", "all of sel_*"), ("or", "1 of sel_*")] {
        holds(name, 300, |choices| {
            let mut items = vec![generate::item(choices)];
            let next = generate::item(choices);
            if next.key != items[0].key {
                items.push(next);
            }
            let separate = { NAMES.into_iter().zip(items.clone()) }
                .map(|(name, item)| (name, vec![vec![item]]));
            let separate = GeneratedRule::new(separate.collect(), condition);
            let maps = match name {
                "and" => vec![items],
                _ => items.into_iter().map(|item| vec![item]).collect(),
            };
            let together = GeneratedRule::new(vec![("sel_a", maps)], "sel_a");
            claim(&together, Same, &separate, choices)
        });
    }
}

/// Fewer alternatives match less, fewer demands match more.
#[test]
fn fewer_values() {
    for all in [false, true] {
        changed_item("fewer values", Implies, |item, _| {
            let item = item.without("neq").without("all");
            let item = if all { item.with("all") } else { item };
            let mut fewer = item.clone();
            fewer.values.truncate(1);
            if all { (item, fewer) } else { (fewer, item) }
        });
    }
}

/// S-205: `cased` demands more. With every modifier that makes or takes strings.
#[test]
fn cased_implies_uncased() {
    holds("cased", 500, |choices| {
        let modifiers = choices.pick(&[
            "",
            "|contains",
            "|startswith",
            "|endswith",
            "|windash",
            "|windash|contains",
            "|base64",
            "|base64offset|contains",
            "|wide",
        ]);
        let text = if modifiers.contains("64") || modifiers.contains("wide") {
            Text::ascii(choices)
        } else {
            Text::any(choices)
        };
        let samples = text.samples(choices);
        let left = item(&format!("F{modifiers}|cased"), &text.source(), samples);
        let right = left.without("cased");
        claim(&one(left), Implies, &one(right), choices)
    });
}

/// What equals starts and ends with, and what starts or ends with contains (S-200 to S-202).
#[test]
fn ends_of_a_text_are_in_it() {
    for (left, relation, right) in [
        ("F", Implies, "F|startswith"),
        ("F", Implies, "F|endswith"),
        ("F|startswith", Implies, "F|contains"),
        ("F|endswith", Implies, "F|contains"),
        ("F|startswith|endswith", Same, "F|contains"),
        ("F|contains|contains", Same, "F|contains"),
        ("F|cased|contains", Same, "F|contains|cased"),
        ("F|contains|windash", Same, "F|windash|contains"),
        ("F|cased|startswith", Implies, "F|cased|contains"),
        ("F|startswith", Implies, "''"),
    ] {
        holds(&format!("{left} {right}"), 150, |choices| {
            let text = Text::any(choices);
            let samples = text.samples(choices);
            let right = right.trim_matches('\'');
            let (left, right) = (
                item(left, &text.source(), samples.clone()),
                item(right, &text.source(), samples),
            );
            claim(&one(left), relation, &one(right), choices)
        });
    }
}

/// `contains` of a part follows from `contains` of the whole; so for starts and ends.
#[test]
fn parts_of_a_text_are_in_it() {
    for (modifier, from, to) in [
        ("contains", true, true),
        ("startswith", false, true),
        ("endswith", true, false),
    ] {
        holds(modifier, 300, |choices| {
            let text = Text::any(choices);
            let samples = text.samples(choices);
            let (first, last) = (choices.below(2), choices.below(2));
            let mut part = text.clone();
            if to {
                part.0.truncate((text.0.len() - last).max(1));
            }
            if from {
                part.0.drain(..first.min(part.0.len() - 1));
            }
            let key = format!("F|{modifier}");
            let left = item(&key, &text.source(), samples.clone());
            let right = item(&key, &part.source(), samples);
            claim(&one(left), Implies, &one(right), choices)
        });
    }
}

/// S-209: the dash that was written is one of those allowed.
#[test]
fn windash_allows_more() {
    for modifier in ["", "|contains", "|cased|startswith"] {
        holds("windash", 150, |choices| {
            let mut text = Text::any(choices);
            text.0.push(Piece::literal(choices.pick(&['-', '/', '–'])));
            text.0.push(Piece::literal('a'));
            let samples = text.samples(choices);
            let left = item(&format!("F{modifier}"), &text.source(), samples);
            let right = left.with("windash");
            claim(&one(left), Implies, &one(right), choices)
        });
    }
}

/// A regular expression of a text, every character escaped, is `contains|cased`; with `i` it is `contains` (S-220,
/// S-221, S-140).
#[test]
fn regex_of_a_text_contains_it() {
    for (regex, string) in [("F|re", "F|contains|cased"), ("F|re|i", "F|contains")] {
        holds(regex, 300, |choices| {
            let mut text = Text::any(choices);
            text.0.retain(|piece| !piece.is_wildcard);
            let mut pattern = String::new();
            for c in text.0.iter().flat_map(|piece| piece.sample.chars()) {
                write!(pattern, "\\x{{{:x}}}", u32::from(c)).expect("writing to a string");
            }
            let samples = text.samples(choices);
            let left = item(regex, &pattern, samples.clone());
            let right = item(string, &text.source(), samples);
            claim(&one(left), Same, &one(right), choices)
        });
    }
}

/// Ways to say that some leaf has a text, that a field is there, and that it has no value.
#[test]
fn ways_to_say_the_same_of_a_field() {
    let items: &[(&str, &str, &str, &str)] = &[
        ("F: '*'", "sel_a", "F|contains: ''", "sel_a"),
        ("F: '*'", "sel_a", "F|re: ''", "sel_a"),
        ("F: '*'", "sel_a", "F|fieldref: F", "sel_a"),
        ("F: '**'", "sel_a", "F|endswith: '*'", "sel_a"),
        ("F: '?*'", "sel_a", "F|re|s: '.'", "sel_a"),
        ("F: ''", "sel_a", "F|re: '\\A\\z'", "sel_a"),
        ("F: ''", "sel_a", "F|cased: ''", "sel_a"),
        ("F|exists: true", "sel_a", "F|exists: false", "not sel_a"),
        ("F: null", "sel_a", "F|neq: null", "not sel_a"),
        ("F: null", "sel_a", "F: []", "sel_a"),
        ("F: true", "sel_a", "F: 'true'", "sel_a"),
        ("F: 5", "sel_a", "F: '5'", "sel_a"),
        (
            "F|gte: 5",
            "sel_a",
            "{ F|gt: 5 }, { F|gte: 5, F|lte: 5 }",
            "sel_a",
        ),
        (
            "F|cidr: 10.0.0.0/8",
            "sel_a",
            "F|cidr: [10.0.0.0/9, 10.128.0.0/9]",
            "sel_a",
        ),
        ("F|fieldref: G", "sel_a", "G|fieldref: F", "sel_a"),
        (
            "F|fieldref|startswith: G",
            "sel_a",
            "{ F|fieldref|startswith: G, F|fieldref|contains: G }",
            "sel_a",
        ),
    ];
    for (left, left_condition, right, right_condition) in items {
        holds(&format!("{left} = {right}"), 120, |choices| {
            let events: Vec<Value> = (0..8)
                .map(|_| {
                    let event =
                        json!({ "F": value_of_field(choices), "G": value_of_field(choices) });
                    without_some(event, choices)
                })
                .collect();
            let side = |item: &str, condition: &str| {
                let item = if item.starts_with('{') {
                    item.to_owned()
                } else {
                    format!("{{ {item} }}")
                };
                let text = format!(
                    "title: rule\nlogsource: {{ category: test }}\ndetection:\n  sel_a: [{item}]\n  condition: {condition}\n"
                );
                Side::of(&text, &events)
            };
            Claim::new(
                side(left, left_condition),
                Same,
                side(right, right_condition),
            )
        });
    }
}

/// S-230, S-240, S-245: a narrower range lies in the wider one.
#[test]
fn ranges_lie_in_ranges() {
    for (left, right) in [
        ("F|gt: 5", "F|gte: 5"),
        ("F|gt: 5", "F|gt: 4"),
        ("F|lt: 5", "F|lte: 5"),
        ("F|lt: 5", "F|lt: 5.5"),
        ("F: 5", "F|gte: 5"),
        ("F: 5", "F|lte: 5"),
        ("F|hour: 14", "F|hour|gte: 14"),
        ("F|cidr: 10.0.0.0/16", "F|cidr: 10.0.0.0/8"),
        ("F|cidr: 10.0.0.1", "F|cidr: 10.0.0.0/30"),
        ("F|cidr: 'fe80::/64'", "F|cidr: 'fe80::/10'"),
        ("F|base64|contains: abc", "F|base64offset|contains: abc"),
        ("F|re: a+b", "F|re: a*b"),
        ("F|re: '^ab$'", "F|re|m: '^ab$'"),
        ("F|re: 'a.b'", "F|re|s: 'a.b'"),
        ("F|fieldref: G", "F|fieldref|contains: G"),
        ("F|fieldref: G", "F|exists: true"),
        ("F: 'a?b'", "F: 'a*b'"),
    ] {
        holds(&format!("{left} in {right}"), 120, |choices| {
            let samples = json!([
                5,
                "5",
                6,
                4,
                "5.0",
                -1,
                5.25,
                "6e0",
                "2024-07-10T14:30:00Z",
                "2024-07-10T15:30:00Z",
                "10.0.0.1",
                "10.0.9.9",
                "10.9.9.9",
                "::ffff:10.0.0.1",
                "fe80::1",
                "fe90::1",
                "YWJj",
                "xYWJjx",
                "hYmNk",
                "ab",
                "aab",
                "b",
                "xab",
                "ab\nc",
                "a\nb",
                "axb",
                "5",
                "a\nab\nb"
            ]);
            let samples = samples.as_array().expect("a list").clone();
            let picked = |choices: &mut Choices<'_>| samples[choices.below(samples.len())].clone();
            let events: Vec<Value> = (0..20)
                .map(|_| {
                    let value = picked(choices);
                    let other = if choices.chance(60) {
                        value.clone()
                    } else {
                        picked(choices)
                    };
                    let event = json!({ "F": [picked(choices), value], "G": other });
                    without_some(event, choices)
                })
                .collect();
            let side = |item: &str| {
                let text = format!(
                    "title: rule\nlogsource: {{ category: test }}\ndetection: {{ sel_a: {{ {item} }}, condition: sel_a }}\n"
                );
                Side::of(&text, &events)
            };
            Claim::new(side(left), Implies, side(right))
        });
    }
}

/// S-170, S-171: a keyword is `contains` of some field; in an event of one flat field, of that one.
#[test]
fn keywords_are_in_some_field() {
    holds("keyword", 300, |choices| {
        let text = Text::any(choices);
        let field = item("F|contains", &text.source(), text.samples(choices));
        let keyword = Item {
            key: Some("|contains".to_owned()),
            ..field.clone()
        };
        let events: Vec<Value> = events(&one(field.clone()), choices)
            .into_iter()
            .map(|event| json!({ "F": flat(event.get("F").unwrap_or(&Value::Null)) }))
            .collect();
        let (left, right) = (one(field), one(keyword));
        Claim::new(
            Side::rule(&left, &events),
            Same,
            Side::rule(&right, &events),
        )
    });
}

/// A value whose maps are gone, since these are leaves of fields but not of keywords.
fn flat(value: &Value) -> Value {
    match value {
        Value::Object(_) => Value::Null,
        Value::Array(values) => values.iter().map(flat).collect(),
        other => other.clone(),
    }
}

fn value_of_field(choices: &mut Choices<'_>) -> Value {
    let samples = json!([
        null, "", "", ["b", ""], "a", "5", 5, 5.0, 4, 6.5, true, "TRUE", "true", false, [], [[]], [null], {}, ["a", null], "\n", "10.1.2.3",
        "10.200.0.1", "11.0.0.1", ["x", "10.0.0.0"], "ab", "A", {"x": "a"}, [5, "a"], 0, "falſe"
    ]);
    let samples = samples.as_array().expect("a list");
    samples[choices.below(samples.len())].clone()
}

fn without_some(mut event: Value, choices: &mut Choices<'_>) -> Value {
    if let (true, Some(map)) = (choices.chance(20), event.as_object_mut()) {
        map.remove(choices.pick(&["F", "G"]));
    }
    event
}

/// A law between two forms of one generated item.
fn changed_item(
    name: &str,
    relation: Relation,
    change: impl Fn(Item, &mut Choices<'_>) -> (Item, Item),
) {
    holds(name, 300, |choices| {
        let (left, right) = change(generate::item(choices), choices);
        claim(&one(left), relation, &one(right), choices)
    });
}

fn claim(
    left: &GeneratedRule,
    relation: Relation,
    right: &GeneratedRule,
    choices: &mut Choices<'_>,
) -> Claim {
    let mut made = events(left, choices);
    made.extend(events(right, choices));
    Claim::new(Side::rule(left, &made), relation, Side::rule(right, &made))
}

fn one(item: Item) -> GeneratedRule {
    GeneratedRule::new(vec![("sel_a", vec![vec![item]])], "sel_a")
}

/// An item with one string, and values of its field that were made for it.
fn item(key: &str, source: &str, samples: Vec<String>) -> Item {
    let scene = |sample: String| vec![(Some("F".to_owned()), json!(sample))];
    Item {
        key: Some(key.to_owned()),
        values: vec![Scalar::Text(source.to_owned())],
        scenes: samples.into_iter().map(scene).collect(),
    }
}

impl Item {
    fn has(&self, modifier: &str) -> bool {
        let mut modifiers = self.key.iter().flat_map(|key| key.split('|').skip(1));
        modifiers.any(|name| name == modifier)
    }

    fn with(&self, modifier: &str) -> Self {
        let mut with = self.clone();
        with.key = with.key.map(|key| format!("{key}|{modifier}"));
        with
    }

    /// Without modifiers; one that needs one of them needs no value either.
    fn without(&self, modifier: &str) -> Self {
        let mut without = self.clone();
        without.key = self.key.as_ref().map(|key| {
            let names = key.split('|').filter(|name| *name != modifier);
            names.collect::<Vec<_>>().join("|")
        });
        without
    }
}

/// A string value in pieces, each of which may be cut off.
#[derive(Clone, Debug)]
struct Text(Vec<Piece>);

#[derive(Clone, Debug)]
struct Piece {
    source: String,
    sample: String,
    is_wildcard: bool,
}

impl Piece {
    fn literal(c: char) -> Self {
        Self {
            source: match c {
                '*' | '?' | '\\' => format!("\\{c}"),
                _ => c.to_string(),
            },
            sample: c.to_string(),
            is_wildcard: false,
        }
    }

    fn wildcard(source: &str, sample: &str) -> Self {
        Self {
            source: source.to_owned(),
            sample: sample.to_owned(),
            is_wildcard: true,
        }
    }
}

impl Text {
    fn any(choices: &mut Choices<'_>) -> Self {
        let piece = |choices: &mut Choices<'_>| match choices.below(10) {
            8 => Piece::wildcard("*", choices.pick(&["", "x", "b c"])),
            9 => Piece::wildcard("?", choices.pick(&["x", "ä", "\n"])),
            _ => Piece::literal(generate::character(choices)),
        };
        Self((0..2 + choices.below(6)).map(|_| piece(choices)).collect())
    }

    fn ascii(choices: &mut Choices<'_>) -> Self {
        let letter =
            |choices: &mut Choices<'_>| Piece::literal(choices.pick(&['a', 'B', '-', '7']));
        Self((0..2 + choices.below(6)).map(|_| letter(choices)).collect())
    }

    fn source(&self) -> String {
        self.0.iter().map(|piece| piece.source.as_str()).collect()
    }

    /// Texts that the value matches, whole or as a part, and what the encodings make of ASCII.
    fn samples(&self, choices: &mut Choices<'_>) -> Vec<String> {
        use base64::Engine as _;
        let whole: String = self.0.iter().map(|piece| piece.sample.as_str()).collect();
        let (before, after) = (
            choices.pick(&["", "x", "ab "]),
            choices.pick(&["", "y", " z"]),
        );
        let encoded = base64::engine::general_purpose::STANDARD.encode(&whole);
        let wide = whole.chars().flat_map(|c| [c, '\0']).collect();
        vec![
            format!("{before}{whole}"),
            format!("{whole}{after}"),
            format!("{before}{whole}{after}"),
            whole,
            encoded,
            wide,
        ]
    }
}
