//! Nothing grows without bound, and what is lost is told.

use std::time::Duration;

use serde_json::{Value, json};
use sigmatic::correlation::{Loss, Options, WhenFull};

use super::sample::{counted, event, with};
use super::{Out, Setup, all_shown};

fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn triggers(out: &Out) -> Vec<u64> {
    out.matches.iter().map(|found| *found.trigger()).collect()
}

/// Users by letters, one second each.
fn by_users(users: &str) -> Vec<Value> {
    let users = users.chars().zip(0..);
    users
        .map(|(user, second)| event("a", &user.to_string(), second))
        .collect()
}

#[test]
fn full_groups_reject_or_make_room() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let events = by_users("abcabc");
    let run = |when_full| {
        let options = options(|options| {
            options.groups = 2;
            options.when_full = when_full;
        });
        let mut correlator = setup.correlator(options);
        let mut out = Out::default();
        setup.feed(&mut correlator, (0..).zip(&events), &mut out);
        assert!(correlator.groups() <= 2);
        (triggers(&out), out.losses, correlator.counters())
    };
    // `c` never gets a place.
    let (fired, losses, counters) = run(WhenFull::Reject);
    assert_eq!(fired, [3, 4]);
    assert!(matches!(
        losses[..],
        [
            Loss::Rejected { event: 2, .. },
            Loss::Rejected { event: 5, .. }
        ]
    ));
    assert_eq!(counters.rejected, 2);
    // `c` takes the place of `a`, `a` that of `b`, and so on.
    for when_full in [WhenFull::EvictOldest, WhenFull::EvictIdle] {
        let (fired, losses, counters) = run(when_full);
        assert_eq!(fired, [0; 0]);
        assert_eq!((losses.len(), counters.evicted_groups), (4, 4));
        let Loss::Evicted { correlation, group } = &losses[0] else {
            panic!("{losses:?}");
        };
        assert_eq!(correlation.title(), "counted");
        assert_eq!(group, &[("U".to_owned(), "a".to_owned())]);
    }
}

#[test]
fn idle_is_not_oldest() {
    let setup = Setup::new(&counted("1h", "{ gte: 3 }"));
    let run = |when_full| {
        let options = options(|options| {
            options.groups = 2;
            options.when_full = when_full;
        });
        triggers(&setup.run(options, &by_users("abaca")))
    };
    // When `c` comes, `a` was made first, and `b` has waited longest.
    assert_eq!(run(WhenFull::EvictIdle), [4]);
    assert_eq!(run(WhenFull::EvictOldest), [0; 0]);
}

#[test]
fn full_windows_lose_their_oldest_entry_last() {
    let setup = Setup::new(&counted("1h", "{ gte: 3 }"));
    let options = options(|options| options.entries = 3);
    let out = setup.run(options, &by_users("aaaaa"));
    assert_eq!(triggers(&out), [2, 3, 4]);
    assert!(matches!(
        out.losses[..],
        [Loss::Shortened { .. }, Loss::Shortened { .. }]
    ));
    let names: Vec<&[u64]> = out.matches.iter().map(|found| found.events()).collect();
    assert_eq!(names, [[0, 1, 2], [1, 2, 3], [2, 3, 4]]);
}

#[test]
fn long_texts_are_counted() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let options = options(|options| {
        options.text_bytes = 1_000;
        options.when_full = WhenFull::Reject;
    });
    let long = "x".repeat(2_000);
    let out = setup.run(
        options,
        &[
            event("a", &long, 0),
            event("a", &long, 1),
            event("a", "y", 2),
        ],
    );
    assert_eq!((out.matches.len(), out.losses.len()), (0, 2));
}

#[test]
fn what_can_never_fit_evicts_nothing() {
    let setup = Setup::new(&counted("1h", "{ gte: 2 }"));
    let options = options(|options| options.text_bytes = 1_000);
    let events = [
        event("a", "y", 0),
        event("a", &"x".repeat(2_000), 1),
        event("a", "y", 2),
    ];
    let out = setup.run(options, &events);
    assert_eq!(triggers(&out), [2]);
    assert!(matches!(out.losses[..], [Loss::Rejected { event: 1, .. }]));
}

#[test]
fn groups_that_have_passed_are_forgotten() {
    let setup = Setup::new(&counted("10s", "{ gte: 2 }"));
    let mut correlator = setup.correlator(Options::default());
    let mut out = Out::default();
    for second in 0..5_000 {
        let event = event("a", &second.to_string(), second);
        setup.feed(&mut correlator, [(0, &event)], &mut out);
        // Eleven are alive.
        assert!(correlator.groups() <= 40, "{} groups", correlator.groups());
    }
    correlator.advance(6_000_000_000_000, &mut out);
    assert_eq!((correlator.groups(), correlator.entries()), (0, 0));
}

#[test]
fn one_wrong_clock_spoils_nothing_of_others() {
    let setup = Setup::new(&counted("10s", "{ gte: 3 }"));
    let mut events = by_users("xxyyyyyyyyyyyyyyyyyy");
    events.truncate(8);
    events.insert(
        2,
        json!({ "F": "a", "U": "wrong", "timestamp": "2200-01-01T00:00:00Z" }),
    );
    events.push(event("a", "x", 9));
    let out = setup.run(Options::default(), &events);
    assert!(triggers(&out).contains(&9), "{:?}", all_shown(&out));
}

#[test]
fn late_events_are_counted_and_reported() {
    let setup = Setup::new(&counted("10s", "{ gte: 2 }"));
    let options = options(|options| options.lateness = Duration::from_secs(5));
    let events = [
        event("a", "x", 100),
        event("a", "x", 95),
        event("a", "x", 94),
        event("z", "x", 107),
        event("a", "x", 101),
    ];
    let mut correlator = setup.correlator(options);
    let mut out = Out::default();
    setup.feed(&mut correlator, (0..).zip(&events), &mut out);
    // The event that matches nothing moves the time all the same.
    let late: Vec<u64> = out
        .losses
        .iter()
        .map(|loss| match loss {
            Loss::Late { event, .. } => *event,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(late, [2, 4]);
    assert_eq!(correlator.counters().late, 2);
    assert_eq!(triggers(&out), [0], "held until 102 has come");
    assert_eq!(out.matches[0].events(), [1, 0]);
}

#[test]
fn without_a_lateness_late_events_join_the_window() {
    let setup = Setup::new(&counted("10s", "{ gte: 3 }"));
    let events = [
        event("a", "x", 100),
        event("a", "x", 109),
        event("a", "x", 99),
        event("a", "x", 98),
    ];
    let out = setup.run(Options::default(), &events);
    assert_eq!(triggers(&out), [2]);
    assert_eq!(out.matches[0].window(), (99_000_000_000, 109_000_000_000));
    assert!(matches!(out.losses[..], [Loss::Late { event: 3, .. }]));
}

#[test]
fn events_ahead_of_the_clock_are_refused() {
    let setup = Setup::new(&counted("10s", "{ gte: 2 }"));
    let options = options(|options| {
        options.lateness = Duration::from_secs(5);
        options.ahead = Duration::from_secs(60);
    });
    let mut correlator = setup.correlator(options);
    let mut out = Out::default();
    correlator.advance(1_000_000_000_000, &mut out);
    let events = [
        event("a", "x", 1_000),
        event("a", "x", 1_061),
        event("a", "x", 1_001),
    ];
    setup.feed(&mut correlator, (0..).zip(&events), &mut out);
    assert!(matches!(out.losses[..], [Loss::Ahead { event: 1, .. }]));
    // Time passes without events.
    assert_eq!(out.matches.len(), 0);
    correlator.advance(1_010_000_000_000, &mut out);
    assert_eq!(triggers(&out), [2]);
    assert_eq!(correlator.counters().ahead, 1);
}

#[test]
fn too_many_held_events_are_taken_early() {
    let setup = Setup::new(&counted("1h", "{ gte: 1 }"));
    let options = options(|options| {
        options.lateness = Duration::from_secs(1_000);
        options.held = 2;
    });
    let mut correlator = setup.correlator(options);
    let mut out = Out::default();
    let events: Vec<Value> = [5, 3, 4, 9, 2]
        .map(|second| event("a", "x", second))
        .to_vec();
    setup.feed(&mut correlator, (0..).zip(&events), &mut out);
    // 3 had to go when 4 came, 4 when 9 came; 2 is then too old.
    assert_eq!(triggers(&out), [1, 2]);
    assert_eq!(correlator.counters().early, 2);
    assert!(matches!(out.losses[..], [Loss::Late { event: 4, .. }]));
    correlator.flush(&mut out);
    assert_eq!(triggers(&out), [1, 2, 0, 3]);
}

#[test]
fn a_cool_down_silences_a_group_and_no_correlation() {
    let text = with(
        "title: inner\nname: inner\ncorrelation: { type: event_count, rules: [rule_a], group-by: [U], timespan: 1h, condition: { gte: 1 }, generate: true }\n\
         ---\n\
         title: outer\nname: outer\ncorrelation: { type: event_count, rules: [inner], group-by: [U], timespan: 1h, condition: { eq: 4 }, generate: true }\n",
    );
    let setup = Setup::new(&text);
    let options = options(|options| options.cool_down = Duration::from_secs(2));
    let mut correlator = setup.correlator(options);
    let mut out = Out::default();
    let events: Vec<Value> = (0..4).map(|second| event("a", "x", second)).collect();
    setup.feed(&mut correlator, (0..).zip(&events), &mut out);
    let found: Vec<(&str, u64)> = out
        .matches
        .iter()
        .map(|found| (found.correlation().title(), *found.trigger()))
        .collect();
    assert_eq!(found, [("inner", 0), ("inner", 2), ("outer", 3)]);
    assert_eq!(correlator.counters().suppressed, 2);
}

/// Groups that are there and windows that have grown take no memory for another event.
#[test]
fn a_warm_correlator_allocates_nothing() {
    let all = [
        "type: event_count, condition: { gte: 1000 }",
        "type: value_count, condition: { field: U, gte: 1000 }",
        "type: value_sum, condition: { field: N, gte: 1000000 }",
        "type: temporal, condition: { gte: 4 }",
        "type: temporal_ordered, condition: { gte: 4 }",
    ];
    let documents = all.iter().enumerate().map(|(number, what)| {
        format!("title: c{number}\nname: c{number}\ncorrelation: {{ {what}, rules: [rule_a, rule_b, rule_c], group-by: [U], timespan: 10s }}\n")
    });
    let setup = Setup::new(&with(&documents.collect::<Vec<_>>().join("---\n")));
    let builder = sigmatic::correlation::Correlator::builder(&setup.rules);
    let builder = builder.collection(&setup.collection);
    let mut correlator: sigmatic::correlation::Correlator = builder.build().expect("cannot fail");
    let mut scratch = setup.rules.scratch();
    let events: Vec<Value> = (0..4_000)
        .map(|number| {
            let mut event = event(["a", "b", "c"][number % 3], "x", number as i64 / 20);
            event["N"] = (number % 7).into();
            event
        })
        .collect();
    let mut found = Vec::new();
    let mut feed = |events: &[Value]| {
        for event in events {
            let hits = setup.rules.matches(event, &mut scratch);
            correlator.observe(event, hits, (), &mut found);
        }
    };
    feed(&events[..1_000]);
    let info = allocation_counter::measure(|| feed(&events[1_000..]));
    assert_eq!(info.count_total, 0);
    assert!(found.is_empty());
}

/// The order of ten rules, backwards and all at once, again and again: each event costs the same.
#[test]
fn adversarial_order_is_linear() {
    let mut text = String::new();
    for number in 0..10 {
        text += &format!(
            "title: r{number}\nname: r{number}\nlogsource: {{ category: test }}\ndetection: {{ s: {{ F|contains: '{number}' }}, condition: s }}\n---\n"
        );
    }
    let rules: Vec<String> = (0..10).map(|number| format!("r{number}")).collect();
    text += &format!(
        "title: chain\ncorrelation: {{ type: temporal_ordered, rules: [{}], group-by: [U], timespan: 1d }}\n",
        rules.join(", ")
    );
    let setup = Setup::new(&text);
    let mut correlator = setup.correlator(Options::default());
    let mut out = Out::default();
    for second in 0..20_000 {
        let letters = char::from(b'9' - (second % 10) as u8).to_string();
        setup.feed(
            &mut correlator,
            [(0, &event(&letters, "x", second))],
            &mut out,
        );
    }
    // 9, 8, …, 0 ten times over hold 0, 1, …, 9 in their order.
    assert_eq!(
        out.matches.first().map(|found| found.time()),
        Some(90_000_000_000)
    );
    assert_eq!(out.matches.len(), 20_000 - 90);
    assert_eq!((correlator.groups(), correlator.entries()), (1, 0));
}
