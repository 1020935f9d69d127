//! The `timespan` of a correlation (S-406).

use crate::error::{CorrelationDetail, RuleDetail};
use crate::rule::Timespan;
use crate::rule::parse::reader::Reader;
use crate::syntax::Node;

/// Reads the length of the window.
pub(super) fn parse(section: &Node, reader: &mut Reader<'_>) -> Option<Timespan> {
    let Some(node) = section.get("timespan").filter(|node| !node.is_null()) else {
        reader.error(
            CorrelationDetail::Missing {
                section: "'correlation'",
                key: "timespan",
            },
            section,
        );
        return None;
    };
    let Some(text) = node.as_str() else {
        let found = node.kind_name();
        let expected = "digits and a unit such as '10m'";
        reader.error(
            RuleDetail::WrongType {
                key: "timespan",
                found,
                expected,
            },
            node,
        );
        return None;
    };
    match seconds(text) {
        Ok(seconds) => Some(Timespan {
            seconds,
            text: text.to_owned(),
        }),
        Err(fault) => {
            let found = text.to_owned();
            let detail = match fault {
                Fault::Form => CorrelationDetail::Timespan { found },
                Fault::Zero => CorrelationDetail::TimespanZero { found },
                Fault::TooLong => CorrelationDetail::TimespanTooLong { found },
            };
            reader.error(detail, node);
            None
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Form,
    Zero,
    TooLong,
}

fn seconds(text: &str) -> Result<u64, Fault> {
    let unit = text
        .chars()
        .next_back()
        .and_then(unit_seconds)
        .ok_or(Fault::Form)?;
    // Units are one byte long.
    let digits = text.get(..text.len() - 1).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Form);
    }
    let number: u64 = digits.parse().map_err(|_| Fault::TooLong)?;
    match number.checked_mul(unit) {
        Some(0) => Err(Fault::Zero),
        Some(seconds) => Ok(seconds),
        None => Err(Fault::TooLong),
    }
}

/// A month and a year are those of the mean Gregorian calendar, as in pySigma.
fn unit_seconds(unit: char) -> Option<u64> {
    Some(match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        'M' => 2_629_746,
        'y' => 31_556_952,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Fault, seconds};

    #[test]
    fn forms() {
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("2w"), Ok(1_209_600));
        assert_eq!(seconds("1M"), Ok(2_629_746));
        for text in [
            "", "s", "10", "10S", "1.5h", "1h30m", "-1s", "+1s", " 1s", "1 s", "10µ", "٣s",
        ] {
            assert_eq!(seconds(text), Err(Fault::Form), "{text}");
        }
        assert_eq!(seconds("000d"), Err(Fault::Zero));
        assert_eq!(seconds("18446744073709551615m"), Err(Fault::TooLong));
    }
}
