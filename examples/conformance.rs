//! Runs a folder of conformance cases: `conformance [FOLDER]`, by default `../shared/conformance`.
//!
//! A case holds rules, events, and the verdict on each event, or that loading must report an error; the README of the
//! folder describes the format. Names each case that fails and says why; the exit code is 1 if any does.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::{env, fs};

use serde::Deserialize;
use serde_json::Value;
use sigmatic::correlation::{CorrelationMatch, Correlator};
use sigmatic::pipeline::{Pipeline, Pipelines};
use sigmatic::{Collection, Placeholders, RuleSet};
use walkdir::WalkDir;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Case {
    name: String,
    rule: String,
    events: Vec<Value>,
    expect: Vec<bool>,
    expect_ids: Vec<Vec<String>>,
    error: bool,
    warn: bool,
    lenient: bool,
    placeholders: BTreeMap<String, Vec<Value>>,
    pipelines: Vec<String>,
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "conformance: {error}");
        ExitCode::from(2)
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let folder = env::args()
        .nth(1)
        .unwrap_or_else(|| "../shared/conformance".into());
    let mut out = io::stdout().lock();
    let (mut passed, mut failed) = (0, 0);
    for entry in WalkDir::new(folder).max_depth(1).sort_by_file_name() {
        let file = entry?.into_path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(&file)?)?;
        let failures: Vec<String> = cases.iter().filter_map(failure).collect();
        passed += cases.len() - failures.len();
        failed += failures.len();
        if !failures.is_empty() {
            writeln!(out, "{}\n{}", file.display(), failures.join("\n"))?;
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// The case's name and what is wrong, if it fails.
fn failure(case: &Case) -> Option<String> {
    let why = check(case).err()?.replace('\n', "\n      ");
    Some(format!("  {:<42}  {why}", case.name))
}

/// Whether loading and matching give what the case asks for; if not, what they give.
fn check(case: &Case) -> Result<(), String> {
    let loader = Collection::loader().lenient(case.lenient);
    let loaded = loader.text("rule", &case.rule).load();
    let pipelines: Result<Vec<Pipeline>, sigmatic::Error> = { case.pipelines.iter() }
        .map(|text| Pipeline::from_yaml(text))
        .collect();
    let rewritten = match pipelines.and_then(Pipelines::new) {
        Ok(pipelines) => pipelines.apply_all(&loaded),
        Err(_) if case.error => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let rewritten_problems = &rewritten.problems;
    let rewritten = rewritten.collection();
    let builder = RuleSet::builder().collection(&rewritten);
    let rules =
        { builder.placeholders(placeholders(case)).build() }.map_err(|error| error.to_string())?;
    let builder = Correlator::builder(&rules).collection(&rewritten);
    let correlator: Correlator = builder.build().map_err(|error| error.to_string())?;
    let problems = loaded.problems().iter().chain(rules.problems());
    let problems = problems
        .chain(rewritten_problems)
        .chain(rewritten.problems());
    let problems = problems.chain(correlator.problems());
    let (errors, warnings): (Vec<_>, Vec<_>) = problems.partition(|problem| problem.is_error());
    if case.error && !errors.is_empty() {
        return Ok(());
    }
    match (
        errors.first(),
        case.error || case.warn && warnings.is_empty(),
    ) {
        (None, false) => check_events(case, &rules, correlator),
        (None, true) => Err("expected an error or a warning, got none".into()),
        (Some(error), _) => Err(format!("expected no error, got\n{error}")),
    }
}

fn check_events(case: &Case, rules: &RuleSet, mut correlator: Correlator) -> Result<(), String> {
    let mut scratch = rules.scratch();
    for (index, event) in case.events.iter().enumerate() {
        let hits: Vec<_> = rules.matches(event, &mut scratch).collect();
        let mut fired: Vec<CorrelationMatch> = Vec::new();
        correlator.observe(event, hits.iter().copied(), (), &mut fired);
        let reported = hits.iter().filter(|hit| correlator.is_reported(hit));
        let mut ids: Vec<&str> = reported
            .map(|hit| hit.rule().identity())
            .chain(fired.iter().map(|found| found.correlation().identity()))
            .collect();
        ids.sort_unstable();
        let expected = match (case.expect_ids.get(index), case.expect.get(index)) {
            (Some(expected), _) if *expected == ids => continue,
            (None, Some(expected)) if *expected != ids.is_empty() => continue,
            (Some(expected), _) => expected.join(", "),
            (None, expected) => format!("match: {}", expected == Some(&true)),
        };
        let got = ids.join(", ");
        return Err(format!(
            "event {index}: {event}\nexpected {expected}\ngot      {got}"
        ));
    }
    Ok(())
}

fn placeholders(case: &Case) -> Placeholders {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let mut table = Placeholders::new();
    for (name, values) in &case.placeholders {
        table.insert(name, values.iter().map(text));
    }
    table
}
