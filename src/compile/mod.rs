//! Turns a rule into a [`Plan`].
//!
//! In: a [`Rule`] after its filters and pipelines, and a table of placeholders. Out: one expression
//! per search identifier over predicates (a field and a test), one per condition over search identifiers, and the
//! problems met. Called by the rule-set builder, once per rule. Does not merge rules and builds no automaton: that is
//! `engine`'s work, which sees all plans at once.

mod condition;
pub(crate) mod detection;
mod modifier;
pub(crate) mod part;
pub(crate) mod plan;
mod spent;
mod text;

use crate::error::{Error, Limits, Problem, Problems};
use crate::pattern::Number;
use crate::rule::{Detection, Filter, Placeholders, Rule, Value};

pub(crate) use self::plan::Plan;
pub(crate) use self::spent::Spent;

/// What compilation needs besides the rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) placeholders: &'a Placeholders,
    /// Shared by all rules of a set; `None` for what was compiled before, and so is within the limits.
    pub(crate) spent: Option<&'a Spent>,
}

/// Compiles a rule. `None` if any part of it is in error, also one that no condition uses (S-098).
pub(crate) fn compile(rule: &Rule, options: &Options<'_>, problems: &mut Problems) -> Option<Plan> {
    let mut inner = Problems::default();
    let mut plan = Plan {
        identifiers: Vec::new(),
        selections: Vec::new(),
        conditions: Vec::new(),
    };
    for identifier in &rule.detections.identifiers {
        let mut found = Problems::default();
        let compiled = detection::compile(&identifier.detection, options, &mut found);
        plan.identifiers.push(compiled);
        match &identifier.source {
            None => inner.absorb(found, |error| {
                rule.metadata.source.locate(error.in_rule(rule.title()))
            }),
            // What is odd there is said where it was written, not for each rule that it was added to.
            Some(source) => {
                found.retain(Problem::is_error);
                inner.absorb(found, |error| source.locate(error.in_rule(rule.title())));
            }
        }
    }
    condition::compile(&rule.detections, &mut plan);
    let failed = inner.has_errors();
    problems.absorb(inner, |error| error);
    (!failed).then_some(plan)
}

/// Whether the detections of a filter compile by themselves (S-098), within the limits for a set of their own. What is wrong or odd with them is reported.
///
/// With `placeholders_later`, placeholders without values are no error: a processing pipeline may still give them.
pub(crate) fn check(
    filter: &Filter,
    options: &Options<'_>,
    placeholders_later: bool,
    problems: &mut Problems,
) -> bool {
    let mut found = Problems::default();
    let spent = Spent::default();
    let options = Options {
        spent: Some(&spent),
        ..*options
    };
    for identifier in &filter.detections.identifiers {
        detection::compile(&identifier.detection, &options, &mut found);
    }
    if placeholders_later {
        found.retain(|problem| !problem.error().is_missing_placeholder());
    }
    let failed = found.has_errors();
    let source = &filter.metadata.source;
    problems.absorb(found, |error| source.locate(error.in_rule(filter.title())));
    !failed
}

/// What is wrong with a detection that stands in no document.
pub(crate) fn first_error(detection: &Detection, options: &Options<'_>) -> Option<Error> {
    let mut problems = Problems::default();
    detection::compile(detection, options, &mut problems);
    problems.into_error()
}

/// Compiles a rule that was compiled before, so that what is wrong or odd with it has been said.
pub(crate) fn compile_again(rule: &Rule, options: &Options<'_>) -> Option<Plan> {
    compile(rule, options, &mut Problems::default())
}

/// The number of a numeric rule value.
fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Integer(value) => Some(Number::Integer(*value)),
        Value::Float(value) => Some(Number::float(*value)),
        _ => None,
    }
}
