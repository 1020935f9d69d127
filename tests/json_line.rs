//! The parser of raw JSON lines against `serde_json`: it accepts the same texts, and gives the same values
//! and matches.

mod compare;

use std::io::{BufRead, BufReader};

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any, proptest};
use proptest::sample::{Index, select};
use serde_json::Value;
use sigmatic::event::JsonParser;
use sigmatic::{Collection, RuleSet};

pub(crate) use self::compare::compare;

use crate::generate::{Choices, noise};
use crate::shared::{is_full_run, shared};

/// Lines of the shapes that logs have, and of some that they should not have.
const SAMPLES: &[&str] = &[
    r#"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\Windows\\System32\\whoami.exe","CommandLine":"\"C:\\Windows\\system32\\whoami.exe\" /all","ProcessId":4711,"Initiated":true,"Message":"Process Create:\r\nUtcTime: 2024-07-10 14:30:00.123\r\nProcessGuid: {747f3d96-e8bc-5f26-0000-0010f7c41b00}"}"#,
    r#"{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","sessionContext":{"attributes":{"mfaAuthenticated":"false"}},"arn":null},"resources":[{"ARN":"arn:aws:s3:::a"},{"ARN":"arn:aws:s3:::b","type":"AWS::S3::Object"}],"requestParameters":{}}"#,
    r#"{"ts":1601546370.123456,"id.orig_h":"10.0.0.1","id.orig_p":49152,"tx":-1,"rtt":0.0012e-3,"big":18446744073709551615,"huge":18446744073709551616,"small":-9223372036854775808,"tags":["a",["b",[]],1e308,-0,0.1]}"#,
    r#"{"a":1,"b":{"a":2,"a":[3,{"a":4,"a":5}],"b":6},"a":"seven","\u0061":8,"":9,"":10}"#,
    r#"{"text":"\"\\\/\b\f\n\r\t\u0000\u001f\u00e9\uD83D\uDE00é😀","é":"😀","\ud83d\ude00":"ﬀ"}"#,
    " \t\r\n{ \"a\" : [ ] , \"b\" : { } , \"c\" : [ null , true , false ] } \r\n",
    r#"["no map",{"a":"b"},17]"#,
    "\"a scalar\"",
    "-12.5e+3",
    "null",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
];

/// Pieces that matter to JSON, put in where a text is altered.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b" ",
    b"\n",
    b"\x00",
    b"\x1f",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\xc3\xa9",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\\u",
    b"\\ud800",
    b"\\udc00",
    b"\\u00e9",
    b"\\\\",
    b"\\\"",
    b"0",
    b"1",
    b"-",
    b"+",
    b".",
    b"e",
    b"E9",
    b"0.",
    b"1e999",
    b"1e-999",
    b"123456789012345678901234567890",
    b"true",
    b"nul",
    b"\"a\":1,",
    b"\"\":[],",
    b"{\"a\":",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases: if is_full_run() { cases * 50 } else { cases },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn altered_samples_are_read_alike(sample in select(SAMPLES), edits in vec(edit(), 0..6)) {
        let text = edits.iter().fold(sample.as_bytes().to_vec(), |text, edit| edit.apply(text));
        compare(&mut JsonParser::new(), &text).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn texts_of_pieces_are_read_alike(pieces in vec(select(PIECES), 0..40)) {
        compare(&mut JsonParser::new(), &pieces.concat()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn generated_events_are_read_alike(numbers in vec(any::<u16>(), 0..200), pretty in any::<bool>()) {
        let event = noise(&mut Choices::new(&numbers), 4);
        let text = if pretty { serde_json::to_string_pretty(&event) } else { serde_json::to_string(&event) };
        compare(&mut JsonParser::new(), text.expect("a tree can be written").as_bytes()).map_err(TestCaseError::fail)?;
    }

    /// From 18 to 21 digits the type changes; around the limits of `f64` a number is an error.
    #[test]
    fn numbers_are_read_alike(text in "-?[0-9]{1,22}(\\.[0-9]{0,20})?([eE][+-]?[0-9]{0,3})?") {
        compare(&mut JsonParser::new(), text.as_bytes()).map_err(TestCaseError::fail)?;
    }
}

/// A change to a text.
#[derive(Clone, Debug)]
struct Edit {
    at: Index,
    removed: usize,
    put_in: &'static [u8],
}

fn edit() -> impl Strategy<Value = Edit> {
    let put_in = proptest::option::of(select(PIECES));
    (any::<Index>(), 0usize..3, put_in).prop_map(|(at, removed, put_in)| Edit {
        at,
        removed,
        put_in: put_in.unwrap_or_default(),
    })
}

impl Edit {
    fn apply(&self, mut text: Vec<u8>) -> Vec<u8> {
        let at = self.at.index(text.len() + 1);
        let end = (at + self.removed).min(text.len());
        text.splice(at..end, self.put_in.iter().copied());
        text
    }
}

#[test]
fn samples_are_read_alike_by_one_parser() {
    let mut parser = JsonParser::new();
    for sample in SAMPLES {
        assert!(serde_json::from_str::<Value>(sample).is_ok(), "{sample}");
        compare(&mut parser, sample.as_bytes()).unwrap_or_else(|difference| panic!("{difference}"));
    }
}

#[test]
fn every_single_change_of_a_byte_is_read_alike() {
    let mut parser = JsonParser::new();
    for sample in SAMPLES {
        for at in 0..sample.len() {
            for byte in 0..=u8::MAX {
                let mut text = sample.as_bytes().to_vec();
                text[at] = byte;
                compare(&mut parser, &text).unwrap_or_else(|difference| panic!("{difference}"));
            }
            compare(&mut parser, &sample.as_bytes()[..at])
                .unwrap_or_else(|difference| panic!("{difference}"));
        }
    }
}

#[test]
fn nesting_is_limited_alike() {
    for levels in 120..=135 {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", open.repeat(levels), close.repeat(levels));
            compare(&mut JsonParser::new(), text.as_bytes())
                .unwrap_or_else(|difference| panic!("{difference}"));
        }
    }
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert!(
        JsonParser::new()
            .nesting(1_000_000)
            .parse(deep.as_bytes())
            .is_ok()
    );
}

/// A name of a thousand, and all of them twice: of each the last counts.
#[test]
fn names_that_come_again_count_once() {
    let entries = |value: usize| {
        (0..1_000).map(move |n| format!("\"a rather long name of a field {n}\":{value},"))
    };
    let text = format!(
        "{{{}{}\"end\":0}}",
        entries(1).collect::<String>(),
        entries(2).collect::<String>()
    );
    compare(&mut JsonParser::new(), text.as_bytes())
        .unwrap_or_else(|difference| panic!("{difference}"));
}

/// Lines of the shared corpus as they are, and altered in several places.
#[test]
fn corpus_is_read_alike() {
    let Some(folder) = shared("corpus/events") else {
        return;
    };
    let mut parser = JsonParser::new();
    let mut random = crate::generate::numbers(3, 1 << 16).into_iter().cycle();
    let mut next = move || usize::from(random.next().unwrap_or_default());
    let rules = rules_of_every_kind();
    let mut scratch = rules.scratch();
    let step = if is_full_run() { 7 } else { 701 };
    for name in [
        "evtx-attack-samples",
        "hayabusa-samples",
        "otrf-other",
        "otrf",
    ] {
        let path = folder.join(format!("{name}.jsonl.zst"));
        let file = std::fs::File::open(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let decoder = ruzstd::decoding::StreamingDecoder::new(file).expect("a zstd file");
        let most = if is_full_run() { usize::MAX } else { 20_000 };
        for line in BufReader::new(decoder).lines().take(most).step_by(step) {
            let mut text = line.expect("a line of text").into_bytes();
            let tree: Value = serde_json::from_slice(&text).expect("a line of JSON");
            let hits: Vec<usize> = rules
                .matches(&tree, &mut scratch)
                .map(|hit| hit.index())
                .collect();
            let event = parser.parse(&text).expect("a line of JSON");
            let again: Vec<usize> = rules
                .matches(&event, &mut scratch)
                .map(|hit| hit.index())
                .collect();
            assert_eq!(hits, again, "{event:?}");
            for _ in 0..40 {
                compare(&mut parser, &text).unwrap_or_else(|difference| panic!("{difference}"));
                let at = (next() * 7 + next()) % (text.len() + 1);
                let piece = PIECES[next() % PIECES.len()];
                let end = (at + next() % 3).min(text.len());
                text.splice(at..end, piece.iter().copied());
                // Half of the texts should still be near to what they were.
                if next() % 4 == 0 {
                    text = serde_json::to_vec(&tree).expect("a tree can be written");
                }
            }
        }
    }
}

/// Whatever the shape of the events, once each was seen.
#[test]
fn a_warm_parser_allocates_nothing() {
    let mut parser = JsonParser::new();
    let mut read_all = || {
        SAMPLES
            .iter()
            .filter(|text| parser.parse(text.as_bytes()).is_ok())
            .count()
    };
    assert_eq!(read_all(), SAMPLES.len());
    let counted = allocation_counter::measure(|| assert_eq!(read_all(), SAMPLES.len()));
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

#[test]
fn samples_match_alike() {
    let rules = rules_of_every_kind();
    let (mut parser, mut scratch) = (JsonParser::new(), rules.scratch());
    let fields = r#"{"F":["abc",{"F":"x","g":[1,{"h":null}]}],"G":{"F":"abc"},"a":{"b":[{"c":"x"},{"c":5}]},"F.G":[[]]}"#;
    for text in SAMPLES.iter().chain([&fields]) {
        let tree: Value = serde_json::from_str(text).expect("a JSON text");
        let expected: Vec<usize> = rules
            .matches(&tree, &mut scratch)
            .map(|hit| hit.index())
            .collect();
        let event = parser.parse(text.as_bytes()).expect("a JSON text");
        let found: Vec<usize> = rules
            .matches(&event, &mut scratch)
            .map(|hit| hit.index())
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

fn rules_of_every_kind() -> RuleSet {
    let loaded = Collection::from_yaml(include_str!("fuzz/every-kind.yml"));
    let builder = RuleSet::builder().collection(&loaded);
    builder
        .build()
        .expect("building reports errors rule by rule")
}
