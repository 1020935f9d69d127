//! Templates of old collections: `action: global`, `reset` and `repeat` (S-020 to S-026).

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::{CollectionDetail, Error, Limits, Location, Problems, nearest};
use crate::rule::Source;
use crate::rule::parse::Kind;
use crate::syntax::{Node, Value};

/// The state of one text. It ends with the text (S-026).
#[derive(Debug)]
pub(super) struct Actions {
    global: Option<Node>,
    /// The last plain document, repetition or template.
    previous: Option<Node>,
    budget: Budget,
}

/// What may still be copied.
#[derive(Debug)]
struct Budget {
    /// `None` after more was asked for.
    rest: Option<usize>,
    limit: usize,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Global,
    Reset,
    Repeat,
}

impl Actions {
    pub(super) fn new(limits: &Limits) -> Self {
        let limit = limits.template_nodes;
        let budget = Budget {
            rest: Some(limit),
            limit,
        };
        Self {
            global: None,
            previous: None,
            budget,
        }
    }

    /// What is to be loaded for a document, if anything.
    pub(super) fn apply(
        &mut self,
        root: Node,
        source: &Source,
        problems: &mut Problems,
    ) -> Option<Cow<'_, Node>> {
        if action_of(&root).is_none() && Kind::of(&root) != Kind::Rule {
            // Takes no part in templates (S-025).
            return Some(Cow::Owned(root));
        }
        match self.rule(root) {
            Ok(is_rule) => self
                .previous
                .as_ref()
                .filter(|_| is_rule)
                .map(Cow::Borrowed),
            Err(error) => {
                problems.error(source.locate(error));
                None
            }
        }
    }

    /// Takes notice of a document; whether `previous` now is a rule to load.
    fn rule(&mut self, root: Node) -> Result<bool, Error> {
        let action = match action_of(&root) {
            Some(action) => Some(Action::read(action).map_err(|detail| at(detail, action))?),
            None => None,
        };
        match action {
            None => self.plain(root)?,
            Some(Action::Repeat) => self.repeat(root)?,
            Some(Action::Reset) => {
                self.global = None;
                return Ok(false);
            }
            Some(Action::Global) => {
                self.global = Some(root.clone());
                self.previous = Some(root);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The template wins over the document (S-021).
    fn plain(&mut self, root: Node) -> Result<(), Error> {
        self.previous = Some(match &self.global {
            None => root,
            Some(global) => {
                self.budget.charge(global, &root)?;
                let place = root.location;
                at_place(merge(root, global.clone()), place)
            }
        });
        Ok(())
    }

    /// The document wins over what was before it (S-023).
    fn repeat(&mut self, root: Node) -> Result<(), Error> {
        self.previous = Some(match self.previous.take() {
            None => root,
            Some(previous) => {
                self.budget.charge(&previous, &root)?;
                let place = root.location;
                at_place(merge(previous, root), place)
            }
        });
        Ok(())
    }
}

impl Budget {
    /// Pays for a copy of `node`, which is made for the document `root`.
    fn charge(&mut self, node: &Node, root: &Node) -> Result<(), Error> {
        // Once exhausted, nothing is measured again: a text of many small documents must not walk a large template
        // for each.
        self.rest = self.rest.and_then(|rest| rest.checked_sub(weight(node)));
        match self.rest {
            Some(_) => Ok(()),
            None => Err(at(
                CollectionDetail::TooManyTemplateNodes { limit: self.limit },
                root,
            )),
        }
    }
}

impl Action {
    fn read(node: &Node) -> Result<Self, CollectionDetail> {
        match node.as_str() {
            Some("global") => Ok(Self::Global),
            Some("reset") => Ok(Self::Reset),
            Some("repeat") => Ok(Self::Repeat),
            Some(other) => Err(CollectionDetail::UnknownAction {
                found: other.to_owned(),
                nearest: nearest(other, ["global", "reset", "repeat"]),
            }),
            None => Err(CollectionDetail::ActionType {
                found: node.kind_name(),
            }),
        }
    }
}

fn action_of(root: &Node) -> Option<&Node> {
    root.get("action").filter(|action| !action.is_null())
}

fn at(detail: CollectionDetail, node: &Node) -> Error {
    let error = Error::new(detail);
    match node.place() {
        Some(place) => error.at(place),
        None => error,
    }
}

fn at_place(node: Node, place: Location) -> Node {
    Node::new(node.value, place, node.style)
}

/// Merges maps, recursively; of everything else, `over` replaces `under`. Recursion ends with the nesting of the
/// documents, which `syntax` bounds.
fn merge(under: Node, over: Node) -> Node {
    let (mut entries, winners, location, style) = match (under.value, over) {
        (
            Value::Map(entries),
            Node {
                value: Value::Map(winners),
                location,
                style,
                ..
            },
        ) => (entries, winners, location, style),
        (_, over) => return over,
    };
    let places = places(&entries, &winners);
    for ((key, value), place) in winners.into_iter().zip(places) {
        match place.and_then(|place| entries.get_mut(place)) {
            Some((_, old)) => {
                let empty = Node::new(Value::Null, old.location, old.style);
                *old = merge(std::mem::replace(old, empty), value);
            }
            None => entries.push((key, value)),
        }
    }
    Node::new(Value::Map(entries), location, style)
}

/// For each of `winners`, the index of the entry with the same key.
fn places(entries: &[(Node, Node)], winners: &[(Node, Node)]) -> Vec<Option<usize>> {
    let names = entries
        .iter()
        .enumerate()
        .filter_map(|(index, (key, _))| Some((key.as_str()?, index)));
    let indexes: HashMap<&str, usize> = names.collect();
    winners
        .iter()
        .map(|(key, _)| indexes.get(key.as_str()?).copied())
        .collect()
}

/// The number of nodes, where a long text counts for several.
fn weight(node: &Node) -> usize {
    let inner = match &node.value {
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| weight(key) + weight(value))
            .sum(),
        _ => node.as_str().map_or(0, |text| text.len() / TEXT_OF_A_NODE),
    };
    1 + inner
}

/// Bytes of text that weigh as much as a node.
const TEXT_OF_A_NODE: usize = 32;
