//! Rules from files and folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sigmatic::correlation::Correlator;
use sigmatic::error::Problem;
use sigmatic::{Collection, Error, Placeholders, RuleSet};

use crate::options::Options;

/// The rules that load, and what is wrong with the rest.
pub(crate) struct Loaded {
    pub(crate) rules: RuleSet,
    collection: Collection,
}

/// All paths are one collection: references and filters work across them.
pub(crate) fn load(options: &Options) -> Result<Loaded, Box<dyn std::error::Error + Send + Sync>> {
    let mut loader = Collection::loader().lenient(options.lenient);
    for path in &options.rules {
        loader = loader.path(path);
    }
    let collection = loader.load();
    let placeholders = match &options.placeholders {
        Some(file) => placeholders(file).map_err(|error| format!("{}: {error}", file.display()))?,
        None => Placeholders::new(),
    };
    let rules = RuleSet::builder()
        .collection(&collection)
        .placeholders(placeholders)
        .build()?;
    Ok(Loaded { rules, collection })
}

fn placeholders(file: &Path) -> Result<Placeholders, Box<dyn std::error::Error + Send + Sync>> {
    let values: BTreeMap<String, Vec<serde_yaml::Value>> =
        serde_yaml::from_str(&fs::read_to_string(file)?)?;
    let mut table = Placeholders::new();
    for (name, values) in values {
        let texts: Result<Vec<String>, _> = values.iter().map(|value| text(&name, value)).collect();
        table.insert(name, texts?);
    }
    Ok(table)
}

fn text(name: &str, value: &serde_yaml::Value) -> Result<String, String> {
    match value {
        serde_yaml::Value::String(text) => Ok(text.clone()),
        serde_yaml::Value::Number(number) => Ok(number.to_string()),
        _ => Err(format!(
            "a value of '{name}' is neither a text nor a number"
        )),
    }
}

impl Loaded {
    pub(crate) fn correlator(&self) -> Result<Correlator<u64>, Error> {
        let builder = Correlator::builder(&self.rules);
        builder.collection(&self.collection).build()
    }

    pub(crate) fn problems(&self) -> Vec<&Problem> {
        self.collection
            .problems()
            .iter()
            .chain(self.rules.problems())
            .collect()
    }
}
