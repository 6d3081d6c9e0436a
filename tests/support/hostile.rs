//! What someone who means harm brings along: files in pieces of their own making, and a browser that uploads them.

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use schakel::domain::time::{Clock, SystemClock};

use super::server::{Installation, Page, Visitor};

/// A study whose first wave is open, with nobody on its lists, and the secret of its owner's link.
pub fn founded(what: &str) -> (Installation, String) {
    let place = Installation::new("");
    let database = format!("sqlite:{}", place.path(&format!("{what}.db")).display());
    let place = Installation { database, ..place };
    let now = SystemClock.now();
    let at = |days| (now + chrono::TimeDelta::days(days)).format("%Y-%m-%dT%H:%M:%SZ");
    let text = include_str!("../../instruments/studies/focus.toml")
        .replace("\"2024-09-02T08:00:00\"", &format!("\"{}\"", at(-1)))
        .replace("\"2024-09-28T18:00:00\"", &format!("\"{}\"", at(7)))
        + "\n[conditions]\nboard_agreement = \"2024-06-01\"\ncouncil_informed = \"2024-06-01\"\n\
           ethics_reference = \"EC-1\"\nretention_until = \"2034-06-01\"\n";
    let file = place.file("study.toml", &text);
    place.must(&["study", "load", &file.display().to_string()]);
    let said = place.must(&["study", "link", "focus", "owner"]);
    let link = said.split_whitespace().find(|word| word.contains('#'));
    let (_, secret) = link.and_then(|link| link.rsplit_once('#')).expect("a link");
    (place, secret.to_owned())
}

/// A server of which everything is kept that it says.
pub struct Heard {
    process: Child,
    pub base: String,
    log: PathBuf,
}

impl Heard {
    pub fn serve(place: &Installation, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let log = place.path("said.txt");
        let out = std::fs::File::create(&log).expect("a file for what it says");
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        let process = place
            .command(&all)
            .envs(settings.iter().copied())
            .stdout(out.try_clone().expect("a file twice"))
            .stderr(out)
            .spawn()
            .expect("the program starts");
        let mut heard = Self {
            process,
            base: String::new(),
            log,
        };
        while heard.base.is_empty() {
            std::thread::sleep(Duration::from_millis(20));
            let said = heard.said();
            let line = said.split("Schakel listens on ").nth(1);
            let whole = line.and_then(|line| line.split_once('\n'));
            heard.base = whole.map(|(base, _)| base.to_owned()).unwrap_or_default();
        }
        heard
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn said(&self) -> String {
        let said = std::fs::read(&self.log).expect("what it said");
        String::from_utf8_lossy(&said).into_owned()
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Someone who sends files, and chooses the language of the answer.
pub struct Uploader {
    agent: ureq::Agent,
    base: String,
    /// The same person in a visit of their own.
    pub visitor: Visitor,
}

impl Uploader {
    pub fn enter(base: &str, code: &str) -> Self {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let uploader = Self {
            agent,
            base: base.to_owned(),
            visitor: Visitor::new(base),
        };
        uploader.visitor.enter(code);
        let entered = uploader
            .agent
            .post(format!("{base}/r"))
            .send_form([("code", code)])
            .expect("the server answers");
        assert_eq!(entered.status().as_u16(), 303, "the code opens a visit");
        uploader
    }

    pub fn upload(&self, path: &str, name: &str, bytes: &[u8], language: &str) -> Page {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let mut answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", "multipart/form-data; boundary=edge")
            .header("accept-language", language)
            .send(&body[..])
            .expect("the server answers");
        let location = answer.headers().get("location");
        let location = location.and_then(|to| to.to_str().ok()).map(str::to_owned);
        let html = answer.body_mut().read_to_vec().expect("the answer ends");
        Page {
            status: answer.status().as_u16(),
            location,
            html: String::from_utf8_lossy(&html).into_owned(),
        }
    }
}

/// A part of an archive as its maker wants it to look: name, bytes as stored, method (0 as they are, 8 deflated), checksum, the
/// size that it says to have, flags.
pub type Part<'p> = (&'p str, &'p [u8], u16, u32, u32, u16);

/// An archive of these parts, each of which stands `times` times in its directory.
pub fn archive(parts: &[Part<'_>], times: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let mut entries = 0_u16;
    let number = |size: usize| u32::try_from(size).expect("small").to_le_bytes();
    for (name, bytes, method, checksum, size, flags) in parts {
        let at = out.len();
        let about = |name: &str| {
            let mut head = Vec::new();
            head.extend_from_slice(&20_u16.to_le_bytes());
            head.extend_from_slice(&flags.to_le_bytes());
            head.extend_from_slice(&method.to_le_bytes());
            // No time, and the first day there is.
            head.extend_from_slice(&[0, 0, 33, 0]);
            head.extend_from_slice(&checksum.to_le_bytes());
            head.extend_from_slice(&number(bytes.len()));
            head.extend_from_slice(&size.to_le_bytes());
            head.extend_from_slice(&u16::try_from(name.len()).expect("short").to_le_bytes());
            head.extend_from_slice(&[0, 0]);
            head
        };
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&about(name));
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
        for time in 0..times {
            let name = if time == 0 {
                (*name).to_owned()
            } else {
                format!("{name}{time}")
            };
            directory.extend_from_slice(b"PK\x01\x02\x14\0");
            directory.extend_from_slice(&about(&name));
            directory.extend_from_slice(&[0; 10]);
            directory.extend_from_slice(&number(at));
            directory.extend_from_slice(name.as_bytes());
            entries += 1;
        }
    }
    let at = out.len();
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&entries.to_le_bytes());
    out.extend_from_slice(&entries.to_le_bytes());
    out.extend_from_slice(&number(directory.len()));
    out.extend_from_slice(&number(at));
    out.extend_from_slice(&[0, 0]);
    out
}

/// A workbook with one sheet, in which these parts take the place of its own or come besides.
pub fn workbook_of(parts: &[(&str, String)]) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let mut all = vec![
        (
            "[Content_Types].xml",
            format!("<Types xmlns=\"{package}/content-types\"/>"),
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
                 Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
    ];
    for (name, text) in parts {
        all.retain(|(known, _)| known != name);
        all.push((name, text.clone()));
    }
    // Deflated by the library: these are what they say.
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in all {
        out.start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a part begins");
        std::io::Write::write_all(&mut out, text.as_bytes()).expect("a part is written");
    }
    out.finish().expect("an archive ends").into_inner()
}

pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

/// So many spaces, deflated by hand as tightly as the format allows: two bits for 258 of them.
pub fn deflated_run(length: u64) -> Vec<u8> {
    let mut out = Bits::default();
    // The last block, with codes of its own: 286 of literals and lengths, one of distances, all nineteen of code lengths.
    out.number(1, 1);
    out.number(2, 2);
    out.number(286 - 257, 5);
    out.number(0, 5);
    out.number(19 - 4, 4);
    // Code lengths in the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15: a long run of zeros (18) takes one bit, "two" and
    // "one" take two.
    for symbol in [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ] {
        out.number(
            match symbol {
                18 => 1,
                1 | 2 => 2,
                _ => 0,
            },
            3,
        );
    }
    // As codes: 18 is 0, 1 is 10, 2 is 11.
    let zeros = |out: &mut Bits, mut many: u64| {
        while many > 0 {
            let run = many.min(138).min(if many > 138 && many < 149 {
                many - 11
            } else {
                138
            });
            out.code(0, 1);
            out.number(run - 11, 7);
            many -= run;
        }
    };
    zeros(&mut out, 32);
    out.code(0b11, 2); // a space: two bits
    zeros(&mut out, 256 - 33);
    out.code(0b11, 2); // the end: two bits
    zeros(&mut out, 285 - 257);
    out.code(0b10, 2); // 258 of the same: one bit
    out.code(0b10, 2); // at a distance of one: one bit
    // 285 is 0, a space is 10, the end is 11.
    out.code(0b10, 2);
    for _ in 0..(length - 1) / 258 {
        out.code(0, 1);
        out.code(0, 1);
    }
    for _ in 0..(length - 1) % 258 {
        out.code(0b10, 2);
    }
    out.code(0b11, 2);
    out.bytes()
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u32,
    many: u32,
}

impl Bits {
    fn bit(&mut self, bit: u64) {
        if bit == 1 {
            self.held |= 1 << self.many;
        }
        self.many += 1;
        if self.many == 8 {
            self.out.push(u8::try_from(self.held).expect("eight bits"));
            (self.held, self.many) = (0, 0);
        }
    }

    /// Lowest bit first.
    fn number(&mut self, value: u64, bits: u32) {
        for at in 0..bits {
            self.bit(value >> at & 1);
        }
    }

    /// Highest bit first.
    fn code(&mut self, value: u64, bits: u32) {
        for at in (0..bits).rev() {
            self.bit(value >> at & 1);
        }
    }

    fn bytes(mut self) -> Vec<u8> {
        while self.many != 0 {
            self.bit(0);
        }
        self.out
    }
}
