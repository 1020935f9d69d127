//! Fields that one rule of a log source uses, and that are spelt almost like one that many use.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::collection::Collection;
use crate::error::{Excerpt, Location};
use crate::lint::Run;
use crate::rule::{Detection, DetectionItem, Rule};

/// Compares the fields of each log source with each other.
///
/// # Cost
/// Per log source, the fields of one rule times those of many; the latter are few.
pub(super) fn look(loaded: &Collection, run: &mut Run<'_>) {
    let mut log_sources: BTreeMap<[Option<&str>; 3], Fields<'_>> = BTreeMap::new();
    for rule in loaded.rules() {
        let own = &rule.log_source;
        let key = [
            own.category.as_deref(),
            own.product.as_deref(),
            own.service.as_deref(),
        ];
        count(rule, log_sources.entry(key).or_default());
    }
    for fields in log_sources.values() {
        compare(fields, run);
    }
}

type Fields<'r> = BTreeMap<&'r str, Use<'r>>;

struct Use<'r> {
    rules: usize,
    /// The last rule that was counted, and where it names the field first.
    rule: &'r Arc<Rule>,
    place: Location,
}

fn count<'r>(rule: &'r Arc<Rule>, fields: &mut Fields<'r>) {
    let mut items = Vec::new();
    for identifier in &rule.detections.identifiers {
        collect(&identifier.detection, &mut items);
    }
    for item in items {
        let Some(field) = item.field.as_deref() else {
            continue;
        };
        let (place, first) = (
            item.location,
            Use {
                rules: 1,
                rule,
                place: item.location,
            },
        );
        fields
            .entry(field)
            .and_modify(|known| {
                if !Arc::ptr_eq(known.rule, rule) {
                    *known = Use {
                        rules: known.rules + 1,
                        rule,
                        place,
                    };
                }
            })
            .or_insert(first);
    }
}

fn collect<'r>(detection: &'r Detection, items: &mut Vec<&'r DetectionItem>) {
    match detection {
        Detection::All(found) => items.extend(found),
        Detection::Keywords(item) => items.push(item),
        Detection::Any(parts) | Detection::Every(parts) => {
            parts.iter().for_each(|part| collect(part, items));
        }
    }
}

fn compare(fields: &Fields<'_>, run: &mut Run<'_>) {
    let of_many: Vec<(&str, usize)> = fields
        .iter()
        .filter(|(_, used)| used.rules >= MANY)
        .map(|(field, used)| (*field, used.rules))
        .collect();
    for (field, used) in fields.iter().filter(|(_, used)| used.rules == 1) {
        let near = of_many.iter().find(|(other, _)| is_near(field, other));
        if let Some((other, rules)) = near {
            let message = format!(
                "no other rule of the log source uses the field '{}', and {rules} use '{}' (did you mean that?)",
                Excerpt(field),
                Excerpt(other)
            );
            run.add("rare-field", message, &used.rule.metadata, Some(used.place));
        }
    }
}

/// One letter more, less, or another one, or the same letters in other case. A digit tells fields apart: `param1`, `param2`.
fn is_near(field: &str, other: &str) -> bool {
    if field.eq_ignore_ascii_case(other) {
        return true;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let length = field.len();
    (SHORTEST..=LONGEST).contains(&length)
        && other.len().abs_diff(length) <= 4
        && digits(field) == digits(other)
        && strsim::osa_distance(field, other) == 1
}

/// Rules that must use a field before another one is held for a misspelling of it.
const MANY: usize = 5;
/// Bytes of a field that one letter may be wrong in.
const SHORTEST: usize = 5;
const LONGEST: usize = 64;
