//! Events through a correlator, and what came out of it.

use std::collections::BTreeMap;

use serde_json::Value;
use sigmatic::correlation::{CorrelationMatch, Correlator, Loss, Options, Sink};
use sigmatic::{Collection, RuleSet};

/// What came out, in order.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) matches: Vec<CorrelationMatch<u64>>,
    pub(super) losses: Vec<Loss<u64>>,
}

impl Sink<u64> for Out {
    fn matched(&mut self, found: CorrelationMatch<u64>) {
        self.matches.push(found);
    }

    fn lost(&mut self, loss: Loss<u64>) {
        self.losses.push(loss);
    }
}

/// Rules and correlations, and the means to run events through them.
pub(super) struct Setup {
    pub(super) collection: Collection,
    pub(super) rules: RuleSet,
}

impl Setup {
    pub(super) fn new(text: &str) -> Self {
        let collection = Collection::from_yaml(text);
        let errors: Vec<_> = collection.errors().collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
        let rules = RuleSet::builder().collection(&collection).build();
        Self {
            rules: rules.expect("the rules are in order"),
            collection,
        }
    }

    pub(super) fn correlator(&self, options: Options) -> Correlator<u64> {
        let builder = Correlator::builder(&self.rules).collection(&self.collection);
        let correlator = builder.options(options).build().expect("cannot fail");
        assert!(
            correlator.problems().is_empty(),
            "{:?}",
            correlator.problems()
        );
        correlator
    }

    /// Each event is named by a number.
    pub(super) fn feed<'e>(
        &self,
        correlator: &mut Correlator<u64>,
        events: impl IntoIterator<Item = (u64, &'e Value)>,
        out: &mut Out,
    ) {
        let mut scratch = self.rules.scratch();
        for (name, event) in events {
            let hits = self.rules.matches(event, &mut scratch);
            correlator.observe(event, hits, name, out);
        }
    }

    /// All events through a new correlator, to the end.
    pub(super) fn run<'e>(
        &self,
        options: Options,
        events: impl IntoIterator<Item = &'e Value>,
    ) -> Out {
        let mut out = Out::default();
        let mut correlator = self.correlator(options);
        self.feed(&mut correlator, (0..).zip(events), &mut out);
        correlator.flush(&mut out);
        out
    }
}

/// A match without the names of events, to be compared.
fn shown(found: &CorrelationMatch<u64>) -> String {
    let group: BTreeMap<&str, &str> = found.group().collect();
    format!(
        "{} {group:?} {:?} at {} {:?} = {}",
        found.correlation().identity(),
        found.window(),
        found.time(),
        found.rules().collect::<Vec<_>>(),
        found.value()
    )
}

pub(super) fn all_shown(out: &Out) -> Vec<String> {
    out.matches.iter().map(shown).collect()
}

/// The same with the names of events.
pub(super) fn all_shown_with_events(out: &Out) -> Vec<String> {
    let matches = out.matches.iter();
    matches
        .map(|found| {
            format!(
                "{} by {} of {:?}",
                shown(found),
                found.trigger(),
                found.events()
            )
        })
        .collect()
}
