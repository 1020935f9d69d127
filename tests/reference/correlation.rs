//! Correlations (chapter 12): all that ever happened is kept, and looked through anew each time.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use sigmatic::condition::Expression;
use sigmatic::rule::{
    Correlation, CorrelationCondition, CorrelationType, Document, Number as RuleNumber, Operator,
    Threshold,
};
use sigmatic::{Collection, Rule};

use super::Mapped;
use super::event::{leaves, lookup, text};
use super::instant;
use super::number::Number;

/// The rules and correlations of a collection with everything they have seen. Input must come in order of time.
#[derive(Debug)]
pub(crate) struct Correlations {
    rules: Vec<(String, Mapped, bool)>,
    /// Inner ones before outer ones.
    definitions: Vec<Definition>,
}

/// A result of one event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Result {
    pub(crate) identity: String,
    /// Empty for a rule.
    pub(crate) group: Vec<String>,
    /// First nanosecond of the window; 0 for a rule.
    pub(crate) from: i64,
    /// The rules with an event in the window.
    pub(crate) rules: Vec<String>,
}

#[derive(Debug)]
struct Definition {
    correlation: Arc<Correlation>,
    inputs: Vec<Source>,
    /// What an alias means in the events of a rule.
    aliases: Vec<(String, Source, String)>,
    is_reported: bool,
    /// Everything it ever took.
    history: Vec<Taken>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Rule(usize),
    Correlation(usize),
}

#[derive(Clone, Debug)]
struct Taken {
    time: i128,
    group: Vec<String>,
    rule: usize,
    values: Vec<String>,
}

/// What a correlation looks at: the event, and the names of the groups that fired at it (S-410).
#[derive(Clone, Debug)]
struct Input<'a> {
    source: Source,
    event: &'a Value,
    names: BTreeMap<String, String>,
}

impl Correlations {
    /// Over the rules that compile. Correlations of others are left out.
    pub(crate) fn new(collection: &Collection, compiled: Vec<(Arc<Rule>, Mapped)>) -> Self {
        let places: Vec<_> = compiled.iter().map(|(rule, _)| Arc::as_ptr(rule)).collect();
        let rules = compiled.into_iter();
        let rules = rules
            .map(|(rule, reference)| (rule.identity().to_owned(), reference, true))
            .collect();
        let mut definitions: Vec<Definition> = Vec::new();
        let mut waiting: Vec<&Arc<Correlation>> = collection.correlations().collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|correlation| {
                let source = |reference: &str| match collection.referenced(reference)? {
                    Document::Rule(rule) => places
                        .iter()
                        .position(|other| *other == Arc::as_ptr(rule))
                        .map(Source::Rule),
                    Document::Correlation(inner) => definitions
                        .iter()
                        .position(|other| Arc::ptr_eq(&other.correlation, inner))
                        .map(Source::Correlation),
                    _ => None,
                };
                let inputs = correlation.rules.iter().map(|it| source(&it.text));
                let Some(mut inputs) = inputs.collect::<Option<Vec<Source>>>() else {
                    return true;
                };
                let aliases = correlation.aliases.iter().flat_map(|alias| {
                    let fields = alias.fields.iter();
                    fields.filter_map(|(reference, field)| {
                        Some((alias.name.clone(), source(&reference.text)?, field.clone()))
                    })
                });
                let aliases = aliases.collect();
                let mut seen = Vec::new();
                inputs.retain(|input| {
                    !seen.contains(input) && {
                        seen.push(*input);
                        true
                    }
                });
                definitions.push(Definition {
                    correlation: Arc::clone(correlation),
                    inputs,
                    aliases,
                    is_reported: true,
                    history: Vec::new(),
                });
                false
            });
            if waiting.len() == before {
                break;
            }
        }
        let mut this = Self { rules, definitions };
        this.mark_generated();
        this
    }

    /// S-409: what is referenced gives no results of its own, unless one that refers to it says so.
    fn mark_generated(&mut self) {
        let is_reported = |source: Source, definitions: &[Definition]| {
            let mut takers = definitions.iter().filter(|it| it.inputs.contains(&source));
            let any = takers.clone().next().is_some();
            !any || takers.any(|it| it.correlation.generate)
        };
        for index in 0..self.rules.len() {
            self.rules[index].2 = is_reported(Source::Rule(index), &self.definitions);
        }
        for index in 0..self.definitions.len() {
            let reported = is_reported(Source::Correlation(index), &self.definitions);
            self.definitions[index].is_reported = reported;
        }
    }

    /// Everything that an event gives, sorted.
    pub(crate) fn results(&mut self, event: &Value) -> Vec<Result> {
        let mut results = Vec::new();
        let mut inputs = Vec::new();
        for (index, (identity, rule, is_reported)) in self.rules.iter().enumerate() {
            if !rule.matches(event) {
                continue;
            }
            inputs.push(Input {
                source: Source::Rule(index),
                event,
                names: BTreeMap::new(),
            });
            if *is_reported {
                results.push(Result {
                    identity: identity.clone(),
                    group: Vec::new(),
                    from: 0,
                    rules: Vec::new(),
                });
            }
        }
        if let Some(time) = time(event) {
            for index in 0..self.definitions.len() {
                results.extend(self.step(index, time, &mut inputs));
            }
        }
        results.sort();
        results
    }

    /// Gives one correlation what it takes, and adds its firings to what outer ones may take.
    fn step(&mut self, index: usize, time: i128, inputs: &mut Vec<Input<'_>>) -> Vec<Result> {
        let identities: Vec<String> = self.definitions[index]
            .inputs
            .iter()
            .map(|source| match source {
                Source::Rule(rule) => self.rules[*rule].0.clone(),
                Source::Correlation(inner) => {
                    self.definitions[*inner].correlation.identity().to_owned()
                }
            })
            .collect();
        let definition = &mut self.definitions[index];
        let mut touched: Vec<(Vec<String>, Input<'_>)> = Vec::new();
        for input in inputs.iter() {
            let place = definition
                .inputs
                .iter()
                .position(|source| *source == input.source);
            let Some(taken) = place.and_then(|place| definition.take(place, time, input)) else {
                continue;
            };
            if !touched.iter().any(|(group, _)| *group == taken.group) {
                touched.push((taken.group.clone(), input.clone()));
            }
            definition.history.push(taken);
        }
        let mut results = Vec::new();
        for (group, input) in touched {
            let from = time - i128::from(definition.correlation.timespan.seconds) * 1_000_000_000;
            let window: Vec<&Taken> = definition
                .history
                .iter()
                .filter(|taken| taken.group == group && (from..=time).contains(&taken.time))
                .collect();
            if !definition.holds(&window) {
                continue;
            }
            if definition.is_reported {
                let rules = identities.iter().enumerate();
                results.push(Result {
                    identity: definition.correlation.identity().to_owned(),
                    group: group.clone(),
                    from: i64::try_from(from).unwrap_or(i64::MIN + 1),
                    rules: rules
                        .filter(|(place, _)| window.iter().any(|taken| taken.rule == *place))
                        .map(|(_, identity)| identity.clone())
                        .collect(),
                });
            }
            let mut names = input.names;
            names.extend(definition.correlation.group_by.iter().cloned().zip(group));
            inputs.push(Input {
                source: Source::Correlation(index),
                event: input.event,
                names,
            });
        }
        results
    }
}

impl Definition {
    fn take(&self, rule: usize, time: i128, input: &Input<'_>) -> Option<Taken> {
        let group = self.correlation.group_by.iter().map(|name| {
            // S-417: an alias means a field of its own in the events of each rule.
            let alias = (self.aliases.iter())
                .find(|(alias, source, _)| alias == name && *source == self.inputs[rule]);
            single(input, alias.map_or(name, |(_, _, field)| field))
        });
        let group = group.collect::<Option<Vec<String>>>()?;
        let values = self.threshold().filter(|_| self.takes_values());
        let values = values.map_or(&[][..], |threshold| &threshold.fields);
        let values = values.iter().map(|field| single(input, field));
        let values = values.collect::<Option<Vec<String>>>()?;
        let needs_number =
            self.takes_values() && self.correlation.kind != CorrelationType::ValueCount;
        if needs_number && Number::parse(&values[0]).is_none() {
            return None;
        }
        Some(Taken {
            time,
            group,
            rule,
            values,
        })
    }

    fn threshold(&self) -> Option<&Threshold> {
        match &self.correlation.condition {
            Some(CorrelationCondition::Threshold(threshold)) => Some(threshold),
            _ => None,
        }
    }

    fn takes_values(&self) -> bool {
        !matches!(
            self.correlation.kind,
            CorrelationType::EventCount
                | CorrelationType::Temporal
                | CorrelationType::TemporalOrdered
        )
    }

    fn holds(&self, window: &[&Taken]) -> bool {
        let seen = |rule: usize| window.iter().any(|taken| taken.rule == rule);
        let distinct = (0..self.inputs.len()).filter(|rule| seen(*rule)).count();
        let is_ordered = self.is_ordered(window);
        let count = match self.correlation.kind {
            CorrelationType::TemporalOrdered if !is_ordered => 0,
            _ => distinct,
        };
        match (&self.correlation.condition, self.correlation.kind) {
            (None, _) => count == self.inputs.len(),
            (Some(CorrelationCondition::Rules(condition)), kind) => {
                let references = &self.correlation.rules;
                let place = |name: &str| references.iter().position(|it| it.text == name);
                let is_seen = |name: &str| place(name).is_some_and(&seen);
                (kind != CorrelationType::TemporalOrdered || is_ordered)
                    && expression_holds(&condition.expression, &is_seen)
            }
            (Some(CorrelationCondition::Threshold(threshold)), kind) => {
                let (value, times) = match kind {
                    CorrelationType::Temporal | CorrelationType::TemporalOrdered => {
                        (whole(count), 1)
                    }
                    _ => self.value(window),
                };
                let compared = threshold.comparisons.iter().map(|(operator, number)| {
                    (operator, value.cmp(&(rule_number(*number) * times)))
                });
                compared
                    .into_iter()
                    .all(|(operator, order)| match operator {
                        Operator::Gt => order.is_gt(),
                        Operator::Gte => order.is_ge(),
                        Operator::Lt => order.is_lt(),
                        Operator::Lte => order.is_le(),
                        Operator::Eq => order.is_eq(),
                        Operator::Neq => order.is_ne(),
                        other => panic!("an operator the reference does not know: {other}"),
                    })
            }
            (Some(other), _) => panic!("a condition the reference does not know: {other:?}"),
        }
    }

    /// So many times the value that is compared.
    fn value(&self, window: &[&Taken]) -> (i128, i128) {
        let percentile = self.threshold().and_then(|threshold| threshold.percentile);
        let mut values: Vec<&[String]> = window.iter().map(|taken| &*taken.values).collect();
        match self.correlation.kind {
            CorrelationType::EventCount => (whole(window.len()), 1),
            CorrelationType::ValueCount => {
                values.sort();
                values.dedup();
                (whole(values.len()), 1)
            }
            CorrelationType::ValueSum => (numbers(&values).iter().sum(), 1),
            CorrelationType::ValueAvg => (numbers(&values).iter().sum(), values.len() as i128),
            CorrelationType::ValuePercentile => {
                at_percentile(&numbers(&values), percentile.unwrap_or(50))
            }
            CorrelationType::ValueMedian => at_percentile(&numbers(&values), 50),
            other => panic!("a type the reference does not know: {other}"),
        }
    }

    /// S-415: every rule in turn at its first event that is not before that of the rule before it.
    fn is_ordered(&self, window: &[&Taken]) -> bool {
        let mut after = i128::MIN;
        (0..self.inputs.len()).all(|rule| {
            let of_rule = window.iter().filter(|taken| taken.rule == rule);
            let next = of_rule
                .map(|taken| taken.time)
                .filter(|time| *time >= after)
                .min();
            after = next.unwrap_or(after);
            next.is_some()
        })
    }
}

fn expression_holds(expression: &Expression, is_seen: &dyn Fn(&str) -> bool) -> bool {
    match expression {
        Expression::Identifier(name) => is_seen(name),
        Expression::Not(operand) => !expression_holds(operand, is_seen),
        Expression::And(operands) => operands.iter().all(|it| expression_holds(it, is_seen)),
        Expression::Or(operands) => operands.iter().any(|it| expression_holds(it, is_seen)),
        other => panic!("an expression the reference does not know: {other}"),
    }
}

/// S-414, a hundred times.
fn at_percentile(values: &[i128], percentile: u8) -> (i128, i128) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = usize::from(percentile) * (sorted.len() - 1);
    let (below, way) = (rank / 100, (rank % 100) as i128);
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    (sorted[below] * (100 - way) + above * way, 100)
}

fn numbers(values: &[&[String]]) -> Vec<i128> {
    values.iter().map(|values| scaled(&values[0])).collect()
}

fn rule_number(number: RuleNumber) -> i128 {
    match number {
        RuleNumber::Integer(value) => value * SCALE,
        RuleNumber::Float(value) => scaled(&value.to_string()),
        other => panic!("a number the reference does not know: {other:?}"),
    }
}

/// The number as so many trillionths. The tests have none that are finer.
fn scaled(text: &str) -> i128 {
    let text = Number::parse(text).expect("a number").text();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    assert!(fraction.len() <= 12, "{text} is too fine for the reference");
    let digits = format!("{whole}{fraction:0<12}");
    digits.parse().expect("few enough digits")
}

fn whole(count: usize) -> i128 {
    count as i128 * SCALE
}

/// The text of the field's only leaf, a scalar (S-404); of the names of groups first (S-410).
fn single(input: &Input<'_>, field: &str) -> Option<String> {
    if let Some(text) = input.names.get(field) {
        return Some(text.clone());
    }
    match leaves(&lookup(input.event, field)).as_slice() {
        [leaf] => Some(text(leaf)?.into_owned()),
        _ => None,
    }
}

fn time(event: &Value) -> Option<i128> {
    match leaves(&lookup(event, "timestamp")).as_slice() {
        [leaf] => instant::nanoseconds(leaf),
        _ => None,
    }
}

const SCALE: i128 = 1_000_000_000_000;
