//! The table that `expand` takes its values from (S-250 to S-256).

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Limits, PlaceholderDetail, Problems};
use crate::syntax::{self, Node, Value};

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

    /// Reads a table from a YAML text: a map from names to a value or a list of values, which are strings or numbers.
    ///
    /// # Example
    /// ```
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let table = sigmatic::Placeholders::from_yaml("
    /// DomainControllers: [dc1, dc2]
    /// ManagementPort: 5986
    /// ")?;
    /// assert_eq!(table.names().count(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The first error of the text, with its place.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        Self::read(text.as_bytes())
    }

    /// Reads a table from a YAML file.
    ///
    /// # Errors
    /// If the file cannot be read; the first error of its text, with its place.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (file, text) = syntax::read_named(path.as_ref())?;
        Self::read(&text).map_err(|error| error.in_file(file))
    }

    fn read(text: &[u8]) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let documents = syntax::read(text, &Limits::default(), &mut problems);
        match (problems.into_error(), documents.as_slice()) {
            (Some(error), _) => Err(error),
            // An empty text is an empty table.
            (None, []) => Ok(Self::new()),
            (None, [only]) => Self::from_map(&only.root),
            (None, documents) => {
                let found = documents.len();
                Err(Error::new(PlaceholderDetail::NotOne { found }))
            }
        }
    }

    fn from_map(root: &Node) -> Result<Self, Error> {
        let mut table = Self::new();
        for (key, value) in root.as_map().unwrap_or_default() {
            let Some(name) = key.as_str() else {
                let found = key.kind_name();
                return Err(Error::new(PlaceholderDetail::NameType { found }).at(key.location));
            };
            let values = value.as_list();
            let values = values.unwrap_or_else(|| std::slice::from_ref(value));
            let texts: Result<Vec<String>, Error> =
                values.iter().map(|value| text(name, value)).collect();
            table.insert(name, texts?);
        }
        Ok(table)
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

fn text(name: &str, value: &Node) -> Result<String, Error> {
    match &value.value {
        Value::String(text) => Ok(text.clone()),
        Value::Int(number) => Ok(number.to_string()),
        Value::Float(number) if number.is_finite() => Ok(number.to_string()),
        _ => {
            let (name, found) = (name.to_owned(), value.kind_name());
            Err(Error::new(PlaceholderDetail::ValueType { name, found }).at(value.location))
        }
    }
}
