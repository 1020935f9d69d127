//! `extract_fields`: the named groups of a pattern become fields.

use crate::rule::{Modifier, Value};

use super::super::operand::{Loose, Operand, location_of, operands};
use super::super::regex::Pattern;
use super::super::run::{Reject, Run};
use super::super::walk::{Change, Tracked, Tree};
use super::ItemTransformation;
use super::value::number;

/// `extract_fields`. Of each value that matches from its start, every group that took part and is not empty becomes an
/// item, all of which must match. An item whose values are not all texts, or none of which matches, stays.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct ExtractFields {
    pub(in crate::pipeline) pattern: Pattern,
    /// `field_prefix`: fields are called `prefix.group`.
    pub(in crate::pipeline) prefix: Option<String>,
    /// `preserve_unmatched`: other values stay beside them, instead of being left out.
    pub(in crate::pipeline) keeps_others: bool,
}

impl ItemTransformation for ExtractFields {
    fn change(&self, tracked: &Tracked, run: &mut Run<'_>) -> Result<Change, Reject> {
        let is_negated = tracked.item.is_negated();
        let mut parts = Vec::new();
        for (index, operand) in operands(&tracked.item).enumerate() {
            let Operand::Text(text) = operand else {
                return Ok(Change::None);
            };
            let plain = text.plain();
            run.spend(plain.len())?;
            match self.pattern.groups_at_start(&plain) {
                Some(groups) => {
                    let items = self.items(tracked, index, &groups);
                    if !items.is_empty() {
                        parts.push(Tree::every(items, is_negated));
                    }
                }
                None if self.keeps_others => parts.push(kept(tracked, index)),
                None => {}
            }
        }
        if parts.is_empty() {
            return Ok(Change::None);
        }
        run.spend_item(tracked)?;
        let has_all = tracked.item.modifiers.contains(&Modifier::All);
        Ok(Change::To(Tree::any(parts, is_negated != has_all)))
    }
}

impl ExtractFields {
    fn items(&self, tracked: &Tracked, index: usize, groups: &[(&str, &str)]) -> Vec<Tree> {
        let location = location_of(&tracked.item, index);
        let groups = groups.iter().filter(|(_, value)| !value.is_empty());
        let items = groups.map(|(name, value)| {
            let loose = Loose {
                modifiers: Vec::new(),
                value: typed(value),
                location,
            };
            let field = match &self.prefix {
                Some(prefix) => format!("{prefix}.{name}"),
                None => (*name).to_owned(),
            };
            Tree::Item(
                tracked
                    .with_values([loose], negation(tracked))
                    .with_field(field),
            )
        });
        items.collect()
    }
}

/// A value as it was written, alone.
fn kept(tracked: &Tracked, index: usize) -> Tree {
    let item = &tracked.item;
    let own = item.modifiers.iter().copied();
    let loose = Loose {
        modifiers: own
            .filter(|modifier| !matches!(modifier, Modifier::All | Modifier::Neq))
            .collect(),
        value: item.values.get(index).cloned().unwrap_or(Value::Null),
        location: location_of(item, index),
    };
    Tree::Item(tracked.with_values([loose], negation(tracked)))
}

fn negation(tracked: &Tracked) -> &'static [Modifier] {
    if tracked.item.is_negated() {
        &[Modifier::Neq]
    } else {
        &[]
    }
}

/// `null` and `none` are null, decimal numbers without leading zeros are numbers, all else is text.
fn typed(value: &str) -> Value {
    if value.eq_ignore_ascii_case("null") || value.eq_ignore_ascii_case("none") {
        return Value::Null;
    }
    let has_leading_zero = value != "0" && value.starts_with('0');
    match number(value) {
        Some(number) if !has_leading_zero => number,
        _ => Value::String(value.to_owned()),
    }
}
