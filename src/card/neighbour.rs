//! Rules that match more, less or the same, and the difference in words.

use std::collections::HashSet;

use serde::Serialize;

use crate::card::conjunct::{Conjunct, conjuncts};
use crate::card::hash::SemanticHash;
use crate::card::value;
use crate::compile::Plan;
use crate::compile::plan::{Expr, Test, ValueTest};
use crate::proof::{self, Assumption, Effort, Question, Side, Witness};
use crate::rule::Rule;

/// A rule that is related to another by proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Neighbour {
    /// Which rule.
    pub rule: RuleLink,
    /// The difference in words, seen from the rule whose card it is.
    pub differences: Vec<String>,
    /// An event that one of the two matches and the other does not. `None` if none was found: then the two may be
    /// equivalent, but that was not proven.
    pub witness: Option<Witness>,
}

/// The rules around a rule. All of it is proven; what is not, is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Neighbours {
    /// Rules that match every event that this one matches.
    pub broader: Vec<Neighbour>,
    /// Rules whose every match this one matches too.
    pub stricter: Vec<Neighbour>,
    /// Rules that match the same events, although they say it otherwise.
    pub equivalent: Vec<RuleLink>,
    /// Rules that say the same.
    pub duplicates: Vec<RuleLink>,
    /// Pairs with this rule that could neither be proven nor refuted.
    pub undecided: Vec<RuleLink>,
    /// How many rules match the event that this one was tried with, beyond the first 200: these were not looked at.
    pub left_out: usize,
    /// Whether broader rules were looked for: not if no event was found that this rule matches.
    pub searched: bool,
}

/// A rule to point to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleLink {
    /// Its place in the corpus.
    pub index: usize,
    /// Its id, name or title.
    pub identity: String,
    /// Its title.
    pub title: String,
    /// Its level in words.
    pub level: String,
}

impl RuleLink {
    pub(super) fn new(index: usize, rule: &Rule) -> Self {
        Self {
            index,
            identity: rule.identity().to_owned(),
            title: rule.title().to_owned(),
            level: rule.level().to_string(),
        }
    }
}

/// Which of two rules matches all that the other does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wider {
    Own,
    Other,
    /// Not proven of either.
    Neither,
}

/// How a rule differs from another, in words about `other` seen from `own`. `own_name` is what they call the latter.
pub(super) fn differences(own: &Plan, other: &Plan, wider: Wider, own_name: &str) -> Vec<String> {
    let (own_parts, other_parts) = (conjuncts(own), conjuncts(other));
    if own_parts.is_empty() || other_parts.is_empty() {
        return vec!["links its conditions otherwise".to_owned()];
    }
    let mut own_only = missing_in(&other_parts, &own_parts);
    let mut questions = MOST_QUESTIONS;
    let mut is_counterpart = |own_part: &Conjunct<'_>, part: &Conjunct<'_>| {
        questions = questions.saturating_sub(1);
        let (own, other) = ((own, own_part), (other, part));
        questions > 0
            && (wider != Wider::Own && follows(own, other)
                || wider != Wider::Other && follows(other, own))
    };
    let mut words = Vec::new();
    for part in missing_in(&own_parts, &other_parts) {
        let counterpart = own_only
            .iter()
            .position(|own_part| is_counterpart(own_part, part));
        match counterpart.map(|at| own_only.remove(at)) {
            Some(own_part) => {
                words.push(changed((own, own_part), (other, part), own_name));
            }
            None if part.negated => words.push(format!("excludes {}", part.words(other))),
            None => words.push(format!("also asks for {}", part.words(other))),
        }
    }
    for part in own_only {
        words.push(match part.negated {
            true => format!("does not exclude {}", part.words(own)),
            false => format!("does not ask for {}", part.words(own)),
        });
    }
    words
}

/// Parts of two rules that are held against each other; beyond them, what changed is said to come and go.
const MOST_QUESTIONS: usize = 2_000;

/// The parts that are not among others.
fn missing_in<'c, 'p>(others: &[Conjunct<'p>], parts: &'c [Conjunct<'p>]) -> Vec<&'c Conjunct<'p>> {
    let others: HashSet<SemanticHash> = others.iter().map(|part| part.hash).collect();
    parts
        .iter()
        .filter(|part| !others.contains(&part.hash))
        .collect()
}

/// Whether one conjunct implies another of the same sign.
fn follows(narrow: (&Plan, &Conjunct<'_>), wide: (&Plan, &Conjunct<'_>)) -> bool {
    if narrow.1.negated != wide.1.negated {
        return false;
    }
    let sides = [
        Side::expr(narrow.0, narrow.1.expr),
        Side::expr(wide.0, wide.1.expr),
    ];
    let [known, goal] = if narrow.1.negated {
        let [narrow, wide] = sides;
        [wide, narrow]
    } else {
        sides
    };
    let question = Question {
        known: &[known],
        goals: &[goal],
        assumption: Assumption::AnyEvent,
        effort: Effort {
            steps: 5_000,
            trials: 0,
            ..Effort::default()
        },
    };
    proof::ask(question, &mut |_| false).implication.is_proven()
}

fn changed(own: (&Plan, &Conjunct<'_>), other: (&Plan, &Conjunct<'_>), own_name: &str) -> String {
    let (verb, counter) = if other.1.negated {
        ("excludes", "excludes")
    } else {
        ("asks for", "asks for")
    };
    more_values(own.1, other.1).unwrap_or_else(|| {
        let (theirs, ours) = (other.1.words(other.0), own.1.words(own.0));
        format!("{verb} {theirs} where {own_name} {counter} {ours}")
    })
}

/// Two lists of values of one field, of which one has all values of the other.
fn more_values(own: &Conjunct<'_>, other: &Conjunct<'_>) -> Option<String> {
    let (Expr::Predicate(own), Expr::Predicate(theirs)) = (own.expr, other.expr) else {
        return None;
    };
    let (Test::AnyOf(own_tests), Test::AnyOf(their_tests)) = (&own.test, &theirs.test) else {
        return None;
    };
    if own.field != theirs.field {
        return None;
    }
    let beyond = |all: &[ValueTest], known: &[ValueTest]| {
        let extra: Vec<_> = all
            .iter()
            .filter(|test| !known.contains(test))
            .cloned()
            .collect();
        (extra.len() + known.len() == all.len() && !extra.is_empty()).then_some(extra)
    };
    let (more, extra) = match beyond(their_tests, own_tests) {
        Some(extra) => ("more", extra),
        None => ("fewer", beyond(own_tests, their_tests)?),
    };
    let verb = if other.negated {
        "excludes"
    } else {
        "looks for"
    };
    let field = value::field_name(own);
    let shown = value::listed(
        extra
            .iter()
            .map(|test| format!("{} '{}'", value::test_kind(test), value::decoded(test))),
        ", ",
    );
    let count = extra.len();
    let noun = if count == 1 { "value" } else { "values" };
    Some(format!("{verb} {count} {more} {noun} in {field}: {shown}"))
}
