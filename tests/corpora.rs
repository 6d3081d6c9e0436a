//! Every reader of something from outside, given what it knows with pieces turned over, left out, doubled and grown: it answers
//! with a value or with faults, within a second and within memory, and never fails.
//!
//! What was found once stays in `tests/corpora`.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::fault::Faults;
use schakel::domain::language::Language;
use schakel::domain::roster;
use schakel::domain::study::StudyDesign;
use schakel::domain::token::{Presented, key_from_hex};
use schakel::exchange::achievement_check::Known;
use schakel::exchange::lvs_mapping::Mapping;
use schakel::exchange::{
    achievement_csv, achievement_xml, model_toml, plan_toml, roster_csv, scales_toml, study_toml,
    table, zip_limits,
};
use schakel::fieldwork::wording;
use schakel::instrument::library::Library;
use schakel::instrument::{parse, rule_text};
use schakel::reports::figure::svg;
use serde_json::json;
use support::figures::{profile, record};
use support::hostile::workbook_of;

use crate::support;

const LONGEST: Duration = Duration::from_secs(1);
/// The most that one input may add to what the process has ever held.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;
/// What no file of a person holds and every reader will meet.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3\x28",
    b"\"",
    b"'",
    b"\"\"\"",
    b"[",
    b"[[[[[[[[[[[[[[[[",
    b"{",
    b"}",
    b"(((((((((((((((",
    b"=",
    b"-",
    b"1e400",
    b"99999999999999999999",
    b"NaN",
    b"\r\n\r\n",
    b"not ",
    b"&#x10ffff;",
    b"<!--",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d",
    b"9999-12-31",
    b",,,,;;;;\t\t",
];

type Reader = Box<dyn Fn(&[u8])>;

struct Parser {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    read: Reader,
}

fn seeds(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

/// Each line of the files is a seed.
fn lines(folder: &str) -> Vec<Vec<u8>> {
    let all = seeds(folder);
    all.iter()
        .flat_map(|text| text.split(|byte| *byte == b'\n'))
        .filter(|line| !line.is_empty())
        .map(<[u8]>::to_vec)
        .collect()
}

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn parsers() -> Vec<Parser> {
    let library = Library::shipped();
    let focus = include_str!("../instruments/studies/focus.toml");
    let design: StudyDesign = study_toml::parse("focus.toml", focus, &library).unwrap();
    let instruments = seeds("instruments").into_iter().filter(|text| {
        text.starts_with(b"key") || text.windows(9).any(|part| part == b"version =")
    });
    let sheet = |rows: &str| {
        format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
        )
    };
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>school</t></is></c><c r=\"B1\"><v>1.5</v></c></row>";
    let mut parsers: Vec<Parser> = Vec::new();
    let mut add = |name, seeds: Vec<Vec<u8>>, read: Reader| {
        assert!(!seeds.is_empty(), "{name} has a corpus");
        parsers.push(Parser { name, seeds, read });
    };
    add(
        "instrument",
        instruments.collect(),
        Box::new(|bytes| drop(parse::parse("x.toml", &as_text(bytes)))),
    );
    add(
        "study",
        seeds("instruments/studies"),
        Box::new(move |bytes| drop(study_toml::parse("x.toml", &as_text(bytes), &library))),
    );
    let of_faults = |read: fn(&[u8], &mut Faults)| -> Reader {
        Box::new(move |bytes| read(bytes, &mut Faults::default()))
    };
    add(
        "plan",
        seeds("tests/corpora/plan"),
        of_faults(|bytes, faults| drop(plan_toml::read("x", bytes, faults))),
    );
    add(
        "model",
        seeds("tests/corpora/model"),
        of_faults(|bytes, faults| drop(model_toml::read("x", bytes, faults))),
    );
    add(
        "scales",
        seeds("tests/corpora/scales"),
        of_faults(|bytes, faults| drop(scales_toml::read("x", bytes, faults))),
    );
    add(
        "table",
        seeds("tests/corpora/roster"),
        of_faults(|bytes, faults| {
            drop(table::decode(bytes));
            if let Some(table) = table::Table::open("x", bytes, faults) {
                table.each_row(faults, |row, faults| {
                    for column in table.columns() {
                        row.text(column);
                        row.number(column, faults);
                        row.flag(column, faults);
                        row.date(column, faults);
                    }
                });
            }
        }),
    );
    let own = design.clone();
    add(
        "roster",
        seeds("tests/corpora/roster"),
        Box::new(move |bytes| drop(roster_csv::read("x.csv", bytes, &own))),
    );
    let own = design.clone();
    add(
        "workbook",
        vec![workbook_of(&[("xl/worksheets/sheet1.xml", sheet(rows))])],
        Box::new(move |bytes| {
            drop(zip_limits::check(bytes));
            drop(roster_csv::read("x.xlsx", bytes, &own));
        }),
    );
    let own = design.clone();
    add(
        "sheet of a workbook",
        vec![sheet(rows).into_bytes()],
        Box::new(move |bytes| {
            let book = workbook_of(&[("xl/worksheets/sheet1.xml", as_text(bytes))]);
            drop(roster_csv::read("x.xlsx", &book, &own));
        }),
    );
    add(
        "achievement",
        seeds("tests/corpora/achievement"),
        Box::new(|bytes| {
            for mapping in Mapping::shipped() {
                let known = Known {
                    mapping,
                    schools: &["wilg".to_owned()],
                    today: chrono::NaiveDate::MAX,
                };
                drop(achievement_csv::read("x.csv", bytes, &known));
                drop(achievement_xml::read("x.xml", bytes, &known));
            }
        }),
    );
    add(
        "rule",
        lines("tests/corpora/rule"),
        Box::new(|bytes| {
            if let Ok(written) = rule_text::read(&as_text(bytes)) {
                drop(format!("{:?}", written.rule));
            }
        }),
    );
    add(
        "mail template",
        lines("tests/corpora/template"),
        Box::new(move |bytes| {
            let text = as_text(bytes);
            wording::unknown_placeholders(&text);
            let values = wording::Values {
                name: text.clone(),
                school: text.clone(),
                link: text.clone(),
                code: text.clone(),
                closes: text.clone(),
                minutes: text.clone(),
            };
            wording::filled(&design, &text, Language::Nl, &values);
        }),
    );
    add(
        "token, code, language, name",
        lines("tests/corpora/text"),
        Box::new(|bytes| {
            let text = as_text(bytes);
            drop(Presented::parse(&text));
            key_from_hex(&text);
            Language::from_tag(&text);
            roster::spoken_name(&text);
            roster::key_of_address(&text);
            roster::likeness(&text);
        }),
    );
    add(
        "label of a figure",
        lines("tests/corpora/text"),
        Box::new(|bytes| {
            let escaped = svg::escape(&as_text(bytes));
            assert!(!escaped.contains(['<', '>', '"']), "{escaped}");
        }),
    );
    parsers
}

/// A seed with some pieces changed.
fn changed(rng: &mut ChaCha12Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[rng.random_range(0..seeds.len())].clone();
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..=bytes.len());
        let to = (at + rng.random_range(1..40)).min(bytes.len());
        match rng.random_range(0..8) {
            0 if at < bytes.len() => bytes[at] ^= 1_u8 << rng.random_range(0..8_u32),
            1 => drop(bytes.drain(at..to)),
            2 => {
                let piece = bytes[at..to].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => {
                let other = &seeds[rng.random_range(0..seeds.len())];
                let from = rng.random_range(0..=other.len());
                let end = (from + 60).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            4 => bytes.truncate(at),
            5 if rng.random_range(0..20) == 0 => {
                let piece = PIECES[rng.random_range(0..PIECES.len())].repeat(5_000);
                bytes.splice(at..at, piece);
            }
            _ => {
                let piece = PIECES[rng.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes
}

fn most_held() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

#[test]
fn g25_no_reader_fails_whatever_it_is_given() {
    let each = Duration::from_millis(profile().of(800, 20_000));
    let mut told = BTreeMap::new();
    let mut faults = Vec::new();
    for parser in parsers() {
        let mut rng = ChaCha12Rng::seed_from_u64(20_261_122);
        for seed in &parser.seeds {
            (parser.read)(seed);
        }
        let (began, before) = (Instant::now(), most_held());
        let (mut n, mut longest) = (0_u64, Duration::ZERO);
        while began.elapsed() < each {
            let input = changed(&mut rng, &parser.seeds);
            let one = Instant::now();
            let read = catch_unwind(AssertUnwindSafe(|| (parser.read)(&input)));
            let took = one.elapsed();
            n += 1;
            longest = longest.max(took);
            if read.is_err() || took > LONGEST {
                let head = as_text(&input[..input.len().min(400)]);
                faults.push(format!("{} number {n} ({took:?}): {head:?}", parser.name));
                if faults.len() > 10 {
                    break;
                }
            }
        }
        // What the kernel tells of a peak is a sum of counters brought up to date in batches: it may be a little less later.
        let more = most_held().saturating_sub(before);
        if more > MOST_MEMORY {
            faults.push(format!("{} took {more} bytes", parser.name));
        }
        told.insert(
            parser.name,
            json!({ "inputs": n, "longest_ms": longest.as_millis(), "more_memory_mb": more / 1024 / 1024 }),
        );
    }
    record(
        "corpora",
        &json!({ "promises": ["G25"], "readers": told.len(), "failures": faults.len(), "each": told }),
    );
    assert!(faults.is_empty(), "{faults:#?}");
}
