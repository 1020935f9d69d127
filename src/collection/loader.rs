//! From texts, files and folders to a collection.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::collection::Collection;
use crate::collection::action::Actions;
use crate::error::{CollectionDetail, Error, Limits, Problem, Problems, Severity, SyntaxDetail};
use crate::rule::parse::{Options, parse};
use crate::rule::{Document, Source};
use crate::syntax;

/// Loads a [`Collection`] from several places at once.
///
/// # Example
/// ```
/// use sigmatic::Collection;
///
/// let loaded = Collection::loader()
///     .lenient(true)
///     .text("own.yml", "{ title: Own, date: yesterday, logsource: { product: x }, detection: { s: [a], condition: s } }")
///     .load();
/// assert_eq!(loaded.errors().count(), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Loader {
    lenient: bool,
    limits: Limits,
    inputs: Vec<Input>,
}

#[derive(Clone, Debug)]
enum Input {
    Path(PathBuf),
    Text(Arc<str>, Vec<u8>),
    Document(Document),
}

impl Loader {
    /// Whether wrong metadata (S-040 to S-052) is a warning and counts as absent, instead of rejecting the document.
    #[must_use]
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.lenient = lenient;
        self
    }

    /// How much a text may ask for.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds a file, or a folder as [`Collection::load`] takes it.
    #[must_use]
    pub fn path(mut self, path: impl AsRef<Path>) -> Self {
        self.inputs.push(Input::Path(path.as_ref().to_owned()));
        self
    }

    /// Adds a text; problems carry `name` as their file.
    #[must_use]
    pub fn text(mut self, name: impl Into<Arc<str>>, text: impl AsRef<[u8]>) -> Self {
        self.inputs
            .push(Input::Text(name.into(), text.as_ref().to_owned()));
        self
    }

    /// Adds a document that is at hand already.
    #[must_use]
    pub fn document(mut self, document: impl Into<Document>) -> Self {
        self.inputs.push(Input::Document(document.into()));
        self
    }

    /// Loads everything that was added, in that order.
    ///
    /// Never fails as a whole: also a path that cannot be read is among the problems of the collection.
    #[must_use]
    pub fn load(self) -> Collection {
        self.load_noting(&mut |_, _| {})
    }

    /// Loads, and hands every text over as it was read, with its name.
    pub(crate) fn load_noting(self, note: &mut Note<'_>) -> Collection {
        let mut reading = Reading::new(self.lenient, &self.limits, note);
        for input in self.inputs {
            match input {
                Input::Path(path) => {
                    if let Err(error) = reading.path(&path) {
                        reading.report((Severity::Error, error));
                    }
                }
                Input::Text(name, text) => reading.text(Some(name), &text),
                Input::Document(document) => reading.documents.push(document),
            }
        }
        reading.finish()
    }

    /// Loads one path, strictly.
    pub(super) fn read_path(path: &Path) -> Result<Collection, Error> {
        let limits = Limits::default();
        let mut ignore = |_: Option<&Arc<str>>, _: &[u8]| {};
        let mut reading = Reading::new(false, &limits, &mut ignore);
        reading.path(path)?;
        Ok(reading.finish())
    }

    /// Loads one text without a name, strictly.
    pub(super) fn read_one(text: &str) -> Collection {
        let limits = Limits::default();
        let mut ignore = |_: Option<&Arc<str>>, _: &[u8]| {};
        let mut reading = Reading::new(false, &limits, &mut ignore);
        reading.text(None, text.as_bytes());
        reading.finish()
    }
}

/// Is handed each text as it was read, with its name.
type Note<'n> = dyn FnMut(Option<&Arc<str>>, &[u8]) + 'n;

/// What has been read so far.
struct Reading<'l> {
    options: Options<'l>,
    documents: Vec<Document>,
    problems: Vec<Problem>,
    note: &'l mut Note<'l>,
}

impl<'l> Reading<'l> {
    fn new(lenient: bool, limits: &'l Limits, note: &'l mut Note<'l>) -> Self {
        Self {
            note,
            options: Options { lenient, limits },
            documents: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn finish(self) -> Collection {
        Collection::from_parts(self.documents, self.problems)
    }

    fn path(&mut self, path: &Path) -> Result<(), Error> {
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if metadata.is_dir() {
            return self.folder(path);
        }
        self.file(path)
    }

    fn folder(&mut self, path: &Path) -> Result<(), Error> {
        fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let mut is_empty = true;
        let walk = WalkDir::new(path).follow_links(true).sort_by_file_name();
        for entry in walk
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry))
        {
            match entry {
                Err(error) => self.report(walk_problem(path, &error)),
                Ok(entry) if is_rule_file(&entry) => {
                    is_empty = false;
                    if let Err(error) = self.file(entry.path()) {
                        self.report((Severity::Error, error));
                    }
                }
                Ok(_) => {}
            }
        }
        if is_empty {
            let warning = Error::new(CollectionDetail::EmptyFolder).in_file(name_of(path));
            self.report((Severity::Warning, warning));
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Error> {
        let limit = self.options.limits.text_bytes;
        let text = syntax::read_file(path, limit).map_err(|error| unreadable(path, &error))?;
        if text.len() > limit {
            // Only as much was read as shows that it is too long.
            let bytes = fs::metadata(path).map_or(text.len(), |data| {
                usize::try_from(data.len()).unwrap_or(usize::MAX)
            });
            let error =
                Error::new(SyntaxDetail::TextTooLong { bytes, limit }).in_file(name_of(path));
            self.report((Severity::Error, error));
        } else {
            self.text(Some(name_of(path)), &text);
        }
        Ok(())
    }

    fn text(&mut self, file: Option<Arc<str>>, text: &[u8]) {
        (self.note)(file.as_ref(), text);
        let limits = self.options.limits;
        let mut problems = Problems::default();
        let documents = syntax::read(text, limits, &mut problems);
        let mut actions = Actions::new(limits);
        for document in documents {
            let source = Source {
                file: file.clone(),
                document: document.index,
                location: document.root.place(),
            };
            if let Some(root) = actions.apply(document.root, &source, &mut problems) {
                self.documents
                    .extend(parse(&root, source, self.options, &mut problems));
            }
        }
        problems.sort_by_document();
        let mut located = Problems::default();
        located.absorb(problems, |error| match &file {
            Some(file) => error.in_file(file.clone()),
            None => error,
        });
        self.problems.extend(located.into_vec());
    }

    fn report(&mut self, (severity, error): (Severity, Error)) {
        let mut problems = Problems::default();
        problems.push(severity, error);
        self.problems.extend(problems.into_vec());
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry
        .file_name()
        .to_str()
        .is_some_and(|name| name.starts_with('.'))
}

fn is_rule_file(entry: &DirEntry) -> bool {
    let extension = entry
        .path()
        .extension()
        .and_then(|extension| extension.to_str());
    let is_yaml = |extension: &str| {
        ["yml", "yaml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    };
    entry.file_type().is_file() && extension.is_some_and(is_yaml)
}

fn walk_problem(folder: &Path, error: &walkdir::Error) -> (Severity, Error) {
    let path = name_of(error.path().unwrap_or(folder));
    if error.loop_ancestor().is_some() {
        return (
            Severity::Warning,
            Error::new(CollectionDetail::LinkCircle).in_file(path),
        );
    }
    let message = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    (
        Severity::Error,
        Error::new(CollectionDetail::Io { message }).in_file(path),
    )
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::new(CollectionDetail::Io {
        message: error.to_string(),
    })
    .in_file(name_of(path))
}

fn name_of(path: &Path) -> Arc<str> {
    path.to_string_lossy().into()
}
