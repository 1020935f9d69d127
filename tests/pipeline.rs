//! Processing pipelines as embedders use them, what is said of bad ones, and the maps that come with the crate.
//!
//! `data/pipelines/errors/NAME.yml` are bad files, `data/pipelines/rejected/NAME.yml` lists of rules with pipelines that
//! reject them; what is said of them stands in `NAME.txt`. `UPDATE=1 cargo test pipeline` writes these anew. What rules
//! mean after pipelines is in `data/cases/pipelines.yml`.

mod maps;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sigmatic::error::{ErrorKind, Limits};
use sigmatic::pipeline::{ExternalKind, Pipeline, Pipelines};
use sigmatic::rule::{Document, LogSource};
use sigmatic::{Collection, Error, Rule, RuleSet};

use crate::shared::{files, read};

fn folder(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pipelines");
    data.join(name)
}

/// Compares what is said of each file of a folder with the text beside it.
fn compare(folder: &Path, said_of: impl Fn(&str, &str) -> String) {
    let mut wrong = Vec::new();
    for path in files(folder, ".yml") {
        let name = path.file_name().and_then(|name| name.to_str());
        let said = said_of(name.expect("names are text"), &read(&path));
        let expected = path.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(expected, said).expect("the expected text can be written");
        } else if fs::read_to_string(&expected).ok().as_ref() != Some(&said) {
            wrong.push(format!("{}:\n{said}", path.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "other words than expected (UPDATE=1 accepts them)\n{}",
        wrong.join("\n")
    );
}

#[test]
fn bad_files_are_told_what_is_wrong() {
    compare(&folder("errors"), |name, text| {
        let problems = match Pipeline::read(name, text, &Limits::default()) {
            Ok(pipeline) => pipeline.warnings().to_vec(),
            Err(problems) => problems,
        };
        let mut said = String::new();
        for problem in problems {
            writeln!(said, "{problem}").expect("writing to a string cannot fail");
        }
        said
    });
}

#[derive(Deserialize)]
struct Rejected {
    rule: String,
    pipelines: Vec<String>,
}

#[test]
fn rejected_rules_are_told_why() {
    compare(&folder("rejected"), |_, text| {
        let cases: Vec<Rejected> = serde_yaml::from_str(text).expect("a list of cases");
        let mut said = String::new();
        for case in cases {
            let pipelines = case.pipelines.iter().map(|text| {
                Pipeline::read("p.yml", text, &Limits::default()).expect("a sound pipeline")
            });
            let pipelines = Pipelines::new(pipelines).expect("for this engine");
            let loaded = Collection::loader().text("r.yml", &case.rule).load();
            let rewritten = pipelines.apply_all(&loaded);
            assert!(!rewritten.problems.is_empty(), "{}", case.rule);
            for problem in &rewritten.problems {
                writeln!(said, "{problem}").expect("writing to a string cannot fail");
            }
        }
        said
    });
}

const RULE: &str = r"
title: Whoami
name: whoami
fields: [Image, User]
logsource: { category: process_creation, product: windows }
detection:
  selection: { Image|endswith: '\whoami.exe' }
  condition: selection
";

#[test]
fn what_was_applied_can_be_read_back() -> Result<(), Error> {
    let pipeline = Pipeline::from_yaml(
        r"
name: p
transformations:
  - { id: names, type: field_name_mapping, mapping: { Image: [process.executable, exe] } }
  - { id: never, type: case, rule_conditions: [{ type: logsource, product: linux }] }
  - { type: set_state, key: index, val: win-* }
  - { id: more, type: add_condition, name: own, conditions: { event.code: 1 } }
  - { id: names, type: set_custom_attribute, attribute: x-index, value: win }
",
    )?;
    let rule = Rule::from_yaml(RULE)?;
    let applied = pipeline.apply(&rule)?;
    assert_eq!(applied.items, ["names", "more"]);
    let state: Vec<_> = applied
        .state
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(state, [("index", Some("win-*"))]);
    let rule = applied.document;
    assert_eq!(rule.metadata.fields, ["process.executable", "exe", "User"]);
    assert_eq!(rule.metadata.custom[0].0, "x-index");
    assert_eq!(rule.detections.conditions[0].text, "_own and selection");
    let text = rule.to_yaml()?;
    let again = Rule::from_yaml(&text)?;
    assert_eq!(again.to_yaml()?, text);
    Ok(())
}

/// Alternatives within a map have no text of their own, so that they are multiplied out when a rule is written.
#[test]
fn alternatives_are_written_as_a_list_of_maps() -> Result<(), Error> {
    let pipeline = Pipeline::from_yaml(
        "transformations: [{ type: field_name_mapping, mapping: { F: [G, H] } }]",
    )?;
    let rule = Rule::from_yaml(
        "{ title: t, logsource: { product: p }, detection: { s: { F: a, K: k }, condition: s } }",
    )?;
    let applied = pipeline.apply(&rule)?;
    let text = applied.document.to_yaml()?;
    let written = RuleSet::from_yaml(&text)?;
    for (event, expected) in [
        ([("G", "a"), ("K", "k")], true),
        ([("H", "a"), ("K", "k")], true),
        ([("H", "a"), ("K", "x")], false),
    ] {
        let set = RuleSet::builder().rule(applied.document.clone()).build()?;
        assert_eq!(set.is_match(&event, &mut set.scratch()), expected);
        assert_eq!(written.is_match(&event, &mut written.scratch()), expected);
        let explained = set.explain(0, &event).expect("the rule is in the set");
        assert_eq!(explained.matched, expected, "{explained}");
    }
    Ok(())
}

#[test]
fn a_pipeline_that_changes_nothing_leaves_rules_as_they_are() -> Result<(), Error> {
    let pipeline = Pipeline::from_yaml(
        "transformations: [{ type: replace_string, regex: zzz, replacement: y }, { type: case, rule_cond_not: true,
           rule_conditions: [{ type: is_sigma_rule }] }]",
    )?;
    let rule = Rule::from_yaml(RULE)?;
    assert_eq!(pipeline.apply(&rule)?.document.to_yaml()?, rule.to_yaml()?);
    Ok(())
}

#[test]
fn correlations_are_rewritten_with_their_rules() -> Result<(), Error> {
    let text = format!(
        "{RULE}---
title: Many
fields: [User]
correlation:
  type: value_count
  rules: whoami
  group-by: [User, who]
  aliases: {{ who: {{ whoami: Image }} }}
  timespan: 1m
  condition: {{ gte: 2, field: Host }}
---
title: Chained
correlation: {{ type: temporal, rules: many, timespan: 1m, condition: {{ gte: 1 }} }}
"
    )
    .replace("title: Many", "title: Many\nname: many");
    let pipelines = Pipelines::new([Pipeline::from_yaml(
        r"
transformations:
  - id: source
    type: change_logsource
    product: windows
    service: sysmon
    rule_conditions: [{ type: logsource, category: process_creation }]
  - id: prefix
    type: field_name_prefix
    prefix: e.
    rule_conditions: [{ type: logsource, service: sysmon }]
  - { id: rule, type: case, rule_conditions: [{ type: is_sigma_rule }] }
  - { id: correlation, type: case, rule_conditions: [{ type: is_sigma_correlation_rule }] }
",
    )?])?;
    let loaded = Collection::from_yaml(&text);
    assert!(
        loaded.problems().iter().all(|problem| !problem.is_error()),
        "{:?}",
        loaded.problems()
    );
    let rewritten = pipelines.apply_all(&loaded);
    assert!(rewritten.problems.is_empty(), "{:?}", rewritten.problems);
    let items: Vec<_> = rewritten
        .documents
        .iter()
        .map(|applied| applied.items.join(" "))
        .collect();
    assert_eq!(
        items,
        [
            "source prefix rule",
            "source prefix correlation",
            "source prefix correlation"
        ]
    );
    let collection = rewritten.collection();
    assert_eq!(collection.errors().count(), 0);
    let many = collection
        .correlations()
        .next()
        .expect("the correlation is kept");
    assert_eq!(many.group_by, ["e.User", "who"]);
    assert_eq!(many.aliases[0].fields[0].1, "e.Image");
    assert_eq!(many.metadata.fields, ["e.User"]);
    assert!(many.to_yaml()?.contains("field: e.Host"));

    // The same by hand, as an embedder would who keeps documents elsewhere.
    let Some(Document::Correlation(own)) = loaded.referenced("many") else {
        panic!("the correlation is loaded")
    };
    let none = pipelines.apply_correlation(own, &[])?;
    assert_eq!(none.items, ["correlation"]);
    let some = pipelines.apply_correlation(own, &[LogSource::new("", "windows", "sysmon")])?;
    assert_eq!(some.items, ["prefix", "correlation"]);
    Ok(())
}

/// Filters come before pipelines, whoever applies these.
#[test]
fn filters_are_rewritten_with_their_rules() -> Result<(), Error> {
    let text = format!(
        "{RULE}---
{{ title: Not by us, logsource: {{ product: windows }}, filter: {{ rules: any, own: {{ User: adm }}, condition: not own }} }}
---
{{ title: Many, correlation: {{ type: event_count, rules: whoami, timespan: 1m, condition: {{ gte: 2 }} }} }}
"
    );
    let pipeline =
        Pipeline::from_yaml("transformations: [{ type: field_name_prefix, prefix: e. }]")?;
    let rewritten = Pipelines::new([pipeline.clone()])?.apply_all(&Collection::from_yaml(&text));
    let collection = rewritten.collection();
    assert_eq!(
        (
            collection.filters().count(),
            collection.correlations().count()
        ),
        (0, 1)
    );
    let by_hand = RuleSet::builder().collection(&collection).build()?;
    let loaded = Collection::from_yaml(&text);
    let built = RuleSet::builder()
        .collection(&loaded)
        .pipeline(pipeline)
        .build()?;
    for (user, expected) in [("adm", false), ("eve", true)] {
        let event = [("e.Image", r"C:\whoami.exe"), ("e.User", user)];
        assert_eq!(by_hand.is_match(&event, &mut by_hand.scratch()), expected);
        assert_eq!(built.is_match(&event, &mut built.scratch()), expected);
    }
    Ok(())
}

/// The rule is left out, and so is the correlation that needs it.
#[test]
fn rejected_rules_are_left_out() -> Result<(), Error> {
    let text = format!(
        "{RULE}---
{{ title: Other, logsource: {{ product: linux }}, detection: {{ s: {{ a: b }}, condition: s }} }}
---
{{ title: Many, correlation: {{ type: event_count, rules: whoami, timespan: 1m, condition: {{ gte: 2 }} }} }}
"
    );
    let pipeline = Pipeline::from_yaml(
        "transformations: [{ type: rule_failure, message: none of these, rule_conditions: [{ type: logsource,
           product: windows }, { type: is_sigma_rule }] }]",
    )?;
    let loaded = Collection::from_yaml(&text);
    let set = RuleSet::builder()
        .collection(&loaded)
        .pipeline(pipeline.clone())
        .build()?;
    let titles: Vec<&str> = set.rules().map(|rule| rule.title()).collect();
    assert_eq!(titles, ["Other"]);
    let error = set.problems()[0].error();
    assert_eq!(
        (error.kind(), error.rule()),
        (ErrorKind::Pipeline, Some("Whoami"))
    );

    let rewritten = Pipelines::new([pipeline])?.apply_all(&loaded);
    let collection = rewritten.collection();
    assert_eq!(
        (
            collection.rules().count(),
            collection.correlations().count()
        ),
        (1, 0)
    );
    assert!(
        collection
            .errors()
            .next()
            .is_some_and(|error| error.to_string().contains("'whoami' is not loaded"))
    );
    Ok(())
}

#[test]
fn values_from_outside_come_from_the_embedder() -> Result<(), Error> {
    let pipeline = Pipeline::from_yaml(
        "transformations:
  - type: nest
    items: [{ id: who, type: command_placeholders, cmd: [list, users], include: [a] }]
  - { type: http_placeholders, url: 'https://example.com', exclude: [a] }",
    )?;
    assert_eq!(pipeline.warnings().len(), 2);
    let mut asked = Vec::new();
    let given = pipeline.clone().external_values(|source| {
        asked.push((source.kind, source.id.clone(), source.location.join(" ")));
        (source.kind == ExternalKind::Command).then(|| vec!["x*".to_owned(), "y".to_owned()])
    });
    assert_eq!(
        asked,
        [
            (
                ExternalKind::Command,
                Some("who".to_owned()),
                "list users".to_owned()
            ),
            (ExternalKind::Http, None, "https://example.com".to_owned()),
        ]
    );
    let rule = |value: &str| {
        Rule::from_yaml(&format!(
            "{{ title: t, logsource: {{ product: p }}, detection: {{ s: {{ F|expand: '{value}' }}, condition: s }} }}"
        ))
    };
    let set = RuleSet::builder()
        .rule(rule("%a%")?)
        .pipeline(given.clone())
        .build()?;
    assert!(set.is_match(&[("F", "xx")], &mut set.scratch()));
    let kind = |error: Result<_, Error>| error.map_err(|error| error.kind()).err();
    assert_eq!(
        kind(pipeline.apply(&rule("%a%")?)),
        Some(ErrorKind::Pipeline)
    );
    assert_eq!(kind(given.apply(&rule("%b%")?)), Some(ErrorKind::Pipeline));
    Ok(())
}

#[test]
fn files_are_loaded_and_named() {
    let path = folder("errors").join("types.yml");
    let error = Pipeline::load(&path).expect_err("a bad file");
    assert!(error.file().is_some_and(|file| file.ends_with("types.yml")));
    let error = Pipeline::load(folder("nowhere.yml")).expect_err("there is no such file");
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn limits_bound_what_is_written_and_how_deep() -> Result<(), Error> {
    let pipeline = Pipeline::from_yaml(
        "transformations:
  - &up { type: field_name_mapping, mapping: { F: [F, G] } }
  - &down { type: map_string, mapping: { a: [a, b] }, rule_conditions: [{ type: is_sigma_rule }] }
  - *up
  - *down
  - *up",
    )?;
    let rule = Rule::from_yaml(
        "{ title: t, logsource: { product: p }, detection: { s: { F|contains|all: [a, b], F|neq: a }, condition: s } }",
    )?;
    let with = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        let pipelines = Pipelines::new([pipeline.clone()])?.limits(limits);
        let applied = pipelines.apply(&rule);
        Ok::<_, Error>(applied.map(|_| ()).map_err(|error| error.message()))
    };
    assert_eq!(with(|_| {})?, Ok(()));
    let deep = with(|limits| limits.nesting = 3)?;
    assert!(deep.is_err_and(|message| message.contains("more than 3 levels deep")));
    let long = with(|limits| limits.rewrite_bytes = 500)?;
    assert!(long.is_err_and(|message| message.contains("more than 500 bytes")));
    let mut limits = Limits::default();
    limits.regex_bytes = 3;
    let kind = |text: &str, limits: &Limits| {
        let problems = Pipeline::read("p", text, limits).expect_err("too large");
        let last = problems.last().expect("a problem").error().clone();
        (last.kind(), last.message())
    };
    let item = "{ type: replace_string, regex: abcd, replacement: x }";
    let (found, _) = kind(&format!("transformations: [{item}]"), &limits);
    assert_eq!(found, ErrorKind::Limit);
    let mut limits = Limits::default();
    limits.regex_memory = 2_000;
    let many = vec![item; 1000].join(", ");
    let (found, message) = kind(&format!("transformations: [{many}]"), &limits);
    assert_eq!(found, ErrorKind::Limit, "{message}");
    assert!(message.contains("together"), "{message}");
    Ok(())
}
