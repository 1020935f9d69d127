//! The groups of one correlation: finding, filling, judging and forgetting them.

use crate::correlation::chain::Link;
use crate::correlation::definition::Definition;
use crate::correlation::groups::Groups;
use crate::correlation::options::{Options, WhenFull, nanoseconds};
use crate::correlation::seen::Seen;
use crate::correlation::window::{Addition, Place, SavedEntry, Window};

/// The groups of one correlation with windows of one kind.
#[derive(Debug)]
pub(super) struct Store<W: Window<T>, T> {
    groups: Groups<W>,
    shared: W::Shared,
    seen: Seen<T>,
    /// Entries of all windows.
    entries: usize,
    /// By slot, when the group last gave a result; empty without a cool-down.
    reported: Vec<i64>,
    /// By slot, the number of the group in the order in which they were made; empty unless the oldest are evicted.
    made: Vec<u64>,
    next: u64,
    /// Where the search for groups whose window has passed goes on.
    hand: u32,
}

/// Why an event was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Late,
    Full,
}

/// What was forgotten to make room.
#[derive(Clone, Debug)]
pub(super) enum Evicted {
    /// A group, by its key.
    Group(Box<[u8]>),
    Entry,
}

/// A group whose condition holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) window: (i64, i64),
    pub(super) value: f64,
}

/// A group in the form in which it is kept elsewhere.
#[derive(Clone, Debug)]
pub(super) struct SavedWindow<T> {
    pub(super) newest: i64,
    pub(super) entries: Vec<SavedEntry<T>>,
    pub(super) seen: Vec<Option<(i64, Option<T>)>>,
    pub(super) links: Vec<(Option<Link>, Vec<T>)>,
    pub(super) reported: Option<i64>,
}

impl<W: Window<T>, T: Clone> Store<W, T> {
    pub(super) fn new(definition: &Definition) -> Self {
        Self {
            groups: Groups::default(),
            shared: W::Shared::default(),
            seen: Seen::new(definition.seen_rules(), definition.kind().is_temporal()),
            entries: 0,
            reported: Vec::new(),
            made: Vec::new(),
            next: 0,
            hand: 0,
        }
    }

    /// Adds an event to the group of a key; returns the group's slot.
    pub(super) fn add(
        &mut self,
        key: &[u8],
        addition: Addition<'_, T>,
        definition: &Definition,
        options: &Options,
        evicted: &mut Vec<Evicted>,
    ) -> Result<u32, Refusal> {
        let hash = self.groups.hash(key);
        let found = self.groups.find(key, hash);
        if let Some(slot) = found {
            self.advance(slot, addition.time, definition)?;
        }
        let mut bytes = addition.payload.bytes();
        if found.is_none() {
            bytes = bytes.saturating_add(key.len());
        }
        if self.is_full(found.is_none(), bytes, options) {
            self.make_room(found, bytes, definition, options, evicted)?;
        }
        let slot = match found {
            Some(slot) => slot,
            None => self.new_group(key, hash, definition, options),
        };
        let Addition { rule, time, .. } = addition;
        self.seen.note(slot, rule, time, &addition.mark);
        let place = Place {
            definition,
            slot,
            seen: &self.seen,
        };
        if let Some(window) = self.groups.window_mut(slot) {
            self.entries += window.add(addition, &place, &mut self.shared);
        }
        Ok(slot)
    }

    /// Moves a group's window to where it ends after an event at `time`.
    fn advance(&mut self, slot: u32, time: i64, definition: &Definition) -> Result<(), Refusal> {
        let Some(window) = self.groups.window_mut(slot) else {
            return Ok(());
        };
        let start = definition.start(window.newest().max(time));
        if time < start {
            return Err(Refusal::Late);
        }
        while window.drop_before(start, definition, &mut self.shared) {
            self.entries -= 1;
        }
        Ok(())
    }

    fn new_group(
        &mut self,
        key: &[u8],
        hash: u32,
        definition: &Definition,
        options: &Options,
    ) -> u32 {
        let window = W::new(definition.seen_rules());
        let slot = self.groups.insert(key, hash, window);
        self.seen.clear(slot);
        if !options.cool_down.is_zero() {
            put(&mut self.reported, slot, i64::MIN);
        }
        if options.when_full == WhenFull::EvictOldest {
            put(&mut self.made, slot, self.next);
            self.next += 1;
        }
        slot
    }

    fn text_bytes(&self) -> usize {
        self.groups.key_bytes() + W::shared_bytes(&self.shared)
    }

    fn is_full(&self, is_new: bool, bytes: usize, options: &Options) -> bool {
        self.entries >= options.entries
            || is_new && self.groups.len() >= options.groups
            || self.text_bytes().saturating_add(bytes) > options.text_bytes
    }

    /// Forgets groups, and the oldest entries of the event's own group, until there is room.
    #[cold]
    fn make_room(
        &mut self,
        own: Option<u32>,
        bytes: usize,
        definition: &Definition,
        options: &Options,
        evicted: &mut Vec<Evicted>,
    ) -> Result<(), Refusal> {
        // What would not fit into an empty correlation must not empty it.
        let is_hopeless = bytes > options.text_bytes || options.entries == 0 || options.groups == 0;
        if is_hopeless || options.when_full == WhenFull::Reject {
            return Err(Refusal::Full);
        }
        while self.is_full(own.is_none(), bytes, options) {
            if self.evict_groups(own, definition, options, evicted) {
                continue;
            }
            let window = own.and_then(|slot| self.groups.window_mut(slot));
            let dropped = window
                .is_some_and(|window| window.drop_before(i64::MAX, definition, &mut self.shared));
            if !dropped {
                return Err(Refusal::Full);
            }
            self.entries -= 1;
            evicted.push(Evicted::Entry);
        }
        Ok(())
    }

    /// Forgets a sixteenth of the other groups, at least one; `false` if there is none.
    fn evict_groups(
        &mut self,
        own: Option<u32>,
        definition: &Definition,
        options: &Options,
        evicted: &mut Vec<Evicted>,
    ) -> bool {
        let rank = |slot: u32, window: &W| match options.when_full {
            WhenFull::EvictOldest => {
                let made = self.made.get(slot as usize).copied().unwrap_or(0);
                i64::try_from(made).unwrap_or(i64::MAX)
            }
            _ => window.newest(),
        };
        let groups = self.groups.iter();
        let mut ranked: Vec<(i64, u32)> = groups
            .filter(|(slot, _)| Some(*slot) != own)
            .map(|(slot, group)| (rank(slot, &group.window), slot))
            .collect();
        let count = ranked.len().div_ceil(16);
        if count == 0 {
            return false;
        }
        ranked.select_nth_unstable(count - 1);
        ranked.truncate(count);
        ranked.sort_unstable();
        for (_, slot) in ranked {
            evicted.extend(self.remove(slot, definition).map(Evicted::Group));
        }
        true
    }

    /// Forgets a group; returns its key.
    fn remove(&mut self, slot: u32, definition: &Definition) -> Option<Box<[u8]>> {
        if let Some(window) = self.groups.window_mut(slot) {
            while window.drop_before(i64::MAX, definition, &mut self.shared) {
                self.entries -= 1;
            }
        }
        let group = self.groups.remove(slot)?;
        Some(group.key.as_bytes().into())
    }

    /// The window and the value of a group whose condition holds.
    pub(super) fn judge(&self, slot: u32, definition: &Definition) -> Option<Verdict> {
        let window = &self.groups.get(slot)?.window;
        let newest = window.newest();
        let start = definition.start(newest);
        let value = window.judge(start, &self.place(slot, definition))?;
        Some(Verdict {
            window: (start, newest),
            value,
        })
    }

    /// Whether a result may come out now; notes that it does.
    pub(super) fn may_report(&mut self, slot: u32, time: i64, options: &Options) -> bool {
        let cool_down = nanoseconds(options.cool_down);
        match self.reported.get_mut(slot as usize) {
            Some(last) if *last != i64::MIN && time < last.saturating_add(cool_down) => false,
            Some(last) => {
                *last = time;
                true
            }
            None => true,
        }
    }

    pub(super) fn key(&self, slot: u32) -> &[u8] {
        self.groups
            .get(slot)
            .map_or(&[], |group| group.key.as_bytes())
    }

    /// The rules seen in the window, and its newest events, at most so many.
    pub(super) fn contents(
        &self,
        slot: u32,
        start: i64,
        definition: &Definition,
        most: usize,
    ) -> (Vec<u32>, Vec<T>) {
        let rules = self.seen.since(slot, start);
        let has_content = size_of::<T>() > 0 && most > 0;
        let group = self.groups.get(slot).filter(|_| has_content);
        let events = group.map(|group| {
            let place = self.place(slot, definition);
            group.window.marks(start, most, &place)
        });
        (rules, events.unwrap_or_default())
    }

    fn place<'a>(&'a self, slot: u32, definition: &'a Definition) -> Place<'a, T> {
        Place {
            definition,
            slot,
            seen: &self.seen,
        }
    }

    /// Looks at a few groups and forgets those whose window has passed at `time`. Since every event makes at most one
    /// group and looks at two, there are never more than twice as many as are needed.
    pub(super) fn sweep(&mut self, time: i64, definition: &Definition, options: &Options) {
        for _ in 0..2 {
            self.hand = match self.hand.checked_add(1) {
                Some(hand) if hand < self.groups.slots() => hand,
                _ => 0,
            };
            self.forget_passed(self.hand, time, definition, options);
        }
    }

    /// The same for all groups.
    pub(super) fn sweep_all(&mut self, time: i64, definition: &Definition, options: &Options) {
        for slot in 0..self.groups.slots() {
            self.forget_passed(slot, time, definition, options);
        }
    }

    fn forget_passed(&mut self, slot: u32, time: i64, definition: &Definition, options: &Options) {
        let Some(group) = self.groups.get(slot) else {
            return;
        };
        let reported = self.reported.get(slot as usize).copied();
        let is_warm = reported.is_some_and(|last| {
            last != i64::MIN && time < last.saturating_add(nanoseconds(options.cool_down))
        });
        if group.window.newest() < definition.start(time) && !is_warm {
            self.remove(slot, definition);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn entries(&self) -> usize {
        self.entries
    }

    pub(super) fn contains(&self, key: &[u8]) -> bool {
        self.groups.find(key, self.groups.hash(key)).is_some()
    }

    /// Every group with its key.
    pub(super) fn save<'a>(
        &'a self,
        definition: &'a Definition,
    ) -> impl Iterator<Item = (&'a [u8], SavedWindow<T>)> {
        self.groups.iter().map(|(slot, group)| {
            let seen = (0..self.seen.rules()).map(|rule| {
                let mark = self.seen.mark(slot, rule).cloned();
                Some((self.seen.time(slot, rule)?, mark))
            });
            let reported = self.reported.get(slot as usize).copied();
            let saved = SavedWindow {
                newest: group.window.newest(),
                entries: group.window.save(definition, &self.shared),
                seen: seen.collect(),
                links: group.window.links(),
                reported: reported.filter(|time| *time != i64::MIN),
            };
            (group.key.as_bytes(), saved)
        })
    }

    /// Makes a group that is not there. Entries are added by `add_entry`, which knows their payload.
    pub(super) fn restore(
        &mut self,
        key: &[u8],
        saved: SavedWindow<T>,
        definition: &Definition,
        options: &Options,
        mut addition: impl FnMut(SavedEntry<T>, &mut dyn FnMut(Addition<'_, T>)),
    ) {
        let slot = self.new_group(key, self.groups.hash(key), definition, options);
        let (seen, shared) = (&mut self.seen, &mut self.shared);
        for (rule, note) in saved.seen.into_iter().enumerate() {
            if let Some((time, mark)) = note {
                seen.set(slot, rule, time, mark);
            }
        }
        let place = Place {
            definition,
            slot,
            seen: &self.seen,
        };
        if let Some(window) = self.groups.window_mut(slot) {
            for entry in saved.entries {
                addition(entry, &mut |addition| {
                    self.entries += window.add(addition, &place, shared);
                });
            }
            window.restore_links(saved.newest, saved.links);
        }
        if let (Some(place), Some(time)) = (self.reported.get_mut(slot as usize), saved.reported) {
            *place = time;
        }
    }
}

fn put<V: Clone>(values: &mut Vec<V>, slot: u32, value: V) {
    let slot = slot as usize;
    if values.len() <= slot {
        values.resize(slot + 1, value.clone());
    }
    if let Some(place) = values.get_mut(slot) {
        *place = value;
    }
}
