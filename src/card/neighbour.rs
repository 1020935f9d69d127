//! Rules that match more, less or the same, and the difference in words.

use serde::Serialize;

use crate::card::conjunct::{Conjunct, conjuncts};
use crate::card::value;
use crate::compile::Plan;
use crate::compile::plan::{Expr, Test, ValueTest};
use crate::proof::{self, Assumption, Effort, Question, Side, Witness};

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

/// How a rule differs from one that matches less or more. `narrow` implies `wide`; the words are about `other` seen from
/// `own`, which are the same two.
pub(super) fn differences(own: &Plan, other: &Plan, other_is_wider: bool) -> Vec<String> {
    let (own_parts, other_parts) = (conjuncts(own), conjuncts(other));
    if own_parts.is_empty() || other_parts.is_empty() {
        return vec!["links its conditions otherwise".to_owned()];
    }
    let missing_in = |parts: &[Conjunct<'_>], part: &Conjunct<'_>| {
        !parts.iter().any(|other| other.hash == part.hash)
    };
    let mut own_only: Vec<&Conjunct<'_>> = own_parts
        .iter()
        .filter(|part| missing_in(&other_parts, part))
        .collect();
    let mut words = Vec::new();
    for part in other_parts
        .iter()
        .filter(|part| missing_in(&own_parts, part))
    {
        let counterpart = own_only.iter().position(|own_part| {
            let (narrow, wide) = if other_is_wider {
                ((own, *own_part), (other, part))
            } else {
                ((other, part), (own, *own_part))
            };
            follows(narrow, wide)
        });
        match counterpart.map(|at| own_only.remove(at)) {
            Some(own_part) => words.push(changed((own, own_part), (other, part))),
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

fn changed(own: (&Plan, &Conjunct<'_>), other: (&Plan, &Conjunct<'_>)) -> String {
    let (verb, counter) = if other.1.negated {
        ("excludes", "excludes")
    } else {
        ("asks for", "asks for")
    };
    more_values(own.1, other.1).unwrap_or_else(|| {
        let (theirs, ours) = (other.1.words(other.0), own.1.words(own.0));
        format!("{verb} {theirs} where this rule {counter} {ours}")
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
