//! MITRE ATT&CK: what the ids in tags are called, and to which tactics they belong.
//!
//! The table is `data/attack.tsv`, with its version and MITRE's notice. Nothing is looked up anywhere else.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

/// A row of the coverage table: a tactic and the techniques that a rule's tags name under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TacticCoverage {
    /// `TA0042`; empty for a tactic of an older version.
    pub id: String,
    /// `Resource Development`.
    pub name: String,
    /// Techniques, in the order of the tags.
    pub techniques: Vec<Technique>,
}

/// A technique or sub-technique.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Technique {
    /// `T1587.001`.
    pub id: String,
    /// `Develop Capabilities: Malware`. `None` if the table does not have the id.
    pub name: Option<String>,
    /// Whether the id is one of an older version that the current one does not list.
    pub is_older: bool,
}

/// The id and name as the coverage table shows them: `T1587.001 Develop Capabilities: Malware`.
impl std::fmt::Display for Technique {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} {name}", self.id),
            None => write!(f, "{} (not known)", self.id),
        }
    }
}

/// What the `attack` tags of a rule say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AttackCoverage {
    /// Tactics in the order of the matrix, each with its techniques.
    pub tactics: Vec<TacticCoverage>,
    /// Groups, software and the like, by their ids: `G0032`, `S0154`.
    pub others: Vec<String>,
}

impl AttackCoverage {
    /// The distinct techniques of all rows.
    pub fn techniques(&self) -> Vec<&Technique> {
        let mut techniques: Vec<&Technique> = Vec::new();
        for technique in self.tactics.iter().flat_map(|tactic| &tactic.techniques) {
            if !techniques.contains(&technique) {
                techniques.push(technique);
            }
        }
        techniques
    }

    /// Reads tags as written. A technique stands under those of its tactics that are tagged too, and if there is none,
    /// under all of its tactics.
    pub(super) fn of_tags(tags: &[String]) -> Self {
        let names: Vec<String> = tags
            .iter()
            .filter_map(|tag| {
                tag.to_ascii_lowercase()
                    .strip_prefix("attack.")
                    .map(str::to_owned)
            })
            .collect();
        let mut rows = Rows::default();
        let tagged: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| tactic_place(name).is_some())
            .collect();
        tagged.iter().for_each(|tag| rows.add_tactic(tag));
        let mut others = Vec::new();
        for name in &names {
            if tactic_place(name).is_some() {
                continue;
            }
            if is_technique(name) {
                rows.add_technique(&name.to_ascii_uppercase(), &tagged);
            } else {
                others.push(name.to_ascii_uppercase());
            }
        }
        Self {
            tactics: rows.finish(),
            others,
        }
    }
}

/// The version of the table.
pub(super) fn version() -> &'static str {
    let line = TEXT
        .lines()
        .find_map(|line| line.strip_prefix("# Version: "));
    line.and_then(|line| line.split(';').next())
        .unwrap_or_default()
}

/// MITRE's notice.
pub(super) const NOTICE: &str =
    "© The MITRE Corporation. ATT&CK ids and names are used under the ATT&CK terms of use.";

/// The tactics in the order of the matrix: id, name, tag.
pub(super) fn tactics() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE.tactics.iter().copied()
}

/// A technique by its id in upper case.
pub(super) fn technique(id: &str) -> Technique {
    let known = TABLE.techniques.get(id);
    let own = known.map(|known| known.name);
    // A sub-technique's own name says little without that of its technique.
    let parent = id
        .split_once('.')
        .and_then(|(parent, _)| TABLE.techniques.get(parent));
    Technique {
        id: id.to_owned(),
        name: own.map(|own| match parent {
            Some(parent) => format!("{}: {own}", parent.name),
            None => own.to_owned(),
        }),
        is_older: known.is_some_and(|known| known.is_older),
    }
}

#[derive(Default)]
struct Rows {
    /// By the place of the tactic in the matrix.
    rows: Vec<(usize, TacticCoverage)>,
}

impl Rows {
    fn row(&mut self, tag: &str) -> Option<&mut TacticCoverage> {
        let place = tactic_place(tag)?;
        let at = match self
            .rows
            .iter()
            .position(|(other, row)| *other == place && row.name == tactic_name(tag))
        {
            Some(at) => at,
            None => {
                let row = TacticCoverage {
                    id: tactic_id(tag).to_owned(),
                    name: tactic_name(tag),
                    techniques: Vec::new(),
                };
                self.rows.push((place, row));
                self.rows.len() - 1
            }
        };
        self.rows.get_mut(at).map(|(_, row)| row)
    }

    fn add_tactic(&mut self, tag: &str) {
        self.row(tag);
    }

    fn add_technique(&mut self, id: &str, tagged: &[&str]) {
        let own: Vec<&str> = TABLE
            .techniques
            .get(id)
            .map(|known| known.tactics.split(',').collect())
            .unwrap_or_default();
        let mut under: Vec<&str> = tagged
            .iter()
            .copied()
            .filter(|tag| own.iter().any(|own| is_same_tactic(tag, own)))
            .collect();
        if under.is_empty() {
            under = own;
        }
        if under.is_empty() {
            // Not known: it stands under whatever the rule names.
            under = tagged.to_vec();
        }
        let found = technique(id);
        if under.is_empty() {
            self.unknown(found);
            return;
        }
        for tag in under {
            if let Some(row) = self.row(tag) {
                if !row.techniques.contains(&found) {
                    row.techniques.push(found.clone());
                }
            }
        }
    }

    fn unknown(&mut self, technique: Technique) {
        let last = usize::MAX;
        match self.rows.iter_mut().find(|(place, _)| *place == last) {
            Some((_, row)) => row.techniques.push(technique),
            None => self.rows.push((
                last,
                TacticCoverage {
                    id: String::new(),
                    name: "Not known".to_owned(),
                    techniques: vec![technique],
                },
            )),
        }
    }

    fn finish(mut self) -> Vec<TacticCoverage> {
        self.rows.sort_by_key(|(place, _)| *place);
        self.rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// Up to 2025 one tactic had the name that two have now.
const DEFENSE_EVASION: &str = "defense-evasion";

fn is_same_tactic(tag: &str, own: &str) -> bool {
    let is_part = |name: &str| matches!(name, "stealth" | "defense-impairment");
    tag == own
        || (tag == DEFENSE_EVASION && is_part(own))
        || (own == DEFENSE_EVASION && is_part(tag))
}

fn tactic_place(tag: &str) -> Option<usize> {
    let tag = if tag == DEFENSE_EVASION {
        "stealth"
    } else {
        tag
    };
    TABLE.tactics.iter().position(|(_, _, own)| *own == tag)
}

fn tactic_name(tag: &str) -> String {
    if tag == DEFENSE_EVASION {
        return "Defense Evasion (now Stealth and Defense Impairment)".to_owned();
    }
    let known = TABLE.tactics.iter().find(|(_, _, own)| *own == tag);
    known.map_or_else(|| tag.to_owned(), |(_, name, _)| (*name).to_owned())
}

fn tactic_id(tag: &str) -> &'static str {
    let known = TABLE.tactics.iter().find(|(_, _, own)| *own == tag);
    known.map_or("", |(id, _, _)| *id)
}

fn is_technique(name: &str) -> bool {
    let digits = name.strip_prefix('t').unwrap_or_default();
    !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

struct Table {
    tactics: Vec<(&'static str, &'static str, &'static str)>,
    techniques: HashMap<&'static str, Known>,
}

struct Known {
    name: &'static str,
    tactics: &'static str,
    is_older: bool,
}

static TEXT: &str = include_str!("data/attack.tsv");

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        tactics: Vec::new(),
        techniques: HashMap::new(),
    };
    for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        let (id, name, tactics, older) = (next(), next(), next(), next());
        if id.starts_with("TA") {
            table.tactics.push((id, name, tactics));
        } else {
            let is_older = !older.is_empty();
            table.techniques.insert(
                id,
                Known {
                    name,
                    tactics,
                    is_older,
                },
            );
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tags: &[&str]) -> Vec<String> {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let coverage = AttackCoverage::of_tags(&tags);
        let row = |row: &TacticCoverage| {
            let techniques: Vec<String> = row.techniques.iter().map(Technique::to_string).collect();
            format!("{} {}: {}", row.id, row.name, techniques.join(", "))
        };
        coverage.tactics.iter().map(row).collect()
    }

    #[test]
    fn techniques_stand_under_their_tactics() {
        assert_eq!(
            shown(&[
                "attack.resource-development",
                "attack.t1587.001",
                "cve.2021-1"
            ]),
            ["TA0042 Resource Development: T1587.001 Develop Capabilities: Malware"]
        );
        // Without a tactic among the tags: under its own.
        assert_eq!(
            shown(&["attack.T1587.001"]),
            ["TA0042 Resource Development: T1587.001 Develop Capabilities: Malware"]
        );
        assert_eq!(shown(&["attack.t9999"]), [" Not known: T9999 (not known)"]);
        assert_eq!(
            shown(&["attack.t9999", "attack.impact"]),
            ["TA0040 Impact: T9999 (not known)"]
        );
    }

    #[test]
    fn old_and_new_spellings_of_tactics() {
        let old = shown(&["attack.defense-evasion", "attack.t1070.001"]);
        assert_eq!(old.len(), 1, "{old:?}");
        assert!(
            old[0].contains("Defense Evasion (now") && old[0].contains("T1070.001"),
            "{old:?}"
        );
        let new = shown(&["attack.stealth", "attack.defense-impairment"]);
        assert_eq!(new, ["TA0005 Stealth: ", "TA0112 Defense Impairment: "]);
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.tactics.len(), 15);
        assert!(TABLE.techniques.len() > 800);
        assert!(version().contains("2026"), "{}", version());
        for known in TABLE.techniques.values() {
            assert!(!known.name.is_empty());
            for tag in known.tactics.split(',') {
                assert!(tactic_place(tag).is_some(), "{}: {tag}", known.name);
            }
        }
    }
}
