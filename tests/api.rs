//! The promises of the public types: sharing between threads, an event of one's own, messages that read well.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use sigmatic::error::{ErrorKind, Limits, Location, Problem};
use sigmatic::event::{AsFieldValue, FieldValue, List};
use sigmatic::rule::{Detection, Value};
use sigmatic::{Collection, Error, Event, Match, Placeholders, Rule, RuleSet, Settings};

const WHOAMI: &str = r"
title: Whoami
id: 6d1f0f8e-0000-4000-8000-000000000001
logsource: { category: process_creation }
detection:
  selection:
    Image|endswith: '\whoami.exe'
    Parent.Id|gt: 4
    Rights: admin
  condition: selection
level: low
";

#[test]
fn what_is_shared_can_be_shared() {
    fn is_shared<
        T: Send + Sync + UnwindSafe + RefUnwindSafe + Clone + std::fmt::Debug + 'static,
    >() {
    }
    is_shared::<RuleSet>();
    is_shared::<Collection>();
    is_shared::<Rule>();
    is_shared::<Error>();
    is_shared::<Problem>();
    is_shared::<Limits>();
    fn is_sent<T: Send + UnwindSafe + std::fmt::Debug>() {}
    is_sent::<Match<'_>>();
    is_sent::<sigmatic::Scratch>();
    fn is_error<T: std::error::Error + 'static>() {}
    is_error::<Error>();
}

#[test]
fn one_rule_set_serves_many_threads() {
    let rules = RuleSet::from_yaml(WHOAMI).expect("a good rule");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut scratch = rules.scratch();
                for _ in 0..10 {
                    assert!(rules.is_match(&Process::whoami(), &mut scratch));
                }
            });
        }
    });
}

/// An event as an embedder has it: fields of a struct, nothing stored as a map.
struct Process {
    image: String,
    parent: Parent,
    rights: Rights,
}

struct Parent {
    id: u32,
}

struct Rights(&'static [&'static str]);

impl Process {
    fn whoami() -> Self {
        Self {
            image: r"C:\Windows\System32\WHOAMI.EXE".to_owned(),
            parent: Parent { id: 700 },
            rights: Rights(&["debug", "Admin"]),
        }
    }
}

impl Event for Process {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        match name {
            "Image" => Some(self.image.as_field_value()),
            "Parent" => Some(FieldValue::Map(&self.parent)),
            "Rights" => Some(FieldValue::List(&self.rights)),
            _ => None,
        }
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        for name in ["Image", "Parent", "Rights"] {
            if let Some(value) = self.field(name) {
                visit(name, value);
            }
        }
    }
}

impl Event for Parent {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        (name == "Id").then(|| self.id.as_field_value())
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        visit("Id", self.id.as_field_value());
    }
}

impl List for Rights {
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        for right in self.0 {
            visit(FieldValue::Str(right));
        }
    }
}

#[test]
fn an_event_of_ones_own() {
    let rules = RuleSet::from_yaml(WHOAMI).expect("a good rule");
    let mut scratch = rules.scratch();
    let mut process = Process::whoami();
    let titles: Vec<&str> = rules
        .matches(&process, &mut scratch)
        .map(|hit| hit.rule().title())
        .collect();
    assert_eq!(titles, ["Whoami"]);
    process.parent.id = 4;
    assert!(!rules.is_match(&process, &mut scratch));
}

#[test]
fn event_is_object_safe() {
    let rules = RuleSet::from_yaml(WHOAMI).expect("a good rule");
    let mut scratch = rules.scratch();
    let events: [(Box<dyn Event>, bool); 3] = [
        (Box::new(Process::whoami()), true),
        (Box::new([("Image", r"C:\whoami.exe")]), false),
        (
            Box::new(
                serde_json::json!({"Image": r"C:\whoami.exe", "Parent.Id": 5, "Rights": "ADMIN"}),
            ),
            true,
        ),
    ];
    for (event, matches) in &events {
        assert_eq!(rules.is_match(&**event, &mut scratch), *matches);
    }
}

/// As in a JSON text, whether the engine asks for the field or walks over all.
#[test]
fn of_equal_names_the_last_counts() {
    let rule = |n: usize| {
        format!(
            "title: t{n}\nlogsource: {{category: test}}\ndetection:\n  s:\n    F{n}: a\n    G.x{n}|exists: false\n  condition: s\n"
        )
    };
    for count in [1, 200] {
        let text: Vec<String> = (0..count).map(rule).collect();
        let rules = RuleSet::from_yaml(&text.join("---\n")).expect("good rules");
        let mut scratch = rules.scratch();
        for _ in 0..2 {
            assert!(
                !rules.is_match(&[("F0", "a"), ("F0", "b")], &mut scratch),
                "{count} rules"
            );
            assert!(
                rules.is_match(&[("F0", "b"), ("G", "c"), ("F0", "a")], &mut scratch),
                "{count} rules"
            );
        }
    }
}

#[test]
fn a_rule_can_be_kept_after_its_set() {
    let kept: Arc<Rule> = {
        let rules = RuleSet::from_yaml(WHOAMI).expect("a good rule");
        rules.rules().next().map(Arc::clone).expect("one rule")
    };
    assert_eq!(kept.identity(), "6d1f0f8e-0000-4000-8000-000000000001");
    assert_eq!(kept.level().to_string(), "low");
}

#[test]
fn an_error_says_where_and_what() {
    let error =
        RuleSet::from_yaml(&WHOAMI.replace("endswith", "endwith")).expect_err("a bad modifier");
    assert_eq!(error.kind(), ErrorKind::Modifier);
    assert_eq!(error.rule(), Some("Whoami"));
    let Location { line, column, .. } = error.location().expect("a place");
    assert_eq!((line, column), (7, 11));
    let printed = error.to_string();
    assert!(printed.starts_with("7:11: rule 'Whoami': "), "{printed}");
    assert!(
        printed.contains("'endwith'") && printed.contains("'endswith'"),
        "{printed}"
    );
    assert!(printed.ends_with(&error.message()), "{printed}");
}

#[test]
fn a_problem_names_its_file_and_severity() {
    let text = format!("{WHOAMI}---\ntitle: Broken\n");
    let loaded = Collection::loader().text("rules/two.yml", text).load();
    assert_eq!(loaded.rules().count(), 1);
    let errors: Vec<&Problem> = loaded
        .problems()
        .iter()
        .filter(|problem| problem.is_error())
        .collect();
    assert!(!errors.is_empty());
    for problem in errors {
        let printed = problem.to_string();
        assert!(printed.starts_with("rules/two.yml:"), "{printed}");
        assert!(printed.contains("rule 'Broken': "), "{printed}");
        assert_eq!(problem.error().document(), Some(1));
    }
}

#[test]
fn a_scratch_may_move_between_rule_sets() {
    let first = RuleSet::from_yaml(WHOAMI).expect("a good rule");
    let second = RuleSet::from_yaml(&WHOAMI.replace("admin", "user")).expect("a good rule");
    let mut scratch = first.scratch();
    for _ in 0..3 {
        assert!(first.is_match(&Process::whoami(), &mut scratch));
        assert!(!second.is_match(&Process::whoami(), &mut scratch));
    }
}

/// S-560: the limit is on the variants of a value, whichever of its placeholders and dashes make them.
#[test]
fn variants_of_all_texts_of_a_value_count() {
    let mut placeholders = Placeholders::new();
    placeholders.insert("p", [" -a", " -b"]);
    for (modifiers, variants) in [
        ("expand|windash|base64offset|contains", 10),
        ("expand|windash|utf16le|base64", 10),
        ("expand", 2),
        ("re|expand", 2),
    ] {
        let rule = WHOAMI.replace("    Rights: admin", &format!("    Line|{modifiers}: '%p%'"));
        let rule = Collection::from_yaml(&rule);
        let errors = |limit| {
            let mut limits = Limits::default();
            limits.expansions = limit;
            let rules = RuleSet::builder()
                .placeholders(placeholders.clone())
                .limits(limits)
                .collection(&rule)
                .build()
                .expect("an error concerns the rule alone");
            let kinds = rules
                .problems()
                .iter()
                .map(|problem| problem.error().kind());
            kinds.collect::<Vec<_>>()
        };
        assert_eq!(errors(variants), [], "{modifiers}");
        assert_eq!(errors(variants - 1), [ErrorKind::Limit], "{modifiers}");
    }
}

/// S-175: models can be made that no text gives.
#[test]
fn keywords_of_a_model_are_checked() {
    let text = WHOAMI.replace(
        "    Image|endswith: '\\whoami.exe'\n    Parent.Id|gt: 4\n    Rights: admin",
        "    - word",
    );
    let rule = Rule::from_yaml(&text).expect("a good rule");
    for (value, found) in [(Value::Boolean(true), "a boolean"), (Value::Null, "null")] {
        let mut changed = rule.clone();
        for identifier in &mut changed.detections.identifiers {
            if let Detection::Keywords(item) = &mut identifier.detection {
                item.values = vec![value.clone()];
            }
        }
        let rules = RuleSet::builder()
            .rule(changed)
            .build()
            .expect("only a problem");
        let problem = rules.problems().first().map(Problem::to_string);
        let problem = problem.unwrap_or_default();
        assert!(
            problem.contains(&format!("found {found} as a keyword")),
            "{problem}"
        );
    }
}

/// A scratch adapts to whichever rule set it is used with, and a schema too, however alike the sets are. The sets are
/// large enough for everything that is remembered of events, and number their fields and patterns differently.
#[test]
fn scratch_and_schema_serve_every_rule_set() {
    let set = |number: usize, tests: [&str; 2]| {
        let mut items: Vec<String> = (0..10).map(|n| format!("Name{n}: value{n}")).collect();
        for field in ["F", "G"] {
            items.extend((0..12).map(|n| format!("{field}|contains: word{n}{n}")));
        }
        items.extend(tests.map(str::to_owned));
        let length = items.len();
        items.rotate_left(number * 5 % length);
        if number % 2 == 1 {
            items.reverse();
        }
        let list: String = { items.iter() }
            .map(|item| format!("    - {item}\n"))
            .collect();
        let text = format!(
            "title: set\nlogsource: {{ category: test }}\ndetection:\n  sel:\n{list}  condition: sel\n"
        );
        RuleSet::from_yaml(&text).expect("a good rule")
    };
    let sets = [
        set(0, ["F|contains: abc", "G|contains: xyz"]),
        set(1, ["G|contains: abc", "F|contains: xyz"]),
        set(2, ["Name3|contains: abc", "Name4|endswith: xyz"]),
        set(3, ["Name4|contains: abc", "Name3|endswith: xyz"]),
        // As the first, but for what its patterns are.
        set(0, ["F|contains: xyz", "G|contains: abc"]),
    ];
    let names = ["Name3", "F", "Other", "G", "Name4"];
    let schemas = sets.each_ref().map(|set| set.schema(names));
    let long = |text: &str| format!("{}{text}{}", "a ".repeat(300), "z ".repeat(300));
    let [none, abc, xyz] = ["nothing", "an abc in it", "an xyz in it"].map(long);
    let (none, abc, xyz) = (none.as_str(), abc.as_str(), xyz.as_str());
    let events = [
        (
            [none, abc, abc, none, none],
            [true, false, false, false, false],
        ),
        (
            [none, none, abc, abc, none],
            [false, true, false, false, true],
        ),
        (
            [none, xyz, abc, none, none],
            [false, true, false, false, true],
        ),
        (
            ["abc", "x", "abc", "y", "-"],
            [false, false, true, false, false],
        ),
        (
            ["-", "x", "abc", "y", "abc"],
            [false, false, false, true, false],
        ),
        (
            ["-", "x", "abc", "y", "xyz"],
            [false, false, true, false, false],
        ),
    ];
    let mut scratch = sets[0].scratch();
    for round in 0..20 {
        for (values, expected) in &events {
            let event: Vec<(&str, &str)> = names.into_iter().zip(*values).collect();
            let row = values.map(|value| Some(FieldValue::Str(value)));
            for (set, expected) in sets.iter().zip(expected) {
                // Several times in a row, so that all there is to remember is remembered.
                for _ in 0..=round % 3 {
                    let found = set.matches(event.as_slice(), &mut scratch).count() == 1;
                    assert_eq!(found, *expected, "{event:?}");
                }
                let schema = &schemas[round % schemas.len()];
                let found = set.matches_row(schema, &row, &mut scratch).count() == 1;
                assert_eq!(found, *expected, "{event:?}");
            }
        }
    }
}

#[test]
fn sets_tell_what_they_hold() {
    let empty = RuleSet::builder().build().expect("nothing is wrong");
    assert!(empty.is_empty());
    let one = RuleSet::from_yaml(WHOAMI).expect("a good rule");
    assert!(!one.is_empty());
    assert_eq!(one.rules_without_witness().count(), 0);
    // What must be absent cannot wake a rule.
    let absent = WHOAMI.replace("condition: selection", "condition: not selection");
    let absent = RuleSet::from_yaml(&absent).expect("a good rule");
    let titles = absent.rules_without_witness().map(|rule| rule.title());
    assert_eq!(titles.collect::<Vec<_>>(), ["Whoami"]);
}

/// A long text is compared with the last one in its place, if that was asked for the same patterns. Here another number
/// before it lets the same text be asked for others.
#[test]
fn the_same_long_text_is_asked_for_other_patterns() {
    let rule = |number: usize| {
        let words: String = (0..12).map(|n| format!("word{number}of{n}, ")).collect();
        format!(
            "title: rule {number}\nlogsource: {{ category: test }}\ndetection:\n  sel:\n    EventID: {number}\n    \
             Message|contains: [{words} common{number}]\n    Other{number}|exists: false\n    More{number}|exists: false\n  condition: sel\n"
        )
    };
    let text: Vec<String> = (1..5).map(rule).collect();
    let loaded = Collection::from_yaml(&text.join("---\n"));
    let mut settings = Settings::default();
    settings.gate_rules = 1;
    let rules = RuleSet::builder().collection(&loaded).settings(settings);
    let rules = rules.build().expect("good rules");
    assert_eq!(rules.len(), 4, "{:?}", rules.problems());
    let filler = |letter: &str| format!("{letter} ").repeat(400);
    let mut scratch = rules.scratch();
    for round in 0..40 {
        // The middle differs each time, so that no whole text comes again at once.
        let message = format!(
            "{}common1 common2 common3 {round} {}",
            filler("a"),
            filler("z")
        );
        for number in [1, 2, 4, 3, 1, 5, 2] {
            let id = number.to_string();
            let event = [("EventID", id.as_str()), ("Message", message.as_str())];
            let found = { rules.matches(&event, &mut scratch) }.map(|hit| hit.index() + 1);
            let expected: &[usize] = if number < 4 { &[number] } else { &[] };
            assert_eq!(found.collect::<Vec<_>>(), expected, "{number}, {round}");
        }
    }
}
