//! Findings about any text: they lie within it, an error is found exactly if a document does not load, and the fixed text
//! loads the same rules, matches the same events and has nothing left to fix.

use serde_json::Value;
use sigmatic::lint::{Finding, Linter, Report};
use sigmatic::{Collection, RuleSet, Settings};

use super::sets::{build, hits, load};

pub(super) fn run(text: &str) {
    let linter = Linter::new().conventions(true).text("input.yml", text);
    let report = linter.run();
    for finding in report.findings() {
        lies_within(finding, text);
    }
    printed(&report);
    let (changed, after) = linter.fix();
    let Some((_, fixed)) = changed.first() else {
        return;
    };
    for finding in after.findings() {
        lies_within(finding, fixed);
    }
    let linter = Linter::new().conventions(true).text("input.yml", fixed);
    let (left, _) = linter.fix();
    assert!(left.is_empty(), "{fixed}\nis fixed again: {left:?}");
    same_rules(&load(text, false), &load(fixed, false), fixed);
}

fn lies_within(finding: &Finding, text: &str) {
    let at = &finding.position;
    assert!(text.get(at.start..at.end).is_some(), "{finding:?}");
    assert!(!finding.message.contains('\n'), "{finding:?}");
    let mut done = 0;
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
        assert!(
            done <= edit.start && text.get(edit.start..edit.end).is_some(),
            "{finding:?}"
        );
        done = edit.end;
    }
}

fn printed(report: &Report) {
    assert_eq!(
        report.to_text(false).is_empty(),
        report.findings().is_empty()
    );
    let sarif = serde_json::to_value(report.to_sarif()).expect("a log is data");
    let results = sarif["runs"][0]["results"].as_array().map(Vec::len);
    assert_eq!(results, Some(report.findings().len()));
}

/// Fixes change how a rule is written, not what it matches.
fn same_rules(before: &Collection, after: &Collection, fixed: &str) {
    assert_eq!(
        before.errors().count(),
        after.errors().count(),
        "{:?}\n{fixed}",
        after.problems()
    );
    // By number, since a title may have lost its full stop.
    assert_eq!(before.rules().count(), after.rules().count(), "{fixed}");
    let before = build(before, &Settings::default());
    let after = build(after, &Settings::default());
    assert!(
        before.len() <= after.len(),
        "{:?}\n{fixed}",
        after.problems()
    );
    // Some rules compile only then, as that of `re|re`.
    if before.len() < after.len() {
        return;
    }
    for rule in 0..before.len().min(2) {
        for event in events(&before, rule) {
            let [before, after] =
                [&before, &after].map(|rules| hits(rules, &event, &mut rules.scratch()));
            assert_eq!(before, after, "{event}\n{fixed}");
        }
    }
}

/// An event that the rule matches, and some that miss it by one item.
fn events(rules: &RuleSet, rule: usize) -> Vec<Value> {
    let Some(made) = rules.synthesise(rule) else {
        return Vec::new();
    };
    let misses = made
        .near_misses
        .iter()
        .filter_map(|miss| miss.event.event());
    let events = made.matching.event().into_iter().chain(misses.take(3));
    events
        .map(|event| serde_json::to_value(event).expect("a witness is JSON"))
        .collect()
}
