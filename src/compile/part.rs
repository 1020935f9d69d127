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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Options, compile};
    use crate::error::{Limits, Problems};
    use crate::rule::Placeholders;

    fn rule(selection: &str) -> Rule {
        let text = format!(
            "title: t\nlogsource: {{ product: p }}\ndetection: {{ sel: {selection}, condition: sel }}\n"
        );
        Rule::from_yaml(&text).expect(selection)
    }

    fn plan(rule: &Rule) -> Plan {
        let (limits, placeholders) = (Limits::default(), Placeholders::new());
        let options = Options {
            limits: &limits,
            placeholders: &placeholders,
            spent: None,
        };
        compile(rule, &options, &mut Problems::default()).expect("a good rule")
    }

    /// Both forms of a list of alternatives: of which one must match, and of which all must.
    fn both(selection: &str) -> [Rule; 2] {
        let one = rule(selection);
        let mut all = one.clone();
        for identifier in &mut all.detections.identifiers {
            if let Detection::Any(parts) = &identifier.detection {
                identifier.detection = Detection::Every(parts.clone());
            }
        }
        [one, all]
    }

    /// The fields of the items, with a star where others beside it must match too.
    fn items(rule: &Rule) -> Vec<String> {
        let plan = plan(rule);
        let name = |found: &ItemExpr<'_>| {
            assert!(matches!(found.expr, Expr::Predicate(_)), "one value each");
            let star = if found.is_one_of_all { "*" } else { "" };
            format!("{}{star}", found.item.field.as_deref().unwrap_or("keyword"))
        };
        item_exprs(rule, &plan).iter().map(name).collect()
    }

    #[test]
    fn items_are_found_with_their_expressions() {
        assert_eq!(items(&rule("{ A: a, B: b }")), ["A*", "B*"]);
        assert_eq!(items(&rule("[ word ]")), ["keyword"]);
        for rule in both("[{ A: a, B: b }, { C: c }, word]") {
            assert_eq!(items(&rule), ["A*", "B*", "C", "keyword"]);
        }
        for rule in both("[{ A: a, B: b }]") {
            assert_eq!(items(&rule), ["A*", "B*"]);
        }
    }

    #[test]
    fn alternatives_are_found_at_every_level() {
        let count = |rule: &Rule| {
            let plan = plan(rule);
            let mut found = Vec::new();
            let identifiers = rule.detections.identifiers.iter().zip(&plan.identifiers);
            for (identifier, expr) in identifiers {
                collect_alternatives(&identifier.detection, expr, &mut found);
            }
            found.len()
        };
        assert_eq!(both("[{ A: a }]").each_ref().map(count), [0, 0]);
        assert_eq!(both("[{ A: a }, { B: b }]").each_ref().map(count), [2, 0]);
        let nested = both("[[{ A: a }, { B: b }, { C: c }], { D: d }]");
        assert_eq!(nested.each_ref().map(count), [5, 3]);
        let alone = both("[[{ A: a }, { B: b }]]");
        assert_eq!(alone.each_ref().map(count), [2, 2]);
    }

    #[test]
    fn parts_are_the_very_ones() {
        let [one, all] = both("[{ A: a, B: b }, { C: c }]");
        for rule in [one, all] {
            let plan = plan(&rule);
            let [whole] = plan.identifiers.as_slice() else {
                panic!("{:?}", plan.identifiers);
            };
            let parts = item_exprs(&rule, &plan);
            assert!(parts.iter().all(|part| has_part(whole, part.expr)));
            let copy = whole.clone();
            assert!(!has_part(&copy, whole) && !has_part(parts[0].expr, parts[1].expr));
            let negated = Expr::Not(Box::new(copy));
            let Expr::Not(inner) = &negated else {
                panic!("{negated:?}");
            };
            assert!(has_part(&negated, inner));
        }
    }
}
