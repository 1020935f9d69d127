//! Values that are read otherwise than they look.

use crate::error::Excerpt;
use crate::lint::Run;
use crate::rule::text::{Token, tokens};
use crate::rule::{Detection, DetectionItem, Detections, Metadata, Modifier, Value};

/// Looks at every value of a detection section.
pub(super) fn look(detections: &Detections, metadata: &Metadata, run: &mut Run<'_>) {
    for identifier in &detections.identifiers {
        detection(&identifier.detection, metadata, run);
    }
}

/// Recursion follows the nesting of the text, which loading bounds.
fn detection(detection: &Detection, metadata: &Metadata, run: &mut Run<'_>) {
    match detection {
        Detection::All(items) => items.iter().for_each(|found| item(found, metadata, run)),
        Detection::Keywords(found) => item(found, metadata, run),
        Detection::Any(parts) | Detection::Every(parts) => {
            for part in parts {
                self::detection(part, metadata, run);
            }
        }
    }
}

fn item(item: &DetectionItem, metadata: &Metadata, run: &mut Run<'_>) {
    let has = |modifier| item.modifiers.contains(&modifier);
    for (value, place) in item.values.iter().zip(&item.value_locations) {
        let Value::String(text) = value else {
            continue;
        };
        let odd = if has(Modifier::Re) {
            domain_dot(text)
        } else if has(Modifier::Cidr) || has(Modifier::FieldRef) {
            None
        } else {
            wildcard_only(text, item).or_else(|| escaped_wildcard(text))
        };
        if let Some((code, message)) = odd {
            run.add(code, message, metadata, Some(*place));
        }
    }
}

type Odd = (&'static str, String);

/// `*`, and nothing under a modifier that puts wildcards around it.
fn wildcard_only(text: &str, item: &DetectionItem) -> Option<Odd> {
    let widens = |modifier: &Modifier| {
        matches!(
            modifier,
            Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith
        )
    };
    let encodes =
        |modifier: &Modifier| matches!(modifier, Modifier::Base64 | Modifier::Base64Offset);
    let is_only = tokens(text, false).all(|token| token == Token::Any)
        && (!text.is_empty() || item.modifiers.iter().any(widens) && item.field.is_some())
        && !item.modifiers.iter().any(encodes);
    is_only.then(|| {
        let shown = item.field.as_deref().unwrap_or("any field");
        let message = format!(
            "value '{text}' passes whatever text '{}' has",
            Excerpt(shown)
        );
        ("wildcard-only", message)
    })
}

/// A backslash of a path that makes the wildcard after it a character. If all backslashes of a value stand before wildcards,
/// or it has none but these, its author knows what they do; `\?` is how the query of an address is written.
fn escaped_wildcard(text: &str) -> Option<Odd> {
    let mut plain = is_drive(text);
    let mut escaped = false;
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\\' {
            match characters.next_if(|next| matches!(next, '*' | '?' | '\\')) {
                Some('*') => {
                    let is_path_part = before
                        .is_some_and(|c: char| c.is_alphanumeric() || matches!(c, ':' | '%' | '$'));
                    escaped |= is_path_part;
                }
                Some(_) => {}
                None => plain = true,
            }
        }
        before = Some(character);
    }
    (plain && escaped).then(|| {
        let message = format!(
            "the backslash before '*' in '{}' makes it a plain character, no wildcard",
            Excerpt(text)
        );
        ("escaped-wildcard", message)
    })
}

/// `C:\`
fn is_drive(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && characters.as_str().starts_with(":\\")
}

/// A dot before a top-level domain that any character passes.
fn domain_dot(pattern: &str) -> Option<Odd> {
    let bytes = pattern.as_bytes();
    let mut in_class = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            // What is escaped is what it looks like.
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'.' if !in_class && is_domain_dot(pattern, at) => {
                let message = format!(
                    "the dot in '{}' is any character to a regular expression",
                    Excerpt(domain_around(pattern, at))
                );
                return Some(("regex-dot", message));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_domain_dot(pattern: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (pattern.get(..at), pattern.get(at + 1..)) else {
        return false;
    };
    let is_label = before.ends_with(|c: char| c.is_ascii_alphanumeric())
        // The letter of a class such as `\w`.
        && !before.get(..before.len() - 1).is_some_and(|head| head.ends_with('\\'));
    let length = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (domain, rest) = after.split_at(length);
    let goes_on = rest.starts_with(['*', '+', '?', '{', '-', '_']);
    is_label
        && !goes_on
        && DOMAINS
            .iter()
            .any(|known| domain.eq_ignore_ascii_case(known))
}

fn domain_around(pattern: &str, at: usize) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let start = pattern
        .get(..at)
        .map_or(0, |before| before.trim_end_matches(is_part).len());
    let after = pattern.get(at + 1..).unwrap_or_default();
    let end = pattern.len() - after.trim_start_matches(is_part).len();
    pattern.get(start..end).unwrap_or(pattern)
}

/// Top-level domains that are no usual ends of file names (`.com` is both, and means the domain more often).
const DOMAINS: [&str; 24] = [
    "app", "biz", "cc", "cloud", "cn", "co", "com", "de", "dev", "edu", "gov", "info", "io", "me",
    "net", "onion", "org", "ru", "site", "top", "tv", "uk", "us", "xyz",
];
