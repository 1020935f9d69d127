//! What the reading of one pipeline carries along, and the parameters of one map.

use crate::error::{
    Error, ItemLabel, Limits, Location, PipelineDetail, PipelineFault, Problems, Severity, nearest,
};
use crate::rule;
use crate::syntax::{Node, Value};

use super::super::regex::Pattern;

/// Collects the problems of a pipeline.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) limits: &'a Limits,
    problems: Problems,
    errors: usize,
    warnings: usize,
    suggestions: usize,
    /// Bytes that all regular expressions take.
    pattern_memory: usize,
    /// The processing item that is being read.
    pub(super) item: Option<ItemLabel>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            problems: Problems::default(),
            errors: 0,
            warnings: 0,
            suggestions: MOST_SUGGESTIONS,
            pattern_memory: 0,
            item: None,
        }
    }

    pub(super) fn finish(mut self) -> Problems {
        self.problems.sort_by_place();
        self.problems
    }

    pub(super) fn error(&mut self, fault: PipelineFault, node: &Node) {
        self.push(Severity::Error, fault, node);
    }

    pub(super) fn warning(&mut self, fault: PipelineFault, node: &Node) {
        self.push(Severity::Warning, fault, node);
    }

    /// Takes over what another parser said about a part.
    pub(super) fn absorb(&mut self, inner: Problems) {
        for problem in inner.into_vec() {
            let (severity, error) = (problem.severity(), problem.error());
            let fault = PipelineFault::Part {
                message: error.message(),
            };
            self.push_at(severity, fault, error.location());
        }
    }

    /// Adds an error at a byte of the text that stands in `node`.
    pub(super) fn error_inside(&mut self, fault: PipelineFault, node: &Node, offset: usize) {
        self.push_at(Severity::Error, fault, node.place_inside(offset));
    }

    fn push(&mut self, severity: Severity, fault: PipelineFault, node: &Node) {
        self.push_at(severity, fault, node.place());
    }

    fn push_at(&mut self, severity: Severity, fault: PipelineFault, place: Option<Location>) {
        let count = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        let fault = match *count {
            count if count > MOST_PROBLEMS + 1 => return,
            count if count > MOST_PROBLEMS => PipelineFault::TooManyProblems {
                limit: MOST_PROBLEMS,
            },
            _ => fault,
        };
        let error = Error::new(PipelineDetail {
            item: self.item.clone(),
            rejected_by: None,
            fault,
        });
        let error = match place {
            Some(place) => error.at(place),
            None => error,
        };
        self.problems.push(severity, error);
    }

    /// The candidate that a misspelt word most probably means.
    pub(super) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(word, candidates)
    }

    pub(super) fn wrong_type(&mut self, key: &str, node: &Node, expected: &'static str) {
        let fault = PipelineFault::WrongType {
            key: key.to_owned(),
            found: node.kind_name(),
            expected,
        };
        self.error(fault, node);
    }

    /// A string. Another scalar is taken as it is written, as pySigma does, which types no parameter.
    pub(super) fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        self.scalar(key, node, "a string")
    }

    /// A string or a list of strings.
    pub(super) fn texts(&mut self, key: &str, node: &Node) -> Vec<String> {
        let parts = node.one_or_more().iter();
        let expected = "a string or a list of strings";
        parts
            .filter_map(|part| self.scalar(key, part, expected))
            .collect()
    }

    fn scalar(&mut self, key: &str, node: &Node, expected: &'static str) -> Option<String> {
        match node.value {
            Value::String(ref text) => return Some(text.clone()),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Unconstructible(_) => {
                self.wrong_type(key, node, expected);
                return None;
            }
            _ => {}
        }
        let text = node.shown().into_owned();
        let fault = PipelineFault::TakenAsText {
            key: key.to_owned(),
            found: node.kind_name(),
            text: text.clone(),
        };
        self.warning(fault, node);
        Some(text)
    }

    pub(super) fn pattern(&mut self, pattern: &str, node: &Node) -> Option<Pattern> {
        let limit = self.limits.regex_memory.saturating_mul(PATTERNS);
        if self.pattern_memory > limit {
            return None;
        }
        let read = Pattern::new(pattern, self.limits);
        // A pattern that is in error may have taken the time of the largest one.
        let memory = read.as_ref().map(Pattern::memory);
        let memory = memory.unwrap_or(self.limits.regex_memory / PATTERNS);
        self.pattern_memory = self.pattern_memory.saturating_add(memory);
        if self.pattern_memory > limit {
            self.error(PipelineFault::PatternsTooLarge { limit }, node);
            return None;
        }
        read.map_err(|fault| self.error(fault, node)).ok()
    }

    /// The `type` of a map, which must be one of `types`. `others` are types of other kinds.
    pub(super) fn type_of<'n>(
        &mut self,
        kind: &'static str,
        node: &'n Node,
        types: &[&'static str],
        others: &[(&'static str, &[&'static str])],
    ) -> Option<&'n str> {
        if node.as_map().is_none() {
            self.wrong_type(kind, node, "a map with a 'type'");
            return None;
        }
        let Some(type_node) = node.get("type") else {
            self.error(PipelineFault::NoType { kind }, node);
            return None;
        };
        let name = type_node.as_str();
        let Some(name) = name else {
            self.wrong_type("type", type_node, "a string");
            return None;
        };
        if types.contains(&name) {
            return Some(name);
        }
        let elsewhere = others.iter().find(|(_, types)| types.contains(&name));
        let fault = PipelineFault::UnknownType {
            kind,
            found: name.to_owned(),
            nearest: self.nearest(name, types.iter().copied()).and_then(|near| {
                let known = types.iter().find(|known| **known == near);
                known.copied()
            }),
            elsewhere: elsewhere.map(|(kind, _)| *kind),
        };
        self.error(fault, type_node);
        None
    }
}

/// The parameters of a transformation or condition. Each is asked for once; what nobody asks for is an error.
#[derive(Debug)]
pub(super) struct Params<'n> {
    /// The type.
    of: &'n str,
    node: &'n Node,
    known: Vec<&'static str>,
}

impl<'n> Params<'n> {
    /// `others` are keys that belong to the map, but not to these parameters.
    pub(super) fn new(of: &'n str, node: &'n Node, others: &[&'static str]) -> Self {
        let mut known = vec!["type"];
        known.extend(others);
        Self { of, node, known }
    }

    /// The type whose parameters they are.
    pub(super) fn of(&self) -> &'n str {
        self.of
    }

    pub(super) fn node(&self) -> &'n Node {
        self.node
    }

    /// The key's value; null is as good as absent.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.get_or_null(key).filter(|node| !node.is_null())
    }

    pub(super) fn get_or_null(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        self.node.get(key)
    }

    pub(super) fn need(&mut self, key: &'static str, reader: &mut Reader<'_>) -> Option<&'n Node> {
        let found = self.get(key);
        if found.is_none() {
            let fault = PipelineFault::MissingParameter {
                of: self.of.to_owned(),
                key,
            };
            reader.error(fault, self.node);
        }
        found
    }

    pub(super) fn text(&mut self, key: &'static str, reader: &mut Reader<'_>) -> Option<String> {
        let node = self.need(key, reader)?;
        reader.text(key, node)
    }

    pub(super) fn optional_text(
        &mut self,
        key: &'static str,
        reader: &mut Reader<'_>,
    ) -> Option<String> {
        let node = self.get(key)?;
        reader.text(key, node)
    }

    pub(super) fn texts(
        &mut self,
        key: &'static str,
        reader: &mut Reader<'_>,
    ) -> Option<Vec<String>> {
        let node = self.need(key, reader)?;
        Some(reader.texts(key, node))
    }

    pub(super) fn flag(&mut self, key: &'static str, reader: &mut Reader<'_>) -> bool {
        let Some(node) = self.get(key) else {
            return false;
        };
        if node.as_bool().is_none() {
            reader.wrong_type(key, node, "'true' or 'false'");
        }
        node.as_bool().unwrap_or(false)
    }

    /// One of a few words; `None` if absent or wrong.
    pub(super) fn word(
        &mut self,
        key: &'static str,
        known: &'static [&'static str],
        reader: &mut Reader<'_>,
    ) -> Option<&'static str> {
        let node = self.get(key)?;
        let text = reader.text(key, node)?;
        let found = known.iter().find(|word| **word == text);
        if found.is_none() {
            let fault = PipelineFault::UnknownWord {
                key,
                nearest: reader.nearest(&text, known.iter().copied()),
                found: text,
                known,
            };
            reader.error(fault, node);
        }
        found.copied()
    }

    pub(super) fn pattern(
        &mut self,
        key: &'static str,
        reader: &mut Reader<'_>,
    ) -> Option<Pattern> {
        let node = self.need(key, reader)?;
        let text = reader.text(key, node)?;
        reader.pattern(&text, node)
    }

    /// Passes over parameters that have no effect here.
    pub(super) fn ignore(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// Reports parameters that nobody asked for.
    pub(super) fn finish(self, reader: &mut Reader<'_>) {
        for (key, _) in self.node.as_map().unwrap_or_default() {
            match key.as_str() {
                Some(name) if self.known.contains(&name) => {}
                Some(name) => {
                    let nearest = reader.nearest(name, self.known.iter().copied());
                    let nearest = self.known.iter().find(|known| Some(**known) == nearest);
                    let fault = PipelineFault::UnknownParameter {
                        of: self.of.to_owned(),
                        key: name.to_owned(),
                        nearest: nearest.copied(),
                    };
                    reader.error(fault, key);
                }
                None => {
                    let found = key.kind_name();
                    reader.error(PipelineFault::KeyType { found }, key);
                }
            }
        }
    }
}

/// A scalar as a value of a rule; `None` for anything else.
pub(super) fn rule_value(node: &Node) -> Option<rule::Value> {
    Some(match &node.value {
        Value::Null => rule::Value::Null,
        Value::Bool(value) => rule::Value::Boolean(*value),
        Value::Int(value) => rule::Value::Integer(*value),
        Value::Float(value) => rule::Value::from_float(*value)?,
        Value::String(text) => rule::Value::String(text.clone()),
        _ => return None,
    })
}

/// As many patterns of the largest size as a pipeline may have; of the usual size, thousands.
const PATTERNS: usize = 8;
const MOST_PROBLEMS: usize = 100;
const MOST_SUGGESTIONS: usize = 20;
