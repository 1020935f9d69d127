//! What this crate and its peers make of the conformance cases, by requirement.
//!
//! `cargo run --release --ignore-rust-version --bin conformance -- [FOLDER]` (default: `../../../shared/conformance`).
//! Counted are cases: one is right if loading reports an error or none, as it should, and each event gives a result or
//! none, as it should. Left out are cases of correlations, pipelines, placeholders and lenient loading, which the peers
//! have under other names or not at all.

#[path = "../alone.rs"]
mod alone;
#[path = "../engines.rs"]
#[allow(dead_code, reason = "what measures needs more than this")]
mod engines;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use alone::Alone;

#[derive(Deserialize)]
struct Case {
    why: String,
    rule: String,
    events: Vec<Value>,
    expect: Option<Vec<bool>>,
    expect_ids: Option<Vec<Vec<String>>>,
    #[serde(default)]
    error: bool,
    placeholders: Option<Value>,
    pipelines: Option<Value>,
    #[serde(default)]
    lenient: bool,
}

/// Of the cases of one requirement.
#[derive(Clone, Debug, Default)]
struct Row {
    cases: usize,
    right: [usize; 3],
}

fn main() {
    let folder = std::env::args().nth(1).map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance").into(),
        PathBuf::from,
    );
    let (cases, skipped): (Vec<Case>, Vec<Case>) =
        cases(&folder).into_iter().partition(Case::is_for_all);
    let (mut ours, mut rsigma, mut sigma_rust) =
        (alone::sigmatic(), alone::rsigma(), alone::sigma_rust());
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let (mut total, mut chapters) = (Row::default(), vec![Row::default(); CHAPTERS.len()]);
    for case in &cases {
        let right = [
            case.is_right(&mut ours),
            case.is_right(&mut rsigma),
            case.is_right(&mut sigma_rust),
        ];
        total.add(right);
        if let Some(chapter) = case.numbers().next().and_then(chapter) {
            chapters[chapter].add(right);
        }
        for number in case.numbers() {
            rows.entry(number.to_owned()).or_default().add(right);
        }
    }
    println!("{} cases, {} left out", cases.len(), skipped.len());
    println!("\n| | cases | sigmatic | rsigma-eval | sigma-rust |\n|---|---:|---:|---:|---:|");
    for ((_, name), row) in CHAPTERS.iter().zip(&chapters) {
        row.print(name);
    }
    total.print("all");
    for (peer, name) in [(1, "rsigma-eval"), (2, "sigma-rust")] {
        let wrong = rows.iter().filter(|(_, row)| row.right[peer] < row.cases);
        let wrong: Vec<String> = wrong
            .map(|(number, row)| {
                format!(
                    "{number} ({} of {})",
                    row.cases - row.right[peer],
                    row.cases
                )
            })
            .collect();
        println!(
            "\n{name} answers otherwise on {} requirements: {}",
            wrong.len(),
            wrong.join(", ")
        );
    }
}

/// The first numbers of the chapters of the semantics that the cases are of. A case is of the chapter of the first
/// requirement that it shows.
const CHAPTERS: [(u32, &str); 10] = [
    (0, "YAML"),
    (40, "metadata"),
    (90, "detection section"),
    (110, "events and field look-up"),
    (120, "values, null, case"),
    (160, "wildcards and keywords"),
    (180, "modifiers"),
    (300, "conditions"),
    (450, "filters"),
    (560, "robustness"),
];

fn chapter(number: &str) -> Option<usize> {
    let number: u32 = number.strip_prefix("S-")?.parse().ok()?;
    CHAPTERS.iter().rposition(|(first, _)| *first <= number)
}

impl Row {
    fn add(&mut self, right: [bool; 3]) {
        self.cases += 1;
        for (count, right) in self.right.iter_mut().zip(right) {
            *count += usize::from(right);
        }
    }

    fn print(&self, name: &str) {
        let [ours, rsigma, sigma_rust] = self.right;
        println!(
            "| {name} | {} | {ours} | {rsigma} | {sigma_rust} |",
            self.cases
        );
    }
}

impl Case {
    fn is_for_all(&self) -> bool {
        let is_correlation = self
            .rule
            .lines()
            .any(|line| line.starts_with("correlation:"));
        !is_correlation && !self.lenient && self.placeholders.is_none() && self.pipelines.is_none()
    }

    /// The requirements that it shows.
    fn numbers(&self) -> impl Iterator<Item = &str> {
        let words = self.why.split([',', ' ', ';', '/']);
        words.filter(|word| word.starts_with("S-"))
    }

    /// Whether each event gives something.
    fn expected(&self) -> Vec<bool> {
        match (&self.expect, &self.expect_ids) {
            (Some(expected), _) => expected.clone(),
            (None, Some(ids)) => ids.iter().map(|ids| !ids.is_empty()).collect(),
            (None, None) => Vec::new(),
        }
    }

    fn is_right<R>(&self, engine: &mut Alone<R>) -> bool {
        let mut verdicts = self
            .events
            .iter()
            .map(|event| engine.verdict(&self.rule, event));
        if self.error {
            // An event of any kind, should there be none.
            return verdicts.all(|verdict| verdict.is_none())
                && engine.verdict(&self.rule, &Value::Null).is_none();
        }
        verdicts.eq(self.expected().into_iter().map(Some))
    }
}

fn cases(folder: &std::path::Path) -> Vec<Case> {
    let files = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .flatten();
    let files = files.filter(|file| {
        file.path()
            .extension()
            .is_some_and(|extension| extension == "json")
    });
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    texts
        .flat_map(|text| serde_json::from_str::<Vec<Case>>(&text).expect("conformance cases"))
        .collect()
}
