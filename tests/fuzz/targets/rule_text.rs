//! Text of rules: it loads the same way each time, leniently at least what loads strictly, problems print in one line,
//! and every document that loads is written as a text that loads as the same document.

use sigmatic::rule::Document;
use sigmatic::{Collection, Settings};

use super::sets::{build, lines, load, model};

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
    for document in strict.documents() {
        comes_back(document, false);
    }
    for document in lenient.documents() {
        comes_back(document, true);
    }
    let rules = build(&strict, &Settings::default());
    lines(rules.problems());
    let event = [("CommandLine", "psexec -accepteula"), ("a", "")];
    rules.is_match(&event, &mut rules.scratch());
}

fn comes_back(document: &Document, lenient: bool) {
    let written = document.to_yaml().expect("what was loaded can be said");
    let loaded: Collection = load(&written, lenient);
    let copies: Vec<&Document> = loaded.documents().collect();
    let [copy] = copies.as_slice() else {
        panic!(
            "written as {} documents: {:?}\n{written}",
            copies.len(),
            loaded.problems()
        );
    };
    assert_eq!(model(copy), model(document), "{written}");
    assert_eq!(copy.to_yaml().ok().as_ref(), Some(&written));
}
