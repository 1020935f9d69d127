//! A field's value as the engine sees it: borrowed and typed.

use std::fmt;
use std::net::IpAddr;

use crate::event::container::{ListRef, MapRef};
use crate::event::{Event, Tape, Time};

/// A value of an event, borrowed.
///
/// Numbers, addresses and times are compared as such, and become text only when a text pattern asks (S-117, S-121).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// Present, without a value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A float. NaN and infinities have no equal in JSON: they match no number and have the text Rust gives them.
    F64(f64),
    /// Text.
    Str(&'a str),
    /// Bytes; their text is their UTF-8 reading with invalid sequences replaced by U+FFFD (S-117).
    Bytes(&'a [u8]),
    /// An address; its text is the canonical one (S-117).
    Ip(IpAddr),
    /// A point in time; its text is RFC 3339 (S-117).
    Time(Time),
    /// Several values.
    List(&'a dyn List),
    /// A map inside the event.
    Map(&'a dyn Event),
    /// Several values, at a position of an event that is kept as a tape.
    ListAt(&'a dyn Tape, usize),
    /// A map inside the event, at a position of an event that is kept as a tape.
    MapAt(&'a dyn Tape, usize),
}

impl<'a> FieldValue<'a> {
    /// The value as a list, however the event keeps it; `None` if it is something else.
    ///
    /// # Example
    /// ```
    /// use sigmatic::event::{AsFieldValue, FieldValue};
    ///
    /// let addresses = ["10.0.0.1", "::1"];
    /// let mut count = 0;
    /// if let Some(list) = addresses.as_field_value().as_list() {
    ///     list.for_each(&mut |_| count += 1);
    /// }
    /// assert_eq!(count, 2);
    /// assert!(FieldValue::Null.as_list().is_none());
    /// ```
    #[must_use]
    pub fn as_list(self) -> Option<ListRef<'a>> {
        match self {
            Self::List(list) => Some(ListRef::of(list)),
            Self::ListAt(tape, at) => Some(ListRef::at(tape, at)),
            _ => None,
        }
    }

    /// The value as a map, however the event keeps it; `None` if it is something else.
    ///
    /// # Example
    /// ```
    /// use sigmatic::event::{AsFieldValue, FieldValue};
    ///
    /// let user = std::collections::BTreeMap::from([("name", "eve")]);
    /// let map = user.as_field_value().as_map().ok_or("no map")?;
    /// assert!(matches!(map.field("name"), Some(FieldValue::Str("eve"))));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn as_map(self) -> Option<MapRef<'a>> {
        match self {
            Self::Map(map) => Some(MapRef::of(map)),
            Self::MapAt(tape, at) => Some(MapRef::at(tape, at)),
            _ => None,
        }
    }
}

/// Several values under one name.
pub trait List {
    /// Calls `visit` with every element, in order.
    fn for_each<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>));
}

/// A type whose values can stand in an event; implemented for the usual ones of the standard library.
pub trait AsFieldValue {
    /// The value, borrowed.
    fn as_field_value(&self) -> FieldValue<'_>;
}

impl fmt::Debug for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::I64(value) => write!(f, "I64({value})"),
            Self::U64(value) => write!(f, "U64({value})"),
            Self::F64(value) => write!(f, "F64({value})"),
            Self::Str(value) => write!(f, "Str({value:?})"),
            Self::Bytes(value) => write!(f, "Bytes({value:?})"),
            Self::Ip(value) => write!(f, "Ip({value})"),
            Self::Time(value) => write!(f, "Time({value})"),
            Self::List(list) => ListRef::of(*list).fmt(f),
            Self::ListAt(tape, at) => ListRef::at(*tape, *at).fmt(f),
            Self::Map(map) => MapRef::of(*map).fmt(f),
            Self::MapAt(tape, at) => MapRef::at(*tape, *at).fmt(f),
        }
    }
}

macro_rules! as_field_value {
    ($($type:ty: $self:ident => $value:expr;)*) => {$(
        impl AsFieldValue for $type {
            fn as_field_value(&self) -> FieldValue<'_> {
                let $self = self;
                $value
            }
        }
    )*};
}

as_field_value! {
    bool: v => FieldValue::Bool(*v);
    i8: v => FieldValue::I64(i64::from(*v));
    i16: v => FieldValue::I64(i64::from(*v));
    i32: v => FieldValue::I64(i64::from(*v));
    i64: v => FieldValue::I64(*v);
    u8: v => FieldValue::U64(u64::from(*v));
    u16: v => FieldValue::U64(u64::from(*v));
    u32: v => FieldValue::U64(u64::from(*v));
    u64: v => FieldValue::U64(*v);
    f32: v => FieldValue::F64(f64::from(*v));
    f64: v => FieldValue::F64(*v);
    str: v => FieldValue::Str(v);
    String: v => FieldValue::Str(v);
    std::borrow::Cow<'_, str>: v => FieldValue::Str(v);
    IpAddr: v => FieldValue::Ip(*v);
    std::net::Ipv4Addr: v => FieldValue::Ip(IpAddr::V4(*v));
    std::net::Ipv6Addr: v => FieldValue::Ip(IpAddr::V6(*v));
    Time: v => FieldValue::Time(*v);
    std::time::SystemTime: v => FieldValue::Time(Time::from(*v));
}

impl<T: AsFieldValue + ?Sized> AsFieldValue for &T {
    fn as_field_value(&self) -> FieldValue<'_> {
        (**self).as_field_value()
    }
}

impl<T: AsFieldValue + ?Sized> AsFieldValue for Box<T> {
    fn as_field_value(&self) -> FieldValue<'_> {
        (**self).as_field_value()
    }
}

/// `None` is a field that is present and null.
impl<T: AsFieldValue> AsFieldValue for Option<T> {
    fn as_field_value(&self) -> FieldValue<'_> {
        self.as_ref()
            .map_or(FieldValue::Null, AsFieldValue::as_field_value)
    }
}

impl AsFieldValue for FieldValue<'_> {
    fn as_field_value(&self) -> FieldValue<'_> {
        *self
    }
}

impl<T: AsFieldValue> AsFieldValue for Vec<T> {
    fn as_field_value(&self) -> FieldValue<'_> {
        FieldValue::List(self)
    }
}

impl<T: AsFieldValue, const N: usize> AsFieldValue for [T; N] {
    fn as_field_value(&self) -> FieldValue<'_> {
        FieldValue::List(self)
    }
}
