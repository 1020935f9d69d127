//! Raw JSON lines: parsed, and put to a rule set.

use sigmatic::event::JsonParser;
use sigmatic::{Collection, RuleSet};

use crate::{Case, Work, joined, rule};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, size, make| Case { name, size, make };
    vec![
        case("json/long text", 1 << 20, |n| sound(text(&"a".repeat(n)))),
        case("json/escapes", 1 << 18, |n| {
            sound(text(&"\\n\\\"".repeat(n / 4)))
        }),
        case("json/escaped characters", 1 << 18, |n| {
            sound(text(&"\\u00e4".repeat(n / 6)))
        }),
        case("json/escaped surrogates", 1 << 18, |n| {
            sound(text(&"\\ud83d\\ude00".repeat(n / 12)))
        }),
        case("json/quotes", 1 << 16, |n| {
            sound(format!("[{}]", joined(n, ",", |_| "\"\"".into())))
        }),
        case("json/not ASCII", 1 << 18, |n| {
            sound(text(&"äſ😀".repeat(n / 8)))
        }),
        case("json/blanks", 1 << 20, |n| {
            sound(format!("{{{}}}", " ".repeat(n)))
        }),
        case("json/fields", 1 << 14, |n| {
            sound(format!(
                "{{{}}}",
                joined(n, ",", |number| format!("\"F{number}\":1"))
            ))
        }),
        case("json/fields with long names", 1 << 10, |n| {
            sound(format!(
                "{{{}}}",
                joined(n, ",", |number| format!(
                    "\"{}{number}\":1",
                    "a".repeat(200)
                ))
            ))
        }),
        case("json/equal fields", 1 << 14, |n| {
            sound(format!("{{{}}}", joined(n, ",", |_| "\"F\":\"x\"".into())))
        }),
        case("json/equal fields with escapes", 1 << 14, |n| {
            sound(format!(
                "{{{}}}",
                joined(n, ",", |_| "\"\\u0046\":\"x\"".into())
            ))
        }),
        case("json/maps with equal fields", 1 << 13, |n| {
            sound(format!(
                "[{}]",
                joined(n, ",", |_| "{\"F\":1,\"G\":2,\"F\":3}".into())
            ))
        }),
        case("json/fields of many shapes", 1 << 12, |n| {
            sound(format!(
                "[{}]",
                joined(n, ",", |number| format!(
                    "{{\"A{number}\":1,\"B{number}\":2}}"
                ))
            ))
        }),
        case("json/deep lists", 1 << 16, |n| {
            sound(format!("{}{}", "[".repeat(n), "]".repeat(n)))
        }),
        case("json/deep maps", 1 << 14, |n| {
            sound(format!("{}1{}", "{\"F\":".repeat(n), "}".repeat(n)))
        }),
        case("json/deep maps, each with a list", 1 << 13, |n| {
            sound(format!("{}1{}", "{\"F\":[1,".repeat(n), "]}".repeat(n)))
        }),
        case("json/list of numbers", 1 << 15, |n| {
            sound(format!(
                "[{}]",
                joined(n, ",", |number| format!("{number}.{number}e-3"))
            ))
        }),
        case("json/long number", 1 << 16, |n| {
            sound(format!("{{\"F\":{}}}", "1".repeat(n)))
        }),
        case("json/long fraction", 1 << 16, |n| {
            sound(format!("{{\"F\":0.{}1}}", "0".repeat(n)))
        }),
        case("json/long exponent", 1 << 16, |n| {
            sound(format!("{{\"F\":1e-{}1}}", "0".repeat(n)))
        }),
        case("json/many long numbers", 1 << 8, |n| {
            sound(format!(
                "[{}]",
                joined(n, ",", |number| format!("0.{}{number}", "5".repeat(800)))
            ))
        }),
        case("json/lists never closed", 1 << 18, |n| {
            bad("[".repeat(n).into_bytes())
        }),
        case("json/text never closed", 1 << 20, |n| {
            bad(format!("{{\"F\":\"{}", "a".repeat(n)).into_bytes())
        }),
        case("json/bad at its end", 1 << 15, |n| {
            bad(format!("[{},]", joined(n, ",", |_| "1".into())).into_bytes())
        }),
        case("json/bad escape at its end", 1 << 18, |n| {
            bad(format!("[\"{}\\x\"]", "\\n".repeat(n / 2)).into_bytes())
        }),
        case("json/not UTF-8 at its end", 1 << 20, |n| {
            bad([&b"[\""[..], &b"a".repeat(n), b"\xff\"]"].concat())
        }),
        case("json/backslashes", 1 << 18, |n| {
            sound(text(&"\\\\".repeat(n / 2)))
        }),
        case("json/lines", 1 << 11, lines),
    ]
}

fn text(content: &str) -> String {
    format!("{{\"F\":\"{content}\"}}")
}

/// Parsed, looked at by rules, and compared.
fn sound(line: String) -> Work {
    let rules = rules();
    let mut scratch = rules.scratch();
    let mut parser = JsonParser::new().nesting(usize::MAX);
    Box::new(move || {
        let event = parser.parse(line.as_bytes()).expect("it is JSON");
        let found = rules.matches(&event, &mut scratch).len();
        assert!(found <= 3);
    })
}

fn bad(line: Vec<u8>) -> Work {
    let mut parser = JsonParser::new().nesting(usize::MAX);
    Box::new(move || {
        let error = parser.parse(&line).expect_err("it is no JSON");
        assert!(error.to_string().len() < 1_000);
    })
}

fn lines(n: usize) -> Work {
    let lines: Vec<String> = (0..n)
        .map(|number| {
            format!(
                "{{\"F\":\"{number}\",\"G{}\":[1,{{\"H\":null}}]}}",
                number % 300
            )
        })
        .collect();
    let rules = rules();
    let mut scratch = rules.scratch();
    let mut parser = JsonParser::new();
    Box::new(move || {
        for line in &lines {
            let event = parser.parse(line.as_bytes()).expect("it is JSON");
            assert!(rules.matches(&event, &mut scratch).len() <= 3);
        }
    })
}

fn rules() -> RuleSet {
    let text = [
        "s: { F|contains: [aab, needle], G: 5 }\ncondition: 1 of them",
        "s: { F|gt: 5 }\ncondition: not s",
        "s: [needle, 42]\ncondition: s",
    ]
    .map(rule)
    .join("---\n");
    RuleSet::builder()
        .collection(&Collection::from_yaml(&text))
        .build()
        .expect("a set")
}
