//! "Did you mean …?"

/// The candidate that a misspelt word most probably means, if one is near enough.
///
/// # Cost
/// Looks at the first 100 candidates and at no word longer than 40 bytes, so that hostile documents gain little.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let candidates = candidates.into_iter().take(MOST);
    let (distance, nearest) = candidates
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| {
            (
                strsim::osa_distance(&word, &candidate.to_lowercase()),
                candidate,
            )
        })
        .min_by_key(|(distance, _)| *distance)?;
    // A third of the letters may be wrong: `contians`, `selction`, `ne`; but not all of them.
    let letters = word.chars().count();
    (distance * 3 <= letters.max(3) && distance < letters).then_some(nearest)
}

const LONGEST: usize = 40;
const MOST: usize = 100;
