//! The entries of a map: unique keys (S-004) and merge keys (S-006).

use crate::error::{Error, SyntaxDetail};
use crate::syntax::{Node, Style, Value};

type Entries = Vec<(Node, Node)>;

/// Applies the merge keys of a map and reports keys that are given twice.
pub(super) fn finish(entries: Entries, report: &mut impl FnMut(Error)) -> Entries {
    report_repeated(&entries, report);
    if entries.iter().any(|(key, _)| is_merge_key(key)) {
        merge(entries, report)
    } else {
        entries
    }
}

fn report_repeated(entries: &Entries, report: &mut impl FnMut(Error)) {
    for (later, first) in repeated(entries) {
        let (Some((key, _)), Some((first, _))) = (entries.get(later), entries.get(first)) else {
            continue;
        };
        let detail = SyntaxDetail::DuplicateKey {
            key: key.shown().into_owned(),
            first_line: first.location.line,
        };
        report(Error::new(detail).at(key.location));
    }
}

/// `<<`, unless it is quoted.
fn is_merge_key(key: &Node) -> bool {
    key.style == Style::Plain && key.as_str() == Some("<<")
}

/// Appends the merged entries: explicit keys win over merged ones, earlier maps over later ones.
fn merge(entries: Entries, report: &mut impl FnMut(Error)) -> Entries {
    let (merges, mut all): (Entries, Entries) =
        entries.into_iter().partition(|(key, _)| is_merge_key(key));
    for (_, value) in merges {
        append(value, &mut all, report);
    }
    let mut overridden: Vec<usize> = repeated(&all).into_iter().map(|(later, _)| later).collect();
    overridden.sort_unstable();
    let mut index = 0;
    all.retain(|_| {
        let keep = overridden.binary_search(&index).is_err();
        index += 1;
        keep
    });
    all
}

fn append(value: Node, all: &mut Entries, report: &mut impl FnMut(Error)) {
    match value.value {
        Value::Map(entries) => all.extend(entries),
        Value::List(maps) => {
            for map in maps {
                match map.value {
                    Value::Map(entries) => all.extend(entries),
                    other => report(merge_error(&other).at(map.location)),
                }
            }
        }
        other => report(merge_error(&other).at(value.location)),
    }
}

fn merge_error(value: &Value) -> Error {
    Error::new(SyntaxDetail::MergeValue {
        found: value.kind_name(),
    })
}

/// The numbers of the entries whose key has come before, each with the number of its first occurrence.
fn repeated(entries: &[(Node, Node)]) -> Vec<(usize, usize)> {
    // Comparing all pairs of a small map allocates nothing. Large ones are sorted rather than hashed: no key can be
    // crafted against it.
    if entries.len() <= 16 {
        repeated_in_small(entries)
    } else {
        repeated_in_large(entries)
    }
}

fn repeated_in_small(entries: &[(Node, Node)]) -> Vec<(usize, usize)> {
    let first_of = |(later, (key, _)): (usize, &(Node, Node))| {
        let first = entries
            .iter()
            .take(later)
            .position(|(earlier, _)| same_key(earlier, key))?;
        Some((later, first))
    };
    entries.iter().enumerate().filter_map(first_of).collect()
}

fn same_key(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        // Most pairs differ in length: no bytes are compared.
        (Value::String(a), Value::String(b)) => a == b,
        _ => a.key_order(b).is_eq(),
    }
}

fn repeated_in_large(entries: &[(Node, Node)]) -> Vec<(usize, usize)> {
    let mut sorted: Vec<(usize, &Node)> = entries.iter().map(|(key, _)| key).enumerate().collect();
    // Stable: equal keys stay in source order.
    sorted.sort_by(|(_, a), (_, b)| a.key_order(b));
    let mut found: Vec<(usize, usize)> = sorted
        .chunk_by(|(_, a), (_, b)| a.key_order(b).is_eq())
        .filter_map(|same| same.split_first())
        .flat_map(|((first, _), later)| later.iter().map(move |(later, _)| (*later, *first)))
        .collect();
    found.sort_unstable();
    found
}
