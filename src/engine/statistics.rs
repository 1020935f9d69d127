//! What a rule set consists of, for people who want to know what it costs and why.

use std::collections::BTreeMap;
use std::fmt;

use crate::engine::RuleSet;
use crate::engine::index::Index;
use crate::pattern::Strategies;
use crate::util::ids::FieldId;

/// Numbers about a rule set. Prints as a short table.
///
/// # Example
/// ```
/// # fn main() -> Result<(), sigmatic::Error> {
/// let rules = sigmatic::RuleSet::from_yaml(r"
/// title: Whoami
/// logsource: { category: process_creation }
/// detection:
///   selection:
///     Image|endswith: '\whoami.exe'
///   condition: selection
/// ")?;
/// let statistics = rules.statistics();
/// assert_eq!((statistics.rules, statistics.questions, statistics.without_witness), (1, 1, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Rules.
    pub rules: usize,
    /// Fields that rules read.
    pub fields: usize,
    /// Distinct questions (a field and what is tested of it); each is asked at most once per event.
    pub questions: usize,
    /// Distinct nodes of conditions, questions included.
    pub nodes: usize,
    /// Distinct regular expressions.
    pub regexes: usize,
    /// Questions that the search for witnesses answers on its way.
    pub covered_questions: usize,
    /// Rules that every event is held against, because nothing that an event must have can be read off them.
    pub without_witness: usize,
    /// Questions that many rules ask first, so that the patterns of these rules are searched for only where they hold.
    pub gates: usize,
    /// Rules that the mere presence of a field wakes.
    pub woken_by_presence: usize,
    /// The patterns that wake rules, by field (`None` for keywords), most patterns first.
    pub witnesses: Vec<WitnessStatistics>,
    /// Heap bytes of the pattern sets, those of witnesses and those of questions.
    pub pattern_bytes: usize,
}

/// The patterns of one field that wake rules, by the way in which they are searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WitnessStatistics {
    /// The field; `None` for keywords.
    pub field: Option<String>,
    /// Compared with the whole text.
    pub exact: usize,
    /// Compared with its start.
    pub prefix: usize,
    /// Compared with its end.
    pub suffix: usize,
    /// Searched in it.
    pub contains: usize,
    /// Matched where a literal of theirs occurs.
    pub wildcard: usize,
    /// Asked one after the other.
    pub each: usize,
    /// Heap bytes.
    pub bytes: usize,
}

impl RuleSet {
    /// Numbers about the rule set.
    ///
    /// # Cost
    /// Linear in the size of the rule set.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let program = &self.0.program;
        let index = self.0.index.as_ref();
        let questions = || program.questions();
        let mut by_field: BTreeMap<Option<FieldId>, WitnessStatistics> = BTreeMap::new();
        for (field, set) in index.into_iter().flat_map(Index::sets) {
            let name = field.map(|field| program.fields.name(field).to_owned());
            let entry = by_field.entry(field);
            let entry = entry.or_insert_with(|| WitnessStatistics::new(name));
            entry.add(set.strategies(), set.heap_bytes());
        }
        let mut witnesses: Vec<WitnessStatistics> = by_field.into_values().collect();
        witnesses.sort_by_key(|witness| std::cmp::Reverse(witness.patterns()));
        let of_witnesses: usize = witnesses.iter().map(|witness| witness.bytes).sum();
        Statistics {
            rules: self.len(),
            fields: program.fields.len(),
            questions: questions().count(),
            nodes: program.len(),
            regexes: program.regexes,
            covered_questions: index.map_or(0, Index::covered_questions),
            without_witness: index.map_or(self.len(), |index| index.always().len()),
            gates: index.map_or(0, Index::gates),
            woken_by_presence: index.map_or(0, Index::woken_by_presence),
            witnesses,
            pattern_bytes: of_witnesses
                + questions()
                    .map(|(_, question)| question.heap_bytes())
                    .sum::<usize>(),
        }
    }
}

impl WitnessStatistics {
    fn new(field: Option<String>) -> Self {
        Self {
            field,
            exact: 0,
            prefix: 0,
            suffix: 0,
            contains: 0,
            wildcard: 0,
            each: 0,
            bytes: 0,
        }
    }

    fn add(&mut self, counts: Strategies, bytes: usize) {
        self.exact += counts.exact;
        self.prefix += counts.prefix;
        self.suffix += counts.suffix;
        self.contains += counts.contains;
        self.wildcard += counts.wildcard;
        self.each += counts.each + counts.everything;
        self.bytes += bytes;
    }

    /// All patterns.
    #[must_use]
    pub fn patterns(&self) -> usize {
        self.exact + self.prefix + self.suffix + self.contains + self.wildcard + self.each
    }
}

impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} rules read {} fields", self.rules, self.fields)?;
        writeln!(
            f,
            "{} distinct questions, {} of them answered by the search for witnesses",
            self.questions, self.covered_questions
        )?;
        writeln!(
            f,
            "{} nodes of conditions, {} regular expressions",
            self.nodes, self.regexes
        )?;
        writeln!(
            f,
            "{} rules without a witness, {} woken by the presence of a field",
            self.without_witness, self.woken_by_presence
        )?;
        writeln!(
            f,
            "{} gates, behind which patterns are searched for only where they hold",
            self.gates
        )?;
        writeln!(f, "{} KiB of patterns", self.pattern_bytes / 1024)?;
        writeln!(
            f,
            "\n{:24} {:>7} {:>7} {:>7} {:>8} {:>8} {:>6} {:>7}",
            "witnesses by field",
            "exact",
            "prefix",
            "suffix",
            "contains",
            "wildcard",
            "each",
            "KiB"
        )?;
        for witness in self.witnesses.iter().take(MOST_LISTED) {
            let field = witness.field.as_deref().unwrap_or("(keywords)");
            writeln!(
                f,
                "{field:24} {:>7} {:>7} {:>7} {:>8} {:>8} {:>6} {:>7}",
                witness.exact,
                witness.prefix,
                witness.suffix,
                witness.contains,
                witness.wildcard,
                witness.each,
                witness.bytes / 1024,
            )?;
        }
        match self.witnesses.len().saturating_sub(MOST_LISTED) {
            0 => Ok(()),
            more => writeln!(f, "and {more} more fields"),
        }
    }
}

/// Fields that are listed one by one when printed.
const MOST_LISTED: usize = 20;
