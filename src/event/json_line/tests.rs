//! The inner parts of the raw JSON parser, each alone. In: bytes made up here. The parser as a whole is held against
//! `serde_json` in `tests/json_line.rs`.

use super::JsonParser;
use super::marks::Marks;
use crate::event::{Event, FieldValue};

#[test]
fn marks_are_where_they_should_be() {
    let mut marks = Marks::default();
    for bytes in 0..300 {
        let text: Vec<u8> = (0..bytes)
            .map(|n: usize| b"\"a\\b \x00\x1f \x80\xff\"x"[n * n % 11])
            .collect();
        marks.set(&text);
        for from in 0..=bytes {
            let is_marked = |at: &usize| matches!(text[*at], b'"' | b'\\' | 0..b' ');
            assert_eq!(
                marks.next(from),
                (from..bytes).find(is_marked).unwrap_or(bytes)
            );
        }
    }
}

/// Near the ends of a text there are too few bytes to read a whole chunk of a name.
#[test]
fn the_last_of_equal_names_counts_at_the_ends_of_a_text() {
    for name in ["", "a", "ab", "seven77", "eightttt", "sixteen characters"] {
        let text = format!("{{{name:?}:1,{name:?}:2}}");
        let mut parser = JsonParser::new();
        let event = parser.parse(text.as_bytes()).expect("a JSON text");
        assert_eq!(format!("{event:?}"), format!("{{{name:?}: I64(2)}}"));
        assert!(matches!(event.field(name), Some(FieldValue::I64(2))));
    }
}

#[test]
fn errors_say_what_and_where() {
    let cases = [
        ("", "offset 0: the text ends before its value does"),
        ("{\"a\":tru}", "offset 5: found 't', expected a value"),
        (
            "{a:1}",
            "offset 1: found 'a', expected a name in double quotes",
        ),
        (
            "{\"a\" 1}",
            "offset 5: found '1', expected ':' after the name",
        ),
        (
            "{\"a\":1 \"b\"}",
            "offset 7: found '\\\"', expected ',' or '}'",
        ),
        ("[1;2]", "offset 2: found ';', expected ',' or ']'"),
        (
            "\"a\tb\"",
            "offset 2: found '\\t' in a string (write control characters as escapes)",
        ),
        (
            "\"\\u12g4\"",
            "offset 5: found 'g' in an escape, expected four hexadecimal digits after '\\u'",
        ),
        (
            "\"\\ud800x\"",
            "offset 1: found half of a surrogate pair, expected both",
        ),
        ("[-]", "offset 2: found ']' in a number, expected a digit"),
        (
            "012",
            "offset 0: the number starts with a zero (leave it out)",
        ),
        (
            "-1e999",
            "offset 0: the number is too large (write it as a string)",
        ),
        (
            "{} é",
            "offset 3: found 'é' after the value, expected the end",
        ),
    ];
    for (text, message) in cases {
        let mut parser = JsonParser::new();
        let error = parser.parse(text.as_bytes()).expect_err("no JSON text");
        assert_eq!(error.to_string(), message, "{text}");
    }
    assert!(JsonParser::new().nesting(1).parse(b"[[]]").is_err());
    assert!(JsonParser::new().parse(b"\"\xff\"").is_err());
}
