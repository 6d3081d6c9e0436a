//! Skip rules as they are written: `age >= 2 and not answered(att_03)`. Reads them, with the place of every fault, and
//! writes them so that what is read again is the same rule.
//!
//! ```text
//! rule  = each { "or" each }
//! each  = one { "and" one }
//! one   = "not" one | "(" rule ")" | "answered" "(" item ")" | item compares number | item "includes" code
//! compares = "==" | "!=" | "<" | "<=" | ">" | ">="
//! ```

use std::fmt;
use std::ops::Range;

use super::rule::{Comparison, Rule};

/// Words of the language: no item can have one of these as its key.
pub const RESERVED: [&str; 5] = ["and", "or", "not", "answered", "includes"];

/// Brackets and `not`s inside one another.
const DEEPEST: usize = 40;

const COMPARISONS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::More),
];

/// A rule with the places of what it mentions, in bytes of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub rule: Rule,
    pub mentions: Vec<Mention>,
}

/// One statement about one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    pub item: String,
    pub item_at: Range<usize>,
    /// The number or code it is held against, if any.
    pub value_at: Range<usize>,
    /// `Answered`, `Compare` or `Includes`.
    pub statement: Rule,
}

/// What is wrong with the text of a rule, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub at: Range<usize>,
    pub message: String,
    pub hint: &'static str,
}

pub fn read(text: &str) -> Result<Written, Unreadable> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        next: 0,
        end: text.len(),
        depth: 0,
        mentions: Vec::new(),
    };
    let rule = reader.rule()?;
    match reader.peek() {
        None => Ok(Written {
            rule,
            mentions: reader.mentions,
        }),
        Some(token) => Err(reader.unexpected(token.at.clone(), "`and`, `or` or the end")),
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Token {
    at: Range<usize>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Word(String),
    Number(f64),
    Compares(Comparison),
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>, Unreadable> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let taken = |fits: fn(char) -> bool| rest.find(|c: char| !fits(c)).unwrap_or(rest.len());
        let (length, kind) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c == '(' {
            (1, Kind::Open)
        } else if c == ')' {
            (1, Kind::Close)
        } else if c.is_ascii_alphabetic() || c == '_' {
            let length = taken(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            (length, Kind::Word(rest[..length].to_owned()))
        } else if c.is_ascii_digit() || c == '-' {
            let length = 1 + rest[1..]
                .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                .unwrap_or(rest.len() - 1);
            let number = rest[..length].parse().ok().filter(|n: &f64| n.is_finite());
            let Some(number) = number else {
                return Err(Unreadable {
                    at: at..at + length,
                    message: format!("`{}` is not a number", &rest[..length]),
                    hint: "write a number such as 3 or 2.5",
                });
            };
            (length, Kind::Number(number))
        } else if let Some((sign, comparison)) =
            COMPARISONS.iter().find(|(sign, _)| rest.starts_with(sign))
        {
            (sign.len(), Kind::Compares(*comparison))
        } else {
            return Err(Unreadable {
                at: at..at + c.len_utf8(),
                message: format!("`{c}` means nothing in a rule"),
                hint: "compare with == != < <= > or >=, and join with and, or, not",
            });
        };
        tokens.push(Token {
            at: at..at + length,
            kind,
        });
        at += length;
    }
    Ok(tokens)
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    depth: usize,
    mentions: Vec<Mention>,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn unexpected(&self, at: Range<usize>, wanted: &str) -> Unreadable {
        Unreadable {
            at,
            message: format!("here the rule should have {wanted}"),
            hint: "a rule reads like: age >= 2 and not answered(att_03)",
        }
    }

    /// The next token, or a fault where it should have been.
    fn take(&mut self, wanted: &str) -> Result<Token, Unreadable> {
        let token = self.peek().cloned();
        self.next += 1;
        token.ok_or_else(|| self.unexpected(self.end..self.end, wanted))
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|token| token.kind == Kind::Word(word.to_owned()));
        if found {
            self.next += 1;
        }
        found
    }

    fn sign(&mut self, kind: Kind, wanted: &str) -> Result<(), Unreadable> {
        let token = self.take(wanted)?;
        if token.kind == kind {
            Ok(())
        } else {
            Err(self.unexpected(token.at, wanted))
        }
    }

    fn rule(&mut self) -> Result<Rule, Unreadable> {
        let mut rules = vec![self.each()?];
        while self.takes_word("or") {
            rules.push(self.each()?);
        }
        Ok(one_or(rules, Rule::Or))
    }

    fn each(&mut self) -> Result<Rule, Unreadable> {
        let mut rules = vec![self.one()?];
        while self.takes_word("and") {
            rules.push(self.one()?);
        }
        Ok(one_or(rules, Rule::And))
    }

    fn one(&mut self) -> Result<Rule, Unreadable> {
        let token = self.take("a statement about an item")?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable {
                at: token.at,
                message: format!(
                    "there are more than {DEEPEST} brackets and nots inside one another"
                ),
                hint: "write the rule in a simpler way",
            });
        }
        let rule = match token.kind {
            Kind::Open => {
                let rule = self.rule()?;
                self.sign(Kind::Close, "`)`")?;
                rule
            }
            Kind::Word(word) if word == "not" => Rule::Not(Box::new(self.one()?)),
            Kind::Word(word) if word == "answered" => {
                self.sign(Kind::Open, "`(`")?;
                let (item, at) = self.item()?;
                self.sign(Kind::Close, "`)`")?;
                self.mention(item.clone(), at, 0..0, Rule::Answered(item))
            }
            Kind::Word(word) if !RESERVED.contains(&word.as_str()) => {
                self.statement(word, token.at)?
            }
            _ => return Err(self.unexpected(token.at, "a statement about an item")),
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn item(&mut self) -> Result<(String, Range<usize>), Unreadable> {
        let token = self.take("the key of an item")?;
        match token.kind {
            Kind::Word(word) if !RESERVED.contains(&word.as_str()) => Ok((word, token.at)),
            _ => Err(self.unexpected(token.at, "the key of an item")),
        }
    }

    /// What follows the key of an item.
    fn statement(&mut self, item: String, at: Range<usize>) -> Result<Rule, Unreadable> {
        let wanted = "a comparison or `includes`";
        let token = self.take(wanted)?;
        let is_includes = token.kind == Kind::Word("includes".to_owned());
        let comparison = match token.kind {
            Kind::Compares(comparison) => Some(comparison),
            _ if is_includes => None,
            _ => return Err(self.unexpected(token.at, wanted)),
        };
        let value = self.take("a number")?;
        let Kind::Number(number) = value.kind else {
            return Err(self.unexpected(value.at, "a number"));
        };
        let statement = match comparison {
            Some(comparison) => Rule::Compare {
                item: item.clone(),
                comparison,
                value: number,
            },
            // Codes are whole and small: what is not cannot be one.
            None if number.fract() != 0.0 || number.abs() > 1e9 => {
                return Err(Unreadable {
                    at: value.at,
                    message: format!("{number} cannot be the code of an option"),
                    hint: "write the `value` of one of the options",
                });
            }
            None => Rule::Includes {
                item: item.clone(),
                code: number as i64,
            },
        };
        Ok(self.mention(item, at, value.at, statement))
    }

    fn mention(
        &mut self,
        item: String,
        item_at: Range<usize>,
        value_at: Range<usize>,
        statement: Rule,
    ) -> Rule {
        self.mentions.push(Mention {
            item,
            item_at,
            value_at,
            statement: statement.clone(),
        });
        statement
    }
}

fn one_or(mut rules: Vec<Rule>, join: fn(Vec<Rule>) -> Rule) -> Rule {
    match rules.pop() {
        Some(only) if rules.is_empty() => only,
        Some(last) => {
            rules.push(last);
            join(rules)
        }
        None => join(rules),
    }
}

impl Comparison {
    /// As it is written in a rule.
    pub fn sign(self) -> &'static str {
        COMPARISONS
            .iter()
            .find(|(_, comparison)| *comparison == self)
            .map_or("==", |(sign, _)| sign)
    }
}

/// The text from which the rule is read again.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(item) => write!(f, "answered({item})"),
            Self::Compare {
                item,
                comparison,
                value,
            } => write!(f, "{item} {} {value}", comparison.sign()),
            Self::Includes { item, code } => write!(f, "{item} includes {code}"),
            Self::Not(rule) => match **rule {
                Self::And(_) | Self::Or(_) => write!(f, "not ({rule})"),
                _ => write!(f, "not {rule}"),
            },
            Self::And(rules) => joined(f, rules, " and "),
            Self::Or(rules) => joined(f, rules, " or "),
        }
    }
}

/// A part that is itself joined stands in brackets: so it stays a part of its own.
fn joined(f: &mut fmt::Formatter<'_>, rules: &[Rule], word: &str) -> fmt::Result {
    for (index, rule) in rules.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match rule {
            Rule::And(_) | Rule::Or(_) => write!(f, "({rule})")?,
            _ => write!(f, "{rule}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item() -> impl Strategy<Value = String> {
        "[a-z][a-z0-9_]{0,5}(-[a-z0-9]{1,3})?".prop_filter("a word of the language", |key| {
            !RESERVED.contains(&key.as_str())
        })
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let number = prop_oneof![
            (-1000i32..1000).prop_map(f64::from),
            (-1e12..1e12f64),
            (-1.0..1.0f64)
        ];
        let sign = (0..COMPARISONS.len()).prop_map(|index| COMPARISONS[index].1);
        let statement = prop_oneof![
            item().prop_map(Rule::Answered),
            (item(), sign, number).prop_map(|(item, comparison, value)| Rule::Compare {
                item,
                comparison,
                value
            }),
            (item(), -99i64..99).prop_map(|(item, code)| Rule::Includes { item, code }),
        ];
        statement.prop_recursive(5, 40, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Rule::And),
                prop::collection::vec(inner, 2..4).prop_map(Rule::Or),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(rule in rule()) {
            let written = read(&rule.to_string());
            prop_assert_eq!(written.map(|written| written.rule), Ok(rule));
        }

        #[test]
        fn no_text_is_too_strange_to_be_refused(text in "[a-c0-9 ()=<>!.é-]{0,30}|(not |[(]){0,60}") {
            if let Err(fault) = read(&text) {
                prop_assert!(fault.at.start <= text.len() && fault.at.end <= text.len());
            }
        }
    }

    #[test]
    fn not_binds_before_and_and_and_before_or() {
        let loose = read("a == 1 or b == 2 and not answered(c)").expect("a rule");
        let strict = read("(a == 1) or ((b == 2) and (not answered(c)))").expect("a rule");
        assert_eq!(loose.rule, strict.rule);
        assert_eq!(loose.mentions.len(), 3);
        assert_eq!(loose.mentions[1].item_at, 10..11);
        assert_eq!(loose.mentions[1].value_at, 15..16);
        assert_ne!(
            loose.rule,
            read("(a == 1 or b == 2) and not answered(c)")
                .expect("a rule")
                .rule
        );
    }

    #[test]
    fn a_fault_says_where() {
        for (text, at) in [
            ("", 0),
            ("age", 3),
            ("age >= ", 7),
            ("age >= two", 7),
            ("age = 2", 4),
            ("age >= 2 age", 9),
            ("answered age", 9),
            ("answered(age", 12),
            ("(age >= 2", 9),
            ("not", 3),
            ("and == 1", 0),
            ("age includes 1.5", 13),
            ("age > 1.2.3", 6),
        ] {
            let fault = read(text).expect_err(text);
            assert_eq!(fault.at.start, at, "{text}: {}", fault.message);
            assert!(!fault.hint.is_empty());
        }
    }
}
