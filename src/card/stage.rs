//! The condition in stages: what must hold, one after the other.
//!
//! A stage is a conjunct of the condition. `all of` and `not 1 of` are taken apart into the search identifiers that they
//! select, `not (a or b)` into `not a` and `not b`. What is left is one identifier, or a group of which one must do.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::condition::{Expression, Quantifier};
use crate::rule::{Detections, Rule, SearchIdentifier};

/// A stage of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stage {
    /// Zero for the condition itself, then from one.
    pub number: usize,
    /// `condition`, `selection`, `not filter_main_localhost`, `1 of selection_*`.
    pub title: String,
    /// Whether what the stage names must not match.
    pub negated: bool,
    /// How its identifiers are linked.
    pub group: Group,
    /// Each search identifier of the stage with what it stands for, as YAML; for stage 0 the condition.
    pub predicates: Vec<StagePart>,
}

/// A part of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StagePart {
    /// The search identifier; empty for the condition.
    pub identifier: String,
    /// What it stands for, as YAML; or the condition's text.
    pub text: String,
}

/// Search identifiers and how they are linked. `not` stands before identifiers only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Group {
    /// This one matches.
    Identifier(String),
    /// This one does not.
    Not(String),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
}

impl Group {
    /// The search identifiers, each once, in order.
    pub fn identifiers(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }

    /// `selection_a or (selection_b and not filter)`.
    #[must_use]
    pub fn words(&self) -> String {
        let linked = |parts: &[Self], link: &str| {
            let parts = parts.iter().map(|part| match part {
                Self::All(_) | Self::Any(_) => format!("({})", part.words()),
                _ => part.words(),
            });
            parts.collect::<Vec<_>>().join(link)
        };
        match self {
            Self::Identifier(name) => name.clone(),
            Self::Not(name) => format!("not {name}"),
            Self::All(parts) => linked(parts, " and "),
            Self::Any(parts) => linked(parts, " or "),
        }
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Identifier(name) | Self::Not(name) => names.push(name),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect(names));
            }
        }
    }
}

/// The stages of a rule, that of the condition first.
pub(super) fn stages(rule: &Rule) -> Vec<Stage> {
    let detections = &rule.detections;
    let conditions = detections.conditions.iter();
    let mut stages = vec![Stage {
        number: 0,
        title: "condition".to_owned(),
        negated: false,
        group: Group::All(Vec::new()),
        predicates: conditions
            .map(|condition| StagePart {
                identifier: String::new(),
                text: condition.text.clone(),
            })
            .collect(),
    }];
    let mut conjuncts: Vec<Conjunct> = Vec::new();
    match detections.conditions.as_slice() {
        [only] => split(&only.expression, true, detections, &mut conjuncts),
        several => {
            let parts: Vec<(String, Group)> = several
                .iter()
                .map(|condition| {
                    let group = group(&condition.expression, true, detections);
                    (condition.expression.to_string(), group)
                })
                .collect();
            let title = parts.iter().map(|(title, _)| format!("({title})"));
            let title = title.collect::<Vec<_>>().join(" or ");
            let parts = parts.into_iter().map(|(_, group)| group);
            conjuncts.push((title, Group::Any(parts.collect()), false));
        }
    }
    let identifiers = detections.identifiers.iter();
    let identifiers = identifiers
        .map(|identifier| (identifier.name.as_str(), identifier))
        .collect();
    for conjunct in conjuncts {
        stages.push(stage(stages.len(), conjunct, &identifiers));
    }
    stages
}

/// The search identifiers of stages that are negated as a whole.
pub(super) fn excluded(rule: &Rule) -> HashSet<String> {
    let negated = stages(rule).into_iter().filter(|stage| stage.negated);
    let names = negated.flat_map(|stage| stage.predicates);
    names.map(|part| part.identifier).collect()
}

/// Title, group, and whether it is negated.
type Conjunct = (String, Group, bool);

fn stage(
    number: usize,
    conjunct: Conjunct,
    identifiers: &HashMap<&str, &SearchIdentifier>,
) -> Stage {
    let (title, group, negated) = conjunct;
    let names = group.identifiers();
    let named = names.iter().filter_map(|name| identifiers.get(name));
    let predicates = named.map(|identifier| part(identifier)).collect();
    Stage {
        number,
        negated,
        title,
        group,
        predicates,
    }
}

fn part(identifier: &SearchIdentifier) -> StagePart {
    StagePart {
        identifier: identifier.name.clone(),
        // A model that no document can say was not read from one.
        text: identifier.to_yaml().unwrap_or_default(),
    }
}

/// Takes an expression apart into conjuncts. Recursion follows the condition, whose depth is bounded.
fn split(
    expression: &Expression,
    positive: bool,
    detections: &Detections,
    out: &mut Vec<Conjunct>,
) {
    match (expression, positive) {
        (Expression::Not(inner), _) => split(inner, !positive, detections, out),
        (Expression::And(parts), true) | (Expression::Or(parts), false) => parts
            .iter()
            .for_each(|part| split(part, positive, detections, out)),
        (Expression::Of(quantifier, selector), _) => {
            let names: Vec<&str> = detections
                .select(selector)
                .filter_map(|index| detections.identifiers.get(index))
                .map(|identifier| identifier.name.as_str())
                .collect();
            let each = (*quantifier == Quantifier::All) == positive;
            if each || names.len() == 1 {
                out.extend(names.iter().map(|name| alone(name, positive)));
            } else {
                out.push(whole(expression, positive, detections));
            }
        }
        (Expression::Identifier(name), _) => out.push(alone(name, positive)),
        _ => out.push(whole(expression, positive, detections)),
    }
}

fn alone(name: &str, positive: bool) -> Conjunct {
    let title = if positive {
        name.to_owned()
    } else {
        format!("not {name}")
    };
    (title, single(name, positive), !positive)
}

fn single(name: &str, positive: bool) -> Group {
    if positive {
        Group::Identifier(name.to_owned())
    } else {
        Group::Not(name.to_owned())
    }
}

fn whole(expression: &Expression, positive: bool, detections: &Detections) -> Conjunct {
    let group = group(expression, positive, detections);
    (titled(expression, positive), group, !positive)
}

fn titled(expression: &Expression, positive: bool) -> String {
    if positive {
        expression.to_string()
    } else {
        Expression::Not(Box::new(expression.clone())).to_string()
    }
}

fn group(expression: &Expression, positive: bool, detections: &Detections) -> Group {
    let linked = |all: bool, parts: Vec<Group>| match (all == positive, parts) {
        (_, mut parts) if parts.len() == 1 => parts.remove(0),
        (true, parts) => Group::All(parts),
        (false, parts) => Group::Any(parts),
    };
    let each = |parts: &[Expression]| {
        parts
            .iter()
            .map(|part| group(part, positive, detections))
            .collect()
    };
    match expression {
        Expression::Identifier(name) => single(name, positive),
        Expression::Not(inner) => group(inner, !positive, detections),
        Expression::And(parts) => linked(true, each(parts)),
        Expression::Or(parts) => linked(false, each(parts)),
        Expression::Of(quantifier, selector) => {
            let selected = detections
                .select(selector)
                .filter_map(|index| detections.identifiers.get(index))
                .map(|identifier| single(&identifier.name, positive));
            linked(*quantifier == Quantifier::All, selected.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(condition: &str) -> Vec<String> {
        let text = format!(
            "title: t\nlogsource: {{ category: c }}\ndetection:\n  sel_a: {{ F: a }}\n  sel_b: {{ F: b }}\n  filter_x: {{ G: x }}\n  \
             filter_y: {{ G: y }}\n  only_one: {{ H: z }}\n  condition: {condition}\n"
        );
        let rule = Rule::from_yaml(&text).expect("a rule");
        stages(&rule)
            .into_iter()
            .skip(1)
            .map(|stage| stage.title)
            .collect()
    }

    #[test]
    fn conjuncts_are_stages() {
        for (condition, expected) in [
            (
                "sel_a and not 1 of filter_*",
                "sel_a, not filter_x, not filter_y",
            ),
            (
                "all of sel_* and not (filter_x or only_one)",
                "sel_a, sel_b, not filter_x, not only_one",
            ),
            (
                "1 of sel_* and not all of filter_*",
                "1 of sel_*, not all of filter_*",
            ),
            ("not not sel_a and 1 of only_*", "sel_a, only_one"),
            (
                "sel_a or (sel_b and not filter_x)",
                "sel_a or sel_b and not filter_x",
            ),
            ("not (sel_a and filter_x)", "not (sel_a and filter_x)"),
        ] {
            assert_eq!(titles(condition).join(", "), expected, "{condition}");
        }
    }

    #[test]
    fn groups_have_not_at_their_leaves() {
        let text = "title: t\nlogsource: { category: c }\ndetection: { a: { F: a }, b: { F: b }, condition: not (a and not b) }";
        let rule = Rule::from_yaml(text).expect("a rule");
        let all = stages(&rule);
        let expected = Group::Any(vec![
            Group::Not("a".to_owned()),
            Group::Identifier("b".to_owned()),
        ]);
        assert_eq!(all[1].group, expected);
    }
}
