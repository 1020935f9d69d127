//! All correlations together, and which rules lead to which. Never changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::correlation::definition::{Definition, Source};
use crate::engine::RuleSet;

/// What a correlator is made for. Correlations stand in such an order that inner ones come before outer ones.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) rules: RuleSet,
    pub(super) definitions: Vec<Arc<Definition>>,
    /// By rule of the set.
    pub(super) entries: Vec<Entry>,
    /// The names of fields, by number.
    pub(super) fields: Vec<Arc<str>>,
    /// Levels of an event that are looked at.
    pub(super) depth: usize,
}

/// What a rule leads to.
#[derive(Debug)]
pub(super) struct Entry {
    /// The correlations that take it, each with the place in its list.
    pub(super) outer: Box<[(u32, u32)]>,
    /// The fields that these and all further ones may ask for.
    pub(super) needs: Box<[u32]>,
    /// Whether its matches are results (S-409).
    pub(super) is_reported: bool,
}

impl Plan {
    pub(super) fn new(
        rules: &RuleSet,
        definitions: Vec<Arc<Definition>>,
        generated: &HashMap<Source, bool>,
        fields: Vec<Arc<str>>,
    ) -> Self {
        let mut outer = vec![Vec::new(); rules.len()];
        for (number, definition) in (0..).zip(&definitions) {
            for (place, input) in (0..).zip(&definition.inputs) {
                if let Source::Rule(rule) = input.source {
                    if let Some(outer) = outer.get_mut(rule as usize) {
                        outer.push((number, place));
                    }
                }
            }
        }
        let entries = (0..).zip(outer).map(|(rule, outer)| Entry {
            needs: needs(&definitions, &outer),
            outer: outer.into(),
            is_reported: generated.get(&Source::Rule(rule)) != Some(&false),
        });
        Self {
            entries: entries.collect(),
            rules: rules.clone(),
            depth: rules.origin().limits.event_depth,
            definitions,
            fields,
        }
    }

    pub(super) fn definition(&self, number: u32) -> Option<&Arc<Definition>> {
        self.definitions.get(number as usize)
    }

    pub(super) fn field(&self, field: u32) -> &str {
        self.fields.get(field as usize).map_or("", |name| name)
    }
}

/// The fields that any correlation which can be reached may ask an event for.
fn needs(definitions: &[Arc<Definition>], outer: &[(u32, u32)]) -> Box<[u32]> {
    let mut fields = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut queue = outer.to_vec();
    while let Some((number, place)) = queue.pop() {
        let Some(definition) = definitions.get(number as usize) else {
            continue;
        };
        let input = definition.inputs.get(place as usize);
        fields.extend(input.into_iter().flat_map(|input| &input.keys).copied());
        if seen.insert(number) {
            fields.extend(definition.value_fields.iter().copied());
            queue.extend_from_slice(&definition.outer);
        }
    }
    fields.into_iter().collect()
}
