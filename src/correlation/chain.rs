//! Whether rules were seen in their order (S-415), without keeping what was seen.

use crate::correlation::seen::Seen;

/// For each rule of the list, the best chain of events of the rules up to it: the one that starts last. The order holds
/// in a window if the best chain of all rules starts in it.
///
/// An event of rule i can only prolong the best chain of rule i−1; so one step for each event is enough, whatever the
/// order of rules, and nothing is ever searched.
#[derive(Debug)]
pub(super) struct Chain<T> {
    newest: i64,
    links: Box<[Link]>,
    /// The events of each best chain, if they are asked for.
    paths: Box<[Vec<T>]>,
}

/// When a chain starts and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl<T: Clone> Chain<T> {
    pub(super) fn new(rules: usize) -> Self {
        // Of marks without content none need be kept.
        let paths = if size_of::<T>() == 0 { 0 } else { rules };
        Self {
            newest: i64::MIN,
            links: vec![NO_LINK; rules].into(),
            paths: vec![Vec::new(); paths].into(),
        }
    }

    pub(super) fn newest(&self) -> i64 {
        self.newest
    }

    /// Takes an event of a rule that `seen` has noted already.
    ///
    /// # Cost
    /// Constant; where several rules were seen at the same time, as many steps as follow each other in the list.
    pub(super) fn extend(&mut self, slot: u32, rule: usize, time: i64, mark: &T, seen: &Seen<T>) {
        self.newest = self.newest.max(time);
        let start = match rule.checked_sub(1) {
            None => Some(time),
            Some(before) => {
                let link = self.links.get(before);
                link.filter(|link| link.end <= time).map(|link| link.start)
            }
        };
        let Some(start) = start.filter(|start| self.is_better(rule, *start)) else {
            return;
        };
        self.set(rule, Link { start, end: time }, mark);
        // Events of the rules behind it that came before this one, at the same time: equal times are in order.
        for next in rule + 1..self.links.len() {
            let (Some(link), Some(end)) =
                (self.links.get(next - 1).copied(), seen.time(slot, next))
            else {
                return;
            };
            if end < link.end || !self.is_better(next, link.start) {
                return;
            }
            let start = link.start;
            match seen.mark(slot, next) {
                Some(mark) => self.set(next, Link { start, end }, mark),
                None => return,
            }
        }
    }

    fn is_better(&self, rule: usize, start: i64) -> bool {
        start != NO_LINK.start && self.links.get(rule).is_some_and(|link| start > link.start)
    }

    fn set(&mut self, rule: usize, link: Link, mark: &T) {
        if let Some(place) = self.links.get_mut(rule) {
            *place = link;
        }
        let mut path = match rule
            .checked_sub(1)
            .and_then(|before| self.paths.get(before))
        {
            Some(path) => path.clone(),
            None => Vec::new(),
        };
        if let Some(place) = self.paths.get_mut(rule) {
            path.push(mark.clone());
            *place = path;
        }
    }

    /// Whether all rules were seen in order since `start`.
    pub(super) fn holds_since(&self, start: i64) -> bool {
        let last = self.links.last();
        last.is_some_and(|link| link.start >= start && *link != NO_LINK)
    }

    /// The events of the best chain of all rules.
    pub(super) fn path(&self) -> &[T] {
        self.paths.last().map_or(&[], Vec::as_slice)
    }

    /// What there is to keep: each chain that there is, with its events.
    pub(super) fn links(&self) -> impl Iterator<Item = (Option<Link>, &[T])> {
        self.links.iter().enumerate().map(|(rule, link)| {
            let path = self.paths.get(rule).map_or(&[][..], Vec::as_slice);
            ((*link != NO_LINK).then_some(*link), path)
        })
    }

    pub(super) fn restore(&mut self, newest: i64, links: Vec<(Option<Link>, Vec<T>)>) {
        self.newest = newest;
        for (rule, (link, path)) in links.into_iter().enumerate() {
            if let (Some(place), Some(link)) = (self.links.get_mut(rule), link) {
                *place = link;
            }
            if let Some(place) = self.paths.get_mut(rule) {
                *place = path;
            }
        }
    }
}

const NO_LINK: Link = Link {
    start: i64::MIN,
    end: i64::MAX,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain after events of rules at times.
    fn after(events: &[(usize, i64)]) -> Chain<u8> {
        let mut seen = Seen::new(3, true);
        seen.clear(0);
        let mut chain = Chain::new(3);
        for (number, (rule, time)) in (0..).zip(events) {
            seen.note(0, *rule, *time, &number);
            chain.extend(0, *rule, *time, &number, &seen);
        }
        chain
    }

    #[test]
    fn the_chain_that_starts_last_is_kept() {
        let chain = after(&[(0, 10), (0, 5), (1, 11), (2, 12)]);
        assert!(chain.holds_since(10) && !chain.holds_since(11));
        assert_eq!(chain.path(), [0, 2, 3]);
    }

    #[test]
    fn of_chains_that_start_together_the_first_to_end_is_kept() {
        let chain = after(&[(0, 1), (1, 2), (1, 5), (2, 3)]);
        assert!(chain.holds_since(1));
        assert_eq!(chain.path(), [0, 1, 3]);
    }

    #[test]
    fn nothing_follows_what_never_came() {
        let chain = after(&[(1, 2), (2, 3)]);
        assert!(!chain.holds_since(i64::MIN));
        assert!(chain.path().is_empty());
    }
}
