//! Parts of timestamps (S-240 to S-243).

use serde_json::{Number as JsonNumber, Value};

/// Which part of a timestamp an item looks at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A timestamp as written: no conversion between zones (S-242).
#[derive(Debug, PartialEq)]
struct Timestamp {
    year: i64,
    month: i64,
    day: i64,
    /// Hour and minute; a date alone has none.
    clock: Option<(i64, i64)>,
}

/// The part of the leaf, if the leaf is a timestamp that has it.
pub(super) fn part(leaf: &Value, part: Part) -> Option<i64> {
    let time = match leaf {
        Value::String(text) => read(text)?,
        Value::Number(number) => from_unix(number)?,
        _ => return None,
    };
    match part {
        Part::Minute => time.clock.map(|(_, minute)| minute),
        Part::Hour => time.clock.map(|(hour, _)| hour),
        Part::Day => Some(time.day),
        Part::Week => Some(iso_week(time.year, time.month, time.day)),
        Part::Month => Some(time.month),
        Part::Year => Some(time.year),
    }
}

/// Whether a text is a timestamp at all.
pub(super) fn is_timestamp(text: &str) -> bool {
    read(text).is_some()
}

/// `YYYY-MM-DD`, alone or followed by `T`, `t` or one space and `HH:MM[:SS[.,fraction]]` and perhaps a zone (S-241).
fn read(text: &str) -> Option<Timestamp> {
    let mut rest = text;
    let year = digits(&mut rest, 4)?;
    literal(&mut rest, "-")?;
    let month = digits(&mut rest, 2)?;
    literal(&mut rest, "-")?;
    let day = digits(&mut rest, 2)?;
    if !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
        return None;
    }
    let clock = if rest.is_empty() {
        None
    } else {
        literal(&mut rest, "Tt ")?;
        Some(clock(rest)?)
    };
    Some(Timestamp {
        year,
        month,
        day,
        clock,
    })
}

fn clock(mut rest: &str) -> Option<(i64, i64)> {
    let hour = digits(&mut rest, 2)?;
    literal(&mut rest, ":")?;
    let minute = digits(&mut rest, 2)?;
    let mut second = 0;
    if literal(&mut rest, ":").is_some() {
        second = digits(&mut rest, 2)?;
        if literal(&mut rest, ".,").is_some() {
            let fraction = rest.bytes().take_while(u8::is_ascii_digit).count();
            if fraction == 0 {
                return None;
            }
            rest = &rest[fraction..];
        }
    }
    // A leap second is written 60.
    (hour < 24 && minute < 60 && second <= 60 && is_zone(rest)).then_some((hour, minute))
}

/// Nothing, `Z`, `z`, `±HH:MM` or `±HHMM`.
fn is_zone(mut rest: &str) -> bool {
    if matches!(rest, "" | "Z" | "z") {
        return true;
    }
    let mut offset = || {
        literal(&mut rest, "+-")?;
        let hours = digits(&mut rest, 2)?;
        literal(&mut rest, ":");
        let minutes = digits(&mut rest, 2)?;
        Some(hours < 24 && minutes < 60)
    };
    offset() == Some(true) && rest.is_empty()
}

/// Takes exactly `count` ASCII digits.
fn digits(rest: &mut &str, count: usize) -> Option<i64> {
    let taken = rest.get(..count)?;
    if !taken.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    *rest = &rest[count..];
    taken.parse().ok()
}

/// Takes one of the characters.
fn literal(rest: &mut &str, one_of: &str) -> Option<()> {
    let first = rest.chars().next().filter(|c| one_of.contains(*c))?;
    *rest = &rest[first.len_utf8()..];
    Some(())
}

/// A number as Unix time; its size tells its unit (S-241). UTC.
fn from_unix(number: &JsonNumber) -> Option<Timestamp> {
    let seconds = match number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
    {
        Some(integer) => integer.div_euclid(unit(integer.unsigned_abs() as f64) as i128),
        None => {
            let float = number.as_f64()?;
            (float / unit(float.abs())).floor() as i128
        }
    };
    let days = i64::try_from(seconds.div_euclid(86_400)).ok()?;
    let second_of_day = seconds.rem_euclid(86_400) as i64;
    let (year, month, day) = date_of(days)?;
    Some(Timestamp {
        year,
        month,
        day,
        clock: Some((second_of_day / 3_600, second_of_day / 60 % 60)),
    })
}

/// How many of the number's units make a second.
fn unit(magnitude: f64) -> f64 {
    if magnitude < 1e11 {
        1.0
    } else if magnitude < 1e14 {
        1e3
    } else if magnitude < 1e17 {
        1e6
    } else {
        1e9
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn days_of_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// The date so many days after 1970-01-01, by counting. Beyond four digits of year no timestamp is meant.
fn date_of(mut days: i64) -> Option<(i64, i64, i64)> {
    if days.abs() > 366 * 10_000 {
        return None;
    }
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += days_of_year(year);
    }
    while days >= days_of_year(year) {
        days -= days_of_year(year);
        year += 1;
    }
    let mut month = 1;
    while days >= days_of_month(year, month) {
        days -= days_of_month(year, month);
        month += 1;
    }
    (-9_999..=9_999)
        .contains(&year)
        .then_some((year, month, days + 1))
}

fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    (1..month)
        .map(|earlier| days_of_month(year, earlier))
        .sum::<i64>()
        + day
}

/// 1 for Monday to 7 for Sunday; by the Gregorian calendar, which repeats every 400 years of whole weeks.
fn weekday(year: i64, month: i64, day: i64) -> i64 {
    // 2000-01-01 was a Saturday, and so was the first day of each 2000 + 400n.
    let cycle_year = year.rem_euclid(400);
    let days: i64 =
        (0..cycle_year).map(days_of_year).sum::<i64>() + day_of_year(year, month, day) - 1;
    (days + 5) % 7 + 1
}

/// The ISO week: week 1 of a year is the one with its first Thursday, so a day's week is that of its Thursday.
fn iso_week(year: i64, month: i64, day: i64) -> i64 {
    let thursday = day_of_year(year, month, day) + 4 - weekday(year, month, day);
    let (thursday_year, thursday) = if thursday < 1 {
        (year - 1, thursday + days_of_year(year - 1))
    } else {
        (year, thursday)
    };
    if thursday > days_of_year(thursday_year) {
        return 1;
    }
    (thursday - 1) / 7 + 1
}

#[test]
fn iso_weeks() {
    for (date, week) in [
        ("2024-12-30", 1),
        ("2021-01-01", 53),
        ("2020-12-31", 53),
        ("2024-07-10", 28),
        ("2023-01-01", 52),
        ("1970-01-01", 1),
        ("2000-01-01", 52),
        ("1900-02-28", 9),
    ] {
        assert_eq!(part(&Value::from(date), Part::Week), Some(week), "{date}");
    }
}

#[test]
fn accepted_forms() {
    for good in [
        "2024-02-29",
        "2024-07-10T14:30",
        "2024-07-10t14:30:05",
        "2024-07-10 14:30:05,5",
        "2024-07-10T14:30Z",
        "2024-07-10T14:30:05.123456789z",
        "2024-07-10T14:30:05+0200",
        "2024-07-10T14:30:05-02:30",
    ] {
        assert!(read(good).is_some(), "{good}");
    }
    for bad in [
        "2023-02-29",
        "2024-7-10",
        "2024-07-10T",
        "2024-07-10  14:30",
        "2024-07-10T14",
        "2024-07-10T24:00",
        "2024-07-10T14:30:05.",
        "2024-07-10T14:30 Z",
        "2024-07-10Z",
        "2024-07-10T14:30+02",
        " 2024-07-10",
        "",
        "20240710",
        "2024-07-10T14:30:05+02:00x",
        "２024-07-10",
    ] {
        assert!(read(bad).is_none(), "{bad}");
    }
}

#[test]
fn unix_times() {
    let parts = |value: Value| {
        [Part::Year, Part::Month, Part::Day, Part::Hour, Part::Minute]
            .map(|which| part(&value, which).expect("a time"))
    };
    for value in [
        Value::from(1_720_621_800),
        Value::from(1_720_621_800_000_i64),
        Value::from(1_720_621_800_000_000_i64),
        Value::from(1_720_621_800_000_000_000_i64),
        Value::from(1_720_621_800.5),
    ] {
        assert_eq!(parts(value), [2024, 7, 10, 14, 30]);
    }
    assert_eq!(parts(Value::from(-1)), [1969, 12, 31, 23, 59]);
    assert_eq!(part(&Value::from(1e300), Part::Year), None);
}
