//! References from correlations and filters to rules.

use std::fmt;

use crate::error::Location;
use crate::rule::RuleId;

/// The id or the name of another document (S-408, S-452).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuleReference {
    /// As written.
    pub text: String,
    /// Where it stands.
    pub location: Location,
}

impl RuleReference {
    /// The id, if the text is a UUID in any spelling. It may be a name all the same.
    #[must_use]
    pub fn id(&self) -> Option<RuleId> {
        RuleId::parse(&self.text)
    }
}

impl PartialEq for RuleReference {
    /// Compares the text, not the place.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RuleReference {}

impl fmt::Display for RuleReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
