//! What is wrong or odd with rules, as findings with a position, a remedy and, where it is safe, a fix.
//!
//! In: texts, files and folders. Out: a [`Report`] of [`Finding`]s, which serialises, prints with excerpts of the source
//! and becomes SARIF. Called by embedders and by the example `lint`. Proves nothing itself: what loading and compiling say
//! is given a [`Code`] (`problem`), the verdicts of the [card](crate::card) likewise (`verdict`); it adds what only a
//! reader of many rules sees (`value`, `spelling`) and SigmaHQ's conventions (`convention`).
//!
//! All codes stand with an example each on the page [`docs::lint`](crate::docs::lint). A finding is an error exactly if
//! the document does not load: a text without error findings loads.

mod code;
mod convention;
mod examples;
mod finding;
mod fix;
mod problem;
mod render;
mod sarif;
mod source;
mod spelling;
mod value;
mod verdict;

use std::path::Path;
use std::sync::Arc;

use crate::collection::Collection;
use crate::compile::{self, Options, Plan};
use crate::error::{Limits, Location, Problem, Problems};
use crate::rule::{Document, Metadata, Placeholders, Rule};

pub use self::code::{Code, Group, Severity};
pub use self::finding::{Edit, Finding, Fix, Position};
pub use self::sarif::Sarif;

use self::source::Sources;

/// Looks for findings in rules.
///
/// # Example
/// ```
/// use sigmatic::lint::Linter;
///
/// let report = Linter::new().text("own.yml", r"
/// title: Whoami
/// id: 6f3e2987-db24-4c78-a860-b4f4095a7095
/// logsource: { category: process_creation }
/// detection:
///   selection:
///     CommandLine|contains|all: whoami
///   condition: selection
/// level: low
/// ").run();
/// let finding = &report.findings()[0];
/// assert_eq!((finding.code, finding.position.line, finding.position.column), ("all-of-one", 7, 5));
/// assert_eq!(finding.remedy.as_deref(), Some("drop it"));
/// assert!(finding.fix.is_some());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Linter {
    conventions: bool,
    limits: Limits,
    placeholders: Option<Placeholders>,
    inputs: Vec<Input>,
}

#[derive(Clone, Debug)]
enum Input {
    Path(std::path::PathBuf),
    Text(Arc<str>, Vec<u8>),
}

/// All findings, in the order of files and of places in them.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    sources: Sources,
    documents: usize,
}

impl Linter {
    /// A linter without conventions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether SigmaHQ's conventions are looked at too: [`Group::Convention`].
    #[must_use]
    pub fn conventions(mut self, conventions: bool) -> Self {
        self.conventions = conventions;
        self
    }

    /// How much a text may ask for.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The values that `expand` takes. Without a table, nothing is said of rules with placeholders that needs it.
    #[must_use]
    pub fn placeholders(mut self, placeholders: Placeholders) -> Self {
        self.placeholders = Some(placeholders);
        self
    }

    /// Adds a file or folder, as [`Collection::load`] takes it.
    #[must_use]
    pub fn path(mut self, path: impl AsRef<Path>) -> Self {
        self.inputs.push(Input::Path(path.as_ref().to_owned()));
        self
    }

    /// Adds a text; findings carry `name` as their file.
    #[must_use]
    pub fn text(mut self, name: impl Into<Arc<str>>, text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref().to_owned();
        self.inputs.push(Input::Text(name.into(), text));
        self
    }

    /// Looks at everything that was added. Never fails: what cannot be read is a finding.
    ///
    /// # Cost
    /// Compiles each rule once. Proofs about a rule are bounded, as on its card; everything else is linear in the texts,
    /// but for fields that only one rule uses, each of which is held against those that many do.
    #[must_use]
    pub fn run(&self) -> Report {
        let mut loader = Collection::loader().limits(self.limits.clone());
        for input in &self.inputs {
            loader = match input {
                Input::Path(path) => loader.path(path),
                Input::Text(name, text) => loader.text(name.clone(), text),
            };
        }
        let mut sources = Sources::default();
        let loaded = loader.load_noting(&mut |name, text| {
            if let Some(name) = name {
                sources.add(name, text);
            }
        });
        let mut run = Run {
            sources: &sources,
            findings: Vec::new(),
        };
        self.look(&loaded, &mut run);
        let mut findings = run.findings;
        let order = |finding: &Finding| sources.order(&finding.position.file);
        findings.sort_by_cached_key(|finding| {
            let at = &finding.position;
            (order(finding), at.line, at.column, finding.code)
        });
        findings.dedup_by(|a, b| {
            (a.code, &a.position, &a.message) == (b.code, &b.position, &b.message)
        });
        Report {
            findings,
            documents: loaded.documents().count(),
            sources,
        }
    }

    /// Applies fixes until none is left, and says what the texts then are: only those that changed, by name. The report is
    /// about the texts as they then are. Nothing is written.
    #[must_use]
    pub fn fix(&self) -> (Vec<(Arc<str>, String)>, Report) {
        fix::fix(self)
    }

    fn look(&self, loaded: &Collection, run: &mut Run<'_>) {
        run.problems(loaded.problems());
        let none = Placeholders::new();
        let spent = compile::Spent::default();
        let options = Options {
            limits: &self.limits,
            placeholders: self.placeholders.as_ref().unwrap_or(&none),
            spent: Some(&spent),
        };
        for document in loaded.documents() {
            match document {
                Document::Rule(rule) => {
                    let mut problems = Problems::default();
                    let plan = compile::compile(rule, &options, &mut problems);
                    self.compiled(problems, run);
                    run.rule(rule, plan.as_ref(), &options);
                }
                Document::Filter(filter) => {
                    let mut problems = Problems::default();
                    compile::check(filter, &options, false, &mut problems);
                    self.compiled(problems, run);
                    value::look(&filter.detections, &filter.metadata, run);
                }
                Document::Correlation(_) => {}
            }
            if self.conventions {
                convention::look(document, run);
            }
        }
        spelling::look(loaded, run);
    }

    /// Reports what compiling met, but for placeholders if there is no table of them.
    fn compiled(&self, problems: Problems, run: &mut Run<'_>) {
        let mut list = problems.into_vec();
        list.retain(|problem| {
            self.placeholders.is_some() || !problem.error().is_missing_placeholder()
        });
        run.problems(&list);
    }
}

/// What the parts of the linter add to.
struct Run<'s> {
    sources: &'s Sources,
    findings: Vec<Finding>,
}

impl Run<'_> {
    fn problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let finding = problem::finding(problem, self.sources);
            self.findings.push(finding);
        }
    }

    fn rule(&mut self, rule: &Rule, plan: Option<&Plan>, options: &Options<'_>) {
        if let Some(plan) = plan {
            verdict::look(rule, plan, options, self);
        }
        value::look(&rule.detections, &rule.metadata, self);
    }

    /// Adds a finding at a place of a document; returns it, so that a fix can be put to it.
    fn add(
        &mut self,
        code: &'static str,
        message: String,
        metadata: &Metadata,
        place: Option<Location>,
    ) -> Option<&mut Finding> {
        let place = place.or(metadata.source.location);
        let file = metadata.source.file.clone();
        let rule = Some(metadata.label().to_owned());
        let finding = Finding::new(code, message, rule, file, place, self.sources);
        self.findings.push(finding);
        self.findings.last_mut()
    }
}

impl Report {
    /// The findings.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many documents loaded.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// The findings as text: each with the line of the source it is about, marked by carets. With `colour`, for a terminal.
    #[must_use]
    pub fn to_text(&self, colour: bool) -> String {
        render::text(&self.findings, &self.sources, colour)
    }

    /// The findings as a log in the format SARIF 2.1.0, which serialises.
    #[must_use]
    pub fn to_sarif(&self) -> Sarif {
        Sarif::new(&self.findings)
    }
}
