//! A card as Markdown, for terminals and wikis.

use std::fmt::Write as _;

use crate::card::page::{is_hidden, is_web_address};
use crate::card::{Indicator, IndicatorRow, Neighbour, RuleCard, RuleLink};

/// The whole card.
pub(super) fn card(card: &RuleCard) -> String {
    let mut page = Markdown::default();
    page.head(card);
    page.verdicts(card);
    page.attack(card);
    page.events(card);
    page.heading("Rule body");
    page.block("yaml", &card.body);
    page.stages(card);
    page.rows("Exclusions", "Excluded values", &card.exclusions);
    page.rows(
        "Indicators",
        "Values (number of other rules that look for the same)",
        &card.indicators,
    );
    page.neighbours(card);
    page.lists(card);
    page.out
}

#[derive(Default)]
struct Markdown {
    out: String,
}

impl Markdown {
    fn head(&mut self, card: &RuleCard) {
        let header = &card.header;
        self.line(&plain(&card.breadcrumb.join(" › ")));
        self.line("");
        self.line(&format!("# {}", plain(&header.title)));
        self.line("");
        if let Some(description) = &header.description {
            self.line(&plain(description.trim()));
            self.line("");
        }
        let facts = [
            ("level", Some(&header.level)),
            ("status", header.status.as_ref()),
            ("author", header.author.as_ref()),
            ("date", header.date.as_ref()),
            ("modified", header.modified.as_ref()),
            ("id", header.id.as_ref()),
            ("file", header.file.as_ref()),
        ];
        for (name, fact) in facts {
            if let Some(fact) = fact {
                self.line(&format!("- {name}: {}", plain(fact)));
            }
        }
    }

    fn verdicts(&mut self, card: &RuleCard) {
        if card.verdicts.is_empty() {
            return;
        }
        self.heading("Remarks");
        for verdict in &card.verdicts {
            let place = verdict.places.first();
            let place = place.map_or_else(String::new, |place| {
                format!(" ({})", plain(&place.to_string()))
            });
            self.line(&format!(
                "- {}: {}{place}",
                verdict.kind.words(),
                plain(&verdict.message)
            ));
        }
    }

    fn attack(&mut self, card: &RuleCard) {
        if card.attack.tactics.is_empty() {
            return;
        }
        self.table("MITRE ATT&CK coverage", &["Tactic", "Techniques"]);
        for tactic in &card.attack.tactics {
            let techniques: Vec<String> =
                tactic.techniques.iter().map(ToString::to_string).collect();
            self.cells(&[plain(&tactic.name), plain(&techniques.join(", "))]);
        }
    }

    fn events(&mut self, card: &RuleCard) {
        if card.events.is_empty() {
            return;
        }
        self.table("Event coverage", &["Provider", "Event", "Title"]);
        for event in &card.events {
            let id = event
                .event_id
                .map_or_else(|| "any".to_owned(), |id| format!("Event ID {id}"));
            let title = event.title.as_deref().unwrap_or_default();
            self.cells(&[plain(event.short_provider()), id, plain(title)]);
        }
    }

    fn stages(&mut self, card: &RuleCard) {
        self.heading("Stages and predicates");
        for stage in &card.stages {
            self.line(&format!(
                "### Stage {}: {}",
                stage.number,
                plain(&stage.title)
            ));
            self.line("");
            if stage.number > 0 && stage.predicates.len() > 1 {
                self.line(&plain(&stage.group.words()));
                self.line("");
            }
            for part in &stage.predicates {
                self.block("yaml", &part.text);
            }
        }
    }

    fn rows(&mut self, title: &str, values: &str, rows: &[IndicatorRow]) {
        if rows.is_empty() {
            return;
        }
        self.table(title, &["Field", "Kind", values]);
        for row in rows {
            let field = row
                .field
                .as_deref()
                .map_or_else(|| "any value".to_owned(), code);
            let encodings: Vec<String> = row
                .encodings
                .iter()
                .map(|name| format!(" {name}"))
                .collect();
            let values: Vec<String> = row.values.iter().map(indicator).collect();
            let all = if row.all && values.len() > 1 {
                "all of "
            } else {
                ""
            };
            self.cells(&[
                field,
                format!("{}{}", row.kind.replace('_', "\\_"), encodings.concat()),
                format!("{all}{}", values.join(", ")),
            ]);
        }
    }

    fn neighbours(&mut self, card: &RuleCard) {
        let neighbours = &card.neighbours;
        self.heading("Neighbours");
        for (title, rules) in [
            ("says the same", &neighbours.duplicates),
            ("matches the same events", &neighbours.equivalent),
            (
                "perhaps broader, neither proven nor refuted",
                &neighbours.undecided,
            ),
        ] {
            for rule in rules {
                self.line(&format!("- {title}: {}", link(rule)));
            }
        }
        self.related("broader", &neighbours.broader);
        self.related("stricter", &neighbours.stricter);
        if neighbours.left_out > 0 {
            let more = neighbours.left_out;
            self.line(&format!(
                "Not looked at, since so many match the same event: {more} further rules."
            ));
        }
        if !neighbours.searched {
            self.line(
                "No event was found that this rule matches, so broader rules were not looked for.",
            );
        }
    }

    fn related(&mut self, title: &str, neighbours: &[Neighbour]) {
        for neighbour in neighbours {
            self.line(&format!("- {title}: {}", link(&neighbour.rule)));
            for difference in &neighbour.differences {
                self.line(&format!("  - {}", plain(difference)));
            }
            if let Some(witness) = &neighbour.witness {
                self.line(&format!("  - told apart by {}", code(&witness.to_string())));
            }
        }
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
            self.heading(title);
            for item in items {
                if is_web_address(item) && !item.contains(['<', '>', ' ', '\n', '\t']) {
                    self.line(&format!("- <{}>", shown(item)));
                } else {
                    self.line(&format!("- {}", plain(item)));
                }
            }
        }
        self.line("");
        self.line(&format!("Semantic hash {}", card.semantic_hash));
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, title: &str) {
        self.line(&format!("\n## {title}\n"));
    }

    fn table(&mut self, title: &str, columns: &[&str]) {
        self.heading(title);
        self.line(&format!("| {} |", columns.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(columns.len())));
    }

    /// Cells that are escaped already, but for the line ends and bars that would end them.
    fn cells(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| {
                cell.replace('\n', " ")
                    .replace('|', "\\|")
                    .replace("\\\\|", "\\|")
            })
            .collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    /// A code block with a fence that the text does not have.
    fn block(&mut self, language: &str, text: &str) {
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        self.line(&format!(
            "{fence}{language}\n{}\n{fence}\n",
            shown(text.trim_end())
        ));
    }
}

fn indicator(value: &Indicator) -> String {
    let mut text = code(&value.value);
    if value.other_rules > 0 {
        let _ = write!(text, " ({})", value.other_rules);
    }
    text
}

fn link(rule: &RuleLink) -> String {
    format!(
        "{} ({}, {})",
        plain(&rule.title),
        rule.level,
        plain(&rule.identity)
    )
}

/// Text in which nothing is markup, and that begins no list, whatever stands before it.
pub(in crate::card) fn plain(text: &str) -> String {
    let text = shown(text.trim_start());
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let begins_list = match c {
            '-' | '+' | '=' => at == 0,
            '.' | ')' => at == digits && digits > 0,
            _ => false,
        };
        let is_mark = matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&'
        );
        if begins_list || is_mark {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

/// A code span with a fence that the text does not have.
pub(in crate::card) fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let text = shown(text).replace('\n', " ");
    // A span may not begin or end with a backtick, loses a blank at both ends, and must hold something.
    let is_edge = |c: char| c == ' ' || c == '`';
    if text.is_empty() || text.starts_with(is_edge) || text.ends_with(is_edge) {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

pub(in crate::card) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}
