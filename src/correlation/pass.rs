//! One event through all correlations that it concerns, inner ones before outer ones.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::correlation::definition::{Component, Definition};
use crate::correlation::extract::Extract;
use crate::correlation::key::{self, StableHash};
use crate::correlation::options::Options;
use crate::correlation::plan::Plan;
use crate::correlation::report::{CorrelationMatch, Counters, Loss, Sink, named};
use crate::correlation::state::{State, payload};
use crate::correlation::store::{Evicted, Refusal, Verdict};
use crate::correlation::window::{Addition, Payload};

/// Memory that is used again for each event.
#[derive(Debug, Default)]
pub(super) struct Work {
    queue: BinaryHeap<Reverse<Item>>,
    firings: Vec<Firing>,
    touched: Vec<Touched>,
    evicted: Vec<Evicted>,
    key: Vec<u8>,
    tuple: Vec<u8>,
    items: u32,
}

/// Something that a correlation is to take. In order of correlations and then of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    correlation: u32,
    order: u32,
    /// In the correlation's list.
    place: u32,
    origin: Origin,
}

/// What an item is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// The event alone.
    Event,
    /// A correlation that fired at it, by number of the firing.
    Firing(usize),
}

/// A correlation that fired: the event with the names of its groups (S-410).
#[derive(Debug)]
struct Firing {
    correlation: u32,
    key: Box<[u8]>,
    origin: Origin,
}

/// A group that grew.
#[derive(Clone, Copy, Debug)]
struct Touched {
    slot: u32,
    order: u32,
    origin: Origin,
}

/// One event on its way.
pub(super) struct Pass<'a, T: Clone + std::fmt::Debug, S> {
    pub(super) plan: &'a Plan,
    pub(super) options: &'a Options,
    pub(super) states: &'a mut [State<T>],
    pub(super) counters: &'a mut Counters,
    pub(super) extract: &'a Extract,
    pub(super) work: &'a mut Work,
    pub(super) time: i64,
    /// No later than this event or the one before it, so that one wrong clock makes nothing seem past.
    pub(super) passed: i64,
    pub(super) mark: &'a T,
    pub(super) out: &'a mut S,
}

impl<T: Clone + std::fmt::Debug, S: Sink<T>> Pass<'_, T, S> {
    pub(super) fn run(mut self) {
        self.work.firings.clear();
        self.work.items = 0;
        for rule in &self.extract.hits {
            let entry = self.plan.entries.get(*rule as usize);
            for (correlation, place) in entry.map_or(&[][..], |entry| &entry.outer) {
                self.enqueue(*correlation, *place, Origin::Event);
            }
        }
        let mut is_late = false;
        while let Some(Reverse(Item { correlation, .. })) = self.work.queue.peek() {
            let number = *correlation;
            let Some(definition) = self.plan.definition(number) else {
                break;
            };
            is_late |= self.feed(number, definition);
            self.judge(number, definition);
        }
        if is_late {
            self.counters.late += 1;
            self.out.lost(Loss::Late {
                time: self.time,
                event: self.mark.clone(),
            });
        }
    }

    fn enqueue(&mut self, correlation: u32, place: u32, origin: Origin) {
        let order = self.work.items;
        self.work.items += 1;
        self.work.queue.push(Reverse(Item {
            correlation,
            order,
            place,
            origin,
        }));
    }

    /// Gives a correlation everything that waits for it; `true` if something came too late.
    fn feed(&mut self, number: u32, definition: &Arc<Definition>) -> bool {
        self.work.touched.clear();
        let mut is_late = false;
        while let Some(Reverse(item)) = self.work.queue.peek().copied() {
            if item.correlation != number {
                break;
            }
            self.work.queue.pop();
            match self.add(item, definition) {
                Some(Ok(slot)) => self.work.touched.push(Touched {
                    slot,
                    order: item.order,
                    origin: item.origin,
                }),
                Some(Err(Refusal::Late)) => is_late = true,
                Some(Err(Refusal::Full)) => self.reject(definition),
                None => {}
            }
        }
        if let Some(state) = self.states.get_mut(number as usize) {
            state.sweep(self.passed, definition, self.options);
        }
        self.report_evicted(definition);
        is_late
    }

    /// `None` if the event has no part in the correlation: no key, no value, or another shard's.
    fn add(&mut self, item: Item, definition: &Definition) -> Option<Result<u32, Refusal>> {
        let Work {
            firings,
            evicted,
            key,
            tuple,
            ..
        } = &mut *self.work;
        let fields = Fields {
            plan: self.plan,
            extract: self.extract,
            firings,
        };
        let text = |field| fields.text(field, item.origin);
        let input = definition.inputs.get(item.place as usize)?;
        key.clear();
        for field in &input.keys {
            key::append(key, input.keys.len(), text(*field)?);
        }
        if !is_in_shard(definition.component, key, self.options.shard) {
            return None;
        }
        let payload = match *definition.value_fields {
            [] => Payload::Nothing,
            [field] => payload(&[text(field)?], definition.kind(), tuple)?,
            ref fields => {
                let texts: Option<Vec<&str>> = fields.iter().map(|field| text(*field)).collect();
                payload(&texts?, definition.kind(), tuple)?
            }
        };
        let addition = Addition {
            rule: item.place as usize,
            time: self.time,
            payload,
            mark: self.mark.clone(),
        };
        let state = self.states.get_mut(item.correlation as usize)?;
        Some(state.add(key, addition, definition, self.options, evicted))
    }

    /// Asks each group that grew, once, in the order in which they did.
    fn judge(&mut self, number: u32, definition: &Arc<Definition>) {
        let mut touched = std::mem::take(&mut self.work.touched);
        if touched.len() > 1 {
            touched.sort_unstable_by_key(|group| (group.slot, group.order));
            touched.dedup_by_key(|group| group.slot);
            touched.sort_unstable_by_key(|group| group.order);
        }
        for group in &touched {
            let state = self.states.get(number as usize);
            if let Some(verdict) = state.and_then(|state| state.judge(group.slot, definition)) {
                self.fire(number, definition, *group, verdict);
            }
        }
        self.work.touched = touched;
    }

    fn fire(
        &mut self,
        number: u32,
        definition: &Arc<Definition>,
        group: Touched,
        verdict: Verdict,
    ) {
        let Some(state) = self.states.get_mut(number as usize) else {
            return;
        };
        if definition.is_reported {
            if state.may_report(group.slot, self.time, self.options) {
                let start = verdict.window.0;
                let most = self.options.events;
                let (rules, events) = state.contents(group.slot, start, definition, most);
                self.counters.matches += 1;
                self.out.matched(CorrelationMatch {
                    definition: Arc::clone(definition),
                    key: state.key(group.slot).into(),
                    window: verdict.window,
                    time: self.time,
                    rules,
                    events,
                    trigger: self.mark.clone(),
                    value: verdict.value,
                });
            } else {
                self.counters.suppressed += 1;
            }
        }
        if !definition.outer.is_empty() {
            let origin = Origin::Firing(self.work.firings.len());
            self.work.firings.push(Firing {
                correlation: number,
                key: state.key(group.slot).into(),
                origin: group.origin,
            });
            for (outer, place) in &definition.outer {
                self.enqueue(*outer, *place, origin);
            }
        }
    }

    fn reject(&mut self, definition: &Definition) {
        self.counters.rejected += 1;
        self.out.lost(Loss::Rejected {
            correlation: Arc::clone(&definition.correlation),
            event: self.mark.clone(),
        });
    }

    fn report_evicted(&mut self, definition: &Definition) {
        for evicted in self.work.evicted.drain(..) {
            let correlation = Arc::clone(&definition.correlation);
            let loss = match evicted {
                Evicted::Group(key) => {
                    self.counters.evicted_groups += 1;
                    let texts = named(definition, &key);
                    let group = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
                    Loss::Evicted {
                        correlation,
                        group: group.collect(),
                    }
                }
                Evicted::Entry => {
                    self.counters.evicted_entries += 1;
                    Loss::Shortened { correlation }
                }
            };
            self.out.lost(loss);
        }
    }
}

/// Where texts come from.
struct Fields<'a> {
    plan: &'a Plan,
    extract: &'a Extract,
    firings: &'a [Firing],
}

impl<'a> Fields<'a> {
    /// The text of a field of the event, or of a correlation that fired at it: the names of its groups first (S-410).
    fn text(&self, field: u32, mut origin: Origin) -> Option<&'a str> {
        while let Origin::Firing(number) = origin {
            let firing = self.firings.get(number)?;
            let names = &self.plan.definition(firing.correlation)?.group_by;
            if let Some(place) = names.iter().position(|name| *name == field) {
                return key::texts(&firing.key, names.len()).nth(place);
            }
            origin = firing.origin;
        }
        self.extract.text(field)
    }
}

fn is_in_shard(component: Component, key: &[u8], (index, count): (u32, u32)) -> bool {
    count <= 1 || partition_key(component, key) % u64::from(count) == u64::from(index)
}

/// What decides where a group lives.
pub(super) fn partition_key(component: Component, key: &[u8]) -> u64 {
    let mut hash = StableHash::new();
    hash.write(&component.id.to_le_bytes());
    if component.is_keyed {
        hash.write(key);
    }
    hash.finish()
}
