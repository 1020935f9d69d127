//! What occurs in the input: which fields, and events of which log sources.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use sigmatic::condition::Expression;
use sigmatic::event::FieldValue;
use sigmatic::rule::SearchIdentifier;
use sigmatic::{Error, Event, Rule, RuleSet, Scratch};

/// For each log source of the rules, what tells its events.
pub(crate) struct LogSources {
    /// A rule for each, whose condition is that alone.
    rules: RuleSet,
    /// By what is asked of events, the place in `rules`.
    places: HashMap<String, usize>,
}

/// What was met for the first time.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) fields: BTreeSet<String>,
    /// Places of log sources.
    pub(crate) log_sources: BTreeSet<usize>,
}

/// One thread's memory of what it has met.
pub(crate) struct Occurrence<'a> {
    log_sources: &'a LogSources,
    scratch: Scratch,
    fields: HashSet<String>,
    /// The fields of the last event, in its order: the next one mostly has the same.
    last: Vec<String>,
    /// The values that tell log sources, as one text, of all events looked at.
    told: HashSet<String>,
    key: String,
}

/// More different values than this are not kept: their events are then looked at each time.
const MOST_TOLD: usize = 10_000;

impl LogSources {
    pub(crate) fn of(rules: &RuleSet) -> Result<Self, Error> {
        let mut places = HashMap::new();
        let mut builder = RuleSet::builder();
        for rule in rules.rules() {
            for identifier in rule
                .detections
                .identifiers
                .iter()
                .filter(|i| tells_events(i))
            {
                let next = places.len();
                places.entry(key_of(identifier)).or_insert_with(|| {
                    builder = std::mem::take(&mut builder).rule(asking_only(rule, identifier));
                    next
                });
            }
        }
        Ok(Self {
            rules: builder.build()?,
            places,
        })
    }

    /// The log source that an identifier tells, if it does.
    pub(crate) fn place(&self, identifier: &SearchIdentifier) -> Option<usize> {
        let tells = tells_events(identifier);
        tells.then(|| self.places.get(&key_of(identifier)).copied())?
    }
}

/// Whether the map of log sources has added this: `_log_source`, `_log_source2`, ….
fn tells_events(identifier: &SearchIdentifier) -> bool {
    let number = identifier.name.strip_prefix("_log_source");
    let is_number = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    is_number && identifier.source.is_some()
}

fn key_of(identifier: &SearchIdentifier) -> String {
    format!("{:?}", identifier.detection)
}

fn asking_only(rule: &Rule, identifier: &SearchIdentifier) -> Rule {
    let mut rule = rule.clone();
    rule.detections.identifiers = vec![identifier.clone()];
    rule.detections.conditions.truncate(1);
    for condition in &mut rule.detections.conditions {
        condition.expression = Expression::Identifier(identifier.name.clone());
    }
    rule
}

impl Seen {
    pub(crate) fn add(&mut self, other: &mut Self) {
        self.fields.append(&mut other.fields);
        self.log_sources.append(&mut other.log_sources);
    }

    /// Whether the field was met. Of a path such as `a.b`, `a` is enough.
    pub(crate) fn has(&self, field: &str) -> bool {
        let heads = field.match_indices('.').map(|(end, _)| &field[..end]);
        heads.chain([field]).any(|name| self.fields.contains(name))
    }
}

impl<'a> Occurrence<'a> {
    pub(crate) fn new(log_sources: &'a LogSources) -> Self {
        Self {
            log_sources,
            scratch: log_sources.rules.scratch(),
            fields: HashSet::new(),
            last: Vec::new(),
            told: HashSet::new(),
            key: String::new(),
        }
    }

    /// Adds to `seen` what this event is the first to have.
    pub(crate) fn note(&mut self, event: &impl Event, seen: &mut Seen) {
        self.note_fields(event, seen);
        self.note_log_source(event, seen);
    }

    fn note_fields(&mut self, event: &impl Event, seen: &mut Seen) {
        let (mut count, mut is_same) = (0, true);
        event.for_each_field(&mut |name, _| {
            is_same &= self.last.get(count).is_some_and(|last| last == name);
            count += 1;
        });
        if is_same {
            return;
        }
        self.last.clear();
        event.for_each_field(&mut |name, _| {
            self.last.push(name.to_owned());
            if !self.fields.contains(name) {
                self.fields.insert(name.to_owned());
                seen.fields.insert(name.to_owned());
            }
        });
    }

    fn note_log_source(&mut self, event: &impl Event, seen: &mut Seen) {
        let rules = &self.log_sources.rules;
        self.key.clear();
        for field in rules.fields() {
            match event.field(field) {
                None => self.key.push('-'),
                Some(FieldValue::Str(text)) => self.key.push_str(text),
                Some(FieldValue::I64(number)) => drop(write!(self.key, "{number}")),
                Some(FieldValue::U64(number)) => drop(write!(self.key, "{number}")),
                Some(_) => self.key.push('?'),
            }
            self.key.push('\n');
        }
        let is_told = self.told.contains(&self.key) && !self.key.contains('?');
        if is_told || rules.is_empty() {
            return;
        }
        let hits = rules.matches(event, &mut self.scratch);
        seen.log_sources.extend(hits.map(|hit| hit.index()));
        if self.told.len() < MOST_TOLD {
            self.told.insert(self.key.clone());
        }
    }
}
