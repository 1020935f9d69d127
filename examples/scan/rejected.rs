//! Rejected rules, put together by reason.

use sigmatic::error::Problem;

/// Problems that say the same of different culprits.
pub(crate) struct Reason {
    pub(crate) count: u64,
    /// The message; `…` stands for a culprit that differs.
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
        let merged = reasons
            .iter_mut()
            .find_map(|reason| Some((merged(&reason.what, &message)?, reason)));
        match merged {
            Some((what, reason)) => {
                reason.count += 1;
                reason.what = what;
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

/// The message that stands for both, with `…` for what is in single quotes and differs; `None` if more differs.
fn merged(one: &str, other: &str) -> Option<String> {
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.split('\'').collect(), other.split('\'').collect());
    if one.len() != other.len() {
        return None;
    }
    let parts = one
        .iter()
        .zip(&other)
        .enumerate()
        .map(|(part, (one, other))| match one == other {
            true => Some(*one),
            false => (part % 2 == 1).then_some("…"),
        });
    Some(parts.collect::<Option<Vec<&str>>>()?.join("'"))
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
