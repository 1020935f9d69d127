//! The public rules and events, and rule sets of other sizes made of them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use walkdir::WalkDir;

pub(crate) struct Corpus {
    /// The text of every rule file under `rules*`, those with placeholders left out.
    pub(crate) rules: Vec<String>,
    pub(crate) lines: Vec<String>,
}

impl Corpus {
    pub(crate) fn load(folder: &Path, count: usize) -> Option<Self> {
        let corpus = Self {
            rules: rules(&folder.join("sigmahq")),
            lines: lines(&folder.join("events"), count),
        };
        (!corpus.rules.is_empty() && !corpus.lines.is_empty()).then_some(corpus)
    }

    /// Rules drawn at random with a fixed seed; more than there are become copies with altered literals.
    pub(crate) fn drawn(&self, count: usize) -> Vec<String> {
        let mut order: Vec<usize> = (0..self.rules.len()).collect();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for index in (1..order.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            order.swap(index, (state >> 33) as usize % (index + 1));
        }
        (0..count)
            .map(|number| {
                altered(
                    &self.rules[order[number % order.len()]],
                    number / order.len(),
                )
            })
            .collect()
    }
}

/// A copy with other literals: in the detection section, every letter of every value is moved on by `shift`, modifiers
/// and names stay.
fn altered(rule: &str, shift: usize) -> String {
    if shift == 0 {
        return rule.to_owned();
    }
    let mut in_detection = false;
    let mut lines = Vec::new();
    for line in rule.lines() {
        if !line.starts_with([' ', '#', '-']) {
            in_detection = line.starts_with("detection:");
        }
        let value_at = line.find("'").filter(|_| {
            in_detection
                && !line.contains("condition:")
                && !line.contains("|re")
                && !line.contains("|cidr")
                && !line.contains('%')
        });
        lines.push(match value_at {
            Some(at) => line[..at].to_owned() + &moved(&line[at..], shift),
            None => line.to_owned(),
        });
    }
    lines.join("\n")
}

fn moved(text: &str, shift: usize) -> String {
    let letter =
        |c: char, base: u8| char::from(base + ((c as u8 - base) as usize + shift * 3) as u8 % 26);
    let moved = text.chars().map(|c| match c {
        'a'..='z' => letter(c, b'a'),
        'A'..='Z' => letter(c, b'A'),
        other => other,
    });
    moved.collect()
}

fn rules(folder: &Path) -> Vec<String> {
    let active = |name: &str| name.starts_with("rules") && name != "rules-placeholder";
    let files = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter(|entry| {
            let inside = entry
                .path()
                .strip_prefix(folder)
                .ok()
                .and_then(|path| path.iter().next()?.to_str());
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "yml")
                && inside.is_some_and(active)
        });
    files
        .filter_map(|entry| std::fs::read_to_string(entry.path()).ok())
        .collect()
}

fn lines(folder: &Path, count: usize) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.to_string_lossy().ends_with(".jsonl.zst"))
    {
        let opened = File::open(file).expect("the file was listed");
        let decoder = ruzstd::decoding::StreamingDecoder::new(opened).expect("the file is zstd");
        all.extend(
            BufReader::with_capacity(1 << 20, decoder)
                .lines()
                .map_while(Result::ok)
                .map(event),
        );
    }
    // Evenly from all files, in their order.
    let step = (all.len() / count.max(1)).max(1);
    all.into_iter().step_by(step).take(count).collect()
}

/// Some lines hold the log source beside the event.
fn event(line: String) -> String {
    if !line.starts_with("{\"logsource\"") {
        return line;
    }
    let wrapped: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
    wrapped
        .get("event")
        .map(ToString::to_string)
        .unwrap_or(line)
}
