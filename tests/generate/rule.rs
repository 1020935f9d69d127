//! Whole rules: search identifiers, and conditions over them.

use std::fmt::Write;

use sigmatic::condition::Selector;

use super::choices::Choices;
use super::item::{self, Item, Scene};
use super::value::Scalar;

#[derive(Clone, Debug)]
pub(crate) struct GeneratedRule {
    identifiers: Vec<(&'static str, Definition)>,
    conditions: Vec<String>,
}

/// What a search identifier stands for (S-091).
#[derive(Clone, Debug)]
enum Definition {
    All(Vec<Item>),
    Any(Vec<Self>),
    Keywords(Item),
}

const NAMES: &[&str] = &["sel_a", "sel_b", "filter_main", "filter_x", "_hidden"];
const PATTERNS: &[&str] = &[
    "them", "sel_*", "filter*", "*a*", "_*", "sel_a", "*", "*_x", "none*",
];

pub(crate) fn rule(choices: &mut Choices<'_>) -> GeneratedRule {
    let count = choices.pick(&[1, 1, 2, 2, 3]);
    let skipped = choices.below(NAMES.len() - 2);
    let identifiers: Vec<_> = NAMES[skipped..]
        .iter()
        .take(count)
        .map(|name| (*name, definition(choices, 2)))
        .collect();
    let names: Vec<&str> = identifiers.iter().map(|(name, _)| *name).collect();
    let count = choices.pick(&[1, 1, 1, 1, 2]);
    let conditions = (0..count).map(|_| condition(choices, &names, 3)).collect();
    GeneratedRule {
        identifiers,
        conditions,
    }
}

/// A rule of so many search identifiers, the first of `sel_a`, `sel_b` and `filter_main`, under the first as condition.
pub(crate) fn identifiers(choices: &mut Choices<'_>, count: usize) -> GeneratedRule {
    let identifiers = NAMES.iter().take(count);
    GeneratedRule {
        identifiers: identifiers
            .map(|name| (*name, definition(choices, 2)))
            .collect(),
        conditions: vec![NAMES[0].to_owned()],
    }
}

impl GeneratedRule {
    /// A rule whose search identifiers are lists of maps; where there is one map, it stands alone.
    pub(crate) fn new(identifiers: Vec<(&'static str, Vec<Vec<Item>>)>, condition: &str) -> Self {
        let definition = |mut maps: Vec<Vec<Item>>| match maps.len() {
            1 => Definition::All(maps.remove(0)),
            _ => Definition::Any(maps.into_iter().map(Definition::All).collect()),
        };
        let identifiers = identifiers.into_iter();
        Self {
            identifiers: identifiers
                .map(|(name, maps)| (name, definition(maps)))
                .collect(),
            conditions: vec![condition.to_owned()],
        }
    }

    /// The same search identifiers under other conditions.
    pub(crate) fn with_conditions(&self, conditions: &[&str]) -> Self {
        Self {
            identifiers: self.identifiers.clone(),
            conditions: conditions
                .iter()
                .map(|&condition| condition.to_owned())
                .collect(),
        }
    }

    /// The same with identifiers, maps, items and values in the opposite order.
    pub(crate) fn reversed(&self) -> Self {
        let mut reversed = self.clone();
        reversed.identifiers.reverse();
        reversed.conditions.reverse();
        let definitions = reversed.identifiers.iter_mut();
        definitions.for_each(|(_, definition)| definition.reverse());
        reversed
    }

    /// The same with one more search identifier.
    pub(crate) fn and_identifier(&self, name: &'static str, items: Vec<Item>) -> Self {
        let mut more = self.clone();
        more.identifiers.push((name, Definition::All(items)));
        more
    }

    /// A rule that differs from this one here and there, so that one of the two often matches more.
    pub(crate) fn relative(&self, choices: &mut Choices<'_>) -> Self {
        let mut other = self.clone();
        for (_, definition) in &mut other.identifiers {
            if choices.chance(50) {
                definition.change(choices);
            }
        }
        if choices.chance(40) {
            let names: Vec<&str> = other.identifiers.iter().map(|(name, _)| *name).collect();
            other.conditions = vec![condition(choices, &names, 3)];
        }
        other
    }
}

impl Definition {
    fn reverse(&mut self) {
        match self {
            Self::All(items) => {
                items.reverse();
                items.iter_mut().for_each(|item| item.values.reverse());
            }
            Self::Any(parts) => {
                parts.reverse();
                parts.iter_mut().for_each(Self::reverse);
            }
            Self::Keywords(item) => item.values.reverse(),
        }
    }

    fn change(&mut self, choices: &mut Choices<'_>) {
        match self {
            Self::All(items) if items.len() > 1 && choices.chance(50) => {
                items.remove(choices.below(items.len()));
            }
            Self::All(items) => {
                let place = choices.below(items.len());
                items[place].change(choices);
            }
            Self::Any(parts) if parts.len() > 1 && choices.chance(50) => {
                parts.remove(choices.below(parts.len()));
            }
            Self::Any(parts) => {
                let place = choices.below(parts.len());
                parts[place].change(choices);
            }
            Self::Keywords(item) => item.change(choices),
        }
    }
}

impl Item {
    /// Other modifiers, fewer values, or other texts.
    fn change(&mut self, choices: &mut Choices<'_>) {
        match choices.below(4) {
            0 if self.values.len() > 1 => {
                self.values.remove(choices.below(self.values.len()));
            }
            1 => {
                let place = choices.below(self.values.len());
                if let Scalar::Text(text) = &mut self.values[place] {
                    match choices.below(3) {
                        0 => text.push('a'),
                        1 => text.insert(0, 'b'),
                        _ => text.insert(0, '*'),
                    }
                }
            }
            _ => {
                let modifier =
                    choices.pick(&["contains", "startswith", "endswith", "all", "neq", "cased"]);
                if let Some(key) = &mut self.key {
                    let without = key.replace(&format!("|{modifier}"), "");
                    if without == *key {
                        *key += &format!("|{modifier}");
                    } else {
                        *key = without;
                    }
                }
            }
        }
    }
}

fn definition(choices: &mut Choices<'_>, depth: usize) -> Definition {
    match choices.below(12) {
        9 => Definition::Keywords(item::keywords(choices, false)),
        10 => Definition::All(vec![item::keywords(choices, true)]),
        11 if depth > 0 => Definition::Any(
            (0..=choices.below(3))
                .map(|_| definition(choices, depth - 1))
                .collect(),
        ),
        _ => Definition::All(items(choices)),
    }
}

/// Items of one map, whose keys must differ (S-004).
fn items(choices: &mut Choices<'_>) -> Vec<Item> {
    let count = choices.pick(&[1, 1, 2, 2, 3]);
    let mut items: Vec<Item> = Vec::new();
    for _ in 0..count {
        let item = item::item(choices);
        if !items.iter().any(|other| other.key == item.key) {
            items.push(item);
        }
    }
    items
}

fn condition(choices: &mut Choices<'_>, names: &[&str], depth: usize) -> String {
    let deeper = |choices: &mut Choices<'_>| condition(choices, names, depth - 1);
    match choices.below(16) {
        8 | 9 if depth > 0 => format!("not {}", operand(choices, names)),
        10 | 11 if depth > 0 => format!("{} and {}", deeper(choices), deeper(choices)),
        12 if depth > 0 => format!("{} or {}", deeper(choices), deeper(choices)),
        13 if depth > 0 => format!("({})", deeper(choices)),
        _ => operand(choices, names),
    }
}

fn operand(choices: &mut Choices<'_>, names: &[&str]) -> String {
    match choices.below(10) {
        7 => format!("1 of {}", pattern(choices, names)),
        8 => format!("all of {}", pattern(choices, names)),
        9 => format!("any of {}", pattern(choices, names)),
        _ => choices.pick(names).to_owned(),
    }
}

/// Mostly one that selects something, since the others are errors.
fn pattern(choices: &mut Choices<'_>, names: &[&str]) -> &'static str {
    let pattern = choices.pick(PATTERNS);
    let selector = match pattern {
        "them" => Selector::Them,
        _ => Selector::Pattern(pattern.to_owned()),
    };
    if choices.chance(5) || names.iter().any(|name| selector.selects(name)) {
        pattern
    } else if names[0].starts_with('_') {
        "_*"
    } else {
        "*"
    }
}

impl GeneratedRule {
    /// The document; `title` names the rule.
    pub(crate) fn yaml(&self, title: &str) -> String {
        let detection = self.identifiers_yaml();
        let conditions: Vec<String> = self
            .conditions
            .iter()
            .map(|condition| quoted(condition))
            .collect();
        format!(
            "title: {title}\nlogsource: {{category: test}}\ndetection: {{{detection}condition: [{}]}}\n",
            conditions.join(", ")
        )
    }

    /// The same as a filter for all rules, with the first of the conditions.
    pub(crate) fn filter_yaml(&self, title: &str) -> String {
        let (identifiers, condition) = (self.identifiers_yaml(), quoted(&self.conditions[0]));
        format!(
            "title: {title}\nlogsource: {{category: test}}\nfilter: {{rules: any, {identifiers}condition: {condition}}}\n"
        )
    }

    fn identifiers_yaml(&self) -> String {
        let mut identifiers = String::new();
        for (name, definition) in &self.identifiers {
            write!(identifiers, "{}: {}, ", quoted(name), definition.yaml())
                .expect("writing to a string");
        }
        identifiers
    }

    /// What events may hold to meet single items: fields and their values; without a field, anywhere.
    pub(crate) fn scenes(&self) -> Vec<&[Scene]> {
        let mut scenes = Vec::new();
        for (_, definition) in &self.identifiers {
            definition.collect(&mut scenes);
        }
        scenes
    }
}

impl Definition {
    fn yaml(&self) -> String {
        match self {
            Self::All(items) => {
                let lines: Vec<String> = items.iter().map(Item::yaml).collect();
                format!("{{{}}}", lines.join(", "))
            }
            Self::Any(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::yaml).collect();
                format!("[{}]", parts.join(", "))
            }
            Self::Keywords(item) => item.values_yaml(),
        }
    }

    fn collect<'a>(&'a self, scenes: &mut Vec<&'a [Scene]>) {
        match self {
            Self::All(items) => scenes.extend(items.iter().map(|item| item.scenes.as_slice())),
            Self::Any(parts) => parts.iter().for_each(|part| part.collect(scenes)),
            Self::Keywords(item) => scenes.push(&item.scenes),
        }
    }
}

impl Item {
    fn yaml(&self) -> String {
        format!(
            "{}: {}",
            quoted(self.key.as_deref().unwrap_or("")),
            self.values_yaml()
        )
    }

    fn values_yaml(&self) -> String {
        let values: Vec<String> = self.values.iter().map(Scalar::yaml).collect();
        match values.as_slice() {
            [only] => only.clone(),
            _ => format!("[{}]", values.join(", ")),
        }
    }
}

impl Scalar {
    fn yaml(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Plain(source) => source.clone(),
        }
    }
}

/// A double-quoted YAML scalar in which everything but plain ASCII is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => write!(quoted, "\\U{:08x}", u32::from(c)).expect("writing to a string"),
        }
    }
    quoted.push('"');
    quoted
}
