//! What is kept of a group's events, by type of correlation, and how it is asked.

use crate::correlation::chain::{Chain, Link};
use crate::correlation::definition::Definition;
use crate::correlation::distinct::Values;
use crate::correlation::key;
use crate::correlation::ranks::Ranks;
use crate::correlation::ring::{Entry, Ring};
use crate::correlation::seen::Seen;
use crate::correlation::sum::Sum;
use crate::correlation::test::Test;
use crate::correlation::value::Value;

/// What an event adds to a group.
#[derive(Clone, Debug)]
pub(super) struct Addition<'a, T> {
    /// The place of the rule in the correlation's list.
    pub(super) rule: usize,
    pub(super) time: i64,
    pub(super) payload: Payload<'a>,
    pub(super) mark: T,
}

/// What is computed with.
#[derive(Clone, Debug)]
pub(super) enum Payload<'a> {
    Nothing,
    /// The texts of the fields, as `key` writes tuples.
    Tuple(&'a [u8]),
    Number(Value),
}

impl Payload<'_> {
    /// Bytes of text that are kept of it, if it is new.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Tuple(tuple) => tuple.len(),
            Self::Nothing | Self::Number(_) => 0,
        }
    }
}

/// An entry of a window in the form in which it is kept elsewhere.
#[derive(Clone, Debug)]
pub(super) struct SavedEntry<T> {
    pub(super) time: i64,
    pub(super) texts: Vec<String>,
    pub(super) mark: T,
}

/// Where a window stands, and what it shares with others.
pub(super) struct Place<'a, T> {
    pub(super) definition: &'a Definition,
    pub(super) slot: u32,
    pub(super) seen: &'a Seen<T>,
}

/// The state of one group of one type of correlation. Nothing in it is ever searched: each event changes it once when
/// it comes and once when it leaves.
pub(super) trait Window<T>: Sized {
    /// What all groups have in common.
    type Shared: Default + std::fmt::Debug;

    /// For a group of a correlation over so many rules.
    fn new(rules: usize) -> Self;

    /// The time of the newest event.
    fn newest(&self) -> i64;

    /// Adds an event that `seen` has noted already; returns by how many entries the window grows.
    fn add(
        &mut self,
        addition: Addition<'_, T>,
        place: &Place<'_, T>,
        shared: &mut Self::Shared,
    ) -> usize;

    /// Drops the oldest entry if it is older than `start`; returns whether it did.
    fn drop_before(
        &mut self,
        start: i64,
        definition: &Definition,
        shared: &mut Self::Shared,
    ) -> bool;

    /// What the events since `start` come to, rounded, if the condition holds of it.
    fn judge(&self, start: i64, place: &Place<'_, T>) -> Option<f64>;

    /// The newest events since `start`, at most so many, oldest first.
    fn marks(&self, start: i64, most: usize, place: &Place<'_, T>) -> Vec<T>;

    fn save(&self, definition: &Definition, shared: &Self::Shared) -> Vec<SavedEntry<T>>;

    fn links(&self) -> Vec<(Option<Link>, Vec<T>)> {
        Vec::new()
    }

    fn restore_links(&mut self, _newest: i64, _links: Vec<(Option<Link>, Vec<T>)>) {}

    fn shared_bytes(_shared: &Self::Shared) -> usize {
        0
    }
}

/// `event_count`.
#[derive(Debug)]
pub(super) struct CountWindow<T>(Ring<(), T>);

/// `value_count`.
#[derive(Debug)]
pub(super) struct DistinctWindow<T> {
    ring: Ring<u32, T>,
    distinct: u32,
}

/// `value_sum` and `value_avg`.
#[derive(Debug)]
pub(super) struct SumWindow<T> {
    ring: Ring<Value, T>,
    sum: Sum,
}

/// `value_percentile` and `value_median`.
#[derive(Debug)]
pub(super) struct RankWindow<T> {
    ring: Ring<Value, T>,
    ranks: Ranks,
}

/// `temporal`: when which rule was seen is all there is to know.
#[derive(Debug)]
pub(super) struct TemporalWindow {
    newest: i64,
}

impl<T: Clone> Window<T> for CountWindow<T> {
    type Shared = ();

    fn new(_rules: usize) -> Self {
        Self(Ring::default())
    }

    fn newest(&self) -> i64 {
        newest(&self.0)
    }

    fn add(&mut self, addition: Addition<'_, T>, _: &Place<'_, T>, (): &mut ()) -> usize {
        self.0.push(entry(&addition, ()));
        1
    }

    fn drop_before(&mut self, start: i64, _: &Definition, (): &mut ()) -> bool {
        self.0.pop_before(start).is_some()
    }

    fn judge(&self, _: i64, place: &Place<'_, T>) -> Option<f64> {
        let count = self.0.len() as u64;
        let holds = place.definition.test.holds_for_count(count);
        holds.then_some(count as f64)
    }

    fn marks(&self, _: i64, most: usize, _: &Place<'_, T>) -> Vec<T> {
        marks(&self.0, most)
    }

    fn save(&self, _: &Definition, (): &()) -> Vec<SavedEntry<T>> {
        save(&self.0, |()| Vec::new())
    }
}

impl<T: Clone> Window<T> for DistinctWindow<T> {
    type Shared = Values;

    fn new(_rules: usize) -> Self {
        Self {
            ring: Ring::default(),
            distinct: 0,
        }
    }

    fn newest(&self) -> i64 {
        newest(&self.ring)
    }

    fn add(
        &mut self,
        addition: Addition<'_, T>,
        place: &Place<'_, T>,
        values: &mut Values,
    ) -> usize {
        let Payload::Tuple(tuple) = &addition.payload else {
            return 0;
        };
        let (value, is_new) = values.add(place.slot, tuple);
        self.distinct += u32::from(is_new);
        self.ring.push(entry(&addition, value));
        1
    }

    fn drop_before(&mut self, start: i64, _: &Definition, values: &mut Values) -> bool {
        let Some(entry) = self.ring.pop_before(start) else {
            return false;
        };
        if values.remove(entry.payload) {
            self.distinct = self.distinct.saturating_sub(1);
        }
        true
    }

    fn judge(&self, _: i64, place: &Place<'_, T>) -> Option<f64> {
        let test = &place.definition.test;
        let holds = test.holds_for_count(u64::from(self.distinct));
        holds.then_some(f64::from(self.distinct))
    }

    fn marks(&self, _: i64, most: usize, _: &Place<'_, T>) -> Vec<T> {
        marks(&self.ring, most)
    }

    fn save(&self, definition: &Definition, values: &Values) -> Vec<SavedEntry<T>> {
        let parts = definition.value_fields.len();
        save(&self.ring, |value| {
            let texts = key::texts(values.text(*value), parts);
            texts.map(str::to_owned).collect()
        })
    }

    fn shared_bytes(values: &Values) -> usize {
        values.bytes()
    }
}

impl<T: Clone> Window<T> for SumWindow<T> {
    type Shared = ();

    fn new(_rules: usize) -> Self {
        Self {
            ring: Ring::default(),
            sum: Sum::default(),
        }
    }

    fn newest(&self) -> i64 {
        newest(&self.ring)
    }

    fn add(&mut self, addition: Addition<'_, T>, _: &Place<'_, T>, (): &mut ()) -> usize {
        let Payload::Number(value) = &addition.payload else {
            return 0;
        };
        self.sum.add(value.number(), 1);
        self.ring.push(entry(&addition, value.clone()));
        1
    }

    fn drop_before(&mut self, start: i64, _: &Definition, (): &mut ()) -> bool {
        let Some(entry) = self.ring.pop_before(start) else {
            return false;
        };
        self.sum.add(entry.payload.number(), -1);
        true
    }

    fn judge(&self, _: i64, place: &Place<'_, T>) -> Option<f64> {
        let mut times = 1;
        if place.definition.is_average() {
            times = i64::try_from(self.ring.len()).unwrap_or(i64::MAX).max(1);
        }
        let test = &place.definition.test;
        let holds = test.holds(|number| self.sum.compare(number, times));
        holds.then(|| self.sum.approximate() / times as f64)
    }

    fn marks(&self, _: i64, most: usize, _: &Place<'_, T>) -> Vec<T> {
        marks(&self.ring, most)
    }

    fn save(&self, _: &Definition, (): &()) -> Vec<SavedEntry<T>> {
        save(&self.ring, |value| vec![value.text()])
    }
}

impl<T: Clone> Window<T> for RankWindow<T> {
    type Shared = ();

    fn new(_rules: usize) -> Self {
        Self {
            ring: Ring::default(),
            ranks: Ranks::default(),
        }
    }

    fn newest(&self) -> i64 {
        newest(&self.ring)
    }

    fn add(&mut self, addition: Addition<'_, T>, place: &Place<'_, T>, (): &mut ()) -> usize {
        let Payload::Number(value) = &addition.payload else {
            return 0;
        };
        let percentile = place.definition.percentile;
        self.ranks.insert(value.clone(), percentile);
        self.ring.push(entry(&addition, value.clone()));
        1
    }

    fn drop_before(&mut self, start: i64, definition: &Definition, (): &mut ()) -> bool {
        let Some(entry) = self.ring.pop_before(start) else {
            return false;
        };
        self.ranks.remove(&entry.payload, definition.percentile);
        true
    }

    fn judge(&self, _: i64, place: &Place<'_, T>) -> Option<f64> {
        let Definition {
            test, percentile, ..
        } = place.definition;
        let holds = test.holds(|number| self.ranks.compare(*percentile, number));
        holds.then(|| self.ranks.approximate(*percentile))
    }

    fn marks(&self, _: i64, most: usize, _: &Place<'_, T>) -> Vec<T> {
        marks(&self.ring, most)
    }

    fn save(&self, _: &Definition, (): &()) -> Vec<SavedEntry<T>> {
        save(&self.ring, |value| vec![value.text()])
    }
}

impl<T: Clone> Window<T> for TemporalWindow {
    type Shared = ();

    fn new(_rules: usize) -> Self {
        Self { newest: i64::MIN }
    }

    fn newest(&self) -> i64 {
        self.newest
    }

    fn add(&mut self, addition: Addition<'_, T>, _: &Place<'_, T>, (): &mut ()) -> usize {
        self.newest = self.newest.max(addition.time);
        0
    }

    fn drop_before(&mut self, _: i64, _: &Definition, (): &mut ()) -> bool {
        false
    }

    fn judge(&self, start: i64, place: &Place<'_, T>) -> Option<f64> {
        let Place {
            definition,
            slot,
            seen,
        } = *place;
        let count = seen.count(slot, start);
        let holds = match &definition.test {
            Test::Rules(expression) => expression.holds(&|rule| seen.is_seen(slot, rule, start)),
            test => test.holds_for_count(count),
        };
        holds.then_some(count as f64)
    }

    fn marks(&self, start: i64, most: usize, place: &Place<'_, T>) -> Vec<T> {
        let Place { slot, seen, .. } = *place;
        let rules = 0..seen.rules();
        let mut newest: Vec<(i64, T)> = rules
            .filter(|rule| seen.is_seen(slot, *rule, start))
            .filter_map(|rule| Some((seen.time(slot, rule)?, seen.mark(slot, rule)?.clone())))
            .collect();
        newest.sort_by_key(|(time, _)| *time);
        let surplus = newest.len().saturating_sub(most);
        newest
            .into_iter()
            .skip(surplus)
            .map(|(_, mark)| mark)
            .collect()
    }

    fn save(&self, _: &Definition, (): &()) -> Vec<SavedEntry<T>> {
        Vec::new()
    }

    fn restore_links(&mut self, newest: i64, _links: Vec<(Option<Link>, Vec<T>)>) {
        self.newest = newest;
    }
}

/// `temporal_ordered`.
impl<T: Clone> Window<T> for Chain<T> {
    type Shared = ();

    fn new(rules: usize) -> Self {
        Self::new(rules)
    }

    fn newest(&self) -> i64 {
        self.newest()
    }

    fn add(&mut self, addition: Addition<'_, T>, place: &Place<'_, T>, (): &mut ()) -> usize {
        let Addition {
            rule, time, mark, ..
        } = addition;
        self.extend(place.slot, rule, time, &mark, place.seen);
        0
    }

    fn drop_before(&mut self, _: i64, _: &Definition, (): &mut ()) -> bool {
        false
    }

    fn judge(&self, start: i64, place: &Place<'_, T>) -> Option<f64> {
        let Place {
            definition,
            slot,
            seen,
        } = *place;
        let is_ordered = self.holds_since(start);
        let count = if is_ordered { seen.rules() as u64 } else { 0 };
        let holds = match &definition.test {
            Test::Rules(expression) => {
                is_ordered && expression.holds(&|rule| seen.is_seen(slot, rule, start))
            }
            test => test.holds_for_count(count),
        };
        holds.then_some(count as f64)
    }

    fn marks(&self, start: i64, most: usize, place: &Place<'_, T>) -> Vec<T> {
        match self.holds_since(start) {
            true => self.path().iter().take(most).cloned().collect(),
            false => TemporalWindow { newest: 0 }.marks(start, most, place),
        }
    }

    fn save(&self, _: &Definition, (): &()) -> Vec<SavedEntry<T>> {
        Vec::new()
    }

    fn links(&self) -> Vec<(Option<Link>, Vec<T>)> {
        let links = self.links();
        links.map(|(link, path)| (link, path.to_vec())).collect()
    }

    fn restore_links(&mut self, newest: i64, links: Vec<(Option<Link>, Vec<T>)>) {
        self.restore(newest, links);
    }
}

fn entry<P, T: Clone>(addition: &Addition<'_, T>, payload: P) -> Entry<P, T> {
    Entry {
        time: addition.time,
        payload,
        mark: addition.mark.clone(),
    }
}

fn newest<P, T>(ring: &Ring<P, T>) -> i64 {
    ring.newest().unwrap_or(i64::MIN)
}

fn marks<P, T: Clone>(ring: &Ring<P, T>, most: usize) -> Vec<T> {
    let entries = ring.newest_few(most).into_iter();
    entries.map(|entry| entry.mark.clone()).collect()
}

fn save<P, T: Clone>(ring: &Ring<P, T>, texts: impl Fn(&P) -> Vec<String>) -> Vec<SavedEntry<T>> {
    let entries = ring.sorted().into_iter();
    entries
        .map(|entry| SavedEntry {
            time: entry.time,
            texts: texts(&entry.payload),
            mark: entry.mark.clone(),
        })
        .collect()
}
