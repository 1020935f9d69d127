//! The state of one correlation, whichever its type.

use crate::correlation::chain::Chain;
use crate::correlation::definition::Definition;
use crate::correlation::key;
use crate::correlation::options::Options;
use crate::correlation::store::{Evicted, Refusal, SavedWindow, Store, Verdict};
use crate::correlation::value::Value;
use crate::correlation::window::{
    Addition, CountWindow, DistinctWindow, Payload, RankWindow, SavedEntry, SumWindow,
    TemporalWindow,
};
use crate::rule::CorrelationType;

/// A [`Store`] of the kind of window that the type needs.
#[derive(Debug)]
pub(super) enum State<T: Clone + std::fmt::Debug> {
    Count(Store<CountWindow<T>, T>),
    Distinct(Store<DistinctWindow<T>, T>),
    Sum(Store<SumWindow<T>, T>),
    Rank(Store<RankWindow<T>, T>),
    Temporal(Store<TemporalWindow, T>),
    Ordered(Store<Chain<T>, T>),
}

/// The same for every kind of store.
macro_rules! each {
    ($state:expr, $store:ident => $result:expr) => {
        match $state {
            State::Count($store) => $result,
            State::Distinct($store) => $result,
            State::Sum($store) => $result,
            State::Rank($store) => $result,
            State::Temporal($store) => $result,
            State::Ordered($store) => $result,
        }
    };
}

impl<T: Clone + std::fmt::Debug> State<T> {
    pub(super) fn new(definition: &Definition) -> Self {
        match definition.kind() {
            CorrelationType::EventCount => Self::Count(Store::new(definition)),
            CorrelationType::ValueCount => Self::Distinct(Store::new(definition)),
            CorrelationType::ValueSum | CorrelationType::ValueAvg => {
                Self::Sum(Store::new(definition))
            }
            CorrelationType::ValuePercentile | CorrelationType::ValueMedian => {
                Self::Rank(Store::new(definition))
            }
            CorrelationType::Temporal => Self::Temporal(Store::new(definition)),
            CorrelationType::TemporalOrdered => Self::Ordered(Store::new(definition)),
        }
    }

    pub(super) fn add(
        &mut self,
        key: &[u8],
        addition: Addition<'_, T>,
        definition: &Definition,
        options: &Options,
        evicted: &mut Vec<Evicted>,
    ) -> Result<u32, Refusal> {
        each!(self, store => store.add(key, addition, definition, options, evicted))
    }

    pub(super) fn judge(&self, slot: u32, definition: &Definition) -> Option<Verdict> {
        each!(self, store => store.judge(slot, definition))
    }

    pub(super) fn may_report(&mut self, slot: u32, time: i64, options: &Options) -> bool {
        each!(self, store => store.may_report(slot, time, options))
    }

    pub(super) fn key(&self, slot: u32) -> &[u8] {
        each!(self, store => store.key(slot))
    }

    pub(super) fn contents(
        &self,
        slot: u32,
        start: i64,
        definition: &Definition,
        most: usize,
    ) -> (Vec<u32>, Vec<T>) {
        each!(self, store => store.contents(slot, start, definition, most))
    }

    pub(super) fn sweep(&mut self, time: i64, definition: &Definition, options: &Options) {
        each!(self, store => store.sweep(time, definition, options));
    }

    pub(super) fn sweep_all(&mut self, time: i64, definition: &Definition, options: &Options) {
        each!(self, store => store.sweep_all(time, definition, options));
    }

    pub(super) fn len(&self) -> usize {
        each!(self, store => store.len())
    }

    pub(super) fn entries(&self) -> usize {
        each!(self, store => store.entries())
    }

    pub(super) fn contains(&self, key: &[u8]) -> bool {
        each!(self, store => store.contains(key))
    }

    pub(super) fn save(&self, definition: &Definition) -> Vec<(Vec<u8>, SavedWindow<T>)> {
        each!(self, store => store
            .save(definition)
            .map(|(key, saved)| (key.to_vec(), saved))
            .collect())
    }

    /// Makes a group that is not there.
    pub(super) fn restore(
        &mut self,
        key: &[u8],
        saved: SavedWindow<T>,
        definition: &Definition,
        options: &Options,
    ) {
        let add = |entry: SavedEntry<T>, add: &mut dyn FnMut(Addition<'_, T>)| {
            let mut tuple = Vec::new();
            if let Some(payload) = payload(&entry.texts, definition.kind(), &mut tuple) {
                add(Addition {
                    rule: 0,
                    time: entry.time,
                    payload,
                    mark: entry.mark,
                });
            }
        };
        each!(self, store => store.restore(key, saved, definition, options, add));
    }
}

/// What is computed with, of the texts of the fields that the condition names; `None` if they will not do (S-412, S-413).
pub(super) fn payload<'a>(
    texts: &[impl AsRef<str>],
    kind: CorrelationType,
    tuple: &'a mut Vec<u8>,
) -> Option<Payload<'a>> {
    Some(match kind {
        CorrelationType::EventCount
        | CorrelationType::Temporal
        | CorrelationType::TemporalOrdered => Payload::Nothing,
        CorrelationType::ValueCount => {
            tuple.clear();
            for text in texts {
                key::append(tuple, texts.len(), text.as_ref());
            }
            Payload::Tuple(tuple)
        }
        _ => Payload::Number(Value::parse(texts.first()?.as_ref())?),
    })
}
