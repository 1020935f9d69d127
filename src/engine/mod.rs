//! Many plans, one pass over an event.
//!
//! In: rules, and an event through its trait. Out: [`Match`]es, in rule order. A [`RuleSet`] is built once and never
//! changes; what changes while matching is in a [`Scratch`]. The pass over an event: flatten its values (`leaves`),
//! find the rules whose witness occurs (`index`), ask the shared nodes of those (`program`, `test`). Does not parse
//! rules or apply modifiers (`compile` does) and keeps nothing between events (`correlation` does).

mod assemble;
mod fields;
mod index;
mod leaves;
mod memo;
mod probe;
mod program;
mod recent;
mod ring;
mod scratch;
mod shapes;
mod statistics;
mod test;

use std::sync::Arc;

use crate::engine::fields::FieldKey;
use crate::engine::index::{Index, Memory, Woken};
use crate::engine::leaves::Leaves;
use crate::engine::program::Answered;
use crate::engine::shapes::Shapes;
use crate::error::Problem;
use crate::event::{Event, FieldValue};
use crate::rule::Rule;
use crate::util::ids::RuleIndex;

pub use self::assemble::Settings;
pub(crate) use self::assemble::{Assembler, Origin};
pub(crate) use self::leaves::find as find_path;
pub(crate) use self::probe::{Probe, ProbeBuilder};
pub(crate) use self::program::Program;
pub use self::scratch::Scratch;
pub use self::statistics::{Statistics, WitnessStatistics};
pub use crate::pattern::PatternSearch;
pub(crate) use crate::util::ids::NodeId;

/// Rules compiled together.
///
/// Immutable, `Send + Sync`, and cheap to clone: clones share everything. Matching needs a [`Scratch`], one per
/// thread.
///
/// # Example
/// ```
/// use sigmatic::{Collection, RuleSet};
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// let loaded = Collection::from_yaml(r"
/// title: Whoami
/// logsource: { category: process_creation }
/// detection:
///   selection:
///     Image|endswith: '\whoami.exe'
///   condition: selection
/// level: low
/// ");
/// let rules = RuleSet::builder().collection(&loaded).build()?;
/// let mut scratch = rules.scratch();
/// let event = [("Image", r"C:\Windows\System32\WHOAMI.EXE")];
/// let titles: Vec<&str> = rules.matches(&event, &mut scratch).map(|hit| hit.rule().title()).collect();
/// assert_eq!(titles, ["Whoami"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RuleSet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rules: Vec<Arc<Rule>>,
    /// Rules that were left out because their log source is not in the map.
    unmapped: Vec<Arc<Rule>>,
    /// By rule, the node that holds when it matches.
    roots: Vec<NodeId>,
    program: Program,
    /// `None` when the builder was told to do without.
    index: Option<Index>,
    problems: Vec<Problem>,
    /// What the rules were compiled with; `explain` compiles them again, part by part.
    origin: Origin,
    /// Tells a scratch made for other rules.
    identity: u64,
}

/// The names of the fields of rows, resolved for a rule set: see [`RuleSet::matches_row`].
#[derive(Clone, Debug)]
pub struct Schema {
    names: Vec<Arc<str>>,
    keys: Vec<FieldKey>,
    /// The rule set that the keys belong to.
    owner: u64,
}

/// A rule that matched an event.
#[derive(Clone, Copy, Debug)]
pub struct Match<'r> {
    rule: &'r Arc<Rule>,
    index: usize,
}

/// The rules that matched one event, in the order in which rules were added.
#[derive(Clone, Debug)]
pub struct Matches<'r, 's> {
    rules: &'r RuleSet,
    hits: std::slice::Iter<'s, RuleIndex>,
}

impl RuleSet {
    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.rules.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.rules.is_empty()
    }

    /// The rules, in the order in which they were added.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Arc<Rule>> {
        self.0.rules.iter()
    }

    /// What was wrong with rules that could not be compiled, and what looked odd in those that could.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// The rules that were left out because no event can be of their log source: it is not in the map of log sources
    /// that the set was built with. Nothing is wrong with them.
    pub fn unmapped(&self) -> impl ExactSizeIterator<Item = &Arc<Rule>> {
        self.0.unmapped.iter()
    }

    /// The fields that the rules read, in the order in which they were first named.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.program.fields.names()
    }

    /// The rules that every event is held against, because nothing that an event must have can be read off them. Empty
    /// if [`Settings::index`] is off: then every rule is.
    pub fn rules_without_witness(&self) -> impl Iterator<Item = &Arc<Rule>> {
        let always = self.0.index.as_ref().map_or(&[][..], Index::always);
        always
            .iter()
            .filter_map(|rule| self.0.rules.get(rule.index()))
    }

    /// What the rules were compiled with.
    pub(crate) fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Working memory for one thread.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch::default()
    }

    /// Whether any rule matches.
    ///
    /// # Cost
    /// As [`matches`](Self::matches), but ends at the first rule that does.
    pub fn is_match<E: Event + ?Sized>(&self, event: &E, scratch: &mut Scratch) -> bool {
        self.evaluate(event, scratch, true);
        !scratch.hits.is_empty()
    }

    /// The rules that match, in the order in which they were added.
    ///
    /// # Cost
    /// One walk over the event; a look at each text for each set of patterns on its field; then each condition of
    /// the few rules whose witness occurred. Linear in the size of the event. Allocates nothing once the scratch has
    /// grown (test `allocations`).
    pub fn matches<'r, 's, E: Event + ?Sized>(
        &'r self,
        event: &E,
        scratch: &'s mut Scratch,
    ) -> Matches<'r, 's> {
        self.evaluate(event, scratch, false);
        Matches {
            rules: self,
            hits: scratch.hits.iter(),
        }
    }

    /// Replaces the content of `hits` by the rules that match, in the order in which they were added.
    ///
    /// # Cost
    /// As [`matches`](Self::matches); `hits` grows as needed.
    pub fn matches_into<'r, E: Event + ?Sized>(
        &'r self,
        event: &E,
        scratch: &mut Scratch,
        hits: &mut Vec<Match<'r>>,
    ) {
        hits.clear();
        hits.extend(self.matches(event, scratch));
    }

    /// The rules that match an event given as a row: its values stand in the order of the schema's names, `None` for a
    /// field that this event has not.
    ///
    /// The same as [`matches`](Self::matches) for the pairs of names and values. A value beyond the schema is ignored.
    ///
    /// # Example
    /// ```
    /// use sigmatic::RuleSet;
    /// use sigmatic::event::FieldValue;
    ///
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rules = RuleSet::from_yaml(r"
    /// title: Whoami
    /// logsource: { category: process_creation }
    /// detection:
    ///   selection:
    ///     Image|endswith: '\whoami.exe'
    ///   condition: selection
    /// ")?;
    /// let schema = rules.schema(["ProcessId", "Image"]);
    /// let mut scratch = rules.scratch();
    /// let row = [Some(FieldValue::U64(700)), Some(FieldValue::Str(r"C:\Windows\System32\whoami.exe"))];
    /// assert_eq!(rules.matches_row(&schema, &row, &mut scratch).len(), 1);
    /// assert_eq!(rules.matches_row(&schema, &[None, None], &mut scratch).len(), 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cost
    /// As [`matches`](Self::matches), but no name is compared or looked up, unless the schema was made by another rule
    /// set.
    pub fn matches_row<'r, 's>(
        &'r self,
        schema: &Schema,
        row: &[Option<FieldValue<'_>>],
        scratch: &'s mut Scratch,
    ) -> Matches<'r, 's> {
        self.evaluate_with(scratch, false, |leaves, _| {
            let resolved;
            let keys = if schema.owner == self.0.identity {
                &schema.keys
            } else {
                resolved = self.0.program.keys(&schema.names);
                &resolved
            };
            self.0
                .program
                .flatten_row(keys, row, self.0.depth(), leaves);
        });
        Matches {
            rules: self,
            hits: scratch.hits.iter(),
        }
    }

    /// Resolves the names of a fixed schema once, for [`matches_row`](Self::matches_row).
    ///
    /// # Cost
    /// One look-up a name.
    #[must_use]
    pub fn schema<N: Into<Arc<str>>>(&self, names: impl IntoIterator<Item = N>) -> Schema {
        let names: Vec<Arc<str>> = names.into_iter().map(Into::into).collect();
        Schema {
            keys: self.0.program.keys(&names),
            names,
            owner: self.0.identity,
        }
    }

    fn evaluate<E: Event + ?Sized>(&self, event: &E, scratch: &mut Scratch, first_only: bool) {
        let (program, depth) = (&self.0.program, self.0.depth());
        self.evaluate_with(scratch, first_only, |leaves, shapes| {
            program.flatten(event, depth, leaves, shapes);
        });
    }

    /// The one pass over an event, whose values `flatten` files. Leaves the matching rules in `scratch.hits`.
    #[inline]
    fn evaluate_with<'e>(
        &self,
        scratch: &mut Scratch,
        first_only: bool,
        flatten: impl FnOnce(&mut Leaves<'e>, &mut Shapes),
    ) {
        let set = &*self.0;
        set.begin(scratch);
        let mut leaves = Leaves::recycled(std::mem::take(&mut scratch.leaves), &set.program.fields);
        flatten(&mut leaves, &mut scratch.shapes);
        let answered = match &set.index {
            Some(index) => {
                let mut woken = Woken {
                    candidates: &mut scratch.candidates,
                    truths: &mut scratch.truths,
                };
                let mut memory = Memory {
                    memo: &mut scratch.memo,
                    recent: &mut scratch.recent,
                };
                let situations = &mut scratch.situations;
                let situation = index.wake(
                    &set.program,
                    &mut leaves,
                    &mut memory,
                    situations,
                    &mut woken,
                );
                scratch.candidates.rules.sort_unstable();
                Some(Answered { index, situation })
            }
            None => {
                (0..set.rules.len()).for_each(|rule| scratch.candidates.add(RuleIndex::next(rule)));
                None
            }
        };
        for rule in &scratch.candidates.rules {
            let Some(root) = set.roots.get(rule.index()) else {
                continue;
            };
            let (truths, caches) = (&mut scratch.truths, &mut scratch.caches);
            if { &set.program }.holds(*root, &mut leaves, truths, caches, answered) {
                scratch.hits.push(*rule);
                if first_only {
                    break;
                }
            }
        }
        scratch.leaves = Leaves::recycled(leaves, &set.program.fields);
    }
}

impl Inner {
    fn depth(&self) -> usize {
        self.origin.limits.event_depth
    }

    fn begin(&self, scratch: &mut Scratch) {
        scratch.hits.clear();
        scratch.truths.begin(self.program.len());
        let patterns = self.index.as_ref().map_or(0, Index::patterns);
        scratch.candidates.begin(self.rules.len(), patterns);
        let same_owner = scratch.owner == self.identity;
        scratch.caches.begin(self.program.regexes, same_owner);
        if !same_owner {
            scratch.memo.clear();
            scratch.recent.clear();
            scratch.situations.clear();
            scratch.shapes.clear();
        }
        scratch.owner = self.identity;
    }
}

impl<'r> Match<'r> {
    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'r Rule {
        self.rule
    }

    /// The rule's place in [`RuleSet::rules`].
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
}

impl<'r> Iterator for Matches<'r, '_> {
    type Item = Match<'r>;

    fn next(&mut self) -> Option<Match<'r>> {
        let index = self.hits.next()?.index();
        Some(Match {
            rule: self.rules.0.rules.get(index)?,
            index,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.hits.size_hint()
    }
}

impl ExactSizeIterator for Matches<'_, '_> {}
