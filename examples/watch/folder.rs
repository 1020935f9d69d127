//! A folder of rules that others write to while it is watched.
//!
//! Two things keep a half-written file from costing a rule. A change counts only when the folder looks the same in two
//! looks in a row. And a file that has errors, or is empty, keeps the rules of its last content without them, until it
//! is whole again or removed; its problems are reported all the while.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sigmatic::error::{ErrorKind, Problem};
use sigmatic::rule::Document;
use sigmatic::{Collection, RuleSet};
use walkdir::WalkDir;

/// The rule files of a folder, and what was made of them last.
pub(crate) struct Folder {
    path: PathBuf,
    /// The files at the last look, whether or not they were read since.
    looked: Stamps,
    /// The files as they were read.
    read: Stamps,
    files: BTreeMap<PathBuf, File>,
}

/// Size and time of change, by file.
type Stamps = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

#[derive(Default)]
struct File {
    /// The last content that is whole, else the first.
    text: Vec<u8>,
    /// Whether `text` is neither empty nor in error.
    is_whole: bool,
    /// What `text` says, if there is nothing to be said about it: need not be read again.
    documents: Vec<Document>,
    /// What is wrong with the present content, if `text` is used in place of it.
    broken: Option<Vec<Problem>>,
}

/// What a change of the folder came to.
pub(crate) struct Update {
    pub(crate) rules: RuleSet,
    pub(crate) problems: Vec<Problem>,
    /// Files whose last content without errors is used in place of the present one.
    pub(crate) kept: Vec<PathBuf>,
}

impl Folder {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            looked: Stamps::new(),
            read: Stamps::new(),
            files: BTreeMap::new(),
        }
    }

    /// Reads the folder as it is now.
    pub(crate) fn load(&mut self) -> io::Result<Update> {
        self.looked = stamps(&self.path)?;
        self.update()
    }

    /// Looks at the folder; a new set of rules if it has changed and come to rest.
    pub(crate) fn look(&mut self) -> io::Result<Option<Update>> {
        let now = stamps(&self.path)?;
        let rests = now == self.looked;
        self.looked = now;
        match rests && self.looked != self.read {
            true => self.update().map(Some),
            false => Ok(None),
        }
    }

    fn update(&mut self) -> io::Result<Update> {
        self.files.retain(|path, _| self.looked.contains_key(path));
        for (path, stamp) in &self.looked {
            if self.read.get(path) != Some(stamp) {
                let text = std::fs::read(path)?;
                let file = self.files.entry(path.clone()).or_default();
                file.take(path, text);
            }
        }
        self.read.clone_from(&self.looked);
        self.build()
    }

    /// All files together: references and filters work across them.
    fn build(&mut self) -> io::Result<Update> {
        let mut loader = Collection::loader();
        for (path, file) in &self.files {
            loader = match file.documents.as_slice() {
                [] => loader.text(name_of(path), &file.text),
                known => known
                    .iter()
                    .cloned()
                    .fold(loader, |loader, known| loader.document(known)),
            };
        }
        let collection = loader.load();
        let rules = RuleSet::builder().collection(&collection).build();
        let rules = rules.map_err(io::Error::other)?;
        let of_files = self
            .files
            .values()
            .filter_map(|file| file.broken.as_ref())
            .flatten();
        let problems = of_files
            .chain(collection.problems())
            .chain(rules.problems());
        let problems: Vec<Problem> = problems.cloned().collect();
        self.remember(&collection, &problems);
        let kept = self.files.iter().filter(|(_, file)| file.broken.is_some());
        let kept = kept.map(|(path, _)| path.clone()).collect();
        Ok(Update {
            rules,
            problems,
            kept,
        })
    }

    /// Keeps the documents of files about which there is nothing to say.
    fn remember(&mut self, collection: &Collection, problems: &[Problem]) {
        let named = problems.iter().filter_map(|problem| problem.error().file());
        let named: BTreeSet<&str> = named.collect();
        let mut documents: BTreeMap<&str, Vec<Document>> = BTreeMap::new();
        for document in collection.documents() {
            if let Some(file) = &document.metadata().source.file {
                documents.entry(file).or_default().push(document.clone());
            }
        }
        for (path, file) in &mut self.files {
            let name = name_of(path);
            file.documents = documents.remove(&*name).unwrap_or_default();
            if named.contains(&*name) {
                file.documents.clear();
            }
        }
    }
}

impl File {
    /// Takes over new content, unless the old is whole and the new is not.
    fn take(&mut self, path: &Path, text: Vec<u8>) {
        let errors = errors_of(path, &text);
        let is_whole = errors.is_empty() && !text.trim_ascii().is_empty();
        if self.is_whole && !is_whole {
            self.broken = Some(errors);
            return;
        }
        *self = Self {
            text,
            is_whole,
            ..Self::default()
        };
    }
}

/// The errors of a file by itself. What it refers to may stand in other files.
fn errors_of(path: &Path, text: &[u8]) -> Vec<Problem> {
    let collection = Collection::loader().text(name_of(path), text).load();
    let rules = RuleSet::builder().collection(&collection).build();
    let of_rules = rules.iter().flat_map(RuleSet::problems);
    let problems = collection.problems().iter().chain(of_rules);
    let own = problems
        .filter(|problem| problem.is_error() && problem.error().kind() != ErrorKind::Reference);
    own.cloned().collect()
}

fn stamps(folder: &Path) -> io::Result<Stamps> {
    let mut stamps = Stamps::new();
    for entry in WalkDir::new(folder) {
        let path = match entry {
            Ok(entry) => entry.into_path(),
            // A file that is removed meanwhile is not there.
            Err(error) if error.depth() > 0 => continue,
            Err(error) => return Err(error.into()),
        };
        let is_rule = path
            .extension()
            .is_some_and(|ending| ending == "yml" || ending == "yaml");
        if let (true, Ok(data)) = (is_rule, path.metadata()) {
            stamps.insert(path, (data.len(), data.modified().ok()));
        }
    }
    Ok(stamps)
}

fn name_of(path: &Path) -> Arc<str> {
    path.to_string_lossy().into()
}
