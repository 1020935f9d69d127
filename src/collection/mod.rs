//! Many documents together: files and folders, templates, ids and references.
//!
//! In: texts, files, folders, documents. Out: a [`Collection`]: the documents that are in order, and every problem
//! met. Called by embedders, who hand it to the rule-set builder. One bad document never stops the others. Checks
//! references between documents, but evaluates nothing; filters are put to their rules when a set is built.

mod action;
pub(crate) mod filter;
mod graph;
mod loader;
mod reference;

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Problem};
use crate::rule::{Correlation, Document, Filter, Rule};

pub use self::loader::Loader;

use self::reference::Index;

/// The documents of one or more texts, files or folders, in the order in which they were loaded.
///
/// # Example
/// ```
/// use sigmatic::Collection;
///
/// let loaded = Collection::from_yaml("
/// title: Whoami
/// logsource: { category: process_creation }
/// detection: { selection: { Image|endswith: whoami.exe }, condition: selection }
/// ---
/// title: A rule without a detection
/// logsource: { category: process_creation }
/// ");
/// assert_eq!(loaded.rules().count(), 1);
/// let error = loaded.errors().next().unwrap();
/// assert_eq!(error.to_string(), "6:1: rule 'A rule without a detection': 'detection' is missing");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Collection {
    entries: Vec<Entry>,
    index: Index,
    /// Problems of single texts and documents.
    reading: Vec<Problem>,
    /// These, and then those of references, which depend on what else is loaded.
    problems: Vec<Problem>,
}

/// A document that is in order by itself.
#[derive(Clone, Debug)]
struct Entry {
    document: Document,
    /// Whether what it refers to is in order too.
    is_active: bool,
}

impl Collection {
    /// Loads the documents of a text, strictly.
    ///
    /// Never fails as a whole: what is wrong is among the [`problems`](Self::problems).
    #[must_use]
    pub fn from_yaml(text: &str) -> Self {
        Loader::read_one(text)
    }

    /// Loads a file, or all files of a folder and the folders in it whose names end in `.yml` or `.yaml`, strictly and
    /// in the order of their names. Files and folders whose names begin with a dot are left out.
    ///
    /// # Errors
    /// If `path` itself cannot be read. All else is among the [`problems`](Self::problems).
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        Loader::read_path(path.as_ref())
    }

    /// Starts loading from several places, or with other settings.
    #[must_use]
    pub fn loader() -> Loader {
        Loader::default()
    }

    /// The detection rules.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.documents().filter_map(|document| match document {
            Document::Rule(rule) => Some(rule),
            _ => None,
        })
    }

    /// The correlations.
    pub fn correlations(&self) -> impl Iterator<Item = &Arc<Correlation>> {
        self.documents().filter_map(|document| match document {
            Document::Correlation(correlation) => Some(correlation),
            _ => None,
        })
    }

    /// The filters.
    pub fn filters(&self) -> impl Iterator<Item = &Arc<Filter>> {
        self.documents().filter_map(|document| match document {
            Document::Filter(filter) => Some(filter),
            _ => None,
        })
    }

    /// All documents, those with an error left out.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.entries
            .iter()
            .filter(|entry| entry.is_active)
            .map(|entry| &entry.document)
    }

    /// The rule or correlation that a correlation or filter means by an id (in any spelling) or a name. `None` if there
    /// is none, or more than one.
    #[must_use]
    pub fn referenced(&self, reference: &str) -> Option<&Document> {
        let entry = self.entries.get(self.index.resolve(reference).ok()?)?;
        entry.is_active.then_some(&entry.document)
    }

    /// Errors and warnings: first those of texts and documents, in their order, then those of references.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The problems for which a document was rejected.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.is_error())
    }

    /// The problems with which a document is loaded all the same.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| !problem.is_error())
    }

    /// Adds the documents of another collection. References are looked at anew: a correlation may find its rules in
    /// the other collection, and an id may now be given twice.
    ///
    /// # Cost
    /// Linear in the documents of both. To join many, give them all to one [`Loader`].
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.reading.extend(other.reading);
        self.check_references();
    }

    fn from_parts(documents: Vec<Document>, reading: Vec<Problem>) -> Self {
        let entries = documents
            .into_iter()
            .map(|document| Entry {
                document,
                is_active: true,
            })
            .collect();
        let mut collection = Self {
            entries,
            reading,
            ..Self::default()
        };
        collection.check_references();
        collection
    }

    fn check_references(&mut self) {
        let documents: Vec<&Document> = self.entries.iter().map(|entry| &entry.document).collect();
        let checked = reference::check(&documents);
        for (entry, is_active) in self.entries.iter_mut().zip(checked.active) {
            entry.is_active = is_active;
        }
        self.index = checked.index;
        self.problems.clone_from(&self.reading);
        self.problems.extend(checked.problems);
    }
}

impl FromIterator<Document> for Collection {
    fn from_iter<I: IntoIterator<Item = Document>>(documents: I) -> Self {
        Self::from_parts(documents.into_iter().collect(), Vec::new())
    }
}
