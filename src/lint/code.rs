//! The table of codes.

use std::fmt;

use serde::Serialize;

use crate::lint::examples::CODES;

/// A kind of finding: its name never changes its meaning.
///
/// # Example
/// ```
/// use sigmatic::lint::Code;
///
/// let code = Code::find("all-of-one").expect("a code");
/// assert!(code.fixable);
/// assert_eq!(Code::all().filter(|other| other.name == code.name).count(), 1);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Code {
    /// Its name.
    pub name: &'static str,
    /// Where it comes from.
    pub group: Group,
    /// How serious it is.
    pub severity: Severity,
    /// What it is about, in one line.
    pub summary: &'static str,
    /// What to do, where the message does not say it.
    pub remedy: Option<&'static str>,
    /// A document that has it, `‸` before the place; see [`example`](Self::example).
    pub(super) example: Example,
    /// Whether findings can have a [`Fix`](crate::lint::Fix).
    pub fixable: bool,
}

/// The part of a rule that an example shows; the rest is always the same.
#[derive(Clone, Copy, Debug)]
pub(super) enum Example {
    /// Top-level keys.
    Keys(&'static str),
    /// What stands below `selection`, six spaces deep at least.
    Items(&'static str),
    /// The whole text.
    Whole(&'static str),
}

/// Where findings come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Group {
    /// The text does not load.
    Loading,
    /// It loads, but the semantics call it odd.
    Oddity,
    /// What a rule matches is proven to be less than it says.
    Proof,
    /// A value or field is probably not what its author meant.
    Surprise,
    /// SigmaHQ's conventions, looked at only if asked for.
    Convention,
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// A matter of convention, or a value too many.
    Note,
    /// The rule loads, and is probably not what was meant.
    Warning,
    /// The rule does not load.
    Error,
}

impl Code {
    /// The code of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        CODES.iter().find(|code| code.name == name)
    }

    /// All codes, group by group.
    pub fn all() -> impl ExactSizeIterator<Item = &'static Self> {
        CODES.iter()
    }

    /// A text that has such a finding, and the one-based line and column (in characters) where.
    #[must_use]
    pub fn example(&self) -> (String, u32, u32) {
        let marked = self.example.text();
        let (before, after) = marked.split_once(MARK).unwrap_or(("", &marked));
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        let narrow = |number| u32::try_from(number).unwrap_or(u32::MAX);
        (format!("{before}{after}"), narrow(line), narrow(column))
    }

    /// The part of the example that the documentation shows.
    #[must_use]
    pub fn excerpt(&self) -> String {
        let (Example::Keys(part) | Example::Items(part) | Example::Whole(part)) = self.example;
        part.replace(MARK, "")
    }
}

impl Example {
    fn text(self) -> String {
        const HEAD: &str = "title: Example\nid: 6f3e2987-db24-4c78-a860-b4f4095a7095\n";
        const SOURCE: &str = "logsource:\n    category: process_creation\n    product: windows\n";
        const BODY: &str = "detection:\n    selection:\n";
        const TAIL: &str = "    condition: selection\nlevel: low\n";
        match self {
            Self::Whole(text) => text.to_owned(),
            Self::Items(items) => format!("{HEAD}{SOURCE}{BODY}{items}\n{TAIL}"),
            Self::Keys(keys) => {
                // What the keys give is not given twice.
                let own = |key: &str| {
                    let plain = keys.replace(MARK, "");
                    plain.lines().any(|line| line.starts_with(key))
                };
                let mut text = String::new();
                for line in HEAD
                    .lines()
                    .filter(|line| !own(line.split(':').next().unwrap_or(line)))
                {
                    text.push_str(line);
                    text.push('\n');
                }
                text.push_str(keys);
                text.push('\n');
                if !own("logsource") {
                    text.push_str(SOURCE);
                }
                if !own("detection") {
                    text.push_str(BODY);
                    text.push_str("        Image: a\n    condition: selection\n");
                }
                if !own("level") {
                    text.push_str("level: low\n");
                }
                text
            }
        }
    }
}

/// Stands before the place of the finding.
const MARK: &str = "‸";

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl Group {
    /// What the group is about, as a heading.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Loading => "Errors: the document does not load",
            Self::Oddity => "Oddities that the semantics name",
            Self::Proof => "Proven: the rule matches less than it says",
            Self::Surprise => "Probably not what was meant",
            Self::Convention => "Conventions of SigmaHQ, looked at only if asked for",
        }
    }
}
