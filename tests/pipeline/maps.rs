//! The pipelines that come with the crate: what each does to real rules and events, and that it says what it does not
//! map. `UPDATE=1` writes these lists anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::{Value, json};
use sigmatic::pipeline::{Pipeline, Pipelines};
use sigmatic::rule::{Detection, LogSource};
use sigmatic::{Collection, Error, Placeholders, Rule, RuleSet};

use crate::shared::{files, read, shared};

/// SigmaHQ's rules that are in use; `None` if they are not at hand.
fn rules() -> Option<&'static [Arc<Rule>]> {
    static RULES: OnceLock<Option<Vec<Arc<Rule>>>> = OnceLock::new();
    let load = || {
        let sigmahq = shared("corpus/sigmahq")?;
        let folders = [
            "rules",
            "rules-compliance",
            "rules-emerging-threats",
            "rules-threat-hunting",
        ];
        let loader = folders.iter().fold(Collection::loader(), |loader, folder| {
            loader.path(sigmahq.join(folder))
        });
        Some(loader.load().rules().cloned().collect())
    };
    RULES.get_or_init(load).as_deref()
}

fn fields(rule: &Rule) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for identifier in &rule.detections.identifiers {
        add_fields(&identifier.detection, &mut fields);
    }
    fields
}

fn add_fields(detection: &Detection, fields: &mut BTreeSet<String>) {
    match detection {
        Detection::All(items) => fields.extend(items.iter().filter_map(|item| item.field.clone())),
        Detection::Keywords(item) => fields.extend(item.field.clone()),
        Detection::Any(parts) | Detection::Every(parts) => {
            parts.iter().for_each(|part| add_fields(part, fields));
        }
        other => panic!("a detection that is not known here: {other:?}"),
    }
}

/// Compares what is not mapped with the list in a map's file: the comment lines after one that begins with `Not mapped`.
fn check_list(name: &str, unmapped: &BTreeSet<String>) {
    let path = map_file(name);
    let text = read(&path);
    let start = text.find("# Not mapped").expect("the file has the list");
    let start = start + text[start..].find('\n').expect("a line after it") + 1;
    let end = start + text[start..].find("\nname:").expect("the list ends") + 1;
    let mut listed = String::new();
    let mut line = String::from("#  ");
    for (index, field) in unmapped.iter().enumerate() {
        let comma = if index + 1 < unmapped.len() { "," } else { "" };
        if line.len() + field.len() > 110 {
            writeln!(listed, "{line}").expect("writing to a string cannot fail");
            line = String::from("#  ");
        }
        write!(line, " {field}{comma}").expect("writing to a string cannot fail");
    }
    writeln!(listed, "{line}").expect("writing to a string cannot fail");
    if std::env::var_os("UPDATE").is_some() {
        let new = format!("{}{listed}{}", &text[..start], &text[end..]);
        fs::write(path, new).expect("the list can be written");
        return;
    }
    assert_eq!(
        &text[start..end],
        listed,
        "the list in {name}.yml (UPDATE=1 writes it)"
    );
}

fn map_file(name: &str) -> PathBuf {
    let maps = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pipeline/maps");
    maps.join(name).with_extension("yml")
}

/// The fields of the rules of a log source that keep their names, or get only a prefix.
fn unmapped(
    pipeline: Pipeline,
    of: &LogSource,
    same: &[&str],
    prefix: &str,
) -> Option<BTreeSet<String>> {
    let pipelines = Pipelines::new([pipeline]).expect("for this engine");
    let mut unmapped = BTreeSet::new();
    for rule in rules()?.iter().filter(|rule| of.covers(&rule.log_source)) {
        let applied = pipelines
            .apply(rule)
            .unwrap_or_else(|error| panic!("{error}"));
        let before = fields(rule);
        for field in fields(&applied.document) {
            if let Some(rest) = field.strip_prefix(prefix).filter(|_| !prefix.is_empty()) {
                unmapped.insert(rest.to_owned());
            } else if before.contains(&field) && !same.contains(&field.as_str()) {
                unmapped.insert(field);
            }
        }
    }
    Some(unmapped)
}

#[test]
fn sound_and_without_warnings() {
    for (pipeline, name) in [
        (Pipeline::sysmon(), "sysmon"),
        (Pipeline::windows_audit(), "windows_audit"),
        (Pipeline::ecs_windows(), "ecs_windows"),
        (Pipeline::ecs_linux(), "ecs_linux"),
    ] {
        assert!(pipeline.warnings().is_empty(), "{:?}", pipeline.warnings());
        let again = Pipeline::load(map_file(name)).expect("the file is sound");
        assert_eq!(again.name(), pipeline.name());
    }
}

#[test]
fn sysmon_lists_what_it_does_not_map() {
    let Some(rules) = rules() else { return };
    let pipelines = Pipelines::new([Pipeline::sysmon()]).expect("for this engine");
    let mut unmapped = BTreeSet::new();
    for rule in rules {
        let source = &rule.log_source;
        let applied = pipelines
            .apply(rule)
            .unwrap_or_else(|error| panic!("{error}"));
        if source.product.as_deref() != Some("windows") || !applied.items.is_empty() {
            continue;
        }
        unmapped.extend(source.category.clone());
    }
    check_list("sysmon", &unmapped);
}

#[test]
fn windows_audit_lists_what_it_does_not_map() {
    let same = [
        "CommandLine",
        "Protocol",
        "SourcePort",
        "Channel",
        "EventID",
        "Provider_Name",
        "Computer",
    ];
    let of = |category| LogSource::new(category, "windows", "");
    let Some(process) = unmapped(
        Pipeline::windows_audit(),
        &of("process_creation"),
        &same,
        "",
    ) else {
        return;
    };
    // The command line of 4688 is none of 5156.
    let same: Vec<_> = same
        .into_iter()
        .filter(|field| *field != "CommandLine")
        .collect();
    let network = unmapped(
        Pipeline::windows_audit(),
        &of("network_connection"),
        &same,
        "",
    );
    let events = [("4688", process), ("5156", network.unwrap_or_default())];
    let named = events.into_iter().flat_map(|(event, fields)| {
        fields
            .into_iter()
            .map(move |field| format!("{field} ({event})"))
    });
    check_list("windows_audit", &named.collect());
}

#[test]
fn ecs_lists_what_it_does_not_map() {
    let windows = LogSource::new("", "windows", "");
    let Some(mut fields) = unmapped(Pipeline::ecs_windows(), &windows, &[], "winlog.event_data.")
    else {
        return;
    };
    // Mapped, and looked for in the original too.
    fields.retain(|field| field != "IpAddress" && field != "IpPort");
    check_list("ecs_windows", &fields);
    let linux = LogSource::new("", "linux", "");
    let fields = unmapped(Pipeline::ecs_linux(), &linux, &[], "auditd.log.");
    let mut fields = fields.unwrap_or_default();
    // A name of its own in Filebeat, not the prefix alone.
    fields.remove("record_type");
    check_list("ecs_linux", &fields);
}

/// What the maps make of SigmaHQ's rules can be compiled, and can be written and read back.
#[test]
fn rewritten_rules_are_rules() {
    let Some(rules) = rules() else { return };
    let chains = [
        vec![
            Pipeline::sysmon(),
            Pipeline::ecs_windows(),
            Pipeline::ecs_linux(),
        ],
        vec![Pipeline::windows_audit()],
    ];
    for pipelines in chains {
        let pipelines = Pipelines::new(pipelines).expect("for this engine");
        // The one placeholder that these rules have.
        let mut placeholders = Placeholders::new();
        placeholders.insert("known_cdcs", ["dc1"]);
        let mut builder = RuleSet::builder().placeholders(placeholders);
        for rule in rules {
            let applied = pipelines
                .apply(rule)
                .unwrap_or_else(|error| panic!("{error}"));
            let text = applied
                .document
                .to_yaml()
                .unwrap_or_else(|error| panic!("{error}"));
            let again = Rule::from_yaml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(again.to_yaml().ok().as_ref(), Some(&text));
            builder = builder.rule(applied.document);
        }
        let set = builder
            .build()
            .expect("what is wrong with a rule concerns that rule alone");
        let errors = set.problems().iter().filter(|problem| problem.is_error());
        let errors: Vec<String> = errors.map(ToString::to_string).collect();
        assert_eq!(errors, [""; 0]);
        assert_eq!(set.len(), rules.len());
    }
}

fn is_match(pipelines: Vec<Pipeline>, rule: &str, event: &Value) -> Result<bool, Error> {
    let builder = RuleSet::builder().rule(Rule::from_yaml(rule)?);
    let set = pipelines
        .into_iter()
        .fold(builder, sigmatic::RuleSetBuilder::pipeline)
        .build()?;
    assert_eq!(set.len(), 1, "{:?}", set.problems());
    Ok(set.is_match(event, &mut set.scratch()))
}

const PROCESS: &str = r"
title: Whoami as System
logsource: { category: process_creation, product: windows }
detection:
  selection:
    Image|endswith: '\whoami.exe'
    ParentImage|endswith: '\cmd.exe'
    IntegrityLevel: System
    User|contains: AUTHORI
  condition: selection
";

#[test]
fn process_creations_in_three_forms() -> Result<(), Error> {
    let sysmon = json!({
        "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "IntegrityLevel": "System",
        "Image": r"C:\Windows\System32\whoami.exe", "ParentImage": r"C:\Windows\System32\cmd.exe",
        "User": r"NT AUTHORITY\SYSTEM",
    });
    let audit = json!({
        "Channel": "Security", "EventID": 4688, "MandatoryLabel": "S-1-16-16384",
        "NewProcessName": r"C:\Windows\System32\whoami.exe", "ParentProcessName": r"C:\Windows\System32\cmd.exe",
        "SubjectUserName": "SYSTEM", "SubjectDomainName": "NT AUTHORITY",
    });
    let ecs = json!({
        "event": { "code": "1" }, "winlog": {
            "channel": "Microsoft-Windows-Sysmon/Operational", "event_data": { "IntegrityLevel": "System" },
        },
        "process": {
            "executable": r"C:\Windows\System32\whoami.exe",
            "parent": { "executable": r"C:\Windows\System32\cmd.exe" },
        },
        "user": { "name": "SYSTEM", "domain": "NT AUTHORITY" },
    });
    let forms = [
        (vec![Pipeline::sysmon()], &sysmon),
        (vec![Pipeline::windows_audit()], &audit),
        // The schema's fields win in either order: priorities say which comes first.
        (vec![Pipeline::ecs_windows(), Pipeline::sysmon()], &ecs),
    ];
    for (own, (pipelines, _)) in forms.iter().enumerate() {
        for (other, (_, event)) in forms.iter().enumerate() {
            assert_eq!(
                is_match(pipelines.clone(), PROCESS, event)?,
                own == other,
                "{own}: {event}"
            );
        }
    }
    let other = json!({ "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 11, "IntegrityLevel": "System",
        "Image": r"C:\whoami.exe", "ParentImage": r"C:\cmd.exe", "User": "NT AUTHORITY" });
    assert!(
        !is_match(vec![Pipeline::sysmon()], PROCESS, &other)?,
        "another kind of event"
    );
    Ok(())
}

#[test]
fn hashes_and_directions_in_ecs() -> Result<(), Error> {
    let rule = |category: &str, item: &str| {
        format!(
            "{{ title: t, logsource: {{ category: {category}, product: windows }}, detection: {{ s: {{ {item} }}, condition: s }} }}"
        )
    };
    let ecs = || vec![Pipeline::ecs_windows()];
    for (category, item, event) in [
        (
            "process_creation",
            "Hashes|contains: IMPHASH=0a",
            json!({ "process": { "pe": { "imphash": "0A" } } }),
        ),
        (
            "process_creation",
            "Hashes|contains: MD5=0a",
            json!({ "process": { "hash": { "md5": "0a" } } }),
        ),
        (
            "image_load",
            "Hashes|contains: [SHA1=00, SHA256=0a]",
            json!({ "file": { "hash": { "sha256": "0a" } } }),
        ),
        (
            "network_connection",
            "Initiated: 'true'",
            json!({ "network": { "direction": "egress" } }),
        ),
        (
            "process_creation",
            "Product: x",
            json!({ "process": { "pe": { "product": "x" } } }),
        ),
        (
            "image_load",
            "Product: x",
            json!({ "file": { "pe": { "product": "x" } } }),
        ),
        (
            "ps_module",
            "Payload: x",
            json!({ "winlog": { "event_data": { "Payload": "x" } } }),
        ),
    ] {
        assert!(
            is_match(ecs(), &rule(category, item), &event)?,
            "{category}: {item}"
        );
        assert!(
            !is_match(ecs(), &rule(category, item), &json!({}))?,
            "{category}: {item}"
        );
    }
    let auditd = "{ title: t, logsource: { product: linux, service: auditd }, detection: { s: { type: EXECVE, a0: cat,
        exe|endswith: /cat }, condition: s } }";
    let event = json!({ "auditd": { "log": { "record_type": "EXECVE", "a0": "cat" } }, "process": { "executable": "/bin/cat" } });
    assert!(is_match(vec![Pipeline::ecs_linux()], auditd, &event)?);
    Ok(())
}

#[derive(Deserialize)]
struct Positive {
    rule_path: String,
    events: Vec<Value>,
    expected_at_least: usize,
}

/// SigmaHQ's own positives that Sysmon wrote match with the map as without it.
#[test]
fn positives_of_sysmon_match() {
    let (Some(regression), Some(sigmahq)) = (shared("corpus/regression"), shared("corpus/sigmahq"))
    else {
        return;
    };
    let mut seen = 0;
    for path in files(&regression, ".json") {
        let case: Positive = serde_json::from_str(&read(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let of_sysmon = |event: &&Value| event["Channel"] == "Microsoft-Windows-Sysmon/Operational";
        if !case.events.iter().all(|event| of_sysmon(&event)) {
            continue;
        }
        let rules = Collection::load(sigmahq.join(&case.rule_path)).expect("the rule is there");
        let builder = RuleSet::builder().collection(&rules);
        let set = builder
            .pipeline(Pipeline::sysmon())
            .build()
            .expect("for this engine");
        let mut scratch = set.scratch();
        let matches = case
            .events
            .iter()
            .filter(|event| set.is_match(*event, &mut scratch));
        let count = matches.count();
        assert!(
            count >= case.expected_at_least,
            "{}: {count}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen > 10, "cases of Sysmon: {seen}");
}
