//! Points in time and their parts (S-240 to S-243).

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use crate::pattern::number::Number;

/// What a rule can ask about a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Day of the month, 1 to 31.
    Day,
    /// Week of the ISO 8601 year, 1 to 53.
    Week,
    /// 1 to 12.
    Month,
    /// Of the date, not of its ISO week.
    Year,
}

/// A point in time as it was written: its date and clock are not moved to UTC (S-242).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CivilTime {
    date: Date,
    /// `None` for a date alone.
    clock: Option<Clock>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    /// 0 to 23.
    hour: i8,
    /// 0 to 59.
    minute: i8,
    /// 0 to 60.
    second: i8,
    nanosecond: i32,
    /// East positive.
    offset_seconds: i32,
}

impl CivilTime {
    /// Reads `YYYY-MM-DD`, alone or followed by `T`, `t` or one space, `HH:MM`, optionally `:SS` and a fraction,
    /// and optionally `Z`, `z`, `±HH:MM` or `±HHMM` (S-241). The date must exist.
    ///
    /// Second 60 is read, as RFC 3339 has it, in any minute: leap seconds cannot be known in advance, and a log
    /// that was written during one should not lose its hour for it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = Reader(text.as_bytes());
        let year = rest.digits(4)?;
        rest.one_of(b"-")?;
        let month = rest.digits(2)?;
        rest.one_of(b"-")?;
        let day = rest.digits(2)?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let clock = if rest.is_empty() {
            None
        } else {
            Some(rest.clock()?)
        };
        rest.is_empty().then_some(Self { date, clock })
    }

    /// Reads a number as Unix time, by its magnitude in seconds, milliseconds, microseconds or nanoseconds (S-241).
    /// `None` outside the years −9999 to 9999.
    pub(crate) fn from_unix_number(number: Number) -> Option<Self> {
        let nanoseconds = Self::unix_number_nanoseconds(number)?;
        let seconds = i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).ok()?;
        let within = u32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).ok()?;
        Self::from_instant(seconds, within, 0)
    }

    /// The same number as nanoseconds since 1970, also outside those years.
    pub(crate) fn unix_number_nanoseconds(number: Number) -> Option<i128> {
        let (whole, fraction) = match number {
            Number::Integer(value) => (value, 0.0),
            // The cast saturates, which is far outside the calendar; NaN is excluded.
            Number::Float(value) if value.is_finite() => {
                (value.floor() as i128, value - value.floor())
            }
            Number::Float(_) => return None,
        };
        let unit = nanoseconds_per_unit(number);
        let within = (fraction * unit as f64) as i128;
        whole.checked_mul(unit)?.checked_add(within)
    }

    /// A point in time in seconds since 1970 and nanoseconds within that second, seen at `offset_seconds` east of
    /// UTC. `None` outside the years −9999 to 9999.
    pub(crate) fn from_instant(
        seconds: i64,
        nanoseconds: u32,
        offset_seconds: i32,
    ) -> Option<Self> {
        let local = seconds.checked_add(i64::from(offset_seconds))?;
        let duration = SignedDuration::new(local, i32::try_from(nanoseconds).ok()?);
        let local = EPOCH.checked_add(duration).ok()?;
        let clock = Clock {
            hour: local.hour(),
            minute: local.minute(),
            second: local.second(),
            nanosecond: local.subsec_nanosecond(),
            offset_seconds,
        };
        Some(Self {
            date: local.date(),
            clock: Some(clock),
        })
    }

    /// The value of `part`, as written. A date alone has no hour and no minute.
    pub(crate) fn part(&self, part: TimePart) -> Option<i64> {
        Some(match part {
            TimePart::Minute => self.clock?.minute.into(),
            TimePart::Hour => self.clock?.hour.into(),
            TimePart::Day => self.date.day().into(),
            TimePart::Week => self.date.iso_week_date().week().into(),
            TimePart::Month => self.date.month().into(),
            TimePart::Year => self.date.year().into(),
        })
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z. A time without an offset is taken as UTC, a date alone as its
    /// midnight.
    pub(crate) fn unix_nanoseconds(&self) -> i128 {
        let days = self
            .date
            .to_datetime(jiff::civil::Time::midnight())
            .duration_since(EPOCH);
        let clock = self.clock.map_or(0, |clock| clock.nanoseconds());
        days.as_nanos() + clock
    }
}

impl Clock {
    /// Since midnight UTC of the written date; below zero or above a day where the offset makes it so.
    fn nanoseconds(self) -> i128 {
        let minutes = i128::from(self.hour) * 60 + i128::from(self.minute);
        let seconds = minutes * 60 + i128::from(self.second) - i128::from(self.offset_seconds);
        seconds * NANOSECONDS + i128::from(self.nanosecond)
    }
}

/// What is left of a text.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Exactly `count` digits; their number below 10^4.
    fn digits(&mut self, count: usize) -> Option<i16> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let mut value = 0;
        for &digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + i16::from(digit - b'0');
        }
        self.0 = rest;
        Some(value)
    }

    /// Two digits up to `largest`.
    fn pair(&mut self, largest: i8) -> Option<i8> {
        let value = i8::try_from(self.digits(2)?).ok()?;
        (value <= largest).then_some(value)
    }

    fn one_of(&mut self, choice: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        if !choice.contains(&first) {
            return None;
        }
        self.0 = rest;
        Some(first)
    }

    fn clock(&mut self) -> Option<Clock> {
        self.one_of(b"Tt ")?;
        let hour = self.pair(23)?;
        self.one_of(b":")?;
        let minute = self.pair(59)?;
        let mut clock = Clock {
            hour,
            minute,
            second: 0,
            nanosecond: 0,
            offset_seconds: 0,
        };
        if self.one_of(b":").is_some() {
            clock.second = self.pair(60)?;
            if self.one_of(b".,").is_some() {
                clock.nanosecond = self.fraction()?;
            }
        }
        clock.offset_seconds = self.offset()?;
        Some(clock)
    }

    /// At least one digit of a second. Digits behind the ninth are read and dropped.
    fn fraction(&mut self) -> Option<i32> {
        let end = self
            .0
            .iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        let nine = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
        let value = nine.fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        (!digits.is_empty()).then_some(value)
    }

    /// Nothing, `Z`, `z`, `±HH:MM` or `±HHMM`.
    fn offset(&mut self) -> Option<i32> {
        if self.is_empty() || self.one_of(b"Zz").is_some() {
            return Some(0);
        }
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = i32::from(self.pair(23)?);
        self.one_of(b":");
        let minutes = i32::from(self.pair(59)?);
        Some(sign * (hours * 60 + minutes) * 60)
    }
}

/// By the magnitude of the number, seconds reach to the year 5138, and every finer unit about as far.
fn nanoseconds_per_unit(number: Number) -> i128 {
    let below = |limit: i128| {
        let (low, high) = (Number::Integer(-limit), Number::Integer(limit));
        number.compare(low).is_some_and(|order| order.is_gt())
            && number.compare(high).is_some_and(|order| order.is_lt())
    };
    if below(10_i128.pow(11)) {
        NANOSECONDS
    } else if below(10_i128.pow(14)) {
        NANOSECONDS / 1_000
    } else if below(10_i128.pow(17)) {
        NANOSECONDS / 1_000_000
    } else {
        1
    }
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// Of one second.
const NANOSECONDS: i128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(time: CivilTime) -> [Option<i64>; 6] {
        [
            TimePart::Year,
            TimePart::Month,
            TimePart::Day,
            TimePart::Hour,
            TimePart::Minute,
            TimePart::Week,
        ]
        .map(|part| time.part(part))
    }

    fn parsed(text: &str) -> CivilTime {
        CivilTime::parse(text).expect(text)
    }

    #[test]
    fn reads_every_format() {
        let expected = [2024, 7, 10, 14, 30, 28].map(Some);
        for text in [
            "2024-07-10T14:30",
            "2024-07-10t14:30",
            "2024-07-10 14:30",
            "2024-07-10T14:30:00",
            "2024-07-10T14:30:00.5",
            "2024-07-10T14:30:00,123456789012",
            "2024-07-10T14:30Z",
            "2024-07-10T14:30:59z",
            "2024-07-10T14:30:00+02:00",
            "2024-07-10T14:30:00.1-0930",
            "2024-07-10 14:30+0200",
            "2024-07-10T14:30:60Z",
        ] {
            assert_eq!(parts(parsed(text)), expected, "{text}");
        }
        let date = parsed("2024-02-29");
        assert_eq!(
            parts(date),
            [Some(2024), Some(2), Some(29), None, None, Some(9)]
        );
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "2024",
            "2024-07",
            "2024-7-10",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-07-10T",
            "2024-07-10T14",
            "2024-07-10T24:00",
            "2024-07-10T14:60",
            "2024-07-10T14:30:61",
            "2024-07-10T14:30:00.",
            "2024-07-10T14:30.5",
            "2024-07-10  14:30",
            "2024-07-10T14:30 Z",
            "2024-07-10T14:30+2",
            "2024-07-10T14:30+02",
            "2024-07-10T14:30+24:00",
            "2024-07-10Z",
            "2024-07-10T14:30ZZ",
            " 2024-07-10",
            "2024/07/10",
            "20240710",
            "1720621800",
            "+2024-07-10",
            "2024-07-10T14:30:00−02:00",
            "２024-07-10",
        ] {
            assert_eq!(CivilTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn weeks_are_those_of_iso() {
        for (text, week) in [
            ("2024-12-30T00:00:00Z", 1),
            ("2021-01-01T00:00:00Z", 53),
            ("2024-07-10", 28),
        ] {
            assert_eq!(parsed(text).part(TimePart::Week), Some(week), "{text}");
        }
    }

    #[test]
    fn numbers_by_magnitude() {
        let expected = 1_720_621_800_i128 * NANOSECONDS;
        for (number, within) in [
            (Number::Integer(1_720_621_800), 0),
            (Number::Integer(1_720_621_800_123), 123_000_000),
            (Number::Integer(1_720_621_800_123_456), 123_456_000),
            (Number::Integer(1_720_621_800_123_456_789), 123_456_789),
            (Number::Float(1_720_621_800.5), 500_000_000),
            (Number::Float(1_720_621_800_123.5), 123_500_000),
        ] {
            let time = CivilTime::from_unix_number(number).expect("in the calendar");
            assert_eq!(time.unix_nanoseconds(), expected + within, "{number:?}");
            assert_eq!(time.part(TimePart::Hour), Some(14));
        }
        let before = CivilTime::from_unix_number(Number::Float(-0.5)).expect("in the calendar");
        assert_eq!(parts(before), [1969, 12, 31, 23, 59, 1].map(Some));
        assert_eq!(before.unix_nanoseconds(), -500_000_000);
        let last_seconds =
            CivilTime::from_unix_number(Number::Integer(99_999_999_999)).expect("in the calendar");
        assert_eq!(last_seconds.part(TimePart::Year), Some(5138));
        let first_milliseconds =
            CivilTime::from_unix_number(Number::Integer(100_000_000_000)).expect("in the calendar");
        assert_eq!(first_milliseconds.part(TimePart::Year), Some(1973));
        for number in [
            Number::Float(f64::NAN),
            Number::Float(f64::INFINITY),
            Number::Float(1e300),
            Number::Integer(i128::MIN),
        ] {
            assert_eq!(CivilTime::from_unix_number(number), None, "{number:?}");
        }
    }

    #[test]
    fn instants_respect_offsets() {
        let east = CivilTime::from_instant(1_720_621_800, 5, 7_200).expect("in the calendar");
        assert_eq!(east.part(TimePart::Hour), Some(16));
        assert_eq!(east.unix_nanoseconds(), 1_720_621_800 * NANOSECONDS + 5);
        assert_eq!(
            parsed("2024-07-10T16:30:00+02:00").unix_nanoseconds(),
            1_720_621_800 * NANOSECONDS
        );
        assert_eq!(
            parsed("2016-12-31T23:59:60Z").unix_nanoseconds(),
            parsed("2017-01-01").unix_nanoseconds()
        );
        assert_eq!(
            parsed("2024-07-10T17:00:00.0625+02:30").unix_nanoseconds(),
            1_720_621_800 * NANOSECONDS + 62_500_000
        );
        assert_eq!(CivilTime::from_instant(i64::MAX, 0, 1), None);
        assert_eq!(CivilTime::from_instant(i64::MIN, u32::MAX, -1), None);
        assert!(
            parsed("9999-12-31T23:59:59-23:59").unix_nanoseconds()
                > parsed("9999-12-31").unix_nanoseconds()
        );
    }
}
