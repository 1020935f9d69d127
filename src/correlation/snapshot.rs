//! State that outlives a correlator: saved, restored, merged.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::correlation::Correlator;
use crate::correlation::chain::Link;
use crate::correlation::definition::Definition;
use crate::correlation::digest;
use crate::correlation::held::Content;
use crate::correlation::key;
use crate::correlation::state::State;
use crate::correlation::store::SavedWindow;
use crate::correlation::window::SavedEntry;
use crate::error::{CorrelatorDetail, Error};

/// The state of a [`Correlator`] at one moment, for any serde format.
///
/// It names correlations by their id (else name, else title) and tells by a digest of their definitions and rules whether
/// they are still the same, so that a changed rule set can take it. It holds nothing of how the state is kept in memory,
/// and later versions of this crate read what earlier ones wrote.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot<T = ()> {
    version: u32,
    newest: Option<i64>,
    floor: i64,
    correlations: Vec<SavedCorrelation<T>>,
    held: Vec<SavedEvent<T>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct SavedCorrelation<T> {
    identity: String,
    digest: u64,
    groups: Vec<SavedGroup<T>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct SavedGroup<T> {
    key: Vec<String>,
    newest: i64,
    /// Time, texts of what is computed with, mark.
    entries: Vec<(i64, Vec<String>, T)>,
    /// By rule, its newest event: time, and the mark, if there is one. An `Option` of it would be lost in formats whose
    /// null is also what an empty mark looks like.
    seen: Vec<Option<(i64, Vec<T>)>>,
    /// By rule, the best chain of rules in order: start, end, marks.
    links: Vec<SavedLink<T>>,
    reported: Option<i64>,
}

type SavedLink<T> = (Option<(i64, i64)>, Vec<T>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct SavedEvent<T> {
    time: i64,
    /// Identities and digests of the rules it matches.
    hits: Vec<(String, u64)>,
    fields: Vec<(String, Option<String>)>,
    mark: T,
}

/// What came of [`Correlator::restore`] or [`Correlator::merge`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// How many groups were taken.
    pub groups: usize,
    /// The correlations whose state was dropped, since they are gone, or mean something else now.
    pub dropped: Vec<String>,
}

impl<T: Clone + std::fmt::Debug> Correlator<T> {
    /// The state as it is now, events that are held included.
    ///
    /// # Example
    /// ```
    /// use sigmatic::correlation::{CorrelationMatch, Correlator, Snapshot};
    /// use sigmatic::{Collection, RuleSet};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let loaded = Collection::from_yaml("
    /// # title: Failed logon
    /// # name: failed
    /// # logsource: { category: test }
    /// # detection: { selection: { EventID: 4625 }, condition: selection }
    /// # ---
    /// # title: Many failed logons
    /// # correlation: { type: event_count, rules: [failed], group-by: [User], timespan: 5m, condition: { gte: 2 } }
    /// # ");
    /// # let rules = RuleSet::builder().collection(&loaded).build()?;
    /// # let mut scratch = rules.scratch();
    /// # let mut found: Vec<CorrelationMatch> = Vec::new();
    /// # let event = [("EventID", "4625"), ("User", "eve")];
    /// let mut before: Correlator = Correlator::builder(&rules).collection(&loaded).build()?;
    /// before.observe_at(&event, rules.matches(&event, &mut scratch), 1_000, (), &mut found);
    /// let text = serde_json::to_string(&before.snapshot())?;
    ///
    /// let mut after: Correlator = Correlator::builder(&rules).collection(&loaded).build()?;
    /// let restored = after.restore(serde_json::from_str(&text)?)?;
    /// assert!(restored.dropped.is_empty());
    /// after.observe_at(&event, rules.matches(&event, &mut scratch), 2_000, (), &mut found);
    /// assert_eq!(found.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cost
    /// Linear in the state.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<T> {
        let definitions = self.plan.definitions.iter().zip(&self.states);
        let correlations = definitions.map(|(definition, state)| save(definition, state));
        Snapshot {
            version: VERSION,
            newest: self.newest,
            floor: self.floor,
            correlations: correlations.collect(),
            held: self.save_held(),
        }
    }

    /// Replaces the state by a saved one. State of correlations that are gone, or that mean something else than they did,
    /// is dropped and named; those that are new begin empty.
    ///
    /// # Errors
    /// If a later version of this crate wrote it; the state is then as it was.
    pub fn restore(&mut self, snapshot: Snapshot<T>) -> Result<Restored, Error> {
        check_version(snapshot.version)?;
        let definitions = self.plan.definitions.iter();
        self.states = definitions
            .map(|definition| State::new(definition))
            .collect();
        self.held = crate::correlation::held::Held::default();
        self.newest = None;
        self.floor = i64::MAX;
        self.merge(snapshot)
    }

    /// Adds the state of another shard, whose groups are others.
    ///
    /// # Errors
    /// If a later version of this crate wrote it, or a group is in both; the state is then as it was.
    pub fn merge(&mut self, snapshot: Snapshot<T>) -> Result<Restored, Error> {
        check_version(snapshot.version)?;
        let mut restored = Restored::default();
        let mut places = self.places();
        let mut taken = Vec::new();
        for saved in snapshot.correlations {
            let place = places.get_mut(&(saved.identity.clone(), saved.digest));
            match place.and_then(Vec::pop) {
                Some(number) => taken.push((number, saved.groups)),
                None if saved.groups.is_empty() => {}
                None => restored.dropped.push(saved.identity),
            }
        }
        for (number, groups) in &taken {
            self.check_disjoint(*number, groups)?;
        }
        for (number, groups) in taken {
            restored.groups += groups.len();
            self.restore_groups(number, groups);
        }
        self.restore_held(snapshot.held);
        // The older of both, so that nothing is late that was not.
        self.floor = self.floor.min(snapshot.floor);
        self.newest = match (self.newest, snapshot.newest) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Ok(restored)
    }

    /// The numbers of the correlations by what a snapshot calls them, the first of equal ones last.
    fn places(&self) -> HashMap<(String, u64), Vec<usize>> {
        let mut places: HashMap<(String, u64), Vec<usize>> = HashMap::new();
        for (number, definition) in self.plan.definitions.iter().enumerate().rev() {
            let identity = definition.correlation.identity().to_owned();
            let of_name = places.entry((identity, definition.digest));
            of_name.or_default().push(number);
        }
        places
    }

    fn check_disjoint(&self, number: usize, groups: &[SavedGroup<T>]) -> Result<(), Error> {
        let Some(state) = self.states.get(number) else {
            return Ok(());
        };
        match groups
            .iter()
            .find(|group| state.contains(&key_of(&group.key)))
        {
            None => Ok(()),
            Some(group) => {
                let shared = CorrelatorDetail::SharedGroup {
                    group: group.key.join(", "),
                };
                let definition = self.plan.definitions.get(number);
                let label = definition.map_or("", |it| it.correlation.metadata.label());
                Err(Error::new(shared).in_rule(label))
            }
        }
    }

    fn restore_groups(&mut self, number: usize, groups: Vec<SavedGroup<T>>) {
        let (Some(definition), Some(state)) = (
            self.plan.definitions.get(number),
            self.states.get_mut(number),
        ) else {
            return;
        };
        for group in groups {
            let key = key_of(&group.key);
            // Twice in one snapshot: someone has edited it.
            if group.key.len() != definition.group_by.len() || state.contains(&key) {
                continue;
            }
            state.restore(&key, group.into_window(), definition, &self.options);
        }
    }

    fn save_held(&self) -> Vec<SavedEvent<T>> {
        let mut digests = HashMap::new();
        let events = self.held.iter().map(|(position, mark)| {
            let hits = position.content.hits.iter().filter_map(|index| {
                let rule = self.plan.rules.rules().nth(*index as usize)?;
                let digest = *digests
                    .entry(*index)
                    .or_insert_with(|| digest::of_rule(rule));
                Some((rule.identity().to_owned(), digest))
            });
            let fields = position.content.fields.iter().map(|(field, text)| {
                let name = self.plan.field(*field).to_owned();
                (name, text.as_deref().map(str::to_owned))
            });
            SavedEvent {
                time: position.time,
                hits: hits.collect(),
                fields: fields.collect(),
                mark: mark.clone(),
            }
        });
        events.collect()
    }

    fn restore_held(&mut self, held: Vec<SavedEvent<T>>) {
        if held.is_empty() {
            return;
        }
        let rules = (0_u32..).zip(self.plan.rules.rules());
        let rules: HashMap<(String, u64), u32> = rules
            .zip(&self.plan.entries)
            .filter(|(_, entry)| !entry.outer.is_empty())
            .map(|((index, rule), _)| ((rule.identity().to_owned(), digest::of_rule(rule)), index))
            .collect();
        let fields = self.plan.fields.iter().map(|name| &**name);
        let fields: HashMap<&str, u32> = fields.zip(0..).collect();
        for event in held {
            let hits = event.hits.iter().filter_map(|hit| rules.get(hit).copied());
            let texts = event.fields.into_iter();
            let content = Content {
                hits: hits.collect(),
                fields: texts
                    .filter_map(|(name, text)| Some((*fields.get(&*name)?, text.map(Box::from))))
                    .collect(),
            };
            if !content.hits.is_empty() {
                self.held.push(clamped(event.time), content, event.mark);
            }
        }
    }
}

fn save<T: Clone + std::fmt::Debug>(
    definition: &Definition,
    state: &State<T>,
) -> SavedCorrelation<T> {
    let parts = definition.group_by.len();
    let groups = state.save(definition).into_iter();
    SavedCorrelation {
        identity: definition.correlation.identity().to_owned(),
        digest: definition.digest,
        groups: groups
            .map(|(key, window)| {
                let texts = key::texts(&key, parts).map(str::to_owned);
                SavedGroup::new(texts.collect(), window)
            })
            .collect(),
    }
}

impl<T> SavedGroup<T> {
    fn new(key: Vec<String>, window: SavedWindow<T>) -> Self {
        let entries = window.entries.into_iter();
        let seen = window.seen.into_iter();
        let links = window.links.into_iter();
        Self {
            key,
            newest: window.newest,
            entries: entries
                .map(|entry| (entry.time, entry.texts, entry.mark))
                .collect(),
            seen: seen
                .map(|seen| seen.map(|(time, mark)| (time, mark.into_iter().collect())))
                .collect(),
            links: links
                .map(|(link, marks)| (link.map(|link| (link.start, link.end)), marks))
                .collect(),
            reported: window.reported,
        }
    }

    fn into_window(self) -> SavedWindow<T> {
        let entries = self.entries.into_iter();
        let seen = self.seen.into_iter();
        let links = self.links.into_iter();
        SavedWindow {
            newest: clamped(self.newest),
            entries: entries
                .map(|(time, texts, mark)| SavedEntry {
                    time: clamped(time),
                    texts,
                    mark,
                })
                .collect(),
            seen: seen
                .map(|seen| seen.map(|(time, marks)| (clamped(time), marks.into_iter().next())))
                .collect(),
            links: links
                .map(|(link, marks)| (link.map(|(start, end)| Link { start, end }), marks))
                .collect(),
            reported: self.reported,
        }
    }
}

fn key_of(texts: &[String]) -> Vec<u8> {
    let mut key = Vec::new();
    for text in texts {
        key::append(&mut key, texts.len(), text);
    }
    key
}

fn check_version(found: u32) -> Result<(), Error> {
    if found <= VERSION {
        return Ok(());
    }
    let expected = VERSION;
    Err(Error::new(CorrelatorDetail::SnapshotVersion {
        found,
        expected,
    }))
}

/// The smallest and the largest number mean something else inside.
pub(super) fn clamped(time: i64) -> i64 {
    time.clamp(i64::MIN + 1, i64::MAX - 1)
}

const VERSION: u32 = 1;
