//! Rules from files and folders.

use sigmatic::collection::Collection;
use sigmatic::engine::RuleSet;
use sigmatic::error::{Error, Problem};

use crate::options::Options;

/// The rules that load, and what is wrong with the rest.
pub(crate) struct Loaded {
    pub(crate) rules: RuleSet,
    collection: Collection,
}

/// All paths are one collection: references and filters work across them.
pub(crate) fn load(options: &Options) -> Result<Loaded, Error> {
    let mut loader = Collection::loader().lenient(options.lenient);
    for path in &options.rules {
        loader = loader.path(path);
    }
    let collection = loader.load()?;
    let rules = RuleSet::builder().collection(&collection).build()?;
    Ok(Loaded { rules, collection })
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
