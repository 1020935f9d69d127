//! What is said at the end, on standard error.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use sigmatic::error::Problem;
use sigmatic::rule::Level;
use sigmatic::{Rule, RuleSet};

use crate::matching::Outcome;
use crate::occurrence::Seen;
use crate::paint::Paint;
use crate::rejected;
use crate::unfired::Reason;

const BAD_LINES_SHOWN: usize = 5;
const RULES_SHOWN: usize = 10;

/// The sum of all outcomes.
#[derive(Default)]
pub(crate) struct Tally {
    events: u64,
    matched: u64,
    bad: u64,
    first_bad: Vec<String>,
    /// Matches by the index of their rule.
    hits: BTreeMap<usize, u64>,
    seen: Seen,
}

impl Tally {
    pub(crate) fn add(&mut self, outcome: &mut Outcome) {
        self.events += outcome.events;
        self.matched += outcome.matched;
        self.bad += outcome.bad.len() as u64;
        let room = BAD_LINES_SHOWN - self.first_bad.len();
        self.first_bad.extend(outcome.bad.drain(..).take(room));
        for rule in outcome.hits.drain(..) {
            *self.hits.entry(rule).or_default() += 1;
        }
        self.seen.add(&mut outcome.seen);
    }

    pub(crate) fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// Prints as the closing lines.
pub(crate) struct Summary<'a> {
    pub(crate) tally: &'a Tally,
    pub(crate) rules: &'a RuleSet,
    pub(crate) problems: &'a [&'a Problem],
    /// Rules that could not fire on this input.
    pub(crate) unfired: &'a BTreeMap<Reason, Vec<&'a Rule>>,
    /// Whether to name each of them.
    pub(crate) lists_rules: bool,
    /// Inputs that could not be read.
    pub(crate) failures: &'a [String],
    pub(crate) time: Duration,
    pub(crate) paint: Paint,
}

impl Display for Summary<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_events(f)?;
        self.write_rules(f)?;
        self.write_unfired(f)?;
        self.write_levels(f)?;
        self.write_top_rules(f)?;
        self.write_failures(f)
    }
}

impl Summary<'_> {
    fn rule(&self, index: usize) -> &Rule {
        self.rules
            .rules()
            .nth(index)
            .expect("matches name rules of the set")
    }

    fn head(&self, f: &mut Formatter<'_>, name: &str) -> fmt::Result {
        write!(f, "{}", self.paint.bold(&format!("{name:<11}")))
    }

    fn write_events(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.time.as_secs_f64();
        let rate = (self.tally.events as f64 / seconds.max(1e-6)) as u64;
        self.head(f, "Events")?;
        writeln!(
            f,
            "{} in {seconds:.2} s ({} a second): {} matched, {} bad",
            Count(self.tally.events),
            Count(rate),
            Count(self.tally.matched),
            plural(self.tally.bad, "line")
        )?;
        for line in &self.tally.first_bad {
            writeln!(f, "           {line}")?;
        }
        match self.tally.bad - self.tally.first_bad.len() as u64 {
            0 => Ok(()),
            more => writeln!(f, "           and {} more", Count(more)),
        }
    }

    fn write_rules(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let errors: Vec<_> = self.problems.iter().filter(|p| p.is_error()).collect();
        let documents: BTreeSet<_> = errors.iter().map(|p| rejected::document(p)).collect();
        let warnings = self.problems.len() - errors.len();
        self.head(f, "Rules")?;
        writeln!(
            f,
            "{} loaded, {} rejected, {}",
            Count(self.rules.len() as u64),
            Count(documents.len() as u64),
            plural(warnings as u64, "warning")
        )?;
        for rejected::Reason { count, what, first } in rejected::group(errors.into_iter().copied())
        {
            writeln!(f, "{:>9}  {what}", Count(count))?;
            writeln!(f, "           {}", self.paint.dim(&first))?;
        }
        Ok(())
    }

    fn write_unfired(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Without events there is nothing to be said about them.
        let has_events = self.tally.events > self.tally.bad;
        let told = |reason: Reason| has_events || reason == Reason::Unmapped;
        let reasons = self.unfired.iter().filter(|(reason, _)| told(**reason));
        let reasons: Vec<_> = reasons.collect();
        if reasons.is_empty() {
            return Ok(());
        }
        self.head(f, "Idle rules")?;
        let count: usize = reasons.iter().map(|(_, rules)| rules.len()).sum();
        writeln!(f, "{} cannot fire on this input", Count(count as u64))?;
        for (reason, rules) in reasons {
            writeln!(f, "{:>9}  {reason}", Count(rules.len() as u64))?;
            for rule in rules.iter().filter(|_| self.lists_rules) {
                writeln!(f, "           {}", self.paint.dim(rule.title()))?;
            }
        }
        Ok(())
    }

    fn write_levels(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut levels: BTreeMap<Reverse<Level>, u64> = BTreeMap::new();
        for (&rule, &hits) in &self.tally.hits {
            *levels.entry(Reverse(self.rule(rule).level())).or_default() += hits;
        }
        self.head(f, "Matches")?;
        writeln!(f, "{}", Count(levels.values().sum()))?;
        for (Reverse(level), hits) in levels {
            writeln!(f, "{:>9}  {}", Count(hits), self.paint.level(level, 0))?;
        }
        Ok(())
    }

    fn write_top_rules(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut top: Vec<_> = self.tally.hits.iter().collect();
        top.sort_by_key(|&(&rule, &hits)| (Reverse(hits), rule));
        if top.is_empty() {
            return Ok(());
        }
        self.head(f, "Top rules")?;
        writeln!(
            f,
            "{} of {}",
            top.len().min(RULES_SHOWN),
            Count(top.len() as u64)
        )?;
        for (&rule, &hits) in top.into_iter().take(RULES_SHOWN) {
            let rule = self.rule(rule);
            let level = self.paint.level(rule.level(), 13);
            writeln!(f, "{:>9}  {level}  {}", Count(hits), rule.title())?;
        }
        Ok(())
    }

    fn write_failures(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.failures.is_empty() {
            self.head(f, "Not read")?;
            writeln!(f, "{}", plural(self.failures.len() as u64, "input"))?;
        }
        for failure in self.failures {
            writeln!(f, "           {failure}")?;
        }
        Ok(())
    }
}

fn plural(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", Count(number))
}

/// A number with its digits in groups of three.
struct Count(u64);

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}
