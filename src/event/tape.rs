//! Events kept as one sequence of nodes, in which a list or a map is a position.

use crate::event::FieldValue;

/// What holds the lists and maps of an event when they are no objects of their own.
///
/// [`FieldValue::List`] and [`FieldValue::Map`] borrow an object for each list and map. Where all values of
/// an event stand in one sequence (a parsed JSON line, a `simd-json` tape, nested Arrow columns), there is
/// none to borrow: there the value is [`FieldValue::ListAt`] or [`FieldValue::MapAt`], a reference to the
/// sequence and a position in it. What a position means is the implementation's own affair; the engine only
/// hands back the ones it was given. Positions that the implementation never gave out are empty lists and
/// maps.
///
/// # Example
/// An event type that keeps the words of all its lists in one vector:
/// ```
/// use sigmatic::event::{Event, FieldValue, Tape};
///
/// struct Record { words: Vec<String>, lists: Vec<(&'static str, std::ops::Range<usize>)> }
///
/// impl Tape for Record {
///     fn for_each_element<'a>(&'a self, list: usize, visit: &mut dyn FnMut(FieldValue<'a>)) {
///         let range = self.lists.get(list).map_or(0..0, |(_, range)| range.clone());
///         self.words[range].iter().for_each(|word| visit(FieldValue::Str(word)));
///     }
///     fn entry<'a>(&'a self, _: usize, _: &str) -> Option<FieldValue<'a>> { None }
///     fn for_each_entry<'a>(&'a self, _: usize, _: &mut dyn FnMut(&'a str, FieldValue<'a>)) {}
/// }
///
/// impl Event for Record {
///     fn field(&self, name: &str) -> Option<FieldValue<'_>> {
///         self.lists.iter().position(|list| list.0 == name).map(|at| FieldValue::ListAt(self, at))
///     }
///     fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
///         self.lists.iter().enumerate().for_each(|(at, list)| visit(list.0, FieldValue::ListAt(self, at)));
///     }
/// }
///
/// let record = Record { words: vec!["whoami".into(), "/all".into()], lists: vec![("Arguments", 0..2)] };
/// assert_eq!(format!("{:?}", record.field("Arguments")), r#"Some([Str("whoami"), Str("/all")])"#);
/// ```
pub trait Tape {
    /// Calls `visit` with every element of the list at this position, in order.
    fn for_each_element<'a>(&'a self, list: usize, visit: &mut dyn FnMut(FieldValue<'a>));

    /// The value under exactly this name in the map at this position, as
    /// [`Event::field`](crate::Event::field).
    fn entry<'a>(&'a self, map: usize, name: &str) -> Option<FieldValue<'a>>;

    /// Calls `visit` with every entry of the map at this position, as
    /// [`Event::for_each_field`](crate::Event::for_each_field).
    fn for_each_entry<'a>(&'a self, map: usize, visit: &mut dyn FnMut(&'a str, FieldValue<'a>));
}
