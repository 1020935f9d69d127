//! Rules and filters from files and folders, and what fits them to the events.

use std::error::Error;

use sigmatic::error::Problem;
use sigmatic::pipeline::LogSources;
use sigmatic::{Collection, Placeholders, RuleSet};

use crate::options::Options;

/// The rules that load, and what is wrong with the rest.
pub(crate) struct Loaded {
    pub(crate) rules: RuleSet,
    collection: Collection,
}

/// All paths are one collection: references and filters work across them.
pub(crate) fn load(options: &Options) -> Result<Loaded, Box<dyn Error + Send + Sync>> {
    let mut loader = Collection::loader().lenient(options.lenient);
    for path in options.rules.iter().chain(&options.filters) {
        loader = loader.path(path);
    }
    let collection = loader.load();
    let mut builder = RuleSet::builder().collection(&collection);
    if let Some(file) = &options.placeholders {
        builder = builder.placeholders(Placeholders::load(file)?);
    }
    if !options.log_sources.is_empty() {
        builder = builder.log_sources(log_sources(&options.log_sources)?);
    }
    let rules = builder.build()?;
    Ok(Loaded { rules, collection })
}

/// All maps as one; of two rows for one log source the later counts.
fn log_sources(names: &[String]) -> Result<LogSources, sigmatic::Error> {
    let mut all = LogSources::new();
    for name in names {
        all.extend(match name.as_str() {
            "windows" => LogSources::windows(),
            "linux" => LogSources::linux(),
            file => LogSources::load(file)?,
        });
    }
    Ok(all)
}

impl Loaded {
    pub(crate) fn problems(&self) -> Vec<&Problem> {
        self.collection
            .problems()
            .iter()
            .chain(self.rules.problems())
            .collect()
    }
}
