//! Where documents become a rule set: the language side handed to the engine, rule by rule.
//!
//! In: collections, a table of placeholders, settings. Out: a [`RuleSet`]. Called by embedders. Compiles nothing
//! itself and matches nothing; it is the only module that sees both `collection` and `engine`.

use std::sync::Arc;

use crate::collection::{self, Collection};
use crate::compile;
use crate::engine::{Assembler, Origin, RuleSet, Settings};
use crate::error::{Error, Limits, Problems};
use crate::pipeline::{LogSources, Mapped, Pipeline, Pipelines};
use crate::rule::{Filter, Placeholders, Rule};

/// Collects rules and settings; [`build`](Self::build) compiles them.
#[derive(Clone, Debug, Default)]
pub struct RuleSetBuilder {
    rules: Vec<Arc<Rule>>,
    filters: Vec<Arc<Filter>>,
    pipelines: Vec<Pipeline>,
    origin: Origin,
    settings: Settings,
    log_sources: Option<LogSources>,
}

impl RuleSet {
    /// Starts a rule set.
    #[must_use]
    pub fn builder() -> RuleSetBuilder {
        RuleSetBuilder::default()
    }

    /// Loads and compiles the rules of a text, strictly.
    ///
    /// # Errors
    /// The first error of the text or of a rule in it. To keep the rules that are in order, load a
    /// [`Collection`] and use the [`builder`](Self::builder).
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        let loaded = Collection::from_yaml(text);
        let rules = Self::builder().collection(&loaded).build()?;
        match loaded
            .problems()
            .iter()
            .chain(rules.problems())
            .find(|problem| problem.is_error())
        {
            Some(problem) => Err(problem.error().clone()),
            None => Ok(rules),
        }
    }
}

impl RuleSetBuilder {
    /// Adds the rules and filters of a collection.
    ///
    /// Filters apply to all rules of the set (S-455): those of this collection, of others that are added before or
    /// after it, and those added one by one. A filter that names rules is for each rule of the set with that id or
    /// name.
    #[must_use]
    pub fn collection(mut self, collection: &Collection) -> Self {
        self.rules.extend(collection.rules().cloned());
        self.filters.extend(collection.filters().cloned());
        self
    }

    /// Adds one rule.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<Arc<Rule>>) -> Self {
        self.rules.push(rule.into());
        self
    }

    /// Adds one filter, for all rules of the set that it names and covers (S-452, S-453).
    #[must_use]
    pub fn filter(mut self, filter: impl Into<Arc<Filter>>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// Adds a processing pipeline (chapter 16), which rewrites every rule of the set, with what filters added to it. Of
    /// several, those of lower priority come first, of the same priority those added first.
    #[must_use]
    pub fn pipeline(mut self, pipeline: Pipeline) -> Self {
        self.pipelines.push(pipeline);
        self
    }

    /// Lets every rule ask for the events of its log source too (S-471). A rule whose log source is not in the map is
    /// left out: see [`RuleSet::unmapped`].
    ///
    /// Without a map, log sources are not looked at, and every rule is held against every event (S-470). Where an
    /// event is from may then be known otherwise: see [`LogSource::excludes`](crate::rule::LogSource::excludes).
    #[must_use]
    pub fn log_sources(mut self, map: LogSources) -> Self {
        self.log_sources = Some(map);
        self
    }

    /// Sets the values that `expand` takes (S-251). Without them every placeholder is an error.
    #[must_use]
    pub fn placeholders(mut self, placeholders: Placeholders) -> Self {
        self.origin.placeholders = placeholders;
        self
    }

    /// Sets limits on what rules and events may ask for.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.origin.limits = limits;
        self
    }

    /// Sets how the engine works.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Puts the filters to their rules, lets pipelines rewrite these, adds what tells the events of their log sources,
    /// and compiles them.
    ///
    /// A rule or filter that cannot be compiled, or that a pipeline rejects, is left out and reported by
    /// [`RuleSet::problems`]. The rules of the set are those that were compiled, with what filters added to them, as
    /// pipelines rewrote them, and with what tells the events of their log sources.
    ///
    /// # Errors
    /// A pipeline that is for other engines only; what is wrong with the map of log sources. What is wrong with a rule
    /// concerns that rule alone.
    ///
    /// # Cost
    /// Linear in the size of the rules, filters and what they add (bench `compile`).
    pub fn build(mut self) -> Result<RuleSet, Error> {
        let mut problems = Problems::default();
        let rules = self.filtered_rules(&mut problems);
        let rules = self.rewritten_rules(rules, &mut problems)?;
        let Mapped { rules, unmapped } = self.mapped_rules(rules)?;
        let mut assembler = Assembler::default();
        assembler.leave_out(unmapped);
        let spent = compile::Spent::default();
        let options = compile::Options {
            spent: Some(&spent),
            ..self.options()
        };
        for rule in rules {
            if let Some(plan) = compile::compile(&rule, &options, &mut problems) {
                assembler.add(rule, &plan);
            }
        }
        Ok(assembler.finish(&self.settings, self.origin, problems.into_vec()))
    }

    /// The rules with their filters (S-451), less the filters that are in error.
    fn filtered_rules(&mut self, problems: &mut Problems) -> Vec<Arc<Rule>> {
        let mut filters = std::mem::take(&mut self.filters);
        // A pipeline may still give values to placeholders.
        let later = !self.pipelines.is_empty();
        filters.retain(|filter| compile::check(filter, &self.options(), later, problems));
        let rules = std::mem::take(&mut self.rules);
        collection::filter::apply(rules, &filters, &self.origin.limits, problems)
    }

    /// The rules as pipelines rewrite them, less those that they reject.
    fn rewritten_rules(
        &mut self,
        rules: Vec<Arc<Rule>>,
        problems: &mut Problems,
    ) -> Result<Vec<Arc<Rule>>, Error> {
        let pipelines = Pipelines::new(std::mem::take(&mut self.pipelines))?;
        if pipelines.is_empty() {
            return Ok(rules);
        }
        let pipelines = pipelines.limits(self.origin.limits.clone());
        let mut rewritten = Vec::with_capacity(rules.len());
        for rule in rules {
            match pipelines.apply(&rule) {
                Ok(applied) => rewritten.push(Arc::new(applied.document)),
                Err(error) => problems.error(error),
            }
        }
        Ok(rewritten)
    }

    /// The rules for the events of their log sources, and those whose log source is not in the map.
    fn mapped_rules(&self, rules: Vec<Arc<Rule>>) -> Result<Mapped, Error> {
        let Some(map) = &self.log_sources else {
            return Ok(Mapped {
                rules,
                unmapped: Vec::new(),
            });
        };
        for (detection, source) in map.detections() {
            if let Some(error) = compile::first_error(detection, &self.options()) {
                return Err(source.locate(error));
            }
        }
        Ok(map.apply(rules))
    }

    fn options(&self) -> compile::Options<'_> {
        compile::Options {
            limits: &self.origin.limits,
            placeholders: &self.origin.placeholders,
            spent: None,
        }
    }
}
