//! The page of one rule.

use crate::card::page::{Html, Links, document, footer};
use crate::card::{
    Indicator, IndicatorRow, Neighbour, RuleCard, RuleLink, Stage, StagePart, Technique, Verdict,
};
use crate::proof::Witness;

/// A whole page.
pub(in crate::card) fn rule_page(card: &RuleCard, links: &dyn Links) -> String {
    document(&card.header.title, |html| {
        let mut page = Page { html, links };
        page.head(card);
        page.verdicts(card);
        page.attack(card);
        page.events(card);
        page.body(card);
        page.stages(card);
        page.exclusions(card);
        page.indicators(card);
        page.neighbours(card);
        page.lists(card);
        footer(html);
    })
}

/// The class that colours a level.
pub(in crate::card) fn level_class(level: &str) -> &'static str {
    match level {
        "critical" => "critical",
        "high" => "high",
        "medium" => "medium",
        "low" => "low",
        "informational" => "informational",
        _ => "unspecified",
    }
}

struct Page<'a> {
    html: &'a mut Html,
    links: &'a dyn Links,
}

/// Verdicts that are shown at once.
const SHOWN_VERDICTS: usize = 5;

/// Values of a row that are shown at once; more fold away.
const SHOWN_VALUES: usize = 24;

impl Page<'_> {
    fn head(&mut self, card: &RuleCard) {
        let header = &card.header;
        self.html.raw("<nav>");
        for (place, part) in card.breadcrumb.iter().enumerate() {
            self.html.raw(if place > 0 { " › " } else { "" });
            let to = self.links.index().filter(|_| place == 0);
            self.html.link(to.as_deref(), part);
        }
        self.html
            .raw("</nav>\n<main>\n<h1>")
            .text(&header.title)
            .raw("</h1>\n<ul class=\"badges\"><li class=\"badge level ");
        self.html
            .raw(level_class(&header.level))
            .raw("\">")
            .text(&header.level)
            .raw("</li>");
        for badge in [
            &header.status,
            &header.log_source.category,
            &header.log_source.product,
            &header.log_source.service,
        ]
        .into_iter()
        .flatten()
        {
            self.html
                .raw("<li class=\"badge\">")
                .text(badge)
                .raw("</li>");
        }
        self.html.raw("</ul>\n");
        if let Some(description) = &header.description {
            self.html
                .raw("<p class=\"lead\">")
                .text(description.trim())
                .raw("</p>\n");
        }
        self.html.raw("<dl>");
        let facts = [
            ("Author", &header.author),
            ("Date", &header.date),
            ("Modified", &header.modified),
            ("Id", &header.id),
            ("Name", &header.name),
            ("Requires", &header.log_source.definition),
            ("File", &header.file),
        ];
        for (name, fact) in facts {
            if let Some(fact) = fact {
                self.html
                    .raw("<dt>")
                    .raw(name)
                    .raw("</dt><dd>")
                    .text(fact)
                    .raw("</dd>");
            }
        }
        self.html.raw("</dl>\n");
    }

    fn verdicts(&mut self, card: &RuleCard) {
        if card.verdicts.is_empty() {
            return;
        }
        self.html.raw("<h2>Remarks</h2>\n<p class=\"hint\">Proven from the conditions alone, for every event there can be.</p>\n");
        let (shown, folded) = card
            .verdicts
            .split_at(card.verdicts.len().min(SHOWN_VERDICTS));
        shown.iter().for_each(|verdict| self.verdict(verdict));
        if !folded.is_empty() {
            self.html
                .raw("<details><summary>")
                .number(folded.len())
                .raw(" more</summary>");
            folded.iter().for_each(|verdict| self.verdict(verdict));
            self.html.raw("</details>\n");
        }
    }

    fn verdict(&mut self, verdict: &Verdict) {
        self.html
            .raw("<div class=\"verdict\"><strong>")
            .raw(verdict.kind.words())
            .raw("</strong>: ")
            .text(&verdict.message);
        if !verdict.places.is_empty() {
            let places: Vec<String> = verdict.places.iter().map(ToString::to_string).collect();
            self.html
                .raw(" <span class=\"decoded\">(")
                .text(&places.join(", "))
                .raw(")</span>");
        }
        self.html.raw("</div>\n");
    }

    fn attack(&mut self, card: &RuleCard) {
        if card.attack.tactics.is_empty() && card.attack.others.is_empty() {
            return;
        }
        self.table("MITRE ATT&amp;CK coverage", &["Tactic", "Techniques"]);
        for tactic in &card.attack.tactics {
            self.html
                .raw("<tr><td>")
                .text(&tactic.name)
                .raw("</td><td><ul class=\"values\">");
            for technique in &tactic.techniques {
                self.html.raw("<li>");
                self.technique(technique);
                self.html.raw("</li>");
            }
            self.html.raw("</ul></td></tr>\n");
        }
        if !card.attack.others.is_empty() {
            let others = card.attack.others.join(", ");
            self.html
                .raw("<tr><td>Groups, software</td><td>")
                .text(&others)
                .raw("</td></tr>\n");
        }
        self.end_table();
    }

    fn technique(&mut self, technique: &Technique) {
        let to = self.links.technique(&technique.id);
        self.html.link(to.as_deref(), &technique.to_string());
        if technique.is_older {
            self.html
                .raw(" <span class=\"count\">of an older ATT&amp;CK version</span>");
        }
    }

    fn events(&mut self, card: &RuleCard) {
        if card.events.is_empty() {
            return;
        }
        self.table("Event coverage", &["Provider", "Event", "Title"]);
        for event in &card.events {
            self.html
                .raw("<tr><td title=\"")
                .text(&event.provider)
                .raw("\">")
                .text(event.short_provider());
            self.html
                .raw("</td><td class=\"nowrap\" title=\"")
                .text(&event.channel)
                .raw("\">");
            match event.event_id {
                Some(id) => self.html.raw("Event ID ").number(id as usize),
                None => self.html.raw("any"),
            };
            self.html
                .raw("</td><td>")
                .text(event.title.as_deref().unwrap_or_default())
                .raw("</td></tr>\n");
        }
        self.end_table();
    }

    fn body(&mut self, card: &RuleCard) {
        self.html
            .raw("<h2>Rule body</h2>\n<pre>")
            .text(&card.body)
            .raw("</pre>\n");
    }

    fn stages(&mut self, card: &RuleCard) {
        self.html.raw("<h2>Stages and predicates</h2>\n");
        for stage in &card.stages {
            self.stage(stage);
        }
    }

    fn stage(&mut self, stage: &Stage) {
        self.html.raw("<div class=\"stage");
        self.html.raw(if stage.negated {
            " not\"><h3>Stage "
        } else {
            "\"><h3>Stage "
        });
        self.html
            .number(stage.number)
            .raw(": ")
            .text(&stage.title)
            .raw("</h3>\n");
        let is_group = stage.predicates.len() > 1 && stage.number > 0;
        if is_group {
            self.html
                .raw("<p class=\"hint\">")
                .text(&stage.group.words())
                .raw("</p>\n");
        }
        for StagePart { text, .. } in &stage.predicates {
            self.html.raw("<pre>").text(text.trim_end()).raw("</pre>\n");
        }
        self.html.raw("</div>\n");
    }

    fn exclusions(&mut self, card: &RuleCard) {
        if card.exclusions.is_empty() {
            return;
        }
        self.heading("Exclusions");
        self.hint("Top-level not(…) conjuncts: what this rule actively suppresses.");
        self.columns(&["Field", "Kind", "Excluded values"]);
        for row in &card.exclusions {
            self.row(row, &card.exclusions);
        }
        self.end_table();
    }

    fn indicators(&mut self, card: &RuleCard) {
        if card.indicators.is_empty() {
            return;
        }
        self.heading("Indicators");
        self.hint(
            "Each row is a field, a kind and the values that the rule looks for. The number counts how many other rules of this \
             collection look for the same field, kind and value: high numbers point to widely used indicators. Without a \
             number the value is specific to this rule.",
        );
        self.columns(&["Field", "Kind", "Values"]);
        for row in &card.indicators {
            self.row(row, &[]);
        }
        self.end_table();
    }

    fn row(&mut self, row: &IndicatorRow, all: &[IndicatorRow]) {
        self.html.raw("<tr><td>");
        match &row.field {
            Some(field) => {
                let to = self.links.field(field);
                self.html
                    .raw("<code>")
                    .link(to.as_deref(), field)
                    .raw("</code>");
            }
            None => {
                self.html.raw("<span class=\"soft\">any value</span>");
            }
        }
        let together = all
            .iter()
            .filter(|other| other.identifier == row.identifier)
            .count()
            > 1;
        if together {
            self.html
                .raw("<br><span class=\"decoded\">together, in ")
                .text(&row.identifier)
                .raw("</span>");
        }
        self.html.raw("</td><td class=\"nowrap\">").text(&row.kind);
        for encoding in &row.encodings {
            self.html
                .raw("<br><span class=\"decoded\">")
                .raw(encoding)
                .raw("</span>");
        }
        self.html.raw("</td><td>");
        if row.all && row.values.len() > 1 {
            self.html.raw("<span class=\"decoded\">all of</span>");
        }
        self.values(&row.values);
        self.html.raw("</td></tr>\n");
    }

    fn values(&mut self, values: &[Indicator]) {
        let (shown, folded) = values.split_at(values.len().min(SHOWN_VALUES));
        self.value_list(shown);
        if !folded.is_empty() {
            self.html
                .raw("<details><summary>")
                .number(folded.len())
                .raw(" more</summary>");
            self.value_list(folded);
            self.html.raw("</details>");
        }
    }

    fn value_list(&mut self, values: &[Indicator]) {
        self.html.raw("<ul class=\"values\">");
        for value in values {
            self.html.raw("<li>").code(&value.value);
            if !value.decoded.is_empty() {
                self.html.raw(" <span class=\"decoded\">reads ");
                for decoded in &value.decoded {
                    self.html.code(decoded).raw(" ");
                }
                self.html.raw("</span>");
            }
            if let count @ 1.. = value.other_rules {
                let noun = if count == 1 { " other" } else { " others" };
                self.html
                    .raw("<span class=\"count\">")
                    .number(count)
                    .raw(noun)
                    .raw("</span>");
            }
            self.html.raw("</li>");
        }
        self.html.raw("</ul>");
    }

    fn neighbours(&mut self, card: &RuleCard) {
        let neighbours = &card.neighbours;
        self.html.raw("<h2>Neighbours</h2>\n");
        let same = [
            ("Says the same", &neighbours.duplicates),
            ("Matches the same events", &neighbours.equivalent),
        ];
        for (title, rules) in same {
            if !rules.is_empty() {
                self.html.raw("<h3>").raw(title).raw("</h3>\n");
                self.rules(rules);
            }
        }
        self.related(
            "Broader: match whatever this rule matches",
            "An event that it matches and this rule does not",
            &neighbours.broader,
        );
        self.related(
            "Stricter: whatever they match, this rule matches",
            "An event that this rule matches and it does not",
            &neighbours.stricter,
        );
        if !neighbours.undecided.is_empty() {
            self.html
                .raw("<h3>Perhaps broader: neither proven nor refuted</h3>\n");
            self.rules(&neighbours.undecided);
        }
        if neighbours.left_out > 0 {
            self.html
                .raw("<p class=\"hint\">Not looked at, since so many match the same event: ");
            self.html.number(neighbours.left_out);
            self.html.raw(" further rules.</p>\n");
        }
        let none = neighbours.broader.is_empty()
            && neighbours.stricter.is_empty()
            && neighbours.duplicates.is_empty()
            && neighbours.equivalent.is_empty();
        if !neighbours.searched {
            self.html.raw("<p class=\"hint\">No event was found that this rule matches, so broader rules were not looked for.</p>\n");
        } else if none {
            self.html.raw("<p class=\"hint\">No other rule of this collection matches provably more, less or the same.</p>\n");
        }
    }

    fn rules(&mut self, rules: &[RuleLink]) {
        self.html.raw("<ul class=\"values\">");
        for rule in rules {
            self.html.raw("<li>");
            self.rule(rule);
            self.html.raw("</li>");
        }
        self.html.raw("</ul>\n");
    }

    fn rule(&mut self, rule: &RuleLink) {
        let to = self.links.rule(rule.index);
        self.html
            .link(to.as_deref(), &rule.title)
            .raw(" <span class=\"count ");
        self.html
            .raw(level_class(&rule.level))
            .raw("\">")
            .text(&rule.level)
            .raw("</span>");
    }

    fn related(&mut self, title: &'static str, shows: &'static str, neighbours: &[Neighbour]) {
        if neighbours.is_empty() {
            return;
        }
        self.html.raw("<h3>").raw(title).raw("</h3>\n");
        for neighbour in neighbours {
            self.html.raw("<div class=\"neighbour\">");
            self.rule(&neighbour.rule);
            self.html.raw("<ul>");
            for difference in &neighbour.differences {
                self.html.raw("<li>").text(difference).raw("</li>");
            }
            self.html.raw("</ul>");
            if let Some(witness) = &neighbour.witness {
                self.witness(shows, witness);
            }
            self.html.raw("</div>\n");
        }
    }

    fn witness(&mut self, shows: &'static str, witness: &Witness) {
        self.html
            .raw("<details><summary>")
            .raw(shows)
            .raw("</summary><div class=\"table\"><table>");
        for (field, values) in witness.fields() {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            self.html
                .raw("<tr><td class=\"nowrap\">")
                .code(field)
                .raw("</td><td>")
                .code(&values.join(", "))
                .raw("</td></tr>");
        }
        self.html.raw("</table></div></details>");
    }

    fn lists(&mut self, card: &RuleCard) {
        let header = &card.header;
        for (title, items) in [
            ("References", &header.references),
            ("False positives", &header.falsepositives),
            ("Tags", &header.tags),
        ] {
            if items.is_empty() {
                continue;
            }
            self.html.raw("<h2>").raw(title).raw("</h2>\n<ul>");
            for item in items {
                self.html.raw("<li>").web_address(item).raw("</li>");
            }
            self.html.raw("</ul>\n");
        }
        self.html
            .raw("<p class=\"hint\">Semantic hash <code>")
            .text(&card.semantic_hash.to_string())
            .raw("</code></p>\n</main>\n");
    }

    fn table(&mut self, title: &'static str, columns: &[&'static str]) {
        self.heading(title);
        self.columns(columns);
    }

    fn heading(&mut self, title: &'static str) {
        self.html.raw("<h2>").raw(title).raw("</h2>\n");
    }

    fn hint(&mut self, hint: &'static str) {
        self.html.raw("<p class=\"hint\">").raw(hint).raw("</p>\n");
    }

    fn columns(&mut self, columns: &[&'static str]) {
        self.html.raw("<div class=\"table\"><table>\n<tr>");
        for column in columns {
            self.html.raw("<th>").raw(column).raw("</th>");
        }
        self.html.raw("</tr>\n");
    }

    fn end_table(&mut self) {
        self.html.raw("</table></div>\n");
    }
}
