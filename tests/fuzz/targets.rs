//! What the fuzz targets do with their input.
//!
//! Included by `fuzz/fuzz_targets/*.rs`, and by `tests/fuzz.rs`, which replays what they once found. Each target holds a
//! property that is true of every input, not only that nothing panics.

use std::sync::OnceLock;

use sigmatic::condition::Expression;
use sigmatic::error::{Limits, Problem};
use sigmatic::pipeline::{Pipeline, Pipelines, Rewritten};
use sigmatic::{Collection, RuleSet, Scratch, Settings};

/// What stands between rule and event in an input of `match_event`, between pipeline and rules in one of
/// `pipeline_text`.
const BETWEEN: &str = "\n===\n";

/// Runs a target on an input. Input that is no text is read as far as it goes.
pub(crate) fn run(target: &str, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match target {
        "rule_text" => rule_text(&text),
        "condition" => condition(&text),
        "match_event" => match_event(&text),
        "json_event" => json_event(&text),
        "pipeline_text" => pipeline_text(&text),
        other => panic!("no fuzz target is called '{other}'"),
    }
}

/// A text loads the same way each time; what loads strictly loads leniently; problems print in one line.
fn rule_text(text: &str) {
    let strict = load(text, false);
    let again = load(text, false);
    let lenient = load(text, true);
    assert_eq!(
        messages(&strict),
        messages(&again),
        "loading depends on more than the text"
    );
    assert!(
        strict.rules().count() <= lenient.rules().count(),
        "lenient loading lost a rule"
    );
    let rules = build(&strict, &Settings::default());
    for message in messages(&strict)
        .into_iter()
        .chain(rules.problems().iter().map(ToString::to_string))
    {
        assert!(
            !message.contains('\n'),
            "a message of several lines: {message:?}"
        );
    }
    let event = [("CommandLine", "psexec -accepteula"), ("a", "")];
    rules.is_match(&event, &mut rules.scratch());
}

/// What a condition prints parses to the same condition.
fn condition(text: &str) {
    // Printing may add parentheses and blanks, so what prints may be longer and deeper than the default allows.
    let mut limits = Limits::default();
    if let Ok(parsed) = Expression::parse(text, &limits) {
        let printed = parsed.to_string();
        limits.condition_bytes *= 4;
        limits.condition_depth *= 4;
        let again = Expression::parse(&printed, &limits);
        assert_eq!(again.as_ref().ok(), Some(&parsed), "printed as '{printed}'");
    }
}

/// The answers for a text of rules and an event agree: with and without index, one by one and together, explained.
fn match_event(text: &str) {
    let Some((rules, event)) = text.split_once(BETWEEN) else {
        return;
    };
    let Ok(event) = serde_json::from_str::<serde_json::Value>(event) else {
        return;
    };
    let loaded = load(rules, true);
    let rules = build(&loaded, &Settings::default());
    let mut scratch = rules.scratch();
    let hits = hits(&rules, &event, &mut scratch);
    assert_eq!(
        hits,
        self::hits(&rules, &event, &mut scratch),
        "the scratch of the same event was used"
    );
    assert_eq!(!hits.is_empty(), rules.is_match(&event, &mut scratch));
    let mut plain = Settings::default();
    plain.index = false;
    let plain = build(&loaded, &plain);
    assert_eq!(
        hits,
        self::hits(&plain, &event, &mut scratch),
        "without index"
    );
    for rule in 0..rules.len() {
        let explained = rules.explain(rule, &event).expect("the rule is in the set");
        assert_eq!(explained.matched, hits.contains(&rule), "{explained}");
    }
}

/// No event brings down rules of every kind, and the order of rules does not matter.
fn json_event(text: &str) {
    static RULES: OnceLock<(RuleSet, RuleSet)> = OnceLock::new();
    let Ok(event) = serde_json::from_str::<serde_json::Value>(text) else {
        return;
    };
    let (rules, reversed) = RULES.get_or_init(rules_of_every_kind);
    let forward = hits(rules, &event, &mut rules.scratch());
    let backward = hits(reversed, &event, &mut reversed.scratch());
    let mirrored: Vec<usize> = backward
        .iter()
        .rev()
        .map(|rule| rules.len() - 1 - rule)
        .collect();
    assert_eq!(forward, mirrored, "the order of rules matters");
}

/// A pipeline reads and rewrites the same way each time; problems print in one line; what it makes of rules (those after
/// the pipeline, else rules of every kind) is written the same way, and matches like the same rules without index.
fn pipeline_text(text: &str) {
    let (pipeline, rules) = text.split_once(BETWEEN).unwrap_or((text, EVERY_KIND));
    let mut limits = Limits::default();
    limits.rewrite_bytes = 1 << 16;
    limits.regex_memory = 1 << 18;
    let read = || Pipeline::read("pipeline.yml", pipeline, &limits);
    let (pipeline, again) = match (read(), read()) {
        (Ok(pipeline), Ok(again)) => (pipeline, again),
        (Err(problems), Err(again)) => {
            assert_eq!(one_line_each(&problems), one_line_each(&again));
            return;
        }
        _ => panic!("reading depends on more than the text"),
    };
    one_line_each(pipeline.warnings());
    let loaded = load(rules, true);
    let rewrite = |pipeline| {
        let pipelines = Pipelines::new([pipeline]).ok()?;
        Some(pipelines.limits(limits.clone()).apply_all(&loaded))
    };
    let (Some(rewritten), Some(again)) = (rewrite(pipeline), rewrite(again)) else {
        return;
    };
    assert_eq!(
        one_line_each(&rewritten.problems),
        one_line_each(&again.problems)
    );
    let written = |rewritten: &Rewritten| -> Vec<_> {
        let documents = rewritten.documents.iter();
        documents
            .map(|applied| (applied.items.clone(), applied.document.to_yaml().ok()))
            .collect()
    };
    assert_eq!(written(&rewritten), written(&again));
    let collection = rewritten.collection();
    let set = build(&collection, &Settings::default());
    let mut plain = Settings::default();
    plain.index = false;
    let plain = build(&collection, &plain);
    let event = serde_json::json!({ "a": "psexec -accepteula", "F": ["x", 5], "b": null });
    assert_eq!(
        hits(&set, &event, &mut set.scratch()),
        hits(&plain, &event, &mut plain.scratch())
    );
}

fn one_line_each(problems: &[Problem]) -> Vec<String> {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for line in &lines {
        assert!(!line.contains('\n'), "a message of several lines: {line:?}");
    }
    lines
}

/// The rules in order, and from last to first.
fn rules_of_every_kind() -> (RuleSet, RuleSet) {
    let rules = build(&load(EVERY_KIND, false), &Settings::default());
    assert!(
        rules.problems().iter().all(|problem| !problem.is_error()),
        "{:?}",
        rules.problems()
    );
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

fn load(text: &str, lenient: bool) -> Collection {
    Collection::loader()
        .lenient(lenient)
        .text("input.yml", text)
        .load()
}

fn build(loaded: &Collection, settings: &Settings) -> RuleSet {
    let builder = RuleSet::builder()
        .collection(loaded)
        .settings(settings.clone());
    builder
        .build()
        .expect("building reports errors rule by rule")
}

fn messages(loaded: &Collection) -> Vec<String> {
    loaded.problems().iter().map(ToString::to_string).collect()
}

fn hits(rules: &RuleSet, event: &serde_json::Value, scratch: &mut Scratch) -> Vec<usize> {
    rules
        .matches(event, scratch)
        .map(|hit| hit.index())
        .collect()
}

/// Field names are short, so that a fuzzer finds them.
const EVERY_KIND: &str = include_str!("every-kind.yml");
