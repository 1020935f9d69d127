//! Tokens to an expression: `or`, `and`, `not`, quantifiers and parentheses, loosest first (S-301).

use crate::condition::lexer::{Token, tokens};
use crate::condition::{Dialect, Expression, Fault, Quantifier, Selector};
use crate::error::{ConditionDetail, Limits};

pub(super) fn parse(text: &str, dialect: Dialect, limits: &Limits) -> Result<Expression, Fault> {
    if text.len() > limits.condition_bytes {
        let detail = ConditionDetail::TooLong {
            bytes: text.len(),
            limit: limits.condition_bytes,
        };
        return Err(Fault { detail, offset: 0 });
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(Fault {
            detail: ConditionDetail::Empty,
            offset: 0,
        });
    }
    let end = text.trim_end().len();
    let mut parser = Parser {
        tokens,
        next: 0,
        end,
        dialect,
        depth: 0,
        limit: limits.condition_depth.min(DEEPEST),
    };
    let expression = parser.disjunction()?;
    parser.expect_end()?;
    Ok(expression)
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    /// Index of the next token.
    next: usize,
    /// The byte after the last token.
    end: usize,
    dialect: Dialect,
    depth: usize,
    limit: usize,
}

impl<'t> Parser<'t> {
    fn disjunction(&mut self) -> Result<Expression, Fault> {
        let mut operands = vec![self.conjunction()?];
        while self.take("or") {
            operands.push(self.conjunction()?);
        }
        Ok(Expression::any(operands))
    }

    fn conjunction(&mut self) -> Result<Expression, Fault> {
        let mut operands = vec![self.negation()?];
        while self.take("and") {
            operands.push(self.negation()?);
        }
        Ok(Expression::all(operands))
    }

    fn negation(&mut self) -> Result<Expression, Fault> {
        let Some(token) = self.peek().filter(|token| token.text == "not") else {
            return self.operand();
        };
        self.next += 1;
        self.enter(token.offset)?;
        let inner = self.negation()?;
        self.depth -= 1;
        Ok(Expression::Not(Box::new(inner)))
    }

    fn operand(&mut self) -> Result<Expression, Fault> {
        let Some(token) = self.peek() else {
            return Err(self.missing_operand());
        };
        match (token.text, self.dialect) {
            ("(", _) => self.parentheses(token),
            (")" | "and" | "or", _) => Err(self.missing_operand()),
            (_, Dialect::Detections) => self.identifier(token),
            (_, Dialect::Rules) => self.rule_name(token),
            (name, Dialect::ProcessingConditions) if !name.contains('*') => {
                self.next += 1;
                Ok(Expression::Identifier(name.to_owned()))
            }
            (pattern, Dialect::ProcessingConditions) => {
                Err(token.fault(ConditionDetail::MissingOperand {
                    found: Some(pattern.to_owned()),
                    after: None,
                    expected: "the name of a condition",
                }))
            }
        }
    }

    fn parentheses(&mut self, open: Token<'t>) -> Result<Expression, Fault> {
        self.next += 1;
        self.enter(open.offset)?;
        if self.peek().is_some_and(|token| token.text == ")") {
            return Err(open.fault(ConditionDetail::EmptyParentheses));
        }
        let inner = self.disjunction()?;
        if self.take(")") {
            self.depth -= 1;
            return Ok(inner);
        }
        Err(match self.peek() {
            Some(found) => self.not_linked(found),
            None => open.fault(ConditionDetail::Unclosed),
        })
    }

    fn identifier(&mut self, token: Token<'t>) -> Result<Expression, Fault> {
        let quantifier = match token.text {
            "1" | "any" => Quantifier::Any,
            "all" => Quantifier::All,
            "of" => return Err(token.fault(ConditionDetail::MissingQuantifier)),
            "them" => return Err(token.fault(ConditionDetail::BareThem)),
            text if text.contains('*') => {
                return Err(token.fault(ConditionDetail::BarePattern {
                    pattern: text.to_owned(),
                }));
            }
            name => {
                self.next += 1;
                return Ok(Expression::Identifier(name.to_owned()));
            }
        };
        self.next += 1;
        self.quantified(quantifier, token)
    }

    fn quantified(&mut self, quantifier: Quantifier, word: Token<'t>) -> Result<Expression, Fault> {
        if !self.take("of") {
            let quantifier = word.text.to_owned();
            return Err(self.unexpected(|found| ConditionDetail::MissingOf { quantifier, found }));
        }
        let selector = match self.peek().map(|token| token.text) {
            Some("them") => Selector::Them,
            Some(pattern) if is_pattern(pattern) => Selector::Pattern(pattern.to_owned()),
            _ => {
                let quantifier = word.text.to_owned();
                return Err(
                    self.unexpected(|found| ConditionDetail::MissingSelector { quantifier, found })
                );
            }
        };
        self.next += 1;
        Ok(Expression::Of(quantifier, selector))
    }

    fn rule_name(&mut self, token: Token<'t>) -> Result<Expression, Fault> {
        let name = token.text;
        if name.starts_with(|first: char| first.is_ascii_digit()) || name.contains(['-', '*']) {
            return Err(token.fault(
                if self
                    .tokens
                    .get(self.next + 1)
                    .is_some_and(|after| after.text == "of")
                {
                    ConditionDetail::QuantifierOfRules
                } else {
                    ConditionDetail::RuleName {
                        name: name.to_owned(),
                    }
                },
            ));
        }
        self.next += 1;
        Ok(Expression::Identifier(name.to_owned()))
    }

    fn expect_end(&self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(token) if token.text == ")" => Err(token.fault(ConditionDetail::Unopened)),
            Some(token) => Err(self.not_linked(token)),
        }
    }

    /// Counts a level. The callers count down again, except on an error, after which nothing is parsed.
    fn enter(&mut self, offset: usize) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > self.limit {
            return Err(Fault {
                detail: ConditionDetail::TooDeep { limit: self.limit },
                offset,
            });
        }
        Ok(())
    }

    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.next).copied()
    }

    fn previous(&self) -> Option<Token<'t>> {
        self.tokens.get(self.next.checked_sub(1)?).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == text);
        self.next += usize::from(found);
        found
    }

    fn missing_operand(&self) -> Fault {
        let after = self.previous().map(|token| token.text.to_owned());
        let expected = match self.dialect {
            Dialect::Detections => "a search identifier",
            Dialect::Rules => "the name of a rule",
            Dialect::ProcessingConditions => "the name of a condition",
        };
        self.unexpected(|found| ConditionDetail::MissingOperand {
            found,
            after,
            expected,
        })
    }

    /// Something stands where only `and`, `or` or an end may. A misspelt keyword before it is the likelier fault.
    fn not_linked(&self, found: Token<'t>) -> Fault {
        let Some(after) = self.previous() else {
            return found.fault(ConditionDetail::Empty);
        };
        if let Some(keyword) = wrong_case(found.text) {
            return found.fault(keyword);
        }
        if let Some(keyword) = wrong_case(after.text) {
            return after.fault(keyword);
        }
        if found.text == "of" && self.dialect != Dialect::ProcessingConditions {
            return after.fault(match self.dialect {
                Dialect::Detections => ConditionDetail::UnknownQuantifier {
                    count: after.text.to_owned(),
                },
                _ => ConditionDetail::QuantifierOfRules,
            });
        }
        let (found_text, after) = (found.text.to_owned(), after.text.to_owned());
        found.fault(ConditionDetail::NotLinked {
            found: found_text,
            after,
        })
    }

    /// A fault at the next token or at the end. A keyword in the wrong case is the likelier fault.
    fn unexpected(&self, detail: impl FnOnce(Option<String>) -> ConditionDetail) -> Fault {
        match self.peek() {
            None => Fault {
                detail: detail(None),
                offset: self.end,
            },
            Some(token) => token.fault(match wrong_case(token.text) {
                Some(keyword) => keyword,
                None => detail(Some(token.text.to_owned())),
            }),
        }
    }
}

impl Token<'_> {
    fn fault(&self, detail: ConditionDetail) -> Fault {
        Fault {
            detail,
            offset: self.offset,
        }
    }
}

/// What may stand after `of`, beside `them`: no keyword, in any case, and no parenthesis.
fn is_pattern(word: &str) -> bool {
    !matches!(word, "(" | ")" | "1")
        && !KEYWORDS
            .iter()
            .any(|keyword| keyword.eq_ignore_ascii_case(word))
}

fn wrong_case(word: &str) -> Option<ConditionDetail> {
    let keyword = KEYWORDS
        .iter()
        .find(|keyword| keyword.eq_ignore_ascii_case(word))?;
    (*keyword != word).then(|| ConditionDetail::WrongCase {
        found: word.to_owned(),
        keyword,
    })
}

/// Nesting beyond this is refused whatever the limits say: expressions are printed, compiled and dropped recursively.
const DEEPEST: usize = 512;

const KEYWORDS: [&str; 7] = ["and", "or", "not", "of", "all", "any", "them"];
