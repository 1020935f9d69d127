//! The card's verdicts on a rule, as findings.

use crate::card::{self, VerdictKind};
use crate::compile::{Options, Plan};
use crate::error::Location;
use crate::lint::{Run, fix};
use crate::rule::Rule;

pub(super) fn look(rule: &Rule, plan: &Plan, options: &Options<'_>, run: &mut Run<'_>) {
    for verdict in card::verdicts(rule, plan, options) {
        let Some(code) = code(verdict.kind) else {
            continue;
        };
        let place = verdict.places.first().map(|place| Location {
            line: place.line,
            column: place.column,
        });
        let sources = run.sources;
        let Some(finding) = run.add(code, verdict.message, &rule.metadata, place) else {
            continue;
        };
        if verdict.kind == VerdictKind::ValueNeverDecides {
            let source = finding
                .position
                .file
                .as_ref()
                .and_then(|file| sources.get(file));
            finding.fix = source.and_then(|source| fix::line(&finding.position, source));
        }
    }
}

fn code(kind: VerdictKind) -> Option<&'static str> {
    Some(match kind {
        VerdictKind::NeverMatches => "never-matches",
        VerdictKind::FilterSwallows => "filter-swallows",
        VerdictKind::NeedsSeveralValues => "needs-several-values",
        // Loading says it: 'unused-identifier'.
        VerdictKind::IdentifierUnused => return None,
        VerdictKind::IdentifierNeverDecides => "identifier-never-decides",
        VerdictKind::ItemNeverDecides => "item-never-decides",
        VerdictKind::AlternativeNeverDecides => "alternative-never-decides",
        VerdictKind::ValueNeverDecides => "value-never-decides",
        VerdictKind::ValueExcluded => "value-excluded",
    })
}
