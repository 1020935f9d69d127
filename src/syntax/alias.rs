//! Anchors, and what their aliases stand for.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::Event;

use crate::syntax::tree::Origin;

/// Records the events of anchored nodes so that an alias can play them again.
///
/// Nodes are not kept: a tree of anchors within anchors would be copied once per level. One tape serves all anchors
/// of a document, since the events of an inner one are part of the outer one's; it never holds more than the
/// document has. Without an anchor nothing is recorded.
#[derive(Debug, Default)]
pub(super) struct Tape<'t> {
    events: Vec<(Event<'t>, Origin)>,
    /// The anchor of every collection that is open, 0 for none.
    open: Vec<usize>,
    /// How many of `open` are anchors.
    recording: usize,
    anchors: HashMap<usize, Anchor>,
}

#[derive(Clone, Debug)]
enum Anchor {
    /// Its node is not complete; the events start here.
    Open(usize),
    Complete(Range<usize>),
}

/// What an alias refers to.
#[derive(Debug)]
pub(super) enum Target {
    /// The recorded events with these numbers.
    Events(Range<usize>),
    /// A node that contains the alias.
    Recursive,
    /// An anchor of an earlier document.
    Unknown,
}

impl<'t> Tape<'t> {
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.open.clear();
        self.recording = 0;
        self.anchors.clear();
    }

    /// Takes notice of an event that comes from the text, not from this tape.
    pub(super) fn notice(&mut self, event: &Event<'t>, origin: Origin) {
        let start = self.events.len();
        match event {
            Event::Scalar(_, _, anchor, _) if *anchor > 0 => {
                self.events.push((event.clone(), origin));
                self.anchors
                    .insert(*anchor, Anchor::Complete(start..start + 1));
                return;
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                self.open(*anchor, start);
            }
            _ => {}
        }
        if self.recording > 0 {
            self.events.push((event.clone(), origin));
        }
        if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
            self.close();
        }
    }

    fn open(&mut self, anchor: usize, start: usize) {
        self.open.push(anchor);
        if anchor > 0 {
            self.recording += 1;
            self.anchors.insert(anchor, Anchor::Open(start));
        }
    }

    fn close(&mut self) {
        let Some(anchor) = self.open.pop().filter(|anchor| *anchor > 0) else {
            return;
        };
        self.recording -= 1;
        let end = self.events.len();
        if let Some(known) = self.anchors.get_mut(&anchor) {
            if let Anchor::Open(start) = *known {
                *known = Anchor::Complete(start..end);
            }
        }
    }

    pub(super) fn target(&self, anchor: usize) -> Target {
        match self.anchors.get(&anchor) {
            Some(Anchor::Complete(events)) => Target::Events(events.clone()),
            Some(Anchor::Open(_)) => Target::Recursive,
            None => Target::Unknown,
        }
    }

    pub(super) fn event(&self, number: usize) -> Option<(Event<'t>, Origin)> {
        self.events.get(number).cloned()
    }
}
