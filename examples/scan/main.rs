//! Runs rules over events: `scan --rules rules/ events.jsonl.zst`, or `… | scan --rules rules/`.

mod correlating;
mod input;
mod matching;
mod occurrence;
mod options;
mod output;
#[path = "../support/paint.rs"]
mod paint;
mod rejected;
mod rules;
mod summary;
mod threads;
mod unfired;
mod zstd;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sigmatic::error::ErrorKind;

use crate::correlating::Correlating;
use crate::input::Reader;
use crate::matching::Matcher;
use crate::occurrence::{LogSources, Occurrence};
use crate::options::Options;
use crate::output::Output;
use crate::paint::Paint;
use crate::summary::{Summary, Tally};

fn main() -> ExitCode {
    run(&Options::parse()).unwrap_or_else(|error| give_up(&error))
}

fn run(options: &Options) -> io::Result<ExitCode> {
    let loaded = rules::load(options).map_err(io::Error::other)?;
    let problems = loaded.problems();
    if options.problems {
        for problem in &problems {
            writeln!(io::stderr(), "{problem}")?;
        }
    }
    if options.stats {
        write!(io::stderr(), "{}", rules::statistics(&loaded.rules))?;
    }
    let start = Instant::now();
    let bar = progress_bar(options)?;
    let output = Output {
        format: options.format,
        paint: Paint::for_stream(&io::stdout()),
    };
    print(&bar, output.header().as_bytes());
    let log_sources = LogSources::of(&loaded.rules).map_err(io::Error::other)?;
    let mut tally = Tally::default();
    // One for the threads to ask, one for their results in order.
    let correlations = options.correlations.then(|| loaded.correlator());
    let correlations = correlations.transpose().map_err(io::Error::other)?;
    let mut correlating = Correlating::new(&loaded, options, output).map_err(io::Error::other)?;
    let failures = threads::scan(
        options.threads(),
        || {
            let occurrence = Occurrence::new(&log_sources);
            let key = options.event_key.as_deref();
            Matcher::new(
                &loaded.rules,
                occurrence,
                key,
                output,
                correlations.as_ref(),
            )
        },
        |send| match loaded.rules.is_empty() {
            // Nothing can match, so standard input is not waited for.
            true => Vec::new(),
            false => Reader::new(options.max_line, &bar).read(&options.events, send),
        },
        |mut outcome| {
            correlating.take(&mut outcome);
            tally.add(&mut outcome);
            print(&bar, &outcome.text);
        },
    );
    bar.finish_and_clear();
    let unfired = unfired::unfired(&loaded.rules, &log_sources, tally.seen());
    let summary = Summary {
        unfired: &unfired,
        lists_rules: options.problems,
        tally: &tally,
        rules: &loaded.rules,
        problems: &problems,
        failures: &failures,
        time: start.elapsed(),
        paint: Paint::for_stream(&io::stderr()),
    };
    write!(io::stderr(), "{summary}{correlating}")?;
    let unread = problems
        .iter()
        .any(|problem| problem.error().kind() == ErrorKind::Io);
    let complete = failures.is_empty() && !unread && !loaded.rules.is_empty();
    Ok(ExitCode::from(if complete { 0 } else { 2 }))
}

/// Hidden where standard error is no terminal.
fn progress_bar(options: &Options) -> io::Result<ProgressBar> {
    let total = input::total_bytes(&options.events);
    let template = match total {
        Some(_) => "{bar:40} {percent:>3} %  {bytes} of {total_bytes}, {eta} left",
        None => "{spinner} {bytes} in {elapsed}",
    };
    let style = ProgressStyle::with_template(template).map_err(io::Error::other)?;
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(100));
    Ok(bar)
}

/// Writes to standard output; ends the program if that fails, for the reader may be waiting for input for ever.
fn print(bar: &ProgressBar, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    let written = bar.suspend(|| {
        let mut out = io::stdout().lock();
        out.write_all(text).and_then(|()| out.flush())
    });
    if let Err(error) = written {
        give_up(&error);
    }
}

fn give_up(error: &io::Error) -> ! {
    // Whoever read our output has seen enough (`scan … | head`).
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    let _ = writeln!(io::stderr(), "scan: {error}");
    std::process::exit(2);
}
