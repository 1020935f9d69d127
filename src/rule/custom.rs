//! What a document has beside Sigma's own keys.

use std::fmt;

use serde::{Serialize, Serializer};

/// A value of a key that Sigma does not define, kept as it was written (S-040, S-056). Prints as YAML.
///
/// # Example
/// ```
/// # fn main() -> Result<(), sigmatic::Error> {
/// let rule = sigmatic::Rule::from_yaml(r"
/// title: With a ticket
/// ticket: { queue: soc, number: 17 }
/// logsource: { category: test }
/// detection: { a: { F: x }, condition: a }
/// ")?;
/// let (key, value) = &rule.metadata.custom[0];
/// assert_eq!((key.as_str(), value.to_string().as_str()), ("ticket", "queue: soc\nnumber: 17"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CustomValue(pub(crate) serde_yaml::Value);

impl CustomValue {
    /// The text, if the value is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }
}

impl Serialize for CustomValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for CustomValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_yaml::to_string(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(text.trim_end())
    }
}
