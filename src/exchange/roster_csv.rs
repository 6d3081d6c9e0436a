//! A school's staff list from CSV, with every fault on its line.
//!
//! | column | |
//! |---|---|
//! | `school` | key of the school; needed |
//! | `name` | as colleagues know this person; needed |
//! | `role` | the role in which this person counts; needed, one of the study's |
//! | `person` or `email` | what recognises this person the next time; one of the two is needed |
//! | `school_name`, `cohort`, `board` | facts of the school; `cohort` is needed unless the study has one |
//! | `more_roles`, `groups` | further roles, and grouping units, separated by `\|` |
//! | `joined_on`, `left_on` | dates of the membership |
//! | `language` | `nl` or `en` |
//!
//! What a list leaves out (a column, or the cell of a date, an address or a language) stays as it was known.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::table::{Column, Row, Table};
use crate::domain::fault::{Fault, Faults};
use crate::domain::language::Language;
use crate::domain::roster::RosterLine;
use crate::domain::study::StudyDesign;

pub fn read(file: &str, bytes: &[u8], design: &StudyDesign) -> Result<Vec<RosterLine>, Faults> {
    let mut faults = Faults::default();
    let mut lines = Vec::new();
    if let Some(table) = Table::open(file, bytes, &mut faults)
        && let Some(columns) = Columns::find(file, &table, design, &mut faults)
    {
        // Where each person was met in each school: nobody stands on a list twice.
        let mut met: BTreeMap<(String, String), u64> = BTreeMap::new();
        table.each_row(&mut faults, |row, faults| {
            if let Some(line) = columns.line(row, design, faults) {
                let earlier = met.insert((line.school.clone(), line.person.clone()), row.line);
                if let Some(earlier) = earlier {
                    let message = format!(
                        "`{}` stands on the list of `{}` already, on line {earlier}",
                        line.name, line.school
                    );
                    faults.push(row.fault(
                        &columns.key,
                        "person_twice",
                        message,
                        "keep one of the two lines",
                    ));
                }
                lines.push(line);
            }
        });
        if lines.is_empty() && faults.is_empty() {
            faults.push(Fault::of_file(
                file,
                "empty_file",
                "there is nobody on the list",
                "add a line for each member of staff",
            ));
        }
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

struct Columns {
    school: Column,
    name: Column,
    role: Column,
    /// `person`, or `email` where that is what recognises people.
    key: Column,
    key_is_address: bool,
    email: Option<Column>,
    school_name: Option<Column>,
    cohort: Option<Column>,
    board: Option<Column>,
    more_roles: Option<Column>,
    groups: Option<Column>,
    joined_on: Option<Column>,
    left_on: Option<Column>,
    language: Option<Column>,
    roles: Vec<String>,
    cohorts: Vec<String>,
}

impl Columns {
    fn find(file: &str, table: &Table, design: &StudyDesign, faults: &mut Faults) -> Option<Self> {
        let (school, name, role) = (
            table.required("school", faults),
            table.required("name", faults),
            table.required("role", faults),
        );
        let email = table.optional("email");
        let person = table.optional("person");
        let key_is_address = person.is_none();
        let key = person.or_else(|| email.clone());
        if key.is_none() {
            let message = "there is no column `person` or `email`";
            let hint = "add one of them: it recognises people when the list is read again";
            faults.push(Fault::of_file(file, "column_missing", message, hint));
        }
        let cohort = if design.cohorts.len() == 1 {
            table.optional("cohort")
        } else {
            table.required("cohort", faults)
        };
        if design.cohorts.len() > 1 && cohort.is_none() {
            return None;
        }
        Some(Self {
            school: school?,
            name: name?,
            role: role?,
            key: key?,
            key_is_address,
            email,
            school_name: table.optional("school_name"),
            cohort,
            board: table.optional("board"),
            more_roles: table.optional("more_roles"),
            groups: table.optional("groups"),
            joined_on: table.optional("joined_on"),
            left_on: table.optional("left_on"),
            language: table.optional("language"),
            roles: design.roles.iter().map(|role| role.key.clone()).collect(),
            cohorts: design
                .cohorts
                .iter()
                .map(|cohort| cohort.key.clone())
                .collect(),
        })
    }

    fn line(&self, row: &Row<'_>, design: &StudyDesign, faults: &mut Faults) -> Option<RosterLine> {
        let text = |column: &Option<Column>| {
            column
                .as_ref()
                .and_then(|column| row.text(column))
                .map(str::to_owned)
        };
        let school = row.required(&self.school, faults).map(str::to_owned);
        let name = row.required(&self.name, faults).map(str::to_owned);
        let person = row
            .required(&self.key, faults)
            .map(|key| recognised(key, self.key_is_address));
        let role = row
            .required(&self.role, faults)
            .and_then(|_| row.one_of(&self.role, &self.roles, faults));
        let mut roles: Vec<String> = role.map(str::to_owned).into_iter().collect();
        for more in parts(text(&self.more_roles)) {
            match self
                .roles
                .iter()
                .find(|known| known.to_lowercase() == more.to_lowercase())
            {
                Some(known) if roles.contains(known) => {}
                Some(known) => roles.push(known.clone()),
                None => {
                    let hint = format!("use one of: {}", self.roles.join(", "));
                    if let Some(column) = &self.more_roles {
                        faults.push(row.fault(
                            column,
                            "role_unknown",
                            format!("`{more}` is not in this study's list"),
                            hint,
                        ));
                    }
                }
            }
        }
        let cohort = match &self.cohort {
            Some(column) => {
                let given = row.required(column, faults).map(str::to_owned);
                if let Some(cohort) = given
                    .as_ref()
                    .filter(|cohort| !self.cohorts.contains(cohort))
                {
                    let hint = format!("use one of: {}", self.cohorts.join(", "));
                    faults.push(row.fault(
                        column,
                        "cohort_unknown",
                        format!("there is no cohort `{cohort}`"),
                        hint,
                    ));
                }
                given
            }
            None => design.cohorts.first().map(|cohort| cohort.key.clone()),
        };
        let joined_on = self
            .joined_on
            .as_ref()
            .and_then(|column| row.date(column, faults));
        let left_on = self
            .left_on
            .as_ref()
            .and_then(|column| row.date(column, faults));
        if let (Some(joined), Some(left), Some(column)) = (joined_on, left_on, &self.left_on)
            && left <= joined
        {
            faults.push(row.fault(
                column,
                "dates_backwards",
                format!("left on {left}, but joined on {joined}"),
                "correct one of the dates",
            ));
        }
        let language = text(&self.language);
        if let (Some(tag), Some(column)) = (&language, &self.language)
            && Language::from_tag(&tag.to_lowercase()).is_none()
        {
            faults.push(row.fault(
                column,
                "language_unknown",
                format!("`{tag}` is no language of this survey"),
                "use nl or en",
            ));
        }
        let school = school?;
        Some(RosterLine {
            school_name: text(&self.school_name),
            school,
            cohort: cohort?,
            board: text(&self.board),
            person: person?,
            name: name?,
            email: text(&self.email),
            language: language.and_then(|tag| Language::from_tag(&tag.to_lowercase())),
            roles,
            groups: self.groups.is_some().then(|| parts(text(&self.groups))),
            joined_on,
            left_on,
        })
    }
}

/// What is stored to recognise someone by. An address is a contact, so only its hash stands outside the contacts.
fn recognised(key: &str, is_address: bool) -> String {
    let key = key.to_lowercase();
    if !is_address {
        return key;
    }
    Sha256::digest(key.as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn parts(cell: Option<String>) -> Vec<String> {
    cell.iter()
        .flat_map(|cell| cell.split('|'))
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::study_toml;
    use crate::instrument::library::Library;

    fn design() -> StudyDesign {
        study_toml::parse(
            "focus.toml",
            include_str!("../../instruments/studies/focus.toml"),
            &Library::shipped(),
        )
        .expect("the template is read by a test")
    }

    const GOOD: &str = "school;school_name;cohort;name;email;role;more_roles;groups;joined_on;left_on\r\n\
        s1;De Wilg;focus2;Anna van der Berg;anna@example.org;Teacher;coordinator;onderbouw|bovenbouw;31-08-2024;\r\n\
        s1;De Wilg;focus2;Bo de Vries;bo@example.org;coach;;;;\r\n";

    #[test]
    fn a_dutch_spreadsheet_is_read() {
        let lines = read(
            "roster.csv",
            format!("\u{feff}{GOOD}").as_bytes(),
            &design(),
        )
        .unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].roles, ["teacher", "coordinator"]);
        assert_eq!(
            lines[0].groups.as_deref(),
            Some(["onderbouw".to_owned(), "bovenbouw".to_owned()].as_slice())
        );
        assert_eq!(
            lines[0].joined_on.map(|day| day.to_string()).as_deref(),
            Some("2024-08-31")
        );
        assert_eq!(lines[1].left_on, None);
        assert!(!lines[1].person.contains('@') && lines[1].person != lines[0].person);
    }

    #[test]
    fn every_fault_is_told_and_nothing_is_read() {
        let bad = "school,cohort,name,email,role,joined_on,left_on\n\
            s1,focus2,Anna,a@example.org,chef,,\n\
            s1,focus9,Bo,b@example.org,teacher,31-02-2024,\n\
            s1,focus2,Cor,b@example.org,teacher,2025-01-01,2024-01-01\n\
            s1,focus2,,c@example.org,teacher,,\n\
            s1,focus2,Dirk\n";
        let faults = read("roster.csv", bad.as_bytes(), &design()).unwrap_err();
        let found: Vec<(u64, &str)> = faults
            .reported()
            .iter()
            .map(|fault| (fault.line, fault.code))
            .collect();
        for expected in [
            (2, "role_unknown"),
            (3, "cohort_unknown"),
            (3, "not_a_date"),
            (4, "dates_backwards"),
            (4, "person_twice"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {faults}");
        }
        assert!(
            found.iter().any(|(line, _)| *line == 5) && found.iter().any(|(line, _)| *line == 6),
            "{faults}"
        );
        assert!(faults.reported().iter().all(|fault| !fault.hint.is_empty()));
    }

    #[test]
    fn an_empty_list_and_a_missing_column_are_refused() {
        assert!(!read("roster.csv", b"", &design()).unwrap_err().is_empty());
        let header = GOOD.lines().next().unwrap();
        assert!(
            read("roster.csv", header.as_bytes(), &design())
                .unwrap_err()
                .has("empty_file")
        );
        let faults = read(
            "roster.csv",
            GOOD.replace(";email", ";mail").as_bytes(),
            &design(),
        )
        .unwrap_err();
        assert!(faults.has("column_missing"), "{faults}");
    }
}
