//! Adds parts from elsewhere to a rule's detections: from filters, processing pipelines and maps of log sources.
//!
//! What is added stands under names that begin with `_`, so that no `them` and no `*` of the rule means it (S-304,
//! S-454). Only a pattern that begins with `_` itself could. Where one does, all names and patterns with `_` that are
//! there already get one `_` more: they mean each other as before, and what is added is none of theirs. Writing such
//! patterns out as names was the other way: it makes long conditions longer by the number of search identifiers, and
//! cannot say the names that only patterns reach (S-099).

use std::collections::HashSet;
use std::sync::Arc;

use crate::condition::{Expression, Selector};
use crate::rule::{Detection, Detections, Filter, Location, SearchIdentifier, Source};

/// A detection to be added to a rule.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    /// What its search identifier should be called. A missing `_` is put before it, what a condition cannot name is
    /// replaced, and a number follows if the name is taken.
    pub(crate) name: String,
    pub(crate) detection: Detection,
    /// Whether the rule asks for its absence.
    pub(crate) is_negated: bool,
    /// Where it was written.
    pub(crate) source: Arc<Source>,
    pub(crate) location: Location,
}

impl Detections {
    /// Adds a detection that must hold (or must not) beside the rule's own: every condition `C` becomes
    /// `_name and (C)` or `not _name and (C)`. Returns the name it got.
    ///
    /// # Cost
    /// Linear in the conditions and the names.
    pub(crate) fn add_condition(&mut self, addition: Addition) -> String {
        let name = self.free_name(&addition.name);
        self.make_room(|_| false, |pattern| pattern.selects(&name));
        self.identifiers.push(SearchIdentifier {
            name: name.clone(),
            detection: addition.detection,
            location: addition.location,
            source: Some(addition.source),
        });
        let mut added = Expression::Identifier(name.clone());
        if addition.is_negated {
            added = Expression::Not(Box::new(added));
        }
        self.rewrite(|own| Expression::all(vec![added.clone(), own]));
        name
    }

    /// Adds filters: every condition `C` becomes `(C) and (F1) and (F2) …` (S-451, S-455).
    ///
    /// The search identifiers of the n-th filter are called `_filter<n>_<name>`, those that begin with `_` themselves
    /// `_filter<n>-<name>`, and its patterns are changed in the same way, so that they keep their meaning.
    ///
    /// # Cost
    /// As [`add_condition`](Self::add_condition), once for all filters.
    pub(crate) fn add_filters(&mut self, filters: &[&Filter]) {
        let mut identifiers = Vec::new();
        let mut conditions = Vec::new();
        for (index, filter) in filters.iter().enumerate() {
            let scope = Scope { number: index + 1 };
            identifiers.extend(scope.identifiers(filter));
            conditions.extend(scope.condition(filter));
        }
        self.make_room(
            |name| name.starts_with(FILTER),
            |pattern| may_begin_with(pattern, FILTER),
        );
        self.identifiers.extend(identifiers);
        self.rewrite(|own| {
            let operands = std::iter::once(own).chain(conditions.iter().cloned());
            Expression::all(operands.collect())
        });
    }

    /// Replaces the expression of each condition, and its text with it.
    fn rewrite(&mut self, mut change: impl FnMut(Expression) -> Expression) {
        for condition in &mut self.conditions {
            let nothing = Expression::And(Vec::new());
            let own = std::mem::replace(&mut condition.expression, nothing);
            condition.expression = change(own);
            condition.text = condition.expression.to_string();
        }
    }

    /// A name like `wanted` that a condition can say and that nothing has.
    fn free_name(&self, wanted: &str) -> String {
        let is_sayable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let mut name = wanted.replace(|c| !is_sayable(c), "_");
        if !name.starts_with('_') {
            name.insert(0, '_');
        }
        let taken: HashSet<&str> = self.names().collect();
        let numbered = (2..=taken.len() + 1).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names
            .find(|name| !taken.contains(name.as_str()))
            .unwrap_or(name)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.identifiers
            .iter()
            .map(|identifier| identifier.name.as_str())
    }

    /// Makes room for names that begin with one `_` and a letter, if one of them is taken or a pattern may mean it.
    fn make_room(&mut self, is_taken: impl Fn(&str) -> bool, is_meant: impl Fn(&Selector) -> bool) {
        let mut patterns = HashSet::new();
        for condition in &self.conditions {
            hidden_patterns(&condition.expression, &mut patterns);
        }
        if patterns.into_iter().any(is_meant) || self.names().any(is_taken) {
            self.step_aside();
        }
    }

    /// Puts one more `_` before every name and pattern that begins with one.
    fn step_aside(&mut self) {
        for identifier in &mut self.identifiers {
            identifier.name = deeper(&identifier.name);
        }
        self.rewrite(|own| {
            renamed(own, &deeper, &|selector| match selector {
                Selector::Them => Selector::Them,
                Selector::Pattern(pattern) => Selector::Pattern(deeper(&pattern)),
            })
        });
    }
}

/// The names of one filter among those of a rule.
#[derive(Clone, Copy)]
struct Scope {
    number: usize,
}

impl Scope {
    fn identifiers(self, filter: &Filter) -> impl Iterator<Item = SearchIdentifier> {
        let source = Arc::new(filter.metadata.source.clone());
        let identifiers = filter.detections.identifiers.iter();
        identifiers.map(move |identifier| SearchIdentifier {
            name: self.name(&identifier.name),
            source: Some(source.clone()),
            ..identifier.clone()
        })
    }

    /// `None` if there is nothing to hold, which no filter that was read from a text says.
    fn condition(self, filter: &Filter) -> Option<Expression> {
        let conditions = filter.detections.conditions.iter();
        let expressions: Vec<Expression> = conditions
            .map(|condition| {
                let expression = condition.expression.clone();
                renamed(expression, &|name| self.name(name), &|selector| {
                    Selector::Pattern(self.name(match &selector {
                        Selector::Them => "*",
                        Selector::Pattern(pattern) => pattern,
                    }))
                })
            })
            .collect();
        (!expressions.is_empty()).then(|| Expression::any(expressions))
    }

    /// What a name is called, and what a pattern becomes: both begin with `_`, or neither does.
    fn name(self, name: &str) -> String {
        let link = if name.starts_with('_') { '-' } else { '_' };
        format!("{FILTER}{}{link}{name}", self.number)
    }
}

/// Whether the selector may mean a name that begins with `head`.
fn may_begin_with(selector: &Selector, head: &str) -> bool {
    let literal = selector.as_str().split('*').next().unwrap_or_default();
    literal.starts_with(head) || head.starts_with(literal)
}

/// The name or pattern with one more `_` if it begins with one.
fn deeper(name: &str) -> String {
    let more = if name.starts_with('_') { "_" } else { "" };
    format!("{more}{name}")
}

/// The patterns that can mean names with a `_` before them.
///
/// Recursion follows the condition, whose depth `condition` bounds; so it does below.
fn hidden_patterns<'e>(expression: &'e Expression, patterns: &mut HashSet<&'e Selector>) {
    match expression {
        Expression::Of(_, selector) if selector.as_str().starts_with('_') => {
            patterns.insert(selector);
        }
        Expression::Of(..) | Expression::Identifier(_) => {}
        Expression::Not(inner) => hidden_patterns(inner, patterns),
        Expression::And(operands) | Expression::Or(operands) => {
            for operand in operands {
                hidden_patterns(operand, patterns);
            }
        }
    }
}

/// The expression with other names.
fn renamed(
    expression: Expression,
    name: &dyn Fn(&str) -> String,
    selector: &dyn Fn(Selector) -> Selector,
) -> Expression {
    let all = |operands: Vec<Expression>| {
        let operands = operands.into_iter();
        operands
            .map(|operand| renamed(operand, name, selector))
            .collect()
    };
    match expression {
        Expression::Identifier(own) => Expression::Identifier(name(&own)),
        Expression::Of(quantifier, own) => Expression::Of(quantifier, selector(own)),
        Expression::Not(inner) => Expression::Not(Box::new(renamed(*inner, name, selector))),
        Expression::And(operands) => Expression::And(all(operands)),
        Expression::Or(operands) => Expression::Or(all(operands)),
    }
}

/// How the names of what filters add begin.
const FILTER: &str = "_filter";

#[cfg(test)]
mod tests {
    use super::{Addition, Arc, Detections, Filter};
    use crate::rule::Rule;

    fn rule(detection: &str) -> Detections {
        let text = format!("title: t\nlogsource: {{ product: p }}\ndetection: {detection}");
        Rule::from_yaml(&text).expect("a rule").detections
    }

    fn filter(section: &str) -> Filter {
        let text = format!("title: t\nlogsource: {{ product: p }}\nfilter: {section}");
        Filter::from_yaml(&text).expect("a filter")
    }

    fn addition(name: &str, is_negated: bool) -> Addition {
        let mut identifiers = rule("{ s: { G: g }, condition: s }").identifiers;
        let identifier = identifiers.pop().expect("one");
        Addition {
            name: name.to_owned(),
            detection: identifier.detection,
            is_negated,
            source: Arc::default(),
            location: identifier.location,
        }
    }

    /// The names, and then the condition, which must still be the text of its expression.
    fn printed(detections: &Detections) -> String {
        let names: Vec<&str> = detections.names().collect();
        let condition = &detections.conditions[0];
        assert_eq!(condition.text, condition.expression.to_string());
        format!("{}: {}", names.join(" "), condition.text)
    }

    #[test]
    fn conditions_are_added() {
        let mut detections = rule("{ a: { F: 1 }, b: { F: 2 }, condition: a or 1 of b* }");
        assert_eq!(detections.add_condition(addition("x", false)), "_x");
        assert_eq!(detections.add_condition(addition("_x y", true)), "_x_y");
        assert_eq!(detections.add_condition(addition("x", true)), "_x_2");
        assert_eq!(
            printed(&detections),
            "a b _x _x_y _x_2: not _x_2 and not _x_y and _x and (a or 1 of b*)"
        );
    }

    #[test]
    fn every_condition_is_extended() {
        let mut detections = rule("{ a: { F: 1 }, condition: [a, not a] }");
        detections.add_condition(addition("x", false));
        let texts: Vec<&str> = detections
            .conditions
            .iter()
            .map(|condition| condition.text.as_str())
            .collect();
        assert_eq!(texts, ["_x and a", "_x and not a"]);
    }

    #[test]
    fn names_that_could_be_meant_step_aside() {
        let mut detections =
            rule("{ _a: { F: 1 }, b: { F: 2 }, condition: 1 of _* and _a or all of them }");
        detections.add_condition(addition("_x", false));
        detections.add_condition(addition("_y", false));
        assert_eq!(
            printed(&detections),
            "__a b _x _y: _y and _x and (1 of __* and __a or all of them)"
        );
        let mut detections = rule("{ _a: { F: 1 }, condition: 1 of _a* }");
        detections.add_condition(addition("_x", false));
        assert_eq!(printed(&detections), "_a _x: _x and 1 of _a*");
    }

    #[test]
    fn filters_keep_their_own_names() {
        let mut detections =
            rule("{ a: { F: 1 }, _filter1_a: { F: 2 }, condition: a or _filter1_a }");
        detections.add_filters(&[
            &filter(
                "{ rules: any, a: { F: 1 }, _h: { F: 3 }, condition: not (1 of them or 1 of _*) }",
            ),
            &filter("{ rules: any, a: { F: 1 }, condition: not a }"),
        ]);
        assert_eq!(
            printed(&detections),
            "a __filter1_a _filter1_a _filter1-_h _filter2_a: (a or __filter1_a) and \
             not (1 of _filter1_* or 1 of _filter1-_*) and not _filter2_a"
        );
    }
}
