//! Explanations: verdicts are the engine's, spans are where they are said to be, and the changes that would make a rule
//! match are the smallest there are, counted anew by trying all sets.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any, proptest};
use serde_json::json;
use sigmatic::condition::{Expression, Quantifier};
use sigmatic::explain::{ConditionPart, DetectionVerdict, Explanation, ItemVerdict};
use sigmatic::{Collection, Rule, RuleSet, Settings};

use crate::generate::{self, Choices, Numbers};
use crate::reference::Reference;
use crate::shared::is_full_run;
use crate::suite::{Setup, build};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if is_full_run() { 20_000 } else { 400 },
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn verdicts_are_those_of_the_engine(numbers in vec(any::<u16>(), 0..900).prop_map(Numbers)) {
        check(&numbers.0).map_err(TestCaseError::fail)?;
    }
}

/// Generated rules and events show both verdicts, spans, and reasons why not.
#[test]
fn verdicts_of_both_kinds_come_up() {
    let mut total = [0; 4];
    for seed in 0..200 {
        let found = check(&generate::numbers(seed, 900)).unwrap_or_else(|error| panic!("{error}"));
        total
            .iter_mut()
            .zip(found)
            .for_each(|(total, found)| *total += found);
    }
    let [matched, not_matched, spans, changes] = total;
    assert!(
        matched > 200 && not_matched > 200 && spans > 200 && changes > 200,
        "{total:?}"
    );
}

fn check(numbers: &[u16]) -> Result<[usize; 4], String> {
    let choices = &mut Choices::new(numbers);
    let rule = generate::rule(choices);
    let text = rule.yaml("one");
    let rules: Vec<Arc<Rule>> = Collection::from_yaml(&text).rules().cloned().collect();
    let table = generate::table();
    let set = build(&rules, &Setup::with(&table), Settings::default());
    let mut scratch = set.scratch();
    let mut tally = [0; 4];
    for _ in 0..6 {
        let event = generate::event(&rule, choices);
        for (index, rule) in set.rules().enumerate() {
            let matches = set
                .matches(&event, &mut scratch)
                .any(|hit| hit.index() == index);
            let reference = Reference::compile(rule, &table).expect("the engine took the rule");
            let why = set.explain(index, &event).expect("there is such a rule");
            let say = |what: &str| Err(format!("{what}: {event}\n{why}\n{text}"));
            if why.matched != matches || reference.matches(&event) != matches {
                return say("another verdict");
            }
            if why
                .conditions
                .iter()
                .any(|condition| condition.root.matched != condition.matched)
            {
                return say("a condition is not what its parts make of it");
            }
            if !why
                .identifiers
                .iter()
                .all(|one| holds(&one.detection) == one.matched)
            {
                return say("an identifier is not what its items make of it");
            }
            let items = items_of(&why);
            let values = items.iter().flat_map(|item| &item.values);
            for found in values.clone().filter_map(|value| value.found.as_ref()) {
                if found.text.get(found.span.clone()) != Some(found.part()) {
                    return say("a span is not in the text");
                }
                tally[2] += 1;
            }
            if values
                .clone()
                .any(|value| value.found.is_some() && !value.matched)
            {
                return say("found, but not matched");
            }
            tally[usize::from(!matches)] += 1;
            let least = why.why_not.as_ref().map(|why_not| why_not.changes.len());
            tally[3] += least.unwrap_or(0);
            if matches && least.is_some() {
                return say("why not, though it matches");
            }
            if let Some(counted) = least_by_trying(&why) {
                let is_smallest = why
                    .why_not
                    .as_ref()
                    .is_some_and(|why_not| why_not.is_smallest);
                if !matches && is_smallest && least != Some(counted) {
                    return say(&format!("{counted} changes would do"));
                }
            }
            serde_json::to_string(&why).map_err(|error| error.to_string())?;
        }
    }
    Ok(tally)
}

fn holds(detection: &DetectionVerdict) -> bool {
    match detection {
        DetectionVerdict::All(items) => items.iter().all(|item| item.matched),
        DetectionVerdict::Any(parts) => parts.iter().any(holds),
        DetectionVerdict::Every(parts) => parts.iter().all(holds),
        _ => false,
    }
}

fn items_of(why: &Explanation) -> Vec<&ItemVerdict> {
    fn of(detection: &DetectionVerdict) -> Vec<&ItemVerdict> {
        match detection {
            DetectionVerdict::All(items) => items.iter().collect(),
            DetectionVerdict::Any(parts) | DetectionVerdict::Every(parts) => {
                parts.iter().flat_map(of).collect()
            }
            _ => Vec::new(),
        }
    }
    why.identifiers
        .iter()
        .flat_map(|one| of(&one.detection))
        .collect()
}

/// For rules whose items have no `all` and are all different: the size of the smallest set of items that, if they were
/// otherwise, make a condition true. Tried on the printed tree, by every set.
fn least_by_trying(why: &Explanation) -> Option<usize> {
    let items = items_of(why);
    let mut names: Vec<String> = items
        .iter()
        .map(|item| {
            format!(
                "{} {:?}",
                item.name,
                item.values.iter().map(|v| &v.value).collect::<Vec<_>>()
            )
        })
        .collect();
    names.sort();
    names.dedup();
    let fields: std::collections::BTreeSet<&str> = items
        .iter()
        .map(|item| item.name.split('|').next().unwrap_or_default())
        .collect();
    // Items on the same field may ask the same in other words.
    if items.len() > 8 || fields.len() < items.len() || items.iter().any(|item| item.all) {
        return None;
    }
    (0..1_u32 << items.len())
        .filter(|flipped| {
            let mut place = 0;
            let truths: Vec<(&str, bool)> = why
                .identifiers
                .iter()
                .map(|one| {
                    (
                        one.name.as_str(),
                        holds_flipped(&one.detection, *flipped, &mut place),
                    )
                })
                .collect();
            why.conditions
                .iter()
                .any(|condition| part_holds(&condition.root, &truths))
        })
        .map(|flipped| flipped.count_ones() as usize)
        .min()
}

fn holds_flipped(detection: &DetectionVerdict, flipped: u32, place: &mut usize) -> bool {
    // Every item is counted, whatever the others say.
    match detection {
        DetectionVerdict::All(items) => items.iter().fold(true, |all, item| {
            let turned = flipped >> *place & 1 == 1;
            *place += 1;
            (item.matched != turned) && all
        }),
        // Each part is visited, since that counts places.
        DetectionVerdict::Any(parts) => {
            let truths: Vec<bool> = { parts.iter() }
                .map(|part| holds_flipped(part, flipped, place))
                .collect();
            truths.contains(&true)
        }
        DetectionVerdict::Every(parts) => {
            let truths: Vec<bool> = { parts.iter() }
                .map(|part| holds_flipped(part, flipped, place))
                .collect();
            !truths.contains(&false)
        }
        _ => false,
    }
}

fn part_holds(part: &ConditionPart, truths: &[(&str, bool)]) -> bool {
    let parsed = Expression::parse(&part.text, &Default::default());
    let mut parts = part.parts.iter().map(|part| part_holds(part, truths));
    match parsed.expect("a part prints as a condition") {
        Expression::Identifier(name) => truths.iter().any(|(own, truth)| *own == name && *truth),
        Expression::Of(Quantifier::All, _) | Expression::And(_) => parts.all(|truth| truth),
        Expression::Not(_) => parts.all(|truth| !truth),
        _ => parts.any(|truth| truth),
    }
}

const PSEXEC: &str = r"
title: PsExec
logsource: { category: process_creation }
detection:
  selection:
    Image|endswith: '\psexec.exe'
    CommandLine|contains|all:
      - ' -u '
      - '\\'
  filter_admin:
    User|startswith: 'CORP\adm'
  filter_host:
    Computer: [ JUMP1, JUMP2 ]
  condition: selection and not 1 of filter_*
";

fn why_not(rule: &str, event: &serde_json::Value) -> String {
    let rules = RuleSet::from_yaml(rule).expect("a good rule");
    let why = rules.explain(0, event).expect("there is one rule");
    why.why_not
        .map(|why_not| why_not.to_string())
        .unwrap_or_default()
}

#[test]
fn what_would_have_to_be_otherwise() {
    let image = r"C:\tools\PsExec.exe";
    let cases = [
        (
            json!({ "Image": image, "CommandLine": r"psexec \\fs cmd" }),
            r"`CommandLine` also contained ` -u `",
        ),
        (
            json!({ "Image": image, "CommandLine": r"psexec \\fs -u x", "User": r"corp\adm-x" }),
            r"`User` did not start with `CORP\adm`",
        ),
        (
            json!({ "CommandLine": r"psexec \\fs -u x", "Computer": "jump2" }),
            r"`Image` ended with `\psexec.exe` (the event has no `Image`), and `Computer` were not `JUMP2`",
        ),
    ];
    for (event, words) in cases {
        assert_eq!(why_not(PSEXEC, &event), format!("would match if {words}"));
    }
    let one = |item: &str, event: serde_json::Value| {
        let rule = format!(
            "title: T\nlogsource: {{ category: x }}\ndetection: {{ sel: {{ {item} }}, condition: sel }}\n"
        );
        why_not(&rule, &event)
            .trim_start_matches("would match if ")
            .to_owned()
    };
    assert_eq!(
        one("F|re: 'a+'", json!({ "F": "b" })),
        "`F` matched the regular expression `a+`"
    );
    assert_eq!(
        one("F|hour|gte: 7", json!({ "F": "b" })),
        "the hour of `F` were at least `7`"
    );
    assert_eq!(one("F|exists: true", json!({})), "`F` were there");
    assert_eq!(
        one("F: null", json!({ "F": "b" })),
        "`F` were null or not there"
    );
    assert_eq!(
        one("F|cidr: 10.0.0.0/8", json!({ "F": "b" })),
        "`F` were in the network `10.0.0.0/8`"
    );
    assert_eq!(
        one("F|fieldref: G", json!({ "F": "b", "G": "c" })),
        "`F` were what the field `G` has"
    );
    assert_eq!(
        one("F|contains|neq: b", json!({ "F": "b" })),
        "`F` did not contain `b`"
    );
    assert_eq!(
        one("F: [a, b, c, d, e]", json!({ "F": "x" })),
        "`F` were one of `a`, `b`, `c` and 2 more"
    );
}

/// An identifier that a condition names twice: `a and not a` cannot be had by changes, and `(a and b) or (a and c)` is
/// cheaper than its parts say.
#[test]
fn items_that_count_twice() {
    let rule = |condition: &str| {
        format!(
            "title: T\nlogsource: {{ category: x }}\ndetection: {{ a: {{ A: 1 }}, b: {{ B: 1 }}, c: {{ C: 1 }}, condition: '{condition}' }}\n"
        )
    };
    assert_eq!(why_not(&rule("a and not a"), &json!({})), "");
    assert_eq!(
        why_not(&rule("(a or b) and (a or c)"), &json!({ "A": 0 })),
        "would match if `A` were `1`"
    );
}

#[test]
fn spans_and_places() {
    let rules = RuleSet::from_yaml(PSEXEC).expect("a good rule");
    let why = rules
        .explain(
            0,
            &[("Image", r"C:\PSEXEC.exe"), ("CommandLine", r"İ \\fs -U x")],
        )
        .expect("there is one rule");
    let items = items_of(&why);
    let found = items[0].values[0]
        .found
        .as_ref()
        .expect("the image matches");
    assert_eq!(found.part(), r"\PSEXEC.exe");
    let found = items[1].values[0].found.as_ref().expect("the flag matches");
    assert_eq!((found.part(), found.span.clone()), (" -U ", 7..11));
    assert_eq!((items[1].line, items[1].column), (7, 5));
    assert_eq!((items[1].values[1].line, items[1].values[1].column), (9, 9));
    let data = serde_json::to_value(&why).expect("data");
    assert_eq!(
        data["identifiers"][0]["detection"]["all"][0]["values"][0]["found"]["span"]["start"],
        2
    );
}

/// What a value was found in, whatever kind of test it is and wherever it stands.
#[test]
fn every_kind_of_value_is_found() {
    for (item, event, expected) in [
        ("{ F|re: 'b+' }", json!({ "F": ["a", "xbbx"] }), "bb"),
        (
            "{ F|cidr: 10.0.0.0/8 }",
            json!({ "F": "10.1.2.3" }),
            "10.1.2.3",
        ),
        ("{ F|gt: 5 }", json!({ "F": [1, 17] }), "17"),
        ("{ A.B: x }", json!({ "A": { "B": "X" } }), "X"),
        ("[ word ]", json!({ "A": { "B": "a Word here" } }), "Word"),
    ] {
        let text = format!(
            "title: T\nlogsource: {{ category: x }}\ndetection: {{ sel: {item}, condition: sel }}\n"
        );
        let rules = RuleSet::from_yaml(&text).expect("a good rule");
        let why = rules.explain(0, &event).expect("there is one rule");
        let items = items_of(&why);
        let found = items[0].values[0].found.as_ref().expect(item);
        assert_eq!(found.part(), expected, "{item}");
    }
}
