//! A tree of nodes to YAML text.
//!
//! Writes what [`read`](super::read) reads back as the same tree: whether a scalar needs quotes is decided by the
//! table of S-010. A writer that follows YAML 1.2 would leave `12:30:45` or `yes` bare, which are no strings here.

use std::fmt::Write;

use crate::syntax::{Node, Style, Value, scalar};

impl Node {
    /// The document as text in block style. Recursion follows the nesting of the node.
    pub(crate) fn to_yaml(&self) -> String {
        let mut writer = Writer {
            text: String::new(),
        };
        writer.block(self, 0);
        writer.text
    }
}

struct Writer {
    text: String,
}

impl Writer {
    /// Writes a node whose first line is indented already, and ends its last line.
    fn block(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Map(entries) if !entries.is_empty() => self.map(entries, indent),
            Value::List(items) if !items.is_empty() => self.list(items, indent),
            _ => {
                self.scalar(node, indent);
                self.text.push('\n');
            }
        }
    }

    fn map(&mut self, entries: &[(Node, Node)], indent: usize) {
        for (index, (key, value)) in entries.iter().enumerate() {
            self.indent(if index > 0 { indent } else { 0 });
            self.key(key, indent);
            self.text.push(':');
            if is_nested(value) {
                self.text.push('\n');
                self.indent(indent + INDENT);
                self.block(value, indent + INDENT);
            } else {
                self.text.push(' ');
                self.scalar(value, indent + INDENT);
                self.text.push('\n');
            }
        }
    }

    fn list(&mut self, items: &[Node], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            self.indent(if index > 0 { indent } else { 0 });
            self.text.push_str("- ");
            self.block(item, indent + 2);
        }
    }

    fn indent(&mut self, spaces: usize) {
        self.text.extend(std::iter::repeat_n(' ', spaces));
    }

    fn key(&mut self, key: &Node, indent: usize) {
        // Implicit keys end within 1024 characters, and lists and maps are clearer as explicit ones.
        let is_explicit =
            is_nested(key) || key.as_str().is_some_and(|text| text.len() > LONGEST_KEY);
        if is_explicit {
            self.text.push_str("? ");
            self.flow(key);
            self.text.push('\n');
            self.indent(indent);
        } else if let Some(text) = key.as_str() {
            self.string(text, None);
        } else {
            self.bare(&key.value);
        }
    }

    fn scalar(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::String(text) => self.string(text, Some(indent)),
            other => self.bare(other),
        }
    }

    /// Writes a scalar that is no string, or an empty list or map.
    fn bare(&mut self, value: &Value) {
        let text = match value {
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Int(value) => return self.display(value),
            Value::Float(value) => return self.float(*value),
            Value::Timestamp(text) | Value::Unconstructible(text) => text,
            Value::String(_) => "''",
            Value::List(_) => "[]",
            Value::Map(_) => "{}",
        };
        self.text.push_str(text);
    }

    fn display(&mut self, value: &impl std::fmt::Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{value}");
    }

    /// With a point and without an exponent, which YAML 1.1 asks for.
    fn float(&mut self, value: f64) {
        if value.is_nan() {
            self.text.push_str(".nan");
        } else if value.is_infinite() {
            self.text
                .push_str(if value > 0.0 { ".inf" } else { "-.inf" });
        } else {
            let start = self.text.len();
            self.display(&value);
            let has_point = self
                .text
                .get(start..)
                .is_some_and(|digits| digits.contains('.'));
            self.text.push_str(if has_point { "" } else { ".0" });
        }
    }

    /// Writes a string: bare, as a block of lines (where `indent` allows one), in single or in double quotes.
    fn string(&mut self, text: &str, indent: Option<usize>) {
        match indent {
            _ if is_bare(text) => self.text.push_str(text),
            Some(indent) if is_lines(text) => self.lines(text, indent),
            _ if text.chars().all(is_printable) => {
                self.text.push('\'');
                self.text.push_str(&text.replace('\'', "''"));
                self.text.push('\'');
            }
            _ => self.escaped(text),
        }
    }

    fn lines(&mut self, text: &str, indent: usize) {
        let end = text.trim_end_matches('\n').len();
        let (body, breaks) = text.split_at(end);
        self.text.push_str(match breaks.len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        });
        for line in body.split('\n') {
            self.text.push('\n');
            if !line.is_empty() {
                self.indent(indent);
                self.text.push_str(line);
            }
        }
        // The caller ends the last line.
        self.text.push_str(breaks.get(1..).unwrap_or_default());
    }

    fn escaped(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => {
                    self.text.push('\\');
                    self.text.push(character);
                }
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                other if is_printable(other) => self.text.push(other),
                other => {
                    let _ = write!(self.text, "\\U{:08X}", u32::from(other));
                }
            }
        }
        self.text.push('"');
    }

    /// Lists and maps as keys, which no rule has, but which custom attributes may hold.
    fn flow(&mut self, node: &Node) {
        match &node.value {
            Value::List(items) => {
                self.text.push('[');
                for item in items {
                    self.flow(item);
                    self.text.push_str(", ");
                }
                self.text.push(']');
            }
            Value::Map(entries) => {
                self.text.push('{');
                for (key, value) in entries {
                    self.flow(key);
                    self.text.push_str(": ");
                    self.flow(value);
                    self.text.push_str(", ");
                }
                self.text.push('}');
            }
            Value::String(text) => self.escaped(text),
            other => self.bare(other),
        }
    }
}

fn is_nested(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => !entries.is_empty(),
        Value::List(items) => !items.is_empty(),
        _ => false,
    }
}

/// Whether a text without quotes is read as that string. More cautious than YAML asks for: what looks like punctuation
/// of YAML is quoted, and so is what other readers take for something else.
fn is_bare(text: &str) -> bool {
    let is_start = |first: char| first.is_alphanumeric() || matches!(first, '_' | '/' | '$');
    let is_inner = |inner: char| inner.is_alphanumeric() || "_/$ .,-+|()@=;*?:".contains(inner);
    text.starts_with(is_start)
        && text.chars().all(is_inner)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !matches!(text, "y" | "Y" | "n" | "N")
        && scalar::resolve(text.to_owned(), super::NOWHERE).is_ok_and(|node| {
            node.style == Style::Plain
                && node.as_str().is_some()
                && node.ambiguous_source().is_none()
        })
}

/// Whether a text of several lines can be a block scalar: its first line must show the indentation, and no line may be
/// lost for being blank.
fn is_lines(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && text
            .chars()
            .all(|character| character == '\n' || is_printable(character))
        && text
            .split('\n')
            .all(|line| line.is_empty() || !line.trim_matches([' ', '\t']).is_empty())
}

/// What may stand in YAML as it is, line breaks aside.
fn is_printable(character: char) -> bool {
    let is_break = matches!(
        character,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}'
    );
    !is_break && !character.is_control() && !matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

/// Spaces of a level, as in SigmaHQ's rules.
const INDENT: usize = 4;

/// In bytes; quotes and escapes make it longer by a factor of ten at most.
const LONGEST_KEY: usize = 100;

#[cfg(test)]
mod tests {
    use crate::error::{Limits, Problems};
    use crate::syntax::{Node, Style, Value, read};

    fn string(text: &str) -> Node {
        Node::new(
            Value::String(text.into()),
            super::super::NOWHERE,
            Style::Quoted,
        )
    }

    fn node(value: Value) -> Node {
        Node::new(value, super::super::NOWHERE, Style::Plain)
    }

    /// Writes, reads, and compares.
    fn check(value: Node) {
        let list = node(Value::List(vec![
            value.clone(),
            string("z"),
            node(Value::List(vec![value.clone()])),
        ]));
        let root = node(Value::Map(vec![(string("a"), value), (string("b"), list)]));
        let text = root.to_yaml();
        let mut problems = Problems::default();
        let documents = read(text.as_bytes(), &Limits::default(), &mut problems);
        let read: Vec<String> = documents
            .iter()
            .map(|document| shape(&document.root))
            .collect();
        assert_eq!(read, [shape(&root)], "{text}{:?}", problems.into_vec());
    }

    fn shape(node: &Node) -> String {
        match &node.value {
            Value::List(items) => format!("{:?}", items.iter().map(shape).collect::<Vec<_>>()),
            Value::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (shape(key), shape(value)));
                format!("{:?}", entries.collect::<Vec<_>>())
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn strings_come_back() {
        for text in [
            "",
            " ",
            "a",
            "a b",
            "a ",
            " a",
            "a: b",
            "a #b",
            "#",
            "- a",
            "-",
            "?",
            ": ",
            "yes",
            "NO",
            "y",
            "12:30:45",
            "010",
            "0x1f",
            "1e3",
            "1_000",
            "2024-01-02",
            "=",
            "<<",
            "~",
            "null",
            "'",
            "''",
            "\"",
            "\\",
            "C:\\a\\*",
            "%a%",
            "@a",
            "`",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "|-",
            "[a]",
            "{a: b}",
            "a, b",
            "...",
            "---",
            "--- a",
            "...a",
            "ä",
            "😀",
            "\u{0}",
            "\u{85}",
            "\u{2028}x",
            "\u{FEFF}",
            "\t",
            "\ta",
            "a\tb",
            "a\r\nb",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n\n",
            "\n",
            "\na",
            " a\nb",
            "a\n b\n\nc",
            "a\n  \nb",
            "a\n\t\nb",
            "a\n#b",
            "a\n---\nb",
            "a\nb ",
            ".",
            ".5",
            "+1",
            "-1",
            "0o7",
            "a:",
            ":a",
            "a :b",
            "key|mod",
            "|all",
            "a\u{A0}",
            "a\n...\n",
            "a?",
            "\u{7f}",
        ] {
            check(string(text));
            check(node(Value::Map(vec![(string(text), string(text))])));
        }
    }

    #[test]
    fn long_keys_come_back() {
        check(node(Value::Map(vec![
            (string(&"a: ".repeat(1000)), string("x")),
            (string("b"), string("y")),
        ])));
    }

    #[test]
    fn other_scalars_come_back() {
        for value in [
            Value::Null,
            Value::Bool(true),
            Value::Int(i128::MIN),
            Value::Int(0),
            Value::Float(0.1),
            Value::Float(-1e-300),
            Value::Float(1e300),
            Value::Float(f64::INFINITY),
            Value::Timestamp("2024-01-02".into()),
            Value::List(vec![]),
            Value::Map(vec![]),
            Value::Map(vec![(node(Value::List(vec![string("a: b")])), string("x"))]),
            Value::Map(vec![(node(Value::Int(5)), string("x"))]),
        ] {
            check(node(value));
        }
    }
}
