//! Matches as text.

use std::collections::BTreeMap;

use serde::Serialize;
use sigmatic::Match;
use sigmatic::correlation::CorrelationMatch;

use crate::input::Line;
use crate::options::Format;
use crate::paint::Paint;

/// How matches are printed.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) paint: Paint,
}

#[derive(Serialize)]
struct Ids<'a> {
    event: u64,
    rules: Vec<&'a str>,
}

#[derive(Serialize)]
struct Hit<'a> {
    event: u64,
    file: &'a str,
    line: u64,
    rule: &'a str,
    title: &'a str,
    level: String,
    tags: &'a [String],
}

impl Output {
    /// The first line of the table; other formats have none.
    pub(crate) fn header(self) -> String {
        match self.format {
            Format::Table => self
                .paint
                .dim(&format!("{:>9}  {:<13}  rule\n", "event", "level")),
            Format::Ndjson | Format::Ids => String::new(),
        }
    }

    pub(crate) fn write(
        self,
        out: &mut Vec<u8>,
        file: &str,
        line: &Line<'_>,
        matches: &[Match<'_>],
    ) {
        match self.format {
            Format::Table => self.write_rows(out, line, matches),
            Format::Ndjson => write_hits(out, file, line, matches),
            Format::Ids => write_ids(out, line, matches),
        }
    }

    fn write_rows(self, out: &mut Vec<u8>, line: &Line<'_>, matches: &[Match<'_>]) {
        for hit in matches {
            let rule = hit.rule();
            let level = self.paint.level(rule.level(), 13);
            let row = format!("{:>9}  {level}  {}\n", line.event, rule.title());
            out.extend_from_slice(row.as_bytes());
        }
    }
}

#[derive(Serialize)]
struct Fired<'a> {
    event: u64,
    correlation: &'a str,
    title: &'a str,
    level: String,
    tags: &'a [String],
    group: BTreeMap<&'a str, &'a str>,
    /// Nanoseconds since 1970.
    window: (i64, i64),
    events: &'a [u64],
}

impl Output {
    /// A correlation that fired. Its events are the numbers of theirs.
    pub(crate) fn write_fired(self, out: &mut Vec<u8>, found: &CorrelationMatch<u64>) {
        let correlation = found.correlation();
        let event = *found.trigger();
        match self.format {
            Format::Table => {
                let level = self.paint.level(correlation.level(), 13);
                let group: Vec<&str> = found.group().map(|(_, text)| text).collect();
                let group = self.paint.dim(&group.join(", "));
                let title = correlation.title();
                out.extend_from_slice(
                    format!("{event:>9}  {level}  {title}  {group}\n").as_bytes(),
                );
            }
            Format::Ndjson => {
                let fired = Fired {
                    event,
                    correlation: correlation.identity(),
                    title: correlation.title(),
                    level: correlation.level().to_string(),
                    tags: &correlation.metadata.tags,
                    group: found.group().collect(),
                    window: found.window(),
                    events: found.events(),
                };
                write_json(out, &fired);
            }
            Format::Ids => {
                let rules = vec![correlation.identity()];
                write_json(out, &Ids { event, rules });
            }
        }
    }
}

fn write_hits(out: &mut Vec<u8>, file: &str, line: &Line<'_>, matches: &[Match<'_>]) {
    for hit in matches {
        let rule = hit.rule();
        let hit = Hit {
            event: line.event,
            file,
            line: line.number,
            rule: rule.identity(),
            title: rule.title(),
            level: rule.level().to_string(),
            tags: &rule.metadata.tags,
        };
        write_json(out, &hit);
    }
}

fn write_ids(out: &mut Vec<u8>, line: &Line<'_>, matches: &[Match<'_>]) {
    let mut rules: Vec<&str> = matches.iter().map(|hit| hit.rule().identity()).collect();
    rules.sort_unstable();
    let event = line.event;
    write_json(out, &Ids { event, rules });
}

fn write_json(out: &mut Vec<u8>, line: &impl Serialize) {
    serde_json::to_writer(&mut *out, line).expect("strings and numbers always have a JSON text");
    out.push(b'\n');
}
