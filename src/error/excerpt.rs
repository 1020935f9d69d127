//! Words of the rule's author inside a message.

use std::fmt;

/// Prints a text in one line and shortened, so that a message stays readable whatever a rule holds.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(LONGEST) {
            match character {
                '\n' | '\r' | '\t' => f.write_str(" ")?,
                other if other.is_control() => write!(f, "{}", other.escape_unicode())?,
                other => write!(f, "{other}")?,
            }
        }
        f.write_str(if characters.next().is_some() {
            "…"
        } else {
            ""
        })
    }
}

/// Characters that are shown.
const LONGEST: usize = 120;
