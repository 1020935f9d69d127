//! Lists of the standard library.

use crate::event::{AsFieldValue, FieldValue, List};

impl<T: AsFieldValue> List for [T] {
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        for value in self {
            visit(value.as_field_value());
        }
    }
}

impl<T: AsFieldValue> List for Vec<T> {
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        self.as_slice().for_each(visit);
    }
}

impl<T: AsFieldValue, const N: usize> List for [T; N] {
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        self.as_slice().for_each(visit);
    }
}
