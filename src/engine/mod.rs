//! Many plans, one pass over an event.
