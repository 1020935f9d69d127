//! Events against rules of every kind: built before, matching alone is counted.

use serde_json::{Map, Value, json};
use sigmatic::{Collection, RuleSet};

use crate::{Case, Work, joined, named_rule, repeated};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, size, make| Case { name, size, make };
    vec![
        case("event/long value", 1 << 20, |n| {
            every_kind(json!({ "F": text(n) }))
        }),
        case("event/long value of one letter", 1 << 20, |n| {
            every_kind(json!({ "F": "a".repeat(n) }))
        }),
        case("event/long value of blanks", 1 << 20, |n| {
            every_kind(json!({ "F": " ".repeat(n) }))
        }),
        case("event/long value of zeros", 1 << 20, |n| {
            every_kind(json!({ "F": "0".repeat(n) }))
        }),
        case("event/long value not ASCII", 1 << 18, |n| {
            every_kind(json!({ "F": "äſK\u{1f600}".repeat(n / 4) }))
        }),
        case("event/long value of dashes", 1 << 20, |n| {
            every_kind(json!({ "F": "-/–".repeat(n / 3) }))
        }),
        case("event/long value of near hits", 1 << 20, |n| {
            every_kind(json!({ "F": "powershell -en powershel".repeat(n / 24) }))
        }),
        case("event/long value in a field no rule reads", 1 << 20, |n| {
            every_kind(json!({ "Unknown": text(n) }))
        }),
        case("event/fields no rule reads", 20_000, |n| {
            every_kind(object(n, |number| (format!("Field{number}"), json!("x"))))
        }),
        case("event/fields that rules read", 10_000, |n| fields(n, n)),
        case("event/fields with long names", 2_000, |n| {
            every_kind(object(n, |number| {
                (format!("{}{number}", "a".repeat(500)), json!("x"))
            }))
        }),
        case("event/field names of dots", 2_000, |n| {
            dotted(object(n, |number| {
                (format!("a{}{number}", ".a".repeat(100)), json!("x"))
            }))
        }),
        case("event/one field name of dots", 1 << 18, |n| {
            dotted(json!({ "a.".repeat(n): "x" }))
        }),
        case("event/nested maps under dots", 2_000, |n| dotted(nested(n))),
        case("event/lists under dots", 20_000, |n| {
            dotted(json!({ "a": vec![json!({ "a": { "b": "x" }, "a.b": "y" }); n] }))
        }),
        case("event/list of texts", 20_000, |n| {
            every_kind(json!({ "F": list(n, |number| json!(format!("value {number}"))) }))
        }),
        case("event/list of equal texts", 50_000, |n| {
            every_kind(json!({ "F": vec!["powershell"; n] }))
        }),
        case("event/list of numbers", 20_000, |n| {
            every_kind(json!({ "F": list(n, |number| json!(number)) }))
        }),
        case("event/list of addresses", 20_000, |n| {
            every_kind(
                json!({ "F": list(n, |number| json!(format!("10.{}.{}.1", number / 256 % 256, number % 256))) }),
            )
        }),
        case("event/list of times", 10_000, |n| {
            every_kind(
                json!({ "F": list(n, |number| json!(format!("2024-07-10T14:{:02}:00Z", number % 60))) }),
            )
        }),
        case("event/list of lists", 20_000, |n| {
            every_kind(json!({ "F": vec![json!([["x"], []]); n] }))
        }),
        case("event/list of maps", 10_000, |n| {
            every_kind(json!({ "F": vec![json!({ "a": "x", "b": [1, null] }); n] }))
        }),
        case("event/list of nulls", 50_000, |n| {
            every_kind(json!({ "F": vec![Value::Null; n] }))
        }),
        case("event/lists of two fields compared", 1_000, |n| {
            compared("fieldref", n)
        }),
        case("event/lists of two fields, one in the other", 500, |n| {
            compared("fieldref|contains", n)
        }),
        case("event/long values of two fields", 1 << 18, |n| {
            references(json!({ "F": "a".repeat(n), "G": format!("{}b", "a".repeat(n / 2)) }))
        }),
        case("event/long digits", 1 << 18, |n| {
            numbers(json!({ "F": "1".repeat(n) }))
        }),
        case("event/long fraction", 1 << 18, |n| {
            numbers(json!({ "F": format!("0.{}1", "0".repeat(n)) }))
        }),
        case("event/long exponent", 1 << 18, |n| {
            numbers(json!({ "F": format!("1e{}", "0".repeat(n)) }))
        }),
        case("pattern/stars, text grows", 1 << 16, |n| {
            pattern(&"*a".repeat(32), &("a".repeat(n) + "b"))
        }),
        case("pattern/stars, pattern grows", 400, |n| {
            pattern(&("*a".repeat(n) + "b"), &"a".repeat(1 << 14))
        }),
        case("pattern/stars and question marks", 1 << 16, |n| {
            pattern(&"*a?b".repeat(16), &"aab".repeat(n / 3))
        }),
        case("pattern/many of stars", 200, |n| {
            patterns(
                "F",
                n,
                |number| format!("*a{}*c{number}", "*ab".repeat(10)),
                &"ab".repeat(1 << 12),
            )
        }),
        case("pattern/literal of a run, text grows", 1 << 18, |n| {
            pattern(&format!("*{}b*", "a".repeat(200)), &"a".repeat(n))
        }),
        case("pattern/literal of a run grows", 1_000, |n| {
            pattern(&format!("*{}b*", "a".repeat(n)), &"a".repeat(1 << 16))
        }),
        case("pattern/literals of runs, text grows", 1 << 16, |n| {
            patterns(
                "F|contains",
                64,
                |number| "a".repeat(number + 20) + "b",
                &"a".repeat(n),
            )
        }),
        case("pattern/more literals of runs", 64, |n| {
            patterns(
                "F|contains",
                n,
                |number| format!("{}b{number}", "a".repeat(100)),
                &"a".repeat(1 << 16),
            )
        }),
        case(
            "pattern/near hits of many literals, text grows",
            1 << 16,
            |n| {
                patterns(
                    "F|contains",
                    500,
                    |number| format!("powershell{number:03}"),
                    &"powershell".repeat(n / 10),
                )
            },
        ),
        case("pattern/near hits of more literals", 500, |n| {
            patterns(
                "F|contains",
                n,
                |number| format!("powershell{number:06}"),
                &"powershell".repeat(1 << 12),
            )
        }),
        case("pattern/hits of all literals", 1 << 14, |n| {
            patterns(
                "F|contains",
                26,
                |number| char::from(b'a' + number as u8).into(),
                &text(n),
            )
        }),
        case("pattern/base64offset", 1 << 16, |n| {
            patterns(
                "F|base64offset|contains",
                100,
                |number| format!("powershell{number}"),
                &"cG93ZXJzaGVsb".repeat(n / 13),
            )
        }),
        case("pattern/more networks", 1_000, |n| networks(n, 200)),
        case("pattern/endings of one text", 500, |n| {
            patterns(
                "F|endswith",
                n,
                |number| "a".repeat(number % 1_000 + 1) + "z",
                &("a".repeat(1 << 14) + "z"),
            )
        }),
        case("pattern/beginnings of one text", 500, |n| {
            patterns(
                "F|startswith",
                n,
                |number| format!("z{}", "a".repeat(number % 1_000 + 1)),
                &("z".to_owned() + &"a".repeat(1 << 14)),
            )
        }),
        case("pattern/cased, text grows", 1 << 16, |n| {
            patterns(
                "F|contains|cased",
                200,
                |number| format!("aB{number}"),
                &"Ab".repeat(n / 2),
            )
        }),
        case("regex/text grows: nested stars", 1 << 14, |n| {
            regex("(a*)*b", &"a".repeat(n))
        }),
        case("regex/text grows: any, any, any", 1 << 14, |n| {
            regex(".*.*.*x", &"a".repeat(n))
        }),
        case("regex/text grows: alternatives", 1 << 14, |n| {
            regex("(a|aa|aaa)*c", &"a".repeat(n))
        }),
        case("regex/text grows: many states", 1 << 12, |n| {
            regex("(a|b)*a(a|b){40}c", &"ab".repeat(n / 2))
        }),
        case("regex/text grows: insensitive words", 1 << 14, |n| {
            regex(
                "(?i)\\bpower(shell)+\\b.{0,20}-enc",
                &"powershell -en ".repeat(n / 15),
            )
        }),
        case("regex/text grows: not ASCII", 1 << 12, |n| {
            regex("(?i)[^ä]+ö", &"üÜ".repeat(n / 2))
        }),
        case("keywords/fields", 5_000, |n| {
            keywords(object(n, |number| {
                (format!("Field{number}"), json!("some words"))
            }))
        }),
        case("keywords/long value", 1 << 18, |n| {
            keywords(json!({ "F": text(n) }))
        }),
        case("keywords/list of numbers", 10_000, |n| {
            keywords(json!({ "F": list(n, |number| json!(number)) }))
        }),
        case("keywords/numbers in a text", 1 << 18, |n| {
            keywords(json!({ "F": "42.".repeat(n / 3) }))
        }),
        case("match/rules that all match", 1_000, |n| {
            many_rules(n, |_| "s: { F: x }\ncondition: s".into())
        }),
        case("match/rules that nearly match", 1_000, |n| {
            many_rules(n, |number| {
                format!("s: {{ F: x, G: y{number} }}\ncondition: s")
            })
        }),
        case("match/rules without witness", 1_000, |n| {
            many_rules(n, |number| {
                format!("s: {{ F: y{number} }}\ncondition: not s")
            })
        }),
        case("match/identifiers of one rule", 2_000, |n| {
            many_rules(1, |_| {
                format!(
                    "{}condition: all of them",
                    repeated(n, |name| format!("s{name}: {{ F: x, H{name}: null }}\n"))
                )
            })
        }),
    ]
}

/// Words that repeat, with something of each kind of rule nearly in it.
fn text(length: usize) -> String {
    let words = "the quick brown fox -enc powershel 10.1.2 1.5e3 cG93ZXJzaGVsb 2024-07-10T14 ";
    words.chars().cycle().take(length).collect()
}

fn object(n: usize, field: impl Fn(usize) -> (String, Value)) -> Value {
    Value::Object((0..n).map(field).collect::<Map<_, _>>())
}

fn list(n: usize, value: impl Fn(usize) -> Value) -> Value {
    Value::Array((0..n).map(value).collect())
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!("x"), |inner, _| {
        Value::Object(Map::from_iter([("a".to_owned(), inner)]))
    })
}

/// The event is matched, and whatever comes of it.
fn matching(rules: &str, event: Value) -> Work {
    let loaded = Collection::from_yaml(rules);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    let first = loaded
        .errors()
        .chain(rules.problems())
        .find(|problem| problem.is_error());
    assert!(first.is_none() && !rules.is_empty(), "{first:?}");
    // The drop of a deep value recurses, so the value is never dropped.
    let event = std::mem::ManuallyDrop::new(event);
    let mut scratch = rules.scratch();
    Box::new(move || {
        let found = rules.matches(&*event, &mut scratch).len();
        assert!(found <= rules.len());
    })
}

fn many_rules(n: usize, detection: impl Fn(usize) -> String) -> Work {
    matching(
        &joined(n, "---\n", |number| {
            named_rule(&format!("r{number}"), &detection(number))
        }),
        json!({ "F": "x" }),
    )
}

/// Rules of every kind, on the field F and on keywords.
fn every_kind(event: Value) -> Work {
    matching(EVERY_KIND, event)
}

fn fields(n: usize, read: usize) -> Work {
    let rules = joined(read, "---\n", |number| {
        named_rule(
            &format!("r{number}"),
            &format!(
                "s: {{ Field{number}|contains: x, Field{}: y }}\ncondition: s",
                number + 1
            ),
        )
    });
    matching(
        &rules,
        object(n, |number| (format!("Field{number}"), json!("x"))),
    )
}

fn dotted(event: Value) -> Work {
    let name = |dots: usize| format!("a{}", ".a".repeat(dots));
    let rules = joined(100, "---\n", |number| {
        named_rule(
            &format!("r{number}"),
            &format!(
                "s: {{ {}: y, {}.b: z }}\ncondition: s",
                name(number),
                name(number)
            ),
        )
    });
    matching(&rules, event)
}

fn compared(modifiers: &str, n: usize) -> Work {
    let rule = named_rule("r", &format!("s: {{ F|{modifiers}: G }}\ncondition: s"));
    let event = json!({ "F": list(n, |number| json!(format!("value {number}"))), "G": list(n, |number| json!(format!("other {number}"))) });
    matching(&rule, event)
}

fn references(event: Value) -> Work {
    let rules = joined(4, "---\n", |number| {
        let modifiers = [
            "fieldref",
            "fieldref|contains",
            "fieldref|startswith",
            "fieldref|endswith",
        ][number];
        named_rule(
            &format!("r{number}"),
            &format!("s: {{ F|{modifiers}: G }}\ncondition: s"),
        )
    });
    matching(&rules, event)
}

fn numbers(event: Value) -> Work {
    let rules = joined(40, "---\n", |number| {
        let item = [
            "F|gt: 5",
            "F|lt: 1.5e+300",
            "F: 18446744073709551615",
            "F|gte: -0.1",
        ][number % 4];
        named_rule(
            &format!("r{number}"),
            &format!("s: {{ {item}, G: {number} }}\nt: {{ {item} }}\ncondition: s or not t"),
        )
    });
    matching(&rules, event)
}

fn pattern(pattern: &str, text: &str) -> Work {
    patterns("F", 1, |_| pattern.to_owned(), text)
}

fn patterns(field: &str, n: usize, pattern: impl Fn(usize) -> String, text: &str) -> Work {
    let values = repeated(n, |number| format!("    - '{}'\n", pattern(number)));
    matching(
        &named_rule("r", &format!("s:\n  {field}:\n{values}condition: s")),
        json!({ "F": text }),
    )
}

fn networks(n: usize, addresses: usize) -> Work {
    let values = repeated(n, |number| {
        format!("    - 10.{}.{}.0/24\n", number / 256 % 256, number % 256)
    });
    let event = json!({ "F": list(addresses, |number| json!(format!("11.0.{}.1", number % 256))) });
    matching(
        &named_rule("r", &format!("s:\n  F|cidr:\n{values}condition: s")),
        event,
    )
}

fn regex(pattern: &str, text: &str) -> Work {
    matching(
        &named_rule("r", &format!("s: {{ F|re: '{pattern}' }}\ncondition: s")),
        json!({ "F": text }),
    )
}

fn keywords(event: Value) -> Work {
    matching(
        &named_rule(
            "r",
            "s: [needle, 'b?d*word', 42, 1.5, '*ab*cd*']\nt: { '|re': 'fo+x' }\ncondition: 1 of them",
        ),
        event,
    )
}

const EVERY_KIND: &str = include_str!("../../tests/fuzz/every-kind.yml");
