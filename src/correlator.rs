//! Where the correlations of a collection meet a rule set, as `builder` does for rules.
//!
//! In: a collection. Out: its correlations, handed to the builder of a [`Correlator`](crate::correlation::Correlator).
//! Called by embedders. Resolves nothing: the rules of the set decide what references mean.

use crate::collection::Collection;
use crate::correlation::CorrelatorBuilder;

impl CorrelatorBuilder<'_> {
    /// Adds the correlations of a collection.
    #[must_use]
    pub fn collection(self, collection: &Collection) -> Self {
        collection
            .correlations()
            .fold(self, |builder, correlation| {
                builder.correlation(correlation.clone())
            })
    }
}
