//! Where documents become a rule set: the language side handed to the engine, rule by rule.
//!
//! In: collections, a table of placeholders, settings. Out: a [`RuleSet`]. Called by embedders. Compiles nothing
//! itself and matches nothing; it is the only module that sees both `collection` and `engine`.

use std::sync::Arc;

use crate::collection::Collection;
use crate::compile::{self, Placeholders};
use crate::engine::{Assembler, Origin, RuleSet, Settings};
use crate::error::{Error, Limits, Problems};
use crate::rule::Rule;

/// Collects rules and settings; [`build`](Self::build) compiles them.
#[derive(Clone, Debug, Default)]
pub struct RuleSetBuilder {
    rules: Vec<Arc<Rule>>,
    origin: Origin,
    settings: Settings,
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
    /// Adds the rules of a collection.
    #[must_use]
    pub fn collection(mut self, collection: &Collection) -> Self {
        self.rules.extend(collection.rules().cloned());
        self
    }

    /// Adds one rule.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<Arc<Rule>>) -> Self {
        self.rules.push(rule.into());
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

    /// Compiles the rules. A rule that cannot be compiled is left out and reported by [`RuleSet::problems`].
    ///
    /// # Errors
    /// None at present: what is wrong with a rule concerns that rule alone.
    ///
    /// # Cost
    /// Linear in the size of the rules (bench `compile`).
    pub fn build(self) -> Result<RuleSet, Error> {
        let options = compile::Options {
            limits: &self.origin.limits,
            placeholders: &self.origin.placeholders,
        };
        let mut problems = Problems::default();
        let mut assembler = Assembler::default();
        for rule in self.rules {
            if let Some(plan) = compile::compile(&rule, &options, &mut problems) {
                assembler.add(rule, &plan);
            }
        }
        Ok(assembler.finish(&self.settings, self.origin, problems.into_vec()))
    }
}
