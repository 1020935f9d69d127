//! What the reading of one document carries along.

use crate::error::{Detail, Error, Limits, Problems, RuleDetail, Severity, nearest};
use crate::rule::parse::Options;
use crate::syntax::Node;

/// Collects the problems of one document, and knows how serious each is.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    options: Options<'a>,
    problems: Problems,
    errors: usize,
    warnings: usize,
    /// How many misspelt words may still be looked up.
    suggestions: usize,
    /// How many values were read.
    values: usize,
}

impl<'a> Reader<'a> {
    /// For what is no document.
    pub(crate) fn strict(limits: &'a Limits) -> Self {
        let lenient = false;
        Self::new(Options { lenient, limits })
    }

    pub(super) fn new(options: Options<'a>) -> Self {
        Self {
            options,
            problems: Problems::default(),
            errors: 0,
            warnings: 0,
            suggestions: MOST_SUGGESTIONS,
            values: 0,
        }
    }

    pub(super) fn limits(&self) -> &'a Limits {
        self.options.limits
    }

    /// Counts values; the first that is one too many. What comes after it is not asked.
    pub(super) fn take_values<'n>(&mut self, values: &'n [Node]) -> Option<&'n Node> {
        let left = self.limits().values.saturating_sub(self.values);
        self.values = self.values.saturating_add(values.len());
        values.get(left)
    }

    /// What was found, in the order of the text.
    pub(crate) fn finish(mut self) -> Problems {
        self.problems.sort_by_place();
        self.problems
    }

    /// Whether so much is wrong that the rest need not be read.
    pub(crate) fn is_full(&self) -> bool {
        self.errors > MOST_PROBLEMS
    }

    pub(crate) fn error(&mut self, detail: impl Into<Detail>, node: &Node) {
        self.errors += 1;
        let error = locate(detail, node);
        self.push(Severity::Error, self.errors, error);
    }

    pub(super) fn warning(&mut self, detail: impl Into<Detail>, node: &Node) {
        self.warnings += 1;
        let error = locate(detail, node);
        self.push(Severity::Warning, self.warnings, error);
    }

    /// An error of S-040 to S-052: a warning for the lenient, who do without the field.
    pub(super) fn metadata_error(&mut self, detail: impl Into<Detail>, node: &Node) {
        if self.options.lenient {
            self.warning(detail, node);
        } else {
            self.error(detail, node);
        }
    }

    /// An error at a byte of the text that stands in `node`.
    pub(super) fn error_inside(&mut self, detail: impl Into<Detail>, node: &Node, offset: usize) {
        self.errors += 1;
        let error = Error::new(detail);
        let error = match node.place_inside(offset) {
            Some(place) => error.at(place),
            None => error,
        };
        self.push(Severity::Error, self.errors, error);
    }

    /// The candidate that a misspelt word most probably means.
    pub(super) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(word, candidates)
    }

    /// A mandatory map under a key of the document.
    pub(super) fn section<'n>(&mut self, root: &'n Node, key: &'static str) -> Option<&'n Node> {
        let Some(section) = root.get(key).filter(|section| !section.is_null()) else {
            self.error(RuleDetail::Missing { key }, root);
            return None;
        };
        if section.as_map().is_none() {
            let found = section.kind_name();
            self.error(
                RuleDetail::WrongType {
                    key,
                    found,
                    expected: "a map",
                },
                section,
            );
            return None;
        }
        Some(section)
    }

    /// Hostile documents have a problem per byte; nobody reads more than so many.
    fn push(&mut self, severity: Severity, number: usize, error: Error) {
        if number <= MOST_PROBLEMS {
            self.problems.push(severity, error);
        } else if number == MOST_PROBLEMS + 1 {
            let last = Error::new(RuleDetail::TooManyProblems {
                limit: MOST_PROBLEMS,
            });
            let last = match error.location() {
                Some(place) => last.at(place),
                None => last,
            };
            self.problems.push(severity, last);
        }
    }
}

fn locate(detail: impl Into<Detail>, node: &Node) -> Error {
    let error = Error::new(detail);
    match node.place() {
        Some(place) => error.at(place),
        None => error,
    }
}

const MOST_PROBLEMS: usize = 100;
const MOST_SUGGESTIONS: usize = 5;
