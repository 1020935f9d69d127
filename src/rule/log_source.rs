//! What kind of log a rule is written for (S-053).

use crate::rule::CustomValue;

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
    pub custom: Vec<(String, CustomValue)>,
}

impl LogSource {
    /// A log source of up to three attributes; an empty text leaves one unset.
    #[must_use]
    pub fn new(category: &str, product: &str, service: &str) -> Self {
        let attribute = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            category: attribute(category),
            product: attribute(product),
            service: attribute(service),
            ..Self::default()
        }
    }

    /// Whether a rule for this log source does not concern an event from `event`: some attribute is set in both and
    /// differs (S-470). Matching never looks at log sources; this is for an embedder who knows where an event is from.
    ///
    /// # Example
    /// ```
    /// use sigmatic::RuleSet;
    /// use sigmatic::rule::LogSource;
    ///
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rules = RuleSet::from_yaml(r"
    /// title: Cron by name
    /// logsource: { product: linux, service: cron }
    /// detection:
    ///   words: [cron]
    ///   condition: words
    /// ")?;
    /// let from = LogSource::new("process_creation", "windows", "");
    /// let mut scratch = rules.scratch();
    /// let hits = rules.matches(&[("Image", "cron.exe")], &mut scratch);
    /// assert_eq!(hits.filter(|hit| !hit.rule().log_source.excludes(&from)).count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn excludes(&self, event: &Self) -> bool {
        let differ = |own: &Option<String>, other: &Option<String>| {
            own.is_some() && other.is_some() && own != other
        };
        differ(&self.category, &event.category)
            || differ(&self.product, &event.product)
            || differ(&self.service, &event.service)
    }

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
