//! The one public error, where it points, and the wording of every message.
//!
//! In: plain data from the stages (names, numbers, a [`Location`]). Out: an opaque [`Error`] that prints as one
//! line, and [`Problem`], an error or warning met while loading. Imports no stage: each stage has its own file of
//! details here (`syntax.rs`, `rule.rs`, …), one private enum with its wording.

mod collection;
mod compile;
mod condition;
mod correlation;
mod correlator;
mod detection;
mod excerpt;
mod limits;
mod log_source;
mod nearest;
mod pipeline;
mod placeholder;
mod rule;
mod syntax;

use std::fmt;
use std::sync::Arc;

pub(crate) use self::collection::CollectionDetail;
pub(crate) use self::compile::CompileDetail;
pub(crate) use self::condition::ConditionDetail;
pub(crate) use self::correlation::CorrelationDetail;
pub(crate) use self::correlator::CorrelatorDetail;
pub(crate) use self::detection::DetectionDetail;
pub(crate) use self::excerpt::Excerpt;
pub use self::limits::Limits;
pub(crate) use self::log_source::LogSourceDetail;
pub(crate) use self::nearest::nearest;
pub(crate) use self::pipeline::{ItemLabel, PipelineDetail, PipelineFault, PipelineLabel};
pub(crate) use self::placeholder::PlaceholderDetail;
pub(crate) use self::rule::RuleDetail;
pub(crate) use self::syntax::{Grammar, Mismatch, SyntaxDetail};

/// What went wrong, where, and in which rule.
///
/// Prints as one line: `file:line:column: rule 'title': what is wrong (remedy)`. Each part is left out when it is
/// not known. Line and column are one-based; the column counts characters.
///
/// # Example
/// ```
/// let error = sigmatic::rule::Rule::from_yaml("title: [").unwrap_err();
/// assert_eq!(error.kind(), sigmatic::error::ErrorKind::Yaml);
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    detail: Detail,
    location: Option<Location>,
    document: Option<usize>,
    rule: Option<Arc<str>>,
    file: Option<Arc<str>>,
}

/// The class of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not YAML, or uses YAML that Sigma rules cannot (S-001 to S-013).
    Yaml,
    /// A document as a whole: its kind, its `action`, its metadata (S-020 to S-058).
    Document,
    /// The detection section: search identifiers, items, values (S-090 to S-099).
    Detection,
    /// A modifier or a chain of modifiers (S-180 to S-260).
    Modifier,
    /// A value that its modifiers cannot take: a regular expression, a network, a placeholder.
    Value,
    /// The condition (S-300 to S-313).
    Condition,
    /// A reference to another rule, or an id or name given twice (S-058, S-408, S-452).
    Reference,
    /// A correlation or filter section (chapters 12 and 13).
    Correlation,
    /// A map of log sources (S-471).
    LogSource,
    /// A processing pipeline, or a rule that one rejects (chapter 16).
    Pipeline,
    /// A limit was reached (S-560).
    Limit,
    /// Saved state that cannot be taken back.
    State,
    /// A file could not be read.
    Io,
}

/// A place in a text. Line and column are one-based; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Location {
    /// One-based line.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
}

/// How serious a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// The document loads; its author probably meant something else.
    Warning,
    /// The document yields no rule.
    Error,
}

/// An error or a warning met while loading or building; the rest goes on.
#[derive(Clone)]
pub struct Problem {
    severity: Severity,
    error: Error,
}

/// The collector that every stage reports to; keeps the order in which problems were met.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
}

/// What each stage has to say, as plain data.
#[derive(Clone, Debug)]
pub(crate) enum Detail {
    Syntax(SyntaxDetail),
    Condition(ConditionDetail),
    Rule(RuleDetail),
    Detection(DetectionDetail),
    Correlation(CorrelationDetail),
    Correlator(CorrelatorDetail),
    Collection(CollectionDetail),
    Compile(CompileDetail),
    LogSource(LogSourceDetail),
    Placeholder(PlaceholderDetail),
    Pipeline(PipelineDetail),
}

impl Error {
    pub(crate) fn new(detail: impl Into<Detail>) -> Self {
        Self(Box::new(Inner {
            detail: detail.into(),
            location: None,
            document: None,
            rule: None,
            file: None,
        }))
    }

    /// Adds the place, unless one is known already: the innermost place is the most exact. Line 0 is no place: that
    /// of a node which was not read from a text.
    pub(crate) fn at(mut self, location: Location) -> Self {
        if location.line > 0 {
            self.0.location.get_or_insert(location);
        }
        self
    }

    /// Adds the rule's title, id or name, unless one is known already.
    pub(crate) fn in_rule(mut self, rule: impl Into<Arc<str>>) -> Self {
        self.0.rule.get_or_insert_with(|| rule.into());
        self
    }

    /// Adds the zero-based index of the document in its text, unless one is known already.
    pub(crate) fn in_document(mut self, document: usize) -> Self {
        self.0.document.get_or_insert(document);
        self
    }

    /// Adds the file, unless one is known already.
    pub(crate) fn in_file(mut self, file: impl Into<Arc<str>>) -> Self {
        self.0.file.get_or_insert_with(|| file.into());
        self
    }

    /// What was said, for whoever gives it a code.
    pub(crate) fn detail(&self) -> &Detail {
        &self.0.detail
    }

    /// Whether a placeholder has no values, which a later stage might give it.
    pub(crate) fn is_missing_placeholder(&self) -> bool {
        let detail = &self.0.detail;
        matches!(
            detail,
            Detail::Compile(CompileDetail::UnknownPlaceholder { .. })
        )
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.detail {
            Detail::Syntax(detail) => detail.kind(),
            Detail::Condition(detail) => detail.kind(),
            Detail::Rule(detail) => detail.kind(),
            Detail::Detection(detail) => detail.kind(),
            Detail::Correlation(detail) => detail.kind(),
            Detail::Correlator(detail) => detail.kind(),
            Detail::Collection(detail) => detail.kind(),
            Detail::Compile(detail) => detail.kind(),
            Detail::LogSource(_) => ErrorKind::LogSource,
            Detail::Placeholder(_) => ErrorKind::Value,
            Detail::Pipeline(detail) => detail.kind(),
        }
    }

    /// Where in the text, if known.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        self.0.location
    }

    /// The zero-based index of the YAML document in its text, empty documents not counted, if known.
    #[must_use]
    pub fn document(&self) -> Option<usize> {
        self.0.document
    }

    /// The title (or id, or name) of the rule, if known.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }

    /// The file, if the text came from one.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The message alone, without file, place and rule.
    #[must_use]
    pub fn message(&self) -> String {
        self.0.detail.to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_place(f)?;
        self.write_message(f)
    }
}

impl Error {
    fn write_place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file(), self.location()) {
            (Some(file), Some(place)) => write!(f, "{file}:{place}: "),
            (Some(file), None) => write!(f, "{file}: "),
            (None, Some(place)) => write!(f, "{place}: "),
            (None, None) => Ok(()),
        }
    }

    fn write_message(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rule) = self.rule() {
            write!(f, "rule '{}': ", Excerpt(rule))?;
        }
        write!(f, "{}", self.0.detail)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("message", &self.to_string())
            .finish()
    }
}

impl std::error::Error for Error {}

impl Location {
    /// The place of what was not read from a text.
    pub(crate) const NOWHERE: Self = Self { line: 0, column: 0 };

    /// The place after `text`, if the text starts at line 1, column 1.
    pub(crate) fn after(text: &str) -> Self {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let last_line = text.rsplit('\n').next().unwrap_or_default();
        Self {
            line: narrow(text.matches('\n').count() + 1),
            column: narrow(last_line.chars().count() + 1),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Problem {
    /// Whether the document was rejected ([`Severity::Error`]) or only looks odd.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Whether the document was rejected.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// What is wrong, and where.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.write_place(f)?;
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        self.error.write_message(f)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({:?}, {})", self.severity, self.error)
    }
}

impl Problems {
    pub(crate) fn error(&mut self, error: Error) {
        self.push(Severity::Error, error);
    }

    pub(crate) fn warning(&mut self, error: Error) {
        self.push(Severity::Warning, error);
    }

    pub(crate) fn push(&mut self, severity: Severity, error: Error) {
        self.list.push(Problem { severity, error });
    }

    /// Puts the problems of one document into the order of its text; those without a place come first.
    pub(crate) fn sort_by_place(&mut self) {
        self.list.sort_by_key(|problem| problem.error.location());
    }

    /// Puts the problems of one text into the order of its documents; those of the whole text come first.
    pub(crate) fn sort_by_document(&mut self) {
        self.list.sort_by_key(|problem| problem.error.document());
    }

    /// The first error.
    pub(crate) fn into_error(self) -> Option<Error> {
        let mut errors = self.list.into_iter().filter(Problem::is_error);
        errors.next().map(|problem| problem.error)
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(Problem::is_error)
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.list
    }

    /// Keeps some of the problems.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Problem) -> bool) {
        self.list.retain(keep);
    }

    /// Takes over what an inner stage found, adding what the outer one knows of its place.
    pub(crate) fn absorb(&mut self, inner: Self, context: impl Fn(Error) -> Error) {
        self.list
            .extend(inner.list.into_iter().map(|problem| Problem {
                severity: problem.severity,
                error: context(problem.error),
            }));
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(detail) => detail.fmt(f),
            Self::Condition(detail) => detail.fmt(f),
            Self::Rule(detail) => detail.fmt(f),
            Self::Detection(detail) => detail.fmt(f),
            Self::Correlation(detail) => detail.fmt(f),
            Self::Correlator(detail) => detail.fmt(f),
            Self::Collection(detail) => detail.fmt(f),
            Self::Compile(detail) => detail.fmt(f),
            Self::LogSource(detail) => detail.fmt(f),
            Self::Placeholder(detail) => detail.fmt(f),
            Self::Pipeline(detail) => detail.fmt(f),
        }
    }
}

impl From<PipelineFault> for Detail {
    fn from(fault: PipelineFault) -> Self {
        Self::Pipeline(fault.into())
    }
}

macro_rules! into_detail {
    ($($from:ident => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Detail {
            fn from(detail: $from) -> Self {
                Self::$variant(detail)
            }
        }
    )*};
}

into_detail! {
    SyntaxDetail => Syntax,
    ConditionDetail => Condition,
    RuleDetail => Rule,
    DetectionDetail => Detection,
    CorrelationDetail => Correlation,
    CorrelatorDetail => Correlator,
    CollectionDetail => Collection,
    CompileDetail => Compile,
    LogSourceDetail => LogSource,
    PlaceholderDetail => Placeholder,
    PipelineDetail => Pipeline,
}
