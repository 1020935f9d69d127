//! Comparisons, and the condition on the state of the pipeline.

use std::cmp::Ordering;

use crate::rule::CustomValue;

use super::super::run::Run;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Operator {
    Eq,
    Ne,
    Gte,
    Gt,
    Lte,
    Lt,
    In,
    NotIn,
}

/// `processing_state`: what `set_state` has set. Without that it does not hold, whatever the operator.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct StateCondition {
    pub(in crate::pipeline) key: String,
    pub(in crate::pipeline) value: CustomValue,
    pub(in crate::pipeline) operator: Operator,
}

impl Operator {
    /// Those of `processing_state`.
    pub(in crate::pipeline) const OF_STATE: &'static [&'static str] =
        &["eq", "ne", "gte", "gt", "lte", "lt"];

    pub(in crate::pipeline) const ALL: &'static [&'static str] =
        &["eq", "ne", "gte", "gt", "lte", "lt", "in", "not_in"];

    pub(in crate::pipeline) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "gte" => Self::Gte,
            "gt" => Self::Gt,
            "lte" => Self::Lte,
            "lt" => Self::Lt,
            "in" => Self::In,
            "not_in" => Self::NotIn,
            _ => return None,
        })
    }

    pub(in crate::pipeline) const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gte => "gte",
            Self::Gt => "gt",
            Self::Lte => "lte",
            Self::Lt => "lt",
            Self::In => "in",
            Self::NotIn => "not_in",
        }
    }

    pub(in crate::pipeline) const fn is_order(self) -> bool {
        matches!(self, Self::Gte | Self::Gt | Self::Lte | Self::Lt)
    }

    /// Whether values in this order satisfy it; `None` are values without one.
    pub(in crate::pipeline) fn accepts(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Eq => order == Some(Ordering::Equal),
            Self::Ne => order != Some(Ordering::Equal),
            Self::Gte => order.is_some_and(Ordering::is_ge),
            Self::Gt => order.is_some_and(Ordering::is_gt),
            Self::Lte => order.is_some_and(Ordering::is_le),
            Self::Lt => order.is_some_and(Ordering::is_lt),
            Self::In | Self::NotIn => false,
        }
    }
}

impl StateCondition {
    pub(in crate::pipeline) fn holds(&self, run: &Run<'_>) -> bool {
        let Some(state) = run.state.get(&self.key) else {
            return false;
        };
        if self.operator.is_order() {
            return self.operator.accepts(order(&state.0, &self.value.0));
        }
        (state == &self.value || order(&state.0, &self.value.0) == Some(Ordering::Equal))
            == (self.operator == Operator::Eq)
    }
}

/// Numbers by value, texts by code points; others have no order.
fn order(a: &serde_yaml::Value, b: &serde_yaml::Value) -> Option<Ordering> {
    match (a, b) {
        (serde_yaml::Value::String(a), serde_yaml::Value::String(b)) => Some(a.cmp(b)),
        _ => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
    }
}
