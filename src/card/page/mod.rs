//! A card as a page: HTML or Markdown.
//!
//! Rules are untrusted text. Both writers take markup as `&'static str` only and escape everything else, so nothing that a
//! rule says can become markup; and only `http` and `https` addresses become links.

mod card;
mod html;
pub(super) mod markdown;
mod style;

use crate::card::RuleCard;

pub(super) use self::card::{level_class, rule_page};
pub(super) use self::html::Html;
pub(super) use self::style::{document, footer};

/// Where other pages are, if there are any.
pub(super) trait Links {
    /// The page of the rule at this place.
    fn rule(&self, index: usize) -> Option<String>;
    /// The page of a technique.
    fn technique(&self, id: &str) -> Option<String>;
    /// The page of a field.
    fn field(&self, name: &str) -> Option<String>;
    /// The page with all rules.
    fn index(&self) -> Option<String>;
}

/// A page by itself.
struct NoLinks;

impl Links for NoLinks {
    fn rule(&self, _: usize) -> Option<String> {
        None
    }

    fn technique(&self, _: &str) -> Option<String> {
        None
    }

    fn field(&self, _: &str) -> Option<String> {
        None
    }

    fn index(&self) -> Option<String> {
        None
    }
}

impl RuleCard {
    /// The card as a self-contained HTML page: no script, no external resource, light and dark.
    ///
    /// # Example
    /// ```
    /// # use sigmatic::{RuleSet, card::Corpus};
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rules = RuleSet::from_yaml(r"
    /// title: <script>alert(1)</script>
    /// logsource: { category: process_creation }
    /// detection: { selection: { Image|endswith: '\whoami.exe' }, condition: selection }
    /// ")?;
    /// let card = Corpus::new(&rules).card(0).expect("there is one rule");
    /// assert!(card.to_html().contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        rule_page(self, &NoLinks)
    }

    /// The card as Markdown with tables.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::card(self)
    }
}

/// Whether an address may become a link.
fn is_web_address(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}

/// A character that would not be seen, or would turn the text around it; shown by its number instead.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
