//! What a score has to be, whether it comes from a table or from XML: each value judged, each fault at its place.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::lvs_mapping::{Decimal, Mapping, Numbers};
use crate::domain::fault::{Fault, Faults};
use crate::domain::pupil::{ScoreLine, YEAR_GROUPS};
use crate::evaluation::pupil_weights;

/// No test is older than monitoring systems are.
const FIRST_YEAR: i32 = 1985;
const LONGEST_NUMBER: usize = 40;
const LONGEST_CLASS: usize = 20;

/// What a file may say.
pub struct Known<'a> {
    pub mapping: &'a Mapping,
    /// Keys of the schools of the study.
    pub schools: &'a [String],
    /// The day of the delivery: no test is later.
    pub today: NaiveDate,
}

/// Where a value stands.
pub type Place<'p> = &'p dyn Fn(&'static str, String, String) -> Fault;

/// One score as it is written, without outer space; an empty text is nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written<'w> {
    pub school: &'w str,
    pub pupil: &'w str,
    pub tested_on: &'w str,
    pub moment: &'w str,
    pub score: &'w str,
    pub weight: &'w str,
    pub year_group: &'w str,
    pub class: &'w str,
}

/// Where each value of a line stands; `line` is told to who wrote the same pupil twice.
pub struct Places<'p> {
    pub line: u64,
    pub school: Place<'p>,
    pub pupil: Place<'p>,
    pub day: Place<'p>,
    pub score: Place<'p>,
    pub weight: Place<'p>,
    pub year_group: Place<'p>,
    pub class: Place<'p>,
}

/// The lines that were read so far.
pub struct Gathered<'a> {
    known: &'a Known<'a>,
    pub lines: Vec<ScoreLine>,
    /// Line and school by pupil and day; a pupil is tested once on a day.
    met: HashMap<(String, NaiveDate), Vec<(u64, String)>>,
}

impl<'a> Gathered<'a> {
    pub fn new(known: &'a Known<'a>) -> Self {
        Self {
            known,
            lines: Vec::new(),
            met: HashMap::new(),
        }
    }

    /// Judges every value of the line, and keeps it if all are good.
    pub fn add(&mut self, written: &Written<'_>, at: &Places<'_>, faults: &mut Faults) {
        let n_before = faults.count();
        let school = self.school(written, at, faults);
        let pupil = pupil(written, at, faults);
        let day = self.day(written, at, faults);
        let score = self.score(written, at, faults);
        let weight = self.weight(written, at, faults);
        let year_group = year_group(written, at, faults);
        let class = class(written, at, faults);
        if let (Some(school), Some(pupil), Some(day)) = (&school, &pupil, day) {
            self.once((school, pupil, day), at, faults);
        }
        if let (Some(school), Some(pupil), Some(tested_on), Some(score)) =
            (school, pupil, day, score)
            && faults.count() == n_before
        {
            self.lines.push(ScoreLine {
                school,
                pupil,
                weight,
                tested_on,
                score,
                year_group,
                class,
            });
        }
    }

    fn school(
        &self,
        written: &Written<'_>,
        at: &Places<'_>,
        faults: &mut Faults,
    ) -> Option<String> {
        let own = if written.school.is_empty() {
            self.known.mapping.school.as_deref().unwrap_or_default()
        } else {
            written.school
        };
        if own.is_empty() {
            faults.push((at.school)(
                "value_missing",
                "this is empty".to_owned(),
                FILL.to_owned(),
            ));
            return None;
        }
        let meant = self.known.mapping.schools.get(own);
        let meant = meant.map_or(own, String::as_str);
        if self.known.schools.iter().any(|known| known == meant) {
            return Some(meant.to_owned());
        }
        let message = format!("there is no school `{own}` in this study");
        let hint =
            "enrol its staff first, correct the key, or name it under [schools] in the mapping";
        faults.push((at.school)("school_unknown", message, hint.to_owned()));
        None
    }

    fn day(
        &self,
        written: &Written<'_>,
        at: &Places<'_>,
        faults: &mut Faults,
    ) -> Option<NaiveDate> {
        let mapping = self.known.mapping;
        if written.tested_on.is_empty() && !written.moment.is_empty() {
            let day = mapping.moments.get(written.moment).copied();
            if day.is_none() {
                let message = format!("the mapping has no day for the moment `{}`", written.moment);
                let hint = "write it under [moments]".to_owned();
                faults.push((at.day)("moment_unknown", message, hint));
            }
            return day;
        }
        if written.tested_on.is_empty() {
            faults.push((at.day)(
                "value_missing",
                "this is empty".to_owned(),
                FILL.to_owned(),
            ));
            return None;
        }
        let text = written.tested_on;
        let read = |format: &str| NaiveDate::parse_from_str(text, format).ok();
        let day = match &mapping.date {
            Some(format) => read(format),
            None => read("%Y-%m-%d").or_else(|| read("%d-%m-%Y")),
        };
        let day = day.filter(|day| (FIRST_YEAR..=9999).contains(&day.year()));
        let Some(day) = day else {
            let message = format!("`{text}` is not a day as the mapping writes it");
            let format = mapping.date.as_deref().unwrap_or("%Y-%m-%d");
            let hint = format!("write it like this: {}", self.known.today.format(format));
            faults.push((at.day)("not_a_date", message, hint));
            return None;
        };
        if day > self.known.today {
            let message = format!("`{text}` is still to come");
            let hint = "correct the year".to_owned();
            faults.push((at.day)("date_in_future", message, hint));
            return None;
        }
        Some(day)
    }

    fn score(&self, written: &Written<'_>, at: &Places<'_>, faults: &mut Faults) -> Option<f64> {
        let text = written.score;
        if text.is_empty() {
            faults.push((at.score)(
                "value_missing",
                "this is empty".to_owned(),
                FILL.to_owned(),
            ));
            return None;
        }
        let decimal = self.known.mapping.decimal;
        let (other, right) = match decimal {
            Decimal::Comma => (Some('.'), ","),
            Decimal::Point => (Some(','), "."),
            Decimal::Any => (None, ""),
        };
        if other.is_some_and(|other| text.contains(other)) {
            let message = format!("`{text}` has another decimal sign than the mapping says");
            let hint = format!("write it with: {right}");
            faults.push((at.score)("wrong_decimal", message, hint));
            return None;
        }
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.,".contains(&b));
        let number = text.replace(',', ".").parse::<f64>().ok();
        let Some(number) = number.filter(|number| plain && number.is_finite()) else {
            let message = format!("`{text}` is not a number");
            let hint = "write digits, without a thousands sign".to_owned();
            faults.push((at.score)("not_a_number", message, hint));
            return None;
        };
        if let Some(scale) = self.known.mapping.scale
            && !(scale.min..=scale.max).contains(&number)
        {
            let message = format!("`{text}` cannot be on this scale");
            let hint = format!("scores lie between: {} - {}", scale.min, scale.max);
            faults.push((at.score)("score_impossible", message, hint));
            return None;
        }
        Some(number)
    }

    fn weight(
        &self,
        written: &Written<'_>,
        at: &Places<'_>,
        faults: &mut Faults,
    ) -> Option<String> {
        if written.weight.is_empty() {
            return None;
        }
        let table = pupil_weights::table();
        let own = self.known.mapping.weights.get(written.weight);
        let meant = table.category(own.map_or(written.weight, String::as_str));
        if table.knows(meant) {
            return Some(meant.to_owned());
        }
        let message = format!("`{}` is not a weight in {}", written.weight, table.pin());
        let known: Vec<&str> = table
            .categories
            .iter()
            .map(|one| one.key.as_str())
            .collect();
        let hint = format!("use one of: {}", known.join(", "));
        faults.push((at.weight)("weight_unknown", message, hint));
        None
    }

    fn once(
        &mut self,
        (school, pupil, day): (&str, &str, NaiveDate),
        at: &Places<'_>,
        faults: &mut Faults,
    ) {
        let met = self.met.entry((pupil.to_owned(), day)).or_default();
        let here = met.iter().find(|(_, other)| other == school);
        if let Some((earlier, _)) = here {
            let message =
                format!("pupil `{pupil}` has a score of this day already, on line {earlier}");
            let hint = "keep one of the two".to_owned();
            faults.push((at.pupil)("score_twice", message, hint));
        } else if let (Some((earlier, _)), Numbers::Study) =
            (met.first(), self.known.mapping.numbers)
        {
            let message =
                format!("pupil `{pupil}` is at another school that day, on line {earlier}");
            let hint = "a pupil is tested at one school a day: keep one of the two".to_owned();
            faults.push((at.pupil)("pupil_in_two_schools", message, hint));
        }
        met.push((at.line, school.to_owned()));
    }
}

const FILL: &str = "every score needs it: fill it in";

fn pupil(written: &Written<'_>, at: &Places<'_>, faults: &mut Faults) -> Option<String> {
    let own = written.pupil;
    if own.is_empty() {
        faults.push((at.pupil)(
            "value_missing",
            "this is empty".to_owned(),
            FILL.to_owned(),
        ));
        return None;
    }
    if own.chars().count() > LONGEST_NUMBER || own.contains(['\t', '\n']) {
        let message = format!("`{own}` is too long for a number");
        faults.push((at.pupil)(
            "number_long",
            message,
            "use the study's numbers".to_owned(),
        ));
        return None;
    }
    Some(own.to_owned())
}

fn year_group(written: &Written<'_>, at: &Places<'_>, faults: &mut Faults) -> Option<u8> {
    if written.year_group.is_empty() {
        return None;
    }
    let found = written.year_group.parse::<u8>().ok();
    let found = found.filter(|group| YEAR_GROUPS.contains(group));
    if found.is_none() {
        let message = format!("`{}` is not a year group", written.year_group);
        let hint = "year groups are: 1 - 8".to_owned();
        faults.push((at.year_group)("year_group_unknown", message, hint));
    }
    found
}

fn class(written: &Written<'_>, at: &Places<'_>, faults: &mut Faults) -> Option<String> {
    let own = written.class;
    if own.is_empty() {
        return None;
    }
    if is_like_a_name(own) || own.chars().count() > LONGEST_CLASS || own.contains(['\t', '\n']) {
        let message = format!("`{own}` may be the name of a teacher");
        let hint = "call the class by its year group and a letter".to_owned();
        faults.push((at.class)("class_is_name", message, hint));
        return None;
    }
    Some(own.to_owned())
}

/// A national number: nine digits (or eight) that pass the test of eleven.
pub fn is_national_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.' || c == ' ');
    if !plain || !(8..=9).contains(&digits.len()) || digits.iter().all(|digit| *digit == 0) {
        return false;
    }
    let nine: Vec<i64> = std::iter::repeat_n(0, 9 - digits.len())
        .chain(digits.iter().map(|digit| i64::from(*digit)))
        .collect();
    let sum: i64 = nine[..8]
        .iter()
        .zip((2..=9).rev())
        .map(|(digit, by)| digit * by)
        .sum();
    (sum - nine[8]) % 11 == 0
}

/// Two words or more without a digit, of which two begin with a capital, or one after a form of address.
pub fn is_like_a_name(text: &str) -> bool {
    const ADDRESS: [&str; 8] = [
        "juf", "meester", "mevr", "mevr.", "mevrouw", "dhr", "dhr.", "meneer",
    ];
    if text.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let capital = |word: &&&str| word.chars().next().is_some_and(char::is_uppercase);
    let addressed = words
        .first()
        .is_some_and(|first| ADDRESS.contains(&first.to_lowercase().as_str()));
    words.len() >= 2 && (addressed || words.iter().filter(capital).count() >= 2)
}

/// What a column or an element is called when it says who somebody is. Compared without case, space and hyphens.
const ABOUT_SOMEBODY: [&str; 24] = [
    "naam",
    "name",
    "voornaam",
    "voornamen",
    "achternaam",
    "roepnaam",
    "voorletters",
    "voorletters1",
    "tussenvoegsel",
    "voorvoegsel",
    "leerlingnaam",
    "firstname",
    "lastname",
    "surname",
    "bsn",
    "burgerservicenummer",
    "sofinummer",
    "onderwijsnummer",
    "persoonsgebondennummer",
    "pgn",
    "eckid",
    "geboortedatum",
    "birthdate",
    "adres",
];

/// Why a column that is called so is refused: it holds a number of the state, or says who somebody is.
pub fn forbidden(name: &str) -> Option<&'static str> {
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let found = ABOUT_SOMEBODY.iter().position(|known| *known == plain)?;
    Some(if (14..=20).contains(&found) {
        "looks_like_bsn"
    } else {
        "looks_like_name"
    })
}

/// The way out of a column that is refused.
pub fn way_out(code: &str) -> (&'static str, &'static str) {
    if code == "looks_like_bsn" {
        (
            "this is, or looks like, a national number",
            "give every pupil a number of the study, keep the list of who is who at the school, and leave this out",
        )
    } else {
        (
            "this is, or looks like, who somebody is",
            "leave it out: a pupil has a number of the study and nothing else",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_numbers_and_names_are_known_when_they_are_seen() {
        // An example that the tax office publishes, and one that is off by one.
        assert!(is_national_number("111222333") && is_national_number("1112.22.333"));
        assert!(!is_national_number("111222334") && !is_national_number("000000000"));
        assert!(!is_national_number("wilg-001") && !is_national_number("101"));
        for name in ["Anna de Vries", "Vries, Anna", "juf Heidy", "F. Öztürk"] {
            assert!(is_like_a_name(name), "{name}");
        }
        for other in ["5a", "groep 5 Zon", "Uilen", "de uilen", "12-B"] {
            assert!(!is_like_a_name(other), "{other}");
        }
        assert_eq!(forbidden("Achter-naam"), Some("looks_like_name"));
        assert_eq!(forbidden("BSN"), Some("looks_like_bsn"));
        assert_eq!(forbidden("ECK iD"), Some("looks_like_bsn"));
        assert_eq!(forbidden("geboortedatum"), Some("looks_like_name"));
        assert_eq!(forbidden("schoolnaam"), None);
    }
}
