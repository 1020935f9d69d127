//! Correlations over what the threads matched, in the order of the input.

use std::fmt::{self, Display, Formatter};

use sigmatic::correlation::{CorrelationMatch, Correlator};
use sigmatic::{Error, RuleSet, Scratch};

use crate::matching::Outcome;
use crate::options::Options;
use crate::output::Output;
use crate::rules::Loaded;

/// Prints as a closing line, if correlations were asked for.
pub(crate) struct Correlating<'a> {
    correlator: Option<Correlator<u64>>,
    rules: &'a RuleSet,
    scratch: Scratch,
    found: Vec<CorrelationMatch<u64>>,
    output: Output,
}

impl<'a> Correlating<'a> {
    pub(crate) fn new(
        loaded: &'a Loaded,
        options: &Options,
        output: Output,
    ) -> Result<Self, Error> {
        let correlator = options.correlations.then(|| loaded.correlator());
        Ok(Self {
            correlator: correlator.transpose()?,
            rules: &loaded.rules,
            scratch: loaded.rules.scratch(),
            found: Vec::new(),
            output,
        })
    }

    /// Appends what fires to the text of the batch. The few events that correlations take are matched once more: that
    /// is cheaper than to carry matches from thread to thread.
    pub(crate) fn take(&mut self, outcome: &mut Outcome) {
        let Some(correlator) = &mut self.correlator else {
            return;
        };
        for (number, event) in outcome.for_correlations.drain(..) {
            let hits = self.rules.matches(&event, &mut self.scratch);
            correlator.observe(&event, hits, number, &mut self.found);
            for found in self.found.drain(..) {
                self.output.write_fired(&mut outcome.text, &found);
            }
        }
    }
}

impl Display for Correlating<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(correlator) = &self.correlator else {
            return Ok(());
        };
        let counters = correlator.counters();
        writeln!(
            f,
            "Correlated {} events: {} fired, {} without a time, {} late",
            counters.events, counters.matches, counters.without_time, counters.late
        )?;
        for problem in correlator.problems() {
            writeln!(f, "           {problem}")?;
        }
        Ok(())
    }
}
