//! Many rules together: who looks for the same, and who matches more.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::card::attack::{self, AttackCoverage};
use crate::card::hash::SemanticHash;
use crate::card::indicator::{self, Key, Used};
use crate::card::neighbour::RuleLink;
use crate::card::relation::Relation;
use crate::card::statistics::{IndicatorUse, Statistics};
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
    pub(super) indicators: HashMap<Key, Vec<u32>, FixedState>,
    pub(super) statistics: Statistics,
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
    pub(super) candidates: Vec<u32>,
    /// How many more there are than are looked at.
    pub(super) left_out: usize,
    pub(super) broader: Vec<Relation>,
    /// The rules to which this is broader.
    pub(super) stricter: Vec<u32>,
    pub(super) undecided: Vec<u32>,
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
            spent: None,
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
            spent: None,
        };
        indicator::items(&entry.rule, &entry.plan, &options)
    }

    pub(super) fn link(&self, index: usize) -> Option<RuleLink> {
        let entry = self.entries.get(index)?;
        Some(RuleLink::new(index, &entry.rule))
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
        let left_out = candidates.len().saturating_sub(MOST_CANDIDATES);
        candidates.truncate(MOST_CANDIDATES);
        self.entries.push(Entry {
            hash: SemanticHash::of(&plan),
            attack: AttackCoverage::of_tags(rule.tags()),
            rule: Arc::clone(rule),
            plan,
            example,
            candidates,
            left_out,
            broader: Vec::new(),
            stricter: Vec::new(),
            undecided: Vec::new(),
        });
    }
}

/// Rules that match a rule's example are held against it up to so many: a set of n rules that all match the same would
/// otherwise take n times n proofs. In SigmaHQ no rule has more than some dozens.
const MOST_CANDIDATES: usize = 200;

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
