//! Rules over the matches of other rules, on event time.
//!
//! In: events with the rules they match, in any order within a stated lateness. Out: [`CorrelationMatch`]es (chapter 12).
//! Called by embedders after the engine. Matches no rule itself, and keeps neither events nor a clock: all it has of an
//! event are the texts of the fields that it groups by and counts, and a name that the embedder gave it.
//!
//! # Example
//!
//! ```
//! use sigmatic::correlation::{CorrelationMatch, Correlator};
//! use sigmatic::{Collection, RuleSet};
//!
//! # fn main() -> Result<(), sigmatic::Error> {
//! let loaded = Collection::from_yaml("
//! title: Failed logon
//! name: failed_logon
//! logsource: { product: windows, service: security }
//! detection: { selection: { EventID: 4625 }, condition: selection }
//! ---
//! title: Many failed logons
//! level: high
//! correlation:
//!   type: event_count
//!   rules: [failed_logon]
//!   group-by: [TargetUserName]
//!   timespan: 5m
//!   condition: { gte: 3 }
//! ");
//! let rules = RuleSet::builder().collection(&loaded).build()?;
//! let mut scratch = rules.scratch();
//!
//! // Events are named by their line numbers here.
//! let mut correlator: Correlator<u64> = Correlator::builder(&rules).collection(&loaded).build()?;
//! let mut found: Vec<CorrelationMatch<u64>> = Vec::new();
//! for (line, time) in [(1, "2025-03-01T10:00:00Z"), (2, "2025-03-01T10:00:40Z"), (3, "2025-03-01T10:04:00Z")] {
//!     let event = [("timestamp", time), ("EventID", "4625"), ("TargetUserName", "eve")];
//!     let hits = rules.matches(&event, &mut scratch);
//!     correlator.observe(&event, hits, line, &mut found);
//! }
//! assert_eq!(found.len(), 1);
//! assert_eq!(found[0].correlation().title(), "Many failed logons");
//! assert_eq!(found[0].group().collect::<Vec<_>>(), [("TargetUserName", "eve")]);
//! assert_eq!(found[0].events(), [1, 2, 3]);
//! # Ok(())
//! # }
//! ```
//!
//! # What it costs
//!
//! Every event changes the state once when it comes and once when it leaves its window: nothing is searched, whatever the
//! length of the window and whatever the order in which rules match (bench `correlation`). A group of `event_count` with
//! one or two events takes some 70 bytes, its key included if that is short (bench `correlation`, memory).

mod builder;
mod chain;
mod definition;
mod digest;
mod distinct;
mod extract;
mod groups;
mod held;
mod key;
mod options;
mod pass;
mod plan;
mod ranks;
mod report;
mod ring;
mod seen;
mod snapshot;
mod state;
mod store;
mod sum;
mod test;
mod value;
mod window;

use std::sync::Arc;

use crate::correlation::extract::{Extract, time_of};
use crate::correlation::held::{Content, Held};
use crate::correlation::options::nanoseconds;
use crate::correlation::pass::{Pass, Work, partition_key};
use crate::correlation::plan::Plan;
use crate::correlation::snapshot::clamped;
use crate::correlation::state::State;
use crate::engine::Match;
use crate::error::Problem;
use crate::event::Event;
use crate::rule::Correlation;

pub use self::builder::CorrelatorBuilder;
pub use self::options::{Options, WhenFull};
pub use self::report::{CorrelationMatch, Counters, Loss, Sink};
pub use self::snapshot::{Restored, Snapshot};

/// Follows a stream of events and tells which correlations fire.
///
/// One for each stream, or for each shard of one; it is `Send`. `T` is how the embedder names an event: a number, an
/// offset, an `Arc` of the event itself, or `()`, which costs nothing.
///
/// Built by [`builder`](Correlator::builder); see the [module](self) for an example.
#[derive(Debug)]
pub struct Correlator<T: Clone + std::fmt::Debug = ()> {
    plan: Arc<Plan>,
    options: Options,
    problems: Vec<Problem>,
    /// By correlation of the plan.
    states: Vec<State<T>>,
    /// With a lateness: events whose time has not come.
    held: Held<T>,
    /// With a lateness: the newest time, of an event or a clock.
    newest: Option<i64>,
    /// With a lateness: events older than this come too late in any case, since later ones were taken.
    floor: i64,
    /// What `advance` was told last.
    now: Option<i64>,
    /// The time of the event that was taken last.
    previous: i64,
    counters: Counters,
    extract: Extract,
    work: Work,
}

impl<T: Clone + std::fmt::Debug> Correlator<T> {
    fn new(plan: Arc<Plan>, options: Options, problems: Vec<Problem>) -> Self {
        let definitions = plan.definitions.iter();
        Self {
            states: definitions
                .map(|definition| State::new(definition))
                .collect(),
            plan,
            options,
            problems,
            held: Held::default(),
            newest: None,
            floor: i64::MIN,
            now: None,
            previous: i64::MIN,
            counters: Counters::default(),
            extract: Extract::default(),
            work: Work::default(),
        }
    }

    /// Takes an event with the rules of the set that it matches. Its time is read from
    /// [`Options::time_fields`]; an event without one takes part in no correlation (S-402).
    ///
    /// `name` is how the embedder calls the event. What fires goes to `out`: at once, or with an
    /// [`Options::lateness`], as soon as nothing can come before it any more.
    ///
    /// # Cost
    /// Constant for each correlation that takes one of the rules, logarithmic for percentiles. Allocates for new groups
    /// and for what fires.
    pub fn observe<'r, E: Event + ?Sized>(
        &mut self,
        event: &E,
        hits: impl IntoIterator<Item = Match<'r>>,
        name: T,
        out: &mut impl Sink<T>,
    ) {
        self.read(event, hits);
        // Without a lateness, an event that no correlation looks at changes nothing, and its time need not be read.
        if self.extract.hits.is_empty() && self.options.lateness.is_zero() {
            return;
        }
        match time_of(event, &self.options.time_fields, self.plan.depth) {
            Some(time) => self.take(time, name, out),
            None if self.extract.hits.is_empty() => {}
            None => {
                self.counters.events += 1;
                self.counters.without_time += 1;
            }
        }
    }

    /// The same with a time that the embedder knows, in nanoseconds since 1970.
    pub fn observe_at<'r, E: Event + ?Sized>(
        &mut self,
        event: &E,
        hits: impl IntoIterator<Item = Match<'r>>,
        time: i64,
        name: T,
        out: &mut impl Sink<T>,
    ) {
        self.read(event, hits);
        self.take(time, name, out);
    }

    /// Tells what time it is, in nanoseconds since 1970: there is no clock inside. Not needed; it lets held events go
    /// although no later ones come, bounds how far [`ahead`](Options::ahead) events may be, and forgets at once all
    /// groups whose window has passed. Not for reading old logs, whose events would all be late.
    ///
    /// # Cost
    /// Linear in the groups.
    pub fn advance(&mut self, now: i64, out: &mut impl Sink<T>) {
        let now = clamped(now);
        self.now = Some(now);
        if !self.options.lateness.is_zero() {
            self.newest = Some(self.newest.map_or(now, |newest| newest.max(now)));
            self.release(out);
        }
        let passed = now.saturating_sub(nanoseconds(self.options.lateness));
        for (definition, state) in self.plan.definitions.iter().zip(&mut self.states) {
            state.sweep_all(passed, definition, &self.options);
        }
    }

    /// Takes all events that are held, as at the end of a stream. What comes afterwards must not be older.
    pub fn flush(&mut self, out: &mut impl Sink<T>) {
        self.release_before(i64::MAX, out);
    }

    /// Whether a match is a result of its own. It is not if correlations take the rule and none of them says `generate`
    /// (S-409): `RuleSet::matches` yields it all the same.
    #[must_use]
    pub fn is_reported(&self, hit: &Match<'_>) -> bool {
        let entry = self.plan.entries.get(hit.index());
        entry.is_none_or(|entry| entry.is_reported)
    }

    /// Whether any correlation takes the rule: if none does, the event need not be shown to a correlator for its sake.
    #[must_use]
    pub fn concerns(&self, hit: &Match<'_>) -> bool {
        let entry = self.plan.entries.get(hit.index());
        entry.is_some_and(|entry| !entry.outer.is_empty())
    }

    /// Where an event must be routed so that correlators on several machines together give what one would: shard
    /// `key % count` of each key, each built with its [`Options::shard`]. A shard takes part only in its own groups,
    /// whatever else it is sent. The keys are the same on every machine and in every version. Without keys the event
    /// concerns no correlation.
    ///
    /// Correlations that take each other share a key if they group by the same names, and else go to one shard as a
    /// whole.
    pub fn partition_keys<'r, E: Event + ?Sized>(
        &mut self,
        event: &E,
        hits: impl IntoIterator<Item = Match<'r>>,
    ) -> Vec<u64> {
        self.read(event, hits);
        let plan = &self.plan;
        let entries = self.extract.hits.iter();
        let outer = entries
            .filter_map(|rule| plan.entries.get(*rule as usize))
            .flat_map(|entry| &entry.outer);
        let mut keys: Vec<u64> = outer
            .filter_map(|(number, place)| {
                let definition = plan.definition(*number)?;
                let fields = &definition.inputs.get(*place as usize)?.keys;
                let mut key = Vec::new();
                for field in fields {
                    key::append(&mut key, fields.len(), self.extract.text(*field)?);
                }
                Some(partition_key(definition.component, &key))
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The correlations, inner ones before those that take them.
    pub fn correlations(&self) -> impl ExactSizeIterator<Item = &Arc<Correlation>> {
        let definitions = self.plan.definitions.iter();
        definitions.map(|definition| &definition.correlation)
    }

    /// What was wrong with correlations that were left out.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How often what happened.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// How many groups there are, of all correlations. Some may be past and not yet forgotten.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.states.iter().map(State::len).sum()
    }

    /// How many events stand in windows, of all correlations.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.states.iter().map(State::entries).sum()
    }

    /// How many events are held because of [`Options::lateness`].
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Reads what correlations need of an event.
    fn read<'r, E: Event + ?Sized>(
        &mut self,
        event: &E,
        hits: impl IntoIterator<Item = Match<'r>>,
    ) {
        self.extract.clear();
        for hit in hits {
            let entry = self.plan.entries.get(hit.index());
            let Some(entry) = entry.filter(|entry| !entry.outer.is_empty()) else {
                continue;
            };
            self.extract
                .hits
                .push(u32::try_from(hit.index()).unwrap_or(u32::MAX));
            for field in &entry.needs {
                let name = self.plan.field(*field);
                self.extract.read(event, *field, name, self.plan.depth);
            }
        }
    }

    /// Takes the event that was read.
    fn take(&mut self, time: i64, name: T, out: &mut impl Sink<T>) {
        let time = clamped(time);
        let is_relevant = !self.extract.hits.is_empty();
        self.counters.events += u64::from(is_relevant);
        let limit = self.now.map_or(i64::MAX, |now| {
            now.saturating_add(nanoseconds(self.options.ahead))
        });
        if time > limit {
            if is_relevant {
                self.counters.ahead += 1;
                out.lost(Loss::Ahead { time, event: name });
            }
        } else if self.options.lateness.is_zero() {
            if is_relevant {
                self.process(time, &name, out);
            }
        } else {
            self.hold(time, name, is_relevant, out);
        }
    }

    fn hold(&mut self, time: i64, name: T, is_relevant: bool, out: &mut impl Sink<T>) {
        if time < self.watermark() {
            if is_relevant {
                self.counters.late += 1;
                out.lost(Loss::Late { time, event: name });
            }
            return;
        }
        if is_relevant {
            let content = Content::of(&self.extract);
            self.held.push(time, content, name);
        }
        if self.newest.is_none_or(|newest| newest < time) {
            self.newest = Some(time);
        }
        self.release(out);
    }

    /// No event older than this is taken any more.
    fn watermark(&self) -> i64 {
        let lateness = nanoseconds(self.options.lateness);
        let newest = self.newest.unwrap_or(i64::MIN);
        newest.saturating_sub(lateness).max(self.floor)
    }

    /// Takes the held events whose time has come, and the oldest if there are too many.
    fn release(&mut self, out: &mut impl Sink<T>) {
        self.release_before(self.watermark(), out);
        while self.held.len() > self.options.held {
            self.counters.early += 1;
            if !self.take_held(i64::MAX, out) {
                break;
            }
        }
    }

    fn release_before(&mut self, time: i64, out: &mut impl Sink<T>) {
        while self.take_held(time, out) {}
    }

    fn take_held(&mut self, before: i64, out: &mut impl Sink<T>) -> bool {
        let Some((position, name)) = self.held.pop_before(before) else {
            return false;
        };
        self.floor = self.floor.max(position.time);
        position.content.put_into(&mut self.extract);
        self.process(position.time, &name, out);
        true
    }

    /// Runs the event that was read through the correlations.
    fn process(&mut self, time: i64, name: &T, out: &mut impl Sink<T>) {
        let passed = time.min(self.previous);
        self.previous = time;
        let pass = Pass {
            plan: &self.plan,
            options: &self.options,
            states: &mut self.states,
            counters: &mut self.counters,
            extract: &self.extract,
            work: &mut self.work,
            time,
            passed,
            mark: name,
            out,
        };
        pass.run();
    }
}
