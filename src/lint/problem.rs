//! What loading and compiling say, as findings: each kind of warning has a code, errors have one per class.

use crate::error::{
    CollectionDetail, CompileDetail, CorrelationDetail, Detail, DetectionDetail, Error, ErrorKind,
    Problem, RuleDetail, SyntaxDetail,
};
use crate::lint::finding::Finding;
use crate::lint::fix;
use crate::lint::source::Sources;

pub(super) fn finding(problem: &Problem, sources: &Sources) -> Finding {
    let error = problem.error();
    let code = if problem.is_error() {
        error_code(error.kind())
    } else {
        warning_code(error)
    };
    let source = error.file().and_then(|file| sources.get(file));
    let file = source.map(|source| source.name.clone());
    let file = file.or_else(|| error.file().map(Into::into));
    let rule = error.rule().map(str::to_owned);
    let mut finding = Finding::new(code, error.message(), rule, file, error.location(), sources);
    if let (false, Some(source)) = (problem.is_error(), source) {
        finding.fix = fix::of_problem(error, &finding.position, source);
    }
    finding
}

fn error_code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Yaml => "yaml",
        ErrorKind::Document => "document",
        ErrorKind::Detection => "detection",
        ErrorKind::Modifier => "modifier",
        ErrorKind::Value => "value",
        ErrorKind::Condition => "condition",
        ErrorKind::Reference => "reference",
        ErrorKind::Correlation => "correlation",
        ErrorKind::Limit => "limit",
        // Maps, pipelines and saved states are not loaded here.
        ErrorKind::Io | ErrorKind::LogSource | ErrorKind::Pipeline | ErrorKind::State => {
            "unreadable"
        }
    }
}

/// One code per wording that is ever a warning.
fn warning_code(error: &Error) -> &'static str {
    match error.detail() {
        Detail::Syntax(SyntaxDetail::NoDocument) => "no-document",
        Detail::Rule(detail) => rule_code(detail),
        Detail::Detection(detail) => detection_code(detail),
        Detail::Correlation(detail) => correlation_code(detail),
        Detail::Collection(detail) => collection_code(detail),
        Detail::Compile(detail) => compile_code(detail),
        _ => OTHER,
    }
}

fn rule_code(detail: &RuleDetail) -> &'static str {
    match detail {
        RuleDetail::KeyType { .. } => "key-type",
        RuleDetail::Empty { .. } => "empty-text",
        RuleDetail::TooLong { .. } => "too-long",
        RuleDetail::MissingId => "missing-id",
        RuleDetail::IdVersion { .. } => "id-version",
        RuleDetail::IdForm { .. } => "id-form",
        RuleDetail::RelatedCorrelation => "related-correlation",
        RuleDetail::Taxonomy { .. } => "taxonomy",
        RuleDetail::Unsupported => "unsupported",
        RuleDetail::DeprecatedAlone => "deprecated-alone",
        RuleDetail::MissingLevel => "missing-level",
        RuleDetail::DateSlashes { .. } => "date-slashes",
        RuleDetail::ModifiedBeforeDate { .. } => "modified-before-date",
        RuleDetail::ItemType { .. } => "item-type",
        RuleDetail::RepeatedItem { .. } => "repeated-item",
        RuleDetail::ShortItem { .. } => "short-item",
        RuleDetail::TagForm { .. } => "tag-form",
        RuleDetail::TagNamespace { .. } => "tag-namespace",
        RuleDetail::TagName { .. } => "tag-name",
        RuleDetail::LogSourceForm { .. } => "logsource-form",
        RuleDetail::NoEffect { .. } => "no-effect",
        _ => OTHER,
    }
}

fn detection_code(detail: &DetectionDetail) -> &'static str {
    match detail {
        DetectionDetail::NestedList => "nested-list",
        DetectionDetail::EmptyList { .. } => "empty-list",
        DetectionDetail::NullInList { .. } => "null-in-list",
        DetectionDetail::EmptyInList { .. } => "empty-in-list",
        DetectionDetail::Ambiguous { .. } => "ambiguous-scalar",
        DetectionDetail::Unused { .. } => "unused-identifier",
        DetectionDetail::Timeframe => "timeframe",
        DetectionDetail::KeywordName { .. } => "keyword-name",
        _ => OTHER,
    }
}

fn correlation_code(detail: &CorrelationDetail) -> &'static str {
    match detail {
        CorrelationDetail::UnknownKey { .. } => "unknown-key",
        CorrelationDetail::RepeatedReference { .. } => "repeated-reference",
        CorrelationDetail::NoGroupBy => "no-group-by",
        CorrelationDetail::NoEffect { .. } => "no-effect",
        CorrelationDetail::GenerateTwice => "generate-twice",
        CorrelationDetail::FilterWithoutNot => "filter-without-not",
        _ => OTHER,
    }
}

fn collection_code(detail: &CollectionDetail) -> &'static str {
    match detail {
        CollectionDetail::RepeatedId { .. } => "repeated-id",
        CollectionDetail::RepeatedName { .. } => "repeated-name",
        CollectionDetail::AliasWithoutEffect { .. } => "alias-without-effect",
        CollectionDetail::UnknownTarget { .. } => "unknown-target",
        CollectionDetail::CorrelationTarget { .. } => "correlation-target",
        _ => OTHER,
    }
}

fn compile_code(detail: &CompileDetail) -> &'static str {
    match detail {
        CompileDetail::RepeatedModifier { .. } => "repeated-modifier",
        CompileDetail::SeveralAffixes => "several-affixes",
        CompileDetail::AllOfOne => "all-of-one",
        CompileDetail::OffsetWithoutContains => "offset-without-contains",
        CompileDetail::RegexWithAffix { .. } => "regex-with-affix",
        CompileDetail::ExistsList => "exists-list",
        CompileDetail::KeywordAffix { .. } => "keyword-affix",
        CompileDetail::EmptyKeyword => "empty-keyword",
        _ => OTHER,
    }
}

/// Warnings about paths: a folder without rules, a circle of links.
const OTHER: &str = "path";
