//! Conditions to expressions: names and patterns become indexes of search identifiers.

use std::collections::HashMap;

use crate::compile::plan::{Expr, Link, Plan};
use crate::condition::{Expression, Quantifier, Selector};
use crate::rule::Detections;

/// Adds the conditions of `detections` to `plan`.
///
/// `rule` has checked that every name exists and that every pattern selects something; if a model was made otherwise,
/// an unknown name is false. Recursion follows the condition, whose depth `condition` bounds.
pub(crate) fn compile(detections: &Detections, plan: &mut Plan) {
    let names = detections
        .identifiers
        .iter()
        .enumerate()
        .map(|(index, identifier)| (identifier.name.as_str(), index));
    let mut resolver = Resolver {
        detections,
        names: names.collect(),
        selectors: HashMap::new(),
        plan,
    };
    for condition in &detections.conditions {
        let expr = resolver.expression(&condition.expression);
        resolver.plan.conditions.push(expr);
    }
}

struct Resolver<'a> {
    detections: &'a Detections,
    names: HashMap<&'a str, usize>,
    /// Selector text to index in `plan.selections`.
    selectors: HashMap<String, usize>,
    plan: &'a mut Plan,
}

impl Resolver<'_> {
    fn expression(&mut self, expression: &Expression) -> Expr {
        match expression {
            Expression::Identifier(name) => self
                .names
                .get(name.as_str())
                .map_or(Expr::Constant(false), |index| Expr::Identifier(*index)),
            Expression::Of(quantifier, selector) => {
                let link = match quantifier {
                    Quantifier::Any => Link::Any,
                    Quantifier::All => Link::All,
                };
                Expr::Selected(link, self.selection(selector))
            }
            Expression::Not(inner) => self.expression(inner).negated(),
            Expression::And(operands) => Expr::all(
                operands
                    .iter()
                    .map(|inner| self.expression(inner))
                    .collect(),
            ),
            Expression::Or(operands) => Expr::any(
                operands
                    .iter()
                    .map(|inner| self.expression(inner))
                    .collect(),
            ),
        }
    }

    fn selection(&mut self, selector: &Selector) -> usize {
        let key = selector.to_string();
        if let Some(index) = self.selectors.get(&key) {
            return *index;
        }
        let index = self.plan.selections.len();
        self.plan
            .selections
            .push(self.detections.select(selector).collect());
        self.selectors.insert(key, index);
        index
    }
}
