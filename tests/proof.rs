//! What is proven holds for every event, what is refuted does not hold for its witness: held against the plain evaluator,
//! on generated rules, relatives of them, and events made to meet both.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any, proptest};
use serde_json::Value;
use sigmatic::card::{Corpus, Verdict, VerdictKind};
use sigmatic::proof::Implication;
use sigmatic::rule::{Detection, DetectionItem};
use sigmatic::{Collection, Rule, Settings};

use crate::generate::{self, Choices, Numbers};
use crate::reference::Reference;
use crate::shared::is_full_run;
use crate::suite::{Setup, build};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if is_full_run() { 50_000 } else { 500 },
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn implications_and_verdicts_hold(numbers in vec(any::<u16>(), 0..900).prop_map(Numbers)) {
        check(&numbers.0).map_err(TestCaseError::fail)?;
    }
}

/// The test is worth something only if all three answers, and every kind of verdict, come up; and the prover only if the
/// third answer is rare.
#[test]
fn all_answers_come_up() {
    let mut total = Tally::default();
    for seed in 0..500 {
        let tally = check(&generate::numbers(seed, 900)).unwrap_or_else(|error| panic!("{error}"));
        total.add(&tally);
    }
    assert!(total.proven * 10 > total.asked, "{total:?}");
    assert!(total.refuted * 3 > total.asked, "{total:?}");
    assert!(total.unknown * 12 < total.asked, "{total:?}");
    assert!(total.strict > 50, "{total:?}");
    for kind in [
        VerdictKind::NeverMatches,
        VerdictKind::NeedsSeveralValues,
        VerdictKind::IdentifierUnused,
        VerdictKind::IdentifierNeverDecides,
        VerdictKind::ItemNeverDecides,
        VerdictKind::AlternativeNeverDecides,
        VerdictKind::ValueNeverDecides,
    ] {
        assert!(total.verdicts.contains(&kind), "{kind:?}: {total:?}");
    }
}

#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    proven: usize,
    refuted: usize,
    unknown: usize,
    /// Proven one way and refuted the other.
    strict: usize,
    verdicts: Vec<VerdictKind>,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        self.proven += other.proven;
        self.refuted += other.refuted;
        self.unknown += other.unknown;
        self.strict += other.strict;
        self.verdicts.extend(&other.verdicts);
        self.verdicts.sort_unstable();
        self.verdicts.dedup();
    }

    fn count(&mut self, implication: &Implication) {
        self.asked += 1;
        match implication {
            Implication::Proven => self.proven += 1,
            Implication::Refuted(_) => self.refuted += 1,
            _ => self.unknown += 1,
        }
    }
}

/// A rule, a relative, and events for both.
fn check(numbers: &[u16]) -> Result<Tally, String> {
    let choices = &mut Choices::new(numbers);
    let rule = generate::rule(choices);
    let relative = rule.relative(choices);
    let mut events: Vec<Value> = Vec::new();
    for _ in 0..6 {
        events.push(generate::event(&rule, choices));
        events.push(generate::event(&relative, choices));
    }
    let text = format!("{}---\n{}", rule.yaml("one"), relative.yaml("other"));
    let collection = Collection::from_yaml(&text);
    let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
    let set = build(
        &rules,
        &Setup::with(&generate::table()),
        Settings::default(),
    );
    let corpus = Corpus::new(&set);
    let references: Vec<Reference> = set.rules().map(|rule| reference(rule)).collect();

    let mut tally = Tally::default();
    if let [left, right] = references.as_slice() {
        let comparison = corpus.compare(0, 1).expect("there are two rules");
        let ways = [
            (left, right, &comparison.forward),
            (right, left, &comparison.backward),
        ];
        for (narrow, wide, implication) in ways {
            tally.count(implication);
            check_implication(narrow, wide, implication, &events)
                .map_err(|error| format!("{error}\n{text}"))?;
        }
        let proven = [&comparison.forward, &comparison.backward].map(|way| way.is_proven());
        let refuted =
            [&comparison.forward, &comparison.backward].map(|way| way.witness().is_some());
        tally.strict += usize::from((proven[0] && refuted[1]) || (proven[1] && refuted[0]));
        let same = corpus.semantic_hash(0) == corpus.semantic_hash(1);
        if same && proven != [true, true] {
            return Err(format!("equal semantic hashes, but {comparison:?}\n{text}"));
        }
    }
    for (index, rule) in set.rules().enumerate() {
        let card = corpus.card(index).expect("there is such a rule");
        for verdict in &card.verdicts {
            tally.verdicts.push(verdict.kind);
            check_verdict(rule, verdict, &events)
                .map_err(|error| format!("{verdict:?}: {error}\n{text}"))?;
        }
    }
    Ok(tally)
}

fn reference(rule: &Rule) -> Reference {
    Reference::compile(rule, &generate::table()).expect("the engine took the rule")
}

fn check_implication(
    narrow: &Reference,
    wide: &Reference,
    implication: &Implication,
    events: &[Value],
) -> Result<(), String> {
    match implication {
        Implication::Proven => {
            let against = events
                .iter()
                .find(|event| narrow.matches(event) && !wide.matches(event));
            against.map_or(Ok(()), |event| Err(format!("proven, but not for {event}")))
        }
        Implication::Refuted(witness) => {
            let event = serde_json::to_value(witness).expect("a witness is JSON");
            if narrow.matches(&event) && !wide.matches(&event) {
                Ok(())
            } else {
                Err(format!("{event} is no witness"))
            }
        }
        _ => Ok(()),
    }
}

/// Verdicts that say that something could be left out are checked by leaving it out.
fn check_verdict(rule: &Rule, verdict: &Verdict, events: &[Value]) -> Result<(), String> {
    let own = reference(rule);
    let is_single = |event: &Value| !event.to_string().contains('[');
    let matched = |event: &&Value| own.matches(event);
    let found = match verdict.kind {
        VerdictKind::NeverMatches | VerdictKind::FilterSwallows => events.iter().find(matched),
        VerdictKind::NeedsSeveralValues => {
            events.iter().filter(|event| is_single(event)).find(matched)
        }
        _ => {
            let place = &verdict.places[0];
            let is_here = |location: &sigmatic::rule::Location| {
                location.line == place.line && location.column == place.column
            };
            let mut edited = rule.clone();
            let mut count = 0;
            for identifier in &mut edited.detections.identifiers {
                remove(
                    &mut identifier.detection,
                    verdict.kind,
                    &is_here,
                    &mut count,
                );
            }
            if count != 1 {
                return Ok(());
            }
            let edited = reference(&edited);
            events
                .iter()
                .find(|event| own.matches(event) != edited.matches(event))
        }
    };
    found.map_or(Ok(()), |event| Err(format!("not for {event}")))
}

type IsHere<'a> = &'a dyn Fn(&sigmatic::rule::Location) -> bool;

/// Takes out what stands at the place: an item of several, an alternative, or a value.
fn remove(detection: &mut Detection, kind: VerdictKind, is_here: IsHere<'_>, count: &mut usize) {
    let values = |item: &mut DetectionItem, count: &mut usize| {
        let place = item.value_locations.iter().position(is_here);
        if let (Some(place), true) = (place, item.values.len() > 1) {
            item.values.remove(place);
            item.value_locations.remove(place);
            *count += 1;
        }
    };
    let is_value = matches!(
        kind,
        VerdictKind::ValueNeverDecides | VerdictKind::ValueExcluded
    );
    match detection {
        Detection::All(items) if is_value => items.iter_mut().for_each(|item| values(item, count)),
        Detection::Keywords(item) if is_value => values(item, count),
        Detection::All(items) if kind == VerdictKind::ItemNeverDecides && items.len() > 1 => {
            let before = items.len();
            items.retain(|item| !is_here(&item.location));
            *count += before - items.len();
        }
        Detection::Any(parts) => {
            // The innermost list first: an alternative that is a list begins where its first one does.
            let before = *count;
            parts
                .iter_mut()
                .for_each(|part| remove(part, kind, is_here, count));
            if *count == before && kind == VerdictKind::AlternativeNeverDecides && parts.len() > 1 {
                let length = parts.len();
                parts.retain(|part| first_item(part).is_none_or(|item| !is_here(&item.location)));
                *count += length - parts.len();
            }
        }
        _ => {}
    }
}

fn first_item(detection: &Detection) -> Option<&DetectionItem> {
    match detection {
        Detection::All(items) => items.first(),
        Detection::Keywords(item) => Some(item),
        Detection::Any(parts) => parts.first().and_then(first_item),
        _ => None,
    }
}
