//! Edits of the source that remove a finding, and nothing else.
//!
//! Each edit is made only if the source reads as expected at the place; else the finding has no fix.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{CompileDetail, Detail, DetectionDetail, Error, RuleDetail};
use crate::lint::source::{Source, Sources};
use crate::lint::{Edit, Finding, Fix, Linter, Position, Report, Severity};
use crate::rule::RuleId;

/// Applies fixes until there are none. A fix may uncover another: of three values that make each other superfluous, one
/// may be left, for which `all` is then too much.
pub(super) fn fix(linter: &Linter) -> (Vec<(Arc<str>, String)>, Report) {
    let mut report = linter.run();
    let mut changed: BTreeMap<Arc<str>, String> = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let round = fixed(&report);
        if round.is_empty() {
            break;
        }
        let next = again(linter, &report.sources, &round);
        // Never the case, as far as tests can tell; an author's file is worth a second look.
        if errors(&next) > errors(&report) {
            break;
        }
        changed.extend(round);
        report = next;
    }
    (changed.into_iter().collect(), report)
}

const MOST_ROUNDS: usize = 16;

fn errors(report: &Report) -> usize {
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    errors.count()
}

/// The same texts, some of them changed.
fn again(linter: &Linter, sources: &Sources, changed: &BTreeMap<Arc<str>, String>) -> Report {
    let mut next = Linter {
        inputs: Vec::new(),
        ..linter.clone()
    };
    for source in sources.iter() {
        let text = changed.get(&source.name).unwrap_or(&source.text);
        next = next.text(source.name.clone(), text);
    }
    next.run()
}

/// The texts after the fixes of a report. Of fixes that overlap the first one is applied.
fn fixed(report: &Report) -> BTreeMap<Arc<str>, String> {
    let mut by_file: BTreeMap<&Arc<str>, Vec<&Fix>> = BTreeMap::new();
    for Finding { position, fix, .. } in &report.findings {
        if let (Some(file), Some(fix)) = (&position.file, fix) {
            by_file.entry(file).or_default().push(fix);
        }
    }
    let mut texts = BTreeMap::new();
    for (file, fixes) in by_file {
        let text = report
            .sources
            .get(file)
            .and_then(|source| apply(&source.text, &fixes));
        if let Some(text) = text {
            texts.insert(file.clone(), text);
        }
    }
    texts
}

fn apply(text: &str, fixes: &[&Fix]) -> Option<String> {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let (mut result, mut done) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        if edit.start < done || (edit.start == done && done > 0 && edit.start == edit.end) {
            continue;
        }
        result.push_str(text.get(done..edit.start)?);
        result.push_str(&edit.text);
        done = edit.end;
    }
    result.push_str(text.get(done..)?);
    (result != text).then_some(result)
}

/// The fix of a warning that loading or compiling gave.
pub(super) fn of_problem(error: &Error, position: &Position, source: &Source) -> Option<Fix> {
    match error.detail() {
        Detail::Rule(RuleDetail::IdForm { canonical }) => scalar(position, source, |text| {
            (RuleId::parse(text)?.as_str() == canonical).then(|| canonical.clone())
        }),
        Detail::Rule(RuleDetail::DateSlashes { canonical, .. }) => {
            scalar(position, source, |text| {
                text.contains('/').then(|| canonical.clone())
            })
        }
        Detail::Rule(RuleDetail::TagForm { tag }) => scalar(position, source, |text| {
            let lower = tag.to_ascii_lowercase().replace(' ', "-");
            let is_good = lower.bytes().all(|byte| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || matches!(byte, b'.' | b'-' | b'_')
            });
            (text == tag && is_good).then_some(lower)
        }),
        Detail::Rule(RuleDetail::RepeatedItem { item, .. }) => {
            let (_, inner) = source.inner(&(position.start..position.end))?;
            (inner == item).then(|| line(position, source)).flatten()
        }
        Detail::Detection(DetectionDetail::EmptyList { key }) if !key.contains('|') => {
            let span = position.start..position.end;
            (source.text.get(span)? == "[]").then(|| replace(position.start, position.end, "null"))
        }
        Detail::Detection(DetectionDetail::Timeframe) => timeframe(position, source),
        Detail::Compile(detail) => modifiers(detail, position, source),
        _ => None,
    }
}

/// Drops the line of a list item that has it for itself.
pub(super) fn line(position: &Position, source: &Source) -> Option<Fix> {
    let line = source.own_line(&(position.start..position.end))?;
    let is_item = source.text.get(line.start..position.start)?.trim() == "-";
    // A text that goes on in the next lines, as a block or a folded one, is more than its line.
    let is_whole = !source
        .text
        .get(position.start..)?
        .starts_with(['|', '>', '&', '*', '!'])
        && is_complete(source, position);
    (is_item && is_whole).then(|| replace(line.start, line.end, ""))
}

/// Whether the next line is indented no deeper than the item, so that none of its text stands there.
fn is_complete(source: &Source, position: &Position) -> bool {
    let line = source.line(position.line);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let next = source.line(position.line.saturating_add(1));
    next.trim().is_empty() || indent(next) <= indent(line)
}

fn replace(start: usize, end: usize, text: &str) -> Fix {
    let text = text.to_owned();
    Fix {
        edits: vec![Edit { start, end, text }],
    }
}

/// Another text in the same quotes.
fn scalar(
    position: &Position,
    source: &Source,
    other: impl FnOnce(&str) -> Option<String>,
) -> Option<Fix> {
    let (range, text) = source.inner(&(position.start..position.end))?;
    let other = other(text)?;
    Some(replace(range.start, range.end, &other))
}

fn timeframe(position: &Position, source: &Source) -> Option<Fix> {
    let rest = source.text.get(position.start..)?.split('\n').next()?;
    let value = rest.strip_prefix("timeframe:")?.trim();
    let is_simple = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let span = position.start..position.start + rest.trim_end().len();
    let line = source.own_line(&span)?;
    (is_simple && is_complete(source, position)).then(|| replace(line.start, line.end, ""))
}

/// Another chain of modifiers in the key of an item.
fn modifiers(detail: &CompileDetail, position: &Position, source: &Source) -> Option<Fix> {
    let (range, key) = source.inner(&(position.start..position.end))?;
    let mut parts = key.split('|');
    let field = parts.next()?;
    let mut chain: Vec<&str> = parts.collect();
    let is_affix = |name: &&str| AFFIXES.contains(name);
    match detail {
        CompileDetail::AllOfOne => chain.retain(|name| *name != "all"),
        // Twice encoded is not once encoded.
        CompileDetail::RepeatedModifier { modifier } if !ENCODINGS.contains(modifier) => {
            let first = chain.iter().position(|name| name == modifier)?;
            let mut index = 0;
            chain.retain(|name| {
                index += 1;
                name != modifier || index - 1 == first
            });
        }
        CompileDetail::SeveralAffixes => {
            let first = chain.iter().position(is_affix)?;
            *chain.get_mut(first)? = "contains";
            let mut index = 0;
            chain.retain(|name| {
                index += 1;
                !is_affix(name) || index - 1 == first
            });
        }
        CompileDetail::KeywordAffix { modifier } => {
            let index = chain.iter().position(|name| name == modifier)?;
            *chain.get_mut(index)? = "contains";
        }
        _ => return None,
    }
    let mut other = field.to_owned();
    for name in chain {
        other.push('|');
        other.push_str(name);
    }
    // A key without a field and modifiers is no key.
    (other != key && !other.is_empty()).then(|| replace(range.start, range.end, &other))
}

const AFFIXES: [&str; 3] = ["contains", "startswith", "endswith"];
const ENCODINGS: [&str; 6] = [
    "base64",
    "base64offset",
    "wide",
    "utf16",
    "utf16le",
    "utf16be",
];
