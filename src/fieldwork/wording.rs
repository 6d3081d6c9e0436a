//! What invitations, reminders and letters say: the study's own words, or the program's, with the values filled in.

use fluent_bundle::FluentArgs;

use super::study::Study;
use crate::domain::language::Language;
use crate::domain::study::StudyDesign;
use crate::instrument::definition::Instrument;
use crate::instrument::minutes::{in_minutes, seconds};
use crate::locale::Words;

/// How many reminders one person gets in one wave.
pub const MOST_REMINDERS: usize = 3;

/// What is sent to one invitation, each at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Invitation,
    /// The first, second or third.
    Reminder(usize),
    /// On paper; never in the outbox.
    Letter,
}

impl Kind {
    pub fn key(self) -> String {
        match self {
            Self::Invitation => "invitation".to_owned(),
            Self::Reminder(number) => format!("reminder_{number}"),
            Self::Letter => "letter".to_owned(),
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "invitation" => Some(Self::Invitation),
            "letter" => Some(Self::Letter),
            other => {
                let number = other.strip_prefix("reminder_")?.parse().ok()?;
                Some(Self::Reminder(number))
            }
        }
    }

    pub fn is_reminder(self) -> bool {
        matches!(self, Self::Reminder(_))
    }
}

/// What stands in the place of the placeholders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    pub name: String,
    pub school: String,
    pub link: String,
    pub code: String,
    pub closes: String,
    pub minutes: String,
}

/// The names between braces that a text may use.
pub const PLACEHOLDERS: [&str; 8] = [
    "name", "school", "study", "link", "code", "closes", "minutes", "contact",
];

/// Subject and body. The subject is one line whatever a name or a title contains. A text that forgot the link gets it
/// at its end: without one the mail would be of no use.
pub fn wording(
    design: &StudyDesign,
    kind: Kind,
    language: Language,
    values: &Values,
) -> (String, String) {
    let (subject, body) = match kind {
        Kind::Invitation => ("invitation_subject", "invitation_body"),
        Kind::Reminder(_) => ("reminder_subject", "reminder_body"),
        Kind::Letter => ("letter_subject", "letter"),
    };
    let mut body = template(design, body, language);
    if !body.contains("{link}") && kind != Kind::Letter {
        body += "\n\n{link}\n{code}\n";
    }
    let fill = |text: &str| fill(text, |name| value(design, language, values, name));
    let subject = fill(&template(design, subject, language));
    (one_line(&subject), fill(&body))
}

/// A text with its placeholders: the study's own, or the program's.
pub fn template(design: &StudyDesign, name: &str, language: Language) -> String {
    let own = design
        .texts
        .get(name)
        .map(|text| text.say(language))
        .filter(|text| !text.trim().is_empty());
    if let Some(own) = own {
        return own.replace("\r\n", "\n").replace('\r', "\n");
    }
    if name == "who_asks" {
        return Words(language).t2("know-who", "title", "{study}", "contact", "{contact}");
    }
    let key = match name {
        "invitation_subject" => "mail-invitation-subject",
        "invitation_body" => "mail-invitation-body",
        "reminder_subject" => "mail-reminder-subject",
        "reminder_body" => "mail-reminder-body",
        "letter_subject" => "letter-subject",
        _ => "letter-body",
    };
    let mut args = FluentArgs::new();
    for name in PLACEHOLDERS {
        args.set(name, format!("{{{name}}}"));
    }
    Words(language).with(key, &args)
}

fn value(design: &StudyDesign, language: Language, values: &Values, name: &str) -> Option<String> {
    let text = match name {
        "name" => &values.name,
        "school" => &values.school,
        "study" => design.title.say(language),
        "link" => &values.link,
        "code" => &values.code,
        "closes" => &values.closes,
        "minutes" => &values.minutes,
        "contact" => &design.contact,
        _ => return None,
    };
    // A value is text in a line: it cannot begin a new one.
    Some(one_line(text))
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Fills the placeholders in one go: a value that looks like a placeholder is not filled again.
fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let known = rest
            .find('}')
            .and_then(|close| Some((close, value(rest[1..close].trim())?)));
        match known {
            Some((close, value)) => {
                filled.push_str(&value);
                rest = &rest[close + 1..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// What a rehearsal of this wave measured; until there was one, an estimate from words and questions.
pub fn minutes(
    study: &Study,
    wave: &str,
    due: &[&Instrument],
    language: Language,
    n_colleagues: usize,
) -> u32 {
    let measured = study.design.rehearsed.as_ref();
    let measured = measured.and_then(|rehearsed| rehearsed.minutes.get(wave));
    let sum: f64 = due
        .iter()
        .map(|instrument| {
            let known = measured.and_then(|measured| measured.get(&instrument.key));
            known.map_or_else(
                || seconds(instrument, language, n_colleagues),
                |minutes| minutes * 60.0,
            )
        })
        .sum();
    in_minutes(sum)
}

/// The texts that an owner can put in own words.
pub const TEXTS: [&str; 6] = [
    "who_asks",
    "invitation_subject",
    "invitation_body",
    "reminder_subject",
    "reminder_body",
    "letter",
];

/// The places in a text that nothing can be filled into.
pub fn unknown_placeholders(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !PLACEHOLDERS.contains(&name.trim()))
        .collect()
}

/// A text with everything filled in that is known.
pub fn filled(design: &StudyDesign, text: &str, language: Language, values: &Values) -> String {
    fill(text, |name| value(design, language, values, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Text;
    use crate::domain::study::test_design;

    fn values() -> Values {
        Values {
            name: "Anna {link} de Vries\r\nBcc: x@example.org".into(),
            school: "De Eik".into(),
            link: "https://example.org/r#TOKEN".into(),
            code: "AAAA-BBBB".into(),
            closes: "9 september 2024 10:00".into(),
            minutes: "10".into(),
        }
    }

    #[test]
    fn places_that_nobody_knows_are_told() {
        let text = "Dear {name}, {naam} { link } {";
        assert_eq!(unknown_placeholders(text), ["naam"]);
    }

    #[test]
    fn every_standard_text_has_a_subject_of_one_line_and_the_link_once_in_both_languages() {
        let design = test_design();
        for language in Language::ALL {
            for kind in [Kind::Invitation, Kind::Reminder(2)] {
                let (subject, body) = wording(&design, kind, language, &values());
                assert!(
                    !subject.is_empty() && !subject.contains(['\r', '\n']),
                    "{subject}"
                );
                assert_eq!(
                    body.matches("https://example.org/r#TOKEN").count(),
                    1,
                    "{body}"
                );
                assert!(
                    body.contains("AAAA-BBBB") && body.lines().count() > 8,
                    "{body}"
                );
                assert!(!body.contains("{school}") && !body.contains("$"), "{body}");
                // The name that looks like a placeholder and like a header is text, in one line.
                assert!(
                    body.contains("Anna {link} de Vries  Bcc: x@example.org"),
                    "{body}"
                );
            }
            assert!(
                wording(&design, Kind::Letter, language, &values())
                    .1
                    .lines()
                    .count()
                    > 4
            );
        }
    }

    #[test]
    fn the_studys_own_words_go_first_and_a_forgotten_link_is_added() {
        let mut design = test_design();
        design.texts.insert(
            "invitation_body".into(),
            Text::new("Dag { name }, {onbekend} {.", "Hi {name}, {link}"),
        );
        design.texts.insert(
            "invitation_subject".into(),
            Text::new("Over\n{school}", " "),
        );
        let (subject, body) = wording(&design, Kind::Invitation, Language::Nl, &values());
        assert_eq!(subject, "Over De Eik");
        assert!(body.starts_with("Dag Anna {link} de Vries"), "{body}");
        assert!(
            body.contains("{onbekend} {."),
            "what is no placeholder stays"
        );
        assert!(
            body.ends_with("https://example.org/r#TOKEN\nAAAA-BBBB\n"),
            "{body}"
        );
        let (subject, body) = wording(&design, Kind::Invitation, Language::En, &values());
        assert!(!subject.is_empty(), "an empty text is none");
        assert!(body.ends_with("https://example.org/r#TOKEN"), "{body}");
    }
}
