//! Cards of SigmaHQ's rules: every tag and event is known, counts are what counting gives. Needs the shared `corpus/`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use sigmatic::card::{Corpus, IndicatorRow};
use sigmatic::{Collection, RuleSet};

use crate::shared::shared;

/// The rules in use that need no placeholders.
pub(super) fn rules() -> Option<&'static RuleSet> {
    static RULES: OnceLock<Option<RuleSet>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        let folder = shared("corpus/sigmahq")?;
        let mut loader = Collection::loader();
        for part in [
            "rules",
            "rules-compliance",
            "rules-emerging-threats",
            "rules-threat-hunting",
        ] {
            loader = loader.path(folder.join(part));
        }
        let rules = RuleSet::builder()
            .collection(&loader.load())
            .build()
            .expect("rules compile");
        assert!(rules.len() > 3_700);
        Some(rules)
    });
    rules.as_ref()
}

fn corpus() -> Option<&'static Corpus> {
    static CORPUS: OnceLock<Option<Corpus>> = OnceLock::new();
    CORPUS.get_or_init(|| rules().map(Corpus::new)).as_ref()
}

#[test]
fn every_technique_and_tactic_is_known() {
    let Some(corpus) = corpus() else { return };
    let mut unknown = BTreeSet::new();
    let mut techniques = 0;
    for index in 0..corpus.len() {
        let coverage = corpus.attack_coverage(index).expect("there is such a rule");
        for technique in coverage.techniques() {
            techniques += 1;
            if technique.name.is_none() {
                unknown.insert(technique.id.clone());
            }
        }
        unknown.extend(
            coverage
                .tactics
                .iter()
                .filter(|tactic| tactic.name == "Not known")
                .map(|tactic| tactic.name.clone()),
        );
        // What is neither tactic nor technique is a group, a software or the like.
        let odd = |id: &&String| {
            let number = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            number.len() != 4 || !number.bytes().all(|byte| byte.is_ascii_digit())
        };
        unknown.extend(coverage.others.iter().filter(odd).cloned());
    }
    assert!(techniques > 3_000, "{techniques}");
    assert_eq!(unknown, BTreeSet::new());
}

#[test]
fn every_event_of_a_windows_rule_has_a_title() {
    let Some(corpus) = corpus() else { return };
    let mut without = BTreeMap::new();
    let (mut covered, mut events) = (0, 0);
    for (index, rule) in corpus.rules().enumerate() {
        let rows = corpus.event_coverage(index);
        let is_windows = rule.log_source.product.as_deref() == Some("windows");
        assert!(
            !is_windows || !rows.is_empty(),
            "{}: {:?}",
            rule.title(),
            rule.log_source
        );
        covered += usize::from(!rows.is_empty());
        for row in rows {
            events += usize::from(row.event_id.is_some());
            if let (Some(id), None) = (row.event_id, &row.title) {
                without.insert(
                    (row.short_provider().to_owned(), id),
                    rule.title().to_owned(),
                );
            }
        }
    }
    assert!(covered > 2_500 && events > 4_000, "{covered} {events}");
    assert_eq!(without, BTreeMap::new(), "events without a title");
}

/// Counted anew from what the cards say: field, kind, what is read, and whether case matters.
#[test]
fn counts_are_what_counting_gives() {
    let Some(corpus) = corpus() else { return };
    let rows: Vec<Vec<IndicatorRow>> = (0..corpus.len())
        .map(|index| corpus.indicators(index))
        .collect();
    let mut rules: HashMap<String, BTreeSet<usize>> = HashMap::new();
    for (index, rows) in rows.iter().enumerate() {
        for key in keys(rows).map(|(key, _)| key) {
            rules.entry(key).or_default().insert(index);
        }
    }
    let mut shared_values = 0;
    for rows in &rows {
        for (key, others) in keys(rows) {
            let counted = rules[&key].len() - 1;
            assert_eq!(counted, others, "{key}");
            shared_values += usize::from(others > 0);
        }
    }
    assert!(shared_values > 5_000, "{shared_values}");
}

fn keys(rows: &[IndicatorRow]) -> impl Iterator<Item = (String, usize)> {
    // Flags of regular expressions are not told apart by their kind.
    let rows = rows.iter().filter(|row| row.kind != "regex_match");
    rows.flat_map(|row| {
        row.values.iter().map(move |value| {
            let is_cased = row.encodings.contains(&"cased");
            let read = match value.decoded.as_slice() {
                [] if is_cased => value.value.clone(),
                [] => value.value.to_lowercase(),
                several => several.join("\n"),
            };
            let key = format!("{:?} {} {is_cased} {read:?}", row.field, row.kind);
            (key, value.other_rules)
        })
    })
}

#[test]
fn statistics_of_the_whole() {
    let Some(corpus) = corpus() else { return };
    let statistics = corpus.statistics();
    assert_eq!(statistics.rules, corpus.len());
    let by_log_source: usize = statistics
        .log_sources
        .values()
        .map(|found| found.rules)
        .sum();
    assert_eq!(by_log_source, corpus.len());
    let unique = corpus.rare_indicators(1);
    assert_eq!(unique.len(), statistics.unique_indicators);
    assert!(
        statistics.unique_indicators > 20_000 && statistics.indicators > 25_000,
        "{statistics:#?}"
    );
    let images = corpus.indicators_of("Image");
    assert!(images[0].rules.len() > 100, "{:?}", images[0]);
    serde_json::to_string(statistics).expect("statistics are JSON");
}
