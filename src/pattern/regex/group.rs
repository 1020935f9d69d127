//! What may follow `(`: names, flags, and the groups of other dialects.

use super::cursor::Cursor;
use super::error::{Construct, Fault, RegexError};
use super::property;

/// The flags in force at a place of the pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    /// `i`.
    pub(super) ignore_case: bool,
    /// `m`: `^` and `$` also match at line breaks.
    pub(super) multi_line: bool,
    /// `s`: `.` also matches a newline.
    pub(super) dot_all: bool,
    /// `U`: quantifiers are lazy unless followed by `?`.
    pub(super) swap_greed: bool,
}

/// What an opening parenthesis begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// A group, with the flags that hold inside.
    Group(Flags),
    /// `(?i)`: no group; the flags hold until the group around it ends.
    Flags(Flags),
}

/// Reads an opening parenthesis and what belongs to it. Names of groups are checked and dropped: nothing refers
/// to them.
pub(super) fn parse(cursor: &mut Cursor<'_>, flags: Flags) -> Result<Opening, RegexError> {
    let start = *cursor;
    if let Some((construct, length)) = foreign(cursor.rest()) {
        let text = start.rest().get(..length).unwrap_or_default();
        return Err(RegexError::unsupported(construct, text, start.offset()));
    }
    if cursor.eat("(?P<") || cursor.eat("(?<") {
        parse_name(&start, cursor)?;
        return Ok(Opening::Group(flags));
    }
    if cursor.eat("(?") {
        return parse_flags(&start, cursor, flags);
    }
    cursor.eat("(");
    Ok(Opening::Group(flags))
}

fn parse_name(start: &Cursor<'_>, cursor: &mut Cursor<'_>) -> Result<(), RegexError> {
    let Some(name) = cursor.eat_through(">") else {
        let fault = Fault::UnclosedGroupName;
        return Err(RegexError::syntax(fault, start.rest(), start.offset()));
    };
    if name.is_empty() || !name.chars().all(property::is_name_character) {
        let fault = Fault::InvalidGroupName;
        return Err(RegexError::syntax(
            fault,
            cursor.since(start),
            start.offset(),
        ));
    }
    Ok(())
}

/// After `(?`: flags, maybe `-` and flags to clear, then `)` or `:`.
fn parse_flags(
    start: &Cursor<'_>,
    cursor: &mut Cursor<'_>,
    mut flags: Flags,
) -> Result<Opening, RegexError> {
    let mut value = true;
    // Set by a `-` until a flag follows.
    let mut negates_nothing = false;
    loop {
        let letter = *cursor;
        match cursor.bump() {
            Some('i') => flags.ignore_case = value,
            Some('m') => flags.multi_line = value,
            Some('s') => flags.dot_all = value,
            Some('U') => flags.swap_greed = value,
            Some('-') if value => {
                value = false;
                negates_nothing = true;
                continue;
            }
            Some(')' | ':') if negates_nothing => {
                return Err(fault(Fault::EmptyNegation, start, cursor));
            }
            Some(':') => return Ok(Opening::Group(flags)),
            Some(')') => return Ok(Opening::Flags(flags)),
            Some(other) if other.is_ascii_alphabetic() && other != 'P' => {
                let flag = cursor.since(&letter);
                return Err(RegexError::unsupported(
                    Construct::Flag,
                    flag,
                    letter.offset(),
                ));
            }
            Some(_) => return Err(fault(Fault::UnknownGroup, start, cursor)),
            None => return Err(fault(Fault::UnclosedFlags, start, cursor)),
        }
        negates_nothing = false;
    }
}

fn fault(fault: Fault, start: &Cursor<'_>, cursor: &Cursor<'_>) -> RegexError {
    RegexError::syntax(fault, cursor.since(start), start.offset())
}

/// A group of another dialect, and how many bytes name it.
fn foreign(rest: &str) -> Option<(Construct, usize)> {
    if let Some((opening, construct)) = FOREIGN
        .iter()
        .find(|(opening, _)| rest.starts_with(opening))
    {
        return Some((*construct, opening.len()));
    }
    let construct = foreign_by_end(rest)?;
    let length = rest.find([')', ':']).map_or(rest.len(), |end| end + 1);
    Some((construct, length))
}

/// One that is named by all that stands before its `)` or `:`.
fn foreign_by_end(rest: &str) -> Option<Construct> {
    let after = |opening: &str| rest.strip_prefix(opening)?.chars().next();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let calls = ["(?R", "(?&", "(?P>"]
        .iter()
        .any(|opening| rest.starts_with(opening));
    if calls
        || ["(?", "(?+", "(?-"]
            .iter()
            .any(|opening| is_digit(after(opening)))
    {
        return Some(Construct::Recursion);
    }
    if rest.starts_with("(?P=") {
        return Some(Construct::NamedBackReference);
    }
    if rest.starts_with("(?C") {
        return Some(Construct::Callout);
    }
    // `(*ACCEPT)`, `(*pla:…)`; a `*` before anything else has nothing to repeat.
    after("(*")
        .is_some_and(|c| c.is_ascii_alphabetic())
        .then_some(Construct::Verb)
}

/// Those that their first characters name.
const FOREIGN: &[(&str, Construct)] = &[
    ("(?=", Construct::Lookahead),
    ("(?!", Construct::NegativeLookahead),
    ("(?<=", Construct::Lookbehind),
    ("(?<!", Construct::NegativeLookbehind),
    ("(?>", Construct::AtomicGroup),
    ("(?#", Construct::Comment),
    ("(?|", Construct::BranchReset),
    ("(?(", Construct::Conditional),
    ("(?'", Construct::QuotedGroupName),
    ("(?{", Construct::CodeBlock),
    ("(??{", Construct::CodeBlock),
];
