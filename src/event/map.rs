//! Maps and slices of pairs as events.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use crate::event::{AsFieldValue, Event, FieldValue};

/// Pairs of name and value. Looking up one name walks the slice from its end, so that the last of equal names counts.
impl<K: AsRef<str>, V: AsFieldValue> Event for [(K, V)] {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.iter()
            .rev()
            .find(|(key, _)| key.as_ref() == name)
            .map(|(_, value)| value.as_field_value())
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        for (name, value) in self {
            visit(name.as_ref(), value.as_field_value());
        }
    }
}

impl<K: AsRef<str>, V: AsFieldValue, const N: usize> Event for [(K, V); N] {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.as_slice().field(name)
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        self.as_slice().for_each_field(visit);
    }
}

impl<K: AsRef<str>, V: AsFieldValue> Event for Vec<(K, V)> {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.as_slice().field(name)
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        self.as_slice().for_each_field(visit);
    }
}

macro_rules! map_event {
    ([$($generics:tt)*] $type:ty) => {
        impl<$($generics)*> Event for $type {
            fn field(&self, name: &str) -> Option<FieldValue<'_>> {
                self.get(name).map(AsFieldValue::as_field_value)
            }

            fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
                for (name, value) in self {
                    visit(name.borrow(), value.as_field_value());
                }
            }
        }

        impl<$($generics)*> AsFieldValue for $type {
            fn as_field_value(&self) -> FieldValue<'_> {
                FieldValue::Map(self)
            }
        }
    };
}

use std::borrow::Borrow;
use std::hash::Hash;

map_event!([K: Borrow<str> + Ord, V: AsFieldValue] BTreeMap<K, V>);
map_event!([K: Borrow<str> + Hash + Eq, V: AsFieldValue, S: BuildHasher] HashMap<K, V, S>);

impl<E: Event + ?Sized> Event for &E {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        (**self).field(name)
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        (**self).for_each_field(visit);
    }

    fn for_each_unnamed<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        (**self).for_each_unnamed(visit);
    }
}
