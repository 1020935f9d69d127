//! An event with given facts and without given goals.
//!
//! Nothing here has to be right: the engine is asked about every event before it is called a witness. A better guess
//! only means that fewer questions stay open.

use std::collections::BTreeMap;

use crate::compile::plan::{Predicate, Test, ValueTest};
use crate::proof::leaf::passes;
use crate::proof::sample;
use crate::proof::sequent::Sequent;
use crate::proof::{Witness, WitnessValue};

/// How many different events there are to try.
pub(super) const TURNS: usize = FILLERS.len();

/// What stands where any text may. Not letters first: they would make words.
const FILLERS: [&str; 6] = ["~", "x", " ", "", "0", "\\"];

/// Tests of a list from which a value is chosen.
const TRIED_TESTS: usize = 16;

/// Questions about one field that are answered together. Each text is held against each, so more would take long.
const MOST_NEEDS: usize = 200;

/// What is asked of one field.
#[derive(Debug, Default)]
struct Field<'p> {
    /// For each, some value must pass one of the tests.
    needs: Vec<Vec<&'p ValueTest>>,
    null: bool,
    exists: bool,
    /// No value may pass any of these.
    avoid: Vec<&'p ValueTest>,
    avoid_null: bool,
    avoid_exists: bool,
}

/// What holds for all fields of an event.
#[derive(Clone, Copy)]
struct Given<'a, 'p> {
    /// What no value may pass, since keywords look at all of them.
    avoid: &'a [&'p ValueTest],
    turn: usize,
    /// The field's place among the others: fields of which nothing is known should not be equal.
    place: usize,
}

/// An event for a sequent; `turn` chooses among the many there may be.
pub(super) fn event(sequent: &Sequent<'_>, turn: usize) -> Option<Witness> {
    let mut fields: BTreeMap<&str, Field<'_>> = BTreeMap::new();
    let mut keywords = Field::default();
    let mut references = Vec::new();
    for goal in &sequent.goals {
        match &goal.field {
            Some(name) => fields.entry(name).or_default().refuse(goal),
            None => keywords.refuse(goal),
        }
    }
    for fact in &sequent.facts {
        let field = match &fact.field {
            Some(name) => fields.entry(name).or_default(),
            None => &mut keywords,
        };
        match &fact.test {
            Test::AnyOf(tests) => field.need(tests, turn),
            Test::Exists => field.exists = true,
            Test::Reference { other, .. } => {
                references.push((fact.field.as_deref().unwrap_or_default(), &**other));
            }
        }
    }
    for (left, right) in &references {
        fields.entry(left).or_default();
        fields.entry(right).or_default();
    }
    let mut values = BTreeMap::new();
    for (place, (name, field)) in fields.iter().enumerate() {
        let given = Given {
            avoid: &keywords.avoid,
            turn,
            place,
        };
        values.insert(*name, field.values(given)?);
    }
    for (left, right) in references {
        share(left, right, &fields, &mut values, &keywords.avoid)?;
    }
    let mut event: Vec<(String, Vec<WitnessValue>)> = values
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| (name.to_owned(), values))
        .collect();
    let found = keywords.values(Given {
        avoid: &[],
        turn,
        place: 0,
    })?;
    if !found.is_empty() {
        event.push((unused_name(&fields), found));
    }
    Some(Witness::new(event))
}

impl<'p> Field<'p> {
    fn refuse(&mut self, goal: &'p Predicate) {
        match &goal.test {
            Test::AnyOf(tests) => {
                self.avoid_null |= tests.contains(&ValueTest::Null);
                self.avoid
                    .extend(tests.iter().filter(|test| **test != ValueTest::Null));
            }
            Test::Exists => self.avoid_exists = true,
            Test::Reference { .. } => {}
        }
    }

    fn need(&mut self, tests: &'p [ValueTest], turn: usize) {
        let others: Vec<_> = tests
            .iter()
            .filter(|test| **test != ValueTest::Null)
            .collect();
        let may_be_null = others.len() < tests.len() && !self.avoid_null;
        if others.is_empty() || (may_be_null && turn % 2 == 0) {
            self.null = true;
        } else {
            self.needs.push(others);
        }
    }

    /// Values for the field; none if it can be missing.
    fn values(&self, given: Given<'_, '_>) -> Option<Vec<WitnessValue>> {
        let texts = self.texts(given)?.into_iter();
        let mut values: Vec<WitnessValue> = texts.map(WitnessValue::Text).collect();
        if self.null && (self.exists || !values.is_empty()) {
            values.push(WitnessValue::Null);
        }
        if values.is_empty() && (self.exists || self.avoid_null) {
            values.push(self.anything(given));
        }
        let may_be_present = !self.avoid_exists || values.is_empty();
        may_be_present.then_some(values)
    }

    /// A value that nothing is known of.
    fn anything(&self, given: Given<'_, '_>) -> WitnessValue {
        let mut fillers = fillers_from(given.turn + given.place);
        match fillers.find(|text| self.accepts(text, given.avoid)) {
            Some(text) => WitnessValue::Text(text.to_owned()),
            None if self.avoid_null => WitnessValue::Map,
            None => WitnessValue::Null,
        }
    }

    fn accepts(&self, text: &str, avoid: &[&ValueTest]) -> bool {
        let mut refused = self.avoid.iter().chain(avoid);
        !refused.any(|test| passes(test, text))
    }

    /// One text for all needs if that can be had, else one for each.
    fn texts(&self, given: Given<'_, '_>) -> Option<Vec<String>> {
        if self.needs.is_empty() {
            return Some(Vec::new());
        }
        if self.needs.len() > MOST_NEEDS {
            return None;
        }
        let filler = fillers_from(given.turn).next().unwrap_or_default();
        let longest = self.needs.iter().map(Vec::len).max().unwrap_or(0);
        for choice in 0..longest.min(TRIED_TESTS) {
            let tests = self.needs.iter();
            let tests =
                tests.filter_map(|need| need.get((choice + given.turn) % need.len().max(1)));
            let tests: Vec<&ValueTest> = tests.copied().collect();
            let text = sample::joined(&tests, filler)
                .filter(|text| self.meets_all(text) && self.accepts(text, given.avoid));
            if let Some(text) = text {
                return Some(vec![text]);
            }
        }
        let mut texts: Vec<String> = Vec::new();
        for need in &self.needs {
            let is_met = |text: &String| need.iter().any(|test| passes(test, text));
            if !texts.iter().any(is_met) {
                texts.push(self.text(need, given)?);
            }
        }
        Some(texts)
    }

    fn meets_all(&self, text: &str) -> bool {
        self.needs
            .iter()
            .all(|need| need.iter().any(|test| passes(test, text)))
    }

    fn text(&self, need: &[&ValueTest], given: Given<'_, '_>) -> Option<String> {
        let tests = need.iter().cycle().skip(given.turn % need.len().max(1));
        for test in tests.take(need.len().min(TRIED_TESTS)) {
            for filler in fillers_from(given.turn) {
                let mut found = sample::texts(test, filler).into_iter();
                let text = found.find(|text| self.accepts(text, given.avoid));
                if text.is_some() {
                    return text;
                }
            }
        }
        None
    }
}

/// All fillers, that of this place first.
fn fillers_from(place: usize) -> impl Iterator<Item = &'static str> {
    FILLERS
        .iter()
        .copied()
        .cycle()
        .skip(place % FILLERS.len())
        .take(FILLERS.len())
}

/// Gives two fields a text in common: what one of them has already, if the other may have it.
fn share(
    left: &str,
    right: &str,
    fields: &BTreeMap<&str, Field<'_>>,
    values: &mut BTreeMap<&str, Vec<WitnessValue>>,
    avoid: &[&ValueTest],
) -> Option<()> {
    let texts = |name: &str| {
        let values = values.get(name).into_iter().flatten();
        values
            .filter(|value| matches!(value, WitnessValue::Text(_)))
            .cloned()
            .collect::<Vec<_>>()
    };
    let fillers = FILLERS.map(|filler| WitnessValue::Text(filler.to_owned()));
    let candidates = [texts(left), texts(right), fillers.to_vec()].concat();
    let fits = |name: &str, value: &WitnessValue| {
        let has = values
            .get(name)
            .is_some_and(|values| values.contains(value));
        has || matches!((value, fields.get(name)), (WitnessValue::Text(text), Some(field))
            if !field.avoid_exists && field.accepts(text, avoid))
    };
    let shared = candidates
        .into_iter()
        .find(|value| fits(left, value) && fits(right, value))?;
    for name in [left, right] {
        let own = values.get_mut(name)?;
        if !own.contains(&shared) {
            own.push(shared.clone());
        }
    }
    Some(())
}

/// A field for keywords, which look at every field.
fn unused_name(fields: &BTreeMap<&str, Field<'_>>) -> String {
    let mut name = String::from("Message");
    while fields.contains_key(name.as_str()) {
        name.push('_');
    }
    name
}
