//! `add_condition`: something more that must hold.

use crate::error::Location;
use crate::rule::rewrite::Addition;
use crate::rule::{Detection, LogSource, Value};

use super::super::run::{Draft, Reject, Run};
use super::super::walk::{Change, Tree};
use super::{Context, Transformation};

/// `add_condition`: the map `conditions` as a search identifier of the rule, which every condition asks for beside what
/// it says. A correlation has no condition that could ask.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct AddCondition {
    pub(in crate::pipeline) detection: Detection,
    /// Should it be taken, another one like it.
    pub(in crate::pipeline) name: String,
    /// `template`: `$category`, `$product` and `$service` in texts stand for those of the rule; one that is unset is
    /// empty.
    pub(in crate::pipeline) is_template: bool,
    pub(in crate::pipeline) is_negated: bool,
    pub(in crate::pipeline) location: Location,
}

impl Transformation for AddCondition {
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        let Draft::Rule(draft) = draft else {
            return Ok(());
        };
        let mut tree = Tree::from(self.detection.clone());
        for tracked in tree.items() {
            run.spend_item(tracked)?;
        }
        if self.is_template {
            substitute(&mut tree, &draft.rule.log_source)?;
        }
        tree.mark(context.id);
        draft.rule.detections.add_condition(Addition {
            name: self.name.clone(),
            // Stands in the tree.
            detection: Detection::Any(Vec::new()),
            is_negated: self.is_negated,
            source: context.source.clone(),
            location: self.location,
        });
        draft.trees.push(tree);
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

fn substitute(tree: &mut Tree, log_source: &LogSource) -> Result<(), Reject> {
    tree.change(None, &mut |tracked| {
        let mut tracked = tracked.clone();
        for value in &mut tracked.item.values {
            if let Value::String(text) = value {
                *text = substituted(text, log_source);
            }
        }
        Ok(Change::To(Tree::Item(tracked)))
    })
}

/// As Python's `string.Template` with `safe_substitute`: `$name`, `${name}`, `$$`; what it does not know stays.
fn substituted(template: &str, log_source: &LogSource) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let (name, tail) = reference(after);
        let value = match name {
            "category" => log_source.category.as_deref(),
            "product" => log_source.product.as_deref(),
            "service" => log_source.service.as_deref(),
            _ => {
                let is_escaped = after.starts_with('$');
                text.push('$');
                rest = after.get(usize::from(is_escaped)..).unwrap_or_default();
                continue;
            }
        };
        text.push_str(value.unwrap_or_default());
        rest = tail;
    }
    text.push_str(rest);
    text
}

/// The name after a dollar sign, and what follows it; an empty name if there is none.
fn reference(after: &str) -> (&str, &str) {
    if let Some((name, tail)) = after
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
    {
        return (name, tail);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    after.split_at(after.find(|c| !is_name(c)).unwrap_or(after.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_as_python_fills_them() {
        let source = LogSource::new("c", "p", "");
        for (template, expected) in [
            ("$category-${product}.$service!", "c-p.!"),
            (
                "$categoryx $$category $ ${other} ${",
                "$categoryx $category $ ${other} ${",
            ),
            ("$category$product$", "cp$"),
        ] {
            assert_eq!(substituted(template, &source), expected);
        }
    }
}
