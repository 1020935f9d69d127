//! Texts that are no rules: what it costs to refuse them. And YAML that is unusual, but sound.

use sigmatic::Collection;

use crate::{Case, Work, joined, repeated, rule};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, size, make| Case { name, size, make };
    vec![
        case("text/flow lists never closed", 100_000, |n| {
            refused("[".repeat(n))
        }),
        case("text/flow maps never closed", 100_000, |n| {
            refused("{ a: ".repeat(n))
        }),
        case("text/block lists too deep", 100_000, |n| {
            refused("- ".repeat(n))
        }),
        case("text/block maps too deep", 200_000, |n| {
            refused(repeated((2 * n).isqrt(), |level| {
                format!("{}a:\n", " ".repeat(level))
            }))
        }),
        case("text/quote never closed", 400_000, |n| {
            refused(format!("a: 'x{}", "y ".repeat(n)))
        }),
        case("text/quotes never closed, by document", 10_000, |n| {
            refused("a: \"x\n---\n".repeat(n))
        }),
        case("text/tabs before keys", 20_000, |n| {
            refused("a:\n\tb: c\n".repeat(n))
        }),
        case("text/one bad indentation a document", 5_000, |n| {
            refused("a: b\n  c: d\n---\n".repeat(n))
        }),
        case("text/empty documents", 40_000, |n| {
            load("---\n".repeat(n), 0)
        }),
        case("text/comments", 40_000, |n| {
            load("# comment\n".repeat(n), 0)
        }),
        case("text/blanks", 400_000, |n| load(" ".repeat(n), 0)),
        case("text/line ends", 400_000, |n| load("\n".repeat(n), 0)),
        case("text/line ends of Windows", 200_000, |n| {
            load("\r\n".repeat(n), 0)
        }),
        case("text/directives", 20_000, |n| {
            refused("%YAML 1.1\n".repeat(n))
        }),
        case("text/invalid bytes", 100_000, |n| {
            refused_bytes(b"a\xff".repeat(n))
        }),
        case("text/control characters", 100_000, |n| {
            refused("a\u{1}".repeat(n))
        }),
        case("text/equal keys", 10_000, |n| refused("a: b\n".repeat(n))),
        case("text/other keys", 5_000, |n| {
            load(
                with_metadata(&repeated(n, |key| format!("key{key}: b\n"))),
                1,
            )
        }),
        case("text/keys that are maps", 10_000, |n| {
            refused("? { a: b }\n: c\n".repeat(n))
        }),
        case("text/tags", 10_000, |n| {
            refused(joined(n, "", |_| "- !x a\n".into()))
        }),
        case("text/unknown aliases", 10_000, |n| {
            refused("- *a\n".repeat(n))
        }),
        case("text/unknown aliases, by document", 5_000, |n| {
            refused("- *a\n---\n".repeat(n))
        }),
        case("text/anchors", 10_000, |n| {
            refused(repeated(n, |name| format!("- &a{name} x\n")))
        }),
        case("text/aliases of one value", 4_000, |n| {
            load(
                rule(&format!(
                    "s:\n  F:\n    - &a x\n{}condition: s",
                    "    - *a\n".repeat(n)
                )),
                1,
            )
        }),
        case("text/aliases of aliases", 10_000, laughs),
        case("text/merge keys", 1_000, |n| load(merged(n), 1)),
        case("text/plain scalar of lines", 40_000, |n| {
            load(
                with_metadata(&format!("description: a\n{}", "  b\n".repeat(n))),
                1,
            )
        }),
        case("text/block scalar", 40_000, |n| {
            load(
                with_metadata(&format!("description: |\n{}", "  b\n".repeat(n))),
                1,
            )
        }),
        case("text/folded scalar", 40_000, |n| {
            load(
                with_metadata(&format!("description: >\n{}", "  b\n\n".repeat(n))),
                1,
            )
        }),
        case("text/escapes", 40_000, |n| {
            load(
                with_metadata(&format!("description: \"{}\"\n", "\\u00e4\\n".repeat(n))),
                1,
            )
        }),
        case("text/long line", 400_000, |n| {
            load(
                with_metadata(&format!("description: {}\n", "b".repeat(n))),
                1,
            )
        }),
        case("text/errors of one document", 5_000, |n| {
            refused(format!(
                "title: r\nlogsource: {{ category: c }}\ndetection:\n{}  condition: s\n",
                repeated(n, |name| format!("  s{name}: {{ F|contians: x }}\n"))
            ))
        }),
        case("text/documents with errors", 2_000, |n| {
            refused(joined(n, "---\n", |_| {
                "title: r\nlogsource: { category: c }\ndetection: { s: { F|contians: x }, condition: t }\n".into()
            }))
        }),
        case("text/documents of no kind", 5_000, |n| {
            refused(joined(n, "---\n", |_| "a: b\n".into()))
        }),
        case("text/long unknown modifier", 100_000, |n| {
            refused(rule(&format!(
                "s: {{ F|{}: x }}\ncondition: s",
                "m".repeat(n)
            )))
        }),
        case("text/many unknown modifiers", 10_000, |n| {
            refused(rule(&format!(
                "s: {{ F{}: x }}\ncondition: s",
                "|mm".repeat(n)
            )))
        }),
        case("text/unused identifiers", 2_000, |n| {
            load(
                rule(&format!(
                    "{}condition: s0",
                    repeated(n, |name| format!("s{name}: {{ F: x }}\n"))
                )),
                1,
            )
        }),
        case("text/unknown identifiers in a condition", 2_000, |n| {
            refused(rule(&format!(
                "s: {{ F: x }}\ncondition: {}",
                joined(n, " or ", |name| format!("t{name}"))
            )))
        }),
        case("text/unknown identifiers among many", 1_000, |n| {
            refused(rule(&format!(
                "{}condition: {}",
                repeated(n, |name| format!("s{name}: {{ F: x }}\n")),
                joined(n, " or ", |name| format!("t{name}"))
            )))
        }),
        case("text/tags of a rule", 4_000, |n| {
            load(
                with_metadata(&format!(
                    "tags:\n{}",
                    repeated(n, |tag| format!("  - attack.t{tag}\n"))
                )),
                1,
            )
        }),
        case("text/equal tags of a rule", 4_000, |n| {
            load(
                with_metadata(&format!("tags:\n{}", "  - attack.t1059\n".repeat(n))),
                1,
            )
        }),
        case("text/equal ids", 2_000, |n| {
            load(
                joined(n, "---\n", |_| {
                    with_metadata("id: 6f3e2987-db24-4c78-a860-b4f4095a7095\n")
                }),
                n,
            )
        }),
        case("text/equal names", 2_000, |n| {
            load(joined(n, "---\n", |_| rule("s: { F: x }\ncondition: s")), n)
        }),
        case("text/rules that repeat", 2_000, repeats),
        case("text/rules after a global one", 2_000, global),
    ]
}

/// The time to load, and nothing comes of it.
fn refused(text: String) -> Work {
    refused_bytes(text.into_bytes())
}

fn refused_bytes(text: Vec<u8>) -> Work {
    Box::new(move || {
        let loaded = Collection::loader().text("case.yml", &text).load();
        assert_eq!(loaded.rules().count(), 0);
        assert!(loaded.errors().count() > 0);
        // Messages are part of what is asked for.
        assert!(
            loaded
                .problems()
                .iter()
                .map(|problem| problem.to_string().len())
                .sum::<usize>()
                > 0
        );
    })
}

fn load(text: String, rules: usize) -> Work {
    Box::new(move || {
        let loaded = Collection::from_yaml(&text);
        assert_eq!(
            loaded.rules().count(),
            rules,
            "{:?}",
            loaded.problems().first()
        );
    })
}

fn with_metadata(lines: &str) -> String {
    format!(
        "title: r\nlogsource: {{ category: c }}\ndetection: {{ s: {{ F: x }}, condition: s }}\n{lines}"
    )
}

/// Each list names the one before ten times: refused by what aliases may add.
fn laughs(n: usize) -> Work {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..n {
        let names = joined(10, ", ", |_| format!("*a{}", level - 1));
        text += &format!("a{level}: &a{level} [{names}]\n");
    }
    refused(text)
}

fn merged(n: usize) -> String {
    let maps = repeated(n, |number| {
        format!("m{number}: &m{number} {{ F{number}: x }}\n")
    });
    let names = joined(n, ", ", |number| format!("*m{number}"));
    rule(&format!("{maps}s:\n  <<: [{names}]\ncondition: s"))
}

fn repeats(n: usize) -> Work {
    let first = rule("s: { F: x }\ncondition: s");
    let text = first
        + &repeated(n, |number| {
            format!("---\naction: repeat\ntitle: r{number}\nname: r{number}\n")
        });
    load(text, n + 1)
}

fn global(n: usize) -> Work {
    let text = "action: global\ntitle: r\nlogsource: { category: c }\n".to_owned()
        + &repeated(n, |number| {
            format!("---\nname: r{number}\ndetection: {{ s: {{ F: x }}, condition: s }}\n")
        });
    load(text, n)
}
