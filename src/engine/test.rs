//! The test of one predicate, ready to be asked.

use std::sync::Arc;

use crate::compile::plan::{Comparison, Relation, ValueTest};
use crate::engine::leaves::{Leaves, Scalar, Slot};
use crate::engine::scratch::RegexCaches;
use crate::pattern::{
    CivilTime, Network, Number, NumberBuffer, Part, PatternSet, Regex, Text, TextPattern, TimePart,
    contains_number_token, parse_address, parse_decimal,
};
use crate::util::ids::{FieldId, RegexId};

/// A predicate as the engine asks it.
#[derive(Debug)]
pub(crate) struct Question {
    /// The field; `None` for keywords, which ask every leaf of the event.
    pub(crate) field: Option<FieldId>,
    pub(crate) test: CompiledTest,
    /// A rough order of what it costs to ask: see `ProgramBuilder::cost`.
    pub(crate) cost: u8,
}

#[derive(Debug)]
pub(crate) enum CompiledTest {
    /// The index has answered it: had a value passed, it would have said so.
    Answered,
    Exists,
    Reference {
        other: FieldId,
        relation: Relation,
    },
    /// Nothing but texts: the usual case.
    Texts(PatternSet),
    /// Nothing but null.
    Null,
    Mixed(Box<Mixed>),
}

/// Tests of several kinds, of which one must hold.
#[derive(Debug, Default)]
pub(crate) struct Mixed {
    null: bool,
    texts: Option<PatternSet>,
    numbers: Vec<NumberTest>,
    booleans: Vec<bool>,
    regexes: Vec<(RegexId, Arc<Regex>)>,
    networks: Vec<Network>,
    compares: Vec<(Comparison, Number)>,
    times: Vec<(TimePart, Comparison, Number)>,
    tokens: Vec<NumberTest>,
}

/// A number with its canonical text.
#[derive(Debug)]
struct NumberTest {
    number: Number,
    text: Box<str>,
}

impl CompiledTest {
    /// Sorts tests by kind. `regex` gives each regular expression the id of its cache.
    pub(crate) fn new(tests: &[ValueTest], mut regex: impl FnMut(&Arc<Regex>) -> RegexId) -> Self {
        let texts = tests.iter().filter_map(|test| match test {
            ValueTest::Text(pattern) => Some(pattern.clone()),
            _ => None,
        });
        let texts: Vec<_> = texts.collect();
        if texts.len() == tests.len() {
            return Self::Texts(PatternSet::new(
                texts.into_iter().map(|pattern| (0, pattern)),
            ));
        }
        if matches!(tests, [ValueTest::Null]) {
            return Self::Null;
        }
        let mut mixed = Mixed::default();
        for test in tests {
            match test {
                ValueTest::Text(_) => {}
                ValueTest::Number(number) => mixed.numbers.push(NumberTest::new(*number)),
                ValueTest::Boolean(value) => mixed.booleans.push(*value),
                ValueTest::Null => mixed.null = true,
                ValueTest::Regex(pattern) => mixed.regexes.push((regex(pattern), pattern.clone())),
                ValueTest::Network(network) => mixed.networks.push(*network),
                ValueTest::Compare(comparison, number) => {
                    mixed.compares.push((*comparison, *number))
                }
                ValueTest::Time(part, comparison, number) => {
                    mixed.times.push((*part, *comparison, *number))
                }
                ValueTest::Token(number) => mixed.tokens.push(NumberTest::new(*number)),
            }
        }
        if !texts.is_empty() {
            mixed.texts = Some(PatternSet::new(
                texts.into_iter().map(|pattern| (0, pattern)),
            ));
        }
        Self::Mixed(Box::new(mixed))
    }
}

impl NumberTest {
    fn new(number: Number) -> Self {
        let mut buffer = NumberBuffer::new();
        Self {
            number,
            text: number.text(&mut buffer).into(),
        }
    }
}

impl Question {
    /// Heap bytes of its patterns, regular expressions counted by each question that has them.
    pub(crate) fn heap_bytes(&self) -> usize {
        match &self.test {
            CompiledTest::Texts(set) => set.heap_bytes(),
            CompiledTest::Mixed(mixed) => {
                let regexes = mixed.regexes.iter().map(|(_, regex)| regex.heap_bytes());
                size_of_val(&**mixed)
                    + mixed.texts.as_ref().map_or(0, PatternSet::heap_bytes)
                    + regexes.sum::<usize>()
            }
            CompiledTest::Answered
            | CompiledTest::Exists
            | CompiledTest::Null
            | CompiledTest::Reference { .. } => 0,
        }
    }

    /// Whether the event's values pass.
    pub(crate) fn holds(&self, leaves: &mut Leaves<'_>, caches: &mut RegexCaches) -> bool {
        let slot = match self.field {
            Some(field) => leaves.slot(field),
            None => leaves.whole(),
        };
        let asks = |leaves: &Leaves<'_>, leaf| self.field.is_some() || leaves.is_for_keywords(leaf);
        match &self.test {
            CompiledTest::Answered => false,
            CompiledTest::Exists => slot.is_present(),
            CompiledTest::Null => is_null(slot, leaves),
            CompiledTest::Texts(set) => slot.leaves().any(|leaf| {
                asks(leaves, leaf) && leaves.text(leaf).is_some_and(|text| set.is_match(text))
            }),
            CompiledTest::Mixed(mixed) => {
                (mixed.null && is_null(slot, leaves))
                    || slot
                        .leaves()
                        .any(|leaf| asks(leaves, leaf) && mixed.holds(leaf, leaves, caches))
            }
            CompiledTest::Reference { other, relation } => {
                compare_fields(slot, leaves.slot(*other), *relation, leaves)
            }
        }
    }
}

/// Missing, without a leaf, or with a null among its leaves (S-130).
fn is_null(slot: Slot, leaves: &Leaves<'_>) -> bool {
    slot.leaves().is_empty()
        || slot
            .leaves()
            .any(|leaf| matches!(leaves.scalar(leaf), Scalar::Null))
}

/// Some leaf of one field and some leaf of the other (S-248).
fn compare_fields(slot: Slot, other: Slot, relation: Relation, leaves: &mut Leaves<'_>) -> bool {
    /// Comparing each with each is fine for short lists. Longer ones on the right become a pattern set, so that the
    /// work stays linear in the event; that allocates, and only events made to hurt come here.
    const SHORT: usize = 16;
    for leaf in slot.leaves().chain(other.leaves()) {
        leaves.form_text(leaf);
    }
    let leaves = &*leaves;
    let text = |leaf: usize| leaves.formed_text(leaf);
    if other.leaves().len() <= SHORT {
        return slot.leaves().filter_map(text).any(|left| {
            let mut rights = other.leaves().filter_map(text);
            rights.any(|right| relation.holds(left.folded, right.folded))
        });
    }
    let patterns = other
        .leaves()
        .filter_map(text)
        .map(|right| (0, relation.pattern(right.folded)));
    let set = PatternSet::new(patterns);
    slot.leaves()
        .filter_map(text)
        .any(|left| set.is_match(left))
}

impl Relation {
    fn holds(self, left: &str, right: &str) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Contains => memchr::memmem::find(left.as_bytes(), right.as_bytes()).is_some(),
            Self::StartsWith => left.starts_with(right),
            Self::EndsWith => left.ends_with(right),
        }
    }

    /// The pattern that a text must match to stand in this relation to `right`, in which nothing is a wildcard.
    fn pattern(self, right: &str) -> TextPattern {
        let literal = || Part::Literal(right.to_owned());
        let parts = match self {
            Self::Equal => vec![literal()],
            Self::Contains => vec![Part::Any, literal(), Part::Any],
            Self::StartsWith => vec![literal(), Part::Any],
            Self::EndsWith => vec![Part::Any, literal()],
        };
        TextPattern::new(parts, false)
    }
}

impl Mixed {
    /// Whether a leaf passes any of the tests but null.
    fn holds(&self, leaf: usize, leaves: &mut Leaves<'_>, caches: &mut RegexCaches) -> bool {
        let scalar = leaves.scalar(leaf);
        match scalar {
            Scalar::Null | Scalar::Map => return false,
            Scalar::Time(time) => {
                let time = CivilTime::from_instant(
                    time.unix_seconds(),
                    time.subsecond_nanoseconds(),
                    time.offset_seconds(),
                );
                if self.times_hold(time) {
                    return true;
                }
            }
            Scalar::Ip(address)
                if self
                    .networks
                    .iter()
                    .any(|network| network.contains(address)) =>
            {
                return true;
            }
            _ => {}
        }
        if let Some(number) = scalar.number() {
            if self.number_holds(number) {
                return true;
            }
        }
        // An address or a time behaves like the text it would be in JSON (S-117).
        let is_text = !matches!(
            scalar,
            Scalar::Bool(_) | Scalar::I64(_) | Scalar::U64(_) | Scalar::F64(_)
        );
        leaves
            .text(leaf)
            .is_some_and(|text| self.text_holds(text, is_text, caches))
    }

    fn number_holds(&self, number: Number) -> bool {
        self.numbers
            .iter()
            .chain(&self.tokens)
            .any(|test| test.number.equals(number))
            || self.compares_hold(number)
            || (!self.times.is_empty() && self.times_hold(CivilTime::from_unix_number(number)))
    }

    fn compares_hold(&self, number: Number) -> bool {
        self.compares
            .iter()
            .any(|(comparison, operand)| comparison.holds(number.compare(*operand)))
    }

    fn times_hold(&self, time: Option<CivilTime>) -> bool {
        let Some(time) = time else {
            return false;
        };
        self.times.iter().any(|(part, comparison, operand)| {
            let part = time
                .part(*part)
                .map(|value| Number::Integer(i128::from(value)));
            comparison.holds(part.and_then(|part| part.compare(*operand)))
        })
    }

    /// What is asked of texts: of every leaf's, and (`is_text`) what only strings can answer.
    fn text_holds(&self, text: Text<'_>, is_text: bool, caches: &mut RegexCaches) -> bool {
        self.texts.as_ref().is_some_and(|set| set.is_match(text))
            || self
                .booleans
                .iter()
                .any(|value| text.folded == if *value { "true" } else { "false" })
            || self
                .regexes
                .iter()
                .any(|(id, regex)| caches.is_match(*id, regex, text.raw))
            || (is_text && self.string_holds(text.raw))
    }

    fn string_holds(&self, text: &str) -> bool {
        self.numbers.iter().any(|test| *test.text == *text)
            || self
                .tokens
                .iter()
                .any(|test| contains_number_token(text, &test.text))
            || (!self.compares.is_empty()
                && parse_decimal(text).is_some_and(|number| self.compares_hold(number)))
            || (!self.networks.is_empty()
                && parse_address(text).is_some_and(|address| {
                    self.networks
                        .iter()
                        .any(|network| network.contains(address))
                }))
            || (!self.times.is_empty() && self.times_hold(CivilTime::parse(text)))
    }
}
