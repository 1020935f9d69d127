//! From correlations and a rule set to a plan: references resolved, inner correlations before outer ones.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::correlation::Correlator;
use crate::correlation::definition::{Component, Definition, Input, Source};
use crate::correlation::digest;
use crate::correlation::key::StableHash;
use crate::correlation::options::Options;
use crate::correlation::plan::Plan;
use crate::correlation::test::{RuleExpression, Test};
use crate::engine::RuleSet;
use crate::error::{CorrelatorDetail, Error, Problems};
use crate::rule::{
    Correlation, CorrelationCondition, CorrelationType, Metadata, Number, Operator, Threshold,
};

/// Collects correlations and options; [`build`](Self::build) joins them with the rules.
#[derive(Clone, Debug)]
pub struct CorrelatorBuilder<'r> {
    rules: &'r RuleSet,
    correlations: Vec<Arc<Correlation>>,
    options: Options,
}

impl Correlator<()> {
    /// Starts a correlator over the rules of a set.
    #[must_use]
    pub fn builder(rules: &RuleSet) -> CorrelatorBuilder<'_> {
        CorrelatorBuilder {
            rules,
            correlations: Vec::new(),
            options: Options::default(),
        }
    }
}

impl CorrelatorBuilder<'_> {
    /// Adds one correlation. What it refers to may be added later.
    #[must_use]
    pub fn correlation(mut self, correlation: impl Into<Arc<Correlation>>) -> Self {
        self.correlations.push(correlation.into());
        self
    }

    /// Sets how time is read and how much may be kept.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Resolves what the correlations refer to. One that cannot be is left out and reported by
    /// [`Correlator::problems`], and so are those that take it.
    ///
    /// `T` is how the embedder names an event: what [`observe`](Correlator::observe) is given beside each, and
    /// [`CorrelationMatch::events`](super::CorrelationMatch::events) gives back. `()` costs nothing.
    ///
    /// # Errors
    /// None at present: what is wrong with a correlation concerns that correlation and those that take it.
    ///
    /// # Cost
    /// Linear in the rules and correlations, and in the rules of each correlation.
    pub fn build<T: Clone + std::fmt::Debug>(self) -> Result<Correlator<T>, Error> {
        let mut problems = Problems::default();
        let mut resolver = Resolver::new(self.rules, &self.correlations);
        let resolved = resolver.resolve_all(&mut problems);
        let plan = assemble(self.rules, resolved, resolver.fields);
        Ok(Correlator::new(
            Arc::new(plan),
            self.options,
            problems.into_vec(),
        ))
    }
}

/// Names, and who has them.
struct Resolver<'a> {
    rules: &'a RuleSet,
    correlations: &'a [Arc<Correlation>],
    /// Ids and names; `None` if several rules or correlations have one.
    names: HashMap<&'a str, Option<Named>>,
    fields: Fields,
}

/// A rule of the set, or a correlation in the order in which they were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Named {
    Rule(usize),
    Correlation(usize),
}

/// A correlation whose references mean something.
struct Resolved<'a> {
    correlation: &'a Arc<Correlation>,
    inputs: Vec<Named>,
}

#[derive(Debug, Default)]
pub(super) struct Fields {
    ids: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Fields {
    fn intern(&mut self, name: &str) -> u32 {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = name.into();
        self.ids.insert(name.clone(), id);
        self.names.push(name);
        id
    }

    pub(super) fn into_names(self) -> Vec<Arc<str>> {
        self.names
    }
}

impl<'a> Resolver<'a> {
    fn new(rules: &'a RuleSet, correlations: &'a [Arc<Correlation>]) -> Self {
        let mut names: HashMap<&str, Option<Named>> = HashMap::new();
        let mut note = |metadata: &'a Metadata, named: Named| {
            let id = metadata.id.as_ref().map(|id| id.as_str());
            for name in [id, metadata.name.as_deref()].into_iter().flatten() {
                names
                    .entry(name)
                    .and_modify(|other| *other = other.filter(|other| *other == named))
                    .or_insert(Some(named));
            }
        };
        for (index, rule) in rules.rules().enumerate() {
            note(&rule.metadata, Named::Rule(index));
        }
        for (index, correlation) in correlations.iter().enumerate() {
            note(&correlation.metadata, Named::Correlation(index));
        }
        Self {
            rules,
            correlations,
            names,
            fields: Fields::default(),
        }
    }

    fn named(&self, reference: &str) -> Result<Named, CorrelatorDetail> {
        let id = crate::rule::RuleId::parse(reference);
        let by_id = id.as_ref().and_then(|id| self.names.get(id.as_str()));
        let name = reference.to_owned();
        match (by_id, self.names.get(reference)) {
            (None, None) => Err(CorrelatorDetail::NotInSet { name }),
            (Some(Some(one)), Some(Some(other))) if one == other => Ok(*one),
            (Some(Some(one)), None) | (None, Some(Some(one))) => Ok(*one),
            _ => Err(CorrelatorDetail::Ambiguous { name }),
        }
    }

    /// The correlations that are in order, inner ones first.
    fn resolve_all(&mut self, problems: &mut Problems) -> Vec<Joined> {
        let correlations = self.correlations;
        let mut resolved: Vec<Option<Resolved<'_>>> = correlations
            .iter()
            .map(|correlation| self.resolve(correlation, problems))
            .collect();
        // For each, who takes it, and how many that it takes are still to come.
        let mut outer = vec![Vec::new(); resolved.len()];
        let mut open = vec![0_usize; resolved.len()];
        for (index, one) in resolved.iter().enumerate() {
            for inner in one.iter().flat_map(inner) {
                if let (Some(outer), Some(open)) = (outer.get_mut(inner), open.get_mut(index)) {
                    outer.push(index);
                    *open += 1;
                }
            }
        }
        let mut numbers: Vec<Option<u32>> = vec![None; resolved.len()];
        let mut joined: Vec<Joined> = Vec::new();
        let mut ready: std::collections::VecDeque<usize> = (0..resolved.len())
            .filter(|index| open.get(*index) == Some(&0))
            .collect();
        while let Some(index) = ready.pop_front() {
            if let Some(one) = resolved.get_mut(index).and_then(Option::take) {
                match self.join(&one, &numbers) {
                    Ok(one) => {
                        let number = u32::try_from(joined.len()).unwrap_or(u32::MAX);
                        if let Some(place) = numbers.get_mut(index) {
                            *place = Some(number);
                        }
                        joined.push(one);
                    }
                    Err(detail) => report(one.correlation, detail, problems),
                }
            }
            for outer in outer.get(index).into_iter().flatten() {
                if let Some(open) = open.get_mut(*outer) {
                    *open -= 1;
                    if *open == 0 {
                        ready.push_back(*outer);
                    }
                }
            }
        }
        for circular in resolved.iter().flatten() {
            report(circular.correlation, CorrelatorDetail::Circle, problems);
        }
        joined
    }

    fn resolve(
        &self,
        correlation: &'a Arc<Correlation>,
        problems: &mut Problems,
    ) -> Option<Resolved<'a>> {
        let mut inputs = Vec::new();
        let mut taken = HashSet::new();
        for reference in &correlation.rules {
            match self.named(&reference.text) {
                Ok(named) if taken.insert(named) => inputs.push(named),
                Ok(_) => {}
                Err(detail) => {
                    let error = Error::new(detail).at(reference.location);
                    problems.error(located(correlation, error));
                    return None;
                }
            }
        }
        Some(Resolved {
            correlation,
            inputs,
        })
    }

    /// Turns names into numbers, and checks what only models not read from a text can have wrong.
    fn join(
        &mut self,
        resolved: &Resolved<'_>,
        numbers: &[Option<u32>],
    ) -> Result<Joined, CorrelatorDetail> {
        let correlation = resolved.correlation;
        let mut inputs = Vec::new();
        for named in &resolved.inputs {
            inputs.push(self.input(correlation, *named, numbers)?);
        }
        let incomplete = CorrelatorDetail::Incomplete {
            kind: correlation.kind.name(),
        };
        let threshold = match &correlation.condition {
            Some(CorrelationCondition::Threshold(threshold)) => Some(threshold),
            _ => None,
        };
        let test = self
            .test(resolved)
            .ok_or_else(|| match &correlation.condition {
                Some(CorrelationCondition::Rules(rules)) => CorrelatorDetail::Condition {
                    text: rules.text.clone(),
                },
                _ => incomplete.clone(),
            })?;
        let fields = threshold.map_or(&[][..], |threshold| &threshold.fields);
        if inputs.is_empty() || needs_field(correlation.kind) && fields.is_empty() {
            return Err(incomplete);
        }
        Ok(Joined {
            correlation: correlation.clone(),
            group_by: self.intern_all(&correlation.group_by),
            value_fields: match needs_field(correlation.kind) {
                true => self.intern_all(fields),
                false => Vec::new(),
            },
            percentile: percentile(correlation.kind, threshold),
            inputs,
            test,
        })
    }

    fn intern_all(&mut self, names: &[String]) -> Vec<u32> {
        names.iter().map(|name| self.fields.intern(name)).collect()
    }

    fn input(
        &mut self,
        correlation: &Correlation,
        named: Named,
        numbers: &[Option<u32>],
    ) -> Result<Input, CorrelatorDetail> {
        let (source, metadata) = match named {
            Named::Rule(index) => {
                let number = u32::try_from(index).unwrap_or(u32::MAX);
                let rule = self.rules.rules().nth(index).map(|rule| &rule.metadata);
                (Some(Source::Rule(number)), rule)
            }
            Named::Correlation(index) => {
                let number = numbers.get(index).copied().flatten();
                let inner = self.correlations.get(index);
                (
                    number.map(Source::Correlation),
                    inner.map(|inner| &inner.metadata),
                )
            }
        };
        let identity = metadata.map_or("", Metadata::identity);
        let Some(source) = source else {
            let name = identity.to_owned();
            return Err(CorrelatorDetail::LeftOut { name });
        };
        let identity = identity.into();
        let names = correlation.group_by.iter();
        let keys: Vec<String> = names
            .map(|name| self.alias(correlation, name, named))
            .collect();
        Ok(Input {
            source,
            identity,
            keys: self.intern_all(&keys),
        })
    }

    /// The field that an entry of `group-by` means in the events of a rule (S-417).
    fn alias(&self, correlation: &Correlation, name: &str, rule: Named) -> String {
        let aliases = correlation.aliases.iter();
        let mut fields = aliases
            .filter(|alias| alias.name == name)
            .flat_map(|alias| &alias.fields);
        let field = fields.find(|(reference, _)| self.named(&reference.text).ok() == Some(rule));
        field.map_or(name, |(_, field)| field).to_owned()
    }

    fn test(&self, resolved: &Resolved<'_>) -> Option<Test> {
        let all = |rules: usize| {
            let rules = i128::try_from(rules).unwrap_or(i128::MAX);
            Test::comparisons([&(Operator::Gte, Number::Integer(rules))])
        };
        match &resolved.correlation.condition {
            None if resolved.correlation.kind.is_temporal() => Some(all(resolved.inputs.len())),
            None => None,
            Some(CorrelationCondition::Threshold(threshold)) => {
                Some(Test::comparisons(&threshold.comparisons))
            }
            Some(CorrelationCondition::Rules(condition)) => {
                if !resolved.correlation.kind.is_temporal() {
                    return None;
                }
                let place = |name: &str| {
                    let named = self.named(name).ok()?;
                    resolved.inputs.iter().position(|input| *input == named)
                };
                let expression = RuleExpression::resolve(&condition.expression, &place)?;
                Some(Test::Rules(Box::new(expression)))
            }
        }
    }
}

fn inner(resolved: &Resolved<'_>) -> impl Iterator<Item = usize> {
    resolved.inputs.iter().filter_map(|named| match named {
        Named::Correlation(index) => Some(*index),
        Named::Rule(_) => None,
    })
}

fn needs_field(kind: CorrelationType) -> bool {
    !kind.is_temporal() && kind != CorrelationType::EventCount
}

fn percentile(kind: CorrelationType, threshold: Option<&Threshold>) -> u8 {
    let percentile = threshold.and_then(|threshold| threshold.percentile);
    match kind {
        CorrelationType::ValuePercentile => percentile.unwrap_or(50).min(100),
        _ => 50,
    }
}

fn report(correlation: &Correlation, detail: CorrelatorDetail, problems: &mut Problems) {
    problems.error(located(correlation, Error::new(detail)));
}

fn located(correlation: &Correlation, error: Error) -> Error {
    let metadata = &correlation.metadata;
    let error = match metadata.source.location {
        Some(location) => error.at(location),
        None => error,
    };
    metadata.source.locate(error).in_rule(metadata.label())
}

/// A correlation whose references are numbers.
struct Joined {
    correlation: Arc<Correlation>,
    inputs: Vec<Input>,
    group_by: Vec<u32>,
    value_fields: Vec<u32>,
    percentile: u8,
    test: Test,
}

fn assemble(rules: &RuleSet, joined: Vec<Joined>, fields: Fields) -> Plan {
    let digests = digest::of_all(rules, &joined, |joined| {
        (&joined.correlation, &joined.inputs)
    });
    let components = components(&joined, &digests);
    let mut outer = vec![Vec::new(); joined.len()];
    let mut generated: HashMap<Source, bool> = HashMap::new();
    for (number, one) in (0..).zip(&joined) {
        for (place, input) in (0..).zip(&one.inputs) {
            *generated.entry(input.source).or_default() |= one.correlation.generate;
            if let Source::Correlation(inner) = input.source {
                if let Some(outer) = outer.get_mut(inner as usize) {
                    outer.push((number, place));
                }
            }
        }
    }
    let parts = digests.into_iter().zip(components).zip(outer);
    let numbered = (0..).zip(joined).zip(parts);
    let definitions = numbered.map(|((number, joined), ((digest, component), outer))| {
        let seconds = i64::try_from(joined.correlation.timespan.seconds).unwrap_or(i64::MAX);
        Arc::new(Definition {
            digest,
            inputs: joined.inputs,
            group_by: joined.group_by,
            value_fields: joined.value_fields,
            percentile: joined.percentile,
            span: seconds.saturating_mul(1_000_000_000),
            test: joined.test,
            is_reported: generated.get(&Source::Correlation(number)) != Some(&false),
            outer,
            component,
            correlation: joined.correlation,
        })
    });
    let definitions = definitions.collect();
    Plan::new(rules, definitions, &generated, fields.into_names())
}

/// For each correlation its component: joined by taking each other.
fn components(joined: &[Joined], digests: &[u64]) -> Vec<Component> {
    let mut leaders: Vec<usize> = (0..joined.len()).collect();
    for (number, one) in joined.iter().enumerate() {
        for input in &one.inputs {
            if let Source::Correlation(inner) = input.source {
                let (one, other) = (
                    leader(&mut leaders, number),
                    leader(&mut leaders, inner as usize),
                );
                if let Some(place) = leaders.get_mut(one.max(other)) {
                    *place = one.min(other);
                }
            }
        }
    }
    let mut hashes: HashMap<usize, (StableHash, bool)> = HashMap::new();
    for (number, (one, digest)) in joined.iter().zip(digests).enumerate() {
        let leader = leader(&mut leaders, number);
        let first = joined.get(leader).map_or(&[][..], |first| &first.group_by);
        let inner = one
            .inputs
            .iter()
            .filter(|input| matches!(input.source, Source::Correlation(_)));
        let is_keyed = one.group_by == first && inner.into_iter().all(|it| it.keys == one.group_by);
        let (hash, all_keyed) = hashes.entry(leader).or_insert((StableHash::new(), true));
        hash.write(&digest.to_le_bytes());
        *all_keyed &= is_keyed;
    }
    (0..joined.len())
        .map(|number| {
            let found = hashes.get(&leader(&mut leaders, number));
            found.map_or_else(Component::default, |(hash, is_keyed)| Component {
                id: hash.finish(),
                is_keyed: *is_keyed,
            })
        })
        .collect()
}

/// The smallest number of the component; shortens the way to it.
fn leader(leaders: &mut [usize], number: usize) -> usize {
    let mut at = number;
    while let Some(next) = leaders.get(at).copied().filter(|next| *next != at) {
        let far = leaders.get(next).copied().unwrap_or(next);
        if let Some(place) = leaders.get_mut(at) {
            *place = far;
        }
        at = next;
    }
    at
}
