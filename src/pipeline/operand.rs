//! What a value is once its modifiers are applied, as transformations and conditions look at it, and items made of
//! changed values.
//!
//! pySigma applies modifiers when it reads a rule, so that pipelines act on what they give: `F|contains: a` is the text
//! `*a*` there. The model here keeps values as written. So an [`Operand`] is made for each value: text with the
//! wildcards of `contains`, `startswith` and `endswith` in it, the pattern of `re`, numbers. Values under an encoding,
//! `windash`, `cidr`, comparisons or parts of a time are [`Opaque`](Operand::Opaque): no transformation of texts looks
//! into them. (pySigma leaves most of them alone too, but changes base64 text, which nobody can mean.)
//!
//! What is changed is written without the modifiers that have had their effect; what is not, stays as it was.

use crate::error::Location;
use crate::rule::text::{self, Token};
use crate::rule::{DetectionItem, Modifier, Value};

use super::walk::{Tracked, Tree};

/// A value after its modifiers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Text(Text),
    /// [`Value::Integer`] or [`Value::Float`].
    Number(Value),
    Boolean(bool),
    Null,
    /// A regular expression with modifiers after `re`.
    Regex(String, Vec<Modifier>),
    /// Nothing that a transformation of values changes.
    Opaque,
}

/// Text with wildcards and placeholders, in Sigma's notation and the shortest form of it, so that equal texts are
/// written equally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    source: String,
    /// Whether `%name%` is a placeholder in it.
    placeholders: bool,
}

/// What became of one value.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Kept,
    Made(Vec<Operand>),
}

impl Text {
    /// A text as it would stand in a rule.
    pub(super) fn read(source: &str) -> Self {
        Self::from_tokens(text::tokens(source, false), false)
    }

    /// A text without wildcards.
    pub(super) fn literal(literal: &str) -> Self {
        Self::from_tokens(literal.chars().map(Token::Character), false)
    }

    pub(super) fn from_tokens<'t>(
        tokens: impl IntoIterator<Item = Token<'t>>,
        placeholders: bool,
    ) -> Self {
        Self {
            source: text::write(tokens, placeholders),
            placeholders,
        }
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = Token<'_>> {
        text::tokens(&self.source, self.placeholders)
    }

    pub(super) fn placeholders(&self) -> bool {
        self.placeholders
    }

    pub(super) fn has_placeholder(&self) -> bool {
        self.tokens()
            .any(|token| matches!(token, Token::Placeholder(_)))
    }

    pub(super) fn has_wildcard(&self) -> bool {
        self.tokens()
            .any(|token| matches!(token, Token::Any | Token::One))
    }

    /// The text without wildcards, if it has none.
    pub(super) fn as_literal(&self) -> Option<String> {
        self.tokens()
            .map(|token| match token {
                Token::Character(c) => Some(c),
                _ => None,
            })
            .collect()
    }

    /// The text as pySigma's patterns see it: literal stars and question marks escaped, backslashes not.
    pub(super) fn plain(&self) -> String {
        self.tokens().fold(String::new(), |mut plain, token| {
            push_plain(token, &mut plain);
            plain
        })
    }

    /// With `*` at these ends, unless one is there.
    fn opened(&self, start: bool, end: bool) -> Self {
        let mut tokens: Vec<Token<'_>> = self.tokens().collect();
        if start && tokens.first() != Some(&Token::Any) {
            tokens.insert(0, Token::Any);
        }
        if end && tokens.last() != Some(&Token::Any) {
            tokens.push(Token::Any);
        }
        Self::from_tokens(tokens, self.placeholders)
    }

    /// As a keyword looks for it: anywhere.
    pub(super) fn anywhere(&self) -> Self {
        self.opened(true, true)
    }

    pub(super) fn len(&self) -> usize {
        self.source.len()
    }
}

/// Appends a token as [`Text::plain`] shows it.
pub(super) fn push_plain(token: Token<'_>, plain: &mut String) {
    match token {
        Token::Any => plain.push('*'),
        Token::One => plain.push('?'),
        Token::Placeholder(name) => plain.extend(["%", name, "%"]),
        Token::Character(c @ ('*' | '?')) => plain.extend(['\\', c]),
        Token::Character(c) => plain.push(c),
    }
}

/// The operands of an item, parallel to its values.
pub(super) fn operands(item: &DetectionItem) -> impl Iterator<Item = Operand> {
    let chain = Chain::of(item);
    item.values
        .iter()
        .map(move |value| operand(value, &chain, item))
}

/// The names of other fields that an item compares with, each with its place among the values.
pub(super) fn references(item: &DetectionItem) -> impl Iterator<Item = (usize, String)> {
    let is_reference = item.modifiers.contains(&Modifier::FieldRef);
    let values = item.values.iter().enumerate().filter(move |_| is_reference);
    values.filter_map(|(index, value)| match value {
        Value::String(source) => Some((index, Text::read(source).as_literal()?)),
        _ => None,
    })
}

/// What the modifiers of an item amount to.
struct Chain {
    is_regex: bool,
    is_opaque: bool,
    /// Nothing but `all` and `neq`.
    is_plain: bool,
    open_start: bool,
    open_end: bool,
    placeholders: bool,
}

impl Chain {
    fn of(item: &DetectionItem) -> Self {
        use Modifier::{
            All, Cased, Contains, EndsWith, Expand, IgnoreCase, MultiLine, Neq, Re, StartsWith,
        };
        let has = |modifier| item.modifiers.contains(&modifier);
        let is_regex = item.modifiers.first() == Some(&Re);
        let is_transparent = |modifier: &Modifier| match modifier {
            All | Neq | Expand | Contains | StartsWith | EndsWith => true,
            Cased => !is_regex,
            Re | IgnoreCase | MultiLine | Modifier::DotAll => is_regex,
            _ => false,
        };
        Self {
            is_regex,
            is_opaque: !item.modifiers.iter().all(is_transparent),
            is_plain: item.modifiers.iter().copied().all(acts_on_item),
            open_start: has(Contains) || has(EndsWith),
            open_end: has(Contains) || has(StartsWith),
            placeholders: has(Expand),
        }
    }
}

fn operand(value: &Value, chain: &Chain, item: &DetectionItem) -> Operand {
    if chain.is_opaque {
        return Operand::Opaque;
    }
    match value {
        Value::String(pattern) if chain.is_regex => {
            let rest = item.modifiers.iter().skip(1).copied();
            let own = rest.filter(|modifier| !acts_on_item(*modifier));
            Operand::Regex(pattern.clone(), own.collect())
        }
        Value::String(source) => {
            let tokens = text::tokens(source, chain.placeholders);
            let text = Text::from_tokens(tokens, chain.placeholders);
            Operand::Text(text.opened(chain.open_start, chain.open_end))
        }
        // Under a modifier of texts, which is an error that no pipeline should hide (S-182).
        _ if !chain.is_plain => Operand::Opaque,
        other => Operand::of_value(other),
    }
}

impl Operand {
    /// The operand of a value that a pipeline file gives, without modifiers.
    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::String(source) => Self::Text(Text::read(source)),
            Value::Integer(_) | Value::Float(_) => Self::Number(value.clone()),
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Null => Self::Null,
        }
    }

    /// Bytes of its text.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Regex(pattern, _) => pattern.len(),
            _ => 0,
        }
    }

    /// The value as it is written, and the modifiers that go with it.
    fn into_value(self, is_cased: bool) -> (Vec<Modifier>, Value) {
        match self {
            Self::Text(text) => {
                let mut modifiers = Vec::new();
                if text.placeholders && text.has_placeholder() {
                    modifiers.push(Modifier::Expand);
                }
                if is_cased {
                    modifiers.push(Modifier::Cased);
                }
                let source = if modifiers.contains(&Modifier::Expand) {
                    text.source
                } else {
                    text::write(text.tokens(), false)
                };
                (modifiers, Value::String(source))
            }
            Self::Regex(pattern, flags) => {
                let modifiers = [Modifier::Re].into_iter().chain(flags);
                (modifiers.collect(), Value::String(pattern))
            }
            Self::Number(value) => (Vec::new(), value),
            Self::Boolean(value) => (Vec::new(), Value::Boolean(value)),
            Self::Null | Self::Opaque => (Vec::new(), Value::Null),
        }
    }
}

/// A value with its own modifiers, `all` and `neq` left out.
#[derive(Clone, Debug)]
pub(super) struct Loose {
    pub(super) modifiers: Vec<Modifier>,
    pub(super) value: Value,
    pub(super) location: Location,
}

/// Puts changed values in place of those of an item, or says what must stand in its place.
pub(super) fn changed(tracked: &Tracked, outcomes: Vec<Outcome>) -> Tree {
    let item = &tracked.item;
    let is_cased = item.modifiers.contains(&Modifier::Cased);
    let own: Vec<Modifier> = own_modifiers(item);
    let mut sources = Vec::with_capacity(outcomes.len());
    for ((index, outcome), operand) in outcomes.into_iter().enumerate().zip(operands(item)) {
        let location = location_of(item, index);
        sources.push(match (outcome, operand) {
            (Outcome::Made(made), _) => made
                .into_iter()
                .map(|operand| loose(operand, is_cased, location))
                .collect(),
            // Written as the changed ones are, so that they stay one item.
            (Outcome::Kept, Operand::Opaque | Operand::Regex(..)) => vec![Loose {
                modifiers: own.clone(),
                value: item.values.get(index).cloned().unwrap_or(Value::Null),
                location,
            }],
            (Outcome::Kept, operand) => vec![loose(operand, is_cased, location)],
        });
    }
    regrouped(tracked, sources)
}

fn loose(operand: Operand, is_cased: bool, location: Location) -> Loose {
    let (modifiers, value) = operand.into_value(is_cased);
    Loose {
        modifiers,
        value,
        location,
    }
}

/// Makes one item of values that came from those of another, or several where modifiers differ. Each entry of `sources`
/// is what one value became: alternatives, also under `all` (S-185).
pub(super) fn regrouped(tracked: &Tracked, sources: Vec<Vec<Loose>>) -> Tree {
    let item = &tracked.item;
    let has_all = item.modifiers.contains(&Modifier::All);
    let mut sources: Vec<Vec<Loose>> = sources;
    sources.retain(|made| !made.is_empty());
    if sources.is_empty() {
        // An item without values is a test for null (S-095).
        sources.push(vec![loose(Operand::Null, false, item.location)]);
    }
    let modifiers = sources.iter().flatten().map(|loose| &loose.modifiers);
    let is_uniform = all_equal(modifiers);
    let is_one_to_one = sources.iter().all(|made| made.len() <= 1);
    if is_uniform && (!has_all || is_one_to_one) {
        let modifiers = linking_modifiers(item);
        return Tree::Item(tracked.with_values(sources.into_iter().flatten(), &modifiers));
    }
    if has_all {
        let parts = sources.into_iter().map(|made| alternatives(tracked, made));
        return Tree::every(parts.collect(), item.is_negated());
    }
    alternatives(tracked, sources.into_iter().flatten().collect())
}

/// One item per set of modifiers, of which any must match (or, of a negated item, every).
fn alternatives(tracked: &Tracked, values: Vec<Loose>) -> Tree {
    let mut groups: Vec<Vec<Loose>> = Vec::new();
    for loose in values {
        let same = groups.iter_mut().find(|group| {
            let first = group.first();
            first.is_some_and(|first| first.modifiers == loose.modifiers)
        });
        match same {
            Some(group) => group.push(loose),
            None => groups.push(vec![loose]),
        }
    }
    let negation: &[Modifier] = if tracked.item.is_negated() {
        &[Modifier::Neq]
    } else {
        &[]
    };
    let items = groups
        .into_iter()
        .map(|group| Tree::Item(tracked.with_values(group, negation)));
    Tree::any(items.collect(), tracked.item.is_negated())
}

fn all_equal<'m>(mut modifiers: impl Iterator<Item = &'m Vec<Modifier>>) -> bool {
    let first = modifiers.next();
    modifiers.all(|other| Some(other) == first)
}

/// The modifiers of an item without those that link its values.
pub(super) fn own_modifiers(item: &DetectionItem) -> Vec<Modifier> {
    let own = item.modifiers.iter().copied();
    own.filter(|modifier| !acts_on_item(*modifier)).collect()
}

fn linking_modifiers(item: &DetectionItem) -> Vec<Modifier> {
    let linking = item.modifiers.iter().copied();
    linking.filter(|modifier| acts_on_item(*modifier)).collect()
}

fn acts_on_item(modifier: Modifier) -> bool {
    matches!(modifier, Modifier::All | Modifier::Neq)
}

pub(super) fn location_of(item: &DetectionItem, index: usize) -> Location {
    let location = item.value_locations.get(index);
    location.copied().unwrap_or(item.location)
}
