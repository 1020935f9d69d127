//! Adds parts from elsewhere to a rule's detections: from filters, processing pipelines and maps of log sources.
//!
//! What is added stands under names that begin with `_`, so that no `them` and no `*` of the rule means it (S-304,
//! S-454). Only a pattern that begins with `_` itself could. Where one does, all names and patterns with `_` that are
//! there already get one `_` more: they mean each other as before, and what is added is none of theirs. Writing such
//! patterns out as names was the other way: it makes long conditions longer by the number of search identifiers, and
//! cannot say the names that only patterns reach (S-099).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::condition::{Expression, Selector};
use crate::rule::{
    Detection, DetectionItem, Detections, Filter, Location, Modifier, SearchIdentifier, Source,
    Value,
};

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

/// What fields of a rule are called in some events.
pub(crate) type FieldNames = BTreeMap<String, String>;

/// A kind of events.
#[derive(Clone, Debug)]
pub(crate) struct EventKind<'f> {
    /// What tells such events.
    pub(crate) detection: Detection,
    pub(crate) fields: &'f FieldNames,
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

    /// Adds that one of several kinds of events must be met: every condition `C` becomes
    /// `_name and (C) or _name2 and (C2) …`, where `C2` is `C` over copies of the search identifiers whose fields are
    /// called as in events of the second kind. The first kind needs no copies.
    ///
    /// # Cost
    /// Linear in the detections for each kind.
    pub(crate) fn add_kinds(&mut self, name: &str, kinds: Vec<EventKind<'_>>) {
        self.make_room_for(name);
        let own = self.identifiers.clone();
        let mut tests = Vec::with_capacity(kinds.len());
        for (index, kind) in kinds.into_iter().enumerate() {
            let scope = (index > 0).then(|| Scope::new(name, index + 1));
            let test = scope
                .as_ref()
                .map_or(name, |scope| &scope.prefix)
                .to_owned();
            match &scope {
                None => self.rename_fields(kind.fields),
                Some(scope) => self.identifiers.extend(own.iter().map(|identifier| {
                    let mut identifier = identifier.clone();
                    identifier.name = scope.name(&identifier.name);
                    identifier.detection.rename_fields(kind.fields);
                    identifier
                })),
            }
            self.identifiers.push(SearchIdentifier {
                name: test.clone(),
                detection: kind.detection,
                location: kind.location,
                source: Some(kind.source),
            });
            tests.push((Expression::Identifier(test), scope));
        }
        self.rewrite(|own| {
            let kinds = tests.iter().map(|(test, scope)| {
                let own = scope
                    .as_ref()
                    .map_or_else(|| own.clone(), |scope| scope.expression(&own));
                Expression::all(vec![test.clone(), own])
            });
            Expression::any(kinds.collect())
        });
    }

    /// Whether an item has a field of these.
    pub(crate) fn has_field_of(&self, fields: &FieldNames) -> bool {
        let mut identifiers = self.identifiers.iter();
        !fields.is_empty()
            && identifiers.any(|identifier| identifier.detection.has_field_of(fields))
    }

    fn rename_fields(&mut self, fields: &FieldNames) {
        for identifier in &mut self.identifiers {
            identifier.detection.rename_fields(fields);
        }
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
            let scope = Scope::new(FILTER, index + 1);
            let source = Arc::new(filter.metadata.source.clone());
            let own = filter.detections.identifiers.iter();
            identifiers.extend(own.map(|identifier| SearchIdentifier {
                name: scope.name(&identifier.name),
                source: Some(source.clone()),
                ..identifier.clone()
            }));
            // One, unless the model was changed by hand.
            let own = filter.detections.conditions.iter();
            let own: Vec<Expression> = own.map(|own| scope.expression(&own.expression)).collect();
            conditions.extend((!own.is_empty()).then(|| Expression::any(own)));
        }
        self.make_room_for(FILTER);
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

    fn make_room_for(&mut self, head: &str) {
        self.make_room(
            |name| name.starts_with(head),
            |pattern| may_begin_with(pattern, head),
        );
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

impl Detection {
    /// Renames fields, those that are values of `fieldref` too. Recursion follows nested lists, whose depth `syntax`
    /// bounds.
    pub(crate) fn rename_fields(&mut self, fields: &FieldNames) {
        match self {
            Self::All(items) => items.iter_mut().for_each(|item| item.rename_fields(fields)),
            Self::Any(parts) | Self::Every(parts) => {
                parts.iter_mut().for_each(|part| part.rename_fields(fields));
            }
            Self::Keywords(item) => item.rename_fields(fields),
        }
    }

    fn has_field_of(&self, fields: &FieldNames) -> bool {
        match self {
            Self::All(items) => items.iter().any(|item| item.has_field_of(fields)),
            Self::Any(parts) | Self::Every(parts) => {
                parts.iter().any(|part| part.has_field_of(fields))
            }
            Self::Keywords(item) => item.has_field_of(fields),
        }
    }
}

impl DetectionItem {
    /// A field that equals a value, read as a Sigma string.
    pub(crate) fn equal(field: String, value: String) -> Self {
        Self {
            field: Some(field),
            modifiers: Vec::new(),
            values: vec![Value::String(value)],
            location: Location::NOWHERE,
            value_locations: vec![Location::NOWHERE],
        }
    }

    fn rename_fields(&mut self, fields: &FieldNames) {
        let rename = |name: &mut String| {
            if let Some(new) = fields.get(name) {
                name.clone_from(new);
            }
        };
        self.field.iter_mut().for_each(rename);
        if self.modifiers.contains(&Modifier::FieldRef) {
            self.values.iter_mut().for_each(|value| {
                if let Value::String(name) = value {
                    rename(name);
                }
            });
        }
    }

    fn has_field_of(&self, fields: &FieldNames) -> bool {
        let names = self.values.iter().filter_map(|value| match value {
            Value::String(text) if self.modifiers.contains(&Modifier::FieldRef) => Some(text),
            _ => None,
        });
        names
            .chain(&self.field)
            .any(|name| fields.contains_key(name))
    }
}

/// Names for one of several things that are added, so that none can be meant for those of another.
struct Scope {
    prefix: String,
}

impl Scope {
    fn new(head: &str, number: usize) -> Self {
        Self {
            prefix: format!("{head}{number}"),
        }
    }

    /// What a name is called, and what a pattern becomes: both begin with `_`, or neither does.
    fn name(&self, name: &str) -> String {
        let link = if name.starts_with('_') { '-' } else { '_' };
        format!("{}{link}{name}", self.prefix)
    }

    fn expression(&self, expression: &Expression) -> Expression {
        renamed(expression.clone(), &|name| self.name(name), &|selector| {
            Selector::Pattern(self.name(match &selector {
                Selector::Them => "*",
                Selector::Pattern(pattern) => pattern,
            }))
        })
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
