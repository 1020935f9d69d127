//! Many literals in one piece of memory, each with what it stands for.

/// Distinct literals in order, numbered from 0, and for each the targets that it was given with.
#[derive(Debug)]
pub(super) struct Literals<T> {
    bytes: Box<[u8]>,
    /// Where each literal and its targets begin; one more at the end.
    starts: Box<[Start]>,
    targets: Box<[T]>,
}

#[derive(Clone, Copy, Debug)]
struct Start {
    byte: usize,
    target: usize,
}

impl<T: Ord> Literals<T> {
    /// Sorts, so that the numbering does not depend on the order of the input; every pair is kept once.
    pub(super) fn new(mut pairs: Vec<(String, T)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut bytes = Vec::new();
        let mut starts: Vec<Start> = Vec::new();
        let mut targets = Vec::with_capacity(pairs.len());
        let mut last: Option<String> = None;
        for (literal, target) in pairs {
            if last.as_deref() != Some(literal.as_str()) {
                starts.push(Start {
                    byte: bytes.len(),
                    target: targets.len(),
                });
                bytes.extend_from_slice(literal.as_bytes());
                last = Some(literal);
            }
            targets.push(target);
        }
        starts.push(Start {
            byte: bytes.len(),
            target: targets.len(),
        });
        Self {
            bytes: bytes.into(),
            starts: starts.into(),
            targets: targets.into(),
        }
    }
}

impl<T> Literals<T> {
    /// All literals with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let ends = self.starts.iter().skip(1);
        let spans = self.starts.iter().zip(ends);
        (0_u32..)
            .zip(spans.map(|(start, end)| self.bytes.get(start.byte..end.byte).unwrap_or_default()))
    }

    /// The literal with this number; empty if there is none.
    #[inline]
    pub(super) fn get(&self, number: u32) -> &[u8] {
        match self.span(number) {
            Some((start, end)) => self.bytes.get(start.byte..end.byte).unwrap_or_default(),
            None => &[],
        }
    }

    /// What the literal with this number stands for.
    #[inline]
    pub(super) fn targets(&self, number: u32) -> &[T] {
        match self.span(number) {
            Some((start, end)) => self
                .targets
                .get(start.target..end.target)
                .unwrap_or_default(),
            None => &[],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.starts) + size_of_val(&*self.targets)
    }

    #[inline]
    fn span(&self, number: u32) -> Option<(Start, Start)> {
        let number = number as usize;
        match self.starts.get(number..number + 2) {
            Some([start, end]) => Some((*start, *end)),
            _ => None,
        }
    }
}
