//! The tree of one document, built from the parser's events.

use std::borrow::Cow;

use saphyr_parser::{Event, ScalarStyle, Tag};

use crate::error::{Error, Limits, Location, SyntaxDetail};
use crate::syntax::alias::{Tape, Target};
use crate::syntax::node::Layout;
use crate::syntax::tag::{self, CoreTag};
use crate::syntax::{DEEPEST, Node, Style, Value, map, scalar};

/// Builds documents one after the other.
///
/// A document with an error is read to its end, so that the next one is found, but yields no node.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    nesting: usize,
    aliases: AliasBudget,
    /// The lists and maps that are not complete, outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    tape: Tape<'t>,
    errors: Vec<Error>,
    /// A limit was reached: the rest of the document is not built.
    abandoned: bool,
}

/// Where a node was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) location: Location,
    /// Of a scalar.
    pub(super) layout: Layout,
}

#[derive(Debug)]
struct Open {
    location: Location,
    children: Children,
}

#[derive(Debug)]
enum Children {
    List(Vec<Node>),
    Map {
        entries: Vec<(Node, Node)>,
        key: Option<Node>,
    },
}

/// What aliases may still add to the text (S-005). Not given back when a document fails: its cost was time too.
#[derive(Debug)]
struct AliasBudget {
    nodes: usize,
    bytes: usize,
    node_limit: usize,
    byte_limit: usize,
}

impl<'t> Tree<'t> {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            nesting: limits.nesting.min(DEEPEST),
            aliases: AliasBudget {
                nodes: 0,
                bytes: 0,
                node_limit: limits.alias_nodes,
                byte_limit: limits.text_bytes,
            },
            open: Vec::new(),
            root: None,
            tape: Tape::default(),
            errors: Vec::new(),
            abandoned: false,
        }
    }

    /// Takes the next event of the document.
    pub(super) fn event(&mut self, event: Event<'t>, origin: Origin) {
        if self.abandoned {
            return;
        }
        self.tape.notice(&event, origin);
        match event {
            Event::Alias(anchor) => self.alias(anchor, origin.location),
            other => self.node_event(other, origin),
        }
    }

    /// Ends the document: its root, `None` for an empty one, or what is wrong with it.
    pub(super) fn finish(&mut self) -> Result<Option<Node>, Vec<Error>> {
        let root = self.root.take();
        let mut errors = std::mem::take(&mut self.errors);
        self.open.clear();
        self.tape.clear();
        self.abandoned = false;
        if errors.is_empty() {
            Ok(root.filter(|root| !root.is_null()))
        } else {
            // Keys given twice are found when their map ends.
            errors.sort_by_key(Error::location);
            Err(errors)
        }
    }

    pub(super) fn nesting(&self) -> usize {
        self.nesting
    }

    /// Whether a limit has stopped the current document.
    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned
    }

    fn node_event(&mut self, event: Event<'t>, origin: Origin) {
        let location = origin.location;
        match event {
            Event::Scalar(text, style, _, tag) => {
                let node = self.scalar(text.into_owned(), style, tag, location);
                self.complete(node.laid_out(origin.layout));
            }
            Event::SequenceStart(_, tag) => {
                self.start(Children::List(Vec::new()), tag, CoreTag::List, location);
            }
            Event::MappingStart(_, tag) => {
                let children = Children::Map {
                    entries: Vec::new(),
                    key: None,
                };
                self.start(children, tag, CoreTag::Map, location);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => {}
        }
    }

    fn start(
        &mut self,
        children: Children,
        tag: Option<Cow<'t, Tag>>,
        own: CoreTag,
        location: Location,
    ) {
        if self.open.len() >= self.nesting {
            let limit = self.nesting;
            return self.abandon(Error::new(SyntaxDetail::TooDeep { limit }).at(location));
        }
        if let Some(tag) = tag {
            if let Err(detail) = tag::check_collection(&tag, own) {
                self.report(Error::new(detail).at(location));
            }
        }
        self.open.push(Open { location, children });
    }

    fn end(&mut self) {
        let Some(Open { location, children }) = self.open.pop() else {
            return;
        };
        let value = match children {
            Children::List(items) => Value::List(items),
            Children::Map { entries, .. } => {
                Value::Map(map::finish(entries, &mut |error| self.report(error)))
            }
        };
        self.complete(Node::new(value, location, Style::Plain));
    }

    fn complete(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.children) {
            None => self.root = Some(node),
            Some(Children::List(items)) => items.push(node),
            Some(Children::Map { entries, key }) => match key.take() {
                None => *key = Some(node.into_key()),
                Some(key) => entries.push((key, node)),
            },
        }
    }

    fn scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        tag: Option<Cow<'t, Tag>>,
        location: Location,
    ) -> Node {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let read = match tag {
            Some(tag) => tag::apply(&tag, text, location),
            None if style == Style::Plain => plain(text, location),
            None => Ok(Node::new(Value::String(text), location, style)),
        };
        read.unwrap_or_else(|detail| {
            self.report(Error::new(detail).at(location));
            Node::new(Value::Null, location, style)
        })
    }

    fn alias(&mut self, anchor: usize, location: Location) {
        let detail = match self.tape.target(anchor) {
            Target::Events(events) => return self.replay(events, location),
            Target::Recursive => SyntaxDetail::RecursiveAlias,
            Target::Unknown => SyntaxDetail::UnknownAlias,
        };
        self.report(Error::new(detail).at(location));
        self.complete(Node::new(Value::Null, location, Style::Plain));
    }

    /// Plays the events of an anchored node. Aliases among them recurse, each a level of nesting deeper.
    fn replay(&mut self, events: std::ops::Range<usize>, location: Location) {
        for number in events {
            if self.abandoned {
                return;
            }
            let Some((event, origin)) = self.tape.event(number) else {
                return;
            };
            if let Err(detail) = self.aliases.spend(&event) {
                return self.abandon(Error::new(detail).at(location));
            }
            match event {
                Event::Alias(anchor) => self.alias(anchor, origin.location),
                other => self.node_event(other, origin),
            }
        }
    }

    fn report(&mut self, error: Error) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
    }

    fn abandon(&mut self, error: Error) {
        self.report(error);
        self.abandoned = true;
        self.open.clear();
    }
}

fn plain(text: String, location: Location) -> Result<Node, SyntaxDetail> {
    scalar::resolve(text, location).map_err(|scalar::TooWide| SyntaxDetail::IntegerTooWide)
}

impl AliasBudget {
    fn spend(&mut self, event: &Event<'_>) -> Result<(), SyntaxDetail> {
        let bytes = match event {
            Event::Scalar(text, ..) => text.len(),
            Event::SequenceStart(..) | Event::MappingStart(..) => 0,
            _ => return Ok(()),
        };
        self.nodes = self.nodes.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.nodes > self.node_limit {
            Err(SyntaxDetail::TooManyAliasNodes {
                limit: self.node_limit,
            })
        } else if self.bytes > self.byte_limit {
            Err(SyntaxDetail::TooManyAliasBytes {
                limit: self.byte_limit,
            })
        } else {
            Ok(())
        }
    }
}

/// A document full of errors does not fill the memory with messages.
const MOST_ERRORS: usize = 32;
