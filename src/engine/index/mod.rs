//! Which rules an event must be held against.
//!
//! Every rule hangs on a *witness*: a set of patterns of which at least one occurs in every event that the rule
//! matches. Only rules of which a witness pattern occurs are evaluated; those without a witness always are. A witness
//! may let too much through, never too little (test `suite`, setting `without index`). What many rules ask first is a
//! *gate*: the patterns of rules behind it are searched for only where it holds.

mod build;
mod gate;
mod keys;
mod situation;
mod witness;

use crate::engine::index::gate::is_open;
use crate::engine::leaves::Leaves;
use crate::engine::memo::{Found, Memo, Subject};
use crate::engine::program::Program;
use crate::engine::recent::Recent;
use crate::engine::scratch::{Candidates, Truths};
use crate::pattern::{PatternSet, Text};
use crate::util::ids::{FieldId, GateId, NodeId, RuleIndex, SetId};

pub(crate) use self::situation::{Situation, Situations};

use self::situation::{AskedOf, Asking};

#[derive(Debug, Default)]
pub(crate) struct Index {
    sets: Vec<PatternSet>,
    /// By field, what wakes rules.
    fields: Vec<Watched>,
    /// Patterns over all leaves.
    keywords: Watched,
    /// By pattern id, what follows from its occurrence.
    occurrences: Vec<Occurrence>,
    /// By node, when it is a question that patterns of the index answer: each of its tests is one of them, so that it
    /// holds if one of them occurs, and else does not.
    covered: Vec<Cover>,
    /// Rules without a witness.
    always: Vec<RuleIndex>,
    /// The node that each gate is.
    gates: Vec<NodeId>,
    /// By gate, the rules that nothing but the gate wakes.
    behind: Vec<Vec<RuleIndex>>,
    /// The fields that gates ask, in order.
    gate_fields: Vec<FieldId>,
    /// Whether answers are kept for values that come again.
    remembers: bool,
}

/// What wakes rules, of one field or of all.
#[derive(Debug, Default)]
struct Watched {
    /// Patterns searched for in every event.
    open: Option<SetId>,
    /// Patterns searched for where a gate holds, in the order of gates.
    gated: Vec<(GateId, SetId)>,
    /// Rules that the field's presence wakes, where the gate holds if there is one.
    present: Vec<(Option<GateId>, RuleIndex)>,
}

/// What follows when a pattern occurs.
#[derive(Debug, Default)]
struct Occurrence {
    rules: Box<[RuleIndex]>,
    /// Gates that may hold.
    gates: Box<[GateId]>,
    /// Questions that hold.
    proved: Box<[NodeId]>,
}

/// Where the patterns of a question are all searched for.
#[derive(Debug, Default)]
enum Cover {
    #[default]
    Nowhere,
    Everywhere,
    /// Behind each of these gates.
    Behind(Box<[GateId]>),
}

/// What an event has woken and proved so far.
#[derive(Debug)]
pub(crate) struct Woken<'s> {
    pub(crate) candidates: &'s mut Candidates,
    pub(crate) truths: &'s mut Truths,
}

/// What is remembered of earlier events.
#[derive(Debug)]
pub(crate) struct Memory<'s> {
    pub(crate) memo: &'s mut Memo,
    pub(crate) recent: &'s mut Recent,
}

/// So few patterns are searched for at once: that is quicker than looking for a remembered answer.
const FEW_PATTERNS: usize = 8;

impl Index {
    /// Adds the rules that the event may match. Returns the situation that its gates make.
    pub(crate) fn wake<'s>(
        &self,
        program: &Program,
        leaves: &mut Leaves<'_>,
        memory: &mut Memory<'_>,
        situations: &'s mut Situations,
        woken: &mut Woken<'_>,
    ) -> &'s Situation {
        self.always
            .iter()
            .for_each(|rule| woken.candidates.add(*rule));
        let mut open = situations.begin(self);
        for field in &self.gate_fields {
            for number in leaves.slot(*field).leaves() {
                if let Some(leaf) = leaves.leaf(number) {
                    let asking = situations.first(AskedOf::leaf(leaf));
                    self.ask(number, asking, leaves, memory, woken);
                }
            }
        }
        open.extend_from_slice(&woken.candidates.gates);
        open.retain(|gate| {
            let node = self.gates.get(gate.index());
            node.is_some_and(|node| is_open(program, *node, woken.truths))
        });
        open.sort_unstable();
        let situation = situations.enter(self, open);
        for gate in situation.open() {
            let rules = self.behind.get(gate.index()).into_iter().flatten();
            rules.for_each(|rule| woken.candidates.add(*rule));
        }
        self.wake_by_presence(situation, leaves, woken);
        for number in 0..leaves.len() {
            if let Some(leaf) = leaves.leaf(number) {
                let asking = situation.asking(AskedOf::leaf(leaf));
                self.ask(number, asking, leaves, memory, woken);
            }
        }
        situation
    }

    fn wake_by_presence(&self, situation: &Situation, leaves: &Leaves<'_>, woken: &mut Woken<'_>) {
        for field in leaves.present() {
            let Some(watched) = self.fields.get(field.index()) else {
                continue;
            };
            for (gate, rule) in &watched.present {
                if gate.is_none_or(|gate| situation.is_open(gate)) {
                    woken.candidates.add(*rule);
                }
            }
        }
    }

    /// Searches a leaf for patterns and draws the conclusions.
    #[inline]
    fn ask(
        &self,
        number: usize,
        asking: &Asking,
        leaves: &mut Leaves<'_>,
        memory: &mut Memory<'_>,
        woken: &mut Woken<'_>,
    ) {
        let Some(&leaf) = leaves.leaf(number).filter(|_| asking.patterns > 0) else {
            return;
        };
        if leaf.is_shorter(asking.shortest) {
            return;
        }
        let is_quick = asking.patterns <= FEW_PATTERNS && leaf.is_string();
        let mut bytes = [0; 8];
        match leaf.subject(&mut bytes) {
            Some(subject) if self.remembers && !is_quick => {
                self.ask_remembering(
                    (number, leaf.step(), subject),
                    asking,
                    leaves,
                    memory,
                    woken,
                );
            }
            _ => {
                if let Some(text) = leaves.text(number) {
                    self.search(asking, text, &mut |id| self.occurs(id, woken));
                }
            }
        }
    }

    fn ask_remembering(
        &self,
        (number, step, subject): (usize, Option<u32>, Subject<'_>),
        asking: &Asking,
        leaves: &mut Leaves<'_>,
        memory: &mut Memory<'_>,
        woken: &mut Woken<'_>,
    ) {
        let ticket = match memory.memo.find(step, asking.place, subject) {
            Found::Answer(ids) => {
                ids.iter().for_each(|id| self.occurs(*id, woken));
                return;
            }
            Found::Nothing(ticket) => ticket,
        };
        let Some(text) = leaves.text(number) else {
            return;
        };
        if !ticket.is_worth_remembering() {
            self.search_new(asking, text, step, memory.recent, &mut |id| {
                self.occurs(id, woken)
            });
            return;
        }
        let mut ids = std::mem::take(&mut woken.candidates.ids);
        ids.clear();
        self.search_new(asking, text, step, memory.recent, &mut |id| ids.push(id));
        ids.sort_unstable();
        ids.dedup();
        ids.iter().for_each(|id| self.occurs(*id, woken));
        memory.memo.remember(ticket, subject, &ids);
        woken.candidates.ids = ids;
    }

    /// Searches what differs from the last text at the same step, if that is known.
    #[inline]
    fn search_new(
        &self,
        asking: &Asking,
        text: Text<'_>,
        step: Option<u32>,
        recent: &mut Recent,
        hit: &mut impl FnMut(u32),
    ) {
        match step {
            Some(step) if Recent::takes(text.folded.len()) => {
                let bytes = text.folded.as_bytes();
                let (change, noted) = recent.change(step, asking.place, bytes);
                for (number, id) in (0_u32..).zip(&asking.sets) {
                    if let Some(set) = self.sets.get(id.index()) {
                        let note = &mut |standing| noted.add(standing);
                        set.for_each_match_changed(text, (number, change), note, hit);
                    }
                }
                recent.keep(step, asking.place, bytes);
            }
            _ => self.search(asking, text, hit),
        }
    }

    fn search(&self, asking: &Asking, text: Text<'_>, hit: &mut impl FnMut(u32)) {
        for id in &asking.sets {
            if let Some(set) = self.sets.get(id.index()) {
                set.for_each_match(text, hit);
            }
        }
    }

    /// How many patterns there are.
    pub(crate) fn patterns(&self) -> usize {
        self.occurrences.len()
    }

    /// Draws the conclusions from the occurrence of a pattern, once per event: a text may hold it a million times.
    fn occurs(&self, id: u32, woken: &mut Woken<'_>) {
        if !woken.candidates.is_first(id) {
            return;
        }
        let Some(occurrence) = self.occurrences.get(id as usize) else {
            return;
        };
        for rule in &occurrence.rules {
            woken.candidates.add(*rule);
        }
        for node in &occurrence.proved {
            woken.truths.set(*node, true);
        }
        woken.candidates.gates.extend_from_slice(&occurrence.gates);
    }

    /// Whether a question is answered by [`wake`](Self::wake): true if that set it, false if not.
    pub(crate) fn covers(&self, node: NodeId, situation: &Situation) -> bool {
        match self.covered.get(node.index()) {
            None | Some(Cover::Nowhere) => false,
            Some(Cover::Everywhere) => true,
            Some(Cover::Behind(gates)) => gates.iter().any(|gate| situation.is_open(*gate)),
        }
    }

    /// Whether a question is answered in every event.
    pub(crate) fn answers(&self, node: NodeId) -> bool {
        matches!(self.covered.get(node.index()), Some(Cover::Everywhere))
    }

    /// How many questions patterns of the index answer, behind some gate at least.
    pub(crate) fn covered_questions(&self) -> usize {
        let covered = self.covered.iter();
        covered
            .filter(|cover| !matches!(cover, Cover::Nowhere))
            .count()
    }

    /// The pattern sets, with the field they belong to; `None` for keywords.
    pub(crate) fn sets(&self) -> impl Iterator<Item = (Option<FieldId>, &PatternSet)> {
        let fields = self.fields.iter().enumerate();
        let watched = fields.map(|(position, watched)| (Some(FieldId::next(position)), watched));
        let watched = watched.chain([(None, &self.keywords)]);
        watched.flat_map(move |(field, watched)| {
            let gated = watched.gated.iter().map(|(_, set)| *set);
            let sets = watched.open.into_iter().chain(gated);
            sets.filter_map(move |set| Some((field, self.sets.get(set.index())?)))
        })
    }

    /// How many rules the presence of some field wakes.
    pub(crate) fn woken_by_presence(&self) -> usize {
        let present = self.fields.iter().flat_map(|watched| &watched.present);
        let mut rules: Vec<RuleIndex> = present.map(|(_, rule)| *rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.len()
    }

    /// How many gates there are.
    pub(crate) fn gates(&self) -> usize {
        self.gates.len()
    }

    /// The rules without a witness.
    pub(crate) fn always(&self) -> &[RuleIndex] {
        &self.always
    }
}
