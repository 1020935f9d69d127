//! Colours, on a terminal that wants them.

#![allow(dead_code, reason = "each example uses some of it")]

use std::io::IsTerminal;

use sigmatic::rule::Level;

#[derive(Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// Colours if `stream` is a terminal and `NO_COLOR` is not set (<https://no-color.org>).
    pub(crate) fn for_stream(stream: &impl IsTerminal) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            on: stream.is_terminal() && !refused,
        }
    }

    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Green if `good`, else red.
    pub(crate) fn verdict(self, good: bool, text: &str) -> String {
        self.wrap(if good { "32" } else { "31" }, text)
    }

    /// The level, padded to `width` characters.
    pub(crate) fn level(self, level: Level, width: usize) -> String {
        let code = match level {
            Level::Critical => "1;31",
            Level::High => "31",
            Level::Medium => "33",
            Level::Low => "36",
            _ => "2",
        };
        self.wrap(code, &format!("{level:<width$}"))
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
