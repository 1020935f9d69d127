//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Shows what Sigma rules look for: a folder of HTML pages, the card of one rule, or what changed between two sets.
#[derive(Debug, Parser)]
#[command(name = "catalog", version)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["out", "rule", "diff"])))]
pub(crate) struct Options {
    /// Rule files or folders of rule files; together they are what rules are compared with
    #[arg(long, num_args = 1.., value_name = "PATH", required_unless_present = "diff")]
    pub(crate) rules: Vec<PathBuf>,
    /// The folder for the pages; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the card of the rule with this id, name or title
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Option<String>,
    /// Print what became of the rules between two files or folders: added, removed, broader, narrower, …
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["rules", "out", "rule"])]
    pub(crate) diff: Option<Vec<PathBuf>>,
    /// How to print it; a card by default as Markdown, what changed as text
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Keep rules whose metadata is wrong (a bad date, level, tag, …)
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Threads that make pages; 0: one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Plain text; of a card it is the Markdown, which reads well
    Text,
    /// Markdown
    Md,
    /// Everything as one JSON object
    Json,
    /// A self-contained HTML page; of a card only
    Html,
}

impl Options {
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => thread_count(),
            given => given,
        }
    }
}

fn thread_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
