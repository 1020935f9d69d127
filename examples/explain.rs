//! Why a rule matches an event, or does not, and what would have to be otherwise; and events that test a rule.
//!
//! `explain --rule rule.yml --event event.json` shows the verdict of each part of the rule; without `--event`, or with
//! `-`, events are read from standard input, one JSON object a line or a single one over many lines. `--synthesise`
//! makes an event that the rule matches and one that each item alone keeps from matching. The exit code is 0 if every
//! event matches, 1 if one does not, 2 if something is wrong.

#[path = "support/paint.rs"]
mod paint;

use std::error::Error;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use sigmatic::synthesis::{Outcome, Synthesis};
use sigmatic::{Collection, RuleSet};

use crate::paint::Paint;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Tells why Sigma rules match an event, or do not
#[derive(Debug, Parser)]
#[command(name = "explain", version)]
struct Options {
    /// A rule file, or a folder of them
    #[arg(long, value_name = "FILE")]
    rule: PathBuf,
    /// A file of JSON events; `-` for standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    event: PathBuf,
    /// Make events that test the rule, instead of reading some
    #[arg(long, visible_alias = "synthesize", conflicts_with = "event")]
    synthesise: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "explain: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether every event matches.
fn run(options: &Options) -> Result<bool> {
    let loaded = Collection::load(&options.rule)?;
    let rules = RuleSet::builder().collection(&loaded).build()?;
    for problem in loaded.problems().iter().chain(rules.problems()) {
        writeln!(io::stderr(), "{problem}")?;
    }
    if rules.is_empty() {
        return Err("no rule could be loaded".into());
    }
    let result = if options.synthesise {
        synthesise(&rules, options)
    } else {
        explain(&rules, options)
    };
    match result {
        // Whoever reads may have seen enough.
        Err(error) if is_broken_pipe(&*error) => Ok(true),
        result => result,
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn explain(rules: &RuleSet, options: &Options) -> Result<bool> {
    let mut out = io::stdout().lock();
    let coloured = Paint::for_stream(&io::stdout()).is_on();
    let mut all = true;
    for event in events(&options.event)? {
        for why in (0..rules.len()).filter_map(|rule| rules.explain(rule, &event)) {
            all &= why.matched;
            match (options.json, coloured) {
                (true, _) => writeln!(out, "{}", serde_json::to_string(&why)?)?,
                (false, true) => writeln!(out, "{}", why.coloured())?,
                (false, false) => writeln!(out, "{why}")?,
            }
        }
    }
    Ok(all)
}

/// JSON objects, one after the other, with any space between.
fn events(path: &Path) -> Result<Vec<Value>> {
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let mut events = Vec::new();
    for event in serde_json::Deserializer::from_str(&text).into_iter() {
        events.push(event.map_err(|error| format!("{}: {error}", path.display()))?);
    }
    if events.is_empty() {
        return Err(format!("{}: no event", path.display()).into());
    }
    Ok(events)
}

fn synthesise(rules: &RuleSet, options: &Options) -> Result<bool> {
    let mut out = io::stdout().lock();
    let paint = Paint::for_stream(&io::stdout());
    let mut all = true;
    for events in (0..rules.len()).filter_map(|rule| rules.synthesise(rule)) {
        all &= events.matching.event().is_some();
        if options.json {
            writeln!(out, "{}", serde_json::to_string(&events)?)?;
        } else {
            print(&mut out, &events, paint)?;
        }
    }
    Ok(all)
}

fn print(out: &mut impl Write, events: &Synthesis, paint: Paint) -> Result<()> {
    writeln!(out, "{}", paint.bold(&events.title))?;
    writeln!(out, "  {} matches", paint.verdict(true, "✓"))?;
    writeln!(out, "      {}", outcome(&events.matching, paint)?)?;
    for miss in &events.near_misses {
        let place = paint.dim(&format!("{}:{}", miss.line, miss.column));
        let (identifier, item) = (&miss.identifier, &miss.item);
        writeln!(
            out,
            "  {} misses by {item} in {identifier}  {place}",
            paint.verdict(false, "✗")
        )?;
        writeln!(out, "      {}", outcome(&miss.event, paint)?)?;
    }
    if events.left_out > 0 {
        writeln!(out, "  and {} more items", events.left_out)?;
    }
    writeln!(out)?;
    Ok(())
}

/// The event as JSON, which can be fed to other tools.
fn outcome(outcome: &Outcome, paint: Paint) -> Result<String> {
    Ok(match outcome {
        Outcome::Event(event) => serde_json::to_string(event)?,
        other => paint.dim(&other.to_string()),
    })
}
