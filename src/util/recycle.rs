//! A vector's memory, used again for elements that borrow from something else.

/// Empties a vector and gives its memory to a vector of a type that differs in lifetimes only, or else has the same size
/// and alignment.
///
/// The standard library collects a mapped `vec::IntoIter` in place when the sizes fit, which is the only safe way to
/// keep the memory of a `Vec<T<'a>>` for a `Vec<T<'b>>`. It is an optimisation and not promised; the test
/// `engine::allocations` would notice if it went away, and results would not change.
pub(crate) fn recycle<A, B>(mut vector: Vec<A>) -> Vec<B> {
    vector.clear();
    vector.into_iter().map_while(|_| None).collect()
}

#[cfg(test)]
mod tests {
    use super::recycle;

    #[test]
    fn memory_is_kept() {
        let mut strings: Vec<&str> = Vec::with_capacity(100);
        strings.push("a");
        let pointer = strings.as_ptr().cast::<u8>();
        let again: Vec<&'static str> = recycle(strings);
        assert!(again.is_empty());
        assert_eq!(again.capacity(), 100);
        assert_eq!(again.as_ptr().cast::<u8>(), pointer);
    }
}
