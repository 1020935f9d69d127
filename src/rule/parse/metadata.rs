//! The keys that all kinds of documents share (S-040 to S-052).

use std::collections::HashSet;

use crate::error::RuleDetail;
use crate::rule::parse::Kind;
use crate::rule::parse::date::{self, Date, Fault};
use crate::rule::parse::reader::Reader;
use crate::rule::{CustomValue, Level, Metadata, RuleId, Source, Status};
use crate::syntax::{Node, Value};

/// Reads the metadata of a document. What is wrong is reported and counts as absent.
pub(super) fn parse(root: &Node, source: &Source, kind: Kind, reader: &mut Reader<'_>) -> Metadata {
    let mut fields = Fields { root, reader };
    let date = fields.date("date");
    let modified = fields.date("modified");
    fields.compare_dates(date.as_deref(), modified.as_deref());
    let related = fields.related();
    Metadata {
        title: fields.title(),
        id: fields.id(),
        name: fields.non_empty_string("name"),
        taxonomy: fields.taxonomy(),
        status: fields.status(),
        description: fields.description(),
        license: fields.string("license").map(str::to_owned),
        author: fields.string("author").map(str::to_owned),
        date,
        modified,
        related,
        references: fields.strings("references", 0),
        fields: fields.strings("fields", 0),
        falsepositives: fields.strings("falsepositives", 2),
        scope: fields.strings("scope", 2),
        level: fields.level(kind),
        tags: fields.tags(),
        custom: fields.custom(kind),
        source: source.clone(),
    }
}

/// The keys of a document. Lists with rules of their own are in files of their own.
pub(super) struct Fields<'n, 'r, 'a> {
    root: &'n Node,
    pub(super) reader: &'r mut Reader<'a>,
}

impl<'n> Fields<'n, '_, '_> {
    fn value(&self, key: &str) -> Option<&'n Node> {
        self.root.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn wrong_type(&mut self, key: &'static str, value: &Node, expected: &'static str) {
        let found = value.kind_name();
        self.reader.metadata_error(
            RuleDetail::WrongType {
                key,
                found,
                expected,
            },
            value,
        );
    }

    fn string(&mut self, key: &'static str) -> Option<&'n str> {
        let value = self.value(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type(key, value, "a string");
        }
        text
    }

    fn non_empty_string(&mut self, key: &'static str) -> Option<String> {
        let text = self.string(key)?;
        if text.is_empty() {
            self.reader
                .metadata_error(RuleDetail::Empty { key }, self.value(key)?);
            return None;
        }
        Some(text.to_owned())
    }

    fn title(&mut self) -> String {
        let Some(value) = self.value("title") else {
            self.reader
                .metadata_error(RuleDetail::Missing { key: "title" }, self.root);
            return String::new();
        };
        let title = self.string("title").unwrap_or_default();
        let characters = title.chars().count();
        if characters > LONGEST_TITLE {
            let detail = RuleDetail::TooLong {
                key: "title",
                characters,
                limit: LONGEST_TITLE,
            };
            self.reader.metadata_error(detail, value);
            return String::new();
        }
        if value.as_str() == Some("") {
            self.reader
                .warning(RuleDetail::Empty { key: "title" }, value);
        }
        title.to_owned()
    }

    fn id(&mut self) -> Option<RuleId> {
        let Some(value) = self.value("id") else {
            self.reader.warning(RuleDetail::MissingId, self.root);
            return None;
        };
        let Some(text) = value.as_str() else {
            self.wrong_type("id", value, "a string");
            return scalar_text(value).map(RuleId);
        };
        let id = self.uuid("id", text, value);
        if let Some(uuid) = id {
            self.check_id(text, uuid, value);
        }
        Some(id.map_or_else(|| RuleId(text.to_owned()), RuleId::from_uuid))
    }

    pub(super) fn uuid(
        &mut self,
        key: &'static str,
        text: &str,
        value: &Node,
    ) -> Option<uuid::Uuid> {
        let id = uuid::Uuid::parse_str(text).ok();
        if id.is_none() {
            self.reader.metadata_error(
                RuleDetail::InvalidId {
                    key,
                    found: text.to_owned(),
                },
                value,
            );
        }
        id
    }

    fn check_id(&mut self, text: &str, id: uuid::Uuid, value: &Node) {
        let version = id.get_version_num();
        if version != 4 {
            self.reader
                .warning(RuleDetail::IdVersion { version }, value);
        }
        let canonical = id.hyphenated().to_string();
        if canonical != text {
            self.reader.warning(RuleDetail::IdForm { canonical }, value);
        }
    }

    /// One of a few words, in any case.
    pub(super) fn word(
        &mut self,
        key: &'static str,
        text: &str,
        value: &Node,
        known: &'static [&'static str],
    ) -> Option<&'static str> {
        let word = known
            .iter()
            .find(|word| word.eq_ignore_ascii_case(text))
            .copied();
        if word.is_none() {
            let nearest = self.reader.nearest(text, known.iter().copied());
            let detail = RuleDetail::UnknownWord {
                key,
                found: text.to_owned(),
                known,
                nearest,
            };
            self.reader.metadata_error(detail, value);
        }
        word
    }

    fn taxonomy(&mut self) -> Option<String> {
        let taxonomy = self.non_empty_string("taxonomy")?;
        if taxonomy != "sigma" {
            let detail = RuleDetail::Taxonomy {
                found: taxonomy.clone(),
            };
            self.reader.warning(detail, self.value("taxonomy")?);
        }
        Some(taxonomy)
    }

    fn status(&mut self) -> Option<Status> {
        let text = self.string("status")?;
        let value = self.value("status")?;
        let status = self
            .word("status", text, value, &Status::NAMES)
            .and_then(Status::from_name);
        if status == Some(Status::Unsupported) {
            self.reader.warning(RuleDetail::Unsupported, value);
        }
        if status == Some(Status::Deprecated) && self.value("related").is_none() {
            self.reader.warning(RuleDetail::DeprecatedAlone, value);
        }
        status
    }

    fn level(&mut self, kind: Kind) -> Option<Level> {
        let Some(value) = self.value("level") else {
            // A filter has results of its own as little as a level (S-450).
            if kind != Kind::Filter {
                self.reader.warning(RuleDetail::MissingLevel, self.root);
            }
            return None;
        };
        let text = self.string("level")?;
        self.word("level", text, value, &Level::NAMES)
            .and_then(Level::from_name)
    }

    fn description(&mut self) -> Option<String> {
        let text = self.string("description")?;
        let characters = text.chars().count();
        if characters > LONGEST_DESCRIPTION {
            let detail = RuleDetail::TooLong {
                key: "description",
                characters,
                limit: LONGEST_DESCRIPTION,
            };
            self.reader.warning(detail, self.value("description")?);
        }
        Some(text.to_owned())
    }

    fn date(&mut self, key: &'static str) -> Option<String> {
        let value = self.value(key)?;
        let read = match &value.value {
            Value::Timestamp(text) => (text, date::from_timestamp(text)),
            Value::String(text) => (text, date::from_text(text)),
            _ => {
                self.wrong_type(key, value, "a date of the form YYYY-MM-DD");
                return None;
            }
        };
        let (text, fault) = match read {
            (_, Ok(Date { text, slashes })) => {
                if slashes {
                    let canonical = text.clone();
                    self.reader
                        .warning(RuleDetail::DateSlashes { key, canonical }, value);
                }
                return Some(text);
            }
            (text, Err(fault)) => (text.clone(), fault),
        };
        let detail = match fault {
            Fault::Form => RuleDetail::DateForm { key, found: text },
            Fault::Calendar => RuleDetail::NoSuchDate { key, found: text },
        };
        self.reader.metadata_error(detail, value);
        None
    }

    fn compare_dates(&mut self, date: Option<&str>, modified: Option<&str>) {
        let (Some(date), Some(modified)) = (date, modified) else {
            return;
        };
        if let (true, Some(value)) = (modified < date, self.value("modified")) {
            let detail = RuleDetail::ModifiedBeforeDate {
                date: date.to_owned(),
                modified: modified.to_owned(),
            };
            self.reader.warning(detail, value);
        }
    }

    pub(super) fn list(&mut self, key: &'static str) -> Option<&'n [Node]> {
        let value = self.value(key)?;
        let items = value.as_list();
        if items.is_none() {
            self.wrong_type(key, value, "a list");
        }
        items
    }

    /// A list of texts, each at least `shortest` characters long.
    fn strings(&mut self, key: &'static str, shortest: usize) -> Vec<String> {
        let items = self.list(key).unwrap_or_default();
        let mut texts = Vec::with_capacity(items.len());
        let mut seen = HashSet::new();
        for item in items {
            if item.as_str().is_none() {
                self.reader.warning(
                    RuleDetail::ItemType {
                        key,
                        found: item.kind_name(),
                    },
                    item,
                );
            }
            let Some(text) = scalar_text(item) else {
                continue;
            };
            self.check_item(key, &text, item, seen.insert(text.clone()), shortest);
            texts.push(text);
        }
        texts
    }

    pub(super) fn check_item(
        &mut self,
        key: &'static str,
        text: &str,
        item: &Node,
        is_new: bool,
        shortest: usize,
    ) {
        if !is_new {
            self.reader.warning(
                RuleDetail::RepeatedItem {
                    key,
                    item: text.to_owned(),
                },
                item,
            );
        }
        if text.chars().take(shortest).count() < shortest {
            self.reader.warning(
                RuleDetail::ShortItem {
                    key,
                    item: text.to_owned(),
                },
                item,
            );
        }
    }

    fn custom(&mut self, kind: Kind) -> Vec<(String, CustomValue)> {
        let mut custom = Vec::new();
        for (key, value) in self.root.as_map().unwrap_or_default() {
            let Some(name) = key.as_str() else {
                let detail = RuleDetail::KeyType {
                    section: "the document",
                    found: key.kind_name(),
                };
                self.reader.warning(detail, key);
                continue;
            };
            match section(name) {
                Some((key, kinds)) if !kinds.contains(&kind) => {
                    self.reader.warning(
                        RuleDetail::NoEffect {
                            key,
                            kind: kind.name(),
                        },
                        value,
                    );
                }
                Some(_) => {}
                None if COMMON.contains(&name) => {}
                None if name == "generate" && kind == Kind::Correlation => {}
                None => custom.push((name.to_owned(), CustomValue(value.to_serde()))),
            }
        }
        custom
    }
}

/// The sections beside the metadata, with the kinds of documents that read them.
fn section(name: &str) -> Option<(&'static str, &'static [Kind])> {
    Some(match name {
        "logsource" => ("logsource", &[Kind::Rule, Kind::Filter]),
        "detection" => ("detection", &[Kind::Rule]),
        "correlation" => ("correlation", &[Kind::Correlation]),
        "filter" => ("filter", &[Kind::Filter]),
        _ => return None,
    })
}

/// The text of a scalar that should have been a string.
fn scalar_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Timestamp(text) | Value::Unconstructible(text) => {
            Some(text.clone())
        }
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// In characters.
const LONGEST_TITLE: usize = 256;
const LONGEST_DESCRIPTION: usize = 65_535;

/// `action` belongs to the collection (S-023); it is no part of a document.
const COMMON: [&str; 18] = [
    "title",
    "id",
    "name",
    "related",
    "taxonomy",
    "status",
    "description",
    "license",
    "author",
    "date",
    "modified",
    "references",
    "fields",
    "falsepositives",
    "scope",
    "level",
    "tags",
    "action",
];
