//! `regex`: texts become regular expressions.
//!
//! A text means a whole value and a regular expression a search (S-220), so that the expression is anchored where the
//! text has no `*`; pySigma leaves anchors to the back end. Dots match line ends too, as `*` and `?` do (S-160).

use std::fmt::Write;

use crate::error::PipelineFault;
use crate::rule::Modifier;
use crate::rule::text::Token;

use super::super::operand::{Operand, Text};
use super::super::run::Run;
use super::ValueTransformation;

/// `regex`. The empty text stays as it is.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) struct ToRegex(pub(in crate::pipeline) ToRegexMethod);

/// How the expression looks at letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum ToRegexMethod {
    /// Exactly.
    Plain,
    /// By the flag `i`.
    Flag,
    /// By a class of both forms for each letter.
    Brackets,
}

impl ValueTransformation for ToRegex {
    fn change(
        &self,
        operand: &Operand,
        _: &Run<'_>,
    ) -> Result<Option<Vec<Operand>>, PipelineFault> {
        let Operand::Text(text) = operand else {
            return Ok(None);
        };
        if text.len() == 0 {
            return Ok(Some(vec![operand.clone()]));
        }
        let mut flags = Vec::new();
        if self.0 == ToRegexMethod::Flag {
            flags.push(Modifier::IgnoreCase);
        }
        if text.has_wildcard() {
            flags.push(Modifier::DotAll);
        }
        Ok(Some(vec![Operand::Regex(self.0.pattern(text)?, flags)]))
    }
}

impl ToRegexMethod {
    fn pattern(self, text: &Text) -> Result<String, PipelineFault> {
        let tokens: Vec<Token<'_>> = text.tokens().collect();
        let inner = tokens.strip_prefix(&[Token::Any]).unwrap_or(&tokens);
        let is_open_start = inner.len() < tokens.len();
        let (inner, is_open_end) = match inner.strip_suffix(&[Token::Any]) {
            Some(inner) => (inner, true),
            None => (inner, is_open_start && inner.is_empty()),
        };
        let mut pattern = String::from(if is_open_start { "" } else { "^" });
        for token in inner {
            match token {
                Token::Any => pattern.push_str(".*"),
                Token::One => pattern.push('.'),
                Token::Character(c) => self.push(*c, &mut pattern),
                Token::Placeholder(name) => {
                    return Err(PipelineFault::PlaceholderInRegex {
                        name: (*name).to_owned(),
                    });
                }
            }
        }
        pattern.push_str(if is_open_end { "" } else { "$" });
        Ok(pattern)
    }

    fn push(self, c: char, pattern: &mut String) {
        let (mut lower, mut upper) = (c.to_lowercase(), c.to_uppercase());
        let forms = (lower.next(), lower.next(), upper.next(), upper.next());
        match forms {
            (Some(lower), None, Some(upper), None) if lower != upper && self == Self::Brackets => {
                // Writing to a string cannot fail.
                let _ = write!(pattern, "[{lower}{upper}]");
            }
            _ => {
                if c.is_ascii_punctuation() && c != '_' {
                    pattern.push('\\');
                }
                pattern.push(c);
            }
        }
    }
}
