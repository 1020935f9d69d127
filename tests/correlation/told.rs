//! What a correlator tells of itself: counts, times at the very edge, values, and where events belong.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use sigmatic::correlation::{CorrelationMatch, Correlator, Loss, Options, Snapshot, WhenFull};
use sigmatic::rule::{Correlation, CorrelationCondition};

use super::sample::{counted, event, with};
use super::{Out, Setup};

fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn correlation(name: &str, text: &str) -> String {
    format!("title: {name}\nname: {name}\ncorrelation: {{ {text} }}\n")
}

const SECOND: i64 = 1_000_000_000;

#[test]
fn events_without_a_time_are_counted() {
    let setup = Setup::new(&counted("10s", "{ gte: 1 }"));
    let late = options(|options| options.lateness = Duration::from_secs(1));
    for options in [Options::default(), late] {
        let mut correlator = setup.correlator(options);
        let mut out = Out::default();
        let events = [
            json!({ "F": "a", "U": "x" }),
            json!({ "F": "a", "U": "x", "timestamp": "yesterday" }),
            json!({ "F": "z", "U": "x" }),
            event("z", "x", 1),
            event("a", "x", 1),
        ];
        setup.feed(&mut correlator, (0..).zip(&events), &mut out);
        correlator.flush(&mut out);
        let counters = correlator.counters();
        assert_eq!((counters.events, counters.without_time), (3, 2));
        assert_eq!((counters.matches, out.matches.len()), (1, 1));
    }
}

#[test]
fn time_may_be_told() {
    let setup = Setup::new(&counted("10s", "{ gte: 2 }"));
    let mut correlator = setup.correlator(Options::default());
    let mut out = Out::default();
    let mut scratch = setup.rules.scratch();
    // The event says something else.
    let event = event("a", "x", 500);
    for (name, time) in [(0, 0), (1, 11 * SECOND), (2, 21 * SECOND)] {
        let hits = setup.rules.matches(&event, &mut scratch);
        correlator.observe_at(&event, hits, time, name, &mut out);
    }
    assert_eq!(out.matches.len(), 1);
    assert_eq!(out.matches[0].time(), 21 * SECOND);
    assert_eq!(out.matches[0].events(), [1, 2]);
}

/// The smallest number means "never" inside, and is a time outside.
#[test]
fn the_first_of_all_times_is_one() {
    let setup = Setup::new(&with(&correlation(
        "both",
        "type: temporal, rules: [rule_a, rule_b], timespan: 10s",
    )));
    let mut correlator = setup.correlator(Options::default());
    let mut out = Out::default();
    let mut scratch = setup.rules.scratch();
    for (name, letter) in [(0, "a"), (1, "b")] {
        let event = event(letter, "x", 0);
        let hits = setup.rules.matches(&event, &mut scratch);
        correlator.observe_at(&event, hits, i64::MIN, name, &mut out);
    }
    assert_eq!(out.matches.len(), 1);
}

#[test]
fn rules_of_no_correlation_concern_it_not() {
    let setup = Setup::new(&counted("10s", "{ gte: 1 }"));
    let correlator = setup.correlator(Options::default());
    let mut scratch = setup.rules.scratch();
    let event = event("abc", "x", 0);
    let concerned: Vec<bool> = setup
        .rules
        .matches(&event, &mut scratch)
        .map(|hit| correlator.concerns(&hit))
        .collect();
    assert_eq!(concerned, [true, false, false]);
}

#[test]
fn entries_and_held_events_are_counted() {
    let setup = Setup::new(&counted("10s", "{ gte: 9 }"));
    let mut correlator = setup.correlator(options(|options| {
        options.lateness = Duration::from_secs(5);
    }));
    let mut out = Out::default();
    let seen = |correlator: &Correlator<u64>| (correlator.held(), correlator.entries());
    let times = [100, 100, 105, 106, 121];
    // What is exactly as late as allowed may still come, so 100 waits until 106.
    let expected = [(1, 0), (2, 0), (3, 0), (2, 2), (1, 4)];
    for (second, expected) in times.into_iter().zip(expected) {
        let event = event("a", "x", second);
        setup.feed(&mut correlator, [(0, &event)], &mut out);
        assert_eq!(seen(&correlator), expected, "{second}");
    }
}

/// Equal in everything, and two all the same.
#[test]
fn equal_events_are_held_each() {
    let setup = Setup::new(&counted("10s", "{ gte: 3 }"));
    let late = options(|options| options.lateness = Duration::from_secs(5));
    let same = event("a", "x", 1);
    let out = setup.run(late, [&same, &same, &same]);
    assert_eq!(out.matches.len(), 1);
    assert_eq!(out.matches[0].events(), [0, 1, 2]);
}

#[test]
fn a_smaller_room_for_held_events_is_kept_at_once() {
    let setup = Setup::new(&counted("1h", "{ gte: 9 }"));
    let late = |held| {
        options(|options| {
            options.lateness = Duration::from_secs(1_000);
            options.held = held;
        })
    };
    let mut before = setup.correlator(late(10));
    let events: Vec<Value> = (0..4).map(|second| event("a", "x", second)).collect();
    setup.feed(&mut before, (0..).zip(&events), &mut Out::default());
    let mut after = setup.correlator(late(1));
    after.restore(before.snapshot()).expect("the same version");
    assert_eq!(after.held(), 4);
    let last = event("a", "x", 5);
    setup.feed(&mut after, [(4, &last)], &mut Out::default());
    assert_eq!((after.held(), after.counters().early), (1, 4));
}

#[test]
fn the_clock_may_be_exactly_so_far_behind() {
    let setup = Setup::new(&counted("10s", "{ gte: 1 }"));
    let mut correlator = setup.correlator(options(|options| {
        options.ahead = Duration::from_secs(60);
    }));
    let mut out = Out::default();
    correlator.advance(1_000 * SECOND, &mut out);
    for second in [1_060, 1_061] {
        setup.feed(&mut correlator, [(0, &event("a", "x", second))], &mut out);
    }
    let counters = correlator.counters();
    assert_eq!((counters.events, counters.matches), (2, 1));
    assert_eq!((counters.ahead, out.losses.len()), (1, 1));
}

#[test]
fn losses_are_counted() {
    let setup = Setup::new(&counted("10s", "{ gte: 9 }"));
    let mut correlator = setup.correlator(options(|options| options.entries = 2));
    let mut out = Out::default();
    for second in [100, 101, 102, 91] {
        setup.feed(&mut correlator, [(0, &event("a", "x", second))], &mut out);
    }
    let counters = correlator.counters();
    assert_eq!((counters.evicted_entries, counters.late), (1, 1));
    assert_eq!(counters.events, 4);
}

/// A group that has reported is remembered for its cool-down, although its window has passed.
#[test]
fn groups_are_kept_while_they_cool_down() {
    let setup = Setup::new(&counted("10s", "{ gte: 1 }"));
    let mut correlator = setup.correlator(options(|options| {
        options.cool_down = Duration::from_secs(100);
    }));
    let mut out = Out::default();
    let mut groups_at = |correlator: &mut Correlator<u64>, second: i64| {
        correlator.advance(second * SECOND, &mut out);
        correlator.groups()
    };
    let mut ignored = Out::default();
    setup.feed(&mut correlator, [(0, &event("a", "x", 0))], &mut ignored);
    assert_eq!(groups_at(&mut correlator, 50), 1);
    assert_eq!(groups_at(&mut correlator, 99), 1);
    assert_eq!(groups_at(&mut correlator, 100), 0);
    // Without a report there is nothing to cool down.
    let quiet = Setup::new(&counted("10s", "{ gte: 2 }"));
    let mut correlator = quiet.correlator(options(|options| {
        options.cool_down = Duration::from_secs(100);
    }));
    quiet.feed(&mut correlator, [(0, &event("a", "x", 0))], &mut ignored);
    assert_eq!(groups_at(&mut correlator, 10), 1);
    assert_eq!(groups_at(&mut correlator, 11), 0);
    assert_eq!(correlator.entries(), 0);
}

/// Texts may fill the room to the last byte, those of keys and those of values together.
#[test]
fn texts_may_fill_their_room() {
    let text = with(&correlation(
        "values",
        "type: value_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { field: V, gte: 99 }",
    ));
    let setup = Setup::new(&text);
    let with_value = |user: &str, value: &str, second| {
        let mut event = event("a", user, second);
        event["V"] = value.into();
        event
    };
    let lost = |when_full, events: &[Value]| {
        let mut correlator = setup.correlator(options(|options| {
            options.text_bytes = 100;
            options.when_full = when_full;
        }));
        let mut out = Out::default();
        setup.feed(&mut correlator, (0..).zip(events), &mut out);
        let rejected = out.losses.iter().filter_map(|loss| match loss {
            Loss::Rejected { event, .. } => Some(*event),
            _ => None,
        });
        (rejected.collect::<Vec<_>>(), correlator.entries())
    };
    // How many bytes one value takes beside its text is found out, not known here.
    let fits = |length: usize| {
        let (rejected, _) = lost(WhenFull::Reject, &[with_value("x", &"v".repeat(length), 0)]);
        rejected.is_empty()
    };
    let longest = (0..=100).rev().find(|length| fits(*length));
    let longest = longest.expect("a short text fits");
    assert!(longest > 90, "{longest}");
    // Then there is none for another value, nor for another group.
    let value = "v".repeat(longest);
    let events = [
        with_value("x", &value, 0),
        with_value("x", "w", 1),
        with_value("y", "w", 2),
    ];
    assert_eq!(lost(WhenFull::Reject, &events), (vec![1, 2], 1));
    // What fits exactly makes room for itself.
    let events = [with_value("y", "w", 0), with_value("x", &value, 1)];
    assert_eq!(lost(WhenFull::EvictIdle, &events), (vec![], 1));
    // What has left takes no room any more.
    let mut correlator = setup.correlator(options(|options| {
        options.text_bytes = 100;
        options.when_full = WhenFull::Reject;
    }));
    let mut out = Out::default();
    for second in [0, 10_000, 20_000] {
        let event = with_value("x", &value, second);
        correlator.advance(second * SECOND, &mut out);
        setup.feed(&mut correlator, [(0, &event)], &mut out);
    }
    assert!(out.losses.is_empty(), "{:?}", out.losses);
}

#[test]
fn values_are_those_that_were_computed() {
    let events: Vec<Value> = (0..)
        .zip([1, 2, 4, 5])
        .map(|(second, number)| {
            let mut event = event("a", "x", second);
            event["N"] = number.into();
            event
        })
        .collect();
    for (text, expected) in [
        ("type: event_count, condition: { gte: 4 }", 4.0),
        ("type: value_count, condition: { field: N, gte: 4 }", 4.0),
        ("type: value_sum, condition: { field: N, gte: 12 }", 12.0),
        ("type: value_avg, condition: { field: N, gte: 3 }", 3.0),
        (
            "type: value_percentile, condition: { field: N, percentile: 50, gte: 3 }",
            3.0,
        ),
        ("type: value_median, condition: { field: N, gte: 3 }", 3.0),
    ] {
        let setup = Setup::new(&with(&correlation(
            "value",
            &format!("rules: [rule_a], timespan: 1h, {text}"),
        )));
        let out = setup.run(Options::default(), &events);
        let last = out.matches.last().expect(text);
        assert_eq!(last.value(), expected, "{text}");
        assert_eq!(last.events(), [0, 1, 2, 3], "{text}");
    }
}

#[test]
fn the_newest_event_of_each_rule_is_named() {
    let setup = Setup::new(&with(&correlation(
        "both",
        "type: temporal, rules: [rule_a, rule_b], timespan: 1h",
    )));
    let events = ["a", "a", "b"].map(|letter| event(letter, "x", 0));
    let out = setup.run(Options::default(), &events);
    assert_eq!(out.matches.len(), 1);
    assert_eq!(out.matches[0].events(), [1, 2]);
}

/// `()` names nothing, and is not kept.
#[test]
fn events_without_names_are_not_listed() {
    let setup = Setup::new(&counted("10s", "{ gte: 2 }"));
    let builder = Correlator::builder(&setup.rules).collection(&setup.collection);
    let mut correlator: Correlator = builder.build().expect("cannot fail");
    let mut scratch = setup.rules.scratch();
    let mut out: Vec<CorrelationMatch> = Vec::new();
    for second in [0, 1] {
        let event = event("a", "x", second);
        let hits = setup.rules.matches(&event, &mut scratch);
        correlator.observe(&event, hits, (), &mut out);
    }
    assert_eq!(out.len(), 1);
    assert!(out[0].events().is_empty());
}

#[test]
fn entries_that_have_passed_are_not_counted() {
    let setup = Setup::new(&counted("10s", "{ gte: 9 }"));
    let mut correlator = setup.correlator(Options::default());
    for (second, entries) in [(0, 1), (5, 2), (12, 2), (30, 1)] {
        let event = event("a", "x", second);
        setup.feed(&mut correlator, [(0, &event)], &mut Out::default());
        assert_eq!(correlator.entries(), entries, "{second}");
    }
}

/// The texts of groups, and nothing else, take the room for texts where no values are counted.
#[test]
fn keys_may_fill_their_room() {
    let setup = Setup::new(&counted("1h", "{ gte: 1 }"));
    for (length, fits) in [(100, true), (101, false)] {
        let room = options(|options| options.text_bytes = 100);
        let out = setup.run(room, &[event("a", &"u".repeat(length), 0)]);
        assert_eq!(out.losses.is_empty(), fits, "{length}");
        assert_eq!(out.matches.len(), usize::from(fits), "{length}");
    }
}

#[test]
fn ordered_events_are_named_in_order() {
    let setup = Setup::new(&with(&correlation(
        "chain",
        "type: temporal_ordered, rules: [rule_a, rule_b, rule_c], timespan: 1h",
    )));
    let events: Vec<Value> = (0..)
        .zip(["b", "a", "c", "b", "c"])
        .map(|(second, letter)| event(letter, "x", second))
        .collect();
    let out = setup.run(Options::default(), &events);
    assert_eq!(out.matches.len(), 1);
    assert_eq!(out.matches[0].events(), [1, 3, 4]);
}

/// Groups of one correlation are spread; what takes each other by other names goes to one place.
#[test]
fn events_are_routed_by_group() {
    let keyed = correlation(
        "keyed",
        "type: event_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { gte: 2 }",
    );
    let same_keys = correlation(
        "outer",
        "type: event_count, rules: [keyed], group-by: [U], timespan: 1h, condition: { gte: 2 }",
    );
    let other_keys = correlation(
        "outer",
        "type: event_count, rules: [keyed], group-by: [V], timespan: 1h, condition: { gte: 2 }",
    );
    let apart = correlation(
        "apart",
        "type: event_count, rules: [rule_b], timespan: 1h, condition: { gte: 2 }",
    );
    // How many places the events of ten users go to.
    let places = |text: &str, letter: &str| {
        let setup = Setup::new(&with(text));
        let mut correlator = setup.correlator(Options::default());
        let mut scratch = setup.rules.scratch();
        let mut keys = BTreeSet::new();
        for user in 0..10 {
            let event = event(letter, &user.to_string(), 0);
            let hits = setup.rules.matches(&event, &mut scratch);
            keys.extend(correlator.partition_keys(&event, hits));
        }
        keys.len()
    };
    assert_eq!(places(&keyed, "a"), 10);
    assert_eq!(places(&format!("{keyed}---\n{same_keys}"), "a"), 10);
    assert_eq!(places(&format!("{keyed}---\n{other_keys}"), "a"), 1);
    assert_eq!(places(&keyed, "b"), 0);
    // One that knows no groups does not concern another.
    for text in [
        format!("{keyed}---\n{apart}"),
        format!("{apart}---\n{keyed}"),
    ] {
        assert_eq!((places(&text, "a"), places(&text, "b")), (10, 1));
    }
}

#[test]
fn correlations_without_state_are_not_missed() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let snapshot = setup.correlator(Options::default()).snapshot();
    let other = Setup::new(&counted("2h", "{ gte: 2 }"));
    let restored = other.correlator(Options::default()).restore(snapshot);
    let restored = restored.expect("the same version");
    assert_eq!((restored.groups, restored.dropped.len()), (0, 0));
}

#[test]
fn groups_of_another_form_are_not_restored() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let mut before = setup.correlator(Options::default());
    let event = event("a", "x", 0);
    setup.feed(&mut before, [(0, &event)], &mut Out::default());
    let mut saved = serde_json::to_value(before.snapshot()).expect("JSON can hold it");
    saved["correlations"][0]["groups"][0]["key"] = json!(["x", "y"]);
    let edited: Snapshot<u64> = serde_json::from_value(saved).expect("still of that form");
    let mut after = setup.correlator(Options::default());
    after.restore(edited).expect("the same version");
    assert_eq!(after.groups(), 0);
}

/// Models can be made that no text gives.
#[test]
fn models_that_mean_nothing_are_named() {
    let text = with(&format!(
        "{}---\n{}---\n{}",
        correlation(
            "count",
            "type: event_count, rules: [rule_a], timespan: 1h, condition: { gte: 2 }",
        ),
        correlation(
            "values",
            "type: value_count, rules: [rule_a], timespan: 1h, condition: { field: V, gte: 2 }",
        ),
        correlation(
            "both",
            "type: temporal, rules: [rule_a, rule_b], timespan: 1h, condition: rule_a and rule_b",
        ),
    ));
    let setup = Setup::new(&text);
    let correlations: Vec<Correlation> = setup
        .collection
        .correlations()
        .map(|one| (**one).clone())
        .collect();
    let [count, values, both] = correlations.as_slice() else {
        panic!("{correlations:?}");
    };
    let problems = |correlation: &Correlation, change: &dyn Fn(&mut Correlation)| {
        let mut changed = correlation.clone();
        change(&mut changed);
        let builder = Correlator::builder(&setup.rules).correlation(changed);
        let correlator: Correlator<u64> = builder.build().expect("cannot fail");
        assert!(correlator.problems().len() <= 1);
        let problem = correlator.problems().first();
        problem.map_or(String::new(), |problem| problem.error().message())
    };
    let incomplete = "type 'value_count' lacks a condition or a field that it needs";
    let condition = "condition 'rule_a and rule_b' does not name the rules of the correlation";
    let uncounted = problems(count, &|it| it.condition = None);
    assert_eq!(uncounted, incomplete.replace("value_count", "event_count"));
    assert_eq!(problems(values, &|_| {}), "");
    assert_eq!(problems(both, &|_| {}), "");
    assert_eq!(problems(both, &|it| it.condition = None), "");
    assert_eq!(problems(values, &|it| it.condition = None), incomplete);
    assert_eq!(problems(values, &|it| it.rules.clear()), incomplete);
    let without_fields = |it: &mut Correlation| {
        if let Some(CorrelationCondition::Threshold(threshold)) = &mut it.condition {
            threshold.fields.clear();
        }
    };
    assert_eq!(problems(values, &without_fields), incomplete);
    let of_rules = |it: &mut Correlation| it.condition = both.condition.clone();
    assert_eq!(problems(values, &of_rules), condition);
    assert_eq!(problems(both, &|it| it.rules.truncate(1)), condition);
}

/// A rule's id in another spelling is another rule's name.
#[test]
fn names_that_mean_two_rules_are_told() {
    const ID: &str = "aaaaaaaa-1111-4111-8111-111111111111";
    let text = with(&correlation(
        "count",
        "type: event_count, rules: [rule_a], timespan: 1h, condition: { gte: 2 }",
    ));
    let text = text.replacen("name: rule_a", &format!("id: {ID}\nname: rule_a"), 1);
    let text = text.replace("name: rule_b", &format!("name: {}", ID.to_uppercase()));
    let setup = Setup::new(&text);
    let problems = |reference: &str| {
        let loaded = setup.collection.correlations().next();
        let mut changed = (**loaded.expect("there is one")).clone();
        changed.rules[0].text = reference.to_owned();
        let builder = Correlator::builder(&setup.rules).correlation(changed);
        let correlator: Correlator<u64> = builder.build().expect("cannot fail");
        correlator.problems().len()
    };
    assert_eq!(problems(ID), 0);
    assert_eq!(problems("rule_a"), 0);
    assert_eq!(problems(&ID.to_uppercase()), 1);
    assert_eq!(problems("rule_b"), 1);
}
