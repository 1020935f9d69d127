//! Why an engine answers otherwise than Sigma's semantics ask for, told by itself.
//!
//! A class of differences is a *repair*: another spelling of rule and event that by the semantics says the same, and in
//! which the engine's peculiarity has nothing to bite on. A difference is of a class if it vanishes in that spelling: our
//! answer stays, and the other engine gives it, too. What no repair explains, one after the other or up to three
//! together, is unexplained.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use serde_yaml::Value as Yaml;

/// One kind of difference.
#[derive(Debug)]
pub struct Class {
    /// The requirement that the engine reads otherwise.
    pub number: &'static str,
    pub what: &'static str,
    repair: fn(&Spelling) -> Vec<Spelling>,
}

/// A rule and an event.
#[derive(Clone, Debug)]
pub struct Spelling {
    pub rule: Yaml,
    pub event: Value,
}

/// Whether an engine finds that a rule matches; `None` if it does not load it.
pub type Verdict<'a> = &'a mut dyn FnMut(&str, &Value) -> Option<bool>;

/// All kinds that are known.
pub const CLASSES: &[Class] = &[
    Class {
        number: "S-171",
        what: "keywords are compared with whole values",
        repair: keywords_with_stars,
    },
    Class {
        number: "S-130",
        what: "`null` asks for a field that is there",
        repair: missing_as_null,
    },
    Class {
        number: "S-124",
        what: "a number in the rule does not equal its text in the event",
        repair: texts_as_numbers,
    },
    Class {
        number: "S-125",
        what: "a boolean in the rule does not equal its text in the event",
        repair: texts_as_booleans,
    },
    Class {
        number: "S-114",
        what: "a list is no value",
        repair: lists_as_elements,
    },
    Class {
        number: "S-221",
        what: "flags of regular expressions are not known",
        repair: flags_inside,
    },
    Class {
        number: "S-120",
        what: "a float with an integral value is no integer",
        repair: floats_as_integers,
    },
    Class {
        number: "S-140",
        what: "case is ignored by lower case, not by folding",
        repair: folded,
    },
    Class {
        number: "S-133",
        what: "null matches the empty string and `*`",
        repair: null_as_missing,
    },
];

/// The numbers of the classes that together explain a difference, smallest number of them first; `None` if none do.
pub fn explain(
    spelling: &Spelling,
    expected: bool,
    ours: Verdict<'_>,
    theirs: Verdict<'_>,
) -> Option<Vec<&'static str>> {
    for size in 1..=3 {
        let found = explain_by(size, CLASSES, spelling, expected, ours, theirs);
        if found.is_some() {
            return found;
        }
    }
    None
}

fn explain_by(
    size: usize,
    classes: &[Class],
    spelling: &Spelling,
    expected: bool,
    ours: Verdict<'_>,
    theirs: Verdict<'_>,
) -> Option<Vec<&'static str>> {
    if size == 0 {
        let text = serde_yaml::to_string(&spelling.rule).ok()?;
        let is_equal = theirs(&text, &spelling.event) == Some(expected)
            && ours(&text, &spelling.event) == Some(expected);
        return is_equal.then(Vec::new);
    }
    classes.iter().enumerate().find_map(|(place, class)| {
        (class.repair)(spelling).iter().find_map(|repaired| {
            let rest = &classes[place + 1..];
            let mut numbers = explain_by(size - 1, rest, repaired, expected, ours, theirs)?;
            numbers.insert(0, class.number);
            Some(numbers)
        })
    })
}

/// How often each reason, or set of reasons, was met.
#[derive(Debug, Default)]
pub struct Counts {
    pub by_reason: BTreeMap<String, usize>,
    pub unexplained: Vec<String>,
}

impl Counts {
    pub fn add(&mut self, numbers: Option<Vec<&'static str>>, otherwise: impl FnOnce() -> String) {
        match numbers {
            Some(numbers) => *self.by_reason.entry(numbers.join(" and ")).or_default() += 1,
            None => self.unexplained.push(otherwise()),
        }
    }

    pub fn total(&self) -> usize {
        self.by_reason.values().sum::<usize>() + self.unexplained.len()
    }

    pub fn print(&self, name: &str) {
        println!("{name}: {} differences", self.total());
        for (numbers, count) in &self.by_reason {
            println!("  {count} by {numbers}");
        }
        println!("  {} unexplained", self.unexplained.len());
        for one in self.unexplained.iter().take(20) {
            println!("    {one}");
        }
        let known: BTreeSet<&str> = { self.by_reason.keys() }
            .flat_map(|numbers| numbers.split(" and "))
            .collect();
        for class in CLASSES.iter().filter(|class| known.contains(class.number)) {
            println!("  {}: {}", class.number, class.what);
        }
    }
}

/// S-171: `word` as a keyword is `*word*` of a whole value.
fn keywords_with_stars(spelling: &Spelling) -> Vec<Spelling> {
    let star = |value: &mut Yaml| {
        if let Some(text) = text_of(value) {
            *value = Yaml::String(format!("*{text}*"));
        }
    };
    changed_rule(spelling, |name, identifier| {
        if let Yaml::Sequence(values) = identifier {
            let is_keywords = values.iter().all(|value| text_of(value).is_some());
            if is_keywords && name != "condition" {
                values.iter_mut().for_each(star);
            }
        }
    })
}

fn text_of(value: &Yaml) -> Option<String> {
    match value {
        Yaml::String(text) => Some(text.clone()),
        Yaml::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// S-221: a flag after `re` is `(?i)` in the pattern.
fn flags_inside(spelling: &Spelling) -> Vec<Spelling> {
    changed_rule(spelling, |_, identifier| flags_inside_of(identifier))
}

fn flags_inside_of(value: &mut Yaml) {
    match value {
        Yaml::Sequence(values) => values.iter_mut().for_each(flags_inside_of),
        Yaml::Mapping(map) => {
            let entries = std::mem::take(map);
            for (key, mut value) in entries {
                let plain = key.as_str().and_then(|key| key.strip_suffix("|i"));
                let key = match plain {
                    Some(plain) if plain.ends_with("|re") => {
                        let patterns = match &mut value {
                            Yaml::Sequence(patterns) => patterns.iter_mut().collect(),
                            one => vec![one],
                        };
                        for pattern in patterns {
                            *pattern =
                                format!("(?i){}", pattern.as_str().unwrap_or_default()).into();
                        }
                        Yaml::String(plain.to_owned())
                    }
                    _ => key,
                };
                map.insert(key, value);
            }
        }
        _ => {}
    }
}

/// The rule with each search identifier changed.
fn changed_rule(spelling: &Spelling, mut change: impl FnMut(&str, &mut Yaml)) -> Vec<Spelling> {
    let mut changed = spelling.clone();
    let detection = changed.rule.get_mut("detection");
    for (name, identifier) in detection
        .and_then(Yaml::as_mapping_mut)
        .into_iter()
        .flatten()
    {
        change(name.as_str().unwrap_or_default(), identifier);
    }
    match changed.rule == spelling.rule {
        true => Vec::new(),
        false => vec![changed],
    }
}

/// S-130: to a null test a missing field is one that is null. Only the fields that are tested so.
fn missing_as_null(spelling: &Spelling) -> Vec<Spelling> {
    let mut fields = BTreeSet::new();
    collect_null_fields(spelling.rule.get("detection"), &mut fields);
    changed_event(spelling, |event| {
        for field in &fields {
            if !event.contains_key(field) {
                event.insert(field.clone(), Value::Null);
            }
        }
    })
}

fn collect_null_fields(value: Option<&Yaml>, fields: &mut BTreeSet<String>) {
    match value {
        Some(Yaml::Sequence(values)) => {
            values
                .iter()
                .for_each(|value| collect_null_fields(Some(value), fields));
        }
        Some(Yaml::Mapping(map)) => {
            for (key, value) in map {
                let is_null = |value: &Yaml| value.is_null();
                let holds_null = value
                    .as_sequence()
                    .is_some_and(|values| values.iter().any(is_null));
                if is_null(value) || holds_null {
                    let key = key.as_str().unwrap_or_default();
                    fields.extend(key.split('|').next().map(str::to_owned));
                }
                collect_null_fields(Some(value), fields);
            }
        }
        _ => {}
    }
}

/// S-133: null matches no value, so it might as well be missing.
fn null_as_missing(spelling: &Spelling) -> Vec<Spelling> {
    changed_event(spelling, |event| event.retain(|_, value| !value.is_null()))
}

/// S-124: a number equals its canonical text.
fn texts_as_numbers(spelling: &Spelling) -> Vec<Spelling> {
    changed_values(spelling, |value| match value.as_str() {
        Some(text) => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => json!(number),
            _ => value.clone(),
        },
        None => value.clone(),
    })
}

/// S-120: a float with an integral value is that integer.
fn floats_as_integers(spelling: &Spelling) -> Vec<Spelling> {
    changed_values(spelling, |value| match value.as_f64() {
        Some(number) if value.is_f64() && number.fract() == 0.0 && number.abs() < 1e15 => {
            json!(number as i64)
        }
        _ => value.clone(),
    })
}

/// S-140: the letters whose lower case is not what they fold to.
fn folded(spelling: &Spelling) -> Vec<Spelling> {
    changed_values(spelling, |value| match value.as_str() {
        Some(text) => json!(
            text.replace('ſ', "s")
                .replace('\u{212a}', "k")
                .replace('ς', "σ")
        ),
        None => value.clone(),
    })
}

/// S-125: a boolean equals its text in any case.
fn texts_as_booleans(spelling: &Spelling) -> Vec<Spelling> {
    changed_values(spelling, |value| match value.as_str() {
        Some(text) if text.eq_ignore_ascii_case("true") => json!(true),
        Some(text) if text.eq_ignore_ascii_case("false") => json!(false),
        _ => value.clone(),
    })
}

/// S-114: what one element of a list passes, the list passes. One spelling for each element of the longest list.
fn lists_as_elements(spelling: &Spelling) -> Vec<Spelling> {
    let lists = { spelling.event.as_object() }
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_array);
    let longest = lists.map(Vec::len).max().unwrap_or(0);
    (0..longest.min(64))
        .flat_map(|place| {
            changed_event(spelling, |event| {
                for value in event.values_mut() {
                    if let Value::Array(elements) = value {
                        *value = elements
                            .get(place)
                            .or(elements.first())
                            .cloned()
                            .unwrap_or_default();
                    }
                }
            })
        })
        .collect()
}

fn changed_event(
    spelling: &Spelling,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Vec<Spelling> {
    let mut changed = spelling.clone();
    if let Some(event) = changed.event.as_object_mut() {
        change(event);
    }
    match changed.event == spelling.event {
        true => Vec::new(),
        false => vec![changed],
    }
}

/// Changes values everywhere, and then, one field at a time, as some rules ask for one field in two ways.
fn changed_values(spelling: &Spelling, change: impl Fn(&Value) -> Value) -> Vec<Spelling> {
    let everywhere = changed_event(spelling, |event| {
        event
            .values_mut()
            .for_each(|value| change_scalars(value, &change));
    });
    if everywhere.is_empty() {
        return everywhere;
    }
    let names = spelling.event.as_object().into_iter().flat_map(Map::keys);
    let single = names.flat_map(|name| {
        changed_event(spelling, |event| {
            if let Some(value) = event.get_mut(name) {
                change_scalars(value, &change);
            }
        })
    });
    everywhere.iter().cloned().chain(single).collect()
}

fn change_scalars(value: &mut Value, change: &impl Fn(&Value) -> Value) {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| change_scalars(value, change)),
        Value::Object(map) => map
            .values_mut()
            .for_each(|value| change_scalars(value, change)),
        scalar => *scalar = change(scalar),
    }
}
