//! Which rules an event must be held against.
//!
//! Every rule hangs on a *witness*: a set of patterns of which at least one occurs in every event that the rule
//! matches. Only rules of which a witness pattern occurs are evaluated; those without a witness always are. A witness
//! may let too much through, never too little (test `suite`, setting `without index`).

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::compile::plan::{Predicate, Test, ValueTest};
use crate::engine::leaves::Leaves;
use crate::engine::memo::{Found, Memo};
use crate::engine::program::{Node, Program};
use crate::engine::scratch::{Candidates, Truths};
use crate::pattern::{NumberBuffer, Part, PatternSet, Text, TextPattern, fold_char};
use crate::util::ids::{FieldId, NodeId, RuleIndex};

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By field, the patterns that wake rules. `None` for a field that wakes none.
    fields: Vec<Option<FieldIndex>>,
    /// Patterns over all leaves.
    keywords: Option<PatternSet>,
    /// Rules by pattern id.
    woken: Vec<Box<[RuleIndex]>>,
    /// By pattern id, the covered questions that hold when the pattern occurs.
    proved: Vec<Box<[NodeId]>>,
    /// By node, whether it is a covered question: each of its tests is a pattern here, so that it holds if one of
    /// them occurs, and else does not.
    covered: Vec<bool>,
    /// Rules without a witness.
    always: Vec<RuleIndex>,
}

#[derive(Debug, Default)]
struct FieldIndex {
    patterns: Option<PatternSet>,
    /// Rules that the field's presence wakes.
    present: Vec<RuleIndex>,
}

/// What an event has woken and proved so far.
#[derive(Debug)]
pub(crate) struct Woken<'s> {
    pub(crate) candidates: &'s mut Candidates,
    pub(crate) truths: &'s mut Truths,
}

/// What a leaf is asked.
#[derive(Debug)]
struct Asked<'i> {
    /// The same for leaves that are asked the same.
    place: u32,
    patterns: Option<&'i PatternSet>,
    keywords: Option<&'i PatternSet>,
}

/// The place of leaves whose field has no patterns.
const PATTERNLESS: u32 = NO_KEYWORDS - 1;
/// Added to the place of leaves that keywords do not ask.
const NO_KEYWORDS: u32 = 1 << 31;

impl Asked<'_> {
    fn sets(&self) -> impl Iterator<Item = &PatternSet> {
        self.patterns.into_iter().chain(self.keywords)
    }

    fn count(&self) -> usize {
        self.sets().map(PatternSet::len).sum()
    }

    fn for_each_match(&self, text: Text<'_>, hit: &mut impl FnMut(u32)) {
        self.sets().for_each(|set| set.for_each_match(text, hit));
    }
}

/// The alternatives by which an event that passes a question can be told.
#[derive(Clone, Debug)]
struct Keys {
    list: Vec<Key>,
    /// Whether each key is as good as the test it stands for, so that its occurrence answers the question.
    exact: bool,
}

/// One alternative of a witness.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    /// A leaf of the field, or (without a field) any leaf, has a text like this. Never cased.
    Text(Option<FieldId>, TextPattern),
    /// The field is present.
    Present(FieldId),
}

/// A set of questions, one of which holds in every event for which a node holds.
#[derive(Clone, Debug, Default)]
struct Witness {
    questions: Vec<NodeId>,
    cost: u64,
}

/// More alternatives than this are no witness: the rule is looked at always. A bound on the memory that a condition
/// with very many `or` can ask for while the index is built.
const MOST_QUESTIONS: usize = 1024;

/// So few patterns are searched for at once: that is quicker than looking for a remembered answer.
const FEW_PATTERNS: usize = 8;

impl Index {
    /// Chooses a witness for each rule, given by the node that holds when it matches.
    pub(crate) fn new(
        program: &Program,
        predicates: &[Option<Predicate>],
        rules: &[NodeId],
    ) -> Self {
        let chooser = Chooser::new(program, predicates, rules);
        let witnesses = chooser.choose();
        let mut woken: HashMap<Key, Vec<RuleIndex>, FixedState> = HashMap::default();
        let mut index = Self::default();
        for (position, root) in rules.iter().enumerate() {
            let rule = RuleIndex::next(position);
            match witnesses.get(root.index()).and_then(Option::as_ref) {
                None => index.always.push(rule),
                Some(witness) => {
                    for key in witness
                        .questions
                        .iter()
                        .flat_map(|question| chooser.keys(*question))
                    {
                        woken.entry(key.clone()).or_default().push(rule);
                    }
                }
            }
        }
        // What rules without a witness ask is asked of every event; as patterns of the index it is answered together
        // with the rest, and mostly from memory.
        let always = index
            .always
            .iter()
            .filter_map(|rule| rules.get(rule.index()).copied());
        for key in chooser.exact_keys_below(always.collect()) {
            woken.entry(key.clone()).or_default();
        }
        index.fields.resize_with(program.fields.len(), || None);
        let proved = index.cover(&chooser, &woken);
        index.fill(woken, &proved);
        index
    }

    /// Finds the questions that patterns of the index answer, by key. Which of its keys a rule hangs on does not
    /// matter for that.
    fn cover(
        &mut self,
        chooser: &Chooser<'_>,
        woken: &HashMap<Key, Vec<RuleIndex>, FixedState>,
    ) -> HashMap<Key, Vec<NodeId>, FixedState> {
        let mut proved: HashMap<Key, Vec<NodeId>, FixedState> = HashMap::default();
        self.covered.resize(chooser.program.len(), false);
        for (position, keys) in chooser.keys.iter().enumerate() {
            let id = NodeId::next(position);
            let Some(keys) = keys.as_ref().filter(|keys| keys.exact) else {
                continue;
            };
            if keys.list.iter().all(|key| woken.contains_key(key)) {
                self.covered
                    .iter_mut()
                    .skip(position)
                    .take(1)
                    .for_each(|covered| *covered = true);
                keys.list
                    .iter()
                    .for_each(|key| proved.entry(key.clone()).or_default().push(id));
            }
        }
        proved
    }

    fn fill(
        &mut self,
        woken: HashMap<Key, Vec<RuleIndex>, FixedState>,
        proved: &HashMap<Key, Vec<NodeId>, FixedState>,
    ) {
        let mut woken: Vec<(Key, Vec<RuleIndex>)> = woken.into_iter().collect();
        woken.sort();
        let mut by_field: HashMap<Option<FieldId>, Vec<(u32, TextPattern)>, FixedState> =
            HashMap::default();
        for (key, mut rules) in woken {
            // A rule may hang on two questions with the same key.
            rules.dedup();
            let nodes = proved.get(&key).map_or(&[][..], Vec::as_slice);
            match key {
                Key::Present(field) => {
                    if let Some(place) = self.fields.get_mut(field.index()) {
                        place.get_or_insert_default().present.extend(rules);
                    }
                }
                Key::Text(field, pattern) => {
                    let id = u32::try_from(self.woken.len()).unwrap_or(u32::MAX);
                    self.woken.push(rules.into());
                    self.proved.push(nodes.into());
                    by_field.entry(field).or_default().push((id, pattern));
                }
            }
        }
        for (field, patterns) in by_field {
            let set = PatternSet::new(patterns);
            match field {
                None => self.keywords = Some(set),
                Some(field) => {
                    if let Some(place) = self.fields.get_mut(field.index()) {
                        place.get_or_insert_default().patterns = Some(set);
                    }
                }
            }
        }
    }

    /// Adds the rules that the event may match.
    pub(crate) fn wake(&self, leaves: &mut Leaves<'_>, memo: &mut Memo, woken: &mut Woken<'_>) {
        self.always
            .iter()
            .for_each(|rule| woken.candidates.add(*rule));
        for field in leaves.present() {
            if let Some(index) = self.field(*field) {
                index
                    .present
                    .iter()
                    .for_each(|rule| woken.candidates.add(*rule));
            }
        }
        for leaf in 0..leaves.len() {
            let field = leaves.field(leaf);
            let patterns = field.and_then(|field| self.field(field)?.patterns.as_ref());
            let keywords = self
                .keywords
                .as_ref()
                .filter(|_| leaves.is_for_keywords(leaf));
            // Leaves of fields without patterns share a place: only keywords ask them. Leaves found by paths have
            // places of their own: keywords asked them where they stand.
            let place = patterns.and(field).map_or(PATTERNLESS, FieldId::raw);
            let place = if keywords.is_some() {
                place
            } else {
                place | NO_KEYWORDS
            };
            let asked = Asked {
                place,
                patterns,
                keywords,
            };
            if asked.count() > 0 {
                self.wake_by_leaf(leaf, &asked, leaves, memo, woken);
            }
        }
    }

    fn field(&self, field: FieldId) -> Option<&FieldIndex> {
        self.fields.get(field.index())?.as_ref()
    }

    /// Adds the rules whose patterns occur in a leaf: those of its field, and keywords.
    fn wake_by_leaf(
        &self,
        leaf: usize,
        asked: &Asked<'_>,
        leaves: &mut Leaves<'_>,
        memo: &mut Memo,
        woken: &mut Woken<'_>,
    ) {
        if asked.count() <= FEW_PATTERNS && leaves.is_string(leaf) {
            if let Some(text) = leaves.text(leaf) {
                asked.for_each_match(text, &mut |id| self.occurs(id, woken));
            }
            return;
        }
        let step = leaves.step(leaf);
        let mut number = [0; 8];
        let Some(subject) = leaves.subject(leaf, &mut number) else {
            return;
        };
        let ticket = match memo.find(step, asked.place, subject) {
            Found::Answer(ids) => {
                ids.iter().for_each(|id| self.occurs(*id, woken));
                return;
            }
            Found::Nothing(ticket) => ticket,
        };
        let Some(text) = leaves.text(leaf) else {
            return;
        };
        if !ticket.is_worth_remembering() {
            asked.for_each_match(text, &mut |id| self.occurs(id, woken));
            return;
        }
        let mut ids = std::mem::take(&mut woken.candidates.ids);
        ids.clear();
        asked.for_each_match(text, &mut |id| ids.push(id));
        ids.sort_unstable();
        ids.dedup();
        ids.iter().for_each(|id| self.occurs(*id, woken));
        if let Some(subject) = leaves.subject(leaf, &mut number) {
            memo.remember(ticket, subject, &ids);
        }
        woken.candidates.ids = ids;
    }

    /// How many patterns there are.
    pub(crate) fn patterns(&self) -> usize {
        self.woken.len()
    }

    /// Draws the conclusions from the occurrence of a pattern, once per event: a text may hold it a million times.
    fn occurs(&self, id: u32, woken: &mut Woken<'_>) {
        if !woken.candidates.is_first(id) {
            return;
        }
        if let (Some(rules), Some(nodes)) =
            (self.woken.get(id as usize), self.proved.get(id as usize))
        {
            rules.iter().for_each(|rule| woken.candidates.add(*rule));
            nodes.iter().for_each(|node| woken.truths.set(*node, true));
        }
    }

    /// Whether a question is answered by [`wake`](Self::wake): true if that set it, false if not.
    pub(crate) fn covers(&self, node: NodeId) -> bool {
        self.covered.get(node.index()).copied().unwrap_or(false)
    }

    /// The pattern sets, with the field they belong to; `None` for keywords.
    pub(crate) fn sets(&self) -> impl Iterator<Item = (Option<FieldId>, &PatternSet)> {
        let by_field = self
            .fields
            .iter()
            .enumerate()
            .filter_map(|(position, field)| {
                Some((
                    Some(FieldId::next(position)),
                    field.as_ref()?.patterns.as_ref()?,
                ))
            });
        by_field.chain(self.keywords.iter().map(|set| (None, set)))
    }

    /// How many rules the presence of some field wakes.
    pub(crate) fn woken_by_presence(&self) -> usize {
        let mut rules: Vec<RuleIndex> = self
            .fields
            .iter()
            .flatten()
            .flat_map(|field| field.present.iter().copied())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        rules.len()
    }

    /// The rules without a witness.
    pub(crate) fn always(&self) -> &[RuleIndex] {
        &self.always
    }
}

/// Finds the cheapest witness of every node, from the leaves of the graph up.
struct Chooser<'a> {
    program: &'a Program,
    /// By node, the keys of a question of which one is in every event that passes; `None` if there are none such.
    keys: Vec<Option<Keys>>,
    /// How many rules a key could wake: an often-named pattern is also often met, and wakes many when it is.
    uses: HashMap<Key, u64, FixedState>,
}

impl<'a> Chooser<'a> {
    fn new(program: &'a Program, predicates: &[Option<Predicate>], rules: &[NodeId]) -> Self {
        let predicate = |id: NodeId| predicates.get(id.index()).and_then(Option::as_ref);
        let keys: Vec<_> = program
            .nodes()
            .map(|(id, node)| question_keys(node, predicate(id)?))
            .collect();
        let mut uses: HashMap<Key, u64, FixedState> = HashMap::default();
        for (keys, count) in keys.iter().zip(uses_by_node(program, rules)) {
            for key in keys.iter().flat_map(|keys| &keys.list) {
                *uses.entry(key.clone()).or_default() += count;
            }
        }
        Self {
            program,
            keys,
            uses,
        }
    }

    fn keys(&self, question: NodeId) -> &[Key] {
        self.keys
            .get(question.index())
            .and_then(Option::as_ref)
            .map_or(&[], |keys| &keys.list)
    }

    /// The keys of every question below some nodes that keys can answer.
    fn exact_keys_below(&self, mut open: Vec<NodeId>) -> impl Iterator<Item = &Key> {
        let mut questions = Vec::new();
        let mut met = vec![false; self.program.len()];
        while let Some(id) = open.pop() {
            if met.get(id.index()).copied().unwrap_or(true) {
                continue;
            }
            met.iter_mut()
                .skip(id.index())
                .take(1)
                .for_each(|met| *met = true);
            match self.program.node(id) {
                Node::Constant(_) => {}
                Node::Question(_) => questions.push(id),
                Node::Not(inner) => open.push(*inner),
                Node::All(operands) | Node::Any(operands) => open.extend(operands),
            }
        }
        let keys = questions
            .into_iter()
            .filter_map(|id| self.keys.get(id.index())?.as_ref());
        keys.filter(|keys| keys.exact).flat_map(|keys| &keys.list)
    }

    /// The witness of each node, `None` where there is none.
    fn choose(&self) -> Vec<Option<Witness>> {
        let mut witnesses: Vec<Option<Witness>> = Vec::with_capacity(self.program.len());
        for (id, node) in self.program.nodes() {
            let of = |id: &NodeId| witnesses.get(id.index()).and_then(Option::as_ref);
            let witness = match node {
                // Never true: the empty set is in every event for which it holds.
                Node::Constant(false) => Some(Witness::default()),
                // Something that must not be there cannot be what an event is found by.
                Node::Constant(true) | Node::Not(_) => None,
                Node::Question(_) => self.question(id),
                Node::All(operands) => operands
                    .iter()
                    .filter_map(of)
                    .min_by_key(|witness| witness.cost)
                    .cloned(),
                Node::Any(operands) => union(operands.iter().map(of)),
            };
            witnesses.push(witness);
        }
        witnesses
    }

    fn question(&self, id: NodeId) -> Option<Witness> {
        let keys = self.keys.get(id.index())?.as_ref()?;
        let cost = keys
            .list
            .iter()
            .map(|key| self.cost(key))
            .fold(0, u64::saturating_add);
        Some(Witness {
            questions: vec![id],
            cost,
        })
    }

    /// What a key is expected to cost: how often it occurs times how many rules it wakes.
    fn cost(&self, key: &Key) -> u64 {
        let uses = self.uses.get(key).copied().unwrap_or(0).saturating_add(1);
        let rarity = match key {
            Key::Present(_) => 2_000,
            Key::Text(field, pattern) => {
                let length = pattern
                    .required_literal()
                    .map_or(0, |literal| literal.chars().count());
                let by_length = match length {
                    0 => 1_000,
                    1 => 200,
                    2 => 60,
                    3 => 20,
                    4 => 10,
                    5..=7 => 4,
                    _ => 2,
                };
                if field.is_none() {
                    by_length * 2
                } else {
                    by_length
                }
            }
        };
        uses.saturating_mul(rarity)
    }
}

/// How many paths lead from rules to each node.
fn uses_by_node(program: &Program, rules: &[NodeId]) -> Vec<u64> {
    let mut uses = vec![0_u64; program.len()];
    for id in rules {
        add_uses(&mut uses, *id, 1);
    }
    // Operands are older than the node, so from the newest down every count is complete when it is handed on.
    for index in (0..program.len()).rev() {
        let count = uses.get(index).copied().unwrap_or(0);
        match program.node(NodeId::next(index)) {
            Node::Not(inner) => add_uses(&mut uses, *inner, count),
            Node::All(operands) | Node::Any(operands) => {
                operands
                    .iter()
                    .for_each(|operand| add_uses(&mut uses, *operand, count));
            }
            Node::Constant(_) | Node::Question(_) => {}
        }
    }
    uses
}

fn add_uses(uses: &mut [u64], id: NodeId, more: u64) {
    if let Some(count) = uses.get_mut(id.index()) {
        *count = count.saturating_add(more);
    }
}

fn union<'a>(witnesses: impl Iterator<Item = Option<&'a Witness>>) -> Option<Witness> {
    let mut union = Witness::default();
    for witness in witnesses {
        let witness = witness?;
        union.questions.extend_from_slice(&witness.questions);
        union.cost = union.cost.saturating_add(witness.cost);
        if union.questions.len() > MOST_QUESTIONS {
            return None;
        }
    }
    union.questions.sort();
    union.questions.dedup();
    Some(union)
}

fn question_keys(node: &Node, predicate: &Predicate) -> Option<Keys> {
    let Node::Question(question) = node else {
        return None;
    };
    let tests = match (&predicate.test, question.field) {
        (Test::AnyOf(tests), _) => tests,
        (Test::Exists | Test::Reference { .. }, Some(field)) => {
            return Some(Keys {
                list: vec![Key::Present(field)],
                exact: false,
            });
        }
        _ => return None,
    };
    let mut keys = Keys {
        list: Vec::with_capacity(tests.len()),
        exact: true,
    };
    for test in tests {
        let (list, exact) = test_keys(test, question.field)?;
        keys.list.extend(list);
        keys.exact &= exact;
    }
    keys.list.sort();
    keys.list.dedup();
    Some(keys)
}

/// The keys of a test, and whether they are as good as the test itself.
fn test_keys(test: &ValueTest, field: Option<FieldId>) -> Option<(Vec<Key>, bool)> {
    let text = |pattern, exact| (vec![Key::Text(field, pattern)], exact);
    let present = || field.map(|field| (vec![Key::Present(field)], false));
    match test {
        ValueTest::Null => None,
        ValueTest::Text(pattern) if pattern.required_literal().is_none() => present(),
        ValueTest::Text(pattern) => {
            let folded = TextPattern::new(pattern.parts().to_vec(), false);
            Some(text(folded, !pattern.is_cased()))
        }
        // A numeric leaf equals the number just when its canonical text does, and folding changes no digit.
        ValueTest::Number(number) => {
            let mut buffer = NumberBuffer::new();
            let exact = vec![Part::Literal(number.text(&mut buffer).to_owned())];
            Some(text(TextPattern::new(exact, false), true))
        }
        ValueTest::Token(number) => {
            let mut buffer = NumberBuffer::new();
            Some(text(containing(number.text(&mut buffer)), false))
        }
        ValueTest::Boolean(value) => {
            let exact = vec![Part::Literal(value.to_string())];
            Some(text(TextPattern::new(exact, false), true))
        }
        ValueTest::Regex(regex) => match regex.required_literals(&fold_char) {
            Some(literals) => {
                let keys = literals
                    .iter()
                    .map(|literal| Key::Text(field, containing(literal)));
                Some((keys.collect(), false))
            }
            None => present(),
        },
        ValueTest::Network(_) | ValueTest::Compare(..) | ValueTest::Time(..) => present(),
    }
}

fn containing(literal: &str) -> TextPattern {
    TextPattern::new(
        vec![Part::Any, Part::Literal(literal.to_owned()), Part::Any],
        false,
    )
}
