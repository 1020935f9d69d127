//! Whether a fact implies the goals.

use crate::compile::plan::{Predicate, Relation, Test, ValueTest};
use crate::proof::sequent::Sequent;
use crate::proof::{disjoint, test};

/// Whether no event has all facts and none of the goals. Adds to `used` what shows it.
pub(super) fn close<'p>(
    sequent: &Sequent<'p>,
    single: bool,
    steps: &mut usize,
    used: &mut Vec<&'p Predicate>,
) -> bool {
    let mut goals = Goals {
        all: &sequent.goals,
        single,
        steps,
        used: Vec::new(),
    };
    let shown = sequent.facts.iter().any(|fact| goals.follow_from(fact))
        || goals.are_exhaustive()
        || (single && goals.exclude_each_other(&sequent.facts));
    if shown {
        used.append(&mut goals.used);
    }
    shown
}

struct Goals<'s, 'p> {
    all: &'s [&'p Predicate],
    single: bool,
    steps: &'s mut usize,
    used: Vec<&'p Predicate>,
}

impl<'p> Goals<'_, 'p> {
    fn follow_from(&mut self, fact: &'p Predicate) -> bool {
        self.used.clear();
        self.used.push(fact);
        match &fact.test {
            Test::AnyOf(tests) => tests.iter().all(|test| self.cover(fact, test)),
            Test::Exists => self.any(|goal| goal.test == Test::Exists && goal.field == fact.field),
            Test::Reference { other, relation } => {
                let (other, relation) = (other.clone(), *relation);
                self.any(move |goal| follows_from_reference(goal, fact, &other, relation))
            }
        }
    }

    /// Whether a value that passes `test` makes some goal true.
    fn cover(&mut self, fact: &Predicate, test: &ValueTest) -> bool {
        self.any(|goal| match &goal.test {
            _ if goal.field != fact.field && goal.field.is_some() => false,
            // Null says nothing of a value; and keywords do not look for it.
            _ if *test == ValueTest::Null => {
                goal.field == fact.field && has(goal, &ValueTest::Null)
            }
            Test::AnyOf(tests) => tests.iter().any(|goal| test::implies(test, goal)),
            Test::Exists => goal.field == fact.field,
            Test::Reference { .. } => false,
        })
    }

    fn any(&mut self, mut holds: impl FnMut(&Predicate) -> bool) -> bool {
        for goal in self.all {
            *self.steps = self.steps.saturating_sub(weight(goal));
            if *self.steps == 0 {
                return false;
            }
            if holds(goal) {
                self.used.push(goal);
                return true;
            }
        }
        false
    }

    /// A field that is not there is null (S-130): one of the two always holds.
    fn are_exhaustive(&mut self) -> bool {
        let nulls = self.all.iter().filter(|goal| has(goal, &ValueTest::Null));
        for null in nulls {
            let exists = self
                .all
                .iter()
                .find(|goal| goal.test == Test::Exists && goal.field == null.field);
            if let Some(exists) = exists {
                self.used = vec![null, exists];
                return true;
            }
        }
        false
    }

    /// Whether two facts cannot hold of the same value. Tests that would make a goal true are left out: they cannot be
    /// what makes the fact hold.
    fn exclude_each_other(&mut self, facts: &[&'p Predicate]) -> bool {
        for (index, left) in facts.iter().enumerate() {
            for right in facts.iter().skip(index + 1) {
                if left.field.is_some() && left.field == right.field && self.exclude(left, right) {
                    return true;
                }
            }
        }
        false
    }

    fn exclude(&mut self, left: &'p Predicate, right: &'p Predicate) -> bool {
        self.used = vec![left, right];
        let (Some(left), Some(right)) = (self.open_tests(left), self.open_tests(right)) else {
            return false;
        };
        let pairs = left.len().saturating_mul(right.len());
        if pairs >= *self.steps {
            return false;
        }
        *self.steps -= pairs;
        left.iter().all(|left| {
            right
                .iter()
                .all(|right| disjoint::are_disjoint(left, right))
        })
    }

    /// The tests of a fact that make no goal true by themselves; `None` if it is no test of values.
    fn open_tests(&mut self, fact: &'p Predicate) -> Option<Vec<&'p ValueTest>> {
        debug_assert!(self.single, "facts exclude each other only then");
        let Test::AnyOf(tests) = &fact.test else {
            return None;
        };
        Some(
            tests
                .iter()
                .filter(|test| !self.cover(fact, test))
                .collect(),
        )
    }
}

fn has(predicate: &Predicate, test: &ValueTest) -> bool {
    matches!(&predicate.test, Test::AnyOf(tests) if tests.contains(test))
}

fn weight(goal: &Predicate) -> usize {
    match &goal.test {
        Test::AnyOf(tests) => tests.len(),
        _ => 1,
    }
}

/// What holds of two fields that compare: the same goes for weaker relations, and both have a text.
fn follows_from_reference(
    goal: &Predicate,
    fact: &Predicate,
    other: &str,
    relation: Relation,
) -> bool {
    let names_either = goal.field.as_deref().is_none_or(|field| {
        field == other || fact.field.as_deref().is_some_and(|name| name == field)
    });
    match &goal.test {
        Test::Exists => names_either,
        Test::AnyOf(tests) => names_either && tests.iter().any(test::takes_every_text),
        Test::Reference {
            other: goal_other,
            relation: wanted,
        } => {
            let same = goal.field == fact.field && **goal_other == *other;
            let turned = goal.field.as_deref() == Some(other)
                && fact.field.as_deref() == Some(&**goal_other);
            (same && (relation == *wanted || relation == Relation::Equal))
                || (turned && relation == Relation::Equal)
                || (same
                    && *wanted == Relation::Contains
                    && matches!(relation, Relation::StartsWith | Relation::EndsWith))
        }
    }
}
