//! Conventions of SigmaHQ's rules, which decide nothing about what a rule means.

use crate::error::{Excerpt, Location};
use crate::lint::{Edit, Fix, Run};
use crate::rule::{Document, Metadata};

/// Looks at the metadata of a document.
pub(super) fn look(document: &Document, run: &mut Run<'_>) {
    let metadata = document.metadata();
    title(metadata, run);
    description(metadata, run);
    references(metadata, run);
    tags(metadata, run);
    let missing = [
        ("author", metadata.author.is_none()),
        ("date", metadata.date.is_none()),
        ("description", metadata.description.is_none()),
        ("falsepositives", metadata.falsepositives.is_empty()),
        ("references", metadata.references.is_empty()),
        ("status", metadata.status.is_none()),
        ("tags", metadata.tags.is_empty()),
    ];
    for (key, _) in missing.iter().filter(|(_, missing)| *missing) {
        run.add(
            "convention-missing",
            format!("'{key}' is missing"),
            metadata,
            None,
        );
    }
}

/// Where the value of a top-level key stands.
fn place(metadata: &Metadata, key: &str, run: &Run<'_>) -> Option<Location> {
    let source = run.sources.get(metadata.source.file.as_ref()?)?;
    source.top_key(metadata.source.location, key)
}

fn title(metadata: &Metadata, run: &mut Run<'_>) {
    let (title, at) = (&metadata.title, place(metadata, "title", run));
    let characters = title.chars().count();
    if characters > LONGEST_TITLE {
        let message =
            format!("the title has {characters} characters, by convention at most {LONGEST_TITLE}");
        run.add("convention-title-length", message, metadata, at);
    }
    if title
        .split(' ')
        .next()
        .is_some_and(|word| matches!(word, "Detects" | "Detect" | "Detection"))
    {
        let message = format!("title '{}' says that it detects", Excerpt(title));
        run.add("convention-title-words", message, metadata, at);
    }
    if title.ends_with('.') {
        let sources = run.sources;
        let message = format!("title '{}' ends with a full stop", Excerpt(title));
        if let Some(finding) = run.add("convention-title-end", message, metadata, at) {
            let source = finding
                .position
                .file
                .as_ref()
                .and_then(|file| sources.get(file));
            finding.fix = source.and_then(|source| {
                let (range, inner) =
                    source.inner(&(finding.position.start..finding.position.end))?;
                // Of a title that is folded over lines or escaped, the end is elsewhere.
                (inner == title).then(|| Fix {
                    edits: vec![Edit {
                        start: range.start + title.trim_end_matches(['.', ' ']).len(),
                        end: range.end,
                        text: String::new(),
                    }],
                })
            });
        }
    }
}

fn description(metadata: &Metadata, run: &mut Run<'_>) {
    let short = metadata
        .description
        .as_deref()
        .filter(|text| text.chars().count() < SHORTEST_DESCRIPTION);
    if let Some(text) = short {
        let at = place(metadata, "description", run);
        let message = format!("description '{}' hardly describes", Excerpt(text));
        run.add("convention-description", message, metadata, at);
    }
}

fn references(metadata: &Metadata, run: &mut Run<'_>) {
    for reference in &metadata.references {
        let is_link = ["https://", "http://"]
            .iter()
            .any(|scheme| reference.starts_with(scheme));
        if !is_link {
            let at = item_place(metadata, "references", reference, run);
            let message = format!("reference '{}' is no link", Excerpt(reference));
            run.add("convention-reference", message, metadata, at);
        }
    }
}

fn tags(metadata: &Metadata, run: &mut Run<'_>) {
    let has = |part: fn(&str) -> bool| metadata.tags.iter().any(|tag| part(tag));
    let is_technique = |tag: &str| {
        let name = tag.strip_prefix("attack.t");
        name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit()))
    };
    if !metadata.tags.is_empty()
        && !has(|tag| tag.starts_with("attack."))
        && !has(|tag| tag.starts_with("detection."))
    {
        let at = place(metadata, "tags", run);
        let message = "no tag names a tactic or technique of ATT&CK".to_owned();
        run.add("convention-attack", message, metadata, at);
    } else if has(is_technique) && !has(is_tactic) {
        let at = place(metadata, "tags", run);
        let message = "a tag names a technique of ATT&CK, but none its tactic".to_owned();
        run.add("convention-tactic", message, metadata, at);
    }
}

/// `attack.` and no number of a technique, group or software.
fn is_tactic(tag: &str) -> bool {
    let name = tag.strip_prefix("attack.");
    name.is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    })
}

/// Where an item of a list stands: the first place after the key that reads so.
fn item_place(metadata: &Metadata, key: &str, item: &str, run: &Run<'_>) -> Option<Location> {
    let at = place(metadata, key, run)?;
    let source = run.sources.get(metadata.source.file.as_ref()?)?;
    let start = source.offset(at)?;
    let found = source.text.get(start..)?.find(item)?;
    source.place(start + found).or(Some(at))
}

const LONGEST_TITLE: usize = 120;
const SHORTEST_DESCRIPTION: usize = 16;
