//! Writes the first corpus of each target: `cargo run --bin seed [SHARED_FOLDER]`.
//!
//! Takes the package's own cases (`tests/data/cases/*.yml`), tables and pages of codes; of the folder of shared data, if it
//! is there, the conformance cases and event log files; and random bytes for what generators read. So a fuzzer starts
//! from every construct of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use evtx::EvtxParser;
use serde_json::Value;
use sigmatic::lint::Code;

/// What stands between rule and event in an input of `match_event`, between pipeline and rule in one of
/// `pipeline_text`.
const BETWEEN: &str = "\n===\n";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The inputs of each target, by its name.
#[derive(Default)]
struct Seeds(BTreeMap<&'static str, BTreeSet<Vec<u8>>>);

fn main() -> Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = fuzz.join("../tests/data");
    let given = env::args_os().nth(1).map(PathBuf::from);
    let shared = given.unwrap_or_else(|| fuzz.join("../../shared"));
    let mut seeds = Seeds::default();
    for file in files(&tests.join("cases"), "yml")? {
        seeds.add_cases(&serde_yaml::from_str(&fs::read_to_string(file)?)?);
    }
    for file in files(&shared.join("conformance"), "json")? {
        seeds.add_cases(&serde_json::from_str(&fs::read_to_string(file)?)?);
    }
    for folder in ["errors", "card"] {
        for file in files(&tests.join(folder), "yml")? {
            seeds.add_rules(&fs::read_to_string(file)?);
        }
    }
    for code in Code::all() {
        seeds.add_rules(&code.example().0);
    }
    for file in files(&tests.join("pipelines"), "yml")? {
        seeds.add("pipeline_text", fs::read(file)?);
    }
    for file in files(&tests.join("regex"), "txt")? {
        seeds.add_expressions(&fs::read_to_string(file)?);
    }
    for file in files(&shared.join("corpus/evtx"), "evtx")? {
        seeds.add_log(fs::read(file)?);
    }
    seeds.add_random();
    Ok(seeds.write(&fuzz.join("corpus"))?)
}

impl Seeds {
    fn add(&mut self, target: &'static str, input: impl Into<Vec<u8>>) {
        self.0.entry(target).or_default().insert(input.into());
    }

    fn add_cases(&mut self, cases: &Value) {
        for case in cases.as_array().into_iter().flatten() {
            let rule = rule_text(case);
            for event in case["events"].as_array().into_iter().flatten() {
                let event = event_text(event);
                self.add("match_event", format!("{rule}{BETWEEN}{event}"));
                self.add("json_line", event.as_str());
                self.add("json_event", event);
            }
            for pipeline in case["pipelines"].as_array().into_iter().flatten() {
                let pipeline = pipeline.as_str().unwrap_or_default();
                self.add("pipeline_text", format!("{pipeline}{BETWEEN}{rule}"));
            }
            self.add_rules(&rule);
        }
    }

    fn add_rules(&mut self, text: &str) {
        for target in ["rule_text", "card", "lint"] {
            self.add(target, text);
        }
        for line in text.lines().map(str::trim_start) {
            if let Some(condition) = line.strip_prefix("condition:") {
                self.add("condition", condition.trim());
            }
            // Quotes and all, which do no harm.
            if let Some((_, pattern)) = line
                .split_once("|re")
                .and_then(|(_, it)| it.split_once(": "))
            {
                self.add("regex", format!("\0{}", pattern.trim_matches('\'')));
            }
        }
    }

    /// Rows of a pattern, flags, and texts that it is and is not found in.
    fn add_expressions(&mut self, table: &str) {
        for row in table.lines().filter(|line| !line.starts_with("# ")) {
            let mut cells = row.split('\t');
            let pattern = cells.next().unwrap_or_default();
            let flags = cells.next().unwrap_or_default();
            let flags = "ims^$"
                .chars()
                .enumerate()
                .filter(|(_, flag)| flags.contains(*flag));
            let flags = flags.fold(0, |bits, (bit, _)| bits | 1 << bit);
            let texts: Vec<&str> = cells.flat_map(|cell| cell.split('"')).collect();
            let input = format!("{pattern}\0{}", texts.join("\0"));
            self.add("regex", [&[flags], input.as_bytes()].concat());
        }
    }

    /// A log by itself, and the records in it.
    fn add_log(&mut self, file: Vec<u8>) {
        if let Ok(mut parser) = EvtxParser::from_buffer(file.clone()) {
            for record in parser.records_json_value().filter_map(|record| record.ok()) {
                self.add("evtx", record.data.to_string());
            }
        }
        self.add("evtx", file);
    }

    /// What generators read.
    fn add_random(&mut self) {
        let mut state = 0_u64;
        for target in ["correlation", "engine", "pattern"] {
            for length in (16..800).step_by(4) {
                let bytes: Vec<u8> = (0..length).map(|_| random(&mut state)).collect();
                self.add(target, bytes);
            }
        }
    }

    fn write(&self, corpus: &Path) -> io::Result<()> {
        for (target, seeds) in &self.0 {
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

/// The next of a row of bytes (SplitMix64).
fn random(state: &mut u64) -> u8 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) & 0xff) as u8
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

/// The files of a folder with this extension, in order; none if it is not there.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}
