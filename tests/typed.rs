//! Values of richer types than JSON has give what the same value as JSON text gives (S-117), and no event at all
//! makes the engine panic (S-561).

use std::net::IpAddr;

use serde_json::{Value, json};
use sigmatic::event::{AsFieldValue, FieldValue, Time};
use sigmatic::{Collection, RuleSet};

/// Bytes as a value.
struct Bytes(&'static [u8]);

impl AsFieldValue for Bytes {
    fn as_field_value(&self) -> FieldValue<'_> {
        FieldValue::Bytes(self.0)
    }
}

/// Typed values with the JSON that says the same.
fn pairs() -> Vec<(Box<dyn AsFieldValue>, Value)> {
    let ip = |text: &str| -> Box<dyn AsFieldValue> {
        Box::new(text.parse::<IpAddr>().expect("an address"))
    };
    let time = |seconds, offset| -> Box<dyn AsFieldValue> {
        Box::new(Time::from_unix(seconds, 500_000_000).with_offset(offset))
    };
    vec![
        (ip("10.1.2.3"), json!("10.1.2.3")),
        (ip("FE80::0:1"), json!("fe80::1")),
        (ip("::ffff:10.1.2.3"), json!("::ffff:10.1.2.3")),
        (time(1_720_621_800, 0), json!("2024-07-10T14:30:00.5Z")),
        (
            time(1_720_621_800, 7_200),
            json!("2024-07-10T16:30:00.5+02:00"),
        ),
        (Box::new(Bytes(b"a\xffb")), json!("a\u{fffd}b")),
        (Box::new(Bytes("ΣK".as_bytes())), json!("ΣK")),
        (Box::new(Bytes(b"")), json!("")),
        (Box::new(1_u8), json!(1)),
        (Box::new(u64::MAX), json!(u64::MAX)),
        (Box::new(1.5_f32), json!(1.5)),
        (Box::new(true), json!(true)),
        (Box::new(None::<String>), Value::Null),
        (Box::new(vec!["a", "10.1.2.3"]), json!(["a", "10.1.2.3"])),
    ]
}

const TESTS: &[&str] = &[
    "F: '*'",
    "F|contains: 'σk'",
    "F: 10.1.2.3",
    "F|startswith: 'fe80::'",
    "F|cidr: 10.0.0.0/8",
    "F|cidr: 'fe80::/10'",
    "F|re: '^a.b$'",
    "F: a?b",
    "F|base64: x",
    "F: '2024-07-10T1*'",
    "F|hour: 16",
    "F|hour: 14",
    "F|week|lte: 28",
    "F|gt: 0",
    "F: 1",
    "F: '1'",
    "F: 18446744073709551615",
    "F: 1.5",
    "F: true",
    "F: null",
    "F: ''",
    "F|exists: true",
    "F|fieldref: F",
    "F|neq: a",
    "'': '1'",
    "'|re': '^1'",
    "'': 1",
];

#[test]
fn typed_values_are_their_json() {
    let rules: String = TESTS
        .iter()
        .map(|test| {
            format!(
                "---\ntitle: {}\nlogsource: {{category: test}}\ndetection:\n  sel:\n    {test}\n  condition: sel\n",
                json!(test)
            )
        })
        .collect();
    let loaded = Collection::from_yaml(&rules);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("rules of its own");
    assert_eq!(
        rules.len(),
        TESTS.len(),
        "{:?} {:?}",
        loaded.problems(),
        rules.problems()
    );
    let mut scratch = rules.scratch();
    for (typed, as_json) in pairs() {
        let titles = |hits: sigmatic::Matches<'_, '_>| {
            hits.map(|hit| hit.rule().title().to_owned())
                .collect::<Vec<_>>()
        };
        let expected = titles(rules.matches(&json!({ "F": as_json }), &mut scratch));
        let found = titles(rules.matches(&[("F", typed)], &mut scratch));
        assert_eq!(found, expected, "{as_json}");
    }
}

/// Depth, length, NUL, half surrogates, numbers at the edge: an answer, whichever, and the next event is answered
/// as before.
#[test]
fn no_event_is_too_odd() {
    let text = "title: t\nlogsource: {category: test}\ndetection:\n  sel:\n    F.G|contains: a\n  kw:\n    - foo\n    - 5\n  \
                num:\n    F|gt: 1\n  time:\n    F|year: 2024\n  condition: 1 of them\n";
    let rules = RuleSet::from_yaml(text).expect("a good rule");
    let mut scratch = rules.scratch();
    let mut deep_list = json!("foo");
    let mut deep_map = json!("a");
    for _ in 0..5_000 {
        deep_list = Value::Array(vec![deep_list]);
        deep_map = map("F", deep_map);
    }
    let events = [
        map("F", deep_list),
        map("F", deep_map),
        json!({ "F": "a".repeat(1 << 20), "G": "é\0\u{fffd}\u{10ffff}".repeat(1 << 12) }),
        json!({ "F": f64::MAX, "G": f64::MIN_POSITIVE, "H": i64::MIN, "I": u64::MAX, "J": -0.0 }),
        json!({ "": { "": [] }, ".": ".", "F.": 1, ".G": 2, "F..G": 3 }),
        json!(vec![Value::Null; 10_000]),
        Value::Null,
        json!("foo"),
        json!(1e308),
    ];
    for event in events {
        rules.is_match(&event, &mut scratch);
        assert!(rules.is_match(&json!({ "F": { "G": "xAx" } }), &mut scratch));
        assert!(!rules.is_match(&json!({ "F": { "G": "x" } }), &mut scratch));
        // Dropping it whole would recur as deep as it is nested.
        take_apart(event);
    }
}

/// A map of one; `json!` would walk the value, which may be nested too deep for that.
fn map(name: &str, value: Value) -> Value {
    Value::Object(std::iter::once((name.to_owned(), value)).collect())
}

fn take_apart(value: Value) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(map) => open.extend(map.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}
