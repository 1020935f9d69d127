//! From plans to a rule set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::compile::Plan;
use crate::engine::index::Index;
use crate::engine::program::ProgramBuilder;
use crate::engine::{Inner, RuleSet};
use crate::error::{Limits, Problem};
use crate::pattern::PatternSearch;
use crate::rule::{Placeholders, Rule};
use crate::util::ids::NodeId;

/// How the engine works. Results are the same whatever is set (S-564); only time and memory differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Look only at rules of which something necessary occurs in the event. Default true.
    pub index: bool,
    /// Remember answers for values that were seen before, and search long texts only where they differ from earlier ones.
    /// Takes less than a megabyte in each scratch. Default true.
    pub memory: bool,
    /// What at least this many alternatives of rules ask first is asked before their patterns are searched for: a gate.
    /// Fewer are cheaper to search for than to keep apart. Default 32.
    pub gate_rules: usize,
    /// How the patterns of the index are searched for. Default: whatever is cheapest. Other ways are there for tests,
    /// which hold them against each other, and for measurements.
    pub search: PatternSearch,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            index: true,
            memory: true,
            gate_rules: 32,
            search: PatternSearch::Cheapest,
        }
    }
}

/// What rules are compiled with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) limits: Limits,
    pub(crate) placeholders: Placeholders,
}

/// Takes plans one by one and makes the rule set of them.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    rules: Vec<Arc<Rule>>,
    unmapped: Vec<Arc<Rule>>,
    roots: Vec<NodeId>,
    program: ProgramBuilder,
}

impl Assembler {
    pub(crate) fn add(&mut self, rule: Arc<Rule>, plan: &Plan) {
        self.roots.push(self.program.add(plan));
        self.rules.push(rule);
    }

    /// Rules that cannot fire, to be told by the set.
    pub(crate) fn leave_out(&mut self, unmapped: Vec<Arc<Rule>>) {
        self.unmapped = unmapped;
    }

    pub(crate) fn finish(
        self,
        settings: &Settings,
        origin: Origin,
        problems: Vec<Problem>,
    ) -> RuleSet {
        let roots = &self.roots;
        let (program, index) = self.program.finish(|program, predicates| {
            { settings.index }.then(|| Index::new(program, predicates, roots, settings))
        });
        RuleSet(Arc::new(Inner {
            rules: self.rules,
            unmapped: self.unmapped,
            roots: self.roots,
            program,
            index,
            problems,
            origin,
            identity: next_identity(),
        }))
    }
}

/// A number that no other rule set of this process has. Never seen from outside, so results do not depend on it.
fn next_identity() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
