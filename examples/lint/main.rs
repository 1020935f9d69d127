//! What is wrong with rules: `lint rules/` prints findings as a compiler does, and `--fix` mends what can be mended safely.
//!
//! `--format json` and `--format sarif` are for editors and code hosts. `--conventions` adds those of SigmaHQ. Ends with
//! status 1 if a rule does not load.

use std::error::Error;
use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use sigmatic::Placeholders;
use sigmatic::lint::{Linter, Report, Severity};

/// Finds what is wrong or odd with Sigma rules.
#[derive(Debug, Parser)]
#[command(name = "lint", version)]
struct Options {
    /// Rule files or folders of rule files
    #[arg(required = true, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Apply fixes to the files; comments and layout stay
    #[arg(long)]
    fix: bool,
    /// Look at SigmaHQ's conventions too
    #[arg(long)]
    conventions: bool,
    /// A table of placeholders, to look at rules that need one
    #[arg(long, value_name = "FILE")]
    placeholders: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::from(1),
        Ok(false) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "lint: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether a rule does not load.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let mut linter = Linter::new().conventions(options.conventions);
    for path in &options.rules {
        linter = linter.path(path);
    }
    if let Some(path) = &options.placeholders {
        linter = linter.placeholders(Placeholders::load(path)?);
    }
    let mut changed = 0;
    let report = if options.fix {
        let (texts, report) = linter.fix();
        for (file, text) in &texts {
            fs::write(&**file, text)?;
        }
        changed = texts.len();
        report
    } else {
        linter.run()
    };
    match print(&report, options.format) {
        // Whoever reads may have seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    let count = |severity| {
        let findings = report.findings().iter();
        findings
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let fixable = report
        .findings()
        .iter()
        .filter(|finding| finding.fix.is_some())
        .count();
    let errors = count(Severity::Error);
    writeln!(
        io::stderr(),
        "{}: {}, {}, {}; {fixable} can be fixed{}",
        counted(report.documents(), "document"),
        counted(errors, "error"),
        counted(count(Severity::Warning), "warning"),
        counted(count(Severity::Note), "note"),
        if options.fix {
            format!(", {} changed", counted(changed, "file"))
        } else {
            String::new()
        }
    )?;
    Ok(errors > 0)
}

fn print(report: &Report, format: Format) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let text = match format {
        Format::Text => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            report.to_text(out.is_terminal() && !refused)
        }
        Format::Json => serde_json::to_string_pretty(report.findings())? + "\n",
        Format::Sarif => serde_json::to_string_pretty(&report.to_sarif())? + "\n",
    };
    out.write_all(text.as_bytes())
}

fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
