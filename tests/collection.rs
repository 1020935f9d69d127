//! What several texts, or documents of several kinds, load to together (S-025, S-026, S-057).

use sigmatic::Collection;

const GLOBAL: &str = "
action: global
logsource: { category: test }
level: high
";

const WITHOUT_LOG_SOURCE: &str = "
title: Without a log source
detection: { sel: { F: a }, condition: sel }
";

const CORRELATION: &str = "
title: Often
correlation: { type: event_count, rules: [base], timespan: 1m, condition: { gte: 2 } }
";

const BASE: &str = "
title: Base
name: base
logsource: { category: test }
detection: { sel: { F: a }, condition: sel }
";

#[test]
fn templates_end_with_their_text() {
    let together = Collection::from_yaml(&[GLOBAL, WITHOUT_LOG_SOURCE].join("---"));
    assert_eq!(messages(&together), Vec::<String>::new());
    let apart = Collection::loader()
        .text("one", GLOBAL)
        .text("two", WITHOUT_LOG_SOURCE)
        .load();
    assert_eq!(apart.rules().count(), 0);
    assert!(
        apart
            .errors()
            .all(|problem| problem.error().file() == Some("two")),
        "{:?}",
        apart.problems()
    );
}

#[test]
fn correlations_and_filters_take_no_part_in_templates() {
    let loaded = Collection::from_yaml(
        &[
            GLOBAL,
            BASE,
            CORRELATION,
            "\naction: repeat\ntitle: Again\nname: again\n",
        ]
        .join("---"),
    );
    let correlation = loaded
        .correlations()
        .next()
        .expect("the correlation is in order");
    assert_eq!(
        correlation.metadata.level, None,
        "the template's level is not the correlation's"
    );
    // `repeat` goes back to the rule, past the correlation.
    let titles: Vec<&str> = loaded.rules().map(|rule| rule.title()).collect();
    assert_eq!(titles, ["Base", "Again"]);
}

#[test]
fn correlations_need_a_title_and_nothing_of_a_rule() {
    let untitled = CORRELATION.replace("title: Often\n", "");
    let loaded = Collection::from_yaml(&[BASE, &untitled].join("---"));
    assert_eq!(loaded.correlations().count(), 0);
    assert_eq!(loaded.errors().count(), 1, "{:?}", loaded.problems());

    let with_log_source = format!("{CORRELATION}logsource: {{ category: test }}\n");
    let loaded = Collection::from_yaml(&[BASE, &with_log_source].join("---"));
    assert_eq!(loaded.correlations().count(), 1);
    assert!(
        messages(&loaded)
            .iter()
            .any(|message| message.contains("'logsource'")),
        "{:?}",
        loaded.problems()
    );
}

fn messages(loaded: &Collection) -> Vec<String> {
    let warnings = loaded.problems().iter().map(ToString::to_string);
    warnings
        .filter(|message| {
            !message.contains("'id' is missing") && !message.contains("'level' is missing")
        })
        .collect()
}
