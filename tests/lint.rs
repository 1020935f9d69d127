//! Findings: every code's example has it at its place, fixes mend it, and no finding contradicts loading.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use sigmatic::lint::{Code, Finding, Linter, Report, Severity};
use sigmatic::{Collection, RuleSet};

use crate::shared::shared;

fn report(text: &str) -> Report {
    Linter::new()
        .conventions(true)
        .text("example.yml", text)
        .run()
}

fn show(findings: &[Finding]) -> String {
    let mut shown = String::new();
    for finding in findings {
        let at = &finding.position;
        let _ = writeln!(
            shown,
            "  {} {}:{} {}",
            finding.code, at.line, at.column, finding.message
        );
    }
    shown
}

#[test]
fn examples_have_their_finding() {
    let mut wrong = String::new();
    for code in Code::all() {
        let (text, line, column) = code.example();
        let report = report(&text);
        let findings = report.findings();
        let found = findings.iter().find(|finding| {
            finding.code == code.name
                && (finding.position.line, finding.position.column) == (line, column)
        });
        let Some(found) = found else {
            let _ = writeln!(
                wrong,
                "{} at {line}:{column}, but found\n{}",
                code.name,
                show(findings)
            );
            continue;
        };
        if found.severity != code.severity {
            let _ = writeln!(wrong, "{}: {:?}", code.name, found.severity);
        }
        if found.position.start >= found.position.end
            || text.get(found.position.start..found.position.end).is_none()
        {
            let _ = writeln!(
                wrong,
                "{}: bytes {}..{}",
                code.name, found.position.start, found.position.end
            );
        }
        if found.severity != Severity::Error && found.remedy.is_none() {
            let _ = writeln!(wrong, "{}: no remedy in '{}'", code.name, found.message);
        }
        if found.fix.is_some() != code.fixable {
            let _ = writeln!(wrong, "{}: fix {:?}", code.name, found.fix);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The finding is gone, comments stay, and there is nothing left to fix.
#[test]
fn fixes_mend_and_end() {
    for code in Code::all().filter(|code| code.fixable) {
        let (text, ..) = code.example();
        let text = format!("# before\n{text}# after\n");
        let (changed, report) = Linter::new()
            .conventions(true)
            .text("example.yml", &text)
            .fix();
        let [(_, fixed)] = changed.as_slice() else {
            panic!("{}: nothing changed", code.name);
        };
        assert!(
            fixed.starts_with("# before\n") && fixed.ends_with("# after\n"),
            "{}: {fixed}",
            code.name
        );
        assert!(
            report
                .findings()
                .iter()
                .all(|finding| finding.code != code.name),
            "{}: {fixed}",
            code.name
        );
        assert_eq!(
            Collection::from_yaml(fixed).errors().count(),
            0,
            "{}: {fixed}",
            code.name
        );
        let (again, _) = Linter::new()
            .conventions(true)
            .text("example.yml", fixed)
            .fix();
        assert!(again.is_empty(), "{}: {again:?}", code.name);
        // All lines but those of the finding are as they were.
        let kept = text
            .lines()
            .filter(|line| fixed.lines().any(|other| other == *line))
            .count();
        assert!(kept + 1 >= text.lines().count(), "{}: {fixed}", code.name);
    }
}

/// Fixes in quotes, in brackets, beside comments, with carriage returns: done right or not at all.
#[test]
fn fixes_keep_layout() {
    let rule = |items: &str| {
        format!(
            "title: r\nid: 6f3e2987-db24-4c78-a860-b4f4095a7095\nlogsource: {{ product: p }}\ndetection:\n  s:\n{items}  condition: s\nlevel: low\n"
        )
    };
    for (before, after) in [
        (
            "    'F|contains|all': a  # why\n",
            "    'F|contains': a  # why\n",
        ),
        ("    F|contains|all: [a]\n", "    F|contains: [a]\n"),
        (
            "    F:\r\n      - a\r\n      - a\r\n      - b\r\n",
            "    F:\r\n      - a\r\n      - b\r\n",
        ),
        (
            "    F:\n      - a\n      - a # again\n",
            "    F:\n      - a\n      - a # again\n",
        ),
        ("    F: [a, a]\n", "    F: [a, a]\n"),
        ("    F|base64|base64: a\n", "    F|base64|base64: a\n"),
        (
            "    F|startswith|endswith|contains: a\n",
            "    F|contains: a\n",
        ),
        (
            "    F|contains|all:\n      - aa\n      - aaa\n",
            "    F|contains:\n      - aaa\n",
        ),
        ("    F: []\n", "    F: null\n"),
    ] {
        let (changed, _) = Linter::new().text("r.yml", rule(before)).fix();
        let fixed = changed
            .first()
            .map_or_else(|| rule(before), |(_, text)| text.clone());
        assert_eq!(fixed, rule(after));
    }
}

#[test]
fn sound_values_are_no_findings() {
    let text = r"
title: Sound
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource: { product: windows }
detection:
  selection:
    Image: C:\Users\\*\a.exe
    CommandLine|re: 'https?://evil\.com/[a.com].*\w.net'
    Share: '\\\\*\\C$'
    Note|contains: 'is it\? yes'
  condition: selection
level: low
";
    let report = Linter::new().text("r.yml", text).run();
    assert!(report.findings().is_empty(), "{}", show(report.findings()));
}

#[test]
fn text_marks_the_place() {
    let text = "title: r\nid: 6f3e2987-db24-4c78-a860-b4f4095a7095\nlogsource: { product: p }\ndetection:\n  s:\n    ä|contains|all: x\n  condition: s\nlevel: low\n";
    let report = Linter::new().text("r.yml", text).run();
    let expected = "\
warning[all-of-one]: modifier 'all' has fewer than two values to link
 --> r.yml:6:5
   | 
 6 |     ä|contains|all: x
   |     ^^^^^^^^^^^^^^
   = rule: r
   = help: drop it
   = fix: can be applied

";
    assert_eq!(report.to_text(false), expected);
    assert!(
        report
            .to_text(true)
            .contains("\u{1b}[1;33mwarning[all-of-one]\u{1b}[0m")
    );
}

/// What the standard requires of each object (sections 3.13, 3.14, 3.18, 3.19, 3.27, 3.29, 3.55 to 3.57).
#[test]
fn sarif_has_what_the_standard_requires() {
    let mut linter = Linter::new().conventions(true);
    for code in Code::all() {
        linter = linter.text(format!("rules/a b/{}.yml", code.name), code.example().0);
    }
    let log = serde_json::to_value(linter.run().to_sarif()).expect("a log");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(run["tool"]["driver"]["name"].is_string());
    assert_eq!(rules.len(), Code::all().count());
    let is_level = |level: &Value| {
        ["none", "note", "warning", "error"]
            .iter()
            .any(|known| level == known)
    };
    for rule in rules {
        assert!(
            rule["id"].is_string() && rule["shortDescription"]["text"].is_string(),
            "{rule}"
        );
        assert!(is_level(&rule["defaultConfiguration"]["level"]), "{rule}");
    }
    let results = run["results"].as_array().expect("results");
    assert!(results.len() >= rules.len());
    for result in results {
        assert!(
            result["message"]["text"].is_string() && is_level(&result["level"]),
            "{result}"
        );
        let index = result["ruleIndex"]
            .as_u64()
            .and_then(|index| usize::try_from(index).ok())
            .expect("an index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        for location in result["locations"].as_array().into_iter().flatten() {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(uri.starts_with("rules/a%20b/"), "{uri}");
            assert!(
                physical["region"]["startLine"].as_u64() > Some(0),
                "{result}"
            );
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let changes = fix["artifactChanges"].as_array().expect("changes");
            for change in changes {
                assert!(change["artifactLocation"]["uri"].is_string());
                for replacement in change["replacements"].as_array().expect("replacements") {
                    assert!(
                        replacement["deletedRegion"]["byteOffset"].is_u64(),
                        "{replacement}"
                    );
                }
            }
        }
    }
}

/// The page of all codes is written from their table. `UPDATE=1` writes it anew.
#[test]
fn page_of_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/lint.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    assert_eq!(
        std::fs::read_to_string(&path).ok(),
        Some(page),
        "UPDATE=1 writes it anew"
    );
}

fn page() -> String {
    let mut page = "# Findings\n\nWhat [`lint`](crate::lint) finds: each code with the part of a document that has it. Written \
                    from the table that the tests run.\n\n| code | severity | what | fix |\n|---|---|---|---|\n"
        .to_owned();
    for code in Code::all() {
        let fix = if code.fixable { "yes" } else { "" };
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {fix} |",
            code.name, code.severity, code.summary
        );
    }
    let mut group = None;
    for code in Code::all() {
        if group != Some(code.group) {
            let _ = writeln!(page, "\n## {}", code.group.words());
        }
        group = Some(code.group);
        let _ = write!(page, "\n### {}\n\n{}", code.name, code.summary);
        if let Some(remedy) = code.remedy {
            let _ = write!(page, " Remedy: {remedy}.");
        }
        let _ = writeln!(
            page,
            "\n\n```yaml\n{}\n```",
            code.excerpt().trim_end_matches('\n')
        );
    }
    page
}

/// A rule without error findings loads and compiles, and one with an error finding does not: no lint contradicts loading.
#[test]
fn findings_agree_with_loading() {
    let Some(folder) = shared("corpus/sigmahq/rules") else {
        return;
    };
    let (report, loaded) = (
        Linter::new().path(&folder).run(),
        Collection::load(&folder).expect("a folder"),
    );
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("a set");
    let errors = report
        .findings()
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let mut found: Vec<(String, u32)> = errors
        .map(|finding| {
            (
                finding
                    .position
                    .file
                    .as_deref()
                    .unwrap_or_default()
                    .to_owned(),
                finding.position.line,
            )
        })
        .collect();
    let problems = loaded.problems().iter().chain(rules.problems());
    let mut expected: Vec<(String, u32)> = problems
        .filter(|problem| problem.is_error())
        // Rules with placeholders wait for a table.
        .filter(|problem| !problem.error().message().starts_with("placeholder "))
        .map(|problem| {
            let error = problem.error();
            (
                error.file().unwrap_or_default().to_owned(),
                error.location().map_or(0, |place| place.line),
            )
        })
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(report.documents(), loaded.documents().count());
}
