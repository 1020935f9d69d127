//! One rule of SigmaHQ on ten process starts, as Sysmon and the Security log record them: which of them match, and
//! for each, what matched or what kept it from matching.
//!
//! The exit code is 1 if a verdict is not the one that the event's note announces.

#[path = "support/paint.rs"]
mod paint;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use serde::Deserialize;
use sigmatic::explain::{DetectionVerdict, Explanation, ItemVerdict};
use sigmatic::rule::Value;
use sigmatic::{Collection, RuleSet};

use crate::paint::Paint;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");

#[derive(Deserialize)]
struct Recorded {
    /// What the event is, a colon, and `match` or `no match`.
    note: String,
    event: serde_json::Value,
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "psexec: {error}");
        ExitCode::from(2)
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let paint = Paint::for_stream(&out);
    let loaded = Collection::load(format!("{FOLDER}/psexec.yml"))?;
    let rules = RuleSet::builder().collection(&loaded).build()?;
    let rule = rules.rules().next().ok_or("no rule was loaded")?;
    let level = paint.level(rule.level(), 0);
    writeln!(out, "{} ({level})", paint.bold(rule.title()))?;
    for condition in &rule.detections.conditions {
        writeln!(out, "{}", paint.dim(&condition.text))?;
    }
    let mut as_announced = true;
    for line in fs::read_to_string(format!("{FOLDER}/psexec-events.jsonl"))?.lines() {
        let Recorded { note, event } = serde_json::from_str(line)?;
        let (note, announced) = note
            .rsplit_once(": ")
            .ok_or("a note ends with its verdict")?;
        let why = rules.explain(0, &event).ok_or("no rule was loaded")?;
        let verdict = if why.matched { "match" } else { "no match" };
        as_announced &= verdict == announced;
        let verdict = paint.verdict(why.matched, &format!("{verdict:<8}"));
        writeln!(out, "\n{verdict}  {}", paint.bold(note))?;
        out.write_all(reason(&why, paint).as_bytes())?;
    }
    Ok(ExitCode::from(u8::from(!as_announced)))
}

/// What the event has in the fields of the rule, and which parts of the rule that satisfies.
fn reason(why: &Explanation, paint: Paint) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut parts = String::new();
    for part in &why.identifiers {
        for item in items(&part.detection) {
            let field = item.name.split('|').next().unwrap_or_default();
            for text in item.seen.iter().flatten().flatten() {
                let line = format!("          {} {text}\n", paint.dim(field));
                if !seen.contains(&line) {
                    seen.push(line);
                }
            }
            let name = format!("{} {:<22}", mark(part.matched), part.name);
            parts += &format!(
                "          {}{}\n",
                paint.verdict(part.matched, &name),
                values(item, paint)
            );
        }
    }
    seen.concat() + &parts
}

fn items(detection: &DetectionVerdict) -> Vec<&ItemVerdict> {
    match detection {
        DetectionVerdict::All(items) => items.iter().collect(),
        DetectionVerdict::Any(inner) => inner.iter().flat_map(items).collect(),
        _ => Vec::new(),
    }
}

/// The texts that the rule asks for, each with whether the event has it.
fn values(item: &ItemVerdict, paint: Paint) -> String {
    let mut shown = String::from(if item.all { " all of" } else { " any of" });
    for value in &item.values {
        if let Value::String(text) = &value.value {
            let text = format!("{} '{text}'", mark(value.matched));
            shown += &format!("  {}", paint.verdict(value.matched, &text));
        }
    }
    shown
}

fn mark(matched: bool) -> char {
    if matched { '✓' } else { '✗' }
}
