//! Placeholders (S-250): `value_placeholders`, `wildcard_placeholders`, `query_expression_placeholders`, and those with
//! values from outside.
//!
//! These look at values as written, before `contains` and its like, so that also a chain such as `expand|base64` gets
//! its values: replacing and then applying the other modifiers is what the chain says anyway.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::error::PipelineFault;
use crate::rule::text::{Token, placeholder_name, tokens, write};
use crate::rule::{Modifier, Value};

use super::super::ExternalSource;
use super::super::operand::{Loose, location_of, own_modifiers, regrouped};
use super::super::run::{Draft, Reject, Run, VALUE_BYTES};
use super::super::variable::Variable;
use super::super::walk::{Change, Tracked};
use super::{Context, ItemTransformation, Transformation, change_items};

/// Which placeholders are meant: `include`, `exclude`.
#[derive(Clone, Debug, Default)]
pub(in crate::pipeline) struct Handled {
    pub(in crate::pipeline) include: Option<BTreeSet<String>>,
    pub(in crate::pipeline) exclude: Option<BTreeSet<String>>,
}

/// Replaces placeholders by values, in every combination (S-251).
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Placeholders {
    pub(in crate::pipeline) handled: Handled,
    pub(in crate::pipeline) values: PlaceholderValues,
}

/// Where the values come from.
#[derive(Clone, Debug)]
pub(in crate::pipeline) enum PlaceholderValues {
    /// `vars`.
    Variables,
    /// `*`, or `.*` in a regular expression.
    Wildcard,
}

/// `file_placeholders`, `http_placeholders`, `command_placeholders`: values from outside, which only the embedder
/// fetches. Each placeholder gets the same ones.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct External {
    pub(in crate::pipeline) handled: Handled,
    pub(in crate::pipeline) source: ExternalSource,
    pub(in crate::pipeline) values: Option<Vec<String>>,
}

/// `query_expression_placeholders`: parts of queries, which rejects rules that need them.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct QueryExpression(pub(in crate::pipeline) Handled);

impl Handled {
    fn contains(&self, name: &str) -> bool {
        let is_included = self
            .include
            .as_ref()
            .is_none_or(|names| names.contains(name));
        let is_excluded = self
            .exclude
            .as_ref()
            .is_some_and(|names| names.contains(name));
        is_included && !is_excluded
    }
}

impl ItemTransformation for Placeholders {
    fn change(&self, tracked: &Tracked, run: &mut Run<'_>) -> Result<Change, Reject> {
        let wildcard = [(if is_regex(tracked) { ".*" } else { "*" }).to_owned()];
        replace(tracked, &self.handled, run, |name, run| match self.values {
            PlaceholderValues::Wildcard => Ok(wildcard.to_vec()),
            PlaceholderValues::Variables => variable(name, run),
        })
    }
}

impl Transformation for External {
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        change_items(draft, context, run, |tracked, run| {
            replace(tracked, &self.handled, run, |name, _| {
                let missing = || PipelineFault::NoExternalValues {
                    name: name.to_owned(),
                    source: self.source.kind.noun(),
                };
                self.values.clone().ok_or_else(missing)
            })
        })
    }

    fn provide(&mut self, provider: &mut dyn FnMut(&ExternalSource) -> Option<Vec<String>>) {
        if let Some(values) = provider(&self.source) {
            self.values = Some(values);
        }
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

impl ItemTransformation for QueryExpression {
    fn change(&self, tracked: &Tracked, run: &mut Run<'_>) -> Result<Change, Reject> {
        replace(tracked, &self.0, run, |name, _| {
            Err(PipelineFault::QueryExpression {
                name: name.to_owned(),
            })
        })
    }
}

fn variable(name: &str, run: &Run<'_>) -> Result<Vec<String>, PipelineFault> {
    match run.variables.get(name) {
        Some(Variable::Values(values)) => Ok(values.clone()),
        Some(Variable::Other(found)) => Err(PipelineFault::VariableKind {
            name: name.to_owned(),
            found,
        }),
        None => Err(PipelineFault::UnknownVariable {
            name: name.to_owned(),
            known: run.variables.names(),
        }),
    }
}

/// Replaces the placeholders of an item that has the modifier `expand` before any encoding.
fn replace(
    tracked: &Tracked,
    handled: &Handled,
    run: &mut Run<'_>,
    mut values_of: impl FnMut(&str, &Run<'_>) -> Result<Vec<String>, PipelineFault>,
) -> Result<Change, Reject> {
    if !expands(tracked) {
        return Ok(Change::None);
    }
    let is_regex = is_regex(tracked);
    let mut sources = Vec::with_capacity(tracked.item.values.len());
    let mut is_changed = false;
    for (index, value) in tracked.item.values.iter().enumerate() {
        let Value::String(source) = value else {
            sources.push(vec![loose(tracked, index, value.clone(), true)]);
            continue;
        };
        let template = Template::read(source, is_regex);
        let made = if template.names().any(|name| handled.contains(name)) {
            is_changed = true;
            template.expand(handled, run, &mut values_of)?
        } else {
            vec![source.clone()]
        };
        let keeps_expand = template.names().any(|name| !handled.contains(name));
        let made = made.into_iter().map(|source| {
            let source = if keeps_expand || is_regex {
                source
            } else {
                // Percent signs need no backslash any more.
                write(tokens(&source, true), false)
            };
            loose(tracked, index, Value::String(source), keeps_expand)
        });
        sources.push(made.collect());
    }
    if !is_changed {
        return Ok(Change::None);
    }
    Ok(Change::To(regrouped(tracked, sources)))
}

fn loose(tracked: &Tracked, index: usize, value: Value, keeps_expand: bool) -> Loose {
    let mut modifiers = own_modifiers(&tracked.item);
    modifiers.retain(|modifier| keeps_expand || *modifier != Modifier::Expand);
    Loose {
        modifiers,
        value,
        location: location_of(&tracked.item, index),
    }
}

fn is_regex(tracked: &Tracked) -> bool {
    tracked.item.modifiers.first() == Some(&Modifier::Re)
}

fn expands(tracked: &Tracked) -> bool {
    use Modifier::{Base64, Base64Offset, Expand, Utf16, Utf16Be, Utf16Le};
    let encodes = |modifier: &&Modifier| {
        matches!(modifier, Base64 | Base64Offset | Utf16 | Utf16Be | Utf16Le)
    };
    let chain = tracked.item.modifiers.iter();
    chain
        .take_while(|modifier| !encodes(modifier))
        .any(|modifier| *modifier == Expand)
}

/// A value with its placeholders apart.
struct Template<'s> {
    parts: Vec<Part<'s>>,
    is_regex: bool,
}

enum Part<'s> {
    /// In the notation of the value.
    Text(String),
    Placeholder(&'s str),
}

impl<'s> Template<'s> {
    fn read(source: &'s str, is_regex: bool) -> Self {
        let mut parts = Vec::new();
        if is_regex {
            read_regex(source, &mut parts);
        } else {
            read_text(source, &mut parts);
        }
        Self { parts, is_regex }
    }

    fn names(&self) -> impl Iterator<Item = &'s str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(name) => Some(*name),
            Part::Text(_) => None,
        })
    }

    /// One text for each combination of values, those of the last placeholder changing fastest.
    fn expand(
        &self,
        handled: &Handled,
        run: &mut Run<'_>,
        values_of: &mut impl FnMut(&str, &Run<'_>) -> Result<Vec<String>, PipelineFault>,
    ) -> Result<Vec<String>, PipelineFault> {
        let limit = run.limits.expansions;
        let mut variants = vec![String::new()];
        for part in &self.parts {
            let choices = match part {
                Part::Text(text) => vec![text.clone()],
                Part::Placeholder(name) if handled.contains(name) => {
                    let values = values_of(name, run)?;
                    let notation = |value: &String| self.notation(tokens(value, false), value);
                    values.iter().map(notation).collect()
                }
                Part::Placeholder(name) => vec![format!("%{name}%")],
            };
            let count = variants.len().saturating_mul(choices.len());
            if count > limit {
                return Err(PipelineFault::TooManyVariants { limit });
            }
            let longest = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or(0);
            let size = longest(&variants) + longest(&choices) + VALUE_BYTES;
            run.spend(count.saturating_mul(size))?;
            variants = variants
                .iter()
                .flat_map(|variant| {
                    choices
                        .iter()
                        .map(move |choice| format!("{variant}{choice}"))
                })
                .collect();
        }
        Ok(variants)
    }
}

impl Template<'_> {
    /// A value in the notation of the template, in which percent signs need a backslash. In a regular expression it is
    /// pattern text (S-256).
    fn notation<'t>(&self, tokens: impl Iterator<Item = Token<'t>>, verbatim: &str) -> String {
        if self.is_regex {
            verbatim.to_owned()
        } else {
            closed(tokens.collect())
        }
    }
}

/// Text that means the same whatever follows: a backslash at its end is doubled.
fn closed(tokens: Vec<Token<'_>>) -> String {
    let ends_in_backslash = tokens.last() == Some(&Token::Character('\\'));
    let mut text = write(tokens, true);
    text.push_str(if ends_in_backslash { "\\" } else { "" });
    text
}

fn read_text<'s>(source: &'s str, parts: &mut Vec<Part<'s>>) {
    let mut own = Vec::new();
    for token in tokens(source, true) {
        match token {
            Token::Placeholder(name) => {
                parts.push(Part::Text(closed(std::mem::take(&mut own))));
                parts.push(Part::Placeholder(name));
            }
            other => own.push(other),
        }
    }
    parts.push(Part::Text(closed(own)));
}

/// A backslash and what it escapes are no placeholder (S-256).
fn read_regex<'s>(source: &'s str, parts: &mut Vec<Part<'s>>) {
    let mut text = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let taken = match placeholder_name(rest) {
            Some(name) => {
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Placeholder(name));
                name.len() + 2
            }
            None => {
                let escaped = rest.chars().nth(1).filter(|_| c == '\\');
                let taken = c.len_utf8() + escaped.map_or(0, char::len_utf8);
                text.push_str(rest.get(..taken).unwrap_or_default());
                taken
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    parts.push(Part::Text(text));
}
