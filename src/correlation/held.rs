//! Events that wait until all that may still come before them has come.

use std::collections::BTreeMap;

use crate::correlation::extract::Extract;

/// Events in order of time. Among equal times the content decides and then the order of arrival, so that results do not
/// depend on how the stream was shuffled.
#[derive(Debug)]
pub(super) struct Held<T> {
    events: BTreeMap<Position, T>,
    arrivals: u64,
}

/// Where an event stands. The order of the fields is the order of events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) time: i64,
    pub(super) content: Content,
    arrival: u64,
}

/// What correlations need of an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Content {
    /// Rules of the set, by index.
    pub(super) hits: Box<[u32]>,
    /// Fields by number, with the text of the only leaf.
    pub(super) fields: Box<[(u32, Option<Box<str>>)]>,
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self {
            events: BTreeMap::new(),
            arrivals: 0,
        }
    }
}

impl<T> Held<T> {
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    pub(super) fn push(&mut self, time: i64, content: Content, mark: T) {
        let arrival = self.arrivals;
        self.arrivals += 1;
        let position = Position {
            time,
            content,
            arrival,
        };
        self.events.insert(position, mark);
    }

    /// Takes the first event if it is older than `time`.
    pub(super) fn pop_before(&mut self, time: i64) -> Option<(Position, T)> {
        let first = self.events.first_entry()?;
        (first.key().time < time).then(|| first.remove_entry())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Position, &T)> {
        self.events.iter()
    }
}

impl Content {
    pub(super) fn of(extract: &Extract) -> Self {
        let fields = extract.fields();
        Self {
            hits: extract.hits.as_slice().into(),
            fields: fields
                .map(|(field, text)| (field, text.map(Box::from)))
                .collect(),
        }
    }

    /// Fills `extract` as the event did.
    pub(super) fn put_into(&self, extract: &mut Extract) {
        extract.clear();
        extract.hits.extend_from_slice(&self.hits);
        for (field, text) in &self.fields {
            extract.put(*field, text.as_deref());
        }
    }
}
