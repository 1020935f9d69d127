//! Conditions: what one prints parses to the same condition.

use sigmatic::condition::Expression;
use sigmatic::error::Limits;

pub(super) fn run(text: &str) {
    // Printing may add parentheses and blanks, so what prints may be longer and deeper than the default allows.
    let mut limits = Limits::default();
    if let Ok(parsed) = Expression::parse(text, &limits) {
        let printed = parsed.to_string();
        limits.condition_bytes *= 4;
        limits.condition_depth *= 4;
        let again = Expression::parse(&printed, &limits);
        assert_eq!(again.as_ref().ok(), Some(&parsed), "printed as '{printed}'");
    }
}
