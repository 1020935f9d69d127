//! Matches JSON lines from standard input while the rules in a folder change: `tail -f log | watch rules/`.
//!
//! Every event is held against one whole set of rules: the one that is in place when it arrives. A thread looks at the
//! folder every second, builds a new set beside the old one, and then puts it in its place; matching waits for nothing.

mod folder;

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;

use clap::Parser;
use serde_json::Value;
use sigmatic::RuleSet;

use crate::folder::{Folder, Update};

/// Holds JSON events, one a line, against the rules of a folder, which may change meanwhile.
#[derive(Parser)]
struct Options {
    /// The folder of rules
    rules: PathBuf,
    /// Seconds between looks at the folder
    #[arg(long, default_value_t = 1)]
    every: u64,
}

/// The rules that are in place.
type Current = Arc<RwLock<Arc<RuleSet>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let mut folder = Folder::new(options.rules);
    let first = folder.load()?;
    report(&first)?;
    let current: Current = Arc::new(RwLock::new(Arc::new(first.rules)));
    let watched = Arc::clone(&current);
    let pause = Duration::from_secs(options.every);
    thread::spawn(move || watch(&mut folder, &watched, pause));
    match_lines(&current)
}

fn watch(folder: &mut Folder, current: &Current, pause: Duration) {
    loop {
        thread::sleep(pause);
        let told = match folder.look() {
            Ok(None) => Ok(()),
            Ok(Some(update)) => {
                let told = report(&update);
                let new = Arc::new(update.rules);
                let old = {
                    let mut current = current.write().expect("no thread panics with the lock");
                    std::mem::replace(&mut *current, new)
                };
                // Not while others wait for the lock.
                drop(old);
                told
            }
            // The old rules stay.
            Err(error) => writeln!(io::stderr(), "watch: {error}"),
        };
        if told.is_err() {
            return;
        }
    }
}

fn match_lines(current: &Current) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let mut scratch = RuleSet::builder().build()?.scratch();
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let rules = Arc::clone(&current.read().expect("no thread panics with the lock"));
        match serde_json::from_str::<Value>(&line?) {
            Ok(event) => {
                for hit in rules.matches(&event, &mut scratch) {
                    let rule = hit.rule();
                    writeln!(
                        out,
                        "{:>9}  {:<13}  {}",
                        number + 1,
                        rule.level(),
                        rule.title()
                    )?;
                }
            }
            Err(error) => writeln!(io::stderr(), "line {}: {error}", number + 1)?,
        }
    }
    Ok(())
}

fn report(update: &Update) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for problem in update.problems.iter().filter(|problem| problem.is_error()) {
        writeln!(err, "{problem}")?;
    }
    for file in &update.kept {
        writeln!(
            err,
            "{}: is not whole; its rules stay as they were",
            file.display()
        )?;
    }
    writeln!(err, "rules in place: {}", update.rules.len())
}
