//! Sigma detection rules: load them, compile them together, and match events of any type in one pass.
//!
//! # Five types
//!
//! | type | what it is |
//! |---|---|
//! | [`Rule`] | a detection rule as its text says it: metadata, log source, detections, conditions |
//! | [`RuleSet`] | many rules compiled together: immutable, shared by threads |
//! | [`Event`] | the trait through which a log record of any type is looked at, nothing copied |
//! | [`Match`] | a rule that an event matches |
//! | [`Error`] | what is wrong with a text or a rule: file, line, column, rule, remedy |
//!
//! Beside them stand [`Collection`], the documents of texts, files and folders with every problem met, and [`Scratch`],
//! the working memory of one thread.
//!
//! # Example
//!
//! ```
//! use sigmatic::{Collection, RuleSet};
//!
//! # fn main() -> Result<(), sigmatic::Error> {
//! // Loading never stops at a bad document: the others load, and problems tell what is wrong.
//! let loaded = Collection::from_yaml(r"
//! title: Encoded PowerShell Outside Office Hours
//! id: 6f3e2987-db24-4c78-a860-b4f4095a7095
//! logsource: { category: process_creation, product: windows }
//! detection:
//!   selection:
//!     Image|endswith: ['\powershell.exe', '\pwsh.exe']
//!     CommandLine|windash|contains: ' -enc'
//!   filter_main_office_hours:
//!     UtcTime|hour|gte: 7
//!   condition: selection and not 1 of filter_main_*
//! level: high
//! ");
//! assert!(loaded.problems().is_empty(), "{:?}", loaded.problems());
//!
//! // All rules become one immutable set. What cannot be compiled is left out and reported the same way.
//! let rules = RuleSet::builder().collection(&loaded).build()?;
//! assert!(rules.problems().is_empty());
//!
//! // One scratch per thread, used for all events.
//! let mut scratch = rules.scratch();
//! let event = [
//!     ("Image", r"C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell.exe"),
//!     ("CommandLine", "powershell /Enc SQBFAFgA"),
//!     ("UtcTime", "2025-09-01 03:14:31.482"),
//! ];
//! let hits: Vec<_> = rules.matches(&event, &mut scratch).collect();
//! assert_eq!(hits.len(), 1);
//! assert_eq!(hits[0].rule().title(), "Encoded PowerShell Outside Office Hours");
//!
//! // Why did it match, or not? An explanation tells, part by part.
//! let why = rules.explain(hits[0].index(), &event).expect("the rule is in the set");
//! assert!(why.matched);
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! ```text
//! text ─▶ syntax ─▶ rule (+ condition) ─▶ collection ─▶ pipeline ─┐
//!                                                                  ├─▶ compile ─▶ engine ─▶ explain, correlation, card
//! util ─▶ pattern ─────────────────────────────────────────────────┤
//! event ───────────────────────────────────────────────────────────┘
//! ```
//!
//! The language side knows what a rule says, the matching side how values compare; `compile` alone reads both.
//! [`docs::design`] walks through the stages, from the naive engine upward.
//!
//! | module | what is in it |
//! |---|---|
//! | [`collection`] | loading texts, files and folders; ids, names, references |
//! | [`rule`] | the model of a document: what it says, with places |
//! | [`condition`] | the model of a condition |
//! | [`pipeline`] | processing pipelines: rules rewritten to other field names, log sources and values; maps of log sources |
//! | [`event`] | the trait, its values, and adapters |
//! | [`card`] | what a rule looks for, what it excludes, who else looks for the same; as data and as pages |
//! | [`correlation`] | rules over the matches of rules, on event time |
//! | [`proof`] | answers about all events, with the event that shows a no |
//! | [`explain`] | why a rule matched an event, or did not, and what would have to be otherwise |
//! | [`synthesis`] | events that test a rule: one that matches, and near misses |
//! | [`lint`] | findings on rules, with positions, remedies and fixes |
//! | [`error`] | errors, problems, limits |
//! | [`docs`] | pages to read: [design](docs::design), [specification](docs::spec), [security](docs::security), [changes](docs::changelog) |
//!
//! `S-123` and the like number requirements; [`docs::spec`] lists them.
//!
//! # Promises
//!
//! - Everything that can fail fails while loading and building. Matching returns no `Result` and does not panic.
//! - Matching takes time linear in the size of the event, whatever the rules; what a rule may ask for is bounded by
//!   [`Limits`](error::Limits). [`docs::security`] lists them, and says what is promised when rules and events are hostile.
//! - The same input gives the same rules, messages, matches, and order, whatever else is loaded.
//! - No `unsafe` code; no foreign type in a signature except behind the feature named after it.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `evtx` | no | [`Event`] for records of Windows event log files, read by the `evtx` crate (Rust 1.88) |
//! | `json` | yes | [`Event`] for `serde_json::Value` |

#![forbid(unsafe_code)]
// What could panic carries the reason why it cannot. Tests may (`clippy.toml`). Sums of counts, lengths and positions are
// not among these lints: they were reviewed, tests run with overflow checks, and where input can reach a limit of a number
// they are checked or saturate.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing
)]
#![cfg_attr(not(test), deny(clippy::string_slice))]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod card;
pub mod collection;
pub mod condition;
pub mod correlation;
pub mod error;
pub mod event;
pub mod explain;
pub mod lint;
pub mod pipeline;
pub mod proof;
pub mod rule;
pub mod synthesis;

mod builder;
mod compile;
mod correlator;
mod engine;
mod pattern;
mod syntax;
mod util;

pub use crate::builder::RuleSetBuilder;
pub use crate::collection::Collection;
pub use crate::engine::{
    Match, Matches, PatternSearch, RuleSet, Schema, Scratch, Settings, Statistics,
    WitnessStatistics,
};
pub use crate::error::Error;
pub use crate::event::Event;
pub use crate::rule::{Placeholders, Rule};

/// Pages to read: how the crate works, what a rule means, what changed.
pub mod docs {
    #[doc = include_str!("docs/design.md")]
    pub mod design {}

    #[doc = include_str!("docs/spec.md")]
    pub mod spec {}

    #[doc = include_str!("docs/lint.md")]
    pub mod lint {}

    #[doc = include_str!("../SECURITY.md")]
    pub mod security {}

    #[doc = include_str!("../CHANGELOG.md")]
    pub mod changelog {}
}

/// The example of the read me is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
