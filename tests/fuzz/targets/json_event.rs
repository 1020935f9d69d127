//! Events: none brings down rules of every kind, and the order of rules does not matter.

use std::sync::OnceLock;

use serde_json::Value;
use sigmatic::RuleSet;

use super::sets::{every_kind, hits};

pub(super) fn run(text: &str) {
    static RULES: OnceLock<(RuleSet, RuleSet)> = OnceLock::new();
    let Ok(event) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let (rules, reversed) = RULES.get_or_init(in_both_orders);
    let forward = hits(rules, &event, &mut rules.scratch());
    let backward = hits(reversed, &event, &mut reversed.scratch());
    let mirrored: Vec<usize> = backward
        .iter()
        .rev()
        .map(|rule| rules.len() - 1 - rule)
        .collect();
    assert_eq!(forward, mirrored, "the order of rules matters");
}

/// The rules in order, and from last to first.
fn in_both_orders() -> (RuleSet, RuleSet) {
    let rules = every_kind();
    let ordered: Vec<_> = rules.rules().collect();
    let builder = ordered
        .into_iter()
        .rev()
        .fold(RuleSet::builder(), |builder, rule| {
            builder.rule(rule.clone())
        });
    let reversed = builder.build().expect("rules that were built before");
    (rules, reversed)
}
