//! The way through a JSON text, from token to token, one node per value.

use crate::event::json_line::marks::Marks;
use crate::event::json_line::names::Names;
use crate::event::json_line::node::{Node, Value};
use crate::event::json_line::number::number;
use crate::event::json_line::text::{Span, Unescaped};
use crate::event::json_line::{JsonError, JsonErrorKind, JsonParser};

/// One text being read. Places in it are passed along and returned, so that they stay in registers.
pub(super) struct Parse<'p> {
    line: &'p str,
    text: &'p [u8],
    marks: &'p Marks,
    unescaped: &'p mut Unescaped,
    nodes: &'p mut Vec<Node>,
    names: &'p mut Names,
    /// The lists and maps around `inside`, from the outermost.
    around: &'p mut Vec<Container>,
    inside: Container,
    /// How many may stand around a value.
    nesting: usize,
}

/// What a value stands in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Container {
    Nothing,
    List {
        node: u32,
    },
    /// `repeats` if a name may have come again.
    Map {
        node: u32,
        repeats: bool,
    },
}

/// The place behind what was read, and what it was.
type Read<T> = Result<(T, usize), JsonError>;

impl<'p> Parse<'p> {
    pub(super) fn new(line: &'p str, parser: &'p mut JsonParser) -> Self {
        Self {
            line,
            text: line.as_bytes(),
            marks: &parser.marks,
            unescaped: &mut parser.unescaped,
            nodes: &mut parser.nodes,
            names: &mut parser.names,
            around: &mut parser.around,
            inside: Container::Nothing,
            nesting: parser.nesting,
        }
    }

    /// Reads the whole text. Not by recursion: nesting would be limited by the stack.
    pub(super) fn run(mut self) -> Result<(), JsonError> {
        let mut at = 0;
        let mut name = Span::default();
        loop {
            let (opened, behind) = self.value(at, name)?;
            let Some(next) = self.step(behind, opened)? else {
                return Ok(());
            };
            (name, at) = match self.inside {
                Container::Map { .. } => self.name(next)?,
                _ => (Span::default(), next),
            };
        }
    }

    /// Reads a scalar, or the opening bracket of a list or map; says whether it was a bracket.
    #[inline]
    fn value(&mut self, at: usize, name: Span) -> Read<bool> {
        let (byte, at) = self.token(at);
        let (value, behind) = match byte {
            b'"' => self.string(at)?,
            b'{' | b'[' => return self.open(at, name, byte == b'{'),
            b'-' | b'0'..=b'9' => number(self.line, at)?,
            b't' => self.word(at, "true", Value::Bool(true))?,
            b'f' => self.word(at, "false", Value::Bool(false))?,
            b'n' => self.word(at, "null", Value::Null)?,
            _ => return Err(self.error(JsonErrorKind::Value, at)),
        };
        self.nodes.push(Node { name, value });
        Ok((false, behind))
    }

    /// Closes what closes here, and goes to the next element or entry; `None` at the end of the text. Right
    /// behind an opening bracket there is no comma.
    #[inline]
    fn step(&mut self, mut at: usize, mut opened: bool) -> Result<Option<usize>, JsonError> {
        loop {
            let byte;
            (byte, at) = self.token(at);
            match (byte, self.inside) {
                (_, Container::Nothing) => return self.end(at),
                (b',', _) if !opened => return Ok(Some(at + 1)),
                (b'}', Container::Map { .. }) | (b']', Container::List { .. }) => self.close(),
                _ if opened => return Ok(Some(at)),
                (_, Container::Map { .. }) => return Err(self.error(JsonErrorKind::Map, at)),
                (_, Container::List { .. }) => return Err(self.error(JsonErrorKind::List, at)),
            }
            opened = false;
            at += 1;
        }
    }

    /// The text must end here.
    fn end(&self, at: usize) -> Result<Option<usize>, JsonError> {
        if at < self.text.len() {
            return Err(self.error(JsonErrorKind::Trailing, at));
        }
        Ok(None)
    }

    /// Reads the name of an entry and the colon behind it.
    #[inline]
    fn name(&mut self, at: usize) -> Read<Span> {
        let (byte, at) = self.token(at);
        if byte != b'"' {
            return Err(self.error(JsonErrorKind::Name, at));
        }
        let (name, at) = self.unescaped.string(self.text, self.marks, at + 1)?;
        let (byte, at) = self.token(at);
        if byte != b':' {
            return Err(self.error(JsonErrorKind::Colon, at));
        }
        if let Container::Map { node, repeats } = &mut self.inside {
            *repeats |= self
                .names
                .note(name, *node, self.unescaped.strings(self.text));
        }
        Ok((name, at + 1))
    }

    #[inline]
    fn string(&mut self, at: usize) -> Read<Value> {
        let (text, behind) = self.unescaped.string(self.text, self.marks, at + 1)?;
        Ok((Value::Str(text), behind))
    }

    #[inline]
    fn word(&self, at: usize, word: &str, value: Value) -> Read<Value> {
        match self
            .text
            .get(at..)
            .is_some_and(|text| text.starts_with(word.as_bytes()))
        {
            true => Ok((value, at + word.len())),
            false => Err(self.error(JsonErrorKind::Value, at)),
        }
    }

    fn open(&mut self, at: usize, name: Span, is_map: bool) -> Read<bool> {
        if self.around.len() == self.nesting {
            return Err(self.error(JsonErrorKind::Nesting, at));
        }
        self.around.push(self.inside);
        let node = self.nodes.len() as u32;
        let (value, inside) = match is_map {
            true => (
                Value::Map { end: node },
                Container::Map {
                    node,
                    repeats: false,
                },
            ),
            false => (Value::List { end: node }, Container::List { node }),
        };
        self.nodes.push(Node { name, value });
        self.inside = inside;
        Ok((true, at + 1))
    }

    fn close(&mut self) {
        if let Container::Map {
            node,
            repeats: true,
        } = self.inside
        {
            self.names
                .keep_last(self.nodes, node as usize, self.unescaped.strings(self.text));
        }
        let behind = self.nodes.len() as u32;
        if let Container::List { node } | Container::Map { node, .. } = self.inside {
            if let Some(Node {
                value: Value::List { end } | Value::Map { end },
                ..
            }) = self.nodes.get_mut(node as usize)
            {
                *end = behind;
            }
        }
        self.inside = self.around.pop().unwrap_or(Container::Nothing);
    }

    /// The next byte that is no blank, zero at the end, and its place.
    #[inline]
    fn token(&self, at: usize) -> (u8, usize) {
        match self.text.get(at) {
            Some(byte) if *byte > b' ' => (*byte, at),
            _ => self.token_behind_blanks(at),
        }
    }

    fn token_behind_blanks(&self, mut at: usize) -> (u8, usize) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(at) {
            at += 1;
        }
        (self.text.get(at).copied().unwrap_or(0), at)
    }

    fn error(&self, kind: JsonErrorKind, at: usize) -> JsonError {
        JsonError::new(kind, self.text, at)
    }
}
