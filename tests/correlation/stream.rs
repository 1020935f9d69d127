//! Random correlations and random streams of events for them.

use serde_json::{Map, Value, json};

use super::sample;
use crate::generate::Choices;

/// Correlations of every type, some over others.
pub(super) fn correlations(choices: &mut Choices<'_>) -> String {
    let mut documents = Vec::new();
    let count = 1 + choices.below(3);
    for number in 0..count {
        // Only earlier ones, so that there is no circle; they may come before or after in the text.
        let inner = (number > 0 && choices.chance(40)).then(|| choices.below(number));
        documents.push(correlation(number, inner, choices));
    }
    if choices.chance(50) {
        documents.reverse();
    }
    sample::with(&documents.join("---\n"))
}

fn correlation(number: usize, inner: Option<usize>, choices: &mut Choices<'_>) -> String {
    let mut rules: Vec<String> = ["rule_a", "rule_b", "rule_c"].map(str::to_owned).to_vec();
    rules.rotate_left(choices.below(3));
    rules.truncate(1 + choices.below(3));
    if let Some(inner) = inner {
        rules.insert(choices.below(rules.len() + 1), format!("corr_{inner}"));
        rules.truncate(3);
    }
    let kind = choices.pick(&[
        "event_count",
        "value_count",
        "temporal",
        "temporal_ordered",
        "value_sum",
        "value_avg",
        "value_percentile",
        "value_median",
    ]);
    let group_by = choices.pick(&["[U]", "[]", "[U, V]", "[W]", "[who]"]);
    let span = 1 + choices.below(12);
    let mut text = format!(
        "title: correlation {number}\nname: corr_{number}\ncorrelation:\n  type: {kind}\n  rules: [{}]\n  timespan: {span}s\n",
        rules.join(", ")
    );
    if group_by != "[]" {
        text += &format!("  group-by: {group_by}\n");
    }
    if group_by == "[who]" {
        text += &format!(
            "  aliases:\n    who:\n      {}: {}\n",
            rules[0],
            choices.pick(&["U", "V"])
        );
    }
    text += &condition(kind, &rules, choices);
    if choices.chance(30) {
        text += "  generate: true\n";
    }
    text
}

fn condition(kind: &str, rules: &[String], choices: &mut Choices<'_>) -> String {
    let is_temporal = kind.starts_with("temporal");
    if is_temporal && choices.chance(40) {
        return String::new();
    }
    if is_temporal && choices.chance(40) {
        let link = choices.pick(&[" and ", " or ", " and not "]);
        return format!("  condition: {}\n", rules.join(link));
    }
    let is_number = kind.starts_with("value_") && kind != "value_count";
    let mut entries = Vec::new();
    let mut operators = vec![choices.pick(&["gte", "gt", "gte", "lt", "lte", "eq", "neq"])];
    if choices.chance(25) {
        operators.push("lt");
        operators.sort_unstable();
        operators.dedup();
    }
    for operator in operators {
        let number = match is_number {
            true => choices.pick(&["5", "2.5", "-1", "0.3", "100", "18446744073709551615"]),
            false => choices.pick(&["2", "3", "1", "2.5", "4"]),
        };
        entries.push(format!("{operator}: {number}"));
    }
    if is_number {
        entries.push("field: N".to_owned());
    } else if kind == "value_count" {
        entries.push(format!("field: {}", choices.pick(&["D", "[D, V]"])));
    }
    if kind == "value_percentile" {
        entries.push(format!(
            "percentile: {}",
            choices.pick(&["50", "90", "0", "100", "33"])
        ));
    }
    format!("  condition: {{ {} }}\n", entries.join(", "))
}

/// Events in order of time; with `ties`, some at the same time.
pub(super) fn events(choices: &mut Choices<'_>, ties: bool) -> Vec<Value> {
    let mut milliseconds = 1_700_000_000_000_i64;
    let count = 12 + choices.below(30);
    let mut events: Vec<Value> = Vec::new();
    for _ in 0..count {
        let step = choices.pick(&[0, 1, 400, 1_000, 1_000, 2_000, 5_000, 30_000]);
        milliseconds += if ties { step } else { step.max(1) };
        if ties && choices.chance(15) {
            if let Some(again) = events.last() {
                events.push(again.clone());
                continue;
            }
        }
        events.push(event(milliseconds, choices));
    }
    events
}

fn event(milliseconds: i64, choices: &mut Choices<'_>) -> Value {
    let mut event = Map::new();
    event.insert("timestamp".into(), milliseconds.into());
    event.insert(
        "F".into(),
        choices
            .pick(&["a", "b", "c", "ab", "bc", "abc", "z"])
            .into(),
    );
    let users = [
        json!("x"),
        json!("y"),
        json!("X"),
        json!(5),
        json!("5"),
        json!(["x"]),
    ];
    let odd = [
        json!(null),
        json!([]),
        json!(["x", "y"]),
        json!({"x": 1}),
        json!(""),
    ];
    for (name, percent) in [("U", 95), ("V", 70), ("W", 60), ("who", 40)] {
        if choices.chance(percent) {
            let values = if choices.chance(92) {
                &users[..]
            } else {
                &odd[..]
            };
            event.insert(name.into(), values[choices.below(values.len())].clone());
        }
    }
    if choices.chance(90) {
        let values = [
            json!("1"),
            json!("2"),
            json!(2),
            json!(true),
            json!(2.5),
            json!(["1", "2"]),
        ];
        event.insert("D".into(), values[choices.below(values.len())].clone());
    }
    if choices.chance(90) {
        let values = [
            json!(1),
            json!(2),
            json!("3"),
            json!(0.1),
            json!("0.2"),
            json!(-4),
            json!(2.5),
            json!("1e2"),
            json!("many"),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(i64::MAX),
        ];
        event.insert("N".into(), values[choices.below(values.len())].clone());
    }
    Value::Object(event)
}

/// The places of the events in an order in which none comes more than so many milliseconds too late.
pub(super) fn shuffled(events: &[Value], lateness: i64, choices: &mut Choices<'_>) -> Vec<usize> {
    let mut order: Vec<(i64, usize)> = events
        .iter()
        .enumerate()
        .map(|(place, event)| {
            let time = event["timestamp"].as_i64().expect("a number");
            let steps = i64::try_from(choices.below(5)).expect("small");
            (time + lateness * steps / 4, place)
        })
        .collect();
    // Those that arrive together arrive backwards.
    order.sort_by_key(|(time, place)| (*time, std::cmp::Reverse(*place)));
    order.into_iter().map(|(_, place)| place).collect()
}
