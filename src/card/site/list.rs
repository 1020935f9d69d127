//! The pages of a technique and of a field: lists of rules and indicators.

use crate::card::corpus::label;
use crate::card::page::{Html, Links as _, document, footer, level_class};
use crate::card::site::{From, Site};

/// Values of a field that are shown; there may be thousands.
const SHOWN_VALUES: usize = 200;

/// A technique's rules. `None` if no rule has it.
pub(super) fn technique(site: &Site<'_>, id: &str) -> Option<String> {
    let found = site.corpus.statistics().techniques.get(id)?;
    let title = found.technique.to_string();
    Some(document(&title, |html| {
        head(html, "Technique", &title);
        html.raw("<p class=\"soft\">")
            .number(found.rules.len())
            .raw(" rules</p>\n");
        rules(html, site, &found.rules, "../");
        html.raw("</main>\n");
        footer(html);
    }))
}

/// A field: which log sources use it, and what is looked for in it.
pub(super) fn field(site: &Site<'_>, field: &str) -> String {
    let uses = site.corpus.indicators_of(field);
    let links = From { site, up: "../" };
    document(field, |html| {
        head(html, "Field", field);
        let statistics = site.corpus.statistics();
        let count = statistics.fields.get(field).copied().unwrap_or_default();
        html.raw("<p class=\"soft\">")
            .number(count)
            .raw(" rules look at it.</p>\n<h2>Log sources</h2>\n<ul class=\"columns\">");
        for (name, log_source) in &statistics.log_sources {
            if let Some(rules) = log_source.fields.get(field) {
                html.raw("<li><span>")
                    .text(name)
                    .raw("</span><span class=\"count\">")
                    .number(*rules)
                    .raw("</span></li>");
            }
        }
        html.raw("</ul>\n<h2>What rules look for</h2>\n");
        html.raw("<div class=\"table\"><table><tr><th>Kind</th><th>Value</th><th class=\"number\">Rules</th></tr>\n");
        for found in uses.iter().take(SHOWN_VALUES) {
            html.raw("<tr><td class=\"nowrap\">")
                .text(&found.kind)
                .raw("</td><td>")
                .code(&found.values.join(", "));
            html.raw("</td><td class=\"number\">");
            if let [only] = found.rules.as_slice() {
                html.link(links.rule(*only).as_deref(), "1");
            } else {
                html.raw("<details><summary>")
                    .number(found.rules.len())
                    .raw("</summary><ul class=\"values\">");
                for index in &found.rules {
                    html.raw("<li>")
                        .link(links.rule(*index).as_deref(), title(site, *index))
                        .raw("</li>");
                }
                html.raw("</ul></details>");
            }
            html.raw("</td></tr>\n");
        }
        html.raw("</table></div>\n");
        if let more @ 1.. = uses.len().saturating_sub(SHOWN_VALUES) {
            html.raw("<p class=\"hint\">and ")
                .number(more)
                .raw(" more that fewer rules look for</p>\n");
        }
        html.raw("</main>\n");
        footer(html);
    })
}

fn head(html: &mut Html, kind: &'static str, title: &str) {
    html.raw("<nav><a href=\"../index.html\">Detection rules</a> › ")
        .raw(kind)
        .raw("</nav>\n<main>\n<h1>");
    html.text(title).raw("</h1>\n");
}

fn title<'s>(site: &'s Site<'_>, index: usize) -> &'s str {
    let entry = site.corpus.entries.get(index);
    entry.map_or("", |entry| entry.rule.title())
}

/// A list of rules with level and log source.
pub(super) fn rules(html: &mut Html, site: &Site<'_>, rules: &[usize], up: &'static str) {
    let links = From { site, up };
    html.raw("<ul class=\"rules\">\n");
    for index in rules {
        let Some(entry) = site.corpus.entries.get(*index) else {
            continue;
        };
        let rule = &entry.rule;
        let level = rule.level().to_string();
        let status = rule
            .status()
            .map(|status| status.to_string())
            .unwrap_or_default();
        let techniques: Vec<&str> = entry
            .attack
            .techniques()
            .iter()
            .map(|technique| technique.id.as_str())
            .collect();
        let log_source = label(&rule.log_source);
        html.raw("<li data-level=\"")
            .text(&level)
            .raw("\" data-status=\"")
            .text(&status);
        html.raw("\" data-source=\"")
            .text(&log_source)
            .raw("\" data-techniques=\"")
            .text(&techniques.join(" "));
        html.raw("\"><span class=\"")
            .raw(level_class(&level))
            .raw("\">")
            .text(&level)
            .raw("</span><span>");
        html.link(links.rule(*index).as_deref(), rule.title())
            .raw("</span><span class=\"soft\">")
            .text(&log_source);
        html.raw("</span></li>\n");
    }
    html.raw("</ul>\n");
}
