//! Bracket expressions (`[^a-z[:digit:]\pL]`) and the sets that have a name: `\d`, `[:alpha:]`, `\p{Greek}`.

use regex_syntax::hir::ClassUnicode;

use super::char_set::{AsciiRanges, CharSet};
use super::cursor::Cursor;
use super::error::{Fault, RegexError};
use super::escape;
use super::property;
use super::translate::Budget;

/// Reads bracket expressions.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassParser {
    ignore_case: bool,
    /// Where the last `:]` of the pattern is. Kept so that a pattern of many `[:` is not searched once for
    /// each.
    last_name_end: Option<usize>,
}

impl ClassParser {
    pub(super) fn new(ignore_case: bool, last_name_end: Option<usize>) -> Self {
        Self {
            ignore_case,
            last_name_end,
        }
    }

    /// Reads `[…]`; the cursor stands at the `[`. Inside, `[`, `&&`, `--` and `~~` are characters (S-224),
    /// and so is a `]` that comes first.
    pub(super) fn parse(
        self,
        cursor: &mut Cursor<'_>,
        budget: &mut Budget,
    ) -> Result<ClassUnicode, RegexError> {
        let start = *cursor;
        let mut set = CharSet::default();
        cursor.eat("[");
        let negated = cursor.eat("^");
        let mut first = true;
        while first || !cursor.eat("]") {
            first = false;
            self.parse_item(&start, cursor, &mut set, budget)?;
        }
        Ok(set.finish(negated, self.ignore_case))
    }

    fn parse_item(
        self,
        start: &Cursor<'_>,
        cursor: &mut Cursor<'_>,
        set: &mut CharSet,
        budget: &mut Budget,
    ) -> Result<(), RegexError> {
        if self.parse_ascii_name(cursor, set)? {
            return Ok(());
        }
        if let Some(named) = NamedSet::parse(cursor)? {
            budget.charge_ranges(named.range_count())?;
            named.add_to(set, self.ignore_case);
            return Ok(());
        }
        parse_range(start, cursor, set)
    }

    /// Reads `[:alpha:]` or `[:^alpha:]`. A `[:` without any `:]` behind it is two characters.
    fn parse_ascii_name(
        self,
        cursor: &mut Cursor<'_>,
        set: &mut CharSet,
    ) -> Result<bool, RegexError> {
        let start = *cursor;
        let mut ahead = *cursor;
        if !ahead.eat("[:") || self.last_name_end < Some(ahead.offset()) {
            return Ok(false);
        }
        let written = ahead.eat_through(":]").unwrap_or_default();
        let name = written.strip_prefix('^').unwrap_or(written);
        let Some((_, ranges)) = ASCII_CLASSES.iter().find(|(known, _)| *known == name) else {
            let fault = Fault::UnknownClass;
            return Err(RegexError::syntax(
                fault,
                ahead.since(&start),
                start.offset(),
            ));
        };
        set.add_ascii(ranges, written != name, self.ignore_case);
        *cursor = ahead;
        Ok(true)
    }
}

/// Reads one character or a range of them.
fn parse_range(
    start: &Cursor<'_>,
    cursor: &mut Cursor<'_>,
    set: &mut CharSet,
) -> Result<(), RegexError> {
    let item = *cursor;
    let first = parse_character(start, cursor)?;
    let mut ahead = *cursor;
    if !ahead.eat("-") || ahead.rest().is_empty() || ahead.rest().starts_with(']') {
        set.add_range(first, first);
        return Ok(());
    }
    *cursor = ahead;
    if NamedSet::parse(&mut ahead)?.is_some() {
        let fault = Fault::MisplacedClassInRange;
        return Err(RegexError::syntax(fault, ahead.since(&item), item.offset()));
    }
    let last = parse_character(start, cursor)?;
    if last < first {
        let fault = Fault::BackwardRange;
        return Err(RegexError::syntax(
            fault,
            cursor.since(&item),
            item.offset(),
        ));
    }
    set.add_range(first, last);
    Ok(())
}

fn parse_character(start: &Cursor<'_>, cursor: &mut Cursor<'_>) -> Result<u32, RegexError> {
    match cursor.peek() {
        Some('\\') => escape::parse_in_class(cursor),
        Some(c) => {
            cursor.bump();
            Ok(u32::from(c))
        }
        None => {
            let fault = Fault::UnclosedClass;
            Err(RegexError::syntax(fault, start.rest(), start.offset()))
        }
    }
}

/// A set written as an escape: `\d` or `\pL`, and their complements.
#[derive(Debug)]
pub(super) enum NamedSet {
    Ascii { ranges: AsciiRanges, negated: bool },
    Unicode { class: ClassUnicode, negated: bool },
}

impl NamedSet {
    /// Reads such an escape if one comes next.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Option<Self>, RegexError> {
        let mut ahead = *cursor;
        if !ahead.eat("\\") {
            return Ok(None);
        }
        let letter = ahead.bump().unwrap_or_default();
        let ranges = match letter.to_ascii_lowercase() {
            'd' => DIGIT,
            'w' => WORD,
            's' => SPACE,
            'p' => return parse_property(cursor, letter == 'P').map(Some),
            _ => return Ok(None),
        };
        *cursor = ahead;
        let negated = letter.is_ascii_uppercase();
        Ok(Some(Self::Ascii { ranges, negated }))
    }

    pub(super) fn range_count(&self) -> usize {
        match self {
            Self::Ascii { ranges, .. } => ranges.len(),
            Self::Unicode { class, .. } => class.ranges().len(),
        }
    }

    pub(super) fn add_to(&self, set: &mut CharSet, ignore_case: bool) {
        match self {
            Self::Ascii { ranges, negated } => set.add_ascii(ranges, *negated, ignore_case),
            Self::Unicode { class, negated } => set.add_class(class, *negated, ignore_case),
        }
    }
}

/// Reads `\pL`, `\p{Greek}` or `\p{^Greek}`; the cursor stands at the backslash.
fn parse_property(cursor: &mut Cursor<'_>, negated: bool) -> Result<NamedSet, RegexError> {
    let start = *cursor;
    cursor.bump();
    cursor.bump();
    let letter = *cursor;
    let written = if cursor.eat("{") {
        let Some(name) = cursor.eat_through("}") else {
            return Err(RegexError::syntax(
                Fault::UnclosedProperty,
                start.rest(),
                start.offset(),
            ));
        };
        name
    } else {
        cursor.bump();
        cursor.since(&letter)
    };
    let name = written.strip_prefix('^').unwrap_or(written);
    match property::named(name) {
        Some(class) => Ok(NamedSet::Unicode {
            class,
            negated: negated != (name != written),
        }),
        None => {
            let fault = Fault::UnknownProperty;
            Err(RegexError::syntax(
                fault,
                cursor.since(&start),
                start.offset(),
            ))
        }
    }
}

const DIGIT: AsciiRanges = &[(b'0', b'9')];
const SPACE: AsciiRanges = &[(b'\t', b'\n'), (0x0c, b'\r'), (b' ', b' ')];
const WORD: AsciiRanges = &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];

/// The POSIX names, and `word`. Unlike `\s`, `[:space:]` holds the vertical tab.
const ASCII_CLASSES: &[(&str, AsciiRanges)] = &[
    ("alnum", &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')]),
    ("alpha", &[(b'A', b'Z'), (b'a', b'z')]),
    ("ascii", &[(0x00, 0x7f)]),
    ("blank", &[(b'\t', b'\t'), (b' ', b' ')]),
    ("cntrl", &[(0x00, 0x1f), (0x7f, 0x7f)]),
    ("digit", DIGIT),
    ("graph", &[(b'!', b'~')]),
    ("lower", &[(b'a', b'z')]),
    ("print", &[(b' ', b'~')]),
    (
        "punct",
        &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
    ),
    ("space", &[(b'\t', b'\r'), (b' ', b' ')]),
    ("upper", &[(b'A', b'Z')]),
    ("word", WORD),
    ("xdigit", &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')]),
];
