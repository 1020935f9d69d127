//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Shows what Sigma rules look for: a folder of HTML pages, or the card of one rule.
#[derive(Debug, Parser)]
#[command(name = "catalog", version)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["out", "rule"])))]
pub(crate) struct Options {
    /// Rule files or folders of rule files; together they are what rules are compared with
    #[arg(required = true, value_name = "PATH")]
    pub(crate) rules: Vec<PathBuf>,
    /// The folder for the pages; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the card of the rule with this id, name or title
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "md", requires = "rule")]
    pub(crate) format: Format,
    /// Keep rules whose metadata is wrong (a bad date, level, tag, …)
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Threads that make pages; 0: one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Markdown, which reads well as plain text
    #[value(alias = "text")]
    Md,
    /// Everything as one JSON object
    Json,
    /// A self-contained HTML page
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
