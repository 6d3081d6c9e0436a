//! A school's staff list from CSV or a workbook, with every fault on its line or in its cell.
//!
//! | column | in Dutch | |
//! |---|---|---|
//! | `school` | school | key of the school; needed, but empty for who sits on the board |
//! | `name`, or `first_name`, `prefix`, `last_name` | naam, of voornaam, tussenvoegsel, achternaam | as colleagues know this person; needed; `Vries, A. de` is read as `A. de Vries` |
//! | `role` | rol, functie | the role in which this person counts, others behind it; needed, by the study's key or title |
//! | `person` or `email` | personeelsnummer, persoon of e-mail | what recognises this person the next time; one of the two is needed |
//! | `school_name`, `cohort`, `board` | schoolnaam, cohort, bestuur | facts of the school; `cohort` is needed unless the study has one |
//! | `more_roles`, `groups` | andere rollen, groep, bouw | further roles, and grouping units |
//! | `joined_on`, `left_on` | in dienst, uit dienst | dates of the membership |
//! | `language` | taal | `nl` or `en` |
//!
//! Several roles or groups in one cell are separated by `;` or `|`; lines of the same person at the same school are one
//! membership, with the roles in their order. Who sits on the board has the role `board_member`, no school, and a board:
//! its office stands among the schools under `board:NAME`. What a list leaves out (a column, or the cell of a date, an
//! address or a language) stays as it was known.

use std::collections::BTreeMap;

use super::roster_words::{language_of, meaning, words_of_role};
use super::roster_xlsx;
use super::table::{Column, Row, Table};
use crate::domain::fault::{Fault, Faults};
use crate::domain::roster::{
    BOARD_MEMBER, RosterLine, is_office_key, key_of_address, name_of_parts, office_key, spoken_name,
};
use crate::domain::study::StudyDesign;

pub const LARGEST_FILE: usize = 2 * 1024 * 1024;
pub const MOST_ROWS: usize = 20_000;

pub fn read(file: &str, bytes: &[u8], design: &StudyDesign) -> Result<Vec<RosterLine>, Faults> {
    read_with(file, bytes, design, |faults| {
        roster_xlsx::as_csv(file, bytes, MOST_ROWS, faults)
    })
}

/// The same, where a workbook is made into CSV elsewhere: in a process of its own.
pub fn read_with(
    file: &str,
    bytes: &[u8],
    design: &StudyDesign,
    unpack: impl FnOnce(&mut Faults) -> Option<Vec<u8>>,
) -> Result<Vec<RosterLine>, Faults> {
    let mut faults = Faults::default();
    let lines = read_all(file, bytes, design, unpack, &mut faults).unwrap_or_default();
    if lines.is_empty() && faults.is_empty() {
        faults.push(Fault::of_file(
            file,
            "empty_file",
            "there is nobody on the list",
            "add a line for each member of staff",
        ));
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

fn read_all(
    file: &str,
    bytes: &[u8],
    design: &StudyDesign,
    unpack: impl FnOnce(&mut Faults) -> Option<Vec<u8>>,
    faults: &mut Faults,
) -> Option<Vec<RosterLine>> {
    if bytes.len() > LARGEST_FILE {
        let message = format!("the file is larger than {} MB", LARGEST_FILE / 1024 / 1024);
        let hint = "leave out what is not the list, or deliver it in parts, whole schools together";
        faults.push(Fault::of_file(file, "file_too_large", message, hint));
        return None;
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        if roster_xlsx::is_locked(bytes) {
            faults.push(roster_xlsx::locked(file));
            return None;
        }
        let hint = "save it as .xlsx or as CSV and try again";
        faults.push(Fault::of_file(
            file,
            "old_workbook",
            "this is a workbook of the old kind (.xls)",
            hint,
        ));
        return None;
    }
    let unpacked;
    let text = if roster_xlsx::is_workbook(bytes) {
        unpacked = unpack(faults)?;
        &unpacked
    } else {
        bytes
    };
    let table = Table::open(file, text, faults)?;
    let columns = Columns::find(file, &table, design, faults)?;
    let mut list = Met::default();
    let mut rows = 0;
    table.each_row(faults, |row, faults| {
        rows += 1;
        if rows > MOST_ROWS {
            if rows == MOST_ROWS + 1 {
                let message = format!("the list has more than {MOST_ROWS} rows");
                let hint = "deliver it in parts, whole schools together";
                faults.push(row.fault(&columns.role, "too_many_rows", message, hint));
            }
        } else if let Some(line) = columns.line(row, design, faults) {
            list.meet(line, row, &columns, faults);
        }
    });
    Some(list.lines)
}

/// The lines so far, and where each school, person and membership was met first.
#[derive(Default)]
struct Met {
    lines: Vec<RosterLine>,
    at: BTreeMap<(String, String), (usize, u64)>,
    schools: BTreeMap<String, (usize, u64)>,
    persons: BTreeMap<String, (usize, u64)>,
}

impl Met {
    fn meet(&mut self, line: RosterLine, row: &Row<'_>, columns: &Columns, faults: &mut Faults) {
        if let Some((first, at)) = self.schools.get(&line.school) {
            let known = &self.lines[*first];
            let differs =
                |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
            let column = if known.cohort != line.cohort {
                columns.cohort.as_ref()
            } else if differs(&known.school_name, &line.school_name) {
                columns.school_name.as_ref()
            } else if differs(&known.board, &line.board) {
                columns.board.as_ref()
            } else {
                None
            };
            if let Some(column) = column {
                let message = format!("`{}` has another {} on line {at}", line.school, column.name);
                faults.push(row.fault(
                    column,
                    "school_differs",
                    message,
                    "write the same on every line of a school",
                ));
            }
        }
        if let Some((first, at)) = self.persons.get(&line.person)
            && self.lines[*first].name != line.name
            && self.lines[*first].school != line.school
        {
            let message = format!(
                "`{}` has the number or address that `{}` has on line {at}",
                line.name, self.lines[*first].name
            );
            let hint =
                "give each person one of their own, and one person the same name at every school";
            faults.push(row.fault(&columns.key, "key_shared", message, hint));
        }
        let membership = (line.school.clone(), line.person.clone());
        if let Some((first, at)) = self.at.get(&membership).copied() {
            let known = &mut self.lines[first];
            if !is_same_but_roles(known, &line) {
                let message = format!(
                    "`{}` stands on the list of `{}` already, on line {at}",
                    line.name, line.school
                );
                let hint =
                    "keep one of the two lines, or write the same name, address and dates on both";
                faults.push(row.fault(&columns.key, "person_twice", message, hint));
                return;
            }
            let new = |there: &[String], more: Vec<String>| -> Vec<String> {
                more.into_iter()
                    .filter(|one| !there.contains(one))
                    .collect()
            };
            let roles = new(&known.roles, line.roles);
            known.roles.extend(roles);
            if let (Some(there), Some(more)) = (&mut known.groups, line.groups) {
                let groups = new(there, more);
                there.extend(groups);
            }
            known.email = known.email.take().or(line.email);
            known.joined_on = known.joined_on.or(line.joined_on);
            known.left_on = known.left_on.or(line.left_on);
            return;
        }
        let at = (self.lines.len(), row.line);
        self.schools.entry(line.school.clone()).or_insert(at);
        self.persons.entry(line.person.clone()).or_insert(at);
        self.at.insert(membership, at);
        self.lines.push(line);
    }
}

/// A second line of a membership adds roles and groups, and contradicts nothing.
fn is_same_but_roles(a: &RosterLine, b: &RosterLine) -> bool {
    fn agree<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    a.name == b.name
        && agree(&a.email, &b.email)
        && agree(&a.joined_on, &b.joined_on)
        && agree(&a.left_on, &b.left_on)
}

struct Columns {
    school: Column,
    /// The whole name, where it stands in one column.
    name: Option<Column>,
    first_name: Option<Column>,
    prefix: Option<Column>,
    last_name: Option<Column>,
    role: Column,
    /// `person`, or `email` where that is what recognises people.
    key: Column,
    key_is_address: bool,
    email: Option<Column>,
    school_name: Option<Column>,
    cohort: Option<Column>,
    board: Option<Column>,
    more_roles: Option<Column>,
    /// A list may have a column for years and one for departments.
    groups: Vec<Column>,
    joined_on: Option<Column>,
    left_on: Option<Column>,
    language: Option<Column>,
    /// Key of each role, and the words for it.
    roles: Vec<(String, Vec<String>)>,
    /// Key of each cohort, its title first among the words for it.
    cohorts: Vec<(String, Vec<String>)>,
}

impl Columns {
    fn find(file: &str, table: &Table, design: &StudyDesign, faults: &mut Faults) -> Option<Self> {
        let mut found: BTreeMap<&'static str, Vec<Column>> = BTreeMap::new();
        for column in table.columns() {
            if let Some(meaning) = meaning(&column.name) {
                found.entry(meaning).or_default().push(column.clone());
            }
        }
        for (meaning, columns) in &found {
            if columns.len() > 1 && *meaning != "groups" && columns[0].name != columns[1].name {
                let message = format!(
                    "`{}` and `{}` mean the same",
                    columns[0].name, columns[1].name
                );
                let hint = "remove or rename one of the two";
                faults.push(columns[1].fault_in_header(file, "column_twice", message, hint));
            }
        }
        let groups = found.remove("groups").unwrap_or_default();
        let mut take = |key: &str| {
            found
                .remove(key)
                .and_then(|columns| columns.into_iter().next())
        };
        let (mut name, first_name, prefix, mut last_name) = (
            take("name"),
            take("first_name"),
            take("prefix"),
            take("last_name"),
        );
        // A first name beside a name: the name is the last one.
        if first_name.is_some() && last_name.is_none() {
            last_name = name.take();
        }
        let mut missing = |key: &str, words: &str| {
            let headers: Vec<&str> = table
                .columns()
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            let mut fault = Fault::of_file(
                file,
                "column_missing",
                format!("there is no column `{words}`"),
                format!(
                    "add it to the header, which now reads: {}",
                    headers.join(", ")
                ),
            );
            (fault.line, fault.name) = (1, key.to_owned());
            faults.push(fault);
        };
        let (school, role) = (take("school"), take("role"));
        if school.is_none() {
            missing("school", "school");
        }
        if name.is_none() && last_name.is_none() {
            missing("name", "name");
        }
        if role.is_none() {
            missing("role", "role");
        }
        let (person, email) = (take("person"), take("email"));
        let key_is_address = person.is_none();
        let key = person.or_else(|| email.clone());
        if key.is_none() {
            missing("person", "person` or `email");
        }
        let cohort = take("cohort");
        if cohort.is_none() && design.cohorts.len() != 1 {
            missing("cohort", "cohort");
            return None;
        }
        Some(Self {
            school: school?,
            role: role?,
            key: key?,
            key_is_address,
            email,
            cohort,
            school_name: take("school_name"),
            board: take("board"),
            more_roles: take("more_roles"),
            joined_on: take("joined_on"),
            left_on: take("left_on"),
            language: take("language"),
            groups,
            first_name,
            prefix,
            roles: design.roles.iter().map(words_of_role).collect(),
            cohorts: design
                .cohorts
                .iter()
                .map(|cohort| {
                    let words = [&cohort.title.nl, &cohort.title.en, &cohort.key];
                    (
                        cohort.key.clone(),
                        words.map(|word| word.trim().to_owned()).into(),
                    )
                })
                .collect(),
            name: match (name, &last_name) {
                (None, None) => return None,
                (name, _) => name,
            },
            last_name,
        })
    }

    fn line(&self, row: &Row<'_>, design: &StudyDesign, faults: &mut Faults) -> Option<RosterLine> {
        let text = |column: &Option<Column>| {
            let cell = column.as_ref().and_then(|column| row.text(column))?;
            Some(cell.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let name = self.name(row, faults);
        let email = text(&self.email);
        if let (Some(address), Some(column)) = (&email, &self.email)
            && !is_address(address)
        {
            let message = format!("`{address}` is no e-mail address");
            faults.push(row.fault(
                column,
                "not_an_address",
                message,
                "correct it, or leave the cell empty",
            ));
        }
        let person = row.required(&self.key, faults).map(|key| {
            if self.key_is_address {
                key_of_address(key)
            } else {
                key.to_lowercase()
            }
        });
        let roles = self.roles(row, faults);
        let (school, school_name, board) = self.school(row, &roles, faults);
        let cohort = match &self.cohort {
            Some(column) => {
                let given = row.required(column, faults).map(str::to_owned);
                let meant = given.as_ref().and_then(|given| self.cohort_of(given));
                if let (Some(cohort), None) = (&given, &meant) {
                    let known: Vec<&str> = self
                        .cohorts
                        .iter()
                        .filter_map(|(_, words)| words.iter().find(|word| !word.is_empty()))
                        .map(String::as_str)
                        .collect();
                    let hint = format!("use one of: {}", known.join(", "));
                    let message = format!("there is no cohort `{cohort}`");
                    faults.push(row.fault(column, "cohort_unknown", message, hint));
                }
                meant.or(given)
            }
            None => design.cohorts.first().map(|cohort| cohort.key.clone()),
        };
        let date = |column: &Option<Column>, faults: &mut Faults| {
            column.as_ref().and_then(|column| row.date(column, faults))
        };
        let (joined_on, left_on) = (date(&self.joined_on, faults), date(&self.left_on, faults));
        if let (Some(joined), Some(left), Some(column)) = (joined_on, left_on, &self.left_on)
            && left <= joined
        {
            let message = format!("left on {left}, but joined on {joined}");
            faults.push(row.fault(
                column,
                "dates_backwards",
                message,
                "correct one of the dates",
            ));
        }
        let tag = text(&self.language);
        let language = tag.as_deref().and_then(language_of);
        if let (Some(tag), Some(column), None) = (&tag, &self.language, language) {
            let message = format!("`{tag}` is no language of this survey");
            faults.push(row.fault(column, "language_unknown", message, "use nl or en"));
        }
        let mut groups: Vec<String> = Vec::new();
        for group in self
            .groups
            .iter()
            .filter_map(|column| row.text(column))
            .flat_map(parts)
        {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        Some(RosterLine {
            school: school?,
            school_name,
            cohort: cohort?,
            board,
            person: person?,
            name: name?,
            email,
            language,
            roles,
            groups: (!self.groups.is_empty()).then_some(groups),
            joined_on,
            left_on,
        })
    }

    fn name(&self, row: &Row<'_>, faults: &mut Faults) -> Option<String> {
        let cell = |column: &Option<Column>| column.as_ref().and_then(|column| row.text(column));
        if let Some(whole) = cell(&self.name) {
            return Some(spoken_name(whole));
        }
        if let Some(last) = cell(&self.last_name) {
            let (first, prefix) = (cell(&self.first_name), cell(&self.prefix));
            return Some(name_of_parts(
                first.unwrap_or_default(),
                prefix.unwrap_or_default(),
                last,
            ));
        }
        let column = self.name.as_ref().or(self.last_name.as_ref())?;
        row.required(column, faults).map(str::to_owned)
    }

    /// The school, its name and its board; for who sits on a board the office of it.
    fn school(
        &self,
        row: &Row<'_>,
        roles: &[String],
        faults: &mut Faults,
    ) -> (Option<String>, Option<String>, Option<String>) {
        let cell = |column: &Option<Column>| {
            let cell = column.as_ref().and_then(|column| row.text(column));
            cell.map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let board = cell(&self.board);
        if roles.iter().any(|role| role == BOARD_MEMBER) {
            if let Some(school) = row.text(&self.school) {
                let message =
                    format!("a member of the board is at no school, and here at `{school}`");
                let hint =
                    "leave the school empty and fill in the board; for a second job add a line";
                faults.push(row.fault(&self.school, "board_member_in_school", message, hint));
                return (None, None, None);
            }
            if board.is_none() {
                let column = self.board.as_ref().unwrap_or(&self.school);
                let message = "it is not said which board";
                faults.push(row.fault(
                    column,
                    "board_missing",
                    message,
                    "fill in the column `board`",
                ));
            }
            return (board.as_deref().map(office_key), board.clone(), board);
        }
        let school = row.required(&self.school, faults).map(str::to_owned);
        if let Some(key) = school.as_ref().filter(|key| is_office_key(key)) {
            let message = format!("`{key}` is the key of a board, not of a school");
            faults.push(row.fault(
                &self.school,
                "school_key_reserved",
                message,
                "use another key",
            ));
        }
        (school, cell(&self.school_name), board)
    }

    /// The cohort that is meant, by its title or its key, whatever the capitals.
    fn cohort_of(&self, given: &str) -> Option<String> {
        let given = given.to_lowercase();
        self.cohorts
            .iter()
            .find(|(_, words)| words.iter().any(|word| word.to_lowercase() == given))
            .map(|(key, _)| key.clone())
    }

    fn roles(&self, row: &Row<'_>, faults: &mut Faults) -> Vec<String> {
        let mut roles: Vec<String> = Vec::new();
        row.required(&self.role, faults);
        for column in std::iter::once(&self.role).chain(&self.more_roles) {
            for word in row.text(column).into_iter().flat_map(parts) {
                let small = word.to_lowercase();
                match self.roles.iter().find(|(_, words)| words.contains(&small)) {
                    Some((key, _)) if roles.contains(key) => {}
                    Some((key, _)) => roles.push(key.clone()),
                    None => {
                        let keys: Vec<&str> =
                            self.roles.iter().map(|(key, _)| key.as_str()).collect();
                        let hint = format!("use one of: {}", keys.join(", "));
                        let message = format!("`{word}` is not in this study's list");
                        faults.push(row.fault(column, "role_unknown", message, hint));
                    }
                }
            }
        }
        roles
    }
}

/// One sign @ with something before it and a point in what comes after, and no space: more cannot be known from here.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let whole = |part: &str| !part.is_empty() && !part.contains(['@', ' ', ',', ';', '<', '>']);
        whole(name)
            && whole(host)
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    })
}

fn parts(cell: &str) -> Vec<String> {
    cell.split(['|', ';'])
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
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
