//! What a corpus holds, in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::card::attack::Technique;
use crate::card::corpus::{Corpus, label};
use crate::rule::LogSource;

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

impl Corpus {
    pub(super) fn count_fields(&mut self, log_source: &LogSource, fields: &[&str]) {
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

    pub(super) fn count(&mut self) {
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
}
