//! Laws of events: how one is written, and what no rule asks for, changes nothing (chapter 4).

use serde_json::{Map, Value, json};
use sigmatic::event::JsonParser;
use sigmatic::pipeline::Pipeline;
use sigmatic::{Collection, RuleSet};

use crate::generate::{self, Choices, GeneratedRule, Item};
use crate::laws::Relation::Same;
use crate::laws::{Claim, Side, events, holds};
use crate::suite::placeholders;

/// Fields that no generated rule names, with values of every kind: to a rule without keywords they are nothing.
#[test]
fn unrelated_fields_do_not_matter() {
    holds("unrelated field", 400, |choices| {
        let items = vec![generate::item(choices), generate::item(choices)];
        let items = if items[0].key == items[1].key {
            items[..1].to_vec()
        } else {
            items
        };
        let rule = GeneratedRule::new(
            vec![("sel_a", items.into_iter().map(|item| vec![item]).collect())],
            "sel_a",
        );
        changed(&rule, choices, |event, choices| {
            for name in ["unrelated", "un.related", "f", "F ", ""] {
                insert(event, name, generate::noise(choices, 2));
            }
        })
    });
}

/// To keywords too, if there is nothing in them that has a text.
#[test]
fn fields_without_text_do_not_matter() {
    holds("empty field", 300, |choices| {
        let rule = generate::identifiers(choices, 2).with_conditions(&["1 of them"]);
        changed(&rule, choices, |event, choices| {
            let nothing = [
                json!(null),
                json!([]),
                json!({}),
                json!({ "x": [null, {}] }),
            ];
            insert(event, "unrelated", nothing[choices.below(4)].clone());
        })
    });
}

/// S-114, S-112: a value is a list of one, at any depth.
#[test]
fn a_value_is_a_list_of_one() {
    law("list of one", |value, choices| match choices.chance(40) {
        true => json!([value]),
        false => value,
    });
}

/// S-114: lists are flattened.
#[test]
fn lists_in_lists_are_flat() {
    law("flat lists", |value, _| match value {
        Value::Array(values) => {
            let flat = values.into_iter().flat_map(|value| match value {
                Value::Array(inner) => inner,
                other => vec![other],
            });
            flat.collect()
        }
        other => other,
    });
}

#[test]
fn order_in_lists_does_not_matter() {
    law("order in lists", |value, _| match value {
        Value::Array(mut values) => {
            values.reverse();
            values.into()
        }
        other => other,
    });
}

/// S-123, S-125: a boolean is its text.
#[test]
fn booleans_are_their_text() {
    law("booleans", |value, choices| match value {
        Value::Bool(value) if choices.chance(70) => json!(value.to_string()),
        other => other,
    });
}

/// S-122 to S-124: a number is its canonical text, but to parts of times and number keywords.
#[test]
fn numbers_are_their_text() {
    holds("numbers", 400, |choices| {
        let item = generate::item(choices);
        let times = ["minute", "hour", "day", "week", "month", "year"];
        let is_time = |key: &String| times.iter().any(|part| key.contains(part));
        // Another item in its place.
        let item = if item.key.as_ref().is_some_and(is_time) {
            Item {
                key: Some("F|gte".to_owned()),
                ..item
            }
        } else {
            item
        };
        let rule = GeneratedRule::new(vec![("sel_a", vec![vec![item]])], "sel_a");
        changed(&rule, choices, |event, choices| {
            change_all(event, &mut |value| match value.as_i64() {
                Some(number) if choices.chance(80) => json!(number.to_string()),
                _ => value,
            });
        })
    });
}

/// Upper and lower case are one to every rule without `cased`, regular expressions and encodings; of ASCII.
#[test]
fn case_of_values_does_not_matter() {
    holds("case", 300, |choices| {
        let item = generate::item(choices);
        let minds = |key: &String| key.contains("|cased") || key.contains("|re");
        let item = match item.key.as_ref().is_some_and(minds) {
            true => Item {
                key: Some("F|contains".to_owned()),
                ..item
            },
            false => item,
        };
        let rule = GeneratedRule::new(vec![("sel_a", vec![vec![item]])], "sel_a");
        changed(&rule, choices, |event, choices| {
            let upper = choices.chance(50);
            change_all(event, &mut |value| match value {
                Value::String(text) if upper => json!(text.to_ascii_uppercase()),
                Value::String(text) => json!(text.to_ascii_lowercase()),
                other => other,
            });
        })
    });
}

/// S-112: a nested map is a dotted name.
#[test]
fn a_path_is_a_dotted_name() {
    holds("path", 300, |choices| {
        let mut item = generate::item(choices);
        item.key = item.key.map(|key| match key.split_once('|') {
            Some((_, modifiers)) => format!("p.q|{modifiers}"),
            None => "p.q".to_owned(),
        });
        let values: Vec<Value> = item
            .scenes
            .iter()
            .flatten()
            .map(|(_, value)| value.clone())
            .collect();
        let rule = GeneratedRule::new(vec![("sel_a", vec![vec![item]])], "sel_a");
        let picked: Vec<Value> = (0..5)
            .map(|_| values[choices.below(values.len())].clone())
            .collect();
        let event = |shape: &dyn Fn(&Value) -> Value| picked.iter().map(shape).collect::<Vec<_>>();
        let nested = event(&|value| json!({ "p": { "q": value } }));
        let listed = event(&|value| json!({ "p": [{ "q": value }, { "r": 1 }, "x"] }));
        let dotted = event(&|value| json!({ "p.q": value }));
        let other = if choices.chance(50) { nested } else { listed };
        Claim::new(Side::rule(&rule, &dotted), Same, Side::rule(&rule, &other))
    });
}

/// A field renamed in the rule, by a pipeline, and in the event.
#[test]
fn names_of_fields_do_not_matter() {
    let pipeline = Pipeline::from_yaml(
        "name: p\ntransformations: [{ type: field_name_mapping, mapping: { F: Renamed, G: 'with.dot', H: Ж } }]",
    )
    .expect("a pipeline");
    holds("renamed", 300, |choices| {
        let rule = generate::identifiers(choices, 2).with_conditions(&["1 of them"]);
        let events = events(&rule, choices);
        let renamed: Vec<Value> = events.iter().cloned().map(renamed).collect();
        let text = rule.yaml("rule");
        let right = Side::built(&text, &renamed, |builder| {
            builder.pipeline(pipeline.clone())
        });
        Claim::new(Side::of(&text, &events), Same, right)
    });
}

fn renamed(mut event: Value) -> Value {
    if let Value::Object(map) = &mut event {
        for (from, to) in [("F", "Renamed"), ("G", "with.dot"), ("H", "Ж")] {
            if let Some(value) = map.remove(from) {
                map.insert(to.to_owned(), value);
            }
        }
    }
    event
}

/// An event as a tree, as a line of text, and as pairs in the other order are one.
#[test]
fn a_line_is_its_tree() {
    let mut matched = 0;
    for seed in 0..400 {
        let numbers = generate::numbers(seed, 500);
        let choices = &mut Choices::new(&numbers);
        let rule = generate::identifiers(choices, 3).with_conditions(&["sel_a", "not sel_b"]);
        let rules = RuleSet::builder()
            .collection(&Collection::from_yaml(&rule.yaml("rule")))
            .placeholders(placeholders(&generate::table()))
            .build()
            .expect("a set");
        let (mut scratch, mut parser) = (rules.scratch(), JsonParser::new());
        for event in events(&rule, choices) {
            let tree = rules.is_match(&event, &mut scratch);
            for line in [event.to_string(), format!(" {event:#} \n")] {
                let parsed = parser.parse(line.as_bytes()).expect("JSON");
                assert_eq!(
                    rules.is_match(&parsed, &mut scratch),
                    tree,
                    "{line}\n{rule:#?}"
                );
            }
            if let Value::Object(map) = &event {
                let pairs: Vec<(&str, &Value)> = map
                    .iter()
                    .map(|(name, value)| (name.as_str(), value))
                    .rev()
                    .collect();
                assert_eq!(
                    rules.is_match(&pairs, &mut scratch),
                    tree,
                    "{event}\n{rule:#?}"
                );
            }
            matched += usize::from(tree && !rules.is_empty());
        }
    }
    assert!((400..1_900).contains(&matched), "{matched} of 2,000 match");
}

/// The same rule for events whose values are changed at every depth, the deepest first.
fn law(name: &str, change: impl Fn(Value, &mut Choices<'_>) -> Value) {
    holds(name, 400, |choices| {
        let rule = generate::identifiers(choices, 2).with_conditions(&["1 of them"]);
        changed(&rule, choices, |event, choices| {
            change_all(event, &mut |value| change(value, choices));
        })
    });
}

fn changed(
    rule: &GeneratedRule,
    choices: &mut Choices<'_>,
    mut change: impl FnMut(&mut Value, &mut Choices<'_>),
) -> Claim {
    let events = events(rule, choices);
    let mut others = events.clone();
    others.iter_mut().for_each(|event| change(event, choices));
    Claim::new(Side::rule(rule, &events), Same, Side::rule(rule, &others))
}

/// Changes all values below the root, and elements of a root that is a list.
fn change_all(event: &mut Value, change: &mut dyn FnMut(Value) -> Value) {
    let mut inner = |value: &mut Value| {
        change_all(value, change);
        *value = change(value.take());
    };
    match event {
        Value::Object(map) => map.values_mut().for_each(&mut inner),
        Value::Array(values) => values.iter_mut().for_each(&mut inner),
        _ => {}
    }
}

fn insert(event: &mut Value, name: &str, value: Value) {
    if let Some(map) = event.as_object_mut() as Option<&mut Map<String, Value>> {
        map.insert(name.to_owned(), value);
    }
}
