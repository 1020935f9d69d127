//! The engines behind one face.

use rsigma_eval::event::JsonEvent;
use serde_json::Value;

pub trait Engine {
    fn name(&self) -> &'static str;
    /// How many rules are loaded.
    fn len(&self) -> usize;
    /// How many rules match.
    fn count(&mut self, event: &Value) -> usize;
    /// The ids of the rules that match, sorted.
    fn ids(&mut self, event: &Value) -> Vec<String>;
    /// Whether the rule was loaded at all.
    fn knows(&self, id: &str) -> bool;
}

pub struct Sigmatic {
    rules: sigmatic::RuleSet,
    scratch: sigmatic::Scratch,
}

impl Sigmatic {
    pub fn new(texts: &[String]) -> Self {
        let mut builder = sigmatic::RuleSet::builder();
        for text in texts {
            builder = builder.collection(&sigmatic::Collection::from_yaml(text));
        }
        let rules = builder.build().expect("building reports rules, not errors");
        let scratch = rules.scratch();
        Self { rules, scratch }
    }
}

impl Engine for Sigmatic {
    fn name(&self) -> &'static str {
        "sigmatic"
    }

    fn len(&self) -> usize {
        self.rules.len()
    }

    fn count(&mut self, event: &Value) -> usize {
        self.rules.matches(event, &mut self.scratch).len()
    }

    fn ids(&mut self, event: &Value) -> Vec<String> {
        let hits = self.rules.matches(event, &mut self.scratch);
        sorted(hits.map(|hit| hit.rule().identity().to_owned()))
    }

    fn knows(&self, id: &str) -> bool {
        self.rules.rules().any(|rule| rule.identity() == id)
    }
}

pub struct RSigma {
    engine: rsigma_eval::Engine,
    ids: Vec<String>,
}

impl RSigma {
    pub fn new(texts: &[String]) -> Self {
        let mut engine = rsigma_eval::Engine::new();
        let mut ids = Vec::new();
        let mut rules = Vec::new();
        for text in texts {
            if let Ok(collection) = rsigma_parser::parse_sigma_yaml(text) {
                rules.extend(collection.rules);
            }
        }
        let failed = engine.add_rules(rules.iter());
        for (index, rule) in rules.iter().enumerate() {
            if !failed.iter().any(|(position, _)| *position == index) {
                ids.extend(rule.id.clone());
            }
        }
        Self { engine, ids }
    }
}

impl Engine for RSigma {
    fn name(&self) -> &'static str {
        "rsigma-eval"
    }

    fn len(&self) -> usize {
        self.engine.rule_count()
    }

    fn count(&mut self, event: &Value) -> usize {
        self.engine.evaluate(&JsonEvent::borrow(event)).len()
    }

    fn ids(&mut self, event: &Value) -> Vec<String> {
        let results = self.engine.evaluate(&JsonEvent::borrow(event));
        sorted(
            results
                .into_iter()
                .filter_map(|result| result.header.rule_id),
        )
    }

    fn knows(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id)
    }
}

pub struct SigmaRust {
    rules: Vec<(String, sigma_rust::Rule)>,
}

impl SigmaRust {
    pub fn new(texts: &[String]) -> Self {
        let rules = texts.iter().filter_map(|text| {
            let rule = sigma_rust::rule_from_yaml(text).ok()?;
            Some((rule.id.clone().unwrap_or_default(), rule))
        });
        Self {
            rules: rules.collect(),
        }
    }

    pub fn count_native(&self, event: &sigma_rust::Event) -> usize {
        self.rules
            .iter()
            .filter(|(_, rule)| rule.is_match(event))
            .count()
    }
}

/// An event as `sigma-rust` takes it: copied.
pub fn sigma_rust_event(event: &Value) -> sigma_rust::Event {
    sigma_rust::event_from_json(&event.to_string()).unwrap_or_default()
}

impl Engine for SigmaRust {
    fn name(&self) -> &'static str {
        "sigma-rust"
    }

    fn len(&self) -> usize {
        self.rules.len()
    }

    fn count(&mut self, event: &Value) -> usize {
        self.count_native(&sigma_rust_event(event))
    }

    fn ids(&mut self, event: &Value) -> Vec<String> {
        let event = sigma_rust_event(event);
        sorted(
            self.rules
                .iter()
                .filter(|(_, rule)| rule.is_match(&event))
                .map(|(id, _)| id.clone()),
        )
    }

    fn knows(&self, id: &str) -> bool {
        self.rules.iter().any(|(known, _)| known == id)
    }
}

fn sorted(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut ids: Vec<String> = ids.collect();
    ids.sort();
    ids
}
