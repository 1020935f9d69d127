//! Follows a stream of JSON lines and tells the stories in it: `correlate`, or `… | correlate --rules rules/ -`.
//!
//! Without arguments, a password that is guessed and three steps on one computer, in bundled events that arrive a little
//! out of order. Each story is shown with its events in their order.

#[path = "support/paint.rs"]
mod paint;

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use clap::Parser;
use sigmatic::correlation::{CorrelationMatch, Correlator, Options};
use sigmatic::event::Time;
use sigmatic::rule::{CorrelationType, Document};
use sigmatic::{Collection, Match, RuleSet};

use crate::paint::Paint;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");

#[derive(Parser)]
struct Arguments {
    /// Rules and correlations: a file or a folder
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/intrusion.yml"))]
    rules: PathBuf,
    /// How many seconds late an event may come; the stories are told so much later
    #[arg(long, default_value_t = 60)]
    lateness: u64,
    /// For how many seconds a group that was reported is not reported again
    #[arg(long, default_value_t = 300)]
    cool_down: u64,
    /// Where an event's time is looked for; may be given several times
    #[arg(long, default_value = "timestamp")]
    time_field: Vec<String>,
    /// JSON lines; '-': standard input; none: the bundled ones
    events: Option<PathBuf>,
}

/// How an event is named: what is shown of it.
type Named = Rc<str>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut out = io::stdout().lock();
    let paint = Paint::for_stream(&out);
    let loaded = Collection::load(&arguments.rules)?;
    let rules = RuleSet::builder().collection(&loaded).build()?;
    let mut options = Options::default();
    options.lateness = Duration::from_secs(arguments.lateness);
    options.cool_down = Duration::from_secs(arguments.cool_down);
    options.time_fields = arguments.time_field;
    let builder = Correlator::builder(&rules).collection(&loaded);
    let mut correlator: Correlator<Named> = builder.options(options).build()?;
    let problems = loaded.problems().iter().chain(rules.problems());
    for problem in problems
        .chain(correlator.problems())
        .filter(|it| it.is_error())
    {
        writeln!(io::stderr(), "{problem}")?;
    }

    let documents = loaded.documents().map(Document::metadata);
    let titles = documents
        .map(|it| (it.identity().to_owned(), it.title.clone()))
        .collect();

    let mut scratch = rules.scratch();
    let mut found = Vec::new();
    for line in lines(arguments.events)? {
        let event: serde_json::Value = serde_json::from_str(&line?)?;
        let hits: Vec<Match<'_>> = rules.matches(&event, &mut scratch).collect();
        correlator.observe(
            &event,
            hits.iter().copied(),
            shown(&event, &hits),
            &mut found,
        );
        for story in found.drain(..) {
            tell(&mut out, &story, &titles, paint)?;
        }
    }
    correlator.flush(&mut found);
    for story in found.drain(..) {
        tell(&mut out, &story, &titles, paint)?;
    }
    let counters = correlator.counters();
    let (events, late) = (counters.events, counters.late);
    writeln!(
        out,
        "{events} events of interest, {} stories, {late} events too late",
        counters.matches
    )?;
    Ok(())
}

fn lines(path: Option<PathBuf>) -> io::Result<impl Iterator<Item = io::Result<String>>> {
    let path = path.unwrap_or_else(|| format!("{FOLDER}/intrusion-events.jsonl").into());
    let input: Box<dyn BufRead> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(BufReader::new(File::open(path)?)),
    };
    let is_text =
        |line: &io::Result<String>| line.as_ref().map_or(true, |line| !line.trim().is_empty());
    Ok(input.lines().filter(is_text))
}

/// What the timeline says of an event: the rules it matches, and what it did.
fn shown(event: &serde_json::Value, hits: &[Match<'_>]) -> Named {
    let titles: Vec<&str> = hits.iter().map(|hit| hit.rule().title()).collect();
    let command = event["CommandLine"].as_str().unwrap_or_default();
    let time = event["timestamp"].as_str().unwrap_or_default();
    let clock = time.get(11..19).unwrap_or(time);
    format!("{clock}\t{}\t{command}", titles.join(", ")).into()
}

/// The correlation, its group, and the events in the window; those that say the same are counted.
fn tell(
    out: &mut impl Write,
    story: &CorrelationMatch<Named>,
    titles: &HashMap<String, String>,
    paint: Paint,
) -> io::Result<()> {
    let correlation = story.correlation();
    let level = paint.level(correlation.level(), 9);
    writeln!(
        out,
        "{}  {level}  {}",
        clock(story.time()),
        paint.bold(correlation.title())
    )?;
    let group: Vec<String> = story
        .group()
        .map(|(name, text)| format!("{} {text}", paint.dim(name)))
        .collect();
    writeln!(out, "          {}", group.join("  "))?;
    let link = match correlation.kind {
        CorrelationType::TemporalOrdered => " → ",
        _ => ", ",
    };
    let rules: Vec<&str> = story
        .rules()
        .map(|id| titles.get(id).map_or(id, String::as_str))
        .collect();
    let span = &correlation.timespan.text;
    writeln!(
        out,
        "          {}",
        paint.dim(&format!("{} within {span}", rules.join(link)))
    )?;
    let mut events = story.events().iter().peekable();
    while let Some(event) = events.next() {
        let (from, what) = event.split_once('\t').unwrap_or_default();
        let (mut count, mut to) = (1, from);
        while let Some(next) =
            events.next_if(|next| next.split_once('\t').is_some_and(|(_, same)| same == what))
        {
            count += 1;
            to = next.split_once('\t').unwrap_or_default().0;
        }
        let (title, command) = what.split_once('\t').unwrap_or_default();
        let (place, many) = match count {
            1 => (from.to_owned(), String::new()),
            _ => (format!("{from} – {to}"), format!(" × {count}")),
        };
        let mark = if events.peek().is_some() {
            "├"
        } else {
            "╰"
        };
        writeln!(
            out,
            "          {} {place:<19}  {title}{many}  {}",
            paint.dim(mark),
            paint.dim(command)
        )?;
    }
    writeln!(out)
}

/// Hours, minutes and seconds, in UTC.
fn clock(nanoseconds: i64) -> String {
    let text = Time::from_unix(nanoseconds.div_euclid(1_000_000_000), 0).to_string();
    text.get(11..19).unwrap_or(&text).to_owned()
}
