//! A place in a pattern, moved forward character by character.

/// A pattern and how much of it is read. Cheap to copy, so a parser that may fail tries on a copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'p> {
    pattern: &'p str,
    offset: usize,
}

impl<'p> Cursor<'p> {
    pub(super) fn new(pattern: &'p str) -> Self {
        Self { pattern, offset: 0 }
    }

    /// Bytes read so far.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    pub(super) fn rest(&self) -> &'p str {
        self.pattern.get(self.offset..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads one character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.offset += next.len_utf8();
        Some(next)
    }

    /// Reads `text` if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let comes = self.rest().starts_with(text);
        if comes {
            self.offset += text.len();
        }
        comes
    }

    /// Reads the characters that satisfy `accept`, at most `most` of them.
    pub(super) fn eat_while(&mut self, most: usize, accept: impl Fn(char) -> bool) -> &'p str {
        let start = *self;
        for _ in 0..most {
            if !self.peek().is_some_and(&accept) {
                break;
            }
            self.bump();
        }
        self.since(&start)
    }

    /// Reads up to and with `end`; what came before it, or `None` (and nothing read) if it does not come.
    pub(super) fn eat_through(&mut self, end: &str) -> Option<&'p str> {
        let rest = self.rest();
        let (before, _) = rest.split_once(end)?;
        self.offset += before.len() + end.len();
        Some(before)
    }

    /// The text between an earlier place and here.
    pub(super) fn since(&self, start: &Self) -> &'p str {
        self.pattern
            .get(start.offset..self.offset)
            .unwrap_or_default()
    }
}
