//! The fields that rules name, as ids.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::util::ids::{FieldId, HeadId};

/// Names to ids. A dotted name is also filed under its head, the part before the first dot, since it may be a path
/// into that value (S-112).
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldTable {
    names: Vec<Arc<str>>,
    keys: HashMap<Arc<str>, FieldKey, FixedState>,
    heads: Vec<Vec<DottedField>>,
}

/// What a top-level name of an event means to the rules. At least one of the two is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldKey {
    /// It is a field itself.
    pub(crate) field: Option<FieldId>,
    /// Fields may be found inside it.
    pub(crate) head: Option<HeadId>,
}

/// A field that may be found inside the value of its head.
#[derive(Clone, Debug)]
pub(crate) struct DottedField {
    pub(crate) field: FieldId,
    /// What follows the first dot.
    pub(crate) rest: Box<str>,
}

impl FieldTable {
    /// The id of a field, given now if it has none yet.
    pub(crate) fn intern(&mut self, name: &Arc<str>) -> FieldId {
        if let Some(FieldKey { field: Some(id), .. }) = self.keys.get(name) {
            return *id;
        }
        let id = FieldId::next(self.names.len());
        self.names.push(name.clone());
        self.keys.entry(name.clone()).or_default().field = Some(id);
        if let Some((head, rest)) = name.split_once('.') {
            let head = self.head(head);
            if let Some(fields) = self.heads.get_mut(head.index()) {
                fields.push(DottedField { field: id, rest: rest.into() });
            }
        }
        id
    }

    fn head(&mut self, name: &str) -> HeadId {
        let next = HeadId::next(self.heads.len());
        let head = *self.keys.entry(name.into()).or_default().head.get_or_insert(next);
        if head == next {
            self.heads.push(Vec::new());
        }
        head
    }

    /// What a top-level name means; `None` for one that no rule reads.
    pub(crate) fn key(&self, name: &str) -> Option<FieldKey> {
        self.keys.get(name).copied()
    }

    /// By head, the fields that may be found inside its value.
    pub(crate) fn inside_heads(&self) -> impl Iterator<Item = &[DottedField]> {
        self.heads.iter().map(Vec::as_slice)
    }

    /// How many heads there are.
    pub(crate) fn heads(&self) -> usize {
        self.heads.len()
    }

    pub(crate) fn name(&self, field: FieldId) -> &str {
        self.names.get(field.index()).map_or("", |name| name)
    }

    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

#[cfg(test)]
mod tests {
    use super::FieldTable;

    #[test]
    fn a_name_can_be_a_field_and_a_head() {
        let mut table = FieldTable::default();
        let inner = table.intern(&"a.b.c".into());
        let outer = table.intern(&"a".into());
        assert_eq!(table.intern(&"a.b.c".into()), inner);
        let key = table.key("a").expect("it was filed");
        assert_eq!(key.field, Some(outer));
        assert!(key.head.is_some());
        assert_eq!(table.inside_heads().flatten().map(|dotted| &*dotted.rest).collect::<Vec<_>>(), ["b.c"]);
        assert_eq!(table.key("b"), None);
    }
}
