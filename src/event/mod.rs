//! What the engine asks of a log record.
//!
//! In: the embedder's own type. Out: borrowed, typed values. Implemented here for maps, slices of pairs, raw JSON
//! text, (feature `json`) `serde_json::Value` and (feature `evtx`) records of Windows event logs. Knows no rule.

mod container;
mod json_line;
mod list;
mod map;
mod tape;
mod time;
mod value;

#[cfg(feature = "evtx")]
mod evtx;
#[cfg(feature = "json")]
mod json;

pub use self::container::{ListRef, MapRef};
#[cfg(feature = "evtx")]
pub use self::evtx::EvtxEvent;
pub use self::json_line::{JsonError, JsonErrorKind, JsonEvent, JsonParser};
pub use self::tape::Tape;
pub use self::time::Time;
pub use self::value::{AsFieldValue, FieldValue, List};

/// A log record, or a map inside one.
///
/// Names are distinct within one record. If an implementation yields a name twice, the last one is the field's value,
/// as in a JSON text, while keywords look at all that is yielded. Nothing is copied: values are borrowed from the record for as long as it is looked at.
pub trait Event {
    /// The value under exactly this name, not following dots: `a.b` is asked for as such first, and only if there is
    /// none the engine asks for `a` and looks for `b` in it (S-112). `None` is a missing field, which is not the
    /// same as [`FieldValue::Null`].
    fn field(&self, name: &str) -> Option<FieldValue<'_>>;

    /// Calls `visit` with every field, in any order that is the same each time.
    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>));

    /// Calls `visit` with every value that has no name: the raw line, if it is at hand, or a record that is no map.
    /// Only keywords look at these (S-110, S-170). There are none unless an implementation says so.
    fn for_each_unnamed<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        let _ = visit;
    }
}
