//! The names of the modifiers (S-180).

use std::fmt;

/// A modifier. Synonyms are one variant (`i` and `ignorecase`, `wide` and `utf16le`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the specification's own words")]
pub enum Modifier {
    All,
    Base64,
    Base64Offset,
    Cased,
    Cidr,
    Contains,
    Day,
    EndsWith,
    Exists,
    Expand,
    FieldRef,
    Gt,
    Gte,
    Hour,
    IgnoreCase,
    Lt,
    Lte,
    Minute,
    Month,
    MultiLine,
    Neq,
    Re,
    DotAll,
    StartsWith,
    Utf16,
    Utf16Be,
    Utf16Le,
    Week,
    WinDash,
    Year,
}

impl Modifier {
    /// Every modifier, ordered by name.
    pub const ALL_MODIFIERS: [Self; 30] = [
        Self::All,
        Self::Base64,
        Self::Base64Offset,
        Self::Cased,
        Self::Cidr,
        Self::Contains,
        Self::Day,
        Self::DotAll,
        Self::EndsWith,
        Self::Exists,
        Self::Expand,
        Self::FieldRef,
        Self::Gt,
        Self::Gte,
        Self::Hour,
        Self::IgnoreCase,
        Self::Lt,
        Self::Lte,
        Self::Minute,
        Self::Month,
        Self::MultiLine,
        Self::Neq,
        Self::Re,
        Self::StartsWith,
        Self::Utf16,
        Self::Utf16Be,
        Self::Utf16Le,
        Self::Week,
        Self::WinDash,
        Self::Year,
    ];

    /// The modifier of that name, if there is one; names are exact and lower case (S-093).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ignorecase" => Some(Self::IgnoreCase),
            "multiline" => Some(Self::MultiLine),
            "dotall" => Some(Self::DotAll),
            "utf16le" => Some(Self::Utf16Le),
            _ => Self::ALL_MODIFIERS
                .into_iter()
                .find(|modifier| modifier.name() == name),
        }
    }

    /// Every spelling, synonyms included.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        let all = Self::ALL_MODIFIERS.into_iter();
        all.clone()
            .map(Self::name)
            .chain(all.filter_map(Self::synonym))
    }

    /// The other spelling, where there are two.
    pub(crate) fn synonym(self) -> Option<&'static str> {
        Some(match self {
            Self::IgnoreCase => "ignorecase",
            Self::MultiLine => "multiline",
            Self::DotAll => "dotall",
            Self::Utf16Le => "utf16le",
            _ => return None,
        })
    }

    /// The usual spelling: `i`, `m`, `s` and `wide` for those with synonyms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Base64 => "base64",
            Self::Base64Offset => "base64offset",
            Self::Cased => "cased",
            Self::Cidr => "cidr",
            Self::Contains => "contains",
            Self::Day => "day",
            Self::EndsWith => "endswith",
            Self::Exists => "exists",
            Self::Expand => "expand",
            Self::FieldRef => "fieldref",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Hour => "hour",
            Self::IgnoreCase => "i",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Minute => "minute",
            Self::Month => "month",
            Self::MultiLine => "m",
            Self::Neq => "neq",
            Self::Re => "re",
            Self::DotAll => "s",
            Self::StartsWith => "startswith",
            Self::Utf16 => "utf16",
            Self::Utf16Be => "utf16be",
            Self::Utf16Le => "wide",
            Self::Week => "week",
            Self::WinDash => "windash",
            Self::Year => "year",
        }
    }
}

impl Modifier {
    /// How it may be written, for messages: a modifier with a synonym has both.
    pub(crate) const fn spellings(self) -> &'static str {
        match self {
            Self::IgnoreCase => "i' or 'ignorecase",
            Self::MultiLine => "m' or 'multiline",
            Self::DotAll => "s' or 'dotall",
            Self::Utf16Le => "wide' or 'utf16le",
            other => other.name(),
        }
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
