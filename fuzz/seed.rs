//! Writes the first corpus of each target from the test cases: `cargo run --bin seed [CONFORMANCE_FOLDER]`.
//!
//! Takes the package's own cases (`tests/data/cases/*.yml`) and, if the folder is there, conformance cases (`*.json`),
//! so that a fuzzer starts from every construct of the language.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::Value;

/// What stands between rule and event in an input of `match_event`, between pipeline and rule in one of
/// `pipeline_text`.
const BETWEEN: &str = "\n===\n";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Default)]
struct Seeds {
    rule_text: BTreeSet<String>,
    condition: BTreeSet<String>,
    match_event: BTreeSet<String>,
    json_event: BTreeSet<String>,
    pipeline_text: BTreeSet<String>,
}

fn main() -> Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = env::args_os().nth(1).map(PathBuf::from);
    let conformance = given.unwrap_or_else(|| fuzz.join("../../shared/conformance"));
    let mut seeds = Seeds::default();
    for file in files(&fuzz.join("../tests/data/cases"), "yml")? {
        seeds.add_cases(&serde_yaml::from_str(&fs::read_to_string(file)?)?);
    }
    if conformance.is_dir() {
        for file in files(&conformance, "json")? {
            seeds.add_cases(&serde_json::from_str(&fs::read_to_string(file)?)?);
        }
    }
    seeds.write(&fuzz.join("corpus"))?;
    Ok(())
}

impl Seeds {
    fn add_cases(&mut self, cases: &Value) {
        for case in cases.as_array().into_iter().flatten() {
            let rule = rule_text(case);
            self.condition.extend(conditions(&rule));
            for event in case["events"].as_array().into_iter().flatten() {
                let event = event_text(event);
                self.match_event.insert(format!("{rule}{BETWEEN}{event}"));
                self.json_event.insert(event);
            }
            for pipeline in case["pipelines"].as_array().into_iter().flatten() {
                let pipeline = pipeline.as_str().unwrap_or_default();
                self.pipeline_text
                    .insert(format!("{pipeline}{BETWEEN}{rule}"));
            }
            self.rule_text.insert(rule);
        }
    }

    fn write(&self, corpus: &Path) -> io::Result<()> {
        let targets = [
            ("rule_text", &self.rule_text),
            ("condition", &self.condition),
            ("match_event", &self.match_event),
            ("json_event", &self.json_event),
            ("pipeline_text", &self.pipeline_text),
        ];
        for (target, seeds) in targets {
            let folder = corpus.join(target);
            fs::create_dir_all(&folder)?;
            for (number, seed) in seeds.iter().enumerate() {
                fs::write(folder.join(format!("seed-{number:04}")), seed)?;
            }
            println!("{:>6} seeds for {target}", seeds.len());
        }
        Ok(())
    }
}

/// The package's cases hold an event under `event`, or its text under `json`; the conformance cases, the event alone.
fn event_text(entry: &Value) -> String {
    let is_package_case = entry.get("match").is_some() || entry.get("ids").is_some();
    match (is_package_case, entry["json"].as_str()) {
        (true, Some(text)) => text.to_owned(),
        (true, None) => entry["event"].to_string(),
        (false, _) => entry.to_string(),
    }
}

/// The whole text of a case's rule. The package's cases may give only its detection section, or one selection.
fn rule_text(case: &Value) -> String {
    if let Some(rule) = case["rule"].as_str() {
        return rule.to_owned();
    }
    let detection = match (case["detection"].as_str(), case["selection"].as_str()) {
        (Some(detection), _) => detection.to_owned(),
        (None, Some(selection)) => format!("sel:\n{}condition: sel\n", indented(selection)),
        (None, None) => String::new(),
    };
    let head = "title: t\nlevel: medium\nlogsource:\n  category: test\ndetection:\n";
    format!("{head}{}", indented(&detection))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

fn conditions(rule: &str) -> impl Iterator<Item = String> {
    let values = rule
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("condition:"));
    values.map(|text| text.trim().to_owned())
}

/// The files of a folder with this extension, in order.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}
