//! One raw answer against its item: accepted as a value, empty, or refused with the reason.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::definition::{Choice, Format, Item};
use crate::domain::answer::Answer;
use crate::domain::id::MemberId;

/// What a form sends, and a file says, where a statement of a card cannot be judged.
pub const CANNOT_JUDGE: &str = "cannot_judge";

/// Why an answer cannot be taken. The page says it in the respondent's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    NotAnOption,
    NotANumber,
    OutOfRange,
    TooLong,
    NotADate,
    TooMany,
    /// Colleagues were ticked together with "with nobody".
    NobodyAndSomebody,
    NotOnTheRoster,
}

impl AnswerFault {
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAnOption => "answer-not-an-option",
            Self::NotANumber => "answer-not-a-number",
            Self::OutOfRange => "answer-out-of-range",
            Self::TooLong => "answer-too-long",
            Self::NotADate => "answer-not-a-date",
            Self::TooMany => "answer-too-many",
            Self::NobodyAndSomebody => "answer-nobody-and-somebody",
            Self::NotOnTheRoster => "answer-not-on-the-roster",
        }
    }
}

/// What a form sent for one item: for a roster, pairs of colleague and strength.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawAnswer {
    pub value: Option<String>,
    /// Where several can be chosen.
    pub values: Vec<String>,
    pub ticked: bool,
    pub nobody: bool,
    pub named: Vec<(MemberId, String)>,
    /// Names of colleagues who are missing from the list, as they were written.
    pub missing: Vec<String>,
}

/// `None` is no answer: leaving a question open is always allowed.
pub fn check(
    item: &Item,
    raw: &RawAnswer,
    roster: &BTreeSet<MemberId>,
) -> Result<Option<Answer>, AnswerFault> {
    let value = raw
        .value
        .as_deref()
        .map(str::trim)
        .filter(|value| !value.is_empty());
    match &item.format {
        Format::Rating(choices)
        | Format::Single(choices)
        | Format::Test {
            options: choices, ..
        } => value
            .map(|value| one_of(choices, value).map(Answer::Code))
            .transpose(),
        Format::Multiple { options, most } => {
            let chosen = raw.values.iter().map(|value| one_of(options, value));
            let codes = chosen.collect::<Result<BTreeSet<i64>, _>>()?;
            if most.is_some_and(|most| codes.len() > most) {
                return Err(AnswerFault::TooMany);
            }
            Ok((!codes.is_empty()).then_some(Answer::Codes(codes)))
        }
        Format::Card {
            positions,
            cannot_judge,
        } => {
            let cannot_judge = cannot_judge.is_some() && value == Some(CANNOT_JUDGE);
            let place = value.filter(|_| !cannot_judge);
            let position = place.map(|value| one_of(positions, value)).transpose()?;
            let ticked = raw.ticked;
            Ok(
                (ticked || cannot_judge || position.is_some()).then_some(Answer::Card {
                    position,
                    ticked,
                    cannot_judge,
                }),
            )
        }
        Format::Date { earliest, latest } => {
            let Some(value) = value else { return Ok(None) };
            let day = read_day(value).ok_or(AnswerFault::NotADate)?;
            let early = earliest.is_some_and(|earliest| day < earliest);
            if early || latest.is_some_and(|latest| day > latest) {
                return Err(AnswerFault::OutOfRange);
            }
            Ok(Some(Answer::Date(day)))
        }
        Format::Number { minimum, maximum } => {
            let Some(value) = value else { return Ok(None) };
            let number: f64 = value
                .replace(',', ".")
                .parse()
                .map_err(|_| AnswerFault::NotANumber)?;
            if !number.is_finite() {
                return Err(AnswerFault::NotANumber);
            }
            if number < *minimum || number > *maximum {
                return Err(AnswerFault::OutOfRange);
            }
            Ok(Some(Answer::Number(number)))
        }
        Format::Text { longest } => match value {
            Some(value) if value.chars().count() > *longest => Err(AnswerFault::TooLong),
            Some(value) => Ok(Some(Answer::Text(value.to_owned()))),
            None => Ok(None),
        },
        Format::Roster { strengths, .. } => named(strengths, raw, roster),
    }
}

/// As a date field sends it, or as people here write it: 31-8-2026.
fn read_day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
        .filter(|day| (1900..2200).contains(&day.year()))
}

fn named(
    strengths: &[Choice],
    raw: &RawAnswer,
    roster: &BTreeSet<MemberId>,
) -> Result<Option<Answer>, AnswerFault> {
    let mut named = BTreeMap::new();
    for (member, strength) in raw
        .named
        .iter()
        .filter(|(_, strength)| !strength.trim().is_empty())
    {
        if !roster.contains(member) {
            return Err(AnswerFault::NotOnTheRoster);
        }
        let strength = if strengths.is_empty() {
            1
        } else {
            one_of(strengths, strength)?
        };
        if strength > 0 {
            named.insert(*member, strength);
        }
    }
    let missing = raw.missing.iter().any(|name| !name.trim().is_empty());
    match (raw.nobody, named.is_empty() && !missing) {
        (true, true) => Ok(Some(Answer::Nobody)),
        (true, false) => Err(AnswerFault::NobodyAndSomebody),
        (false, true) => Ok(None),
        (false, false) => Ok(Some(Answer::Named(named))),
    }
}

fn one_of(choices: &[Choice], value: &str) -> Result<i64, AnswerFault> {
    let code: i64 = value.trim().parse().map_err(|_| AnswerFault::NotAnOption)?;
    choices
        .iter()
        .any(|choice| choice.code == code)
        .then_some(code)
        .ok_or(AnswerFault::NotAnOption)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::language::Text;

    fn item(format: Format) -> Item {
        Item {
            text: Text::new("?", "?"),
            format,
            when: None,
            desk_only: false,
        }
    }

    fn agree() -> Format {
        Format::Rating(
            (1..=5)
                .map(|code| Choice {
                    code,
                    text: Text::new("x", "x"),
                })
                .collect(),
        )
    }

    fn raw(value: &str) -> RawAnswer {
        RawAnswer {
            value: Some(value.to_owned()),
            ..RawAnswer::default()
        }
    }

    fn member(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    #[test]
    fn a_rating_takes_its_own_codes_only() {
        let none = BTreeSet::new();
        assert_eq!(
            check(&item(agree()), &raw("4"), &none),
            Ok(Some(Answer::Code(4)))
        );
        assert_eq!(check(&item(agree()), &raw(" "), &none), Ok(None));
        assert_eq!(
            check(&item(agree()), &raw("6"), &none),
            Err(AnswerFault::NotAnOption)
        );
        assert_eq!(
            check(&item(agree()), &raw("4.5"), &none),
            Err(AnswerFault::NotAnOption)
        );
    }

    #[test]
    fn a_number_may_have_a_decimal_comma() {
        let hours = item(Format::Number {
            minimum: 0.0,
            maximum: 40.0,
        });
        let none = BTreeSet::new();
        assert_eq!(
            check(&hours, &raw("12,5"), &none),
            Ok(Some(Answer::Number(12.5)))
        );
        assert_eq!(
            check(&hours, &raw("NaN"), &none),
            Err(AnswerFault::NotANumber)
        );
        assert_eq!(
            check(&hours, &raw("41"), &none),
            Err(AnswerFault::OutOfRange)
        );
    }

    #[test]
    fn who_cannot_judge_has_answered_and_placed_nothing() {
        let positions = |words: Option<Text>| {
            let Format::Rating(positions) = agree() else {
                unreachable!()
            };
            item(Format::Card {
                positions,
                cannot_judge: words,
            })
        };
        let others = positions(Some(Text::new(
            "kan ik niet beoordelen",
            "I cannot judge this",
        )));
        let none = BTreeSet::new();
        let card = |position, ticked, cannot_judge| {
            Ok(Some(Answer::Card {
                position,
                ticked,
                cannot_judge,
            }))
        };
        assert_eq!(
            check(&others, &raw(CANNOT_JUDGE), &none),
            card(None, false, true)
        );
        assert_eq!(
            check(&others, &raw("2"), &none),
            card(Some(2), false, false)
        );
        let ticked = RawAnswer {
            ticked: true,
            ..raw(CANNOT_JUDGE)
        };
        assert_eq!(check(&others, &ticked, &none), card(None, true, true));
        assert_eq!(check(&others, &raw(""), &none), Ok(None));
        // About oneself there is no such choice.
        assert_eq!(
            check(&positions(None), &raw(CANNOT_JUDGE), &none),
            Err(AnswerFault::NotAnOption)
        );
    }

    #[test]
    fn nobody_is_an_answer_and_nothing_is_none() {
        let goals = item(Format::Roster {
            relation: "goals".into(),
            strengths: vec![],
        });
        let roster = BTreeSet::from([member(1), member(2)]);
        let ask = |nobody, named: &[u128]| {
            let named = named.iter().map(|n| (member(*n), "1".to_owned())).collect();
            check(
                &goals,
                &RawAnswer {
                    nobody,
                    named,
                    ..RawAnswer::default()
                },
                &roster,
            )
        };
        assert_eq!(ask(false, &[]), Ok(None));
        assert_eq!(ask(true, &[]), Ok(Some(Answer::Nobody)));
        assert_eq!(
            ask(false, &[2]),
            Ok(Some(Answer::Named(BTreeMap::from([(member(2), 1)]))))
        );
        assert_eq!(ask(true, &[2]), Err(AnswerFault::NobodyAndSomebody));
        assert_eq!(ask(false, &[9]), Err(AnswerFault::NotOnTheRoster));
    }
}
