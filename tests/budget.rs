//! Loading hostile text takes memory in proportion to its length: the most bytes that live at once are counted.
//!
//! A row says how many bytes a byte of the text may take. The worst of each loader is a text of many small things: a node of
//! YAML is some hundred bytes, and may be two bytes of text.

use std::fmt::Write;

use serde_json::json;
use sigmatic::condition::Expression;
use sigmatic::correlation::{Correlator, Options, Snapshot};
use sigmatic::error::Limits;
use sigmatic::event::JsonParser;
use sigmatic::pipeline::{LogSources, Pipeline, Pipelines};
use sigmatic::{Collection, Placeholders, RuleSet};

/// What is loaded, how many bytes of memory a byte of it may take, a hostile text, and the loader.
type Row = (&'static str, usize, fn() -> String, fn(&str));

const ROWS: &[Row] = &[
    (
        "rules: list of letters",
        400,
        || of("s:\n  F: [", "a,", "a]\ncondition: s"),
        rules,
    ),
    (
        "rules: list of letters in lines",
        100,
        || of("s:\n  F:\n", "    - a\n", "condition: s"),
        rules,
    ),
    (
        "rules: maps of a list",
        250,
        || of("s:\n", "  - F: a\n", "condition: s"),
        rules,
    ),
    (
        "rules: keywords",
        400,
        || of("s: [", "a,", "a]\ncondition: s"),
        rules,
    ),
    (
        "rules: nested lists",
        250,
        || of("s:\n", "  - [[[[F: a]]]]\n", "condition: s"),
        rules,
    ),
    (
        "rules: identifiers",
        200,
        || {
            repeated(
                "title: r\nlogsource: { category: c }\ndetection:\n",
                |n| format!("  s{n}: {{ F: a }}\n"),
                "  condition: 1 of s*\n",
            )
        },
        rules,
    ),
    (
        "rules: conditions",
        400,
        || of("s: { F: a }\ncondition: [", "s,", "s]"),
        rules,
    ),
    (
        "rules: many documents",
        100,
        || {
            "title: r\nlogsource: { category: c }\ndetection: { s: { F: a }, condition: s }\n---\n"
                .repeat(SIZE / 85)
        },
        rules,
    ),
    (
        "rules: empty documents",
        1,
        || "---\n".repeat(SIZE / 4),
        rules,
    ),
    (
        "rules: letters that are no document",
        600,
        || format!("[{}a]", "a,".repeat(SIZE / 2)),
        rules,
    ),
    (
        "rules: lists that are no document",
        1,
        || "[],".repeat(SIZE / 3),
        rules,
    ),
    (
        "rules: maps that are no document",
        500,
        || format!("[{}a]", "{a: },".repeat(SIZE / 6)),
        rules,
    ),
    (
        "rules: brackets never closed",
        4,
        || "[".repeat(SIZE),
        rules,
    ),
    (
        "rules: quote never closed",
        8,
        || format!("a: 'x{}", "y ".repeat(SIZE / 2)),
        rules,
    ),
    (
        "rules: errors",
        200,
        || of("", "s: { F|x: a }\n", "condition: s"),
        rules,
    ),
    (
        "rules: one long value",
        10,
        || of("s: { F|contains: '", "a", "' }\ncondition: s"),
        rules,
    ),
    (
        "rules: one value of wildcards",
        200,
        || of("s: { F: '", "a*", "' }\ncondition: s"),
        rules,
    ),
    (
        "rules: one value of dashes",
        200,
        || of("s: { F|windash|contains: '", " -a", "' }\ncondition: s"),
        rules,
    ),
    (
        "rules: encodings of encodings",
        2000,
        || of_rules(|_| format!("s: {{ 'F{}': a }}\ncondition: s", "|wide".repeat(20))),
        rules,
    ),
    (
        "rules: dashes under encodings",
        16384,
        || of_rules(|n| format!("s: {{ F|windash|base64: ' -a -b -c -d -{n}' }}\ncondition: s")),
        rules,
    ),
    (
        "rules: aliases",
        200,
        || {
            of(
                "a: &a [x, x, x, x, x, x, x, x]\ns:\n",
                "  - F: *a\n",
                "condition: s",
            )
        },
        rules,
    ),
    (
        "rules: templates",
        3000,
        || {
            format!(
                "action: global\ntitle: r\nlogsource: {{ category: c }}\ndetection: {{ s: {{ F: [{}a] }}, condition: s }}\n{}",
                "a,".repeat(500),
                "---\nname: r\n".repeat(300)
            )
        },
        rules,
    ),
    (
        "rules: regular expressions",
        2000,
        || of("s:\n  F|re:\n", "    - '(a|b|c|d){100}'\n", "condition: s"),
        rules,
    ),
    (
        "conditions: operators",
        60,
        || format!("s{}", " or s".repeat(4_000)),
        condition,
    ),
    (
        "conditions: negations",
        20,
        || format!("{}s", "not ".repeat(4_000)),
        condition,
    ),
    (
        "conditions: parentheses",
        80,
        || "(".repeat(16_000),
        condition,
    ),
    (
        "pipelines: items",
        80,
        || items("  - { type: drop_detection_item }\n"),
        pipeline,
    ),
    (
        "pipelines: mapping",
        120,
        || {
            repeated(
                "transformations:\n  - type: field_name_mapping\n    mapping:\n",
                |n| format!("      a{n}: b\n"),
                "",
            )
        },
        pipeline,
    ),
    (
        "pipelines: names of a field",
        600,
        || {
            format!(
                "transformations:\n  - {{ type: field_name_mapping, mapping: {{ a: [{}a] }} }}",
                "a,".repeat(SIZE / 2)
            )
        },
        pipeline,
    ),
    (
        "pipelines: regular expressions",
        600,
        || items("  - { type: replace_string, regex: '(a|b){50}', replacement: x }\n"),
        pipeline,
    ),
    (
        "pipelines: names that multiply",
        100,
        || {
            "transformations:\n".to_owned()
                + &"  - { type: field_name_mapping, mapping: { F: [F, G] } }\n".repeat(30)
        },
        rewrite,
    ),
    ("filters", 500, || filters(), rules),
    (
        "log sources: rows",
        150,
        || {
            repeated(
                "log_sources:\n",
                |n| format!("  - logsource: {{ category: c{n} }}\n    events: {{ a: b }}\n"),
                "",
            )
        },
        log_sources,
    ),
    (
        "log sources: values",
        400,
        || {
            format!(
                "log_sources:\n  - logsource: {{ category: c }}\n    events: {{ a: [{}a] }}\n",
                "a,".repeat(SIZE / 2)
            )
        },
        log_sources,
    ),
    (
        "placeholders",
        400,
        || format!("p: [{}a]", "a,".repeat(SIZE / 2)),
        placeholders,
    ),
    (
        "JSON: list of numbers",
        80,
        || format!("[{}1]", "1,".repeat(SIZE / 2)),
        raw_json,
    ),
    (
        "JSON: lists",
        40,
        || format!("[{}[]]", "[],".repeat(SIZE / 3)),
        raw_json,
    ),
    (
        "JSON: fields",
        40,
        || format!("{{{}\"a\":1}}", "\"\":1,".repeat(SIZE / 5)),
        raw_json,
    ),
    (
        "JSON: other fields",
        20,
        || repeated("{", |n| format!("\"a{n}\":1,"), "\"a\":1}"),
        raw_json,
    ),
    (
        "JSON: lists never closed",
        80,
        || "[".repeat(SIZE),
        raw_json,
    ),
    (
        "JSON: escapes",
        4,
        || format!("[\"{}\"]", "\\n".repeat(SIZE / 2)),
        raw_json,
    ),
    ("states", 16, || states(), restore),
];

#[test]
fn loaders_keep_to_their_budgets() {
    let mut wrong = Vec::new();
    for (name, most, text, load) in ROWS {
        let text = text();
        // What is made but once.
        load("");
        let bytes = allocation_counter::measure(|| load(&text)).bytes_max as usize;
        let budget = most * text.len() + FIXED;
        if bytes > budget {
            wrong.push(format!(
                "{name}: {bytes} bytes for {}, {} each",
                text.len(),
                bytes / text.len()
            ));
        }
        // A budget that is far from what is taken guards nothing.
        if *most > 1 && bytes < most * text.len() / 8 {
            wrong.push(format!(
                "{name}: only {bytes} bytes for {}, {} each",
                text.len(),
                bytes / text.len()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const SIZE: usize = 1 << 14;
/// What even an empty set takes.
const FIXED: usize = 1 << 17;

/// A rule whose detection section is `piece` again and again, with something before and behind.
fn of(before: &str, piece: &str, after: &str) -> String {
    let mut text = "title: r\nlogsource: { category: c }\ndetection:\n".to_owned();
    let body = format!("{before}{}{after}\n", piece.repeat(SIZE / piece.len()));
    for line in body.lines() {
        writeln!(text, "  {line}").expect("a string");
    }
    text
}

fn of_rules(detection: impl Fn(usize) -> String) -> String {
    let rule = |n| {
        let mut text = format!("title: r{n}\nlogsource: {{ category: c }}\ndetection:\n");
        for line in detection(n).lines() {
            writeln!(text, "  {line}").expect("a string");
        }
        text
    };
    (0..20).map(rule).collect::<Vec<_>>().join("---\n")
}

fn repeated(before: &str, piece: impl Fn(usize) -> String, after: &str) -> String {
    let mut text = before.to_owned();
    let mut number = 0;
    while text.len() < SIZE {
        text += &piece(number);
        number += 1;
    }
    text + after
}

fn items(item: &str) -> String {
    format!("transformations:\n{}", item.repeat(SIZE / item.len()))
}

/// As many rules as filters, each for all.
fn filters() -> String {
    let rule =
        "title: r\nlogsource: { category: c }\ndetection: { s: { F: a }, condition: s }\n---\n";
    let filter = "title: f\nlogsource: { category: c }\nfilter: { rules: any, s: { G: b }, condition: not s }\n---\n";
    rule.repeat(50) + &filter.repeat(50)
}

fn rules(text: &str) {
    let loaded = Collection::from_yaml(text);
    let built = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    drop((loaded, built));
}

fn condition(text: &str) {
    let _ = Expression::parse(text, &Limits::default());
}

fn pipeline(text: &str) {
    let _ = Pipeline::read("p", text, &Limits::default());
}

fn rewrite(text: &str) {
    let Ok(pipeline) = Pipeline::from_yaml(text) else {
        return;
    };
    let loaded = Collection::from_yaml(
        "title: r\nlogsource: { category: c }\ndetection: { s: { F: a }, condition: s }\n",
    );
    let pipelines = Pipelines::new([pipeline]).expect("for this engine");
    drop(pipelines.apply_all(&loaded));
}

fn log_sources(text: &str) {
    let _ = LogSources::from_yaml(text);
}

fn placeholders(text: &str) {
    let _ = Placeholders::from_yaml(text);
}

fn raw_json(text: &str) {
    let mut parser = JsonParser::new().nesting(usize::MAX);
    let _ = parser.parse(text.as_bytes());
}

const COUNTED: &str = "title: r\nname: r\nlogsource: { product: p }\ndetection: { s: { F: a }, condition: s }\n---\n\
    title: c\ncorrelation: { type: event_count, rules: [r], group-by: [U], timespan: 1h, condition: { gte: 2 } }\n";

fn correlator() -> Correlator<usize> {
    let loaded = Collection::from_yaml(COUNTED);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    Correlator::builder(&rules)
        .collection(&loaded)
        .options(Options::default())
        .build()
        .expect("a correlator")
}

/// A state of many groups, each with a key of one letter or two.
fn states() -> String {
    let loaded = Collection::from_yaml(COUNTED);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    let (mut correlator, mut scratch) = (correlator(), rules.scratch());
    let mut out: Vec<sigmatic::correlation::CorrelationMatch<usize>> = Vec::new();
    for name in 0..300 {
        let event = json!({ "F": "a", "U": format!("{name:x}") });
        let hits = rules.matches(&event, &mut scratch);
        correlator.observe_at(&event, hits, 0, name, &mut out);
    }
    serde_json::to_string(&correlator.snapshot()).expect("it can be written")
}

fn restore(text: &str) {
    let Ok(snapshot) = serde_json::from_str::<Snapshot<usize>>(text) else {
        return;
    };
    let mut correlator = correlator();
    correlator.restore(snapshot).expect("the same version");
}
