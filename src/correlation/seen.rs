//! When each referenced rule was last seen in a group.

/// For each group, the time of the newest event of each rule: whether a rule is seen in a window depends on that alone.
#[derive(Debug)]
pub(super) struct Seen<T> {
    /// How many rules; 0 if it does not matter which of them it was.
    rules: usize,
    /// By slot and rule; [`NEVER`] for one not seen.
    times: Vec<i64>,
    /// The same, if the newest events are asked for.
    marks: Option<Vec<Option<T>>>,
}

impl<T: Clone> Seen<T> {
    pub(super) fn new(rules: usize, with_marks: bool) -> Self {
        Self {
            rules,
            times: Vec::new(),
            marks: with_marks.then(Vec::new),
        }
    }

    /// Makes room for a new group.
    pub(super) fn clear(&mut self, slot: u32) {
        let (start, end) = (self.place(slot, 0), self.place(slot, self.rules));
        if self.times.len() < end {
            self.times.resize(end, NEVER);
        }
        if let Some(times) = self.times.get_mut(start..end) {
            times.fill(NEVER);
        }
        if let Some(marks) = &mut self.marks {
            if marks.len() < end {
                marks.resize(end, None);
            }
            if let Some(marks) = marks.get_mut(start..end) {
                marks.fill(None);
            }
        }
    }

    pub(super) fn note(&mut self, slot: u32, rule: usize, time: i64, mark: &T) {
        if rule >= self.rules {
            return;
        }
        let place = self.place(slot, rule);
        let Some(seen) = self.times.get_mut(place) else {
            return;
        };
        if time >= *seen {
            *seen = time;
            let place = self.marks.as_mut().and_then(|marks| marks.get_mut(place));
            if let Some(place) = place {
                *place = Some(mark.clone());
            }
        }
    }

    /// Puts back what was noted before.
    pub(super) fn set(&mut self, slot: u32, rule: usize, time: i64, mark: Option<T>) {
        let place = self.place(slot, rule);
        if rule >= self.rules {
            return;
        }
        if let Some(seen) = self.times.get_mut(place) {
            *seen = time;
        }
        let marks = self.marks.as_mut();
        if let Some(place) = marks.and_then(|marks| marks.get_mut(place)) {
            *place = mark;
        }
    }

    /// When a rule was last seen; `None` if never.
    pub(super) fn time(&self, slot: u32, rule: usize) -> Option<i64> {
        let time = self.times.get(self.place(slot, rule)).copied();
        time.filter(|time| *time != NEVER)
    }

    pub(super) fn mark(&self, slot: u32, rule: usize) -> Option<&T> {
        let marks = self.marks.as_ref()?;
        marks.get(self.place(slot, rule))?.as_ref()
    }

    pub(super) fn is_seen(&self, slot: u32, rule: usize, start: i64) -> bool {
        self.time(slot, rule).is_some_and(|time| time >= start)
    }

    /// The rules that were seen since `start`.
    pub(super) fn since(&self, slot: u32, start: i64) -> Vec<u32> {
        if self.rules == 0 {
            return vec![0];
        }
        let rules = (0..self.rules).filter(|rule| self.is_seen(slot, *rule, start));
        rules.filter_map(|rule| u32::try_from(rule).ok()).collect()
    }

    pub(super) fn count(&self, slot: u32, start: i64) -> u64 {
        (0..self.rules)
            .filter(|rule| self.is_seen(slot, *rule, start))
            .count() as u64
    }

    pub(super) fn rules(&self) -> usize {
        self.rules
    }

    fn place(&self, slot: u32, rule: usize) -> usize {
        slot as usize * self.rules + rule
    }
}

/// No event has this time: see `Correlator::observe_at`.
const NEVER: i64 = i64::MIN;
