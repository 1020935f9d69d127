//! The values of one event, flattened: which leaves each field has (S-112 to S-115), and their texts (S-121, S-122).

use std::net::IpAddr;

use crate::engine::fields::{DottedField, FieldKey, FieldTable};
use crate::engine::memo::{Kind, Subject};
use crate::event::{FieldValue, Time};
use crate::pattern::{self, Number, NumberBuffer, Text};
use crate::util::ids::FieldId;
use crate::util::recycle::recycle;

/// The leaves of one event. Lists are flattened; a map is a leaf that matches no value test (S-115).
#[derive(Debug, Default)]
pub(crate) struct Leaves<'e> {
    leaves: Vec<Leaf<'e>>,
    slots: Vec<Slot>,
    /// The fields whose slot is set, so that clearing costs what the event has and not what the rules name.
    present: Vec<FieldId>,
    formed: Vec<Formed>,
    /// Texts that no value holds as such: folded ones, and those of numbers, addresses and times.
    arena: String,
}

/// Which leaves a field has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slot {
    start: usize,
    end: usize,
    present: bool,
    /// Found by a path, which a literal name overrules (S-112).
    by_path: bool,
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf<'e> {
    scalar: Scalar<'e>,
    text: LeafText,
    /// The field under which it was met, if that is one that rules name.
    field: Option<FieldId>,
    /// Found by a path: the same value stands elsewhere among the leaves of its map.
    by_path: bool,
    /// For the first leaf of a name: where in the order of names that is.
    step: Option<u32>,
}

/// A leaf's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar<'e> {
    Null,
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(&'e str),
    /// Not UTF-8; its text is in the arena.
    Bytes(&'e [u8]),
    Ip(IpAddr),
    Time(Time),
    Map,
}

/// Where a leaf's text is.
#[derive(Clone, Copy, Debug)]
enum LeafText {
    /// Not asked for yet.
    Unknown,
    /// As the value has it, and folding changes nothing.
    Same,
    /// In the list of formed texts.
    Formed(u32),
}

/// A text whose folded form, and perhaps itself, is in the arena.
#[derive(Clone, Copy, Debug)]
struct Formed {
    /// `None` if the value has it.
    raw: Option<Span>,
    folded: Span,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

/// How deep to look into an event, and whether keywords need every leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    pub(crate) depth: usize,
    pub(crate) keywords: bool,
}

impl<'e> Leaves<'e> {
    /// Takes the memory of an earlier event's leaves.
    pub(crate) fn recycled(mut old: Leaves<'_>, fields: &FieldTable) -> Self {
        for field in old.present.drain(..) {
            if let Some(slot) = old.slots.get_mut(field.index()) {
                *slot = Slot::default();
            }
        }
        old.slots.resize(fields.len(), Slot::default());
        old.formed.clear();
        old.arena.clear();
        Self {
            leaves: recycle(old.leaves),
            slots: old.slots,
            present: old.present,
            formed: old.formed,
            arena: old.arena,
        }
    }

    /// Files a top-level value under the ids that its name has. `step` tells where in the order of names it stands.
    #[inline]
    pub(crate) fn add(
        &mut self,
        fields: &FieldTable,
        key: FieldKey,
        step: Option<u32>,
        value: FieldValue<'e>,
        reach: Reach,
    ) {
        match (Scalar::of(value), key.head) {
            (Some(scalar), None) => {
                let start = self.leaves.len();
                if key.field.is_some() || reach.keywords {
                    self.push(scalar, key.field, step);
                }
                if let Some(field) = key.field {
                    self.set(field, start);
                }
            }
            _ => self.add_nested(fields, key, step, value, reach),
        }
    }

    /// As [`add`](Self::add), for a value that has others inside, or may stand for dotted fields.
    #[inline(never)]
    fn add_nested(
        &mut self,
        fields: &FieldTable,
        key: FieldKey,
        step: Option<u32>,
        value: FieldValue<'e>,
        reach: Reach,
    ) {
        let start = self.leaves.len();
        if key.field.is_some() || reach.keywords {
            self.flatten(value, key.field, reach.depth);
            if let Some(leaf) = self.leaves.get_mut(start) {
                leaf.step = step;
            }
        }
        if let Some(field) = key.field {
            self.set(field, start);
        }
        // What is inside belongs to no field.
        if reach.keywords {
            self.add_inner(value, reach.depth);
        }
        if let Some(head) = key.head {
            self.find_dotted(fields.inside(head), value, reach);
        }
    }

    #[inline]
    fn push(&mut self, scalar: Scalar<'e>, field: Option<FieldId>, step: Option<u32>) {
        self.leaves.push(Leaf {
            scalar,
            text: LeafText::Unknown,
            field,
            by_path: false,
            step,
        });
    }

    /// Files a value without a name, which only keywords see.
    pub(crate) fn add_unnamed(&mut self, value: FieldValue<'e>, reach: Reach) {
        if reach.keywords {
            self.flatten(value, None, reach.depth);
            self.add_inner(value, reach.depth);
        }
    }

    fn set(&mut self, field: FieldId, start: usize) {
        let end = self.leaves.len();
        self.put(
            field,
            Slot {
                start,
                end,
                present: true,
                by_path: false,
            },
        );
    }

    #[inline]
    fn put(&mut self, field: FieldId, slot: Slot) {
        let Some(place) = self.slots.get_mut(field.index()) else {
            return;
        };
        let before = std::mem::replace(place, slot);
        if !before.present {
            self.present.push(field);
            return;
        }
        self.disown(before);
    }

    /// The name came before: those values are not the field's any more.
    #[inline(never)]
    fn disown(&mut self, before: Slot) {
        for leaf in self.leaves.iter_mut().take(before.end).skip(before.start) {
            leaf.field = None;
        }
    }

    /// Looks for dotted fields inside the value of their head (S-112). A field that stands in the event under its
    /// literal name is left as it is.
    fn find_dotted(&mut self, fields: &[DottedField], head: FieldValue<'e>, reach: Reach) {
        for dotted in fields {
            let before = self.slot(dotted.field);
            if before.present && !before.by_path {
                continue;
            }
            let start = self.leaves.len();
            let mut found = false;
            find(head, &dotted.rest, reach.depth, &mut |value| {
                found = true;
                self.flatten(value, Some(dotted.field), reach.depth);
            });
            self.leaves
                .iter_mut()
                .skip(start)
                .for_each(|leaf| leaf.by_path = true);
            // Of a head that came before, too, the last one counts.
            if found || before.present {
                let end = self.leaves.len();
                self.put(
                    dotted.field,
                    Slot {
                        start,
                        end,
                        present: found,
                        by_path: found,
                    },
                );
            }
        }
    }

    /// Appends the leaves of a value, lists flattened, maps as leaves.
    fn flatten(&mut self, value: FieldValue<'e>, field: Option<FieldId>, depth: usize) {
        if let Some(scalar) = Scalar::of(value) {
            self.push(scalar, field, None);
        } else if let Some(list) = value.as_list() {
            if let Some(depth) = depth.checked_sub(1) {
                list.for_each(&mut |value| self.flatten(value, field, depth));
            }
        } else {
            self.push(Scalar::Map, field, None);
        }
    }

    /// Appends the leaves inside the maps of a value, which only keywords see (S-170).
    fn add_inner(&mut self, value: FieldValue<'e>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if let Some(list) = value.as_list() {
            list.for_each(&mut |value| self.add_inner(value, depth));
        } else if let Some(map) = value.as_map() {
            map.for_each_field(&mut |_, value| {
                self.flatten(value, None, depth);
                self.add_inner(value, depth);
            });
        }
    }

    pub(crate) fn slot(&self, field: FieldId) -> Slot {
        self.slots.get(field.index()).copied().unwrap_or_default()
    }

    /// The fields that the event has, in the order in which they were met.
    pub(crate) fn present(&self) -> &[FieldId] {
        &self.present
    }

    /// Every leaf, those found by paths included.
    pub(crate) fn whole(&self) -> Slot {
        Slot {
            start: 0,
            end: self.leaves.len(),
            present: true,
            by_path: false,
        }
    }

    /// Whether a leaf is one that keywords look at: every one of the event, once.
    pub(crate) fn is_for_keywords(&self, leaf: usize) -> bool {
        self.leaves.get(leaf).is_some_and(|leaf| !leaf.by_path)
    }

    pub(crate) fn scalar(&self, leaf: usize) -> Scalar<'e> {
        self.leaves
            .get(leaf)
            .map_or(Scalar::Map, |leaf| leaf.scalar)
    }

    /// How many leaves there are, those found by paths included.
    pub(crate) fn len(&self) -> usize {
        self.leaves.len()
    }

    /// A leaf.
    #[inline]
    pub(crate) fn leaf(&self, leaf: usize) -> Option<&Leaf<'e>> {
        self.leaves.get(leaf)
    }

    /// The leaf's text and its folded form; `None` for null and maps. Formed once per event.
    pub(crate) fn text(&mut self, leaf: usize) -> Option<Text<'_>> {
        self.form_text(leaf);
        self.formed_text(leaf)
    }

    /// The same, after [`form_text`](Self::form_text) was called for the leaf.
    pub(crate) fn formed_text(&self, leaf: usize) -> Option<Text<'_>> {
        let leaf = self.leaves.get(leaf)?;
        let raw = match leaf.scalar {
            Scalar::Str(text) => text,
            Scalar::Null | Scalar::Map => return None,
            _ => "",
        };
        Some(match leaf.text {
            LeafText::Unknown | LeafText::Same => Text { raw, folded: raw },
            LeafText::Formed(number) => {
                let formed = self.formed.get(number as usize)?;
                Text {
                    raw: formed.raw.map_or(raw, |raw| self.span(raw)),
                    folded: self.span(formed.folded),
                }
            }
        })
    }

    fn span(&self, span: Span) -> &str {
        self.arena.get(span.start..span.end).unwrap_or("")
    }

    /// Forms the leaf's text and its folded form, if that was not done yet.
    pub(crate) fn form_text(&mut self, leaf: usize) {
        let Some(leaf) = self.leaves.get_mut(leaf) else {
            return;
        };
        if !matches!(leaf.text, LeafText::Unknown) {
            return;
        }
        let arena = &mut self.arena;
        let formed = match leaf.scalar {
            Scalar::Null | Scalar::Map => None,
            Scalar::Str(text) if pattern::is_folded(text) => None,
            Scalar::Str(text) => Some(Formed {
                raw: None,
                folded: append(arena, |arena| pattern::fold_into(text, arena)),
            }),
            Scalar::Bytes(bytes) => Some(Formed {
                raw: Some(append(arena, |arena| {
                    write_lossy(bytes, arena, |text, arena| arena.push_str(text))
                })),
                folded: append(arena, |arena| write_lossy(bytes, arena, pattern::fold_into)),
            }),
            other => {
                let raw = append(arena, |arena| write_text(other, arena));
                Some(Formed {
                    raw: Some(raw),
                    folded: fold_ascii(arena, raw, other),
                })
            }
        };
        leaf.text = match formed {
            Some(formed) => {
                self.formed.push(formed);
                LeafText::Formed((self.formed.len() - 1) as u32)
            }
            None => LeafText::Same,
        };
    }
}

fn digits(value: u64) -> usize {
    value.checked_ilog10().unwrap_or(0) as usize + 1
}

fn append(arena: &mut String, write: impl FnOnce(&mut String)) -> Span {
    let start = arena.len();
    write(arena);
    Span {
        start,
        end: arena.len(),
    }
}

/// The UTF-8 reading of bytes, invalid sequences replaced by U+FFFD (S-117), piece by piece through `write`.
fn write_lossy(bytes: &[u8], out: &mut String, write: impl Fn(&str, &mut String)) {
    for chunk in bytes.utf8_chunks() {
        write(chunk.valid(), out);
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// The folded text of a value whose text is ASCII: the same place, unless there is a capital in it. Then it is written
/// once more, since the arena cannot be read and appended to at once without a copy.
fn fold_ascii(arena: &mut String, raw: Span, scalar: Scalar<'_>) -> Span {
    if arena.get(raw.start..raw.end).is_none_or(pattern::is_folded) {
        return raw;
    }
    let folded = append(arena, |arena| write_text(scalar, arena));
    if let Some(text) = arena.get_mut(folded.start..folded.end) {
        text.make_ascii_lowercase();
    }
    folded
}

/// The text of a value other than a string or bytes (S-117, S-121, S-122); always ASCII.
fn write_text(scalar: Scalar<'_>, out: &mut String) {
    use std::fmt::Write as _;
    let written = match scalar {
        Scalar::Null | Scalar::Map | Scalar::Str(_) | Scalar::Bytes(_) => Ok(()),
        Scalar::Bool(value) => out.write_str(if value { "true" } else { "false" }),
        Scalar::Ip(address) => write!(out, "{address}"),
        Scalar::Time(time) => write!(out, "{time}"),
        Scalar::I64(_) | Scalar::U64(_) | Scalar::F64(_) => {
            let mut buffer = NumberBuffer::new();
            scalar
                .number()
                .map_or(Ok(()), |number| out.write_str(number.text(&mut buffer)))
        }
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

impl<'e> Scalar<'e> {
    /// `None` for lists and maps.
    #[inline]
    fn of(value: FieldValue<'e>) -> Option<Self> {
        Some(match value {
            FieldValue::Null => Self::Null,
            FieldValue::Bool(value) => Self::Bool(value),
            FieldValue::I64(value) => Self::I64(value),
            FieldValue::U64(value) => Self::U64(value),
            FieldValue::F64(value) => Self::F64(value),
            FieldValue::Str(text) => Self::Str(text),
            FieldValue::Bytes(bytes) => {
                std::str::from_utf8(bytes).map_or(Self::Bytes(bytes), Self::Str)
            }
            FieldValue::Ip(address) => Self::Ip(address),
            FieldValue::Time(time) => Self::Time(time),
            FieldValue::List(_)
            | FieldValue::ListAt(..)
            | FieldValue::Map(_)
            | FieldValue::MapAt(..) => return None,
        })
    }

    /// The number, for numeric values only: text that looks like one is not (S-124).
    pub(crate) fn number(&self) -> Option<Number> {
        match *self {
            Self::I64(value) => Some(Number::Integer(i128::from(value))),
            Self::U64(value) => Some(Number::Integer(i128::from(value))),
            Self::F64(value) => Some(Number::float(value)),
            _ => None,
        }
    }
}

impl<'e> Leaf<'e> {
    /// The field under which it was met, if that is one that rules name.
    #[inline]
    pub(crate) fn field(&self) -> Option<FieldId> {
        self.field
    }

    /// Whether it was found by a path, so that keywords see the value elsewhere.
    #[inline]
    pub(crate) fn is_by_path(&self) -> bool {
        self.by_path
    }

    /// Where in the order of names it stands, if it is the first of a name.
    #[inline]
    pub(crate) fn step(&self) -> Option<u32> {
        self.step
    }

    /// Whether its text and the folded form have fewer bytes than this; false if that is not known at once.
    #[inline]
    pub(crate) fn is_shorter(&self, length: usize) -> bool {
        match self.scalar {
            Scalar::Str(text) => text.len() < length && text.is_ascii(),
            Scalar::I64(value) => digits(value.unsigned_abs()) + usize::from(value < 0) < length,
            Scalar::U64(value) => digits(value) < length,
            Scalar::Bool(_) => length > "false".len(),
            _ => false,
        }
    }

    /// Whether it is a string, so that its text is at hand.
    #[inline]
    pub(crate) fn is_string(&self) -> bool {
        matches!(self.scalar, Scalar::Str(_))
    }

    /// What tells its text, without forming that of a number; `None` where that does not.
    #[inline]
    pub(crate) fn subject<'b>(&self, number: &'b mut [u8; 8]) -> Option<Subject<'b>>
    where
        'e: 'b,
    {
        let (kind, bytes) = match self.scalar {
            Scalar::Str(text) => {
                return Some(Subject {
                    kind: Kind::Text,
                    bytes: text.as_bytes(),
                });
            }
            Scalar::I64(value) => (Kind::Signed, value.to_le_bytes()),
            Scalar::U64(value) => (Kind::Unsigned, value.to_le_bytes()),
            Scalar::F64(value) => (Kind::Float, value.to_le_bytes()),
            Scalar::Bool(value) => {
                let text: &str = if value { "true" } else { "false" };
                return Some(Subject {
                    kind: Kind::Text,
                    bytes: text.as_bytes(),
                });
            }
            _ => return None,
        };
        *number = bytes;
        Some(Subject {
            kind,
            bytes: number,
        })
    }
}

impl Slot {
    pub(crate) fn is_present(self) -> bool {
        self.present
    }

    /// The indexes of the leaves.
    pub(crate) fn leaves(self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

/// Looks up a path in a value (S-112): the whole path as a name first, then its head and the rest inside that. In a
/// list, every element is looked into. Correlations look up the few fields they need in the same way.
pub(crate) fn find<'e>(
    value: FieldValue<'e>,
    path: &str,
    depth: usize,
    found: &mut dyn FnMut(FieldValue<'e>),
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    if let Some(list) = value.as_list() {
        list.for_each(&mut |element| find(element, path, depth, found));
    } else if let Some(map) = value.as_map() {
        if let Some(value) = map.field(path) {
            found(value);
        } else if let Some((head, rest)) = path.split_once('.') {
            if let Some(value) = map.field(head) {
                find(value, rest, depth, found);
            }
        }
    }
}
