//! Makes an index of a program.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::compile::plan::Predicate;
use crate::engine::Settings;
use crate::engine::index::gate::{Gates, Part};
use crate::engine::index::keys::Key;
use crate::engine::index::witness::Chooser;
use crate::engine::index::{Cover, Index, Occurrence, Watched};
use crate::engine::program::Program;
use crate::pattern::{PatternSearch, PatternSet, TextPattern};
use crate::util::ids::{FieldId, GateId, KeyId, NodeId, RuleIndex, SetId};

impl Index {
    /// Chooses gates and witnesses for the rules, each given by the node that holds when it matches.
    pub(crate) fn new(
        program: &Program,
        predicates: &[Option<Arc<Predicate>>],
        rules: &[NodeId],
        settings: &Settings,
    ) -> Self {
        let chooser = Chooser::new(program, predicates, rules);
        let gates = Gates::find(program, &chooser, rules, settings.gate_rules);
        let mut index = Self {
            remembers: settings.memory,
            behind: vec![Vec::new(); gates.nodes.len()],
            ..Self::default()
        };
        index
            .fields
            .resize_with(program.fields.len(), Watched::default);
        let mut keyed = Keyed::default();
        for part in &gates.parts {
            index.hang(part, &chooser, &gates, &mut keyed);
        }
        for (position, node) in gates.nodes.iter().enumerate() {
            let gate = GateId::next(position);
            // All keys below it are searched for, so that each of its questions is answered.
            for key in chooser.exact_keys_below(vec![*node]) {
                keyed.at(None, key);
            }
            let witness = chooser.witness(&[*node]);
            for key in witness
                .into_iter()
                .flat_map(|witness| chooser.keys_of(witness))
            {
                keyed.at(None, key).gates.push(gate);
            }
        }
        keyed.merge(&chooser);
        keyed.cover(program, &chooser, &mut index);
        index.gates = gates.nodes;
        index.gate_fields = gates.fields;
        index.fill(keyed, &chooser, settings.search);
        index
    }

    /// Hangs a part of a rule on its witness, or else on its gate.
    fn hang(&mut self, part: &Part, chooser: &Chooser<'_>, gates: &Gates, keyed: &mut Keyed) {
        if let Some(witness) = chooser.witness(&part.conjuncts) {
            for key in chooser.keys_of(witness) {
                let scope = gates.scope(part.gate, chooser.field_of(key));
                keyed.at(scope, key).rules.push(part.rule);
            }
            return;
        }
        match part.gate.and_then(|gate| self.behind.get_mut(gate.index())) {
            Some(behind) => behind.push(part.rule),
            None => self.always.push(part.rule),
        }
        // What such rules ask is asked often; as patterns of the index it is answered together with the rest, and
        // mostly from memory.
        for key in chooser.exact_keys_below(part.conjuncts.clone()) {
            keyed.at(gates.scope(part.gate, chooser.field_of(key)), key);
        }
    }

    fn fill(&mut self, keyed: Keyed, chooser: &Chooser<'_>, search: PatternSearch) {
        self.always.dedup();
        let mut sets: BTreeMap<Place, Vec<(u32, TextPattern)>> = BTreeMap::new();
        let mut found: Vec<_> = keyed.0.into_iter().collect();
        // In the order in which keys were met, so that nothing depends on hashes.
        found.sort_unstable_by_key(|(place, _)| *place);
        for ((key, gate), mut entry) in found {
            // A rule may hang on two questions with the same key.
            entry.rules.sort_unstable();
            entry.rules.dedup();
            entry.gates.dedup();
            match chooser.key(key) {
                None => {}
                Some(Key::Present(field)) => {
                    if let Some(watched) = self.fields.get_mut(field.index()) {
                        let rules = entry.rules.into_iter();
                        watched.present.extend(rules.map(|rule| (gate, rule)));
                    }
                }
                Some(Key::Text(field, pattern)) => {
                    let id = u32::try_from(self.occurrences.len()).unwrap_or(u32::MAX);
                    self.occurrences.push(entry.into());
                    let set = sets.entry((*field, gate)).or_default();
                    set.push((id, pattern.clone()));
                }
            }
        }
        for ((field, gate), patterns) in sets {
            let id = SetId::next(self.sets.len());
            self.sets.push(PatternSet::with_search(patterns, search));
            let watched = match field {
                None => Some(&mut self.keywords),
                Some(field) => self.fields.get_mut(field.index()),
            };
            match (watched, gate) {
                (Some(watched), Some(gate)) => watched.gated.push((gate, id)),
                (Some(watched), None) => watched.open = Some(id),
                (None, _) => {}
            }
        }
    }
}

/// Where patterns are searched for: in a field or in all, behind a gate or always.
type Place = (Option<FieldId>, Option<GateId>);

/// What follows from each key, by the gate behind which it is searched for.
#[derive(Debug, Default)]
struct Keyed(HashMap<(KeyId, Option<GateId>), Entry, FixedState>);

#[derive(Debug, Default)]
struct Entry {
    rules: Vec<RuleIndex>,
    gates: Vec<GateId>,
    proved: Vec<NodeId>,
}

impl Keyed {
    fn at(&mut self, gate: Option<GateId>, key: KeyId) -> &mut Entry {
        self.0.entry((key, gate)).or_default()
    }

    /// Puts all patterns of a field into one set if many of them are searched for in every event anyway: two passes over
    /// a text cost more than a set that is longer than needed.
    fn merge(&mut self, chooser: &Chooser<'_>) {
        let is_text = |key: &KeyId| chooser.key(*key).is_some_and(Key::is_text);
        let field = |key: &KeyId| chooser.field_of(*key);
        let mut counts: HashMap<Option<FieldId>, (usize, usize), FixedState> = HashMap::default();
        for (key, gate) in self.0.keys().filter(|(key, _)| is_text(key)) {
            let (open, gated) = counts.entry(field(key)).or_default();
            *(if gate.is_none() { open } else { gated }) += 1;
        }
        let is_mostly_open = |key: &KeyId| {
            let counts = counts.get(&field(key));
            counts.is_some_and(|(open, gated)| open * 2 > *gated)
        };
        let gated = self.0.keys();
        let gated = gated.filter(|(key, gate)| gate.is_some() && is_text(key));
        let gated: Vec<_> = gated
            .filter(|(key, _)| is_mostly_open(key))
            .copied()
            .collect();
        for (key, gate) in gated {
            if let Some(entry) = self.0.remove(&(key, gate)) {
                self.at(None, key).rules.extend(entry.rules);
            }
        }
    }

    /// Finds the questions that patterns of the index answer. Which of its keys a rule hangs on does not matter for
    /// that.
    fn cover(&mut self, program: &Program, chooser: &Chooser<'_>, index: &mut Index) {
        let mut scopes: Vec<Vec<Option<GateId>>> = vec![Vec::new(); chooser.len()];
        for (key, gate) in self.0.keys() {
            if let Some(scopes) = scopes.get_mut(key.index()) {
                scopes.push(*gate);
            }
        }
        scopes.iter_mut().for_each(|scopes| scopes.sort_unstable());
        let scopes_of = |key: &KeyId| scopes.get(key.index()).map_or(&[][..], Vec::as_slice);
        index.covered.resize_with(program.len(), Cover::default);
        for (id, keys) in chooser.exact_keys() {
            let cover = cover_of(keys.iter().map(scopes_of));
            for key in keys {
                for scope in scopes_of(key) {
                    if cover.is_in(*scope) {
                        self.at(*scope, *key).proved.push(id);
                    }
                }
            }
            if let Some(covered) = index.covered.get_mut(id.index()) {
                *covered = cover;
            }
        }
    }
}

/// Where keys are all searched for, given the places (in order) where each of them is.
fn cover_of<'s>(keys: impl Iterator<Item = &'s [Option<GateId>]>) -> Cover {
    let mut common: Option<Vec<GateId>> = None;
    for scopes in keys {
        let scopes = match scopes {
            [] => return Cover::Nowhere,
            // Searched for in every event.
            [None, ..] => continue,
            scopes => scopes,
        };
        match &mut common {
            None => common = Some(scopes.iter().copied().flatten().collect()),
            Some(common) => common.retain(|gate| scopes.binary_search(&Some(*gate)).is_ok()),
        }
    }
    match common {
        None => Cover::Everywhere,
        Some(gates) if gates.is_empty() => Cover::Nowhere,
        Some(gates) => Cover::Behind(gates.into()),
    }
}

impl Cover {
    /// Whether an occurrence in the sets of this gate can matter to the question.
    fn is_in(&self, gate: Option<GateId>) -> bool {
        match (self, gate) {
            (Self::Nowhere, _) => false,
            (Self::Everywhere, _) | (Self::Behind(_), None) => true,
            (Self::Behind(gates), Some(gate)) => gates.binary_search(&gate).is_ok(),
        }
    }
}

impl From<Entry> for Occurrence {
    fn from(entry: Entry) -> Self {
        Self {
            rules: entry.rules.into(),
            gates: entry.gates.into(),
            proved: entry.proved.into(),
        }
    }
}
