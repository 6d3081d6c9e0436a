//! Staff lists: from messy files to events, and ties that keep pointing at people whatever happens to their lists.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel::domain::answer::Answer;
use schakel::domain::id::{InvitationId, MemberId, PersonId, SchoolId};
use schakel::domain::language::Language;
use schakel::domain::roster::{EventKind, Member, RosterLine};
use schakel::domain::study::{Boundary, Objection, StudyDesign, Subject};
use schakel::domain::time::Clock;
use schakel::exchange::{roster_csv, study_toml};
use schakel::fieldwork::enrol::{self, Choices, Committed, EnrolRefusal};
use schakel::fieldwork::export::Export;
use schakel::fieldwork::roster_change::{self, Change, ChangeRefusal, Newcomer, as_on};
use schakel::fieldwork::roster_diff::{RosterDiff, Standing, diff};
use schakel::fieldwork::study::Study;
use schakel::fieldwork::write_ins::{self, MatchRefusal};
use schakel::instrument::check::RawAnswer;
use schakel::instrument::library::Library;
use schakel::storage::rosters::Listed;
use schakel::storage::schools::{School, StaffList};
use schakel::storage::{
    On, Tx, objections, records, roster_events, rosters, schools, snapshot, studies, turnout,
};
use support::databases::databases;
use support::small_study::{BEECH, Field, OAK, design, lines, nobody, ticked};
use support::tables::everything;

use crate::support;

// --- files -----------------------------------------------------------------------------------------------------------

/// A cell as a workbook keeps it.
#[derive(Clone)]
enum Cell {
    Text(&'static str),
    Number(f64),
    /// A day, as a number that is shown as a date.
    Day(NaiveDate),
    Broken,
}

use Cell::{Broken, Day, Number, Text};

/// A workbook with one sheet, in an archive without compression.
fn workbook(rows: &[Vec<Cell>]) -> Vec<u8> {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut sheet = String::new();
    for (index, row) in rows.iter().enumerate() {
        sheet += &format!("<row r=\"{}\">", index + 1);
        for (column, cell) in row.iter().enumerate() {
            let at = format!("{}{}", char::from(letters[column]), index + 1);
            sheet += &match cell {
                Text("") => String::new(),
                Text(text) => {
                    let text = text.replace('&', "&amp;").replace('<', "&lt;");
                    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                }
                Number(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
                Day(day) => {
                    let since = *day - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
                    format!("<c r=\"{at}\" s=\"1\"><v>{}</v></c>", since.num_days())
                }
                Broken => format!("<c r=\"{at}\" t=\"e\"><v>#REF!</v></c>"),
            };
        }
        sheet += "</row>";
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    archive(&[
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
                 ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Blad1\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" \
                 Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ])
}

fn archive(files: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let two =
        |out: &mut Vec<u8>, number: usize| out.extend(u16::try_from(number).unwrap().to_le_bytes());
    let four =
        |out: &mut Vec<u8>, number: usize| out.extend(u32::try_from(number).unwrap().to_le_bytes());
    for (name, text) in files {
        let start = out.len();
        let mut facts = Vec::new();
        for field in [20, 0, 0, 0, 33] {
            two(&mut facts, field);
        }
        four(&mut facts, checksum(text.as_bytes()) as usize);
        four(&mut facts, text.len());
        four(&mut facts, text.len());
        two(&mut facts, name.len());
        two(&mut facts, 0);
        out.extend(b"PK\x03\x04");
        out.extend(&facts);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&facts);
        for field in [0, 0, 0] {
            two(&mut directory, field);
        }
        four(&mut directory, 0);
        four(&mut directory, start);
        directory.extend(name.as_bytes());
    }
    let start = out.len();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    two(&mut out, files.len());
    two(&mut out, files.len());
    four(&mut out, directory.len());
    four(&mut out, start);
    two(&mut out, 0);
    out
}

fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ 0xEDB8_8320
            } else {
                sum >> 1
            }
        })
    })
}

/// The same rows as a Dutch spreadsheet writes them: semicolons, CRLF, Windows-1252, days as DD-MM-YYYY.
fn dutch_csv(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match cell {
                Text(text) if text.contains(';') => format!("\"{text}\""),
                Text(text) => (*text).to_owned(),
                Number(number) => number.to_string(),
                Day(day) => day.format("%d-%m-%Y").to_string(),
                Broken => "#REF!".to_owned(),
            })
            .collect();
        out.extend(
            cells
                .join(";")
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap()),
        );
        out.extend(b"\r\n");
    }
    out
}

fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn messy() -> Vec<Vec<Cell>> {
    let t = Text;
    vec![
        [
            "School",
            "Schoolnaam",
            "Cohort",
            "Bestuur",
            "Personeelsnummer",
            "Voornaam",
            "Tussenvoegsel",
            "Achternaam",
            "E-mail",
            "Functie",
            "Bouw",
            "In dienst",
            "Uit dienst",
            "Taal",
        ]
        .into_iter()
        .map(Text)
        .collect(),
        vec![
            t("wilg"),
            t("De Wilg"),
            t("focus2"),
            t("Bosrand"),
            Number(1001.0),
            t("Zoë"),
            t("Van Der"),
            t("Berg"),
            t("zoe@example.org"),
            t("Leerkracht; coördinator"),
            t("onderbouw|midden"),
            Day(on(2024, 8, 31)),
            t(""),
            t("Engels"),
        ],
        vec![
            t("wilg"),
            t("De Wilg"),
            t("focus2"),
            t("Bosrand"),
            Number(1002.0),
            t("A."),
            t("de"),
            t("Vries"),
            t(""),
            t("leerkracht"),
            t("midden"),
            t("31-08-2024"),
            t(""),
            t("nl"),
        ],
        // The same person once more, with another role and group.
        vec![
            t("wilg"),
            t("De Wilg"),
            t("focus2"),
            t("Bosrand"),
            Number(1002.0),
            t("A."),
            t("de"),
            t("Vries"),
            t(""),
            t("IB'er"),
            t("bovenbouw"),
            t("2024-08-31"),
            t(""),
            t(""),
        ],
        vec![t(""); 14],
        // A principal of two schools.
        vec![
            t("wilg"),
            t("De Wilg"),
            t("focus2"),
            t("Bosrand"),
            t("D7"),
            t("Bo"),
            t(""),
            t("Smit"),
            t(""),
            t("directeur"),
            t(""),
            t(""),
            t(""),
            t(""),
        ],
        vec![
            t("linde"),
            t("De Linde"),
            t("focus2"),
            t("Bosrand"),
            t("d7"),
            t("Bo"),
            t(""),
            t("Smit"),
            t(""),
            t("schoolleider"),
            t(""),
            t(""),
            Day(on(2026, 8, 1)),
            t(""),
        ],
        vec![
            t(""),
            t(""),
            t("focus2"),
            t("Bosrand"),
            t("B1"),
            t("Cor"),
            t("ter"),
            t("Horst"),
            t(""),
            t("bestuurslid"),
            t(""),
            t(""),
            t(""),
            t(""),
        ],
    ]
}

#[test]
fn a_messy_file_gives_the_same_lines_as_a_workbook() {
    let rows = messy();
    let design = design();
    let read = |file: &str, bytes: &[u8]| {
        roster_csv::read(file, bytes, &design).unwrap_or_else(|faults| panic!("{faults}"))
    };
    let lines = read("lijst.xlsx", &workbook(&rows));
    assert_eq!(read("lijst.csv", &dutch_csv(&rows)), lines);
    let told: Vec<(&str, &str, &str, String, String)> = lines
        .iter()
        .map(|line| {
            let groups = line.groups.clone().unwrap_or_default().join("|");
            (
                line.school.as_str(),
                line.person.as_str(),
                line.name.as_str(),
                line.roles.join("|"),
                groups,
            )
        })
        .collect();
    let said = |text: &str| text.to_owned();
    assert_eq!(
        told,
        [
            (
                "wilg",
                "1001",
                "Zoë van der Berg",
                said("teacher|coordinator"),
                said("onderbouw|midden")
            ),
            (
                "wilg",
                "1002",
                "A. de Vries",
                said("teacher|coach"),
                said("midden|bovenbouw")
            ),
            ("wilg", "d7", "Bo Smit", said("principal"), said("")),
            ("linde", "d7", "Bo Smit", said("principal"), said("")),
            (
                "board:Bosrand",
                "b1",
                "Cor ter Horst",
                said("board_member"),
                said("")
            ),
        ]
    );
    assert_eq!(lines[0].joined_on, Some(on(2024, 8, 31)));
    assert_eq!(lines[1].joined_on, Some(on(2024, 8, 31)));
    assert_eq!(lines[3].left_on, Some(on(2026, 8, 1)));
    // The whole name in one column, as a list of names is often sorted; tabs.
    let listed =
        "school\tcohort\tnaam\te-mail\trol\nwilg\tfocus2\tVries, A. de\ta@example.org\tleraar\n";
    assert_eq!(read("lijst.txt", listed.as_bytes())[0].name, "A. de Vries");
}

#[test]
fn every_fault_has_its_cell() {
    let t = Text;
    let header = [
        "school",
        "cohort",
        "persoon",
        "naam",
        "e-mail",
        "rol",
        "in dienst",
        "uit dienst",
        "taal",
        "bestuur",
    ];
    let mut rows: Vec<Vec<Cell>> = vec![header.into_iter().map(Text).collect()];
    let good = |school, person, name| {
        vec![
            t(school),
            t("focus2"),
            t(person),
            t(name),
            t(""),
            t("teacher"),
            t(""),
            t(""),
            t(""),
            t(""),
        ]
    };
    let mut expected = BTreeSet::new();
    let wrong = |rows: &mut Vec<Vec<Cell>>, code: &'static str, column: usize, row: Vec<Cell>| {
        rows.push(row);
        (
            code,
            format!("{}{}", char::from(b"ABCDEFGHIJ"[column]), rows.len()),
        )
    };
    let with = |mut row: Vec<Cell>, column: usize, cell: Cell| {
        row[column] = cell;
        row
    };
    for (code, column, row) in [
        ("role_unknown", 5, with(good("s", "1", "A"), 5, t("kok"))),
        (
            "cohort_unknown",
            1,
            with(good("u", "2", "B"), 1, t("focus9")),
        ),
        (
            "not_a_date",
            6,
            with(good("s", "3", "C"), 6, t("31-02-2024")),
        ),
        ("language_unknown", 8, with(good("s", "4", "D"), 8, t("fr"))),
        ("not_an_address", 4, with(good("s", "5", "E"), 4, t("geen"))),
        ("value_missing", 3, with(good("s", "6", "F"), 3, t(""))),
        ("value_missing", 0, with(good("s", "7", "G"), 0, t(""))),
        (
            "school_differs",
            1,
            with(good("s", "8", "H"), 1, t("focus3")),
        ),
        ("person_twice", 2, good("s", "1", "Iemand anders")),
        ("key_shared", 2, good("t", "1", "Nog iemand")),
        ("school_key_reserved", 0, good("board:x", "9", "J")),
        (
            "board_member_in_school",
            0,
            with(good("s", "10", "K"), 5, t("board_member")),
        ),
        (
            "board_missing",
            9,
            with(with(good("", "11", "L"), 5, t("board_member")), 0, t("")),
        ),
    ] {
        expected.insert(wrong(&mut rows, code, column, row));
    }
    let mut dates = with(good("s", "12", "M"), 6, t("2025-01-01"));
    dates[7] = t("2024-01-01");
    expected.insert(wrong(&mut rows, "dates_backwards", 7, dates));
    let csv = roster_csv::read("x.csv", &dutch_csv(&rows), &design()).unwrap_err();
    let find = |faults: &schakel::domain::fault::Faults| -> BTreeSet<(&'static str, String)> {
        faults
            .reported()
            .iter()
            .map(|fault| (fault.code, fault.cell().unwrap_or_default()))
            .collect()
    };
    assert_eq!(find(&csv), expected);
    // A workbook can have one fault more: a formula without a result.
    expected.insert(wrong(
        &mut rows,
        "cell_broken",
        4,
        with(good("s", "13", "N"), 4, Broken),
    ));
    let book = roster_csv::read("x.xlsx", &workbook(&rows), &design()).unwrap_err();
    assert_eq!(find(&book), expected);
    let first = book
        .reported()
        .iter()
        .find(|fault| fault.code == "role_unknown")
        .unwrap();
    assert!(
        first.to_string().starts_with("x.xlsx:F2 (rol): `kok` "),
        "{first}"
    );
}

#[test]
fn files_that_are_no_list_are_refused_whole() {
    let design = design();
    let code = |file: &str, bytes: &[u8]| {
        roster_csv::read(file, bytes, &design)
            .unwrap_err()
            .reported()[0]
            .code
    };
    assert_eq!(code("x.xls", b"\xD0\xCF\x11\xE0\xA1\xB1"), "old_workbook");
    assert_eq!(
        code("x.csv", &vec![b'a'; roster_csv::LARGEST_FILE + 1]),
        "file_too_large"
    );
    assert_eq!(
        code("x.xlsx", b"PK\x03\x04 and nothing more"),
        "not_a_workbook"
    );
    let book = workbook(&messy());
    assert_eq!(code("x.xlsx", &book[..book.len() / 2]), "not_a_workbook");
    // The directory of the archive says that a part is two gigabytes when it is unpacked.
    let mut bomb = book;
    let entry = bomb
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    bomb[entry + 24..entry + 28].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x7F]);
    assert_eq!(code("x.xlsx", &bomb), "workbook_too_large");
    let mut long = "school,cohort,person,name,role\n".to_owned();
    for number in 0..=roster_csv::MOST_ROWS {
        long += &format!("s,focus2,{number},N,teacher\n");
    }
    assert_eq!(code("x.csv", long.as_bytes()), "too_many_rows");
    let twice = "school,cohort,person,naam,name,role\ns,focus2,1,A,B,teacher\n";
    assert_eq!(code("x.csv", twice.as_bytes()), "column_twice");
}

// --- the difference --------------------------------------------------------------------------------------------------

async fn standing(field: &Field) -> Standing {
    let mut tx = field.store.read().await.unwrap();
    Standing::load(&mut tx, field.study.study_id).await.unwrap()
}

async fn commit(
    field: &mut Field,
    lines: Vec<RosterLine>,
    choices: Choices,
) -> Result<Committed, EnrolRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(
                async move { enrol::commit(tx, &act, &mut rng, &study, &lines, &choices).await },
            )
        })
        .await
}

async fn change(field: &mut Field, school: SchoolId, asked: Change) -> Result<(), ChangeRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                roster_change::change(tx, &act, &mut rng, &study, school, &asked).await
            })
        })
        .await
}

fn edited(edit: impl Fn(&mut Vec<RosterLine>)) -> Vec<RosterLine> {
    let mut all = lines();
    edit(&mut all);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_told_and_committed_once() {
    for database in databases("the difference of a list").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let same = standing(&field).await;
        let today = field.clock.now().date_naive();
        assert!(diff(&same, &lines(), today).is_nothing());
        let file = edited(|all| {
            all.retain(|line| line.person != "eik-08" && line.person != "eik-09");
            for line in all.iter_mut() {
                match line.person.as_str() {
                    "eik-04" => line.name = "Vier van der Berg".to_owned(),
                    "eik-05" => line.roles = vec!["coach".to_owned(), "teacher".to_owned()],
                    "eik-07" => line.groups = Some(vec!["bovenbouw".to_owned()]),
                    "eik-10" => line.email = Some("eik-11@example.org".to_owned()),
                    _ => {}
                }
            }
            let mut moved = lines()
                .into_iter()
                .find(|line| line.person == "eik-09")
                .unwrap();
            (moved.school, moved.cohort) = (BEECH.to_owned(), "focus3".to_owned());
            moved.school_name = Some("De Beuk".to_owned());
            moved.joined_on = None;
            all.push(moved);
            let mut new = all[0].clone();
            (new.person, new.name) = ("eik-13".to_owned(), "Persoon 02 de eik".to_owned());
            (new.email, new.joined_on) = (None, None);
            all.push(new);
        });
        let told = diff(&same, &file, today);
        let names = |list: &[schakel::fieldwork::roster_diff::Who]| -> Vec<String> {
            list.iter()
                .map(|who| format!("{} {}", who.school, who.name))
                .collect()
        };
        assert_eq!(
            names(&told.joins),
            ["beuk Persoon 09 De Eik", "eik Persoon 02 de eik"]
        );
        let leaves: Vec<(&str, Option<&str>)> = told
            .leaves
            .iter()
            .map(|leave| (leave.who.name.as_str(), leave.moves_to.as_deref()))
            .collect();
        assert_eq!(
            leaves,
            [
                ("Persoon 08 De Eik", None),
                ("Persoon 09 De Eik", Some(BEECH))
            ]
        );
        assert_eq!(told.renames.len(), 1);
        assert_eq!(
            (told.roles[0].before.join(""), told.roles[0].after.join("|")),
            ("teacher".into(), "coach|teacher".into())
        );
        assert_eq!(told.groups.len(), 1);
        assert_eq!(names(&told.contacts), ["eik Persoon 10 De Eik"]);
        // Two named Anna stood there already and are in the file; a namesake and a shared address are new.
        assert_eq!(told.alike.iter().filter(|pair| !pair.by_address).count(), 2);
        assert_eq!(told.alike.iter().filter(|pair| pair.by_address).count(), 1);
        assert_eq!(told.unchanged, 18);
        assert!(!told.is_doubtful(OAK));

        let choices = Choices {
            leaves: told.leaves.iter().map(|leave| leave.member_id).collect(),
            leaves_on: today,
            rejoin: true,
            seen: Some(same.mark()),
        };
        let done = commit(&mut field, file.clone(), choices.clone())
            .await
            .unwrap();
        assert_eq!((done.enrolled.joined, done.left, done.rejoined), (2, 2, 0));
        // Someone else looked at the same difference, and comes second: refused, and nothing is changed.
        let before = everything(&field.store).await;
        let late = commit(&mut field, file.clone(), choices).await;
        assert!(matches!(late, Err(EnrolRefusal::Changed)), "{late:?}");
        assert_eq!(everything(&field.store).await, before);
        let now = standing(&field).await;
        let again = diff(&now, &file, today);
        assert!(again.is_nothing(), "{again:?}");
        assert_eq!(now.members.len(), 26);

        // The list as it was, and what happened to it.
        let oak = field.school(OAK).await;
        let mut tx = field.store.read().await.unwrap();
        let events = roster_events::of_school(&mut tx, oak).await.unwrap();
        let list = rosters::of_school(&mut tx, oak).await.unwrap();
        drop(tx);
        let versions: Vec<i64> = events.iter().map(|event| event.version).collect();
        assert_eq!(
            versions,
            (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>()
        );
        let kinds: Vec<EventKind> = events[12..].iter().map(|event| event.kind).collect();
        assert_eq!(
            kinds,
            [
                EventKind::Renamed,
                EventKind::Roles,
                EventKind::Groups,
                EventKind::Contact,
                EventKind::Joined,
                EventKind::Left,
                EventKind::Moved
            ]
        );
        let yesterday = as_on(&list, &events, today - TimeDelta::days(1));
        let five = field.member(oak, "eik-05").await;
        assert_eq!(yesterday.len(), 12);
        assert_eq!(
            yesterday
                .iter()
                .find(|m| m.member_id == five)
                .unwrap()
                .roles,
            ["teacher"]
        );
        assert_eq!(as_on(&list, &events, today).len(), 11);

        // Back in the next file: the same membership.
        let eight = field.member(oak, "eik-08").await;
        let choices = Choices {
            leaves: BTreeSet::new(),
            leaves_on: today,
            rejoin: true,
            seen: None,
        };
        let only: Vec<RosterLine> = lines()
            .into_iter()
            .filter(|line| line.person == "eik-08")
            .collect();
        let done = commit(&mut field, only.clone(), choices.clone())
            .await
            .unwrap();
        assert_eq!((done.enrolled.joined, done.rejoined), (0, 1));
        assert_eq!(field.member(oak, "eik-08").await, eight);
        // Half a file: most of a school would leave, so that nobody is meant without being ticked.
        assert!(diff(&standing(&field).await, &only, today).is_doubtful(OAK));
        let mut elsewhere = only;
        elsewhere[0].cohort = "focus3".to_owned();
        let refused = commit(&mut field, elsewhere, choices).await;
        assert!(matches!(refused, Err(EnrolRefusal::OtherCohort { .. })));
    }
}

/// Standing lists and files drawn at random: everyone is told exactly once, and a file equal to the lists is nothing.
#[test]
fn a_difference_accounts_for_everyone() {
    let mut rng = ChaCha12Rng::seed_from_u64(20);
    let day = on(2026, 1, 1);
    for _ in 0..4000 {
        let standing = drawn_lists(&mut rng);
        let key_of: BTreeMap<SchoolId, &str> = standing
            .lists
            .iter()
            .map(|list| (list.school.school_id, list.school.key.as_str()))
            .collect();
        let line = |school: &str, person: &str, name: String| RosterLine {
            school: school.to_owned(),
            school_name: None,
            cohort: "c".to_owned(),
            board: None,
            person: person.to_owned(),
            name,
            email: None,
            language: None,
            roles: vec!["teacher".to_owned()],
            groups: None,
            joined_on: None,
            left_on: None,
        };
        let mut file = Vec::new();
        for school in ["a", "b", "c"] {
            for person in 0..5 {
                if rng.random_bool(0.5) {
                    file.push(line(
                        school,
                        &format!("p{person}"),
                        format!("N{}", rng.random_range(0..3)),
                    ));
                }
            }
        }
        let told = diff(&standing, &file, day);
        let delivered: BTreeSet<&str> = file.iter().map(|line| line.school.as_str()).collect();
        let there = |listed: &&Listed| delivered.contains(key_of[&listed.member.school_id]);
        let in_file = |listed: &Listed| {
            file.iter().any(|line| {
                line.school == key_of[&listed.member.school_id]
                    && standing.keys[&line.person] == listed.member.person_id
            })
        };
        let known = standing
            .members
            .iter()
            .filter(|listed| in_file(listed))
            .count();
        assert_eq!(told.joins.len() + known, file.len());
        let gone: BTreeSet<MemberId> = standing
            .members
            .iter()
            .filter(there)
            .filter(|listed| listed.member.left_on.is_none() && !in_file(listed))
            .map(|listed| listed.member.member_id)
            .collect();
        assert_eq!(
            told.leaves
                .iter()
                .map(|leave| leave.member_id)
                .collect::<BTreeSet<_>>(),
            gone
        );
        let arrives = |school: &String| {
            told.joins
                .iter()
                .chain(&told.rejoins)
                .any(|who| who.school == *school)
        };
        assert!(
            told.moves()
                .all(|leave| leave.moves_to.as_ref().is_some_and(arrives))
        );
        let equal: Vec<RosterLine> = standing
            .members
            .iter()
            .filter(|listed| listed.member.left_on.is_none())
            .map(|listed| {
                line(
                    key_of[&listed.member.school_id],
                    &listed.key,
                    listed.member.name.clone(),
                )
            })
            .collect();
        let nothing = RosterDiff {
            alike: vec![],
            ..diff(&standing, &equal, day)
        };
        assert!(nothing.is_nothing(), "{nothing:?}");
    }
}

fn id(rng: &mut (impl Rng + Send)) -> uuid::Uuid {
    schakel::domain::id::new_uuid(chrono::DateTime::UNIX_EPOCH, rng)
}

fn drawn_lists(rng: &mut (impl Rng + Send)) -> Standing {
    let mut standing = Standing::default();
    for person in 0..5 {
        standing
            .keys
            .insert(format!("p{person}"), PersonId(id(rng)));
    }
    for key in ["a", "b"] {
        let school = School {
            school_id: SchoolId(id(rng)),
            cohort: "c".to_owned(),
            key: key.to_owned(),
            name: key.to_owned(),
        };
        for (person, person_id) in standing.keys.clone() {
            if rng.random_bool(0.6) {
                let member = Member {
                    member_id: MemberId(id(rng)),
                    person_id,
                    school_id: school.school_id,
                    name: format!("N{}", rng.random_range(0..3)),
                    roles: vec!["teacher".to_owned()],
                    groups: vec![],
                    joined_on: None,
                    left_on: rng.random_bool(0.2).then(|| on(2025, 1, 1)),
                };
                standing.members.push(Listed {
                    member,
                    key: person,
                    email: None,
                    language: Default::default(),
                });
            }
        }
        standing.lists.push(StaffList {
            school,
            board: None,
            version: 1,
        });
    }
    standing
}

// --- merging, writing in, the board ----------------------------------------------------------------------------------

/// Puts a changed design, and the instruments it needs, in the place of the study's own.
async fn redesign(
    field: &mut Field,
    edit: impl Fn(&mut StudyDesign),
    instruments: &'static [&'static str],
) {
    let mut design = field.study.design.clone();
    edit(&mut design);
    let study_id = field.study.study_id;
    field
        .store
        .write::<_, schakel::storage::StorageError, _>(move |tx| {
            Box::pin(async move {
                let library = Library::shipped();
                for key in instruments {
                    let (one, file) = (library.get(key).unwrap(), library.file(key).unwrap());
                    studies::insert_instrument(tx, study_id, key, one.version, &one.hash, file)
                        .await?;
                }
                studies::update(tx, study_id, &design).await
            })
        })
        .await
        .unwrap();
    let mut tx = field.store.read().await.unwrap();
    field.study = Arc::new(Study::load(&mut tx, study_id).await.unwrap().unwrap());
}

async fn invited(
    field: &mut Field,
    school: SchoolId,
    cohort: &str,
) -> BTreeMap<MemberId, InvitationId> {
    let letters = field.invite(school, cohort, "T1").await;
    letters
        .into_iter()
        .map(|letter| (letter.member_id, letter.invitation_id))
        .collect()
}

async fn name(field: &mut Field, invitation: InvitationId, item: &str, raw: RawAnswer) {
    let mut page = field.page(invitation, item).await;
    page.raw.insert(item.to_owned(), raw);
    let saved = field.save(&page).await.unwrap();
    assert!(saved.faults.is_empty(), "{:?}", saved.faults);
}

fn named(members: &[MemberId]) -> Option<Answer> {
    Some(Answer::Named(
        members.iter().map(|member| (*member, 1)).collect(),
    ))
}

async fn object(field: &Field, member: MemberId, policy: Objection) {
    let act = field.act();
    field
        .store
        .write(move |tx| Box::pin(async move { objections::put(tx, &act, member, policy).await }))
        .await
        .unwrap();
}

/// Takes someone from every closed list, as if they had come after it.
async fn forget_list(field: &Field, member: MemberId) {
    field
        .store
        .write::<_, schakel::storage::StorageError, _>(move |tx| {
            Box::pin(async move {
                let sql = "DELETE FROM frozen_members WHERE member_id = $1";
                match &mut tx.on {
                    On::Sqlite(tx) => sqlx::query(sql)
                        .bind(member.0)
                        .execute(&mut **tx)
                        .await
                        .map(drop)?,
                    On::Postgres(tx) => sqlx::query(sql)
                        .bind(member.0)
                        .execute(&mut **tx)
                        .await
                        .map(drop)?,
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_entries_of_one_person_become_one() {
    for database in databases("merging").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = invited(&mut field, oak, "focus2").await;
        let mut ids = BTreeMap::new();
        for number in 4..=9 {
            ids.insert(number, field.member(oak, &format!("eik-{number:02}")).await);
        }
        let (five, six) = (ids[&5], ids[&6]);
        name(
            &mut field,
            letters[&ids[&4]],
            "net_goals",
            ticked(&[five, six]),
        )
        .await;
        name(&mut field, letters[&ids[&7]], "net_goals", ticked(&[six])).await;
        name(
            &mut field,
            letters[&six],
            "net_goals",
            ticked(&[five, ids[&8]]),
        )
        .await;
        object(&field, five, Objection::B).await;
        object(&field, six, Objection::C).await;
        let merge = Change::Merge {
            keep: five,
            duplicate: six,
        };
        change(&mut field, oak, merge.clone()).await.unwrap();
        // An objection of either holds for both, and what goes furthest is done.
        let mut tx = field.store.read().await.unwrap();
        let objecting = objections::of_list(&mut tx, oak).await.unwrap();
        drop(tx);
        assert_eq!(objecting, BTreeMap::from([(five, Objection::C)]));
        field
            .store
            .write(move |tx| Box::pin(async move { objections::remove(tx, five).await }))
            .await
            .unwrap();
        assert_eq!(
            field.answer(letters[&ids[&4]], "net_goals").await,
            named(&[five])
        );
        assert_eq!(
            field.answer(letters[&ids[&7]], "net_goals").await,
            named(&[five])
        );
        // What the double answered is now the answer of the one kept, without herself.
        assert_eq!(
            field.answer(letters[&five], "net_goals").await,
            named(&[ids[&8]])
        );
        let again = invited(&mut field, oak, "focus2").await;
        assert!(again.contains_key(&five) && !again.contains_key(&six));
        assert!(matches!(
            change(&mut field, oak, merge).await,
            Err(ChangeRefusal::NotOnTheList)
        ));

        // The next file has both keys: one person, and nobody new.
        let done = field.enrol(lines()).await;
        assert_eq!(done.joined, 0);
        assert_eq!(field.member(oak, "eik-06").await, five);
        assert_eq!(standing(&field).await.members.len(), 23);

        // Both answered: refused, naming the wave, and nothing changes.
        name(&mut field, letters[&ids[&8]], "net_goals", nobody()).await;
        let before = everything(&field.store).await;
        let both = Change::Merge {
            keep: ids[&7],
            duplicate: ids[&8],
        };
        match change(&mut field, oak, both).await {
            Err(ChangeRefusal::BothAnswered { wave }) => assert_eq!(wave, "T1"),
            other => panic!("{other:?}"),
        }
        assert_eq!(everything(&field.store).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_was_written_in_is_matched_until_the_wave_closes() {
    for database in databases("writing in").await {
        let mut field = Field::found(database.open().await).await;
        redesign(&mut field, |design| design.network.write_in = true, &[]).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = invited(&mut field, oak, "focus2").await;
        let (four, seven) = (
            field.member(oak, "eik-04").await,
            field.member(oak, "eik-07").await,
        );
        let written = |names: &[&str]| RawAnswer {
            missing: names.iter().map(|name| (*name).to_owned()).collect(),
            ..RawAnswer::default()
        };
        name(
            &mut field,
            letters[&four],
            "net_goals",
            written(&["Nieuwe Juf", "De tuinman"]),
        )
        .await;
        name(
            &mut field,
            letters[&seven],
            "net_goals",
            written(&["nieuwe juf"]),
        )
        .await;
        let newcomer = Newcomer {
            key: Some("eik-14".to_owned()),
            name: "Juf, Nieuwe".to_owned(),
            roles: vec!["teacher".to_owned()],
            ..Newcomer::default()
        };
        change(&mut field, oak, Change::Join(newcomer))
            .await
            .unwrap();
        let juf = field.member(oak, "eik-14").await;
        // The list that was shown is kept with a response: the one of the latest save of a page with colleagues.
        let now = standing(&field).await.list(OAK).unwrap().version;
        assert_eq!(versions_seen(&field).await, [now - 1, now - 1]);
        name(
            &mut field,
            letters[&seven],
            "net_goals",
            written(&["nieuwe juf"]),
        )
        .await;
        assert_eq!(versions_seen(&field).await, [now - 1, now]);

        let study = field.study.clone();
        let mut tx = field.store.read().await.unwrap();
        let all = write_ins::all(&mut tx, &study).await.unwrap();
        drop(tx);
        let told: Vec<(String, usize)> = all
            .iter()
            .map(|one| (one.name.to_lowercase(), one.people))
            .collect();
        assert_eq!(
            told,
            [("de tuinman".to_owned(), 1), ("nieuwe juf".to_owned(), 2)]
        );
        let decide = |field: &Field, index: usize, member: Option<MemberId>| {
            let (act, study, place) = (field.act(), field.study.clone(), all[index].place.clone());
            let store = field.store.clone();
            async move {
                store
                    .write(move |tx| {
                        Box::pin(async move {
                            write_ins::decide(tx, &act, &study, &place, member).await
                        })
                    })
                    .await
            }
        };
        assert_eq!(decide(&field, 1, Some(juf)).await.unwrap(), 2);
        assert_eq!(decide(&field, 0, None).await.unwrap(), 1);
        assert_eq!(
            field.answer(letters[&four], "net_goals").await,
            named(&[juf])
        );
        assert_eq!(
            field.answer(letters[&seven], "net_goals").await,
            named(&[juf])
        );
        assert!(matches!(
            decide(&field, 1, Some(four)).await,
            Err(MatchRefusal::MatchedAlready)
        ));
        let stranger = field.member(field.school(BEECH).await, "beuk-04").await;
        assert!(matches!(
            decide(&field, 0, Some(stranger)).await,
            Err(MatchRefusal::NotOnTheList)
        ));
        field.clock.0 += TimeDelta::weeks(2);
        field.close("focus2", "T1").await.unwrap();
        assert!(matches!(
            decide(&field, 0, Some(seven)).await,
            Err(MatchRefusal::Closed)
        ));
        // Who was written in and then objects is gone from the data, also when no closed list has them.
        let pointing = |field: &Field| {
            let (store, study) = (field.store.clone(), field.study.clone());
            async move {
                let mut tx = store.read().await.unwrap();
                let taken = snapshot::take(&mut tx, study.study_id).await.unwrap();
                let at = taken.nominations.iter().filter(|row| row.alter_id == juf.0);
                at.count()
            }
        };
        assert_eq!(pointing(&field).await, 2);
        object(&field, juf, Objection::C).await;
        assert_eq!(pointing(&field).await, 0);
        forget_list(&field, juf).await;
        assert_eq!(pointing(&field).await, 0, "on no list, and left out");
        assert_eq!(field.audited("match", &oak.to_string()).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_boards_network_is_asked_apart_and_stays_out_of_the_schools() {
    for database in databases("the board's network").await {
        let mut field = Field::found(database.open().await).await;
        redesign(
            &mut field,
            |design| {
                // Around every board, and not only where the chain is asked.
                let mut rows = design.collect.iter_mut();
                let row = rows.find(|row| row.about == Subject::Board).unwrap();
                row.only = None;
            },
            &[],
        )
        .await;
        let mut all = lines();
        for number in 1..=2 {
            let mut line = all[0].clone();
            line.school = "board:Bosrand".to_owned();
            line.school_name = Some("Bosrand".to_owned());
            line.person = format!("bestuur-{number}");
            line.name = format!("Bestuurder {number}");
            line.email = None;
            line.roles = vec!["board_member".to_owned()];
            all.push(line);
        }
        field.enrol(all).await;
        let mut tx = field.store.read().await.unwrap();
        let units = schools::units_of_study(&mut tx, field.study.study_id)
            .await
            .unwrap();
        let own = schools::of_study(&mut tx, field.study.study_id)
            .await
            .unwrap();
        drop(tx);
        assert_eq!((units.len(), own.len()), (3, 2));
        let office = units[1].school_id;
        let standings = standing(&field).await;
        let oak = field.school(OAK).await;
        let principal = field.member(oak, "eik-01").await;
        let first = field.member(office, "bestuur-1").await;
        let at_office = invited(&mut field, office, "focus2").await;
        let at_oak = invited(&mut field, oak, "focus2").await;
        assert_eq!(at_office.len(), 2);
        // Two at the office, and a principal and a coach of each of two schools; oneself is not among them.
        let sitting = field.sitting(at_oak[&principal]).await;
        assert_eq!(
            sitting.colleagues_for(&field.study, "board-network").len(),
            5
        );
        assert_eq!(
            sitting.colleagues_for(&field.study, "whole-network").len(),
            11
        );
        let beyond = field.member(field.school(BEECH).await, "beuk-02").await;
        name(
            &mut field,
            at_oak[&principal],
            "board_goals",
            ticked(&[first, beyond]),
        )
        .await;
        name(
            &mut field,
            at_office[&first],
            "board_goals",
            ticked(&[principal]),
        )
        .await;
        name(&mut field, at_oak[&principal], "net_goals", nobody()).await;
        field.clock.0 += TimeDelta::weeks(2);
        for cohort in ["focus2", "focus3"] {
            field.close(cohort, "T1").await.unwrap();
        }
        // The office has a closed list like a school, and nothing that is concluded of a school can see it.
        let mut tx = field.store.read().await.unwrap();
        let counts = turnout::frozen_counts(&mut tx, field.study.study_id)
            .await
            .unwrap();
        let at_closing: Vec<usize> = counts
            .iter()
            .filter(|((_, unit), _)| *unit == office)
            .map(|(_, n)| *n)
            .collect();
        assert_eq!(at_closing, [2]);
        let whole = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
        drop(tx);
        assert!(whole.members.iter().all(|row| row.school_id != office.0));
        let mut without = whole.clone();
        let about: BTreeSet<_> = without
            .responses
            .iter()
            .filter(|row| row.instrument == "board-network")
            .map(|row| row.response_id)
            .collect();
        assert_eq!(about.len(), 2, "the principal's and the office's");
        without
            .responses
            .retain(|row| !about.contains(&row.response_id));
        without
            .answers
            .retain(|row| !about.contains(&row.response_id));
        without
            .nominations
            .retain(|row| !about.contains(&row.response_id));
        let mut plain = (*field.study).clone();
        plain
            .design
            .collect
            .retain(|row| row.about != Subject::Board);
        plain.design.network.boundary = Boundary::School;
        plain.library = library_without(&plain, "board-network");
        let of = |study: &Study, taken: &snapshot::Snapshot| {
            records::records(taken, &study.design, &study.questions()).unwrap()
        };
        let key = |member: MemberId| {
            let listed = &standings.members;
            let found = listed.iter().find(|one| one.member.member_id == member);
            records::pseudonym(found.unwrap().member.person_id.0)
        };
        let mut apart = of(&field.study, &whole);
        let around = std::mem::take(&mut apart.boards);
        assert_eq!(apart, of(&plain, &without));
        let [around] = &around[..] else {
            panic!("{around:?}")
        };
        // Two at the office, principal and coach of two schools: who answered, and whom they named.
        assert_eq!(
            (around.board.as_str(), around.persons.len()),
            ("Bosrand", 6)
        );
        let roles = around.persons.iter().map(|one| one.role.as_deref());
        let n_at_office = roles.filter(|role| *role == Some("board_member")).count();
        assert_eq!(n_at_office, 2);
        let goals = apart.relations.iter().position(|one| one == "goals");
        let claims = around.nominations[goals.unwrap()].as_ref().unwrap();
        let of_person = |place: u32| around.persons[place as usize].key.clone();
        let told: BTreeSet<(String, String)> = claims
            .iter()
            .filter(|claim| claim.value == Some(1.0))
            .map(|claim| (of_person(claim.ego), of_person(claim.alter)))
            .collect();
        let [leader, coach, board] = [key(principal), key(beyond), key(first)];
        let expected = [
            (leader.clone(), board.clone()),
            (leader, coach),
            (board, key(principal)),
        ];
        assert_eq!(told, expected.into());
        assert_eq!(told.len(), claims.len());
        let answered = around.persons.iter().filter(|one| one.responded);
        assert_eq!(answered.count(), 2);
        assert_ne!(whole.hash(), without.hash());

        // Exported in a file of its own, and in none of the schools'.
        let mut tx = field.store.read().await.unwrap();
        let export = Export::prepare(&mut tx, field.study.clone(), Language::En, None)
            .await
            .unwrap();
        let table = export.table("board_nominations.csv").unwrap();
        let rows = export.rows_of_study(&table);
        let value = |relation: &str, ego: MemberId, alter: MemberId| {
            let (ego, alter) = (key(ego), key(alter));
            let wanted = ["Bosrand", "T1", relation, &ego, &alter];
            let row = rows.iter().find(|row| row[..5] == wanted);
            row.map(|row| row[5].clone()).unwrap_or_default()
        };
        assert_eq!(value("goals", principal, first), "1");
        assert_eq!(value("goals", principal, beyond), "1");
        assert_eq!(value("goals", first, principal), "1");
        assert_eq!(value("goals", first, beyond), "0");
        assert_eq!(value("approach", first, beyond), "NA");
        assert_eq!(value("goals", beyond, first), "NA");
        // Six people, each about five others, in three relations.
        assert_eq!(rows.len(), 6 * 5 * 3);
        for school in &export.schools {
            assert_ne!(school.school_id, office);
            let read = export.school(&mut tx, school).await.unwrap();
            for file in ["nominations.csv", "ties.csv", "persons.csv", "roster.csv"] {
                let table = export.table(file).unwrap();
                let own = export.rows(&table, &read);
                let at_office = key(first);
                assert!(own.iter().all(|row| !row.contains(&at_office)), "{file}");
            }
            assert_eq!(export.rows(&table, &read).len(), 0);
        }
        drop(tx);
        let mut tx = field.store.read().await.unwrap();
        let frozen = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
        let records =
            records::records(&frozen, &field.study.design, &field.study.questions()).unwrap();
        assert_eq!(
            records
                .schools
                .iter()
                .map(|school| school.key.as_str())
                .collect::<Vec<_>>(),
            [BEECH, OAK]
        );
        assert!(
            records
                .rosters
                .iter()
                .all(|roster| roster.persons.len() == 12)
        );
        let ties = records
            .rosters
            .iter()
            .flat_map(|roster| roster.nominations.iter().flatten().flatten());
        assert_eq!(ties.filter(|tie| tie.value.is_some()).count(), 0);
        assert_eq!(
            records
                .rosters
                .iter()
                .flat_map(|roster| &roster.persons)
                .filter(|p| p.responded)
                .count(),
            1
        );
    }
}

/// The instruments of a study but one.
fn library_without(study: &Study, left_out: &str) -> Library {
    let mut library = Library::default();
    for instrument in study.library.iter().filter(|one| one.key != left_out) {
        let file = study.library.file(&instrument.key).unwrap();
        library.load(&instrument.key, file).unwrap();
    }
    library
}

#[test]
fn the_board_is_asked_exactly_where_the_boundary_says_so() {
    let text = include_str!("../instruments/studies/focus.toml");
    let code = |text: &str| {
        study_toml::parse("x.toml", text, &Library::shipped()).map_err(|faults| faults[0].code)
    };
    let (before, row) = text
        .split_once("[[collect]]\ninstrument = \"board-network\"")
        .unwrap();
    let (_, after) = row.split_once("\n\n").unwrap();
    let without_row = format!("{before}{after}");
    let unbounded = |text: &str| text.replace("boundary = \"board\"", "boundary = \"school\"");
    assert_eq!(code(text).map(drop), Ok(()));
    assert_eq!(code(&without_row).map(drop), Err("board_not_asked"));
    assert_eq!(code(&unbounded(text)).map(drop), Err("board_outside"));
    assert_eq!(code(&unbounded(&without_row)).map(drop), Ok(()));
}

async fn versions_seen(field: &Field) -> Vec<i64> {
    const SQL: &str = "SELECT roster_version FROM responses ORDER BY roster_version";
    match &mut field.store.read().await.unwrap().on {
        On::Sqlite(tx) => sqlx::query_scalar(SQL).fetch_all(&mut **tx).await,
        On::Postgres(tx) => sqlx::query_scalar(SQL).fetch_all(&mut **tx).await,
    }
    .unwrap()
}

// --- whatever happens to a list --------------------------------------------------------------------------------------

/// What should be true of two schools, kept apart from the program: who is where, and who named whom.
#[derive(Debug, Clone, Default)]
struct Model {
    members: BTreeMap<MemberId, There>,
    /// By ego: named once asked, on the page about goals.
    named: BTreeMap<MemberId, BTreeSet<MemberId>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct There {
    school: SchoolId,
    /// A number for each human.
    person: usize,
    joined: Option<NaiveDate>,
    left: Option<NaiveDate>,
    gone_into: Option<MemberId>,
}

impl There {
    fn between(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.gone_into.is_none()
            && self.joined.is_none_or(|day| day <= last)
            && self.left.is_none_or(|day| day > first)
    }
}

impl Model {
    fn at(&self, school: SchoolId, first: NaiveDate, last: NaiveDate) -> BTreeSet<MemberId> {
        let there = self
            .members
            .iter()
            .filter(|(_, there)| there.school == school && there.between(first, last));
        there.map(|(id, _)| *id).collect()
    }

    fn rejoin(&mut self, id: MemberId, day: NaiveDate, (opens, closes): (NaiveDate, NaiveDate)) {
        let there = self.members.get_mut(&id).unwrap();
        if !there.between(opens, closes) {
            there.joined = Some(day);
        }
        there.left = None;
    }

    /// False where both answered.
    fn merge(&mut self, keep: MemberId, lost: MemberId) -> bool {
        let (one, two) = (self.members[&keep].person, self.members[&lost].person);
        let of = |person: usize| {
            let own = self
                .members
                .iter()
                .filter(move |(_, there)| there.person == person && there.gone_into.is_none());
            own.map(|(id, there)| (there.school, *id))
                .collect::<BTreeMap<_, _>>()
        };
        let (kept, others) = (of(one), of(two));
        let pairs: Vec<(MemberId, MemberId)> = kept
            .iter()
            .filter_map(|(school, id)| Some((*id, *others.get(school)?)))
            .collect();
        if pairs
            .iter()
            .any(|(a, b)| self.named.contains_key(a) && self.named.contains_key(b))
        {
            return false;
        }
        for (a, b) in pairs {
            if let Some(named) = self.named.remove(&b) {
                self.named.insert(a, named);
            }
            for named in self.named.values_mut() {
                if named.remove(&b) {
                    named.insert(a);
                }
            }
            self.members.get_mut(&b).unwrap().gone_into = Some(a);
        }
        let (a, b) = (self.members[&keep], self.members[&lost]);
        let there = self.members.get_mut(&keep).unwrap();
        there.joined = a.joined.zip(b.joined).map(|(a, b)| a.min(b));
        there.left = a.left.zip(b.left).map(|(a, b)| a.max(b));
        for there in self
            .members
            .values_mut()
            .filter(|there| there.person == two)
        {
            there.person = one;
        }
        let person: BTreeMap<MemberId, usize> = self
            .members
            .iter()
            .map(|(id, there)| (*id, there.person))
            .collect();
        for (ego, named) in &mut self.named {
            named.retain(|alter| person[alter] != person[ego]);
        }
        true
    }
}

/// Two schools of their own for each sequence, in one study: joins, leaves, moves, names, roles and merges among saves.
#[tokio::test(flavor = "multi_thread")]
async fn ties_keep_pointing_at_people_whatever_happens_to_their_lists() {
    const SEQUENCES: usize = 200;
    let database = databases("sequences of events").await.remove(0);
    let mut field = Field::found(database.open().await).await;
    let mut rng = ChaCha12Rng::seed_from_u64(11);
    let mut models = Vec::new();
    for sequence in 0..SEQUENCES {
        let keys = [format!("x{sequence:03}"), format!("y{sequence:03}")];
        let mut own = Vec::new();
        for (school, key) in keys.iter().enumerate() {
            for person in 0..5 {
                let mut line = lines()[5].clone();
                // The last person of both schools is one.
                let number = if person == 4 { 4 } else { school * 10 + person };
                (line.school, line.school_name) = (key.clone(), None);
                line.person = format!("{sequence}-{number}");
                line.name = format!("N{number}");
                line.board = None;
                own.push(line);
            }
        }
        field.enrol(own).await;
        let ids = [field.school(&keys[0]).await, field.school(&keys[1]).await];
        let mut model = Model::default();
        for (school, id) in ids.iter().enumerate() {
            for person in 0..5 {
                let number = if person == 4 { 4 } else { school * 10 + person };
                let member = field.member(*id, &format!("{sequence}-{number}")).await;
                let there = There {
                    school: *id,
                    person: number,
                    joined: lines()[5].joined_on,
                    left: None,
                    gone_into: None,
                };
                model.members.insert(member, there);
            }
        }
        play(&mut field, &mut rng, &mut model, (ids, &keys, sequence)).await;
        models.push((keys, ids, model));
    }
    let window = field.window("focus2", "T1").await;
    let saved_on = field.clock.now().date_naive();
    field.clock.0 += TimeDelta::weeks(2);
    field.close("focus2", "T1").await.unwrap();
    let days = (window.opens_at.date_naive(), window.closes_at.date_naive());
    let mut tx = field.store.read().await.unwrap();
    let frozen = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
    let records = records::records(&frozen, &field.study.design, &field.study.questions()).unwrap();
    let goals = records
        .relations
        .iter()
        .position(|relation| relation == "goals")
        .unwrap();
    let mut merged = 0;
    for (keys, ids, model) in models {
        merged += model
            .members
            .values()
            .filter(|there| there.gone_into.is_some())
            .count();
        for (key, school) in keys.iter().zip(ids) {
            let index = records
                .schools
                .iter()
                .position(|record| record.key == *key)
                .unwrap();
            let roster = records.rosters.iter().find(|roster| roster.school == index);
            let actors = model.at(school, days.0, days.1);
            // Counted by hand: a row of whoever answered, a cell for each other actor who was shown.
            let (mut ties, mut cells) = (0, 0);
            for ego in actors.iter().filter(|ego| model.named.contains_key(ego)) {
                for alter in actors.iter().filter(|alter| *alter != ego) {
                    let named = model.named[ego].contains(alter);
                    let shown = model.members[alter]
                        .joined
                        .is_none_or(|day| day <= saved_on);
                    ties += usize::from(named);
                    cells += usize::from(named || shown);
                }
            }
            let Some(roster) = roster else {
                assert!(actors.is_empty());
                continue;
            };
            let people: BTreeSet<&str> = roster
                .persons
                .iter()
                .map(|person| person.key.as_str())
                .collect();
            assert_eq!(
                people.len(),
                roster.persons.len(),
                "nobody is counted twice"
            );
            assert_eq!(people.len(), actors.len());
            let responded = roster
                .persons
                .iter()
                .filter(|person| person.responded)
                .count();
            let claims = roster.nominations[goals].as_ref().unwrap();
            let unknown = claims.iter().filter(|claim| claim.value.is_none()).count();
            assert_eq!(claims.len() - unknown, ties, "{key}: {model:#?}");
            let others = roster.persons.len().saturating_sub(1);
            assert_eq!(responded * others - unknown, cells, "{key}: {model:#?}");
        }
    }
    assert!(
        merged > SEQUENCES / 4,
        "{merged} merges: the sequences are too tame"
    );
    // No tie points at nobody, at a merged entry, at oneself or at another school.
    let orphans = orphans(&mut tx).await;
    assert_eq!(orphans, 0);
}

async fn play(
    field: &mut Field,
    rng: &mut ChaCha12Rng,
    model: &mut Model,
    (schools, keys, sequence): ([SchoolId; 2], &[String; 2], usize),
) {
    let window = field.window("focus2", "T1").await;
    let days = (window.opens_at.date_naive(), window.closes_at.date_naive());
    let today = field.clock.now().date_naive();
    let mut next = 100;
    for _ in 0..12 {
        let side = rng.random_range(0..2);
        let school = schools[side];
        let listed: Vec<MemberId> = model
            .members
            .iter()
            .filter(|(_, there)| there.school == school && there.gone_into.is_none())
            .map(|(id, _)| *id)
            .collect();
        let one = listed[rng.random_range(0..listed.len())];
        let day = today + TimeDelta::days([-10, 0, 1, 3][rng.random_range(0..4)]);
        let there = model.members[&one];
        match rng.random_range(0..10) {
            0..=3 => {
                let letters = invited(field, school, "focus2").await;
                assert_eq!(
                    letters.keys().copied().collect::<BTreeSet<_>>(),
                    model.at(school, days.0, days.1)
                );
                let Some(invitation) = letters.get(&one) else {
                    continue;
                };
                let sitting = field.sitting(*invitation).await;
                let shown: BTreeSet<MemberId> = sitting
                    .colleagues
                    .iter()
                    .map(|member| member.member_id)
                    .collect();
                let mut expected = model.at(school, days.0, today);
                expected.remove(&one);
                assert_eq!(shown, expected);
                let chosen: Vec<MemberId> =
                    shown.into_iter().filter(|_| rng.random_bool(0.5)).collect();
                let raw = if chosen.is_empty() {
                    nobody()
                } else {
                    ticked(&chosen)
                };
                name(field, *invitation, "net_goals", raw).await;
                model.named.insert(one, chosen.into_iter().collect());
            }
            4 => {
                let done = change(
                    field,
                    school,
                    Change::Leave {
                        member_id: one,
                        on: day,
                    },
                )
                .await;
                let fits = there.joined.is_none_or(|joined| joined < day);
                assert_eq!(done.is_ok(), fits, "{done:?}");
                if fits {
                    model.members.get_mut(&one).unwrap().left = Some(day);
                }
            }
            5 => {
                let done = change(
                    field,
                    school,
                    Change::Rejoin {
                        member_id: one,
                        on: day,
                    },
                )
                .await;
                let fits = there.left.is_some_and(|left| left <= day);
                assert_eq!(done.is_ok(), fits, "{done:?}");
                if fits {
                    let open = if days.0 <= day { days } else { (day, day) };
                    model.rejoin(one, day, open);
                }
            }
            6 => {
                let new = format!("Nieuw {}", rng.random_range(0..99));
                change(
                    field,
                    school,
                    Change::Rename {
                        member_id: one,
                        name: new,
                    },
                )
                .await
                .unwrap();
                let roles =
                    vec![["teacher", "coach", "assistant"][rng.random_range(0..3)].to_owned()];
                let asked = Change::Roles {
                    member_id: one,
                    roles,
                    groups: vec!["g".to_owned()],
                };
                change(field, school, asked).await.unwrap();
            }
            7 => {
                let to = schools[1 - side];
                let asked = Change::Move {
                    member_id: one,
                    to: keys[1 - side].clone(),
                    on: day,
                };
                let done = change(field, school, asked).await;
                let other = model
                    .members
                    .iter()
                    .find(|(_, other)| {
                        other.person == there.person
                            && other.school == to
                            && other.gone_into.is_none()
                    })
                    .map(|(id, other)| (*id, *other));
                let back =
                    other.is_none_or(|(_, other)| other.left.is_some_and(|left| left <= day));
                let fits = there.joined.is_none_or(|joined| joined < day) && back;
                assert_eq!(done.is_ok(), fits, "{done:?} {other:?}");
                if !fits {
                    continue;
                }
                model.members.get_mut(&one).unwrap().left = Some(day);
                match other {
                    Some((id, _)) => {
                        let open = if days.0 <= day { days } else { (day, day) };
                        model.rejoin(id, day, open);
                    }
                    None => {
                        let mut tx = field.store.read().await.unwrap();
                        let list = rosters::of_school(&mut tx, to).await.unwrap();
                        let new = list
                            .iter()
                            .find(|member| !model.members.contains_key(&member.member_id));
                        let arrived = There {
                            school: to,
                            joined: Some(day),
                            left: None,
                            ..there
                        };
                        model.members.insert(new.unwrap().member_id, arrived);
                    }
                }
            }
            8 => {
                next += 1;
                let key = format!("{sequence}-{next}");
                let newcomer = Newcomer {
                    key: Some(key.clone()),
                    name: "Nieuw".to_owned(),
                    roles: vec!["teacher".to_owned()],
                    joined_on: Some(day),
                    ..Newcomer::default()
                };
                change(field, school, Change::Join(newcomer)).await.unwrap();
                let there = There {
                    school,
                    person: next,
                    joined: Some(day),
                    left: None,
                    gone_into: None,
                };
                model
                    .members
                    .insert(field.member(school, &key).await, there);
            }
            _ => {
                let other = listed[rng.random_range(0..listed.len())];
                let done = change(
                    field,
                    school,
                    Change::Merge {
                        keep: one,
                        duplicate: other,
                    },
                )
                .await;
                if other == one {
                    assert!(matches!(done, Err(ChangeRefusal::SameMember)));
                    continue;
                }
                assert_eq!(done.is_ok(), model.merge(one, other), "{done:?}");
            }
        }
    }
}

async fn orphans(tx: &mut Tx) -> i64 {
    let On::Sqlite(tx) = &mut tx.on else {
        return 0;
    };
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM nominations n
         JOIN responses r ON r.response_id = n.response_id
         JOIN invitations i ON i.invitation_id = r.invitation_id
         JOIN members e ON e.member_id = i.member_id
         LEFT JOIN members a ON a.member_id = n.alter_id
         WHERE a.member_id IS NULL OR a.merged_into IS NOT NULL OR e.merged_into IS NOT NULL
            OR a.person_id = e.person_id OR a.school_id <> e.school_id",
    )
    .fetch_one(&mut **tx)
    .await
    .unwrap()
}
