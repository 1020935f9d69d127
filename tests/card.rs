//! Cards: the PsExec rule's word for word, the parts of others, pages that no rule can break, what became of
//! rules between two sets, and SigmaHQ's rules.
//!
//! `UPDATE=1 cargo test card` writes the expected pages anew, to be read before they are committed.

mod diff;
pub(crate) mod markup;
mod pages;
mod sigmahq;

use std::path::{Path, PathBuf};

use sigmatic::card::{Corpus, Group, RuleCard, VerdictKind};
use sigmatic::pipeline::LogSources;
use sigmatic::{Collection, RuleSet};

use crate::shared::{read, shared};

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The PsExec rule of SigmaHQ, and rules of our own around it.
fn around_psexec() -> Corpus {
    let loader = Collection::loader()
        .text("psexec.yml", read(&manifest("examples/data/psexec.yml")))
        .text(
            "around-psexec.yml",
            read(&manifest("tests/data/card/around-psexec.yml")),
        );
    let loaded = loader.load();
    assert_eq!(loaded.errors().count(), 0, "{:?}", loaded.problems());
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("rules compile");
    Corpus::new(&rules)
}

fn psexec(corpus: &Corpus) -> RuleCard {
    let index = corpus
        .find("{EA011323-7045-460B-B2D7-0F7442EA6B38}")
        .expect("by any spelling of its id");
    assert_eq!(
        corpus.find("Potential PsExec Remote Execution"),
        Some(index)
    );
    corpus.card(index).expect("there is such a rule")
}

/// A corpus of the documents of a text.
fn corpus(text: &str) -> Corpus {
    let loaded = Collection::from_yaml(text);
    assert_eq!(loaded.errors().count(), 0, "{:?}", loaded.problems());
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("rules compile");
    assert_eq!(
        rules.len(),
        loaded.rules().count(),
        "{:?}",
        rules.problems()
    );
    Corpus::new(&rules)
}

#[test]
fn the_card_of_psexec_is_as_expected() {
    let card = psexec(&around_psexec());
    let json = serde_json::to_string_pretty(&card).expect("a card is JSON") + "\n";
    for (name, found) in [
        ("psexec.md", card.to_markdown()),
        ("psexec.json", json),
        ("psexec.html", card.to_html()),
    ] {
        let path = manifest("tests/data/card").join(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &found).expect("a writable folder");
        }
        assert!(
            read(&path) == found,
            "{name} differs (UPDATE=1 accepts it):\n{found}"
        );
    }
}

/// Every section of the page that the project began with, with what it shows.
#[test]
fn the_card_of_psexec_has_all_that_the_seed_page_has() {
    let card = psexec(&around_psexec());
    assert_eq!(card.breadcrumb[..2], ["Detection rules", "Sigma"]);
    assert_eq!(card.header.title, "Potential PsExec Remote Execution");
    let [tactic] = card.attack.tactics.as_slice() else {
        panic!("{:?}", card.attack);
    };
    assert_eq!(tactic.name, "Resource Development");
    assert_eq!(
        tactic.techniques[0].to_string(),
        "T1587.001 Develop Capabilities: Malware"
    );
    let events: Vec<String> = card
        .events
        .iter()
        .map(|event| {
            let id = event.event_id.expect("each has an id");
            let title = event.title.as_deref().expect("each has a title");
            format!("{} | Event ID {id} | {title}", event.short_provider())
        })
        .collect();
    let expected = [
        "Sysmon | Event ID 1 | Process creation",
        "Security-Auditing | Event ID 4688 | A new process has been created.",
    ];
    assert_eq!(events, expected);
    let titles: Vec<String> = card
        .stages
        .iter()
        .map(|stage| format!("Stage {}: {}", stage.number, stage.title))
        .collect();
    assert_eq!(
        titles,
        [
            "Stage 0: condition",
            "Stage 1: selection",
            "Stage 2: not filter_main_localhost"
        ]
    );
    assert_eq!(
        card.stages[0].predicates[0].text,
        "selection and not 1 of filter_main_*"
    );
    let rows = |rows: &[sigmatic::card::IndicatorRow]| -> Vec<String> {
        let values = rows
            .iter()
            .flat_map(|row| row.values.iter().map(move |value| (row, value)));
        values
            .map(|(row, value)| {
                format!(
                    "{} {} {}",
                    row.field.as_deref().unwrap_or_default(),
                    row.kind,
                    value.value
                )
            })
            .collect()
    };
    assert_eq!(
        rows(&card.exclusions),
        [
            r"CommandLine match \\\\localhost",
            r"CommandLine match \\\\127."
        ]
    );
    assert_eq!(
        rows(&card.indicators),
        [
            "CommandLine match accepteula",
            "CommandLine match  -u ",
            "CommandLine match  -p ",
            r"CommandLine match  \\\\"
        ]
    );
}

/// The same against the page itself, where it is at hand: its tables' cells and its predicates stand in ours.
#[test]
fn what_the_seed_page_says_is_on_ours() {
    let Some(path) = shared("seed/psexec-rule-page.txt") else {
        return;
    };
    let seed = read(&path);
    let ours = psexec(&around_psexec())
        .to_html()
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    let mut checked = 0;
    let has_rows = seed
        .lines()
        .filter(|line| line.contains('|') && !line.starts_with("|---"));
    for cell in has_rows
        .flat_map(|line| line.split('|'))
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
    {
        // `CommandLine|contains|all:` is a predicate, its parts stand in one word.
        assert!(
            ours.contains(cell.trim_end_matches(':')),
            "'{cell}' of the seed page is missing"
        );
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn counts_are_of_other_rules() {
    let corpus = around_psexec();
    let card = psexec(&corpus);
    let counts: Vec<usize> = card.indicators[0]
        .values
        .iter()
        .map(|value| value.other_rules)
        .collect();
    // 'accepteula': broader, copied, without exclusions; the registry rule asks another field. ' -u ': stricter as well.
    assert_eq!(counts, [3, 3, 3, 2]);
    let excluded: Vec<usize> = card.exclusions[0]
        .values
        .iter()
        .map(|value| value.other_rules)
        .collect();
    assert_eq!(excluded, [0, 0], "exclusions are not looked for");
}

#[test]
fn neighbours_with_the_difference_in_words() {
    let corpus = around_psexec();
    let neighbours = psexec(&corpus).neighbours;
    let shown = |neighbours: &[sigmatic::card::Neighbour]| -> Vec<String> {
        neighbours
            .iter()
            .map(|neighbour| {
                assert!(neighbour.witness.is_some(), "{neighbour:?}");
                format!(
                    "{}: {}",
                    neighbour.rule.title,
                    neighbour.differences.join("; ")
                )
            })
            .collect()
    };
    assert_eq!(
        shown(&neighbours.broader),
        [
            r"PsExec Licence Accepted: does not ask for CommandLine match ' -u '; does not ask for CommandLine match ' -p '; does not ask for CommandLine match ' \\'; does not exclude CommandLine match '\\127.', '\\localhost'",
            r"PsExec Remote Execution Without Exclusions: does not exclude CommandLine match '\\127.', '\\localhost'",
        ]
    );
    assert_eq!(
        shown(&neighbours.stricter),
        [
            r"PsExec With Credentials From A Share: also asks for Image ends_with '\psexec.exe', '\psexec64.exe'; asks for CommandLine match '-accepteula ' where this rule asks for CommandLine match 'accepteula'; asks for CommandLine match ' \\fs' where this rule asks for CommandLine match ' \\'; excludes 1 more value in CommandLine: match '\\::1'"
        ]
    );
    let duplicates: Vec<&str> = neighbours
        .duplicates
        .iter()
        .map(|rule| rule.title.as_str())
        .collect();
    assert_eq!(duplicates, ["PsExec Remote Execution, Copied"]);
    assert!(neighbours.equivalent.is_empty() && neighbours.undecided.is_empty());
}

/// What a filter or a map of log sources added stands in another file.
#[test]
fn places_name_the_file_of_what_was_added() {
    let rule = "title: t\nlogsource: { category: c }\ndetection: { s: { F|contains: abc }, u: { G: x }, condition: s }\n";
    let filter = "title: f\nlogsource: { category: c }\nfilter:\n  rules: any\n  f: { F|contains: b }\n  condition: not f\n";
    let loaded = Collection::loader()
        .text("rule.yml", rule)
        .text("filter.yml", filter)
        .load();
    assert_eq!(loaded.errors().count(), 0, "{:?}", loaded.problems());
    let rows = "\nlog_sources:\n  - logsource: { category: c }\n    events: { F: [abc, x] }\n";
    let map = std::env::temp_dir().join(format!("sigmatic-card-{}.yml", std::process::id()));
    std::fs::write(&map, rows).expect("a writable folder");
    let map = (LogSources::load(&map), std::fs::remove_file(&map));
    let rules = RuleSet::builder()
        .collection(&loaded)
        .log_sources(map.0.expect("the map is in order"))
        .build()
        .expect("the rule compiles");
    let card = Corpus::new(&rules).card(0).expect("there is one rule");
    let told: Vec<String> = card
        .verdicts
        .iter()
        .map(|verdict| {
            let places: Vec<String> = verdict.places.iter().map(ToString::to_string).collect();
            format!("{:?} {}", verdict.kind, places.join(" and "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "FilterSwallows line 3:19 and filter.yml line 5:8",
            "IdentifierUnused line 3:38"
        ]
    );
    assert!(card.to_html().contains("(line 3:19, filter.yml line 5:8)"));
    let places: Vec<String> = card
        .indicators
        .iter()
        .map(|row| row.values[0].place.to_string())
        .collect();
    assert_eq!(places[0], "line 3:31");
    assert!(
        places.iter().any(|place| place.ends_with(".yml line 4:19")),
        "{places:?}"
    );
}

#[test]
fn verdicts_name_items_and_places() {
    use VerdictKind::{
        AlternativeNeverDecides, FilterSwallows, IdentifierNeverDecides, IdentifierUnused,
        ItemNeverDecides, NeedsSeveralValues, NeverMatches, ValueExcluded, ValueNeverDecides,
    };
    for (detection, expected) in [
        (
            "{ s: { F: x, F|exists: false }, condition: s }",
            (
                NeverMatches,
                "no event satisfies 'F' in 's' and 'F|exists' in 's'",
                "3:19",
            ),
        ),
        (
            "{ s: { F|endswith: 'abc' }, f: { F|contains: b }, condition: s and not f }",
            (
                FilterSwallows,
                "whatever matches 'F|endswith' in 's' is excluded by 'F|contains' in 'f'",
                "3:19",
            ),
        ),
        (
            "{ s: { G: x, F|endswith: [b, c] }, t: { F: a1 }, condition: s and t }",
            (
                NeedsSeveralValues,
                "no event whose fields have one value each satisfies 'F|endswith' in 's' and 'F' in 't'",
                "3:25",
            ),
        ),
        (
            "{ s: { F: a }, unused: { G: b }, condition: s }",
            (IdentifierUnused, "no condition uses 'unused'", "3:27"),
        ),
        (
            "{ s: { F|contains: abc }, t: { F|contains: b }, condition: s and t }",
            (
                IdentifierNeverDecides,
                "the rule matches the same events without 't'",
                "3:38",
            ),
        ),
        (
            "{ s: { F|contains: abc, F: '*b*' }, condition: s }",
            (
                ItemNeverDecides,
                "the rule matches the same events without 'F' here",
                "3:36",
            ),
        ),
        (
            "{ s: [{ F|contains: abc, G: 1 }, { F|contains: b }], condition: s }",
            (
                AlternativeNeverDecides,
                "the rule matches the same events without the alternative that begins with 'F|contains'",
                "3:20",
            ),
        ),
        (
            "{ s: { F|contains: [x, abc, b] }, condition: s }",
            (
                ValueNeverDecides,
                "the value 'abc' of 'F|contains' never decides: 'b' does",
                "3:35",
            ),
        ),
        (
            "{ s: { F|contains|all: [b, abc, x] }, condition: s }",
            (
                ValueNeverDecides,
                "the value 'b' of 'F|contains|all' never decides: 'abc' does",
                "3:36",
            ),
        ),
        (
            "{ s: { F|contains: [abc, x] }, f: { F|contains: b }, condition: s and not f }",
            (
                ValueExcluded,
                "whatever has the value 'abc' of 'F|contains' is excluded",
                "3:32",
            ),
        ),
    ] {
        let corpus = corpus(&format!(
            "title: t\nlogsource: {{ category: c }}\ndetection: {detection}\n"
        ));
        let verdicts = corpus.card(0).expect("there is one rule").verdicts;
        let [verdict] = verdicts.as_slice() else {
            panic!("{detection}: {verdicts:#?}");
        };
        let place = &verdict.places[0];
        let place = format!("{}:{}", place.line, place.column);
        assert_eq!(
            (verdict.kind, verdict.message.as_str(), place.as_str()),
            expected,
            "{detection}"
        );
    }
}

#[test]
fn rules_without_fault_have_no_verdict() {
    for detection in [
        "{ s: { F|contains|all: [a, b] }, f: { F|endswith: c, G: null }, condition: s and not f }",
        "{ s: [{ F: a }, { G: b }], condition: s }",
        "{ s: { F|gt: 5, F|lt: 7 }, condition: s }",
        "{ s: { F|startswith: a, F|endswith: a }, condition: s }",
        "{ s: { F: [null, a] }, t: { F|neq: '' }, condition: s and t }",
        "{ s: { F|fieldref: G, F|neq: x }, condition: s }",
        "{ s: { T|hour|gte: 18 }, t: { T|week: 53 }, condition: s or t }",
    ] {
        let corpus = corpus(&format!(
            "title: t\nlogsource: {{ category: c }}\ndetection: {detection}\n"
        ));
        let card = corpus.card(0).expect("there is one rule");
        assert!(
            card.verdicts.is_empty(),
            "{detection}: {:#?}",
            card.verdicts
        );
        assert!(
            card.neighbours.searched,
            "{detection}: no event was found that it matches"
        );
    }
}

#[test]
fn kinds_and_decoded_values() {
    let corpus = corpus(
        r"
title: t
logsource: { category: c }
detection:
  s:
    Eq: a
    Match|contains: 'x\\\\y'
    Starts|startswith: a
    Ends|endswith: a
    Wild: a*b
    Re|re: a+
    Net|cidr: 10.0.0.0/8
    Gt|gt: 5
    There|exists: true
    Nil: null
    Ref|fieldref: Other
    Dash|windash|contains: ' -a'
    B64|base64offset|contains: foobar
    Hour|hour|lt: 6
  condition: s
",
    );
    let rows = corpus.indicators(0);
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            let value = &row.values[0];
            let reads = value.decoded.join(" ");
            format!(
                "{} {} {} {}",
                row.field.as_deref().unwrap_or_default(),
                row.kind,
                value.value,
                reads
            )
        })
        .map(|row| row.trim_end().to_owned())
        .collect();
    assert_eq!(
        shown,
        [
            "Eq eq a",
            r"Match match x\\\\y x\\y",
            "Starts starts_with a",
            "Ends ends_with a",
            "Wild wildcard a*b",
            "Re regex_match a+",
            "Net cidr 10.0.0.0/8",
            "Gt gt 5",
            "There exists true",
            "Nil is_null null",
            "Ref fieldref Other",
            "Dash match  -a  [-/–—―]a",
            "B64 match foobar mb29iyx zm9vymfy zvb2jhc",
            "Hour hour_lt 6",
        ]
    );
}

#[test]
fn groups_of_a_stage() {
    let corpus = corpus(
        "title: t\nlogsource: { category: c }\ndetection: { sel_a: { F: a }, sel_b: { F: b }, f: { G: x }, condition: 1 of sel_* and not f }\n",
    );
    let stages = corpus.card(0).expect("there is one rule").stages;
    let expected = Group::Any(vec![
        Group::Identifier("sel_a".to_owned()),
        Group::Identifier("sel_b".to_owned()),
    ]);
    assert_eq!(
        (stages[1].title.as_str(), &stages[1].group),
        ("1 of sel_*", &expected)
    );
    assert_eq!(stages[1].predicates.len(), 2);
    assert!(stages[2].negated);
}

#[test]
fn the_semantic_hash_sees_meaning_only() {
    let rule = |detection: &str| {
        format!("title: t\nlogsource: {{ category: c }}\ndetection: {detection}\n")
    };
    let hash = |detection: &str| {
        corpus(&rule(detection))
            .semantic_hash(0)
            .expect("there is one rule")
    };
    let same = [
        "{ s: { F|contains: [a, b], G: 1 }, f: { H: x }, condition: s and not f }",
        "{ f: { H: X }, s: { G: 1, F: ['*B*', '*a*'] }, condition: not f and s }",
        "{ s: [{ F|contains: a }, { F|contains: b }], t: { G: 1 }, u: { H|neq: x }, condition: all of them }",
        "{ s: { F|contains: [a, b] }, t: { G: 1 }, u: { H: x }, condition: not (not s or (not t or u)) }",
        "{ s: { F|contains: [a, b], G: '1' }, f: { H: x }, condition: s and not f }",
    ];
    for other in &same[1..] {
        assert_eq!(hash(same[0]), hash(other), "{other}");
    }
    for other in [
        "{ s: { F|contains|all: [a, b], G: 1 }, f: { H: x }, condition: s and not f }",
        "{ s: { F|contains: [a, b], G: 1 }, f: { H: x }, condition: s or not f }",
        "{ s: { F|contains: [a, b], g: 1 }, f: { H: x }, condition: s and not f }",
    ] {
        assert_ne!(hash(same[0]), hash(other), "{other}");
    }
    // Written down, so that a change of the number is seen.
    assert_eq!(
        hash(same[0]).to_string(),
        "c7ad072e5e25d588f6519f200b139808"
    );
}

/// A filter of the collection is part of the rules it is for, and so of their cards and proofs.
#[test]
fn filters_are_part_of_the_card() {
    let text = "title: t\nid: 0b1f0c56-5f5b-4a5e-8f5d-2f1f0f6f0c01\nlogsource: { category: c }\ndetection: { s: { F|contains: abc }, condition: s }\n";
    let filter = "---\ntitle: f\nlogsource: { category: c }\nfilter: { rules: any, own: { F|contains: b }, condition: not own }\n";
    let card = corpus(&format!("{text}{filter}"))
        .card(0)
        .expect("there is one rule");
    assert_eq!(
        card.verdicts[0].kind,
        VerdictKind::FilterSwallows,
        "{:#?}",
        card.verdicts
    );
    assert_eq!(card.exclusions[0].values[0].value, "b");
    assert!(
        corpus(text)
            .card(0)
            .expect("there is one rule")
            .verdicts
            .is_empty()
    );
}

/// Rules made to take long: many identifiers, many alternatives, long lists. What it takes is bounded.
#[test]
fn large_rules_take_bounded_work() {
    let list = |count: usize, entry: &dyn Fn(usize) -> String| {
        (0..count).map(entry).collect::<Vec<_>>().join(", ")
    };
    let identifiers = list(1_500, &|n| {
        format!("s{n}: {{ F|contains: [a{n}, b{n}], G: x{n} }}, f{n}: {{ F|endswith: c{n}, H: y }}")
    });
    let alternatives = list(600, &|n| format!("{{ F|contains: a{n}, G|startswith: b }}"));
    let values = list(5_000, &|n| format!("v{n}"));
    let texts = [
        format!("{{ {identifiers}, condition: 1 of s* and not 1 of f* }}"),
        format!("{{ {identifiers}, condition: all of s* and not all of f* }}"),
        format!(
            "{{ s: [{alternatives}], t: [{alternatives}], u: [{alternatives}], condition: s and t and u }}"
        ),
        format!(
            "{{ s: {{ F|contains: [{values}] }}, t: {{ F|contains|all: [{values}] }}, condition: s or not t }}"
        ),
    ];
    let documents: Vec<String> = texts
        .iter()
        .map(|detection| {
            format!("title: t\nlogsource: {{ category: c }}\ndetection: {detection}\n")
        })
        .collect();
    let corpus = corpus(&documents.join("---\n"));
    assert_eq!(corpus.len(), 4);
    let start = std::time::Instant::now();
    for index in 0..corpus.len() {
        let card = corpus.card(index).expect("there is such a rule");
        assert!(!card.indicators.is_empty());
        for other in 0..corpus.len() {
            assert!(corpus.compare(index, other).is_some());
        }
    }
    // Generous, for a slow machine without optimisation; without the bounds it takes hours.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
