//! Which rule of one list is which of another.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::rule::{Rule, RuleId};

/// Two lists of rules, paired.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Places in the old and the new list, in the order of the new one.
    pub(super) both: Vec<(usize, usize)>,
    pub(super) old_only: Vec<usize>,
    pub(super) new_only: Vec<usize>,
}

/// Pairs by id, then what is left by name, then by title. Several rules with the same one are taken in their order.
pub(super) fn pair(old: &[&Arc<Rule>], new: &[&Arc<Rule>]) -> Pairs {
    let mut pairs = Pairs {
        both: Vec::new(),
        old_only: (0..old.len()).collect(),
        new_only: (0..new.len()).collect(),
    };
    pairs.by(old, new, |rule| rule.id().map(RuleId::as_str));
    pairs.by(old, new, |rule| rule.metadata.name.as_deref());
    pairs.by(old, new, |rule| Some(rule.title()));
    pairs.both.sort_unstable_by_key(|(_, new)| *new);
    pairs
}

impl Pairs {
    fn by<'r>(
        &mut self,
        old: &[&'r Arc<Rule>],
        new: &[&'r Arc<Rule>],
        key: fn(&'r Rule) -> Option<&'r str>,
    ) {
        let key_at = |rules: &[&'r Arc<Rule>], place: usize| {
            let rule: &'r Rule = rules.get(place)?;
            key(rule).filter(|key| !key.is_empty())
        };
        let mut waiting: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for place in &self.old_only {
            if let Some(key) = key_at(old, *place) {
                waiting.entry(key).or_default().push_back(*place);
            }
        }
        let both = &mut self.both;
        self.new_only.retain(|place| {
            let counterpart = key_at(new, *place)
                .and_then(|key| waiting.get_mut(key))
                .and_then(VecDeque::pop_front);
            both.extend(counterpart.map(|old| (old, *place)));
            counterpart.is_none()
        });
        let mut taken = vec![false; old.len()];
        for (old, _) in both {
            if let Some(taken) = taken.get_mut(*old) {
                *taken = true;
            }
        }
        self.old_only
            .retain(|place| taken.get(*place) == Some(&false));
    }
}
