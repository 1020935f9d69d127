//! Values of any kind: `set_value`, `convert_type`; and `drop_detection_item`.

use crate::error::PipelineFault;
use crate::rule::Value;

use super::super::operand::{Operand, Text};
use super::super::run::{Reject, Run};
use super::super::variable::text_of;
use super::super::walk::{Change, Tracked};
use super::{ItemTransformation, ValueTransformation};

/// `set_value`: every value is this one, without modifiers but `all` and `neq`.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct SetValue(pub(in crate::pipeline) Operand);

/// `convert_type`: numbers become texts or, the other way round, texts numbers. Values of other kinds stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum ConvertType {
    ToText,
    /// A text that is no number rejects the rule.
    ToNumber,
}

/// `drop_detection_item`. What becomes empty by it drops out of the condition.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct DropItem;

impl ValueTransformation for SetValue {
    fn change(&self, _: &Operand, _: &Run<'_>) -> Result<Option<Vec<Operand>>, PipelineFault> {
        Ok(Some(vec![self.0.clone()]))
    }
}

impl ValueTransformation for ConvertType {
    fn change(
        &self,
        operand: &Operand,
        _: &Run<'_>,
    ) -> Result<Option<Vec<Operand>>, PipelineFault> {
        let converted = match (self, operand) {
            (Self::ToText, Operand::Number(number)) => {
                Operand::Text(Text::literal(&text_of(number).unwrap_or_default()))
            }
            (Self::ToNumber, Operand::Text(text)) => {
                let plain = text.plain();
                let number = number(&plain);
                Operand::Number(number.ok_or(PipelineFault::NotANumber { value: plain })?)
            }
            _ => return Ok(None),
        };
        Ok(Some(vec![converted]))
    }
}

impl ItemTransformation for DropItem {
    fn change(&self, _: &Tracked, _: &mut Run<'_>) -> Result<Change, Reject> {
        Ok(Change::Drop)
    }
}

/// A decimal number, blanks around it allowed, infinities not.
pub(in crate::pipeline) fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    match text.parse() {
        Ok(integer) => Some(Value::Integer(integer)),
        Err(_) => Value::from_float(text.parse().ok()?),
    }
}
