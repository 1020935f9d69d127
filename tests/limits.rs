//! Every limit is reached, and none is without a test and a row in `SECURITY.md`.
//!
//! A [`Limit`] has an input that needs just so much of it: with that it is taken, with one less it is refused as the row says.
//! The rows are held against the fields of the option structs, which their `Debug` lists, and against the tables of the page.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use sigmatic::correlation::{CorrelationMatch, Correlator, Loss, Options, Sink, WhenFull};
use sigmatic::error::{ErrorKind, Limits, Problem};
use sigmatic::event::{JsonErrorKind, JsonParser};
use sigmatic::explain::ConditionPart;
use sigmatic::pipeline::{Pipeline, Pipelines};
use sigmatic::{Collection, Error, Placeholders, Rule, RuleSet};

const PAGE: &str = include_str!("../SECURITY.md");

/// What became of an input: taken, or refused with these words.
type Outcome = Result<(), String>;

/// A limit, and an input that reaches it.
struct Limit<T> {
    name: &'static str,
    /// As much as the input needs; `None` if that depends on how a dependency compiles, and is searched for.
    needs: Option<usize>,
    set: fn(&mut T, usize),
    try_with: fn(&T) -> Outcome,
    /// In the words of the refusal.
    said: &'static str,
}

const LIMITS: &[Limit<Limits>] = &[
    Limit {
        name: "text_bytes",
        needs: Some(RULE.len()),
        set: |limits, value| limits.text_bytes = value,
        try_with: |limits| load(RULE, limits),
        said: "but the limit is",
    },
    Limit {
        name: "nodes",
        needs: Some(6),
        set: |limits, value| limits.nodes = value,
        try_with: |limits| load("a: [b, c]\n---\nd", limits),
        said: "the limit 'nodes'",
    },
    Limit {
        name: "nesting",
        needs: Some(5),
        set: |limits, value| limits.nesting = value,
        try_with: |limits| load("a: [[[{ b: c }]]]", limits),
        said: "more than 4 levels",
    },
    Limit {
        name: "alias_nodes",
        needs: Some(3),
        set: |limits, value| limits.alias_nodes = value,
        try_with: |limits| load("a: &a x\nb: [*a, *a, *a]", limits),
        said: "aliases",
    },
    Limit {
        name: "template_nodes",
        needs: Some(15),
        set: |limits, value| limits.template_nodes = value,
        try_with: |limits| {
            load(
                "action: global\nlogsource: { product: p }\ndetection: { s: { F: a }, condition: s }\n---\ntitle: r\n",
                limits,
            )
        },
        said: "'action' copies more than 14 nodes",
    },
    Limit {
        name: "filter_nodes",
        needs: Some(7),
        set: |limits, value| limits.filter_nodes = value,
        try_with: |limits| {
            build(
                &format!(
                    "{RULE}---\ntitle: f\nlogsource: {{ product: p }}\nfilter: {{ rules: any, s: [b, c, d], condition: not s }}\n"
                ),
                limits,
            )
        },
        said: "the limit 'filter_nodes'",
    },
    Limit {
        name: "identifiers",
        needs: Some(3),
        set: |limits, value| limits.identifiers = value,
        try_with: |limits| {
            load(
                &rule("a: { F: x }, b: { F: x }, c: { F: x }, condition: 1 of them"),
                limits,
            )
        },
        said: "the limit 'identifiers'",
    },
    Limit {
        name: "values",
        needs: Some(5),
        set: |limits, value| limits.values = value,
        try_with: |limits| {
            load(
                &rule("a: { F: [1, 2], G: 3 }, b: [x, y], condition: 1 of them"),
                limits,
            )
        },
        said: "the limit 'values'",
    },
    Limit {
        name: "modifiers",
        needs: Some(3),
        set: |limits, value| limits.modifiers = value,
        try_with: |limits| {
            load(
                &rule("s: { F|contains|cased|all: [x, y] }, condition: s"),
                limits,
            )
        },
        said: "the limit 'modifiers'",
    },
    Limit {
        name: "condition_bytes",
        needs: Some(7),
        set: |limits, value| limits.condition_bytes = value,
        try_with: |limits| load(&rule("s: { F: x }, condition: s and s"), limits),
        said: "the condition has 7 bytes",
    },
    Limit {
        name: "condition_depth",
        needs: Some(3),
        set: |limits, value| limits.condition_depth = value,
        try_with: |limits| load(&rule("s: { F: x }, condition: not (not s)"), limits),
        said: "more than 2 levels",
    },
    Limit {
        name: "selection_bytes",
        needs: Some(12),
        set: |limits, value| limits.selection_bytes = value,
        try_with: |limits| {
            load(
                &rule("aa: { F: x }, bb: { F: x }, condition: 1 of a* or 1 of b*"),
                limits,
            )
        },
        said: "bytes of names to compare",
    },
    Limit {
        name: "regex_bytes",
        needs: Some(4),
        set: |limits, value| limits.regex_bytes = value,
        try_with: |limits| build(&rule("s: { F|re: abcd }, condition: s"), limits),
        said: "bytes",
    },
    Limit {
        name: "regex_nesting",
        needs: Some(3),
        set: |limits, value| limits.regex_nesting = value,
        try_with: |limits| build(&rule("s: { F|re: '(a(b(c)))' }, condition: s"), limits),
        said: "levels",
    },
    Limit {
        name: "regex_memory",
        needs: None,
        set: |limits, value| limits.regex_memory = value,
        try_with: |limits| build(&rule("s: { F|re: 'a{10}' }, condition: s"), limits),
        said: "bytes of memory",
    },
    Limit {
        name: "set_regex_memory",
        needs: None,
        set: |limits, value| limits.set_regex_memory = value,
        try_with: |limits| {
            build(
                &[
                    rule("s: { F|re: 'a{10}' }, condition: s"),
                    rule("s: { F|re: 'b{10}' }, condition: s"),
                ]
                .join("---\n"),
                limits,
            )
        },
        said: "the limit 'set_regex_memory'",
    },
    Limit {
        name: "expansions",
        needs: Some(9),
        set: |limits, value| limits.expansions = value,
        try_with: |limits| build(&rule("s: { F|expand: '%a%-%a%' }, condition: s"), limits),
        said: "the limit 'expansions'",
    },
    Limit {
        name: "set_expansions",
        needs: Some(6),
        set: |limits, value| limits.set_expansions = value,
        try_with: |limits| {
            build(
                &[
                    rule("s: { F|expand: '%a%' }, condition: s"),
                    rule("s: { F|windash|base64: ' -x' }, condition: s"),
                ]
                .join("---\n"),
                limits,
            )
        },
        said: "the limit 'set_expansions'",
    },
    Limit {
        name: "rewrite_bytes",
        needs: Some(132),
        set: |limits, value| limits.rewrite_bytes = value,
        try_with: |limits| rewrite("{ type: field_name_suffix, suffix: z }", limits),
        said: "the limit 'rewrite_bytes'",
    },
    Limit {
        name: "event_depth",
        needs: Some(2),
        set: |limits, value| limits.event_depth = value,
        try_with: |limits| {
            let rules = rules(&rule("s: { a.b.c: x }, condition: s"), limits);
            let event = json!({ "a": { "b": { "c": ["x"] } } });
            let is_match = rules.is_match(&event, &mut rules.scratch());
            is_match.then_some(()).ok_or_else(|| "no match".to_owned())
        },
        said: "no match",
    },
];

const OPTIONS: &[Limit<Options>] = &[
    Limit {
        name: "groups",
        needs: Some(3),
        set: |options, value| options.groups = value,
        try_with: |options| nothing_lost(options, "abcab"),
        said: "Evicted",
    },
    Limit {
        name: "entries",
        needs: Some(5),
        set: |options, value| options.entries = value,
        try_with: |options| nothing_lost(options, "abcab"),
        said: "Evicted",
    },
    Limit {
        name: "text_bytes",
        needs: None,
        set: |options, value| options.text_bytes = value,
        try_with: |options| nothing_lost(options, "abcab"),
        said: "Evicted",
    },
    Limit {
        name: "held",
        needs: Some(3),
        set: |options, value| {
            options.lateness = Duration::from_secs(2);
            options.held = value;
        },
        // Each event waits until one comes that is two seconds newer.
        try_with: |options| nothing_lost(options, "abcdef"),
        said: "early",
    },
    Limit {
        name: "events",
        needs: Some(2),
        set: |options, value| options.events = value,
        try_with: |options| {
            let fired = stream(options, "aa").matches;
            let named = fired.last().expect("the second fires").events().len();
            (named == 2)
                .then_some(())
                .ok_or_else(|| format!("{named} named"))
        },
        said: "1 named",
    },
];

#[test]
fn every_limit_is_reached() {
    check(LIMITS, &Limits::default());
}

#[test]
fn every_option_is_reached() {
    check(OPTIONS, &Options::default());
}

fn check<T: Clone>(limits: &[Limit<T>], default: &T) {
    let wrong: Vec<String> = limits
        .iter()
        .filter_map(|limit| limit.wrong(default))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl<T: Clone> Limit<T> {
    /// What is not as the row says.
    fn wrong(&self, default: &T) -> Option<String> {
        let tried = |value| {
            let mut options = default.clone();
            (self.set)(&mut options, value);
            (self.try_with)(&options)
        };
        let least = || least(|value| tried(value).is_ok());
        let needs = self.needs.unwrap_or_else(least);
        let name = self.name;
        match (tried(needs), tried(needs - 1), (self.try_with)(default)) {
            (Ok(()), Err(said), Ok(())) if said.contains(self.said) => None,
            (Ok(()), Err(said), Ok(())) => Some(format!("{name}: {said}")),
            (.., Err(said)) => Some(format!("{name} by default: {said}")),
            _ => Some(format!("{name}: needs {}, not {needs}", least())),
        }
    }
}

/// The least number that is enough.
fn least(is_enough: impl Fn(usize) -> bool) -> usize {
    let (mut too_few, mut enough) = (0, 1 << 24);
    assert!(!is_enough(too_few) && is_enough(enough));
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        if is_enough(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    enough
}

/// Beyond the limit for the set, rules that need nothing of it are built all the same.
#[test]
fn the_rest_of_a_set_stays() {
    let mut limits = Limits::default();
    limits.set_expansions = 4;
    limits.set_regex_memory = 1;
    let text = [
        "s: { F|expand: '%a%%a%' }, condition: s",
        "s: { F: x }, condition: s",
        "s: { F|expand: '%a%' }, condition: s",
        "s: { F|re: a }, condition: s",
        "s: { F|contains: x }, condition: s",
    ];
    let set = rules(&text.map(rule).join("---\n"), &limits);
    assert_eq!(set.len(), 2);
    let refused: Vec<ErrorKind> = set
        .problems()
        .iter()
        .map(|problem| problem.error().kind())
        .collect();
    assert_eq!(refused, [ErrorKind::Limit; 3]);
}

/// An encoding after an encoding after an encoding doubles the value each time.
#[test]
fn encodings_of_encodings_are_bounded() {
    for modifiers in [
        "|wide".repeat(32),
        "|wide|base64".repeat(16),
        "|base64offset".repeat(31) + "|contains",
    ] {
        let text = rule(&format!("s: {{ 'F{modifiers}': abcdef }}, condition: s"));
        let refused = build(&text, &Limits::default()).expect_err("too much");
        assert!(
            refused.contains("the limit 'expansions'"),
            "{modifiers}: {refused}"
        );
    }
}

/// A sum that overflows in a test fails it: `profile.test` has overflow checks, whatever else is set.
#[test]
fn sums_are_checked() {
    let sum = std::panic::catch_unwind(|| std::hint::black_box(u8::MAX) + std::hint::black_box(1));
    assert!(sum.is_err());
}

/// Numbers at the end of their range, from which others are made.
#[test]
fn parts_of_a_time_at_the_ends() {
    for part in ["minute", "hour", "day", "week", "month", "year"] {
        for value in [i64::MIN, i64::MIN / 7, i64::MIN / 7 + 2, -1, 0, i64::MAX] {
            for comparison in ["", "|lt", "|gte"] {
                let set = rules(
                    &rule(&format!(
                        "s: {{ F|{part}{comparison}: {value} }}, condition: s"
                    )),
                    &Limits::default(),
                );
                let events = set.synthesise(0).expect("one rule");
                assert!(events.near_misses.len() == 1, "{events}");
                let card = sigmatic::card::Corpus::new(&set).card(0).expect("one rule");
                assert!(card.to_html().contains(part));
            }
        }
    }
}

/// An event cannot hide behind its own size.
#[test]
fn all_of_an_event_is_looked_at() {
    let rules = rules(
        &rule("s: { Last|endswith: needle, Text|re: 'need+le$' }, condition: s"),
        &Limits::default(),
    );
    let mut event: serde_json::Map<String, Value> = (0..100_000)
        .map(|number| (format!("A{number}"), json!(number)))
        .collect();
    event.insert(
        "Last".to_owned(),
        json!(
            vec!["x"; 100_000]
                .into_iter()
                .chain(["needle"])
                .collect::<Vec<_>>()
        ),
    );
    event.insert("Text".to_owned(), json!("x ".repeat(4 << 20) + "needle"));
    assert!(rules.is_match(&Value::Object(event), &mut rules.scratch()));
}

#[test]
fn no_limit_is_without_a_test() {
    assert_eq!(
        names(LIMITS),
        numbers_of(&Limits::default())
            .into_keys()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        names(OPTIONS),
        numbers_of(&Options::default())
            .into_keys()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        BOUNDS.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        table("bound").iter().map(|row| row[0]).collect::<Vec<_>>()
    );
}

#[test]
fn the_page_has_the_defaults() {
    let defaults = |head| -> BTreeMap<String, usize> {
        let rows = table(head).into_iter();
        rows.map(|row| (row[0].trim_matches('`').to_owned(), number(row[2])))
            .collect()
    };
    assert_eq!(defaults("limit"), numbers_of(&Limits::default()));
    assert_eq!(defaults("option"), numbers_of(&Options::default()));
}

fn names<T>(limits: &[Limit<T>]) -> Vec<String> {
    let mut names: Vec<String> = limits.iter().map(|limit| limit.name.to_owned()).collect();
    names.sort();
    names
}

/// The fields that are plain numbers.
fn numbers_of(options: &dyn std::fmt::Debug) -> BTreeMap<String, usize> {
    let shown = format!("{options:#?}");
    let field = |line: &str| {
        let (name, value) = line.strip_prefix("    ")?.split_once(": ")?;
        Some((name.to_owned(), value.trim_end_matches(',').parse().ok()?))
    };
    shown.lines().filter_map(field).collect()
}

/// The rows of the table of the page with this word above its first column.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let lines = PAGE
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {head} |")))
        .skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// `16 MiB` and `10 000`.
fn number(text: &str) -> usize {
    let parts: Vec<&str> = text.split(' ').collect();
    let (digits, unit) = match parts.split_last() {
        Some((&"KiB", digits)) => (digits, 1 << 10),
        Some((&"MiB", digits)) => (digits, 1 << 20),
        Some((&"GiB", digits)) => (digits, 1 << 30),
        _ => (&*parts, 1),
    };
    digits.concat().parse::<usize>().expect("a number") * unit
}

/// Tries so many, and more.
type Check = fn(usize);

/// The bounds that nobody can set.
const BOUNDS: &[(&str, Check)] = &[
    ("problems of one document", |most| {
        let problems = |count| {
            let items: String = (0..count)
                .map(|item| format!("s{item}: {{ F|contians: x }}, "))
                .collect();
            Collection::from_yaml(&rule(&format!("{items}s: {{ F: x }}, condition: s")))
                .errors()
                .count()
        };
        assert_eq!(
            [most, most + 1, 3 * most].map(problems),
            [most, most + 1, most + 1]
        );
    }),
    ("mistakes in the YAML of one text", |most| {
        let mistakes = |count: usize| {
            Collection::from_yaml(&("a: b\n".to_owned() + &"a: c\n".repeat(count)))
                .errors()
                .count()
        };
        assert_eq!(mistakes(most), most);
        assert_eq!(mistakes(most + 1), most);
    }),
    ("problems of one pipeline", |most| {
        let item = "{ type: field_name_sufix, suffix: a }";
        let problems = |count: usize| {
            let text = format!("transformations: [{}]", vec![item; count].join(", "));
            Pipeline::read("p", &text, &Limits::default())
                .expect_err("no sound pipeline")
                .len()
        };
        assert_eq!(problems(most), most);
        assert_eq!(problems(most + 2), most + 1);
    }),
    ("levels of a raw JSON line", |most| {
        let parse = |levels: usize| {
            let text = "[".repeat(levels) + &"]".repeat(levels);
            JsonParser::new()
                .parse(text.as_bytes())
                .map(|_| ())
                .map_err(|error| error.kind())
        };
        assert_eq!(parse(most), Ok(()));
        assert_eq!(parse(most + 1), Err(JsonErrorKind::Nesting));
    }),
    ("maps of a detection that is written back", |most| {
        let written = |names: usize| {
            let names: Vec<String> = (0..names).map(|name| format!("G{name}")).collect();
            let pipeline = format!(
                "transformations: [{{ type: field_name_mapping, mapping: {{ F: [{}] }} }}]",
                names.join(", ")
            );
            let rule = Rule::from_yaml(&rule("s: { F: x, H: y }, condition: s")).expect("a rule");
            Pipeline::from_yaml(&pipeline)
                .and_then(|pipeline| pipeline.apply(&rule))
                .and_then(|applied| applied.document.to_yaml())
                .map_err(|error| error.message())
        };
        assert!(written(most).is_ok());
        assert!(written(most + 1).is_err_and(|message| message.contains("more than 1000 maps")));
    }),
    ("items of a rule for which near misses are made", |most| {
        let left_out = |items: usize| {
            let items: String = (0..items).map(|item| format!("F{item}: x, ")).collect();
            let set = rules(
                &rule(&format!("s: {{ {items} }}, condition: s")),
                &Limits::default(),
            );
            let events = set.synthesise(0).expect("one rule");
            (events.near_misses.len(), events.left_out)
        };
        assert_eq!(left_out(most + 1), (most, 1));
    }),
    ("parts of a rule's conditions in an explanation", |most| {
        let parts = |names: usize| {
            let names: String = (0..names)
                .map(|name| format!("s{name}: {{ F: x }}, "))
                .collect();
            let set = rules(
                &rule(&format!("{names} condition: 1 of s* or 1 of s*")),
                &Limits::default(),
            );
            let explanation = set.explain(0, &json!({})).expect("one rule");
            explanation
                .conditions
                .iter()
                .map(|condition| count(&condition.root))
                .sum::<usize>()
        };
        // Two quantifiers under an `or`.
        assert_eq!(parts(most / 4), most / 2 + 3);
        assert!(parts(most - 1) <= most + 3);
    }),
    ("parts of a rule that a card tries to leave out", |most| {
        let verdicts = |identifiers: usize| {
            verdicts(
                &(0..identifiers)
                    .map(|name| format!("s{name}: {{ F: x }}, "))
                    .collect::<String>(),
            )
        };
        // Equal alternatives never decide; of more of them than are tried, not all are found.
        assert!(verdicts(most / 10) > 0);
        assert!(verdicts(2 * most) <= most);
    }),
    (
        "rules that a card holds against one, itself included",
        |most| {
            let left_out = |count: usize| {
                let text = vec![RULE; count].join("---\n");
                let card = sigmatic::card::Corpus::new(&rules(&text, &Limits::default())).card(0);
                card.expect("one rule").neighbours.left_out
            };
            assert_eq!([most, most + 1].map(left_out), [0, 1]);
        },
    ),
    ("pairs of values of an item that a card compares", |most| {
        let values = most.isqrt();
        let count = |values: usize| {
            let values: String = (0..values - 1)
                .map(|value| format!("v{value}a, "))
                .collect();
            verdicts(&format!("s: {{ F|contains: [{values} v0] }}, "))
        };
        assert!(count(values) > 0);
        assert_eq!(count(values + 1), 0);
    }),
];

#[test]
fn fixed_bounds_are_reached() {
    for ((_, check), row) in BOUNDS.iter().zip(table("bound")) {
        check(number(row[1]));
    }
}

fn count(part: &ConditionPart) -> usize {
    1 + part.parts.iter().map(count).sum::<usize>()
}

/// How many verdicts the card of a rule has.
fn verdicts(identifiers: &str) -> usize {
    let set = rules(
        &rule(&format!("{identifiers} condition: 1 of them")),
        &Limits::default(),
    );
    let card = sigmatic::card::Corpus::new(&set).card(0).expect("one rule");
    card.verdicts.len()
}

const RULE: &str =
    "title: r\nlogsource: { product: p }\ndetection: { s: { F: a }, condition: s }\n";

fn rule(detection: &str) -> String {
    format!("title: r\nlogsource: {{ product: p }}\ndetection: {{ {detection} }}\n")
}

/// The first limit that was reached.
fn refusal<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> Outcome {
    let mut errors = problems.into_iter().map(Problem::error);
    let refused = errors.find(|error| error.kind() == ErrorKind::Limit);
    refused.map_or(Ok(()), |error| Err(error.message()))
}

fn load(text: &str, limits: &Limits) -> Outcome {
    let loaded = Collection::loader()
        .limits(limits.clone())
        .text("r.yml", text)
        .load();
    refusal(loaded.problems())
}

/// With three values for the placeholder `a`.
fn rules(text: &str, limits: &Limits) -> RuleSet {
    let loaded = Collection::from_yaml(text);
    assert_eq!(loaded.errors().count(), 0, "{:?}", loaded.problems());
    let mut table = Placeholders::new();
    table.insert("a", ["x", "y", "z"]);
    let builder = RuleSet::builder()
        .collection(&loaded)
        .limits(limits.clone())
        .placeholders(table);
    builder.build().expect("a set")
}

fn build(text: &str, limits: &Limits) -> Outcome {
    refusal(rules(text, limits).problems())
}

fn rewrite(item: &str, limits: &Limits) -> Outcome {
    let pipeline = Pipeline::from_yaml(&format!("transformations: [{item}]")).expect("a pipeline");
    let pipelines = Pipelines::new([pipeline])
        .expect("for this engine")
        .limits(limits.clone());
    let applied = pipelines.apply(&Rule::from_yaml(RULE).expect("a rule"));
    match applied {
        Ok(_) => Ok(()),
        Err(error) => Err(limit_of(&error)),
    }
}

fn limit_of(error: &Error) -> String {
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    error.message()
}

#[derive(Debug, Default)]
struct Out {
    matches: Vec<CorrelationMatch<usize>>,
    losses: Vec<Loss<usize>>,
    early: u64,
}

impl Sink<usize> for Out {
    fn matched(&mut self, found: CorrelationMatch<usize>) {
        self.matches.push(found);
    }

    fn lost(&mut self, loss: Loss<usize>) {
        self.losses.push(loss);
    }
}

/// Events of these users, one a second.
fn stream(options: &Options, users: &str) -> Out {
    let text = format!(
        "{}---\ntitle: c\ncorrelation: {{ type: event_count, rules: [r], group-by: [U], timespan: 1h, condition: {{ gte: 2 }} }}\n",
        RULE.replace("title: r", "title: r\nname: r")
    );
    let loaded = Collection::from_yaml(&text);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    let mut options = options.clone();
    options.when_full = WhenFull::EvictOldest;
    let mut correlator: Correlator<usize> = Correlator::builder(&rules)
        .collection(&loaded)
        .options(options)
        .build()
        .expect("a correlator");
    let (mut out, mut scratch) = (Out::default(), rules.scratch());
    for (name, user) in users.chars().enumerate() {
        let event = json!({ "F": "a", "U": user.to_string(), "timestamp": name });
        let hits = rules.matches(&event, &mut scratch);
        correlator.observe(&event, hits, name, &mut out);
    }
    correlator.flush(&mut out);
    out.early = correlator.counters().early;
    out
}

fn nothing_lost(options: &Options, users: &str) -> Outcome {
    let out = stream(options, users);
    match (out.losses.first(), out.early) {
        (None, 0) => Ok(()),
        (None, early) => Err(format!("{early} early")),
        (Some(loss), _) => Err(format!("{loss:?}")),
    }
}
