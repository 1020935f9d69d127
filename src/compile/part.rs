//! The parts of a rule with their expressions in its plan, for whoever has to name them.

use crate::compile::Plan;
use crate::compile::plan::{Expr, Predicate};
use crate::rule::{Detection, DetectionItem, Rule};

/// An item with its expression in the plan.
pub(crate) struct ItemExpr<'a> {
    pub(crate) identifier: usize,
    pub(crate) item: &'a DetectionItem,
    pub(crate) expr: &'a Expr,
    /// Whether it is one of several that must match, so that it can be left out.
    pub(crate) is_one_of_all: bool,
}

/// An alternative of a list with its expression.
pub(crate) struct Alternative<'a> {
    pub(crate) detection: &'a Detection,
    pub(crate) expr: &'a Expr,
}

/// The items of all identifiers with their expressions. Made by the shape that `compile` gives them: several items are
/// an `And` of as many, several alternatives an `Or`.
pub(crate) fn item_exprs<'a>(rule: &'a Rule, plan: &'a Plan) -> Vec<ItemExpr<'a>> {
    let mut items = Vec::new();
    let identifiers = rule.detections.identifiers.iter().zip(&plan.identifiers);
    for (index, (identifier, expr)) in identifiers.enumerate() {
        collect_items(index, &identifier.detection, expr, &mut items);
    }
    items
}

fn collect_items<'a>(
    identifier: usize,
    detection: &'a Detection,
    expr: &'a Expr,
    items: &mut Vec<ItemExpr<'a>>,
) {
    let mut add = |item, expr, is_one_of_all| {
        items.push(ItemExpr {
            identifier,
            item,
            expr,
            is_one_of_all,
        });
    };
    match (detection, expr) {
        (Detection::All(parts), expr) if parts.len() == 1 => {
            parts.iter().for_each(|item| add(item, expr, false));
        }
        (Detection::All(parts), Expr::And(exprs)) => {
            let pairs = parts.iter().zip(exprs);
            pairs.for_each(|(item, expr)| add(item, expr, true));
        }
        (Detection::Keywords(item), expr) => add(item, expr, false),
        (Detection::Any(parts) | Detection::Every(parts), expr) if parts.len() == 1 => parts
            .iter()
            .for_each(|part| collect_items(identifier, part, expr, items)),
        (Detection::Any(parts), Expr::Or(exprs)) | (Detection::Every(parts), Expr::And(exprs)) => {
            let pairs = parts.iter().zip(exprs);
            pairs.for_each(|(part, expr)| collect_items(identifier, part, expr, items));
        }
        _ => {}
    }
}

pub(crate) fn collect_alternatives<'a>(
    detection: &'a Detection,
    expr: &'a Expr,
    found: &mut Vec<Alternative<'a>>,
) {
    match (detection, expr) {
        (Detection::Any(parts) | Detection::Every(parts), expr) if parts.len() == 1 => parts
            .iter()
            .for_each(|part| collect_alternatives(part, expr, found)),
        (Detection::Every(parts), Expr::And(exprs)) => {
            let pairs = parts.iter().zip(exprs);
            pairs.for_each(|(part, expr)| collect_alternatives(part, expr, found));
        }
        (Detection::Any(parts), Expr::Or(exprs)) => {
            for (detection, expr) in parts.iter().zip(exprs) {
                found.push(Alternative { detection, expr });
                collect_alternatives(detection, expr, found);
            }
        }
        _ => {}
    }
}

pub(crate) fn first_item(detection: &Detection) -> Option<&DetectionItem> {
    match detection {
        Detection::All(items) => items.first(),
        Detection::Keywords(item) => Some(item),
        Detection::Any(parts) | Detection::Every(parts) => parts.iter().find_map(first_item),
    }
}

/// Whether the very predicate, not an equal one, is part of the expression.
pub(crate) fn holds(expr: &Expr, predicate: &Predicate) -> bool {
    match expr {
        Expr::Predicate(own) => std::ptr::eq(own, predicate),
        Expr::Not(inner) => holds(inner, predicate),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(|part| holds(part, predicate)),
        _ => false,
    }
}

/// Whether the very expression, not an equal one, is part of another.
pub(crate) fn has_part(expr: &Expr, part: &Expr) -> bool {
    std::ptr::eq(expr, part)
        || match expr {
            Expr::Not(inner) => has_part(inner, part),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().any(|inner| has_part(inner, part)),
            _ => false,
        }
}
