//! HTML that cannot be broken from inside.

use std::fmt::Write as _;

use crate::card::page::{is_hidden, is_web_address};

/// Collects HTML. Markup must be known to the compiler; all else is escaped, in texts and in quoted attributes alike.
#[derive(Debug, Default)]
pub(in crate::card) struct Html {
    out: String,
}

impl Html {
    /// Markup.
    pub(in crate::card) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Text, or the value of a quoted attribute.
    pub(in crate::card) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                c if is_hidden(c) => {
                    // Writing to a string cannot fail.
                    let _ = write!(self.out, "\\u{{{:x}}}", u32::from(c));
                }
                c => self.out.push(c),
            }
        }
        self
    }

    pub(in crate::card) fn number(&mut self, number: usize) -> &mut Self {
        let _ = write!(self.out, "{number}");
        self
    }

    pub(in crate::card) fn code(&mut self, text: &str) -> &mut Self {
        self.raw("<code>").text(text).raw("</code>")
    }

    /// A link to a page of ours, or the text alone.
    pub(in crate::card) fn link(&mut self, to: Option<&str>, text: &str) -> &mut Self {
        match to {
            Some(to) => self
                .raw("<a href=\"")
                .text(to)
                .raw("\">")
                .text(text)
                .raw("</a>"),
            None => self.text(text),
        }
    }

    /// A link to somewhere else if the text is a web address, else the text alone.
    pub(in crate::card) fn web_address(&mut self, text: &str) -> &mut Self {
        if is_web_address(text) {
            self.raw("<a rel=\"noopener noreferrer nofollow\" href=\"")
                .text(text.trim())
                .raw("\">")
                .text(text)
                .raw("</a>")
        } else {
            self.text(text)
        }
    }

    pub(in crate::card) fn finish(self) -> String {
        self.out
    }
}
