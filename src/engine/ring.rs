//! Memory of fixed size that overwrites its oldest content.

/// A vector of `SIZE` elements, a power of two, that is written round and round. Positions only grow, so that one tells
/// whether what was written there is still there.
#[derive(Debug, Default)]
pub(super) struct Ring<T, const SIZE: usize> {
    /// Empty until something is written.
    content: Vec<T>,
    /// The next position to be written.
    head: u32,
}

impl<T: Copy + Default, const SIZE: usize> Ring<T, SIZE> {
    /// Writes elements in one piece and returns the position of the first; `None` if they do not fit at all.
    pub(super) fn write(&mut self, elements: &[T]) -> Option<u32> {
        if elements.len() > SIZE {
            return None;
        }
        if self.content.is_empty() {
            self.content = vec![T::default(); SIZE];
        }
        let mut at = self.head as usize % SIZE;
        if at + elements.len() > SIZE {
            self.head += (SIZE - at) as u32;
            at = 0;
        }
        let start = self.head;
        self.content
            .get_mut(at..at + elements.len())?
            .copy_from_slice(elements);
        self.head += elements.len() as u32;
        Some(start)
    }

    /// The elements written at a position; `None` if they have been written over.
    pub(super) fn get(&self, start: u32, length: u16) -> Option<&[T]> {
        if self.head.saturating_sub(start) as usize > SIZE {
            return None;
        }
        let at = start as usize % SIZE;
        self.content.get(at..at + usize::from(length))
    }

    /// Whether positions are about to run out.
    pub(super) fn is_worn(&self) -> bool {
        self.head > u32::MAX / 2
    }

    /// Begins anew. Nothing may be read at a position of before.
    pub(super) fn rewind(&mut self) {
        self.head = 0;
    }

    /// As if much had been written.
    #[cfg(test)]
    pub(super) fn wear_out(&mut self) {
        self.head = u32::MAX / 2 + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;

    #[test]
    fn what_was_written_is_read_until_it_is_written_over() {
        let mut ring = Ring::<u32, 16>::default();
        let mut written: Vec<(u32, Vec<u32>)> = Vec::new();
        for number in 0..2_000 {
            let piece = vec![number; (number * 7 % 18) as usize];
            let Some(start) = ring.write(&piece) else {
                assert_eq!(piece.len(), 17);
                continue;
            };
            assert!(piece.len() <= 16);
            written.push((start, piece));
            for (age, (start, piece)) in written.iter().rev().take(20).enumerate() {
                let found = ring.get(*start, piece.len() as u16);
                assert!(found.is_none_or(|found| found == piece), "{number}");
                assert!(age > 0 || found.is_some(), "{number}");
            }
        }
    }

    #[test]
    fn no_room_is_wasted() {
        let mut ring = Ring::<u32, 16>::default();
        let first = ring.write(&[1; 8]).expect("it fits");
        let second = ring.write(&[2; 8]).expect("it fits");
        assert_eq!(ring.get(first, 8), Some(&[1; 8][..]));
        assert_eq!(ring.get(second, 8), Some(&[2; 8][..]));
        let third = ring.write(&[3; 1]).expect("it fits");
        assert_eq!(ring.get(first, 8), None);
        assert_eq!(ring.get(second, 8), Some(&[2; 8][..]));
        assert_eq!(ring.get(third, 1), Some(&[3][..]));
    }

    #[test]
    fn wear_is_told() {
        let mut ring = Ring::<u32, 16>::default();
        assert!(!ring.is_worn());
        ring.wear_out();
        assert!(ring.is_worn());
        ring.rewind();
        assert!(!ring.is_worn());
    }
}
