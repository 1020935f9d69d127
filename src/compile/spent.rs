//! What all rules of a set may use together: a rule may be small, and there may be a hundred thousand of it.

use std::cell::Cell;

use crate::compile::Options;
use crate::error::CompileDetail;

/// What the rules compiled so far have used of [`Limits`](crate::error::Limits) for a set. It is never given back, not by
/// a rule that is left out in the end: so the work is bounded, and not only what comes of it.
#[derive(Debug, Default)]
pub(crate) struct Spent {
    expansions: Cell<usize>,
    regex_memory: Cell<usize>,
}

impl Options<'_> {
    /// How many variants one value may have: no more than are left for the set.
    pub(super) fn expansions(&self) -> usize {
        // The first is not added.
        let left = self.expansions_left().saturating_add(1);
        self.limits.expansions.min(left)
    }

    /// Bytes that one compiled regular expression may take: no more than are left for the set.
    pub(super) fn regex_memory(&self) -> usize {
        self.limits.regex_memory.min(self.regex_memory_left())
    }

    /// Counts what a value has grown by.
    pub(super) fn spend_expansions(&self, added: usize) -> Result<(), CompileDetail> {
        let left = self.expansions_left();
        if let Some(spent) = self.spent {
            add(&spent.expansions, added);
        }
        if added > left {
            return Err(self.too_many_expansions());
        }
        Ok(())
    }

    /// Counts a regular expression, which is within [`regex_memory`](Self::regex_memory).
    pub(super) fn spend_regex(&self, bytes: usize) {
        if let Some(spent) = self.spent {
            add(&spent.regex_memory, bytes);
        }
    }

    /// The limit for the set instead of that for one value, if that is what was reached.
    pub(super) fn blame(&self, detail: CompileDetail) -> CompileDetail {
        match detail {
            CompileDetail::TooManyVariants { .. } if self.expansions() < self.limits.expansions => {
                if let Some(spent) = self.spent {
                    spent.expansions.set(usize::MAX);
                }
                self.too_many_expansions()
            }
            CompileDetail::RegexTooLarge { .. }
                if self.regex_memory() < self.limits.regex_memory =>
            {
                if let Some(spent) = self.spent {
                    spent.regex_memory.set(usize::MAX);
                }
                CompileDetail::TooMuchRegexMemory {
                    limit: self.limits.set_regex_memory,
                }
            }
            other => other,
        }
    }

    fn too_many_expansions(&self) -> CompileDetail {
        CompileDetail::TooManyExpansions {
            limit: self.limits.set_expansions,
        }
    }

    fn expansions_left(&self) -> usize {
        let limit = self.limits.set_expansions;
        self.spent.map_or(usize::MAX, |spent| {
            limit.saturating_sub(spent.expansions.get())
        })
    }

    fn regex_memory_left(&self) -> usize {
        let limit = self.limits.set_regex_memory;
        self.spent.map_or(usize::MAX, |spent| {
            limit.saturating_sub(spent.regex_memory.get())
        })
    }
}

fn add(sum: &Cell<usize>, more: usize) {
    sum.set(sum.get().saturating_add(more));
}
