//! Several pipelines in order, applied to rules and collections.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::collection::{Collection, filter};
use crate::condition::Expression;
use crate::error::{
    Error, Limits, PipelineDetail, PipelineFault, PipelineLabel, Problem, Problems,
};
use crate::rule::{
    Correlation, CustomValue, Detection, Detections, Document, Filter, LogSource, Metadata, Rule,
    SearchIdentifier,
};

use super::run::{CorrelationDraft, Draft, Reject, RuleDraft, Run};
use super::variable::Variables;
use super::walk::Tree;
use super::{BACKEND, Pipeline};

/// Pipelines in the order of their priorities, those of the same priority in the order given (S-500).
///
/// Each document starts with an empty state, which all pipelines share, as they share their variables: of two with one
/// name, that of the later pipeline holds.
///
/// # Example
/// ```
/// use sigmatic::Collection;
/// use sigmatic::pipeline::{Pipeline, Pipelines};
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// let loaded = Collection::from_yaml(r"
/// title: Failed logon
/// name: failed_logon
/// logsource: { product: windows, service: security }
/// detection: { selection: { EventID: 4625 }, condition: selection }
/// ---
/// title: Many failed logons
/// correlation:
///   type: event_count
///   rules: failed_logon
///   group-by: [Computer]
///   timespan: 5m
///   condition: { gte: 10 }
/// ");
/// let rewritten = Pipelines::new([Pipeline::ecs_windows()])?.apply_all(&loaded);
/// assert!(rewritten.problems.is_empty());
/// // What a correlation groups by is called as in the events, too.
/// let collection = rewritten.collection();
/// let correlation = collection.correlations().next().expect("it is kept");
/// assert_eq!(correlation.group_by, ["winlog.computer_name"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pipelines {
    pipelines: Vec<Pipeline>,
    variables: Variables,
    limits: Limits,
}

/// A rewritten document, and how it came about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Applied<T> {
    /// The document as it is now.
    pub document: T,
    /// The ids of the processing items that were applied, in order, each once. Items without an id are not listed.
    pub items: Vec<String>,
    /// What `set_state` has set, by its keys.
    pub state: Vec<(String, CustomValue)>,
}

/// What became of a collection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rewritten {
    /// The rules in their order, with their filters in them, and then the correlations, less those that were rejected.
    pub documents: Vec<Applied<Document>>,
    /// Why documents were rejected, each in its own words.
    pub problems: Vec<Problem>,
}

impl Pipelines {
    /// Puts pipelines in order.
    ///
    /// # Errors
    /// A pipeline that is for other engines only: `allowed_backends` is given and does not list
    /// [`sigmatic`](super::BACKEND).
    pub fn new(pipelines: impl IntoIterator<Item = Pipeline>) -> Result<Self, Error> {
        let mut pipelines: Vec<Pipeline> = pipelines.into_iter().collect();
        pipelines.sort_by_key(|pipeline| pipeline.priority);
        let mut variables = Variables::default();
        for pipeline in &pipelines {
            pipeline.check_backend()?;
            variables.merge(&pipeline.variables);
        }
        Ok(Self {
            pipelines,
            variables,
            limits: Limits::default(),
        })
    }

    /// Sets how much may be made of one document.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether there is no pipeline.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pipelines.is_empty()
    }

    /// Rewrites one rule.
    ///
    /// # Errors
    /// Why it is rejected.
    ///
    /// # Cost
    /// For each item linear in the rule and what pipelines make of it, which [`Limits::rewrite_bytes`] bounds.
    #[expect(
        clippy::unreachable,
        reason = "transformations change a draft, and put no other in its place"
    )]
    pub fn apply(&self, rule: &Rule) -> Result<Applied<Rule>, Error> {
        let draft = Draft::Rule(Box::new(RuleDraft::new(rule.clone())));
        let (draft, run) = self.run(draft, &rule.metadata)?;
        let Draft::Rule(draft) = draft else {
            unreachable!("a rule stays a rule")
        };
        match draft.finish() {
            Ok(rewritten) => Ok(Applied::new(rewritten, run)),
            Err(fault) => Err(rejected(&rule.metadata, fault.into(), None)),
        }
    }

    /// Rewrites a correlation. `log_sources` are those of the rules it refers to, however indirectly, before and after
    /// they were rewritten: a `logsource` condition holds if it holds for any of them.
    ///
    /// # Errors
    /// Why it is rejected.
    #[expect(
        clippy::unreachable,
        reason = "transformations change a draft, and put no other in its place"
    )]
    pub fn apply_correlation(
        &self,
        correlation: &Correlation,
        log_sources: &[LogSource],
    ) -> Result<Applied<Correlation>, Error> {
        let draft = Draft::Correlation(Box::new(CorrelationDraft {
            correlation: correlation.clone(),
            log_sources: log_sources.to_vec(),
        }));
        let (draft, run) = self.run(draft, &correlation.metadata)?;
        let Draft::Correlation(draft) = draft else {
            unreachable!("a correlation stays one")
        };
        Ok(Applied::new(draft.correlation, run))
    }

    /// Puts the filters of a collection to its rules (S-455) and rewrites these and the correlations. What is rejected is
    /// left out.
    ///
    /// The rule-set builder does the same with rules; this is for correlations, and for looking at what becomes of many
    /// rules.
    ///
    /// # Cost
    /// As [`apply`](Self::apply) for each document.
    #[must_use]
    pub fn apply_all(&self, collection: &Collection) -> Rewritten {
        let mut problems = Problems::default();
        let filtered = with_filters(collection, &self.limits, &mut problems);
        let mut documents = Vec::new();
        let mut after = HashMap::new();
        for rule in filtered.rules() {
            match self.apply(rule) {
                Ok(applied) => {
                    after.insert(Arc::as_ptr(rule), applied.document.log_source.clone());
                    documents.push(applied.document());
                }
                Err(error) => problems.error(error),
            }
        }
        let sources = Sources {
            collection: &filtered,
            after,
        };
        for correlation in filtered.correlations() {
            match self.apply_correlation(correlation, &sources.of(correlation)) {
                Ok(applied) => documents.push(applied.document()),
                Err(error) => problems.error(error),
            }
        }
        Rewritten {
            documents,
            problems: problems.into_vec(),
        }
    }

    fn run(&self, mut draft: Draft, metadata: &Metadata) -> Result<(Draft, Run<'_>), Error> {
        let mut run = Run::new(&self.variables, &self.limits);
        for pipeline in &self.pipelines {
            for item in &pipeline.items {
                item.apply(&mut draft, &pipeline.source, &mut run)
                    .map_err(|reject| rejected(metadata, reject, Some(pipeline)))?;
            }
        }
        Ok((draft, run))
    }
}

impl Pipeline {
    fn check_backend(&self) -> Result<(), Error> {
        let allowed = &self.allowed_backends;
        if allowed.is_empty() || allowed.iter().any(|backend| backend == BACKEND) {
            return Ok(());
        }
        let fault = PipelineFault::NotAllowed {
            allowed: allowed.clone(),
        };
        Err(self.source.locate_file(Error::new(fault)))
    }
}

/// The error of a rejected document.
fn rejected(metadata: &Metadata, reject: Reject, pipeline: Option<&Pipeline>) -> Error {
    let reason = *reject.0;
    let (item, location) = match reason.item {
        Some((item, location)) => (Some(item), location),
        None => (None, None),
    };
    let error = Error::new(PipelineDetail {
        item,
        rejected_by: Some(PipelineLabel {
            name: pipeline.and_then(|pipeline| pipeline.source.file.clone()),
            location,
        }),
        fault: reason.fault,
    });
    let place = reason.location.or(metadata.source.location);
    let error = match place {
        Some(place) => error.at(place),
        None => error,
    };
    metadata.source.locate(error).in_rule(metadata.label())
}

impl RuleDraft {
    fn new(mut rule: Rule) -> Self {
        let take = |identifier: &mut SearchIdentifier| {
            let nothing = Detection::Any(Vec::new());
            Tree::from(std::mem::replace(&mut identifier.detection, nothing))
        };
        let trees = rule.detections.identifiers.iter_mut().map(take).collect();
        Self { rule, trees }
    }

    /// Puts the detections back. What has become empty drops out of the conditions.
    fn finish(mut self) -> Result<Rule, PipelineFault> {
        let identifiers = std::mem::take(&mut self.rule.detections.identifiers);
        let before = identifiers.len();
        let filled =
            identifiers
                .into_iter()
                .zip(self.trees)
                .filter_map(|(mut identifier, tree)| {
                    identifier.detection = tree.into_detection()?;
                    Some(identifier)
                });
        self.rule.detections.identifiers = filled.collect();
        if self.rule.detections.identifiers.len() < before {
            prune(&mut self.rule.detections)?;
        }
        Ok(self.rule)
    }
}

/// Takes search identifiers out of the conditions that are no longer there. A condition of which nothing is left is one
/// of alternatives less.
fn prune(detections: &mut Detections) -> Result<(), PipelineFault> {
    let names: Vec<String> = detections
        .identifiers
        .iter()
        .map(|identifier| identifier.name.clone())
        .collect();
    let left = Left {
        names: names.iter().map(String::as_str).collect(),
    };
    detections.conditions.retain_mut(|condition| {
        let Some(expression) = left.of(&condition.expression) else {
            return false;
        };
        if expression != condition.expression {
            condition.text = expression.to_string();
            condition.expression = expression;
        }
        true
    });
    if detections.conditions.is_empty() {
        return Err(PipelineFault::NothingLeft);
    }
    Ok(())
}

/// The search identifiers that are left.
struct Left<'d> {
    names: HashSet<&'d str>,
}

impl Left<'_> {
    /// Recursion follows the condition, whose depth `condition` bounds.
    fn of(&self, expression: &Expression) -> Option<Expression> {
        let all = |operands: &[Expression]| -> Option<Vec<Expression>> {
            let left: Vec<_> = operands
                .iter()
                .filter_map(|operand| self.of(operand))
                .collect();
            (!left.is_empty()).then_some(left)
        };
        Some(match expression {
            Expression::Identifier(name) if !self.names.contains(name.as_str()) => return None,
            Expression::Of(_, selector)
                if !self.names.iter().any(|name| selector.selects(name)) =>
            {
                return None;
            }
            Expression::Identifier(_) | Expression::Of(..) => expression.clone(),
            Expression::Not(inner) => Expression::Not(Box::new(self.of(inner)?)),
            Expression::And(operands) => Expression::all(all(operands)?),
            Expression::Or(operands) => Expression::any(all(operands)?),
        })
    }
}

impl<T> Applied<T> {
    fn new(document: T, run: Run<'_>) -> Self {
        Self {
            document,
            items: run.applied.iter().map(ToString::to_string).collect(),
            state: run.state.into_iter().collect(),
        }
    }
}

impl<T: Into<Document>> Applied<T> {
    fn document(self) -> Applied<Document> {
        Applied {
            document: self.document.into(),
            items: self.items,
            state: self.state,
        }
    }
}

impl Rewritten {
    /// The documents as a collection, in which references are checked anew: a correlation that refers to a rejected rule
    /// is rejected there.
    #[must_use]
    pub fn collection(&self) -> Collection {
        let documents = self.documents.iter();
        documents.map(|applied| applied.document.clone()).collect()
    }
}

/// The rules with their filters, and the correlations.
fn with_filters(collection: &Collection, limits: &Limits, problems: &mut Problems) -> Collection {
    let filters: Vec<Arc<Filter>> = collection.filters().cloned().collect();
    if filters.is_empty() {
        return collection.clone();
    }
    let rules = collection.rules().cloned().collect();
    let rules = filter::apply(rules, &filters, limits, problems).into_iter();
    let correlations = collection.correlations().cloned();
    rules
        .map(Document::Rule)
        .chain(correlations.map(Document::Correlation))
        .collect()
}

/// Where to look for the log sources of rules that correlations refer to.
struct Sources<'c> {
    collection: &'c Collection,
    /// By the address of each rule, its log source after it was rewritten.
    after: HashMap<*const Rule, LogSource>,
}

impl Sources<'_> {
    /// The log sources of all rules that a correlation refers to, however indirectly, before and after.
    fn of(&self, correlation: &Correlation) -> Vec<LogSource> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<&str> = references(correlation).collect();
        while let Some(reference) = open.pop() {
            if !seen.insert(reference) {
                continue;
            }
            match self.collection.referenced(reference) {
                Some(Document::Rule(rule)) => {
                    let after = self.after.get(&Arc::as_ptr(rule));
                    found.push(rule.log_source.clone());
                    found.extend(after.cloned());
                }
                Some(Document::Correlation(inner)) => open.extend(references(inner)),
                _ => {}
            }
        }
        found
    }
}

fn references(correlation: &Correlation) -> impl Iterator<Item = &str> {
    correlation
        .rules
        .iter()
        .map(|reference| reference.text.as_str())
}
