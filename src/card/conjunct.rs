//! A plan's conditions as a list of what must hold, finer than stages: items of a positive identifier are apart.

use crate::card::hash::SemanticHash;
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
    let mut found = Vec::new();
    if let [only] = plan.conditions.as_slice() {
        split(plan, only, true, &mut found);
    }
    found
}

/// Recursion follows conditions and nested lists, both bounded when the rule was loaded.
fn split<'p>(plan: &'p Plan, expr: &'p Expr, positive: bool, found: &mut Vec<Conjunct<'p>>) {
    match (expr, positive) {
        (Expr::Identifier(index), _) => {
            if let Some(expr) = plan.identifiers.get(*index) {
                split(plan, expr, positive, found);
            }
        }
        (Expr::Not(inner), _) => split(plan, inner, !positive, found),
        (Expr::And(parts), true) | (Expr::Or(parts), false) => parts
            .iter()
            .for_each(|part| split(plan, part, positive, found)),
        (Expr::Selected(link, index), _) => {
            let selected = plan
                .selections
                .get(*index)
                .map(Vec::as_slice)
                .unwrap_or_default();
            if (*link == Link::All) == positive || selected.len() == 1 {
                let parts = selected
                    .iter()
                    .filter_map(|index| plan.identifiers.get(*index));
                parts.for_each(|part| split(plan, part, positive, found));
            } else {
                found.push(conjunct(plan, expr, positive));
            }
        }
        _ => found.push(conjunct(plan, expr, positive)),
    }
}

fn conjunct<'p>(plan: &'p Plan, expr: &'p Expr, positive: bool) -> Conjunct<'p> {
    Conjunct {
        expr,
        negated: !positive,
        hash: SemanticHash::of_expr(plan, expr, positive),
    }
}
