//! `hashes_fields`: `Hashes: ALGO=value` becomes a field for each algorithm.

use crate::error::PipelineFault;
use crate::rule::Value;

use super::super::operand::{Loose, Operand, Text, location_of, operands};
use super::super::run::{Reject, Run};
use super::super::walk::{Change, Tracked, Tree};
use super::ItemTransformation;

/// `hashes_fields`. An item whose values are not all texts stays. Hashes of other algorithms are left out; if all are,
/// the rule is rejected.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Hashes {
    /// `valid_hash_algos`.
    pub(in crate::pipeline) algorithms: Vec<String>,
    /// `field_prefix`.
    pub(in crate::pipeline) prefix: String,
    /// `drop_algo_prefix`: the field is called by the prefix alone.
    pub(in crate::pipeline) drops_name: bool,
    /// `field_to_parse`.
    pub(in crate::pipeline) fields: Vec<String>,
}

impl ItemTransformation for Hashes {
    fn change(&self, tracked: &Tracked, run: &mut Run<'_>) -> Result<Change, Reject> {
        let field = tracked.item.field.as_ref();
        if !field.is_some_and(|field| self.fields.contains(field)) {
            return Ok(Change::None);
        }
        let Some(texts) = texts(tracked) else {
            return Ok(Change::None);
        };
        let mut found: Vec<(String, Vec<Loose>)> = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            let Some((field, hash)) = self.split(&text.plain()) else {
                continue;
            };
            let loose = Loose {
                modifiers: Vec::new(),
                value: Value::String(hash),
                location: location_of(&tracked.item, index),
            };
            match found.iter_mut().find(|(known, _)| *known == field) {
                Some((_, values)) => values.push(loose),
                None => found.push((field, vec![loose])),
            }
        }
        if found.is_empty() {
            return Err(PipelineFault::NoHash {
                known: self.algorithms.clone(),
            }
            .into());
        }
        run.spend_item(tracked)?;
        Ok(Change::To(linked(tracked, found)))
    }
}

/// The values, if all of them are texts.
fn texts(tracked: &Tracked) -> Option<Vec<Text>> {
    operands(&tracked.item)
        .map(|operand| match operand {
            Operand::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}

/// One item for each field, of which any must match; under `all`, every value of every one.
fn linked(tracked: &Tracked, found: Vec<(String, Vec<Loose>)>) -> Tree {
    use crate::rule::Modifier::{All, Neq};
    let has_all = tracked.item.modifiers.contains(&All);
    let negation = tracked.item.is_negated().then_some(Neq);
    let items = found.into_iter().map(|(field, values)| {
        let all = (has_all && values.len() > 1).then_some(All);
        let linking: Vec<_> = all.into_iter().chain(negation).collect();
        let item = tracked.with_values(values, &linking).with_field(field);
        Tree::Item(item)
    });
    Tree::any(items.collect(), tracked.item.is_negated() != has_all)
}

impl Hashes {
    /// The field and the hash of `ALGO=hash`, `ALGO|hash` or a hash whose length tells its algorithm.
    fn split(&self, plain: &str) -> Option<(String, String)> {
        let separator = if plain.contains('|') { '|' } else { '=' };
        let parts: Vec<&str> = plain.split(separator).collect();
        let (algorithm, hash) = match parts.as_slice() {
            [algorithm, hash] => (algorithm.trim_start_matches('*').to_uppercase(), hash),
            [hash, ..] => {
                let length = hash.trim_matches(['*', '?']).chars().count();
                (algorithm_of_length(length)?.to_owned(), hash)
            }
            [] => return None,
        };
        if !self.algorithms.contains(&algorithm) {
            return None;
        }
        let name = if self.drops_name { "" } else { &algorithm };
        let field = format!("{}{name}", self.prefix);
        let hash = hash.trim_matches(['*', '?']).to_owned();
        (!field.is_empty()).then_some((field, hash))
    }
}

fn algorithm_of_length(characters: usize) -> Option<&'static str> {
    Some(match characters {
        32 => "MD5",
        40 => "SHA1",
        64 => "SHA256",
        128 => "SHA512",
        _ => return None,
    })
}
