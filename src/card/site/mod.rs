//! A folder of pages: an index, a page per rule, per technique and per field.
//!
//! The pages need no server, no script and no other file. The index alone has a script, which narrows the list as one
//! types; without it the list is whole.

mod index;
mod list;

use std::collections::{BTreeMap, HashSet};

use crate::card::Corpus;
use crate::card::page::{Links, rule_page};

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// Where it belongs, relative to the folder, with `/`: letters, digits, `-` and `.` only.
    pub path: String,
    /// Its content.
    pub html: String,
}

/// The pages of a corpus. Each is made when it is asked for, so that threads can share the work.
///
/// # Example
/// ```
/// use sigmatic::card::{Corpus, Site};
/// # fn main() -> Result<(), sigmatic::Error> {
/// # let rules = sigmatic::RuleSet::from_yaml("{ title: t, logsource: { product: p }, detection: { s: { F: a }, condition: s } }")?;
/// let corpus = Corpus::new(&rules);
/// let site = Site::new(&corpus);
/// let paths: Vec<String> = (0..site.len()).filter_map(|index| site.page(index)).map(|page| page.path).collect();
/// assert_eq!(paths, ["index.html", "field/0.html", "rule/0.html"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Site<'c> {
    corpus: &'c Corpus,
    techniques: Vec<&'c str>,
    fields: Vec<&'c str>,
    field_places: BTreeMap<&'c str, usize>,
    rules: Vec<String>,
}

impl<'c> Site<'c> {
    /// The pages of a corpus.
    #[must_use]
    pub fn new(corpus: &'c Corpus) -> Self {
        let statistics = corpus.statistics();
        let techniques = statistics.techniques.keys().map(String::as_str);
        let fields: Vec<&str> = statistics
            .fields
            .keys()
            .map(String::as_str)
            .filter(|field| !field.is_empty())
            .collect();
        Self {
            corpus,
            techniques: techniques.filter(|id| is_file_name(id)).collect(),
            field_places: fields
                .iter()
                .enumerate()
                .map(|(place, field)| (*field, place))
                .collect(),
            fields,
            rules: rule_names(corpus),
        }
    }

    /// How many pages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        1 + self.techniques.len() + self.fields.len() + self.rules.len()
    }

    /// Whether there is no page; there always is an index.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The page at this place: the index, then techniques, fields and rules. `None` behind the last.
    #[must_use]
    pub fn page(&self, index: usize) -> Option<Page> {
        let Some(index) = index.checked_sub(1) else {
            return Some(Page {
                path: "index.html".to_owned(),
                html: index::page(self),
            });
        };
        if let Some(id) = self.techniques.get(index) {
            return Some(Page {
                path: format!("technique/{id}.html"),
                html: list::technique(self, id)?,
            });
        }
        let index = index.checked_sub(self.techniques.len())?;
        if let Some(field) = self.fields.get(index) {
            return Some(Page {
                path: format!("field/{index}.html"),
                html: list::field(self, field),
            });
        }
        let index = index.checked_sub(self.fields.len())?;
        let name = self.rules.get(index)?;
        Some(Page {
            path: format!("rule/{name}.html"),
            html: rule_page(
                &self.corpus.card(index)?,
                &From {
                    site: self,
                    up: "../",
                },
            ),
        })
    }
}

/// By rule, its file's name: the id if it is one that nobody has before it, else its place.
fn rule_names(corpus: &Corpus) -> Vec<String> {
    let mut taken = HashSet::new();
    let rules = corpus.rules().enumerate();
    rules
        .map(|(place, rule)| {
            let id = rule.id().map(|id| id.as_str());
            let id = id.filter(|id| {
                crate::rule::RuleId::parse(id).is_some() && taken.insert((*id).to_owned())
            });
            id.map_or_else(|| place.to_string(), str::to_owned)
        })
        .collect()
}

fn is_file_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    text.starts_with('T') && text.chars().all(plain)
}

/// Links as they look from a page.
struct From<'s> {
    site: &'s Site<'s>,
    /// The way to the folder: nothing, or `../`.
    up: &'static str,
}

impl Links for From<'_> {
    fn rule(&self, index: usize) -> Option<String> {
        let name = self.site.rules.get(index)?;
        Some(format!("{}rule/{name}.html", self.up))
    }

    fn technique(&self, id: &str) -> Option<String> {
        let place = self.site.techniques.binary_search(&id).ok()?;
        let id = self.site.techniques.get(place)?;
        Some(format!("{}technique/{id}.html", self.up))
    }

    fn field(&self, name: &str) -> Option<String> {
        let place = self.site.field_places.get(name)?;
        Some(format!("{}field/{place}.html", self.up))
    }

    fn index(&self) -> Option<String> {
        Some(format!("{}index.html", self.up))
    }
}
