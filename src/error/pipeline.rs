//! What can be wrong with a processing pipeline, why it rejects a rule, and how it is said.

use std::fmt;
use std::sync::Arc;

use crate::error::{ErrorKind, Excerpt, Location};

/// A fault, and the processing item that has it or that was applied when it was met.
#[derive(Clone, Debug)]
pub(crate) struct PipelineDetail {
    pub(crate) item: Option<ItemLabel>,
    /// Of a rule that is rejected; `None` while the pipeline itself is read.
    pub(crate) rejected_by: Option<PipelineLabel>,
    pub(crate) fault: PipelineFault,
}

/// What messages call a processing item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemLabel {
    /// One-based; of an item of a nest `3.1`.
    pub(crate) number: String,
    pub(crate) id: Option<Arc<str>>,
}

/// What messages call a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PipelineLabel {
    /// The file, else the name.
    pub(crate) name: Option<Arc<str>>,
    /// Where the item stands in it.
    pub(crate) location: Option<Location>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PipelineFault {
    // Of the file.
    NotOne {
        found: usize,
    },
    KeyType {
        found: &'static str,
    },
    UnknownKey {
        key: String,
        nearest: Option<&'static str>,
        known: &'static [&'static str],
    },
    WrongType {
        key: String,
        found: &'static str,
        expected: &'static str,
    },
    /// `kind` is `transformation`, `rule condition` and so on.
    NoType {
        kind: &'static str,
    },
    UnknownType {
        kind: &'static str,
        found: String,
        nearest: Option<&'static str>,
        /// The kind that does have this type.
        elsewhere: Option<&'static str>,
    },
    MissingParameter {
        of: String,
        key: &'static str,
    },
    UnknownParameter {
        of: String,
        key: String,
        nearest: Option<&'static str>,
    },
    UnknownWord {
        key: &'static str,
        found: String,
        nearest: Option<&'static str>,
        known: &'static [&'static str],
    },
    NotConvertible {
        value: String,
        target: &'static str,
    },
    EmptyParameter {
        key: &'static str,
    },
    NullPrefix,
    Pattern {
        pattern: String,
        message: String,
    },
    PatternTooLong {
        bytes: usize,
        limit: usize,
    },
    PatternsTooLarge {
        limit: usize,
    },
    UnknownGroup {
        group: String,
    },
    NoNamedGroup,
    NeedsCode,
    /// What the reader of rules or of conditions says about a part.
    Part {
        message: String,
    },
    IncludeAndExclude,
    LogSourceUnset,
    ExpressionAndLink {
        prefix: &'static str,
    },
    ExpressionOfList {
        prefix: &'static str,
    },
    UnknownCondition {
        name: String,
        nearest: Option<String>,
    },
    UnusedCondition {
        name: String,
    },
    AttributeOrder {
        attribute: String,
        op: &'static str,
    },
    NoSuchValue {
        attribute: String,
        value: String,
    },
    TooManyProblems {
        limit: usize,
    },

    // Warnings of the file.
    TakenAsText {
        key: String,
        found: &'static str,
        text: String,
    },
    IgnoredSection {
        key: &'static str,
    },
    QueryOnly {
        of: String,
    },
    External {
        source: &'static str,
    },

    // Of the use of a pipeline.
    NotAllowed {
        allowed: Vec<String>,
    },

    // Why a rule is rejected.
    Message {
        message: String,
    },
    Unmapped {
        fields: Vec<String>,
    },
    NoHash {
        known: Vec<String>,
    },
    NothingLeft,
    NotANumber {
        value: String,
    },
    UnknownVariable {
        name: String,
        known: Vec<String>,
    },
    VariableKind {
        name: String,
        found: &'static str,
    },
    NoExternalValues {
        name: String,
        source: &'static str,
    },
    QueryExpression {
        name: String,
    },
    PlaceholderInRegex {
        name: String,
    },
    SeveralTargets {
        field: String,
        place: &'static str,
    },
    NoTarget {
        field: String,
    },
    TooMuch {
        limit: usize,
    },
    TooManyVariants {
        limit: usize,
    },
    TooDeep {
        limit: usize,
    },
}

impl PipelineDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        use PipelineFault::{
            PatternTooLong, PatternsTooLarge, TooDeep, TooManyProblems, TooManyVariants, TooMuch,
        };
        match self.fault {
            TooMuch { .. }
            | TooDeep { .. }
            | TooManyVariants { .. }
            | TooManyProblems { .. }
            | PatternTooLong { .. }
            | PatternsTooLarge { .. } => ErrorKind::Limit,
            _ => ErrorKind::Pipeline,
        }
    }
}

impl From<PipelineFault> for PipelineDetail {
    fn from(fault: PipelineFault) -> Self {
        Self {
            item: None,
            rejected_by: None,
            fault,
        }
    }
}

impl fmt::Display for PipelineDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.rejected_by, &self.item) {
            (Some(pipeline), Some(item)) => write!(f, "rejected by {item} of {pipeline}: ")?,
            (Some(_), None) => f.write_str("rejected after its pipelines: ")?,
            (None, Some(item)) => write!(f, "{item}: ")?,
            (None, None) => {}
        }
        self.fault.fmt(f)
    }
}

impl fmt::Display for ItemLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "processing item {}", self.number)?;
        match &self.id {
            Some(id) => write!(f, " ('{}')", Excerpt(id)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PipelineLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pipeline")?;
        if let Some(name) = &self.name {
            write!(f, " '{}'", Excerpt(name))?;
        }
        match self.location {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PipelineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne { found } => {
                write!(f, "the text has {found} documents, expected one pipeline")
            }
            Self::KeyType { found } => {
                write!(f, "a key is {found}, but must be a string (quote it)")
            }
            Self::UnknownKey { key, nearest, known } => {
                write!(f, "key '{}' is not known", Excerpt(key))?;
                suggest(f, *nearest, known)
            }
            Self::WrongType { key, found, expected } => {
                write!(f, "'{}' is {found}, but must be {expected}", Excerpt(key))
            }
            Self::NoType { kind } => write!(f, "a {kind} has no 'type'"),
            Self::UnknownType { kind, found, nearest, elsewhere } => {
                write!(f, "{kind} '{}' is not known", Excerpt(found))?;
                match (elsewhere, nearest) {
                    (Some(elsewhere), _) => write!(f, " (it is a {elsewhere})"),
                    (None, Some(nearest)) => write!(f, " (did you mean '{nearest}'?)"),
                    (None, None) => Ok(()),
                }
            }
            Self::MissingParameter { of, key } => {
                write!(f, "'{}' has no '{key}', which it needs", Excerpt(of))
            }
            Self::UnknownParameter { of, key, nearest } => {
                write!(f, "parameter '{}' of '{}' is not known", Excerpt(key), Excerpt(of))?;
                suggest(f, *nearest, &[])
            }
            Self::UnknownWord { key, found, nearest, known } => {
                write!(f, "{key} '{}' is not known", Excerpt(found))?;
                suggest(f, *nearest, known)
            }
            Self::NotConvertible { value, target } => {
                write!(f, "'{}' cannot be made {target}", Excerpt(value))
            }
            Self::EmptyParameter { key } => write!(f, "'{key}' is empty"),
            Self::NullPrefix => f.write_str("a prefix is null, but must be a string"),
            Self::Pattern { pattern, message } => {
                write!(f, "regular expression '{}' cannot be read: {message}", Excerpt(pattern))
            }
            Self::PatternTooLong { bytes, limit } => write!(
                f,
                "a regular expression has {bytes} bytes, but the limit is {limit}"
            ),
            Self::PatternsTooLarge { limit } => write!(
                f,
                "the regular expressions take more than {limit} bytes of memory together, which the limit 'regex_memory' \
                 allows"
            ),
            Self::UnknownGroup { group } => write!(
                f,
                "the replacement refers to group '{}', which the regular expression does not have",
                Excerpt(group)
            ),
            Self::NoNamedGroup => {
                f.write_str("the regular expression has no named group (write '(?P<name>…)')")
            }
            Self::NeedsCode => f.write_str(
                "'field_name_transform' takes a function, which no file can hold (use 'Pipeline::transform_field_names')",
            ),
            Self::Part { message } => f.write_str(message),
            Self::IncludeAndExclude => {
                f.write_str("'include' and 'exclude' are both given (drop one of them)")
            }
            Self::LogSourceUnset => {
                f.write_str("none of 'category', 'product' and 'service' is given")
            }
            Self::ExpressionAndLink { prefix } => write!(
                f,
                "'{prefix}_cond_op' is given beside '{prefix}_cond_expr' (drop one of them)"
            ),
            Self::ExpressionOfList { prefix } => write!(
                f,
                "'{prefix}_cond_expr' needs names, but '{prefix}_conditions' is a list (make it a map)"
            ),
            Self::UnknownCondition { name, nearest } => {
                write!(f, "condition '{}' does not exist", Excerpt(name))?;
                suggest(f, nearest.as_deref(), &[])
            }
            Self::UnusedCondition { name } => write!(
                f,
                "condition '{}' is not used in the expression",
                Excerpt(name)
            ),
            Self::AttributeOrder { attribute, op } => write!(
                f,
                "attribute '{}' cannot be compared by '{op}' (use 'eq' or 'ne')",
                Excerpt(attribute)
            ),
            Self::NoSuchValue { attribute, value } => write!(
                f,
                "'{}' is no value of attribute '{}'",
                Excerpt(value),
                Excerpt(attribute)
            ),
            Self::TooManyProblems { limit } => write!(
                f,
                "the pipeline has more than {limit} problems; the others are not reported"
            ),
            Self::TakenAsText { key, found, text } => write!(
                f,
                "'{}' is {found}, which is taken as the text '{}' (quote it)",
                Excerpt(key),
                Excerpt(text)
            ),
            Self::IgnoredSection { key } => write!(
                f,
                "'{key}' changes the text of queries, of which there are none here; it has no effect"
            ),
            Self::QueryOnly { of } => write!(
                f,
                "'{}' makes parts of queries, of which there are none here; a rule that needs it is rejected",
                Excerpt(of)
            ),
            Self::External { source } => write!(
                f,
                "values from {source} are not fetched (hand them in with 'Pipeline::external_values')"
            ),
            Self::NotAllowed { allowed } => write!(
                f,
                "the pipeline is for other back ends: '{}' (add 'sigmatic' to 'allowed_backends')",
                Excerpt(&allowed.join("', '"))
            ),
            Self::Message { message } => write!(f, "{}", Excerpt(message)),
            Self::Unmapped { fields } => write!(
                f,
                "no mapping for field '{}'",
                Excerpt(&fields.join("', '"))
            ),
            Self::NoHash { known } => write!(
                f,
                "no value is a hash of a known algorithm ('{}')",
                Excerpt(&known.join("', '"))
            ),
            Self::NothingLeft => f.write_str("every condition lost all of its search identifiers"),
            Self::NotANumber { value } => {
                write!(f, "value '{}' cannot be made a number", Excerpt(value))
            }
            Self::UnknownVariable { name, known } if known.is_empty() => write!(
                f,
                "placeholder '%{}%' has no variable (add it to 'vars')",
                Excerpt(name)
            ),
            Self::UnknownVariable { name, known } => write!(
                f,
                "placeholder '%{}%' has no variable ('vars' has '{}')",
                Excerpt(name),
                Excerpt(&known.join("', '"))
            ),
            Self::VariableKind { name, found } => write!(
                f,
                "variable '{}' holds {found}, expected strings and numbers",
                Excerpt(name)
            ),
            Self::NoExternalValues { name, source } => write!(
                f,
                "placeholder '%{}%' takes values from {source}, which are not fetched (hand them in with \
                 'Pipeline::external_values')",
                Excerpt(name)
            ),
            Self::QueryExpression { name } => write!(
                f,
                "placeholder '%{}%' becomes a part of a query, of which there are none here (give its values)",
                Excerpt(name)
            ),
            Self::PlaceholderInRegex { name } => write!(
                f,
                "placeholder '%{}%' cannot become a regular expression (resolve it before)",
                Excerpt(name)
            ),
            Self::SeveralTargets { field, place } => write!(
                f,
                "field '{}' is mapped to several fields, of which {place} can take only one",
                Excerpt(field)
            ),
            Self::NoTarget { field } => write!(
                f,
                "field '{}' is mapped to no field (use 'drop_detection_item' to leave it out)",
                Excerpt(field)
            ),
            Self::TooMuch { limit } => write!(
                f,
                "pipelines write more than {limit} bytes for the rule, the limit 'rewrite_bytes'"
            ),
            Self::TooManyVariants { limit } => write!(
                f,
                "a value grows to more than {limit} variants, the limit 'expansions' (use fewer placeholders)"
            ),
            Self::TooDeep { limit } => write!(
                f,
                "pipelines nest detections more than {limit} levels deep, the limit 'nesting'"
            ),
        }
    }
}

fn suggest(f: &mut fmt::Formatter<'_>, nearest: Option<&str>, known: &[&str]) -> fmt::Result {
    match (nearest, known) {
        (Some(nearest), _) => write!(f, " (did you mean '{}'?)", Excerpt(nearest)),
        (None, []) => Ok(()),
        (None, known) => write!(f, ", expected one of '{}'", known.join("', '")),
    }
}
