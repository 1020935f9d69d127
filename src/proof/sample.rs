//! Texts that pass a test, or several at once.

use crate::compile::plan::{Comparison, ValueTest};
use crate::pattern::{Number, Part, TextPattern, TimePart};
use crate::proof::leaf::passes;
use crate::proof::test::{with_number_text, word};

/// A few texts that pass `test`. `filler` stands where any text may.
pub(super) fn texts(test: &ValueTest, filler: &str) -> Vec<String> {
    let candidates = match test {
        ValueTest::Text(pattern) => vec![Chunk::new(pattern, filler).alone(filler)],
        ValueTest::Number(number) | ValueTest::Token(number) => {
            vec![with_number_text(*number, str::to_owned)]
        }
        ValueTest::Boolean(value) => vec![word(*value).to_owned()],
        ValueTest::Null => Vec::new(),
        ValueTest::Regex(regex) => return regex.samples(),
        ValueTest::Network(network) => vec![network.first().to_string()],
        ValueTest::Compare(comparison, number) => near(*comparison, *number)
            .into_iter()
            .map(|number| with_number_text(number, str::to_owned))
            .collect(),
        ValueTest::Time(part, comparison, number) => near(*comparison, *number)
            .into_iter()
            .filter_map(|number| match number {
                Number::Integer(value) => time(*part, i64::try_from(value).ok()?),
                Number::Float(_) => None,
            })
            .collect(),
    };
    candidates
        .into_iter()
        .filter(|text| passes(test, text))
        .collect()
}

/// One text that passes all of the tests, if putting their literals one after the other makes it so. The caller checks.
pub(super) fn joined(tests: &[&ValueTest], filler: &str) -> Option<String> {
    let mut chunks = Vec::new();
    for test in tests {
        match test {
            ValueTest::Text(pattern) => chunks.push(Chunk::new(pattern, filler)),
            // Only one value can be what these ask for.
            other => return texts(other, filler).into_iter().next(),
        }
    }
    if let Some(whole) = chunks
        .iter()
        .find(|chunk| !chunk.open_start && !chunk.open_end)
    {
        return Some(whole.text.clone());
    }
    let longest = |chunks: &[Chunk], open: fn(&Chunk) -> bool| {
        let closed = chunks.iter().filter(|chunk| !open(chunk));
        closed
            .max_by_key(|chunk| chunk.text.len())
            .map(|chunk| chunk.text.clone())
    };
    let start = longest(&chunks, |chunk| chunk.open_start).unwrap_or_default();
    let end = longest(&chunks, |chunk| chunk.open_end).unwrap_or_default();
    let mut text = start + filler;
    for chunk in chunks
        .iter()
        .filter(|chunk| chunk.open_start && chunk.open_end)
    {
        if !text.contains(&chunk.text) && !end.contains(&chunk.text) {
            text.push_str(&chunk.text);
            text.push_str(filler);
        }
    }
    Some(text + &end)
}

/// What a pattern asks for, without the `*` at its ends.
struct Chunk {
    text: String,
    open_start: bool,
    open_end: bool,
}

impl Chunk {
    fn new(pattern: &TextPattern, filler: &str) -> Self {
        let mut parts = pattern.parts();
        let mut chunk = Self {
            text: String::new(),
            open_start: false,
            open_end: false,
        };
        if let [Part::Any, rest @ ..] = parts {
            (chunk.open_start, parts) = (true, rest);
        }
        if let [rest @ .., Part::Any] = parts {
            (chunk.open_end, parts) = (true, rest);
        }
        // A `*` alone is open at both ends.
        chunk.open_end |= chunk.open_start && parts.is_empty();
        for part in parts {
            match part {
                Part::Literal(literal) => chunk.text.push_str(literal),
                Part::Any => chunk.text.push_str(filler),
                Part::One => chunk.text.push(filler.chars().next().unwrap_or('x')),
                Part::OneOf(choice) => chunk.text.extend(choice.first()),
            }
        }
        chunk
    }

    fn alone(self, filler: &str) -> String {
        let around = |open| if open { filler } else { "" };
        format!(
            "{}{}{}",
            around(self.open_start),
            self.text,
            around(self.open_end)
        )
    }
}

/// The number and its neighbours, those first that are likely to do.
fn near(comparison: Comparison, number: Number) -> Vec<Number> {
    let step = match comparison {
        Comparison::Less | Comparison::LessOrEqual => -1,
        _ => 1,
    };
    match number {
        Number::Integer(value) => [0, step, 2 * step]
            .iter()
            .map(|step| Number::Integer(value.saturating_add(*step)))
            .collect(),
        Number::Float(value) => [0.0, 1.0, -1.0]
            .iter()
            .map(|step| Number::float(value + step))
            .collect(),
    }
}

/// A point in time with this part.
fn time(part: TimePart, value: i64) -> Option<String> {
    let (mut month, mut day, mut hour, mut minute, mut year) = (7, 10, 14, 30, 2024);
    match part {
        TimePart::Minute => minute = value,
        TimePart::Hour => hour = value,
        TimePart::Day => day = value,
        TimePart::Month => month = value,
        TimePart::Year => year = value,
        // The weeks of 2024 begin with the year; only longer years have one more.
        TimePart::Week if value == 53 => (year, month, day) = (2020, 12, 31),
        TimePart::Week => (month, day) = day_of_2024(value.checked_sub(1)?.checked_mul(7)?)?,
    }
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"
    ))
}

fn day_of_2024(mut days: i64) -> Option<(i64, i64)> {
    const LENGTHS: [i64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, length) in (1..).zip(LENGTHS) {
        if (0..length).contains(&days) {
            return Some((month, days + 1));
        }
        days = days.checked_sub(length)?;
    }
    None
}
