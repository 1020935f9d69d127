//! Many rules together: who looks for the same, and who matches more.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;
use serde::Serialize;

use crate::card::attack::{self, AttackCoverage, Technique};
use crate::card::hash::SemanticHash;
use crate::card::indicator::{self, Key, Used};
use crate::card::neighbour::{Neighbour, Neighbours, RuleLink, differences};
use crate::card::value;
use crate::compile::{self, Options, Plan};
use crate::engine::{RuleSet, Scratch};
use crate::proof::{self, Implication, Witness};
use crate::rule::{LogSource, Rule};

/// The rules of a rule set, indexed by what they look for.
///
/// # Example
/// ```
/// use sigmatic::card::Corpus;
/// use sigmatic::RuleSet;
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// let rules = RuleSet::from_yaml(r"
/// title: Encoded PowerShell
/// logsource: { category: process_creation }
/// detection:
///   selection: { Image|endswith: '\powershell.exe', CommandLine|contains: ' -enc' }
///   condition: selection
/// ---
/// title: PowerShell
/// logsource: { category: process_creation }
/// detection:
///   selection: { Image|endswith: '\powershell.exe' }
///   condition: selection
/// ")?;
/// let corpus = Corpus::new(&rules);
/// let card = corpus.card(0).expect("there are two rules");
/// assert_eq!(card.indicators[0].values[0].other_rules, 1);
/// assert_eq!(card.neighbours.broader[0].rule.title, "PowerShell");
/// assert_eq!(card.neighbours.broader[0].differences, ["does not ask for CommandLine match ' -enc'"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Corpus {
    pub(super) rules: RuleSet,
    pub(super) entries: Vec<Entry>,
    /// By indicator, the rules that look for it, each once, in order.
    indicators: HashMap<Key, Vec<u32>, FixedState>,
    statistics: Statistics,
    by_identity: HashMap<String, usize, FixedState>,
}

/// A rule with what was computed of it once.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) rule: Arc<Rule>,
    pub(super) plan: Plan,
    pub(super) hash: SemanticHash,
    pub(super) attack: AttackCoverage,
    /// An event that the rule matches, [`Implication::Proven`] if there is none.
    pub(super) example: Implication,
    /// Rules that match that event too: all broader ones are among them.
    candidates: Vec<u32>,
    broader: Vec<Relation>,
    /// The rules to which this is broader.
    stricter: Vec<u32>,
    undecided: Vec<u32>,
}

/// Another rule that matches whatever this one matches.
#[derive(Debug)]
struct Relation {
    other: u32,
    /// Whether it holds the other way round too.
    backwards: Implication,
}

/// What a corpus holds, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// How many rules there are.
    pub rules: usize,
    /// Different indicators: field, kind and decoded value.
    pub indicators: usize,
    /// Of these, how many one rule alone looks for.
    pub unique_indicators: usize,
    /// By log source (`process_creation/windows`), how many rules it has and how many of them look at each field.
    pub log_sources: BTreeMap<String, LogSourceStatistics>,
    /// By field, how many rules look at it; keywords under the empty name.
    pub fields: BTreeMap<String, usize>,
    /// Techniques by id, with the places of their rules.
    pub techniques: BTreeMap<String, TechniqueStatistics>,
    /// Version of the ATT&CK table, and MITRE's notice.
    pub attack_version: String,
    /// See `attack_version`.
    pub attack_notice: String,
}

/// The rules of one log source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LogSourceStatistics {
    /// How many rules there are.
    pub rules: usize,
    /// By field, how many of them look at it.
    pub fields: BTreeMap<String, usize>,
}

/// The rules of one technique.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TechniqueStatistics {
    /// The technique.
    pub technique: Technique,
    /// The places of its rules in the corpus.
    pub rules: Vec<usize>,
}

/// An indicator and the rules that look for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IndicatorUse {
    /// The field; `None` for keywords.
    pub field: Option<String>,
    /// The kind, as in [`IndicatorRow`](super::IndicatorRow).
    pub kind: String,
    /// The decoded values; several for an encoding that has several forms.
    pub values: Vec<String>,
    /// The places of the rules in the corpus.
    pub rules: Vec<usize>,
}

/// How two rules relate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// Whether every event that the first matches is matched by the second.
    pub forward: Implication,
    /// Whether every event that the second matches is matched by the first.
    pub backward: Implication,
    /// How the second differs from the first, in words, where an implication is proven.
    pub differences: Vec<String>,
}

impl Corpus {
    /// Indexes the rules of a rule set and looks for neighbours among them.
    ///
    /// # Cost
    /// Compiles each rule again, twice. Linear in the size of the rules for everything but neighbours; for these, one
    /// event is made per rule and matched against all rules, and only rules that match it are held against each other.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let origin = rules.origin();
        let options = Options {
            limits: &origin.limits,
            placeholders: &origin.placeholders,
        };
        let mut corpus = Self {
            rules: rules.clone(),
            entries: Vec::with_capacity(rules.len()),
            indicators: HashMap::with_hasher(FixedState::default()),
            statistics: Statistics {
                attack_version: attack::version().to_owned(),
                attack_notice: attack::NOTICE.to_owned(),
                ..Statistics::default()
            },
            by_identity: HashMap::with_hasher(FixedState::default()),
        };
        let mut scratch = rules.scratch();
        for rule in rules.rules() {
            corpus.add(rule, &options, &mut scratch);
        }
        corpus.count();
        corpus.relate(&mut scratch);
        corpus
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The rules, in the order of the rule set.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Arc<Rule>> {
        self.entries.iter().map(|entry| &entry.rule)
    }

    /// The place of the first rule with this id (in any spelling), name or title.
    #[must_use]
    pub fn find(&self, identity: &str) -> Option<usize> {
        let id = crate::rule::RuleId::parse(identity);
        let identity = id.as_ref().map_or(identity, |id| id.as_str());
        self.by_identity.get(identity).copied()
    }

    /// What the corpus holds, in numbers.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// The ATT&CK tactics in the order of the matrix: id, name, and tag.
    pub fn tactics() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        attack::tactics()
    }

    /// The number for what the rule at this place means, by which duplicates are found.
    #[must_use]
    pub fn semantic_hash(&self, index: usize) -> Option<SemanticHash> {
        self.entries.get(index).map(|entry| entry.hash)
    }

    /// The indicators that at most `rules` rules look for, in the order of their first rules.
    pub fn rare_indicators(&self, rules: usize) -> Vec<IndicatorUse> {
        self.uses(|_, found| found.len() <= rules)
    }

    /// The indicators of a field with their rules, those of most rules first.
    #[must_use]
    pub fn indicators_of(&self, field: &str) -> Vec<IndicatorUse> {
        let mut uses =
            self.uses(|key, _| key.predicate.field.as_deref().unwrap_or_default() == field);
        uses.sort_by_key(|found| std::cmp::Reverse(found.rules.len()));
        uses
    }

    fn uses(&self, select: impl Fn(&Key, &[u32]) -> bool) -> Vec<IndicatorUse> {
        let mut uses: Vec<IndicatorUse> = self
            .indicators
            .iter()
            .filter(|(key, rules)| select(key, rules))
            .map(|(key, rules)| IndicatorUse {
                field: key.predicate.field.as_deref().map(str::to_owned),
                kind: value::kind(&key.predicate).into_owned(),
                values: match indicator::tests(key) {
                    [] => vec![value::predicate_words(&key.predicate)],
                    tests => tests.iter().map(value::decoded).collect(),
                },
                rules: rules.iter().map(|rule| *rule as usize).collect(),
            })
            .collect();
        // The order of a hash table is nobody's business.
        uses.sort_by(|a, b| {
            (&a.rules, &a.field, &a.kind, &a.values).cmp(&(&b.rules, &b.field, &b.kind, &b.values))
        });
        uses
    }

    /// Holds two rules against each other. `None` if there are not that many rules.
    ///
    /// # Cost
    /// Bounded, whatever the rules; a witness is matched against the whole rule set.
    #[must_use]
    pub fn compare(&self, first: usize, second: usize) -> Option<Comparison> {
        let (left, right) = (self.entries.get(first)?, self.entries.get(second)?);
        let mut scratch = self.rules.scratch();
        let forward = self.implies(first, second, &mut scratch);
        let backward = self.implies(second, first, &mut scratch);
        let differences = if forward.is_proven() && backward.is_proven() {
            Vec::new()
        } else if forward.is_proven() {
            differences(&left.plan, &right.plan, true)
        } else if backward.is_proven() {
            differences(&left.plan, &right.plan, false)
        } else {
            Vec::new()
        };
        Some(Comparison {
            forward,
            backward,
            differences,
        })
    }

    /// How many rules but this one look for an indicator.
    pub(super) fn other_rules(&self, key: &Key, index: usize) -> usize {
        let rules = self
            .indicators
            .get(key)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let own = rules.iter().filter(|rule| **rule as usize == index).count();
        rules.len() - own
    }

    pub(super) fn used<'a>(&'a self, entry: &'a Entry) -> Vec<Used<'a>> {
        let origin = self.rules.origin();
        let options = Options {
            limits: &origin.limits,
            placeholders: &origin.placeholders,
        };
        indicator::items(&entry.rule, &entry.plan, &options)
    }

    pub(super) fn link(&self, index: usize) -> Option<RuleLink> {
        let rule = &self.entries.get(index)?.rule;
        Some(RuleLink {
            index,
            identity: rule.identity().to_owned(),
            title: rule.title().to_owned(),
            level: rule.level().to_string(),
        })
    }

    /// Events of `confirm` are asked of the engine: the rule at `index` must match.
    pub(super) fn is_matched(&self, index: usize, event: &Witness, scratch: &mut Scratch) -> bool {
        self.rules
            .matches(event, scratch)
            .any(|hit| hit.index() == index)
    }

    fn add(&mut self, rule: &Arc<Rule>, options: &Options<'_>, scratch: &mut Scratch) {
        // It was compiled before, with the same options, or it would not be in the set.
        let plan = compile::compile_again(rule, options).unwrap_or_else(|| Plan {
            identifiers: Vec::new(),
            selections: Vec::new(),
            conditions: Vec::new(),
        });
        let index = self.entries.len();
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let used = indicator::items(rule, &plan, options);
        let mut fields: Vec<&str> = Vec::new();
        for used in &used {
            fields.push(used.item.field.as_deref().unwrap_or_default());
            for key in used.keys.iter().flatten().filter(|_| used.positive) {
                let rules = match self.indicators.get_mut(key) {
                    Some(rules) => rules,
                    None => self.indicators.entry(key.clone()).or_default(),
                };
                if rules.last() != Some(&number) {
                    rules.push(number);
                }
            }
        }
        fields.sort_unstable();
        fields.dedup();
        self.count_fields(&rule.log_source, &fields);
        for name in [rule.title(), rule.identity()] {
            self.by_identity.entry(name.to_owned()).or_insert(index);
        }
        let mut candidates = Vec::new();
        let example = proof::example(&plan, &mut |event| {
            candidates.clear();
            let hits = self.rules.matches(event, scratch);
            candidates.extend(hits.map(|hit| u32::try_from(hit.index()).unwrap_or(u32::MAX)));
            candidates.contains(&number)
        });
        if example.witness().is_none() {
            candidates.clear();
        }
        self.entries.push(Entry {
            hash: SemanticHash::of(&plan),
            attack: AttackCoverage::of_tags(rule.tags()),
            rule: Arc::clone(rule),
            plan,
            example,
            candidates,
            broader: Vec::new(),
            stricter: Vec::new(),
            undecided: Vec::new(),
        });
    }

    fn count_fields(&mut self, log_source: &LogSource, fields: &[&str]) {
        let statistics = self
            .statistics
            .log_sources
            .entry(label(log_source))
            .or_default();
        statistics.rules += 1;
        for field in fields {
            *statistics.fields.entry((*field).to_owned()).or_default() += 1;
            *self
                .statistics
                .fields
                .entry((*field).to_owned())
                .or_default() += 1;
        }
    }

    fn count(&mut self) {
        let statistics = &mut self.statistics;
        statistics.rules = self.entries.len();
        statistics.indicators = self.indicators.len();
        statistics.unique_indicators = self
            .indicators
            .values()
            .filter(|rules| rules.len() == 1)
            .count();
        for (index, entry) in self.entries.iter().enumerate() {
            for technique in entry.attack.techniques() {
                let found = statistics
                    .techniques
                    .entry(technique.id.clone())
                    .or_insert_with(|| TechniqueStatistics {
                        technique: technique.clone(),
                        rules: Vec::new(),
                    });
                found.rules.push(index);
            }
        }
    }

    /// Holds each rule against those that matched its example.
    fn relate(&mut self, scratch: &mut Scratch) {
        for index in 0..self.entries.len() {
            let candidates = self
                .entries
                .get(index)
                .map(|entry| entry.candidates.clone());
            for other in candidates.unwrap_or_default() {
                let other_index = other as usize;
                if other_index == index || !self.may_be_neighbours(index, other_index) {
                    continue;
                }
                let forward = self.implies(index, other_index, scratch);
                let backwards = match forward {
                    Implication::Proven => self.implies(other_index, index, scratch),
                    _ => Implication::Unknown,
                };
                self.note(index, other, forward, backwards);
            }
        }
    }

    fn note(&mut self, index: usize, other: u32, forward: Implication, backwards: Implication) {
        match forward {
            Implication::Proven => {
                let number = u32::try_from(index).unwrap_or(u32::MAX);
                if let Some(entry) = self.entries.get_mut(index) {
                    entry.broader.push(Relation { other, backwards });
                }
                if let Some(entry) = self.entries.get_mut(other as usize) {
                    entry.stricter.push(number);
                }
            }
            Implication::Unknown => {
                if let Some(entry) = self.entries.get_mut(index) {
                    entry.undecided.push(other);
                }
            }
            Implication::Refuted(_) => {}
        }
    }

    /// A broader rule must be for the same log source, or for one that covers it.
    fn may_be_neighbours(&self, narrow: usize, wide: usize) -> bool {
        match (self.entries.get(narrow), self.entries.get(wide)) {
            (Some(narrow), Some(wide)) => wide.rule.log_source.covers(&narrow.rule.log_source),
            _ => false,
        }
    }

    fn implies(&self, left: usize, right: usize, scratch: &mut Scratch) -> Implication {
        let (Some(narrow), Some(wide)) = (self.entries.get(left), self.entries.get(right)) else {
            return Implication::Unknown;
        };
        if narrow.hash == wide.hash {
            return Implication::Proven;
        }
        let wanted = u32::try_from(right).unwrap_or(u32::MAX);
        match &narrow.example {
            // Asked of the engine when it was made.
            Implication::Refuted(event) if !narrow.candidates.contains(&wanted) => {
                return Implication::Refuted(event.clone());
            }
            _ => {}
        }
        proof::implies(&narrow.plan, &wide.plan, &mut |event| {
            let (mut has_left, mut has_right) = (false, false);
            for hit in self.rules.matches(event, scratch) {
                has_left |= hit.index() == left;
                has_right |= hit.index() == right;
            }
            has_left && !has_right
        })
    }

    pub(super) fn neighbours(&self, index: usize) -> Neighbours {
        let mut neighbours = Neighbours::default();
        let Some(entry) = self.entries.get(index) else {
            return neighbours;
        };
        neighbours.searched = entry.example.witness().is_some();
        for relation in &entry.broader {
            let other_index = relation.other as usize;
            let (Some(rule), Some(other)) = (self.link(other_index), self.entries.get(other_index))
            else {
                continue;
            };
            if relation.backwards.is_proven() {
                neighbours.add_same(rule, entry.hash == other.hash);
                continue;
            }
            neighbours.broader.push(Neighbour {
                rule,
                differences: differences(&entry.plan, &other.plan, true),
                witness: relation.backwards.witness().cloned(),
            });
        }
        for other_index in &entry.stricter {
            let other_index = *other_index as usize;
            let (Some(rule), Some(other)) = (self.link(other_index), self.entries.get(other_index))
            else {
                continue;
            };
            let own = other
                .broader
                .iter()
                .find(|relation| relation.other as usize == index);
            let backwards = own.map(|relation| &relation.backwards);
            if backwards.is_some_and(Implication::is_proven) {
                let is_known = entry
                    .broader
                    .iter()
                    .any(|relation| relation.other as usize == other_index);
                if !is_known {
                    neighbours.add_same(rule, entry.hash == other.hash);
                }
                continue;
            }
            neighbours.stricter.push(Neighbour {
                rule,
                differences: differences(&entry.plan, &other.plan, false),
                witness: backwards.and_then(Implication::witness).cloned(),
            });
        }
        let undecided = entry.undecided.iter();
        neighbours.undecided = undecided
            .filter_map(|other| self.link(*other as usize))
            .collect();
        neighbours
    }
}

impl Neighbours {
    fn add_same(&mut self, rule: RuleLink, is_duplicate: bool) {
        if is_duplicate {
            self.duplicates.push(rule);
        } else {
            self.equivalent.push(rule);
        }
    }
}

/// `process_creation/windows`: what is set of category, product and service.
pub(super) fn label(log_source: &LogSource) -> String {
    let parts = [
        &log_source.category,
        &log_source.product,
        &log_source.service,
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join("/")
}
