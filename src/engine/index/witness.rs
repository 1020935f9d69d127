//! Chooses the witness of each node: the cheapest set of questions of which one holds in every event for which the node
//! does.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::compile::plan::Predicate;
use crate::engine::index::keys::{Key, Keys, question_keys};
use crate::engine::program::{Node, Program};
use crate::util::ids::NodeId;

/// Finds the cheapest witness of every node, from the leaves of the graph up.
pub(super) struct Chooser<'a> {
    program: &'a Program,
    /// By node, the keys of a question of which one is in every event that passes; `None` if there are none such.
    keys: Vec<Option<Keys>>,
    /// How many rules a key could wake: an often-named pattern is also often met, and wakes many when it is.
    uses: HashMap<Key, u64, FixedState>,
    /// By node; `None` where there is none.
    witnesses: Vec<Option<Witness>>,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(
        program: &'a Program,
        predicates: &[Option<Predicate>],
        rules: &[NodeId],
    ) -> Self {
        let predicate = |id: NodeId| predicates.get(id.index()).and_then(Option::as_ref);
        let keys: Vec<_> = program
            .nodes()
            .map(|(id, node)| question_keys(node, predicate(id)?))
            .collect();
        let mut uses: HashMap<Key, u64, FixedState> = HashMap::default();
        for (keys, count) in keys.iter().zip(uses_by_node(program, rules)) {
            for key in keys.iter().flat_map(|keys| &keys.list) {
                *uses.entry(key.clone()).or_default() += count;
            }
        }
        let mut chooser = Self {
            program,
            keys,
            uses,
            witnesses: Vec::new(),
        };
        chooser.witnesses = chooser.choose();
        chooser
    }

    /// The cheapest witness of a conjunction of nodes.
    pub(super) fn witness(&self, nodes: &[NodeId]) -> Option<&Witness> {
        let witnesses = nodes.iter().filter_map(|id| self.witness_of(*id));
        witnesses.min_by_key(|witness| witness.cost)
    }

    fn witness_of(&self, id: NodeId) -> Option<&Witness> {
        self.witnesses.get(id.index())?.as_ref()
    }

    /// The keys of which one occurs where a witness does.
    pub(super) fn keys_of<'c>(&'c self, witness: &'c Witness) -> impl Iterator<Item = &'c Key> {
        let questions = witness.questions.iter();
        questions.flat_map(|question| self.keys(*question))
    }

    /// By node, the keys that answer the question it is, if they do.
    pub(super) fn exact_keys(&self) -> impl Iterator<Item = (NodeId, &[Key])> {
        let ids = (0..self.keys.len()).map(NodeId::next);
        ids.filter_map(|id| Some((id, self.exact_keys_of(id)?)))
    }

    pub(super) fn exact_keys_of(&self, question: NodeId) -> Option<&[Key]> {
        let keys = self.keys.get(question.index())?.as_ref()?;
        keys.exact.then_some(&*keys.list)
    }

    fn keys(&self, question: NodeId) -> &[Key] {
        self.keys
            .get(question.index())
            .and_then(Option::as_ref)
            .map_or(&[], |keys| &keys.list)
    }

    /// The keys of every question below some nodes that keys can answer.
    pub(super) fn exact_keys_below(&self, mut open: Vec<NodeId>) -> impl Iterator<Item = &Key> {
        let mut questions = Vec::new();
        let mut met = vec![false; self.program.len()];
        while let Some(id) = open.pop() {
            if met.get(id.index()).copied().unwrap_or(true) {
                continue;
            }
            met.iter_mut()
                .skip(id.index())
                .take(1)
                .for_each(|met| *met = true);
            match self.program.node(id) {
                Node::Constant(_) => {}
                Node::Question(_) => questions.push(id),
                Node::Not(inner) => open.push(*inner),
                Node::All(operands) | Node::Any(operands) => open.extend(operands),
            }
        }
        let keys = questions
            .into_iter()
            .filter_map(|id| self.keys.get(id.index())?.as_ref());
        keys.filter(|keys| keys.exact).flat_map(|keys| &keys.list)
    }

    /// The witness of each node, `None` where there is none.
    fn choose(&self) -> Vec<Option<Witness>> {
        let mut witnesses: Vec<Option<Witness>> = Vec::with_capacity(self.program.len());
        for (id, node) in self.program.nodes() {
            let of = |id: &NodeId| witnesses.get(id.index()).and_then(Option::as_ref);
            let witness = match node {
                // Never true: the empty set is in every event for which it holds.
                Node::Constant(false) => Some(Witness::default()),
                // Something that must not be there cannot be what an event is found by.
                Node::Constant(true) | Node::Not(_) => None,
                Node::Question(_) => self.question(id),
                Node::All(operands) => operands
                    .iter()
                    .filter_map(of)
                    .min_by_key(|witness| witness.cost)
                    .cloned(),
                Node::Any(operands) => union(operands.iter().map(of)),
            };
            witnesses.push(witness);
        }
        witnesses
    }

    fn question(&self, id: NodeId) -> Option<Witness> {
        let keys = self.keys.get(id.index())?.as_ref()?;
        let cost = keys
            .list
            .iter()
            .map(|key| self.cost(key))
            .fold(0, u64::saturating_add);
        Some(Witness {
            questions: vec![id],
            cost,
        })
    }

    /// What a key is expected to cost: how often it occurs times how many rules it wakes.
    fn cost(&self, key: &Key) -> u64 {
        let uses = self.uses.get(key).copied().unwrap_or(0).saturating_add(1);
        let rarity = match key {
            Key::Present(_) => 2_000,
            Key::Text(field, pattern) => {
                let length = pattern
                    .required_literal()
                    .map_or(0, |literal| literal.chars().count());
                let by_length = match length {
                    0 => 1_000,
                    1 => 200,
                    2 => 60,
                    3 => 20,
                    4 => 10,
                    5..=7 => 4,
                    _ => 2,
                };
                if field.is_none() {
                    by_length * 2
                } else {
                    by_length
                }
            }
        };
        uses.saturating_mul(rarity)
    }
}

/// How many paths lead from rules to each node.
fn uses_by_node(program: &Program, rules: &[NodeId]) -> Vec<u64> {
    let mut uses = vec![0_u64; program.len()];
    for id in rules {
        add_uses(&mut uses, *id, 1);
    }
    // Operands are older than the node, so from the newest down every count is complete when it is handed on.
    for index in (0..program.len()).rev() {
        let count = uses.get(index).copied().unwrap_or(0);
        match program.node(NodeId::next(index)) {
            Node::Not(inner) => add_uses(&mut uses, *inner, count),
            Node::All(operands) | Node::Any(operands) => {
                operands
                    .iter()
                    .for_each(|operand| add_uses(&mut uses, *operand, count));
            }
            Node::Constant(_) | Node::Question(_) => {}
        }
    }
    uses
}

fn add_uses(uses: &mut [u64], id: NodeId, more: u64) {
    if let Some(count) = uses.get_mut(id.index()) {
        *count = count.saturating_add(more);
    }
}

fn union<'a>(witnesses: impl Iterator<Item = Option<&'a Witness>>) -> Option<Witness> {
    let mut union = Witness::default();
    for witness in witnesses {
        let witness = witness?;
        union.questions.extend_from_slice(&witness.questions);
        union.cost = union.cost.saturating_add(witness.cost);
        if union.questions.len() > MOST_QUESTIONS {
            return None;
        }
    }
    union.questions.sort();
    union.questions.dedup();
    Some(union)
}

/// A set of questions, one of which holds in every event for which a node holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Witness {
    questions: Vec<NodeId>,
    cost: u64,
}

/// More alternatives than this are no witness: the rule is looked at always. A bound on the memory that a condition
/// with very many `or` can ask for while the index is built.
const MOST_QUESTIONS: usize = 1024;
