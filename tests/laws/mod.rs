//! Laws: what must hold between two rules, or two events, whatever they say.
//!
//! In: rules and events of the generators. Out: one test a law, or a table of laws, which says where the engine breaks
//! it. A law needs no evaluator to compare with, so it also finds what engine and reference read wrongly in the same way.
//! Each run counts how often its rules loaded and its events matched, and fails if that shows nothing.

mod conditions;
mod events;
mod items;
mod rows;
mod sets;

use std::cell::RefCell;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any};
use proptest::test_runner::TestRunner;
use serde_json::Value;
use sigmatic::error::Problem;
use sigmatic::{Collection, Match, RuleSet, RuleSetBuilder};

use crate::generate::{self, Choices, GeneratedRule, Numbers};
use crate::shared::is_full_run;
use crate::suite::placeholders;

/// What a law says of some rules and events.
struct Claim {
    left: Side,
    relation: Relation,
    right: Side,
}

/// Rule sets, and what they are asked. `None` for rules that do not load.
struct Side {
    sets: Option<Vec<RuleSet>>,
    events: Vec<Value>,
    /// For messages.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Relation {
    /// The left side matches where the right one does.
    Same,
    /// The right side matches wherever the left one does.
    Implies,
}

impl Side {
    /// The rules of a text, as one set.
    fn of(text: &str, events: &[Value]) -> Self {
        Self::built(text, events, |builder| builder)
    }

    /// The rule of that title.
    fn rule(rule: &GeneratedRule, events: &[Value]) -> Self {
        Self::of(&rule.yaml("rule"), events)
    }

    fn built(
        text: &str,
        events: &[Value],
        change: impl FnOnce(RuleSetBuilder) -> RuleSetBuilder,
    ) -> Self {
        let collection = Collection::from_yaml(text);
        let builder = RuleSet::builder()
            .collection(&collection)
            .placeholders(placeholders(&generate::table()));
        let set = change(builder)
            .build()
            .expect("what is wrong with a rule concerns that rule alone");
        let mut problems = collection.problems().iter().chain(set.problems());
        let loads = !problems.any(Problem::is_error);
        Self {
            sets: loads.then(|| vec![set]),
            events: events.to_vec(),
            text: text.to_owned(),
        }
    }

    /// Several sides as one that matches what any of them does; the events are those of the first.
    fn united(sides: impl IntoIterator<Item = Self>) -> Self {
        let mut sides = sides.into_iter();
        let first = sides.next().expect("a side");
        sides.fold(first, |mut all, side| {
            all.sets = all.sets.zip(side.sets).map(|(mut all, sets)| {
                all.extend(sets);
                all
            });
            all.text += &format!("---\n{}", side.text);
            all
        })
    }

    /// For each event the titles of the rules that match it, in order.
    fn verdicts(&self) -> Option<Vec<Vec<&str>>> {
        let sets = self.sets.as_ref()?;
        let mut scratches: Vec<_> = sets.iter().map(RuleSet::scratch).collect();
        let titles = |event: &Value| {
            let asked = sets.iter().zip(&mut scratches);
            let hits = asked.flat_map(|(set, scratch)| set.matches(event, scratch));
            let mut titles: Vec<&str> = hits.map(|hit: Match<'_>| hit.rule().title()).collect();
            titles.sort_unstable();
            titles
        };
        Some(self.events.iter().map(titles).collect())
    }
}

impl Claim {
    fn new(left: Side, relation: Relation, right: Side) -> Self {
        Self {
            left,
            relation,
            right,
        }
    }

    fn check(&self) -> Result<Tally, String> {
        let (left, right) = match (self.left.verdicts(), self.right.verdicts()) {
            (Some(left), Some(right)) => (left, right),
            (None, None) => return Ok(Tally::default()),
            _ if self.relation == Relation::Implies => return Ok(Tally::default()),
            (left, _) => return Err(self.broken(format!("left loads: {}", left.is_some()))),
        };
        let mut tally = Tally {
            loaded: 1,
            ..Tally::default()
        };
        for (place, (left, right)) in left.iter().zip(&right).enumerate() {
            let holds = match self.relation {
                Relation::Same => left == right,
                Relation::Implies => left.iter().all(|title| right.contains(title)),
            };
            if !holds {
                let events = (&self.left.events[place], &self.right.events[place]);
                return Err(self.broken(format!(
                    "{left:?} of {}, {right:?} of {}",
                    events.0, events.1
                )));
            }
            tally.events += 1;
            tally.matches += usize::from(!left.is_empty());
            tally.misses += usize::from(right.is_empty());
        }
        Ok(tally)
    }

    fn broken(&self, what: String) -> String {
        let (left, right) = (&self.left.text, &self.right.text);
        format!(
            "{:?}: {what}\nleft:\n{left}\nright:\n{right}",
            self.relation
        )
    }
}

/// Shows how much a run showed.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    claims: usize,
    loaded: usize,
    events: usize,
    /// Events that the left side matches.
    matches: usize,
    /// Events that the right side does not match.
    misses: usize,
}

/// Random rules and events never break the law. `cases` claims in the short run.
fn holds(name: &str, cases: u32, claim: impl Fn(&mut Choices<'_>) -> Claim) {
    let total = RefCell::new(Tally::default());
    let config = ProptestConfig {
        cases: if is_full_run() { cases * 40 } else { cases },
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    };
    let numbers = vec(any::<u16>(), 0..500).prop_map(Numbers);
    let outcome = TestRunner::new(config).run(&numbers, |numbers| {
        let claim = claim(&mut Choices::new(&numbers.0));
        let tally = claim.check().map_err(TestCaseError::fail)?;
        let mut total = total.borrow_mut();
        total.claims += 1;
        total.loaded += tally.loaded;
        total.events += tally.events;
        total.matches += tally.matches;
        total.misses += tally.misses;
        Ok(())
    });
    if let Err(broken) = outcome {
        panic!("{name}: {broken}");
    }
    total.into_inner().shows_something(name);
}

impl Tally {
    #[allow(
        clippy::print_stdout,
        reason = "what a run showed is asked for with --nocapture"
    )]
    fn shows_something(self, name: &str) {
        println!("{name}: {self:?}");
        let share = |part: usize, whole: usize| part * 100 / whole.max(1);
        assert!(share(self.loaded, self.claims) >= 40, "{name}: {self:?}");
        // Laws of tautologies have rules that match everything.
        assert!(share(self.matches, self.events) >= 3, "{name}: {self:?}");
        assert!(share(self.misses, self.events) >= 3, "{name}: {self:?}");
    }
}

/// A few events made for a rule.
fn events(rule: &GeneratedRule, choices: &mut Choices<'_>) -> Vec<Value> {
    (0..5).map(|_| generate::event(rule, choices)).collect()
}
