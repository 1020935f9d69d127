//! Names of fields: `field_name_mapping`, `field_name_prefix_mapping`, `field_name_prefix`, `field_name_suffix`,
//! `field_name_transform`.
//!
//! They change the fields of detection items, those that values refer to (`fieldref`), the list `fields`, and of a
//! correlation what it groups by, its aliases and the fields of its condition. Values stay as written.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::Arc;

use crate::error::PipelineFault;
use crate::rule::{
    Correlation, CorrelationCondition, DetectionItem, Modifier, Value, text as value_text,
};

use super::super::operand::{
    Operand, Outcome, changed, location_of, operands, own_modifiers, references,
};
use super::super::run::{Draft, Reject, Run};
use super::super::walk::{Change, Tracked, Tree};
use super::{Context, Transformation, change_items};

/// The names that a field gets.
pub(in crate::pipeline) type Targets = Vec<String>;

/// Says what a field is called instead.
pub(in crate::pipeline) trait Renaming:
    Debug + Send + Sync + Clone + 'static
{
    /// `None` if the field keeps its name. The field of keywords is `None`.
    fn targets(&self, field: Option<&str>) -> Option<Targets>;
}

/// `field_name_mapping`: whole names. The key `None` gives keywords a field, in which they are looked for anywhere.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Mapping(pub(in crate::pipeline) BTreeMap<Option<String>, Targets>);

/// `field_name_prefix_mapping`: the first prefix that fits, in the order of the file.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct PrefixMapping(pub(in crate::pipeline) Vec<(String, Targets)>);

/// `field_name_prefix` and `field_name_suffix`.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Affix {
    pub(in crate::pipeline) side: AffixSide,
    pub(in crate::pipeline) text: String,
}

/// Where an [`Affix`] is put.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) enum AffixSide {
    Prefix,
    Suffix,
}

/// `field_name_transform`: a function of the embedder.
#[derive(Clone)]
pub(in crate::pipeline) struct Function(
    pub(in crate::pipeline) Arc<dyn Fn(&str) -> String + Send + Sync>,
);

/// Applies a renaming to a whole document.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Fields<R>(pub(in crate::pipeline) R);

impl Renaming for Mapping {
    fn targets(&self, field: Option<&str>) -> Option<Targets> {
        // A field without a name does not exist in a document, so that the key is made once per look-up.
        self.0.get(&field.map(str::to_owned)).cloned()
    }
}

impl Renaming for PrefixMapping {
    fn targets(&self, field: Option<&str>) -> Option<Targets> {
        let field = field?;
        let mut prefixes = self.0.iter();
        prefixes.find_map(|(prefix, targets)| {
            let rest = field.strip_prefix(prefix.as_str())?;
            Some(
                targets
                    .iter()
                    .map(|target| format!("{target}{rest}"))
                    .collect(),
            )
        })
    }
}

impl Renaming for Affix {
    fn targets(&self, field: Option<&str>) -> Option<Targets> {
        let (field, text) = (field?, &self.text);
        Some(vec![match self.side {
            AffixSide::Prefix => format!("{text}{field}"),
            AffixSide::Suffix => format!("{field}{text}"),
        }])
    }
}

impl Renaming for Function {
    fn targets(&self, field: Option<&str>) -> Option<Targets> {
        Some(vec![(self.0)(field?)])
    }
}

impl Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Function")
    }
}

impl<R: Renaming> Transformation for Fields<R> {
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        let names = Names {
            renaming: &self.0,
            context,
        };
        let fields = std::mem::take(&mut draft.metadata_mut().fields);
        draft.metadata_mut().fields = names.all(fields, run)?;
        if let Draft::Correlation(draft) = draft {
            names.correlation(&mut draft.correlation, run)?;
        }
        change_items(draft, context, run, |tracked, run| names.item(tracked, run))
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

/// A renaming within the scope of its processing item.
struct Names<'i, R> {
    renaming: &'i R,
    context: &'i Context<'i>,
}

impl<R: Renaming> Names<'_, R> {
    /// The new names of a field, if it is in scope and gets any.
    fn targets(
        &self,
        field: Option<&str>,
        run: &mut Run<'_>,
    ) -> Result<Option<Targets>, PipelineFault> {
        if !self.context.scope.covers_field(field, run) {
            return Ok(None);
        }
        let targets = self.renaming.targets(field);
        if let (Some(field), Some(targets)) = (field, &targets) {
            run.spend(
                targets
                    .iter()
                    .map(String::len)
                    .fold(0, usize::saturating_add),
            )?;
            run.rename(field, targets, self.context.id);
        }
        Ok(targets)
    }

    fn all(&self, fields: Vec<String>, run: &mut Run<'_>) -> Result<Vec<String>, PipelineFault> {
        let mut renamed = Vec::with_capacity(fields.len());
        for field in fields {
            match self.targets(Some(&field), run)? {
                Some(targets) => renamed.extend(targets),
                None => renamed.push(field),
            }
        }
        Ok(renamed)
    }

    /// A field where only one can stand.
    fn only(
        &self,
        field: &mut String,
        place: &'static str,
        run: &mut Run<'_>,
    ) -> Result<(), PipelineFault> {
        match self.targets(Some(field), run)?.as_deref() {
            None => {}
            Some([only]) => field.clone_from(only),
            Some([]) => {
                return Err(PipelineFault::NoTarget {
                    field: field.clone(),
                });
            }
            Some(_) => {
                return Err(PipelineFault::SeveralTargets {
                    field: field.clone(),
                    place,
                });
            }
        }
        Ok(())
    }

    /// What a correlation groups by is a field unless it is one of its aliases.
    fn correlation(
        &self,
        correlation: &mut Correlation,
        run: &mut Run<'_>,
    ) -> Result<(), PipelineFault> {
        for (_, field) in correlation
            .aliases
            .iter_mut()
            .flat_map(|alias| &mut alias.fields)
        {
            self.only(field, "an alias", run)?;
        }
        let mut group_by = Vec::with_capacity(correlation.group_by.len());
        for field in std::mem::take(&mut correlation.group_by) {
            if correlation.aliases.iter().any(|alias| alias.name == field) {
                group_by.push(field);
            } else {
                group_by.extend(self.all(vec![field], run)?);
            }
        }
        correlation.group_by = group_by;
        if let Some(CorrelationCondition::Threshold(threshold)) = &mut correlation.condition {
            for field in &mut threshold.fields {
                self.only(field, "the condition of a correlation", run)?;
            }
        }
        Ok(())
    }

    fn item(&self, tracked: &Tracked, run: &mut Run<'_>) -> Result<Change, Reject> {
        let referring = self.references(tracked, run)?;
        let tracked = referring.as_ref().unwrap_or(tracked);
        let field = tracked.item.field.as_deref();
        let Some(targets) = self.targets(field, run)? else {
            return Ok(match referring {
                Some(referring) => Change::To(Tree::Item(referring)),
                None => Change::None,
            });
        };
        let Some(field) = field else {
            return keywords_to_fields(tracked, targets, run);
        };
        if targets.is_empty() {
            return Err(PipelineFault::NoTarget {
                field: field.to_owned(),
            }
            .into());
        }
        run.map(field, &targets);
        for _ in &targets {
            run.spend_item(tracked)?;
        }
        let copies = targets
            .into_iter()
            .map(|target| Tree::Item(tracked.with_field(target)));
        Ok(Change::To(Tree::any(
            copies.collect(),
            tracked.item.is_negated(),
        )))
    }

    /// The item with other fields to compare with, if any of them gets other names.
    fn references(
        &self,
        tracked: &Tracked,
        run: &mut Run<'_>,
    ) -> Result<Option<Tracked>, PipelineFault> {
        let mut renamed = BTreeMap::new();
        for (index, field) in references(&tracked.item) {
            if let Some(targets) = self.targets(Some(&field), run)? {
                if targets.is_empty() {
                    return Err(PipelineFault::NoTarget { field });
                }
                renamed.insert(index, targets);
            }
        }
        if renamed.is_empty() {
            return Ok(None);
        }
        run.spend_item(tracked)?;
        let mut referring = tracked.clone();
        refer(&mut referring.item, &renamed);
        Ok(Some(referring))
    }
}

/// Puts the names of fields in place of values.
fn refer(item: &mut DetectionItem, renamed: &BTreeMap<usize, Targets>) {
    let mut values = Vec::new();
    let mut locations = Vec::new();
    for (index, value) in item.values.iter().enumerate() {
        let location = location_of(item, index);
        match renamed.get(&index) {
            None => {
                values.push(value.clone());
                locations.push(location);
            }
            Some(targets) => {
                for target in targets {
                    let tokens = target.chars().map(value_text::Token::Character);
                    values.push(Value::String(value_text::write(tokens, false)));
                    locations.push(location);
                }
            }
        }
    }
    item.values = values;
    item.value_locations = locations;
}

/// Keywords are looked for anywhere in a value, so that they get `*` at both ends as values of a field.
fn keywords_to_fields(
    tracked: &Tracked,
    targets: Targets,
    run: &mut Run<'_>,
) -> Result<Change, Reject> {
    let anywhere = |operand| match operand {
        Operand::Text(text) => Outcome::Made(vec![Operand::Text(text.anywhere())]),
        _ => Outcome::Kept,
    };
    let mut copies = Vec::with_capacity(targets.len());
    for target in targets {
        run.spend_item(tracked)?;
        let mut tracked = tracked.with_field(target);
        if own_modifiers(&tracked.item).iter().any(encodes) {
            tracked.item.modifiers.push(Modifier::Contains);
            copies.push(Tree::Item(tracked));
        } else {
            let outcomes = operands(&tracked.item).map(anywhere).collect();
            copies.push(changed(&tracked, outcomes));
        }
    }
    Ok(Change::To(Tree::any(copies, tracked.item.is_negated())))
}

/// Whether texts under this modifier are opaque to transformations.
fn encodes(modifier: &Modifier) -> bool {
    use Modifier::{Base64, Base64Offset, Utf16, Utf16Be, Utf16Le, WinDash};
    matches!(
        modifier,
        Base64 | Base64Offset | Utf16 | Utf16Be | Utf16Le | WinDash
    )
}
