//! What the parser's complaints mean to the author of a rule.

use saphyr_parser::ScanError;

use crate::error::{Grammar, SyntaxDetail};

/// Says in our words what the parser found. Its own wording is kept only where no author of a rule will ever get.
pub(super) fn describe(error: &ScanError) -> SyntaxDetail {
    match known(error.info()) {
        Some(grammar) => SyntaxDetail::Grammar(grammar),
        None => SyntaxDetail::OtherGrammar {
            message: error.info().to_owned(),
        },
    }
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
        "invalid indentation"
        | "invalid indentation in flow construct"
        | "invalid indentation in quoted scalar" => Grammar::Indentation,
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
