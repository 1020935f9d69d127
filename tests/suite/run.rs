//! Runs a case and says where it went wrong.

use std::sync::Arc;

use serde_json::Value;
use sigmatic::error::Problem;
use sigmatic::pipeline::LogSources;
use sigmatic::rule::Filter;
use sigmatic::{Collection, Rule, Settings};

use super::case::{Case, Outcome};
use super::engines::{Setup, build, engines, matches};
use crate::reference::{Map, Mapped, check_filter};

/// One line for each thing that is not as the case says.
pub(super) fn run(case: &Case) -> Vec<String> {
    let collection = load(case);
    let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
    let setup = setup(case, &collection);
    let mut failures = run_reference(case, &collection, &rules, &setup.filters);
    for (setting, set) in engines(&rules, &setup) {
        let problems: Vec<&Problem> = collection.problems().iter().chain(set.problems()).collect();
        failures.extend(check_problems(case, setting, &problems));
        let mut scratch = set.scratch();
        failures.extend(check_events(case, setting, |event| {
            matches(&set, event, &mut scratch)
                .iter()
                .map(|hit| hit.rule().identity().to_owned())
                .collect()
        }));
    }
    failures
}

/// All cases as one rule set; each case looks at the results of its own rules. These are taken from a set of their own,
/// as its filters and its map of log sources have made them.
pub(super) fn run_together(cases: &[Case]) -> Vec<String> {
    let mut rules = Vec::new();
    let mut owners = Vec::new();
    for (owner, case) in cases.iter().enumerate() {
        // A table of one case could resolve what another must not find.
        if !case.placeholders.is_empty() {
            continue;
        }
        let collection = load(case);
        let own: Vec<Arc<Rule>> = collection.rules().cloned().collect();
        let own = build(&own, &setup(case, &collection), Settings::default());
        for rule in own.rules() {
            rules.push(Arc::clone(rule));
            owners.push(owner);
        }
    }
    let set = build(&rules, &Setup::default(), Settings::default());
    if set.len() != rules.len() {
        return set.problems().iter().map(Problem::to_string).collect();
    }
    let mut scratch = set.scratch();
    let mut failures = Vec::new();
    for (owner, case) in cases.iter().enumerate() {
        if !case.placeholders.is_empty() {
            continue;
        }
        failures.extend(check_events(case, "all cases in one set", |event| {
            matches(&set, event, &mut scratch)
                .iter()
                .filter(|hit| owners[hit.index()] == owner)
                .map(|hit| hit.rule().identity().to_owned())
                .collect()
        }));
    }
    failures
}

fn load(case: &Case) -> Collection {
    Collection::loader()
        .lenient(case.lenient)
        .text("case", case.text.as_str())
        .load()
}

fn setup(case: &Case, collection: &Collection) -> Setup {
    let map = case.log_sources.as_deref().map(LogSources::from_yaml);
    Setup {
        filters: collection.filters().cloned().collect(),
        placeholders: case.placeholders.clone(),
        log_sources: map.map(|map| map.unwrap_or_else(|error| panic!("{}: {error}", case.name))),
    }
}

fn run_reference(
    case: &Case,
    collection: &Collection,
    rules: &[Arc<Rule>],
    filters: &[Arc<Filter>],
) -> Vec<String> {
    let map = case.log_sources.as_deref().map(Map::read);
    let mut compiled = Vec::new();
    let mut errors = Vec::new();
    for rule in rules {
        match Mapped::compile(rule, filters, map.as_ref(), &case.placeholders) {
            Ok(reference) => compiled.push((rule.identity(), reference)),
            Err(error) => errors.push(error),
        }
    }
    let checked = filters
        .iter()
        .map(|filter| check_filter(filter, &case.placeholders));
    errors.extend(checked.filter_map(Result::err));
    let loading = collection
        .problems()
        .iter()
        .filter(|problem| problem.is_error());
    errors.extend(loading.map(Problem::to_string));
    let mut failures = check_error(case, "reference", &errors);
    failures.extend(check_events(case, "reference", |event| {
        compiled
            .iter()
            .filter(|(_, reference)| reference.matches(event))
            .map(|(identity, _)| (*identity).to_owned())
            .collect()
    }));
    failures
}

fn check_error(case: &Case, setting: &str, errors: &[String]) -> Vec<String> {
    match (case.expected.error, errors) {
        (true, []) => vec![format!("{}: {setting}: no error", case.name)],
        (false, [_, ..]) => vec![format!("{}: {setting}: {}", case.name, errors.join("; "))],
        _ => Vec::new(),
    }
}

fn check_problems(case: &Case, setting: &str, problems: &[&Problem]) -> Vec<String> {
    let printed = |errors: bool| -> Vec<String> {
        problems
            .iter()
            .filter(|problem| problem.is_error() == errors)
            .map(ToString::to_string)
            .collect()
    };
    let (errors, warnings) = (printed(true), printed(false));
    let mut failures = check_error(case, setting, &errors);
    match (case.expected.warn, warnings.as_slice()) {
        (Some(true), []) => failures.push(format!("{}: {setting}: no warning", case.name)),
        (Some(false), [_, ..]) => {
            failures.push(format!(
                "{}: {setting}: warned: {}",
                case.name,
                warnings.join("; ")
            ));
        }
        _ => {}
    }
    let messages = if case.expected.error {
        &errors
    } else {
        &warnings
    };
    if let Some(part) = &case.expected.message {
        if !messages.iter().any(|message| message.contains(part)) {
            failures.push(format!(
                "{}: {setting}: no message with '{part}' in {messages:?}",
                case.name
            ));
        }
    }
    failures
}

fn check_events(
    case: &Case,
    setting: &str,
    mut results: impl FnMut(&Value) -> Vec<String>,
) -> Vec<String> {
    let mut failures = Vec::new();
    for (index, (event, outcome)) in case.events.iter().enumerate() {
        let mut results = results(event);
        results.sort();
        if !outcome.accepts(&results) {
            let expected = match outcome {
                Outcome::Match(wanted) => format!("match: {wanted}"),
                Outcome::Ids(ids) => format!("{ids:?}"),
                Outcome::Any => continue,
            };
            failures.push(format!(
                "{}: {setting}: event {index} {event}: {results:?}, expected {expected}",
                case.name
            ));
        }
    }
    failures
}
