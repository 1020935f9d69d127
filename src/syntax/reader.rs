//! A text to its documents.

use saphyr_parser::{Event, Parser, ScanError, Span};

use crate::error::{Error, Limits, Location, Problems, SyntaxDetail};
use crate::syntax::text::Text;
use crate::syntax::tree::Tree;
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
        documents: Vec::new(),
        met: 0,
        problems,
    };
    if let Err(error) = reader.read(text.as_str()) {
        let error = text.defect().unwrap_or(error);
        reader.problems.error(error.in_document(reader.met));
    } else if reader.met == 0 {
        reader
            .problems
            .warning(Error::new(SyntaxDetail::NoDocument));
    }
    reader.documents
}

struct Reader<'t, 'p> {
    tree: Tree<'t>,
    documents: Vec<DocumentNode>,
    /// Non-empty documents, good and bad.
    met: usize,
    problems: &'p mut Problems,
}

impl<'t> Reader<'t, '_> {
    fn read(&mut self, text: &'t str) -> Result<(), Error> {
        let mut parser = Parser::new_from_str(text);
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| grammar_error(&error))?;
            match event {
                Event::DocumentStart(_) => {}
                Event::DocumentEnd => self.document_end(),
                Event::StreamEnd => break,
                other => self.tree.event(other, start_of(&span)),
            }
        }
        Ok(())
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
            Err(errors) => {
                for error in errors {
                    self.problems.error(error.in_document(index));
                }
            }
        }
        self.met += 1;
    }
}

fn grammar_error(error: &ScanError) -> Error {
    let mark = error.marker();
    Error::new(grammar::describe(error)).at(location(mark.line(), mark.col()))
}

fn start_of(span: &Span) -> Location {
    location(span.start.line(), span.start.col())
}

/// The parser counts lines from one and columns from zero.
fn location(line: usize, column: usize) -> Location {
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Location {
        line: narrow(line),
        column: narrow(column).saturating_add(1),
    }
}
