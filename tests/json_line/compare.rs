//! A text as the parser of raw lines reads it, and as `serde_json` does.

use serde_json::Value;
use sigmatic::Event;
use sigmatic::event::{FieldValue, JsonParser};

/// Reads a text by the parser and by `serde_json`.
pub(crate) fn compare(parser: &mut JsonParser, text: &[u8]) -> Result<(), String> {
    let shown = || String::from_utf8_lossy(text).into_owned();
    match (parser.parse(text), serde_json::from_slice::<Value>(text)) {
        (Ok(event), Ok(tree)) => {
            if !same(event.root(), &tree) {
                return Err(format!("{event:?}, expected {tree}\n{}", shown()));
            }
            let (mut fields, mut unnamed) = (0, 0);
            event.for_each_field(&mut |_, _| fields += 1);
            event.for_each_unnamed(&mut |_| unnamed += 1);
            let expected = tree.as_object().map_or((0, 1), |map| (map.len(), 0));
            if (fields, unnamed) != expected {
                return Err(format!("{fields} fields and {unnamed} values\n{}", shown()));
            }
            Ok(())
        }
        (Err(error), Err(_))
            if error.offset() <= text.len() && !error.to_string().contains('\n') =>
        {
            Ok(())
        }
        (Err(error), Err(_)) => Err(format!("{error:?}: {error}\n{}", shown())),
        (Ok(_), Err(error)) => Err(format!("accepted, expected: {error}\n{}", shown())),
        (Err(error), Ok(_)) => Err(format!("rejected: {error}\n{}", shown())),
    }
}

/// Floats to the last bit, the sign of zero among them.
fn same(value: FieldValue<'_>, tree: &Value) -> bool {
    match (value, tree) {
        (FieldValue::Null, Value::Null) => true,
        (FieldValue::Bool(value), Value::Bool(tree)) => value == *tree,
        (FieldValue::I64(value), Value::Number(tree)) => tree.as_i64() == Some(value),
        (FieldValue::U64(value), Value::Number(tree)) => {
            tree.as_i64().is_none() && tree.as_u64() == Some(value)
        }
        (FieldValue::F64(value), Value::Number(tree)) => {
            tree.is_f64() && tree.as_f64().map(f64::to_bits) == Some(value.to_bits())
        }
        (FieldValue::Str(value), Value::String(tree)) => value == tree,
        (_, Value::Array(tree)) => value.as_list().is_some_and(|list| {
            let (mut all, mut rest) = (true, tree.iter());
            list.for_each(&mut |value| all &= rest.next().is_some_and(|tree| same(value, tree)));
            all && rest.next().is_none()
        }),
        (_, Value::Object(tree)) => value.as_map().is_some_and(|map| {
            let (mut all, mut count) = (true, 0);
            map.for_each_field(&mut |name, value| {
                all &= tree.get(name).is_some_and(|tree| same(value, tree));
                count += 1;
            });
            // Not into lists and maps again: with each level that would double the work.
            let is_container =
                |value: FieldValue<'_>| value.as_list().is_some() || value.as_map().is_some();
            let found = |(name, tree): (&String, &Value)| {
                map.field(name)
                    .is_some_and(|value| is_container(value) || same(value, tree))
            };
            all && count == tree.len() && tree.iter().all(found)
        }),
        _ => false,
    }
}
