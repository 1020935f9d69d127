//! `rule_attribute`: comparisons with the metadata of a rule.

use std::cmp::Ordering;

use crate::error::PipelineFault;
use crate::rule::{Level, Metadata, Status, Value};

use super::super::run::Draft;
use super::super::variable::text_of;
use super::state::Operator;

/// An attribute, by its key in the document, and what it is compared with. An attribute that the rule does not have
/// satisfies nothing.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Attribute {
    pub(in crate::pipeline) name: String,
    pub(in crate::pipeline) value: Value,
    pub(in crate::pipeline) operator: Operator,
}

/// What kind of attribute a name is, as far as pipelines compare with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attributes {
    Text,
    Texts,
    Date,
    Level,
    Status,
    /// None of Sigma's own.
    Custom,
}

impl Attributes {
    fn of(name: &str) -> Self {
        match name {
            "title" | "id" | "name" | "taxonomy" | "description" | "author" | "license" => {
                Self::Text
            }
            "references" | "fields" | "falsepositives" | "scope" | "tags" => Self::Texts,
            "date" | "modified" => Self::Date,
            "level" => Self::Level,
            "status" => Self::Status,
            _ => Self::Custom,
        }
    }
}

impl Attribute {
    /// What can be told to be wrong without a rule.
    pub(in crate::pipeline) fn check(&self) -> Result<(), PipelineFault> {
        let text = text_of(&self.value).unwrap_or_default();
        let is_value = match Attributes::of(&self.name) {
            Attributes::Text => return self.check_order(),
            Attributes::Texts | Attributes::Custom => true,
            Attributes::Date => is_date(&text),
            Attributes::Level => rank_of_level(&text).is_some(),
            Attributes::Status => rank_of_status(&text).is_some(),
        };
        if is_value {
            return Ok(());
        }
        Err(PipelineFault::NoSuchValue {
            attribute: self.name.clone(),
            value: text,
        })
    }

    pub(in crate::pipeline) fn holds(&self, draft: &Draft) -> Result<bool, PipelineFault> {
        let metadata = draft.metadata();
        let text = text_of(&self.value);
        let text = text.as_deref().unwrap_or_default();
        let order = match Attributes::of(&self.name) {
            Attributes::Text => return Ok(self.holds_text(text_attribute(metadata, &self.name))),
            Attributes::Texts => return Ok(self.holds_list(texts(metadata, &self.name), text)),
            Attributes::Custom => return self.holds_custom(metadata),
            Attributes::Date => {
                let date = match self.name.as_str() {
                    "date" => &metadata.date,
                    _ => &metadata.modified,
                };
                date.as_deref().map(|date| Some(date.cmp(text)))
            }
            Attributes::Level => metadata
                .level
                .map(|level| compare(rank_of_level(&level.to_string()), rank_of_level(text))),
            Attributes::Status => metadata
                .status
                .map(|status| compare(rank_of_status(&status.to_string()), rank_of_status(text))),
        };
        Ok(order.is_some_and(|order| self.operator.accepts(order)))
    }

    fn check_order(&self) -> Result<(), PipelineFault> {
        if matches!(self.operator, Operator::Eq | Operator::Ne) {
            return Ok(());
        }
        Err(PipelineFault::AttributeOrder {
            attribute: self.name.clone(),
            op: self.operator.name(),
        })
    }

    fn holds_text(&self, own: Option<&str>) -> bool {
        let text = text_of(&self.value);
        own.is_some_and(|own| {
            let order = (text.as_deref() == Some(own)).then_some(Ordering::Equal);
            self.operator.accepts(order)
        })
    }

    /// A list equals no value; only `in` and `not_in` look into it.
    fn holds_list(&self, list: &[String], text: &str) -> bool {
        match self.operator {
            Operator::In => list.iter().any(|own| own == text),
            Operator::NotIn => list.iter().all(|own| own != text),
            Operator::Ne => true,
            _ => false,
        }
    }

    fn holds_custom(&self, metadata: &Metadata) -> Result<bool, PipelineFault> {
        let found = metadata.custom.iter().find(|(key, _)| *key == self.name);
        let Some((_, own)) = found else {
            return Ok(false);
        };
        match &own.0 {
            serde_yaml::Value::Sequence(list) => {
                let texts = list
                    .iter()
                    .filter_map(|own| own.as_str().map(str::to_owned));
                let text = text_of(&self.value).unwrap_or_default();
                Ok(self.holds_list(&texts.collect::<Vec<_>>(), &text))
            }
            serde_yaml::Value::Number(number) => {
                let other = number_of(&self.value).ok_or_else(|| PipelineFault::NoSuchValue {
                    attribute: self.name.clone(),
                    value: text_of(&self.value).unwrap_or_default(),
                })?;
                let own = number.as_f64().unwrap_or(f64::NAN);
                Ok(self.operator.accepts(own.partial_cmp(&other)))
            }
            serde_yaml::Value::String(own) => {
                self.check_order()?;
                Ok(self.holds_text(Some(own)))
            }
            _ => Err(PipelineFault::WrongType {
                key: self.name.clone(),
                found: "no text, number or list of the rule",
                expected: "one of these to be compared",
            }),
        }
    }
}

fn text_attribute<'m>(metadata: &'m Metadata, name: &str) -> Option<&'m str> {
    match name {
        "title" => Some(&metadata.title),
        "id" => metadata.id.as_ref().map(|id| id.as_str()),
        "name" => metadata.name.as_deref(),
        "taxonomy" => Some(metadata.taxonomy.as_deref().unwrap_or("sigma")),
        "description" => metadata.description.as_deref(),
        "author" => metadata.author.as_deref(),
        "license" => metadata.license.as_deref(),
        _ => None,
    }
}

fn texts<'m>(metadata: &'m Metadata, name: &str) -> &'m [String] {
    match name {
        "references" => &metadata.references,
        "fields" => &metadata.fields,
        "falsepositives" => &metadata.falsepositives,
        "scope" => &metadata.scope,
        _ => &metadata.tags,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    text_of(value)?.trim().parse().ok()
}

fn is_date(text: &str) -> bool {
    let shape = text.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    shape && text.len() == 10
}

fn compare(own: Option<usize>, other: Option<usize>) -> Option<Ordering> {
    Some(own?.cmp(&other?))
}

fn rank_of_level(text: &str) -> Option<usize> {
    let level = Level::from_name(&text.to_ascii_lowercase())?;
    Some(match level {
        Level::Unspecified => return None,
        Level::Informational => 1,
        Level::Low => 2,
        Level::Medium => 3,
        Level::High => 4,
        Level::Critical => 5,
    })
}

/// From what may not be used to what may, as pySigma orders them.
fn rank_of_status(text: &str) -> Option<usize> {
    Some(match Status::from_name(&text.to_ascii_lowercase())? {
        Status::Unsupported => 1,
        Status::Deprecated => 2,
        Status::Experimental => 3,
        Status::Test => 4,
        Status::Stable => 5,
    })
}
