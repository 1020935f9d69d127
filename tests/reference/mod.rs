//! A plain evaluator of rules, written from the numbered semantics and from nothing else.
//!
//! In: a [`Rule`] of the public model and a JSON event. Out: whether the rule matches. It shares the rule model
//! with the library, and none of its compiler, patterns or engine: no index, no sharing, no cache, every item asked
//! of every event. Called by the suite, the corpus and the property tests, which hold the engine against it.
//! Numbers such as S-114 in its comments are those of the semantics.
//!
//! Where it may be slow it is; where two spellings are possible it takes the one that is easier to believe.

mod chain;
mod condition;
mod correlation;
mod encoding;
mod event;
mod filter;
mod fold;
mod instant;
mod item;
mod log_source;
mod network;
mod number;
mod placeholder;
mod regex;
mod string;
mod time;

use std::collections::BTreeMap;

use serde_json::Value;
use sigmatic::Rule;
use sigmatic::rule::{Detection, Detections};

use self::condition::Condition;
pub(crate) use self::correlation::{Correlations, Result as CorrelationResult};
pub(crate) use self::filter::{Filtered, check as check_filter};
use self::item::Item;
pub(crate) use self::log_source::{Map, Mapped};

/// Placeholder names with the texts that `expand` puts in their place (S-251).
pub(crate) type Table = BTreeMap<String, Vec<String>>;

/// A rule that can be asked about events.
#[derive(Debug)]
pub(crate) struct Reference {
    identifiers: Vec<Tree>,
    /// OR-linked (S-309).
    conditions: Vec<Condition>,
}

/// What a search identifier stands for, with its modifiers applied (S-091).
#[derive(Debug)]
enum Tree {
    All(Vec<Item>),
    Any(Vec<Self>),
    Every(Vec<Self>),
    One(Item),
}

impl Reference {
    /// Checks the rule and applies its modifiers; the error says which identifier is wrong and why. Identifiers that
    /// no condition uses are checked like the others (S-098).
    pub(crate) fn compile(rule: &Rule, placeholders: &Table) -> Result<Self, String> {
        Self::of(&rule.detections, placeholders)
    }

    fn of(detections: &Detections, placeholders: &Table) -> Result<Self, String> {
        let mut identifiers = Vec::new();
        let mut names = Vec::new();
        for identifier in &detections.identifiers {
            let tree = Tree::compile(&identifier.detection, placeholders);
            identifiers.push(tree.map_err(|error| format!("{}: {error}", identifier.name))?);
            names.push(identifier.name.as_str());
        }
        let mut conditions = Vec::new();
        for condition in &detections.conditions {
            conditions.push(Condition::resolve(&condition.expression, &names)?);
        }
        Ok(Self {
            identifiers,
            conditions,
        })
    }

    /// Whether the rule matches the event.
    #[must_use]
    pub(crate) fn matches(&self, event: &Value) -> bool {
        let holds = |identifier: usize| self.identifiers[identifier].holds(event);
        self.conditions
            .iter()
            .any(|condition| condition.holds(&holds))
    }
}

impl Tree {
    fn compile(detection: &Detection, placeholders: &Table) -> Result<Self, String> {
        Ok(match detection {
            Detection::All(items) => Self::All(
                items
                    .iter()
                    .map(|item| Item::compile(item, placeholders))
                    .collect::<Result<_, _>>()?,
            ),
            Detection::Any(parts) => Self::Any(
                parts
                    .iter()
                    .map(|part| Self::compile(part, placeholders))
                    .collect::<Result<_, _>>()?,
            ),
            Detection::Every(parts) => Self::Every(
                parts
                    .iter()
                    .map(|part| Self::compile(part, placeholders))
                    .collect::<Result<_, _>>()?,
            ),
            Detection::Keywords(item) => Self::One(Item::compile(item, placeholders)?),
            other => {
                return Err(format!(
                    "a detection the reference does not know: {other:?}"
                ));
            }
        })
    }

    fn holds(&self, event: &Value) -> bool {
        match self {
            Self::All(items) => items.iter().all(|item| item.holds(event)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(event)),
            Self::Every(parts) => parts.iter().all(|part| part.holds(event)),
            Self::One(item) => item.holds(event),
        }
    }
}
