//! Pupils' scores from CSV, with a mapping that says what each column is.

use super::achievement_check::{
    Gathered, Known, Places, Written, forbidden, is_like_a_name, is_national_number, way_out,
};
use super::lvs_mapping::Mapping;
use super::table::{Column, Row, Table};
use crate::domain::fault::{Fault, Faults};
use crate::domain::pupil::ScoreLine;

/// Above this share of what stands in a column, the column is what its values look like.
const MOST: f64 = 0.5;
/// So many rows tell what a column is.
const LOOKED_AT: usize = 500;

/// Where the columns of the mapping stand.
struct Found {
    school: Option<Column>,
    pupil: Column,
    tested_on: Option<Column>,
    moment: Option<Column>,
    score: Column,
    weight: Option<Column>,
    year_group: Option<Column>,
    class: Option<Column>,
}

impl Found {
    fn of(mapping: &Mapping, table: &Table, faults: &mut Faults) -> Option<Self> {
        let names = &mapping.column;
        let mut must = |name: &Option<String>| {
            let name = name.as_deref().unwrap_or_default();
            table.required(name, faults)
        };
        let pupil = must(&names.pupil);
        let score = must(&names.score);
        let school = match (&names.school, &mapping.school) {
            // The file is of one school, unless a column says it.
            (Some(name), Some(_)) => Some(table.optional(name)),
            (Some(_), None) => must(&names.school).map(Some),
            (None, _) => Some(None),
        };
        let may = |name: &Option<String>| table.optional(name.as_deref()?);
        let (tested_on, moment) = (may(&names.tested_on), may(&names.moment));
        if tested_on.is_none() && moment.is_none() {
            must(if names.tested_on.is_some() {
                &names.tested_on
            } else {
                &names.moment
            });
            return None;
        }
        Some(Self {
            school: school?,
            pupil: pupil?,
            score: score?,
            tested_on,
            moment,
            weight: may(&names.weight),
            year_group: may(&names.year_group),
            class: may(&names.class),
        })
    }
}

/// Every line, or every fault.
pub fn read(file: &str, bytes: &[u8], known: &Known<'_>) -> Result<Vec<ScoreLine>, Faults> {
    let mut faults = Faults::default();
    let mut gathered = Gathered::new(known);
    if let Some(table) = Table::open(file, bytes, &mut faults) {
        let found = Found::of(known.mapping, &table, &mut faults);
        refuse_who_is_who(file, &table, found.as_ref(), &mut faults);
        if let Some(found) = found {
            table.each_row(&mut faults, |row, faults| {
                one(row, &found, &mut gathered, faults)
            });
            if gathered.lines.is_empty() && faults.is_empty() {
                let hint = "add a line for each pupil and test";
                let message = "there are no scores in it";
                faults.push(Fault::of_file(file, "empty_file", message, hint));
            }
        }
    }
    if faults.is_empty() {
        Ok(gathered.lines)
    } else {
        Err(faults)
    }
}

fn one(row: &Row<'_>, found: &Found, gathered: &mut Gathered<'_>, faults: &mut Faults) {
    let text = |column: &Option<Column>| column.as_ref().and_then(|c| row.text(c)).unwrap_or("");
    let written = Written {
        school: text(&found.school),
        pupil: row.text(&found.pupil).unwrap_or(""),
        tested_on: text(&found.tested_on),
        moment: text(&found.moment),
        score: row.text(&found.score).unwrap_or(""),
        weight: text(&found.weight),
        year_group: text(&found.year_group),
        class: text(&found.class),
    };
    let at = |column: &Option<Column>| {
        let column = column.clone().unwrap_or_else(|| found.pupil.clone());
        move |code, message: String, hint: String| row.fault(&column, code, message, hint)
    };
    let day = if found.tested_on.is_some() {
        &found.tested_on
    } else {
        &found.moment
    };
    let places = Places {
        line: row.line,
        school: &|code, message, hint| at(&found.school)(code, message, hint),
        pupil: &|code, message, hint| row.fault(&found.pupil, code, message, hint),
        day: &|code, message, hint| at(day)(code, message, hint),
        score: &|code, message, hint| row.fault(&found.score, code, message, hint),
        weight: &|code, message, hint| at(&found.weight)(code, message, hint),
        year_group: &|code, message, hint| at(&found.year_group)(code, message, hint),
        class: &|code, message, hint| at(&found.class)(code, message, hint),
    };
    gathered.add(&written, &places, faults);
}

/// A column that says who somebody is, is refused whether it is used or not: such a file should not be sent at all.
fn refuse_who_is_who(file: &str, table: &Table, found: Option<&Found>, faults: &mut Faults) {
    let columns = table.columns();
    // Per column: filled cells, those like a national number, those like a name.
    let mut counts = vec![(0usize, 0usize, 0usize); columns.len()];
    let mut n_rows = 0;
    let mut unused = Faults::default();
    table.each_row(&mut unused, |row, _| {
        n_rows += 1;
        if n_rows > LOOKED_AT {
            return;
        }
        for (column, count) in columns.iter().zip(&mut counts) {
            if let Some(text) = row.text(column) {
                count.0 += 1;
                count.1 += usize::from(is_national_number(text));
                count.2 += usize::from(is_like_a_name(text));
            }
        }
    });
    for (column, (filled, numbers, names)) in columns.iter().zip(counts) {
        let most = |n: usize| n as f64 > MOST * filled as f64;
        let is_school = found.is_some_and(|found| found.school.as_ref() == Some(column));
        let is_class = found.is_some_and(|found| found.class.as_ref() == Some(column));
        let code = match forbidden(&column.name) {
            Some(code) => code,
            None if most(numbers) => "looks_like_bsn",
            // Schools have names, and classes are looked at one by one.
            None if most(names) && !is_school && !is_class && !column.name.contains("school") => {
                "looks_like_name"
            }
            None => continue,
        };
        let (message, hint) = way_out(code);
        faults.push(column.fault_in_header(file, code, message, hint));
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn told(
        text: &str,
        mapping: &Mapping,
    ) -> Result<Vec<ScoreLine>, Vec<(u64, usize, &'static str)>> {
        let known = Known {
            mapping,
            schools: &["wilg".to_owned(), "eik".to_owned()],
            today: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
        };
        read("scores.csv", text.as_bytes(), &known).map_err(|faults| {
            let all = faults.reported().iter();
            all.map(|fault| (fault.line, fault.column, fault.code))
                .collect()
        })
    }

    #[test]
    fn scores_are_read_with_a_decimal_comma_and_a_dutch_date() {
        let text = "school;pupil;tested_on;score;weight;year_group;class\nwilg;101;15-01-2025;87,5;1,2;5;5a\n";
        let lines = told(text, Mapping::find("plain").unwrap()).unwrap();
        assert_eq!(
            (
                lines[0].score,
                lines[0].weight.as_deref(),
                lines[0].year_group
            ),
            (87.5, Some("1.2"), Some(5))
        );
        assert_eq!(lines[0].tested_on.to_string(), "2025-01-15");
    }

    #[test]
    fn every_fault_of_a_list_of_scores_is_told_at_its_place() {
        let text = "Schoolcode;Onderzoeksnummer;Afnamedatum;Vaardigheidsscore;Gewicht;Jaargroep;Groep\n\
                    iep;1;15-01-2025;80,5;0;5;5a\n\
                    wilg;1;30-02-2025;80;0;5;5a\n\
                    wilg;2;15-01-2025;80.5;0;5;5a\n\
                    wilg;3;15-01-2025;veel;0;5;5a\n\
                    wilg;4;15-01-2025;201;0,7;9;juf Heidy\n\
                    wilg;5;15-01-2025;80;0,3;5;5a\n\
                    wilg;5;15-01-2025;81;0,3;5;5a\n\
                    wilg;6;15-01-2062;81;0,3;5;5a\n\
                    ;;;;;;5a\n";
        let found = told(text, Mapping::find("example-dutch").unwrap()).unwrap_err();
        assert_eq!(
            found,
            [
                (2, 1, "school_unknown"),
                (3, 3, "not_a_date"),
                (4, 4, "wrong_decimal"),
                (5, 4, "not_a_number"),
                (6, 4, "score_impossible"),
                (6, 5, "weight_unknown"),
                (6, 6, "year_group_unknown"),
                (6, 7, "class_is_name"),
                (8, 2, "score_twice"),
                (9, 3, "date_in_future"),
                (10, 1, "value_missing"),
                (10, 2, "value_missing"),
                (10, 3, "value_missing"),
                (10, 4, "value_missing"),
            ]
        );
    }

    #[test]
    fn who_somebody_is_is_refused_by_its_heading_and_by_what_it_looks_like() {
        let plain = Mapping::find("plain").unwrap();
        let text =
            "school,pupil,tested_on,score,bsn,wie\nwilg,111222333,2025-01-15,80,1,Anna de Vries\n";
        let found = told(text, plain).unwrap_err();
        assert_eq!(
            found,
            [
                (1, 2, "looks_like_bsn"),
                (1, 5, "looks_like_bsn"),
                (1, 6, "looks_like_name")
            ]
        );
        // One number in many may pass the test of eleven by chance.
        let text = "school,pupil,tested_on,score\nwilg,111222333,2025-01-15,80\nwilg,111222334,2025-01-15,80\n";
        assert_eq!(told(text, plain).unwrap().len(), 2);
    }

    #[test]
    fn a_pupil_is_at_one_school_a_day_where_numbers_are_of_the_study() {
        let text = "school,pupil,tested_on,score\nwilg,1,2025-01-15,80\neik,1,2025-01-15,80\neik,1,2025-06-15,80\n";
        let mut mapping = Mapping::find("plain").unwrap().clone();
        assert_eq!(told(text, &mapping).unwrap().len(), 3);
        mapping.numbers = super::super::lvs_mapping::Numbers::Study;
        assert_eq!(
            told(text, &mapping).unwrap_err(),
            [(3, 2, "pupil_in_two_schools")]
        );
    }

    #[test]
    fn a_moment_has_the_day_that_the_mapping_says() {
        let text = "key = \"m\"\ntitle = { nl = \"m\", en = \"m\" }\nschool = \"wilg\"\n\
                    [column]\npupil = \"nr\"\nscore = \"score\"\nmoment = \"toets\"\n[moments]\n\"M5\" = \"2025-01-20\"\n";
        let mapping = Mapping::parse("m.toml", text).unwrap();
        let lines = told("nr,toets,score\n1,M5,80\n", &mapping).unwrap();
        assert_eq!(lines[0].tested_on.to_string(), "2025-01-20");
        let found = told("nr,toets,score\n1,E5,80\n", &mapping).unwrap_err();
        assert_eq!(found, [(2, 2, "moment_unknown")]);
    }
}
