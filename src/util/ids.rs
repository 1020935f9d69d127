//! Typed indexes. A rule, a field and a node are all numbers inside; the types keep them apart.

/// Defines an index type of 32 bits.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(u32);

        impl $name {
            /// The id of the place at which the next element of a table of this length will stand.
            pub(crate) fn next(length: usize) -> Self {
                Self(u32::try_from(length).expect("a table has fewer than 2^32 entries: each takes more than a byte of a text that is smaller"))
            }

            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// A field that some rule names.
    FieldId
}
id! {
    /// A name that is the part before the first dot of some field (S-112).
    HeadId
}
id! {
    /// A node of the shared expression graph.
    NodeId
}
id! {
    /// A rule of a rule set, in the order in which rules were added.
    RuleIndex
}
id! {
    /// A regular expression of a rule set.
    RegexId
}
id! {
    /// What many rules ask first.
    GateId
}
id! {
    /// A set of patterns of the index.
    SetId
}
id! {
    /// What an event is told by: a text of a field, or its presence.
    KeyId
}
