//! Ids and names, and what correlations and filters mean by them (S-058, S-408, S-417, S-452).

use std::collections::{HashMap, HashSet};

use crate::collection::graph;
use crate::error::{CollectionDetail, Error, Problem, Problems, Severity, nearest};
use crate::rule::{Correlation, Document, Filter, Location, RuleId, RuleReference, Targets};

/// The documents by id and by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    ids: HashMap<String, Holders>,
    names: HashMap<String, Holders>,
}

/// Who has an id or a name.
#[derive(Clone, Copy, Debug)]
struct Holders {
    /// The first document that has it.
    first: usize,
    /// The first rule or correlation that has it: filters cannot be referred to.
    referable: Option<usize>,
    /// Whether a second rule or correlation has it too.
    is_ambiguous: bool,
}

/// Why a reference means no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unresolved {
    Unknown,
    Ambiguous,
}

/// What is known after all documents have been looked at together.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) index: Index,
    /// In the order of the documents they concern.
    pub(super) problems: Vec<Problem>,
    /// For each document whether it stays.
    pub(super) active: Vec<bool>,
}

/// Holds the documents against each other.
///
/// # Cost
/// Linear in the documents and their references.
pub(super) fn check(documents: &[&Document]) -> Checked {
    let index = Index::new(documents);
    let mut checker = Checker {
        documents,
        index: &index,
        problems: (0..documents.len()).map(|_| Problems::default()).collect(),
        edges: vec![Vec::new(); documents.len()],
        suggestions: MOST_SUGGESTIONS,
    };
    for (number, document) in documents.iter().enumerate() {
        checker.repeated(number, document);
        match document {
            Document::Correlation(correlation) => checker.correlation(number, correlation),
            Document::Filter(filter) => checker.filter(number, filter),
            Document::Rule(_) => {}
        }
    }
    checker.circles();
    let active = checker
        .problems
        .iter()
        .map(|problems| !problems.has_errors())
        .collect();
    let problems = checker
        .problems
        .into_iter()
        .flat_map(Problems::into_vec)
        .collect();
    Checked {
        index,
        problems,
        active,
    }
}

impl Index {
    fn new(documents: &[&Document]) -> Self {
        let mut index = Self::default();
        for (number, document) in documents.iter().enumerate() {
            let metadata = document.metadata();
            let is_referable = !matches!(document, Document::Filter(_));
            if let Some(id) = &metadata.id {
                note(&mut index.ids, id.as_str(), number, is_referable);
            }
            if let Some(name) = &metadata.name {
                note(&mut index.names, name, number, is_referable);
            }
        }
        index
    }

    /// The rule or correlation with that id, in any spelling, or that name.
    pub(super) fn resolve(&self, reference: &str) -> Result<usize, Unresolved> {
        let id = RuleId::parse(reference);
        let by_id = self.ids.get(id.as_ref().map_or(reference, RuleId::as_str));
        let holders = [by_id, self.names.get(reference)].into_iter().flatten();
        let mut found = None;
        for holders in holders {
            let Some(referable) = holders.referable else {
                continue;
            };
            if holders.is_ambiguous || found.is_some_and(|found| found != referable) {
                return Err(Unresolved::Ambiguous);
            }
            found = Some(referable);
        }
        found.ok_or(Unresolved::Unknown)
    }
}

fn note(index: &mut HashMap<String, Holders>, key: &str, number: usize, is_referable: bool) {
    let referable = is_referable.then_some(number);
    match index.get_mut(key) {
        Some(holders) => {
            holders.is_ambiguous |= is_referable && holders.referable.is_some();
            holders.referable = holders.referable.or(referable);
        }
        None => {
            let holders = Holders {
                first: number,
                referable,
                is_ambiguous: false,
            };
            index.insert(key.to_owned(), holders);
        }
    }
}

struct Checker<'d> {
    documents: &'d [&'d Document],
    index: &'d Index,
    /// For each document.
    problems: Vec<Problems>,
    /// For each document the correlations it refers to, with the names it has for them.
    edges: Vec<Vec<(usize, &'d RuleReference)>>,
    /// How many misspelt names may still be looked up.
    suggestions: usize,
}

impl<'d> Checker<'d> {
    fn repeated(&mut self, number: usize, document: &Document) {
        let metadata = document.metadata();
        let id = metadata.id.as_ref().map(|id| id.as_str());
        if let Some((id, first)) = id.and_then(|id| Some((id, self.index.ids.get(id)?.first))) {
            if first != number {
                let detail = CollectionDetail::RepeatedId {
                    id: id.to_owned(),
                    first: self.describe(first),
                };
                self.report(number, Severity::Warning, detail, metadata.source.location);
            }
        }
        let name = metadata.name.as_deref();
        if let Some((name, first)) =
            name.and_then(|name| Some((name, self.index.names.get(name)?.first)))
        {
            if first != number {
                let detail = CollectionDetail::RepeatedName {
                    name: name.to_owned(),
                    first: self.describe(first),
                };
                self.report(number, Severity::Warning, detail, metadata.source.location);
            }
        }
    }

    /// A document and where it is.
    fn describe(&self, number: usize) -> String {
        let Some(metadata) = self
            .documents
            .get(number)
            .map(|document| document.metadata())
        else {
            return String::new();
        };
        let place = match (&metadata.source.file, metadata.source.location) {
            (Some(file), Some(place)) => format!(" ({file}:{place})"),
            (Some(file), None) => format!(" ({file})"),
            (None, Some(place)) => format!(" ({place})"),
            (None, None) => String::new(),
        };
        format!("'{}'{place}", crate::error::Excerpt(metadata.label()))
    }

    fn correlation(&mut self, number: usize, correlation: &'d Correlation) {
        let mut taken = HashSet::new();
        for reference in &correlation.rules {
            if let Some(target) = self.reference(number, reference) {
                taken.insert(target);
                self.edge(number, target, reference);
            }
        }
        for alias in &correlation.aliases {
            for (reference, _) in &alias.fields {
                let target = self.reference(number, reference);
                if target.is_some_and(|target| !taken.contains(&target)) {
                    let (alias, name) = (alias.name.clone(), reference.text.clone());
                    let detail = CollectionDetail::AliasWithoutEffect { alias, name };
                    self.report(number, Severity::Warning, detail, Some(reference.location));
                }
            }
        }
    }

    fn edge(&mut self, number: usize, target: usize, reference: &'d RuleReference) {
        if target == number {
            let detail = CollectionDetail::SelfReference {
                name: reference.text.clone(),
            };
            self.report(number, Severity::Error, detail, Some(reference.location));
        } else if matches!(self.documents.get(target), Some(Document::Correlation(_))) {
            if let Some(edges) = self.edges.get_mut(number) {
                edges.push((target, reference));
            }
        }
    }

    fn reference(&mut self, number: usize, reference: &RuleReference) -> Option<usize> {
        let name = reference.text.clone();
        let detail = match self.index.resolve(&name) {
            Ok(target) => return Some(target),
            Err(Unresolved::Ambiguous) => CollectionDetail::AmbiguousReference { name },
            Err(Unresolved::Unknown) => {
                let nearest = self.nearest(&name);
                CollectionDetail::UnknownReference { name, nearest }
            }
        };
        self.report(number, Severity::Error, detail, Some(reference.location));
        None
    }

    fn nearest(&mut self, name: &str) -> Option<String> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let names = self.documents.iter().filter_map(|document| match document {
            Document::Filter(_) => None,
            other => other.metadata().name.as_deref(),
        });
        nearest(name, names).map(str::to_owned)
    }

    fn filter(&mut self, number: usize, filter: &Filter) {
        let Targets::Rules(references) = &filter.targets else {
            return;
        };
        for reference in references {
            let name = reference.text.clone();
            let (severity, detail) = match self.index.resolve(&name) {
                Err(Unresolved::Unknown) => {
                    (Severity::Warning, CollectionDetail::UnknownTarget { name })
                }
                Err(Unresolved::Ambiguous) => (
                    Severity::Error,
                    CollectionDetail::AmbiguousReference { name },
                ),
                Ok(target) => match self.documents.get(target) {
                    Some(Document::Correlation(_)) => (
                        Severity::Warning,
                        CollectionDetail::CorrelationTarget { name },
                    ),
                    _ => continue,
                },
            };
            self.report(number, severity, detail, Some(reference.location));
        }
    }

    /// Rejects correlations that refer to themselves through others, and then those that refer to rejected ones.
    fn circles(&mut self) {
        let targets: Vec<Vec<usize>> = self
            .edges
            .iter()
            .map(|edges| edges.iter().map(|(target, _)| *target).collect())
            .collect();
        for circle in graph::circles(&targets) {
            for place in 0..circle.len() {
                self.report_circle(&circle, place);
            }
        }
        let rejected: Vec<bool> = self.problems.iter().map(Problems::has_errors).collect();
        for (number, target) in graph::dependents(&targets, &rejected) {
            if let Some(reference) = self.edge_to(number, target) {
                let detail = CollectionDetail::RejectedReference {
                    name: reference.text.clone(),
                };
                self.report(number, Severity::Error, detail, Some(reference.location));
            }
        }
    }

    /// Reports a circle at one of its correlations, with the names by which the others are referred to.
    fn report_circle(&mut self, circle: &[usize], place: usize) {
        let around = || circle.iter().copied().cycle().skip(place);
        let steps = around()
            .zip(around().skip(1))
            .take(circle.len().min(MOST_IN_CIRCLE + 1) - 1);
        let names = steps.filter_map(|(from, to)| Some(self.edge_to(from, to)?.text.clone()));
        let detail = CollectionDetail::Circle {
            path: names.collect(),
            is_longer: circle.len() > MOST_IN_CIRCLE + 1,
        };
        let edge = around().zip(around().skip(1)).next();
        let Some((from, to)) = edge else {
            return;
        };
        let location = self.edge_to(from, to).map(|reference| reference.location);
        self.report(from, Severity::Error, detail, location);
    }

    fn edge_to(&self, from: usize, to: usize) -> Option<&'d RuleReference> {
        let edges = self.edges.get(from)?;
        edges
            .iter()
            .find(|(target, _)| *target == to)
            .map(|(_, reference)| *reference)
    }

    fn report(
        &mut self,
        number: usize,
        severity: Severity,
        detail: CollectionDetail,
        location: Option<Location>,
    ) {
        let (Some(document), Some(problems)) =
            (self.documents.get(number), self.problems.get_mut(number))
        else {
            return;
        };
        let metadata = document.metadata();
        let error = metadata
            .source
            .locate(Error::new(detail))
            .in_rule(metadata.label());
        let location = location.filter(|location| location.line > 0);
        problems.push(
            severity,
            match location {
                Some(location) => error.at(location),
                None => error,
            },
        );
    }
}

const MOST_SUGGESTIONS: usize = 20;
const MOST_IN_CIRCLE: usize = 5;
