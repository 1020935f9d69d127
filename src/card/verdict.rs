//! What can be said against a rule by looking at it alone.

use serde::Serialize;

use crate::card::conjunct::conjuncts;
use crate::card::indicator::{Place, Polarity, Used, polarities, tests, written};
use crate::compile::Plan;
use crate::compile::part::{
    ItemExpr, collect_alternatives, first_item, has_part, holds, item_exprs,
};
use crate::compile::plan::Expr;
use crate::proof::{self, Assumption, Effort, Implication, Question, Side, Witness};
use crate::rule::{DetectionItem, Location, Modifier, Rule, SearchIdentifier};

/// Something about a rule that its author can hardly have wanted. Each is proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// What kind of thing it is.
    pub kind: VerdictKind,
    /// What it is, in a sentence.
    pub message: String,
    /// Where the items stand that show it.
    pub places: Vec<Place>,
}

/// Kinds of [`Verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VerdictKind {
    /// No event matches.
    NeverMatches,
    /// What is excluded includes what is looked for, so that no event matches.
    FilterSwallows,
    /// Only an event with several values in one field matches.
    NeedsSeveralValues,
    /// A search identifier that no condition uses.
    IdentifierUnused,
    /// A search identifier without which the rule would match the same events.
    IdentifierNeverDecides,
    /// An item without which the rule would match the same events.
    ItemNeverDecides,
    /// An alternative of a list, found by its first item, without which the rule would match the same events.
    AlternativeNeverDecides,
    /// A value that another one of its list makes superfluous.
    ValueNeverDecides,
    /// A value that is looked for and excluded.
    ValueExcluded,
}

impl VerdictKind {
    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NeverMatches => "can never match",
            Self::FilterSwallows => "the filter swallows the selection",
            Self::NeedsSeveralValues => "matches only if a field has several values",
            Self::IdentifierUnused => "a search identifier is never used",
            Self::IdentifierNeverDecides => "a search identifier never decides",
            Self::ItemNeverDecides => "an item never decides",
            Self::AlternativeNeverDecides => "an alternative never decides",
            Self::ValueNeverDecides => "a value never decides",
            Self::ValueExcluded => "a value is looked for and excluded",
        }
    }
}

/// All verdicts on a rule. `example` is what was found when an event was looked for that it matches.
pub(super) fn verdicts(
    rule: &Rule,
    plan: &Plan,
    used: &[Used<'_>],
    example: &Implication,
    confirm: &mut dyn FnMut(&Witness) -> bool,
) -> Vec<Verdict> {
    let judge = Judge {
        rule,
        plan,
        used,
        items: item_exprs(rule, plan),
        polarities: polarities(plan),
    };
    let mut verdicts = Vec::new();
    match example {
        Implication::Proven => verdicts.extend(judge.contradiction(Assumption::AnyEvent, confirm)),
        Implication::Refuted(witness) if has_one_value_each(witness) => {}
        _ => verdicts.extend(judge.contradiction(Assumption::SingleValues, confirm)),
    }
    judge.unused(&mut verdicts);
    if !example.is_proven() {
        judge.never_deciding(&mut verdicts);
        judge.superfluous_values(&mut verdicts);
        judge.excluded_values(&mut verdicts);
    }
    verdicts
}

fn has_one_value_each(witness: &Witness) -> bool {
    witness.fields().all(|(_, values)| values.len() == 1)
}

struct Judge<'a> {
    rule: &'a Rule,
    plan: &'a Plan,
    used: &'a [Used<'a>],
    items: Vec<ItemExpr<'a>>,
    polarities: Vec<Polarity>,
}

impl<'a> Judge<'a> {
    fn contradiction(
        &self,
        assumption: Assumption,
        confirm: &mut dyn FnMut(&Witness) -> bool,
    ) -> Option<Verdict> {
        let question = Question {
            known: &[Side::plan(self.plan)],
            goals: &[],
            assumption,
            effort: Effort::default(),
        };
        let answer = proof::ask(question, confirm);
        if !answer.implication.is_proven() {
            return None;
        }
        let mut items: Vec<&ItemExpr<'_>> = Vec::new();
        for item in &self.items {
            if answer
                .used
                .iter()
                .any(|predicate| holds(item.expr, predicate))
            {
                items.push(item);
            }
        }
        let is_excluded = |item: &&&ItemExpr<'_>| {
            let polarity = self.polarities.get(item.identifier);
            polarity.is_some_and(|polarity| polarity.negative && !polarity.positive)
        };
        let names = |items: Vec<&&ItemExpr<'_>>| {
            let mut names: Vec<String> = items
                .iter()
                .map(|item| {
                    format!(
                        "'{}' in '{}'",
                        item_name(item.item),
                        self.identifier_name(item.identifier)
                    )
                })
                .collect();
            names.dedup();
            names.join(" and ")
        };
        let (excluded, wanted): (Vec<_>, Vec<_>) = items.iter().partition(is_excluded);
        let swallows = !excluded.is_empty() && !wanted.is_empty();
        let (kind, message) = match assumption {
            Assumption::AnyEvent if swallows => (
                VerdictKind::FilterSwallows,
                format!(
                    "whatever matches {} is excluded by {}",
                    names(wanted),
                    names(excluded)
                ),
            ),
            Assumption::AnyEvent => (
                VerdictKind::NeverMatches,
                format!("no event satisfies {}", names(items.iter().collect())),
            ),
            Assumption::SingleValues => (
                VerdictKind::NeedsSeveralValues,
                format!(
                    "no event whose fields have one value each satisfies {}",
                    names(items.iter().collect())
                ),
            ),
        };
        Some(Verdict {
            kind,
            message,
            places: items
                .iter()
                .filter_map(|item| self.place(item.identifier, item.item.location))
                .collect(),
        })
    }

    fn unused(&self, verdicts: &mut Vec<Verdict>) {
        let identifiers = self.rule.detections.identifiers.iter();
        for (identifier, polarity) in identifiers.zip(&self.polarities) {
            if !polarity.positive && !polarity.negative {
                verdicts.push(Verdict {
                    kind: VerdictKind::IdentifierUnused,
                    message: format!("no condition uses '{}'", identifier.name),
                    places: vec![Place::new(self.rule, identifier, identifier.location)],
                });
            }
        }
    }

    /// Identifiers, items and alternatives without which the rule stays the same. Of a rule with very many parts only the
    /// first are looked at.
    fn never_deciding(&self, verdicts: &mut Vec<Verdict>) {
        let mut left = MOST_PARTS;
        let mut is_same = |expr: &Expr, value| {
            left = left.saturating_sub(1);
            left > 0 && proof::is_same_without(self.plan, expr, value)
        };
        let identifiers = self.rule.detections.identifiers.iter();
        let identifiers = identifiers.zip(&self.plan.identifiers).enumerate();
        for ((index, (identifier, expr)), polarity) in identifiers.zip(&self.polarities) {
            if !polarity.positive && !polarity.negative {
                continue;
            }
            let several = self.plan.identifiers.len() > 1;
            if several && (is_same(expr, true) || is_same(expr, false)) {
                verdicts.push(Verdict {
                    kind: VerdictKind::IdentifierNeverDecides,
                    message: format!(
                        "the rule matches the same events without '{}'",
                        identifier.name
                    ),
                    places: vec![Place::new(self.rule, identifier, identifier.location)],
                });
                continue;
            }
            let mut alternatives = Vec::new();
            collect_alternatives(&identifier.detection, expr, &mut alternatives);
            alternatives.retain(|alternative| is_same(alternative.expr, false));
            for alternative in &alternatives {
                let item = first_item(alternative.detection);
                let kind = VerdictKind::AlternativeNeverDecides;
                verdicts.extend(item.map(|item| self.never_decides(kind, identifier, item)));
            }
            for item in self.items.iter().filter(|item| item.identifier == index) {
                let is_told = alternatives
                    .iter()
                    .any(|alternative| has_part(alternative.expr, item.expr));
                if item.is_one_of_all && !is_told && is_same(item.expr, true) {
                    let kind = VerdictKind::ItemNeverDecides;
                    verdicts.push(self.never_decides(kind, identifier, item.item));
                }
            }
        }
    }

    /// Values of one list of which one implies another.
    fn superfluous_values(&self, verdicts: &mut Vec<Verdict>) {
        for used in self.used {
            let count = used.keys.len();
            if count < 2 || count.saturating_mul(count) > MOST_PAIRS {
                continue;
            }
            let all = used.item.modifiers.contains(&Modifier::All);
            for value in 0..count {
                let other = (0..count).find(|other| {
                    let (narrow, wide) = if all {
                        (*other, value)
                    } else {
                        (value, *other)
                    };
                    *other != value
                        && is_covered(used, narrow, wide)
                        // Of two that are equal the first one stays.
                        && (*other < value || !is_covered(used, wide, narrow))
                });
                if let Some(other) = other {
                    verdicts.push(superfluous(used, value, other));
                }
            }
        }
    }

    /// Values of a list that one of the top-level exclusions takes away again.
    fn excluded_values(&self, verdicts: &mut Vec<Verdict>) {
        let parts = conjuncts(self.plan);
        let excluded: Vec<Side<'_>> = parts
            .iter()
            .filter(|part| part.negated)
            .map(|part| Side::expr(self.plan, part.expr))
            .collect();
        if excluded.is_empty() {
            return;
        }
        for (used, item) in self.used.iter().zip(&self.items) {
            let is_conjunct = parts
                .iter()
                .any(|part| !part.negated && std::ptr::eq(part.expr, item.expr));
            if !is_conjunct || used.keys.len() < 2 || used.item.modifiers.contains(&Modifier::All) {
                continue;
            }
            for (index, key) in used.keys.iter().enumerate() {
                let Some(key) = key.as_ref().filter(|key| !key.negated) else {
                    continue;
                };
                let value = Expr::Predicate(key.predicate.clone());
                if always_excluded(self.plan, &value, &excluded) {
                    verdicts.push(Verdict {
                        kind: VerdictKind::ValueExcluded,
                        message: format!(
                            "whatever has the value '{}' of '{}' is excluded",
                            value_text(used, index),
                            item_name(used.item)
                        ),
                        places: vec![used.place_of(index)],
                    });
                }
            }
        }
    }

    fn never_decides(
        &self,
        kind: VerdictKind,
        identifier: &SearchIdentifier,
        item: &DetectionItem,
    ) -> Verdict {
        let name = item_name(item);
        Verdict {
            kind,
            message: match kind {
                VerdictKind::ItemNeverDecides => {
                    format!("the rule matches the same events without '{name}' here")
                }
                _ => format!(
                    "the rule matches the same events without the alternative that begins with '{name}'"
                ),
            },
            places: vec![Place::new(self.rule, identifier, item.location)],
        }
    }

    fn place(&self, identifier: usize, location: Location) -> Option<Place> {
        let identifier = self.rule.detections.identifiers.get(identifier)?;
        Some(Place::new(self.rule, identifier, location))
    }

    fn identifier_name(&self, index: usize) -> &str {
        let identifier = self.rule.detections.identifiers.get(index);
        identifier.map_or("", |identifier| &identifier.name)
    }
}

/// Parts of one rule that are tried to be left out.
const MOST_PARTS: usize = 250;

/// Lists whose pairs are more than these are not looked through.
const MOST_PAIRS: usize = 1 << 20;

fn always_excluded(plan: &Plan, value: &Expr, excluded: &[Side<'_>]) -> bool {
    let question = Question {
        known: &[Side::expr(plan, value)],
        goals: excluded,
        assumption: Assumption::AnyEvent,
        effort: Effort {
            steps: 5_000,
            trials: 0,
            ..Effort::default()
        },
    };
    proof::ask(question, &mut |_| false).implication.is_proven()
}

/// Whether each test of one value implies one of another's.
fn is_covered(used: &Used<'_>, narrow: usize, wide: usize) -> bool {
    let (Some(Some(narrow)), Some(Some(wide))) = (used.keys.get(narrow), used.keys.get(wide))
    else {
        return false;
    };
    let (narrow, wide) = (tests(narrow), tests(wide));
    let implied = |test| wide.iter().any(|other| proof::test_implies(test, other));
    !narrow.is_empty() && narrow.iter().all(implied)
}

fn superfluous(used: &Used<'_>, value: usize, other: usize) -> Verdict {
    Verdict {
        kind: VerdictKind::ValueNeverDecides,
        message: format!(
            "the value '{}' of '{}' never decides: '{}' does",
            value_text(used, value),
            item_name(used.item),
            value_text(used, other)
        ),
        places: vec![used.place_of(value), used.place_of(other)],
    }
}

fn value_text(used: &Used<'_>, index: usize) -> String {
    used.item.values.get(index).map(written).unwrap_or_default()
}

/// `Image|endswith`; `keywords` for an item without a field and modifiers.
fn item_name(item: &DetectionItem) -> String {
    let mut name = item.field.clone().unwrap_or_default();
    for modifier in &item.modifiers {
        name.push('|');
        name.push_str(modifier.name());
    }
    if name.is_empty() {
        name.push_str("keywords");
    }
    name
}
