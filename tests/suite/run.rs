//! Runs a case and says where it went wrong.

use std::sync::Arc;

use serde_json::Value;
use sigmatic::correlation::{CorrelationMatch, Correlator};
use sigmatic::error::{Limits, Problem};
use sigmatic::pipeline::{LogSources, Pipeline, Pipelines};
use sigmatic::rule::{Document, Filter};
use sigmatic::{Collection, Rule, RuleSet, RuleSetBuilder, Scratch, Settings};

use super::case::{Case, Outcome};
use super::engines::{Setup, alone, build, engines, matches, placeholders};
use crate::reference::{Correlations, Map, Mapped, check_filter};

/// One line for each thing that is not as the case says.
pub(super) fn run(case: &Case) -> Vec<String> {
    if !case.pipelines.is_empty() {
        return run_pipelines(case);
    }
    let collection = load(case);
    let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
    let setup = setup(case, &collection);
    let map = case.log_sources.as_deref().map(Map::read);
    let mut failures = run_reference(case, &collection, &rules, &setup.filters, map.as_ref());
    for (setting, set) in engines(&rules, &setup) {
        let mut correlator = correlator(&set, &collection);
        let problems: Vec<&Problem> = collection
            .problems()
            .iter()
            .chain(set.problems())
            .chain(correlator.problems())
            .collect();
        failures.extend(check_problems(case, setting, &problems));
        let mut scratch = set.scratch();
        failures.extend(check_events(case, setting, |event| {
            results(&set, &mut scratch, &mut correlator, event)
        }));
    }
    failures.extend(run_alone(case, &rules, &setup));
    failures
}

/// S-564: a rule needs no other. Only correlations see several.
fn run_alone(case: &Case, rules: &[Arc<Rule>], setup: &Setup) -> Vec<String> {
    if case.has_correlations() {
        return Vec::new();
    }
    let mut sets: Vec<(Scratch, RuleSet)> = alone(rules, setup)
        .into_iter()
        .map(|set| (set.scratch(), set))
        .collect();
    check_events(case, "each rule alone", |event| {
        let sets = sets.iter_mut();
        let hits = sets.flat_map(|(scratch, set)| matches(set, event, scratch));
        hits.map(|hit| hit.rule().identity().to_owned()).collect()
    })
}

/// A case with pipelines: the set that they make, and then their rules as they rewrote them, in every other way. So the
/// plain evaluator sees what pipelines wrote and need not know any.
fn run_pipelines(case: &Case) -> Vec<String> {
    let collection = load(case);
    let pipelines = match pipelines_of(case) {
        Ok(pipelines) => pipelines,
        Err(problems) => {
            let problems: Vec<&Problem> = problems.iter().collect();
            return check_problems(case, "reading pipelines", &problems);
        }
    };
    let warnings = pipelines.iter().flat_map(Pipeline::warnings).cloned();
    let warnings: Vec<Problem> = warnings.collect();
    let mut builder = RuleSet::builder()
        .collection(&collection)
        .placeholders(placeholders(&case.placeholders));
    if let Some(map) = map_of(case) {
        builder = builder.log_sources(map);
    }
    let builder = pipelines
        .into_iter()
        .fold(builder, RuleSetBuilder::pipeline);
    let set = match builder.build() {
        Ok(set) => set,
        Err(error) => return check_error(case, "pipelines", &[error.to_string()]),
    };
    let problems = collection.problems().iter().chain(&warnings);
    let problems: Vec<&Problem> = problems.chain(set.problems()).collect();
    let mut failures = check_problems(case, "pipelines", &problems);
    let rewritten: Vec<Arc<Rule>> = set.rules().cloned().collect();
    let correlations = rewritten_correlations(case, &collection);
    let loaded: Collection = rewritten
        .iter()
        .map(|rule| Document::Rule(rule.clone()))
        .chain(correlations)
        .collect();
    if !case.expected.error {
        failures.extend(run_reference(case, &loaded, &rewritten, &[], None));
    }
    for (setting, set) in engines(&rewritten, &Setup::with(&case.placeholders)) {
        let mut correlator = correlator(&set, &loaded);
        let mut scratch = set.scratch();
        failures.extend(check_events(case, setting, |event| {
            results(&set, &mut scratch, &mut correlator, event)
        }));
    }
    let setup = Setup::with(&case.placeholders);
    failures.extend(run_alone(case, &rewritten, &setup));
    failures
}

/// The correlations of a case as its pipelines rewrite them.
fn rewritten_correlations(case: &Case, collection: &Collection) -> Vec<Document> {
    let pipelines = pipelines_of(case).into_iter().flatten();
    let Ok(pipelines) = Pipelines::new(pipelines) else {
        return Vec::new();
    };
    let rewritten = pipelines.apply_all(collection).collection();
    let correlations = rewritten.correlations().cloned();
    correlations.map(Document::Correlation).collect()
}

fn pipelines_of(case: &Case) -> Result<Vec<Pipeline>, Vec<Problem>> {
    let texts = case.pipelines.iter();
    texts
        .map(|text| Pipeline::read("pipeline", text, &Limits::default()))
        .collect()
}

/// The rules that match and are reported, and the correlations that fire.
fn results(
    set: &RuleSet,
    scratch: &mut Scratch,
    correlator: &mut Correlator,
    event: &Value,
) -> Vec<String> {
    let hits = matches(set, event, scratch);
    let mut found: Vec<CorrelationMatch> = Vec::new();
    correlator.observe(event, hits.iter().copied(), (), &mut found);
    let reported = hits.iter().filter(|hit| correlator.is_reported(hit));
    let fired = found.iter().map(|found| found.correlation().identity());
    reported
        .map(|hit| hit.rule().identity())
        .chain(fired)
        .map(str::to_owned)
        .collect()
}

fn correlator(set: &RuleSet, collection: &Collection) -> Correlator {
    let builder = Correlator::builder(set).collection(collection);
    builder
        .build()
        .expect("what is wrong with a correlation concerns that correlation alone")
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
        let Ok(pipelines) = pipelines_of(case) else {
            continue;
        };
        let mut builder = RuleSet::builder().collection(&load(case));
        if let Some(map) = map_of(case) {
            builder = builder.log_sources(map);
        }
        let own = pipelines
            .into_iter()
            .fold(builder, RuleSetBuilder::pipeline)
            .build();
        // Pipelines for other engines make no set.
        for rule in own.iter().flat_map(RuleSet::rules) {
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
    Setup {
        filters: collection.filters().cloned().collect(),
        placeholders: case.placeholders.clone(),
        log_sources: map_of(case),
    }
}

fn map_of(case: &Case) -> Option<LogSources> {
    let map = LogSources::from_yaml(case.log_sources.as_deref()?);
    Some(map.unwrap_or_else(|error| panic!("{}: {error}", case.name)))
}

fn run_reference(
    case: &Case,
    collection: &Collection,
    rules: &[Arc<Rule>],
    filters: &[Arc<Filter>],
    map: Option<&Map>,
) -> Vec<String> {
    let mut compiled = Vec::new();
    let mut errors = Vec::new();
    for rule in rules {
        match Mapped::compile(rule, filters, map, &case.placeholders) {
            Ok(reference) => compiled.push((Arc::clone(rule), reference)),
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
    let mut correlations = Correlations::new(collection, compiled);
    failures.extend(check_events(case, "reference", |event| {
        let results = correlations.results(event).into_iter();
        results.map(|result| result.identity).collect()
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
