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
