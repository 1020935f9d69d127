//! Streams of events through correlations. What is counted is observing, not matching: every event matches its rule.

use std::collections::BTreeMap;
use std::time::Duration;

use sigmatic::correlation::{CorrelationMatch, Correlator, Options, WhenFull};
use sigmatic::{Collection, RuleSet};

use crate::{Case, Work, joined, named_rule, repeated};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, size, make| Case { name, size, make };
    vec![
        case("stream/one key", 10_000, |n| {
            counted("event_count", n, |_| Seen::default())
        }),
        case("stream/other keys", 10_000, |n| {
            counted("event_count", n, |number| Seen {
                user: number,
                ..Seen::default()
            })
        }),
        case("stream/keys that come back", 10_000, |n| {
            counted("event_count", n, move |number| Seen {
                user: number % (n / 2),
                ..Seen::default()
            })
        }),
        case("stream/long keys", 1_000, |n| long_keys(n)),
        case("stream/times backwards", 10_000, |n| {
            counted("event_count", n, move |number| Seen {
                time: n - number,
                ..Seen::default()
            })
        }),
        case("stream/equal times", 10_000, |n| {
            counted("event_count", n, |_| Seen {
                time: 0,
                ..Seen::default()
            })
        }),
        case("stream/times back and forth", 10_000, |n| {
            counted("event_count", n, |number| Seen {
                time: number * 7_919 % 5_000,
                ..Seen::default()
            })
        }),
        case("stream/equal values", 10_000, |n| {
            counted("value_count", n, |_| Seen::default())
        }),
        case("stream/other values", 10_000, |n| {
            counted("value_count", n, |number| Seen {
                value: number,
                ..Seen::default()
            })
        }),
        case("stream/sums", 10_000, |n| {
            counted("value_sum", n, |number| Seen {
                value: number,
                ..Seen::default()
            })
        }),
        case("stream/averages, backwards", 10_000, |n| {
            counted("value_avg", n, move |number| Seen {
                value: number,
                time: n - number,
                ..Seen::default()
            })
        }),
        case("stream/percentiles, rising", 10_000, |n| {
            counted("value_percentile", n, |number| Seen {
                value: number,
                ..Seen::default()
            })
        }),
        case("stream/percentiles, falling", 10_000, |n| {
            counted("value_percentile", n, move |number| Seen {
                value: n - number,
                ..Seen::default()
            })
        }),
        case("stream/percentiles, equal", 10_000, |n| {
            counted("value_percentile", n, |_| Seen::default())
        }),
        case("stream/medians, backwards", 10_000, |n| {
            counted("value_median", n, move |number| Seen {
                value: number * 7_919 % 10_007,
                time: n - number,
                ..Seen::default()
            })
        }),
        case("stream/temporal, events", 5_000, |n| {
            temporal("temporal", 20, n, 20, false)
        }),
        case("stream/temporal, rules", 200, |n| {
            temporal("temporal", n, 2_000, n, false)
        }),
        case("stream/in order, events backwards", 5_000, |n| {
            temporal("temporal_ordered", 20, n, 20, true)
        }),
        case("stream/in order, rules", 200, |n| {
            temporal("temporal_ordered", n, 2_000, n, true)
        }),
        case("stream/in order, equal times", 5_000, |n| {
            at_once("temporal_ordered", 20, n)
        }),
        case("stream/in order, rules at equal times", 100, |n| {
            at_once("temporal_ordered", n, 1_000)
        }),
        case("stream/firing at each event", 5_000, |n| {
            run(
                &text("event_count", "gte: 1", ""),
                seen(n, |_| Seen::default()),
                Options::default(),
                n,
            )
        }),
        case("stream/correlations of one rule", 100, |n| {
            run(
                &many(n),
                seen(500, |number| Seen {
                    user: number % 10,
                    ..Seen::default()
                }),
                Options::default(),
                0,
            )
        }),
        case("stream/chain of correlations", 60, |n| {
            run(
                &chain(n),
                seen(200, |_| Seen::default()),
                Options::default(),
                0,
            )
        }),
        case("stream/group by many fields", 100, grouped),
        case("stream/full, oldest forgotten", 10_000, |n| {
            full(n, WhenFull::EvictOldest)
        }),
        case("stream/full, idle forgotten", 10_000, |n| {
            full(n, WhenFull::EvictIdle)
        }),
        case("stream/full, rejected", 10_000, |n| {
            full(n, WhenFull::Reject)
        }),
        case("stream/full of entries", 10_000, |n| {
            full_of_entries(n, WhenFull::EvictOldest)
        }),
        case("stream/full of entries, idle", 10_000, |n| {
            full_of_entries(n, WhenFull::EvictIdle)
        }),
        case("stream/held, backwards", 10_000, |n| {
            held(n, move |number| n - number)
        }),
        case("stream/held, equal times", 10_000, |n| held(n, |_| 0)),
        case("stream/held, full", 10_000, |n| {
            held(n, move |number| 1_000_000 + n - number)
        }),
        case("stream/snapshot and restore", 5_000, saved),
        case("stream/built for many rules", 500, built),
    ]
}

#[derive(Clone, Debug, Default)]
struct Seen {
    kind: usize,
    user: usize,
    value: usize,
    /// In milliseconds; 0 for all is a stream at one time.
    time: usize,
}

fn seen(n: usize, make: impl Fn(usize) -> Seen) -> Vec<Seen> {
    (0..n).map(make).collect()
}

/// A rule by number, and these correlations.
fn with_rules(rules: usize, correlations: &str) -> String {
    repeated(rules, |kind| {
        named_rule(
            &format!("rule_{kind}"),
            &format!("s: {{ Kind: {kind} }}\ncondition: s"),
        ) + "---\n"
    }) + correlations
}

fn text(kind: &str, condition: &str, more: &str) -> String {
    with_rules(
        1,
        &format!(
            "title: counted\ncorrelation: {{ type: {kind}, rules: [rule_0], group-by: [User], timespan: 10d, condition: {{ {condition} }} }}\n{more}"
        ),
    )
}

/// A stream in which nothing fires.
fn counted(kind: &str, n: usize, make: impl Fn(usize) -> Seen) -> Work {
    let condition = match kind {
        "event_count" => "gte: 1000000",
        "value_percentile" => "field: Value, percentile: 90, gt: 1.0e+30",
        _ => "field: Value, gt: 1.0e+30",
    };
    run(
        &text(kind, condition, ""),
        seen(n, make),
        Options::default(),
        0,
    )
}

fn run(text: &str, events: Vec<Seen>, options: Options, fires: usize) -> Work {
    let (rules, loaded) = build(text);
    let mut scratch = rules.scratch();
    Box::new(move || {
        let mut correlator = correlator(&rules, &loaded, &options);
        let mut found: Vec<CorrelationMatch> = Vec::new();
        feed(&rules, &mut scratch, &mut correlator, &events, &mut found);
        assert_eq!(found.len(), fires);
    })
}

fn build(text: &str) -> (RuleSet, Collection) {
    let loaded = Collection::from_yaml(text);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    assert!(
        loaded.correlations().count() > 0,
        "{:?}",
        loaded.problems().first()
    );
    (rules, loaded)
}

fn correlator(rules: &RuleSet, loaded: &Collection, options: &Options) -> Correlator {
    let builder = Correlator::builder(rules)
        .collection(loaded)
        .options(options.clone());
    let built = builder.build().expect("it is in order");
    assert_eq!(built.correlations().len(), loaded.correlations().count());
    built
}

fn feed(
    rules: &RuleSet,
    scratch: &mut sigmatic::Scratch,
    correlator: &mut Correlator,
    events: &[Seen],
    found: &mut Vec<CorrelationMatch>,
) {
    for event in events {
        let user = format!("user {}", event.user);
        let value = event.value.to_string();
        let kind = event.kind.to_string();
        let fields = [("Kind", &*kind), ("User", &*user), ("Value", &*value)];
        let hits = rules.matches(&fields, scratch);
        let time = 1_700_000_000_000_000_000 + event.time as i64 * 1_000_000;
        correlator.observe_at(&fields, hits, time, (), found);
    }
    correlator.flush(found);
}

/// Events of the rules in turn, from last to first if `backwards`; the last rule never matches, so nothing fires.
fn temporal(kind: &str, rules: usize, n: usize, period: usize, backwards: bool) -> Work {
    let events = seen(n, |number| {
        let place = number % period;
        let kind = if backwards { period - 1 - place } else { place };
        Seen {
            kind,
            time: number,
            ..Seen::default()
        }
    });
    run(&chained(kind, rules), events, Options::default(), 0)
}

fn at_once(kind: &str, rules: usize, n: usize) -> Work {
    let events = seen(n, |number| Seen {
        kind: rules - 1 - number % rules,
        ..Seen::default()
    });
    run(&chained(kind, rules), events, Options::default(), 0)
}

fn chained(kind: &str, rules: usize) -> String {
    let names = joined(rules + 1, ", ", |rule| format!("rule_{rule}"));
    with_rules(
        rules + 1,
        &format!(
            "title: chain\ncorrelation: {{ type: {kind}, rules: [{names}], group-by: [User], timespan: 1h }}\n"
        ),
    )
}

fn many(n: usize) -> String {
    with_rules(
        1,
        &joined(n, "---\n", |number| {
            format!(
                "title: counted {number}\ncorrelation: {{ type: event_count, rules: [rule_0], group-by: [User], timespan: 10d, condition: {{ gte: {} }} }}\n",
                1_000_000 + number
            )
        }),
    )
}

fn chain(n: usize) -> String {
    with_rules(
        1,
        &joined(n, "---\n", |number| {
            let of = if number == 0 {
                "rule_0".to_owned()
            } else {
                format!("level_{}", number - 1)
            };
            let least = if number + 1 == n { 1_000_000 } else { 1 };
            format!(
                "title: level {number}\nname: level_{number}\ncorrelation: {{ type: event_count, rules: [{of}], group-by: [User], timespan: 1h, condition: {{ gte: {least} }} }}\n"
            )
        }),
    )
}

fn grouped(n: usize) -> Work {
    let names: Vec<String> = (0..n).map(|number| format!("User{number}")).collect();
    let text = with_rules(
        1,
        &format!(
            "title: counted\ncorrelation: {{ type: event_count, rules: [rule_0], group-by: [{}], timespan: 1h, condition: {{ gte: 1000000 }} }}\n",
            names.join(", ")
        ),
    );
    let (rules, loaded) = build(&text);
    // A map: of a slice, every name is looked for from its start.
    let mut event: BTreeMap<String, &str> = names.into_iter().map(|name| (name, "x")).collect();
    event.insert("Kind".to_owned(), "0");
    let mut scratch = rules.scratch();
    Box::new(move || {
        let mut correlator = correlator(&rules, &loaded, &Options::default());
        let mut found: Vec<CorrelationMatch> = Vec::new();
        for number in 0..100 {
            let hits = rules.matches(&event, &mut scratch);
            correlator.observe_at(&event, hits, number, (), &mut found);
        }
        assert_eq!((found.len(), correlator.groups()), (0, 1));
    })
}

fn long_keys(n: usize) -> Work {
    let (rules, loaded) = build(&text("event_count", "gte: 1000000", ""));
    let users: Vec<String> = (0..n)
        .map(|number| format!("{}{number}", "a".repeat(1_000)))
        .collect();
    let mut scratch = rules.scratch();
    Box::new(move || {
        let mut correlator = correlator(&rules, &loaded, &Options::default());
        let mut found: Vec<CorrelationMatch> = Vec::new();
        for user in &users {
            let event = [("Kind", "0"), ("User", &**user)];
            let hits = rules.matches(&event, &mut scratch);
            correlator.observe_at(&event, hits, 0, (), &mut found);
        }
        assert_eq!(correlator.groups(), users.len());
    })
}

fn full(n: usize, when_full: WhenFull) -> Work {
    let mut options = Options::default();
    options.groups = n / 4;
    options.when_full = when_full;
    let events = seen(n, |number| Seen {
        user: number,
        time: number,
        ..Seen::default()
    });
    run(&text("event_count", "gte: 1000000", ""), events, options, 0)
}

/// Half of the entries belong to one group, which is never the oldest nor idle.
fn full_of_entries(n: usize, when_full: WhenFull) -> Work {
    let mut options = Options::default();
    options.entries = n / 4;
    options.when_full = when_full;
    let events = seen(n, |number| Seen {
        user: if number % 2 == 0 { 0 } else { number },
        time: number,
        ..Seen::default()
    });
    run(&text("event_count", "gte: 1000000", ""), events, options, 0)
}

fn held(n: usize, time: impl Fn(usize) -> usize) -> Work {
    let mut options = Options::default();
    options.lateness = Duration::from_secs(86_400);
    options.held = if time(0) > 1_000_000 { n / 4 } else { 2 * n };
    let events = seen(n, |number| Seen {
        time: time(number),
        ..Seen::default()
    });
    run(&text("event_count", "gte: 1000000", ""), events, options, 0)
}

fn saved(n: usize) -> Work {
    let (rules, loaded) = build(&text("value_count", "field: Value, gt: 1000000", ""));
    let mut scratch = rules.scratch();
    let mut filled = correlator(&rules, &loaded, &Options::default());
    let events = seen(n, |number| Seen {
        user: number % (n / 4),
        value: number,
        time: number,
        ..Seen::default()
    });
    feed(&rules, &mut scratch, &mut filled, &events, &mut Vec::new());
    Box::new(move || {
        let text = serde_json::to_string(&filled.snapshot()).expect("it can be written");
        let mut taken = correlator(&rules, &loaded, &Options::default());
        let restored = taken
            .restore(serde_json::from_str(&text).expect("it was written"))
            .expect("the same version");
        assert_eq!(restored.groups, filled.groups());
    })
}

/// Loading and building: each correlation names the rule before.
fn built(n: usize) -> Work {
    let text = with_rules(
        n,
        &joined(n, "---\n", |number| {
            format!(
                "title: counted {number}\ncorrelation: {{ type: event_count, rules: [rule_{number}, rule_{}], group-by: [User], timespan: 1h, condition: {{ gte: 2 }} }}\n",
                (number + 1) % n
            )
        }),
    );
    Box::new(move || {
        let (rules, loaded) = build(&text);
        assert_eq!(
            correlator(&rules, &loaded, &Options::default())
                .correlations()
                .len(),
            n
        );
    })
}
