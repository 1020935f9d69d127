//! Turns a rule into a plan.
