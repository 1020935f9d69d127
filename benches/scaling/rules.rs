//! Rules that are sound, and large in one way each: loaded and built into a set.

use sigmatic::{Collection, Placeholders, RuleSet};

use crate::{Case, Work, joined, named_rule, repeated, rule};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, size, make| Case { name, size, make };
    let mut cases = vec![
        case("rule/identifiers, 1 of them", 2_000, |n| {
            set(rule(&format!("{}condition: 1 of them", identifiers(n))), 1)
        }),
        case("rule/identifiers by name", 2_000, |n| {
            set(
                rule(&format!(
                    "{}condition: {}",
                    identifiers(n),
                    joined(n, " or ", |name| format!("s{name}"))
                )),
                1,
            )
        }),
        case("rule/identifiers of one pattern", 2_000, |n| {
            set(
                rule(&format!(
                    "{}condition: 1 of s* and all of s*",
                    identifiers(n)
                )),
                1,
            )
        }),
        case("rule/patterns of few identifiers", 1_000, |n| {
            set(
                rule(&format!("{}condition: {}", identifiers(16), patterns(n))),
                1,
            )
        }),
        case("rule/equal patterns of many identifiers", 1_000, |n| {
            set(
                rule(&format!(
                    "{}condition: {}",
                    identifiers(n),
                    joined(n, " or ", |_| "1 of s*".into())
                )),
                1,
            )
        }),
        case("rule/items of a map", 2_000, |n| {
            set(
                rule(&format!(
                    "s:\n{}condition: s",
                    repeated(n, |name| format!("  F{name}: x\n"))
                )),
                1,
            )
        }),
        case("rule/maps of a list", 2_000, |n| {
            set(
                rule(&format!(
                    "s:\n{}condition: s",
                    repeated(n, |name| format!("  - F: x{name}\n    G: y\n"))
                )),
                1,
            )
        }),
        case("rule/long condition", 3_500, |n| {
            set(one(&joined(n, " and ", |_| "s".into())), 1)
        }),
        case("rule/long condition of all kinds", 1_200, |n| {
            set(one(&joined(n, " or ", |_| "not (s and 1 of s*)".into())), 1)
        }),
        case("rule/conditions", 3_000, |n| {
            set(
                rule(&format!(
                    "s: {{ F: x }}\ncondition:\n{}",
                    "  - s\n".repeat(n)
                )),
                1,
            )
        }),
        case("rule/deep condition", 60, |n| {
            set(
                many(n, |_| {
                    one(&format!("{}s{}", "not (".repeat(50), ")".repeat(50)))
                }),
                n,
            )
        }),
        case("rule/condition too deep", 30_000, |n| {
            broken(one(&format!("{}s", "not ".repeat(n))))
        }),
        case("rule/parentheses too deep", 30_000, |n| {
            broken(one(&format!("{}s", "(".repeat(n))))
        }),
        case("rule/condition too long", 200_000, |n| {
            broken(one(&joined(n, " or ", |_| "s".into())))
        }),
        case("rule/deep detections", 60, |n| {
            set(
                many(n, |number| {
                    rule(&format!(
                        "s: {}{{ F: x{number} }}{}\ncondition: s",
                        "[".repeat(50),
                        "]".repeat(50)
                    ))
                }),
                n,
            )
        }),
        case("rule/keywords", 4_000, |n| {
            set(
                rule(&format!(
                    "s:\n{}condition: s",
                    repeated(n, |word| format!("  - word{word}\n"))
                )),
                1,
            )
        }),
        case("rule/placeholder with many values", 4_000, |n| {
            expanded("'%a%'", n, 1)
        }),
        case("rule/values with a placeholder", 1_000, |n| {
            expanded(
                &format!("[{}]", joined(n, ", ", |value| format!("'x{value}%a%'"))),
                4,
                1,
            )
        }),
        case("rule/placeholders of one value", 4_000, |n| {
            expanded(&format!("'{}'", "%a%".repeat(n)), 1, 1)
        }),
        case("rule/placeholders multiply beyond the limit", 4_000, |n| {
            expanded(&format!("'{}'", "%a%".repeat(n)), 10, 0)
        }),
        case("rule/placeholders unknown", 4_000, |n| {
            expanded(
                &format!("[{}]", joined(n, ", ", |value| format!("'%b{value}%'"))),
                1,
                0,
            )
        }),
        case("rule/rules with equal patterns", 1_000, |n| {
            set(
                many(n, |number| {
                    named_rule(
                        &format!("r{number}"),
                        "s: { F|contains: [abcdef, ghijkl] }\ncondition: s",
                    )
                }),
                n,
            )
        }),
        case("rule/rules with other patterns", 1_000, |n| {
            set(
                many(n, |number| {
                    named_rule(
                        &format!("r{number}"),
                        &format!(
                            "s: {{ F|contains: [abcdef{number}, ghijkl{number}] }}\ncondition: s"
                        ),
                    )
                }),
                n,
            )
        }),
        case("rule/rules without witness", 1_000, |n| {
            set(
                many(n, |number| {
                    named_rule(
                        &format!("r{number}"),
                        &format!("s: {{ F: abcdef{number} }}\ncondition: not s"),
                    )
                }),
                n,
            )
        }),
        case("rule/rules with other fields", 1_000, |n| {
            set(
                many(n, |number| {
                    named_rule(
                        &format!("r{number}"),
                        &format!("s: {{ F{number}: a, 'G.{number}.h': b }}\ncondition: s"),
                    )
                }),
                n,
            )
        }),
        case("rule/rules with a factor in common", 1_000, |n| {
            set(
                many(n, |number| {
                    named_rule(
                        &format!("r{number}"),
                        &format!(
                            "s: {{ Channel: Security, EventID: {}, F: v{number} }}\ncondition: s",
                            number % 50
                        ),
                    )
                }),
                n,
            )
        }),
        case("rule/written back", 1_000, written),
    ];
    cases.extend(
        VALUES
            .iter()
            .map(|&(name, size, make)| Case { name, size, make }),
    );
    cases.extend(
        REGEXES
            .iter()
            .map(|&(name, size, make)| Case { name, size, make }),
    );
    cases
}

type Row = (&'static str, usize, fn(usize) -> Work);

/// Lists of values under one modifier, and long values.
const VALUES: &[Row] = &[
    ("values/exact", 4_000, |n| {
        listed("F", n, |value| format!("value{value}"))
    }),
    ("values/cased", 4_000, |n| {
        listed("F|cased", n, |value| format!("Value{value}"))
    }),
    ("values/contains", 4_000, |n| {
        listed("F|contains", n, |value| format!("value{value}x"))
    }),
    ("values/contains, growing", 500, |n| {
        listed("F|contains", n, |value| {
            "a".repeat(value % 200 + 1) + &value.to_string()
        })
    }),
    ("values/contains of one letter", 2_000, |n| {
        set(
            rule(&format!(
                "s: {{ F|contains: [{}] }}\ncondition: s",
                joined(n, ", ", |value| "a".repeat(value % 1_000 + 1))
            )),
            1,
        )
    }),
    ("values/contains|all", 4_000, |n| {
        listed("F|contains|all", n, |value| format!("value{value}x"))
    }),
    ("values/startswith", 4_000, |n| {
        listed("F|startswith", n, |value| format!("value{value}"))
    }),
    ("values/endswith", 4_000, |n| {
        listed("F|endswith", n, |value| format!("value{value}"))
    }),
    ("values/inner wildcards", 4_000, |n| {
        listed("F", n, |value| format!("*value{value}*end?x*"))
    }),
    ("values/only question marks", 1_000, |n| {
        listed("F", n, |value| "?".repeat(value % 200 + 1))
    }),
    ("values/numbers", 4_000, |n| {
        set(
            rule(&format!(
                "s: {{ F: [{}] }}\ncondition: s",
                joined(n, ", ", |value| value.to_string())
            )),
            1,
        )
    }),
    ("values/comparisons", 4_000, |n| {
        set(
            rule(&format!(
                "s: {{ F|gt: [{}] }}\ncondition: s",
                joined(n, ", ", |value| value.to_string())
            )),
            1,
        )
    }),
    ("values/cidr", 4_000, |n| {
        listed("F|cidr", n, |value| {
            format!("10.{}.{}.0/24", value / 256 % 256, value % 256)
        })
    }),
    ("values/fieldref", 2_000, |n| {
        listed("F|fieldref", n, |value| format!("G{value}"))
    }),
    ("values/windash", 1_000, |n| {
        listed("F|windash|contains", n, |value| format!(" -a{value} -b"))
    }),
    ("values/base64offset", 1_000, |n| {
        listed("F|base64offset|contains", n, |value| {
            format!("value number {value}")
        })
    }),
    ("values/wide", 1_000, |n| {
        listed("F|wide|base64offset|contains", n, |value| {
            format!("value number {value}")
        })
    }),
    ("values/long contains", 200_000, |n| {
        listed("F|contains", 1, |_| "abc ".repeat(n))
    }),
    ("values/long exact", 200_000, |n| {
        listed("F", 1, |_| "abc ".repeat(n))
    }),
    ("values/long wildcards", 100_000, |n| {
        listed("F", 1, |_| "a*".repeat(n))
    }),
    ("values/long question marks", 100_000, |n| {
        listed("F", 1, |_| "*a?".repeat(n))
    }),
    ("values/long stars", 100_000, |n| {
        listed("F", 1, |_| "*".repeat(n))
    }),
    ("values/long backslashes", 100_000, |n| {
        listed("F", 1, |_| "\\".repeat(n))
    }),
    ("values/long windash", 20_000, |n| {
        listed("F|windash|contains", 1, |_| " -a".repeat(n))
    }),
    ("values/dashes beyond the limit", 20_000, |n| {
        broken(rule(&format!(
            "s: {{ F|windash|base64: '{}' }}\ncondition: s",
            " -a".repeat(n)
        )))
    }),
    ("values/long base64offset", 20_000, |n| {
        listed("F|base64offset|contains", 1, |_| "abc ".repeat(n))
    }),
    ("values/long wide", 20_000, |n| {
        listed("F|wide|contains", 1, |_| "abc ".repeat(n))
    }),
    ("values/long not ASCII", 100_000, |n| {
        listed("F|contains", 1, |_| "äſK".repeat(n))
    }),
    ("values/long field name", 200, |n| {
        listed(&"a.".repeat(n), 1, |_| "x".into())
    }),
];

/// Regular expressions.
const REGEXES: &[Row] = &[
    ("regex/many", 100, |n| {
        listed("F|re", n, |value| format!("abc{value}.*def"))
    }),
    ("regex/long literal", 10_000, |n| {
        listed("F|re", 1, |_| "a".repeat(n))
    }),
    ("regex/long alternation", 2_000, |n| {
        listed("F|re", 1, |_| joined(n, "|", |value| format!("abc{value}")))
    }),
    ("regex/alternation of letters", 5_000, |n| {
        listed("F|re", 1, |_| joined(n, "|", |_| "a".into()))
    }),
    ("regex/any character", 2_000, |n| {
        listed("F|re", 1, |_| ".*".repeat(n))
    }),
    ("regex/classes", 1_000, |n| {
        listed("F|re", 1, |_| "[a-z0-9_]".repeat(n))
    }),
    ("regex/one large class", 5_000, |n| {
        listed("F|re", 1, |_| {
            format!(
                "[{}]",
                repeated(n, |value| char::from_u32(
                    0x4e00 + 2 * (value as u32 % 10_000)
                )
                .unwrap_or('x')
                .to_string())
            )
        })
    }),
    ("regex/optional letters", 4_000, |n| {
        listed("F|re", 1, |_| "a?".repeat(n))
    }),
    ("regex/counted", 40, |n| {
        listed("F|re", 1, |_| "(abc){20}".repeat(n))
    }),
    ("regex/counted too often", 100, |n| {
        broken(listed_text("F|re", n, |value| {
            format!("(((a{{100}}){{100}}){{100}}){{{}}}", value + 1)
        }))
    }),
    ("regex/too deep", 8_000, |n| {
        broken(listed_text("F|re", 1, |_| {
            format!("{}a{}", "(".repeat(n), ")".repeat(n))
        }))
    }),
    ("regex/too long", 300_000, |n| {
        broken(listed_text("F|re", 1, |_| "a".repeat(n)))
    }),
    ("regex/groups never closed", 10_000, |n| {
        broken(listed_text("F|re", 1, |_| "(a".repeat(n)))
    }),
    ("regex/insensitive letters", 4_000, |n| {
        listed("F|re|i", 1, |_| "kſ".repeat(n / 2))
    }),
    ("regex/word boundaries", 4_000, |n| {
        listed("F|re", 1, |_| "\\b".repeat(n))
    }),
    ("regex/flags", 4_000, |n| {
        listed("F|re", 1, |_| "(?i)a(?-i)b".repeat(n / 8))
    }),
];

fn identifiers(n: usize) -> String {
    repeated(n, |name| format!("s{name}: {{ F: x{name} }}\n"))
}

fn patterns(n: usize) -> String {
    joined(n, " or ", |pattern| {
        format!("1 of s*{}", "*".repeat(pattern % 20))
    })
}

/// One search identifier and this condition.
fn one(condition: &str) -> String {
    rule(&format!("s: {{ F: x }}\ncondition: {condition}"))
}

fn many(n: usize, rule: impl Fn(usize) -> String) -> String {
    joined(n, "---\n", rule)
}

fn listed_text(field: &str, n: usize, value: impl Fn(usize) -> String) -> String {
    rule(&format!(
        "s:\n  {field}:\n{}condition: s",
        repeated(n, |number| format!("    - '{}'\n", value(number)))
    ))
}

fn listed(field: &str, n: usize, value: impl Fn(usize) -> String) -> Work {
    set(listed_text(field, n, value), 1)
}

/// Loads and builds; so many rules come of it.
fn set(text: String, rules: usize) -> Work {
    Box::new(move || {
        let loaded = Collection::from_yaml(&text);
        let set = RuleSet::builder()
            .collection(&loaded)
            .build()
            .expect("a set");
        let problem = loaded.errors().next().or_else(|| set.problems().first());
        assert_eq!(set.len(), rules, "{problem:?}");
    })
}

/// No rule comes of it.
fn broken(text: String) -> Work {
    Box::new(move || {
        let loaded = Collection::from_yaml(&text);
        let set = RuleSet::builder()
            .collection(&loaded)
            .build()
            .expect("a set");
        assert_eq!(set.len(), 0);
        let problems = loaded.problems().iter().chain(set.problems());
        assert!(
            problems
                .map(|problem| problem.to_string().len())
                .sum::<usize>()
                > 0
        );
    })
}

fn expanded(value: &str, values: usize, rules: usize) -> Work {
    let text = rule(&format!("s: {{ F|expand: {value} }}\ncondition: s"));
    let mut table = Placeholders::new();
    table.insert("a", (0..values).map(|value| format!("value{value}")));
    Box::new(move || {
        let loaded = Collection::from_yaml(&text);
        let builder = RuleSet::builder()
            .collection(&loaded)
            .placeholders(table.clone());
        let set = builder.build().expect("a set");
        assert_eq!(set.len(), rules, "{:?}", set.problems().first());
    })
}

fn written(n: usize) -> Work {
    let items = repeated(n, |item| {
        format!("  - F|contains: [a{item}, 'b*']\n    G: {item}\n")
    });
    let loaded = Collection::from_yaml(&rule(&format!("s:\n{items}condition: s")));
    Box::new(move || {
        let rule = loaded.rules().next().expect("one rule");
        assert!(rule.to_yaml().expect("it can be written").len() > 10 * 100);
    })
}
