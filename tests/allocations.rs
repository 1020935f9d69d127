//! Matching allocates nothing once the scratch has grown, match or no match.

use serde_json::{Value, json};
use sigmatic::event::{FieldValue, Time};
use sigmatic::{Match, RuleSet};

const RULES: &str = r"
title: Suffix and substring
logsource: { category: test }
detection:
  selection:
    Image|endswith: ['\powershell.exe', '\pwsh.exe']
    CommandLine|contains|all: [' -enc', 'ä']
  filter:
    User|cased|startswith: 'SYSTEM'
  condition: selection and not filter
---
title: Numbers, networks, times
logsource: { category: test }
detection:
  a: { EventID: [1, 4688], Port|gte: 1024 }
  b: { Ip|cidr: 10.0.0.0/8, Time|hour: 14 }
  condition: 1 of them
---
title: Keywords, regular expressions, nested fields
logsource: { category: test }
detection:
  words: [needle, 'b?d*word', 42]
  pattern: { CommandLine|re: '(?i)foo+[a-z]{2,4}\d' }
  nested: { a.b.c: x, Other|fieldref: Image }
  nothing: { Missing: null, Image|exists: true }
  condition: 1 of them
";

fn events() -> Vec<Value> {
    let mut events = vec![
        json!({}),
        json!({"Image": r"C:\PowerShell.exe", "CommandLine": "x -ENC Ä", "User": "system"}),
        json!({"EventID": 4688, "Port": "2048", "Ip": "10.1.2.3", "Time": "2024-07-10T14:30:00Z", "x": 1.5}),
        json!({"Message": "a NEEDLE in it", "list": ["bad\nword", {"deep": [null, true, 42]}]}),
        json!({"CommandLine": "FOOOab7", "Other": "a", "Image": ["A", "B"], "a": [{"b": {"c": "X"}}]}),
        json!({"K": "K\u{212a}\u{17f}", "Image": "unchanged"}),
    ];
    // Values that differ each time, so that what is remembered of earlier ones does not answer.
    events.extend((0..500).map(|number| json!({"Image": format!("C:\\Dir\\{number}.EXE"), "CommandLine": "Ö".repeat(number)})));
    events
}

#[test]
fn none_once_warm() {
    let rules = RuleSet::from_yaml(RULES).expect("the rules are in order");
    let events = events();
    let mut scratch = rules.scratch();
    let mut hits: Vec<Match<'_>> = Vec::new();
    let mut total = 0;
    let mut pass = || {
        for event in &events {
            rules.matches_into(event, &mut scratch, &mut hits);
            total += hits.len();
            total += usize::from(rules.is_match(event, &mut scratch));
        }
    };
    // The first pass grows the scratch; the second meets values again, which are then remembered.
    pass();
    pass();
    let counted = allocation_counter::measure(pass);
    assert_eq!(counted.count_total, 0, "{counted:?}");
    assert!(total > 3 * 500, "the events match: {total}");
}

#[test]
fn none_for_values_that_have_no_text_of_their_own() {
    let rules = RuleSet::from_yaml(RULES).expect("the rules are in order");
    let values = [
        FieldValue::Time(Time::from_unix(1_720_621_800, 5)),
        FieldValue::Bytes(b"a NEEDLE \xff\xc3\x84"),
        FieldValue::Ip([10, 0, 0, 1].into()),
        FieldValue::F64(f64::NAN),
    ];
    let event = [
        ("Image", values[0]),
        ("CommandLine", values[1]),
        ("Ip", values[2]),
        ("Other", values[3]),
    ];
    let mut scratch = rules.scratch();
    let expected = rules.matches(&event, &mut scratch).len();
    assert_eq!(expected, 1);
    assert_eq!(rules.matches(&event, &mut scratch).len(), expected);
    let counted = allocation_counter::measure(|| {
        assert_eq!(rules.matches(&event, &mut scratch).len(), expected);
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn none_for_events_of_other_types() {
    let rules = RuleSet::from_yaml(RULES).expect("the rules are in order");
    let event = [
        ("Image", r"C:\PWSH.EXE"),
        ("CommandLine", "pwsh -ENCodedcommand ÄÖÜ"),
    ];
    let mut scratch = rules.scratch();
    assert_eq!(rules.matches(&event, &mut scratch).len(), 2);
    assert_eq!(rules.matches(&event, &mut scratch).len(), 2);
    let counted = allocation_counter::measure(|| {
        assert_eq!(rules.matches(&event, &mut scratch).len(), 2);
    });
    assert_eq!(counted.count_total, 0, "{counted:?}");
}
