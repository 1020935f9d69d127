//! What the fuzz targets do with their input.
//!
//! Called by `fuzz/fuzz_targets/*.rs`, and by `tests/fuzz.rs`, which replays what they once found. Each target holds a
//! property that is true of every input, not only that nothing panics. `fuzz/README.md` lists them.

mod card;
mod condition;
mod correlation;
mod engine;
#[cfg(feature = "evtx")]
mod evtx;
mod json_event;
mod json_line;
mod lint;
mod match_event;
mod pattern;
mod pipeline_text;
mod regex;
mod rule_text;
mod sets;

/// A target: its name, and what it does with an input.
pub(crate) type Target = (&'static str, fn(&[u8]));

pub(crate) const TARGETS: &[Target] = &[
    ("card", |data| card::run(&text(data))),
    ("condition", |data| condition::run(&text(data))),
    ("correlation", correlation::run),
    ("engine", engine::run),
    #[cfg(feature = "evtx")]
    ("evtx", evtx::run),
    ("json_event", |data| json_event::run(&text(data))),
    ("json_line", json_line::run),
    ("lint", |data| lint::run(&text(data))),
    ("match_event", |data| match_event::run(&text(data))),
    ("pattern", pattern::run),
    ("pipeline_text", |data| pipeline_text::run(&text(data))),
    ("regex", regex::run),
    ("rule_text", |data| rule_text::run(&text(data))),
];

/// Runs a target on an input.
#[allow(
    dead_code,
    reason = "the fuzz project names one target, the replay takes all"
)]
pub(crate) fn run(target: &str, data: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    let (_, run) = found.unwrap_or_else(|| panic!("no fuzz target is called '{target}'"));
    run(data);
}

/// What stands between rule and event in an input of `match_event`, between pipeline and rules in one of
/// `pipeline_text`.
const BETWEEN: &str = "\n===\n";

/// Input that is no text is read as far as it goes.
fn text(data: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// One decision a byte, for the generators of rules, events and streams: none has 256 alternatives.
fn decisions(data: &[u8]) -> Vec<u16> {
    data.iter().copied().map(u16::from).collect()
}
