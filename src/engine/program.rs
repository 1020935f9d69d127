//! All plans in one: a graph of shared nodes.
//!
//! Equal predicates of different rules are one node, and so are equal conjunctions and disjunctions; each is asked at
//! most once per event. The graph has no cycles: a node's operands are older than the node.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::compile::Plan;
use crate::compile::plan::{Expr, Link, Predicate, Test, ValueTest};
use crate::engine::fields::{FieldKey, FieldTable};
use crate::engine::index::{Index, Situation};
use crate::engine::leaves::{Leaves, Reach};
use crate::engine::scratch::{RegexCaches, Truths};
use crate::engine::shapes::Shapes;
use crate::engine::test::{CompiledTest, Question};
use crate::event::{Event, FieldValue};
use crate::pattern::Regex;
use crate::util::ids::{NodeId, RegexId};

/// The nodes, and the fields they ask for.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) fields: FieldTable,
    nodes: Vec<Node>,
    pub(crate) regexes: usize,
    pub(crate) asks_keywords: bool,
}

/// The search for witnesses that was made, and answers some questions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered<'i> {
    pub(crate) index: &'i Index,
    pub(crate) situation: &'i Situation,
}

#[derive(Debug)]
pub(crate) enum Node {
    Constant(bool),
    Question(Question),
    Not(NodeId),
    All(Box<[NodeId]>),
    Any(Box<[NodeId]>),
}

impl Program {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        // Ids are made here only, so the fallback is for the type checker.
        self.nodes.get(id.index()).unwrap_or(&Node::Constant(false))
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The nodes that ask something of an event.
    pub(crate) fn questions(&self) -> impl Iterator<Item = (NodeId, &Question)> {
        self.nodes().filter_map(|(id, node)| match node {
            Node::Question(question) => Some((id, question)),
            _ => None,
        })
    }

    /// Flattens an event: the only walk over it. If the rules name very few fields, each is asked for instead.
    pub(crate) fn flatten<'e, E: Event + ?Sized>(
        &self,
        event: &'e E,
        depth: usize,
        leaves: &mut Leaves<'e>,
        shapes: &mut Shapes,
    ) {
        let fields = &self.fields;
        let reach = Reach {
            depth,
            keywords: self.asks_keywords,
        };
        if !reach.keywords && fields.top_level().len() <= FEW_NAMES {
            for (name, key) in fields.top_level() {
                if let Some(value) = event.field(name) {
                    leaves.add(fields, *key, None, value, reach);
                }
            }
            return;
        }
        let named = shapes.names(event);
        let mut place = shapes.start();
        for &(name, value) in &named {
            let key = shapes.key(&mut place, name, fields);
            leaves.add(fields, key, place.step(), value, reach);
        }
        shapes.keep(named);
        if reach.keywords {
            event.for_each_unnamed(&mut |value| leaves.add_unnamed(value, reach));
        }
    }

    /// Flattens an event whose values stand in the order of `keys`.
    pub(crate) fn flatten_row<'e>(
        &self,
        keys: &[FieldKey],
        row: &[Option<FieldValue<'e>>],
        depth: usize,
        leaves: &mut Leaves<'e>,
    ) {
        let reach = Reach {
            depth,
            keywords: self.asks_keywords,
        };
        for (column, (key, value)) in (0..).zip(keys.iter().zip(row)) {
            if let Some(value) = value {
                leaves.add(&self.fields, *key, Some(column), *value, reach);
            }
        }
    }

    /// What each name means to the rules.
    pub(crate) fn keys(&self, names: &[Arc<str>]) -> Vec<FieldKey> {
        let keys = names.iter().map(|name| self.fields.key(name));
        keys.map(Option::unwrap_or_default).collect()
    }

    /// Whether a node holds. Asked at most once per node and event; what the index covers was answered when the event's
    /// patterns were searched for. Recursion follows conditions and nested lists of
    /// detections, both bounded when the rule was loaded.
    pub(crate) fn holds(
        &self,
        id: NodeId,
        leaves: &mut Leaves<'_>,
        truths: &mut Truths,
        caches: &mut RegexCaches,
        answered: Option<Answered<'_>>,
    ) -> bool {
        if let Some(truth) = truths.get(id) {
            return truth;
        }
        let truth = match self.node(id) {
            Node::Constant(value) => return *value,
            Node::Not(inner) => return !self.holds(*inner, leaves, truths, caches, answered),
            Node::Question(_) if answered.is_some_and(|by| by.index.covers(id, by.situation)) => {
                false
            }
            Node::Question(question) => question.holds(leaves, caches),
            Node::All(operands) => operands
                .iter()
                .all(|operand| self.holds(*operand, leaves, truths, caches, answered)),
            Node::Any(operands) => operands
                .iter()
                .any(|operand| self.holds(*operand, leaves, truths, caches, answered)),
        };
        truths.set(id, truth);
        truth
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (NodeId::next(index), node))
    }
}

/// Looking up a name costs about as much as walking past four to eight (bench `match/one_rule`); events have some
/// twenty.
const FEW_NAMES: usize = 6;

/// Builds a [`Program`]; keeps what finds equal nodes, which the program does not need any more.
#[derive(Debug, Default)]
pub(crate) struct ProgramBuilder {
    program: Program,
    /// What each question node asks, in words of the plan: the index chooses witnesses from it.
    predicates: Vec<Option<Arc<Predicate>>>,
    questions: HashMap<Arc<Predicate>, NodeId, FixedState>,
    links: HashMap<Composite, NodeId, FixedState>,
    regexes: HashMap<(String, u8), RegexId, FixedState>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Composite {
    Constant(bool),
    Not(NodeId),
    All(Vec<NodeId>),
    Any(Vec<NodeId>),
}

impl ProgramBuilder {
    /// Adds a plan and returns the node that holds when the rule matches.
    pub(crate) fn add(&mut self, plan: &Plan) -> NodeId {
        let mut adding = Adding {
            builder: self,
            plan,
            identifiers: HashMap::new(),
            selections: HashMap::new(),
        };
        let conditions = plan
            .conditions
            .iter()
            .map(|condition| adding.expr(condition))
            .collect();
        self.link(conditions, Composite::Any, true)
    }

    /// Adds every search identifier and every condition of a plan, used or not, and returns their nodes.
    pub(crate) fn add_parts(&mut self, plan: &Plan) -> (Vec<NodeId>, Vec<NodeId>) {
        let mut adding = Adding {
            builder: self,
            plan,
            identifiers: HashMap::new(),
            selections: HashMap::new(),
        };
        let identifiers = (0..plan.identifiers.len())
            .map(|index| adding.identifier(index))
            .collect();
        let conditions = plan
            .conditions
            .iter()
            .map(|condition| adding.expr(condition))
            .collect();
        (identifiers, conditions)
    }

    /// Adds an expression that stands outside of a plan: no part of it refers to search identifiers.
    pub(crate) fn add_expr(&mut self, expr: &Expr) -> NodeId {
        let plan = Plan {
            identifiers: Vec::new(),
            selections: Vec::new(),
            conditions: Vec::new(),
        };
        let mut adding = Adding {
            builder: self,
            plan: &plan,
            identifiers: HashMap::new(),
            selections: HashMap::new(),
        };
        adding.expr(expr)
    }

    /// The program, and the index that `index` makes of it and of what each node asks. Questions that the index answers
    /// for every event need no test of their own: that saves a good part of the time and memory of a set.
    pub(crate) fn finish(
        self,
        index: impl FnOnce(&Program, &[Option<Arc<Predicate>>]) -> Option<Index>,
    ) -> (Program, Option<Index>) {
        let Self {
            mut program,
            predicates,
            mut regexes,
            ..
        } = self;
        let index = index(&program, &predicates);
        let is_answered = |id| { &index }.as_ref().is_some_and(|index| index.answers(id));
        for (position, predicate) in predicates.iter().enumerate() {
            let (Some(Node::Question(question)), Some(predicate)) =
                (program.nodes.get_mut(position), predicate)
            else {
                continue;
            };
            if let (false, Test::AnyOf(tests)) =
                (is_answered(NodeId::next(position)), &predicate.test)
            {
                question.test = CompiledTest::new(tests, |regex: &Arc<Regex>| {
                    let next = RegexId::next(regexes.len());
                    *regexes
                        .entry((regex.source().to_owned(), regex.options_key()))
                        .or_insert(next)
                });
            }
        }
        program.regexes = regexes.len();
        (program, index)
    }

    fn push(&mut self, node: Node, predicate: Option<Arc<Predicate>>) -> NodeId {
        let id = NodeId::next(self.program.nodes.len());
        self.program.nodes.push(node);
        self.predicates.push(predicate);
        id
    }

    fn question(&mut self, predicate: &Predicate) -> NodeId {
        if let Some(id) = self.questions.get(predicate) {
            return *id;
        }
        let question = self.without_test(predicate);
        let predicate = Arc::new(predicate.clone());
        let id = self.push(Node::Question(question), Some(Arc::clone(&predicate)));
        self.questions.insert(predicate, id);
        id
    }

    /// A question whose test of values is made when it is known to be needed.
    fn without_test(&mut self, predicate: &Predicate) -> Question {
        let field = predicate
            .field
            .as_ref()
            .map(|name| self.program.fields.intern(name));
        self.program.asks_keywords |= field.is_none();
        let test = match &predicate.test {
            Test::Exists => CompiledTest::Exists,
            Test::Reference { other, relation } => CompiledTest::Reference {
                other: self.program.fields.intern(other),
                relation: *relation,
            },
            Test::AnyOf(_) => CompiledTest::Answered,
        };
        Question {
            field,
            test,
            cost: cost(predicate),
        }
    }

    fn constant(&mut self, value: bool) -> NodeId {
        self.unique(Composite::Constant(value))
    }

    fn negated(&mut self, inner: NodeId) -> NodeId {
        match self.program.node(inner) {
            Node::Constant(value) => {
                let value = !value;
                self.constant(value)
            }
            Node::Not(inner) => *inner,
            _ => self.unique(Composite::Not(inner)),
        }
    }

    /// Links operands; equal ones count once, and the order in which they are asked is by what they cost.
    fn link(
        &mut self,
        mut operands: Vec<NodeId>,
        link: fn(Vec<NodeId>) -> Composite,
        is_any: bool,
    ) -> NodeId {
        operands.sort_unstable();
        operands.dedup();
        // `x or true` is true, `x or false` is x; with `and` the other way round.
        if operands
            .iter()
            .any(|id| matches!(self.program.node(*id), Node::Constant(value) if *value == is_any))
        {
            return self.constant(is_any);
        }
        operands.retain(|id| !matches!(self.program.node(*id), Node::Constant(_)));
        match operands.as_slice() {
            [] => self.constant(!is_any),
            [only] => *only,
            _ => self.unique(link(operands)),
        }
    }

    fn unique(&mut self, link: Composite) -> NodeId {
        if let Some(id) = self.links.get(&link) {
            return *id;
        }
        let node = match &link {
            Composite::Constant(value) => Node::Constant(*value),
            Composite::Not(inner) => Node::Not(*inner),
            Composite::All(operands) => Node::All(self.cheapest_first(operands)),
            Composite::Any(operands) => Node::Any(self.cheapest_first(operands)),
        };
        let id = self.push(node, None);
        self.links.insert(link, id);
        id
    }

    fn cheapest_first(&self, operands: &[NodeId]) -> Box<[NodeId]> {
        let mut operands: Vec<NodeId> = operands.to_vec();
        operands.sort_by_key(|id| self.cost(*id));
        operands.into()
    }

    /// A rough order of what a node costs to ask. Presence and exact numbers first, keywords and regexes last.
    fn cost(&self, id: NodeId) -> u8 {
        match self.program.node(id) {
            Node::Constant(_) => 0,
            Node::Not(inner) => self.cost(*inner),
            Node::All(_) | Node::Any(_) => 4,
            Node::Question(question) => question.cost,
        }
    }
}

/// The same for a question, given what it asks.
fn cost(predicate: &Predicate) -> u8 {
    let tests = match (&predicate.field, &predicate.test) {
        (None, _) => return 6,
        (_, Test::Exists) => return 1,
        (_, Test::Reference { .. }) => return 3,
        (_, Test::AnyOf(tests)) => tests,
    };
    let of_one = |test: &ValueTest| match test {
        ValueTest::Regex(_) => 5,
        ValueTest::Network(_) | ValueTest::Time(..) => 3,
        ValueTest::Text(_) if tests.len() > FEW_TEXTS => 3,
        ValueTest::Text(_) => 2,
        _ => 1,
    };
    tests.iter().map(of_one).max().unwrap_or(0)
}

/// So few texts are compared about as fast as one.
const FEW_TEXTS: usize = 8;

/// One plan on its way in: its identifiers and selections are added when a condition first uses them.
struct Adding<'a> {
    builder: &'a mut ProgramBuilder,
    plan: &'a Plan,
    identifiers: HashMap<usize, NodeId>,
    selections: HashMap<(bool, usize), NodeId>,
}

impl Adding<'_> {
    fn expr(&mut self, expr: &Expr) -> NodeId {
        match expr {
            Expr::Constant(value) => self.builder.constant(*value),
            Expr::Identifier(index) => self.identifier(*index),
            Expr::Selected(link, index) => self.selected(*link, *index),
            Expr::Predicate(predicate) => self.builder.question(predicate),
            Expr::Not(inner) => {
                let inner = self.expr(inner);
                self.builder.negated(inner)
            }
            Expr::And(operands) => {
                let operands = operands.iter().map(|operand| self.expr(operand)).collect();
                self.builder.link(operands, Composite::All, false)
            }
            Expr::Or(operands) => {
                let operands = operands.iter().map(|operand| self.expr(operand)).collect();
                self.builder.link(operands, Composite::Any, true)
            }
        }
    }

    fn identifier(&mut self, index: usize) -> NodeId {
        if let Some(id) = self.identifiers.get(&index) {
            return *id;
        }
        let id = match self.plan.identifiers.get(index) {
            Some(expr) => self.expr(expr),
            None => self.builder.constant(false),
        };
        self.identifiers.insert(index, id);
        id
    }

    fn selected(&mut self, link: Link, index: usize) -> NodeId {
        let is_any = link == Link::Any;
        if let Some(id) = self.selections.get(&(is_any, index)) {
            return *id;
        }
        let selected = self
            .plan
            .selections
            .get(index)
            .map_or(&[][..], Vec::as_slice);
        let operands = selected
            .iter()
            .map(|index| self.identifier(*index))
            .collect();
        let link = if is_any {
            Composite::Any
        } else {
            Composite::All
        };
        let id = self.builder.link(operands, link, is_any);
        self.selections.insert((is_any, index), id);
        id
    }
}
