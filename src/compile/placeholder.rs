//! The table that `expand` takes its values from (S-250 to S-256).

use std::collections::BTreeMap;

/// Values for the placeholders of rules with the `expand` modifier.
///
/// A rule whose placeholder is not in the table is rejected (S-252). Names are case-sensitive. Values are read as
/// Sigma strings, so `srv*` keeps its wildcard; a number is given by its text.
///
/// # Example
/// ```
/// use sigmatic::Placeholders;
///
/// let mut table = Placeholders::new();
/// table.insert("DomainControllers", ["dc1", "dc2"]);
/// assert_eq!(table.names().collect::<Vec<_>>(), ["DomainControllers"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placeholders {
    values: BTreeMap<String, Vec<String>>,
}

impl Placeholders {
    /// An empty table: every placeholder is an error.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the values of a placeholder, replacing those it had. No values at all make each use an error.
    pub fn insert<V: Into<String>>(
        &mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) {
        self.values
            .insert(name.into(), values.into_iter().map(Into::into).collect());
    }

    /// The names that have values, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The values of a placeholder; `None` if it has none.
    pub(crate) fn values(&self, name: &str) -> Option<&[String]> {
        self.values
            .get(name)
            .map(Vec::as_slice)
            .filter(|values| !values.is_empty())
    }
}
