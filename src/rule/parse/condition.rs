//! The `condition` of a detection section, and whether the names in it exist (S-302 to S-312).

use std::collections::{HashMap, HashSet};

use crate::condition::{self, Dialect, Expression, Selector};
use crate::error::DetectionDetail;
use crate::rule::Condition;
use crate::rule::parse::Kind;
use crate::rule::parse::detection::{collect, section_name};
use crate::rule::parse::reader::Reader;
use crate::syntax::Node;

/// Reads the conditions of `section` and holds them against the names of its search identifiers.
pub(super) fn parse(
    section: &Node,
    kind: Kind,
    names: &[(&str, &Node)],
    reader: &mut Reader<'_>,
) -> Option<Vec<Condition>> {
    let conditions = read(section, kind, reader)?;
    let mut mentions = Mentions::default();
    for (node, condition) in &conditions {
        mentions.add(&condition.expression, node);
    }
    check(&mentions, names, reader);
    Some(
        conditions
            .into_iter()
            .map(|(_, condition)| condition)
            .collect(),
    )
}

/// Whether a condition reads the name as a keyword, so that it cannot name a search identifier (S-308).
pub(super) fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "and" | "or" | "not" | "of" | "all" | "any" | "them" | "1"
    )
}

fn read<'n>(
    section: &'n Node,
    kind: Kind,
    reader: &mut Reader<'_>,
) -> Option<Vec<(&'n Node, Condition)>> {
    let Some(node) = section.get("condition").filter(|node| !node.is_null()) else {
        let detail = DetectionDetail::NoCondition {
            section: section_name(kind),
        };
        reader.error(detail, section);
        return None;
    };
    match node.as_list() {
        Some([]) => {
            reader.error(DetectionDetail::NoConditions, node);
            None
        }
        Some(list) if kind == Kind::Rule => {
            collect(list, reader, |node, reader| one(node, "a string", reader))
        }
        None if kind == Kind::Rule => {
            Some(vec![one(node, "a string or a list of strings", reader)?])
        }
        _ => Some(vec![one(node, "a string", reader)?]),
    }
}

fn one<'n>(
    node: &'n Node,
    expected: &'static str,
    reader: &mut Reader<'_>,
) -> Option<(&'n Node, Condition)> {
    let Some(text) = node.as_str() else {
        reader.error(
            DetectionDetail::ConditionType {
                found: node.kind_name(),
                expected,
            },
            node,
        );
        return None;
    };
    let expression = expression(text, Dialect::Detections, node, reader)?;
    Some((
        node,
        Condition {
            text: text.to_owned(),
            expression,
            location: node.location,
        },
    ))
}

/// Parses a condition that stands in `node`.
pub(super) fn expression(
    text: &str,
    dialect: Dialect,
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<Expression> {
    match condition::parse(text, dialect, reader.limits()) {
        Ok(expression) => Some(expression),
        Err(fault) => {
            reader.error_inside(fault.detail, node, fault.offset);
            None
        }
    }
}

/// What the conditions name, each thing once, with the condition that names it first.
#[derive(Default)]
struct Mentions<'c> {
    names: Vec<(&'c str, &'c Node)>,
    selectors: Vec<(&'c Selector, &'c Node)>,
    seen: HashSet<(bool, &'c str)>,
}

impl<'c> Mentions<'c> {
    /// Recursion follows the condition, whose depth `condition` bounds.
    fn add(&mut self, expression: &'c Expression, node: &'c Node) {
        match expression {
            Expression::Identifier(name) => {
                if self.seen.insert((false, name)) {
                    self.names.push((name, node));
                }
            }
            Expression::Of(_, selector) => {
                if self.seen.insert((true, selector.as_str())) {
                    self.selectors.push((selector, node));
                }
            }
            Expression::Not(inner) => self.add(inner, node),
            Expression::And(operands) | Expression::Or(operands) => {
                for operand in operands {
                    self.add(operand, node);
                }
            }
        }
    }
}

/// Reports names that do not exist and patterns that select nothing; if there are none, search identifiers that are not
/// used.
fn check(mentions: &Mentions<'_>, names: &[(&str, &Node)], reader: &mut Reader<'_>) {
    let mut used = vec![false; names.len()];
    let names_exist = check_names(&mentions.names, names, &mut used, reader);
    let patterns_select = check_selectors(&mentions.selectors, names, &mut used, reader);
    if names_exist && patterns_select {
        for ((name, key), _) in names.iter().zip(used).filter(|(_, used)| !used) {
            reader.warning(
                DetectionDetail::Unused {
                    name: (*name).to_owned(),
                },
                key,
            );
        }
    }
}

fn check_names(
    mentioned: &[(&str, &Node)],
    names: &[(&str, &Node)],
    used: &mut [bool],
    reader: &mut Reader<'_>,
) -> bool {
    let indexes: HashMap<&str, usize> = names
        .iter()
        .enumerate()
        .map(|(index, (name, _))| (*name, index))
        .collect();
    let mut all_exist = true;
    for (name, node) in mentioned {
        if let Some(index) = indexes.get(name) {
            mark(used, *index);
            continue;
        }
        all_exist = false;
        if !reader.is_full() {
            let nearest = nearest_name(name, names, reader);
            let detail = DetectionDetail::UnknownIdentifier {
                name: (*name).to_owned(),
                nearest,
            };
            report_word(detail, name, node, reader);
        }
    }
    all_exist
}

fn check_selectors(
    selectors: &[(&Selector, &Node)],
    names: &[(&str, &Node)],
    used: &mut [bool],
    reader: &mut Reader<'_>,
) -> bool {
    // Every pattern is compared with every name.
    let limit = reader.limits().selection_bytes;
    let bytes: usize = names.iter().map(|(name, _)| name.len() + 1).sum();
    if bytes.saturating_mul(selectors.len()) > limit {
        if let Some((_, node)) = selectors.first() {
            reader.error(DetectionDetail::TooManyComparisons { limit }, node);
        }
        return false;
    }
    let mut all_select = true;
    for (selector, node) in selectors {
        let mut selects = false;
        for (index, _) in names
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| selector.selects(name))
        {
            mark(used, index);
            selects = true;
        }
        all_select &= selects;
        if !selects && !reader.is_full() {
            let word = selector.as_str();
            let nearest = nearest_name(word.trim_matches('*'), names, reader);
            let detail = DetectionDetail::SelectsNothing {
                selector: word.to_owned(),
                nearest,
            };
            report_word(detail, word, node, reader);
        }
    }
    all_select
}

fn nearest_name(word: &str, names: &[(&str, &Node)], reader: &mut Reader<'_>) -> Option<String> {
    reader
        .nearest(word, names.iter().map(|(name, _)| *name))
        .map(str::to_owned)
}

fn mark(used: &mut [bool], index: usize) {
    if let Some(used) = used.get_mut(index) {
        *used = true;
    }
}

/// Reports an error at a word of the condition in `node`.
fn report_word(detail: DetectionDetail, word: &str, node: &Node, reader: &mut Reader<'_>) {
    let text = node.as_str().unwrap_or_default();
    let offset = condition::offset_of(text, word).unwrap_or(0);
    reader.error_inside(detail, node, offset);
}
