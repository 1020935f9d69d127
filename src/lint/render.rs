//! Findings as a compiler prints them.

use std::fmt::Write;

use crate::lint::Severity;
use crate::lint::finding::Finding;
use crate::lint::source::{Source, Sources};

pub(super) fn text(findings: &[Finding], sources: &Sources, colour: bool) -> String {
    let mut page = Page {
        text: String::new(),
        colour,
    };
    for finding in findings {
        let file = finding.position.file.as_ref();
        page.finding(finding, file.and_then(|file| sources.get(file)));
    }
    page.text
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn finding(&mut self, finding: &Finding, source: Option<&Source>) {
        let (word, hue) = match finding.severity {
            Severity::Error => ("error", "1;31"),
            Severity::Warning => ("warning", "1;33"),
            Severity::Note => ("note", "1;36"),
        };
        self.painted(hue, &format!("{word}[{}]", finding.code));
        self.painted("1", &format!(": {}", finding.message));
        self.text.push('\n');
        let at = &finding.position;
        let width = at.line.to_string().len().max(2);
        let mut place = at.file.as_deref().unwrap_or("text").to_owned();
        if at.line > 0 {
            // Writing to a string cannot fail.
            let _ = write!(place, ":{}:{}", at.line, at.column);
        }
        self.margin(width - 1, "-->", &place);
        if let (Some(source), true) = (source, at.line > 0) {
            self.excerpt(finding, source, width, hue);
        }
        if let Some(rule) = &finding.rule {
            self.margin(width, " =", &format!("rule: {rule}"));
        }
        if let Some(remedy) = &finding.remedy {
            self.margin(width, " =", &format!("help: {remedy}"));
        }
        if finding.fix.is_some() {
            self.margin(width, " =", "fix: can be applied");
        }
        self.text.push('\n');
    }

    fn margin(&mut self, width: usize, sign: &str, text: &str) {
        self.text.push_str(&" ".repeat(width));
        self.painted("1;34", sign);
        let _ = writeln!(self.text, " {text}");
    }

    /// The line with carets below what the finding is about. Of a long line only what is near.
    fn excerpt(&mut self, finding: &Finding, source: &Source, width: usize, hue: &str) {
        let at = &finding.position;
        let line = source.line(at.line).trim_start_matches('\u{feff}');
        let column = usize::try_from(at.column)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let marked = source.text.get(at.start..at.end).unwrap_or_default();
        let skip = if column > WIDEST / 2 {
            column - WIDEST / 4
        } else {
            0
        };
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        let mut shown: String = line.chars().skip(skip).take(WIDEST).map(clean).collect();
        if line.chars().count() > skip + WIDEST {
            shown.push('…');
        }
        let mut indent = column - skip;
        if skip > 0 {
            shown.insert(0, '…');
            indent += 1;
        }
        let room = shown.chars().count().saturating_sub(indent);
        let carets = marked.chars().count().min(room).max(1);
        self.margin(width, " |", "");
        self.painted("1;34", &format!("{:>width$} |", at.line));
        let _ = writeln!(self.text, " {shown}");
        self.text.push_str(&" ".repeat(width));
        self.painted("1;34", " |");
        self.text.push_str(&" ".repeat(indent + 1));
        self.painted(hue, &"^".repeat(carets));
        self.text.push('\n');
    }

    fn painted(&mut self, hue: &str, text: &str) {
        if self.colour {
            let _ = write!(self.text, "\x1b[{hue}m{text}\x1b[0m");
        } else {
            self.text.push_str(text);
        }
    }
}

/// Characters of a line that are shown.
const WIDEST: usize = 100;
