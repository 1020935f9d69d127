//! One rule at a time, loaded once: what the classes of differences are found with.

use std::collections::HashMap;

use rsigma_eval::event::JsonEvent;
use serde_json::Value;

/// Rules of an engine by their text; `None` for those that it does not load.
pub struct Alone<R> {
    rules: HashMap<String, Option<R>>,
    load: fn(&str) -> Option<R>,
    is_match: fn(&R, &Value) -> bool,
}

impl<R> Alone<R> {
    /// Whether the rule matches; `None` if it is not loaded, which includes a panic (`sigma-rust` has one for dashes
    /// outside ASCII).
    pub fn verdict(&mut self, rule: &str, event: &Value) -> Option<bool> {
        if !self.rules.contains_key(rule) {
            let loaded = std::panic::catch_unwind(|| (self.load)(rule));
            self.rules.insert(rule.to_owned(), loaded.ok().flatten());
        }
        let loaded = self.rules.get(rule)?.as_ref()?;
        Some((self.is_match)(loaded, event))
    }
}

/// This crate's.
pub fn sigmatic() -> Alone<sigmatic::RuleSet> {
    Alone {
        rules: HashMap::new(),
        load: |text| {
            sigmatic::RuleSet::from_yaml(text)
                .ok()
                .filter(|rules| !rules.is_empty())
        },
        is_match: |rules, event| rules.is_match(event, &mut rules.scratch()),
    }
}

/// Those of `rsigma-eval`, filters included.
pub fn rsigma() -> Alone<rsigma_eval::Engine> {
    Alone {
        rules: HashMap::new(),
        load: |text| {
            let collection = rsigma_parser::parse_sigma_yaml(text).ok()?;
            let mut engine = rsigma_eval::Engine::new();
            (!collection.has_errors() && engine.add_collection(&collection).is_ok())
                .then_some(engine)
        },
        is_match: |engine, event| !engine.evaluate(&JsonEvent::borrow(event)).is_empty(),
    }
}

/// Those of `sigma-rust`, which takes one document at a time.
pub fn sigma_rust() -> Alone<sigma_rust::Rule> {
    Alone {
        rules: HashMap::new(),
        load: |text| sigma_rust::rule_from_yaml(text).ok(),
        is_match: |rule, event| rule.is_match(&crate::engines::sigma_rust_event(event)),
    }
}
