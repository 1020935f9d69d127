//! A rule put to the engine, as it is or with one part taken for true or false.

use std::collections::HashMap;

use crate::compile::Plan;
use crate::compile::plan::{Expr, Link};
use crate::engine::{NodeId, Probe, ProbeBuilder, Program};
use crate::event::Event;

/// The predicates of a plan as nodes of the engine.
pub(super) struct Nodes {
    program: Program,
    /// By the place of the predicate's expression in memory.
    nodes: HashMap<*const Expr, NodeId>,
}

/// A plan that events can be put to.
pub(super) struct Asked<'a> {
    plan: &'a Plan,
    nodes: &'a Nodes,
    depth: usize,
}

impl Nodes {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut builder = ProbeBuilder::default();
        let mut nodes = HashMap::new();
        for expr in plan.identifiers.iter().chain(&plan.conditions) {
            collect(expr, &mut builder, &mut nodes);
        }
        Self {
            program: builder.finish(),
            nodes,
        }
    }

    pub(super) fn asked<'a>(&'a self, plan: &'a Plan, depth: usize) -> Asked<'a> {
        Asked {
            plan,
            nodes: self,
            depth,
        }
    }
}

/// Recursion: as deep as the rule, which is bounded.
fn collect(expr: &Expr, builder: &mut ProbeBuilder, nodes: &mut HashMap<*const Expr, NodeId>) {
    match expr {
        Expr::Predicate(_) => {
            nodes.insert(expr, builder.expr(expr));
        }
        Expr::Not(inner) => collect(inner, builder, nodes),
        Expr::And(parts) | Expr::Or(parts) => {
            parts.iter().for_each(|part| collect(part, builder, nodes));
        }
        Expr::Constant(_) | Expr::Identifier(_) | Expr::Selected(..) => {}
    }
}

impl Asked<'_> {
    /// Whether the rule matches if `part`, found by its place in memory, is taken for the value.
    pub(super) fn matches<E: Event + ?Sized>(
        &self,
        event: &E,
        part: Option<(&Expr, bool)>,
    ) -> bool {
        let mut asking = self.asking(event, part);
        let mut conditions = self.plan.conditions.iter();
        conditions.any(|condition| asking.holds(condition))
    }

    /// Whether a part of the plan holds.
    pub(super) fn holds<E: Event + ?Sized>(&self, event: &E, part: &Expr) -> bool {
        self.asking(event, None).holds(part)
    }

    fn asking<'s, E: Event + ?Sized>(
        &'s self,
        event: &'s E,
        part: Option<(&'s Expr, bool)>,
    ) -> Asking<'s, 's> {
        Asking {
            probe: Probe::new(&self.nodes.program, event, self.depth),
            identifiers: vec![None; self.plan.identifiers.len()],
            plan: self.plan,
            nodes: &self.nodes.nodes,
            part,
        }
    }
}

struct Asking<'a, 'e> {
    plan: &'a Plan,
    nodes: &'a HashMap<*const Expr, NodeId>,
    probe: Probe<'a, 'e>,
    part: Option<(&'a Expr, bool)>,
    /// What is known of identifiers, which conditions may name often.
    identifiers: Vec<Option<bool>>,
}

impl Asking<'_, '_> {
    fn holds(&mut self, expr: &Expr) -> bool {
        if let Some((part, value)) = self.part {
            if std::ptr::eq(part, expr) {
                return value;
            }
        }
        match expr {
            Expr::Constant(value) => *value,
            Expr::Identifier(index) => self.identifier(*index),
            Expr::Selected(link, index) => {
                let plan = self.plan;
                let mut selected = plan.selections.get(*index).into_iter().flatten().copied();
                match link {
                    Link::All => selected.all(|identifier| self.identifier(identifier)),
                    Link::Any => selected.any(|identifier| self.identifier(identifier)),
                }
            }
            Expr::Predicate(_) => {
                let node = self.nodes.get(&std::ptr::from_ref(expr));
                node.is_some_and(|node| self.probe.holds(*node))
            }
            Expr::Not(inner) => !self.holds(inner),
            Expr::And(parts) => parts.iter().all(|part| self.holds(part)),
            Expr::Or(parts) => parts.iter().any(|part| self.holds(part)),
        }
    }

    fn identifier(&mut self, index: usize) -> bool {
        if let Some(Some(known)) = self.identifiers.get(index) {
            return *known;
        }
        let plan = self.plan;
        let holds = plan
            .identifiers
            .get(index)
            .is_some_and(|expr| self.holds(expr));
        if let Some(known) = self.identifiers.get_mut(index) {
            *known = Some(holds);
        }
        holds
    }
}
