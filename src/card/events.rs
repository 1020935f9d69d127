//! Which Windows events a rule looks at: provider, id, title.
//!
//! From the log source, by the built-in map of Windows log sources, narrowed by what the compiled conditions ask of `EventID`, `Channel` and
//! `Provider_Name`. Titles stand in `data/events.tsv`. Says nothing of other products, whose events have no ids.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::card::indicator;
use crate::card::value::only_text;
use crate::compile::Plan;
use crate::compile::plan::{Expr, Link, Predicate, Test, ValueTest};
use crate::pipeline::LogSources;
use crate::proof;
use crate::rule::{Detection, DetectionItem, LogSource};

/// A row of the coverage table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EventCoverage {
    /// The provider's full name; empty if it is not known.
    pub provider: String,
    /// The channel; empty if it is not known.
    pub channel: String,
    /// The id; `None` if every event of the channel or provider is looked at.
    pub event_id: Option<u32>,
    /// The title of the event; `None` if the table does not have it.
    pub title: Option<String>,
}

impl EventCoverage {
    /// The provider without `Microsoft-Windows-`; the channel if there is no provider.
    #[must_use]
    pub fn short_provider(&self) -> &str {
        let name = if self.provider.is_empty() {
            &self.channel
        } else {
            &self.provider
        };
        name.strip_prefix("Microsoft-Windows-").unwrap_or(name)
    }
}

/// The events that a rule looks at, in the order of the tables.
pub(super) fn coverage(log_source: &LogSource, plan: &Plan) -> Vec<EventCoverage> {
    let sources = sources(log_source);
    if sources.is_empty() {
        return Vec::new();
    }
    let mut rows: Vec<EventCoverage> = Vec::new();
    for asked in (Reader { plan }).any(&plan.conditions) {
        for row in asked.rows(&sources) {
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows.truncate(MOST_ROWS);
    rows
}

/// More rows say nothing to a reader.
const MOST_ROWS: usize = 64;

/// What one way to match asks of the three fields; `None`: nothing.
#[derive(Clone, Debug, Default)]
struct Asked<'p> {
    ids: Option<&'p [ValueTest]>,
    channels: Option<&'p [ValueTest]>,
    providers: Option<&'p [ValueTest]>,
}

/// Finds the ways to match, as far as the three fields tell them apart.
struct Reader<'p> {
    plan: &'p Plan,
}

/// Ways to match that are kept apart.
const MOST_WAYS: usize = 64;

impl<'p> Reader<'p> {
    /// Recursion follows conditions and nested lists, both bounded when the rule was loaded.
    fn ways(&self, expr: &'p Expr) -> Vec<Asked<'p>> {
        match expr {
            Expr::Predicate(predicate) => vec![Asked::by(predicate)],
            Expr::And(parts) => self.all(parts),
            Expr::Or(parts) => self.any(parts),
            Expr::Identifier(index) => self.identifier(*index),
            Expr::Selected(link, index) => {
                let selected = self.plan.selections.get(*index).into_iter().flatten();
                let parts = selected.map(|index| self.identifier(*index));
                match link {
                    Link::All => every(parts),
                    Link::Any => either(parts),
                }
            }
            Expr::Not(_) | Expr::Constant(_) => vec![Asked::default()],
        }
    }

    fn identifier(&self, index: usize) -> Vec<Asked<'p>> {
        let expr = self.plan.identifiers.get(index);
        expr.map_or_else(|| vec![Asked::default()], |expr| self.ways(expr))
    }

    fn all(&self, parts: &'p [Expr]) -> Vec<Asked<'p>> {
        every(parts.iter().map(|part| self.ways(part)))
    }

    fn any(&self, parts: &'p [Expr]) -> Vec<Asked<'p>> {
        either(parts.iter().map(|part| self.ways(part)))
    }
}

fn every<'p>(parts: impl Iterator<Item = Vec<Asked<'p>>>) -> Vec<Asked<'p>> {
    let mut ways = vec![Asked::default()];
    for part in parts {
        if ways.len() * part.len() > MOST_WAYS {
            continue;
        }
        ways = ways
            .iter()
            .flat_map(|way| part.iter().map(move |other| way.and(other)))
            .collect();
    }
    ways
}

fn either<'p>(parts: impl Iterator<Item = Vec<Asked<'p>>>) -> Vec<Asked<'p>> {
    let mut ways: Vec<Asked<'p>> = Vec::new();
    for way in parts.flatten() {
        if way.is_anything() || ways.len() >= MOST_WAYS {
            return vec![Asked::default()];
        }
        ways.push(way);
    }
    ways
}

impl<'p> Asked<'p> {
    fn by(predicate: &'p Predicate) -> Self {
        let mut asked = Self::default();
        if let (Some(field), Test::AnyOf(tests)) = (&predicate.field, &predicate.test) {
            let asks = match &**field {
                "EventID" => &mut asked.ids,
                "Channel" => &mut asked.channels,
                "Provider_Name" | "Provider" => &mut asked.providers,
                _ => return asked,
            };
            *asks = Some(tests);
        }
        asked
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            ids: self.ids.or(other.ids),
            channels: self.channels.or(other.channels),
            providers: self.providers.or(other.providers),
        }
    }

    fn is_anything(&self) -> bool {
        self.ids.is_none() && self.channels.is_none() && self.providers.is_none()
    }

    fn rows(&self, sources: &[Source]) -> Vec<EventCoverage> {
        let sources: Vec<&Source> = sources
            .iter()
            .filter(|source| source.channel.is_empty() || passes(self.channels, &source.channel))
            .collect();
        let ids = self.ids(&sources);
        if ids.is_empty() && self.ids.is_none() {
            return sources.iter().map(|source| self.whole(source)).collect();
        }
        ids.iter()
            .flat_map(|id| self.event(*id, &sources))
            .collect()
    }

    /// The ids of the log source that the rule lets through, or those that the rule names.
    fn ids(&self, sources: &[&Source]) -> Vec<u32> {
        let mut ids: Vec<u32> = sources
            .iter()
            .flat_map(|source| &source.ids)
            .copied()
            .filter(|id| passes(self.ids, &id.to_string()))
            .collect();
        if sources.iter().any(|source| source.ids.is_empty()) {
            let named = self.ids.unwrap_or_default().iter();
            ids.extend(named.filter_map(|test| only_text(test)?.parse::<u32>().ok()));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The event under each provider that the table has for it; if there is none, under what the rule says.
    fn event(&self, id: u32, sources: &[&Source]) -> Vec<EventCoverage> {
        let from = |event: &&&Event| {
            let fits = |source: &&Source| {
                (source.channel.is_empty() || source.channel == event.channel)
                    && (source.ids.is_empty() || source.ids.contains(&id))
            };
            sources.iter().any(fits)
        };
        let known = EVENTS.get(&id).map(Vec::as_slice).unwrap_or_default();
        let known: Vec<&Event> = known.iter().collect();
        let rows: Vec<EventCoverage> = known
            .iter()
            .filter(from)
            .filter(|event| passes(self.providers, event.provider))
            .map(|event| event.row(id))
            .collect();
        if !rows.is_empty() {
            return rows;
        }
        // The provider may go by another name than in the table, or the table by none.
        let title = match known.iter().filter(from).collect::<Vec<_>>().as_slice() {
            [only] if self.providers.is_none() => Some(only.title.to_owned()),
            _ => None,
        };
        let channel = sources.first().map_or("", |source| &source.channel);
        vec![EventCoverage {
            provider: self.named_provider().unwrap_or_default(),
            channel: channel.to_owned(),
            event_id: Some(id),
            title,
        }]
    }

    fn whole(&self, source: &Source) -> EventCoverage {
        EventCoverage {
            provider: self
                .named_provider()
                .unwrap_or_else(|| source.provider.clone()),
            channel: source.channel.clone(),
            event_id: None,
            title: None,
        }
    }
}

impl Asked<'_> {
    /// The first provider that the rule names, spelled as in the table if it is there: patterns have lost their case.
    fn named_provider(&self) -> Option<String> {
        let named = self.providers?.iter().find_map(only_text)?;
        let mut known = EVENTS.values().flatten();
        let known = known.find(|event| event.provider.eq_ignore_ascii_case(&named));
        Some(known.map_or(named, |event| event.provider.to_owned()))
    }
}

fn passes(tests: Option<&[ValueTest]>, text: &str) -> bool {
    tests.is_none_or(|tests| tests.iter().any(|test| proof::passes(test, text)))
}

/// The alternatives of a log source.
fn sources(log_source: &LogSource) -> Vec<Source> {
    let kinds = WINDOWS.detections_of(log_source);
    kinds.iter().flat_map(|kind| Source::of(kind)).collect()
}

static WINDOWS: LazyLock<LogSources> = LazyLock::new(LogSources::windows);

/// One alternative of a log source.
#[derive(Clone, Debug, Default)]
struct Source {
    channel: String,
    /// None: every event of the channel.
    ids: Vec<u32>,
    provider: String,
}

impl Source {
    /// What a detection of the map asks of the three fields. Recursion follows nested lists of the built-in map.
    fn of(detection: &Detection) -> Vec<Self> {
        match detection {
            Detection::All(items) => Self::of_items(items),
            Detection::Any(parts) => parts.iter().flat_map(Self::of).collect(),
            Detection::Every(parts) => parts.iter().fold(vec![Self::default()], |some, part| {
                let others = Self::of(part);
                let both = |some: &Self| {
                    others
                        .iter()
                        .map(|other| some.and(other))
                        .collect::<Vec<_>>()
                };
                some.iter().flat_map(both).collect::<Vec<Self>>()
            }),
            Detection::Keywords(_) => vec![Self::default()],
        }
    }

    fn of_items(items: &[DetectionItem]) -> Vec<Self> {
        let texts = |field: &str| -> Vec<String> {
            let item = items
                .iter()
                .find(|item| item.field.as_deref() == Some(field) && item.modifiers.is_empty());
            let values = item.into_iter().flat_map(|item| &item.values);
            values.map(indicator::written).collect()
        };
        let ids = texts("EventID");
        let base = Self {
            channel: String::new(),
            ids: ids.iter().filter_map(|id| id.parse().ok()).collect(),
            provider: texts("Provider_Name")
                .into_iter()
                .next()
                .unwrap_or_default(),
        };
        let channels = texts("Channel");
        if channels.is_empty() {
            return vec![base];
        }
        let with = |channel| Self {
            channel,
            ..base.clone()
        };
        channels.into_iter().map(with).collect()
    }

    fn and(&self, other: &Self) -> Self {
        let first = |own: &String, other: &String| {
            if own.is_empty() {
                other.clone()
            } else {
                own.clone()
            }
        };
        Self {
            channel: first(&self.channel, &other.channel),
            ids: [self.ids.as_slice(), other.ids.as_slice()].concat(),
            provider: first(&self.provider, &other.provider),
        }
    }
}

struct Event {
    provider: &'static str,
    channel: &'static str,
    title: &'static str,
}

impl Event {
    fn row(&self, id: u32) -> EventCoverage {
        EventCoverage {
            provider: self.provider.to_owned(),
            channel: self.channel.to_owned(),
            event_id: Some(id),
            title: Some(self.title.to_owned()),
        }
    }
}

static EVENTS: LazyLock<HashMap<u32, Vec<Event>>> =
    LazyLock::new(|| events(include_str!("data/events.tsv")));

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

fn events(text: &'static str) -> HashMap<u32, Vec<Event>> {
    let mut events: HashMap<u32, Vec<Event>> = HashMap::new();
    let (mut provider, mut channel) = ("", "");
    for line in lines(text) {
        let (first, second) = line.split_once('\t').unwrap_or((line, ""));
        if let Some(name) = first.strip_prefix('@') {
            (provider, channel) = (name, second);
        } else if let Ok(id) = first.parse() {
            events.entry(id).or_default().push(Event {
                provider,
                channel,
                title: second,
            });
        }
    }
    events
}
