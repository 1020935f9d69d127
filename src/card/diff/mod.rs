//! What became of the rules between two rule sets.
//!
//! In: an old and a new [`RuleSet`]. Out: a [`RuleSetDiff`], data that serialises and prints. Rules are paired (`pairs`),
//! then held against each other by semantic hash and, where that differs, by proof (`change`); what is metadata is listed
//! key by key (`metadata`). Called by embedders and by the example `catalog`. Loads no rules.

mod change;
mod metadata;
mod pairs;
mod print;

use std::sync::Arc;

use serde::Serialize;

use crate::card::diff::change::Judge;
use crate::card::neighbour::RuleLink;
use crate::engine::RuleSet;
use crate::rule::Rule;

pub use self::change::{ChangeKind, LogSourceChange, RuleChange};
pub use self::metadata::MetadataChange;

/// What became of the rules between two rule sets: added, removed, and how changed.
///
/// Prints as text; [`to_markdown`](Self::to_markdown) is for pages, serialised it is for programs.
///
/// # Example
/// ```
/// use sigmatic::RuleSet;
/// use sigmatic::card::{ChangeKind, RuleSetDiff};
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// let old = RuleSet::from_yaml(r"
/// title: PowerShell, encoded
/// logsource: { category: process_creation }
/// detection:
///   selection: { Image|endswith: '\powershell.exe', CommandLine|contains: ' -enc' }
///   condition: selection
/// ")?;
/// let new = RuleSet::from_yaml(r"
/// title: PowerShell, encoded
/// logsource: { category: process_creation }
/// detection:
///   selection: { Image|endswith: '\powershell.exe', CommandLine|contains: [' -enc', ' -ec '] }
///   condition: selection
/// ")?;
/// let diff = RuleSetDiff::between(&old, &new);
/// let change = &diff.changed[0];
/// assert_eq!(change.kind, ChangeKind::Broader);
/// assert_eq!(change.comparison.differences, ["looks for 1 more value in CommandLine: match ' -ec '"]);
/// assert!(change.comparison.backward.witness().is_some(), "an event that only the new rule matches");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleSetDiff {
    /// How many rules the old set has.
    pub old_rules: usize,
    /// How many rules the new set has.
    pub new_rules: usize,
    /// Rules that say the same in both, metadata included; layout, comments and the order of keys do not count.
    pub unchanged: usize,
    /// Rules that only the new set has, with their places there.
    pub added: Vec<RuleLink>,
    /// Rules that only the old set has, with their places there.
    pub removed: Vec<RuleLink>,
    /// Rules of both that changed, in the order of the new set.
    pub changed: Vec<RuleChange>,
}

impl RuleSetDiff {
    /// Holds two rule sets against each other.
    ///
    /// A rule is the same in both if its id is; of rules left over, if the name is, then if the title is. What a set adds to its
    /// rules (filters, pipelines, a map of log sources) is part of them. Correlations are not looked at.
    ///
    /// # Cost
    /// Linear in the size of the rules: each is compiled again and hashed. Proofs, of bounded work, are needed only for
    /// rules whose semantic hash changed.
    #[must_use]
    pub fn between(old: &RuleSet, new: &RuleSet) -> Self {
        let (old_list, new_list): (Vec<_>, Vec<_>) = (old.rules().collect(), new.rules().collect());
        let pairs = pairs::pair(&old_list, &new_list);
        let mut diff = Self {
            old_rules: old.len(),
            new_rules: new.len(),
            added: links(&new_list, &pairs.new_only),
            removed: links(&old_list, &pairs.old_only),
            ..Self::default()
        };
        let mut judge = Judge::new(old, new);
        for (old_index, new_index) in pairs.both {
            let (Some(old), Some(new)) = (old_list.get(old_index), new_list.get(new_index)) else {
                continue;
            };
            match judge.change((old_index, old), (new_index, new)) {
                Some(change) => diff.changed.push(change),
                None => diff.unchanged += 1,
            }
        }
        diff
    }

    /// Whether nothing was added, removed or changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// The changed rules of one kind.
    pub fn of_kind(&self, kind: ChangeKind) -> impl Iterator<Item = &RuleChange> {
        self.changed
            .iter()
            .filter(move |change| change.kind == kind)
    }
}

fn links(rules: &[&Arc<Rule>], places: &[usize]) -> Vec<RuleLink> {
    let found = places
        .iter()
        .filter_map(|place| Some((*place, *rules.get(*place)?)));
    found
        .map(|(place, rule)| RuleLink::new(place, rule))
        .collect()
}
