//! What an embedder can set.

use std::time::Duration;

/// How a [`Correlator`](super::Correlator) reads time, and how much it may keep.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// let mut options = sigmatic::correlation::Options::default();
/// options.time_fields = vec!["UtcTime".into(), "@timestamp".into()];
/// options.lateness = Duration::from_secs(30);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Where an event's time is looked for, in this order (S-402). Default `timestamp`.
    pub time_fields: Vec<String>,
    /// How much older than the newest event an event may be. Until that much has passed, events are held and put in
    /// order: results then are those of sorted input, and come so much later. Default 0: events are taken in the order
    /// in which they arrive, and one that is older than its group's window is late (S-420).
    pub lateness: Duration,
    /// How far ahead of the time given to [`advance`](super::Correlator::advance) an event may be. One that is further
    /// ahead is refused: its clock is wrong, or someone wants all other events to be late. Without effect until
    /// `advance` was called, for there is no clock inside. Default one hour.
    pub ahead: Duration,
    /// For how long a group that has fired gives no further result. Correlations of correlations see every firing all
    /// the same. Default 0: it fires at each event for which the condition holds (S-405).
    pub cool_down: Duration,
    /// How many of the events in its window a match names: the newest. Default 100.
    pub events: usize,
    /// Groups of one correlation. Default 2 000 000.
    pub groups: usize,
    /// Events in all windows of one correlation. Temporal types keep none. Default 16 000 000.
    pub entries: usize,
    /// Bytes of the group keys and of the counted values of one correlation. Default 256 MiB.
    pub text_bytes: usize,
    /// Events that are held because of `lateness`. When it is reached, the oldest is taken early. Default 1 000 000.
    pub held: usize,
    /// What happens when `groups`, `entries` or `text_bytes` is reached.
    pub when_full: WhenFull,
    /// Which share of the groups this correlator has, and of how many: see
    /// [`partition_keys`](super::Correlator::partition_keys). Default all: 0 of 1.
    pub shard: (u32, u32),
}

/// What happens when a correlation has reached a limit. Each is counted and reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenFull {
    /// The event takes no part in that correlation.
    Reject,
    /// Groups that were made first are forgotten, a sixteenth of all at a time, so that the cost for each event stays
    /// the same. If the event's own group is all there is, its oldest events are.
    EvictOldest,
    /// The same with the groups whose newest event is the oldest.
    EvictIdle,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            time_fields: vec!["timestamp".to_owned()],
            lateness: Duration::ZERO,
            ahead: Duration::from_secs(3_600),
            cool_down: Duration::ZERO,
            events: 100,
            groups: 2_000_000,
            entries: 16_000_000,
            text_bytes: 256 << 20,
            held: 1_000_000,
            when_full: WhenFull::EvictIdle,
            shard: (0, 1),
        }
    }
}

/// In nanoseconds; what is longer than 64 bits hold is as good as for ever.
pub(super) fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
