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

#[cfg(test)]
mod tests {
    use super::matches;

    fn naive(pattern: &[u8], name: &[u8]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|skip| naive(rest, &name[skip..])),
            Some((first, rest)) => name.first() == Some(first) && naive(rest, &name[1..]),
        }
    }

    /// All texts of up to `longest` of these letters.
    fn texts(letters: &str, longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            let longer = last
                .iter()
                .flat_map(|text| letters.chars().map(move |letter| format!("{text}{letter}")));
            last = longer.collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn agrees_with_the_naive_matcher() {
        let names = texts("ab", 6);
        for pattern in texts("ab*", 5) {
            for name in &names {
                let expected = naive(pattern.as_bytes(), name.as_bytes());
                assert_eq!(matches(&pattern, name), expected, "{pattern} {name}");
            }
        }
    }
}
