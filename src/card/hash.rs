//! One number for what a rule means, whatever it looks like.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::card::value;
use crate::compile::Plan;
use crate::compile::plan::{Expr, Link, Predicate, Relation, Test, ValueTest};
use crate::pattern::Part;

/// A number for what a rule matches: equal for rules that differ only in metadata, formatting, names of search
/// identifiers, the order of items, values and operands, or how lists and maps are nested.
///
/// The same on every machine. Rules with different numbers may still match the same events: that takes a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SemanticHash(u128);

impl SemanticHash {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut normal = Normalizer::new(plan);
        let whole = normal.linked(Link::Any, &plan.conditions, true);
        Self(whole.hash())
    }
}

impl fmt::Display for SemanticHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for SemanticHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An expression with `not` moved to its leaves and links of one kind joined.
#[derive(Clone, Debug)]
enum Normal {
    Leaf(u128),
    Linked(Link, BTreeSet<u128>),
}

impl Normal {
    fn constant(value: bool) -> Self {
        // All of nothing is true, any of nothing false.
        let link = if value { Link::All } else { Link::Any };
        Self::Linked(link, BTreeSet::new())
    }

    fn hash(&self) -> u128 {
        match self {
            Self::Leaf(hash) => *hash,
            Self::Linked(_, parts) if parts.len() == 1 => {
                parts.first().copied().unwrap_or_default()
            }
            Self::Linked(link, parts) => {
                let mut hasher = Fnv::new(if *link == Link::All { b'&' } else { b'|' });
                parts
                    .iter()
                    .for_each(|part| hasher.bytes(&part.to_be_bytes()));
                hasher.0
            }
        }
    }
}

/// Search identifiers are looked at once each, however often conditions name them.
pub(super) struct Normalizer<'p> {
    plan: &'p Plan,
    identifiers: Vec<[Option<Normal>; 2]>,
}

impl<'p> Normalizer<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            identifiers: vec![[None, None]; plan.identifiers.len()],
        }
    }

    /// The number of one expression of the plan, or of its negation.
    pub(super) fn hash(&mut self, expr: &Expr, positive: bool) -> SemanticHash {
        SemanticHash(self.expr(expr, positive).hash())
    }

    /// Recursion follows conditions and nested lists, both bounded when the rule was loaded.
    fn expr(&mut self, expr: &Expr, positive: bool) -> Normal {
        match expr {
            Expr::Constant(value) => Normal::constant(*value == positive),
            Expr::Not(inner) => self.expr(inner, !positive),
            Expr::And(parts) => self.linked(Link::All, parts, positive),
            Expr::Or(parts) => self.linked(Link::Any, parts, positive),
            Expr::Identifier(index) => self.identifier(*index, positive),
            Expr::Selected(link, index) => {
                let selected = self
                    .plan
                    .selections
                    .get(*index)
                    .cloned()
                    .unwrap_or_default();
                let parts: Vec<Normal> = selected
                    .iter()
                    .map(|identifier| self.identifier(*identifier, positive))
                    .collect();
                join(turned(*link, positive), parts)
            }
            Expr::Predicate(predicate) => leaf(predicate, positive),
        }
    }

    fn linked(&mut self, link: Link, parts: &[Expr], positive: bool) -> Normal {
        let parts: Vec<Normal> = parts.iter().map(|part| self.expr(part, positive)).collect();
        join(turned(link, positive), parts)
    }

    #[expect(clippy::indexing_slicing, reason = "a pair by a boolean")]
    fn identifier(&mut self, index: usize, positive: bool) -> Normal {
        let known = self
            .identifiers
            .get(index)
            .and_then(|both| both[usize::from(positive)].clone());
        if let Some(known) = known {
            return known;
        }
        let normal = match self.plan.identifiers.get(index) {
            Some(expr) => self.expr(expr, positive),
            None => Normal::constant(!positive),
        };
        if let Some(both) = self.identifiers.get_mut(index) {
            both[usize::from(positive)] = Some(normal.clone());
        }
        normal
    }
}

fn turned(link: Link, positive: bool) -> Link {
    match (link, positive) {
        (Link::All, true) | (Link::Any, false) => Link::All,
        _ => Link::Any,
    }
}

fn join(link: Link, parts: Vec<Normal>) -> Normal {
    let mut joined = BTreeSet::new();
    for part in parts {
        match part {
            Normal::Linked(inner, parts) if inner == link => joined.extend(parts),
            // What makes the whole a constant: false among all, true among any.
            Normal::Linked(inner, parts) if parts.is_empty() => {
                return Normal::Linked(inner, parts);
            }
            other => {
                joined.insert(other.hash());
            }
        }
    }
    Normal::Linked(link, joined)
}

/// A list of values is any of its single values.
fn leaf(predicate: &Predicate, positive: bool) -> Normal {
    let hash = |write: &dyn Fn(&mut Fnv)| {
        let mut hasher = Fnv::new(if positive { b'+' } else { b'-' });
        match &predicate.field {
            Some(field) => hasher.text(field),
            None => hasher.bytes(b"k"),
        }
        write(&mut hasher);
        hasher.0
    };
    match &predicate.test {
        Test::AnyOf(tests) => {
            let parts = tests
                .iter()
                .map(value::canonical)
                .map(|test| hash(&|hasher| hasher.test(&test)));
            Normal::Linked(turned(Link::Any, positive), parts.collect())
        }
        Test::Exists => Normal::Leaf(hash(&|hasher| hasher.bytes(b"e"))),
        Test::Reference { other, relation } => Normal::Leaf(hash(&|hasher| {
            hasher.bytes(match relation {
                Relation::Equal => b"r=",
                Relation::Contains => b"rc",
                Relation::StartsWith => b"rs",
                Relation::EndsWith => b"re",
            });
            hasher.text(other);
        })),
    }
}

/// FNV-1a with 128 bits: simple, and the same everywhere. Not against forgery.
struct Fnv(u128);

impl Fnv {
    fn new(tag: u8) -> Self {
        let mut hasher = Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        hasher.bytes(&[tag]);
        hasher
    }

    fn bytes(&mut self, bytes: &[u8]) {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes(&(text.len() as u64).to_be_bytes());
        self.bytes(text.as_bytes());
    }

    /// The kind of a test and what it looks for; nothing that depends on how types print for debugging.
    fn test(&mut self, test: &ValueTest) {
        self.text(&value::test_kind(test));
        match test {
            ValueTest::Text(pattern) => {
                self.bytes(&[u8::from(pattern.is_cased())]);
                pattern.parts().iter().for_each(|part| self.part(part));
            }
            ValueTest::Regex(regex) => {
                self.bytes(&[regex.options_key()]);
                self.text(regex.source());
            }
            ValueTest::Token(_) => {
                self.bytes(b"token");
                self.text(&value::decoded(test));
            }
            other => self.text(&value::decoded(other)),
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Literal(literal) => {
                self.bytes(b"l");
                self.text(literal);
            }
            Part::Any => self.bytes(b"*"),
            Part::One => self.bytes(b"?"),
            Part::OneOf(choice) => {
                self.bytes(b"c");
                self.text(&choice.iter().collect::<String>());
            }
        }
    }
}
