//! Rules and events made from bytes, under two settings of the engine: the same rules compile, and the same match, as the
//! plain reference says.

use std::sync::Arc;

use serde_json::Value;
use sigmatic::rule::Filter;
use sigmatic::{Collection, Rule, RuleSet, Settings};

use super::decisions;
use super::sets::settings;
use crate::generate::{self, Choices};
use crate::reference::Filtered;
use crate::suite::{Setup, build, matches};

pub(super) fn run(data: &[u8]) {
    let Some((bits, rest)) = data.split_first() else {
        return;
    };
    let decisions = decisions(rest);
    let choices = &mut Choices::new(&decisions);
    let (mut documents, mut events) = (Vec::new(), Vec::new());
    for number in 0..=choices.below(4) {
        let rule = generate::rule(choices);
        events.extend((0..2).map(|_| generate::event(&rule, choices)));
        documents.push(match choices.chance(8) {
            true => rule.filter_yaml(&format!("filter {number}")),
            false => rule.yaml(&format!("rule {number}")),
        });
    }
    let text = documents.join("---\n");
    let loaded = Collection::from_yaml(&text);
    let rules: Vec<Arc<Rule>> = loaded.rules().cloned().collect();
    let filters: Vec<Arc<Filter>> = loaded.filters().cloned().collect();
    let table = generate::table();
    let reference =
        |rule: &Arc<Rule>| (Arc::clone(rule), Filtered::compile(rule, &filters, &table));
    let references: Vec<_> = rules.iter().map(reference).collect();
    let mut setup = Setup::with(&table);
    setup.filters.clone_from(&filters);
    for settings in [Settings::default(), settings(*bits)] {
        let set = build(&rules, &setup, settings);
        compare(&set, &references, &events)
            .unwrap_or_else(|difference| panic!("{difference}\n{text}"));
    }
}

/// Every event comes twice, so that the second time its shape and its values are known.
fn compare(
    set: &RuleSet,
    references: &[(Arc<Rule>, Result<Filtered, String>)],
    events: &[Value],
) -> Result<(), String> {
    for (rule, reference) in references {
        let compiled = set.rules().any(|kept| kept.title() == rule.title());
        if compiled != reference.is_ok() {
            let (title, error) = (rule.title(), reference.as_ref().err());
            return Err(format!(
                "{title}: the reference says {error:?}, the engine {:#?}",
                set.problems()
            ));
        }
    }
    let mut scratch = set.scratch();
    for event in events.iter().chain(events) {
        let matching = references.iter().filter(|(_, reference)| {
            let reference = reference.as_ref();
            reference.is_ok_and(|reference| reference.matches(event))
        });
        let expected: Vec<&str> = matching.map(|(rule, _)| rule.title()).collect();
        let found = matches(set, event, &mut scratch);
        let mut found: Vec<&str> = found.iter().map(|hit| hit.rule().title()).collect();
        found.sort_unstable();
        if found != expected {
            return Err(format!(
                "{found:?}, the reference says {expected:?} of {event}"
            ));
        }
    }
    Ok(())
}
