//! Pupils' scores from XML in the manner of EDEXML and UWLR: pupils with their year group, and what each scored.
//!
//! Read by name, whatever they stand in: `brincode` with `dependancecode` (or `schoolkey`) says the school; `groep` with a
//! `key` has a `naam` and a `jaargroep`; `leerling` with a `key` has a `groep` and a `gewicht`; `toetsafname` (or
//! `resultaat`) has `leerlingid`, `afnamedatum` and `vaardigheidsscore` (or `score`), and may say `jaargroep` itself.
//! Elements that say who somebody is are refused. A document with a type definition is not read, so that no entity expands.

use std::collections::HashMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::achievement_check::{Gathered, Known, Places, Written, forbidden, way_out};
use super::table::decode;
use crate::domain::fault::{Fault, Faults};
use crate::domain::pupil::ScoreLine;

/// Larger than the scores of a whole study.
pub const LARGEST: usize = 64 * 1024 * 1024;
const MOST_NODES: u32 = 8_000_000;

/// Whether these bytes begin as XML does.
pub fn is_xml(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    start.trim_ascii_start().first() == Some(&b'<')
}

/// What a pupil's own element says.
#[derive(Default, Clone, Copy)]
struct Pupil<'x> {
    group: &'x str,
    weight: &'x str,
}

#[derive(Default, Clone, Copy)]
struct Group<'x> {
    name: &'x str,
    year_group: &'x str,
}

/// Every line, or every fault.
pub fn read(file: &str, bytes: &[u8], known: &Known<'_>) -> Result<Vec<ScoreLine>, Faults> {
    let mut faults = Faults::default();
    let mut gathered = Gathered::new(known);
    let text = decode(bytes).filter(|_| bytes.len() <= LARGEST);
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    match text
        .as_deref()
        .map(|text| Document::parse_with_options(text, options))
    {
        None => faults.push(Fault::of_file(
            file,
            "file_too_large",
            "this file is too large",
            "deliver it in parts, whole schools together",
        )),
        Some(Err(error)) => {
            let at = error.pos();
            let dtd = matches!(error, roxmltree::Error::DtdDetected);
            let (code, hint) = if dtd {
                ("xml_has_dtd", "leave the line with <!DOCTYPE out")
            } else {
                ("not_xml", "export it again, or deliver CSV")
            };
            faults.push(Fault {
                line: u64::from(at.row),
                column: at.col as usize,
                ..Fault::of_file(file, code, error.to_string(), hint)
            });
        }
        Some(Ok(document)) => results(file, &document, &mut gathered, &mut faults),
    }
    if faults.is_empty() && gathered.lines.is_empty() {
        let message = "there are no scores in it";
        let hint = "export the results with the pupils";
        faults.push(Fault::of_file(file, "empty_file", message, hint));
    }
    if faults.is_empty() {
        Ok(gathered.lines)
    } else {
        Err(faults)
    }
}

fn results(file: &str, document: &Document<'_>, gathered: &mut Gathered<'_>, faults: &mut Faults) {
    let at = |node: Node<'_, '_>, code, message: String, hint: String| {
        // Looking a place up reads the document from its beginning: only for faults that are told.
        let place = document.text_pos_at(node.range().start);
        Fault {
            line: u64::from(place.row),
            column: place.col as usize,
            name: node.tag_name().name().to_owned(),
            ..Fault::of_file(file, code, message, hint)
        }
    };
    let mut groups: HashMap<&str, Group<'_>> = HashMap::new();
    let mut pupils: HashMap<&str, Pupil<'_>> = HashMap::new();
    let mut school = String::new();
    let mut tests: Vec<Node<'_, '_>> = Vec::new();
    let mut refused: Vec<&str> = Vec::new();
    for node in document.root().descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let key = node.attribute("key").unwrap_or_default();
        match name {
            "brincode" if school.is_empty() => text(node).clone_into(&mut school),
            "dependancecode" if school.len() < 6 => school += text(node),
            "schoolkey" => text(node).clone_into(&mut school),
            "groep" if child(node, "jaargroep").is_some() => {
                let group = Group {
                    name: under(node, "naam"),
                    year_group: under(node, "jaargroep"),
                };
                groups.insert(key, group);
            }
            "leerling" => {
                let group = child(node, "groep").and_then(|group| group.attribute("key"));
                let pupil = Pupil {
                    group: group.unwrap_or_default(),
                    weight: under(node, "gewicht"),
                };
                pupils.insert(key, pupil);
            }
            "toetsafname" | "resultaat" if child(node, "leerlingid").is_some() => tests.push(node),
            // The name of a group is its own.
            "naam"
                if node.parent().is_some_and(|of| {
                    matches!(of.tag_name().name(), "groep" | "school" | "toets")
                }) => {}
            _ => {
                if let Some(code) = forbidden(name)
                    && !refused.contains(&name)
                {
                    refused.push(name);
                    let (message, hint) = way_out(code);
                    faults.push(at(node, code, message.to_owned(), hint.to_owned()));
                }
            }
        }
    }
    let (mut line, mut counted) = (1, 0);
    for test in tests {
        let start = test.range().start;
        let passed = document.input_text().as_bytes()[counted..start].iter();
        line += passed.filter(|byte| **byte == b'\n').count() as u64;
        counted = start;
        let id = under(test, "leerlingid");
        let pupil = pupils.get(id).copied().unwrap_or_default();
        let group = groups.get(pupil.group).copied().unwrap_or_default();
        let or = |own: &'_ str, other: &'_ str| if own.is_empty() { other } else { own }.to_owned();
        let (year_group, class) = (or(under(test, "jaargroep"), group.year_group), group.name);
        let score = or(under(test, "vaardigheidsscore"), under(test, "score"));
        let own_school = or(under(test, "schoolkey"), &school);
        let weight = or(under(test, "gewicht"), pupil.weight);
        let day = under(test, "afnamedatum");
        let written = Written {
            school: &own_school,
            pupil: id,
            // As XML writes a moment: the day is its beginning.
            tested_on: day.split('T').next().unwrap_or_default(),
            moment: under(test, "toetsmoment"),
            score: &score,
            weight: &weight,
            year_group: &year_group,
            class,
        };
        let of = |names: &'static [&'static str]| {
            names
                .iter()
                .find_map(|name| child(test, name))
                .unwrap_or(test)
        };
        let (pupil_at, day_at) = (of(&["leerlingid"]), of(&["afnamedatum", "toetsmoment"]));
        let score_at = of(&["vaardigheidsscore", "score"]);
        let n_reported = faults.reported().len();
        let place = |node: Node<'_, '_>, code, message, hint| {
            if n_reported < 200 {
                at(node, code, message, hint)
            } else {
                Fault::of_file(file, code, message, hint)
            }
        };
        let places = Places {
            line,
            school: &|code, message, hint| place(test, code, message, hint),
            pupil: &|code, message, hint| place(pupil_at, code, message, hint),
            day: &|code, message, hint| place(day_at, code, message, hint),
            score: &|code, message, hint| place(score_at, code, message, hint),
            weight: &|code, message, hint| place(test, code, message, hint),
            year_group: &|code, message, hint| place(test, code, message, hint),
            class: &|code, message, hint| place(test, code, message, hint),
        };
        gathered.add(&written, &places, faults);
    }
}

fn child<'a, 'x>(node: Node<'a, 'x>, name: &str) -> Option<Node<'a, 'x>> {
    node.children()
        .find(|child| child.is_element() && child.tag_name().name() == name)
}

fn text<'a>(node: Node<'a, '_>) -> &'a str {
    node.text().unwrap_or_default().trim()
}

/// The text of a child; nothing where it is not there.
fn under<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    child(node, name).map_or("", text)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::super::lvs_mapping::Mapping;
    use super::*;

    fn told(text: &str) -> Result<Vec<ScoreLine>, Vec<(u64, &'static str)>> {
        let mut mapping = Mapping::find("plain").unwrap().clone();
        mapping
            .schools
            .insert("99ZZ00".to_owned(), "wilg".to_owned());
        let known = Known {
            mapping: &mapping,
            schools: &["wilg".to_owned()],
            today: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
        };
        read("scores.xml", text.as_bytes(), &known).map_err(|faults| {
            let all = faults.reported().iter();
            all.map(|fault| (fault.line, fault.code)).collect()
        })
    }

    const HEAD: &str = "<EDEX><school><brincode>99ZZ</brincode><dependancecode>00</dependancecode></school>\n\
        <groepen><groep key=\"g5\"><naam>5a</naam><jaargroep>5</jaargroep></groep></groepen>\n\
        <leerlingen><leerling key=\"101\"><groep key=\"g5\"/><gewicht>0.3</gewicht></leerling></leerlingen>\n<toetsafnames>\n";

    #[test]
    fn scores_stand_with_their_pupil_and_group() {
        let text = format!(
            "{HEAD}<toetsafname><leerlingid>101</leerlingid><afnamedatum>2025-01-20T09:00:00</afnamedatum><vaardigheidsscore>61</vaardigheidsscore></toetsafname></toetsafnames></EDEX>"
        );
        let lines = told(&text).unwrap();
        let line = &lines[0];
        assert_eq!(
            (line.school.as_str(), line.pupil.as_str(), line.score),
            ("wilg", "101", 61.0)
        );
        assert_eq!(
            (
                line.year_group,
                line.class.as_deref(),
                line.weight.as_deref()
            ),
            (Some(5), Some("5a"), Some("0.3"))
        );
    }

    #[test]
    fn names_entities_and_faults_are_refused_at_their_lines() {
        let text = format!(
            "{HEAD}<toetsafname><leerlingid>101</leerlingid>\n<afnamedatum>2025-13-20</afnamedatum><score>6l</score></toetsafname>\n<x><achternaam>V</achternaam></x></toetsafnames></EDEX>"
        );
        assert_eq!(
            told(&text).unwrap_err(),
            [
                (7, "looks_like_name"),
                (6, "not_a_date"),
                (6, "not_a_number")
            ]
        );
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert_eq!(told(bomb).unwrap_err()[0].1, "xml_has_dtd");
        assert_eq!(told("<a><b></a>").unwrap_err()[0].1, "not_xml");
        assert_eq!(told("<a/>").unwrap_err()[0].1, "empty_file");
    }
}
