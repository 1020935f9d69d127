//! Which gates an event has passed, and what its leaves are asked then.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::engine::index::{Index, Watched};
use crate::engine::leaves::Leaf;
use crate::pattern::PatternSet;
use crate::util::ids::{FieldId, GateId, SetId};

/// The situations met so far. Events are of few kinds, so there are few.
#[derive(Debug, Default)]
pub(crate) struct Situations {
    list: Vec<Situation>,
    known: HashMap<Box<[GateId]>, usize, FixedState>,
    /// What the fields of gates are asked, before it is known which gates hold.
    first: Situation,
    /// By the sets that are asked, a number that is the same for the same sets.
    places: HashMap<Box<[SetId]>, u32, FixedState>,
    /// Numbers are never given twice, since answers are remembered under them.
    next_place: u32,
    /// Memory for the gates that hold.
    open: Vec<GateId>,
}

/// The gates that hold, and what follows for the leaves.
#[derive(Debug, Default)]
pub(crate) struct Situation {
    open: Box<[GateId]>,
    /// By gate.
    is_open: Box<[bool]>,
    /// By field; the last one for leaves of no field.
    named: Box<[Asking]>,
    /// The same for leaves found by a path. Keywords ask them where they stand.
    by_path: Box<[Asking]>,
    nothing: Asking,
}

/// The sets that a leaf is held against.
#[derive(Clone, Debug, Default)]
pub(super) struct Asking {
    /// The same for leaves that are asked the same.
    pub(super) place: u32,
    pub(super) patterns: usize,
    /// No text of fewer bytes matches any of them.
    pub(super) shortest: usize,
    pub(super) sets: Box<[SetId]>,
}

/// What it depends on what a leaf is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedOf {
    field: Option<FieldId>,
    by_path: bool,
}

/// More situations are forgotten. What one costs to make is bounded by the rules.
const MOST_SITUATIONS: usize = 1024;

impl AskedOf {
    #[inline]
    pub(super) fn leaf(leaf: &Leaf<'_>) -> Self {
        Self {
            field: leaf.field(),
            by_path: leaf.is_by_path(),
        }
    }
}

impl Situations {
    /// Forgets everything: sets belong to one rule set.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Prepares for an event. Hands out memory for the gates that hold.
    pub(super) fn begin(&mut self, index: &Index) -> Vec<GateId> {
        if self.list.is_empty() {
            self.first = self.new_situation(index, Box::default(), |field| Scope {
                before: true,
                ..Scope::of(index, field)
            });
        }
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        open
    }

    /// What a leaf of a gate's field is asked first.
    pub(super) fn first(&self, of: AskedOf) -> &Asking {
        self.first.asking(of)
    }

    /// The situation in which these gates hold, in order.
    pub(super) fn enter(&mut self, index: &Index, mut open: Vec<GateId>) -> &Situation {
        open.dedup();
        let number = match self.known.get(&*open) {
            Some(number) => *number,
            None => self.remember(index, &open),
        };
        self.open = open;
        self.list.get(number).unwrap_or(&self.first)
    }

    fn remember(&mut self, index: &Index, open: &[GateId]) -> usize {
        if self.list.len() >= MOST_SITUATIONS {
            self.list.clear();
            self.known.clear();
            self.places.clear();
        }
        let situation = self.new_situation(index, open.into(), |field| Scope::of(index, field));
        self.list.push(situation);
        self.known.insert(open.into(), self.list.len() - 1);
        self.list.len() - 1
    }

    fn new_situation(
        &mut self,
        index: &Index,
        open: Box<[GateId]>,
        scope: impl Fn(Option<FieldId>) -> Scope,
    ) -> Situation {
        let mut is_open = vec![false; index.gates()];
        for gate in &open {
            if let Some(is_open) = is_open.get_mut(gate.index()) {
                *is_open = true;
            }
        }
        let mut askings = |by_path: bool| {
            let fields = (0..index.fields.len()).map(|field| Some(FieldId::next(field)));
            let askings = fields.chain([None]).map(|field| {
                let scope = Scope {
                    by_path,
                    ..scope(field)
                };
                self.asking(index, scope.sets(index, field, &open))
            });
            askings.collect()
        };
        Situation {
            named: askings(false),
            by_path: askings(true),
            is_open: is_open.into(),
            nothing: Asking::default(),
            open,
        }
    }

    fn asking(&mut self, index: &Index, sets: Vec<SetId>) -> Asking {
        let asked = || sets.iter().filter_map(|set| index.sets.get(set.index()));
        let patterns = asked().map(PatternSet::len).sum();
        let shortest = asked().map(PatternSet::shortest).min().unwrap_or(0);
        let place = match self.places.get(&*sets) {
            Some(place) => *place,
            None => {
                self.next_place = self.next_place.wrapping_add(1);
                self.places.insert(sets.clone().into(), self.next_place);
                self.next_place
            }
        };
        Asking {
            place,
            patterns,
            shortest,
            sets: sets.into(),
        }
    }
}

impl Situation {
    pub(super) fn open(&self) -> &[GateId] {
        &self.open
    }

    pub(super) fn is_open(&self, gate: GateId) -> bool {
        self.is_open.get(gate.index()).copied().unwrap_or(false)
    }

    #[inline]
    pub(super) fn asking(&self, of: AskedOf) -> &Asking {
        let askings = if of.by_path {
            &self.by_path
        } else {
            &self.named
        };
        let asking = match of.field {
            Some(field) => askings.get(field.index()),
            None => askings.last(),
        };
        asking.unwrap_or(&self.nothing)
    }
}

/// Which of the sets that watch a field are asked.
#[derive(Clone, Copy, Debug)]
struct Scope {
    /// Gates ask the field, so that the open sets are asked first and the others later.
    is_gate_field: bool,
    /// It is not yet known which gates hold.
    before: bool,
    by_path: bool,
}

impl Scope {
    fn of(index: &Index, field: Option<FieldId>) -> Self {
        Self {
            is_gate_field: field
                .is_some_and(|field| index.gate_fields.binary_search(&field).is_ok()),
            before: false,
            by_path: false,
        }
    }

    fn sets(self, index: &Index, field: Option<FieldId>, open: &[GateId]) -> Vec<SetId> {
        let watched = field.and_then(|field| index.fields.get(field.index()));
        let keywords = (!self.by_path).then_some(&index.keywords);
        let sets = watched.into_iter().chain(keywords);
        sets.flat_map(|watched| self.of_one(watched, open))
            .collect()
    }

    fn of_one(self, watched: &Watched, open: &[GateId]) -> Vec<SetId> {
        let always = watched.open.filter(|_| self.before == self.is_gate_field);
        let gated = watched.gated.iter();
        let gated = gated.filter(|(gate, _)| open.binary_search(gate).is_ok());
        always
            .into_iter()
            .chain(gated.map(|(_, set)| *set))
            .collect()
    }
}
