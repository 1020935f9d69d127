//! Single expressions asked of single events, for explanations. Nothing is indexed and memory is taken each time.

use crate::compile::Plan;
use crate::compile::plan::Expr;
use crate::engine::leaves::Leaves;
use crate::engine::program::{Program, ProgramBuilder};
use crate::engine::scratch::{RegexCaches, Truths};
use crate::engine::shapes::Shapes;
use crate::event::Event;
use crate::util::ids::NodeId;

/// Collects what is to be asked.
#[derive(Debug, Default)]
pub(crate) struct ProbeBuilder {
    program: ProgramBuilder,
}

/// An event with questions that can be put to it.
#[derive(Debug)]
pub(crate) struct Probe<'p, 'e> {
    program: &'p Program,
    leaves: Leaves<'e>,
    truths: Truths,
    caches: RegexCaches,
}

impl ProbeBuilder {
    /// The nodes of every search identifier and of every condition.
    pub(crate) fn parts(&mut self, plan: &Plan) -> (Vec<NodeId>, Vec<NodeId>) {
        self.program.add_parts(plan)
    }

    pub(crate) fn expr(&mut self, expr: &Expr) -> NodeId {
        self.program.add_expr(expr)
    }

    pub(crate) fn finish(self) -> Program {
        self.program.finish(|_, _| None).0
    }
}

impl<'p, 'e> Probe<'p, 'e> {
    pub(crate) fn new<E: Event + ?Sized>(program: &'p Program, event: &'e E, depth: usize) -> Self {
        let mut leaves = Leaves::recycled(Leaves::default(), &program.fields);
        program.flatten(event, depth, &mut leaves, &mut Shapes::default());
        let mut truths = Truths::default();
        truths.begin(program.len());
        let mut caches = RegexCaches::default();
        caches.begin(program.regexes, false);
        Self {
            program,
            leaves,
            truths,
            caches,
        }
    }

    pub(crate) fn holds(&mut self, node: NodeId) -> bool {
        self.program.holds(
            node,
            &mut self.leaves,
            &mut self.truths,
            &mut self.caches,
            None,
        )
    }

    /// The texts of a field's leaves (S-121); `None` if the field is missing. A null is `None` inside, and so is a
    /// map.
    pub(crate) fn texts(&mut self, field: &str) -> Option<Vec<Option<String>>> {
        let field = self.program.fields.key(field)?.field?;
        let slot = self.leaves.slot(field);
        slot.is_present().then(|| {
            slot.leaves()
                .map(|leaf| self.leaves.text(leaf).map(|text| text.raw.to_owned()))
                .collect()
        })
    }
}
