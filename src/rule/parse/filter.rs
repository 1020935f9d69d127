//! The `filter` section (S-450 to S-452), as far as one document shows it.

use crate::condition::Expression;
use crate::error::CorrelationDetail;
use crate::rule::parse::correlation::reference_list;
use crate::rule::parse::reader::Reader;
use crate::rule::parse::{Kind, detection, log_source, metadata};
use crate::rule::{Detections, Filter, Source, Targets};
use crate::syntax::Node;

/// Reads a filter.
pub(super) fn parse(root: &Node, source: &Source, reader: &mut Reader<'_>) -> Option<Filter> {
    let metadata = metadata::parse(root, source, Kind::Filter, reader);
    let log_source = log_source::parse(root, reader);
    let section = reader.section(root, "filter")?;
    let targets = targets(section, reader);
    let detections = detection::parse(section, Kind::Filter, reader);
    if let Some(detections) = &detections {
        check_polarity(detections, section, reader);
    }
    Some(Filter {
        metadata,
        log_source: log_source?,
        targets: targets?,
        detections: detections?,
    })
}

fn targets(section: &Node, reader: &mut Reader<'_>) -> Option<Targets> {
    let Some(node) = section.get("rules").filter(|node| !node.is_null()) else {
        reader.error(
            CorrelationDetail::Missing {
                section: "'filter'",
                key: "rules",
            },
            section,
        );
        return None;
    };
    if node
        .as_str()
        .is_some_and(|text| text.eq_ignore_ascii_case("any"))
    {
        return Some(Targets::Any);
    }
    let references = reference_list(node, reader)?;
    Some(if references.is_empty() {
        Targets::Any
    } else {
        Targets::Rules(references)
    })
}

/// Without a `not`, rules fire only where the filter matches, which is seldom meant (S-451).
fn check_polarity(detections: &Detections, section: &Node, reader: &mut Reader<'_>) {
    let has_not = detections
        .conditions
        .iter()
        .any(|condition| has_not(&condition.expression));
    if !has_not {
        reader.warning(
            CorrelationDetail::FilterWithoutNot,
            section.get("condition").unwrap_or(section),
        );
    }
}

/// Recursion follows the condition, whose depth `condition` bounds.
fn has_not(expression: &Expression) -> bool {
    match expression {
        Expression::Not(_) => true,
        Expression::And(operands) | Expression::Or(operands) => operands.iter().any(has_not),
        Expression::Identifier(_) | Expression::Of(..) => false,
    }
}
