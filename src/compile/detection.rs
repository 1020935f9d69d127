//! Detections to expressions over predicates.

use std::sync::Arc;

use crate::compile::Options;
use crate::compile::modifier::{ItemModifiers, Tested, apply, chain_warnings, check_chain};
use crate::compile::plan::{Expr, Predicate, Test, ValueTest};
use crate::error::{Error, Problems};
use crate::rule::{Detection, DetectionItem};

/// What a search identifier stands for, as an expression. Errors are reported; what they concern is then false, but
/// the rule is rejected anyway.
///
/// Recursion follows nested lists of the document, whose depth `syntax` bounds.
pub(crate) fn compile(
    detection: &Detection,
    options: &Options<'_>,
    problems: &mut Problems,
) -> Expr {
    match detection {
        Detection::All(items) => Expr::all(
            items
                .iter()
                .map(|item| compile_item(item, options, problems))
                .collect(),
        ),
        Detection::Any(inner) => Expr::any(
            inner
                .iter()
                .map(|detection| compile(detection, options, problems))
                .collect(),
        ),
        Detection::Every(inner) => Expr::all(
            inner
                .iter()
                .map(|detection| compile(detection, options, problems))
                .collect(),
        ),
        Detection::Keywords(item) => compile_item(item, options, problems),
    }
}

fn compile_item(item: &DetectionItem, options: &Options<'_>, problems: &mut Problems) -> Expr {
    for warning in chain_warnings(item) {
        problems.warning(Error::new(warning).at(item.location));
    }
    if let Err(error) = check_chain(item) {
        problems.error(Error::new(error).at(item.location));
        return Expr::Constant(false);
    }
    let mut tested = Vec::with_capacity(item.values.len());
    for (index, value) in item.values.iter().enumerate() {
        match apply(item, value, options) {
            Ok(test) => tested.push(test),
            Err(error) => {
                let location = item
                    .value_locations
                    .get(index)
                    .copied()
                    .unwrap_or(item.location);
                let is_last = error.is_of_the_set();
                problems.error(Error::new(error).at(location));
                if is_last {
                    break;
                }
            }
        }
    }
    link(item, tested)
}

/// An item of a rule that was compiled before, so that what is wrong or odd with it has been said.
pub(crate) fn compile_item_again(item: &DetectionItem, options: &Options<'_>) -> Expr {
    compile_item(item, options, &mut Problems::default())
}

/// One expression per value of an item, before `all`, its absence and `neq`; false where a value is in error.
pub(crate) fn compile_values(item: &DetectionItem, options: &Options<'_>) -> Vec<Expr> {
    let field: Option<Arc<str>> = item.field.as_deref().map(Into::into);
    let value = |value| {
        apply(item, value, options).map_or(Expr::Constant(false), |tested| {
            single(field.clone(), tested)
        })
    };
    item.values.iter().map(value).collect()
}

/// Links the values by `all` or its absence, then negates (S-185, S-211). Without `all`, tests of leaves are one
/// predicate: it is asked once and its patterns are searched for together.
fn link(item: &DetectionItem, tested: Vec<Tested>) -> Expr {
    let whole = ItemModifiers::of(item);
    let field: Option<Arc<str>> = item.field.as_deref().map(Into::into);
    let expr = if whole.all {
        Expr::all(
            tested
                .into_iter()
                .map(|tested| single(field.clone(), tested))
                .collect(),
        )
    } else {
        let mut values = Vec::new();
        let mut others = Vec::new();
        for tested in tested {
            match tested {
                Tested::AnyOf(tests) => values.extend(tests),
                other => others.push(single(field.clone(), other)),
            }
        }
        if !values.is_empty() {
            others.push(any_of(field, values));
        }
        Expr::any(others)
    };
    if whole.neq { expr.negated() } else { expr }
}

fn single(field: Option<Arc<str>>, tested: Tested) -> Expr {
    match tested {
        Tested::AnyOf(tests) => any_of(field, tests),
        Tested::Exists(true) => Expr::Predicate(Predicate {
            field,
            test: Test::Exists,
        }),
        Tested::Exists(false) => Expr::Predicate(Predicate {
            field,
            test: Test::Exists,
        })
        .negated(),
        Tested::Reference(other, relation) => Expr::Predicate(Predicate {
            field,
            test: Test::Reference {
                other: other.into(),
                relation,
            },
        }),
    }
}

fn any_of(field: Option<Arc<str>>, mut tests: Vec<ValueTest>) -> Expr {
    tests.sort();
    tests.dedup();
    Expr::Predicate(Predicate {
        field,
        test: Test::AnyOf(tests),
    })
}
