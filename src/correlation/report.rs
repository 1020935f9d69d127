//! What comes out: correlations that fired, and what was lost.

use std::sync::Arc;

use crate::correlation::definition::Definition;
use crate::correlation::key;
use crate::rule::Correlation;

/// A correlation that fired for one group.
#[derive(Clone, Debug)]
pub struct CorrelationMatch<T = ()> {
    pub(super) definition: Arc<Definition>,
    pub(super) key: Box<[u8]>,
    pub(super) window: (i64, i64),
    pub(super) time: i64,
    pub(super) rules: Vec<u32>,
    pub(super) events: Vec<T>,
    pub(super) trigger: T,
    pub(super) value: f64,
}

impl<T> CorrelationMatch<T> {
    /// The correlation. Its metadata describe the result (S-419).
    #[must_use]
    pub fn correlation(&self) -> &Correlation {
        &self.definition.correlation
    }

    /// The names in `group-by` with this group's texts.
    pub fn group(&self) -> impl Iterator<Item = (&str, &str)> {
        named(&self.definition, &self.key)
    }

    /// First and last nanosecond of the window, both included, since 1970.
    #[must_use]
    pub fn window(&self) -> (i64, i64) {
        self.window
    }

    /// The time of the event that made it fire, in nanoseconds since 1970.
    #[must_use]
    pub fn time(&self) -> i64 {
        self.time
    }

    /// The event that made it fire, as the embedder named it.
    #[must_use]
    pub fn trigger(&self) -> &T {
        &self.trigger
    }

    /// The rules and correlations with an event in the window, by id, else name, else title, in the order of the
    /// correlation's list.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let inputs = &self.definition.inputs;
        let places = self.rules.iter();
        places.filter_map(|place| Some(&*inputs.get(*place as usize)?.identity))
    }

    /// The events in the window as the embedder named them, oldest first, at most
    /// [`Options::events`](super::Options::events). Of temporal types, which keep no more, the newest of each rule; of
    /// those in order, one for each rule in order.
    #[must_use]
    pub fn events(&self) -> &[T] {
        &self.events
    }

    /// What was counted or computed. Rounded, if it is not a count; the condition looked at the exact value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}

/// Something that did not go into a correlation, or no longer is in it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Loss<T = ()> {
    /// An event came later than allowed: than [`Options::lateness`](super::Options::lateness), or without one, than
    /// its group's window reaches back.
    Late {
        /// The event's time.
        time: i64,
        /// The event.
        event: T,
    },
    /// An event's time lies too far ahead of the clock: [`Options::ahead`](super::Options::ahead).
    Ahead {
        /// The event's time.
        time: i64,
        /// The event.
        event: T,
    },
    /// A correlation is full, and takes no more: [`WhenFull::Reject`](super::WhenFull::Reject).
    Rejected {
        /// The correlation.
        correlation: Arc<Correlation>,
        /// The event.
        event: T,
    },
    /// A group was forgotten to make room.
    Evicted {
        /// The correlation.
        correlation: Arc<Correlation>,
        /// The names in `group-by` with the group's texts.
        group: Vec<(String, String)>,
    },
    /// The oldest event of the only group was forgotten to make room.
    Shortened {
        /// The correlation.
        correlation: Arc<Correlation>,
    },
}

/// Takes what comes out of a [`Correlator`](super::Correlator). A `Vec` of matches does, if losses need only be counted.
pub trait Sink<T> {
    /// A correlation fired.
    fn matched(&mut self, found: CorrelationMatch<T>);

    /// Something was lost. Does nothing unless an implementation says so; [`Counters`] count it in any case.
    fn lost(&mut self, loss: Loss<T>) {
        let _ = loss;
    }
}

impl<T> Sink<T> for Vec<CorrelationMatch<T>> {
    fn matched(&mut self, found: CorrelationMatch<T>) {
        self.push(found);
    }
}

/// How often something happened since the correlator was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Events that some correlation looked at.
    pub events: u64,
    /// Of these, events without a usable time (S-402).
    pub without_time: u64,
    /// Results that came out.
    pub matches: u64,
    /// Results that did not, because their group had given one a short time ago.
    pub suppressed: u64,
    /// [`Loss::Late`].
    pub late: u64,
    /// [`Loss::Ahead`].
    pub ahead: u64,
    /// [`Loss::Rejected`].
    pub rejected: u64,
    /// [`Loss::Evicted`].
    pub evicted_groups: u64,
    /// [`Loss::Shortened`].
    pub evicted_entries: u64,
    /// Events that were taken before their lateness had passed, since too many were held.
    pub early: u64,
}

/// The names in `group-by` with the texts of a key.
pub(super) fn named<'a>(
    definition: &'a Definition,
    key: &'a [u8],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let names = definition.correlation.group_by.iter().map(String::as_str);
    let parts = definition.group_by.len();
    names.zip(key::texts(key, parts))
}
