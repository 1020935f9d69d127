//! Windows event log files: the same fields and the same verdicts as from the flat JSON made of them by others.

use std::path::Path;

use evtx::EvtxParser;
use serde_json::Value;
use sigmatic::event::EvtxEvent;
use sigmatic::pipeline::LogSources;
use sigmatic::{Collection, RuleSet};

use crate::shared::{files, read, shared};

#[test]
fn records_have_the_fields_of_the_flat_events() {
    let Some(folder) = shared("corpus/evtx") else {
        return;
    };
    let mut count = 0;
    for file in files(&folder, ".evtx") {
        for (event, flat) in pairs(&file) {
            let event = serde_json::to_value(&event).expect("a map");
            assert_eq!(event, flat, "{}", file.display());
            count += 1;
        }
    }
    assert!(count > 50, "{count} records");
}

#[test]
fn verdicts_are_those_of_the_flat_events() {
    let (Some(folder), Some(sigmahq)) = (
        shared("corpus/evtx"),
        shared("corpus/sigmahq/rules/windows"),
    ) else {
        return;
    };
    let loaded = Collection::load(sigmahq).expect("a folder");
    let builder = RuleSet::builder().collection(&loaded);
    let rules = builder
        .log_sources(LogSources::windows())
        .build()
        .expect("a set");
    let mut scratch = rules.scratch();
    let mut hits = 0;
    for file in files(&folder, ".evtx") {
        for (event, flat) in pairs(&file) {
            let of_event: Vec<usize> = rules
                .matches(&event, &mut scratch)
                .map(|hit| hit.index())
                .collect();
            let of_flat: Vec<usize> = rules
                .matches(&flat, &mut scratch)
                .map(|hit| hit.index())
                .collect();
            assert_eq!(of_event, of_flat, "{}: {flat}", file.display());
            hits += of_event.len();
        }
    }
    assert!(hits > 5, "{hits} matches");
}

/// The records of a file, each with the event that stands in the file of flat events beside it.
fn pairs(file: &Path) -> Vec<(EvtxEvent, Value)> {
    let mut parser = EvtxParser::from_path(file).expect("an event log");
    let records = parser.records_json_value();
    let events = records.map(|record| EvtxEvent::from(record.expect("a whole record")));
    let flat = read(&file.with_extension("jsonl"));
    let flat: Vec<Value> = flat
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let events: Vec<EvtxEvent> = events.collect();
    assert_eq!(events.len(), flat.len(), "{}", file.display());
    events.into_iter().zip(flat).collect()
}
