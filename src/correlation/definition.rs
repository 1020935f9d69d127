//! A correlation with its references resolved, ready to be fed.

use std::sync::Arc;

use crate::correlation::test::Test;
use crate::rule::{Correlation, CorrelationType};

/// What a correlation says, in numbers.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) correlation: Arc<Correlation>,
    /// Tells whether state was made by the same correlation over the same rules.
    pub(super) digest: u64,
    /// The rules it takes, in the order of its list, each once.
    pub(super) inputs: Vec<Input>,
    /// The names in `group-by`, as fields.
    pub(super) group_by: Vec<u32>,
    /// The fields that are counted or computed with.
    pub(super) value_fields: Vec<u32>,
    /// From 0 to 100.
    pub(super) percentile: u8,
    /// In nanoseconds.
    pub(super) span: i64,
    pub(super) test: Test,
    /// Whether firings are results, rather than only inputs of other correlations (S-409).
    pub(super) is_reported: bool,
    /// The correlations that take this one, by number, each with the place in its list.
    pub(super) outer: Vec<(u32, u32)>,
    /// Tells apart what is routed together: see `Correlator::partition_keys`.
    pub(super) component: Component,
}

/// A rule or a correlation that a correlation takes.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) source: Source,
    /// What messages call it.
    pub(super) identity: Arc<str>,
    /// For each entry of `group-by`, the field it means in these events (S-417).
    pub(super) keys: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// A rule of the set, by index.
    Rule(u32),
    /// Another correlation, by number.
    Correlation(u32),
}

/// Correlations that take each other, directly or not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Component {
    pub(super) id: u64,
    /// Whether a group of one only ever feeds the group of the same key in another.
    pub(super) is_keyed: bool,
}

impl Definition {
    pub(super) fn kind(&self) -> CorrelationType {
        self.correlation.kind
    }

    pub(super) fn is_average(&self) -> bool {
        self.kind() == CorrelationType::ValueAvg
    }

    /// The oldest time that is still in a window that ends at `newest`.
    pub(super) fn start(&self, newest: i64) -> i64 {
        newest.saturating_sub(self.span)
    }

    /// For how many rules it must be known when they were last seen: for all, but of a single rule a window that is not
    /// empty says so by itself.
    pub(super) fn seen_rules(&self) -> usize {
        match self.inputs.len() {
            1 if !self.kind().is_temporal() => 0,
            rules => rules,
        }
    }
}
