//! What the parser's complaints mean to the author of a rule.

use saphyr_parser::ScanError;

use crate::error::{Error, Grammar, Location, SyntaxDetail};
use crate::syntax::text::{end_of, lines};

/// Says in our words what the parser found. Its own wording is kept only where no author of a rule will
/// ever get. `nesting` is the limit of our own, which brackets may pass before we see them.
pub(super) fn describe(error: &ScanError, nesting: usize) -> SyntaxDetail {
    match error.info() {
        "while parsing node, found unknown anchor" => SyntaxDetail::UnknownAlias,
        "recursion limit exceeded" => SyntaxDetail::TooDeep {
            limit: nesting.min(DEEPEST_BRACKETS),
        },
        info => match known(info) {
            Some(grammar) => SyntaxDetail::Grammar(grammar),
            None => SyntaxDetail::OtherGrammar {
                message: info.to_owned(),
            },
        },
    }
}

/// Puts an error where its cause is, if the parser noticed it only later.
pub(super) fn locate(detail: SyntaxDetail, place: Location, text: &str) -> Error {
    // At the end of a text the parser adds a line of its own.
    let end = end_of(text);
    match detail {
        SyntaxDetail::Grammar(Grammar::KeyWithoutColon) => {
            let cause = content_before(text, place.line).unwrap_or(place);
            Error::new(detail).at(cause.min(end))
        }
        SyntaxDetail::Grammar(Grammar::FlowMap | Grammar::FlowList) if place >= end => {
            Error::new(SyntaxDetail::Grammar(Grammar::UnclosedBracket)).at(end)
        }
        _ => Error::new(detail).at(place.min(end)),
    }
}

/// The start of the last line before `line` that is not blank and not a comment.
fn content_before(text: &str, line: u32) -> Option<Location> {
    let before = lines(text).zip(1..line).filter(|(text, _)| {
        let content = text.trim_start();
        !content.is_empty() && !content.starts_with('#')
    });
    let (text, line) = before.last()?;
    let column = text.chars().take_while(|blank| *blank == ' ').count();
    Some(Location {
        line,
        column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
    })
}

// By the parser's texts, since it has no codes. A text that a later version words differently falls through to
// `OtherGrammar`: worse to read, still an error at the same place.
fn known(info: &str) -> Option<Grammar> {
    Some(match info {
        "tabs disallowed within this context (block indentation)"
        | "tabs disallowed in this context"
        | "tab cannot be used as indentation"
        | "a block scalar content cannot start with a tab"
        | "while scanning a plain scalar, found a tab"
        | "'-' must be followed by a valid YAML whitespace"
        | "':' must be followed by a valid YAML whitespace" => Grammar::TabIndentation,
        "invalid indentation" | "invalid indentation in flow construct" => Grammar::Indentation,
        "invalid indentation in quoted scalar" => Grammar::QuotedIndentation,
        "wrongly indented line in block scalar" => Grammar::BlockScalarIndentation,
        "while scanning a block scalar, did not find expected comment or line break"
        | "while scanning a block scalar, found an indentation indicator equal to 0" => {
            Grammar::BlockScalarHeader
        }
        "while parsing a quoted scalar, found unknown escape character" => Grammar::UnknownEscape,
        "while parsing a quoted scalar, did not find expected hexadecimal number" => {
            Grammar::HexEscape
        }
        "while parsing a quoted scalar, found invalid Unicode character escape code" => {
            Grammar::CodePoint
        }
        "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator" => {
            Grammar::UnclosedQuote
        }
        "invalid trailing content after double-quoted scalar" => Grammar::AfterQuote,
        "simple key expected" | "simple key expect ':'" => Grammar::KeyWithoutColon,
        "mapping values are not allowed in this context" => Grammar::SecondColon,
        "mapping keys are not allowed in this context" => Grammar::KeyHere,
        "block sequence entries are not allowed in this context"
        | r#""-" is only valid inside a block"#
        | "plain scalar cannot start with '-' followed by ,[]{}" => Grammar::ListItemHere,
        "while parsing a block mapping, did not find expected key" => Grammar::MapEntry,
        "while parsing a block collection, did not find expected '-' indicator" => {
            Grammar::ListEntry
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => Grammar::FlowMap,
        "while parsing a flow sequence, expected ',' or ']'" => Grammar::FlowList,
        "':' may not precede any of `[{` in flow mapping"
        | "illegal placement of ':' indicator" => Grammar::FlowColon,
        "misplaced bracket" => Grammar::UnmatchedBracket,
        "unexpected character: `%'" | "unexpected character: `@'" | "unexpected character: ``'" => {
            Grammar::ReservedCharacter
        }
        "comment intercepting the multiline text" => Grammar::CommentInText,
        "comments must be separated from other tokens by whitespace" => Grammar::Comment,
        "while parsing a node, did not find expected node content"
        | "unexpected end of plain scalar"
        | "expected whitespace" => Grammar::Value,
        "while scanning an anchor or alias, did not find expected alphabetic or numeric character" => {
            Grammar::AnchorName
        }
        "invalid indentation for anchor" => Grammar::AnchorPlace,
        "the handle wasn't declared" => Grammar::UndeclaredTag,
        "a byte order mark must not appear inside a document" => Grammar::ByteOrderMark,
        "did not find expected <document start>" => Grammar::DocumentStart,
        "invalid content after document end marker" => Grammar::AfterDocumentEnd,
        "unexpected eof" | "did not find expected next token" => Grammar::EndOfText,
        _ => return known_family(info),
    })
}

fn known_family(info: &str) -> Option<Grammar> {
    let is = |start: &str| info.starts_with(start);
    if is("while parsing a tag") || is("while scanning a tag") || is("while scanning a verbatim") {
        Some(Grammar::Tag)
    } else if is("while scanning a directive")
        || is("while scanning a YAML directive")
        || is("while scanning TAG")
        || is("the TAG directive")
        || is("duplicate version directive")
        || is("invalid global tag character")
        || is("missing explicit document end marker before directive")
    {
        Some(Grammar::Directive)
    } else {
        None
    }
}

/// The parser's own limit of nested brackets and braces.
const DEEPEST_BRACKETS: usize = 255;
