//! Pupils' scores from CSV: `school`, `pupil`, `tested_on`, `score`, and `weight` if it is known.

use std::collections::BTreeMap;

use super::table::Table;
use crate::domain::fault::{Fault, Faults};
use crate::domain::pupil::ScoreLine;

/// `schools` are the keys that the study knows: a score of another school is a fault.
pub fn read(file: &str, bytes: &[u8], schools: &[String]) -> Result<Vec<ScoreLine>, Faults> {
    let mut faults = Faults::default();
    let mut lines: Vec<ScoreLine> = Vec::new();
    if let Some(table) = Table::open(file, bytes, &mut faults) {
        let needed =
            ["school", "pupil", "tested_on", "score"].map(|name| table.required(name, &mut faults));
        let weight = table.optional("weight");
        if let [Some(school), Some(pupil), Some(tested_on), Some(score)] = needed {
            // A pupil is tested once on a day.
            let mut met: BTreeMap<(String, String, chrono::NaiveDate), u64> = BTreeMap::new();
            table.each_row(&mut faults, |row, faults| {
                let named = row.required(&school, faults).map(str::to_owned);
                if let Some(named) = named.as_ref().filter(|named| !schools.contains(named)) {
                    let message = format!("there is no school `{named}` in this study");
                    faults.push(row.fault(
                        &school,
                        "school_unknown",
                        message,
                        "enrol its staff first, or correct the key",
                    ));
                }
                let number = row.required(&pupil, faults).map(str::to_owned);
                let day = row
                    .required(&tested_on, faults)
                    .and_then(|_| row.date(&tested_on, faults));
                let points = row
                    .required(&score, faults)
                    .and_then(|_| row.number(&score, faults));
                let (Some(named), Some(number), Some(day), Some(points)) =
                    (named, number, day, points)
                else {
                    return;
                };
                if let Some(earlier) = met.insert((named.clone(), number.clone(), day), row.line) {
                    let message = format!(
                        "pupil `{number}` has a score of this day already, on line {earlier}"
                    );
                    faults.push(row.fault(
                        &pupil,
                        "score_twice",
                        message,
                        "keep one of the two lines",
                    ));
                }
                let weight = weight.as_ref().and_then(|column| row.attribute(column));
                lines.push(ScoreLine {
                    school: named,
                    pupil: number,
                    weight,
                    tested_on: day,
                    score: points,
                });
            });
            if lines.is_empty() && faults.is_empty() {
                let hint = "add a line for each pupil and test";
                faults.push(Fault::of_file(
                    file,
                    "empty_file",
                    "there are no scores in it",
                    hint,
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_read_with_a_decimal_comma_and_a_dutch_date() {
        let text = "school;pupil;tested_on;score;weight\nwilg;101;15-01-2025;87,5;1,2\n";
        let lines = read("scores.csv", text.as_bytes(), &["wilg".to_owned()]).unwrap();
        assert_eq!(
            (lines[0].score, lines[0].weight.as_deref()),
            (87.5, Some("1.2"))
        );
        assert_eq!(lines[0].tested_on.to_string(), "2025-01-15");
    }

    #[test]
    fn every_fault_of_a_list_of_scores_is_told() {
        let text = "school,pupil,tested_on,score\neik,1,2025-01-15,80\nwilg,1,2025-02-30,80\nwilg,2,2025-01-15,many\n\
                    wilg,3,2025-01-15,80\nwilg,3,2025-01-15,81\n";
        let faults = read("scores.csv", text.as_bytes(), &["wilg".to_owned()]).unwrap_err();
        let found: Vec<(u64, &str)> = faults
            .reported()
            .iter()
            .map(|fault| (fault.line, fault.code))
            .collect();
        assert_eq!(found.len(), 4, "{faults}");
        for expected in [(2, "school_unknown"), (3, "not_a_date"), (6, "score_twice")] {
            assert!(found.contains(&expected), "{expected:?} in {faults}");
        }
        assert!(found.iter().any(|(line, _)| *line == 4));
    }
}
