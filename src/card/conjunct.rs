//! A plan's conditions as a list of what must hold, finer than stages: items of a positive identifier are apart.

use crate::card::hash::{Normalizer, SemanticHash};
use crate::card::value;
use crate::compile::Plan;
use crate::compile::plan::{Expr, Link};

/// Something that must hold, or must not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conjunct<'p> {
    pub(super) expr: &'p Expr,
    pub(super) negated: bool,
    pub(super) hash: SemanticHash,
}

impl Conjunct<'_> {
    /// What `expr` asks, not considering `negated`.
    pub(super) fn words(&self, plan: &Plan) -> String {
        value::words(plan, self.expr)
    }
}

/// The conjuncts of a rule with one condition; with several the whole is one alternative after another, and there are none.
pub(super) fn conjuncts(plan: &Plan) -> Vec<Conjunct<'_>> {
    let mut splitter = Splitter {
        plan,
        normal: Normalizer::new(plan),
        found: Vec::new(),
    };
    if let [only] = plan.conditions.as_slice() {
        splitter.split(only, true);
    }
    splitter.found
}

struct Splitter<'p> {
    plan: &'p Plan,
    normal: Normalizer<'p>,
    found: Vec<Conjunct<'p>>,
}

impl<'p> Splitter<'p> {
    /// Recursion follows conditions and nested lists, both bounded when the rule was loaded.
    fn split(&mut self, expr: &'p Expr, positive: bool) {
        match (expr, positive) {
            (Expr::Identifier(index), _) => self.identifier(*index, positive),
            (Expr::Not(inner), _) => self.split(inner, !positive),
            (Expr::And(parts), true) | (Expr::Or(parts), false) => {
                parts.iter().for_each(|part| self.split(part, positive));
            }
            (Expr::Selected(link, index), _) => {
                let selected = self.plan.selections.get(*index);
                let selected = selected.map(Vec::as_slice).unwrap_or_default();
                if (*link == Link::All) == positive || selected.len() == 1 {
                    selected
                        .iter()
                        .for_each(|index| self.identifier(*index, positive));
                } else {
                    self.push(expr, positive);
                }
            }
            _ => self.push(expr, positive),
        }
    }

    fn identifier(&mut self, index: usize, positive: bool) {
        if let Some(expr) = self.plan.identifiers.get(index) {
            self.split(expr, positive);
        }
    }

    fn push(&mut self, expr: &'p Expr, positive: bool) {
        self.found.push(Conjunct {
            expr,
            negated: !positive,
            hash: self.normal.hash(expr, positive),
        });
    }
}
