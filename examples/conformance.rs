//! Runs a folder of conformance cases: `conformance [FOLDER]`, by default `../shared/conformance`.
//!
//! A case holds rules, events, and the verdict on each event, or that loading must report an error; the README of the
//! folder describes the format. Names each case that fails and says why; the exit code is 1 if any does.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use serde::Deserialize;
use serde_json::Value;
use sigmatic::error::Problem;
use sigmatic::{Collection, Placeholders, RuleSet};

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

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = env::args_os()
        .nth(1)
        .map_or_else(|| "../shared/conformance".into(), PathBuf::from);
    let mut out = io::stdout().lock();
    let (mut passed, mut failed) = (0, 0);
    for file in case_files(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let cases: Vec<Case> = serde_json::from_str(&fs::read_to_string(&file)?)?;
        let results = cases.iter().map(|case| (case, check(case)));
        let failures: Vec<_> = results
            .filter_map(|(case, result)| Some((case, result.err()?)))
            .collect();
        passed += cases.len() - failures.len();
        failed += failures.len();
        if !failures.is_empty() {
            writeln!(out, "{}", file.display())?;
        }
        for (case, why) in failures {
            writeln!(
                out,
                "  {:<42}  {}",
                case.name,
                why.replace('\n', "\n      ")
            )?;
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn case_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    Ok(files)
}

/// Whether loading and matching give what the case asks for; if not, what they give.
fn check(case: &Case) -> Result<(), String> {
    let loaded = Collection::loader()
        .lenient(case.lenient)
        .text("rule", case.rule.as_str())
        .load();
    let rules = RuleSet::builder()
        .collection(&loaded)
        .placeholders(placeholders(case))
        .build();
    let rules = rules.map_err(|error| error.to_string())?;
    let problems = loaded.problems().iter().chain(rules.problems());
    let (errors, warnings): (Vec<&Problem>, Vec<&Problem>) =
        problems.partition(|problem| problem.is_error());
    match (case.error, missing(case, &loaded)) {
        (true, _) if !errors.is_empty() => return Ok(()),
        (_, Some(missing)) => return Err(format!("not supported yet: {missing}")),
        (true, None) => return Err("expected an error, got none".into()),
        (false, None) => {}
    }
    if !errors.is_empty() {
        return Err(format!("expected no error, got\n{}", lines(&errors)));
    }
    if case.warn && warnings.is_empty() {
        return Err("expected a warning, got none".into());
    }
    check_events(case, &rules)
}

fn check_events(case: &Case, rules: &RuleSet) -> Result<(), String> {
    let mut scratch = rules.scratch();
    for (index, event) in case.events.iter().enumerate() {
        let mut ids: Vec<&str> = rules
            .matches(event, &mut scratch)
            .map(|hit| hit.rule().identity())
            .collect();
        ids.sort_unstable();
        let expected = match (case.expect_ids.get(index), case.expect.get(index)) {
            (Some(expected), _) if *expected == ids => continue,
            (Some(expected), _) => expected.join(", "),
            (None, Some(expected)) if *expected != ids.is_empty() => continue,
            (None, expected) => if expected == Some(&true) {
                "a match"
            } else {
                "no match"
            }
            .into(),
        };
        return Err(format!(
            "event {index} {event}\nexpected {expected}\ngot      {}",
            ids.join(", ")
        ));
    }
    Ok(())
}

/// What the case needs and the engine cannot do yet.
fn missing(case: &Case, loaded: &Collection) -> Option<String> {
    let needs = [
        ("correlations", loaded.correlations().next().is_some()),
        ("filters", loaded.filters().next().is_some()),
        ("pipelines", !case.pipelines.is_empty()),
    ];
    let needs: Vec<&str> = needs
        .iter()
        .filter(|(_, needed)| *needed)
        .map(|(name, _)| *name)
        .collect();
    (!needs.is_empty()).then(|| needs.join(", "))
}

fn placeholders(case: &Case) -> Placeholders {
    let mut table = Placeholders::new();
    for (name, values) in &case.placeholders {
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        table.insert(name, values.iter().map(text));
    }
    table
}

fn lines(problems: &[&Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
