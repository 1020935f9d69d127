//! Which names a selector means (S-304).

use crate::condition::Selector;

impl Selector {
    /// The selector as it is written: `them`, or the pattern.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Them => "them",
            Self::Pattern(pattern) => pattern,
        }
    }

    /// Whether the selector means the search identifier `name`.
    ///
    /// # Example
    /// ```
    /// use sigmatic::condition::Selector;
    ///
    /// let pattern = Selector::Pattern("filter_*".into());
    /// assert!(pattern.selects("filter_main") && !pattern.selects("selection"));
    /// assert!(!Selector::Them.selects("_helper"));
    /// ```
    ///
    /// # Cost
    /// Linear in the lengths of pattern and name.
    #[must_use]
    pub fn selects(&self, name: &str) -> bool {
        match self {
            Self::Them => !name.starts_with('_'),
            Self::Pattern(pattern) => {
                (pattern.starts_with('_') || !name.starts_with('_')) && matches(pattern, name)
            }
        }
    }
}

/// Each part between stars is found at the leftmost place after the one before it: if any placement of the parts
/// fits, this one does, so there is nothing to go back for.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut remaining) = name.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match remaining.find(part) {
            Some(place) => remaining = remaining.get(place + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    remaining.ends_with(last)
}
