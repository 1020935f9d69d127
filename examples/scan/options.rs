//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Runs Sigma rules over JSON events, one a line, and says which rules matched.
///
/// Matches go to standard output, everything else to standard error. An event's number is the zero-based position of
/// its line among all lines of all inputs that are not blank, lines that are no JSON included. Exit code: 0, or 2 if
/// a file could not be read or no rule could be loaded.
#[derive(Debug, Parser)]
#[command(name = "scan", version)]
pub(crate) struct Options {
    /// A rule file or a folder of rule files; may be given several times
    #[arg(long, required = true, value_name = "PATH")]
    pub(crate) rules: Vec<PathBuf>,
    /// Event files, read in this order: JSON lines, plain or zstd, or Windows event logs (.evtx); '-' or none:
    /// standard input
    #[arg(value_name = "EVENT_FILE")]
    pub(crate) events: Vec<PathBuf>,
    /// Evaluate correlations too, in the order of the input; rules that they take are not printed unless they say so
    #[arg(long)]
    pub(crate) correlations: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Keep rules whose metadata is wrong (a bad date, level, tag, …)
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Values for placeholders: a YAML or JSON map from name to a list of values
    #[arg(long, value_name = "FILE")]
    pub(crate) placeholders: Option<PathBuf>,
    /// A filter file or a folder of them; may be given several times. Filters beside the rules work too
    #[arg(long, value_name = "PATH")]
    pub(crate) filters: Vec<PathBuf>,
    /// A processing pipeline: 'sysmon', 'windows-audit', 'ecs-windows', 'ecs-linux', or a file in pySigma's format; may
    /// be given several times, applied by priority
    #[arg(long, value_name = "PIPELINE")]
    pub(crate) pipeline: Vec<String>,
    /// Hold rules against events of their log source only: 'windows', 'linux', or a YAML file; may be given several
    /// times
    #[arg(long, value_name = "MAP")]
    pub(crate) log_sources: Vec<String>,
    /// The key under which each line holds its event, if it is not the whole line
    #[arg(long, value_name = "KEY")]
    pub(crate) event_key: Option<String>,
    /// Threads that match events; 0: one per processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Longest line that is read, in bytes; a longer one counts as a bad line
    #[arg(long, default_value_t = 64 << 20, value_name = "BYTES")]
    pub(crate) max_line: u64,
    /// Print every problem of the rules, warnings too, and every rule that cannot fire, not only counts
    #[arg(long)]
    pub(crate) problems: bool,
    /// Print what the rules consist of: fields, patterns, memory, and the rules that every event is held against
    #[arg(long)]
    pub(crate) stats: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns: event, level, rule
    Table,
    /// One JSON object per match
    Ndjson,
    /// One JSON object per event that matched: its number and the sorted ids of the rules
    Ids,
}

impl Options {
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            given => given,
        }
    }
}
