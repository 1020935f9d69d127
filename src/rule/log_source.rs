//! What kind of log a rule is written for (S-053).

/// What kind of log a rule is written for (S-053). At least one of the first three is set.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LogSource {
    /// `category`, e.g. `process_creation`.
    pub category: Option<String>,
    /// `product`, e.g. `windows`.
    pub product: Option<String>,
    /// `service`, e.g. `sysmon`.
    pub service: Option<String>,
    /// `definition`: a note on what must be logged.
    pub definition: Option<String>,
    /// Further keys, kept verbatim (S-056).
    pub custom: Vec<(String, serde_yaml::Value)>,
}

impl LogSource {
    /// Whether every attribute that is set here has the same value in `other` (S-453): a filter for
    /// `category: process_creation` covers a rule for that category of any product.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let covers = |own: &Option<String>, other: &Option<String>| own.is_none() || own == other;
        covers(&self.category, &other.category)
            && covers(&self.product, &other.product)
            && covers(&self.service, &other.service)
    }
}
