//! The whole corpus: every active rule on every event, engine against plain evaluator. Run by `.ci/differential`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ruzstd::decoding::StreamingDecoder;
use sigmatic::event::JsonParser;
use sigmatic::{Rule, Scratch};

use super::{Corpus, corpus, event};
use crate::shared::{files, shared};

/// `SIGMATIC_SHARE=k/n` takes every nth event, from the kth on; `SIGMATIC_THREADS` works on so many at once.
#[test]
#[ignore = "takes hours of processor time: .ci/differential runs it"]
fn engine_is_the_reference_on_the_whole_corpus() {
    let (Some(folder), Some(corpus)) = (shared("corpus/events"), corpus()) else {
        return;
    };
    let (first, step) = share();
    let lines = Mutex::new(Lines::new(files(&folder, ".jsonl.zst"), first, step));
    let progress = Progress::default();
    std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                let mut asked = Asked::new(corpus);
                while let Some(line) = next(&lines) {
                    progress.add(asked.compare(&line), corpus.rules.len());
                }
            });
        }
    });
    progress.report("done", corpus.rules.len());
    let differences = progress.differences.into_inner().expect("no panic");
    assert_eq!(differences, [""; 0]);
    assert!(progress.matches.into_inner() > 0, "no match shows nothing");
}

fn share() -> (usize, usize) {
    let text = std::env::var("SIGMATIC_SHARE").unwrap_or_else(|_| "1/1".to_owned());
    let parsed = text.split_once('/').and_then(|(first, step)| {
        let (first, step): (usize, usize) = (first.parse().ok()?, step.parse().ok()?);
        (first >= 1 && first <= step).then_some((first - 1, step))
    });
    parsed.unwrap_or_else(|| panic!("SIGMATIC_SHARE is '{text}', not k/n with k from 1 to n"))
}

fn threads() -> usize {
    let given = std::env::var("SIGMATIC_THREADS");
    given.map_or(1, |text| text.parse().expect("a number of threads"))
}

fn next(lines: &Mutex<Lines>) -> Option<String> {
    lines.lock().expect("no panic").next()
}

/// Every so manieth line of all files, one after the other.
struct Lines {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<std::io::Lines<BufReader<StreamingDecoder<File, ruzstd::decoding::FrameDecoder>>>>,
    /// Lines to pass over before the next.
    skip: usize,
    step: usize,
}

impl Lines {
    fn new(files: Vec<PathBuf>, first: usize, step: usize) -> Self {
        Self {
            files: files.into_iter(),
            open: None,
            skip: first,
            step,
        }
    }

    fn any(&mut self) -> Option<String> {
        loop {
            if let Some(line) = self.open.as_mut().and_then(Iterator::next) {
                return Some(line.expect("a line of text"));
            }
            self.open = Some(lines_of(&self.files.next()?));
        }
    }
}

fn lines_of(
    path: &Path,
) -> std::io::Lines<BufReader<StreamingDecoder<File, ruzstd::decoding::FrameDecoder>>> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let decoder = StreamingDecoder::new(file).expect("a zstd file");
    BufReader::with_capacity(1 << 20, decoder).lines()
}

impl Iterator for Lines {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        for _ in 0..self.skip {
            self.any()?;
        }
        self.skip = self.step - 1;
        self.any()
    }
}

/// What one thread asks with.
struct Asked {
    corpus: &'static Corpus,
    scratch: Scratch,
    parser: JsonParser,
}

/// Of one event.
struct Compared {
    matches: usize,
    difference: Option<String>,
}

impl Asked {
    fn new(corpus: &'static Corpus) -> Self {
        Self {
            corpus,
            scratch: corpus.rules.scratch(),
            parser: JsonParser::new(),
        }
    }

    /// Holds the reference, the engine on the tree, and the engine on the line against each other.
    fn compare(&mut self, line: &str) -> Compared {
        let event = event(line);
        let identity = |rule: &'static Rule| rule.identity();
        let references = self.corpus.references.iter();
        let expected: BTreeSet<&str> = references
            .filter(|(_, reference)| reference.matches(&event))
            .map(|(rule, _)| identity(rule))
            .collect();
        let rules = &self.corpus.rules;
        let tree: BTreeSet<&str> = { rules.matches(&event, &mut self.scratch) }
            .map(|hit| identity(hit.rule()))
            .collect();
        let text = event.to_string();
        let parsed = self.parser.parse(text.as_bytes()).expect("JSON");
        let raw: BTreeSet<&str> = { rules.matches(&parsed, &mut self.scratch) }
            .map(|hit| identity(hit.rule()))
            .collect();
        let is_equal = tree == expected && raw == expected;
        Compared {
            matches: expected.len(),
            difference: (!is_equal).then(|| {
                format!(
                    "reference {expected:?}, engine {tree:?}, engine on the line {raw:?}: {event}"
                )
            }),
        }
    }
}

struct Progress {
    start: Instant,
    events: AtomicUsize,
    matches: AtomicUsize,
    differences: Mutex<Vec<String>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            events: AtomicUsize::new(0),
            matches: AtomicUsize::new(0),
            differences: Mutex::default(),
        }
    }
}

impl Progress {
    fn add(&self, compared: Compared, rules: usize) {
        self.matches.fetch_add(compared.matches, Ordering::Relaxed);
        let events = self.events.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(difference) = compared.difference {
            self.differences.lock().expect("no panic").push(difference);
        }
        if events % 5_000 == 0 {
            self.report("so far", rules);
        }
    }

    #[allow(clippy::print_stdout, reason = "the run is made for these numbers")]
    fn report(&self, when: &str, rules: usize) {
        let events = self.events.load(Ordering::Relaxed);
        println!(
            "{when}: {events} events, {rules} rules, {} verdicts, {} matches, {} events with differences, {:.0} s",
            events * rules,
            self.matches.load(Ordering::Relaxed),
            self.differences.lock().expect("no panic").len(),
            self.start.elapsed().as_secs_f64(),
        );
    }
}
