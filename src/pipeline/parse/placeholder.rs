//! The parameters of transformations that replace placeholders.

use std::collections::BTreeSet;

use crate::error::PipelineFault;

use super::super::transformation::{
    External, Handled, Items, PlaceholderValues, Placeholders, QueryExpression,
};
use super::super::{ExternalKind, ExternalSource};
use super::reader::{Params, Reader};
use super::transformation::{Parsed, boxed};

/// `include` and `exclude`.
fn handled(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Handled {
    let mut set = |key| {
        let node = params.get(key)?;
        Some(reader.texts(key, node).into_iter().collect::<BTreeSet<_>>())
    };
    let handled = Handled {
        include: set("include"),
        exclude: set("exclude"),
    };
    if handled.include.is_some() && handled.exclude.is_some() {
        reader.error(PipelineFault::IncludeAndExclude, params.node());
    }
    handled
}

/// `value_placeholders` and `wildcard_placeholders`.
pub(super) fn of_rule(
    values: PlaceholderValues,
    params: &mut Params<'_>,
    reader: &mut Reader<'_>,
) -> Parsed {
    let handled = handled(params, reader);
    boxed(Items(Placeholders { handled, values }))
}

/// `query_expression_placeholders`.
pub(super) fn query_expression(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let handled = handled(params, reader);
    params.ignore(&["expression", "mapping"]);
    let of = params.of().to_owned();
    reader.warning(PipelineFault::QueryOnly { of }, params.node());
    boxed(Items(QueryExpression(handled)))
}

/// `file_placeholders` and its like.
pub(super) fn external(
    kind: ExternalKind,
    params: &mut Params<'_>,
    reader: &mut Reader<'_>,
) -> Parsed {
    let handled = handled(params, reader);
    let key = kind.key();
    let location = params.need(key, reader);
    params.ignore(&[
        "format",
        "filter",
        "csv_column",
        "csv_has_header",
        "jq_expression",
    ]);
    params.ignore(match kind {
        ExternalKind::File => &[],
        ExternalKind::Http => &[
            "method",
            "timeout",
            "headers",
            "params",
            "form_data",
            "json_body",
            "max_body_size",
        ],
        ExternalKind::Command => &["timeout", "max_stdout"],
    });
    let source = kind.noun();
    reader.warning(PipelineFault::External { source }, params.node());
    boxed(External {
        handled,
        source: ExternalSource {
            kind,
            id: reader
                .item
                .as_ref()
                .and_then(|item| item.id.as_deref().map(str::to_owned)),
            location: reader.texts(key, location?),
        },
        values: None,
    })
}
