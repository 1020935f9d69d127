//! Processing pipelines: rules rewritten to the field names, log sources and values of other data (chapter 16).
//!
//! In: pipeline files in pySigma's format, and rules or a collection of them, after their filters. Out: the same
//! documents rewritten, with the ids of the processing items that were applied, or why a rule is rejected. Called by the
//! rule-set builder, and by embedders who want to see the result. Model in, model out: nothing is compiled here, nothing
//! is fetched, and no event is looked at.
//!
//! [`LogSources`], beside them, maps log sources to events: also a rewriting of rules, the last one.
//!
//! # Example
//!
//! ```
//! use sigmatic::pipeline::Pipeline;
//! use sigmatic::{Collection, RuleSet};
//!
//! # fn main() -> Result<(), sigmatic::Error> {
//! let rules = Collection::from_yaml(r"
//! title: Whoami
//! logsource: { category: process_creation, product: windows }
//! detection:
//!   selection: { Image|endswith: '\whoami.exe' }
//!   condition: selection
//! ");
//!
//! // Files written for pySigma load unchanged. Unknown types and parameters are errors with their place.
//! let fields = Pipeline::from_yaml(r"
//! name: our field names
//! priority: 20
//! transformations:
//!   - id: names
//!     type: field_name_mapping
//!     mapping: { Image: process.executable }
//!     rule_conditions:
//!       - { type: logsource, product: windows }
//! ")?;
//!
//! // To look at what becomes of one rule:
//! let rule = rules.rules().next().expect("one rule");
//! let applied = fields.apply(rule)?;
//! assert_eq!(applied.items, ["names"]);
//! assert!(applied.document.to_yaml()?.contains(r"process.executable|endswith"));
//!
//! // To match with it: the set's rules are the rewritten ones.
//! let set = RuleSet::builder().collection(&rules).pipeline(fields).build()?;
//! let event = [("process.executable", r"C:\Windows\System32\whoami.exe")];
//! assert!(set.is_match(&event, &mut set.scratch()));
//! # Ok(())
//! # }
//! ```
//!
//! # What transformations see
//!
//! Names of fields: those of detection items, of `fieldref` values, of the list `fields`, and of a correlation its
//! `group-by`, aliases and condition.
//!
//! Values: with their modifiers applied, as in pySigma, where `F|contains: a` has the value `*a*`. What is rewritten
//! keeps `cased`, `all` and `neq`, and loses the modifiers that have had their effect; what is not rewritten stays as it
//! was written. Values under `base64`, `base64offset`, `wide` and its like, `windash`, `cidr`, comparisons and parts of
//! a time are left alone by all but `set_value`, which replaces any value, and the placeholder transformations, which
//! look at values as written.
//!
//! | transformation | text | number | regular expression | others |
//! |---|---|---|---|---|
//! | `replace_string` | yes | if its text changes, it becomes text | – | – |
//! | `map_string`, `case`, `regex` | yes | – | – | – |
//! | `convert_type` | to number | to text | – | – |
//! | `hashes_fields`, `extract_fields` | if all values of the item are texts | – | – | – |
//! | `set_value` | yes | yes | yes | yes |
//! | placeholders | as written, under `expand` | – | as pattern text, under `expand` | before an encoding |

mod chain;
mod condition;
mod external;
mod item;
mod log_source;
mod maps;
mod operand;
mod parse;
mod regex;
mod run;
mod scope;
mod transformation;
mod variable;
mod walk;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ItemLabel, Limits, Problem};
use crate::rule::{Rule, Source};
use crate::syntax;

pub use self::chain::{Applied, Pipelines, Rewritten};
pub use self::external::{ExternalKind, ExternalSource};
pub use self::log_source::LogSources;
pub(crate) use self::log_source::Mapped;

use self::item::Item;
use self::scope::Scope;
use self::transformation::{Fields, Function};
use self::variable::Variables;

/// The identifier of this engine in `allowed_backends` (S-500).
pub const BACKEND: &str = "sigmatic";

/// A processing pipeline: transformations, the conditions under which they are applied, and variables.
///
/// # Example
/// ```
/// use sigmatic::pipeline::Pipeline;
///
/// let error = Pipeline::from_yaml("transformations:\n  - id: names\n    type: field_name_mappin\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "3:11: processing item 1 ('names'): transformation 'field_name_mappin' is not known (did you mean \
///      'field_name_mapping'?)"
/// );
/// ```
#[derive(Clone)]
pub struct Pipeline {
    name: Option<String>,
    priority: i64,
    allowed_backends: Vec<String>,
    variables: Variables,
    items: Vec<Item>,
    /// Where it was read, for messages.
    source: Arc<Source>,
    warnings: Vec<Problem>,
}

impl Pipeline {
    /// Reads a pipeline from a text.
    ///
    /// # Errors
    /// The first error of the text. To have all of them, use [`read`](Self::read).
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        parse::parse(None, text.as_bytes(), &Limits::default()).map_err(first_error)
    }

    /// Reads a pipeline from a file.
    ///
    /// # Errors
    /// A file that cannot be read; the first error of its text.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (name, text) = syntax::read_named(path.as_ref())?;
        parse::parse(Some(name), &text, &Limits::default()).map_err(first_error)
    }

    /// Reads a pipeline from a text; problems carry `name` as their file.
    ///
    /// # Errors
    /// Every problem of the text, if one of them is an error; the warnings of a sound text are its
    /// [`warnings`](Self::warnings).
    pub fn read(
        name: impl Into<Arc<str>>,
        text: impl AsRef<[u8]>,
        limits: &Limits,
    ) -> Result<Self, Vec<Problem>> {
        parse::parse(Some(name.into()), text.as_ref(), limits)
    }

    /// The name, if the file gives one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The priority: of several pipelines, those with lower numbers are applied first (S-500).
    #[must_use]
    pub fn priority(&self) -> i64 {
        self.priority
    }

    /// What looks odd, or has no effect because it concerns the text of queries.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The variables that placeholders can take, with their values, in alphabetical order.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.variables.iter()
    }

    /// Adds an item at the end that gives every field of a rule the name that `transform` makes of it: the
    /// `field_name_transform` of pySigma, which no file can hold. Keywords are left alone.
    ///
    /// # Example
    /// ```
    /// use sigmatic::pipeline::Pipeline;
    ///
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let lower = Pipeline::from_yaml("{}")?.transform_field_names("lower", |field| field.to_lowercase());
    /// let rule = sigmatic::Rule::from_yaml(
    ///     "{ title: t, logsource: { product: p }, detection: { s: { Image: a }, condition: s } }",
    /// )?;
    /// assert!(lower.apply(&rule)?.document.to_yaml()?.contains("image: a"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn transform_field_names(
        mut self,
        id: &str,
        transform: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        self.items.push(Item {
            label: ItemLabel {
                number: (self.items.len() + 1).to_string(),
                id: (!id.is_empty()).then(|| id.into()),
            },
            location: None,
            scope: Scope::default(),
            transformation: Box::new(Fields(Function(Arc::new(transform)))),
        });
        self
    }

    /// Gives values to the items that take them from a file, a URL or a command, which are never fetched here: `provide`
    /// is asked about each of them, and may read what it trusts. Where it gives `None`, rules with such a placeholder
    /// stay rejected.
    ///
    /// # Example
    /// ```
    /// use sigmatic::pipeline::{ExternalKind, Pipeline};
    ///
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let pipeline = Pipeline::from_yaml(
    ///     "transformations: [{ type: file_placeholders, path: admins.txt, include: [admins] }]",
    /// )?
    /// .external_values(|source| {
    ///     let is_ours = source.kind == ExternalKind::File && source.location == ["admins.txt"];
    ///     is_ours.then(|| vec!["adm1".into(), "adm2".into()])
    /// });
    /// let rule = sigmatic::Rule::from_yaml(
    ///     "{ title: t, logsource: { product: p }, detection: { s: { User|expand: '%admins%' }, condition: s } }",
    /// )?;
    /// assert!(pipeline.apply(&rule)?.document.to_yaml()?.contains("adm2"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn external_values(
        mut self,
        mut provide: impl FnMut(&ExternalSource) -> Option<Vec<String>>,
    ) -> Self {
        for item in &mut self.items {
            item.transformation.provide(&mut provide);
        }
        self
    }

    /// Rewrites one rule. To apply several pipelines, or to correlations too, use [`Pipelines`].
    ///
    /// # Errors
    /// Why the rule is rejected; a pipeline that is for other engines only (`allowed_backends`).
    ///
    /// # Cost
    /// For each item linear in the rule and what pipelines make of it, which [`Limits::rewrite_bytes`] bounds.
    pub fn apply(&self, rule: &Rule) -> Result<Applied<Rule>, Error> {
        Pipelines::new([self.clone()])?.apply(rule)
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("name", &self.name)
            .field("priority", &self.priority)
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}

#[expect(clippy::expect_used, reason = "a reader gives up for errors only")]
fn first_error(problems: Vec<Problem>) -> Error {
    let mut errors = problems.into_iter().filter(Problem::is_error);
    let first = errors.next().expect("a pipeline is rejected for an error");
    first.error().clone()
}
