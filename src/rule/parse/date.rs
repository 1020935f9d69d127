//! Dates of the metadata (S-049).

use jiff::civil;

/// A date in canonical form, `YYYY-MM-DD`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) text: String,
    /// Whether it was written in the old form, with slashes.
    pub(super) slashes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not a form that is accepted.
    Form,
    /// Such as the 30th of February.
    Calendar,
}

/// Reads a plain YAML date, or date with time, whose form `syntax` has checked.
pub(super) fn from_timestamp(text: &str) -> Result<Date, Fault> {
    let end = text.find(|next: char| !next.is_ascii_digit() && next != '-');
    let day = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let [year, month, day] = parts(day, '-').ok_or(Fault::Form)?;
    in_calendar(year, month, day, false)
}

/// Reads `YYYY-MM-DD`, or `YYYY/M/D` with one or two digits.
pub(super) fn from_text(text: &str) -> Result<Date, Fault> {
    let slashes = text.contains('/');
    let [year, month, day] = parts(text, if slashes { '/' } else { '-' }).ok_or(Fault::Form)?;
    let shortest = if slashes { 1 } else { 2 };
    let is_form = year.len() == 4
        && year.starts_with(['1', '2', '3'])
        && (shortest..=2).contains(&month.len())
        && (shortest..=2).contains(&day.len());
    if is_form {
        in_calendar(year, month, day, slashes)
    } else {
        Err(Fault::Form)
    }
}

/// Three parts of digits.
fn parts(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.next().is_none() && three.iter().all(is_number)).then_some(three)
}

fn in_calendar(year: &str, month: &str, day: &str, slashes: bool) -> Result<Date, Fault> {
    let date = || {
        let year = year.parse().ok().filter(|year| *year >= 1)?;
        civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let date = date().ok_or(Fault::Calendar)?;
    Ok(Date {
        text: date.to_string(),
        slashes,
    })
}

#[cfg(test)]
mod tests {
    use super::{Fault, from_text, from_timestamp};

    #[test]
    fn forms() {
        for (text, expected) in [
            ("2024-01-02", Ok("2024-01-02")),
            ("2024/1/2", Ok("2024-01-02")),
            ("2024-02-30", Err(Fault::Calendar)),
            ("2024-01-1", Err(Fault::Form)),
            ("20240102", Err(Fault::Form)),
            ("02/01/2024", Err(Fault::Form)),
            ("4024-01-01", Err(Fault::Form)),
            ("2024-01-02-", Err(Fault::Form)),
        ] {
            assert_eq!(
                from_text(text).map(|date| date.text).as_deref(),
                expected.as_deref(),
                "{text}"
            );
        }
        let date = from_timestamp("2024-1-2 10:00:00").map(|date| date.text);
        assert_eq!(date.as_deref(), Ok("2024-01-02"));
    }
}
