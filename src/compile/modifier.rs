//! A modifier chain applied to the values of one item (chapters 8 and 9).
//!
//! Modifiers are applied left to right; each takes the kind of value made so far (S-181). `all`, `neq` and `cased`
//! act on the item as a whole wherever they stand (S-184).

use std::sync::Arc;

use crate::compile::plan::{Comparison, Relation, ValueTest};
use crate::compile::text::{Text, Utf16, VARIANT_BYTES, expand_regex};
use crate::compile::{Options, number};
use crate::error::CompileDetail;
use crate::pattern::{Network, Number, Regex, RegexOptions, TimePart};
use crate::rule::{DetectionItem, Modifier, Value};

/// A value after its chain.
#[derive(Clone, Debug)]
pub(crate) enum Tested {
    /// The leaf passes any of these.
    AnyOf(Vec<ValueTest>),
    /// The field is present, or is not.
    Exists(bool),
    /// Another field's value stands in relation.
    Reference(String, Relation),
}

/// What acts on the item as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemModifiers {
    pub(crate) all: bool,
    pub(crate) neq: bool,
    cased: bool,
    keyword: bool,
}

/// A value between two modifiers.
#[derive(Clone, Debug)]
enum Typed {
    Text(Vec<Text>),
    Number(Number),
    Boolean(bool),
    Null,
    Regex(Vec<String>, Flags),
    Network(Network),
    Compare(Option<TimePart>, Comparison, Number),
    Reference(String, Affix),
    Exists(bool),
    Time(TimePart, Number),
}

#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
    affix: Affix,
}

/// Which of `contains`, `startswith` and `endswith` were given. Both of the latter together are the first (S-183).
#[derive(Clone, Copy, Debug, Default)]
struct Affix {
    start_open: bool,
    end_open: bool,
    given: bool,
}

impl ItemModifiers {
    pub(crate) fn of(item: &DetectionItem) -> Self {
        let has = |modifier| item.modifiers.contains(&modifier);
        Self {
            all: has(Modifier::All),
            neq: has(Modifier::Neq),
            cased: has(Modifier::Cased),
            keyword: item.field.is_none(),
        }
    }
}

/// Checks what does not depend on a value: order, and what keywords can take (S-175, S-181, S-210).
pub(crate) fn check_chain(item: &DetectionItem) -> Result<(), CompileDetail> {
    for (index, modifier) in item.modifiers.iter().enumerate() {
        let name = modifier.name();
        if item.field.is_none() && needs_field(*modifier) {
            return Err(CompileDetail::NeedsField { modifier: name });
        }
        let before = index
            .checked_sub(1)
            .and_then(|index| item.modifiers.get(index));
        match (modifier, before) {
            (Modifier::Re | Modifier::Cidr | Modifier::Exists, Some(before)) => {
                return Err(CompileDetail::NotFirst {
                    modifier: name,
                    before: before.name(),
                });
            }
            (Modifier::All | Modifier::Neq, _) => {}
            _ if item.modifiers.first() == Some(&Modifier::Exists) && index > 0 => {
                return Err(CompileDetail::AfterExists { modifier: name });
            }
            _ => {}
        }
    }
    Ok(())
}

fn needs_field(modifier: Modifier) -> bool {
    use Modifier::{
        Cidr, Day, Exists, FieldRef, Gt, Gte, Hour, Lt, Lte, Minute, Month, Week, Year,
    };
    matches!(
        modifier,
        Cidr | Day | Exists | FieldRef | Gt | Gte | Hour | Lt | Lte | Minute | Month | Week | Year
    )
}

/// The legal oddities of a chain (S-183, S-175, S-185, S-210).
pub(crate) fn chain_warnings(item: &DetectionItem) -> Vec<CompileDetail> {
    let has = |modifier| item.modifiers.contains(&modifier);
    let affixes = [Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith];
    let affixes: Vec<Modifier> = affixes
        .into_iter()
        .filter(|modifier| has(*modifier))
        .collect();
    let mut warnings = Vec::new();
    for (index, modifier) in item.modifiers.iter().enumerate() {
        if item
            .modifiers
            .iter()
            .take(index)
            .any(|other| other == modifier)
        {
            warnings.push(CompileDetail::RepeatedModifier {
                modifier: modifier.name(),
            });
        }
    }
    if affixes.len() > 1 {
        warnings.push(CompileDetail::SeveralAffixes);
    }
    if let (true, Some(affix)) = (has(Modifier::Re), affixes.first()) {
        warnings.push(CompileDetail::RegexWithAffix {
            modifier: affix.name(),
        });
    }
    if has(Modifier::All) && item.values.len() < 2 {
        warnings.push(CompileDetail::AllOfOne);
    }
    if has(Modifier::Base64Offset) && !has(Modifier::Contains) && item.field.is_some() {
        warnings.push(CompileDetail::OffsetWithoutContains);
    }
    if has(Modifier::Exists) && item.values.len() > 1 {
        warnings.push(CompileDetail::ExistsList);
    }
    if item.field.is_none() && !has(Modifier::Re) {
        let odd = affixes
            .iter()
            .filter(|modifier| **modifier != Modifier::Contains);
        warnings.extend(odd.map(|modifier| CompileDetail::KeywordAffix {
            modifier: modifier.name(),
        }));
        if item
            .values
            .iter()
            .any(|value| matches!(value, Value::String(text) if text.is_empty()))
        {
            warnings.push(CompileDetail::EmptyKeyword);
        }
    }
    warnings
}

/// Applies the item's chain to one of its values.
pub(crate) fn apply(
    item: &DetectionItem,
    value: &Value,
    options: &Options<'_>,
) -> Result<Tested, CompileDetail> {
    let whole = ItemModifiers::of(item);
    let applied = item
        .modifiers
        .iter()
        .try_fold(start(item, value, whole)?, |typed, modifier| {
            step(typed, *modifier, options)
        });
    let tested = applied.and_then(|typed| finish(typed, whole, options));
    tested.map_err(|error| options.blame(error))
}

fn start(
    item: &DetectionItem,
    value: &Value,
    whole: ItemModifiers,
) -> Result<Typed, CompileDetail> {
    let is_keyword = whole.keyword;
    Ok(match value {
        Value::Null if is_keyword => return Err(CompileDetail::KeywordKind { found: "null" }),
        Value::Boolean(_) if is_keyword => {
            return Err(CompileDetail::KeywordKind { found: "a boolean" });
        }
        Value::Null => Typed::Null,
        Value::Boolean(value) => Typed::Boolean(*value),
        Value::Integer(_) | Value::Float(_) => number(value).map_or(Typed::Null, Typed::Number),
        Value::String(text) if item.modifiers.first() == Some(&Modifier::Re) => {
            Typed::Text(vec![Text::verbatim(text)])
        }
        Value::String(text) => Typed::Text(vec![Text::parse(text, has_placeholders(item))]),
    })
}

/// Whether `%name%` is a placeholder: under `expand`, unless an encoding comes first and has made other text of it.
fn has_placeholders(item: &DetectionItem) -> bool {
    use Modifier::{Base64, Base64Offset, Expand, Utf16, Utf16Be, Utf16Le};
    let encodes =
        |modifier: &Modifier| matches!(modifier, Base64 | Base64Offset | Utf16 | Utf16Be | Utf16Le);
    item.modifiers
        .iter()
        .take_while(|modifier| !encodes(modifier))
        .any(|modifier| *modifier == Expand)
}

/// One step of the chain. Long because the table of S-181 is.
fn step(typed: Typed, modifier: Modifier, options: &Options<'_>) -> Result<Typed, CompileDetail> {
    let limit = options.expansions();
    Ok(match (modifier, typed) {
        (Modifier::All | Modifier::Neq, typed) => typed,
        (Modifier::Contains, typed) => affix(typed, modifier, true, true)?,
        (Modifier::StartsWith, typed) => affix(typed, modifier, false, true)?,
        (Modifier::EndsWith, typed) => affix(typed, modifier, true, false)?,
        (Modifier::Cased, Typed::Text(texts)) => Typed::Text(texts),
        (Modifier::WinDash, Typed::Text(texts)) => {
            Typed::Text(texts.into_iter().map(Text::open_dashes).collect())
        }
        (Modifier::Utf16Le, Typed::Text(texts)) => utf16(texts, Utf16::LittleEndian, limit)?,
        (Modifier::Utf16Be, Typed::Text(texts)) => utf16(texts, Utf16::BigEndian, limit)?,
        (Modifier::Utf16, Typed::Text(texts)) => utf16(texts, Utf16::WithMark, limit)?,
        (Modifier::Base64, Typed::Text(texts)) => base64(texts, modifier, limit, |text| {
            text.base64().map(|text| vec![text])
        })?,
        (Modifier::Base64Offset, Typed::Text(texts)) => {
            base64(texts, modifier, limit, Text::base64_offsets)?
        }
        (Modifier::Expand, Typed::Text(texts)) => {
            let mut expanded = Vec::new();
            for text in texts {
                expanded.extend(text.expand(options.placeholders, limit)?);
                within(expanded.len(), limit)?;
            }
            Typed::Text(expanded)
        }
        (Modifier::Expand, Typed::Regex(patterns, flags)) => {
            let mut expanded = Vec::new();
            for pattern in patterns {
                expanded.extend(expand_regex(&pattern, options.placeholders, limit)?);
                within(expanded.len(), limit)?;
            }
            Typed::Regex(expanded, flags)
        }
        (Modifier::Re, Typed::Text(texts)) => Typed::Regex(
            texts.iter().filter_map(Text::plain).collect(),
            Flags::default(),
        ),
        (Modifier::IgnoreCase, Typed::Regex(patterns, flags)) => Typed::Regex(
            patterns,
            Flags {
                ignore_case: true,
                ..flags
            },
        ),
        (Modifier::MultiLine, Typed::Regex(patterns, flags)) => Typed::Regex(
            patterns,
            Flags {
                multi_line: true,
                ..flags
            },
        ),
        (Modifier::DotAll, Typed::Regex(patterns, flags)) => Typed::Regex(
            patterns,
            Flags {
                dot_all: true,
                ..flags
            },
        ),
        (Modifier::Cidr, Typed::Text(texts)) => Typed::Network(network(&texts)?),
        (Modifier::FieldRef, Typed::Text(texts)) => {
            Typed::Reference(plain(&texts, modifier)?, Affix::default())
        }
        (Modifier::Exists, Typed::Boolean(value)) => Typed::Exists(value),
        (Modifier::Lt, typed) => compare(typed, modifier, Comparison::Less)?,
        (Modifier::Lte, typed) => compare(typed, modifier, Comparison::LessOrEqual)?,
        (Modifier::Gt, typed) => compare(typed, modifier, Comparison::Greater)?,
        (Modifier::Gte, typed) => compare(typed, modifier, Comparison::GreaterOrEqual)?,
        (other, typed) => match (time_part(other), typed) {
            (Some(part), Typed::Number(number)) => Typed::Time(part, number),
            (_, typed) => return Err(wrong_type(other, &typed)),
        },
    })
}

fn time_part(modifier: Modifier) -> Option<TimePart> {
    Some(match modifier {
        Modifier::Minute => TimePart::Minute,
        Modifier::Hour => TimePart::Hour,
        Modifier::Day => TimePart::Day,
        Modifier::Week => TimePart::Week,
        Modifier::Month => TimePart::Month,
        Modifier::Year => TimePart::Year,
        _ => return None,
    })
}

fn affix(typed: Typed, modifier: Modifier, start: bool, end: bool) -> Result<Typed, CompileDetail> {
    let join = |affix: Affix| Affix {
        start_open: affix.start_open || start,
        end_open: affix.end_open || end,
        given: true,
    };
    Ok(match typed {
        Typed::Text(mut texts) => {
            for text in &mut texts {
                if start {
                    text.open_start();
                }
                if end {
                    text.open_end();
                }
            }
            Typed::Text(texts)
        }
        Typed::Regex(patterns, flags) => Typed::Regex(
            patterns,
            Flags {
                affix: join(flags.affix),
                ..flags
            },
        ),
        Typed::Reference(field, affix) => Typed::Reference(field, join(affix)),
        other => return Err(wrong_type(modifier, &other)),
    })
}

fn utf16(texts: Vec<Text>, flavour: Utf16, limit: usize) -> Result<Typed, CompileDetail> {
    let texts = each_dash(texts, limit)?;
    let encoded: Vec<Text> = texts
        .into_iter()
        .map(|text| text.encode_utf16(flavour))
        .collect();
    size_within(&encoded, limit)?;
    Ok(Typed::Text(encoded))
}

fn base64(
    texts: Vec<Text>,
    modifier: Modifier,
    limit: usize,
    encode: impl Fn(&Text) -> Option<Vec<Text>>,
) -> Result<Typed, CompileDetail> {
    let mut encoded = Vec::with_capacity(texts.len());
    for text in each_dash(texts, limit)? {
        encoded.extend(encode(&text).ok_or_else(|| wildcard(modifier, &text))?);
    }
    within(encoded.len(), limit.saturating_mul(3))?;
    size_within(&encoded, limit)?;
    if encoded.is_empty() {
        return Err(CompileDetail::NothingToEncode);
    }
    Ok(Typed::Text(encoded))
}

fn each_dash(texts: Vec<Text>, limit: usize) -> Result<Vec<Text>, CompileDetail> {
    let mut out = Vec::with_capacity(texts.len());
    for text in texts {
        out.extend(text.each_dash(limit)?);
        within(out.len(), limit)?;
    }
    Ok(out)
}

fn within(count: usize, limit: usize) -> Result<(), CompileDetail> {
    if count > limit {
        Err(CompileDetail::TooManyVariants { limit })
    } else {
        Ok(())
    }
}

/// Encodings may follow each other, and each makes texts longer: ten of `wide` make a thousand bytes of one.
fn size_within(texts: &[Text], limit: usize) -> Result<(), CompileDetail> {
    within(
        texts.iter().map(Text::size).sum::<usize>() / VARIANT_BYTES,
        limit,
    )
}

/// By how much a value has grown: variants beyond the first, and a long one counts as several.
fn growth(texts: &[Text]) -> usize {
    let size: usize = texts.iter().map(Text::size).sum();
    (texts.len().saturating_sub(1)).saturating_add(size / VARIANT_BYTES)
}

fn plain(texts: &[Text], modifier: Modifier) -> Result<String, CompileDetail> {
    let Some(text) = texts.first() else {
        return Ok(String::new());
    };
    text.plain().ok_or_else(|| wildcard(modifier, text))
}

fn wildcard(modifier: Modifier, text: &Text) -> CompileDetail {
    CompileDetail::Wildcard {
        modifier: modifier.name(),
        value: text.to_string(),
    }
}

fn network(texts: &[Text]) -> Result<Network, CompileDetail> {
    let source = texts.first().map(Text::to_string).unwrap_or_default();
    Network::parse(&source).map_err(|error| CompileDetail::Network {
        message: error.to_string(),
    })
}

fn compare(
    typed: Typed,
    modifier: Modifier,
    comparison: Comparison,
) -> Result<Typed, CompileDetail> {
    match typed {
        Typed::Number(number) => Ok(Typed::Compare(None, comparison, number)),
        Typed::Time(part, number) => Ok(Typed::Compare(Some(part), comparison, number)),
        other => Err(wrong_type(modifier, &other)),
    }
}

fn wrong_type(modifier: Modifier, typed: &Typed) -> CompileDetail {
    CompileDetail::WrongType {
        modifier: modifier.spellings(),
        found: typed.noun(),
        expected: expected(modifier),
    }
}

fn expected(modifier: Modifier) -> &'static str {
    use Modifier::{
        Contains, Day, DotAll, EndsWith, Exists, Expand, Gt, Gte, Hour, IgnoreCase, Lt, Lte,
        Minute, Month, MultiLine, StartsWith, Week, Year,
    };
    match modifier {
        Contains | StartsWith | EndsWith => {
            "text, a regular expression or a field reference (quote it if it is text)"
        }
        Expand => "text or a regular expression (quote it if it is text)",
        IgnoreCase | MultiLine | DotAll => "a regular expression (put 're' first)",
        Lt | Lte | Gt | Gte => {
            "a number, or a part of a time such as 'hour' (write it without quotes)"
        }
        Minute | Hour | Day | Week | Month | Year => {
            "a number (write it without quotes, before any comparison)"
        }
        Exists => "'true' or 'false' without quotes",
        _ => "text (quote it if it is meant as text)",
    }
}

impl Typed {
    fn noun(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "a boolean",
            Self::Null => "null",
            Self::Regex(..) => "a regular expression",
            Self::Network(_) => "a network",
            Self::Compare(..) => "a comparison",
            Self::Reference(..) => "a field reference",
            Self::Exists(_) => "a presence check",
            Self::Time(..) => "a part of a time",
        }
    }
}

fn finish(
    typed: Typed,
    whole: ItemModifiers,
    options: &Options<'_>,
) -> Result<Tested, CompileDetail> {
    Ok(match typed {
        Typed::Text(texts) => {
            options.spend_expansions(growth(&texts))?;
            let pattern = |mut text: Text| {
                if whole.keyword {
                    text.open_start();
                    text.open_end();
                }
                text.into_pattern(whole.cased).map(ValueTest::Text)
            };
            Tested::AnyOf(texts.into_iter().map(pattern).collect::<Result<_, _>>()?)
        }
        Typed::Number(number) if whole.keyword => Tested::AnyOf(vec![ValueTest::Token(number)]),
        Typed::Number(number) => Tested::AnyOf(vec![ValueTest::Number(number)]),
        Typed::Boolean(value) => Tested::AnyOf(vec![ValueTest::Boolean(value)]),
        Typed::Null => Tested::AnyOf(vec![ValueTest::Null]),
        Typed::Regex(patterns, flags) => {
            options.spend_expansions(patterns.len().saturating_sub(1))?;
            let compile = |pattern: String| regex(&pattern, flags, options).map(ValueTest::Regex);
            Tested::AnyOf(
                patterns
                    .into_iter()
                    .map(compile)
                    .collect::<Result<_, _>>()?,
            )
        }
        Typed::Network(network) => Tested::AnyOf(vec![ValueTest::Network(network)]),
        Typed::Compare(None, comparison, number) => {
            Tested::AnyOf(vec![ValueTest::Compare(comparison, number)])
        }
        Typed::Compare(Some(part), comparison, number) => {
            Tested::AnyOf(vec![ValueTest::Time(part, comparison, number)])
        }
        Typed::Time(part, number) => {
            Tested::AnyOf(vec![ValueTest::Time(part, Comparison::Equal, number)])
        }
        Typed::Reference(field, affix) => Tested::Reference(field, affix.relation()),
        Typed::Exists(value) => Tested::Exists(value),
    })
}

impl Affix {
    fn relation(self) -> Relation {
        match (self.start_open, self.end_open) {
            (false, false) => Relation::Equal,
            (true, true) => Relation::Contains,
            (false, true) => Relation::StartsWith,
            (true, false) => Relation::EndsWith,
        }
    }
}

fn regex(pattern: &str, flags: Flags, options: &Options<'_>) -> Result<Arc<Regex>, CompileDetail> {
    let Affix {
        start_open,
        end_open,
        given,
    } = flags.affix;
    let regex_options = RegexOptions {
        ignore_case: flags.ignore_case,
        multi_line: flags.multi_line,
        dot_all: flags.dot_all,
        // S-226: `startswith` leaves the end open and so anchors the start; both together anchor nothing.
        anchor_start: given && !start_open,
        anchor_end: given && !end_open,
        max_pattern_bytes: options.limits.regex_bytes,
        max_memory: options.regex_memory(),
        max_nesting: options.limits.regex_nesting,
    };
    match Regex::new(pattern, &regex_options) {
        Ok(regex) => {
            options.spend_regex(regex.heap_bytes());
            Ok(Arc::new(regex))
        }
        Err(error) if error.is_too_large() => Err(CompileDetail::RegexTooLarge {
            message: error.to_string(),
        }),
        Err(error) => Err(CompileDetail::Regex {
            message: error.to_string(),
        }),
    }
}
