//! Detection items of every kind.

use serde_json::{Value, json};

use super::choices::Choices;
use super::text;
use super::value::{self, Sampled, Scalar};

/// A line of a detection, and scenes made to meet it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Field and modifiers; `None` where a list of keywords has no key.
    pub(crate) key: Option<String>,
    pub(crate) values: Vec<Scalar>,
    pub(crate) scenes: Vec<Scene>,
}

/// Values of fields that may stand in an event together; without a field anywhere.
pub(crate) type Scene = Vec<(Option<String>, Value)>;

const FIELDS: &[&str] = &["F", "G", "H", "a.b", "a", "a.b.c", "x y", "ö"];

type Kind = (
    fn(&mut Choices<'_>) -> Vec<&'static str>,
    fn(&mut Choices<'_>, &[&str]) -> Sampled,
);

/// The common kinds stand several times.
const KINDS: &[Kind] = &[
    (string_modifiers, value::string),
    (string_modifiers, value::string),
    (string_modifiers, value::string),
    (string_modifiers, value::string),
    (encoding_modifiers, value::encoded),
    (|_| Vec::new(), value::number),
    (|c| vec![c.pick(&["lt", "lte", "gt", "gte"])], value::number),
    (|_| Vec::new(), value::boolean),
    (|_| Vec::new(), value::null),
    (|_| vec!["exists"], value::presence),
    (|_| vec!["cidr"], value::network),
    (regex_modifiers, value::regex),
    (regex_modifiers, value::regex),
    (time_modifiers, value::time),
    (expand_modifiers, value::expanded),
];

pub(crate) fn item(choices: &mut Choices<'_>) -> Item {
    match choices.below(20) {
        0..=15 => of_kind(choices.pick(KINDS), choices),
        16..=18 => reference(choices),
        _ => of_kind((any_modifiers, value::any), choices),
    }
}

/// A keyword item with a key (`|all` and its like), or without.
pub(crate) fn keywords(choices: &mut Choices<'_>, with_key: bool) -> Item {
    let kind: Kind = match (with_key, choices.below(10)) {
        (false, 0..=6) => (|_| Vec::new(), value::string),
        (false, 7 | 8) => (|_| Vec::new(), value::number),
        (false, _) => (|_| Vec::new(), value::any),
        (true, 0..=3) => (string_modifiers, value::string),
        (true, 4) => (encoding_modifiers, value::encoded),
        (true, 5 | 6) => (regex_modifiers, value::regex),
        (true, 7) => (|c| vec![c.pick(&["all", "neq"])], value::number),
        (true, 8) => (expand_modifiers, value::expanded),
        (true, _) => (any_modifiers, value::any),
    };
    let mut item = of_kind(kind, choices);
    let modifiers = item
        .key
        .as_deref()
        .and_then(|key| key.split_once('|'))
        .map(|(_, modifiers)| modifiers);
    item.key =
        with_key.then(|| modifiers.map_or_else(String::new, |modifiers| format!("|{modifiers}")));
    for (field, _) in item.scenes.iter_mut().flatten() {
        *field = None;
    }
    item
}

fn of_kind((modifiers, value): Kind, choices: &mut Choices<'_>) -> Item {
    let field = choices.pick(FIELDS);
    let mut modifiers = modifiers(choices);
    let count = choices.pick(&[1, 1, 1, 2, 3]);
    let sampled: Vec<Sampled> = (0..count).map(|_| value(choices, &modifiers)).collect();
    if count > 1 && choices.chance(25) {
        modifiers.push("all");
    }
    if choices.chance(10) {
        modifiers.push("neq");
    }
    let scenes = sampled
        .iter()
        .flat_map(|sampled| &sampled.samples)
        .map(|sample| vec![(Some(field.to_owned()), sample.clone())]);
    // All values at once, for `all`.
    let together = sampled
        .iter()
        .map(|sampled| sampled.samples.first().cloned().unwrap_or_default());
    Item {
        key: Some(key(field, &modifiers)),
        scenes: scenes
            .chain([vec![(Some(field.to_owned()), together.collect())]])
            .collect(),
        values: sampled.into_iter().map(|sampled| sampled.scalar).collect(),
    }
}

fn reference(choices: &mut Choices<'_>) -> Item {
    let (field, other) = (choices.pick(FIELDS), choices.pick(FIELDS));
    let mut modifiers = vec!["fieldref"];
    modifiers.extend(choices.pick(&[
        None,
        None,
        Some("contains"),
        Some("startswith"),
        Some("endswith"),
    ]));
    if choices.chance(10) {
        modifiers.push("neq");
    }
    let part = text::text(choices, 3);
    let whole = format!("{}{part}{}", text::text(choices, 1), text::text(choices, 1));
    let scene = |value: Value, of_other: Value| {
        vec![
            (Some(field.to_owned()), value),
            (Some(other.to_owned()), of_other),
        ]
    };
    Item {
        key: Some(key(field, &modifiers)),
        values: vec![Scalar::Text(other.to_owned())],
        scenes: vec![
            scene(json!(part), json!(part)),
            scene(json!(whole), json!(part)),
            scene(json!([whole, part]), json!(["x", part])),
            scene(json!(5), json!("5")),
            scene(json!(5.0), json!(5)),
            scene(Value::Null, Value::Null),
            scene(json!("*"), json!("ab")),
        ],
    }
}

fn key(field: &str, modifiers: &[&str]) -> String {
    let mut key = field.to_owned();
    for modifier in modifiers {
        key.push('|');
        key.push_str(modifier);
    }
    key
}

fn string_modifiers(choices: &mut Choices<'_>) -> Vec<&'static str> {
    let sets: &[&[&str]] = &[
        &[],
        &["contains"],
        &["startswith"],
        &["endswith"],
        &["contains"],
        &["cased"],
        &["contains", "cased"],
        &["windash"],
        &["windash", "contains"],
        &["contains", "windash"],
        &["startswith", "endswith"],
        &["cased", "windash", "endswith"],
        &["cased", "startswith"],
        &["windash", "cased"],
    ];
    choices.pick(sets).to_vec()
}

fn encoding_modifiers(choices: &mut Choices<'_>) -> Vec<&'static str> {
    let sets: &[&[&str]] = &[
        &["base64"],
        &["base64", "contains"],
        &["base64offset", "contains"],
        &["base64offset"],
        &["wide"],
        &["wide", "base64"],
        &["utf16le", "base64offset", "contains"],
        &["utf16be", "base64", "cased"],
        &["utf16", "base64"],
        &["utf16", "contains"],
        &["utf16be"],
        &["base64", "wide"],
        &["windash", "base64"],
        &["windash", "wide", "base64offset", "contains"],
        &["cased", "base64", "endswith"],
        &["base64", "base64"],
    ];
    choices.pick(sets).to_vec()
}

fn regex_modifiers(choices: &mut Choices<'_>) -> Vec<&'static str> {
    let mut modifiers = vec!["re"];
    for flag in [
        "i",
        "m",
        "s",
        "contains",
        "startswith",
        "endswith",
        "expand",
        "ignorecase",
    ] {
        if choices.chance(12) {
            modifiers.push(flag);
        }
    }
    modifiers
}

fn time_modifiers(choices: &mut Choices<'_>) -> Vec<&'static str> {
    let part = choices.pick(&["minute", "hour", "day", "week", "month", "year"]);
    let comparison = choices.pick(&[None, None, Some("lt"), Some("lte"), Some("gt"), Some("gte")]);
    [part].into_iter().chain(comparison).collect()
}

fn expand_modifiers(choices: &mut Choices<'_>) -> Vec<&'static str> {
    let sets: &[&[&str]] = &[
        &["expand"],
        &["contains", "expand"],
        &["expand", "contains"],
        &["expand", "cased"],
        &["windash", "expand"],
        &["expand", "windash"],
        &["expand", "base64"],
        &["startswith", "expand"],
    ];
    choices.pick(sets).to_vec()
}

/// Anything in any order; most of it is an error, and both sides must say so.
fn any_modifiers(choices: &mut Choices<'_>) -> Vec<&'static str> {
    let all: Vec<&'static str> = sigmatic::rule::Modifier::ALL_MODIFIERS
        .iter()
        .map(|modifier| modifier.name())
        .collect();
    let count = choices.below(4);
    let mut modifiers: Vec<&'static str> = (0..count).map(|_| choices.pick(&all)).collect();
    if is_unspecified(&modifiers) {
        modifiers.clear();
    }
    modifiers
}

/// What the semantics leave open, so that two readings may differ.
pub(crate) fn is_unspecified(modifiers: &[&str]) -> bool {
    let place = |name| modifiers.iter().position(|modifier| *modifier == name);
    let is_encoding = |modifier: &&str| {
        matches!(
            *modifier,
            "base64" | "base64offset" | "wide" | "utf16" | "utf16be"
        )
    };
    // Named at the end of the semantics.
    let cased_reference = place("cased").is_some() && place("fieldref").is_some();
    // Whether a placeholder inside an encoded value is still one.
    let expanded_encoding =
        place("expand").is_some_and(|expand| modifiers[..expand].iter().any(is_encoding));
    // What field is named by UTF-16 bytes, or by a name with dash positions.
    let is_no_name = |modifier: &&str| is_encoding(modifier) || *modifier == "windash";
    let encoded_reference =
        place("fieldref").is_some_and(|reference| modifiers[..reference].iter().any(is_no_name));
    // What the characters of bytes are that come of characters outside ASCII.
    let is_utf16 = |modifier: &&&str| matches!(**modifier, "wide" | "utf16" | "utf16be");
    let encoded_twice = modifiers.iter().filter(is_utf16).count() > 1;
    cased_reference || expanded_encoding || encoded_reference || encoded_twice
}
