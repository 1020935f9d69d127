//! The model back to a document tree, and the serde traits.
//!
//! In: a model. Out: the tree of a document that parses to the same model, as YAML text or for a serde format. Field
//! names and shapes are Sigma's own; what is absent is left out. Called by embedders. Reading back goes through
//! `parse`: there is no second reader.

mod correlation;
mod detection;
mod map;
mod metadata;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Error;
use crate::rule::parse::parse_value;
use crate::rule::{Correlation, Document, Filter, Rule, SearchIdentifier};
use crate::syntax::Node;

use self::map::MapWriter;

fn rule(rule: &Rule) -> Result<Node, Error> {
    let mut map = MapWriter::default();
    metadata::write_head(&rule.metadata, &mut map);
    map.put("logsource", metadata::log_source(&rule.log_source)?);
    let mut section = MapWriter::default();
    detection::write(&rule.detections, &mut section)?;
    map.put("detection", section.finish());
    metadata::write_tail(&rule.metadata, &mut map)?;
    Ok(map.finish())
}

fn correlation(correlation: &Correlation) -> Result<Node, Error> {
    let mut map = MapWriter::default();
    metadata::write_head(&correlation.metadata, &mut map);
    map.put("correlation", correlation::write(correlation));
    metadata::write_tail(&correlation.metadata, &mut map)?;
    Ok(map.finish())
}

fn filter(filter: &Filter) -> Result<Node, Error> {
    let mut map = MapWriter::default();
    metadata::write_head(&filter.metadata, &mut map);
    map.put("logsource", metadata::log_source(&filter.log_source)?);
    let mut section = MapWriter::default();
    correlation::write_targets(&filter.targets, &mut section);
    detection::write(&filter.detections, &mut section)?;
    map.put("filter", section.finish());
    metadata::write_tail(&filter.metadata, &mut map)?;
    Ok(map.finish())
}

fn document(document: &Document) -> Result<Node, Error> {
    match document {
        Document::Rule(inner) => rule(inner),
        Document::Correlation(inner) => correlation(inner),
        Document::Filter(inner) => filter(inner),
    }
}

// The same for each kind, which a trait would make part of the public interface.
macro_rules! write_and_read {
    ($($type:ident: $write:ident, $article:literal),*) => {$(
        impl $type {
            #[doc = concat!("Writes ", $article, " as a YAML document that loads back to the same model.")]
            ///
            /// Comments and the layout of the source are lost. The `Serialize` of this type says the same to other
            /// formats; but a YAML writer that follows YAML 1.2 leaves strings such as `12:30:45` without quotes,
            /// which Sigma reads by YAML 1.1 as a number (S-010). This one does not. And integers beyond 64 bits, which
            /// these formats do not have, are an error there.
            ///
            /// # Errors
            /// If the model was changed to something that no document can say.
            pub fn to_yaml(&self) -> Result<String, Error> {
                Ok($write(self)?.to_yaml())
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let node = $write(self).map_err(S::Error::custom)?;
                if let Some(wide) = node.wide_integer() {
                    return Err(S::Error::custom(format!("integer '{wide}' has more than 64 bits (use 'to_yaml')")));
                }
                node.to_serde().serialize(serializer)
            }
        }
    )*};
}

write_and_read! {
    Rule: rule, "the rule",
    Correlation: correlation, "the correlation",
    Filter: filter, "the filter",
    Document: document, "the document"
}

impl SearchIdentifier {
    /// Writes the identifier with what it stands for, as it stands in a `detection` section.
    ///
    /// # Errors
    /// If the model was changed to something that no document can say.
    pub fn to_yaml(&self) -> Result<String, Error> {
        let mut map = MapWriter::default();
        map.put(&self.name, detection::detection(&self.detection)?);
        Ok(map.finish().to_yaml())
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_yaml::Value::deserialize(deserializer)?;
        parse_value(value).map_err(D::Error::custom)
    }
}

macro_rules! read {
    ($($type:ident),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let document = Document::deserialize(deserializer)?;
                document.try_into().map_err(D::Error::custom)
            }
        }
    )*};
}

read!(Rule, Correlation, Filter);

#[cfg(test)]
mod tests {
    use crate::error::Error;
    use crate::rule::Document;

    /// Writes a document as YAML, JSON and a serde value, and reads each back.
    fn check(text: &str) -> Result<String, Box<dyn std::error::Error>> {
        let document = Document::from_yaml(text)?;
        let written = document.to_yaml()?;
        let value = serde_yaml::to_value(&document)?;
        let json = serde_json::to_string(&document)?;
        let copies = [
            Document::from_yaml(&written)?,
            serde_yaml::from_value(value.clone())?,
            serde_json::from_str(&json)?,
        ];
        for copy in copies {
            assert_eq!(serde_yaml::to_value(&copy)?, value, "{written}");
        }
        Ok(written)
    }

    #[test]
    fn a_rule_comes_back() -> Result<(), Box<dyn std::error::Error>> {
        let written = check(RULE)?;
        assert!(
            written.contains("        - - foo\n        - bar\n"),
            "{written}"
        );
        assert!(
            written.contains("        F|re|i: a\n        F|re|ignorecase: b\n"),
            "{written}"
        );
        assert!(
            written.contains("date: 2024-01-02\n") && written.contains("        T: '12:30:45'\n"),
            "{written}"
        );
        Ok(())
    }

    #[test]
    fn correlations_and_filters_come_back() -> Result<(), Box<dyn std::error::Error>> {
        for text in [
            "{ title: c, correlation: { type: Value_Percentile, rules: a, timespan: 5m, generate: yes,
               condition: { gte: 1.5, lt: 10, field: f, percentile: 99 },
               aliases: { x: { a: f, '010': g } }, group-by: [x, y] } }",
            "{ title: c, correlation: { type: temporal, timespan: 1M, condition: (a and not b) or c } }",
            "{ title: f, logsource: { product: p }, filter: { rules: ANY, s: { a: [1, .5, null, x] }, condition: not s } }",
            "{ title: f, logsource: { product: p }, filter: { rules: any1, s: [1], condition: not s }, x: { y: [1, z] } }",
        ] {
            check(text)?;
        }
        Ok(())
    }

    #[test]
    fn what_no_document_says_is_an_error() -> Result<(), Error> {
        let mut rule = crate::Rule::from_yaml(RULE)?;
        for identifier in &mut rule.detections.identifiers {
            if let crate::rule::Detection::All(items) = &mut identifier.detection {
                items.extend(items.clone());
            }
        }
        let error = rule.to_yaml().map_err(|error| error.message());
        assert!(error.is_err_and(|message| message.contains("'Image|endswith'")));
        Ok(())
    }

    /// As text they would say something else: no text is less than another.
    #[test]
    fn wide_integers_come_back_by_yaml_alone() -> Result<(), Error> {
        let wide = RULE.replace("N: [1, 1.5, -3, yes]", "N|lt: 18446744073709551616");
        let rule = crate::Rule::from_yaml(&wide)?;
        let written = rule.to_yaml()?;
        assert_eq!(crate::Rule::from_yaml(&written)?.to_yaml()?, written);
        let error = serde_json::to_string(&rule).map_err(|error| error.to_string());
        assert!(error.is_err_and(|message| message.contains("'18446744073709551616'")));
        Ok(())
    }

    const RULE: &str = r"
title: 'A: rule'
id: '{ABCDEF01-1111-4111-8111-111111111111}'
related: [{ id: abcdef01-1111-4111-8111-111111111112, type: Similar }]
status: Test
level: high
date: 2024-01-02
modified: 2024/1/3
tags: [attack.t1059]
description: |
  two
  lines
logsource: { category: x, y: [1, { z: null }] }
detection:
  a: { Image|endswith: '\a.exe', T: '12:30:45', N: [1, 1.5, -3, yes], '|all': [k, 2], U|wide|base64: x }
  b: [[foo], [bar]]
  c: [[foo, x], 1, { F: [] }]
  d: { F|re|i: a, F|re|ignorecase: b, '': k }
  e: only
  condition: [a and not 1 of b*, all of them]
other: { '5': x, nested: [a, { b: '010' }] }
";
}
