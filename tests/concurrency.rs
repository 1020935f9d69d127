//! One rule set used by many threads while it is replaced; and neither the number of threads nor the order of rules changes
//! what comes out.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, RwLock};
use std::thread;

use serde_json::Value;
use sigmatic::event::JsonParser;
use sigmatic::{Collection, RuleSet};

use crate::generate::{self, Choices};
use crate::suite::placeholders;

/// Sets of generated rules, and events made for some of them.
struct Sample {
    sets: Vec<RuleSet>,
    events: Vec<Value>,
}

fn sample(sets: usize) -> Sample {
    let mut events = Vec::new();
    let texts: Vec<String> = (0..sets)
        .map(|set| {
            let mut text = String::new();
            for rule in 0..20 {
                let numbers = generate::numbers((set * 20 + rule) as u64, 900);
                let choices = &mut Choices::new(&numbers);
                let rule_of = generate::rule(choices);
                events.extend((0..3).map(|_| generate::event(&rule_of, choices)));
                text += &format!("---\n{}", rule_of.yaml(&format!("rule {rule}")));
            }
            text
        })
        .collect();
    let sets = texts
        .iter()
        .map(|text| built(&Collection::from_yaml(text)))
        .collect();
    Sample { sets, events }
}

fn built(loaded: &Collection) -> RuleSet {
    let builder = RuleSet::builder()
        .collection(loaded)
        .placeholders(placeholders(&generate::table()));
    builder.build().expect("a set")
}

/// The indices of the rules that match each event.
fn answers(rules: &RuleSet, events: &[Value]) -> Vec<Vec<usize>> {
    let mut scratch = rules.scratch();
    let hits = |event| {
        rules
            .matches(event, &mut scratch)
            .map(|hit| hit.index())
            .collect()
    };
    events.iter().map(hits).collect()
}

/// What a thread finds is what its set says, whatever others do, and whichever set is the newest.
#[test]
fn sets_are_replaced_while_they_are_used() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 30;
    let Sample { sets, events } = sample(4);
    let expected: Vec<Vec<Vec<usize>>> = sets.iter().map(|rules| answers(rules, &events)).collect();
    let matched = expected
        .iter()
        .flatten()
        .filter(|hits| !hits.is_empty())
        .count();
    assert!(matched > 100, "{matched} answers are worth comparing");

    let current = RwLock::new((0, Arc::new(sets[0].clone())));
    let (ended, met) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let readers: Vec<_> = (0..THREADS)
            .map(|first| {
                let (current, ended, met) = (&current, &ended, &met);
                let (events, expected) = (&events, &expected);
                scope.spawn(move || {
                    let mut held = BTreeSet::new();
                    let mut place = first * events.len() / THREADS;
                    while !ended.load(Ordering::Relaxed) || held.len() < 2 {
                        let (number, rules) =
                            current.read().expect("no thread fails with it").clone();
                        held.insert(number);
                        let mut scratch = rules.scratch();
                        // Other threads replace the set meanwhile.
                        for _ in 0..events.len() {
                            place = (place + 1) % events.len();
                            let hits = rules.matches(&events[place], &mut scratch);
                            let hits: Vec<usize> = hits.map(|hit| hit.index()).collect();
                            assert_eq!(
                                hits, expected[number][place],
                                "set {number}, event {place}"
                            );
                        }
                        met.fetch_add(1, Ordering::Relaxed);
                    }
                    held.len()
                })
            })
            .collect();
        for round in 1.. {
            // The set that is given up here lives on in the threads that hold it.
            *current.write().expect("no thread fails with it") = (
                round % sets.len(),
                Arc::new(sets[round % sets.len()].clone()),
            );
            thread::yield_now();
            let failed = readers.iter().any(thread::ScopedJoinHandle::is_finished);
            if failed || (round >= ROUNDS && met.load(Ordering::Relaxed) >= ROUNDS * THREADS) {
                break;
            }
        }
        ended.store(true, Ordering::Relaxed);
        // One more, so that a thread that met but one set so far can end.
        for round in 0.. {
            if readers.iter().all(thread::ScopedJoinHandle::is_finished) {
                break;
            }
            *current.write().expect("no thread fails with it") = (
                round % sets.len(),
                Arc::new(sets[round % sets.len()].clone()),
            );
            thread::yield_now();
        }
        for reader in readers {
            assert!(reader.join().expect("all answers were right") > 1);
        }
    });
}

/// A scratch that served one set serves another.
#[test]
fn a_scratch_outlives_its_set() {
    let Sample { sets, events } = sample(3);
    let mut scratch = sets[0].scratch();
    for _ in 0..2 {
        for rules in &sets {
            let hits: Vec<Vec<usize>> = events
                .iter()
                .map(|event| {
                    rules
                        .matches(event, &mut scratch)
                        .map(|hit| hit.index())
                        .collect()
                })
                .collect();
            assert_eq!(hits, answers(rules, &events));
        }
    }
}

/// The same bytes, whoever made them: batches in turn to threads, and their output in the same turn, as `scan` does.
#[test]
fn the_number_of_threads_changes_nothing() {
    let Sample { sets, events } = sample(1);
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let alone = scanned(&sets[0], &lines, 1);
    assert!(alone.lines().count() > 20);
    for threads in [2, 4, 8] {
        assert_eq!(
            scanned(&sets[0], &lines, threads),
            alone,
            "{threads} threads"
        );
    }
}

fn scanned(rules: &RuleSet, lines: &[String], threads: usize) -> String {
    let batches: Vec<&[String]> = lines.chunks(7).collect();
    let mut output = String::new();
    thread::scope(|scope| {
        let outlets: Vec<_> = (0..threads)
            .map(|thread| {
                let (results, outlet) = sync_channel(1);
                let own = batches.iter().skip(thread).step_by(threads);
                scope.spawn(move || {
                    let (mut scratch, mut parser) = (rules.scratch(), JsonParser::new());
                    for batch in own {
                        let mut text = String::new();
                        for line in *batch {
                            let event = parser.parse(line.as_bytes()).expect("it is JSON");
                            for hit in rules.matches(&event, &mut scratch) {
                                writeln!(text, "{} {line}", hit.rule().title()).expect("a string");
                            }
                        }
                        results.send(text).expect("someone waits for it");
                    }
                });
                outlet
            })
            .collect();
        for outlet in outlets.iter().cycle() {
            let Ok(text) = outlet.recv() else { break };
            output += &text;
        }
    });
    output
}

/// The rules of an event, by title, are the same in any order of the rules.
#[test]
fn the_order_of_rules_changes_nothing() {
    let Sample { sets, events } = sample(3);
    let mut rules: Vec<_> = sets.iter().flat_map(RuleSet::rules).cloned().collect();
    let titles = |rules: &[Arc<sigmatic::Rule>]| -> Vec<BTreeSet<usize>> {
        let builder = rules.iter().fold(RuleSet::builder(), |builder, rule| {
            builder.rule(Arc::clone(rule))
        });
        let set = builder
            .placeholders(placeholders(&generate::table()))
            .build()
            .expect("a set");
        let mut scratch = set.scratch();
        let matched = |event| {
            set.matches(event, &mut scratch)
                .map(|hit| std::ptr::from_ref(hit.rule()).addr())
                .collect()
        };
        events.iter().map(matched).collect()
    };
    let expected = titles(&rules);
    assert!(expected.iter().filter(|found| !found.is_empty()).count() > 50);
    for step in [1, 7, 11, 13] {
        // Neither number divides the count of rules, so this is another order of all of them.
        let count = rules.len();
        rules = (0..count)
            .map(|place| Arc::clone(&rules[(place * step + 1) % count]))
            .collect();
        assert_eq!(
            rules.iter().map(Arc::as_ptr).collect::<BTreeSet<_>>().len(),
            count
        );
        assert_eq!(titles(&rules), expected, "step {step}");
    }
    rules.reverse();
    assert_eq!(titles(&rules), expected, "from last to first");
}
