//! Texts: `replace_string`, `map_string`, `case`. They see values with their modifiers applied, so that
//! `F|contains: a` is `*a*`; exact comparison (`cased`) stays.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::PipelineFault;
use crate::rule::text::{Token, tokens};

use super::super::operand::{Operand, Text, push_plain};
use super::super::regex::{Pattern, Replacement};
use super::super::run::Run;
use super::super::variable::text_of;
use super::ValueTransformation;

/// `replace_string`: replaces what a pattern finds, by default in the text with its wildcards.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct ReplaceString {
    pub(in crate::pipeline) pattern: Pattern,
    pub(in crate::pipeline) replacement: Replacement,
    /// Only between wildcards and placeholders.
    pub(in crate::pipeline) skip_special: bool,
    /// With `skip_special`: whether `*` and `?` in what comes out are wildcards.
    pub(in crate::pipeline) interpret_special: bool,
}

/// `map_string`: whole texts.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct MapString(pub(in crate::pipeline) BTreeMap<String, Vec<String>>);

/// `case`.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) struct Case(pub(in crate::pipeline) CaseMethod);

/// What `case` makes of letters; wildcards and placeholders stay.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) enum CaseMethod {
    Lower,
    Upper,
    /// `_` before every ASCII capital that does not come first, then lower case.
    Snake,
}

impl ValueTransformation for ReplaceString {
    /// A number whose text is not changed stays a number.
    fn change(
        &self,
        operand: &Operand,
        run: &Run<'_>,
    ) -> Result<Option<Vec<Operand>>, PipelineFault> {
        let text = match operand {
            Operand::Text(text) => text.clone(),
            Operand::Number(number) => Text::literal(&text_of(number).unwrap_or_default()),
            _ => return Ok(None),
        };
        let replaced = if self.skip_special {
            self.replace_parts(&text, run)?
        } else {
            self.replace_whole(&text, run)?
        };
        let is_number = matches!(operand, Operand::Number(_));
        Ok((!is_number || replaced != text).then(|| vec![Operand::Text(replaced)]))
    }
}

impl ReplaceString {
    /// Each run of characters by itself.
    fn replace_parts(&self, text: &Text, run: &Run<'_>) -> Result<Text, PipelineFault> {
        let mut parts = Parts::default();
        for token in text.tokens() {
            match token {
                Token::Character(c) => parts.literal.push(c),
                special => parts.push(special, |literal| self.replaced(literal, run))?,
            }
        }
        parts.end(|literal| self.replaced(literal, run))?;
        Ok(parts.join(text.placeholders(), self.interpret_special))
    }

    /// What stands in place of a text in which nothing is special.
    fn replaced(&self, text: &str, run: &Run<'_>) -> Result<String, PipelineFault> {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for found in self.pattern.find_all(text) {
            let Some(span) = found.get_match().map(|found| found.span()) else {
                continue;
            };
            out.push_str(text.get(end..span.start).unwrap_or_default());
            self.replacement.expand(text, &found, &mut out);
            end = span.end;
            within(out.len(), run)?;
        }
        out.push_str(text.get(end..).unwrap_or_default());
        Ok(out)
    }

    /// The pattern sees [`Text::plain`]. That notation has lost which backslashes are plain, so that only what was
    /// replaced is read from it, and all else is taken over as it is.
    fn replace_whole(&self, text: &Text, run: &Run<'_>) -> Result<Text, PipelineFault> {
        let spelling = Spelling::of(text);
        let mut pieces = Pieces::default();
        let mut position = 0;
        for found in self.pattern.find_all(&spelling.plain) {
            let Some(span) = found.get_match().map(|found| found.span()) else {
                continue;
            };
            spelling.keep(position..span.start, &mut pieces);
            self.replacement
                .expand(&spelling.plain, &found, &mut pieces.pending);
            within(pieces.pending.len() + pieces.replaced, run)?;
            position = span.end;
        }
        spelling.keep(position..spelling.plain.len(), &mut pieces);
        pieces.flush();
        Ok(pieces.join(&spelling.tokens, text))
    }
}

/// The tokens of a text, and where each stands in [`Text::plain`].
struct Spelling<'t> {
    tokens: Vec<Token<'t>>,
    /// Parallel to `tokens`.
    ends: Vec<usize>,
    plain: String,
}

impl<'t> Spelling<'t> {
    fn of(text: &'t Text) -> Self {
        let tokens: Vec<Token<'t>> = text.tokens().collect();
        let mut plain = String::new();
        let end_after = |token: &Token<'t>| {
            push_plain(*token, &mut plain);
            plain.len()
        };
        let ends = tokens.iter().map(end_after).collect();
        Self {
            tokens,
            ends,
            plain,
        }
    }

    /// Takes over what stands in `range`, up to the next match. Of a token that is partly in a match, what is left is
    /// read with the replacement.
    fn keep(&self, range: Range<usize>, pieces: &mut Pieces) {
        let mut index = self.ends.partition_point(|end| *end <= range.start);
        while let Some(end) = self.ends.get(index) {
            let before = index
                .checked_sub(1)
                .and_then(|before| self.ends.get(before));
            let start = before.copied().unwrap_or(0);
            if start >= range.end {
                break;
            }
            if start >= range.start && *end <= range.end {
                pieces.keep(index);
            } else {
                let rest = start.max(range.start)..(*end).min(range.end);
                pieces
                    .pending
                    .push_str(self.plain.get(rest).unwrap_or_default());
            }
            index += 1;
        }
    }
}

fn within(bytes: usize, run: &Run<'_>) -> Result<(), PipelineFault> {
    if bytes > run.remaining() {
        return Err(PipelineFault::TooMuch {
            limit: run.limits.rewrite_bytes,
        });
    }
    Ok(())
}

/// Tokens that are kept, by their place, and texts that were replaced.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    /// What is being replaced.
    pending: String,
    /// Bytes of all that was.
    replaced: usize,
}

enum Piece {
    Kept(usize),
    Replaced(String),
}

impl Pieces {
    fn keep(&mut self, index: usize) {
        self.flush();
        self.pieces.push(Piece::Kept(index));
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.replaced += self.pending.len();
            self.pieces
                .push(Piece::Replaced(std::mem::take(&mut self.pending)));
        }
    }

    fn join(&self, own: &[Token<'_>], text: &Text) -> Text {
        let reads_placeholders = text.has_placeholder();
        let mut all = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Kept(index) => all.extend(own.get(*index)),
                Piece::Replaced(plain) => all.extend(plain_tokens(plain, reads_placeholders)),
            }
        }
        Text::from_tokens(all, text.placeholders())
    }
}

/// Reads [`Text::plain`]: a backslash is one unless it escapes a wildcard.
fn plain_tokens(plain: &str, placeholders: bool) -> impl Iterator<Item = Token<'_>> {
    let mut rest = plain;
    std::iter::from_fn(move || {
        let mut characters = rest.chars();
        let (token, taken) = match (characters.next()?, characters.next()) {
            ('\\', Some(c @ ('*' | '?'))) => (Token::Character(c), 2),
            ('\\', _) => (Token::Character('\\'), 1),
            (first, _) => {
                let token = tokens(rest, placeholders).next()?;
                let taken = match token {
                    Token::Placeholder(name) => name.len() + 2,
                    _ => first.len_utf8(),
                };
                (token, taken)
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
        Some(token)
    })
}

/// Literal parts of a text that are changed one by one, and what stands between them.
#[derive(Default)]
struct Parts<'t> {
    literal: String,
    done: Vec<(String, Option<Token<'t>>)>,
}

impl<'t> Parts<'t> {
    fn push(
        &mut self,
        special: Token<'t>,
        change: impl FnOnce(&str) -> Result<String, PipelineFault>,
    ) -> Result<(), PipelineFault> {
        self.end(change)?;
        self.done.push((String::new(), Some(special)));
        Ok(())
    }

    fn end(
        &mut self,
        change: impl FnOnce(&str) -> Result<String, PipelineFault>,
    ) -> Result<(), PipelineFault> {
        if !self.literal.is_empty() {
            self.done.push((change(&self.literal)?, None));
            self.literal.clear();
        }
        Ok(())
    }

    fn join(&self, placeholders: bool, interpret: bool) -> Text {
        let mut all = Vec::new();
        for (literal, special) in &self.done {
            match special {
                Some(special) => all.push(*special),
                None if interpret => all.extend(tokens(literal, false)),
                None => all.extend(literal.chars().map(Token::Character)),
            }
        }
        Text::from_tokens(all, placeholders)
    }
}

impl ValueTransformation for MapString {
    fn change(
        &self,
        operand: &Operand,
        _: &Run<'_>,
    ) -> Result<Option<Vec<Operand>>, PipelineFault> {
        let Operand::Text(text) = operand else {
            return Ok(None);
        };
        let mapped = self.0.get(&text.plain()).map(|targets| {
            let texts = targets
                .iter()
                .map(|target| Operand::Text(Text::read(target)));
            texts.collect()
        });
        Ok(mapped)
    }
}

impl ValueTransformation for Case {
    fn change(
        &self,
        operand: &Operand,
        _: &Run<'_>,
    ) -> Result<Option<Vec<Operand>>, PipelineFault> {
        let Operand::Text(text) = operand else {
            return Ok(None);
        };
        let mut parts = Parts::default();
        for token in text.tokens() {
            match token {
                Token::Character(c) => parts.literal.push(c),
                special => parts.push(special, |literal| Ok(self.0.changed(literal)))?,
            }
        }
        parts.end(|literal| Ok(self.0.changed(literal)))?;
        let changed = parts.join(text.placeholders(), false);
        Ok(Some(vec![Operand::Text(changed)]))
    }
}

impl CaseMethod {
    fn changed(self, literal: &str) -> String {
        match self {
            Self::Lower => literal.to_lowercase(),
            Self::Upper => literal.to_uppercase(),
            Self::Snake => {
                let mut snake = String::with_capacity(literal.len());
                for (index, c) in literal.char_indices() {
                    if index > 0 && c.is_ascii_uppercase() {
                        snake.push('_');
                    }
                    snake.push(c);
                }
                snake.to_lowercase()
            }
        }
    }
}
