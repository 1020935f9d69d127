//! What became of rules between two sets: every outcome with its witnesses, hostile texts, and SigmaHQ's rules against
//! themselves and against a changed copy.

use std::collections::BTreeMap;
use std::sync::Arc;

use sigmatic::card::{ChangeKind, RuleChange, RuleSetDiff};
use sigmatic::proof::Implication;
use sigmatic::rule::{Detection, Document, Rule, Value};
use sigmatic::{Collection, RuleSet};

use super::sigmahq;

fn rules(text: &str) -> RuleSet {
    RuleSet::from_yaml(text).expect("rules are in order")
}

fn rule(detection: &str) -> String {
    format!("title: t\nlogsource: {{ category: c }}\ndetection: {detection}\n")
}

fn diff(old: &str, new: &str) -> RuleSetDiff {
    RuleSetDiff::between(&rules(old), &rules(new))
}

fn only_change(old: &str, new: &str) -> RuleChange {
    let diff = diff(old, new);
    match diff.changed.as_slice() {
        [change] => change.clone(),
        other => panic!("{old}\n{new}\n{other:#?}"),
    }
}

/// Each kind both ways round where it has two, with the words; witnesses are asked of both sets anew.
#[test]
fn every_kind_of_change_with_events_that_show_it() {
    use ChangeKind::{Broader, Equivalent, Incomparable, Narrower, Unknown};
    for (old, new, kind, words) in [
        (
            "{ s: { F|contains: abc }, condition: s }",
            "{ s: { F|contains: b }, condition: s }",
            Broader,
            &["asks for F match 'b' where the old rule asks for F match 'abc'"][..],
        ),
        (
            "{ s: { F|contains: abc }, condition: s }",
            "{ s: { F|contains: [abc, x] }, condition: s }",
            Broader,
            &["looks for 1 more value in F: match 'x'"],
        ),
        (
            "{ s: { F: a }, condition: s }",
            "{ s: { F: a }, f: { G|endswith: x }, condition: s and not f }",
            Narrower,
            &["excludes G ends_with 'x'"],
        ),
        (
            "{ s: { F: a }, condition: s }",
            "{ s: { F: a, G: b }, condition: s }",
            Narrower,
            &["also asks for G eq 'b'"],
        ),
        (
            "{ s: { F: a, G|contains: b }, condition: s }",
            "{ s: { F|startswith: a, G: b }, condition: s }",
            Incomparable,
            &[
                "asks for F starts_with 'a' where the old rule asks for F eq 'a'",
                "asks for G eq 'b' where the old rule asks for G match 'b'",
            ],
        ),
        (
            "{ s: { F|endswith: a }, condition: s }",
            "{ other: { F|re: 'a$' }, condition: other }",
            Unknown,
            &[
                "also asks for F regex_match 'a$'",
                "does not ask for F ends_with 'a'",
            ],
        ),
        (
            "{ s: { F|contains: [abc, b] }, condition: s }",
            "{ s: { F|contains: b }, condition: s }",
            Equivalent,
            &[],
        ),
        (
            "{ s: { F: a, G: b }, condition: s }",
            "{ s: { F: a }, t: { G: b }, condition: all of them }",
            Equivalent,
            &[],
        ),
    ] {
        let (old, new) = (rule(old), rule(new));
        let change = only_change(&old, &new);
        assert_eq!(change.kind, kind, "{old}{new}{change:#?}");
        assert_eq!(change.comparison.differences, words, "{old}{new}");
        check_witnesses(&rules(&old), &rules(&new), &change);
        let back = only_change(&new, &old);
        let expected = match kind {
            Broader => Narrower,
            Narrower => Broader,
            same => same,
        };
        assert_eq!(back.kind, expected, "back: {old}{new}{back:#?}");
    }
}

/// Proofs have no witness, refutations one that tells the two sets apart.
fn check_witnesses(old: &RuleSet, new: &RuleSet, change: &RuleChange) {
    let is_match = |rules: &RuleSet, place: usize, event| {
        let mut scratch = rules.scratch();
        let mut hits = rules.matches(event, &mut scratch);
        hits.any(|hit| hit.index() == place)
    };
    let comparison = &change.comparison;
    if let Implication::Refuted(event) = &comparison.forward {
        assert!(is_match(old, change.old.index, event) && !is_match(new, change.new.index, event));
    }
    if let Implication::Refuted(event) = &comparison.backward {
        assert!(is_match(new, change.new.index, event) && !is_match(old, change.old.index, event));
    }
    let refuted = [&comparison.forward, &comparison.backward].map(|side| side.witness().is_some());
    let expected = match change.kind {
        ChangeKind::Broader => [false, true],
        ChangeKind::Narrower => [true, false],
        ChangeKind::Incomparable => [true, true],
        ChangeKind::Equivalent | ChangeKind::MetadataOnly => [false, false],
        _ => return,
    };
    assert_eq!(refuted, expected, "{change:#?}");
}

#[test]
fn layout_and_order_of_keys_are_no_change() {
    let old = "title: t\nlevel: low\nlogsource: { category: c }\ndetection:\n  s: { F: a, G: b }\n  condition: s\n";
    let new = "# Moved.\nlogsource:\n  category: 'c'\ndetection:\n  condition: s\n  s:\n    F: \"a\"\n    G: b\nlevel: low\ntitle: t\n";
    let diff = diff(old, new);
    assert!(diff.is_empty(), "{diff}");
    assert_eq!(diff.unchanged, 1);
}

#[test]
fn metadata_is_told_key_by_key() {
    let detection = rule("{ s: { F: a }, condition: s }");
    let change = only_change(
        &format!("{detection}level: low\ntags: [attack.t1059, attack.execution]\nauthor: A\n"),
        &format!(
            "{detection}level: high\ntags: [attack.execution, attack.t1021]\ndate: 2024-01-02\n"
        ),
    );
    assert_eq!(change.kind, ChangeKind::MetadataOnly);
    let told: BTreeMap<&str, (String, String)> = change
        .metadata
        .iter()
        .map(|change| {
            let joined = |list: &[String]| list.join(",");
            (
                change.key.as_str(),
                (joined(&change.removed), joined(&change.added)),
            )
        })
        .collect();
    let expected = [
        ("author", ("A", "")),
        ("date", ("", "2024-01-02")),
        ("level", ("low", "high")),
        ("tags", ("attack.t1059", "attack.t1021")),
    ];
    let expected = expected.map(|(key, (old, new))| (key, (old.to_owned(), new.to_owned())));
    assert_eq!(told, BTreeMap::from(expected));
}

/// A rule for fewer log sources is for fewer events, although its condition is the same.
#[test]
fn log_sources_count() {
    let with = |log_source: &str| {
        format!(
            "title: t\nlogsource: {{ {log_source} }}\ndetection: {{ s: {{ F: a }}, condition: s }}\n"
        )
    };
    for (old, new, kind) in [
        (
            "category: c",
            "category: c, product: p",
            ChangeKind::Narrower,
        ),
        (
            "category: c, product: p",
            "category: c",
            ChangeKind::Broader,
        ),
        (
            "category: c, product: p",
            "category: c, product: q",
            ChangeKind::Incomparable,
        ),
        (
            "category: c",
            "category: c, definition: d",
            ChangeKind::MetadataOnly,
        ),
    ] {
        let change = only_change(&with(old), &with(new));
        assert_eq!(change.kind, kind, "{old} {new}");
        assert_eq!(
            change.log_source.is_some(),
            kind != ChangeKind::MetadataOnly
        );
    }
}

#[test]
fn rules_are_paired_by_id_then_name_then_title() {
    let rule = |head: &str, value: &str| {
        format!(
            "{head}\nlogsource: {{ category: c }}\ndetection: {{ s: {{ F: {value} }}, condition: s }}\n"
        )
    };
    let ids = [
        "929a690e-bef0-4204-a928-ef5e620d6fcc",
        "{929A690E-BEF0-4204-A928-EF5E620D6FCC}",
    ];
    let old = [
        rule(&format!("title: by id\nid: {}", ids[0]), "a"),
        rule("title: by name\nname: n", "b"),
        rule("title: by title", "c"),
        rule("title: gone", "d"),
    ];
    let new = [
        rule("title: come", "e"),
        rule("title: by title", "c2"),
        rule("title: another title\nname: n", "b2"),
        // The title of another rule does not count where there is an id.
        rule(&format!("title: gone\nid: '{}'", ids[1]), "a2"),
    ];
    let diff = diff(&old.join("---\n"), &new.join("---\n"));
    let pairs: Vec<(&str, &str)> = diff
        .changed
        .iter()
        .map(|change| (change.old.title.as_str(), change.new.title.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("by title", "by title"),
            ("by name", "another title"),
            ("by id", "gone")
        ]
    );
    let titles = |links: &[sigmatic::card::RuleLink]| -> Vec<String> {
        links.iter().map(|link| link.title.clone()).collect()
    };
    assert_eq!(titles(&diff.added), ["come"]);
    assert_eq!(titles(&diff.removed), ["gone"]);
    assert_eq!((diff.old_rules, diff.new_rules, diff.unchanged), (4, 4, 0));
}

/// The text, the Markdown and the JSON of a diff that has everything, written out.
#[test]
fn printed_as_text_and_markdown() {
    let rule = |title: &str, detection: &str| {
        format!("title: {title}\nlogsource: {{ category: c }}\ndetection: {detection}\n")
    };
    let old = [
        rule("wider", "{ s: { F|contains: abc }, condition: s }"),
        rule("'*gone* <b>\u{202e}'", "{ s: { F: a }, condition: s }"),
        rule("meta", "{ s: { F: a }, condition: s }\nlevel: low"),
    ];
    let new = [
        rule(
            "wider",
            "{ s: { F|contains: [abc, '`<i>`'] }, condition: s }",
        ),
        rule("come", "{ s: { F: b }, condition: s }"),
        rule("meta", "{ s: { F: a }, condition: s }\nlevel: high"),
    ];
    let diff = diff(&old.join("---\n"), &new.join("---\n"));
    assert_eq!(
        diff.to_string(),
        "3 rules before, 3 after: 1 added; 1 removed; 1 broader; 1 changed in metadata only; 0 unchanged\n\
         \nadded (1)\n  come (unspecified, come)\n\
         \nremoved (1)\n  *gone* <b>\\u{202e} (unspecified, *gone* <b>\\u{202e})\n\
         \nbroader (1)\n  wider (unspecified, wider)\n      looks for 1 more value in F: match '`<i>`'\n\
         \x20     only the new rule matches F: '~`<i>`~'\n\
         \nchanged in metadata only (1)\n  meta (high, meta)\n      level: low → high\n"
    );
    let markdown = diff.to_markdown();
    assert!(
        markdown.contains("- \\*gone\\* \\<b\\>\\\\u{202e} (unspecified, "),
        "{markdown}"
    );
    assert!(
        markdown.contains("  - looks for 1 more value in F: match '\\`\\<i\\>\\`'"),
        "{markdown}"
    );
    assert!(
        markdown.contains("  - only the new rule matches ``F: '~`<i>`~'``"),
        "{markdown}"
    );
    let json = serde_json::to_value(&diff).expect("a diff is JSON");
    assert_eq!(json["changed"][0]["kind"], "broader");
    assert_eq!(json["changed"][0]["comparison"]["forward"], "proven");
    assert_eq!(
        json["changed"][0]["comparison"]["backward"]["refuted"]["F"],
        "~`<i>`~"
    );
    assert_eq!(json["added"][0]["title"], "come");
}

/// Rules of very many parts that share none are told apart in bounded time.
#[test]
fn large_rules_take_bounded_work() {
    let large = |letter: char| {
        let items: Vec<String> = (0..1_500)
            .map(|n| format!("F{n}|contains: {letter}{n}"))
            .collect();
        rule(&format!(
            "{{ s: {{ {} }}, condition: s }}",
            items.join(", ")
        ))
    };
    let change = only_change(&large('a'), &large('b'));
    assert_eq!(change.comparison.differences.len(), 3_000);
    assert_eq!(change.kind, ChangeKind::Incomparable);
}

/// Against the same rules in another order.
#[test]
fn sigmahq_does_not_differ_from_itself() {
    let Some(old) = sigmahq::rules() else { return };
    let mut turned: Vec<Arc<Rule>> = old.rules().cloned().collect();
    turned.reverse();
    let turned: Collection = turned.into_iter().map(Document::Rule).collect();
    let new = build(&turned);
    let diff = RuleSetDiff::between(old, &new);
    assert!(diff.is_empty(), "{diff}");
    assert_eq!(diff.unchanged, old.len());
}

fn build(collection: &Collection) -> RuleSet {
    let builder = RuleSet::builder().collection(collection);
    builder.build().expect("rules compile")
}

/// A copy of SigmaHQ's rules in another order, some of which are changed in a known way.
#[test]
fn changes_of_a_copy_of_sigmahq_are_found() {
    let Some(old) = sigmahq::rules() else { return };
    let mut expected: BTreeMap<ChangeKind, Vec<String>> = BTreeMap::new();
    let mut removed = Vec::new();
    let mut copy: Vec<Arc<Rule>> = Vec::new();
    for (index, rule) in old.rules().enumerate() {
        let mut changed = Rule::clone(rule);
        let kind = match index % 97 {
            0 => {
                removed.push(rule.identity().to_owned());
                continue;
            }
            1 => {
                changed.metadata.author = Some("Somebody else".to_owned());
                ChangeKind::MetadataOnly
            }
            2 if add_value(&mut changed) => ChangeKind::Broader,
            3 if turn_values(&mut changed) => ChangeKind::Equivalent,
            _ => {
                copy.push(rule.clone());
                continue;
            }
        };
        expected
            .entry(kind)
            .or_default()
            .push(rule.identity().to_owned());
        copy.push(Arc::new(changed));
    }
    let added = rules(&rule("{ s: { F: a }, condition: s }"));
    copy.extend(added.rules().cloned());
    let new = Collection::from_iter(copy.into_iter().rev().map(Document::Rule));
    let new = build(&new);
    let diff = RuleSetDiff::between(old, &new);
    let mut found: BTreeMap<ChangeKind, Vec<String>> = BTreeMap::new();
    for change in diff.changed.iter().rev() {
        found
            .entry(change.kind)
            .or_default()
            .push(change.new.identity.clone());
        check_witnesses(old, &new, change);
    }
    assert_eq!(found, expected, "{diff}");
    let identities = |links: &[sigmatic::card::RuleLink]| -> Vec<String> {
        links.iter().map(|link| link.identity.clone()).collect()
    };
    assert_eq!(identities(&diff.removed), removed);
    assert_eq!(identities(&diff.added), ["t"]);
    assert!(found.values().all(|rules| rules.len() > 5), "{found:#?}");
}

/// Lets a rule of the form `selection` match more: another value that nothing else of the rule looks at.
fn add_value(rule: &mut Rule) -> bool {
    let is_simple =
        rule.detections.conditions.len() == 1 && rule.detections.conditions[0].text == "selection";
    let [identifier] = rule.detections.identifiers.as_mut_slice() else {
        return false;
    };
    let Detection::All(items) = &mut identifier.detection else {
        return false;
    };
    let item = items.iter_mut().find(|item| {
        item.modifiers.is_empty()
            && item.field.is_some()
            && matches!(item.values[..], [Value::String(_), ..])
    });
    match item {
        Some(item) if is_simple => {
            item.values
                .push(Value::String("a value of no other rule".to_owned()));
            let place = item.location;
            item.value_locations.push(place);
            true
        }
        _ => false,
    }
}

/// Turns a list of values round.
fn turn_values(rule: &mut Rule) -> bool {
    for identifier in &mut rule.detections.identifiers {
        let Detection::All(items) = &mut identifier.detection else {
            continue;
        };
        if let Some(item) = items.iter_mut().find(|item| item.values.len() > 1) {
            item.values.reverse();
            item.value_locations.reverse();
            return true;
        }
    }
    false
}
