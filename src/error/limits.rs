//! How much a text, a rule or an event may ask for.

/// Limits on hostile input. Each is reached with a named error (or, for events, with the documented behaviour), never
/// with a panic or an unbounded allocation (S-560). What has no limit, and the bounds that nobody can set, are listed with them
/// in [`docs::security`](crate::docs::security).
///
/// # Example
/// ```
/// let mut limits = sigmatic::error::Limits::default();
/// limits.text_bytes = 1 << 20;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one text or file. Default 16 MiB.
    pub text_bytes: usize,
    /// Scalars, lists and maps of one text. Default 2 000 000.
    pub nodes: usize,
    /// Levels of nested lists and maps in a document; at most 512, of brackets at most 255. Default 128.
    pub nesting: usize,
    /// Nodes that aliases and merge keys may add to one text (S-005). Default 10 000.
    pub alias_nodes: usize,
    /// Nodes that `action: global` and `action: repeat` may copy within one text (S-020); a text of n bytes counts as
    /// 1 + n / 32 nodes. Default 1 000 000.
    pub template_nodes: usize,
    /// Nodes that filters may add to the rules of one set (S-451); long texts count as several. Default 2 000 000.
    pub filter_nodes: usize,
    /// Search identifiers of one rule or filter. Default 10 000.
    pub identifiers: usize,
    /// Values in all items of one rule or filter. Default 1 000 000.
    pub values: usize,
    /// Modifiers of one item. Default 32.
    pub modifiers: usize,
    /// Bytes of one condition. Default 64 KiB.
    pub condition_bytes: usize,
    /// Nested operators and parentheses of one condition. Default 128.
    pub condition_depth: usize,
    /// Bytes of names that the patterns of one rule's conditions are compared with: the number of different patterns
    /// times the length of all search identifiers. Default 4 MiB.
    pub selection_bytes: usize,
    /// Bytes of one regular expression as written. Default 32 KiB.
    pub regex_bytes: usize,
    /// Groups inside one another in a regular expression; at most 64. Default 64.
    pub regex_nesting: usize,
    /// Bytes of memory that one compiled regular expression may take. Default 10 MiB.
    pub regex_memory: usize,
    /// Bytes of memory that the compiled regular expressions of one set may take, those that pipelines use not counted.
    /// Default 1 GiB.
    pub set_regex_memory: usize,
    /// Variants that one value may grow to by placeholders, dashes and encodings (S-207, S-251, S-260), or as many KiB
    /// of text. Default 10 000.
    pub expansions: usize,
    /// Variants that these may add to the values of one set, or as many KiB. Default 200 000.
    pub set_expansions: usize,
    /// Bytes of fields and values that processing pipelines may write for one rule; each value counts 64 more. Default
    /// 64 MiB.
    pub rewrite_bytes: usize,
    /// Levels of nested lists and maps of an event that are looked at; deeper ones count as absent. Default 256.
    pub event_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes: 16 << 20,
            nodes: 2_000_000,
            nesting: 128,
            alias_nodes: 10_000,
            template_nodes: 1_000_000,
            filter_nodes: 2_000_000,
            identifiers: 10_000,
            values: 1_000_000,
            modifiers: 32,
            condition_bytes: 64 << 10,
            condition_depth: 128,
            selection_bytes: 4 << 20,
            regex_bytes: 32 << 10,
            regex_nesting: 64,
            regex_memory: 10 << 20,
            set_regex_memory: 1 << 30,
            expansions: 10_000,
            set_expansions: 200_000,
            rewrite_bytes: 64 << 20,
            event_depth: 256,
        }
    }
}
