//! Metadata and log source, in the order of SigmaHQ's rules.

use crate::error::{Error, Limits};
use crate::rule::write::map::{MapWriter, list, text};
use crate::rule::{CustomValue, Level, LogSource, Metadata, Related};
use crate::syntax::{Node, Value};

/// Writes what SigmaHQ's rules have before the log source.
pub(super) fn write_head(metadata: &Metadata, map: &mut MapWriter) {
    map.put("title", text(&metadata.title));
    map.put_text("id", metadata.id.as_ref().map(|id| id.as_str()));
    map.put_text("name", metadata.name.as_deref());
    if !metadata.related.is_empty() {
        map.put("related", list(metadata.related.iter().map(related)));
    }
    map.put_text("taxonomy", metadata.taxonomy.as_deref());
    map.put_text(
        "status",
        metadata.status.map(|status| status.to_string()).as_deref(),
    );
    map.put_text("description", metadata.description.as_deref());
    map.put_text("license", metadata.license.as_deref());
    map.put_texts("references", &metadata.references);
    map.put_text("author", metadata.author.as_deref());
    put_date("date", metadata.date.as_deref(), map);
    put_date("modified", metadata.modified.as_deref(), map);
    map.put_texts("tags", &metadata.tags);
    map.put_texts("scope", &metadata.scope);
}

/// Writes what SigmaHQ's rules have after the detection, and the custom attributes.
pub(super) fn write_tail(metadata: &Metadata, map: &mut MapWriter) -> Result<(), Error> {
    map.put_texts("fields", &metadata.fields);
    map.put_texts("falsepositives", &metadata.falsepositives);
    let level = metadata.level.filter(|level| *level != Level::Unspecified);
    map.put_text("level", level.map(|level| level.to_string()).as_deref());
    put_custom(&metadata.custom, map)
}

fn put_custom(custom: &[(String, CustomValue)], map: &mut MapWriter) -> Result<(), Error> {
    for (key, value) in custom {
        map.put(key, Node::from_serde(value.0.clone(), &Limits::default())?);
    }
    Ok(())
}

/// In YAML text a date needs no quotes; other formats take it as a string.
fn put_date(key: &str, date: Option<&str>, map: &mut MapWriter) {
    if let Some(date) = date {
        map.put(key, Node::made(Value::Timestamp(date.to_owned())));
    }
}

fn related(related: &Related) -> Node {
    let mut map = MapWriter::default();
    map.put("id", text(related.id.as_str()));
    map.put("type", text(&related.kind.to_string()));
    map.finish()
}

pub(super) fn log_source(log_source: &LogSource) -> Result<Node, Error> {
    let mut map = MapWriter::default();
    map.put_text("category", log_source.category.as_deref());
    map.put_text("product", log_source.product.as_deref());
    map.put_text("service", log_source.service.as_deref());
    map.put_text("definition", log_source.definition.as_deref());
    put_custom(&log_source.custom, &mut map)?;
    Ok(map.finish())
}
