//! Many text patterns, answered together for one text.

use crate::pattern::text::{Text, TextPattern};

/// Many text patterns, each with an id of the caller's.
#[derive(Debug, Default)]
pub(crate) struct PatternSet {
    patterns: Vec<(u32, TextPattern)>,
}

impl PatternSet {
    pub(crate) fn new(patterns: impl IntoIterator<Item = (u32, TextPattern)>) -> Self {
        Self {
            patterns: patterns.into_iter().collect(),
        }
    }

    pub(crate) fn is_match(&self, text: Text<'_>) -> bool {
        self.patterns
            .iter()
            .any(|(_, pattern)| pattern.is_match(text))
    }

    pub(crate) fn for_each_match(&self, text: Text<'_>, hit: &mut impl FnMut(u32)) {
        for (id, pattern) in &self.patterns {
            if pattern.is_match(text) {
                hit(*id);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }
}
