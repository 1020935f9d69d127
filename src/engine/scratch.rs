//! The memory that one thread needs to match events, used again for each.

use std::sync::Arc;

use crate::engine::index::Situations;
use crate::engine::leaves::Leaves;
use crate::engine::memo::Memo;
use crate::engine::recent::Recent;
use crate::engine::shapes::Shapes;
use crate::pattern::{Regex, RegexCache};
use crate::util::ids::{GateId, NodeId, RegexId, RuleIndex};

/// Working memory for [`RuleSet::matches`](super::RuleSet::matches), one per thread.
///
/// Made by [`RuleSet::scratch`](super::RuleSet::scratch). It grows while the first events are matched and then stays
/// as it is. One made for another rule set can be used too: it adapts, which allocates.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) leaves: Leaves<'static>,
    pub(crate) truths: Truths,
    pub(crate) caches: RegexCaches,
    pub(crate) candidates: Candidates,
    pub(crate) memo: Memo,
    pub(crate) recent: Recent,
    pub(crate) situations: Situations,
    pub(crate) shapes: Shapes,
    pub(crate) hits: Vec<RuleIndex>,
    /// Which rule set the sizes fit.
    pub(crate) owner: u64,
}

impl Scratch {
    /// How many rules the last event was held against: those whose witness occurred in it.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates.rules.len()
    }
}

/// What is known of each node for the event at hand.
#[derive(Debug, Default)]
pub(crate) struct Truths {
    /// Twice the number of the event for which the node was asked, plus its answer.
    stamps: Vec<u32>,
    event: u32,
}

/// Rules that are to be looked at, each once.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    stamps: Vec<u32>,
    /// The same for patterns of the index: one that occurred has nothing new to say.
    occurred: Vec<u32>,
    event: u32,
    pub(crate) rules: Vec<RuleIndex>,
    /// The patterns that occur in the leaf at hand.
    pub(crate) ids: Vec<u32>,
    /// Gates that may hold.
    pub(crate) gates: Vec<GateId>,
}

/// The mutable part of each regular expression, made when it is first asked.
#[derive(Debug, Default)]
pub(crate) struct RegexCaches {
    caches: Vec<Option<Box<RegexCache>>>,
}

impl Truths {
    /// Forgets everything.
    pub(crate) fn begin(&mut self, nodes: usize) {
        if self.stamps.len() != nodes || self.event >= u32::MAX / 2 - 1 {
            self.stamps.clear();
            self.stamps.resize(nodes, 0);
            self.event = 0;
        }
        self.event += 1;
    }

    pub(crate) fn get(&self, node: NodeId) -> Option<bool> {
        let stamp = self.stamps.get(node.index()).copied().unwrap_or(0);
        (stamp >> 1 == self.event).then_some(stamp & 1 == 1)
    }

    pub(crate) fn set(&mut self, node: NodeId, truth: bool) {
        if let Some(stamp) = self.stamps.get_mut(node.index()) {
            *stamp = self.event << 1 | u32::from(truth);
        }
    }
}

impl Candidates {
    pub(crate) fn begin(&mut self, rules: usize, patterns: usize) {
        let fits = self.stamps.len() == rules && self.occurred.len() == patterns;
        if !fits || self.event == u32::MAX {
            self.stamps.clear();
            self.stamps.resize(rules, 0);
            self.occurred.clear();
            self.occurred.resize(patterns, 0);
            self.event = 0;
        }
        self.event += 1;
        self.rules.clear();
        self.gates.clear();
    }

    /// Whether a pattern occurs for the first time in the event; notes that it does.
    pub(crate) fn is_first(&mut self, pattern: u32) -> bool {
        let event = self.event;
        let stamp = self.occurred.get_mut(pattern as usize);
        stamp.is_some_and(|stamp| std::mem::replace(stamp, event) != event)
    }

    pub(crate) fn add(&mut self, rule: RuleIndex) {
        if let Some(stamp) = self.stamps.get_mut(rule.index()) {
            if *stamp != self.event {
                *stamp = self.event;
                self.rules.push(rule);
            }
        }
    }
}

impl RegexCaches {
    pub(crate) fn begin(&mut self, regexes: usize, same_owner: bool) {
        if !same_owner {
            self.caches.clear();
        }
        self.caches.resize_with(regexes, || None);
    }

    pub(crate) fn is_match(&mut self, id: RegexId, regex: &Arc<Regex>, text: &str) -> bool {
        match self.caches.get_mut(id.index()) {
            Some(cache) => {
                regex.is_match(cache.get_or_insert_with(|| Box::new(regex.cache())), text)
            }
            None => false,
        }
    }
}
