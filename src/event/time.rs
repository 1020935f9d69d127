//! A point in time as an event's value.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time, with the offset from UTC in which it was written.
///
/// Parts such as the hour are read as written (S-242), so the offset matters. Its text is RFC 3339 with as many
/// digits of a second as are needed (S-117).
///
/// # Example
/// ```
/// let time = sigmatic::event::Time::from_unix(1_720_621_800, 500_000_000);
/// assert_eq!(time.to_string(), "2024-07-10T14:30:00.5Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    seconds: i64,
    nanoseconds: u32,
    offset_seconds: i32,
}

impl Time {
    /// Seconds since 1970-01-01T00:00:00Z (may be negative) and nanoseconds within that second (below 10^9; more
    /// are carried over), in UTC.
    #[must_use]
    pub const fn from_unix(seconds: i64, nanoseconds: u32) -> Self {
        Self {
            seconds: seconds.saturating_add((nanoseconds / 1_000_000_000) as i64),
            nanoseconds: nanoseconds % 1_000_000_000,
            offset_seconds: 0,
        }
    }

    /// The same point in time, written with an offset from UTC in seconds (at most a day either way; more is cut).
    #[must_use]
    pub const fn with_offset(mut self, offset_seconds: i32) -> Self {
        const DAY: i32 = 86_399;
        self.offset_seconds = if offset_seconds > DAY {
            DAY
        } else if offset_seconds < -DAY {
            -DAY
        } else {
            offset_seconds
        };
        self
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    #[must_use]
    pub const fn subsecond_nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    /// The offset from UTC in seconds, east positive.
    #[must_use]
    pub const fn offset_seconds(self) -> i32 {
        self.offset_seconds
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self::from_unix(
                i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
                after.subsec_nanos(),
            ),
            Err(error) => {
                let before = error.duration();
                let seconds = i64::try_from(before.as_secs())
                    .unwrap_or(i64::MAX)
                    .saturating_neg();
                match before.subsec_nanos() {
                    0 => Self::from_unix(seconds, 0),
                    nanoseconds => {
                        Self::from_unix(seconds.saturating_sub(1), 1_000_000_000 - nanoseconds)
                    }
                }
            }
        }
    }
}

/// RFC 3339. Outside the years −9999 to 9999 that a calendar date can be given for, seconds since 1970.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = i32::try_from(self.nanoseconds).unwrap_or(0);
        match jiff::Timestamp::new(self.seconds, nanoseconds) {
            Ok(timestamp) if self.offset_seconds == 0 => write!(f, "{timestamp}"),
            Ok(timestamp) => match jiff::tz::Offset::from_seconds(self.offset_seconds) {
                Ok(offset) => write!(f, "{}", timestamp.display_with_offset(offset)),
                Err(_) => write!(f, "{timestamp}"),
            },
            Err(_) => write!(f, "{}", self.seconds),
        }
    }
}
