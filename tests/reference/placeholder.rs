//! `expand`: placeholders and the values in their place (S-250 to S-256).

use super::Table;
use super::string::{self, Part};

/// Variants of one value are bounded, as everything is (S-560); the number is the default of the library's `Limits`.
pub(super) const MOST_VARIANTS: usize = 10_000;

/// All strings that come of putting table entries in place of placeholders.
pub(super) fn expand(parts: &[Part], table: &Table) -> Result<Vec<Vec<Part>>, String> {
    let mut variants = vec![Vec::new()];
    let mut rest = parts;
    while let Some((first, after)) = rest.split_first() {
        if let [Part::Char('\\'), Part::Char('%'), after_percent @ ..] = rest {
            // S-253: a plain percent sign, which starts and ends no placeholder.
            append(&mut variants, &[vec![Part::Escaped('%')]])?;
            rest = after_percent;
        } else if let Some((name, after_placeholder)) = placeholder(rest) {
            let values: Vec<_> = values(&name, table)?
                .iter()
                .map(|value| string::parse(value))
                .collect();
            append(&mut variants, &values)?;
            rest = after_placeholder;
        } else {
            append(&mut variants, &[vec![*first]])?;
            rest = after;
        }
    }
    Ok(variants)
}

/// The same for the text of a regular expression: values are inserted as pattern text (S-256).
pub(super) fn expand_pattern(pattern: &str, table: &Table) -> Result<Vec<String>, String> {
    let mut variants = vec![String::new()];
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        if first == '\\' {
            // The backslash and what it escapes stay together; `\%` is a percent sign in both languages.
            let escaped = after.chars().next().map_or(0, char::len_utf8);
            append(&mut variants, &[rest[..1 + escaped].to_owned()])?;
            rest = &after[escaped..];
        } else if let Some((name, after_placeholder)) = placeholder_in_pattern(rest) {
            append(&mut variants, values(name, table)?)?;
            rest = after_placeholder;
        } else {
            append(&mut variants, &[first.to_string()])?;
            rest = after;
        }
    }
    Ok(variants)
}

/// S-252: without an entry the rule is rejected.
fn values<'a>(name: &str, table: &'a Table) -> Result<&'a [String], String> {
    match table.get(name) {
        Some(values) if !values.is_empty() => Ok(values),
        _ => Err(format!("placeholder '{name}' has no value (S-252)")),
    }
}

/// `%name%` at the start: its name and what follows. A name has no `%` and no `\` (S-250).
fn placeholder(parts: &[Part]) -> Option<(String, &[Part])> {
    let [Part::Char('%'), rest @ ..] = parts else {
        return None;
    };
    let mut name = String::new();
    for (index, part) in rest.iter().enumerate() {
        match *part {
            Part::Char('%') if name.is_empty() => return None,
            Part::Char('%') => return Some((name, &rest[index + 1..])),
            Part::Char('\\') | Part::Escaped(_) | Part::Byte(_) | Part::ByteOrderMark => {
                return None;
            }
            Part::Char(c) | Part::Dash(c) => name.push(c),
            Part::Any => name.push('*'),
            Part::One => name.push('?'),
        }
    }
    None
}

fn placeholder_in_pattern(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('%')?.split_once('%')?;
    (!name.is_empty() && !name.contains('\\')).then_some((name, after))
}

/// Every variant so far with every one of the next pieces behind it.
fn append<T: Piece>(variants: &mut Vec<T>, pieces: &[T]) -> Result<(), String> {
    if variants.len() * pieces.len() > MOST_VARIANTS {
        return Err("too many variants of one value (S-560)".to_owned());
    }
    *variants = variants
        .iter()
        .flat_map(|variant| pieces.iter().map(|piece| variant.joined(piece)))
        .collect();
    Ok(())
}

trait Piece: Sized {
    fn joined(&self, piece: &Self) -> Self;
}

impl Piece for String {
    fn joined(&self, piece: &Self) -> Self {
        format!("{self}{piece}")
    }
}

impl Piece for Vec<Part> {
    fn joined(&self, piece: &Self) -> Self {
        [self.as_slice(), piece.as_slice()].concat()
    }
}
