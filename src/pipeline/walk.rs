//! The one walk over the detections of a rule.
//!
//! A detection becomes a [`Tree`] whose leaves are items that remember by which processing items they were changed.
//! Transformations and conditions see items only; what an item becomes, the walk puts in its place.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::Location;
use crate::rule::{Detection, DetectionItem, Modifier};

use super::operand::Loose;
use super::run::Reject;

/// A detection while pipelines work on it. Lists in it may be empty: then they drop out at the end.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// Every part must match.
    Every(Vec<Self>),
    /// Any part must match.
    Any(Vec<Self>),
    Item(Tracked),
}

/// A detection item, and the ids of the processing items that changed it.
#[derive(Clone, Debug)]
pub(super) struct Tracked {
    pub(super) item: DetectionItem,
    pub(super) applied: BTreeSet<Arc<str>>,
}

/// What becomes of an item.
#[derive(Debug)]
pub(super) enum Change {
    /// It stays, and the processing item was not applied to it.
    None,
    /// This stands in its place. Its items inherit what was applied to the old one.
    To(Tree),
    /// It is left out.
    Drop,
}

impl Tree {
    /// Linked by 'or', or, where the items are negated, by 'and'.
    pub(super) fn any(mut parts: Vec<Self>, is_negated: bool) -> Self {
        match parts.len() {
            1 => parts.remove(0),
            _ if is_negated => Self::Every(parts),
            _ => Self::Any(parts),
        }
    }

    /// Linked by 'and', or, where the items are negated, by 'or'.
    pub(super) fn every(parts: Vec<Self>, is_negated: bool) -> Self {
        Self::any(parts, !is_negated)
    }

    /// Asks `change` about every item, in order. `id` is that of the processing item.
    ///
    /// Recursion follows the tree, whose depth is checked after each transformation.
    pub(super) fn change(
        &mut self,
        id: Option<&Arc<str>>,
        change: &mut impl FnMut(&Tracked) -> Result<Change, Reject>,
    ) -> Result<(), Reject> {
        match self {
            Self::Every(parts) | Self::Any(parts) => {
                for part in parts.iter_mut() {
                    part.change(id, change)?;
                }
                parts.retain(|part| !part.is_empty());
            }
            Self::Item(tracked) => {
                let location = tracked.item.location;
                match change(tracked).map_err(|reject| reject.at(location))? {
                    Change::None => {}
                    Change::Drop => *self = Self::Any(Vec::new()),
                    Change::To(mut tree) => {
                        tree.mark(id);
                        *self = tree;
                    }
                }
            }
        }
        Ok(())
    }

    /// Every item, in order.
    pub(super) fn items(&self) -> Vec<&Tracked> {
        let mut items = Vec::new();
        self.collect(&mut items);
        items
    }

    fn collect<'t>(&'t self, items: &mut Vec<&'t Tracked>) {
        match self {
            Self::Every(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect(items));
            }
            Self::Item(tracked) => items.push(tracked),
        }
    }

    /// Remembers that a processing item was applied.
    pub(super) fn mark(&mut self, id: Option<&Arc<str>>) {
        match self {
            Self::Every(parts) | Self::Any(parts) => {
                parts.iter_mut().for_each(|part| part.mark(id));
            }
            Self::Item(tracked) => tracked.applied.extend(id.cloned()),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Every(parts) | Self::Any(parts) => parts.is_empty(),
            Self::Item(_) => false,
        }
    }

    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Every(parts) | Self::Any(parts) => {
                1 + parts.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Item(_) => 1,
        }
    }

    /// Back to the model; `None` if nothing is left.
    pub(super) fn into_detection(self) -> Option<Detection> {
        Some(match self {
            Self::Item(tracked) if tracked.item.field.is_none() => {
                Detection::Keywords(tracked.item)
            }
            Self::Item(tracked) => Detection::All(vec![tracked.item]),
            Self::Any(parts) => Detection::Any(detections(parts)?),
            Self::Every(parts) => match items_of(parts) {
                Ok(items) if items.is_empty() => return None,
                Ok(items) => Detection::All(items),
                Err(parts) => Detection::Every(detections(parts)?),
            },
        })
    }
}

/// The items, if the parts are nothing else.
fn items_of(parts: Vec<Tree>) -> Result<Vec<DetectionItem>, Vec<Tree>> {
    if parts.iter().any(|part| !matches!(part, Tree::Item(_))) {
        return Err(parts);
    }
    let items = parts.into_iter().filter_map(|part| match part {
        Tree::Item(tracked) => Some(tracked.item),
        _ => None,
    });
    Ok(items.collect())
}

fn detections(parts: Vec<Tree>) -> Option<Vec<Detection>> {
    let parts: Vec<Detection> = parts.into_iter().filter_map(Tree::into_detection).collect();
    (!parts.is_empty()).then_some(parts)
}

impl From<Detection> for Tree {
    /// Recursion follows nested lists, whose depth `syntax` bounds.
    fn from(detection: Detection) -> Self {
        match detection {
            Detection::All(items) => Self::Every(
                items
                    .into_iter()
                    .map(|item| Self::Item(item.into()))
                    .collect(),
            ),
            Detection::Any(parts) => Self::Any(parts.into_iter().map(Self::from).collect()),
            Detection::Every(parts) => Self::Every(parts.into_iter().map(Self::from).collect()),
            Detection::Keywords(item) => Self::Item(item.into()),
        }
    }
}

impl From<DetectionItem> for Tracked {
    fn from(item: DetectionItem) -> Self {
        Self {
            item,
            applied: BTreeSet::new(),
        }
    }
}

impl Tracked {
    /// The same item with other values, which have the same modifiers, and these after them.
    pub(super) fn with_values(
        &self,
        values: impl IntoIterator<Item = Loose>,
        linking: &[Modifier],
    ) -> Self {
        let mut item = DetectionItem {
            field: self.item.field.clone(),
            modifiers: Vec::new(),
            values: Vec::new(),
            location: self.item.location,
            value_locations: Vec::new(),
        };
        for loose in values {
            item.modifiers = loose.modifiers;
            item.values.push(loose.value);
            item.value_locations.push(loose.location);
        }
        item.modifiers.extend(linking);
        Self {
            item,
            applied: self.applied.clone(),
        }
    }

    /// The same item for another field.
    pub(super) fn with_field(&self, field: String) -> Self {
        let mut renamed = self.clone();
        renamed.item.field = Some(field);
        renamed
    }
}

impl DetectionItem {
    /// Whether the item matches when its values do not (S-211).
    pub(super) fn is_negated(&self) -> bool {
        self.modifiers.contains(&Modifier::Neq)
    }
}

impl Reject {
    /// Adds the place in the rule, unless one is known.
    fn at(mut self, location: Location) -> Self {
        self.0.location.get_or_insert(location);
        self
    }
}
