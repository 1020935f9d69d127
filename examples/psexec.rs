//! One rule of SigmaHQ on ten process starts, as Sysmon and the Security log record them: which of them match, and
//! for each, what matched or what kept it from matching.
//!
//! Exit code 1 if a verdict is not the one that the note of the event announces.

#[path = "support/paint.rs"]
mod paint;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::Value;
use sigmatic::explain::{DetectionVerdict, Explanation, ItemVerdict};
use sigmatic::{Collection, RuleSet};

use crate::paint::Paint;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");

#[derive(Deserialize)]
struct Recorded {
    /// What the event is, a colon, and `match` or `no match`.
    note: String,
    event: Value,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let paint = Paint::for_stream(&out);
    let loaded = Collection::load(format!("{FOLDER}/psexec.yml"))?;
    let rules = RuleSet::builder().collection(&loaded).build()?;
    for problem in loaded.problems().iter().chain(rules.problems()) {
        writeln!(out, "{problem}")?;
    }
    for rule in rules.rules() {
        let level = paint.level(rule.level(), 0);
        writeln!(out, "{} ({level})", paint.bold(rule.title()))?;
        for condition in &rule.detections.conditions {
            writeln!(
                out,
                "{}",
                paint.dim(&format!("condition: {}", condition.text))
            )?;
        }
    }
    let mut as_announced = true;
    for line in fs::read_to_string(format!("{FOLDER}/psexec-events.jsonl"))?.lines() {
        let recorded: Recorded = serde_json::from_str(line)?;
        let (note, announced) = recorded
            .note
            .rsplit_once(": ")
            .ok_or("a note ends with its verdict")?;
        let why = rules
            .explain(0, &recorded.event)
            .ok_or("no rule was loaded")?;
        let verdict = if why.matched { "match" } else { "no match" };
        as_announced &= verdict == announced;
        writeln!(
            out,
            "\n{}  {}",
            paint.verdict(why.matched, &format!("{verdict:<8}")),
            paint.bold(note)
        )?;
        write!(out, "{}", reason(&why, paint))?;
    }
    Ok(ExitCode::from(u8::from(!as_announced)))
}

/// What the event has, and which parts of the rule it satisfies.
fn reason(why: &Explanation, paint: Paint) -> String {
    let mut seen = Vec::new();
    let mut verdicts = String::new();
    let width = why
        .identifiers
        .iter()
        .map(|part| part.name.len())
        .max()
        .unwrap_or(0);
    for part in &why.identifiers {
        for item in items(&part.detection) {
            let field = item.name.split('|').next().unwrap_or_default();
            let texts = item.seen.iter().flatten().flatten();
            seen.extend(texts.map(|text| format!("          {} {text}\n", paint.dim(field))));
            let name = format!("{} {:<width$}", mark(part.matched), part.name);
            let name = paint.verdict(part.matched, &name);
            verdicts += &format!("          {name}  {}\n", values(item, paint));
        }
    }
    seen.dedup();
    seen.concat() + &verdicts
}

fn items(detection: &DetectionVerdict) -> Vec<&ItemVerdict> {
    match detection {
        DetectionVerdict::All(items) => items.iter().collect(),
        DetectionVerdict::Any(inner) => inner.iter().flat_map(items).collect(),
        _ => Vec::new(),
    }
}

/// The values that the rule asks for, each with whether the event has it.
fn values(item: &ItemVerdict, paint: Paint) -> String {
    let mut text = format!("{} of", if item.all { "all" } else { "any" });
    for value in &item.values {
        let shown = format!("{} {}", mark(value.matched), value);
        text += &format!("  {}", paint.verdict(value.matched, &shown));
    }
    text
}

fn mark(matched: bool) -> char {
    if matched { '✓' } else { '✗' }
}
