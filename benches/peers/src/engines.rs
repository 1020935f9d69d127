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
        Self::build(sigmatic::RuleSet::builder(), texts)
    }

    /// Each rule on the events of its own log source.
    pub fn on_windows(texts: &[String]) -> Self {
        let map = sigmatic::pipeline::LogSources::windows();
        Self::build(sigmatic::RuleSet::builder().log_sources(map), texts)
    }

    fn build(mut builder: sigmatic::RuleSetBuilder, texts: &[String]) -> Self {
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

impl RSigma {
    /// How many rules match, of those whose log source does not contradict the event's.
    pub fn count_of(&mut self, event: &Value, source: &rsigma_parser::LogSource) -> usize {
        let event = JsonEvent::borrow(event);
        self.engine.evaluate_with_logsource(&event, source).len()
    }
}

/// The log source of a Windows event, as a shipper would put it beside the event.
pub fn log_source(event: &Value) -> rsigma_parser::LogSource {
    let channel = event["Channel"].as_str().unwrap_or_default();
    let number = event["EventID"].as_u64().unwrap_or_default();
    let (service, category) = match channel.to_ascii_lowercase().as_str() {
        "microsoft-windows-sysmon/operational" => ("sysmon", sysmon_category(number)),
        "microsoft-windows-powershell/operational" => (
            "powershell",
            match number {
                4103 => Some("ps_module"),
                4104 => Some("ps_script"),
                _ => None,
            },
        ),
        "security" => ("security", (number == 4688).then_some("process_creation")),
        "system" => ("system", None),
        "application" => ("application", None),
        _ => ("other", None),
    };
    rsigma_parser::LogSource {
        product: Some("windows".to_owned()),
        category: category.map(str::to_owned),
        // A category says more, and rules of a category name no service.
        service: category.is_none().then(|| service.to_owned()),
        ..Default::default()
    }
}

fn sysmon_category(number: u64) -> Option<&'static str> {
    Some(match number {
        1 => "process_creation",
        2 => "file_change",
        3 => "network_connection",
        6 => "driver_load",
        7 => "image_load",
        8 => "create_remote_thread",
        9 => "raw_access_thread",
        10 => "process_access",
        11 => "file_event",
        12 => "registry_event",
        13 => "registry_set",
        14 => "registry_rename",
        15 => "create_stream_hash",
        17 | 18 => "pipe_created",
        19..=21 => "wmi_event",
        22 => "dns_query",
        23 | 26 => "file_delete",
        25 => "process_tampering",
        _ => return None,
    })
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
