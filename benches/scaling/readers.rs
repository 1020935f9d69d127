//! What reads rules rather than events: explanations, cards, findings, synthesised events, pipelines, filters, maps.

use serde_json::json;
use sigmatic::card::{Corpus, RuleSetDiff, Site};
use sigmatic::lint::Linter;
use sigmatic::pipeline::{LogSources, Pipeline, Pipelines};
use sigmatic::{Collection, RuleSet};

use crate::{Case, Work, joined, named_rule, repeated, rule};

pub(crate) fn cases() -> Vec<Case> {
    let case = |name, size, make| Case { name, size, make };
    vec![
        case("explain/items of a map", 1_000, |n| explain(&items(n), "x")),
        case("explain/maps of a list", 1_000, |n| explain(&maps(n), "x")),
        case("explain/values", 2_000, |n| explain(&values(n), "x")),
        case("explain/identifiers", 500, |n| {
            explain(&identifiers(n), "x")
        }),
        case("explain/long condition", 2_000, |n| {
            explain(
                &rule(&format!(
                    "s: {{ F: y }}\ncondition: {}",
                    joined(n, " or ", |_| "s".into())
                )),
                "x",
            )
        }),
        case("explain/items that stand twice", 150, |n| {
            explain(&twice(n), "x")
        }),
        case("explain/long value of the event", 1 << 18, |n| {
            explain(&values(20), &"value ".repeat(n / 6))
        }),
        case("synthesis/items of a map", 600, |n| synthesise(&items(n))),
        case("synthesis/maps of a list", 600, |n| synthesise(&maps(n))),
        case("synthesis/values", 2_000, |n| synthesise(&values(n))),
        case("synthesis/identifiers", 300, |n| {
            synthesise(&identifiers(n))
        }),
        case("synthesis/long text", 10_000, |n| {
            synthesise(&rule(&format!(
                "s: {{ F|contains: '{}' }}\ncondition: s",
                "abc ".repeat(n)
            )))
        }),
        case("synthesis/all of many", 600, |n| {
            synthesise(&rule(&format!(
                "s:\n  F|contains|all:\n{}condition: s",
                repeated(n, |value| format!("    - value{value}\n"))
            )))
        }),
        case("card/items of a map", 200, |n| card(&items(n))),
        case("card/maps of a list", 400, |n| card(&maps(n))),
        case("card/values", 1_100, |n| card(&values(n))),
        case("card/identifiers", 200, |n| card(&identifiers(n))),
        case("card/wildcards of a value", 200, |n| {
            card(&rule(&format!(
                "s: {{ F: ['{}b', '{}c'] }}\ncondition: s",
                "*a?".repeat(n),
                "*a".repeat(n)
            )))
        }),
        case("card/rules of their own", 300, |n| {
            card(&rules(n, |number| {
                format!("s: {{ F|contains: value{number} }}\ncondition: s")
            }))
        }),
        case("card/rules that are equal", 300, |n| {
            card(&rules(n, |_| {
                "s: { F|contains: value }\ncondition: s".into()
            }))
        }),
        // As many rules as make a text of so many bytes.
        case("card/rules each stricter than the last", 20_000, |n| {
            card(&rules((2 * n).isqrt(), |number| {
                format!(
                    "s: {{ F|contains: {} }}\ncondition: s",
                    "a".repeat(number + 1)
                )
            }))
        }),
        case("card/difference of two sets", 200, difference),
        case("site/rules", 200, site),
        case("lint/items of a map", 200, |n| lint(items(n))),
        case("lint/values", 1_100, |n| lint(values(n))),
        case("lint/values inside each other", 500, |n| {
            lint(rule(&format!(
                "s:\n  F|contains:\n{}condition: s",
                repeated(n, |value| format!(
                    "    - {}\n",
                    "a".repeat(value % 200 + 1)
                ))
            )))
        }),
        case("lint/identifiers", 200, |n| lint(identifiers(n))),
        case("lint/rules", 300, |n| {
            lint(rules(n, |number| {
                format!("s: {{ F|contains: value{number} }}\ncondition: s")
            }))
        }),
        case("lint/rules with other fields", 300, |n| {
            lint(rules(n, |number| {
                format!("s: {{ CommandLine{number}: value }}\ncondition: s")
            }))
        }),
        case("lint/documents that do not load", 500, |n| {
            lint(rules(n, |_| "s: { F|contians: x }\ncondition: t".into()))
        }),
        case("lint/fixes", 100, fixed),
        case("pipeline/rules", 500, |n| {
            pipeline(
                &mapping(20),
                &rules(n, |number| {
                    format!("s: {{ F: value{number} }}\ncondition: s")
                }),
                n,
            )
        }),
        case("pipeline/items", 500, |n| {
            pipeline(
                &repeated(n, |_| {
                    "  - { type: field_name_mapping, mapping: { F: F } }\n".into()
                }),
                &rule("s: { F: x }\ncondition: s"),
                1,
            )
        }),
        case("pipeline/names of a mapping", 2_000, |n| {
            pipeline(&mapping(n), &rule("s: { F: x }\ncondition: s"), 1)
        }),
        case("pipeline/prefixes of a mapping", 2_000, |n| {
            pipeline(
                &format!(
                    "  - type: field_name_prefix_mapping\n    mapping:\n{}",
                    repeated(n, |name| format!("      G{name}: H\n"))
                ),
                &rule(&format!(
                    "s:\n{}condition: s",
                    repeated(20, |name| format!("  F{name}: x\n"))
                )),
                1,
            )
        }),
        case("pipeline/names of one field", 500, |n| {
            pipeline(
                &format!(
                    "  - type: field_name_mapping\n    mapping:\n      F: [{}]\n",
                    joined(n, ", ", |name| format!("G{name}"))
                ),
                &rule("s: { F: x }\ncondition: s"),
                1,
            )
        }),
        case("pipeline/names of a field", 1_000, |n| {
            let names = joined(n, ", ", |name| format!("G{name}"));
            pipeline(
                &format!("  - type: field_name_mapping\n    mapping: {{ F: [{names}] }}\n"),
                &rule("s: { F: x }\ncondition: s"),
                1,
            )
        }),
        case("pipeline/values of a rule", 1_000, |n| {
            pipeline(
                "  - { type: replace_string, regex: '(a|b)+', replacement: 'x\\1' }\n  - { type: case, method: upper }\n",
                &values(n),
                1,
            )
        }),
        case("pipeline/long value", 1_000, |n| {
            pipeline(
                "  - { type: replace_string, regex: '(a|b)+', replacement: 'x\\1' }\n",
                &rule(&format!(
                    "s: {{ F: '{}' }}\ncondition: s",
                    "abab ".repeat(n)
                )),
                1,
            )
        }),
        case("pipeline/values of a placeholder", 1_000, |n| {
            pipeline_with(
                &format!(
                    "vars:\n  a: [{}]\n",
                    joined(n, ", ", |value| format!("v{value}"))
                ),
                "  - type: value_placeholders\n",
                &rule("s: { F|expand: '%a%' }\ncondition: s"),
                1,
            )
        }),
        case("pipeline/rule conditions", 500, |n| {
            pipeline(
                &repeated(n, |name| {
                    format!(
                        "  - type: field_name_suffix\n    suffix: a\n    rule_conditions: [{{ type: contains_field, field: G{name} }}]\n"
                    )
                }),
                &rule("s: { F: x }\ncondition: s"),
                1,
            )
        }),
        case("pipeline/condition expression", 500, |n| {
            pipeline(&expression(n), &rule("s: { F: x }\ncondition: s"), 1)
        }),
        case("pipeline/bad items", 500, |n| {
            bad_pipeline("  - { type: field_name_sufix, suffix: a }\n".repeat(n))
        }),
        case("pipeline/bad patterns", 500, |n| {
            bad_pipeline("  - { type: replace_string, regex: '(', replacement: a }\n".repeat(n))
        }),
        case("pipeline/nested", 100, |n| {
            pipeline(&nested(n), &rule("s: { F: x }\ncondition: s"), 1)
        }),
        case("filter/rules", 200, |n| filtered(n, 2)),
        case("filter/filters", 200, |n| filtered(2, n)),
        case("filter/filters by name", 500, filtered_by_name),
        case("log sources/rules", 1_000, |n| mapped(10, n)),
        case("log sources/rows", 2_000, |n| mapped(n, 10)),
        case("log sources/kinds of one", 600, kinds),
    ]
}

fn items(n: usize) -> String {
    rule(&format!(
        "s:\n{}condition: s",
        repeated(n, |item| format!("  F{item}|contains: x\n"))
    ))
}

fn maps(n: usize) -> String {
    rule(&format!(
        "s:\n{}condition: s",
        repeated(n, |item| format!("  - F|contains: value{item}\n    G: y\n"))
    ))
}

fn values(n: usize) -> String {
    rule(&format!(
        "s:\n  F|contains:\n{}condition: s",
        repeated(n, |value| format!("    - value{value}ab\n"))
    ))
}

fn identifiers(n: usize) -> String {
    rule(&format!(
        "{}condition: all of s* and not 1 of t*",
        repeated(n, |name| format!(
            "s{name}: {{ F{name}: x }}\nt{name}: {{ G{name}: x }}\n"
        ))
    ))
}

/// Each stands twice: for the smallest set of changes, subsets are tried.
fn twice(n: usize) -> String {
    let names = repeated(n, |name| format!("s{name}: {{ F{name}: y }}\n"));
    let pairs = joined(n, " and ", |pair| {
        format!("(s{pair} or s{})", (pair + 1) % n)
    });
    rule(&format!("{names}condition: {pairs}"))
}

fn rules(n: usize, detection: impl Fn(usize) -> String) -> String {
    joined(n, "---\n", |number| {
        named_rule(&format!("r{number}"), &detection(number))
    })
}

fn set(text: &str) -> RuleSet {
    let loaded = Collection::from_yaml(text);
    let set = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    assert!(
        !set.is_empty(),
        "{:?} {:?}",
        loaded.problems().first(),
        set.problems().first()
    );
    set
}

fn explain(text: &str, value: &str) -> Work {
    let set = set(text);
    let event = json!({ "F": value, "G": "y" });
    Box::new(move || {
        let explanation = set.explain(0, &event).expect("one rule");
        assert!(explanation.to_string().len() > 100);
    })
}

fn synthesise(text: &str) -> Work {
    let set = set(text);
    Box::new(move || {
        let events = set.synthesise(0).expect("one rule");
        assert!(events.to_string().len() > 10);
    })
}

/// All cards as pages.
fn card(text: &str) -> Work {
    let set = set(text);
    Box::new(move || {
        let corpus = Corpus::new(&set);
        for index in 0..corpus.len() {
            let card = corpus.card(index).expect("it is one");
            assert!(card.to_html().len() > 100 && card.to_markdown().len() > 10);
        }
    })
}

fn site(n: usize) -> Work {
    let set = set(&rules(n, |number| {
        format!("s: {{ F|contains: value{number}, G{number}: x }}\ncondition: s")
    }));
    Box::new(move || {
        let corpus = Corpus::new(&set);
        let site = Site::new(&corpus);
        assert!((0..site.len()).filter_map(|index| site.page(index)).count() >= n);
    })
}

fn difference(n: usize) -> Work {
    let old = set(&rules(n, |number| {
        format!("s: {{ F|contains: value{number} }}\ncondition: s")
    }));
    let new = set(&rules(n, |number| {
        format!("s: {{ F|contains: val{number} }}\ncondition: s")
    }));
    Box::new(move || assert!(!RuleSetDiff::between(&old, &new).is_empty()))
}

fn lint(text: String) -> Work {
    Box::new(move || {
        let report = Linter::new().conventions(true).text("r.yml", &text).run();
        assert!(report.documents() + report.findings().len() > 0);
        assert!(report.to_text(false).len() < usize::MAX / 2);
    })
}

fn fixed(n: usize) -> Work {
    let text = rules(n, |number| {
        format!("s: {{ F|contains|contains: 'value{number}' }}\ncondition: s")
    });
    Box::new(move || {
        let (changed, _) = Linter::new().text("r.yml", &text).fix();
        assert_eq!(changed.len(), 1);
    })
}

fn mapping(n: usize) -> String {
    format!(
        "  - type: field_name_mapping\n    mapping:\n{}",
        repeated(n, |name| format!(
            "      F{}: G{name}\n",
            if name == 0 {
                String::new()
            } else {
                name.to_string()
            }
        ))
    )
}

fn expression(n: usize) -> String {
    let conditions = repeated(n, |name| {
        format!("      c{name}: {{ type: contains_field, field: F{name} }}\n")
    });
    let names = joined(n, " or ", |name| format!("c{name}"));
    format!(
        "  - type: field_name_suffix\n    suffix: a\n    rule_conditions:\n{conditions}    rule_cond_expr: {names}\n"
    )
}

fn nested(n: usize) -> String {
    format!(
        "  - type: nest\n    items:\n{}",
        "      - { type: field_name_suffix, suffix: a }\n".repeat(n)
    )
}

fn pipeline(items: &str, rules: &str, written: usize) -> Work {
    pipeline_with("", items, rules, written)
}

/// Read, and applied to rules, of which so many come out.
fn pipeline_with(head: &str, items: &str, rules: &str, written: usize) -> Work {
    let text = format!("name: p\n{head}transformations:\n{items}");
    let loaded = Collection::from_yaml(rules);
    assert!(
        loaded.rules().count() > 0,
        "{:?}",
        loaded.problems().first()
    );
    Box::new(move || {
        let pipeline = Pipeline::from_yaml(&text).expect("a sound pipeline");
        let pipelines = Pipelines::new([pipeline]).expect("for this engine");
        let rewritten = pipelines.apply_all(&loaded);
        assert_eq!(
            rewritten.documents.len(),
            written,
            "{:?}",
            rewritten.problems.first()
        );
    })
}

fn bad_pipeline(items: String) -> Work {
    let text = format!("name: p\ntransformations:\n{items}");
    Box::new(move || {
        let error = Pipeline::from_yaml(&text).expect_err("no sound pipeline");
        assert!(error.to_string().len() > 10);
    })
}

fn filtered(rules: usize, filters: usize) -> Work {
    let text = self::rules(rules, |number| {
        format!("s: {{ F: value{number} }}\ncondition: s")
    }) + &repeated(filters, |number| {
        format!(
            "---\ntitle: f{number}\nlogsource: {{ category: test }}\nfilter:\n  rules: any\n  s: {{ G: value{number} }}\n  condition: not s\n"
        )
    });
    built(text, rules)
}

fn filtered_by_name(n: usize) -> Work {
    let text = rules(n, |number| {
        format!("s: {{ F: value{number} }}\ncondition: s")
    }) + &repeated(n, |number| {
        format!(
            "---\ntitle: f{number}\nlogsource: {{ category: test }}\nfilter:\n  rules: [r{number}]\n  s: {{ G: value{number} }}\n  condition: not s\n"
        )
    });
    built(text, n)
}

fn built(text: String, rules: usize) -> Work {
    Box::new(move || assert_eq!(set(&text).len(), rules))
}

fn mapped(rows: usize, rules: usize) -> Work {
    let map = format!(
        "log_sources:\n{}",
        repeated(rows, |row| format!(
            "  - logsource: {{ category: test{} }}\n    events: {{ EventID: {row} }}\n",
            if row == 0 {
                String::new()
            } else {
                row.to_string()
            }
        ))
    );
    let text = self::rules(rules, |number| {
        format!("s: {{ F: value{number} }}\ncondition: s")
    });
    with_map(map, &text, rules)
}

fn kinds(n: usize) -> Work {
    let map = format!(
        "log_sources:\n{}",
        repeated(n, |row| format!(
            "  - logsource: {{ category: test }}\n    events: {{ EventID: {row} }}\n    fields: {{ F: G{row} }}\n"
        ))
    );
    with_map(map, &rule("s: { F: x }\ncondition: s"), 1)
}

fn with_map(map: String, rules: &str, expected: usize) -> Work {
    let loaded = Collection::from_yaml(rules);
    Box::new(move || {
        let map = LogSources::from_yaml(&map).expect("a map");
        let set = RuleSet::builder()
            .collection(&loaded)
            .log_sources(map)
            .build()
            .expect("a set");
        assert_eq!(set.len(), expected);
    })
}
