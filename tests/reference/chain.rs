//! A value and the modifiers on it, from left to right (chapters 8 and 9).

use std::cmp::Ordering;

use sigmatic::rule::{Modifier, Value};

use super::Table;
use super::encoding::{self, Order};
use super::number::Number;
use super::placeholder;
use super::string::{self, Part};
use super::time;

/// What a value is after the modifiers so far (S-181).
#[derive(Clone, Debug)]
pub(super) enum Typed {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Vec<Part>),
    Regex {
        pattern: String,
        flags: Flags,
        ends: Ends,
    },
    Network(String),
    Reference {
        field: String,
        ends: Ends,
    },
    Exists(bool),
    TimePart(time::Part, Number),
    /// `part` is `None` for the value itself.
    Comparison {
        part: Option<time::Part>,
        comparison: Comparison,
        number: Number,
    },
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    pub(super) multi_line: bool,
    pub(super) dot_all: bool,
}

/// What `contains`, `startswith` and `endswith` did to a regular expression or a reference: with both ends open the
/// value may stand anywhere.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends {
    pub(super) open_start: bool,
    pub(super) open_end: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// All variants of one value after all modifiers, OR-linked (S-185).
pub(super) fn apply(
    value: &Value,
    modifiers: &[Modifier],
    table: &Table,
) -> Result<Vec<Typed>, String> {
    let mut variants = vec![typed(value)?];
    for (index, modifier) in modifiers.iter().enumerate() {
        let must_be_first = matches!(modifier, Modifier::Re | Modifier::Cidr | Modifier::Exists);
        if must_be_first && index > 0 {
            return Err(format!("'{modifier}' must be the first modifier (S-181)"));
        }
        let mut next = Vec::new();
        for variant in variants {
            next.extend(apply_one(variant, *modifier, table)?);
        }
        variants = next;
    }
    Ok(variants)
}

fn typed(value: &Value) -> Result<Typed, String> {
    Ok(match value {
        Value::Null => Typed::Null,
        Value::Boolean(value) => Typed::Boolean(*value),
        Value::Integer(value) => Typed::Number(Number::of_integer(*value)),
        Value::Float(value) => {
            Typed::Number(Number::of_float(*value).ok_or("not a finite number")?)
        }
        Value::String(text) => Typed::Text(string::parse(text)),
        other => return Err(format!("a value the reference does not know: {other:?}")),
    })
}

/// One row of the table of S-181 after the other.
fn apply_one(value: Typed, modifier: Modifier, table: &Table) -> Result<Vec<Typed>, String> {
    use Modifier as M;
    use Typed as T;

    let one = |typed| Ok(vec![typed]);
    match (modifier, value) {
        (M::All | M::Neq, value) => one(value),

        (M::Contains | M::StartsWith | M::EndsWith, T::Text(parts)) => {
            one(T::Text(opened(&parts, modifier)))
        }
        (
            M::Contains | M::StartsWith | M::EndsWith,
            T::Regex {
                pattern,
                flags,
                ends,
            },
        ) => {
            let ends = ends.opened(modifier);
            one(T::Regex {
                pattern,
                flags,
                ends,
            })
        }
        (M::Contains | M::StartsWith | M::EndsWith, T::Reference { field, ends }) => {
            let ends = ends.opened(modifier);
            one(T::Reference { field, ends })
        }

        // Acts on the comparison at the end (S-184).
        (M::Cased, T::Text(parts)) => one(T::Text(parts)),
        (M::WinDash, T::Text(parts)) => one(T::Text(string::windash(&parts))),
        (M::Base64, T::Text(parts)) => {
            each_choice(&parts, |parts| Ok(vec![T::Text(encoding::base64(parts)?)]))
        }
        (M::Base64Offset, T::Text(parts)) => each_choice(&parts, |parts| {
            Ok(encoding::base64_offset(parts)?
                .into_iter()
                .map(T::Text)
                .collect())
        }),
        (M::Utf16Le, T::Text(parts)) => each_choice(&parts, |parts| {
            Ok(vec![T::Text(encoding::wide(parts, Order::Little)?)])
        }),
        (M::Utf16Be, T::Text(parts)) => each_choice(&parts, |parts| {
            Ok(vec![T::Text(encoding::wide(parts, Order::Big)?)])
        }),
        (M::Utf16, T::Text(parts)) => each_choice(&parts, |parts| {
            let encoded = encoding::wide(parts, Order::Little)?;
            Ok(vec![T::Text(
                [&[Part::ByteOrderMark], encoded.as_slice()].concat(),
            )])
        }),

        (M::Expand, T::Text(parts)) => {
            let variants = placeholder::expand(&parts, table)?;
            Ok(variants.into_iter().map(T::Text).collect())
        }
        (
            M::Expand,
            T::Regex {
                pattern,
                flags,
                ends,
            },
        ) => {
            let variants = placeholder::expand_pattern(&pattern, table)?;
            let regex = |pattern| T::Regex {
                pattern,
                flags,
                ends,
            };
            Ok(variants.into_iter().map(regex).collect())
        }

        // The pattern is the source, byte for byte (S-220): what `parse` took away is given back.
        (M::Re, T::Text(parts)) => one(T::Regex {
            pattern: source(&parts),
            flags: Flags::default(),
            ends: Ends::default(),
        }),
        (
            M::IgnoreCase | M::MultiLine | M::DotAll,
            T::Regex {
                pattern,
                mut flags,
                ends,
            },
        ) => {
            flags.ignore_case |= modifier == M::IgnoreCase;
            flags.multi_line |= modifier == M::MultiLine;
            flags.dot_all |= modifier == M::DotAll;
            one(T::Regex {
                pattern,
                flags,
                ends,
            })
        }

        (M::Cidr, T::Text(parts)) => one(T::Network(string::literal(&parts)?)),
        (M::FieldRef, T::Text(parts)) => each_choice(&parts, |parts| {
            let field = string::literal(parts)?;
            let ends = Ends::default();
            Ok(vec![T::Reference { field, ends }])
        }),
        (M::Exists, T::Boolean(value)) => one(T::Exists(value)),

        (M::Minute | M::Hour | M::Day | M::Week | M::Month | M::Year, T::Number(number)) => {
            one(T::TimePart(time_part(modifier), number))
        }
        (M::Lt | M::Lte | M::Gt | M::Gte, T::Number(number)) => one(T::Comparison {
            part: None,
            comparison: comparison(modifier),
            number,
        }),
        (M::Lt | M::Lte | M::Gt | M::Gte, T::TimePart(part, number)) => one(T::Comparison {
            part: Some(part),
            comparison: comparison(modifier),
            number,
        }),

        (modifier, value) => Err(format!("'{modifier}' does not take {value:?} (S-181)")),
    }
}

impl Ends {
    fn opened(self, modifier: Modifier) -> Self {
        Self {
            open_start: self.open_start || modifier != Modifier::StartsWith,
            open_end: self.open_end || modifier != Modifier::EndsWith,
        }
    }
}

/// S-200 to S-202: wildcards at the ends, unless there are.
fn opened(parts: &[Part], modifier: Modifier) -> Vec<Part> {
    let mut opened = parts.to_vec();
    if modifier != Modifier::StartsWith && opened.first() != Some(&Part::Any) {
        opened.insert(0, Part::Any);
    }
    if modifier != Modifier::EndsWith && opened.last() != Some(&Part::Any) {
        opened.push(Part::Any);
    }
    opened
}

fn each_choice(
    parts: &[Part],
    encode: impl Fn(&[Part]) -> Result<Vec<Typed>, String>,
) -> Result<Vec<Typed>, String> {
    let mut variants = Vec::new();
    for choice in encoding::dash_choices(parts)? {
        variants.extend(encode(&choice)?);
    }
    Ok(variants)
}

/// The source of a parsed string on which no other modifier has acted: `re` comes first (S-181).
fn source(parts: &[Part]) -> String {
    let mut source = String::new();
    for part in parts {
        match part {
            Part::Escaped(c) => source.extend(['\\', *c]),
            Part::Any => source.push('*'),
            Part::One => source.push('?'),
            Part::Char(c) | Part::Dash(c) => source.push(*c),
            Part::Byte(_) | Part::ByteOrderMark => unreachable!("only encodings make these"),
        }
    }
    source
}

fn time_part(modifier: Modifier) -> time::Part {
    match modifier {
        Modifier::Minute => time::Part::Minute,
        Modifier::Hour => time::Part::Hour,
        Modifier::Day => time::Part::Day,
        Modifier::Week => time::Part::Week,
        Modifier::Month => time::Part::Month,
        _ => time::Part::Year,
    }
}

fn comparison(modifier: Modifier) -> Comparison {
    match modifier {
        Modifier::Lt => Comparison::Less,
        Modifier::Lte => Comparison::LessOrEqual,
        Modifier::Gt => Comparison::Greater,
        _ => Comparison::GreaterOrEqual,
    }
}
