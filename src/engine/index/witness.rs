//! Chooses the witness of each node: the cheapest set of questions of which one holds in every event for which the node
//! does.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::compile::plan::Predicate;
use crate::engine::index::keys::{Key, Keys, question_keys};
use crate::engine::program::{Node, Program};
use crate::util::ids::{FieldId, KeyId, NodeId};

/// Finds the cheapest witness of every node, from the leaves of the graph up.
pub(super) struct Chooser<'a> {
    program: &'a Program,
    /// The distinct keys. A key is hashed once; from then on it is a number.
    table: Vec<Key>,
    /// By node, the keys of a question of which one is in every event that passes; `None` if there are none such.
    keys: Vec<Option<Numbered>>,
    /// By key, how many rules it could wake: an often-named pattern is also often met, and wakes many when it is.
    uses: Vec<u64>,
    /// By node; `None` where there is none.
    witnesses: Vec<Option<Witness>>,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(
        program: &'a Program,
        predicates: &[Option<Arc<Predicate>>],
        rules: &[NodeId],
    ) -> Self {
        let predicate = |id: NodeId| predicates.get(id.index()).and_then(Option::as_ref);
        let mut numbers = Numbers::default();
        let keys: Vec<Option<Numbered>> = program
            .nodes()
            .map(|(id, node)| Some(numbers.take(question_keys(node, predicate(id)?)?)))
            .collect();
        let mut uses = vec![0_u64; numbers.0.len()];
        for (keys, count) in keys.iter().zip(uses_by_node(program, rules)) {
            for key in keys.iter().flat_map(|keys| &keys.list) {
                if let Some(uses) = uses.get_mut(key.index()) {
                    *uses = uses.saturating_add(count);
                }
            }
        }
        let mut chooser = Self {
            program,
            table: numbers.into_table(),
            keys,
            uses,
            witnesses: Vec::new(),
        };
        chooser.witnesses = chooser.choose();
        chooser
    }

    pub(super) fn key(&self, id: KeyId) -> Option<&Key> {
        self.table.get(id.index())
    }

    /// The field of a key; `None` for keywords.
    pub(super) fn field_of(&self, id: KeyId) -> Option<FieldId> {
        self.key(id)?.field()
    }

    /// How many distinct keys there are.
    pub(super) fn len(&self) -> usize {
        self.table.len()
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
    pub(super) fn keys_of<'c>(&'c self, witness: &'c Witness) -> impl Iterator<Item = KeyId> {
        let questions = witness.questions.iter();
        questions.flat_map(|question| self.keys(*question).iter().copied())
    }

    /// By node, the keys that answer the question it is, if they do.
    pub(super) fn exact_keys(&self) -> impl Iterator<Item = (NodeId, &[KeyId])> {
        let ids = (0..self.keys.len()).map(NodeId::next);
        ids.filter_map(|id| Some((id, self.exact_keys_of(id)?)))
    }

    pub(super) fn exact_keys_of(&self, question: NodeId) -> Option<&[KeyId]> {
        let keys = self.keys.get(question.index())?.as_ref()?;
        keys.exact.then_some(&*keys.list)
    }

    fn keys(&self, question: NodeId) -> &[KeyId] {
        self.keys
            .get(question.index())
            .and_then(Option::as_ref)
            .map_or(&[], |keys| &keys.list)
    }

    /// The keys of every question below some nodes that keys can answer.
    pub(super) fn exact_keys_below(&self, mut open: Vec<NodeId>) -> impl Iterator<Item = KeyId> {
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
        let exact = keys.filter(|keys| keys.exact);
        exact.flat_map(|keys| keys.list.iter().copied())
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
            .map(|key| self.cost(*key))
            .fold(0, u64::saturating_add);
        Some(Witness {
            questions: vec![id],
            cost,
        })
    }

    /// What a key is expected to cost: how often it occurs times how many rules it wakes.
    fn cost(&self, key: KeyId) -> u64 {
        let uses = self.uses.get(key.index()).copied().unwrap_or(0);
        let rarity = match self.key(key) {
            None => 1,
            Some(Key::Present(_)) => 2_000,
            Some(Key::Text(field, pattern)) => {
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
        uses.saturating_add(1).saturating_mul(rarity)
    }
}

/// The keys of a question, as numbers.
#[derive(Debug)]
struct Numbered {
    list: Vec<KeyId>,
    exact: bool,
}

/// Gives keys their numbers.
#[derive(Default)]
struct Numbers(HashMap<Key, KeyId, FixedState>);

impl Numbers {
    fn take(&mut self, keys: Keys) -> Numbered {
        let mut list = Vec::with_capacity(keys.list.len());
        for key in keys.list {
            let next = KeyId::next(self.0.len());
            list.push(*self.0.entry(key).or_insert(next));
        }
        Numbered {
            list,
            exact: keys.exact,
        }
    }

    fn into_table(self) -> Vec<Key> {
        let mut keys: Vec<(Key, KeyId)> = self.0.into_iter().collect();
        keys.sort_unstable_by_key(|(_, id)| *id);
        keys.into_iter().map(|(key, _)| key).collect()
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
