//! One batch of lines against all rules.

use serde_json::Value;
use sigmatic::correlation::Correlator;
use sigmatic::event::JsonParser;
use sigmatic::{Event, Match, RuleSet, Scratch};

use crate::input::{Batch, Line};
use crate::occurrence::{Occurrence, Seen};
use crate::output::Output;

/// What a batch came to.
#[derive(Default)]
pub(crate) struct Outcome {
    /// What goes to standard output.
    pub(crate) text: Vec<u8>,
    /// Lines that are not blank.
    pub(crate) events: u64,
    /// Of these, lines with at least one match.
    pub(crate) matched: u64,
    /// Of these, lines that are no event: place and reason.
    pub(crate) bad: Vec<String>,
    /// The index of the rule, for each match.
    pub(crate) hits: Vec<usize>,
    /// Events for correlations, each with its number.
    pub(crate) for_correlations: Vec<(u64, Value)>,
    pub(crate) seen: Seen,
}

/// A thread's own memory beside the shared rules.
pub(crate) struct Matcher<'a> {
    rules: &'a RuleSet,
    parser: JsonParser,
    scratch: Scratch,
    matches: Vec<Match<'a>>,
    occurrence: Occurrence<'a>,
    event_key: Option<&'a str>,
    output: Output,
    /// Tells which matches correlations take; its state is not used.
    correlations: Option<&'a Correlator<u64>>,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(
        rules: &'a RuleSet,
        occurrence: Occurrence<'a>,
        event_key: Option<&'a str>,
        output: Output,
        correlations: Option<&'a Correlator<u64>>,
    ) -> Self {
        Self {
            rules,
            parser: JsonParser::new(),
            scratch: rules.scratch(),
            matches: Vec::new(),
            occurrence,
            event_key,
            output,
            correlations,
        }
    }

    pub(crate) fn evaluate(&mut self, batch: &Batch) -> Outcome {
        let mut outcome = Outcome::default();
        for line in batch.lines() {
            outcome.events += 1;
            if let Err(reason) = self.evaluate_line(batch, &line, &mut outcome) {
                let (file, number) = (&batch.file, line.number);
                outcome.bad.push(format!("{file}:{number}: {reason}"));
            }
        }
        outcome
    }

    fn evaluate_line(
        &mut self,
        batch: &Batch,
        line: &Line<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), String> {
        let text = line.text?;
        let Some(key) = self.event_key else {
            let mut parser = std::mem::take(&mut self.parser);
            let parsed = parser
                .parse(text)
                .map_err(|error| format!("no JSON: {error}"));
            let done = parsed.map(|event| {
                let owned = || serde_json::from_slice(text).unwrap_or_default();
                self.evaluate_event(batch, line, &event, owned, outcome);
            });
            self.parser = parser;
            return done;
        };
        let value: Value = serde_json::from_slice(text).map_err(|error| reason(&error))?;
        let event = value
            .get(key)
            .ok_or_else(|| format!("has no key '{key}'"))?;
        self.evaluate_event(batch, line, event, || event.clone(), outcome);
        Ok(())
    }

    /// `owned` gives the event to keep.
    fn evaluate_event(
        &mut self,
        batch: &Batch,
        line: &Line<'_>,
        event: &impl Event,
        owned: impl FnOnce() -> Value,
        outcome: &mut Outcome,
    ) {
        self.occurrence.note(event, &mut outcome.seen);
        self.rules
            .matches_into(event, &mut self.scratch, &mut self.matches);
        if let Some(correlations) = self.correlations {
            if self.matches.iter().any(|hit| correlations.concerns(hit)) {
                outcome.for_correlations.push((line.event, owned()));
            }
            self.matches.retain(|hit| correlations.is_reported(hit));
        }
        if !self.matches.is_empty() {
            outcome.matched += 1;
            outcome.hits.extend(self.matches.iter().map(Match::index));
            self.output
                .write(&mut outcome.text, &batch.file, line, &self.matches);
        }
    }
}

/// The message without serde_json's own line number, which is always 1 here.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let cut = text
        .find(" at line ")
        .map_or(text.as_str(), |end| &text[..end]);
    format!("no JSON: {cut} at byte {}", error.column())
}
