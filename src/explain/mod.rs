//! Why a rule fired, or did not.
//!
//! In: a rule of a rule set, and an event. Out: an [`Explanation`], the rule's parts with the verdict of each, which
//! prints as indented text. Called by embedders, after the fact: it compiles the rule again part by part and takes
//! memory, so it is not for every event. Decides nothing itself: every verdict comes from the engine. If the rule does not
//! match, [`WhyNot`] says which items would have to be otherwise.

mod condition;
mod found;
mod render;
mod why_not;
mod words;

use serde::{Serialize, Serializer};

pub use self::condition::ConditionPart;
pub use self::found::Found;
pub use self::render::Coloured;
pub use self::why_not::{Change, WhyNot};

use crate::compile::plan::Expr;
use crate::compile::{self, Options, detection};
use crate::engine::{NodeId, Probe, ProbeBuilder, RuleSet};
use crate::event::Event;
use crate::rule::{Detection, DetectionItem, Rule, SearchIdentifier};

/// The parts of a rule with what an event makes of them. Prints as indented text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The rule's title.
    pub title: String,
    /// The file with the rule, or the name under which its text was loaded.
    pub file: Option<String>,
    /// Whether the rule matches.
    pub matched: bool,
    /// Its conditions, of which one must hold.
    pub conditions: Vec<ConditionVerdict>,
    /// Its search identifiers, in source order.
    pub identifiers: Vec<IdentifierVerdict>,
    /// What would have to be otherwise for the rule to match. `None` if it does, and if nothing was found.
    pub why_not: Option<WhyNot>,
}

/// A condition and whether it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConditionVerdict {
    /// The text as written.
    pub text: String,
    /// Whether it holds.
    pub matched: bool,
    /// What it is made of.
    pub root: ConditionPart,
    /// One-based line of it in the rule's source.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
}

/// A search identifier and whether what it stands for matches.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct IdentifierVerdict {
    /// The name.
    pub name: String,
    /// One-based line of it in the rule's source.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
    /// Whether it matches.
    pub matched: bool,
    /// What it stands for.
    pub detection: DetectionVerdict,
}

/// A detection and the verdict on each of its parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DetectionVerdict {
    /// All of these must match.
    All(Vec<ItemVerdict>),
    /// One of these must match.
    Any(Vec<Self>),
    /// Every one of these must match.
    Every(Vec<Self>),
}

/// A detection item and the verdict on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ItemVerdict {
    /// Field and modifiers as in the rule: `CommandLine|contains|all`. Keywords without modifiers have no name.
    pub name: String,
    /// One-based line of it in the rule's source.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
    /// Whether the item matches, `all` and `neq` considered.
    pub matched: bool,
    /// Whether all values must match (`all`) or one.
    pub all: bool,
    /// Whether the item is negated (`neq`).
    pub negated: bool,
    /// The texts of the event's values of the field; a null or a map is `None`. `None` as a whole if the event does
    /// not have the field, and for keywords, which look at every value.
    pub seen: Option<Vec<Option<String>>>,
    /// The values of the rule, each with whether it matches.
    pub values: Vec<ValueVerdict>,
}

/// A value of a rule and whether the event has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ValueVerdict {
    /// The value as the rule has it.
    #[serde(serialize_with = "serialize_value")]
    pub value: crate::rule::Value,
    /// Whether it matches.
    pub matched: bool,
    /// The event's text that it matches, and where. `None` for what looks at no text, such as `null` and `exists`.
    pub found: Option<Found>,
    /// One-based line of it in the rule's source.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
}

fn serialize_value<S: Serializer>(value: &crate::rule::Value, to: S) -> Result<S::Ok, S::Error> {
    use crate::rule::Value;
    match value {
        Value::Null => to.serialize_unit(),
        Value::Boolean(value) => to.serialize_bool(*value),
        // Formats differ in how large an integer may be.
        Value::Integer(value) => match i64::try_from(*value) {
            Ok(value) => to.serialize_i64(value),
            Err(_) => to.collect_str(value),
        },
        Value::Float(value) => to.serialize_f64(*value),
        Value::String(text) => to.serialize_str(text),
    }
}

impl RuleSet {
    /// Explains what an event makes of the rule at this place of [`rules`](Self::rules). `None` if there is none.
    ///
    /// # Example
    /// ```
    /// use sigmatic::RuleSet;
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
    /// let why = rules.explain(0, &[("Image", r"C:\whoami.exe.bak")]).expect("there is one rule");
    /// assert!(!why.matched);
    /// assert!(!why.identifiers[0].matched);
    /// let why_not = why.why_not.expect("one item is in the way");
    /// assert_eq!(why_not.to_string(), r"would match if `Image` ended with `\whoami.exe`");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cost
    /// Compiles the rule again and allocates; meant for a person who looks at one event.
    #[must_use]
    pub fn explain<E: Event + ?Sized>(&self, rule: usize, event: &E) -> Option<Explanation> {
        let origin = self.origin();
        let options = Options {
            limits: &origin.limits,
            placeholders: &origin.placeholders,
            spent: None,
        };
        let rule = self.rules().nth(rule)?;
        let plan = compile::compile_again(rule, &options)?;
        let mut builder = ProbeBuilder::default();
        let (identifiers, conditions) = builder.parts(&plan);
        let outline: Vec<Outline> = rule
            .detections
            .identifiers
            .iter()
            .map(|identifier| Outline::new(&identifier.detection, &options, &mut builder))
            .collect();
        let program = builder.finish();
        let mut probe = Probe::new(&program, event, origin.limits.event_depth);
        let mut explanation = explanation(rule, &conditions, &identifiers, &outline, &mut probe);
        if !explanation.matched {
            explanation.why_not = why_not::why_not(rule, &plan, &outline, &mut probe);
        }
        Some(explanation)
    }
}

/// The nodes of a detection, in its shape.
enum Outline {
    Items(Vec<ItemOutline>),
    /// The parts of a list or of alternatives that a pipeline made.
    Parts(Vec<Self>),
}

struct ItemOutline {
    item: NodeId,
    values: Vec<ValueOutline>,
}

struct ValueOutline {
    node: NodeId,
    expr: Expr,
}

impl Outline {
    fn new(detection: &Detection, options: &Options<'_>, builder: &mut ProbeBuilder) -> Self {
        match detection {
            Detection::All(items) => Self::Items(
                items
                    .iter()
                    .map(|item| ItemOutline::new(item, options, builder))
                    .collect(),
            ),
            Detection::Keywords(item) => {
                Self::Items(vec![ItemOutline::new(item, options, builder)])
            }
            Detection::Any(inner) | Detection::Every(inner) => Self::Parts(
                inner
                    .iter()
                    .map(|detection| Self::new(detection, options, builder))
                    .collect(),
            ),
        }
    }
}

impl ItemOutline {
    fn new(item: &DetectionItem, options: &Options<'_>, builder: &mut ProbeBuilder) -> Self {
        let whole = detection::compile_item_again(item, options);
        let values = detection::compile_values(item, options);
        Self {
            item: builder.expr(&whole),
            values: values
                .into_iter()
                .map(|expr| ValueOutline {
                    node: builder.expr(&expr),
                    expr,
                })
                .collect(),
        }
    }
}

fn explanation(
    rule: &Rule,
    conditions: &[NodeId],
    identifiers: &[NodeId],
    outline: &[Outline],
    probe: &mut Probe<'_, '_>,
) -> Explanation {
    let truths: Vec<bool> = identifiers.iter().map(|node| probe.holds(*node)).collect();
    let mut tree = condition::Tree::new(&rule.detections, &truths);
    let conditions: Vec<_> = rule
        .detections
        .conditions
        .iter()
        .zip(conditions)
        .map(|(condition, node)| ConditionVerdict {
            text: condition.text.clone(),
            matched: probe.holds(*node),
            root: tree.part(&condition.expression),
            line: condition.location.line,
            column: condition.location.column,
        })
        .collect();
    let identifier = |((identifier, node), outline): ((&SearchIdentifier, &NodeId), &Outline)| {
        IdentifierVerdict {
            name: identifier.name.clone(),
            line: identifier.location.line,
            column: identifier.location.column,
            matched: probe.holds(*node),
            detection: detection_verdict(&identifier.detection, outline, probe),
        }
    };
    let identifiers = rule
        .detections
        .identifiers
        .iter()
        .zip(identifiers)
        .zip(outline)
        .map(identifier)
        .collect();
    Explanation {
        title: rule.title().to_owned(),
        file: rule.metadata.source.file.as_deref().map(str::to_owned),
        matched: conditions.iter().any(|condition| condition.matched),
        conditions,
        identifiers,
        why_not: None,
    }
}

fn detection_verdict(
    detection: &Detection,
    outline: &Outline,
    probe: &mut Probe<'_, '_>,
) -> DetectionVerdict {
    match (detection, outline) {
        (Detection::All(items), Outline::Items(nodes)) => DetectionVerdict::All(
            items
                .iter()
                .zip(nodes)
                .map(|(item, nodes)| item_verdict(item, nodes, probe))
                .collect(),
        ),
        (Detection::Keywords(item), Outline::Items(nodes)) => DetectionVerdict::All(
            nodes
                .iter()
                .map(|nodes| item_verdict(item, nodes, probe))
                .collect(),
        ),
        (Detection::Any(inner), Outline::Parts(outlines)) => {
            DetectionVerdict::Any(part_verdicts(inner, outlines, probe))
        }
        (Detection::Every(inner), Outline::Parts(outlines)) => {
            DetectionVerdict::Every(part_verdicts(inner, outlines, probe))
        }
        // The outline was made from this detection.
        _ => DetectionVerdict::Any(Vec::new()),
    }
}

fn part_verdicts(
    parts: &[Detection],
    outlines: &[Outline],
    probe: &mut Probe<'_, '_>,
) -> Vec<DetectionVerdict> {
    let parts = parts.iter().zip(outlines);
    parts
        .map(|(part, outline)| detection_verdict(part, outline, probe))
        .collect()
}

fn item_verdict(
    item: &DetectionItem,
    nodes: &ItemOutline,
    probe: &mut Probe<'_, '_>,
) -> ItemVerdict {
    use crate::rule::Modifier::{All, Neq};
    let verdict = |(index, (value, outline)): (usize, (&crate::rule::Value, &ValueOutline))| {
        let place = item.value_locations.get(index).unwrap_or(&item.location);
        let text = probe.passing_text(outline.node);
        ValueVerdict {
            value: value.clone(),
            matched: probe.holds(outline.node),
            found: text.map(|text| Found::new(text, &outline.expr)),
            line: place.line,
            column: place.column,
        }
    };
    let values = item.values.iter().zip(&nodes.values).enumerate();
    let values = values.map(verdict).collect();
    ItemVerdict {
        name: item_name(item),
        line: item.location.line,
        column: item.location.column,
        matched: probe.holds(nodes.item),
        all: item.modifiers.contains(&All),
        negated: item.modifiers.contains(&Neq),
        seen: item.field.as_deref().and_then(|field| probe.texts(field)),
        values,
    }
}

/// Field and modifiers; nothing for keywords without modifiers.
fn item_name(item: &DetectionItem) -> String {
    let mut name = item.field.clone().unwrap_or_default();
    for modifier in &item.modifiers {
        name.push('|');
        name.push_str(modifier.name());
    }
    name
}
