//! A text to its documents.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};

use crate::error::{Error, Grammar, Limits, Location, Problems, SyntaxDetail};
use crate::syntax::node::Layout;
use crate::syntax::tab::TabLines;
use crate::syntax::text::{OpenEnd, Text};
use crate::syntax::tree::{Origin, Tree};
use crate::syntax::{Node, grammar};

/// A non-empty document.
#[derive(Clone, Debug)]
pub(crate) struct DocumentNode {
    /// Zero-based index in the text, empty documents not counted.
    pub(crate) index: usize,
    /// A map (S-003).
    pub(crate) root: Node,
}

/// Reads all documents of a text. Those with an error are left out and reported, with their index.
///
/// # Cost
/// Linear in the text, plus what aliases add, which `limits` bound.
pub(crate) fn read(text: &[u8], limits: &Limits, problems: &mut Problems) -> Vec<DocumentNode> {
    if text.len() > limits.text_bytes {
        problems.error(Error::new(SyntaxDetail::TextTooLong {
            bytes: text.len(),
            limit: limits.text_bytes,
        }));
        return Vec::new();
    }
    let text = Text::new(text);
    let mut reader = Reader {
        tree: Tree::new(limits),
        tabs: TabLines::find(text.as_str()),
        open_end: text.open_end(),
        documents: Vec::new(),
        met: 0,
        nodes: limits.nodes,
        problems,
    };
    if let Err(error) = reader.read(text.as_str()) {
        reader.broken_off(text.defect().unwrap_or(error));
    } else if reader.met == 0 {
        reader
            .problems
            .warning(Error::new(SyntaxDetail::NoDocument));
    }
    reader.documents
}

struct Reader<'t, 'p> {
    tree: Tree<'t>,
    tabs: TabLines,
    open_end: Option<OpenEnd>,
    documents: Vec<DocumentNode>,
    /// Non-empty documents, good and bad.
    met: usize,
    /// How many nodes may still come.
    nodes: usize,
    problems: &'p mut Problems,
}

impl<'t> Reader<'t, '_> {
    fn read(&mut self, text: &'t str) -> Result<(), Error> {
        let limit = self.nodes;
        let mut parser = Parser::new_from_str(text);
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| self.grammar_error(&error, text))?;
            let mut origin = Origin {
                location: location(&span.start),
                layout: Layout::Unknown,
            };
            self.count(&event, limit)
                .map_err(|error| error.at(origin.location))?;
            match event {
                Event::DocumentStart(_) => {}
                Event::DocumentEnd => {
                    self.refuse_tabs(origin.location.line)?;
                    self.document_end();
                }
                Event::StreamEnd => break,
                Event::Scalar(text, style, anchor, tag) => {
                    if anchor == 0 && tag.is_none() {
                        origin.layout = layout(&text, style, &span);
                    }
                    let text = self.scalar(text, style, &span);
                    self.tree
                        .event(Event::Scalar(text, style, anchor, tag), origin);
                }
                other => self.tree.event(other, origin),
            }
        }
        Ok(())
    }

    /// A byte or two of text can be a node, which takes a hundred times the memory.
    fn count(&mut self, event: &Event<'_>, limit: usize) -> Result<(), Error> {
        if matches!(
            event,
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..)
        ) {
            let left = self.nodes.checked_sub(1);
            self.nodes = left.ok_or_else(|| Error::new(SyntaxDetail::TooManyNodes { limit }))?;
        }
        Ok(())
    }

    /// The lines of a quoted or block scalar may start with tabs. A block scalar that ends with the text, in a line
    /// that is not ended, has no line break there to keep, though the parser adds one.
    fn scalar(&mut self, mut text: Cow<'t, str>, style: ScalarStyle, span: &Span) -> Cow<'t, str> {
        let (first, last) = (location(&span.start).line, location(&span.end).line);
        match style {
            ScalarStyle::Plain => {}
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let second = first.saturating_add(1);
                self.tabs.excuse(second, last.saturating_add(1));
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let open_end = self.open_end.filter(|end| end.index == span.end.index());
                self.tabs
                    .excuse(first, last.saturating_add(open_end.is_some().into()));
                if open_end.is_some_and(|end| has_surplus_break(&text, span, end)) {
                    text.to_mut().pop();
                }
            }
        }
        text
    }

    fn refuse_tabs(&mut self, end: u32) -> Result<(), Error> {
        match self.tabs.offence_before(end) {
            Some(tab) => Err(Error::new(SyntaxDetail::Grammar(Grammar::TabIndentation)).at(tab)),
            None => Ok(()),
        }
    }

    /// What the parser found, or the tab that probably is the cause.
    fn grammar_error(&mut self, error: &ScanError, text: &str) -> Error {
        let place = location(error.marker());
        let detail = grammar::describe(error, self.tree.nesting());
        let last_line = match detail {
            SyntaxDetail::Grammar(Grammar::TabIndentation) => u32::MAX,
            _ => place.line.saturating_add(1),
        };
        match self.refuse_tabs(last_line) {
            Err(tab) => tab,
            Ok(()) => grammar::locate(detail, place, text),
        }
    }

    fn document_end(&mut self) {
        let index = self.met;
        match self.tree.finish() {
            Ok(None) => return,
            Ok(Some(root)) if root.as_map().is_some() => {
                self.documents.push(DocumentNode { index, root });
            }
            Ok(Some(root)) => {
                let detail = SyntaxDetail::NotAMap {
                    found: root.kind_name(),
                };
                self.problems
                    .error(Error::new(detail).at(root.location).in_document(index));
            }
            Err(errors) => self.reject(errors),
        }
        self.met += 1;
    }

    /// The text cannot be read beyond `error`; what was wrong before it in the same document is reported too.
    fn broken_off(&mut self, error: Error) {
        let limit_reached = self.tree.is_abandoned();
        let earlier = self.tree.finish().err().unwrap_or_default();
        self.reject(earlier);
        if !limit_reached {
            self.reject(vec![error]);
        }
    }

    fn reject(&mut self, errors: Vec<Error>) {
        for error in errors {
            self.problems.error(error.in_document(self.met));
        }
    }
}

/// How an untagged scalar without an anchor lies in the source.
fn layout(text: &str, style: ScalarStyle, span: &Span) -> Layout {
    let in_one_line = span.start.line() == span.end.line();
    match style {
        ScalarStyle::Plain if in_one_line => Layout::Line(0),
        ScalarStyle::SingleQuoted if in_one_line && !text.contains('\'') => Layout::Line(1),
        // Without an escape the source is as long as the text, quotes apart.
        ScalarStyle::DoubleQuoted if in_one_line && span.len() == text.chars().count() + 2 => {
            Layout::Line(1)
        }
        ScalarStyle::Literal => Layout::Literal,
        _ => Layout::Unknown,
    }
}

/// Whether the parser has added a line break to a block scalar that the end of the text cuts off.
fn has_surplus_break(text: &str, span: &Span, end: OpenEnd) -> bool {
    if text.bytes().all(|byte| byte == b'\n') {
        // Without content the span starts at the header.
        let lines = span.end.line().saturating_sub(span.start.line());
        return !text.is_empty() && text.len() >= lines;
    }
    // A last line of blanks is a line of the scalar if it reaches the indentation; that is where the span starts,
    // unless there is a tag or an anchor. Too rare a case to be worth more than a guess.
    let is_content = !end.is_blank || span.end.col() >= span.start.col().max(1);
    is_content && text.ends_with('\n')
}

/// The parser counts lines from one and columns from zero.
fn location(mark: &Marker) -> Location {
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Location {
        line: narrow(mark.line()),
        column: narrow(mark.col()).saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        name: String,
        text: String,
        #[serde(default)]
        documents: Vec<serde_yaml::Value>,
        #[serde(default)]
        problems: Vec<String>,
    }

    fn read_all(text: &[u8], limits: &Limits) -> (Vec<DocumentNode>, Vec<String>) {
        let mut problems = Problems::default();
        let documents = read(text, limits, &mut problems);
        let problems = problems.into_vec();
        let problems = problems.iter().map(ToString::to_string).collect();
        (documents, problems)
    }

    #[test]
    fn reads_each_case() {
        let cases = include_str!("../../tests/data/syntax/documents.yml");
        let cases: Vec<Case> = serde_yaml::from_str(cases).expect("valid");
        for case in cases {
            let (documents, problems) = read_all(case.text.as_bytes(), &Limits::default());
            let documents: Vec<_> = documents.iter().map(|node| node.root.to_serde()).collect();
            assert_eq!(documents, case.documents, "{}", case.name);
            assert_eq!(problems, case.problems, "{}", case.name);
        }
    }

    #[test]
    fn counts_bad_documents_but_not_empty_ones() {
        let text = b"---\n---\n- a\n---\na: !x b\n---\n# c\n---\nb: 1\n---\nc: [";
        let mut problems = Problems::default();
        let documents = read(text, &Limits::default(), &mut problems);
        let bad: Vec<_> = problems
            .into_vec()
            .iter()
            .map(|problem| problem.error().document())
            .collect();
        assert_eq!(bad, [Some(0), Some(1), Some(3)]);
        assert_eq!(documents[0].index, 2);
    }

    /// Lines from one, columns from one and in characters, whatever ends the lines.
    #[test]
    fn places_nodes() {
        let text =
            "ä: ö\nü:\n  'é': {ß: \"x\"}\n  l:\n    - a\n    - !!str b\n  t: |\n    ä\n\nz: 1\n";
        let places = [
            "1:1", "1:1", "1:4", "2:1", "3:3", "3:3", "3:8", "3:9", "3:12", "4:3", "5:5", "5:7",
            "6:7", "7:3", "8:5", "10:1", "10:4",
        ];
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("\u{feff}{}", text.replace('\n', end));
            let (documents, problems) = read_all(text.as_bytes(), &Limits::default());
            assert!(problems.is_empty(), "{problems:?}");
            let mut found = Vec::new();
            collect_places(&documents[0].root, &mut found);
            assert_eq!(found, places, "{end:?}");
        }
    }

    fn collect_places(node: &Node, into: &mut Vec<String>) {
        into.push(node.location.to_string());
        for item in node.as_list().unwrap_or_default() {
            collect_places(item, into);
        }
        for (key, value) in node.as_map().unwrap_or_default() {
            collect_places(key, into);
            collect_places(value, into);
        }
    }

    #[test]
    fn tells_places_inside_scalars() {
        let text = "a: ä b\nb: 'ä b' # c\nc: \"ä b\"\nd: |\n\n  ä b\n   ä c\ne: >\n  ä b\nf: 'it''s b'\ng: \"\\x41 b\"\n";
        let (documents, _) = read_all(text.as_bytes(), &Limits::default());
        let places: Vec<String> = documents[0]
            .root
            .as_map()
            .unwrap_or_default()
            .iter()
            .filter_map(|(_, value)| {
                let last = value.as_str()?.rfind(['b', 'c'])?;
                Some(value.place_inside(last)?.to_string())
            })
            .collect();
        // Of folded and escaped text only the start is known.
        assert_eq!(places, ["1:6", "2:7", "3:7", "7:6", "9:3", "10:4", "11:4"]);
    }

    #[test]
    fn refuses_bytes_that_are_not_utf8() {
        let (documents, problems) = read_all(
            b"a: 1\n---\nb: '\xC3\xA4\xFF'\n---\nc: 1\n",
            &Limits::default(),
        );
        assert_eq!(documents.len(), 1);
        assert_eq!(
            problems,
            ["3:6: the text is not UTF-8 (save the file as UTF-8)"]
        );
    }

    #[test]
    fn keeps_to_the_limits() {
        let limits = Limits {
            text_bytes: 60,
            nesting: 3,
            alias_nodes: 4,
            ..Limits::default()
        };
        let verdict = |text: &str| {
            let (documents, problems) = read_all(text.as_bytes(), &limits);
            (documents.len(), problems.join("\n"))
        };
        assert_eq!(verdict("a: [[x]]").0, 1);
        assert_eq!(
            verdict("a: [[[x]]]").1,
            "1:6: lists and maps are nested more than 3 levels deep"
        );
        assert_eq!(verdict("a: &x [1, 2, 3]\nb: *x").0, 1);
        assert_eq!(
            verdict("a: &x [1, 2, 3, 4]\nb: *x").1,
            "2:4: aliases add more than 4 nodes to the text"
        );
        // The budget is that of the text, not of each document.
        assert_eq!(verdict("a: &x [1]\nb: *x\n---\na: &x [1, 2]\nb: *x").0, 1);
        let long = "z".repeat(25);
        assert_eq!(
            verdict(&format!("a: &x {long}\nb: [*x, *x, *x]")).1,
            "2:13: aliases add more than 60 bytes to the text"
        );
        assert_eq!(
            verdict(&"a".repeat(61)).1,
            "the text has 61 bytes, but the limit is 60"
        );
    }

    /// Neither the parser nor the tree may recurse with the text, nor may the nodes that were begun.
    #[test]
    fn survives_deep_nesting() {
        let limits = Limits {
            nesting: usize::MAX,
            ..Limits::default()
        };
        for opening in ["[", "{", "- ", "? ", "{a: [", "- ? "] {
            let (documents, problems) = read_all(opening.repeat(30_000).as_bytes(), &limits);
            assert!(documents.is_empty());
            assert_eq!(problems.len(), 1, "{opening}");
            assert!(problems[0].contains("nested more than"), "{problems:?}");
        }
    }
}
