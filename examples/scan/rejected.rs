//! Rejected rules, put together by reason.

use sigmatic::error::Problem;

/// Problems that say the same of different culprits.
pub(crate) struct Reason {
    pub(crate) count: u64,
    /// The message; with several problems, `'…'` stands where they differ.
    pub(crate) what: String,
    /// Where the first of them is.
    pub(crate) first: String,
}

/// The document that a problem rejects.
pub(crate) fn document(problem: &Problem) -> (Option<&str>, Option<usize>, Option<&str>) {
    let error = problem.error();
    (error.file(), error.document(), error.rule())
}

/// The most frequent reason first, equal ones in the order in which they were met.
pub(crate) fn group<'a>(problems: impl Iterator<Item = &'a Problem>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for problem in problems {
        let message = problem.error().message();
        let shape = without_quoted(&message);
        match reasons
            .iter_mut()
            .find(|reason| without_quoted(&reason.what) == shape)
        {
            Some(reason) => {
                reason.count += 1;
                if reason.what != message {
                    reason.what = shape;
                }
            }
            None => reasons.push(Reason {
                count: 1,
                what: message,
                first: place(problem),
            }),
        }
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    reasons
}

/// The text with `'…'` for everything in single quotes.
fn without_quoted(text: &str) -> String {
    let mut shape = String::new();
    for (part, piece) in text.split('\'').enumerate() {
        shape.push_str(if part % 2 == 0 { piece } else { "'…'" });
    }
    shape
}

fn place(problem: &Problem) -> String {
    let error = problem.error();
    let mut text = error.file().unwrap_or("(text)").to_owned();
    if let Some(location) = error.location() {
        text += &format!(":{location}");
    }
    if let Some(rule) = error.rule() {
        text += &format!("  {rule}");
    }
    text
}
