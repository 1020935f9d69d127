//! Whether a correlation still means what it meant when state was saved.

use std::collections::HashMap;
use std::sync::Arc;

use crate::correlation::definition::{Input, Source};
use crate::correlation::key::StableHash;
use crate::engine::RuleSet;
use crate::rule::{Correlation, Metadata, Rule};

/// For each correlation, a digest of its own definition and of everything it takes: the detections of rules, and the
/// digests of inner correlations, which come before it. Metadata do not count, nor whether rules give results too.
pub(super) fn of_all<J>(
    rules: &RuleSet,
    joined: &[J],
    parts: impl Fn(&J) -> (&Arc<Correlation>, &[Input]),
) -> Vec<u64> {
    let rules: Vec<&Arc<Rule>> = rules.rules().collect();
    let mut of_rules: HashMap<u32, u64> = HashMap::new();
    let mut digests: Vec<u64> = Vec::with_capacity(joined.len());
    for one in joined {
        let (correlation, inputs) = parts(one);
        let mut hash = StableHash::new();
        hash.write(text_of_correlation(correlation).as_bytes());
        for input in inputs {
            let digest = match input.source {
                Source::Rule(index) => *of_rules.entry(index).or_insert_with(|| {
                    let rule = rules.get(index as usize);
                    rule.map_or(0, |rule| of_rule(rule))
                }),
                Source::Correlation(number) => {
                    digests.get(number as usize).copied().unwrap_or_default()
                }
            };
            hash.write(&digest.to_le_bytes());
        }
        digests.push(hash.finish());
    }
    digests
}

/// A digest of the detections of a rule.
pub(super) fn of_rule(rule: &Rule) -> u64 {
    let mut bare = rule.clone();
    bare.metadata = Metadata::default();
    let text = bare.to_yaml().unwrap_or_else(|_| format!("{bare:?}"));
    let mut hash = StableHash::new();
    hash.write(text.as_bytes());
    hash.finish()
}

fn text_of_correlation(correlation: &Correlation) -> String {
    let mut bare = correlation.clone();
    bare.metadata = Metadata::default();
    bare.generate = false;
    bare.to_yaml().unwrap_or_else(|_| format!("{bare:?}"))
}
