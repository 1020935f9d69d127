//! The index: search, filters, the ATT&CK matrix with counts, fields, all rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::card::Corpus;
use crate::card::corpus::label;
use crate::card::page::{Html, Links as _, document, footer};
use crate::card::site::{From, Site, list};

/// The page with all rules.
pub(super) fn page(site: &Site<'_>) -> String {
    let corpus = site.corpus;
    document("Detection rules", |html| {
        let statistics = corpus.statistics();
        html.raw("<nav>Detection rules › Sigma</nav>\n<main>\n<h1>Detection rules</h1>\n<p class=\"soft\">");
        html.number(statistics.rules)
            .raw(" rules, ")
            .number(statistics.indicators)
            .raw(" different indicators, ");
        html.number(statistics.unique_indicators)
            .raw(" of them in one rule only.</p>\n");
        tools(html, corpus);
        let all: Vec<usize> = (0..corpus.len()).collect();
        html.raw("<details open><summary>Rules</summary>\n");
        list::rules(html, site, &all, "");
        html.raw("</details>\n");
        matrix(html, site);
        fields(html, site);
        html.raw("</main>\n");
        footer(html);
        html.raw("<script>\n").raw(SCRIPT).raw("</script>\n");
    })
}

/// Search and filters; hidden until the script shows them.
fn tools(html: &mut Html, corpus: &Corpus) {
    html.raw("<form class=\"tools\" role=\"search\" hidden>");
    html.raw("<input type=\"search\" placeholder=\"Search titles, log sources, techniques\" aria-label=\"Search\">");
    let rules = || corpus.rules();
    let levels: BTreeSet<_> = rules()
        .map(|rule| std::cmp::Reverse(rule.level()))
        .collect();
    let levels = levels.iter().map(|level| level.0.to_string());
    select(html, "level", "Any level", levels);
    let statuses: BTreeSet<String> = rules()
        .filter_map(|rule| rule.status())
        .map(|status| status.to_string())
        .collect();
    select(html, "status", "Any status", statuses.into_iter());
    let sources: BTreeSet<String> = rules().map(|rule| label(&rule.log_source)).collect();
    select(html, "source", "Any log source", sources.into_iter());
    let techniques = corpus.statistics().techniques.keys().cloned();
    select(html, "techniques", "Any technique", techniques);
    html.raw("</form>\n<p class=\"hint\" id=\"shown\" role=\"status\"></p>\n");
}

fn select(
    html: &mut Html,
    name: &'static str,
    any: &'static str,
    values: impl Iterator<Item = String>,
) {
    html.raw("<select name=\"")
        .raw(name)
        .raw("\" aria-label=\"")
        .raw(any)
        .raw("\"><option value=\"\">")
        .raw(any)
        .raw("</option>");
    for value in values {
        html.raw("<option>").text(&value).raw("</option>");
    }
    html.raw("</select>");
}

/// By tactic, its techniques with the number of rules.
fn matrix(html: &mut Html, site: &Site<'_>) {
    let mut cells: BTreeMap<&str, BTreeMap<&str, (&str, usize)>> = BTreeMap::new();
    for entry in &site.corpus.entries {
        for tactic in &entry.attack.tactics {
            let cell = cells.entry(&tactic.name).or_default();
            for technique in &tactic.techniques {
                let name = technique.name.as_deref().unwrap_or_default();
                cell.entry(&technique.id).or_insert((name, 0)).1 += 1;
            }
        }
    }
    if cells.is_empty() {
        return;
    }
    html.raw("<h2>MITRE ATT&amp;CK matrix</h2>\n<div class=\"matrix\">\n");
    let known: Vec<&str> = Corpus::tactics().map(|(_, name, _)| name).collect();
    let place = |name: &str| {
        known
            .iter()
            .position(|known| *known == name)
            .unwrap_or(known.len())
    };
    let mut tactics: Vec<_> = cells.into_iter().collect();
    tactics.sort_by_key(|(name, _)| place(name));
    let links = From { site, up: "" };
    for (tactic, techniques) in tactics {
        html.raw("<section class=\"tactic\"><h3><span>")
            .text(tactic)
            .raw("</span><span class=\"count\">");
        html.number(techniques.len()).raw("</span></h3><ul>");
        for (id, (name, count)) in techniques {
            html.raw("<li><span>")
                .link(links.technique(id).as_deref(), id)
                .raw(" ")
                .text(name);
            html.raw("</span><span class=\"count\">")
                .number(count)
                .raw("</span></li>");
        }
        html.raw("</ul></section>\n");
    }
    html.raw("</div>\n");
}

fn fields(html: &mut Html, site: &Site<'_>) {
    let statistics = site.corpus.statistics();
    let mut fields: Vec<(&str, usize)> = site
        .fields
        .iter()
        .map(|field| {
            (
                *field,
                statistics.fields.get(*field).copied().unwrap_or_default(),
            )
        })
        .collect();
    fields.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let links = From { site, up: "" };
    html.raw("<h2>Fields</h2>\n<ul class=\"columns\">");
    for (field, count) in fields {
        html.raw("<li><span>")
            .link(links.field(field).as_deref(), field)
            .raw("</span><span class=\"count\">");
        html.number(count).raw("</span></li>");
    }
    html.raw("</ul>\n");
}

const SCRIPT: &str = include_str!("index.js");
