//! Gates: what many rules ask first, so that the patterns behind it need not be searched for where it does not hold.
//!
//! `EventID: 4104`, or the channel and number that a log source stands for, are asked by hundreds of rules, and are told
//! by whole texts of a few fields. These fields are asked first. The patterns of the rules behind a gate stand in sets
//! of their own, which only events that pass the gate are held against.

use std::collections::{BTreeSet, HashMap, HashSet};

use foldhash::fast::FixedState;

use crate::engine::index::keys::Key;
use crate::engine::index::witness::Chooser;
use crate::engine::program::{Node, Program};
use crate::engine::scratch::Truths;
use crate::util::ids::{FieldId, GateId, KeyId, NodeId, RuleIndex};

/// One of the alternatives of a rule: it matches only where its gate and all other conjuncts hold.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) rule: RuleIndex,
    pub(super) gate: Option<GateId>,
    /// What is left when the gate is taken away.
    pub(super) conjuncts: Vec<NodeId>,
}

/// All gates, and the parts of all rules.
#[derive(Debug)]
pub(super) struct Gates {
    pub(super) nodes: Vec<NodeId>,
    /// The fields that gates ask, in order.
    pub(super) fields: Vec<FieldId>,
    pub(super) parts: Vec<Part>,
}

/// More texts than this are no gate.
const MOST_KEYS: usize = 64;

/// A rule with more alternatives is taken as a whole.
const MOST_ALTERNATIVES: usize = 8;

impl Gates {
    /// A gate stands before at least `fewest` alternatives: each costs sets of its own.
    pub(super) fn find(
        program: &Program,
        chooser: &Chooser<'_>,
        rules: &[NodeId],
        fewest: usize,
    ) -> Self {
        let is_gate = gate_nodes(program, chooser);
        let alternatives: Vec<(RuleIndex, Vec<NodeId>)> = rules
            .iter()
            .enumerate()
            .flat_map(|(position, root)| {
                let alternatives = alternatives(program, *root).into_iter();
                alternatives.map(move |node| (RuleIndex::next(position), conjuncts(program, node)))
            })
            .collect();
        let mut uses: HashMap<NodeId, usize, FixedState> = HashMap::default();
        for node in alternatives.iter().flat_map(|(_, nodes)| nodes) {
            *uses.entry(*node).or_default() += 1;
        }
        let gate_of = |nodes: &[NodeId]| {
            let gates = nodes.iter().copied().filter(|node| {
                is_gate.get(node.index()).is_some_and(|gate| *gate)
                    && uses.get(node).is_some_and(|uses| *uses >= fewest)
            });
            // The narrowest; of those that are equally so, the one that consists of others.
            gates.min_by_key(|node| (uses.get(node).copied(), std::cmp::Reverse(*node)))
        };
        let mut ids: HashMap<NodeId, GateId, FixedState> = HashMap::default();
        let mut nodes = Vec::new();
        let mut parts = Vec::with_capacity(alternatives.len());
        for (rule, conjuncts) in alternatives {
            let gate = gate_of(&conjuncts);
            let conjuncts = without_gate(program, conjuncts, gate);
            let gate = gate.map(|node| {
                *ids.entry(node).or_insert_with(|| {
                    nodes.push(node);
                    GateId::next(nodes.len() - 1)
                })
            });
            parts.push(Part {
                rule,
                gate,
                conjuncts,
            });
        }
        let fields: BTreeSet<FieldId> = chooser
            .exact_keys_below(nodes.clone())
            .filter_map(|key| chooser.field_of(key))
            .collect();
        Self {
            nodes,
            fields: fields.into_iter().collect(),
            parts,
        }
    }

    /// Where a pattern of a field is searched for: behind the gate, unless the field is asked first anyway.
    pub(super) fn scope(&self, gate: Option<GateId>, field: Option<FieldId>) -> Option<GateId> {
        let is_asked_first = |field| self.fields.binary_search(&field).is_ok();
        gate.filter(|_| !field.is_some_and(is_asked_first))
    }
}

/// By node, whether it can be a gate: whole texts of fields answer it.
fn gate_nodes(program: &Program, chooser: &Chooser<'_>) -> Vec<bool> {
    // The number of keys that answer a node, if they do. Operands are older than the node.
    let mut keys: Vec<Option<usize>> = Vec::with_capacity(program.len());
    for (id, node) in program.nodes() {
        let count = match node {
            Node::Constant(_) | Node::Not(_) => None,
            Node::Question(_) => chooser
                .exact_keys_of(id)
                .filter(|keys| {
                    keys.iter()
                        .all(|key| chooser.key(*key).is_some_and(Key::is_whole_text))
                })
                .map(<[KeyId]>::len),
            Node::All(operands) | Node::Any(operands) => operands
                .iter()
                .map(|operand| keys.get(operand.index()).copied().flatten())
                .sum(),
        };
        keys.push(count.filter(|count| *count <= MOST_KEYS));
    }
    keys.iter().map(Option::is_some).collect()
}

fn alternatives(program: &Program, root: NodeId) -> Vec<NodeId> {
    match program.node(root) {
        Node::Any(operands) if operands.len() <= MOST_ALTERNATIVES => operands.to_vec(),
        _ => vec![root],
    }
}

/// The node itself and whatever else must hold for it to.
fn conjuncts(program: &Program, node: NodeId) -> Vec<NodeId> {
    let mut conjuncts = vec![node];
    let mut met: HashSet<NodeId, FixedState> = conjuncts.iter().copied().collect();
    let mut next = 0;
    while let Some(node) = conjuncts.get(next) {
        if let Node::All(operands) = program.node(*node) {
            conjuncts.extend({ operands.iter() }.filter(|operand| met.insert(**operand)));
        }
        next += 1;
    }
    conjuncts
}

/// Those of the conjuncts that consist of no others and are no part of the gate.
fn without_gate(program: &Program, conjuncts: Vec<NodeId>, gate: Option<NodeId>) -> Vec<NodeId> {
    let inside: HashSet<NodeId, FixedState> = gate
        .into_iter()
        .flat_map(|gate| self::conjuncts(program, gate))
        .collect();
    let is_other =
        |node: &NodeId| !matches!(program.node(*node), Node::All(_)) && !inside.contains(node);
    { conjuncts.into_iter() }.filter(is_other).collect()
}

/// Whether a gate holds, once its fields have been asked: each of its questions has been answered.
pub(super) fn is_open(program: &Program, gate: NodeId, truths: &Truths) -> bool {
    match program.node(gate) {
        Node::Constant(_) | Node::Not(_) => false,
        Node::Question(_) => truths.get(gate) == Some(true),
        Node::All(operands) => { operands.iter() }.all(|node| is_open(program, *node, truths)),
        Node::Any(operands) => { operands.iter() }.any(|node| is_open(program, *node, truths)),
    }
}
