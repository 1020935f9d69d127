//! Conditions over search identifiers (chapter 11, from the parsed expression on).

use sigmatic::condition::{Expression, Quantifier, Selector};

/// An expression whose names are resolved to positions in the list of identifiers.
#[derive(Debug)]
pub(super) enum Condition {
    Identifier(usize),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Condition {
    pub(super) fn resolve(expression: &Expression, names: &[&str]) -> Result<Self, String> {
        let resolve_all = |operands: &[Expression]| {
            operands
                .iter()
                .map(|operand| Self::resolve(operand, names))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match expression {
            Expression::Identifier(name) => Self::Identifier(
                // S-302: case-sensitive, and must exist.
                names
                    .iter()
                    .position(|known| known == name)
                    .ok_or_else(|| format!("no search identifier '{name}'"))?,
            ),
            Expression::Of(quantifier, selector) => {
                let selected = select(selector, names);
                if selected.is_empty() {
                    return Err(format!("'{selector}' selects no search identifier (S-305)"));
                }
                let operands = selected.into_iter().map(Self::Identifier).collect();
                match quantifier {
                    Quantifier::Any => Self::Any(operands),
                    Quantifier::All => Self::All(operands),
                    other => {
                        return Err(format!("a quantifier the reference does not know: {other}"));
                    }
                }
            }
            Expression::Not(operand) => Self::Not(Box::new(Self::resolve(operand, names)?)),
            Expression::And(operands) => Self::All(resolve_all(operands)?),
            Expression::Or(operands) => Self::Any(resolve_all(operands)?),
            other => {
                return Err(format!(
                    "an expression the reference does not know: {other:?}"
                ));
            }
        })
    }

    pub(super) fn holds(&self, identifier: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::Identifier(index) => identifier(*index),
            Self::Not(operand) => !operand.holds(identifier),
            Self::All(operands) => operands.iter().all(|operand| operand.holds(identifier)),
            Self::Any(operands) => operands.iter().any(|operand| operand.holds(identifier)),
        }
    }
}

/// S-304: `them` and patterns leave out identifiers that begin with `_`, unless the pattern itself begins so.
fn select(selector: &Selector, names: &[&str]) -> Vec<usize> {
    let pattern = match selector {
        Selector::Pattern(pattern) => pattern.as_str(),
        _ => "*",
    };
    (0..names.len())
        .filter(|&index| pattern.starts_with('_') || !names[index].starts_with('_'))
        .filter(|&index| name_matches(pattern, names[index]))
        .collect()
}

/// Whether the whole name is the pattern, in which each `*` stands for any characters: what stands between stars is taken
/// where it comes first, and the last of it at the end.
fn name_matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    for piece in middle.split('*') {
        match name.split_once(piece) {
            _ if piece.is_empty() => {}
            Some((_, behind)) => name = behind,
            None => return false,
        }
    }
    name.ends_with(last)
}
