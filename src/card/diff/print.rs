//! A diff as text and as Markdown: the same lines, marked up otherwise.

use std::fmt;

use crate::card::diff::{ChangeKind, MetadataChange, RuleChange, RuleSetDiff};
use crate::card::neighbour::RuleLink;
use crate::card::page::markdown;
use crate::proof::Implication;

impl RuleSetDiff {
    /// The diff as Markdown, in which nothing that a rule says is markup.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        Printer::new(Style::Markdown).print(self)
    }
}

/// As text for a terminal, characters that steer it shown by their numbers.
impl fmt::Display for RuleSetDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Printer::new(Style::Text).print(self))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Text,
    Markdown,
}

struct Printer {
    style: Style,
    out: String,
}

impl Printer {
    fn new(style: Style) -> Self {
        Self {
            style,
            out: String::new(),
        }
    }

    fn print(mut self, diff: &RuleSetDiff) -> String {
        if self.style == Style::Markdown {
            self.line("# Rules before and after\n");
        }
        self.line(&summary(diff));
        self.links("added", &diff.added);
        self.links("removed", &diff.removed);
        for kind in ChangeKind::ALL {
            let changes: Vec<&RuleChange> = diff.of_kind(kind).collect();
            if !changes.is_empty() {
                self.heading(kind.words(), changes.len());
            }
            changes.into_iter().for_each(|change| self.change(change));
        }
        self.out
    }

    fn links(&mut self, title: &str, rules: &[RuleLink]) {
        if !rules.is_empty() {
            self.heading(title, rules.len());
        }
        for rule in rules {
            self.rule(rule);
        }
    }

    fn change(&mut self, change: &RuleChange) {
        self.rule(&change.new);
        for difference in &change.comparison.differences {
            self.detail("", &self.text(difference));
        }
        self.direction("only the old rule matches", &change.comparison.forward);
        self.direction("only the new rule matches", &change.comparison.backward);
        if let Some(log_source) = &change.log_source {
            let words = format!("{} → {}", log_source.old, log_source.new);
            self.detail("log source: ", &self.text(&words));
        }
        for metadata in &change.metadata {
            let words = self.text(&metadata_words(metadata));
            self.detail("", &words);
        }
    }

    fn direction(&mut self, title: &str, implication: &Implication) {
        match implication {
            Implication::Refuted(event) => {
                let event = self.code(&event.to_string());
                self.detail(&format!("{title} "), &event);
            }
            Implication::Unknown => {
                self.detail(
                    "",
                    &format!("whether there is an event that {title} is unknown"),
                );
            }
            Implication::Proven => {}
        }
    }

    fn heading(&mut self, title: &str, count: usize) {
        let mark = if self.style == Style::Markdown {
            "## "
        } else {
            ""
        };
        self.line(&format!("\n{mark}{title} ({count})"));
        if self.style == Style::Markdown {
            self.line("");
        }
    }

    fn rule(&mut self, rule: &RuleLink) {
        let mark = if self.style == Style::Markdown {
            "- "
        } else {
            "  "
        };
        let title = self.text(&rule.title);
        let identity = self.text(&rule.identity);
        self.line(&format!("{mark}{title} ({}, {identity})", rule.level));
    }

    fn detail(&mut self, title: &str, words: &str) {
        let mark = if self.style == Style::Markdown {
            "  - "
        } else {
            "      "
        };
        self.line(&format!("{mark}{title}{words}"));
    }

    fn text(&self, text: &str) -> String {
        match self.style {
            Style::Text => markdown::shown(text).replace('\n', " "),
            Style::Markdown => markdown::plain(text),
        }
    }

    fn code(&self, text: &str) -> String {
        match self.style {
            Style::Text => self.text(text),
            Style::Markdown => markdown::code(text),
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

fn summary(diff: &RuleSetDiff) -> String {
    let mut parts = vec![
        format!("{} added", diff.added.len()),
        format!("{} removed", diff.removed.len()),
    ];
    for kind in ChangeKind::ALL {
        let count = diff.of_kind(kind).count();
        if count > 0 {
            parts.push(format!("{count} {}", kind.words()));
        }
    }
    parts.push(format!("{} unchanged", diff.unchanged));
    let (old, new) = (diff.old_rules, diff.new_rules);
    format!("{old} rules before, {new} after: {}", parts.join("; "))
}

fn metadata_words(change: &MetadataChange) -> String {
    let words = match (change.removed.as_slice(), change.added.as_slice()) {
        ([], []) => "other order".to_owned(),
        ([old], [new]) => format!("{} → {}", shortened(old), shortened(new)),
        (removed, added) => {
            let removed = removed
                .iter()
                .map(|entry| format!("− {}", shortened(entry)));
            let added = added.iter().map(|entry| format!("+ {}", shortened(entry)));
            removed.chain(added).collect::<Vec<_>>().join(", ")
        }
    };
    format!("{}: {words}", change.key)
}

/// Descriptions are long; the data has all of them.
fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

const MOST_CHARACTERS: usize = 80;
