//! What is wrong with a text is said in these words: `data/errors/NAME.yml` against `NAME.txt`.
//!
//! `UPDATE=1 cargo test errors` writes the expected texts anew, to be read before they are committed. A file may begin
//! with `# lenient`, and with lines such as `# limit condition_bytes 10`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use sigmatic::collection::{Collection, Loader};
use sigmatic::error::{Error, ErrorKind, Limits};
use sigmatic::pipeline::LogSources;
use sigmatic::rule::{Correlation, Document, Rule};
use sigmatic::{Placeholders, RuleSet};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/errors")
}

#[test]
fn texts_are_as_expected() {
    compare(folder(), problems_of);
}

/// The first error of each map of log sources.
#[test]
fn maps_of_log_sources() {
    compare(folder().join("log-sources"), |path| {
        let text = fs::read_to_string(path).expect("the file can be read");
        match LogSources::from_yaml(&text) {
            Ok(map) => format!("{} log sources\n", map.log_sources().len()),
            Err(error) => format!("{error}\n"),
        }
    });
}

/// The first error of each table of placeholders.
#[test]
fn tables_of_placeholders() {
    compare(folder().join("placeholders"), |path| {
        let text = fs::read_to_string(path).expect("the file can be read");
        match Placeholders::from_yaml(&text) {
            Ok(table) => format!("{table:?}\n"),
            Err(error) => format!("{error}\n"),
        }
    });
}

fn compare(folder: PathBuf, found: impl Fn(&Path) -> String) {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .collect();
    files.sort();
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in files {
        let found = found(&path);
        let expected_path = path.with_extension("txt");
        if update {
            fs::write(&expected_path, found).expect("the expected text can be written");
        } else if fs::read_to_string(&expected_path).ok().as_ref() != Some(&found) {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "other words than expected (UPDATE=1 accepts them)\n{}",
        wrong.join("\n")
    );
}

/// All problems, one a line.
fn problems_of(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the file can be read");
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .expect("names are text");
    let loaded = loader_for(&text).text(name, text.as_str()).load();
    let mut printed = String::new();
    for problem in loaded.problems() {
        writeln!(printed, "{problem}").expect("writing to a string cannot fail");
    }
    printed
}

/// The settings in the first lines.
fn loader_for(text: &str) -> Loader {
    let mut limits = Limits::default();
    let mut lenient = false;
    for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["lenient"] => lenient = true,
            ["limit", name, value] => {
                let value = value.parse().expect("limits are numbers");
                match *name {
                    "condition_bytes" => limits.condition_bytes = value,
                    "condition_depth" => limits.condition_depth = value,
                    "selection_bytes" => limits.selection_bytes = value,
                    "template_nodes" => limits.template_nodes = value,
                    other => panic!("limit '{other}' is not known here"),
                }
            }
            _ => {}
        }
    }
    Collection::loader().lenient(lenient).limits(limits)
}

#[test]
fn one_document_is_expected() {
    let rule = "{ title: r, logsource: { product: p }, detection: { s: [a], condition: s } }\n";
    let message = |result: Result<Rule, Error>| result.map_err(|error| error.to_string()).err();
    assert_eq!(
        message(Rule::from_yaml("")).as_deref(),
        Some("the text has 0 documents, expected one")
    );
    let two = format!("{rule}---\n{rule}");
    assert_eq!(
        message(Rule::from_yaml(&two)).as_deref(),
        Some("the text has 2 documents, expected one")
    );
    let other = Correlation::from_yaml(rule)
        .map_err(|error| error.to_string())
        .err();
    assert_eq!(
        other.as_deref(),
        Some("the document is a rule, expected a correlation")
    );
    let value = serde_json::from_str::<Document>("[1]")
        .map_err(|error| error.to_string())
        .err();
    assert_eq!(
        value.as_deref(),
        Some("the document is a list, but must be a map ('title: …')")
    );
    let value = serde_json::from_str::<Rule>("{\"title\": \"x\"}")
        .map_err(|error| error.to_string())
        .err();
    assert_eq!(value.as_deref(), Some("rule 'x': 'logsource' is missing"));
}

/// A rule without its filters would fire where it must not: it is left out.
#[test]
fn filters_beyond_the_limit() {
    let text = "title: r\nlogsource: { product: p }\ndetection: { s: { F: a }, condition: s }\n\
                ---\ntitle: f\nlogsource: { product: p }\nfilter: { rules: any, s: [b, c, d], condition: not s }\n";
    let loaded = Collection::loader().text("r.yml", text).load();
    let mut limits = Limits::default();
    limits.filter_nodes = 6;
    let built = |limits| {
        RuleSet::builder()
            .collection(&loaded)
            .limits(limits)
            .build()
            .expect("a set")
    };
    let set = built(limits.clone());
    let printed: Vec<String> = set.problems().iter().map(ToString::to_string).collect();
    assert_eq!(set.len(), 0);
    assert_eq!(
        printed,
        [
            "r.yml: rule 'r': filters add more than 6 nodes to the rules of the set, the limit 'filter_nodes' \
          (name the rules that a filter is for)"
        ]
    );
    limits.filter_nodes = 7;
    assert_eq!(built(limits).len(), 1);
}

/// A map that cannot be compiled: no rule would have its events.
#[test]
fn map_with_a_bad_pattern() {
    let map = "log_sources:\n  - logsource: { product: p }\n    events: { Channel|re: '(' }\n";
    let map = LogSources::from_yaml(map).expect("a map");
    let error = RuleSet::builder()
        .log_sources(map)
        .build()
        .expect_err("no pattern");
    assert_eq!(
        (error.kind(), error.location().map(|place| place.line)),
        (ErrorKind::Value, Some(3))
    );
    let missing = LogSources::load(folder().join("nowhere")).expect_err("there is no such file");
    assert_eq!(missing.kind(), ErrorKind::Io);
}

#[test]
fn paths_that_cannot_be_read() {
    let missing = Collection::load(folder().join("nowhere")).expect_err("there is no such folder");
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.file().is_some_and(|file| file.ends_with("nowhere")));
    assert!(missing.to_string().contains("nowhere: cannot be read: "));
}

#[test]
fn folders_are_read_in_order() {
    let folder = std::env::temp_dir().join(format!("sigmatic-errors-{}", std::process::id()));
    let inner = folder.join("a");
    let hidden = folder.join(".hidden");
    fs::create_dir_all(&inner)
        .and_then(|()| fs::create_dir_all(&hidden))
        .expect("folders can be made");
    let empty = Collection::load(&inner).expect("the folder can be read");
    let rule = |title: &str| {
        format!(
            "{{ title: {title}, logsource: {{ product: p }}, detection: {{ s: [a], condition: s }} }}\n"
        )
    };
    for (path, title) in [
        ("b.yml", "third"),
        ("a/z.YAML", "second"),
        ("a/b.yml", "first"),
        (".hidden/x.yml", "no"),
        ("x.txt", "no"),
    ] {
        fs::write(folder.join(path), rule(title)).expect("files can be written");
    }
    let long = Collection::loader().limits({
        let mut limits = Limits::default();
        limits.text_bytes = 10;
        limits
    });
    let long = long.path(folder.join("b.yml")).load();
    let loaded = Collection::load(&folder);
    fs::remove_dir_all(&folder).expect("folders can be removed");

    let loaded = loaded.expect("the folder can be read");
    let titles: Vec<&str> = loaded.rules().map(|rule| rule.title()).collect();
    assert_eq!(titles, ["first", "second", "third"]);
    let file = loaded
        .rules()
        .next()
        .and_then(|rule| rule.metadata.source.file.clone());
    assert!(file.is_some_and(|file| file.ends_with("b.yml")));
    let warning = empty
        .problems()
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(
        warning.ends_with("a: warning: the folder has no file that ends in '.yml' or '.yaml'"),
        "{warning}"
    );
    let error = long
        .problems()
        .first()
        .map(|problem| problem.error().message())
        .unwrap_or_default();
    assert_eq!(
        error,
        format!(
            "the text has {} bytes, but the limit is 10",
            rule("third").len()
        )
    );
}

#[test]
fn joined_collections_are_looked_at_anew() {
    let correlation = "{ title: c, correlation: { type: event_count, rules: r, timespan: 1m, condition: { gte: 2 } } }\n";
    let rule =
        "{ title: r, name: r, logsource: { product: p }, detection: { s: [a], condition: s } }\n";
    let mut joined = Collection::from_yaml(correlation);
    assert_eq!(
        (joined.correlations().count(), joined.errors().count()),
        (0, 1)
    );
    joined.extend(Collection::from_yaml(rule));
    assert_eq!(
        (joined.correlations().count(), joined.errors().count()),
        (1, 0)
    );
    assert!(matches!(joined.referenced("r"), Some(Document::Rule(_))));
    joined.extend(Collection::from_yaml(rule));
    let messages: Vec<String> = joined
        .problems()
        .iter()
        .map(|problem| problem.error().message())
        .collect();
    assert!(
        messages
            .iter()
            .any(|message| message == "name 'r' is also that of 'r' (1:1)"),
        "{messages:?}"
    );
    assert!(joined.referenced("r").is_none());
    assert_eq!(
        (joined.rules().count(), joined.correlations().count()),
        (2, 0)
    );
}
