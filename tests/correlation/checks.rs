//! What is true of every correlation and every stream, both made from a row of numbers.
//!
//! Called by the property tests and by the fuzz targets.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sigmatic::correlation::{Options, Snapshot};

use super::{Out, Setup, all_shown, all_shown_with_events, stream};
use crate::generate::Choices;
use crate::reference::{CorrelationResult, Correlations, Mapped, Table};

fn compare<T: PartialEq + std::fmt::Debug>(
    what: &str,
    is: &[T],
    should: &[T],
    text: &str,
    events: &[Value],
) -> Result<(), String> {
    if is == should {
        return Ok(());
    }
    let events: Vec<String> = events.iter().map(Value::to_string).collect();
    Err(format!(
        "{what}:\n{is:#?}\nexpected {should:#?}\n{text}\n{}",
        events.join("\n")
    ))
}

pub(crate) fn against_reference(numbers: &[u16]) -> Result<(), String> {
    let choices = &mut Choices::new(numbers);
    let text = stream::correlations(choices);
    let events = stream::events(choices, true);
    let setup = Setup::new(&text);
    let compiled = setup.collection.rules().map(|rule| {
        let reference = Mapped::compile(rule, &[], None, &Table::new());
        (Arc::clone(rule), reference.expect("the rules are in order"))
    });
    let mut reference = Correlations::new(&setup.collection, compiled.collect());
    let mut correlator = setup.correlator(Options::default());
    let mut scratch = setup.rules.scratch();
    for (name, event) in (0..).zip(&events) {
        let mut out = Out::default();
        let hits: Vec<_> = setup.rules.matches(event, &mut scratch).collect();
        correlator.observe(event, hits.iter().copied(), name, &mut out);
        let mut results: Vec<CorrelationResult> = out
            .matches
            .iter()
            .map(|found| CorrelationResult {
                identity: found.correlation().identity().to_owned(),
                group: found.group().map(|(_, text)| text.to_owned()).collect(),
                from: found.window().0,
                rules: found.rules().map(str::to_owned).collect(),
            })
            .collect();
        let reported = hits.iter().filter(|hit| correlator.is_reported(hit));
        results.extend(reported.map(|hit| CorrelationResult {
            identity: hit.rule().identity().to_owned(),
            group: Vec::new(),
            from: 0,
            rules: Vec::new(),
        }));
        results.sort();
        let expected = reference.results(event);
        compare(
            &format!("event {name}"),
            &results,
            &expected,
            &text,
            &events,
        )?;
    }
    Ok(())
}

const LATENESS: i64 = 4_000;

fn late_options() -> Options {
    let mut options = Options::default();
    options.lateness = Duration::from_millis(LATENESS as u64);
    options
}

pub(crate) fn shuffled(numbers: &[u16]) -> Result<(), String> {
    let choices = &mut Choices::new(numbers);
    let text = stream::correlations(choices);
    let ties = choices.chance(70);
    let events = stream::events(choices, ties);
    let order = stream::shuffled(&events, LATENESS, choices);
    let shuffled: Vec<Value> = order.iter().map(|place| events[*place].clone()).collect();
    let setup = Setup::new(&text);
    let out = setup.run(late_options(), &shuffled);
    if !out.losses.is_empty() {
        return Err(format!("lost: {:?}\n{shuffled:?}", out.losses));
    }
    let sorted = setup.run(late_options(), &events);
    compare(
        "shuffled",
        &all_shown(&out),
        &all_shown(&sorted),
        &text,
        &shuffled,
    )?;
    if !ties {
        // Then there is only one order, and it is that of arrival.
        let arrived = setup.run(Options::default(), &events);
        let (held, arrived) = (
            all_shown_with_events(&sorted),
            all_shown_with_events(&arrived),
        );
        compare("in order of arrival", &held, &arrived, &text, &events)?;
    }
    Ok(())
}

/// A restart at every point.
pub(crate) fn restarted(numbers: &[u16]) -> Result<(), String> {
    restarts(numbers, |events| (0..=events).collect())
}

/// One restart, behind so many events.
pub(crate) fn restarted_at(numbers: &[u16], point: usize) -> Result<(), String> {
    restarts(numbers, |events| vec![point % (events + 1)])
}

fn restarts(numbers: &[u16], points: impl Fn(usize) -> Vec<usize>) -> Result<(), String> {
    let choices = &mut Choices::new(numbers);
    let text = stream::correlations(choices);
    let events = stream::events(choices, true);
    let mut options = Options::default();
    let mut order: Vec<usize> = (0..events.len()).collect();
    if choices.chance(50) {
        options = late_options();
        order = stream::shuffled(&events, LATENESS, choices);
    }
    if choices.chance(30) {
        options.cool_down = Duration::from_secs(3);
    }
    let events: Vec<Value> = order.iter().map(|place| events[*place].clone()).collect();
    let setup = Setup::new(&text);
    let expected = all_shown_with_events(&setup.run(options.clone(), &events));
    for point in points(events.len()) {
        let mut out = Out::default();
        let mut before = setup.correlator(options.clone());
        let mut named = (0..).zip(&events);
        setup.feed(&mut before, named.by_ref().take(point), &mut out);
        let saved = serde_json::to_string(&before.snapshot()).expect("JSON can hold it");
        let snapshot: Snapshot<u64> = serde_json::from_str(&saved).expect("as it was written");
        let mut after = setup.correlator(options.clone());
        let restored = after.restore(snapshot).expect("the same version");
        assert!(restored.dropped.is_empty(), "{restored:?}");
        setup.feed(&mut after, named, &mut out);
        after.flush(&mut out);
        let found = all_shown_with_events(&out);
        compare(
            &format!("restart at {point}"),
            &found,
            &expected,
            &text,
            &events,
        )?;
    }
    Ok(())
}

pub(crate) fn sharded(numbers: &[u16]) -> Result<(), String> {
    const SHARDS: u32 = 3;
    let choices = &mut Choices::new(numbers);
    let text = stream::correlations(choices);
    let events = stream::events(choices, true);
    let half = events.len() / 2;
    let setup = Setup::new(&text);
    let mut expected = all_shown_with_events(&setup.run(Options::default(), &events));
    let mut router = setup.correlator(Options::default());
    let mut whole = setup.correlator(Options::default());
    let mut out = Out::default();
    for shard in 0..SHARDS {
        let mut options = Options::default();
        options.shard = (shard, SHARDS);
        let mut correlator = setup.correlator(options);
        let mut scratch = setup.rules.scratch();
        for (name, event) in (0..).zip(&events[..half]) {
            let hits: Vec<_> = setup.rules.matches(event, &mut scratch).collect();
            let keys = router.partition_keys(event, hits.iter().copied());
            if keys
                .iter()
                .any(|key| key % u64::from(SHARDS) == u64::from(shard))
            {
                correlator.observe(event, hits, name, &mut out);
            }
        }
        whole
            .merge(correlator.snapshot())
            .expect("shards share no group");
    }
    // From here on one has it all.
    setup.feed(&mut whole, (0..).zip(&events).skip(half), &mut out);
    let mut found = all_shown_with_events(&out);
    found.sort();
    expected.sort();
    compare("shards", &found, &expected, &text, &events)
}

/// Any time in any order, with and without a lateness, and limits that are soon reached.
pub(crate) fn hostile(numbers: &[u16], times: &[i64]) {
    let choices = &mut Choices::new(numbers);
    let setup = Setup::new(&stream::correlations(choices));
    let events = stream::events(choices, true);
    let mut options = if choices.chance(50) {
        late_options()
    } else {
        Options::default()
    };
    options.groups = 1 + choices.below(4);
    options.entries = 1 + choices.below(8);
    options.text_bytes = 2 + choices.below(20);
    options.held = choices.below(5);
    let all = [
        sigmatic::correlation::WhenFull::Reject,
        sigmatic::correlation::WhenFull::EvictOldest,
        sigmatic::correlation::WhenFull::EvictIdle,
    ];
    options.when_full = choices.pick(&all);
    let mut correlator = setup.correlator(options.clone());
    let mut out = Out::default();
    let mut scratch = setup.rules.scratch();
    let extremes = [i64::MIN, i64::MAX, 0, -1];
    for ((name, event), time) in (0..).zip(&events).zip(times.iter().cycle()) {
        let time = match choices.below(6) {
            0 => *time,
            1 => choices.pick(&extremes),
            _ => event["timestamp"].as_i64().unwrap_or(0) * 1_000_000,
        };
        let hits: Vec<_> = setup.rules.matches(event, &mut scratch).collect();
        correlator.observe_at(event, hits, time, name, &mut out);
        let correlations = correlator.correlations().len();
        assert!(correlator.groups() <= options.groups * correlations);
        assert!(correlator.entries() <= options.entries * correlations);
        assert!(correlator.held() <= options.held);
        if choices.chance(5) {
            correlator.advance(time, &mut out);
            let snapshot = correlator.snapshot();
            correlator.restore(snapshot).expect("its own");
        }
    }
    correlator.flush(&mut out);
    assert_eq!(correlator.held(), 0);
}
