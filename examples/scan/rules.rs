//! Rules and filters from files and folders, and what fits them to the events.

use sigmatic::correlation::Correlator;
use sigmatic::error::Problem;
use sigmatic::pipeline::{LogSources, Pipeline, Pipelines};
use sigmatic::{Collection, Error, Placeholders, RuleSet};

use crate::options::Options;

/// The rules that load, and what is wrong with the rest.
pub(crate) struct Loaded {
    pub(crate) rules: RuleSet,
    collection: Collection,
    /// Of documents and pipelines.
    problems: Vec<Problem>,
}

/// All paths are one collection: references and filters work across them.
pub(crate) fn load(options: &Options) -> Result<Loaded, Box<dyn std::error::Error + Send + Sync>> {
    let mut loader = Collection::loader().lenient(options.lenient);
    for path in options.rules.iter().chain(&options.filters) {
        loader = loader.path(path);
    }
    let loaded = loader.load();
    let mut problems = loaded.problems().to_vec();
    let collection = rewritten(loaded, &options.pipeline, &mut problems)?;
    let mut builder = RuleSet::builder().collection(&collection);
    if let Some(file) = &options.placeholders {
        builder = builder.placeholders(Placeholders::load(file)?);
    }
    if !options.log_sources.is_empty() {
        builder = builder.log_sources(log_sources(&options.log_sources)?);
    }
    let rules = builder.build()?;
    Ok(Loaded {
        rules,
        collection,
        problems,
    })
}

/// What pipelines make of rules and correlations; without any, what there is.
fn rewritten(
    loaded: Collection,
    pipelines: &[String],
    problems: &mut Vec<Problem>,
) -> Result<Collection, Error> {
    if pipelines.is_empty() {
        return Ok(loaded);
    }
    let pipelines: Vec<Pipeline> = { pipelines.iter() }
        .map(|name| pipeline(name))
        .collect::<Result<_, _>>()?;
    problems.extend(pipelines.iter().flat_map(Pipeline::warnings).cloned());
    let rewritten = Pipelines::new(pipelines)?.apply_all(&loaded);
    problems.extend(rewritten.problems.iter().cloned());
    let collection = rewritten.collection();
    problems.extend(collection.problems().iter().cloned());
    Ok(collection)
}

fn pipeline(name: &str) -> Result<Pipeline, Error> {
    match name {
        "sysmon" => Ok(Pipeline::sysmon()),
        "windows-audit" => Ok(Pipeline::windows_audit()),
        "ecs-windows" => Ok(Pipeline::ecs_windows()),
        "ecs-linux" => Ok(Pipeline::ecs_linux()),
        file => Pipeline::load(file),
    }
}

/// All maps as one; of two rows for one log source the later counts.
fn log_sources(names: &[String]) -> Result<LogSources, Error> {
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
    pub(crate) fn correlator(&self) -> Result<Correlator<u64>, Error> {
        let builder = Correlator::builder(&self.rules);
        builder.collection(&self.collection).build()
    }

    pub(crate) fn problems(&self) -> Vec<&Problem> {
        self.problems.iter().chain(self.rules.problems()).collect()
    }
}

/// What the rules consist of, and which of them every event is held against.
pub(crate) fn statistics(rules: &RuleSet) -> String {
    let mut text = rules.statistics().to_string();
    let always: Vec<&str> = { rules.rules_without_witness() }
        .map(|rule| rule.title())
        .collect();
    if !always.is_empty() {
        text += "\nheld against every event:\n";
        always
            .iter()
            .for_each(|title| text += &format!("  {title}\n"));
    }
    text + "\n"
}
