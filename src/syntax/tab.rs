//! Tabs used as indentation (S-013).

use crate::error::Location;
use crate::syntax::text::lines;

/// The lines of a text whose indentation contains a tab and that are not blank or comments.
///
/// The parser lets many of them pass: after enough spaces a tab is separation for it, so that the list under `F: a`
/// becomes part of the text `a`. Inside quoted and block scalars such lines are fine; the caller says where those
/// are, from the first to the last.
#[derive(Debug, Default)]
pub(super) struct TabLines {
    /// Where each tab stands.
    lines: Vec<Location>,
    /// How many of `lines` have been judged.
    judged: usize,
    offence: Option<Location>,
}

impl TabLines {
    pub(super) fn find(text: &str) -> Self {
        let mut found = Self::default();
        if text.contains('\t') {
            found.lines = lines(text)
                .zip(1..)
                .filter_map(|(line, number)| tab_indentation(line, number))
                .collect();
        }
        found
    }

    /// Judges the lines before `first`, and lets those from `first` to before `end` pass.
    pub(super) fn excuse(&mut self, first: u32, end: u32) {
        self.judge(first);
        self.judged += self.count_before(end);
    }

    /// The first tab that no scalar excuses, before the line `end`.
    pub(super) fn offence_before(&mut self, end: u32) -> Option<Location> {
        self.judge(end);
        self.offence
    }

    fn judge(&mut self, end: u32) {
        let count = self.count_before(end);
        if count > 0 && self.offence.is_none() {
            self.offence = self.lines.get(self.judged).copied();
        }
        self.judged += count;
    }

    fn count_before(&self, end: u32) -> usize {
        let left = self.lines.get(self.judged..).unwrap_or_default();
        left.iter().take_while(|tab| tab.line < end).count()
    }
}

fn tab_indentation(line: &str, number: u32) -> Option<Location> {
    let content = line.trim_start_matches([' ', '\t']);
    let indentation = line.strip_suffix(content)?;
    let column = indentation.find('\t')?;
    let counts = !content.is_empty() && !content.starts_with('#');
    counts.then(|| Location {
        line: number,
        column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
    })
}
