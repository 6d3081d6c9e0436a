//! What every column of an export means, as a table for programs and as a page for people.

mod words;

use std::fmt::Write;

use self::words::{COLUMNS, FILES, REASONS};
use super::tidy_csv::lines;
use crate::domain::language::{Language, Text};
use crate::domain::study::StudyDesign;
use crate::instrument::check::CANNOT_JUDGE;
use crate::instrument::definition::{Choice, Format, Instrument, Item};
use crate::instrument::library::Library;

const HEADER: [&str; 13] = [
    "table",
    "variable",
    "instrument",
    "version",
    "hash",
    "type",
    "label_nl",
    "label_en",
    "values_nl",
    "values_en",
    "missing",
    "scale",
    "source",
];

/// What a file holds.
pub fn about(file: &str) -> Text {
    let found = FILES
        .iter()
        .find(|(name, ..)| file == *name || (name.ends_with('_') && file.starts_with(name)));
    found
        .map(|(_, nl, en)| Text::new(*nl, *en))
        .unwrap_or_default()
}

/// One column of one file.
struct Variable {
    table: String,
    name: String,
    instrument: String,
    version: String,
    hash: String,
    kind: String,
    label: Text,
    values: Text,
    missing: String,
    scale: String,
    source: String,
}

/// Files with their headers, as they are exported: every column is told of.
pub type Headers = [(String, Vec<String>)];

fn variables(headers: &Headers, library: &Library) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (file, header) in headers {
        let wide = file
            .strip_prefix("answers_wide_")
            .and_then(|rest| rest.strip_suffix(".csv"));
        for name in header {
            let of = |item: &str| {
                library
                    .all()
                    .filter(|(instrument, _)| wide.is_none_or(|wide| instrument.key == wide))
                    .filter_map(|(instrument, _)| Some((instrument, instrument.items.get(item)?)))
                    .map(|(instrument, item)| (instrument.clone(), item.clone()))
                    .collect::<Vec<_>>()
            };
            let reason_of = name.strip_suffix("__missing");
            if let Some(fixed) = fixed(file, name) {
                variables.push(fixed);
            } else if let Some(wave) = name.strip_prefix("opened_") {
                variables.push(opened(file, name, wave));
            } else if let Some(item) = reason_of {
                variables.push(Variable {
                    kind: "text".to_owned(),
                    label: Text::new(
                        format!("waarom {item} geen waarde heeft"),
                        format!("why {item} has no value"),
                    ),
                    missing: reasons(),
                    ..bare(file, name)
                });
            } else {
                let versions = of(name);
                variables.extend(
                    versions
                        .iter()
                        .map(|(instrument, item)| of_item(file, name, instrument, item)),
                );
            }
        }
    }
    variables
}

/// When a school first opened the results of a wave, or how many days before the next one.
fn opened(file: &str, name: &str, wave: &str) -> Variable {
    let (kind, label) = match wave.strip_suffix("_days") {
        Some(wave) => (
            "number",
            Text::new(
                format!(
                    "dagen tussen het eerste openen van de resultaten van {wave} en het begin van de volgende meting"
                ),
                format!(
                    "days between the first opening of the results of {wave} and the beginning of the next wave"
                ),
            ),
        ),
        None => (
            "date",
            Text::new(
                format!(
                    "dag waarop iemand van de school de resultaten van {wave} voor het eerst opende"
                ),
                format!("day on which someone of the school first opened the results of {wave}"),
            ),
        ),
    };
    Variable {
        kind: kind.to_owned(),
        label,
        ..bare(file, name)
    }
}

fn bare(file: &str, name: &str) -> Variable {
    Variable {
        table: file.to_owned(),
        name: name.to_owned(),
        instrument: String::new(),
        version: String::new(),
        hash: String::new(),
        kind: String::new(),
        label: Text::default(),
        values: Text::default(),
        missing: String::new(),
        scale: String::new(),
        source: String::new(),
    }
}

fn fixed(file: &str, name: &str) -> Option<Variable> {
    let same = |own: bool| {
        COLUMNS.iter().find(|(table, (column, ..), _)| {
            *column == name
                && if own {
                    *table == file
                } else {
                    table.is_empty()
                }
        })
    };
    let (_, (_, nl, en), kind) = same(true).or_else(|| same(false))?;
    Some(Variable {
        kind: (*kind).to_owned(),
        label: Text::new(*nl, *en),
        missing: if name == "missing" {
            reasons()
        } else {
            String::new()
        },
        ..bare(file, name)
    })
}

fn reasons() -> String {
    REASONS.map(|(name, ..)| name).join("|")
}

fn of_item(file: &str, name: &str, instrument: &Instrument, item: &Item) -> Variable {
    let (kind, choices): (&str, &[Choice]) = match &item.format {
        Format::Rating(choices) => ("rating", choices),
        Format::Single(choices) => ("single choice", choices),
        Format::Multiple { options, .. } => ("several choices", options),
        Format::Test { options, .. } => ("test item", options),
        Format::Card { positions, .. } => ("card", positions),
        Format::Date { .. } => ("date", &[]),
        Format::Number { .. } => ("number", &[]),
        Format::Text { .. } => ("free text", &[]),
        Format::Roster { strengths, .. } => ("colleagues", strengths),
    };
    let values = |language: Language| {
        let listed: Vec<String> = choices
            .iter()
            .map(|choice| format!("{} = {}", choice.code, choice.text.say(language)))
            .collect();
        let key = match &item.format {
            Format::Test { key, .. } => format!(" | key = {key}"),
            Format::Number { minimum, maximum } => format!("{minimum} – {maximum}"),
            // An answer of its own, and no position.
            Format::Card {
                cannot_judge: Some(words),
                ..
            } => format!(" | {CANNOT_JUDGE} = {}", words.say(language)),
            _ => String::new(),
        };
        listed.join(" | ") + &key
    };
    let scales: Vec<String> = instrument
        .scales
        .iter()
        .filter(|scale| scale.items.iter().any(|own| own == name))
        .map(|scale| {
            let reversed = if scale.reverse.iter().any(|own| own == name) {
                " (reversed)"
            } else {
                ""
            };
            format!("{}{reversed}", scale.key)
        })
        .collect();
    Variable {
        instrument: instrument.key.clone(),
        version: instrument.version.to_string(),
        hash: instrument.hash.clone(),
        kind: kind.to_owned(),
        label: item.text.clone(),
        values: Text::new(values(Language::Nl), values(Language::En)),
        missing: reasons(),
        scale: scales.join("|"),
        source: instrument.source.clone(),
        ..bare(file, name)
    }
}

/// `codebook.csv` and how many rows it has.
pub fn csv(headers: &Headers, library: &Library) -> (String, usize) {
    let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
    rows.extend(variables(headers, library).into_iter().map(|one| {
        vec![
            one.table,
            one.name,
            one.instrument,
            one.version,
            one.hash,
            one.kind,
            one.label.nl,
            one.label.en,
            one.values.nl,
            one.values.en,
            one.missing,
            one.scale,
            one.source,
        ]
    }));
    (lines(&rows), rows.len() - 1)
}

/// `codebook.html`: one page that stands alone.
pub fn html(
    headers: &Headers,
    design: &StudyDesign,
    library: &Library,
    language: Language,
) -> String {
    let say = |nl: &'static str, en: &'static str| match language {
        Language::Nl => nl,
        Language::En => en,
    };
    let all = variables(headers, library);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title>\n<style>body{{font:16px/1.5 sans-serif;max-width:70rem;\
         margin:2rem auto;padding:0 1rem}}table{{border-collapse:collapse;width:100%}}th,td{{text-align:left;\
         vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ccc}}td small{{color:#555}}</style></head>\n\
         <body><h1>{title}</h1>\n",
        language.tag(),
        title = escaped(&format!(
            "{}: {}",
            say("Codeboek", "Codebook"),
            design.title.say(language)
        )),
    );
    let mut put = |text: &str| writeln!(page, "{text}").expect("a string takes text");
    put(&format!(
        "<h2>{}</h2><table>",
        say("Waarom een waarde ontbreekt", "Why a value is missing")
    ));
    for (name, nl, en) in REASONS {
        put(&format!(
            "<tr><th scope=\"row\"><code>{name}</code></th><td>{}</td></tr>",
            escaped(say(nl, en))
        ));
    }
    put("</table>");
    for (file, _) in headers {
        put(&format!(
            "<h2>{}</h2><p>{}</p><table>",
            escaped(file),
            escaped(about(file).say(language))
        ));
        put(&format!(
            "<tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr>",
            say("kolom", "column"),
            say("betekenis", "meaning"),
            say("waarden", "values"),
        ));
        for one in all.iter().filter(|one| one.table == *file) {
            let mut notes = Vec::new();
            if !one.instrument.is_empty() {
                notes.push(format!("{}.v{}", one.instrument, one.version));
            }
            if !one.scale.is_empty() {
                notes.push(format!("{} {}", say("schaal", "scale"), one.scale));
            }
            put(&format!(
                "<tr><th scope=\"row\"><code>{}</code></th><td>{} <small>{}</small></td><td>{} <small>{}</small></td></tr>",
                escaped(&one.name),
                escaped(one.label.say(language)),
                escaped(&notes.join(", ")),
                escaped(&one.kind),
                escaped(one.values.say(language)),
            ));
        }
        put("</table>");
    }
    put(&format!(
        "<h2>{}</h2><dl>",
        say("Vragenlijsten", "Questionnaires")
    ));
    for (instrument, _) in library.all() {
        put(&format!(
            "<dt>{} ({})</dt><dd>{}<br><small>SHA-256 {}</small></dd>",
            escaped(instrument.title.say(language)),
            instrument.pin(),
            escaped(&instrument.source),
            instrument.hash,
        ));
    }
    page.push_str("</dl></body></html>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_told_with_its_words_its_values_and_its_scale() {
        let library = Library::shipped();
        let headers = [(
            "answers_wide_attitude.csv".to_owned(),
            ["school", "att_03", "att_03__missing"]
                .map(str::to_owned)
                .to_vec(),
        )];
        let (text, rows) = csv(&headers, &library);
        assert_eq!(rows, 3);
        assert!(text.contains("attitude (reversed)"), "{text}");
        assert!(
            text.contains("1 = strongly disagree | 2 = disagree"),
            "{text}"
        );
        assert!(
            text.contains("left_open|not_reached|skipped_by_rule|not_due"),
            "{text}"
        );
        assert_eq!(escaped("<b>&\""), "&lt;b&gt;&amp;&quot;");
    }
}
