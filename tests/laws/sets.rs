//! Laws of rule sets: what stands beside a rule, and how it came into the set, changes nothing (S-563, S-564).

use sigmatic::pipeline::Pipeline;
use sigmatic::rule::Document;
use sigmatic::{Collection, Rule, RuleSet, RuleSetBuilder};

use crate::generate::{self, Choices, GeneratedRule};
use crate::laws::Relation::{Implies, Same};
use crate::laws::{Claim, Side, events, holds};
use crate::suite::placeholders;

#[test]
fn sets_may_be_joined_and_split() {
    holds("joined", 200, |choices| {
        let (texts, made) = rules(choices, 4);
        let separate = Side::united(texts.iter().map(|text| Side::of(text, &made)));
        Claim::new(Side::of(&texts.join("---\n"), &made), Same, separate)
    });
}

#[test]
fn order_of_rules_does_not_matter() {
    holds("order of rules", 200, |choices| {
        let (mut texts, made) = rules(choices, 4);
        let left = Side::of(&texts.join("---\n"), &made);
        texts.reverse();
        Claim::new(left, Same, Side::of(&texts.join("---\n"), &made))
    });
}

#[test]
fn a_rule_twice_matches_twice() {
    holds("twice", 200, |choices| {
        let (texts, made) = rules(choices, 2);
        let text = texts.join("---\n");
        let twice = Side::of(&format!("{text}---\n{text}"), &made);
        let united = Side::united([Side::of(&text, &made), Side::of(&text, &made)]);
        Claim::new(twice, Same, united)
    });
}

/// By our own writer, and by serde as a YAML value and as JSON, which have no place for integers beyond 64 bits.
#[test]
fn a_rule_written_and_read_is_the_rule() {
    let own = |rule: &Rule| Rule::from_yaml(&rule.to_yaml().expect("YAML")).ok();
    let value = |rule: &Rule| match serde_yaml::to_value(rule) {
        Ok(value) => serde_yaml::from_value(value).ok(),
        Err(_) => Some(rule.clone()),
    };
    let json = |rule: &Rule| match serde_json::to_string(rule) {
        Ok(text) => serde_json::from_str(&text).ok(),
        Err(_) => Some(rule.clone()),
    };
    for copy in [&own as &dyn Fn(&Rule) -> Option<Rule>, &value, &json] {
        holds("written", 300, |choices| {
            let (texts, made) = rules(choices, 1);
            let collection = Collection::from_yaml(&texts[0]);
            let copies = { collection.rules() }.map(|rule| copy(rule).expect("a rule comes back"));
            let right = Side::built(&texts[0], &made, |_| {
                let builder = RuleSet::builder().placeholders(placeholders(&generate::table()));
                copies.fold(builder, RuleSetBuilder::rule)
            });
            Claim::new(Side::of(&texts[0], &made), Same, right)
        });
    }
}

/// Pipelines without items, with items for other rules, and with items that change nothing.
#[test]
fn a_pipeline_of_nothing_is_nothing() {
    for items in [
        "",
        "{ type: drop_detection_item, rule_conditions: [{ type: logsource, category: other }] }",
        "{ type: field_name_mapping, mapping: { F: F, no_such_field: other } }",
        "{ type: field_name_prefix_mapping, mapping: { no_such_: other_ } }",
        "{ type: change_logsource, category: test }",
        "{ type: set_state, key: a, val: b }",
        "{ type: drop_detection_item, field_name_conditions: [{ type: include_fields, fields: [no_such_field] }] }",
        "{ type: replace_string, regex: no_such_text, replacement: other }",
        "{ type: nest, items: [] }",
    ] {
        let pipeline = format!("name: nothing\ntransformations: [{items}]\n");
        let pipeline = Pipeline::from_yaml(&pipeline).expect("a pipeline");
        holds(items, 120, |choices| {
            let (texts, made) = rules(choices, 1);
            let right = Side::built(&texts[0], &made, |builder| {
                builder.pipeline(pipeline.clone())
            });
            Claim::new(Side::of(&texts[0], &made), Same, right)
        });
    }
}

/// S-450 to S-455: filters for other rules, filters that hold for every event, and a filter twice.
#[test]
fn a_filter_of_nothing_is_nothing() {
    for (log_source, filter) in [
        (
            "category: other",
            "rules: any, sel: { F: a }, condition: sel",
        ),
        (
            "category: test, product: windows",
            "rules: any, sel: { F: a }, condition: sel",
        ),
        (
            "category: test",
            "rules: [no_such_rule], sel: { F: a }, condition: sel",
        ),
        (
            "category: test",
            "rules: any, sel: { no_such_field: a }, condition: not sel",
        ),
        (
            "category: test",
            "rules: any, sel: { F|exists: true }, condition: sel or not sel",
        ),
    ] {
        let text =
            format!("title: filter\nlogsource: {{ {log_source} }}\nfilter: {{ {filter} }}\n");
        holds(filter, 120, |choices| {
            let (texts, made) = rules(choices, 1);
            let right = format!("{}---\n{text}", texts[0]);
            Claim::new(Side::of(&texts[0], &made), Same, Side::of(&right, &made))
        });
    }
}

/// A filter is one more condition: with it a rule matches where both do, so never more; and twice is once.
#[test]
fn a_filter_is_and() {
    holds("filter", 300, |choices| {
        let rule = generate::identifiers(choices, 2).with_conditions(&["sel_a or sel_b"]);
        let (plain, filter) = (rule.yaml("rule"), other(choices));
        let mut made = events(&rule, choices);
        made.extend(events(&filter, choices));
        let filtered = format!("{plain}---\n{}", filter.filter_yaml("filter"));
        if choices.chance(50) {
            Claim::new(Side::of(&filtered, &made), Implies, Side::of(&plain, &made))
        } else {
            let twice = format!("{filtered}---\n{}", filter.filter_yaml("filter again"));
            Claim::new(Side::of(&filtered, &made), Same, Side::of(&twice, &made))
        }
    });
}

fn other(choices: &mut Choices<'_>) -> GeneratedRule {
    generate::identifiers(choices, 1).with_conditions(&["not sel_a"])
}

/// What explains a match says that it is one.
#[test]
fn explanations_agree_with_matches() {
    let mut matched = 0;
    for seed in 0..300 {
        let numbers = generate::numbers(seed, 500);
        let (texts, made) = rules(&mut Choices::new(&numbers), 2);
        let rules = RuleSet::builder()
            .collection(&Collection::from_yaml(&texts.join("---\n")))
            .placeholders(placeholders(&generate::table()))
            .build()
            .expect("a set");
        let mut scratch = rules.scratch();
        for event in &made {
            let hits: Vec<usize> = rules
                .matches(event, &mut scratch)
                .map(|hit| hit.index())
                .collect();
            for rule in 0..rules.len() {
                let explained = rules.explain(rule, event).expect("a rule of the set");
                assert_eq!(
                    explained.matched,
                    hits.contains(&rule),
                    "{event}\n{texts:?}"
                );
            }
            matched += hits.len();
        }
    }
    assert!(matched > 500, "{matched} matches");
}

/// The collection made of documents one by one is the collection of their text.
#[test]
fn documents_may_be_collected() {
    holds("documents", 120, |choices| {
        let (texts, made) = rules(choices, 3);
        let text = texts.join("---\n");
        let loaded = Collection::from_yaml(&text);
        let documents = loaded.rules().cloned().map(Document::Rule);
        let documents: Collection = documents.collect();
        let right = Side::built(&text, &made, |_| {
            RuleSet::builder()
                .collection(&documents)
                .placeholders(placeholders(&generate::table()))
        });
        Claim::new(Side::of(&text, &made), Same, right)
    });
}

/// Rules with different titles, and events for each of them.
fn rules(choices: &mut Choices<'_>, most: usize) -> (Vec<String>, Vec<serde_json::Value>) {
    let (mut texts, mut made) = (Vec::new(), Vec::new());
    for index in 0..most {
        let rule = generate::rule(choices);
        made.extend(events(&rule, choices).into_iter().take(3));
        texts.push(rule.yaml(&format!("rule {index}")));
    }
    (texts, made)
}
