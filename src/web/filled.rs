//! A form that an owner fills in: its fields, what stands in them, and what is wrong with each.

use std::collections::BTreeMap;

use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::form::Fields;
use super::frame::Frame;
use crate::domain::agreed::LONGEST_TEXT;
use crate::locale::Words;

/// What was filled in, and the faults found in it, by name of the field.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    values: BTreeMap<String, String>,
    faults: BTreeMap<String, String>,
}

/// One field as a page shows it.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub label: String,
    /// The type of an input, or `select`, `area` or `tick`.
    pub kind: &'static str,
    pub value: String,
    pub help: String,
    pub fault: String,
    /// Value and label, where one is chosen.
    pub options: Vec<(String, String)>,
    pub optional: bool,
}

/// Fields under one heading.
#[derive(Debug, Clone, Default)]
pub struct Section {
    pub title: String,
    pub lead: String,
    pub fields: Vec<Field>,
    /// Fields stand in pairs: from and to.
    pub pairs: bool,
    /// A text as it will be read, with what it is.
    pub shown: Vec<(String, String)>,
}

/// One form on a page.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub action: String,
    /// A form that only asks for another page.
    pub asks: bool,
    pub hidden: Vec<(String, String)>,
    pub sections: Vec<Section>,
    pub button: String,
    pub second: bool,
}

/// A page that consists of forms.
#[derive(Template)]
#[template(path = "web/pages/forms.html")]
pub struct FormsPage {
    pub frame: Frame,
    pub lead: String,
    /// Address and label.
    pub links: Vec<(String, String)>,
    /// What was done just now, or nothing.
    pub saved: String,
    /// Name of the field, or nothing, and what is wrong.
    pub faults: Vec<(String, String)>,
    pub forms: Vec<Form>,
}

impl Filled {
    pub fn of(fields: &Fields) -> Self {
        let mut filled = Self::default();
        for (name, value) in fields {
            filled.values.insert(name.clone(), value.trim().to_owned());
        }
        filled
    }

    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.insert(name.into(), value.into());
    }

    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|value| !value.is_empty())
    }

    /// The first fault of a field is the one that is told.
    pub fn refuse(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.faults
            .entry(name.into())
            .or_insert_with(|| message.into());
    }

    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    /// Each faulty field of these forms, in their order, and what is wrong with it; then what is wrong in general.
    pub fn faults(&self, forms: &[Form]) -> Vec<(String, String)> {
        let fields = forms
            .iter()
            .flat_map(|form| &form.sections)
            .flat_map(|section| &section.fields);
        let told = fields.filter(|field| !field.fault.is_empty()).map(|field| {
            (
                field.name.clone(),
                format!("{}: {}", field.label, field.fault),
            )
        });
        let shown = |name: &String| {
            let mut fields = forms
                .iter()
                .flat_map(|form| &form.sections)
                .flat_map(|section| &section.fields);
            fields.any(|field| field.name == *name)
        };
        let others = self.faults.iter().filter(|(name, _)| !shown(name));
        told.chain(others.map(|(name, message)| (name.clone(), message.clone())))
            .collect()
    }

    pub fn field(&self, name: impl Into<String>, kind: &'static str, label: String) -> Field {
        let name = name.into();
        Field {
            label,
            kind,
            value: self.value(&name).to_owned(),
            help: String::new(),
            fault: self.faults.get(&name).cloned().unwrap_or_default(),
            options: Vec::new(),
            optional: false,
            name,
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, w: Words, name: &str) -> String {
        let value = self.value(name).to_owned();
        if value.is_empty() {
            self.refuse(name, w.t("filled-empty"));
        } else if value.chars().count() > LONGEST_TEXT {
            self.refuse(name, w.t1("filled-too-long", "n", LONGEST_TEXT));
        }
        value
    }

    /// A day, or nothing.
    pub fn day(&mut self, w: Words, name: &str) -> Option<NaiveDate> {
        let value = self.given(name)?.to_owned();
        let day = read_day(&value);
        if day.is_none() {
            self.refuse(name, w.t("filled-not-a-date"));
        }
        day
    }

    /// A day and time on the study's clock, or nothing. Of a time that the clock shows twice the first is meant.
    pub fn moment(&mut self, w: Words, name: &str, zone: Tz) -> Option<DateTime<Utc>> {
        let value = self.given(name)?.to_owned();
        let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&value, format).ok());
        let Some(local) = local else {
            self.refuse(name, w.t("filled-not-a-time"));
            return None;
        };
        let moment = zone.from_local_datetime(&local).earliest();
        if moment.is_none() {
            self.refuse(name, w.t("filled-skipped-hour"));
        }
        moment.map(|moment| moment.with_timezone(&Utc))
    }

    pub fn number(&mut self, w: Words, name: &str) -> Option<f64> {
        let number = self.value(name).replace(',', ".").parse::<f64>().ok();
        let number = number.filter(|number| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            self.refuse(name, w.t("filled-not-a-number"));
        }
        number
    }
}

/// As a date field sends it, or as people here write it.
pub fn read_day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d-%m-%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text.trim(), format).ok())
}

/// A moment as a field for day and time wants it.
pub fn as_local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// A key made of a title: lower case, letters and digits, with hyphens between words.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'é' | 'è' | 'ë' | 'ê' => slug.push('e'),
            'ï' | 'í' => slug.push('i'),
            'ö' | 'ó' => slug.push('o'),
            'ü' | 'ú' => slug.push('u'),
            'ä' | 'á' => slug.push('a'),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 40 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

pub fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
}

impl Field {
    pub fn help(mut self, help: String) -> Self {
        self.help = help;
        self
    }

    pub fn options(mut self, options: Vec<(String, String)>) -> Self {
        self.options = options;
        self
    }

    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_the_clock_skips_is_refused() {
        let w = Words::default();
        let zone = chrono_tz::Europe::Amsterdam;
        let mut filled = Filled::default();
        filled.set("skipped", "2026-03-29T02:30");
        filled.set("twice", "2026-10-25T02:30");
        filled.set("word", "soon");
        assert_eq!(filled.moment(w, "skipped", zone), None);
        let twice = filled.moment(w, "twice", zone).map(|at| at.to_rfc3339());
        assert_eq!(twice.as_deref(), Some("2026-10-25T00:30:00+00:00"));
        assert_eq!(filled.moment(w, "word", zone), None);
        assert_eq!(filled.moment(w, "nothing", zone), None);
        let faulty: Vec<String> = filled
            .faults(&[])
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(faulty, ["skipped", "word"]);
    }

    #[test]
    fn a_key_is_made_of_a_title() {
        assert_eq!(slug("Samen léren: ronde 2!"), "samen-leren-ronde-2");
        assert!(is_key(&slug("Focus: samen werken")) && !is_key("Focus") && !is_key(""));
    }
}
