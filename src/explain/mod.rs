//! Why a rule fired, or did not.
//!
//! In: a rule of a rule set, and an event. Out: an [`Explanation`], the rule's parts with the verdict of each, which
//! prints as indented text. Called by embedders, after the fact: it compiles the rule again part by part and takes
//! memory, so it is not for every event. Decides nothing itself: every verdict comes from the engine.

mod render;

use crate::compile::{self, Options, detection};
use crate::engine::{NodeId, Probe, ProbeBuilder, RuleSet};
use crate::event::Event;
use crate::rule::{Detection, DetectionItem, Rule, SearchIdentifier};

/// The parts of a rule with what an event makes of them. Prints as indented text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The rule's title.
    pub title: String,
    /// Whether the rule matches.
    pub matched: bool,
    /// Its conditions, of which one must hold.
    pub conditions: Vec<ConditionVerdict>,
    /// Its search identifiers, in source order.
    pub identifiers: Vec<IdentifierVerdict>,
}

/// A condition and whether it holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConditionVerdict {
    /// The text as written.
    pub text: String,
    /// Whether it holds.
    pub matched: bool,
}

/// A search identifier and whether what it stands for matches.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IdentifierVerdict {
    /// The name.
    pub name: String,
    /// Whether it matches.
    pub matched: bool,
    /// What it stands for.
    pub detection: DetectionVerdict,
}

/// A detection and the verdict on each of its parts.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemVerdict {
    /// Field and modifiers as in the rule: `CommandLine|contains|all`. Keywords without modifiers have no name.
    pub name: String,
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
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ValueVerdict {
    /// The value as the rule has it.
    pub value: crate::rule::Value,
    /// Whether it matches.
    pub matched: bool,
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
        Some(explanation(
            rule,
            &conditions,
            &identifiers,
            &outline,
            &mut probe,
        ))
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
    values: Vec<NodeId>,
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
            values: values.iter().map(|value| builder.expr(value)).collect(),
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
    let conditions: Vec<_> = rule
        .detections
        .conditions
        .iter()
        .zip(conditions)
        .map(|(condition, node)| ConditionVerdict {
            text: condition.text.clone(),
            matched: probe.holds(*node),
        })
        .collect();
    let identifier = |((identifier, node), outline): ((&SearchIdentifier, &NodeId), &Outline)| {
        IdentifierVerdict {
            name: identifier.name.clone(),
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
        matched: conditions.iter().any(|condition| condition.matched),
        conditions,
        identifiers,
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
    let mut name = item.field.clone().unwrap_or_default();
    for modifier in &item.modifiers {
        name.push('|');
        name.push_str(modifier.name());
    }
    let value = |(value, node): (&crate::rule::Value, &NodeId)| ValueVerdict {
        value: value.clone(),
        matched: probe.holds(*node),
    };
    let values = item.values.iter().zip(&nodes.values).map(value).collect();
    ItemVerdict {
        name,
        matched: probe.holds(nodes.item),
        all: item.modifiers.contains(&All),
        negated: item.modifiers.contains(&Neq),
        seen: item.field.as_deref().and_then(|field| probe.texts(field)),
        values,
    }
}
