//! Events that test a rule: one that it matches, and for each item one that only that item keeps from matching.
//!
//! In: a rule of a rule set. Out: a [`Synthesis`], whose events were all put to the engine; what has no event comes with
//! the reason. Called by embedders and by tests of rules. Builds few events itself: `proof` does, from what is to hold
//! and what is not, through the syntax trees of regular expressions, the bounds of networks and so on. Here they are
//! made small, and near misses are looked for close to the event that matches.

mod asked;
mod near;
mod shrink;

use std::cell::Cell;
use std::fmt;

use serde::Serialize;

use crate::compile::part::{ItemExpr, has_part, holds, item_exprs};
use crate::compile::plan::{Expr, Predicate};
use crate::compile::{self, Options, Plan};
use crate::engine::RuleSet;
use crate::proof::{self, Assumption, Effort, Implication, Question, Side, Witness};
use crate::rule::{DetectionItem, Rule};
use crate::synthesis::asked::{Asked, Nodes};

/// Events that test a rule. Prints as text, an event a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Synthesis {
    /// The rule's title.
    pub title: String,
    /// An event that the rule matches, as small as taking away a field, a value or an outer character makes it.
    pub matching: Outcome,
    /// For each item, in source order, an event that does not match, but would if that item alone were otherwise.
    pub near_misses: Vec<NearMiss>,
    /// Items beyond the first 500, for which none was looked for.
    pub left_out: usize,
}

/// An event that one item alone keeps from matching.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NearMiss {
    /// The search identifier with the item.
    pub identifier: String,
    /// Field and modifiers of the item; `keywords` for those.
    pub item: String,
    /// One-based line of the item in the rule's source.
    pub line: u32,
    /// One-based column of the item, in characters.
    pub column: u32,
    /// The event.
    pub event: Outcome,
}

/// What became of the search for an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The event, which the engine was asked about.
    Event(Witness),
    /// There is none; the reason, in words.
    Impossible(String),
    /// None was found, and it was not proven that there is none; where the search got stuck, in words.
    NotFound(String),
}

impl Outcome {
    /// The event, if there is one.
    #[must_use]
    pub fn event(&self) -> Option<&Witness> {
        match self {
            Self::Event(event) => Some(event),
            _ => None,
        }
    }
}

impl RuleSet {
    /// Makes events that test the rule at this place of [`rules`](Self::rules). `None` if there is none.
    ///
    /// # Example
    /// ```
    /// use sigmatic::RuleSet;
    ///
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rules = RuleSet::from_yaml(r"
    /// title: Whoami
    /// logsource: { category: process_creation }
    /// detection:
    ///   selection:
    ///     Image|endswith: '\whoami.exe'
    ///     User|cased: root
    ///   condition: selection
    /// ")?;
    /// let events = rules.synthesise(0).expect("there is one rule");
    /// let event = events.matching.event().expect("nothing contradicts itself");
    /// assert_eq!(event.to_string(), r"Image: '\whoami.exe', User: 'root'");
    /// let miss = events.near_misses[1].event.event().expect("the user decides");
    /// assert_eq!(miss.to_string(), r"Image: '\whoami.exe', User: 'roo'");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cost
    /// Compiles the rule again, and takes a bounded search for each of its first 500 items: milliseconds for a usual
    /// rule.
    #[must_use]
    pub fn synthesise(&self, rule: usize) -> Option<Synthesis> {
        let origin = self.origin();
        let options = Options {
            limits: &origin.limits,
            placeholders: &origin.placeholders,
            spent: None,
        };
        let rule = self.rules().nth(rule)?;
        let plan = compile::compile_again(rule, &options)?;
        let nodes = Nodes::of(&plan);
        let maker = Maker {
            rule,
            plan: &plan,
            items: item_exprs(rule, &plan),
            asked: nodes.asked(&plan, origin.limits.event_depth),
            left: Cell::new(MOST_ITEMS_ASKED),
        };
        Some(maker.synthesis())
    }
}

/// Near misses are looked for up to this item of a rule.
const MOST_ITEMS: usize = 500;

/// A near miss of each of many items, each tried on hundreds of events, asks each time for all items: beyond this, the search
/// ends. A rule of fifty items stays far below.
const MOST_ITEMS_ASKED: usize = 5_000_000;

/// The same for the steps of all proofs.
const MOST_PROOF_STEPS: usize = 5_000_000;

struct Maker<'a> {
    rule: &'a Rule,
    plan: &'a Plan,
    items: Vec<ItemExpr<'a>>,
    asked: Asked<'a>,
    /// How many items may still be put to events, of the rule as a whole.
    left: Cell<usize>,
}

impl<'a> Maker<'a> {
    fn synthesis(&self) -> Synthesis {
        let matching = self.matching();
        let items = self.items.iter().take(MOST_ITEMS);
        Synthesis {
            title: self.rule.title().to_owned(),
            near_misses: items
                .map(|item| self.near_miss(item, matching.event()))
                .collect(),
            left_out: self.items.len().saturating_sub(MOST_ITEMS),
            matching,
        }
    }

    /// With one value a field if that can be had.
    fn matching(&self) -> Outcome {
        let mut confirm = |event: &Witness| self.asked.matches(event, None);
        for assumption in [Assumption::SingleValues, Assumption::AnyEvent] {
            let known = [Side::plan(self.plan)];
            let question = Question {
                known: &known,
                goals: &[],
                assumption,
                effort: Effort::default(),
            };
            let answer = proof::ask(question, &mut confirm);
            match answer.implication {
                Implication::Refuted(event) => {
                    let event = shrink::shrunk(event, &mut confirm);
                    return Outcome::Event(event);
                }
                Implication::Proven if assumption == Assumption::AnyEvent => {
                    return Outcome::Impossible(self.contradiction(&answer.used));
                }
                _ => {}
            }
        }
        Outcome::NotFound("the search for an event ended without one".to_owned())
    }

    fn contradiction(&self, used: &[&Predicate]) -> String {
        let is_used = |item: &&ItemExpr<'_>| used.iter().any(|one| holds(item.expr, one));
        let mut names: Vec<String> = self
            .items
            .iter()
            .filter(is_used)
            .map(|item| {
                format!(
                    "'{}' in '{}'",
                    item_name(item.item),
                    self.identifier_name(item)
                )
            })
            .collect();
        names.dedup();
        match names.as_slice() {
            [] => "the condition contradicts itself".to_owned(),
            [only] => format!("{only} excludes itself"),
            _ => format!("{} exclude each other", names.join(" and ")),
        }
    }

    fn near_miss(&self, item: &ItemExpr<'_>, matching: Option<&Witness>) -> NearMiss {
        NearMiss {
            identifier: self.identifier_name(item).to_owned(),
            item: item_name(item.item),
            line: item.item.location.line,
            column: item.item.location.column,
            event: self.missing(item, matching),
        }
    }

    /// The matching event with what the items beside this one ask for: they may be an alternative that the event does not
    /// take, or an exclusion that it does not meet.
    fn beside(
        &self,
        item: &ItemExpr<'_>,
        matching: &Witness,
        misses: &mut dyn FnMut(&Witness) -> bool,
    ) -> Option<Witness> {
        let whole = self.plan.identifiers.get(item.identifier)?;
        let beside = conjunction(whole, item.expr);
        let known = [Side::expr(self.plan, beside)];
        let question = Question {
            known: &known,
            goals: &[],
            assumption: Assumption::AnyEvent,
            effort: self.effort(),
        };
        let mut confirm = |event: &Witness| self.may_ask() && self.asked.holds(event, beside);
        let Implication::Refuted(own) = proof::ask(question, &mut confirm).implication else {
            return None;
        };
        let own = shrink::shrunk(own, &mut confirm);
        for together in [
            own.clone(),
            near::replaced(matching, &own),
            near::added(matching, &own),
        ] {
            let found = if misses(&together) {
                Some(together)
            } else {
                near::close(&together, item.item, misses)
            };
            if let Some(found) = found {
                return Some(shrink::shrunk(found, misses));
            }
        }
        None
    }

    /// Whether one more event may be put to the rule.
    fn may_ask(&self) -> bool {
        let left = self.left.get().checked_sub(self.items.len());
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Less than for a question about a whole rule, since it is asked for each item.
    fn effort(&self) -> Effort {
        let of_each = MOST_PROOF_STEPS / self.items.len().max(1);
        Effort {
            steps: of_each.min(100_000),
            depth: 64,
            trials: 24,
        }
    }

    fn identifier_name(&self, item: &ItemExpr<'_>) -> &'a str {
        let identifiers = &self.rule.detections.identifiers;
        identifiers
            .get(item.identifier)
            .map_or("", |identifier| &identifier.name)
    }

    /// Close to the event that matches, if that can be had; else anywhere.
    fn missing(&self, item: &ItemExpr<'_>, matching: Option<&Witness>) -> Outcome {
        let mut misses = |event: &Witness| {
            if !self.may_ask() {
                return false;
            }
            let turned = |value| self.asked.matches(event, Some((item.expr, value)));
            !self.asked.matches(event, None) && (turned(true) || turned(false))
        };
        let close = matching.and_then(|event| near::close(event, item.item, &mut misses));
        let close = close.or_else(|| self.beside(item, matching?, &mut misses));
        if let Some(event) = close {
            return Outcome::Event(event);
        }
        let mut all_proven = true;
        for value in [true, false] {
            let question = Question {
                known: &[Side::plan(self.plan).masked(item.expr, value)],
                goals: &[Side::plan(self.plan)],
                assumption: Assumption::AnyEvent,
                effort: self.effort(),
            };
            match proof::ask(question, &mut misses).implication {
                Implication::Refuted(event) => {
                    return Outcome::Event(shrink::shrunk(event, &mut misses));
                }
                Implication::Proven => {}
                Implication::Unknown => all_proven = false,
            }
        }
        if all_proven {
            Outcome::Impossible("the rule matches the same events without this item".to_owned())
        } else {
            Outcome::NotFound("the search for an event ended without one".to_owned())
        }
    }
}

/// The conjunction of which `part` is one, or the part itself. Recursion: as deep as the rule.
fn conjunction<'e>(expr: &'e Expr, part: &'e Expr) -> &'e Expr {
    match expr {
        Expr::And(parts) if parts.iter().any(|own| std::ptr::eq(own, part)) => expr,
        Expr::And(parts) | Expr::Or(parts) => {
            let inside = parts.iter().find(|inner| has_part(inner, part));
            inside.map_or(part, |inner| conjunction(inner, part))
        }
        _ => part,
    }
}

fn item_name(item: &DetectionItem) -> String {
    let Some(field) = &item.field else {
        return "keywords".to_owned();
    };
    let mut name = field.clone();
    for modifier in &item.modifiers {
        name.push('|');
        name.push_str(modifier.name());
    }
    name
}

impl fmt::Display for Synthesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        writeln!(f, "  matches: {}", self.matching)?;
        for miss in &self.near_misses {
            writeln!(
                f,
                "  misses by {} in {}: {}",
                miss.item, miss.identifier, miss.event
            )?;
        }
        match self.left_out {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more items"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(event) => write!(f, "{event}"),
            Self::Impossible(reason) => write!(f, "impossible, {reason}"),
            Self::NotFound(reason) => write!(f, "not found, {reason}"),
        }
    }
}
