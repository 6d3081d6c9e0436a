//! Workbooks that were made to burst whoever opens them: each is told to be none, in Dutch and in English, and costs the server
//! and the process that unpacks it no more memory than any other.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use support::figures::{Profile, profile, record};
use support::hostile::{Uploader, archive, crc, deflated_run, founded, workbook_of};

use crate::support;

const MEGABYTE: u64 = 1024 * 1024;
/// What a hostile file may cost.
const MOST_MEMORY: u64 = 64 * MEGABYTE;

struct Hostile {
    name: &'static str,
    bytes: Vec<u8>,
    /// The code of the fault that tells it.
    told: &'static str,
}

/// A workbook whose sheet, or another part, is this.
fn with_sheet(sheet: &str) -> Vec<u8> {
    workbook_of(&[("xl/worksheets/sheet1.xml", sheet.to_owned())])
}

fn sheet_of(rows: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    )
}

fn hostile() -> Vec<Hostile> {
    // Half a megabyte that becomes 512.
    let bomb = deflated_run(512 * MEGABYTE);
    let (large, small) = (u32::try_from(512 * MEGABYTE).unwrap(), 1024);
    let sheet = "xl/worksheets/sheet1.xml";
    let honest = archive(&[(sheet, &bomb, 8, 0, large, 0)], 1);
    assert!(
        (400_000..600_000).contains(&honest.len()),
        "{}",
        honest.len()
    );
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">\
        <!ENTITY a \"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;\">\
        <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let outside = "<!DOCTYPE x [<!ENTITY file SYSTEM \"file:///etc/passwd\">]>";
    let row = |text: &str| {
        sheet_of(&format!(
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>"
        ))
    };
    let mut locked = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    locked.extend("EncryptedPackage".bytes().flat_map(|byte| [byte, 0]));
    let good = with_sheet(&row("school"));
    let many: Vec<(String, Vec<u8>)> = (0..5_000)
        .map(|number| (format!("xl/part{number}.xml"), Vec::new()))
        .collect();
    let many: Vec<_> = many
        .iter()
        .map(|(name, part)| (name.as_str(), part.as_slice(), 0, 0, 0, 0))
        .collect();
    let plain = b"<a/>";
    let part = |name, flags| (name, &plain[..], 0, crc(plain), 4, flags);
    vec![
        Hostile {
            name: "a bomb",
            bytes: honest,
            told: "too_large",
        },
        Hostile {
            name: "a bomb that lies in its directory",
            bytes: archive(&[(sheet, &bomb, 8, 0, small, 0)], 1),
            told: "any",
        },
        Hostile {
            name: "one bomb behind many names",
            bytes: archive(&[(sheet, &bomb, 8, 0, small, 0)], 900),
            told: "any",
        },
        Hostile {
            name: "five thousand parts",
            bytes: archive(&many, 1),
            told: "too_large",
        },
        Hostile {
            name: "entities within entities",
            bytes: with_sheet(&format!("<?xml version=\"1.0\"?>{laughs}{}", row("&b;"))),
            told: "unreadable",
        },
        Hostile {
            name: "an entity from a file",
            bytes: with_sheet(&format!(
                "<?xml version=\"1.0\"?>{outside}{}",
                row("&file;")
            )),
            told: "unreadable",
        },
        Hostile {
            name: "tags within tags",
            bytes: with_sheet(&sheet_of(&"<a>".repeat(200_000))),
            told: "any",
        },
        Hostile {
            name: "cut off",
            bytes: good[..good.len() - 30].to_vec(),
            told: "unreadable",
        },
        Hostile {
            name: "cut in half",
            bytes: good[..good.len() / 2].to_vec(),
            told: "unreadable",
        },
        Hostile {
            name: "a part behind a password",
            bytes: archive(&[part(sheet, 1)], 1),
            told: "locked",
        },
        Hostile {
            name: "a workbook behind a password",
            bytes: locked,
            told: "locked",
        },
        Hostile {
            name: "no archive",
            bytes: b"PK\x03\x04 and nothing more".to_vec(),
            told: "unreadable",
        },
        Hostile {
            name: "an archive within an archive",
            bytes: archive(
                &[(
                    "xl/workbook.xml",
                    &good,
                    0,
                    crc(&good),
                    u32::try_from(good.len()).unwrap(),
                    0,
                )],
                1,
            ),
            told: "unreadable",
        },
        Hostile {
            name: "paths that lead out",
            bytes: archive(
                &[
                    part("../../../../tmp/schakel-out", 0),
                    part("/tmp/schakel-out", 0),
                    part("C:\\schakel-out", 0),
                ],
                1,
            ),
            told: "unreadable",
        },
    ]
}

/// What `VmHWM` says of a process: the most memory that it has held so far.
fn most_held(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().split(' ').next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Gives the file to a process of its own as the server does; what it said, how long it took and what it held.
fn unpacked(bytes: &[u8]) -> (String, Duration, u64) {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_schakel"))
        .arg("read-table")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut to, id) = (child.stdin.take().unwrap(), child.id());
    let bytes = bytes.to_vec();
    std::thread::spawn(move || to.write_all(&bytes));
    let watched = std::thread::spawn(move || {
        let mut most = 0;
        while let Some(held) = most_held(id) {
            most = most.max(held);
            std::thread::sleep(Duration::from_millis(1));
        }
        most
    });
    let ended = child.wait_with_output().unwrap();
    let most = watched.join().unwrap();
    (
        String::from_utf8(ended.stdout).unwrap(),
        began.elapsed(),
        most,
    )
}

/// Within what is counted before it is read, and too much all the same: these take seconds to make and to read.
fn large() -> Vec<Hostile> {
    let mut cells = String::new();
    for row in 1..=2_100 {
        cells += &format!("<row r=\"{row}\">{}</row>", "<c><v>1</v></c>".repeat(500));
    }
    let strings = "xl/sharedStrings.xml";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{relation}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let many = format!(
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{}</sst>",
        "<si><t>x</t></si>".repeat(6_000_000)
    );
    vec![
        Hostile {
            name: "a million cells",
            bytes: with_sheet(&sheet_of(&cells)),
            told: "too_large",
        },
        Hostile {
            name: "six million texts",
            bytes: workbook_of(&[
                ("xl/worksheets/sheet1.xml", sheet_of("")),
                ("xl/_rels/workbook.xml.rels", relations),
                (strings, many),
            ]),
            told: "too_large",
        },
    ]
}

#[test]
fn t8_a_workbook_that_bursts_bursts_elsewhere_and_is_told_in_words() {
    let (place, owner_link) = founded("bursting");
    let server = place.serve();
    let owner = Uploader::enter(&server.base, &owner_link);
    let process = server.id();
    // What reading any workbook costs is paid once.
    let small = with_sheet(&sheet_of("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"));
    owner.upload("/study/rosters/upload", "small.xlsx", &small, "nl");
    let words = [
        ("empty", "Het bestand is leeg", "The file is empty"),
        (
            "too_large",
            "veel groter dan het lijkt",
            "far larger than it looks",
        ),
        (
            "locked",
            "op slot met een wachtwoord",
            "locked with a password",
        ),
        (
            "unreadable",
            "Dit Excel-bestand kan niet gelezen worden",
            "This workbook cannot be read",
        ),
    ];
    let (mut most_child, mut most_server, mut longest) = (0, 0, Duration::ZERO);
    let before = most_held(process).unwrap();
    let mut files = hostile();
    let small_ones = files.len();
    if profile() == Profile::Release {
        files.extend(large());
    }
    for (number, file) in files.iter().enumerate() {
        let began = Instant::now();
        for (language, at) in [("nl", 1), ("en", 2)] {
            let page = owner.upload("/study/rosters/upload", "lijst.xlsx", &file.bytes, language);
            assert_eq!(page.status, 422, "{}: {}", file.name, page.html);
            let told = words.iter().any(|word| {
                (file.told == word.0 || file.told == "any")
                    && page.html.contains([word.1, word.2][at - 1])
            });
            assert!(told, "{} in {language}: {}", file.name, page.html);
        }
        let server_took = most_held(process).unwrap() - before;
        let (said, took, held) = unpacked(&file.bytes);
        println!(
            "{}: {} bytes, {took:?}, child {} MB, server {} MB more, {:?} for two uploads, {:.80}",
            file.name,
            file.bytes.len(),
            held / MEGABYTE,
            server_took / MEGABYTE,
            began.elapsed(),
            said,
        );
        // What counts cannot see ends at the limit of the process.
        let most = if number < small_ones {
            MOST_MEMORY
        } else {
            256 * MEGABYTE
        };
        assert!(held < most, "{}: the child held {held}", file.name);
        assert!(
            server_took < MOST_MEMORY,
            "{}: the server took {server_took}",
            file.name
        );
        (most_child, most_server) = (most_child.max(held), most_server.max(server_took));
        longest = longest.max(took);
    }
    assert!(!std::path::Path::new("/tmp/schakel-out").exists());
    // It goes on as before.
    let page = owner.upload("/study/rosters/upload", "small.xlsx", &small, "en");
    assert_eq!(page.status, 422);
    assert!(page.html.contains("column"), "{}", page.html);
    record(
        "hostile_files",
        &json!({
            "promises": ["T8", "G25"],
            "files": files.len(),
            "most_memory_of_the_child_mb": most_child / MEGABYTE,
            "most_memory_more_of_the_server_mb": most_server / MEGABYTE,
            "longest_seconds": longest.as_secs_f64(),
        }),
    );
}

/// A part that is within every count and would still take more memory than the process has: it ends, and nobody else does.
#[test]
fn t8_a_process_that_runs_out_of_memory_ends_alone() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_schakel"))
        .arg("read-table")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Asked before it has read anything, while it waits for its file.
    let limits = loop {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        if limits
            .lines()
            .any(|line| line.starts_with("Max address space") && !line.contains("unlimited"))
        {
            break limits;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    for (what, most) in [
        ("Max address space", "268435456"),
        ("Max data size", "268435456"),
        ("Max cpu time", "20"),
        ("Max core file size", "0"),
        ("Max file size", "0"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(what)).unwrap();
        assert!(line.split_whitespace().any(|word| word == most), "{line}");
    }
    drop(child.stdin.take());
    child.wait().unwrap();
}
