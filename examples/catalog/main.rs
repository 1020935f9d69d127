//! What rules look for, as pages: a folder of rules becomes a folder of HTML files; or one rule is printed; or what changed.
//!
//! `catalog --rules rules/ --out pages/` writes an index, and a page per rule, technique and field; open
//! `pages/index.html`. With `--rule ID` the card of one rule goes to standard output; `--diff OLD NEW` prints what became
//! of the rules between two folders. Problems of rules go to standard error; rules that need placeholders are shown with
//! the placeholders' own names.

mod options;
mod placeholders;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use clap::Parser as _;
use sigmatic::card::{Corpus, RuleSetDiff, Site};
use sigmatic::{Collection, RuleSet};

use crate::options::{Format, Options};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "catalog: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    match options.diff.as_deref() {
        Some([old, new]) => diff(options, old, new),
        _ => catalog(options),
    }
}

fn catalog(options: &Options) -> Result<(), Failure> {
    let start = Instant::now();
    let corpus = Corpus::new(&load(&options.rules, options.lenient)?);
    if let Some(identity) = &options.rule {
        let index = corpus
            .find(identity)
            .ok_or_else(|| format!("no rule '{identity}'"))?;
        let card = corpus.card(index).ok_or("no such card")?;
        print(&match options.format.unwrap_or(Format::Md) {
            Format::Text | Format::Md => card.to_markdown(),
            Format::Html => card.to_html(),
            Format::Json => serde_json::to_string_pretty(&card)? + "\n",
        })?;
    }
    if let Some(folder) = &options.out {
        let pages = write(&corpus, folder, options.threads())?;
        writeln!(
            io::stderr(),
            "{pages} pages of {} rules in {} after {:.1} s",
            corpus.len(),
            folder.display(),
            start.elapsed().as_secs_f64()
        )?;
    }
    Ok(())
}

fn diff(options: &Options, old: &PathBuf, new: &PathBuf) -> Result<(), Failure> {
    let format = options.format.unwrap_or(Format::Text);
    if format == Format::Html {
        return Err("what changed is printed as text, md or json, not as html".into());
    }
    let old = load(slice::from_ref(old), options.lenient)?;
    let new = load(slice::from_ref(new), options.lenient)?;
    let diff = RuleSetDiff::between(&old, &new);
    print(&match format {
        Format::Json => serde_json::to_string_pretty(&diff)? + "\n",
        Format::Md => diff.to_markdown(),
        _ => diff.to_string(),
    })
}

/// The rules of files and folders that are in order; problems of the others are printed.
fn load(paths: &[PathBuf], lenient: bool) -> Result<RuleSet, Failure> {
    let loader = Collection::loader().lenient(lenient);
    let loaded = paths
        .iter()
        .fold(loader, |loader, path| loader.path(path))
        .load();
    let rules = RuleSet::builder()
        .placeholders(placeholders::named(&loaded))
        .collection(&loaded)
        .build()?;
    let mut err = io::stderr().lock();
    let problems = loaded.problems().iter().chain(rules.problems());
    for problem in problems.filter(|problem| problem.is_error()) {
        writeln!(err, "{problem}")?;
    }
    if rules.is_empty() {
        return Err("no rule could be loaded".into());
    }
    Ok(rules)
}

fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads may have seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes all pages; threads take the next one each.
fn write(corpus: &Corpus, folder: &Path, threads: usize) -> io::Result<usize> {
    let site = Site::new(corpus);
    for part in ["rule", "technique", "field"] {
        fs::create_dir_all(folder.join(part))?;
    }
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        while let Some(page) = site.page(next.fetch_add(1, Ordering::Relaxed)) {
            fs::write(folder.join(&page.path), page.html)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("pages are made without panics"))
    })?;
    Ok(site.len())
}
