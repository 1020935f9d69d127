//! Event log files, or the JSON of one record: every record that the reader yields becomes an event with the verdicts of the
//! flat JSON that is written of it.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, OnceLock, PoisonError};

use evtx::{EvtxParser, SerializedEvtxRecord};
use serde_json::Value;
use sigmatic::event::EvtxEvent;
use sigmatic::{Event, RuleSet};

use super::sets::{every_kind, hits};

pub(super) fn run(data: &[u8]) {
    for record in records(data) {
        check(&EvtxEvent::from(record));
    }
}

fn check(event: &EvtxEvent) {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    let rules = RULES.get_or_init(every_kind);
    let flat = serde_json::to_value(event).expect("a map");
    let mut names = Vec::new();
    event.for_each_field(&mut |name, value| {
        assert_eq!(
            event.field(name).map(|value| format!("{value:?}")),
            Some(format!("{value:?}"))
        );
        names.push(name.to_owned());
    });
    let expected: Vec<String> = flat.as_object().expect("a map").keys().cloned().collect();
    assert_eq!(names, expected);
    let mut scratch = rules.scratch();
    assert_eq!(
        hits(rules, event, &mut scratch),
        hits(rules, &flat, &mut scratch),
        "{flat}"
    );
}

/// The records of a file; else the input is the JSON of one record, as the reader might yield it.
fn records(data: &[u8]) -> Vec<SerializedEvtxRecord<Value>> {
    if data.starts_with(b"ElfFile\0") {
        return quietly(|| read(data)).unwrap_or_default();
    }
    let record = serde_json::from_slice(data).map(|data| SerializedEvtxRecord {
        event_record_id: 1,
        timestamp: evtx::Timestamp::UNIX_EPOCH,
        data,
        recovered: false,
    });
    record.into_iter().collect()
}

fn read(data: &[u8]) -> Vec<SerializedEvtxRecord<Value>> {
    let Ok(mut parser) = EvtxParser::from_buffer(data.to_vec()) else {
        return Vec::new();
    };
    let records = parser.records_json_value().take(MOST_RECORDS);
    records.filter_map(Result::ok).collect()
}

const MOST_RECORDS: usize = 64;

/// Runs what is not ours: a panic in it is told once for each place, and is no find.
#[allow(clippy::print_stderr, reason = "a fuzzer's log is its terminal")]
fn quietly<T>(read: impl FnOnce() -> T) -> Option<T> {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    // libFuzzer's own hook ends the process.
    let hook = take_hook();
    set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.contains(&place) {
            eprintln!("the reader of event log files panicked: {panic}");
            told.push(place);
        }
    }));
    let result = catch_unwind(AssertUnwindSafe(read)).ok();
    set_hook(hook);
    result
}
