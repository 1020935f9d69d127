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
    /// The keys again, in the order in which they came, so that asking for each does not depend on hashes.
    top_level: Vec<(Arc<str>, FieldKey)>,
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
        if let Some(FieldKey {
            field: Some(id), ..
        }) = self.keys.get(name)
        {
            return *id;
        }
        let id = FieldId::next(self.names.len());
        self.names.push(name.clone());
        self.update(name, |key| key.field = Some(id));
        if let Some((head, rest)) = name.split_once('.') {
            let head = self.head(head);
            if let Some(fields) = self.heads.get_mut(head.index()) {
                fields.push(DottedField {
                    field: id,
                    rest: rest.into(),
                });
            }
        }
        id
    }

    fn head(&mut self, name: &str) -> HeadId {
        let next = HeadId::next(self.heads.len());
        if let Some(FieldKey {
            head: Some(head), ..
        }) = self.keys.get(name)
        {
            return *head;
        }
        self.update(&name.into(), |key| key.head = Some(next));
        self.heads.push(Vec::new());
        next
    }

    fn update(&mut self, name: &Arc<str>, change: impl Fn(&mut FieldKey)) {
        let key = self.keys.entry(name.clone()).or_default();
        let is_new = *key == FieldKey::default();
        change(key);
        if is_new {
            self.top_level.push((name.clone(), *key));
        } else {
            self.top_level
                .iter_mut()
                .filter(|(other, _)| other == name)
                .for_each(|(_, key)| change(key));
        }
    }

    /// What a top-level name means; `None` for one that no rule reads.
    pub(crate) fn key(&self, name: &str) -> Option<FieldKey> {
        self.keys.get(name).copied()
    }

    /// Every name that is looked for at the top of an event.
    pub(crate) fn top_level(&self) -> &[(Arc<str>, FieldKey)] {
        &self.top_level
    }

    /// The fields that may be found inside the value of this head.
    pub(crate) fn inside(&self, head: HeadId) -> &[DottedField] {
        self.heads.get(head.index()).map_or(&[], Vec::as_slice)
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
        let head = key.head.expect("it is a head");
        let rests: Vec<&str> = table
            .inside(head)
            .iter()
            .map(|dotted| &*dotted.rest)
            .collect();
        assert_eq!(rests, ["b.c"]);
        assert_eq!(table.key("b"), None);
    }
}
