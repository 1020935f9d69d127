//! "Did you mean …?"

/// The candidate that a misspelt word most probably means, if one is near enough.
///
/// # Cost
/// Looks at the first 500 candidates and at no word longer than 64 bytes, so that a document full of unknown words
/// costs no more than its length.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let short_enough = candidates
        .into_iter()
        .take(MOST)
        .filter(|candidate| candidate.len() <= LONGEST);
    let (distance, nearest) = short_enough
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .min_by_key(|(distance, _)| *distance)?;
    // A third of the letters may be wrong: `contians`, `selction`; but not `x` for `re`.
    (distance * 3 <= word.chars().count().max(3)).then_some(nearest)
}

const LONGEST: usize = 64;
const MOST: usize = 500;
