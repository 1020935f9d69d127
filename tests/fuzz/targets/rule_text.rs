//! Text of rules: it loads the same way each time, leniently at least what loads strictly, problems print in one line,
//! and every document that loads is written as a text that loads as the same document.

use sigmatic::Settings;
use sigmatic::rule::Document;

use super::sets::{build, come_back, lines, load};

pub(super) fn run(text: &str) {
    let strict = load(text, false);
    let again = load(text, false);
    let lenient = load(text, true);
    assert_eq!(
        lines(strict.problems()),
        lines(again.problems()),
        "loading depends on more than the text"
    );
    assert!(
        strict.rules().count() <= lenient.rules().count(),
        "lenient loading lost a rule"
    );
    let documents =
        [&strict, &lenient].map(|loaded| loaded.documents().collect::<Vec<&Document>>());
    // Most texts load the same documents leniently.
    let [strict_ones, lenient_ones] = &documents;
    if !strict_ones.is_empty() {
        come_back(strict_ones, false);
    }
    if lenient_ones.len() > strict_ones.len() {
        come_back(lenient_ones, true);
    }
    let rules = build(&strict, &Settings::default());
    lines(rules.problems());
    let event = [("CommandLine", "psexec -accepteula"), ("a", "")];
    rules.is_match(&event, &mut rules.scratch());
}
