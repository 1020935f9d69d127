//! State outlives a restart and a change of the rules.

use sigmatic::correlation::{Options, Snapshot};
use sigmatic::error::ErrorKind;
use sigmatic::{Collection, RuleSet};

use super::sample::{counted, event, with};
use super::{Out, Setup};

const TWO: &str = "title: kept\nid: 55555555-5555-4555-8555-555555555551\ncorrelation: { type: event_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { gte: 2 } }\n---\n\
title: changed\nname: changed\ncorrelation: { type: event_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { gte: 2 } }\n";

#[test]
fn a_changed_rule_set_takes_what_is_unchanged() {
    let setup = Setup::new(&with(TWO));
    let mut before = setup.correlator(Options::default());
    let mut out = Out::default();
    setup.feed(&mut before, [(0, &event("a", "x", 0))], &mut out);
    let snapshot = before.snapshot();

    // Another threshold, another title for what stays, one more correlation, and another order of everything.
    let changed = TWO.replace("title: kept", "title: kept, with another title");
    let changed = changed.replace("name: changed\ncorrelation: { type: event_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { gte: 2 }", "name: changed\ncorrelation: { type: event_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { gt: 1 }");
    let documents: Vec<&str> = changed.rsplit("---\n").collect();
    let text = format!(
        "{}---\ntitle: new\ncorrelation: {{ type: temporal, rules: [rule_a, rule_b], timespan: 1h }}\n",
        documents.join("---\n")
    );
    let setup = Setup::new(&with(&text));
    let mut after = setup.correlator(Options::default());
    let restored = after.restore(snapshot).expect("the same version");
    assert_eq!(restored.dropped, ["changed"]);
    assert_eq!(restored.groups, 1);
    setup.feed(&mut after, [(1, &event("a", "x", 1))], &mut out);
    let fired: Vec<&str> = out
        .matches
        .iter()
        .map(|found| found.correlation().title())
        .collect();
    assert_eq!(fired, ["kept, with another title"]);
    assert_eq!(out.matches[0].events(), [0, 1]);
}

#[test]
fn a_changed_rule_drops_the_state_of_its_correlations() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let mut before = setup.correlator(Options::default());
    setup.feed(&mut before, [(0, &event("a", "x", 0))], &mut Out::default());
    let other = counted("1h", "{ gte: 2 }").replace("F|contains: a", "F|contains: az");
    let mut after = Setup::new(&other).correlator(Options::default());
    let restored = after.restore(before.snapshot()).expect("the same version");
    assert_eq!(
        (restored.groups, restored.dropped),
        (0, vec!["counted".to_owned()])
    );
}

#[test]
fn states_that_share_a_group_are_not_merged() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let mut one = setup.correlator(Options::default());
    setup.feed(&mut one, [(0, &event("a", "x", 0))], &mut Out::default());
    let error = one.merge(one.snapshot()).expect_err("it is in both");
    assert_eq!(
        error.to_string(),
        "rule 'counted': group 'x' is in both states (only those of different shards can be merged)"
    );
    assert_eq!(error.kind(), ErrorKind::State);
    assert_eq!(one.groups(), 1);
}

#[test]
fn later_versions_are_refused() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let mut correlator = setup.correlator(Options::default());
    setup.feed(
        &mut correlator,
        [(0, &event("a", "x", 0))],
        &mut Out::default(),
    );
    let mut saved = serde_json::to_value(correlator.snapshot()).expect("JSON can hold it");
    saved["version"] = 7.into();
    let later: Snapshot<u64> = serde_json::from_value(saved).expect("only the number is another");
    let error = correlator.restore(later).expect_err("it is later");
    assert_eq!(
        error.to_string(),
        "state has version 7, expected at most 1 (a later version wrote it)"
    );
    assert_eq!(correlator.groups(), 1, "the state is as it was");
}

/// A snapshot is data, and data can be edited.
#[test]
fn edited_snapshots_bring_nothing_down() {
    let text = with(
        "title: chain\ncorrelation: { type: temporal_ordered, rules: [rule_a, rule_b], group-by: [U, V], timespan: 1h }\n",
    );
    let setup = Setup::new(&text);
    let mut correlator = setup.correlator(Options::default());
    let mut one = event("a", "x", 0);
    one["V"] = "y".into();
    setup.feed(&mut correlator, [(0, &one)], &mut Out::default());
    let saved = serde_json::to_value(correlator.snapshot()).expect("JSON can hold it");
    for edit in [
        |group: &mut serde_json::Value| group["key"] = serde_json::json!(["x"]),
        |group: &mut serde_json::Value| {
            group["seen"] = serde_json::json!([null, [5, []], [7, [1, 2]]])
        },
        |group: &mut serde_json::Value| group["links"] = serde_json::json!([]),
        |group: &mut serde_json::Value| group["newest"] = i64::MIN.into(),
        |group: &mut serde_json::Value| group["entries"] = serde_json::json!([[1, ["x"], 5]]),
    ] {
        let mut saved = saved.clone();
        edit(&mut saved["correlations"][0]["groups"][0]);
        let snapshot: Snapshot<u64> = serde_json::from_value(saved).expect("still of that form");
        let mut after = setup.correlator(Options::default());
        after.restore(snapshot).expect("the same version");
        setup.feed(&mut after, [(1, &one)], &mut Out::default());
        let _ = after.snapshot();
    }
}

#[test]
fn what_cannot_be_resolved_is_named() {
    let collection = Collection::from_yaml(&with(TWO));
    let rules = RuleSet::builder().build().expect("nothing to compile");
    let builder = sigmatic::correlation::Correlator::builder(&rules).collection(&collection);
    let correlator: sigmatic::correlation::Correlator = builder.build().expect("cannot fail");
    let problems: Vec<String> = correlator
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        [
            "18:43: rule 'kept': 'rule_a' is neither a rule of the set nor a correlation (was the rule compiled?)",
            "22:43: rule 'changed': 'rule_a' is neither a rule of the set nor a correlation (was the rule compiled?)",
        ]
    );
    assert_eq!(correlator.correlations().len(), 0);
}
