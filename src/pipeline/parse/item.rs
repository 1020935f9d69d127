//! Processing items and the links of their conditions (S-501).

use std::collections::HashMap;
use std::sync::Arc;

use crate::condition::{self, Dialect};
use crate::error::{ItemLabel, PipelineFault};
use crate::syntax::Node;

use super::super::item::Item;
use super::super::scope::{Expression, Group, Link, Scope};
use super::condition as conditions;
use super::reader::{Params, Reader};
use super::transformation;

/// Reads a list of items. `prefix` is the number of the nest they are in, with a dot.
pub(super) fn items(node: &Node, prefix: &str, reader: &mut Reader<'_>) -> Vec<Item> {
    let Some(list) = node.as_list() else {
        reader.wrong_type("transformations", node, "a list");
        return Vec::new();
    };
    let outer = reader.item.take();
    let mut items = Vec::with_capacity(list.len());
    for (index, node) in list.iter().enumerate() {
        let number = format!("{prefix}{}", index + 1);
        let id = node.get("id").filter(|id| !id.is_null());
        let id = id.map(|id| Arc::from(id.shown().as_ref()));
        reader.item = Some(ItemLabel { number, id });
        items.extend(item(node, reader));
    }
    reader.item = outer;
    items
}

/// Keys of an item beside the parameters of its transformation. The last are pySigma's own settings, which it takes out
/// of files.
const KEYS: &[&str] = &[
    "id",
    "rule_conditions",
    "rule_cond_op",
    "rule_cond_not",
    "rule_cond_expr",
    "detection_item_conditions",
    "detection_item_cond_op",
    "detection_item_cond_not",
    "detection_item_cond_expr",
    "field_name_conditions",
    "field_name_cond_op",
    "field_name_cond_not",
    "field_name_cond_expr",
    "allow_template_vars",
    "vars_allowed_paths",
    "allow_external_sources",
    "restrict_template_path",
    "policy",
];

fn item(node: &Node, reader: &mut Reader<'_>) -> Option<Item> {
    let label = reader.item.clone()?;
    let name = reader.type_of(
        "transformation",
        node,
        transformation::TYPES,
        &[(
            "postprocessing item",
            &["embed", "simple_template", "template", "json", "replace"],
        )],
    );
    if let Some(id) = node.get("id").filter(|id| !id.is_null()) {
        reader.text("id", id);
    }
    let scope = Scope {
        rules: group(node, &RULES, conditions::rule, reader),
        items: group(node, &ITEMS, conditions::item, reader),
        fields: group(node, &FIELDS, conditions::field, reader),
    };
    let transformation = transformation::parse(Params::new(name?, node, KEYS), reader)?;
    Some(Item {
        label,
        location: node.place(),
        scope,
        transformation,
    })
}

/// The keys of one group of conditions.
struct Keys {
    prefix: &'static str,
    conditions: &'static str,
    operator: &'static str,
    negation: &'static str,
    expression: &'static str,
}

const RULES: Keys = Keys {
    prefix: "rule",
    conditions: "rule_conditions",
    operator: "rule_cond_op",
    negation: "rule_cond_not",
    expression: "rule_cond_expr",
};

const ITEMS: Keys = Keys {
    prefix: "detection_item",
    conditions: "detection_item_conditions",
    operator: "detection_item_cond_op",
    negation: "detection_item_cond_not",
    expression: "detection_item_cond_expr",
};

const FIELDS: Keys = Keys {
    prefix: "field_name",
    conditions: "field_name_conditions",
    operator: "field_name_cond_op",
    negation: "field_name_cond_not",
    expression: "field_name_cond_expr",
};

fn group<C>(
    node: &Node,
    keys: &Keys,
    read: fn(&Node, &mut Reader<'_>) -> Option<C>,
    reader: &mut Reader<'_>,
) -> Group<C> {
    let mut params = Params::new("", node, &[]);
    let listed = params.get(keys.conditions);
    let (names, nodes) = entries(listed, keys.conditions, reader);
    let conditions = nodes.into_iter().filter_map(|node| read(node, reader));
    let conditions: Vec<C> = conditions.collect();
    let operator = params.word(keys.operator, &["and", "or"], reader);
    let is_negated = params.flag(keys.negation, reader);
    let link = match params.get(keys.expression) {
        None if operator == Some("or") => Link::Any,
        None => Link::All,
        Some(expression) => {
            if operator.is_some() {
                let prefix = keys.prefix;
                reader.error(PipelineFault::ExpressionAndLink { prefix }, expression);
            }
            if listed.is_some_and(|listed| listed.as_map().is_none()) {
                let prefix = keys.prefix;
                reader.error(PipelineFault::ExpressionOfList { prefix }, expression);
            }
            expression_of(expression, keys.expression, &names, reader).unwrap_or(Link::All)
        }
    };
    Group {
        conditions,
        link,
        is_negated,
    }
}

/// The conditions of a list, or of a map with the names that it gives them.
fn entries<'n>(
    listed: Option<&'n Node>,
    key: &'static str,
    reader: &mut Reader<'_>,
) -> (Vec<(&'n str, &'n Node)>, Vec<&'n Node>) {
    let Some(listed) = listed else {
        return Default::default();
    };
    if let Some(list) = listed.as_list() {
        return (Vec::new(), list.iter().collect());
    }
    let Some(map) = listed.as_map() else {
        reader.wrong_type(key, listed, "a list or a map of conditions");
        return Default::default();
    };
    let mut names = Vec::new();
    for (name, _) in map {
        match name.as_str() {
            Some(text) => names.push((text, name)),
            None => {
                let found = name.kind_name();
                reader.error(PipelineFault::KeyType { found }, name);
            }
        }
    }
    (names, map.iter().map(|(_, node)| node).collect())
}

fn expression_of(
    node: &Node,
    key: &'static str,
    names: &[(&str, &Node)],
    reader: &mut Reader<'_>,
) -> Option<Link> {
    let text = reader.text(key, node)?;
    let parsed = condition::parse(&text, Dialect::ProcessingConditions, reader.limits);
    let expression = match parsed {
        Ok(expression) => expression,
        Err(fault) => {
            let message = fault.detail.to_string();
            reader.error_inside(PipelineFault::Part { message }, node, fault.offset);
            return None;
        }
    };
    let indexes = names.iter().enumerate();
    let mut resolver = Resolver {
        indexes: indexes.map(|(index, (name, _))| (*name, index)).collect(),
        names,
        used: vec![false; names.len()],
        node,
        reader,
    };
    let resolved = resolver.expression(&expression);
    let used = resolver.used;
    if resolved.is_some() {
        for ((name, key), _) in names.iter().zip(used).filter(|(_, used)| !used) {
            let name = (*name).to_owned();
            reader.error(PipelineFault::UnusedCondition { name }, key);
        }
    }
    resolved.map(Link::Expression)
}

/// Names of conditions to their places.
struct Resolver<'n, 'r, 'l> {
    names: &'n [(&'n str, &'n Node)],
    indexes: HashMap<&'n str, usize>,
    used: Vec<bool>,
    /// The expression's.
    node: &'n Node,
    reader: &'r mut Reader<'l>,
}

impl Resolver<'_, '_, '_> {
    /// Recursion follows the expression, whose depth `condition` bounds.
    fn expression(&mut self, expression: &condition::Expression) -> Option<Expression> {
        Some(match expression {
            condition::Expression::And(operands) => Expression::And(self.all(operands)?),
            condition::Expression::Or(operands) => Expression::Or(self.all(operands)?),
            condition::Expression::Not(inner) => Expression::Not(Box::new(self.expression(inner)?)),
            condition::Expression::Identifier(name) => Expression::Condition(self.name(name)?),
            // This dialect has no quantifiers.
            condition::Expression::Of(..) => return None,
        })
    }

    fn all(&mut self, operands: &[condition::Expression]) -> Option<Vec<Expression>> {
        let resolved = operands.iter().map(|operand| self.expression(operand));
        let resolved: Vec<_> = resolved.collect();
        resolved.into_iter().collect()
    }

    fn name(&mut self, name: &str) -> Option<usize> {
        let index = self.indexes.get(name).copied();
        match index.and_then(|index| self.used.get_mut(index)) {
            Some(used) => *used = true,
            None => {
                let known = self.names.iter().map(|(known, _)| *known);
                let fault = PipelineFault::UnknownCondition {
                    name: name.to_owned(),
                    nearest: self.reader.nearest(name, known).map(str::to_owned),
                };
                self.reader.error(fault, self.node);
            }
        }
        index
    }
}
