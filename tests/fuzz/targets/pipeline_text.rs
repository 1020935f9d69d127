//! A pipeline, perhaps with rules after it: it reads and rewrites the same way each time; problems print in one line; what
//! it makes of rules (those given, else rules of every kind) can be written and read again, and matches like the same
//! rules without index.

use serde_json::json;
use sigmatic::Settings;
use sigmatic::error::Limits;
use sigmatic::pipeline::{Pipeline, Pipelines, Rewritten};
use sigmatic::rule::Document;

use super::BETWEEN;
use super::sets::{EVERY_KIND, build, come_back, hits, lines, load, without_index};

pub(super) fn run(text: &str) {
    let (pipeline, rules) = text.split_once(BETWEEN).unwrap_or((text, EVERY_KIND));
    let mut limits = Limits::default();
    limits.rewrite_bytes = 1 << 16;
    limits.regex_memory = 1 << 18;
    let read = || Pipeline::read("pipeline.yml", pipeline, &limits);
    let (pipeline, again) = match (read(), read()) {
        (Ok(pipeline), Ok(again)) => (pipeline, again),
        (Err(problems), Err(again)) => {
            assert_eq!(lines(&problems), lines(&again));
            return;
        }
        _ => panic!("reading depends on more than the text"),
    };
    lines(pipeline.warnings());
    let loaded = load(rules, true);
    let rewrite = |pipeline| {
        let pipelines = Pipelines::new([pipeline]).ok()?;
        Some(pipelines.limits(limits.clone()).apply_all(&loaded))
    };
    let (Some(rewritten), Some(again)) = (rewrite(pipeline), rewrite(again)) else {
        return;
    };
    assert_eq!(lines(&rewritten.problems), lines(&again.problems));
    assert_eq!(written(&rewritten), written(&again));
    matches_alike(&rewritten);
}

/// The documents as text. Those that can be written are read as the same documents again.
fn written(rewritten: &Rewritten) -> Vec<(Vec<String>, Option<String>)> {
    let documents = rewritten.documents.iter();
    let texts: Vec<_> = documents
        .map(|applied| {
            let items = applied
                .items
                .iter()
                .map(|item| format!("{item:?}"))
                .collect();
            (items, applied.document.to_yaml().ok())
        })
        .collect();
    // Correlations refer to rules by what these are called, so all or none.
    if !texts.is_empty() && texts.iter().all(|(_, text)| text.is_some()) {
        let documents: Vec<&Document> = rewritten
            .documents
            .iter()
            .map(|applied| &applied.document)
            .collect();
        come_back(&documents, true);
    }
    texts
}

fn matches_alike(rewritten: &Rewritten) {
    let collection = rewritten.collection();
    let set = build(&collection, &Settings::default());
    let plain = build(&collection, &without_index());
    let event = json!({ "a": "psexec -accepteula", "F": ["x", 5], "b": null });
    assert_eq!(
        hits(&set, &event, &mut set.scratch()),
        hits(&plain, &event, &mut plain.scratch())
    );
}
