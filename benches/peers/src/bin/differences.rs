//! Where this crate and its peers answer differently on the public rules and events, each difference with its reason.
//!
//! `cargo run --release --ignore-rust-version --bin differences -- [--events N] [--sample N] [FOLDER]`: as many events
//! (default: all), drawn evenly, and of these as many for `sigma-rust` (default 2,000), which needs some ten milliseconds
//! an event. A reason is the number of the requirement that the peer reads otherwise.

#[path = "../alone.rs"]
mod alone;
#[path = "../classes.rs"]
mod classes;
#[path = "../../../targets/corpus.rs"]
#[allow(
    dead_code,
    reason = "rule sets of other sizes are for the bench 'targets'"
)]
mod corpus;
#[path = "../engines.rs"]
#[allow(dead_code, reason = "what measures needs more than this")]
mod engines;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use serde_json::Value;

use alone::Alone;
use classes::{Counts, Spelling, explain};
use engines::{Engine, RSigma, SigmaRust, Sigmatic};

fn main() {
    let arguments = arguments();
    let Some(corpus) = corpus::Corpus::load(&arguments.folder, arguments.events) else {
        eprintln!(
            "no rules or no events under '{}'",
            arguments.folder.display()
        );
        std::process::exit(2);
    };
    let events: Vec<Value> = { corpus.lines.iter() }
        .map(|line| serde_json::from_str(line).expect("the corpus is JSON"))
        .collect();
    let texts: HashMap<String, String> = { corpus.rules.iter() }
        .filter_map(|text| {
            let loaded = sigmatic::RuleSet::from_yaml(text).ok()?;
            let rule = loaded.rules().next()?;
            Some((rule.identity().to_owned(), text.clone()))
        })
        .collect();
    let mut ours = Sigmatic::new(&corpus.rules);
    let all: Vec<&Value> = events.iter().collect();
    compare(
        &mut ours,
        RSigma::new(&corpus.rules),
        alone::rsigma(),
        &texts,
        &all,
    );
    let step = events.len().div_ceil(arguments.sample).max(1);
    let sample: Vec<&Value> = events.iter().step_by(step).collect();
    compare(
        &mut ours,
        SigmaRust::new(&corpus.rules),
        alone::sigma_rust(),
        &texts,
        &sample,
    );
}

fn compare<R>(
    ours: &mut Sigmatic,
    mut peer: impl Engine,
    mut theirs: Alone<R>,
    texts: &HashMap<String, String>,
    events: &[&Value],
) {
    let mut mine = alone::sigmatic();
    let (mut counts, mut matches, mut equal) = (Counts::default(), 0, 0);
    for event in events {
        let expected: BTreeSet<String> = ours.ids(event).into_iter().collect();
        let found: BTreeSet<String> = peer.ids(event).into_iter().collect();
        matches += expected.len();
        equal += usize::from(expected == found);
        for id in expected.symmetric_difference(&found) {
            let rule = { texts.get(id) }.and_then(|text| serde_yaml::from_str(text).ok());
            let reason = rule.and_then(|rule| {
                let event = Value::clone(event);
                explain(
                    &Spelling { rule, event },
                    expected.contains(id),
                    &mut |text, event| mine.verdict(text, event),
                    &mut |text, event| theirs.verdict(text, event),
                )
            });
            counts.add(reason, || {
                let text: String = event.to_string().chars().take(300).collect();
                format!("{id}: {text}")
            });
        }
    }
    println!(
        "\nsigmatic ({} rules) and {} ({}): {} events, {} verdicts, {matches} matches of sigmatic, {equal} events with \
         equal answers",
        ours.len(),
        peer.name(),
        peer.len(),
        events.len(),
        events.len() * ours.len(),
    );
    counts.print(peer.name());
}

struct Arguments {
    folder: PathBuf,
    events: usize,
    sample: usize,
}

fn arguments() -> Arguments {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let mut arguments = Arguments {
        folder: folder.into(),
        events: usize::MAX,
        sample: 2_000,
    };
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        let mut number = || {
            let text = given.next();
            text.and_then(|text| text.parse().ok()).expect("a number")
        };
        match word.as_str() {
            "--events" => arguments.events = number(),
            "--sample" => arguments.sample = number(),
            folder => arguments.folder = folder.into(),
        }
    }
    arguments
}

/// A minimal rule and event for each class: we say one thing, the peer the other, and the class alone tells why.
#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reason(
        detection: &str,
        event: &Value,
    ) -> (Option<bool>, Option<bool>, Option<Vec<&'static str>>) {
        let rule = format!(
            "title: t\nid: 6d1f0f8e-0000-4000-8000-000000000001\nlogsource: {{ category: test }}\ndetection:\n  sel: \
             {detection}\n  condition: sel\n"
        );
        let (mut ours, mut theirs) = (alone::sigmatic(), alone::sigma_rust());
        let (mine, other) = (ours.verdict(&rule, event), theirs.verdict(&rule, event));
        let spelling = Spelling {
            rule: serde_yaml::from_str(&rule).expect("YAML"),
            event: event.clone(),
        };
        let reason = explain(
            &spelling,
            mine == Some(true),
            &mut |text, event| ours.verdict(text, event),
            &mut |text, event| theirs.verdict(text, event),
        );
        (mine, other, reason)
    }

    #[test]
    fn sigma_rust_differs_for_one_reason() {
        let no = Some(false);
        let cases = [
            ("S-171", "[foo]", json!({ "F": "a foo b" }), true, no),
            ("S-130", "{ F: null }", json!({}), true, no),
            ("S-124", "{ F: 4624 }", json!({ "F": "4624" }), true, no),
            ("S-124", "{ F|gt: 5 }", json!({ "F": "6" }), true, no),
            ("S-120", "{ F: 5 }", json!({ "F": 5.0 }), true, no),
            ("S-125", "{ F: true }", json!({ "F": "TRUE" }), true, no),
            ("S-114", "{ F: a }", json!({ "F": ["b", "a"] }), true, no),
            (
                "S-114",
                "{ a.b: x }",
                json!({ "a": [{ "b": "x" }] }),
                true,
                no,
            ),
            ("S-140", "{ F: s }", json!({ "F": "ſ" }), true, no),
            ("S-221", "{ F|re|i: A }", json!({ "F": "xax" }), true, None),
            (
                "S-133",
                "{ F: '' }",
                json!({ "F": null }),
                false,
                Some(true),
            ),
            (
                "S-133",
                "{ F: '*' }",
                json!({ "F": null }),
                false,
                Some(true),
            ),
        ];
        for (number, detection, event, mine, other) in cases {
            let found = reason(detection, &event);
            assert_eq!(
                found,
                (Some(mine), other, Some(vec![number])),
                "{detection} of {event}"
            );
        }
    }
}
